"""Games played out, draws counted at their worst, equations tried out."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cache

from tests.derivations.common import Answer, Derivations, whole

__all__ = ["DERIVED"]


def diophantine(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "fowls":
        a, b, c, s, n = p
        return sum(a * x + b * y + c * (s - x - y) == n for x in range(1, s) for y in range(1, s - x))
    *coins, n = p
    if kind == "least":
        a, b = coins
        x = next(x for x in itertools.count(1) if a * x > n and (a * x - n) % b == 0)
        return f"({x}, {(a * x - n) // b})"
    # Ways by the generating function of the coins; positive ones after paying one coin of each kind.
    if kind == "count":
        n -= sum(coins)
    ways = [1] + [0] * n
    for coin in coins:
        for amount in range(coin, n + 1):
            ways[amount] += ways[amount - coin]
    return ways[n]


@cache
def mover_wins(heaps: tuple[int, ...], moves: tuple[int, ...], last_wins: bool = True) -> bool:
    return any(not mover_wins(after, moves, last_wins) for after in after_moves(heaps, moves)) or (
        not last_wins and not any(heaps)
    )


def after_moves(heaps: tuple[int, ...], moves: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [
        tuple(sorted((*heaps[:i], heap - move, *heaps[i + 1 :])))
        for i, heap in enumerate(heaps)
        for move in moves
        if move <= heap
    ]


def game_nim(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind.startswith("last"):
        n, k = p
        (move,) = [
            m
            for m in range(1, k + 1)
            if not mover_wins((n - m,), tuple(range(1, k + 1)), kind == "last_wins")
        ]
        return move
    if kind == "lost_sizes":
        return sum(not mover_wins((size,), tuple(p[1:])) for size in range(1, p[0] + 1))
    if kind == "winning_moves":
        return sum(not mover_wins(after, tuple(p[3:])) for after in after_moves(tuple(p[:3]), tuple(p[3:])))
    # After the move an even number of heaps must have each bit.
    h, *heaps = p
    heaps.remove(h)
    (left,) = [
        left
        for left in range(h)
        if all(sum((heap >> bit) & 1 for heap in (*heaps, left)) % 2 == 0 for bit in range(6))
    ]
    return h - left


def pigeonhole(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind in ("sum_divisible", "difference"):
        low, high, m = p
        every = frozenset(range(low, high + 1))
        if kind == "difference":
            return largest(every, lambda x, y: abs(x - y) == m) + 1
        return largest(every, lambda x, y: (x + y) % m == 0) + 1
    wanted, counts = (p[0], p[1:]) if kind != "every_colour" else (0, p)
    fails = {
        "one_colour": lambda drawn: drawn[wanted] == 0,
        "every_colour": lambda drawn: min(drawn) == 0,
        "same_colour": lambda drawn: max(drawn) < wanted,
        "two_colours": lambda drawn: sorted(drawn)[-2] < wanted,
    }[kind]
    return 1 + max(sum(drawn) for drawn in itertools.product(*(range(n + 1) for n in counts)) if fails(drawn))


def largest(left: frozenset[int], clash: Callable[[int, int], bool]) -> int:
    """The largest choice without two numbers that clash, part by part of the graph of clashes."""
    if not left:
        return 0
    part, edge = set(), {min(left)}
    while edge:
        part |= edge
        edge = {y for x in edge for y in left - part if clash(x, y)}
    if part != left:
        return largest(frozenset(part), clash) + largest(left - part, clash)
    near = {x: {y for y in left if y != x and clash(x, y)} for x in left}
    x = max(left, key=lambda x: len(near[x]))
    if not near[x]:
        return len(left)
    return max(largest(left - {x}, clash), 1 + largest(left - {x} - near[x], clash))


DERIVED: Derivations = {"diophantine": diophantine, "game_nim": game_nim, "pigeonhole": pigeonhole}
