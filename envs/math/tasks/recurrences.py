"""Sequences given by recurrences. Example (level 1): `a_1 = 2, a_{n+1} = 3 a_n - 1. What is a_4?` -> 41."""

from __future__ import annotations

import random
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import linear_form
from rlvr_gym.envs.math.tasks.drafting import draft, latex, nonzero
from rlvr_gym.sources import Draft

__all__ = ["recurrences"]

_TERM = (
    "A sequence has {start} and ${rule}$ for all $n \\ge {first}$. What is $a_{{{n}}}$?",
    "Let {start}, and let ${rule}$ hold for every $n \\ge {first}$. Find $a_{{{n}}}$.",
    "The sequence $(a_n)$ is given by {start} and ${rule}$ (for $n \\ge {first}$). Determine $a_{{{n}}}$.",
)
_LIMIT = (
    "A sequence has {start} and ${rule}$ for all $n \\ge 1$. What is its limit?",
    "Let {start}, and let ${rule}$ hold for every $n \\ge 1$. To which number does $a_n$ tend?",
    "The sequence $(a_n)$ with {start} and ${rule}$ (for $n \\ge 1$) converges. Find its limit.",
)
_COUPLED = (
    "Two sequences have $a_0 = {a}$, $b_0 = {b}$, ${one}$ and ${two}$ for all $n \\ge 0$. What is "
    "$a_{{{n}}}$?",
    "Let $a_0 = {a}$ and $b_0 = {b}$, and let ${one}$ and ${two}$ hold for every $n \\ge 0$. Find "
    "$a_{{{n}}}$.",
    "The sequences $(a_n)$ and $(b_n)$ start with $a_0 = {a}$ and $b_0 = {b}$ and obey ${one}$ and ${two}$. "
    "Determine $a_{{{n}}}$.",
)
_REMAINDER = (
    "A sequence of integers has {start} and ${rule}$ for all $n \\ge 1$. What is the remainder, from 0 to "
    "{top}, of $a_{{{n}}}$ when divided by {m}?",
    "Let {start}, and let ${rule}$ hold for every $n \\ge 1$. Which of the numbers 0 to {top} is congruent "
    "to $a_{{{n}}}$ modulo {m}?",
    "The integers $a_n$ are given by {start} and ${rule}$ for $n \\ge 1$. Which remainder from 0 to {top} "
    "does $a_{{{n}}}$ leave on division by {m}?",
)
_TWO_BEFORE = ("a_{n+1}", "a_n")


def recurrences(rng: random.Random, level: int) -> Draft:
    """Draw a sequence given by a recurrence, of which a term, a limit or a remainder is asked for."""
    first = rng.random() < 0.5
    if level == 1:
        return _limit(rng) if first else _first_order(rng)
    if level == 2:
        return _second_order(rng)
    if level == 3:
        return _with_index(rng)
    if level == 4:
        return _coupled(rng)
    return _remainder(rng)


def _limit(rng: random.Random) -> Draft:
    q = rng.randint(2, 7)
    r, c, a = Fraction(nonzero(rng, 1 - q, q - 1), q), nonzero(rng, -12, 12), rng.randint(-9, 9)
    gold = c / (1 - r)
    if gold == a:
        return _limit(rng)
    rule = f"a_{{n+1}} = {latex(r)} a_n {'+' if c > 0 else '-'} {abs(c)}"
    return draft(rng, "limit", (r, c, a), _LIMIT, gold, steps=4, start=f"$a_1 = {a}$", rule=rule)


def _first_order(rng: random.Random) -> Draft:
    p, q, a = rng.choice((-3, -2, 2, 3, 4)), nonzero(rng, -9, 9), rng.randint(-6, 6)
    n, value = rng.randint(4, 5), a
    for _ in range(n - 1):
        value = p * value + q
    if value == a:
        return _first_order(rng)
    rule = f"a_{{n+1}} = {linear_form((p, q), ('a_n', ''))}"
    return draft(
        rng,
        "first_order",
        (p, q, a, n),
        _TERM,
        value,
        steps=2 * (n - 1),
        start=f"$a_1 = {a}$",
        rule=rule,
        first=1,
        n=n,
    )


def _second_order(rng: random.Random) -> Draft:
    p, q, a, b = nonzero(rng, -4, 4), nonzero(rng, -4, 4), rng.randint(-6, 6), rng.randint(-6, 6)
    n, terms = rng.randint(6, 8), [a, b]
    while len(terms) <= n:
        terms.append(p * terms[-1] + q * terms[-2])
    if terms[n] in (a, b):
        return _second_order(rng)
    rule = f"a_{{n+2}} = {linear_form((p, q), _TWO_BEFORE)}"
    return draft(
        rng,
        "second_order",
        (p, q, a, b, n),
        _TERM,
        terms[n],
        steps=3 * (n - 1),
        start=f"$a_0 = {a}$, $a_1 = {b}$",
        rule=rule,
        first=0,
        n=n,
    )


def _with_index(rng: random.Random) -> Draft:
    """Draw a_{n+1} = p a_n + q n^2 + r n + s."""
    p, q, r, s = rng.choice((-2, -1, 2, 3)), rng.randint(-3, 3), nonzero(rng, -6, 6), rng.randint(-6, 6)
    a, n = rng.randint(-6, 6), rng.randint(5, 7)
    value = a
    for k in range(n):
        value = p * value + q * k * k + r * k + s
    if value == a:
        return _with_index(rng)
    rule = f"a_{{n+1}} = {linear_form((p, q, r, s), ('a_n', 'n^2', 'n', ''))}"
    return draft(
        rng,
        "with_index",
        (p, q, r, s, a, n),
        _TERM,
        value,
        steps=(5 if q else 4) * n,
        start=f"$a_0 = {a}$",
        rule=rule,
        first=0,
        n=n,
    )


def _coupled(rng: random.Random) -> Draft:
    p, q, r, s = (nonzero(rng, -3, 3) for _ in range(4))
    a, b, n = rng.randint(-5, 5), rng.randint(-5, 5), rng.randint(6, 8)
    if not (a or b) or p * s == q * r:
        return _coupled(rng)
    x, y = a, b
    for _ in range(n):
        x, y = p * x + q * y, r * x + s * y
    if x in (a, b):
        return _coupled(rng)
    one = f"a_{{n+1}} = {linear_form((p, q), ('a_n', 'b_n'))}"
    two = f"b_{{n+1}} = {linear_form((r, s), ('a_n', 'b_n'))}"
    return draft(
        rng, "coupled", (p, q, r, s, a, b, n), _COUPLED, x, steps=6 * n, a=a, b=b, one=one, two=two, n=n
    )


def _remainder(rng: random.Random) -> Draft:
    """Draw a far term modulo m: the remainders repeat, after a time that is long but can be worked "
    "through."""
    while True:
        squares = rng.random() < 0.5
        m, p, q = (
            rng.randint(60, 300) if squares else rng.randint(5, 13),
            nonzero(rng, -4, 4),
            nonzero(rng, -9, 9),
        )
        a, b, n = rng.randint(0, 4), rng.randint(0, 4), rng.randint(100, 5000)
        state = (a, 0) if squares else (a, b)
        terms: list[int] = []
        seen: dict[tuple[int, int], int] = {}
        while state not in seen:
            seen[state] = len(terms)
            terms.append(state[0])
            after = (p * state[0] ** 2 if squares else p * state[1] + q * state[0]) % m
            state = ((after + q) % m, 0) if squares else (state[1], after)
        if 14 <= len(terms) <= 40:
            break
    first = seen[state]
    gold = terms[first + (n - 1 - first) % (len(terms) - first)]
    if squares:
        key: tuple[int, ...] = (p, q, a, m, n)
        kind, start = "squares", f"$a_1 = {a}$"
        rule = f"a_{{n+1}} = {linear_form((p, q), ('a_n^2', ''))}"
    else:
        key = (p, q, a, b, m, n)
        kind, start = "linear", f"$a_1 = {a}$, $a_2 = {b}$"
        rule = f"a_{{n+2}} = {linear_form((p, q), _TWO_BEFORE)}"
    steps = 4 * len(terms)
    return draft(rng, kind, key, _REMAINDER, gold, steps=steps, start=start, rule=rule, m=m, n=n, top=m - 1)
