"""Linear equations in whole numbers.

Example (level 2): `Find the solution of 7x - 5y = 3 in positive integers with the least x.` -> (4, 5).
"""

from __future__ import annotations

import math
import random
from typing import Any

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.envs.math.tasks.entities import aside, people
from rlvr_gym.envs.math.tasks.modular import divisions
from rlvr_gym.sources import Draft

__all__ = ["diophantine"]

_WAYS = (
    "{aside}In how many ways can exactly {n} cents be paid with coins of {a} cents and {b} cents? Either "
    "kind may be missing.",
    "{aside}{name} puts together a total mass of {n} g from weights of {a} g and {b} g, of which there are "
    "plenty. How many combinations are possible, those with one kind only included?",
    "{aside}How many pairs $(x, y)$ of non-negative integers satisfy ${a}x + {b}y = {n}$?",
)
_LEAST = (
    "{aside}Find the solution of ${a}x - {b}y = {n}$ in positive integers with the least $x$. Answer with "
    "the pair $(x, y)$.",
    "{aside}Among all pairs $(x, y)$ of positive integers with ${a}x = {b}y + {n}$, which has the smallest "
    "entries? Give it as $(x, y)$.",
    "{aside}{name} saves {a} dollars in each of $x$ weeks and buys $y$ things at {b} dollars each; {n} "
    "dollars are left. Both numbers are positive and as small as possible. Give $(x, y)$.",
)
_COUNT = (
    "{aside}How many pairs of positive integers $(x, y)$ satisfy ${a}x + {b}y = {n}$?",
    "{aside}{name} fills {n} litres into cans of {a} and {b} litres, all full and at least one of each. How "
    "many combinations of numbers of cans are there?",
    "{aside}In how many ways can {n} be written as a positive multiple of {a} plus a positive multiple of "
    "{b}?",
)
_FOWLS = (
    "{aside}{name} buys {s} animals for {n} coins: geese at {a} coins, hens at {b} coins and chicks at {c} "
    "coins each, at least one of each kind. In how many ways can the {s} animals be made up?",
    "{aside}How many triples $(x, y, z)$ of positive integers satisfy both $x + y + z = {s}$ and ${a}x + "
    "{b}y + {c}z = {n}$?",
    "{aside}A test has {s} questions, worth {a}, {b} or {c} points each, {n} points altogether. Every kind "
    "occurs. How many possibilities are there for the three numbers of questions?",
)
_THREE = (
    "{aside}In how many ways can exactly {n} cents be paid with coins of {a}, {b} and {c} cents? Kinds may "
    "be missing.",
    "{aside}{name} puts together a total mass of {n} g from weights of {a} g, {b} g and {c} g, of which "
    "there are plenty. How many combinations are possible? Not every kind must be used.",
    "{aside}How many triples $(x, y, z)$ of non-negative integers satisfy ${a}x + {b}y + {c}z = {n}$?",
)


def diophantine(rng: random.Random, level: int) -> Draft:
    """Draw an equation whose solutions in whole numbers are counted, or of which the least is asked for."""
    more: dict[str, Any] = {"name": people(rng, 1)[0], "aside": aside(rng)}
    if level == 1:
        a, b = sorted(rng.sample(range(2, 13), 2))
        n = rng.randint(3 * b, 6 * b)
        gold = len(_pairs(a, b, n, 0))
        if not gold:
            return diophantine(rng, level)
        return draft(rng, "ways", (a, b, n), _WAYS, gold, steps=n // b + 1, a=a, b=b, n=n, **more)
    if level == 2:
        a, b = _coprime(rng, 8, 60)
        n = rng.randint(1, 30)
        x = n * pow(a, -1, b) % b or b
        while a * x <= n:
            x += b
        gold_pair, steps = f"({x}, {(a * x - n) // b})", 2 * divisions(max(a, b), min(a, b)) + 4
        return draft(rng, "least", (a, b, n), _LEAST, gold_pair, steps=steps, a=a, b=b, n=n, **more)
    if level == 3:
        a, b = _coprime(rng, 5, 40)
        n = rng.randint(3 * a * b, 12 * a * b)
        steps = 2 * divisions(max(a, b), min(a, b)) + 8
        return draft(
            rng, "count", (a, b, n), _COUNT, len(_pairs(a, b, n, 1)), steps=steps, a=a, b=b, n=n, **more
        )
    if level == 4:
        a, b, c = sorted(rng.sample(range(2, 15), 3), reverse=True)
        x, y, z = (rng.randint(2, 20) for _ in range(3))
        s, n = x + y + z, a * x + b * y + c * z
        # Taking c times the first equation from the second leaves one with two unknowns.
        gold = sum(1 for i, j in _pairs(a - c, b - c, n - c * s, 1) if i + j < s)
        steps = 4 + 2 * divisions(a - c, b - c) + 10
        params = (a, b, c, s, n)
        return draft(rng, "fowls", params, _FOWLS, gold, steps=steps, a=a, b=b, c=c, s=s, n=n, **more)
    a, b, c = sorted(rng.sample(range(3, 16), 3))
    n = rng.randint(8 * c, 14 * c)
    if math.gcd(a, b) > 1:
        return diophantine(rng, level)
    gold = sum(len(_pairs(a, b, n - c * z, 0)) for z in range(n // c + 1))
    steps = 4 * (n // c + 1)  # for each z: what is left, the least x, a division, the sum
    return draft(rng, "three_coins", (a, b, c, n), _THREE, gold, steps=steps, a=a, b=b, c=c, n=n, **more)


def _coprime(rng: random.Random, low: int, high: int) -> tuple[int, int]:
    while True:
        a, b = rng.randint(low, high), rng.randint(low, high)
        if a != b and math.gcd(a, b) == 1:
            return a, b


def _pairs(a: int, b: int, n: int, least: int) -> list[tuple[int, int]]:
    """Return the solutions of ax + by = n in integers from `least` on."""
    return [
        (x, (n - a * x) // b)
        for x in range(least, n // a + 1)
        if (n - a * x) % b == 0 and n - a * x >= least * b
    ]
