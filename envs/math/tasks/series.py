"""Sums of series, telescoping sums and products.

Example (`telescoping`, level 1): `What is the sum of 1/(k(k+1)) over k from 1 to 9?` -> 9/10.
"""

from __future__ import annotations

import random
from fractions import Fraction
from math import prod

from rlvr_gym.envs.math.tasks.coefficients import factor, linear_form, times, value_at
from rlvr_gym.envs.math.tasks.drafting import draft, latex, nonzero, polynomial
from rlvr_gym.sources import Draft

__all__ = ["series_sums", "telescoping"]

_SUM = (
    "Compute $\\sum_{{k={low}}}^{{{high}}} {shown}$.",
    "What is the sum of ${shown}$ over all whole numbers $k$ from ${low}$ to ${high}$?",
    "Let $k$ run from ${low}$ to ${high}$ in steps of 1. Find the sum of all ${shown}$.",
)
_INFINITE = (
    "Compute $\\sum_{{k={low}}}^{{\\infty}} {shown}$.",
    "What is the sum of the infinite series $\\sum_{{k={low}}}^{{\\infty}} {shown}$?",
    "The terms ${shown}$ for $k = {low}, {next}, {after}, \\dots$ are all added up. What is the sum?",
)
_OF_E = (
    "The series $\\sum_{{k=0}}^{{\\infty}} {shown}$ equals $N e$ for a whole number $N$. Find $N$.",
    "Write the sum of ${shown}$ over $k = 0, 1, 2, \\dots$ as $N e$. What is $N$?",
    "For which number $N$ is $\\sum_{{k=0}}^{{\\infty}} {shown} = N e$?",
)
_PRODUCT = (
    "Compute $\\prod_{{k={low}}}^{{{high}}} {shown}$.",
    "What is the product of ${shown}$ over all whole numbers $k$ from ${low}$ to ${high}$?",
    "Let $k$ run from ${low}$ to ${high}$ in steps of 1. Find the product of all ${shown}$.",
)


def series_sums(rng: random.Random, level: int) -> Draft:
    """Draw a sum of a polynomial, or of a polynomial times a geometric or factorial term."""
    first = rng.random() < 0.5
    if level in (1, 2):
        return _polynomial_sum(rng, level)
    if level == 3:
        return _polynomial_sum(rng, 3) if first else _geometric(rng)
    if level == 4:
        return _power_series(rng, 1)
    return _power_series(rng, 2) if first else _factorials(rng)


def _polynomial_sum(rng: random.Random, degree: int) -> Draft:
    term = [rng.randint(-9, 9) for _ in range(degree)] + [nonzero(rng, -6, 6)]
    low = rng.choice((1, 1, rng.randint(2, 9)))
    high = low + rng.randint(9, {1: 90, 2: 30, 3: 18}[degree])
    gold = sum((value_at(term, k) for k in range(low, high + 1)), Fraction(0))
    shown = polynomial(term, "k")
    shown = f"({shown})" if sum(map(bool, term)) > 1 else shown
    if gold in (low, high):  # it would stand in the question
        return _polynomial_sum(rng, degree)
    kind, steps = {1: ("linear", 6), 2: ("quadratic", 11), 3: ("cubic", 16)}[degree]
    return draft(rng, kind, (*term, low, high), _SUM, gold, steps=steps, shown=shown, low=low, high=high)


def _geometric(rng: random.Random) -> Draft:
    """Draw a r^k + b k + c from k = 0 or 1 on."""
    a, b, c, r = nonzero(rng, -6, 6), nonzero(rng, -9, 9), rng.randint(-9, 9), rng.choice((-3, -2, 2, 3))
    low = rng.randint(0, 1)
    high = low + rng.randint(5, 9)
    gold = sum(a * r**k + b * k + c for k in range(low, high + 1))
    base = f"({r})" if r < 0 else str(r)
    front = {1: "", -1: "-"}.get(a, f"{a} \\cdot ")
    rest = linear_form((1, b, c), ("", "k", ""))[1:]
    shown = f"({front}{base}^k{rest})"
    if gold in (low, high):
        return _geometric(rng)
    key = (a, r, b, c, low, high)
    return draft(rng, "geometric", key, _SUM, gold, steps=15, shown=shown, low=low, high=high)


def _power_series(rng: random.Random, degree: int) -> Draft:
    """Draw the sum of p(k) r^k from some k on, for a polynomial p of degree 1 or 2 and |r| < 1."""
    q = rng.randint(2, 6)
    r = Fraction(nonzero(rng, 1 - q, q - 1), q)
    term = [rng.randint(-6, 6) for _ in range(degree)] + [nonzero(rng, -6, 6)]
    low = rng.randint(0, 2)
    sums = (1 / (1 - r), r / (1 - r) ** 2, r * (1 + r) / (1 - r) ** 3)  # of r^k, k r^k and k^2 r^k
    gold = sum((c * total for c, total in zip(term, sums, strict=False)), Fraction(0))
    gold -= sum((value_at(term, k) * r**k for k in range(low)), Fraction(0))
    front = polynomial(term, "k")
    front = f"({front})" if sum(map(bool, term)) > 1 else front
    shown = f"{front} \\left({latex(r)}\\right)^k"
    if gold in (low, low + 1, low + 2):
        return _power_series(rng, degree)
    kind, steps = ("linear_times_power", 19) if degree == 1 else ("quadratic_times_power", 27)
    return draft(
        rng,
        kind,
        (*term, r, low),
        _INFINITE,
        gold,
        steps=steps,
        shown=shown,
        low=low,
        next=low + 1,
        after=low + 2,
    )


def _factorials(rng: random.Random) -> Draft:
    """Draw p(k) / k! for a cubic p: the powers 0 to 3 of k give 1, 1, 2 and 5 times e."""
    term = [rng.randint(-9, 9), rng.randint(-9, 9), nonzero(rng, -9, 9), nonzero(rng, -9, 9)]
    gold = sum(c * bell for c, bell in zip(term, (1, 1, 2, 5), strict=True))
    if not gold:
        return _factorials(rng)
    shown = f"\\frac{{{polynomial(term, 'k')}}}{{k!}}"
    return draft(rng, "factorials", term, _OF_E, gold, steps=24, shown=shown)


def telescoping(rng: random.Random, level: int) -> Draft:
    """Draw a sum or product of which nearly everything cancels."""
    first = rng.random() < 0.5
    if level == 1:
        return _neighbours(rng, 1)
    if level == 2:
        return _neighbours(rng, rng.randint(2, 5)) if first else _roots(rng)
    if level == 3:
        return _apart(rng) if first else _product(rng)
    if level == 4:
        return _endless(rng)
    return _three_factors(rng) if first else _squares(rng)


def _neighbours(rng: random.Random, step: int) -> Draft:
    """Draw a / ((sk + c)(sk + c + s))."""
    a, c, low = rng.randint(1, 9), rng.randint(0, 9), rng.randint(1, 5)
    high = low + rng.randint(5, 40)
    one, two = polynomial((c, step), "k"), polynomial((c + step, step), "k")
    gold = Fraction(a, step) * (Fraction(1, step * low + c) - Fraction(1, step * high + c + step))
    left = f"({one})" if c else one
    shown = f"\\frac{{{a}}}{{{left}({two})}}"
    kind, steps = ("neighbours", 6) if step == 1 else ("in_steps", 9)
    key = (a, step, c, low, high)
    return draft(rng, kind, key, _SUM, gold, steps=steps, shown=shown, low=low, high=high)


def _roots(rng: random.Random) -> Draft:
    """Draw a / (sqrt(k + c) + sqrt(k + c + 1)) between squares."""
    a, c = rng.randint(1, 9), rng.randint(0, 30)
    one, two = sorted(rng.sample(range(2, 16), 2))
    low, high = one * one - c, two * two - c - 1
    gold = a * (two - one)
    if low < 0 or gold in (low, high):
        return _roots(rng)
    shown = f"\\frac{{{a}}}{{\\sqrt{{{factor(c, 'k')}}} + \\sqrt{{{factor(c + 1, 'k')}}}}}"
    return draft(rng, "roots", (a, c, low, high), _SUM, gold, steps=9, shown=shown, low=low, high=high)


def _apart(rng: random.Random) -> Draft:
    """Draw a / ((k + c)(k + c + 2)): four fractions stay."""
    a, c, low = rng.randint(1, 9), rng.randint(0, 6), rng.randint(1, 4)
    high = low + rng.randint(5, 30)
    ends = [
        Fraction(1, low + c),
        Fraction(1, low + c + 1),
        Fraction(1, high + c + 1),
        Fraction(1, high + c + 2),
    ]
    gold = Fraction(a, 2) * (ends[0] + ends[1] - ends[2] - ends[3])
    shown = f"\\frac{{{a}}}{{{polynomial(times((c, 1), (c + 2, 1)), 'k')}}}"
    return draft(rng, "two_apart", (a, c, low, high), _SUM, gold, steps=14, shown=shown, low=low, high=high)


def _product(rng: random.Random) -> Draft:
    """Draw 1 - c^2 / (k + d)^2, the product of (k + d - c)/(k + d) and (k + d + c)/(k + d)."""
    c, d = rng.randint(1, 3), rng.randint(0, 4)
    low = max(1, c + 1 - d) + rng.randint(0, 3)
    high = low + rng.randint(6, 40)
    gold = prod((1 - Fraction(c * c, (k + d) ** 2) for k in range(low, high + 1)), start=Fraction(1))
    below = "k^2" if d == 0 else f"({factor(d, 'k')})^2"
    shown = f"\\left(1 - \\frac{{{c * c}}}{{{below}}}\\right)"
    steps = 11 + 2 * c
    return draft(
        rng, "product", (c, d, low, high), _PRODUCT, gold, steps=steps, shown=shown, low=low, high=high
    )


def _endless(rng: random.Random) -> Draft:
    """Draw the infinite sum of a / ((k + c)(k + c + d)), multiplied out."""
    a, c, d, low = rng.randint(1, 9), rng.randint(0, 6), rng.randint(2, 4), rng.randint(1, 4)
    gold = Fraction(a, d) * sum((Fraction(1, low + c + j) for j in range(d)), Fraction(0))
    shown = f"\\frac{{{a}}}{{{polynomial(times((c, 1), (c + d, 1)), 'k')}}}"
    if gold in (low, low + 1, low + 2):
        return _endless(rng)
    return draft(
        rng,
        "endless",
        (a, c, d, low),
        _INFINITE,
        gold,
        steps=14 + 2 * d,
        shown=shown,
        low=low,
        next=low + 1,
        after=low + 2,
    )


def _three_factors(rng: random.Random) -> Draft:
    """Draw the infinite sum of (ak + b) / ((k + c)(k + c + 1)(k + c + 2))."""
    a, b, c, low = rng.randint(0, 5), rng.randint(1, 9), rng.randint(0, 4), rng.randint(1, 3)
    first = low + c
    # a k + b = a (k + c + 2) + (b - a (c + 2)): sums over two and over three neighbours
    gold = a * Fraction(1, first) + Fraction(b - a * (c + 2), 2) * Fraction(1, first * (first + 1))
    factors = [factor(c + j, "k") for j in range(3)]
    below = "".join(f"({part})" if part != "k" else part for part in factors)
    shown = f"\\frac{{{polynomial((b, a), 'k')}}}{{{below}}}"
    if gold in (low, low + 1, low + 2) or not gold:
        return _three_factors(rng)
    return draft(
        rng,
        "three_factors",
        (a, b, c, low),
        _INFINITE,
        gold,
        steps=24,
        shown=shown,
        low=low,
        next=low + 1,
        after=low + 2,
    )


def _squares(rng: random.Random) -> Draft:
    """Draw a (2(k + c) + 1) / ((k + c)^2 (k + c + 1)^2), the difference of two inverse squares."""
    a, c, low = rng.randint(1, 9), rng.randint(0, 6), rng.randint(1, 4)
    high = low + rng.randint(4, 15)
    gold = a * (Fraction(1, (low + c) ** 2) - Fraction(1, (high + c + 1) ** 2))
    one = "k^2" if c == 0 else f"({factor(c, 'k')})^2"
    shown = f"\\frac{{{polynomial((a * (2 * c + 1), 2 * a), 'k')}}}{{{one} ({factor(c + 1, 'k')})^2}}"
    return draft(rng, "squares", (a, c, low, high), _SUM, gold, steps=23, shown=shown, low=low, high=high)
