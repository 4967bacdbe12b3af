"""Golds of rational expressions, powers, radicals, complex numbers and inequalities, by sympy and by counting."""

from __future__ import annotations

import itertools
from fractions import Fraction

import sympy
from sympy import I, Rational, log, sqrt

from tests.derivations.common import Answer, Derivations, X, poly, rational, text, whole

__all__ = ["DERIVED"]

REAL = sympy.Symbol("x", real=True)


def pair(*values: sympy.Expr) -> str:
    return f"({', '.join(text(sympy.nsimplify(value)) for value in values)})"


def listed(values: list[sympy.Expr]) -> list[str]:
    return [text(value) for value in values]


def rational_expressions(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "equation":
        (x,) = sympy.solve((p[0] * X + p[1]) / (p[2] * X + p[3]) - p[4], X)
        return rational(x)
    if kind == "combined":
        a, s, b, t = p
        top = sympy.Poly(sympy.cancel((a / (X + s) + b / (X + t)) * (X + s) * (X + t)), X)
        return pair(top.coeff_monomial(X), top.coeff_monomial(1))
    if kind == "cancelled":
        top, bottom = sympy.fraction(sympy.cancel(poly(p[:3]) / poly(p[3:])))
        a, b, c, d = (q.coeff(X, n) for q in (sympy.expand(top), sympy.expand(bottom)) for n in (1, 0))
        sign = 1 if c > 0 else -1
        return pair(*(sign * n for n in (a, b, c, d)))
    if kind == "reciprocal":
        root = (p[0] + sqrt(p[0] ** 2 - 4)) / 2
        return rational(
            sympy.expand(sympy.radsimp(root ** p[1])) + sympy.expand(sympy.expand(p[0] - root) ** p[1])
        )
    count = 2 if kind == "two_fractions" else 3
    tops, poles, right = p[:count], p[count : 2 * count], p[-1]
    return listed(sympy.solve(sum(a / (X - r) for a, r in zip(tops, poles, strict=True)) - right, X))


def exponents_logs(kind: str, params: list[str]) -> Answer:
    if kind == "logarithm":
        return rational(
            sympy.simplify(
                sympy.expand_log(log(Rational(params[1])), force=True)
                / sympy.expand_log(log(int(params[0])), force=True)
            )
        )
    if kind == "power_of_log":
        # log x = t log b: compare the exponents of b on both sides.
        b, power = whole(params[:2])
        shift = next(n for n in range(-60, 61) if Fraction(b) ** n == Fraction(params[2]))
        return listed([sympy.Integer(b) ** t for t in sympy.solve(X**2 - power * X - shift, X)])
    p = whole(params)
    if kind == "power":
        return Fraction(round(p[0] ** (1 / p[2]))) ** p[1]
    if kind == "log_equation":
        (x,) = sympy.solve(log(p[1] * X + p[2], p[0]) - p[3], X)
        return rational(x)
    if kind == "power_equation":
        (x,) = sympy.solve(p[1] * X + p[2] - sympy.simplify(log(p[3]) / log(p[0])), X)
        return rational(x)
    if kind == "bases":
        b, i, u, v, j, r, s = p
        (x,) = sympy.solve(log(b**i) / log(b) * (u * X + v) - log(b**j) / log(b) * (r * X + s), X)
        return rational(sympy.simplify(x))
    if kind == "log_sum":
        b, r, s, k = p
        found = [x for x in sympy.solve((X + r) * (X + s) - b**k, X) if x + r > 0 and x + s > 0]
        assert len(found) == 1
        return rational(found[0])
    if kind == "quadratic_power":
        b, lead, middle, free = p
        return listed([sympy.simplify(log(y, b)) for y in sympy.solve(lead * X**2 - middle * X + free, X)])
    b, *rest = p
    m, n = sympy.Matrix([rest[:2], rest[3:5]]).inv() * sympy.Matrix([rest[2], rest[5]])
    return pair(sympy.Integer(b) ** m, sympy.Integer(b) ** n)


def square_part(value: int) -> tuple[int, int]:
    a = max(n for n in range(1, int(value**0.5) + 1) if value % (n * n) == 0)
    return a, value // (a * a)


def radicals(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "simplest":
        return pair(*map(sympy.Integer, square_part(p[0])))
    if kind == "like":
        total = sum(p[n] * sqrt(p[n + 1]) for n in (0, 2, 4))
        outer, root = total.as_coeff_Mul()
        return pair(outer, root**2)
    if kind == "quotient":
        a, b, c, d, n = p
        value = sympy.expand(sympy.radsimp((a + b * sqrt(n)) / (c + d * sqrt(n))))
        return pair(value.coeff(sqrt(n), 0), value.coeff(sqrt(n), 1))
    if kind.startswith("nested"):
        m, n, c = p
        degree = 2 if kind == "nested_square" else 3
        for a, b in itertools.product(range(-9, 10), range(-5, 6)):
            power = sympy.expand((a + b * sqrt(c)) ** degree)
            if power == m + n * sqrt(c) and (degree == 3 or a + b * sqrt(c) > 0):
                return pair(sympy.Integer(a), sympy.Integer(b))
        raise AssertionError(params)
    if kind == "one_root":
        a, b, c = p
        found = [x for x in range(-200, 201) if x + c >= 0 and a * x + b == (x + c) ** 2]
    else:
        a, m, b, n, total = p
        inside = [x for x in range(-200, 201) if a * x + m >= 0 and b * x + n >= 0]
        found = [x for x in inside if sqrt(a * x + m) + sqrt(b * x + n) == total]
    assert len(found) == 1
    return found[0]


def complex_numbers(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "product":
        value = sympy.expand((p[0] + p[1] * I) * (p[2] + p[3] * I))
    elif kind == "quotient":
        value = sympy.simplify((p[0] + p[1] * I) / (p[2] + p[3] * I))
    elif kind == "norm":
        value = sympy.expand((p[0] + p[1] * I) ** p[2]) / sympy.expand((p[3] + p[4] * I) ** p[5])
        return rational(sympy.simplify(value * sympy.conjugate(value)))
    elif kind == "square_root":
        value = sqrt(sympy.sympify(p[0]) + p[1] * I)
        if not value.is_Add:
            value = sympy.simplify(sympy.sqrtdenest(value))
        return pair(*(round(part) for part in map(float, value.evalf(30).as_real_imag())))
    elif kind == "conjugate":
        x, y = sympy.symbols("x y", real=True)
        left = sympy.expand(
            (p[0] + p[1] * I) * (x + y * I) + (p[2] + p[3] * I) * (x - y * I) - p[4] - p[5] * I
        )
        found = sympy.solve(left.as_real_imag(), [x, y])
        return pair(found[x], found[y])
    else:
        value = sympy.expand((p[0] + p[1] * I) ** p[2] + (p[3] + p[4] * I) ** 2)
    return pair(*value.as_real_imag())


def absolute_value(kind: str, params: list[str]) -> Answer:
    if kind == "least":
        weights, points = (whole(param.split()) for param in params)
        # The function is convex and linear between the points.
        return min(sum(w * abs(at - p) for w, p in zip(weights, points, strict=True)) for at in points)
    p = whole(params)
    if kind == "count":
        a, r, b, s, bound = p
        return sum(
            a * abs(x - r) + b * abs(x - s) <= bound for x in range(min(r, s) - bound, max(r, s) + bound + 1)
        )
    expression = {
        "one_bar": lambda: abs(p[0] * REAL + p[1]) - p[2],
        "two_bars": lambda: abs(p[0] * REAL + p[1]) - abs(p[2] * REAL + p[3]),
        "one_sided": lambda: abs(p[0] * REAL + p[1]) - p[2] * REAL - p[3],
        "nested": lambda: abs(abs(p[0] * REAL + p[1]) - p[2]) - p[3],
    }[kind]()
    return listed(sympy.solve(expression, REAL))


def inequalities(kind: str, params: list[str]) -> Answer:
    relations = {"less": sympy.Lt, "at_most": sympy.Le, "more": sympy.Gt, "at_least": sympy.Ge}
    named = [param for param in params if param in relations]
    p = whole([param for param in params if param not in relations])
    if kind == "between":
        low, a, b, high = p
        found = sympy.solveset(a * REAL + b >= low, REAL, sympy.S.Reals) & sympy.solveset(
            a * REAL + b < high, REAL, sympy.S.Reals
        )
        return interval(found)
    left, right = {
        "line": lambda: (p[0] * REAL + p[1], p[2]),
        "bar": lambda: (abs(p[0] * REAL + p[1]), p[2]),
        "polynomial": lambda: (poly(p).subs(X, REAL), 0),
        "fraction": lambda: ((p[0] * REAL + p[1]) / (REAL - p[2]), p[3]),
        "quotient": lambda: (poly(p[:3]).subs(X, REAL) / (REAL - p[3]), 0),
    }[kind]()
    return interval(
        sympy.solve_univariate_inequality(relations[named[0]](left, right), REAL, relational=False)
    )


def interval(found: sympy.Set) -> str:
    pieces = found.args if isinstance(found, sympy.Union) else (found,)
    assert all(isinstance(piece, sympy.Interval) for piece in pieces)
    return " \\cup ".join(
        f"{'(' if piece.left_open else '['}{piece.start}, {piece.end}{')' if piece.right_open else ']'}".replace(
            "oo", "\\infty"
        )
        for piece in pieces
    )


DERIVED: Derivations = {
    "absolute_value": absolute_value,
    "complex_numbers": complex_numbers,
    "exponents_logs": exponents_logs,
    "inequalities": inequalities,
    "radicals": radicals,
    "rational_expressions": rational_expressions,
}
