"""Exact values of trigonometric functions.

Example (`trig_values`, level 2): `sin t = 3/5 and t is obtuse. What is tan t?` -> -3/4.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import linear_form
from rlvr_gym.envs.math.tasks.drafting import draft, latex
from rlvr_gym.sources import Draft

__all__ = ["trig_values"]

_VALUE = (
    "What is the exact value of ${shown}$?",
    "Evaluate ${shown}$ exactly.",
    "Find ${shown}$, without rounding.",
)
_GIVEN = (
    "If ${given}$ and ${where}$, what is ${asked}$?",
    "An angle satisfies ${given}$ and ${where}$. Find ${asked}$.",
    "Suppose that ${given}$, where ${where}$. Determine ${asked}$.",
)
_TWO_GIVEN = (
    "If ${given}$ with ${where}$ and ${given_too}$ with ${where_too}$, what is ${asked}$?",
    "Two angles satisfy ${given}$, ${where}$ and ${given_too}$, ${where_too}$. Find ${asked}$.",
    "Let ${given}$, where ${where}$, and ${given_too}$, where ${where_too}$. Determine ${asked}$.",
)
_TRIPLES = ((3, 4, 5), (5, 12, 13), (8, 15, 17), (7, 24, 25), (20, 21, 29), (9, 40, 41), (12, 35, 37))
_QUADRANTS = {
    (1, 1): "0^\\circ < {name} < 90^\\circ",
    (-1, 1): "90^\\circ < {name} < 180^\\circ",
    (-1, -1): "180^\\circ < {name} < 270^\\circ",
    (1, -1): "270^\\circ < {name} < 360^\\circ",
}
_SINES = {0: "0", 30: "\\frac{1}{2}", 45: "\\frac{\\sqrt{2}}{2}", 60: "\\frac{\\sqrt{3}}{2}", 90: "1"}
_TANGENTS = {0: "0", 30: "\\frac{\\sqrt{3}}{3}", 45: "1", 60: "\\sqrt{3}"}
_NAMES = ("x", "t", "\\theta", "\\alpha")
_GREEK = ("\\alpha", "\\beta")

Angle = tuple[Fraction, Fraction]  # cosine and sine


def trig_values(rng: random.Random, level: int) -> Draft:
    """Draw a trigonometric function of a special angle, or of an angle known by another function."""
    if level == 1:
        return _special(rng)
    if level == 2:
        return _other_function(rng)
    if level == 3:
        return _of_one(rng, 2, 7) if rng.random() < 0.6 else _half(rng)
    if level == 4:
        return _of_two(rng, 1, rng.choice((1, -1)), 12)
    if rng.random() < 0.4:
        return _of_one(rng, 3, 16)
    m, n = rng.choice(((2, 1), (2, -1), (1, 2), (1, -2)))
    return _of_two(rng, m, n, 18)


def _special(rng: random.Random) -> Draft:
    """Draw the sine, cosine or tangent of a multiple of 30 or 45 degrees, by the angle in the first "
    "quadrant."""
    name = rng.choice(("sin", "cos", "tan"))
    angle = rng.choice((30, 45)) * rng.randint(-40, 40)
    if angle % 360 == 0 or (name == "tan" and angle % 90 == 0):
        return _special(rng)
    turned = (angle + 90 if name == "cos" else angle) % 360
    if name == "tan":
        half = turned % 180
        size, negative = _TANGENTS[min(half, 180 - half)], half > 90
    else:
        size, negative = _SINES[min(turned % 180, 180 - turned % 180)], turned > 180
    gold = f"-{size}" if negative and size != "0" else size
    if rng.random() < 0.5:
        shown = f"\\{name} ({angle}^\\circ)" if angle < 0 else f"\\{name} {angle}^\\circ"
        return draft(rng, "degrees", (name, angle), _VALUE, gold, steps=3, shown=shown)
    share = Fraction(angle, 180)
    shown = f"\\{name} \\left({_times_pi(share)}\\right)"
    return draft(rng, "radians", (name, share), _VALUE, gold, steps=3, shown=shown)


def _times_pi(share: Fraction) -> str:
    top = {1: "\\pi", -1: "-\\pi"}.get(share.numerator, f"{share.numerator}\\pi")
    if share.denominator == 1:
        return top
    sign = "-" if share < 0 else ""
    return f"{sign}\\frac{{{top.lstrip('-')}}}{{{share.denominator}}}"


def _angle(rng: random.Random) -> Angle:
    a, b, c = rng.choice(_TRIPLES)
    if rng.random() < 0.5:
        a, b = b, a
    return Fraction(rng.choice((1, -1)) * a, c), Fraction(rng.choice((1, -1)) * b, c)


def _where(angle: Angle, name: str) -> str:
    signs = (1 if angle[0] > 0 else -1, 1 if angle[1] > 0 else -1)
    return _QUADRANTS[signs].format(name=name)


_FUNCTIONS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "sin": lambda c, s: s,
    "cos": lambda c, s: c,
    "tan": lambda c, s: s / c,
}


def _turned(angle: Angle, times: int) -> Angle:
    """Return cosine and sine of a multiple of an angle."""
    c, s = Fraction(1), Fraction(0)
    for _ in range(abs(times)):
        c, s = c * angle[0] - s * angle[1], c * angle[1] + s * angle[0]
    return c, s if times > 0 else -s


def _given(function: str, angle: Angle, name: str) -> str:
    return f"\\{function} {name} = {latex(_FUNCTIONS[function](*angle))}"


def _other_function(rng: random.Random) -> Draft:
    angle, name = _angle(rng), rng.choice(_NAMES)
    given, asked = rng.sample(sorted(_FUNCTIONS), 2)
    gold = _FUNCTIONS[asked](*angle)
    return draft(
        rng,
        "other_function",
        (given, *angle, asked),
        _GIVEN,
        gold,
        steps=4,
        given=_given(given, angle, name),
        where=_where(angle, name),
        asked=f"\\{asked} {name}",
    )


def _of_one(rng: random.Random, times: int, steps: int) -> Draft:
    angle, name = _angle(rng), rng.choice(_NAMES)
    given, asked = rng.choice(sorted(_FUNCTIONS)), rng.choice(sorted(_FUNCTIONS))
    gold = _FUNCTIONS[asked](*_turned(angle, times))
    return draft(
        rng,
        "multiple",
        (given, *angle, asked, times),
        _GIVEN,
        gold,
        steps=steps,
        given=_given(given, angle, name),
        where=_where(angle, name),
        asked=f"\\{asked} {times}{name}",
    )


def _half(rng: random.Random) -> Draft:
    angle, name = _angle(rng), rng.choice(_NAMES)
    given = rng.choice(sorted(_FUNCTIONS))
    return draft(
        rng,
        "half",
        (given, *angle),
        _GIVEN,
        angle[1] / (1 + angle[0]),
        steps=8,
        given=_given(given, angle, name),
        where=_where(angle, name),
        asked=f"\\tan \\frac{{{name}}}{{2}}",
    )


def _of_two(rng: random.Random, m: int, n: int, steps: int) -> Draft:
    """Draw a function of m a + n b, where one function of each of the angles a and b is known."""
    one, two = _angle(rng), _angle(rng)
    given, too, asked = (rng.choice(sorted(_FUNCTIONS)) for _ in range(3))
    (c, s), (p, q) = _turned(one, m), _turned(two, n)
    c, s = c * p - s * q, c * q + s * p
    if not (c and s):
        return _of_two(rng, m, n, steps)
    gold = _FUNCTIONS[asked](c, s)
    if gold in (_FUNCTIONS[given](*one), _FUNCTIONS[too](*two)):  # it would stand in the question
        return _of_two(rng, m, n, steps)
    return draft(
        rng,
        "sum",
        (given, *one, too, *two, asked, m, n),
        _TWO_GIVEN,
        gold,
        steps=steps,
        given=_given(given, one, _GREEK[0]),
        where=_where(one, _GREEK[0]),
        given_too=_given(too, two, _GREEK[1]),
        where_too=_where(two, _GREEK[1]),
        asked=f"\\{asked}({linear_form((m, n), _GREEK)})",
    )
