"""Shortest ways on a grid.

Example (level 1): `A robot goes from (0, 0) to (3, 2) by unit steps right or up. In how many ways?` -> 10.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from rlvr_gym.envs.math.tasks.arrangements import binomial_steps
from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.sources import Draft

__all__ = ["lattice_paths"]

_PATHS = (
    "A robot goes from $(0, 0)$ to $({a}, {b})$. Each step leads one unit to the right or one unit up. In "
    "how many different ways can it go{rule}?",
    "How many paths lead from the origin to the point $({a}, {b})$ if every step adds 1 to exactly one of "
    "the two coordinates{rule_and}?",
    "In a town with a square grid of streets, somebody wants to get from the crossing $(0, 0)$ to the "
    "crossing $({a}, {b})$, {a} blocks further east and {b} blocks further north, walking only east and "
    "north. How many routes are there{rule}?",
)

Point = tuple[int, int]


def lattice_paths(rng: random.Random, level: int) -> Draft:
    """Draw a grid to be crossed: freely, through a point, round one, two or several points, below a line."""
    if level == 1:
        a, b = rng.randint(2, 4), rng.randint(4, 60)
        a, b = (a, b) if rng.random() < 0.5 else (b, a)
        return _draft(rng, "free", (a, b), "", _paths((0, 0), (a, b)), binomial_steps(a + b, a))
    if level == 2:
        a, b = rng.randint(4, 9), rng.randint(4, 9)
        via = (rng.randint(1, a - 1), rng.randint(1, b - 1))
        return _draft(rng, "through", (a, b, *via), f" through ${via}$", *_via(via, end=(a, b)))
    if level == 3:
        a, b = rng.randint(5, 10), rng.randint(5, 10)
        hole = (rng.randint(1, a - 1), rng.randint(1, b - 1))
        through, steps = _via(hole, end=(a, b))
        gold = _paths((0, 0), (a, b)) - through
        steps += binomial_steps(a + b, a) + 1
        return _draft(rng, "round_one", (a, b, *hole), f" without passing ${hole}$", gold, steps)
    if level == 4:
        return _round_two(rng)
    a, b = rng.randint(8, 11), rng.randint(8, 11)
    if rng.random() < 0.5:
        k = rng.randint(1, 3)
        b = min(b, a + k - 1)
        gold, steps = _walk(a, b, lambda x, y: y <= x + k)
        rule = f" if the $y$-coordinate may never exceed the $x$-coordinate by more than {k}"
        return _draft(rng, "below_line", (a, b, k), rule, gold, steps)
    inside = [(x, y) for x in range(a + 1) for y in range(b + 1) if 0 < x + y < a + b]
    holes = sorted(rng.sample(inside, rng.randint(4, 5)))
    gold, steps = _walk(a, b, lambda x, y: (x, y) not in holes)
    if not gold:
        return lattice_paths(rng, level)
    shown = ", ".join(f"${hole}$" for hole in holes[:-1]) + f" and ${holes[-1]}$"
    params = (a, b, *(n for hole in holes for n in hole))
    return _draft(rng, "round_several", params, f" without passing any of {shown}", gold, steps)


def _draft(rng: random.Random, kind: str, params: tuple[int, ...], rule: str, gold: int, steps: int) -> Draft:
    more = rule.replace(" if ", " and ").replace(" without passing", " and the path does not pass")
    more = more.replace(" through", " and the path passes through")
    return draft(
        rng, kind, params, _PATHS, gold, steps=steps, a=params[0], b=params[1], rule=rule, rule_and=more
    )


def _paths(start: Point, end: Point) -> int:
    across, up = end[0] - start[0], end[1] - start[1]
    return math.comb(across + up, up) if across >= 0 and up >= 0 else 0


def _via(*points: Point, end: Point) -> tuple[int, int]:
    """Count the ways through points in that order, with the operations."""
    ways, steps, here = 1, -1, (0, 0)
    for there in (*points, end):
        ways *= _paths(here, there)
        steps += binomial_steps(sum(there) - sum(here), there[0] - here[0]) + 1
        here = there
    return ways, steps


def _round_two(rng: random.Random) -> Draft:
    a, b = rng.randint(5, 8), rng.randint(5, 8)
    first = (rng.randint(1, a // 2), rng.randint(1, b // 2))
    second = (rng.randint(first[0], a - 1), rng.randint(first[1], b - 1))
    if first == second:
        return _round_two(rng)
    end = (a, b)
    parts = [_via(end=end), _via(first, end=end), _via(second, end=end), _via(first, second, end=end)]
    gold = parts[0][0] - parts[1][0] - parts[2][0] + parts[3][0]
    steps = sum(count for _, count in parts) + 3
    rule = f" without passing ${first}$ or ${second}$"
    return _draft(rng, "round_two", (a, b, *first, *second), rule, gold, steps)


def _walk(a: int, b: int, allowed: Callable[[int, int], bool]) -> tuple[int, int]:
    """Count the ways point by point, with the additions: a point is entered from the left or from below."""
    ways: dict[Point, int] = {}
    steps = 0
    for x in range(a + 1):
        for y in range(b + 1):
            if allowed(x, y):
                ways[x, y] = 1 if x == y == 0 else ways.get((x - 1, y), 0) + ways.get((x, y - 1), 0)
                steps += (x - 1, y) in ways and (x, y - 1) in ways
    return ways[a, b], steps
