"""Taylor coefficients. Example (level 1): `The coefficient of x^3 in the series of e^{2x}?` -> 4/3."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import linear_form, plain_power
from rlvr_gym.envs.math.tasks.drafting import draft, nonzero
from rlvr_gym.sources import Draft

__all__ = ["taylor_coefficients"]

_TAYLOR = (
    "What is the coefficient of ${power}$ in the Maclaurin series of ${shown}$?",
    "Expand ${shown}$ in powers of $x$. Find the coefficient of ${power}$.",
    "The Taylor series of ${shown}$ about $x = 0$ has a term in ${power}$. What is its coefficient?",
)

Series = list[Fraction]


def _product(one: Series, two: Series) -> Series:
    return [
        sum((one[i] * two[k - i] for i in range(k + 1)), Fraction(0)) for k in range(min(len(one), len(two)))
    ]


def _start(values: Sequence[int], size: int) -> Series:
    """Return a polynomial as a series of that many terms."""
    return [Fraction(values[k] if k < len(values) else 0) for k in range(size)]


def _power(base: Series, exponent: Fraction) -> Series:
    """Raise a series that begins with 1 to a power: p = u^r has u p' = r u' p."""
    result = [Fraction(1)]
    for n in range(1, len(base)):
        total = sum(
            (((exponent + 1) * i - n) * base[i] * result[n - i] for i in range(1, n + 1)), Fraction(0)
        )
        result.append(total / n)
    return result


def _exponential(inner: Series) -> Series:
    """Return e to a series that begins with 0: p = e^u has p' = u' p."""
    result = [Fraction(1)]
    for n in range(1, len(inner)):
        result.append(sum((i * inner[i] * result[n - i] for i in range(1, n + 1)), Fraction(0)) / n)
    return result


def _logarithm(base: Series) -> Series:
    """Return the logarithm of a series that begins with 1: the integral of u' / u."""
    below = _power(base, Fraction(-1))
    slope = [n * base[n] for n in range(1, len(base))] + [Fraction(0)]
    return [Fraction(0), *(c / (n + 1) for n, c in enumerate(_product(slope, below)[:-1]))]


def _line(a: int, size: int) -> Series:
    return _start((1, a), size)


def _exp(a: int, size: int) -> Series:
    return _exponential(_start((0, a), size))


def _sine(a: int, size: int) -> Series:
    signs = (0, 1, 0, -1)
    return [signs[n % 4] * c for n, c in enumerate(_exp(a, size))]


_Function = tuple[str, Callable[[int, int, int], Series]]
_MINUS, _HALF = Fraction(-1), Fraction(1, 2)

_FUNCTIONS: dict[int, dict[str, _Function]] = {
    1: {
        "exponential": ("e^{{{x}}}", lambda a, b, n: _exp(a, n)),
        "geometric": ("\\frac{{1}}{{{line}}}", lambda a, b, n: _power(_line(a, n), _MINUS)),
        "logarithm": ("\\ln({line})", lambda a, b, n: _logarithm(_line(a, n))),
    },
    2: {
        "line_exponential": ("({other}) e^{{{x}}}", lambda a, b, n: _product(_line(b, n), _exp(a, n))),
        "line_logarithm": (
            "({other}) \\ln({line})",
            lambda a, b, n: _product(_line(b, n), _logarithm(_line(a, n))),
        ),
        "quotient": (
            "\\frac{{{other}}}{{{line}}}",
            lambda a, b, n: _product(_line(b, n), _power(_line(a, n), _MINUS)),
        ),
    },
    3: {
        "square_below": (
            "\\frac{{{other}}}{{({line})^2}}",
            lambda a, b, n: _product(_line(b, n), _power(_line(a, n), Fraction(-2))),
        ),
        "root": (
            "({other}) \\sqrt{{{line}}}",
            lambda a, b, n: _product(_line(b, n), _power(_line(a, n), _HALF)),
        ),
        "root_below": (
            "\\frac{{{other}}}{{\\sqrt{{{line}}}}}",
            lambda a, b, n: _product(_line(b, n), _power(_line(a, n), -_HALF)),
        ),
    },
    4: {
        "exponential_quotient": (
            "\\frac{{e^{{{x}}}}}{{{other}}}",
            lambda a, b, n: _product(_exp(a, n), _power(_line(b, n), _MINUS)),
        ),
        "exponential_logarithm": (
            "e^{{{x}}} \\ln({other})",
            lambda a, b, n: _product(_exp(a, n), _logarithm(_line(b, n))),
        ),
        "exponential_sine": (
            "e^{{{x}}} \\sin({y})",
            lambda a, b, n: _product(_exp(a, n), _sine(b, n)),
        ),
    },
    5: {
        "exponential_of": ("e^{{{inner}}}", lambda a, b, n: _exponential(_start((0, a, b), n))),
        "inverse_of": (
            "\\frac{{1}}{{{square}}}",
            lambda a, b, n: _power(_start((1, a, b), n), _MINUS),
        ),
        "logarithm_of": ("\\ln({square})", lambda a, b, n: _logarithm(_start((1, a, b), n))),
        "root_of": ("\\sqrt{{{square}}}", lambda a, b, n: _power(_start((1, a, b), n), _HALF)),
    },
}


def taylor_coefficients(rng: random.Random, level: int) -> Draft:
    """Draw a function of which one coefficient of the Maclaurin series is asked for."""
    a, b = nonzero(rng, -9, 9), nonzero(rng, -9, 9)
    low, high = {1: (2, 7), 2: (3, 6), 3: (3, 4), 4: (3, 4), 5: (4, 5)}[level]
    k = rng.randint(low, high)
    kind = rng.choice(sorted(_FUNCTIONS[level]))
    shown, series = _FUNCTIONS[level][kind]
    if level > 1 and a == b:
        return taylor_coefficients(rng, level)
    gold = series(a, b, k + 1)[k]
    if not gold:
        return taylor_coefficients(rng, level)
    text = shown.format(
        x=linear_form((a,), ("x",)),
        line=linear_form((1, a), ("", "x")),
        other=linear_form((1, b), ("", "x")),
        y=linear_form((b,), ("x",)),
        square=linear_form((1, a, b), ("", "x", "x^2")),
        inner=linear_form((a, b), ("x", "x^2")),
    )
    key = (k, a) if level == 1 else (k, a, b)
    steps = {1: 3, 2: 7, 3: 11, 4: 17, 5: 27}[level]
    return draft(rng, kind, key, _TAYLOR, gold, steps=steps, shown=text, power=plain_power("x", k))
