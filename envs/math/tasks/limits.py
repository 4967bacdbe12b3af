"""Limits. Example (level 1): `What is the limit of (x^2 - x - 6)/(x - 3) as x tends to 3?` -> 5."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import factor, linear_form, times
from rlvr_gym.envs.math.tasks.drafting import draft, nonzero, polynomial
from rlvr_gym.sources import Draft

__all__ = ["limits"]

_LIMIT = (
    "Find $\\lim_{{x \\to {to}}} {shown}$.",
    "What does ${shown}$ tend to as $x \\to {to}$?",
    "Compute the limit of ${shown}$ for $x \\to {to}$.",
)


def limits(rng: random.Random, level: int) -> Draft:
    """Draw a limit: of a quotient, at infinity, of roots, or one that needs a series."""
    first = rng.random() < 0.5
    if level == 1:
        return _at_infinity(rng) if first else _cancelled(rng, 1)
    if level == 2:
        return _cancelled(rng, 2)
    if level == 3:
        return _root_quotient(rng) if first else _root_difference(rng)
    return _by_series(rng, level)


def _at_infinity(rng: random.Random) -> Draft:
    degree = rng.choice((2, 3))
    top, bottom = ([rng.randint(-9, 9) for _ in range(degree)] + [nonzero(rng, -12, 12)] for _ in range(2))
    shown = f"\\frac{{{polynomial(top)}}}{{{polynomial(bottom)}}}"
    key = (" ".join(map(str, top)), " ".join(map(str, bottom)))
    gold = Fraction(top[-1], bottom[-1])
    return draft(rng, "infinity", key, _LIMIT, gold, steps=3, shown=shown, to="\\infty")


def _cancelled(rng: random.Random, degree: int) -> Draft:
    r, s = nonzero(rng, -9, 9), rng.randint(-9, 9)
    a, c = nonzero(rng, -5, 5), nonzero(rng, -5, 5)
    d = rng.randint(-9, 9)
    top = times((-r, 1), (s, a))
    bottom = [-r, 1] if degree == 1 else times((-r, 1), (d, c))
    below = 1 if degree == 1 else c * r + d
    if not below or a * r + s == 0:
        return _cancelled(rng, degree)
    gold = Fraction(a * r + s, below)
    shown = f"\\frac{{{polynomial(top)}}}{{{polynomial(bottom)}}}"
    if gold == r:  # it would stand in the question
        return _cancelled(rng, degree)
    key = (r, " ".join(map(str, top)), " ".join(map(str, bottom)))
    kind, steps = ("linear_factor", 5) if degree == 1 else ("common_factor", 8)
    return draft(rng, kind, key, _LIMIT, gold, steps=steps, shown=shown, to=r)


def _root_quotient(rng: random.Random) -> Draft:
    a, r, c = nonzero(rng, -9, 9), nonzero(rng, -9, 9), rng.randint(1, 9)
    b = c * c - a * r
    root = f"\\sqrt{{{polynomial((b, a))}}} - {c}"
    flipped = rng.random() < 0.3
    top, bottom = (factor(-r), root) if flipped else (root, factor(-r))
    gold = Fraction(2 * c, a) if flipped else Fraction(a, 2 * c)
    if gold == r:
        return _root_quotient(rng)
    kind = "root_below" if flipped else "root_above"
    return draft(rng, kind, (a, b, c, r), _LIMIT, gold, steps=10, shown=f"\\frac{{{top}}}{{{bottom}}}", to=r)


def _root_difference(rng: random.Random) -> Draft:
    p, a, b, c = rng.randint(1, 6), nonzero(rng, -12, 12), rng.randint(-12, 12), rng.randint(-12, 12)
    line = polynomial((c, p)) if c == 0 else f"({polynomial((c, p))})"
    shown = f"\\sqrt{{{polynomial((b, a, p * p))}}} - {line}"
    gold = Fraction(a, 2 * p) - c
    return draft(rng, "root_difference", (p, a, b, c), _LIMIT, gold, steps=11, shown=shown, to="\\infty")


_Rule = tuple[str, str, Callable[[int, int], Fraction], int]

_SERIES: dict[int, tuple[_Rule, ...]] = {  # with x = ax and y = bx
    4: (
        ("cosine", "\\frac{{1 - \\cos({x})}}{{x \\sin({y})}}", lambda a, b: Fraction(a * a, 2 * b), 13),
        ("cosines", "\\frac{{\\cos({x}) - \\cos({y})}}{{x^2}}", lambda a, b: Fraction(b * b - a * a, 2), 13),
        (
            "exponentials",
            "\\frac{{e^{{{x}}} - e^{{{y}}}}}{{\\sin({y})}}",
            lambda a, b: Fraction(a - b, b),
            12,
        ),
        (
            "logarithm",
            "\\frac{{\\ln(1 {plus}) {minus}}}{{x \\sin({y})}}",
            lambda a, b: Fraction(-a * a, 2 * b),
            14,
        ),
    ),
    5: (
        (
            "sines",
            "\\frac{{{b}\\sin({x}) - {a}\\sin({y})}}{{x^3}}",
            lambda a, b: Fraction(a * b * (b * b - a * a), 6),
            18,
        ),
        (
            "tangent",
            "\\frac{{\\tan({x}) - \\sin({x})}}{{x^2 \\sin({y})}}",
            lambda a, b: Fraction(a**3, 2 * b),
            19,
        ),
        (
            "arctangent",
            "\\frac{{\\arctan({x}) {minus}}}{{x^2 (e^{{{y}}} - 1)}}",
            lambda a, b: Fraction(-(a**3), 3 * b),
            18,
        ),
    ),
}


def _by_series(rng: random.Random, level: int) -> Draft:
    a, b = nonzero(rng, -9, 9), nonzero(rng, -9, 9)
    kind, shown, limit, steps = rng.choice(_SERIES[level])
    if kind in ("cosine", "cosines"):  # even in a, and in b where both are cosines
        a, b = abs(a), b if kind == "cosine" else abs(b)
    if abs(a) == abs(b) or (kind == "sines" and min(a, b) < 2):
        return _by_series(rng, level)
    text = shown.format(
        a=a,
        b=b,
        x=linear_form((a,), ("x",)),
        y=linear_form((b,), ("x",)),
        plus=linear_form((1, a), ("", "x"))[2:],
        minus=linear_form((1, -a), ("", "x"))[2:],
    )
    return draft(rng, kind, (a, b), _LIMIT, limit(a, b), steps=steps, shown=text, to=0)
