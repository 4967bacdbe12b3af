"""Trigonometric equations, in degrees. Example (level 1): `2 sin x + 3 = 4, 0 <= x < 360` -> 30, 150."""

from __future__ import annotations

import random
from collections.abc import Iterable
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import linear_form
from rlvr_gym.envs.math.tasks.drafting import draft, latex, nonzero, signed
from rlvr_gym.sources import Draft

__all__ = ["trig_equations"]

_LIST = (
    "Find all $x$ in degrees with $0 \\le x < 360$ and ${shown}$. Separate them by commas.",
    "Solve ${shown}$ for $x$ in degrees, $0 \\le x < 360$. List all solutions, separated by commas.",
    "Which angles $x$ (in degrees, $0 \\le x < 360$) satisfy ${shown}$? List them all, separated by commas.",
)
_SUM = (
    "What is the sum of all $x$ in degrees with $0 \\le x < 360$ and ${shown}$?",
    "Add up all solutions of ${shown}$ in degrees, $0 \\le x < 360$. What is the sum?",
    "Find all angles $x$ (in degrees, $0 \\le x < 360$) that satisfy ${shown}$, and give their sum.",
)
# The angle in the first quadrant by the ratio that stands before the root: sin 60 is half the root of 3.
_ARCSIN = {
    (Fraction(0), 1): 0,
    (Fraction(1, 2), 1): 30,
    (Fraction(1, 2), 2): 45,
    (Fraction(1, 2), 3): 60,
    (Fraction(1), 1): 90,
}
_ARCTAN = {(Fraction(0), 1): 0, (Fraction(1, 3), 3): 30, (Fraction(1), 1): 45, (Fraction(1), 3): 60}
_HALVES = [Fraction(n, 2) for n in range(-2, 3)]
_BEYOND = [Fraction(n, 2) for n in (-6, -5, -4, -3, 3, 4, 5, 6)]


def trig_equations(rng: random.Random, level: int) -> Draft:
    """Draw an equation in sines, cosines or tangents; its solutions or their sum are asked for."""
    if level <= 3:
        return _linear(rng, level)
    return _quadratic(rng, squares_only=level == 4)


def _angles(function: str, ratio: Fraction, root: int) -> set[int]:
    """Return all angles from 0 to 359 degrees where a function has the value ratio times a root."""
    sign = -1 if ratio < 0 else 1
    if function == "tan":
        first = sign * _ARCTAN[abs(ratio), root]
        return {first % 360, (first + 180) % 360}
    first = sign * _ARCSIN[abs(ratio), root]
    shift = 90 if function == "cos" else 0
    return {(first - shift) % 360, (180 - first - shift) % 360}


def _unknowns(angles: Iterable[int], k: int, phase: int) -> list[Fraction]:
    """Return all x with 0 <= x < 360 for which k x + phase is one of the angles, up to full turns."""
    return sorted({Fraction((angle - phase) % 360 + 360 * turn, k) for angle in angles for turn in range(k)})


def _linear(rng: random.Random, level: int) -> Draft:
    function = rng.choice(("sin", "cos", "tan"))
    ratio, root = rng.choice(sorted(_ARCTAN if function == "tan" else _ARCSIN))
    ratio *= rng.choice((1, -1))
    k = 1 if level == 1 else rng.choice((2, 3))
    phase = 15 * nonzero(rng, -11, 11) if level == 3 else 0
    a, b = nonzero(rng, -9, 9) * ratio.denominator, nonzero(rng, -9, 9)
    c = int(b + a * ratio)
    unit = "" if root == 1 else f"\\sqrt{{{root}}}"
    argument = "x" if k == 1 else f"{k}x"
    if phase:
        argument = f"({argument} {signed(phase)}^\\circ)"
    left = linear_form((a, b), (f"\\{function} {argument}", unit))
    solutions = _unknowns(_angles(function, ratio, root), k, phase)
    key = (function, k, phase, a, b, c, root)
    return _asked(rng, "linear", key, f"{left} = {linear_form((c,), (unit,))}", solutions, 2 + 4 * level)


def _asked(
    rng: random.Random, kind: str, key: tuple[object, ...], shown: str, solutions: list[Fraction], steps: int
) -> Draft:
    """Ask for all solutions where these are few, or for their sum."""
    if len(solutions) <= 4 and rng.random() < 0.8:
        gold = ", ".join(latex(solution) for solution in solutions)
        return draft(rng, f"{kind}_all", key, _LIST, gold, steps=steps, shown=shown)
    return draft(rng, f"{kind}_sum", key, _SUM, sum(solutions), steps=steps + 1, shown=shown)


def _quadratic(rng: random.Random, *, squares_only: bool) -> Draft:
    """Draw a quadratic equation for sin x or cos x, at the higher level hidden by an identity."""
    r, s = rng.choice(_HALVES), rng.choice(_HALVES + _BEYOND)
    if r == s:
        return _quadratic(rng, squares_only=squares_only)
    function, other = rng.sample(("sin", "cos"), 2)
    lead = nonzero(rng, -4, 4) * r.denominator * s.denominator
    b, c = int(-lead * (r + s)), int(lead * r * s)
    angles = {angle for u in (r, s) if abs(u) <= 1 for angle in _angles(function, u, 1)}
    k = 1 if squares_only else rng.choice((1, 2))
    x = "x" if k == 1 else f"{k}x"
    if squares_only:
        kind, steps, names = "squares", 16, (f"\\{function}^2 {x}", f"\\{function} {x}", "")
        values = (lead, b, c)
    elif rng.random() < 0.5:  # the square of the other function is 1 - u^2
        kind, steps, names = "mixed", 20, (f"\\{other}^2 {x}", f"\\{function} {x}", "")
        values = (-lead, b, c + lead)
    else:  # cos 2x is 1 - 2 sin^2 x and 2 cos^2 x - 1
        lead, b, c = 2 * lead, 2 * b, 2 * c
        sign = -1 if function == "sin" else 1
        kind, steps, names = "double", 22, (f"\\cos {2 * k}x", f"\\{function} {x}", "")
        values = (sign * lead // 2, b, c + lead // 2)
    shown = f"{linear_form(values, names)} = 0"
    return _asked(rng, kind, (function, k, *values), shown, _unknowns(angles, k, 0), steps)
