"""Derivatives and integrals. Example (level 3): `Compute $\\int_{0}^{2} (3x^2 - x) \\, dx$.` -> 6."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

from rlvr_gym.envs.math.tasks.drafting import draft, nonzero, polynomial
from rlvr_gym.sources import Draft

__all__ = ["calculus"]

_SLOPE = (
    "Let $f(x) = {shown}$. What is $f'({at})$?",
    "Find the slope of the graph of $y = {shown}$ at $x = {at}$.",
    "What is the derivative of ${shown}$ with respect to $x$ at the point $x = {at}$?",
)
_DERIVATIVE = (
    "Find the derivative of $f(x) = {shown}$ with respect to $x$.",
    "Differentiate ${shown}$ with respect to $x$.",
    "Let $f(x) = {shown}$. Find a formula for $f'(x)$.",
)
_INTEGRAL = (
    "Compute $\\int_{{{low}}}^{{{high}}} \\left({shown}\\right) \\, dx$.",
    "What is the value of the definite integral of ${shown}$ from $x = {low}$ to $x = {high}$?",
)
_AREA = (
    "Find the area of the region enclosed by the parabola $y = {shown}$ and the $x$-axis.",
    "The curve $y = {shown}$ and the $x$-axis enclose a region. What is its area?",
)
_EXTREME = (
    "What is the least value of $f(x) = {shown}$ for real $x$?",
    "Find the minimum of ${shown}$ over all real numbers $x$.",
)


def calculus(rng: random.Random, level: int) -> Draft:
    """Draw a derivative or an integral."""
    if level == 1:
        coefficients = [rng.randint(-9, 9), rng.randint(-9, 9), nonzero(rng, -9, 9)]
        at = rng.randint(-5, 5)
        slope = _value(_derive(coefficients), at)
        return draft(rng, "slope", (*coefficients, at), _SLOPE, slope, shown=polynomial(coefficients), at=at)
    if level == 2:
        size = rng.randint(2, 4)
        coefficients = [*(rng.randint(-9, 9) for _ in range(size)), nonzero(rng, -9, 9)]
        gold_text = polynomial(_derive(coefficients))
        return draft(rng, "derivative", coefficients, _DERIVATIVE, gold_text, shown=polynomial(coefficients))
    if level == 3:
        coefficients = [rng.randint(-9, 9), rng.randint(-9, 9), nonzero(rng, -9, 9)]
        low = rng.randint(-4, 3)
        high = rng.randint(low + 1, low + 5)
        gold = _integral(coefficients, low, high)
        shown = polynomial(coefficients)
        return draft(
            rng, "integral", (*coefficients, low, high), _INTEGRAL, gold, shown=shown, low=low, high=high
        )
    if level == 4:
        return _with_exponential(rng)
    return _area(rng) if rng.random() < 0.5 else _least(rng)


def _with_exponential(rng: random.Random) -> Draft:
    """(ax + b) e^{cx} has the derivative (acx + bc + a) e^{cx}."""
    a, b, c = nonzero(rng, -9, 9), nonzero(rng, -9, 9), nonzero(rng, -6, 6)
    power = {1: "x", -1: "-x"}.get(c, f"{c}x")
    shown = f"({polynomial((b, a))}) e^{{{power}}}"
    gold = f"({polynomial((b * c + a, a * c))}) e^{{{power}}}"
    return draft(rng, "exponential", (a, b, c), _DERIVATIVE, gold, shown=shown)


def _area(rng: random.Random) -> Draft:
    r, s = sorted(rng.sample(range(-12, 13), 2))
    a = nonzero(rng, -9, 9)
    coefficients = [a * r * s, -a * (r + s), a]
    gold = abs(_integral(coefficients, r, s))
    return draft(rng, "area", coefficients, _AREA, gold, shown=polynomial(coefficients))


def _least(rng: random.Random) -> Draft:
    """Draw (x - h)^4 - 2p (x - h)^2 + q, written out: its least value is q - p^2 for p > 0, else q."""
    p, q, shift = rng.randint(-6, 12), rng.randint(-40, 40), rng.randint(-3, 3)
    base = [-shift, 1]
    square = _times(base, base)
    coefficients = [-2 * p * c for c in square] + [0, 0]
    coefficients = [c + d for c, d in zip(coefficients, _times(square, square), strict=True)]
    coefficients[0] += q
    gold = q - p * p if p > 0 else q
    return draft(rng, "least", coefficients, _EXTREME, gold, shown=polynomial(coefficients))


def _times(one: Sequence[int], two: Sequence[int]) -> list[int]:
    product = [0] * (len(one) + len(two) - 1)
    for i, a in enumerate(one):
        for j, b in enumerate(two):
            product[i + j] += a * b
    return product


def _derive(coefficients: Sequence[int]) -> list[int]:
    return [power * factor for power, factor in enumerate(coefficients)][1:]


def _value(coefficients: Sequence[int], at: int) -> int:
    return sum(factor * at**power for power, factor in enumerate(coefficients))


def _integral(coefficients: Sequence[int], low: int, high: int) -> Fraction:
    return sum(
        (Fraction(c * (high ** (n + 1) - low ** (n + 1)), n + 1) for n, c in enumerate(coefficients)),
        Fraction(0),
    )
