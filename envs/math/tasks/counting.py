"""Counting and probability. Example (level 2): `How many ways to choose 3 of 11 players?` -> 165."""

from __future__ import annotations

import math
import random
from fractions import Fraction

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.sources import Draft

__all__ = ["counting"]

_MENU = (
    "A menu has {a} starters, {b} main courses and {c} desserts. How many different three-course meals are "
    "there?",
    "A code consists of one of {a} letters, then one of {b} colours, then one of {c} digits. How many codes "
    "are there?",
    "There are {a} roads from A to B, {b} from B to C and {c} from C to D. How many routes lead from A to D "
    "by B and C?",
)
_CHOOSE = (
    "In how many ways can {k} of {n} players be chosen for a team?",
    "How many subsets with exactly {k} elements does a set of {n} elements have?",
    "A shelf holds {n} different books. How many ways are there to take {k} of them along, in any order?",
)
_ARRANGE = (
    "{n} runners compete; how many ways are there to fill the first {k} places (no ties)?",
    "How many words of {k} different letters can be made from an alphabet of {n} letters?",
)
_COMMITTEE = (
    "A committee of {j} teachers and {k} students is chosen from {m} teachers and {n} students. "
    "How many committees are possible?",
    "From {m} red and {n} blue marbles, all different, {j} red and {k} blue ones are taken. In how many "
    "ways?",
)
_LETTERS = (
    "How many different words of {total} letters use the letter A {a} times, B {b} times and C {c} times?",
    "In how many different orders can {a} identical red, {b} identical green and {c} identical blue flags "
    "hang in a row?",
)
_EITHER = (
    "How many integers from 1 to {n} are divisible by {a} or by {b} (or both)?",
    "Count the positive integers up to {n} that are multiples of {a} or of {b}.",
)
_DRAWN = (
    "A bag holds {m} red and {n} blue balls. {k} balls are drawn at random without putting any back. "
    "What is the probability that exactly {j} of them are red?",
    "From {m} women and {n} men, {k} people are chosen at random. What is the probability that exactly {j} "
    "are women?",
)


def counting(rng: random.Random, level: int) -> Draft:
    """Draw a counting problem; level 5 adds inclusion-exclusion and probability."""
    if level == 1:
        a, b, c = (rng.randint(2, 14) for _ in range(3))
        return draft(rng, "menu", (a, b, c), _MENU, a * b * c, a=a, b=b, c=c)
    if level == 2:
        if rng.random() < 0.5:
            n, k = rng.randint(6, 99), rng.randint(2, 5)
            return draft(rng, "choose", (n, k), _CHOOSE, math.comb(n, k), n=n, k=k)
        n, k = rng.randint(5, 99), rng.randint(2, 4)
        return draft(rng, "arrange", (n, k), _ARRANGE, math.perm(n, k), n=n, k=k)
    if level == 3:
        m, n = rng.randint(4, 14), rng.randint(4, 14)
        j, k = rng.randint(2, min(4, m)), rng.randint(2, min(4, n))
        gold = math.comb(m, j) * math.comb(n, k)
        return draft(rng, "committee", (m, j, n, k), _COMMITTEE, gold, m=m, n=n, j=j, k=k)
    if level == 4:
        if rng.random() < 0.4:
            a, b, c = (rng.randint(2, 9) for _ in range(3))
            total = a + b + c
            gold = math.factorial(total) // (math.factorial(a) * math.factorial(b) * math.factorial(c))
            return draft(rng, "letters", (a, b, c), _LETTERS, gold, a=a, b=b, c=c, total=total)
        a, b = sorted(rng.sample(range(2, 25), 2))
        n = rng.randint(100, 3000)
        gold = n // a + n // b - n // math.lcm(a, b)
        return draft(rng, "either", (n, a, b), _EITHER, gold, n=n, a=a, b=b)
    m, n, k = rng.randint(3, 12), rng.randint(3, 12), rng.randint(2, 5)
    j = rng.randint(max(0, k - n), min(k, m))
    chance = Fraction(math.comb(m, j) * math.comb(n, k - j), math.comb(m + n, k))
    return draft(rng, "drawn", (m, n, k, j), _DRAWN, chance, m=m, n=n, k=k, j=j)
