"""Sequences and sums. Example (level 2): `Sum of the first 20 terms of 3, 7, 11, ...` -> 820."""

from __future__ import annotations

import random
from fractions import Fraction

from rlvr_gym.envs.math.tasks.drafting import draft, latex, nonzero
from rlvr_gym.sources import Draft

__all__ = ["sequences"]

_TERM = (
    "What is the {n}th term of the arithmetic sequence {shown}, ...?",
    "An arithmetic sequence begins {shown}, ... Find its term number {n}.",
)
_SUM = (
    "Find the sum of the first {n} terms of the arithmetic sequence {shown}, ...",
    "An arithmetic sequence begins {shown}, ... What do its first {n} terms add up to?",
)
_GEOMETRIC = (
    "Find the sum of the first {n} terms of the geometric sequence with first term {a} and ratio {r}.",
    "A geometric sequence starts at {a}, and each term is {r} times the one before. "
    "What is the sum of its first {n} terms?",
)
_INFINITE = (
    "Find the sum of the infinite geometric series with first term ${a}$ and ratio ${r}$.",
    "A ball first travels ${a}$ metres, and then each time ${r}$ times the distance before (a negative "
    "factor turns "
    "it round). What is the sum of all these signed distances, in metres?",
)
_RECURRENCE = (
    "A sequence has $a_1 = {a}$, $a_2 = {b}$ and $a_{{n+2}} = {p} a_{{n+1}} + {q} a_n$. What is $a_{{{n}}}$?",
    "Let $a_1 = {a}$ and $a_2 = {b}$. Every later term is {p} times the term before it plus {q} times the "
    "one "
    "before that. Find $a_{{{n}}}$.",
)


def sequences(rng: random.Random, level: int) -> Draft:
    """Draw a problem on an arithmetic, geometric or recursive sequence."""
    a, d = rng.randint(-30, 50), nonzero(rng, -15, 15)
    shown = ", ".join(str(a + i * d) for i in range(3))
    if level == 1:
        n = rng.randint(8, 90)
        return draft(rng, "term", (a, d, n), _TERM, a + (n - 1) * d, n=n, shown=shown)
    if level == 2:
        n = rng.randint(8, 120)
        return draft(rng, "sum", (a, d, n), _SUM, n * (2 * a + (n - 1) * d) // 2, n=n, shown=shown)
    if level == 3:
        a, r, n = nonzero(rng, -20, 40), rng.choice((-4, -3, -2, 2, 3, 4, 5)), rng.randint(4, 10)
        return draft(rng, "geometric", (a, r, n), _GEOMETRIC, a * (r**n - 1) // (r - 1), a=a, r=r, n=n)
    if level == 4:
        q = rng.randint(2, 15)
        ratio = Fraction(nonzero(rng, 1 - q, q - 1), q)
        start = Fraction(rng.randint(1, 40), rng.choice((1, 1, 2, 3, 5)))
        gold = start / (1 - ratio)
        return draft(rng, "infinite", (start, ratio), _INFINITE, gold, a=latex(start), r=latex(ratio))
    a, b, p, q, n = (
        rng.randint(-5, 9),
        rng.randint(-5, 9),
        rng.randint(1, 5),
        rng.randint(1, 5),
        rng.randint(6, 10),
    )
    terms = [a, b]
    while len(terms) < n:
        terms.append(p * terms[-1] + q * terms[-2])
    return draft(rng, "recurrence", (a, b, p, q, n), _RECURRENCE, terms[-1], a=a, b=b, p=p, q=q, n=n)
