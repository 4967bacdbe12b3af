"""Composed and inverse functions. Example (level 1): `f(x) = 2x + 1, g(x) = 3x - 4. f(g(2))?` -> 5."""

from __future__ import annotations

import math
import random
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import derived, linear_form, tuple_of, value_at
from rlvr_gym.envs.math.tasks.drafting import draft, nonzero, polynomial
from rlvr_gym.sources import Draft

__all__ = ["function_composition", "inverse_functions"]

_COMPOSED = (
    "Let $f(x) = {f}$ and $g(x) = {g}$. What is ${asked}$?",
    "If $f(x) = {f}$ and $g(x) = {g}$, find ${asked}$.",
    "Two functions are given by $f(x) = {f}$ and $g(x) = {g}$. Evaluate ${asked}$.",
)
_ITERATED = (
    "Let $f(x) = {f}$. What is ${asked}$?",
    "If $f(x) = {f}$, find ${asked}$.",
    "A function is given by $f(x) = {f}$. Evaluate ${asked}$.",
)
_INNER = (
    "Let $f(x) = {f}$. A function $g$ satisfies $f(g(x)) = {both}$ for all $x$. What is $g({at})$?",
    "If $f(x) = {f}$ and $f(g(x)) = {both}$, find $g({at})$.",
    "The composition $f(g(x))$ equals ${both}$, where $f(x) = {f}$. Determine $g({at})$.",
)
_OUTER = (
    "Let $g(x) = {g}$. A function $f$ satisfies $f(g(x)) = {both}$ for all $x$. What is $f({at})$?",
    "If $g(x) = {g}$ and $f(g(x)) = {both}$, find $f({at})$.",
    "The composition $f(g(x))$ equals ${both}$, where $g(x) = {g}$. Determine $f({at})$.",
)
_EQUAL = (
    "Let $f(x) = {f}$ and $g(x) = {g}$. For which real $x$ is $f(g(x)) = g(f(x))$?",
    "If $f(x) = {f}$ and $g(x) = {g}$, solve $f(g(x)) = g(f(x))$ for the real number $x$.",
    "The functions $f(x) = {f}$ and $g(x) = {g}$ satisfy $f(g(x)) = g(f(x))$ at exactly one real $x$. Find "
    "it.",
)
_EQUATION = (
    "A function $f$ satisfies ${equation}$ for all real $x$. What is $f({at})$?",
    "For every real number $x$ we have ${equation}$. Find $f({at})$.",
    "Determine $f({at})$, if ${equation}$ holds for all real $x$.",
)
_INVERSE = (
    "Let $f(x) = {f}${domain}. What is $f^{{-1}}({at})$?",
    "Find $f^{{-1}}({at})$ for the function $f(x) = {f}${domain}.",
    "The function $f(x) = {f}${domain} has an inverse. Evaluate $f^{{-1}}({at})$.",
)
_INVERSE_OF_TWO = (
    "Let $f(x) = {f}$ and $g(x) = {g}$, and let $h(x) = f(g(x))$. What is $h^{{-1}}({at})$?",
    "If $f(x) = {f}$ and $g(x) = {g}$, find the number that the inverse of $x \\mapsto f(g(x))$ takes at "
    "${at}$.",
    "For $f(x) = {f}$ and $g(x) = {g}$, evaluate the inverse function of $f(g(x))$ at ${at}$.",
)
_INVERSE_FORM = (
    "The inverse of $f(x) = {f}$ is $\\frac{{ax + b}}{{cx + d}}$ with integers of greatest common divisor "
    "1 and $a > 0$. Find the ordered tuple $(a, b, c, d)$.",
    "Write the inverse function of $f(x) = {f}$ as $\\frac{{ax + b}}{{cx + d}}$, where $a, b, c, d$ are "
    "integers without a common divisor above 1 and $a > 0$. What is the ordered tuple $(a, b, c, d)$?",
    "Let $f(x) = {f}$. Then $f^{{-1}}(x) = \\frac{{ax + b}}{{cx + d}}$ for coprime integers with $a > 0$. "
    "Give the ordered tuple $(a, b, c, d)$.",
)
_INVERSE_SLOPE = (
    "The function $f(x) = {f}$ is increasing on the real line. What is the derivative of its inverse at "
    "${at}$?",
    "Let $g$ be the inverse of $f(x) = {f}$. Find $g'({at})$.",
    "For $f(x) = {f}$, evaluate $(f^{{-1}})'({at})$.",
)


def function_composition(rng: random.Random, level: int) -> Draft:
    """Draw functions put into each other."""
    first = rng.random() < 0.5
    if level in (1, 2):
        return _composed(rng, level)
    if level == 3:
        return _inner(rng) if first else _outer(rng)
    if level == 4:
        return _equal(rng) if first else _iterated(rng)
    return _functional(rng)


def _composed(rng: random.Random, level: int) -> Draft:
    f, at = [rng.randint(-9, 9), nonzero(rng, -6, 6)], rng.randint(-6, 6)
    g = [rng.randint(-9, 9), nonzero(rng, -6, 6)] + ([nonzero(rng, -3, 3)] if level == 2 else [])
    if f == [0, 1] or g == [0, 1]:
        return _composed(rng, level)
    if rng.random() < 0.5:
        f, g = g, f
    key = (at, " ".join(map(str, f)), " ".join(map(str, g)))
    one, two = polynomial(f), polynomial(g)
    if level == 1:
        asked, gold = f"f(g({at}))", value_at(f, value_at(g, at))
        return draft(rng, "composed", key, _COMPOSED, gold, steps=4, f=one, g=two, asked=asked)
    asked = f"f(g({at})) - g(f({at}))"
    gold = value_at(f, value_at(g, at)) - value_at(g, value_at(f, at))
    return draft(rng, "difference", key, _COMPOSED, gold, steps=13, f=one, g=two, asked=asked)


def _inner(rng: random.Random) -> Draft:
    f = [nonzero(rng, -9, 9), rng.choice((-5, -4, -3, -2, 2, 3, 4, 5))]
    both, at = [rng.randint(-20, 20), rng.randint(-9, 9), nonzero(rng, -6, 6)], rng.randint(-6, 6)
    gold = (value_at(both, at) - f[0]) / f[1]
    return draft(
        rng, "inner", (at, *f, *both), _INNER, gold, steps=15, f=polynomial(f), both=polynomial(both), at=at
    )


def _outer(rng: random.Random) -> Draft:
    g = [nonzero(rng, -9, 9), rng.choice((-5, -4, -3, -2, 2, 3, 4, 5))]
    both, at = [rng.randint(-20, 20), rng.randint(-9, 9), nonzero(rng, -6, 6)], rng.randint(-9, 9)
    gold = value_at(both, Fraction(at - g[0], g[1]))
    return draft(
        rng, "outer", (at, *g, *both), _OUTER, gold, steps=16, g=polynomial(g), both=polynomial(both), at=at
    )


def _equal(rng: random.Random) -> Draft:
    """Draw f = x + b and a quadratic g: the difference of both compositions is linear."""
    b, c, d, e = nonzero(rng, -9, 9), nonzero(rng, -6, 6), rng.randint(-9, 9), rng.randint(-9, 9)
    f, g = polynomial((b, 1)), polynomial((e, d, c))
    return draft(rng, "equal", (b, c, d, e), _EQUAL, Fraction(1 - c * b - d, 2 * c), steps=18, f=f, g=g)


def _iterated(rng: random.Random) -> Draft:
    a, b, c, d = nonzero(rng, -5, 5), nonzero(rng, -6, 6), nonzero(rng, -5, 5), rng.randint(-6, 6)
    at = rng.randint(-5, 5)
    value = Fraction(at)
    for _ in range(3):
        if c * value + d == 0:
            return _iterated(rng)
        value = (a * value + b) / (c * value + d)
    if a * d == b * c or value == at:
        return _iterated(rng)
    shown, asked = f"\\frac{{{polynomial((b, a))}}}{{{polynomial((d, c))}}}", f"f(f(f({at})))"
    return draft(rng, "iterated", (a, b, c, d, at), _ITERATED, value, steps=20, f=shown, asked=asked)


def _functional(rng: random.Random) -> Draft:
    """Draw a f(x) + b f(k - x) = p(x): with k - x for x this is a system of two equations."""
    a, b, k, at = rng.randint(1, 6), nonzero(rng, -6, 6), rng.randint(-5, 5), rng.randint(-6, 6)
    right = [rng.randint(-9, 9), rng.randint(-9, 9), nonzero(rng, -6, 6)]
    if a == abs(b) or 2 * at == k:
        return _functional(rng)
    gold = (a * value_at(right, at) - b * value_at(right, k - at)) / (a * a - b * b)
    other = f"f({linear_form((k, -1), ('', 'x'))})"
    equation = f"{linear_form((a, b), ('f(x)', other))} = {polynomial(right)}"
    return draft(
        rng, "functional", (a, b, k, at, *right), _EQUATION, gold, steps=25, equation=equation, at=at
    )


def inverse_functions(rng: random.Random, level: int) -> Draft:
    """Draw a function of whose inverse a value, the form or a derivative is asked for."""
    first = rng.random() < 0.5
    if level == 1:
        a, b, at = rng.choice((1, -1)) * rng.randint(2, 9), nonzero(rng, -20, 20), rng.randint(-20, 20)
        return _inverse(rng, "line", (a, b), polynomial((b, a)), at, Fraction(at - b, a), 2)
    if level == 2:
        a, b, c = nonzero(rng, -9, 9), nonzero(rng, -20, 20), rng.randint(0, 9)
        if first:
            return _inverse(
                rng, "root", (a, b), f"\\sqrt{{{polynomial((b, a))}}}", c, Fraction(c * c - b, a), 4
            )
        c = nonzero(rng, -4, 4)
        return _inverse(rng, "cube", (a, b), f"({polynomial((b, a))})^3", c**3, Fraction(c - b, a), 4)
    if level == 3:
        return _of_fraction(rng)
    if level == 4:
        return rng.choice((_form, _of_two, _restricted))(rng)
    return _inverse_slope(rng)


def _inverse(
    rng: random.Random,
    kind: str,
    key: tuple[int, ...],
    shown: str,
    at: int,
    gold: Fraction,
    steps: int,
    domain: str = "",
) -> Draft:
    return draft(rng, kind, (*key, at), _INVERSE, gold, steps=steps, f=shown, at=at, domain=domain)


def _moebius(rng: random.Random) -> tuple[int, int, int, int]:
    while True:
        a, b, c, d = nonzero(rng, -6, 6), nonzero(rng, -9, 9), nonzero(rng, -6, 6), nonzero(rng, -9, 9)
        if a * d != b * c and math.gcd(a, b, c, d) == 1 and a + d:  # else f is its own inverse
            return a, b, c, d


def _quotient(a: int, b: int, c: int, d: int) -> str:
    return f"\\frac{{{polynomial((b, a))}}}{{{polynomial((d, c))}}}"


def _of_fraction(rng: random.Random) -> Draft:
    a, b, c, d = _moebius(rng)
    at = rng.randint(-9, 9)
    if a == c * at:
        return _of_fraction(rng)
    return _inverse(
        rng, "fraction", (a, b, c, d), _quotient(a, b, c, d), at, Fraction(d * at - b, a - c * at), 7
    )


def _form(rng: random.Random) -> Draft:
    a, b, c, d = _moebius(rng)
    sign = 1 if d > 0 else -1
    gold = tuple_of([sign * n for n in (d, -b, -c, a)])
    return draft(rng, "form", (a, b, c, d), _INVERSE_FORM, gold, steps=11, f=_quotient(a, b, c, d))


def _of_two(rng: random.Random) -> Draft:
    """Draw f(g(x)) with a linear g inside a fraction f."""
    a, b, c, d = _moebius(rng)
    p, q, at = rng.choice((-4, -3, -2, 2, 3, 4)), nonzero(rng, -9, 9), rng.randint(-6, 6)
    if a == c * at:
        return _of_two(rng)
    gold = (Fraction(d * at - b, a - c * at) - q) / p
    shown = _quotient(a, b, c, d)
    key = (a, b, c, d, p, q, at)
    return draft(rng, "of_two", key, _INVERSE_OF_TWO, gold, steps=12, f=shown, g=polynomial((q, p)), at=at)


def _restricted(rng: random.Random) -> Draft:
    """Draw a quadratic on one side of its vertex."""
    a, vertex, away, free = nonzero(rng, -4, 4), rng.randint(-7, 7), nonzero(rng, -9, 9), rng.randint(-20, 20)
    x = vertex + away
    f = [a * vertex * vertex + free, -2 * a * vertex, a]
    side = "\\ge" if away > 0 else "\\le"
    domain = f" on $x {side} {vertex}$"
    key = (*f, 1 if away > 0 else -1)
    return _inverse(rng, "restricted", key, polynomial(f), int(value_at(f, x)), Fraction(x), 11, domain)


def _inverse_slope(rng: random.Random) -> Draft:
    """Draw an increasing cubic and its value at a whole number."""
    a, b, c, d = rng.randint(1, 4), rng.randint(-4, 4), rng.randint(1, 9), rng.randint(-9, 9)
    x = rng.randint(-3, 3)
    if b * b >= 3 * a * c:
        return _inverse_slope(rng)
    f = [d, c, b, a]
    at, slope = value_at(f, x), value_at(derived(f), x)
    return draft(rng, "slope", (*f, at), _INVERSE_SLOPE, 1 / slope, steps=17, f=polynomial(f), at=at)
