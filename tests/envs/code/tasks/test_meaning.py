"""Rule pieces mean what their prose says: references agree with second, plainer implementations."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from rlvr_gym.envs.code.tasks import FAMILIES
from rlvr_gym.envs.code.tasks.build import compiled, source_of
from rlvr_gym.envs.code.tasks.rules import Piece


def reference(name: str, level: int, **keys: str) -> Callable[..., Any]:
    """Return the reference of a family with pieces chosen by key; the other slots take their first piece."""
    family = FAMILIES[name]
    rules: dict[str, Piece] = {}
    for slot in family.slots(level):
        pieces = {piece.key: piece for group in slot.menu for piece in group}
        rules[slot.name] = pieces[keys.pop(slot.name)] if slot.name in keys else next(iter(pieces.values()))
    assert not keys
    return compiled(family, source_of(family, level, rules))


def inputs(name: str, level: int, count: int = 60) -> list[tuple[Any, ...]]:
    """Return edges and random inputs of a family."""
    family, rng = FAMILIES[name], random.Random(f"meaning/{name}/{level}")
    return [*family.edges, *(family.inputs(rng, level, {}) for _ in range(count))]


def _ways(
    n: int, edges: list[list[int]], start: int, toll: Callable[[int, int], int], most: int
) -> list[int]:
    """Return least costs by trying ways of each number of edges in turn."""
    best = {start: 0}
    level = {start: 0}
    for used in range(min(most, 3 * n)):
        following: dict[int, int] = {}
        for u, v, w in edges:
            if u in level:
                total = level[u] + toll(used, w)
                following[v] = min(total, following.get(v, total))
        level = following
        for node, total in level.items():
            best[node] = min(total, best.get(node, total))
    return [best.get(node, -1) for node in range(n)]


@pytest.mark.parametrize(
    ("toll", "price"),
    [
        ("turn:3", lambda used, w: w + (3 if used >= 2 else 0)),
        ("every-second:2", lambda used, w: w + (2 if used % 2 == 1 else 0)),
        ("first", lambda used, w: 0 if used == 0 else w),
        ("longer:3", lambda used, w: w * 3 if used >= 2 else w),
    ],
)
@pytest.mark.parametrize(("most", "edges"), [("any", 10**9), ("most:3", 3)])
def test_graph_distances_agree_with_trying_all_lengths(
    toll: str, price: Callable[[int, int], int], most: str, edges: int
) -> None:
    """Tolls depend on the number of edges used, so the cheapest way is not always the cheapest so far."""
    keys = {"ways": "forward", "cost": "weight", "end": "list", "shut": "far:4", "most": most, "toll": toll}
    distances = reference("graphs", 4, **keys)
    for n, given, start in inputs("graphs", 4):
        open_edges = [[u, v, w] for u, v, w in given if abs(u - v) <= 4]
        assert distances(n, given, start) == _ways(n, open_edges, start, price, edges)


def test_expressions_agree_with_python() -> None:
    """With the usual operators, from left to right, an expression is one of Python's."""
    keys = {
        "at": "plus",
        "hash": "times",
        "and": "minus",
        "binding": "hash",
        "side": "left",
        "sign": "negate",
    }
    evaluate = reference("parsing", 3, last="loosest", **keys)
    for (text,) in inputs("parsing", 2):
        assert evaluate(text) == eval(text.replace("@", "+").replace("#", "*").replace("!", "-"))
    assert reference("parsing", 3, last="loosest", **keys)("9 & 2 @ 3 # 2 & 1") == 9 - (2 + 3 * 2) - 1
    assert reference("parsing", 3, last="tightest", **keys)("9 & 2 @ 3 # 4 & 1") == (9 - 2) + 3 * (4 - 1)


def test_operators_from_right_to_left() -> None:
    """The right operand is evaluated first where operators bind equally tightly."""
    evaluate = reference("parsing", 1, at="minus", hash="plus", binding="equal", side="right")
    assert evaluate("9 @ 4 @ 2") == 9 - (4 - 2)
    assert evaluate("9 @ 4 # 2") == 9 - (4 + 2)


@pytest.mark.parametrize(
    ("key", "holds"),
    [
        ("near-square:3", lambda n: any(abs(n - m * m) <= 3 for m in range(60))),
        ("prime", lambda n: n > 1 and all(n % d for d in range(2, n))),
        ("coprime:12", lambda n: n % 2 != 0 and n % 3 != 0),
        ("rising", lambda n: all(a <= b for a, b in zip(str(n), str(n)[1:], strict=False))),
        ("ones:3", lambda n: n.bit_count() % 3 == 0),
        ("last-largest", lambda n: all(digit <= n % 10 for digit in map(int, str(n)))),
        ("harshad", lambda n: n > 0 and n % sum(map(int, str(n))) == 0),
    ],
)
def test_conditions_on_numbers_mean_what_they_say(key: str, holds: Callable[[int], bool]) -> None:
    """Each is compared with its definition on 0 to 1500."""
    search = reference("numbers", 2, a=key, b="divisible:2", join="or", gather="list")
    assert search(0, 1500) == [n for n in range(1501) if holds(n) or n % 2 == 0]


def test_bit_steps_mean_what_they_say() -> None:
    """Compared on strings of bits."""
    for (word,) in inputs("bits", 1):
        bits = format(word & 0xFFF, "012b")
        cases = {
            "left:3": bits[3:] + bits[:3],
            "right:2": "00" + bits[:-2],
            "mirror": bits[::-1],
            "invert": bits.translate({48: "1", 49: "0"}),
            "swap-halves": bits[6:] + bits[:6],
            "swap-pairs": "".join(bits[i + 1] + bits[i] for i in range(0, 12, 2)),
            "gray": "".join("01"[a != b] for a, b in zip("0" + bits, bits, strict=False)),
        }
        for key, wanted in cases.items():
            scramble = reference("bits", 1, width="bits:12", step1=key, step2="or:1", end="text")
            assert scramble(word) == wanted[:-1] + "1"


def test_digits_are_those_of_the_base() -> None:
    """Read back in the same base, untouched digits give the number again."""
    for (number,) in inputs("bases", 1):
        for base in (3, 10, 16):
            rebase = reference("bases", 1, base=f":{base}", step1="complement", end="text")
            flipped = int(rebase(number), base)
            assert flipped == base ** len(rebase(number)) - 1 - number


def test_regions_agree_with_merging_of_neighbours() -> None:
    """Region sizes on a flat grid and on a closed one, by repeated merging of touching sets."""
    for edges, wrap in (("flat", False), ("torus", True)):
        regions_of = reference("grids", 2, near="side", land="hash", end="sizes", edges=edges)
        for (grid,) in inputs("grids", 2):
            height, width = len(grid), len(grid[0]) if grid else 0
            groups = [{(r, c)} for r in range(height) for c in range(width) if grid[r][c] == "#"]

            for cell in [cell for group in groups for cell in group]:
                steps = {(cell[0] + 1, cell[1]), (cell[0], cell[1] + 1)}
                if wrap:
                    steps = {(r % height, c % width) for r, c in steps}
                touching = [group for group in groups if cell in group or steps & group]
                groups = [group for group in groups if group not in touching] + [set().union(*touching)]
            assert regions_of(grid) == sorted(map(len, groups), reverse=True)


def test_merged_blocks_cover_what_the_intervals_cover() -> None:
    """Without a gap to bridge, blocks hold exactly the points of the intervals."""
    blocks_of = reference("intervals", 1, normal="swap", touch="gap:1", end="points")
    for (spans,) in inputs("intervals", 1):
        points = {p for a, b in spans for p in range(min(a, b), max(a, b) + 1)}
        assert blocks_of(spans) == len(points)


def test_schedule_of_first_come_jobs_agrees_with_a_queue() -> None:
    """A simple queue gives the same end times."""
    schedule = reference("scheduling", 1, pick="first-come", rest="always:2", report="ends")
    for (jobs,) in inputs("scheduling", 1):
        now, ends = 0, []
        for arrival, duration, _ in sorted(jobs, key=lambda job: job[0]):
            now = max(now, arrival) + duration
            ends.append(now)
            now += 2
        assert schedule(jobs) == ends
