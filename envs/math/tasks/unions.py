"""Sets that overlap: surveys and multiples.

Example (level 2): `How many integers from 1 to 100 are divisible by 4 or by 6 (or both)?` -> 33.
"""

from __future__ import annotations

import itertools
import math
import random
from typing import Any

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.envs.math.tasks.entities import aside
from rlvr_gym.sources import Draft

__all__ = ["inclusion_exclusion"]

_TWO = (
    "{aside}Of {n} pupils, {a} learn {x}, {b} learn {y} and {ab} learn both. How many of the pupils {asked}?",
    "{aside}A school asks {n} pupils: {a} of them learn {x}, {b} learn {y}, and {ab} learn the two "
    "languages. Find the number of those who {asked}.",
    "{aside}In a group of {n} pupils {ab} learn both {x} and {y}. Altogether {a} learn {x} and {b} learn "
    "{y}. How many {asked}?",
)
_THREE = (
    "{aside}Of {n} pupils, {a} learn {x}, {b} learn {y} and {c} learn {z}. Of these, {ab} learn {x} and {y}, "
    "{ac} learn {x} and {z}, {bc} learn {y} and {z}, and {abc} learn all three (they are counted in the "
    "pairs, too). How many of the pupils {asked}?",
    "{aside}A school asks {n} pupils: {abc} learn {x}, {y} and {z}; {ab} learn at least {x} and {y}, {ac} at "
    "least {x} and {z}, {bc} at least {y} and {z}; in all {a} learn {x}, {b} learn {y} and {c} learn {z}. "
    "Find the number of those who {asked}.",
    "{aside}In a group of {n} pupils the courses have {a} ({x}), {b} ({y}) and {c} ({z}) members. {ab} "
    "pupils are in both {x} and {y}, {ac} in both {x} and {z}, {bc} in both {y} and {z}; {abc} of them are "
    "in all three courses. How many of the {n} pupils {asked}?",
)
_MULTIPLES = (
    "How many integers from {low} to {high} (both included) are {asked}?",
    "Count the integers $n$ with ${low} \\le n \\le {high}$ that are {asked}.",
    "Cards carry the numbers {low} to {high}, one each. On how many of the cards is the number {asked}?",
)
_LANGUAGES = (
    "French",
    "Spanish",
    "German",
    "Latin",
    "Greek",
    "Turkish",
    "Polish",
    "Hindi",
    "Arabic",
    "Swedish",
)
_LEARN = {
    "none": "learn none of these languages",
    "some": "learn at least one of these languages",
    "one": "learn exactly one of these languages",
    "two": "learn exactly two of these languages",
}


def inclusion_exclusion(rng: random.Random, level: int) -> Draft:
    """Draw a survey with two or three languages, or multiples of two, three or four numbers in a range."""
    if level in (1, 3):
        return _survey(rng, 2 if level == 1 else 3)
    count = 2 if level == 2 else 3 if level == 4 else rng.choice((3, 4))
    while True:
        divisors = sorted(rng.sample(range(2, 16), count))
        if all(b % a for a, b in itertools.combinations(divisors, 2)):
            break
    low, high = 1, rng.randint(60, 1000)
    if level == 5:
        low = rng.randint(50, 500)
        high = low + rng.randint(300, 1500)
    asked = rng.choice(("some", "none", "one"))
    words = [f"by {d}" for d in divisors]
    text = {
        "some": "divisible by at least one of the numbers ",
        "none": "divisible by none of the numbers ",
        "one": "divisible by exactly one of the numbers ",
    }[asked] + (", ".join(words[:-1]) + " and " + words[-1]).replace("by ", "")
    gold = _count(high, divisors, asked) - _count(low - 1, divisors, asked)
    subsets = 2**count - 1
    once = 2 * subsets - count + (asked == "none") + (asked == "one") * (subsets - count)
    steps = once + (subsets + 1 if low > 1 else 0)
    params = (low, high, *divisors)
    return draft(
        rng, f"{asked}_divides", params, _MULTIPLES, gold, steps=steps, low=low, high=high, asked=text
    )


def _count(n: int, divisors: list[int], asked: str) -> int:
    """Count the numbers 1..n by inclusion and exclusion; for exactly one, sets of s have factor s."""
    total = 0
    for size in range(1, len(divisors) + 1):
        for chosen in itertools.combinations(divisors, size):
            weight = size if asked == "one" else 1
            total += (-1) ** (size - 1) * weight * (n // math.lcm(*chosen))
    return n - total if asked == "none" else total


def _survey(rng: random.Random, count: int) -> Draft:
    """Draw how many are in each region; what is told are the sizes of the sets and of their intersections."""
    regions = {
        chosen: rng.randint(2, 30 if len(chosen) < 2 else 12)
        for size in range(count + 1)
        for chosen in itertools.combinations(range(count), size)
    }
    sizes = {
        chosen: sum(n for region, n in regions.items() if set(chosen) <= set(region)) for chosen in regions
    }
    asked = rng.choice(("none", "some", "one") if count == 2 else ("none", "some", "one", "two"))
    wanted = {"none": {0}, "some": set(range(1, count + 1)), "one": {1}, "two": {2}}[asked]
    gold = sum(n for region, n in regions.items() if len(region) in wanted)
    languages = dict(zip("xyz", rng.sample(_LANGUAGES, count), strict=False))
    fields: dict[str, Any] = {"n": sizes[()]}
    fields |= {"".join("abc"[i] for i in chosen): size for chosen, size in sizes.items() if chosen}
    steps = {"none": 1, "some": 0, "one": count - 1, "two": 1}[asked] + (2 if count == 2 else 6)
    kind = f"learn_{asked}" + ("" if count == 2 else "_of_three")
    templates = _TWO if count == 2 else _THREE
    fields |= {"asked": _LEARN[asked], "aside": aside(rng), **languages}
    return draft(rng, kind, tuple(sizes.values()), templates, gold, steps=steps, **fields)
