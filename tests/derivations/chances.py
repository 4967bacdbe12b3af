"""Probabilities and means by listing every outcome, or by following the experiment draw by draw."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache

from tests.derivations.common import Answer, Derivations, whole

__all__ = ["DERIVED"]


def share(outcomes: list[tuple[int, ...]], event: Callable[[tuple[int, ...]], bool]) -> Fraction:
    return Fraction(sum(map(event, outcomes)), len(outcomes))


def dice_probability(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "successes":
        a, n, k, t = p
        return walks([Fraction(a - t + 1, a)] * n)[k]
    *sides, last = p[:-1] if kind == "given_sum" else p
    rolls = list(itertools.product(*(range(1, count + 1) for count in sides)))
    if kind == "given_sum":
        known = [roll for roll in rolls if sum(roll) == last]
        return share(known, lambda roll: p[-1] in roll)
    return share(
        rolls,
        {
            "all_at_least": lambda roll: min(roll) >= last,
            "first_larger": lambda roll: roll[0] > roll[1] + last,
            "sum_at_least": lambda roll: sum(roll) >= last,
        }.get(kind, lambda roll: sum(roll) == last),
    )


def walks(chances: list[Fraction]) -> list[Fraction]:
    """The distribution of the number of successes, trial by trial."""
    found = [Fraction(1)]
    for p in chances:
        found = [
            (found[k] * (1 - p) if k < len(found) else 0) + (found[k - 1] * p if k else 0)
            for k in range(len(found) + 1)
        ]
    return found


def expected_value(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind in ("prizes", "net_gain"):
        price, (n, *pairs) = (0, p) if kind == "prizes" else (p[0], p[1:])
        tickets = [
            amount for count, amount in zip(pairs[::2], pairs[1::2], strict=True) for _ in range(count)
        ]
        tickets += [0] * (n - len(tickets))
        return Fraction(sum(ticket - price for ticket in tickets), n)
    if kind == "stopping":
        rounds, *values = p
        return max(threshold(values, rounds, limits) for limits in stop_rules(values, rounds))
    pairs = list(itertools.product(p[:3], p[3:]))
    rule = {"larger": max, "smaller": min, "gap": lambda pair: max(pair) - min(pair)}[kind]
    return Fraction(sum(map(rule, pairs)), len(pairs))


def stop_rules(values: list[int], rounds: int) -> list[tuple[int, ...]]:
    """Every falling choice of the least amounts that are kept."""
    return list(itertools.combinations_with_replacement(sorted(set(values), reverse=True), rounds - 1))


def threshold(values: list[int], rounds: int, limits: tuple[int, ...]) -> Fraction:
    worth, reach = Fraction(0), Fraction(1)
    for limit in limits:
        kept = [value for value in values if value >= limit]
        worth += reach * Fraction(sum(kept), len(values))
        reach *= Fraction(len(values) - len(kept), len(values))
    assert len(limits) == rounds - 1
    return worth + reach * Fraction(sum(values), len(values))


def coins_and_urns(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind in ("exactly", "at_least"):
        above, below, n, k = p
        found = walks([Fraction(above, below)] * n)
        return found[k] if kind == "exactly" else sum(found[k:], Fraction(0))
    if kind == "transfer":
        a, b, c, d, moved = p
        sets = list(itertools.combinations([1] * a + [0] * b, moved))
        return sum((Fraction(c + sum(each), c + d + moved) for each in sets), Fraction(0)) / len(sets)
    if kind == "turns":
        return first_wins(p[0], p[1] + p[2])
    balls = [colour for colour, count in enumerate(p[:2] if kind == "drawn" else p[:3]) for _ in range(count)]
    if kind == "one":
        return Fraction(sum(ball in p[3:] for ball in balls), len(balls))
    if kind.startswith("same"):
        pairs = list(
            itertools.product(balls, repeat=2)
            if kind == "same_with_replacement"
            else itertools.permutations(balls, 2)
        )
        return share(pairs, lambda pair: pair[0] == pair[1])
    if kind == "drawn":
        return share(list(itertools.combinations(balls, p[2])), lambda drawn: drawn.count(0) == p[3])
    return share(list(itertools.combinations(balls, p[3])), lambda drawn: len(set(drawn)) == 3)


@cache
def first_wins(red: int, others: int) -> Fraction:
    """The player to draw wins at once, or the other is then the first and does not win."""
    if others == 0:
        return Fraction(1)
    now = Fraction(red, red + others)
    return now + (1 - now) * (1 - first_wins(red, others - 1))


def conditional_probability(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind.endswith(("swim", "chess")):
        members = ["both"] * p[0] + ["chess"] * p[1] + ["swim"] * p[2]
        known = [member for member in members if member in ("both", kind.rpartition("_")[2])]
        return Fraction(known.count("both"), len(known))
    which, tested, bad, numbers = {
        "total": lambda: (-1, 1, 1, p),
        "several": lambda: (p[0], p[1], p[2], p[3:]),
    }.get(kind, lambda: (p[0], 1, int(kind == "faulty"), p[1:]))()
    count = len(numbers) // 2
    # Of 100 ** (tested + 1) parts or boxes, this many of each machine show what was seen.
    seen = [
        numbers[i]
        * math.comb(tested, bad)
        * numbers[count + i] ** bad
        * (100 - numbers[count + i]) ** (tested - bad)
        for i in range(count)
    ]
    return Fraction(sum(seen), 100 ** (tested + 1)) if kind == "total" else Fraction(seen[which], sum(seen))


DERIVED: Derivations = {
    "coins_and_urns": coins_and_urns,
    "conditional_probability": conditional_probability,
    "dice_probability": dice_probability,
    "expected_value": expected_value,
}
