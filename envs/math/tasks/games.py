"""Games with heaps, and how many draws make something certain.

Example (`game_nim`, level 1): `25 counters; each player takes 1 to 6; the last one wins. First move?` -> 4.
"""

from __future__ import annotations

import random
from typing import Any

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.envs.math.tasks.entities import aside, people
from rlvr_gym.sources import Draft

__all__ = ["game_nim", "pigeonhole"]

_TAKE = (
    "{aside}{A} and {B} take turns in removing counters from a heap of {n}; {A} begins. A move takes from 1 "
    "to {k} counters. Whoever takes the last one {end}. How many counters must {A} take first to be sure of "
    "winning?",
    "{aside}There are {n} matches on the table. Two players alternately take at least 1 and at most {k} of "
    "them, and the one who takes the last match {end}. With how many matches must the first player start in "
    "order to force a win?",
    "{aside}In a game with {n} stones, each turn removes 1 to {k} stones, and the player removing the last "
    "stone {end}. Find the number of stones in the only winning first move.",
)
_NIM = (
    "{aside}{A} and {B} play with heaps of {heaps} counters. In turn, a player takes one or more counters "
    "from a single heap; whoever takes the last counter of all wins. {A} begins and takes from the heap of "
    "{h}. How many counters must {A} take to be able to force a win?",
    "{aside}In the game of nim (take any positive number of pieces from one heap; the last piece wins) the "
    "heaps are {heaps}. There is a winning move in the heap of {h}. How many pieces does it take?",
    "{aside}There are rows of {heaps} matches. Two players alternately remove at least one match from one "
    "row of their choice, and the last match wins. The first player wins against any defence by starting in "
    "the row of {h}. How many matches are removed in this move?",
)
_LOSING = (
    "{aside}From a heap, two players alternately take {moves} counters. A player who cannot move loses. For "
    "how many starting sizes from 1 to {n} can the player who moves second force a win?",
    "{aside}{A} and {B} take turns, {A} first, in removing {moves} stones from a single heap; whoever has no "
    "legal move loses. Count the heap sizes from 1 to {n} from which {B} wins with best play.",
    "{aside}A move in a game takes {moves} matches from the table, and the first player unable to move "
    "loses. How many of the sizes 1 to {n} of the heap are lost for the player to move?",
)
_HEAPS = (
    "{aside}There are heaps of {heaps} counters. In turn, two players take {moves} counters from one heap of "
    "their choice. A player who cannot move loses. How many different first moves let the first player force "
    "a win?",
    "{aside}{A} and {B} take turns, {A} first, in removing {moves} stones from one of the heaps of {heaps}; "
    "whoever has no legal move loses. Count the opening moves with which {A} wins against any defence.",
    "{aside}A move in a game takes {moves} matches from one of the rows of {heaps}, and the first player "
    "unable to move loses. In how many ways can the first player begin and then always win?",
)
_BALLS = (
    "{aside}A bag holds {balls}. How many balls must be drawn, without looking, to be sure to have {goal}?",
    "{aside}In the dark, {A} takes balls from a box with {balls}. What is the least number of balls that "
    "guarantees {goal}?",
    "{aside}An urn contains {balls}. Find the smallest number $k$ such that any $k$ of these balls contain "
    "{goal}.",
)
_NUMBERS = (
    "{aside}How many different integers must be chosen from {low} to {high} to be sure that two of the "
    "chosen ones {goal}?",
    "{aside}Cards carry the numbers {low} to {high}, one each. {A} draws cards without looking. What is the "
    "least number of cards that guarantees two whose numbers {goal}?",
    "{aside}Find the smallest $k$ such that among any $k$ different integers from {low} to {high} there are "
    "two that {goal}.",
)
_COLOURS = ("red", "blue", "green", "white", "black")


def _players(rng: random.Random) -> dict[str, Any]:
    a, b = people(rng, 2)
    return {"A": a, "B": b, "aside": aside(rng)}


def _listed(values: list[int], last: str = "and") -> str:
    return ", ".join(map(str, values[:-1])) + f" {last} {values[-1]}"


def game_nim(rng: random.Random, level: int) -> Draft:
    """Draw a game of taking counters: one heap, its misère form, nim, then other sets of moves."""
    more = _players(rng)
    if level <= 2:
        n, k = rng.randint(15, 99), rng.randint(3, 9)
        gold = (n if level == 1 else n - 1) % (k + 1)
        if not gold:
            return game_nim(rng, level)
        kind, end = ("last_wins", "wins") if level == 1 else ("last_loses", "loses")
        return draft(rng, kind, (n, k), _TAKE, gold, steps=level + 1, n=n, k=k, end=end, **more)
    if level == 3:
        heaps = [rng.randint(3, 31) for _ in range(rng.randint(3, 5))]
        total = 0
        for heap in heaps:
            total ^= heap
        good = [heap for heap in heaps if heap ^ total < heap and heaps.count(heap) == 1]
        if not good:
            return game_nim(rng, level)
        h, steps = rng.choice(good), 2 * len(heaps) + 3  # written in base two, added without carrying
        params = (h, *heaps)
        return draft(
            rng, "nim", params, _NIM, h - (h ^ total), steps=steps, h=h, heaps=_listed(heaps), **more
        )
    moves = sorted(rng.sample(range(1, 8), 3))
    if level == 4:
        n = rng.randint(12, 30)
        values = _grundy(n, moves)
        return draft(
            rng, "lost_sizes", (n, *moves), _LOSING, values[1:].count(0), steps=3 * n, n=n,
            moves=_listed(moves, "or"), **more,
        )  # fmt: skip
    heaps = [rng.randint(6, 18) for _ in range(3)]
    values = _grundy(max(heaps), moves)
    wins = [(i, move) for i in range(3) for move in moves if _wins(heaps, i, move, values)]
    if not wins:
        return game_nim(rng, level)
    steps = 4 * max(heaps) + 2 * 9 + 2
    return draft(
        rng, "winning_moves", (*heaps, *moves), _HEAPS, len(wins), steps=steps, heaps=_listed(heaps),
        moves=_listed(moves, "or"), **more,
    )  # fmt: skip


def _grundy(n: int, moves: list[int]) -> list[int]:
    """Return the Grundy values of the heaps 0..n."""
    values: list[int] = []
    for size in range(n + 1):
        reached = {values[size - move] for move in moves if move <= size}
        values.append(next(value for value in range(len(moves) + 1) if value not in reached))
    return values


def _wins(heaps: list[int], i: int, move: int, values: list[int]) -> bool:
    if move > heaps[i]:
        return False
    total = values[heaps[i] - move]
    for j, heap in enumerate(heaps):
        total ^= values[heap] if j != i else 0
    return total == 0


def pigeonhole(rng: random.Random, level: int) -> Draft:
    """Draw a box of coloured balls or a range of integers: how many choices make something certain?"""
    more = _players(rng)
    if level == 5:
        return (_remainders if rng.random() < 0.5 else _apart)(rng, more)
    counts = [rng.randint(2, 7) for _ in range({1: 3, 2: 3, 3: 5, 4: 4}[level])]
    words = [f"{n} {colour}" for n, colour in zip(counts, _COLOURS, strict=False)]
    balls = ", ".join(words[:-1]) + " and " + words[-1] + " balls"
    if level == 1:
        i = rng.randrange(3)
        gold, goal = sum(counts) - counts[i] + 1, f"a {_COLOURS[i]} ball"
        return draft(rng, "one_colour", (i, *counts), _BALLS, gold, steps=2, balls=balls, goal=goal, **more)
    if level == 2 and rng.random() < 0.5:
        gold, goal = sum(counts) - min(counts) + 1, "a ball of every colour"
        return draft(rng, "every_colour", counts, _BALLS, gold, steps=5, balls=balls, goal=goal, **more)
    k = rng.randint(2, 5)
    if k > sorted(counts)[-2]:
        return pigeonhole(rng, level)
    few = [min(n, k - 1) for n in counts]
    if level < 4:
        gold, goal = sum(few) + 1, f"{k} balls of the same colour"
        steps = 2 * len(counts)
        return draft(
            rng, "same_colour", (k, *counts), _BALLS, gold, steps=steps, balls=balls, goal=goal, **more
        )
    gold = max(sum(few) - few[i] + counts[i] for i in range(4)) + 1
    goal = f"at least {k} balls of each of two different colours"
    return draft(rng, "two_colours", (k, *counts), _BALLS, gold, steps=16, balls=balls, goal=goal, **more)


def _remainders(rng: random.Random, more: dict[str, Any]) -> Draft:
    """Ask for a sum that a number divides: of two remainders that add up to it only one can be avoided."""
    low, m = rng.randint(1, 10), rng.randint(7, 13)
    high = low + rng.randint(14, 32)
    counts = [sum(n % m == rest for n in range(low, high + 1)) for rest in range(m)]
    avoided = sum(
        min(1, counts[r]) if (2 * r) % m == 0 else max(counts[r], counts[m - r]) for r in range(m // 2 + 1)
    )
    goal = f"have a sum that is divisible by {m}"
    more |= {"low": low, "high": high, "goal": goal}
    return draft(rng, "sum_divisible", (low, high, m), _NUMBERS, avoided + 1, steps=2 * m + 1, **more)


def _apart(rng: random.Random, more: dict[str, Any]) -> Draft:
    """Ask for a difference: numbers with one remainder form a chain; every other one can be taken."""
    low, d = rng.randint(1, 30), rng.randint(6, 12)
    high = low + rng.randint(20, 60)
    avoided = sum((len(range(start, high + 1, d)) + 1) // 2 for start in range(low, low + d))
    more |= {"low": low, "high": high, "goal": f"differ by exactly {d}"}
    return draft(rng, "difference", (low, high, d), _NUMBERS, avoided + 1, steps=3 * d, **more)
