"""Initial value problems. Example (level 1): `y' = 2x + 1, y(0) = 3. What is y(2)?` -> 9."""

from __future__ import annotations

import random
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import area_under, linear_form, plain_power
from rlvr_gym.envs.math.tasks.drafting import draft, latex, nonzero, polynomial
from rlvr_gym.sources import Draft

__all__ = ["differential_equations"]

_VALUE = (
    "The function $y(x)$ satisfies ${equation}$ and {start}. What is ${asked}$?",
    "Solve ${equation}$ with {start}, and give ${asked}$.",
    "Let $y$ be the solution of ${equation}$ with {start}. Find ${asked}$.",
)
_GROWTH = (
    "A quantity grows at a rate proportional to its size. It is {a} at time 0 and ${b}$ at time {s}. "
    "How large is it at time {t}?",
    "A population satisfies $P' = kP$ with a constant $k$; $P(0) = {a}$ and $P({s}) = {b}$. Find $P({t})$.",
    "The amount of a substance obeys $y' = ky$. At first there are {a} grams, after {s} hours ${b}$ grams. "
    "How many grams are there after {t} hours?",
)
_COOLING = (
    "A body cools in air of {air} degrees, at a rate proportional to the difference of the temperatures. "
    "It cools "
    "from {a} to {b} degrees in {s} minutes. What is its temperature after {t} minutes in all, in degrees?",
    "By Newton's law of cooling, $T' = k({air} - T)$. If $T(0) = {a}$ and $T({s}) = {b}$, what is $T({t})$?",
    "Tea of {a} degrees stands in a room of {air} degrees and follows Newton's law of cooling. After {s} "
    "minutes it has {b} degrees. How many degrees does it have {t} minutes after the start?",
)


def differential_equations(rng: random.Random, level: int) -> Draft:
    """Draw an initial value problem; a value of its solution is asked for."""
    first = rng.random() < 0.5
    if level == 1:
        return _integrated(rng)
    if level == 2:
        return _growth(rng)
    if level == 3:
        return _separable(rng) if first else _cooling(rng)
    if level == 4:
        return _first_order(rng)
    return _second_order(rng) if first else _euler(rng)


def _value(
    rng: random.Random,
    kind: str,
    key: tuple[object, ...],
    gold: Fraction,
    equation: str,
    start: str,
    asked: str,
    steps: int,
) -> Draft:
    return draft(rng, kind, key, _VALUE, gold, steps=steps, equation=equation, start=start, asked=asked)


def _integrated(rng: random.Random) -> Draft:
    slope = [rng.randint(-9, 9), rng.randint(-9, 9), rng.choice((0, 0, 3, -3, 6))]
    at, y, to = rng.randint(-2, 2), rng.randint(-9, 9), rng.randint(-4, 5)
    if to == at or not any(slope[1:]):
        return _integrated(rng)
    gold = y + area_under(slope, at, to)
    if gold == y:
        return _integrated(rng)
    equation, start = f"y' = {polynomial(slope)}", f"$y({at}) = {y}$"
    return _value(rng, "integrated", (*slope, at, y, to), gold, equation, start, f"y({to})", 7)


def _growth(rng: random.Random) -> Draft:
    a, ratio = rng.randint(2, 60), Fraction(rng.randint(1, 7), rng.randint(1, 4))
    s, n = rng.randint(2, 9), rng.randint(2, 4)
    if ratio == 1:
        return _growth(rng)
    b, gold = a * ratio, a * ratio**n
    if gold.denominator > 64:
        return _growth(rng)
    return draft(rng, "growth", (a, b, s, n * s), _GROWTH, gold, steps=8, a=a, b=latex(b), s=s, t=n * s)


def _cooling(rng: random.Random) -> Draft:
    air, q = rng.randint(-5, 25), rng.choice((2, 3, 4, 5))
    p = rng.randint(1, q - 1)
    n, s = rng.randint(2, 3), rng.randint(3, 20)
    apart = q * rng.randint(2, 75 // q)
    a, b = air + apart, air + apart * p // q
    gold = air + apart * Fraction(p, q) ** n
    return draft(
        rng, "cooling", (air, a, b, s, n * s), _COOLING, gold, steps=12, air=air, a=a, b=b, s=s, t=n * s
    )


def _separable(rng: random.Random) -> Draft:
    """Draw y' = k x^n y^2 with y(0) = c: then 1/y = 1/c - k x^(n+1)/(n+1)."""
    k, n, c, to = nonzero(rng, -9, 9), rng.randint(1, 3), nonzero(rng, -6, 6), rng.randint(1, 3)
    below = Fraction(1, c) - Fraction(k * to ** (n + 1), n + 1)
    if below * c <= 0:  # the solution breaks off before
        return _separable(rng)
    equation = f"y' = {linear_form((k,), (plain_power('x', n) + ' y^2',))}"
    return _value(rng, "separable", (k, n, c, to), 1 / below, equation, f"$y(0) = {c}$", f"y({to})", 13)


def _first_order(rng: random.Random) -> Draft:
    """Draw y' + (n/x) y = k x^m with y(1) = c: (x^n y)' = k x^(m+n)."""
    n, m, k = rng.randint(1, 4), rng.randint(0, 3), nonzero(rng, -9, 9)
    c, to = rng.randint(-9, 9), rng.randint(2, 4)
    gold = (c + Fraction(k * (to ** (m + n + 1) - 1), m + n + 1)) / to**n
    top = "y" if n == 1 else f"{n}y"
    right = linear_form((k,), (plain_power("x", m) if m else "",))
    equation = f"y' + \\frac{{{top}}}{{x}} = {right}"
    if gold == c:
        return _first_order(rng)
    return _value(rng, "first_order", (n, k, m, c, to), gold, equation, f"$y(1) = {c}$", f"y({to})", 17)


def _second_order(rng: random.Random) -> Draft:
    """Draw y'' - (r + s) y' + rs y = 0: a e^{rx} + b e^{sx}, at a logarithm."""
    r, s = rng.sample([n for n in range(-3, 4) if n], 2)
    a, b, to = nonzero(rng, -6, 6), nonzero(rng, -6, 6), rng.choice((2, 3))
    gold = a * Fraction(to) ** r + b * Fraction(to) ** s
    equation = f"{linear_form((1, -r - s, r * s), _PRIMES)} = 0"
    start = f"$y(0) = {a + b}$, $y'(0) = {a * r + b * s}$"
    key = (r + s, r * s, a + b, a * r + b * s, to)
    if gold in (a + b, a * r + b * s):
        return _second_order(rng)
    return _value(rng, "second_order", key, gold, equation, start, f"y(\\ln {to})", 23)


def _euler(rng: random.Random) -> Draft:
    """Draw x^2 y'' + p x y' + q y = 0 with the solutions x^r and x^s."""
    r, s = rng.sample(range(-3, 4), 2)
    a, b, to = nonzero(rng, -6, 6), nonzero(rng, -6, 6), rng.choice((2, 3))
    p, q = 1 - r - s, r * s
    gold = a * Fraction(to) ** r + b * Fraction(to) ** s
    equation = f"{linear_form((1, p, q), _EULER)} = 0"
    start = f"$y(1) = {a + b}$, $y'(1) = {a * r + b * s}$"
    if gold in (a + b, a * r + b * s):
        return _euler(rng)
    return _value(rng, "euler", (p, q, a + b, a * r + b * s, to), gold, equation, start, f"y({to})", 24)


_PRIMES = ("y''", "y'", "y")
_EULER = ("x^2 y''", "x y'", "y")
