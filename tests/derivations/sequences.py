"""Golds of series, recurrences and functions by another road: closed sums, powers of matrices, solved equations."""

from __future__ import annotations

from fractions import Fraction

import sympy
from sympy import Matrix, Rational, oo, sqrt

from tests.derivations.common import Answer, Derivations, X, poly, rational, whole

__all__ = ["DERIVED"]

K = sympy.Symbol("k", integer=True)


def spaced(param: str) -> sympy.Expr:
    return poly(whole(param.split()))


def summed(term: sympy.Expr, low: int, high: object) -> Fraction:
    return rational(sympy.simplify(sympy.summation(term, (K, low, high))))


def series_sums(kind: str, params: list[str]) -> Answer:
    if kind == "factorials":
        term = poly(whole(params)).subs(X, K) / sympy.factorial(K)
        return rational(sympy.nsimplify(sympy.summation(term, (K, 0, oo)) / sympy.E))
    if kind.endswith("times_power"):
        *coefficients, r, low = params
        # Derivatives of the geometric series: k stands for the operator x d/dx.
        x, total, part = X, sympy.Integer(0), X ** int(low) / (1 - X)
        for coefficient in whole(coefficients):
            total += coefficient * part
            part = x * sympy.diff(part, x)
        return rational(total.subs(x, Rational(r)))
    p = whole(params)
    low, high = p[-2:]
    if kind == "geometric":
        a, r, b, c = p[:4]
        return Fraction(a * (r ** (high + 1) - r**low), r - 1) + summed(b * K + c, low, high)
    return summed(poly(p[:-2]).subs(X, K), low, high)


def telescoping(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind in ("endless", "three_factors"):
        if kind == "endless":
            a, c, d, low = p
            term = a / ((K + c) * (K + c + d))
        else:
            a, b, c, low = p
            term = (a * K + b) / ((K + c) * (K + c + 1) * (K + c + 2))
        n = sympy.Symbol("n", integer=True, positive=True)
        parts = sympy.apart(term, K).args
        shifts = [(part, -sympy.solve(1 / part, K)[0]) for part in parts]
        far = max(shift for _, shift in shifts)
        # Every part is a multiple of 1/(k + shift): beyond the largest shift all cancel.
        total = sum(
            sum(part.subs(K, k) for k in range(low, low + int(far - shift))) for part, shift in shifts
        )
        assert sympy.limit(n * term.subs(K, n), n, oo) == 0
        return rational(total)
    low, high = p[-2:]
    terms = {
        "neighbours": lambda k: Fraction(p[0], (p[1] * k + p[2]) * (p[1] * k + p[2] + p[1])),
        "in_steps": lambda k: Fraction(p[0], (p[1] * k + p[2]) * (p[1] * k + p[2] + p[1])),
        "two_apart": lambda k: Fraction(p[0], (k + p[1]) * (k + p[1] + 2)),
        "squares": lambda k: Fraction(p[0] * (2 * (k + p[1]) + 1), (k + p[1]) ** 2 * (k + p[1] + 1) ** 2),
        "product": lambda k: 1 - Fraction(p[0] ** 2, (k + p[1]) ** 2),
    }
    if kind == "roots":
        return rational(p[0] * (sqrt(high + p[1] + 1) - sqrt(low + p[1])))
    result = Fraction(kind == "product")
    for k in range(low, high + 1):
        result = result * terms[kind](k) if kind == "product" else result + terms[kind](k)
    return result


def recurrences(kind: str, params: list[str]) -> Answer:
    if kind == "limit":
        r, c, _ = (Rational(param) for param in params)
        (fixed,) = sympy.solve(r * X + c - X, X)
        return rational(fixed)
    p = whole(params)
    if kind == "first_order":  # a_n - f is geometric
        b, q, a, n = p
        fixed = Fraction(q, 1 - b)
        return fixed + (a - fixed) * b ** (n - 1)
    if kind == "second_order":
        b, q, first, second, n = p
        return rational((Matrix([[0, 1], [q, b]]) ** n * Matrix([first, second]))[0])
    if kind == "with_index":
        b, q, r, s, a, n = p
        total = a * b**n
        for k in range(n):
            total += (q * k * k + r * k + s) * b ** (n - 1 - k)
        return total
    if kind == "coupled":
        return rational((Matrix([p[:2], p[2:4]]) ** p[6] * Matrix(p[4:6]))[0])
    if kind == "linear":
        b, q, first, second, m, n = p
        result = [[1, 0], [0, 1]]
        step, left = [[0, 1], [q, b]], n - 1
        while left:  # by repeated squaring
            if left % 2:
                result = times(result, step, m)
            step, left = times(step, step, m), left // 2
        return (result[0][0] * first + result[0][1] * second) % m
    b, q, value, m, n = p
    for _ in range(n - 1):
        value = (b * value * value + q) % m
    return value


def times(one: list[list[int]], two: list[list[int]], m: int) -> list[list[int]]:
    return [
        [sum(a * b for a, b in zip(row, column, strict=True)) % m for column in zip(*two, strict=True)]
        for row in one
    ]


def function_composition(kind: str, params: list[str]) -> Answer:
    if kind in ("composed", "difference"):
        at, f, g = int(params[0]), spaced(params[1]), spaced(params[2])
        one, two = sympy.expand(f.subs(X, g)), sympy.expand(g.subs(X, f))
        return rational((one if kind == "composed" else one - two).subs(X, at))
    p = whole(params)
    if kind == "inner":
        at, b, a, *both = p
        (g,) = sympy.solve(a * K + b - poly(both), K)
        return rational(g.subs(X, at))
    if kind == "outer":
        at, b, a, *both = p
        (x,) = sympy.solve(a * X + b - at, X)
        return rational(poly(both).subs(X, x))
    if kind == "equal":
        b, c, d, e = p
        f, g = X + b, c * X**2 + d * X + e
        (x,) = sympy.solve(sympy.expand(f.subs(X, g) - g.subs(X, f)), X)
        return rational(x)
    if kind == "iterated":
        a, b, c, d, at = p
        top, bottom = Matrix([[a, b], [c, d]]) ** 3 * Matrix([at, 1])
        return rational(top / bottom)
    a, b, k, at, *right = p
    u, v, w = sympy.symbols("u v w")
    f = u * X**2 + v * X + w
    equation = sympy.Poly(sympy.expand(a * f + b * f.subs(X, k - X) - poly(right)), X)
    found = sympy.solve(equation.all_coeffs(), [u, v, w])
    return rational(f.subs(found).subs(X, at))


def inverse_functions(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    at = p[-1]
    if kind == "slope":
        f = poly(p[:-1])
        (x,) = sympy.real_roots(sympy.Poly(f - at, X))
        return rational(1 / sympy.diff(f, X).subs(X, x))
    if kind == "restricted":
        f, side = poly(p[:3]), p[3]
        (vertex,) = sympy.solve(sympy.diff(f, X), X)
        (x,) = [root for root in sympy.solve(f - at, X) if side * (root - vertex) > 0]
        return rational(x)
    if kind == "form":
        a, b, c, d = p
        sign = 1 if d > 0 else -1
        inverse = Matrix([[a, b], [c, d]]).adjugate() * sign
        return f"({', '.join(map(str, inverse))})"
    equation = {
        "line": lambda: p[0] * X + p[1] - at,
        "root": lambda: p[0] * X + p[1] - at**2,
        "cube": lambda: p[0] * X + p[1] - sympy.real_root(at, 3),
        "fraction": lambda: (p[0] * X + p[1]) / (p[2] * X + p[3]) - at,
        "of_two": lambda: ((p[0] * X + p[1]) / (p[2] * X + p[3])).subs(X, p[4] * X + p[5]) - at,
    }[kind]()
    (x,) = sympy.solve(equation, X)
    return rational(x)


DERIVED: Derivations = {
    "function_composition": function_composition,
    "inverse_functions": inverse_functions,
    "recurrences": recurrences,
    "series_sums": series_sums,
    "telescoping": telescoping,
}
