"""Arrangements listed one by one, shares through a generating function, grids walked backwards."""

from __future__ import annotations

import itertools
from functools import cache

from tests.derivations.common import Answer, Derivations, whole

__all__ = ["DERIVED"]


def permutations_restricted(kind: str, params: list[str]) -> Answer:
    if kind.endswith("_numbers"):
        digits, k = params[0], int(params[1])
        numbers = ["".join(p) for p in itertools.permutations(digits, k) if p[0] != "0"]
        return sum(
            {
                "all_numbers": lambda n: True,
                "even_numbers": lambda n: n % 2 == 0,
                "odd_numbers": lambda n: n % 2 == 1,
                "divisible_numbers": lambda n: n % 5 == 0,
                "larger_numbers": lambda n: n > int(params[2]),
            }[kind](int(number))
            for number in numbers
        )
    rows = {"".join(p) for p in itertools.permutations(params[0])}
    pairs = {row: list(itertools.pairwise(row)) for row in rows}
    return sum(
        {
            "starting": lambda row: row.startswith(params[1]),
            "without_blocks": lambda row: params[1] not in row and params[2] not in row,
            "vowels_together": lambda row: any(
                set(row[i : i + 3]) <= set("AEIO") for i in range(len(row) - 2)
            ),
            "vowels_apart": lambda row: not any({a, b} <= set("AEIO") for a, b in pairs[row]),
            "no_equal_neighbours": lambda row: all(a != b for a, b in pairs[row]),
        }[kind](row)
        for row in rows
    )


def stars_and_bars(kind: str, params: list[str]) -> Answer:
    slack, n, *bounds = whole(params)
    half = len(bounds) // 2
    counts = [1] + [0] * n
    for low, high in zip(bounds[:half], bounds[half:], strict=True):
        top = n if high < 0 else high
        counts = [sum(counts[s - x] for x in range(low, min(top, s) + 1)) for s in range(n + 1)]
    return sum(counts) if slack else counts[n]


def inclusion_exclusion(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind.endswith("divides"):
        wanted = {"some": range(1, 9), "none": range(1), "one": range(1, 2)}[kind.partition("_")[0]]
        return sum(sum(n % d == 0 for d in p[2:]) in wanted for n in range(p[0], p[1] + 1))
    if kind.endswith("three"):
        n, a, b, c, ab, ac, bc, abc = p
        two = (ab - abc) + (ac - abc) + (bc - abc)
        one = (a - ab - ac + abc) + (b - ab - bc + abc) + (c - ac - bc + abc)
        asked = kind.removesuffix("_of_three")
    else:
        n, a, b, abc = p
        one, two = (a - abc) + (b - abc), 0
        asked = kind
    return {
        "learn_none": n - one - two - abc,
        "learn_some": one + two + abc,
        "learn_one": one,
        "learn_two": two,
    }[asked]


def lattice_paths(kind: str, params: list[str]) -> Answer:
    a, b, *rest = whole(params)
    points = set(zip(rest[::2], rest[1::2], strict=False))

    @cache
    def ways(x: int, y: int, seen: bool) -> int:
        """The ways from here to the end."""
        if kind.startswith("round") and (x, y) in points:
            return 0
        if kind == "below_line" and y - x > rest[0]:
            return 0
        seen = seen or (x, y) in points
        if (x, y) == (a, b):
            return int(seen or kind != "through")
        return sum(
            ways(*there, seen) for there in ((x + 1, y), (x, y + 1)) if there[0] <= a and there[1] <= b
        )

    return ways(0, 0, False)


DERIVED: Derivations = {
    "inclusion_exclusion": inclusion_exclusion,
    "lattice_paths": lattice_paths,
    "permutations_restricted": permutations_restricted,
    "stars_and_bars": stars_and_bars,
}
