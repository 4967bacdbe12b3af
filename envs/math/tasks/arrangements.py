"""Arrangements with conditions, and shares of equal things.

Example (`stars_and_bars`, level 1): `In how many ways can 9 equal coins be given to 3 children?` -> 55.
"""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.sources import Draft

__all__ = ["binomial_steps", "permutations_restricted", "stars_and_bars"]

_NUMBERS = (
    "How many {many} can be formed with the digits {digits} if no digit is used twice? A number does not "
    "start with 0.",
    "{k} different digits out of {digits} are put in a row to make {one}, not starting with 0. How many such "
    "numbers are there?",
    "Count the {many} whose digits are all different and belong to the list {digits}. The first digit must "
    "not be 0.",
)
_TILES = (
    "In how many different ways can the letter tiles {letters} be put in a row if {rule}? Equal tiles cannot "
    "be told apart.",
    "How many different strings can be made from all the letters {letters} such that {rule}?",
    "The letters {letters} are all written in a row. Equal letters look the same. How many different rows "
    "are possible if {rule}?",
)
_EQUATION = (
    "How many solutions in integers does ${left}$ have if {bounds}?",
    "Count the tuples $({names})$ of integers with ${left}$ in which {bounds}.",
    "Let ${names}$ be integers with ${left}$, where {bounds}. How many possibilities are there?",
)
_SHARES = (
    "In how many ways can {n} equal coins be given to {k} children if {bounds}? Children may be told apart, "
    "coins may not.",
    "{n} identical tickets are shared out completely among {k} different clubs so that {bounds}. In how many "
    "ways is this possible?",
    "How many ways are there to put {n} equal marbles into {k} numbered boxes if {bounds}?",
)
_REPEATS = (
    *((2, 2, 1, 1), (2, 2, 1, 1, 1), (2, 2, 2, 1), (3, 2, 1, 1), (2, 2, 2), (3, 2, 2), (3, 3, 1), (4, 2, 2)),
    *((3, 2, 2, 1), (2, 2, 1, 1, 1, 1), (3, 2, 1, 1, 1), (3, 3, 2), (3, 3, 1, 1), (2, 2, 2, 2), (4, 2, 1, 1)),
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def binomial_steps(n: int, k: int) -> int:
    """Count the operations of a binomial coefficient: products above and below, one division."""
    return max(1, 2 * min(k, n - k) - 1)


def permutations_restricted(rng: random.Random, level: int) -> Draft:
    """Draw digits or letters that are put in a row under a condition."""
    if level <= 2:
        return _digit_numbers(rng, level)
    if level == 3:
        return (_larger if rng.random() < 0.5 else _starting)(rng)
    if level == 4:
        return (_blocks if rng.random() < 0.5 else _vowels)(rng)
    counts = rng.choice(_REPEATS)
    letters = "".join(x * n for x, n in zip(rng.sample("ABCDEFGH", len(counts)), counts, strict=True))
    gold = _no_neighbours(tuple(sorted(counts)), 0)
    terms = math.prod(n for n in counts if n > 1)  # of the sum by inclusion and exclusion
    rule = "no two equal letters stand next to each other"
    return _tiles(rng, "no_equal_neighbours", letters, (), rule, gold, terms * (len(letters) + 3))


def _digit_numbers(rng: random.Random, level: int) -> Draft:
    digits = sorted(rng.sample(range(10), rng.randint(5, 8)))
    k, size = rng.randint(3, 4), len(digits)
    if level == 1:  # the first place, then the others
        gold = (size - (0 in digits)) * math.perm(size - 1, k - 1)
        return _numbers(rng, "all_numbers", digits, k, (), gold, k)
    word, ends = rng.choice((("even", (0, 2, 4, 6, 8)), ("odd", (1, 3, 5, 7, 9)), ("divisible", (0, 5))))
    gold = 0
    for last in set(ends) & set(digits):
        if last == 0 or 0 not in digits:
            gold += math.perm(size - 1, k - 1)
        else:
            gold += (size - 2) * math.perm(size - 2, k - 2)
    if not gold:
        return _digit_numbers(rng, level)
    if word == "divisible":
        return _numbers(rng, "divisible_numbers", digits, k, (), gold, 2 * k + 1, after=" divisible by 5")
    return _numbers(rng, f"{word}_numbers", digits, k, (), gold, 2 * k + 1, before=f"{word} ")


def _larger(rng: random.Random) -> Draft:
    digits, k, limit = sorted(rng.sample(range(10), rng.randint(5, 8))), 4, rng.randint(2000, 7999)
    gold, used, size = 0, set(), len(digits)
    for place, mark in enumerate(map(int, str(limit))):
        larger = [d for d in digits if d > mark and d not in used]
        gold += len(larger) * math.perm(size - place - 1, k - place - 1)
        if mark not in digits or mark in used:
            break
        used.add(mark)
    if not gold:
        return _larger(rng)
    return _numbers(rng, "larger_numbers", digits, k, (limit,), gold, 3 * k, after=f" larger than {limit}")


def _numbers(
    rng: random.Random,
    kind: str,
    digits: list[int],
    k: int,
    more: tuple[int, ...],
    gold: int,
    steps: int,
    before: str = "",
    after: str = "",
) -> Draft:
    article = "an" if before else "a"
    fields: dict[str, Any] = {
        "many": f"{before}{k}-digit numbers{after}",
        "one": f"{article} {before}{k}-digit number{after}",
        "digits": ", ".join(map(str, digits)),
        "k": k,
    }
    params = ("".join(map(str, digits)), k, *more)
    return draft(rng, kind, params, _NUMBERS, gold, steps=steps, **fields)


def _tiles(
    rng: random.Random, kind: str, letters: str, more: tuple[object, ...], rule: str, gold: int, steps: int
) -> Draft:
    params = ("".join(sorted(letters)), *more)
    shown = ", ".join(sorted(letters))
    return draft(rng, kind, params, _TILES, gold, steps=steps, letters=shown, rule=rule)


def _multiset(letters: str) -> int:
    return math.factorial(len(letters)) // math.prod(map(math.factorial, Counter(letters).values()))


def _starting(rng: random.Random) -> Draft:
    kinds = rng.sample("ABCDEFGHK", rng.randint(3, 4))
    letters = "".join(kinds) + "".join(rng.choice(kinds) for _ in range(rng.randint(3, 4)))
    first = rng.choice(kinds)
    rest = letters.replace(first, "", 1)
    steps = len(rest) - 1 + sum(n - 1 for n in Counter(rest).values()) + 1
    return _tiles(rng, "starting", letters, (first,), f"the first letter is {first}", _multiset(rest), steps)


def _blocks(rng: random.Random) -> Draft:
    letters = "".join(sorted(rng.sample("ABCDEFGHIJ", rng.randint(6, 8))))
    chosen = rng.sample(letters, rng.randint(4, 5))
    one, two = "".join(chosen[:2]), "".join(chosen[2:])
    n, a, b = len(letters), 2, len(two)
    fact = math.factorial
    gold = fact(n) - fact(n - a + 1) - fact(n - b + 1) + fact(n - a - b + 2)
    steps = n - 1 + n - a + n - b + n - a - b + 1 + 3
    rule = f"neither {one} nor {two} occurs anywhere as neighbouring letters in this order"
    return _tiles(rng, "without_blocks", letters, (one, two), rule, gold, steps)


def _vowels(rng: random.Random) -> Draft:
    vowels = "".join(rng.choice("AEIO") for _ in range(3))
    consonants = "".join(rng.choice("BCDFG") for _ in range(rng.randint(4, 5)))
    together = rng.random() < 0.5
    inside = _multiset(vowels) * _multiset(consonants)
    gaps = len(consonants) + 1 if together else math.comb(len(consonants) + 1, 3)
    rule = (
        "the three vowels stand next to each other" if together else "no two vowels stand next to each other"
    )
    repeats = sum(n - 1 for n in Counter(vowels + consonants).values())
    steps = len(vowels) + len(consonants) - 2 + repeats + 2 + (1 if together else 5)
    kind = "vowels_together" if together else "vowels_apart"
    return _tiles(rng, kind, vowels + consonants, (), rule, gaps * inside, steps + 4)


@cache
def _no_neighbours(left: tuple[int, ...], last: int) -> int:
    """Count the rows without equal neighbours.

    Args:
        left: how many tiles of each letter are still to be placed, in rising order.
        last: how many are left of the letter just placed; 0 also at the start.
    """
    if sum(left) == 0:
        return 1
    total = 0
    for count in set(left) - {0}:
        ways = left.count(count) - (count == last)  # letters of which equally many are left are alike
        rest = list(left)
        rest[rest.index(count)] -= 1
        total += ways * _no_neighbours(tuple(sorted(rest)), count - 1)
    return total


def stars_and_bars(rng: random.Random, level: int) -> Draft:
    """Draw a sum of integers, or shares of equal things, with bounds below and, from level 4 on, above."""
    k = {1: 3, 2: 4, 3: rng.choice((4, 5)), 4: 4, 5: rng.choice((4, 5))}[level]
    names = [f"x_{i}" for i in range(1, k + 1)]
    lows = [0] * k if level == 1 else [rng.randint(1, 5) for _ in names]
    highs: list[int | None] = [None] * k
    bounded = {4: 1, 5: rng.choice((2, 3))}.get(level, 0)
    for i in range(bounded):
        highs[i] = lows[i] + rng.randint(3, 9)
    n = sum(lows) + rng.randint(6, {1: 300, 2: 60, 3: 50}.get(level, 20))
    slack = level == 3
    gold, steps = _bounded(n, lows, highs, slack)
    if gold < 2 or (
        bounded and n - sum(lows) <= min(h - low for h, low in zip(highs, lows, strict=True) if h)
    ):
        return stars_and_bars(rng, level)
    params = (int(slack), n, *lows, *(-1 if high is None else high for high in highs))
    if level != 3 and rng.random() < 0.4:
        bounds = _bounds([f"the {word}" for word in _ORDINALS[:k]], lows, highs, "gets")
        return draft(rng, "shares", params, _SHARES, gold, steps=steps, n=n, k=k, bounds=bounds)
    left = " + ".join(names) + (f" \\le {n}" if slack else f" = {n}")
    bounds = _bounds([f"${name}$" for name in names], lows, highs, "is")
    return draft(
        rng,
        "solutions",
        params,
        _EQUATION,
        gold,
        steps=steps,
        left=left,
        names=", ".join(names),
        bounds=bounds,
    )


def _bounds(names: Sequence[str], lows: Sequence[int], highs: Sequence[int | None], verb: str) -> str:
    if not any(lows) and not any(highs):
        return "none of them is negative" if verb == "is" else "some may get nothing"
    parts = [
        f"{name} {verb} at least {low}" + ("" if high is None else f" and at most {high}")
        for name, low, high in zip(names, lows, highs, strict=True)
    ]
    return ", ".join(parts[:-1]) + " and " + parts[-1]


def _bounded(n: int, lows: Sequence[int], highs: Sequence[int | None], slack: bool) -> tuple[int, int]:
    """Count the solutions by inclusion and exclusion over the upper bounds, with the operations."""
    k, rest = len(lows) + slack, n - sum(lows)
    widths = [high - low + 1 for low, high in zip(lows, highs, strict=True) if high is not None]
    gold, steps = 0, len(lows) + slack
    for size in range(len(widths) + 1):
        for chosen in itertools.combinations(widths, size):
            left = rest - sum(chosen)
            if left >= 0:
                gold += (-1) ** size * math.comb(left + k - 1, k - 1)
                steps += binomial_steps(left + k - 1, k - 1) + size + 1
    return gold, steps
