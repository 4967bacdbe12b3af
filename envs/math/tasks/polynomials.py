"""Polynomials multiplied out and divided.

Example (`polynomial_expansion`, level 1): `What is the coefficient of x in (2x + 1)(x - 3)?` -> -5.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import (
    factor,
    from_roots,
    plain_power,
    product,
    summed,
    times,
    tuple_of,
    value_at,
)
from rlvr_gym.envs.math.tasks.drafting import draft, nonzero, polynomial
from rlvr_gym.sources import Draft

__all__ = ["polynomial_division", "polynomial_expansion"]

_COEFFICIENT = (
    "What is the coefficient of ${power}$ when ${shown}$ is expanded?",
    "Expand ${shown}$ and collect like terms. Which number stands in front of ${power}$?",
    "The expression ${shown}$ is multiplied out and simplified. Find the coefficient of ${power}$.",
)
_REMAINDER = (
    "What is the remainder when ${top}$ is divided by ${bottom}$?",
    "Find the remainder of the division of ${top}$ by ${bottom}$.",
    "Polynomial division of ${top}$ by ${bottom}$ leaves a constant remainder. What is it?",
)
_UNKNOWN = (
    "For which number $k$ is ${bottom}$ a factor of ${top}$?",
    "The polynomial ${top}$ is divisible by ${bottom}$. Find $k$.",
    "Determine $k$ so that dividing ${top}$ by ${bottom}$ leaves no remainder.",
)
_QUOTIENT = (
    "When ${top}$ is divided by ${bottom}$, what is the coefficient of ${power}$ in the quotient?",
    "Divide ${top}$ by ${bottom}$ with remainder. Which coefficient does ${power}$ have in the quotient?",
    "Let $Q(x)$ be the quotient of the division with remainder of ${top}$ by ${bottom}$. "
    "Find the coefficient of ${power}$ in $Q(x)$.",
)
_REMAINDER_PAIR = (
    "The remainder when ${top}$ is divided by ${bottom}$ is $ax + b$. Find the ordered pair $(a, b)$.",
    "Divide ${top}$ by ${bottom}$. The remainder has the form $ax + b$; give the ordered pair $(a, b)$.",
    "If ${top}$ is divided by ${bottom}$ and $ax + b$ remains, what is the ordered pair $(a, b)$?",
)
_DIVISIBLE = (
    "The polynomial ${top}$ is divisible by ${bottom}$. Find the ordered pair $(a, b)$.",
    "For which ordered pair $(a, b)$ is ${bottom}$ a factor of ${top}$?",
    "Choose numbers $a$ and $b$ so that ${top}$ is a multiple of the polynomial ${bottom}$. "
    "Give the ordered pair $(a, b)$.",
)


def _random(rng: random.Random, degree: int, size: int = 6) -> list[int]:
    return (
        [nonzero(rng, -size, size)]
        + [rng.randint(-size, size) for _ in range(degree - 1)]
        + [nonzero(rng, -size, size)]
    )


def _spaced(coefficients: Sequence[int]) -> str:
    return " ".join(map(str, coefficients))


def _shape(factors: Sequence[Sequence[int]]) -> str:
    return "".join(f"({polynomial(part)})" for part in factors)


def polynomial_expansion(rng: random.Random, level: int) -> Draft:
    """Draw a product of polynomials of which one coefficient is asked for."""
    if level == 5 and rng.random() < 0.4:
        return _two_powers(rng)
    if level == 3 and rng.random() < 0.4:
        return _difference(rng)
    degrees = {
        1: ((1, 1),),
        2: ((1, 2), (2, 1)),
        3: ((2, 2), (2, 3)),
        4: ((1, 2, 2), (2, 1, 2), (1, 1, 3)),
        5: ((1, 1, 2, 2), (2, 2, 3), (1, 2, 3, 1)),
    }
    factors = [_random(rng, degree) for degree in rng.choice(degrees[level])]
    k = rng.randint(1, sum(len(part) - 1 for part in factors) - 1)
    steps, size = 0, 1
    for part in factors:
        steps, size = steps + size * len(part), size + len(part) - 1
    return draft(
        rng,
        "product",
        (k, *map(_spaced, factors)),
        _COEFFICIENT,
        product(factors)[k],
        steps=steps - len(factors[0]),
        power=plain_power("x", k),
        shown=_shape(factors),
    )


def _difference(rng: random.Random) -> Draft:
    one, two, square = _random(rng, 1), _random(rng, 2), _random(rng, 1)
    k = rng.choice((1, 2))
    gold = times(one, two)[k] - times(square, square)[k]
    return draft(
        rng,
        "difference",
        (k, *map(_spaced, (one, two, square))),
        _COEFFICIENT,
        gold,
        steps=11,
        power=plain_power("x", k),
        shown=f"{_shape((one, two))} - ({polynomial(square)})^2",
    )


def _two_powers(rng: random.Random) -> Draft:
    one, two = _random(rng, 1, 3), _random(rng, 1, 3)
    m, n = rng.randint(2, 4), rng.randint(3, 4)
    k = rng.randint(2, m + n - 2)
    gold = product([one] * m + [two] * n)[k]
    shown = f"({polynomial(one)})^{m} ({polynomial(two)})^{n}"
    steps = 5 * min(k + 1, m + n - k + 1) + 2 * (m + n)
    return draft(
        rng,
        "powers",
        (k, _spaced(one), m, _spaced(two), n),
        _COEFFICIENT,
        gold,
        steps=steps,
        power=plain_power("x", k),
        shown=shown,
    )


def polynomial_division(rng: random.Random, level: int) -> Draft:
    """Draw a division of polynomials: its remainder, quotient or an unknown coefficient."""
    if level == 1:
        return _remainder(rng, 2)
    if level == 2:
        return _remainder(rng, rng.choice((3, 3, 4))) if rng.random() < 0.5 else _unknown(rng)
    if level == 3:
        return _quotient(rng)
    return _by_quadratic(rng, rng.choice((3, 4))) if level == 4 else _hard_division(rng)


def _remainder(rng: random.Random, degree: int) -> Draft:
    top, r = _random(rng, degree, 9), nonzero(rng, -6, 6)
    shown, bottom, gold = polynomial(top), factor(-r), value_at(top, r)
    return draft(rng, "remainder", (r, *top), _REMAINDER, gold, steps=2 * degree, top=shown, bottom=bottom)


def _unknown(rng: random.Random) -> Draft:
    r = nonzero(rng, -5, 5)
    a, c = rng.randint(-9, 9), nonzero(rng, -30, 30)
    gold = Fraction(-(r**3 + a * r * r + c), r)
    squares = polynomial((0, 0, a, 1))
    shown = f"{squares} + kx {'+' if c > 0 else '-'} {abs(c)}"
    return draft(rng, "unknown", (r, a, c), _UNKNOWN, gold, steps=7, top=shown, bottom=factor(-r))


def _quotient(rng: random.Random) -> Draft:
    degree = rng.choice((4, 5))
    quotient, r = _random(rng, degree - 1, 9), nonzero(rng, -5, 5)
    rest, k = nonzero(rng, -20, 20), rng.randint(1, degree - 2)
    top = summed(times(quotient, (-r, 1)), (rest,))
    return draft(
        rng,
        "quotient",
        (k, r, *top),
        _QUOTIENT,
        quotient[k],
        steps=2 * degree,
        top=polynomial(top),
        bottom=factor(-r),
        power=plain_power("x", k),
    )


def _by_quadratic(rng: random.Random, degree: int) -> Draft:
    bottom = [nonzero(rng, -5, 5), rng.randint(-5, 5), 1]
    rest = [rng.randint(-9, 9), nonzero(rng, -9, 9)]
    top = summed(times(_random(rng, degree - 2), bottom), rest)
    return _linear_remainder(rng, top, bottom, (rest[1], rest[0]), 5 * degree - 3)


def _linear_remainder(
    rng: random.Random, top: list[int], bottom: list[int], gold: Sequence[int | Fraction], steps: int
) -> Draft:
    return draft(
        rng,
        "linear_remainder",
        (_spaced(top), _spaced(bottom)),
        _REMAINDER_PAIR,
        tuple_of(gold),
        steps=steps,
        top=polynomial(top),
        bottom=polynomial(bottom),
    )


def _hard_division(rng: random.Random) -> Draft:
    if rng.random() < 0.5:  # x^n + p x + q at the two roots of the divisor
        r, s = rng.sample([n for n in range(-3, 4) if n], 2)
        n, p, q = rng.randint(6, 9), rng.randint(-9, 9), rng.randint(-9, 9)
        top = [q, p, *[0] * (n - 2), 1]
        slope = Fraction(int(value_at(top, r) - value_at(top, s)), r - s)
        line = (slope, value_at(top, r) - slope * r)
        return _linear_remainder(rng, top, from_roots(r, s), line, 2 * n + 8)
    bottom = [nonzero(rng, -5, 5), nonzero(rng, -5, 5), 1]
    other = [nonzero(rng, -7, 7), nonzero(rng, -7, 7), rng.randint(1, 3)]
    top = times(bottom, other)
    shown = f"{polynomial((0, 0, 0, top[3], top[4]))} + ax^2 + bx {'+' if top[0] > 0 else '-'} {abs(top[0])}"
    key = (_spaced(bottom), top[0], top[3], top[4])
    gold = tuple_of((top[2], top[1]))
    return draft(rng, "divisible", key, _DIVISIBLE, gold, steps=21, top=shown, bottom=polynomial(bottom))
