"""Factors and roots of polynomials.

Example (`vieta`, level 2): `r, s, t are the roots of x^3 - 2x + 5. What is r^2 + s^2 + t^2?` -> 4.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import derived, product, tuple_of, value_at
from rlvr_gym.envs.math.tasks.drafting import draft, nonzero, polynomial
from rlvr_gym.sources import Draft

__all__ = ["factoring", "vieta"]

_FACTORED = (
    "Write ${shown}$ in the form ${form}$ with integers such that ${condition}$. "
    "Give the ordered tuple ${unknowns}$.",
    "The polynomial ${shown}$ equals ${form}$ for integers with ${condition}$. "
    "What is the ordered tuple ${unknowns}$?",
    "Factor ${shown}$ as ${form}$, where every letter but $x$ stands for an integer and ${condition}$. "
    "Answer with the ordered tuple ${unknowns}$.",
)
_ROOTS = (
    "Let {names} be the complex roots of ${shown}$, with multiplicity. Find {asked}.",
    "The polynomial ${shown}$ has the complex roots {names} (repeated roots are listed repeatedly). "
    "What is {asked}?",
    "The equation ${shown} = 0$ has the complex solutions {names}, counted with multiplicity. "
    "Determine {asked}.",
)


def factoring(rng: random.Random, level: int) -> Draft:
    """Draw a polynomial to be factored over the integers; the integers of the factors are asked for."""
    if level in (1, 3):
        count = 2 if level == 1 else 3
        shifts = sorted(rng.sample([n for n in range(-12, 13) if n], count))
        names = "pqr"[:count]
        return _factored(
            rng,
            "monic",
            [(shift, 1) for shift in shifts],
            "".join(f"(x + {name})" for name in names),
            " < ".join(names),
            names,
            shifts,
            steps=3 * count,
        )
    if level == 2:
        while True:
            p, r = rng.randint(2, 7), rng.randint(1, 5)
            q, s = nonzero(rng, -9, 9), nonzero(rng, -9, 9)
            if p > r and math.gcd(p, q) == math.gcd(r, s) == 1:
                break
        parts, form = [(q, p), (s, r)], "(px + q)(rx + s)"
        return _factored(rng, "leading", parts, form, "p > r > 0", "pqrs", (p, q, r, s), steps=7)
    return _into_quadratics(rng, level)


def _into_quadratics(rng: random.Random, level: int) -> Draft:
    while True:
        a, c = sorted(rng.sample(range(-5, 6), 2))
        b, d = nonzero(rng, -7, 7), nonzero(rng, -7, 7)
        if not any(_is_square(x * x - 4 * y) for x, y in ((a, b), (c, d))):
            break
    parts: list[Sequence[int]] = [(b, a, 1), (d, c, 1)]
    form, gold = "(x^2 + ax + b)(x^2 + cx + d)", [a, b, c, d]
    condition = "a < c"
    if level == 4:
        return _factored(rng, "quadratics", parts, form, condition, "abcd", gold, steps=14)
    p, q = rng.randint(1, 3), nonzero(rng, -7, 7)
    if math.gcd(p, q) > 1:
        p = 1
    parts, form = [(q, p), *parts], f"(px + q){form}"
    return _factored(rng, "quintic", parts, form, f"{condition}, p > 0", "pqabcd", [p, q, *gold], steps=24)


def _is_square(value: int) -> bool:
    return value >= 0 and math.isqrt(value) ** 2 == value


def _factored(
    rng: random.Random,
    kind: str,
    parts: Sequence[Sequence[int]],
    form: str,
    condition: str,
    names: str,
    gold: Sequence[int],
    *,
    steps: int,
) -> Draft:
    return draft(
        rng,
        kind,
        product(parts),
        _FACTORED,
        tuple_of(gold),
        steps=steps,
        shown=polynomial(product(parts)),
        form=form,
        condition=condition,
        unknowns=f"({', '.join(names)})",
    )


def vieta(rng: random.Random, level: int) -> Draft:
    """Draw a symmetric function of the roots of a cubic or a quartic."""
    degree = 4 if level == 4 or (level == 1 and rng.random() < 0.3) else 3
    coefficients = [*(nonzero(rng, -9, 9) for _ in range(degree)), rng.choice((1, 1, 2, 3))]
    names = "rstu"[:degree]
    kind, argument, asked, steps = _symmetric(rng, level, coefficients, names)
    lead = Fraction(coefficients[-1])
    if kind == "sum":
        gold = -coefficients[-2] / lead
    elif kind == "product":
        gold = coefficients[0] * (-1) ** degree / lead
    elif kind == "power":
        gold = _power_sum(coefficients, argument)
    elif kind == "inverses":
        gold = Fraction(-coefficients[1], coefficients[0])
    elif kind == "shifted":
        gold = value_at(coefficients, argument) / lead
    else:  # the sum of 1 / (k - r) is p'(k) / p(k)
        gold = value_at(derived(coefficients), argument) / value_at(coefficients, argument)
    listed = ", ".join(f"${name}$" for name in names[:-1]) + f" and ${names[-1]}$"
    return draft(
        rng,
        kind,
        (argument, *coefficients),
        _ROOTS,
        gold,
        steps=steps,
        names=listed,
        shown=polynomial(coefficients),
        asked=f"${asked}$",
    )


def _symmetric(
    rng: random.Random, level: int, coefficients: Sequence[int], names: str
) -> tuple[str, int, str, int]:
    """Return the kind of symmetric function, its parameter, how it is written, and the steps to find it."""
    if level == 1:
        kind = rng.choice(("sum", "product"))
        return kind, 0, (" + " if kind == "sum" else "").join(names), 2
    if level == 2:
        if rng.random() < 0.5:
            return "power", 2, " + ".join(f"{name}^2" for name in names), 5
        return "inverses", 0, " + ".join(f"\\frac{{1}}{{{name}}}" for name in names), 4
    if level in (3, 4) and rng.random() < 0.5:
        k = nonzero(rng, -4, 4)
        signs = "".join(f"({k} - {name})" for name in names)
        return "shifted", k, signs, 8 if level == 3 else 13
    if level in (3, 4):
        n = level
        return "power", n, " + ".join(f"{name}^{n}" for name in names), 9 if level == 3 else 16
    k = rng.choice([n for n in (-3, -2, -1, 1, 2, 3) if value_at(coefficients, n)] or [0])
    if k and rng.random() < 0.5:
        return "reciprocals", k, " + ".join(f"\\frac{{1}}{{{k} - {name}}}" for name in names), 18
    n = rng.choice((5, 6))
    return "power", n, " + ".join(f"{name}^{n}" for name in names), 4 * n


def _power_sum(coefficients: Sequence[int], k: int) -> Fraction:
    """Return the sum of k-th powers of the roots by Newton's identities."""
    degree = len(coefficients) - 1
    monic = [Fraction(c, coefficients[-1]) for c in reversed(coefficients)]
    sums: list[Fraction] = []
    for n in range(1, k + 1):
        total = -n * monic[n] if n <= degree else Fraction(0)
        total -= sum((monic[i] * sums[n - i - 1] for i in range(1, min(n - 1, degree) + 1)), Fraction(0))
        sums.append(total)
    return sums[-1]
