"""The golds of the first ten families by another road: brute force, integration, sympy."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import sympy

from tests.derivations.common import (
    Answer,
    Derivations,
    X,
    falling,
    fractions_of,
    poly,
    rational,
    roots,
    text,
    whole,
)

__all__ = ["DERIVED"]


def arithmetic(kind: str, params: list[str]) -> Answer:
    return rational(sympy.sympify(params[0]))


def fractions_percent(kind: str, params: list[str]) -> Answer:
    if kind == "two":
        return rational(
            sympy.Rational(params[0]) * 0
            + sympy.sympify(f"({params[0]}){params[1]}({params[2]})", rational=True)
        )
    p = fractions_of(params)
    if kind == "three":
        return p[0] * p[1] - p[0] * p[2]
    if kind == "percent_of":
        return sum((p[1] / 100 for _ in range(int(p[0]))), Fraction(0))
    if kind == "what_percent":
        return p[1] * 100 / p[0]
    if kind == "reverse":
        return p[1] / (1 - p[0] / 100)
    return p[0] * (1 + p[1] / 100) * (1 - p[2] / 100)


def linear_equations(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "system":
        y = sympy.Symbol("y")
        found = sympy.solve([p[0] * X + p[1] * y - p[2], p[3] * X + p[4] * y - p[5]], [X, y])
        return f"({found[X]}, {found[y]})"
    equation = {
        "shift": lambda: X + p[0] - p[1],
        "line": lambda: p[0] * X + p[1] - p[2],
        "two_sided": lambda: p[0] * X + p[1] - p[2] * X - p[3],
        "fractions": lambda: (X + p[0]) / p[1] - (X + p[2]) / p[3] - p[4],
    }[kind]()
    (solution,) = sympy.solve(equation, X)
    return rational(solution)


def quadratic_equations(kind: str, params: list[str]) -> Answer:
    a, b, c, *rest = whole(params)
    if kind == "both":
        return roots(a, b, c)
    found = sympy.roots(sympy.Poly(a * X**2 + b * X + c, X))
    every = list(itertools.chain.from_iterable([root] * count for root, count in found.items()))
    assert len(every) == 2
    if kind == "larger":
        return int(max(every))
    if kind == "reciprocals":
        return rational(sympy.simplify(1 / every[0] + 1 / every[1]))
    return rational(sympy.simplify(sympy.expand(every[0] ** rest[0] + every[1] ** rest[0])))


def number_theory(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "gcd":
        return max(d for d in range(1, p[0] + 1) if p[0] % d == p[1] % d == 0)
    if kind == "lcm":
        return next(m for m in range(p[1], p[0] * p[1] + 1, p[1]) if m % p[0] == 0)
    if kind == "remainder":
        return p[0] - p[1] * (p[0] // p[1])
    if kind in ("divisors", "divisor_sum"):
        low = [d for d in range(1, math.isqrt(p[0]) + 1) if p[0] % d == 0]
        every = set(low) | {p[0] // d for d in low}
        return len(every) if kind == "divisors" else sum(every)
    if kind == "power":
        value = 1
        for _ in range(p[1]):
            value = value * p[0] % p[2]
        return value
    if kind == "base":
        value, digits = p[0], ""
        top = max(n for n in range(20) if p[1] ** n <= value)
        for n in range(top, -1, -1):
            digits += str(value // p[1] ** n)
            value %= p[1] ** n
        return f"{digits}_{p[1]}"
    if kind == "inverse":
        return next(x for x in range(1, p[1]) if p[0] * x % p[1] == 1)
    return next(x for x in range(1, p[1] * p[3] + 1) if x % p[1] == p[0] and x % p[3] == p[2])


def counting(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "menu":
        return sum(1 for _ in itertools.product(*(range(n) for n in p)))
    if kind == "choose":
        return falling(p[0], p[1]) // falling(p[1], p[1])
    if kind == "arrange":
        return falling(p[0], p[1])
    if kind == "committee":
        return len(list(itertools.combinations(range(p[0]), p[1]))) * len(
            list(itertools.combinations(range(p[2]), p[3]))
        )
    if kind == "letters":
        return paths(p[0], p[1], p[2], {})
    if kind == "either":
        return sum(1 for n in range(1, p[0] + 1) if n % p[1] == 0 or n % p[2] == 0)
    m, n, k, j = p
    every = list(itertools.combinations(range(m + n), k))
    return Fraction(sum(1 for drawn in every if sum(ball < m for ball in drawn) == j), len(every))


def paths(a: int, b: int, c: int, seen: dict[tuple[int, int, int], int]) -> int:
    if min(a, b, c) < 0:
        return 0
    if a == b == c == 0:
        return 1
    if (a, b, c) not in seen:
        seen[a, b, c] = paths(a - 1, b, c, seen) + paths(a, b - 1, c, seen) + paths(a, b, c - 1, seen)
    return seen[a, b, c]


def calculus(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "slope":
        return rational(sympy.diff(poly(p[:-1]), X).subs(X, p[-1]))
    if kind == "derivative":
        return text(sympy.diff(poly(p), X))
    if kind == "integral":
        return rational(sympy.integrate(poly(p[:-2]), (X, p[-2], p[-1])))
    if kind == "exponential":
        return text(sympy.diff((p[0] * X + p[1]) * sympy.exp(p[2] * X), X))
    if kind == "area":
        low, high = sorted(sympy.solve(poly(p), X))
        return rational(abs(sympy.integrate(poly(p), (X, low, high))))
    turning = sympy.real_roots(sympy.Poly(sympy.diff(poly(p), X), X))
    return rational(min(sympy.nsimplify(sympy.simplify(poly(p).subs(X, at))) for at in turning))


def geometry(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "side":
        return p[0] + p[1] + p[0] + p[1]
    if kind == "frame":
        a, b, c = p
        return sum(
            1 for x in range(a + 2 * c) for y in range(b + 2 * c) if not (c <= x < a + c and c <= y < b + c)
        )
    if kind == "ring":
        return text(sympy.integrate(2 * sympy.pi * X, (X, p[0], p[1])))
    if kind == "triangle":
        return rational(abs(sympy.Polygon((p[0], p[1]), (p[2], p[3]), (p[4], p[5])).area))
    return text(sympy.Point(p[0], p[1]).distance(sympy.Point(p[2], p[3])))


def sequences(kind: str, params: list[str]) -> Answer:
    p = fractions_of(params)
    if kind in ("term", "sum"):
        terms = [p[0] + i * p[1] for i in range(int(p[2]))]
        return terms[-1] if kind == "term" else sum(terms, Fraction(0))
    if kind == "geometric":
        return sum((p[0] * p[1] ** i for i in range(int(p[2]))), Fraction(0))
    if kind == "infinite":
        n = sympy.Symbol("n")
        total = sympy.summation(sympy.Rational(params[0]) * sympy.Rational(params[1]) ** n, (n, 0, sympy.oo))
        return rational(total)
    step = sympy.Matrix([[int(p[2]), int(p[3])], [1, 0]]) ** (int(p[4]) - 2)
    return int((step * sympy.Matrix([int(p[1]), int(p[0])]))[0])


def word_problems(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "share":
        return sum(p[1] for _ in range(p[0])) - p[2]
    if kind == "shop":
        return p[4] - sum([p[1]] * p[0] + [p[3]] * p[2])
    if kind == "trains":
        return sum(
            (Fraction(p[0], 60) + (Fraction(p[1], 60) if minute >= p[2] else 0) for minute in range(p[3])),
            Fraction(0),
        )
    if kind == "work":
        left = Fraction(1)
        for _ in range(p[2]):
            left -= Fraction(1, 60 * p[0]) + Fraction(1, 60 * p[1])
        return left / Fraction(1, 60 * p[0])
    a, q, b, r, c = p
    return 100 * (Fraction(a * q, 100) + Fraction(b * r, 100)) / (a + b + c)


DERIVED: Derivations = {
    "arithmetic": arithmetic,
    "calculus": calculus,
    "counting": counting,
    "fractions_percent": fractions_percent,
    "geometry": geometry,
    "linear_equations": linear_equations,
    "number_theory": number_theory,
    "quadratic_equations": quadratic_equations,
    "sequences": sequences,
    "word_problems": word_problems,
}
