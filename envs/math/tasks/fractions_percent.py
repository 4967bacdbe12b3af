"""Fractions and percentages. Example (level 1): `Compute $\\frac{3}{4} + \\frac{5}{6}$.` -> 19/12."""

from __future__ import annotations

import random
from fractions import Fraction

from rlvr_gym.envs.math.tasks.drafting import draft, latex
from rlvr_gym.sources import Draft

__all__ = ["fractions_percent"]

_COMPUTE = (
    "Compute ${shown}$. Give the answer in lowest terms.",
    "Simplify ${shown}$ to a single integer or a fraction in lowest terms.",
    "Evaluate ${shown}$ exactly, in lowest terms.",
)
_PERCENT_OF = (
    "What is {p}% of {n}?",
    "A parcel weighs {n} grams. {p}% of that is packaging. How many grams of packaging are there?",
    "Out of {n} points, a team scored {p}%. How many points is that (exactly)?",
)
_CHANGE = (
    "A price of {n} euros first rises by {p}% and then falls by {q}%. What is the final price in euros, "
    "exactly?",
    "A town of {n} (thousand) people grows by {p}% and then shrinks by {q}%. "
    "How many thousand people live there now, exactly?",
    "Increase {n} by {p}%, then decrease the result by {q}%. What do you get, exactly?",
)
_REVERSE = (
    "After a discount of {p}% a coat costs {n} dollars. What did it cost before, exactly?",
    "A number reduced by {p}% equals {n}. What is the number, exactly?",
    "A tank lost {p}% of its water and now holds {n} litres. How many litres did it hold before, exactly?",
)
_WHAT_PERCENT = (
    "What percent of {n} is {m}? Give the exact number of percent.",
    "A class of {n} seeds has {m} that sprouted. What percentage sprouted, exactly?",
)


def fractions_percent(rng: random.Random, level: int) -> Draft:
    """Draw a problem on fractions or percentages."""
    if level == 1:
        return _two(rng, rng.choice("+-"), 2, 15)
    if level == 2:
        return _percent_of(rng) if rng.random() < 0.5 else _two(rng, rng.choice("*/"), 2, 20)
    if level == 3:
        return _what_percent(rng) if rng.random() < 0.5 else _three(rng, 12)
    if level == 4:
        return _reverse(rng) if rng.random() < 0.5 else _three(rng, 30)
    n, p, q = rng.randint(20, 900), rng.randint(3, 60), rng.randint(3, 60)
    gold = Fraction(n * (100 + p) * (100 - q), 10_000)
    return draft(rng, "change", (n, p, q), _CHANGE, gold, n=n, p=p, q=q)


def _proper(rng: random.Random, low: int, high: int) -> Fraction:
    while True:
        value = Fraction(rng.randint(1, 2 * high), rng.randint(low, high))
        if value.denominator > 1:
            return value


def _two(rng: random.Random, sign: str, low: int, high: int) -> Draft:
    a, b = _proper(rng, low, high), _proper(rng, low, high)
    gold = {"+": a + b, "-": a - b, "*": a * b, "/": a / b}[sign]
    word = {"+": "+", "-": "-", "*": "\\cdot", "/": "\\div"}[sign]
    return draft(rng, "two", (a, sign, b), _COMPUTE, gold, shown=f"{latex(a)} {word} {latex(b)}")


def _three(rng: random.Random, high: int) -> Draft:
    a, b, c = (_proper(rng, 2, high) for _ in range(3))
    shown = f"{latex(a)} \\cdot \\left({latex(b)} - {latex(c)}\\right)"
    return draft(rng, "three", (a, b, c), _COMPUTE, a * (b - c), shown=shown)


def _percent_of(rng: random.Random) -> Draft:
    p, n = rng.randint(2, 98), rng.randint(11, 900)
    return draft(rng, "percent_of", (p, n), _PERCENT_OF, Fraction(p * n, 100), p=p, n=n)


def _what_percent(rng: random.Random) -> Draft:
    n = rng.choice((8, 16, 20, 25, 32, 40, 50, 64, 75, 80, 120, 125, 150, 160, 200, 240, 250, 300, 320, 400))
    m = rng.randint(2, 2 * n)
    return draft(
        rng,
        "what_percent",
        (n, m),
        _WHAT_PERCENT[: 1 if m > n else 2],
        Fraction(100 * m, n),
        percent=True,
        n=n,
        m=m,
    )


def _reverse(rng: random.Random) -> Draft:
    p, n = rng.randint(2, 90), rng.randint(11, 900)
    return draft(rng, "reverse", (p, n), _REVERSE, Fraction(100 * n, 100 - p), p=p, n=n)
