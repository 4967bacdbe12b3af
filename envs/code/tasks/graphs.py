"""The family over weighted graphs."""

# ruff: noqa: E501  (menus are tables, one rule a row)

from __future__ import annotations

import random
from typing import Any

from rlvr_gym.envs.code.tasks.rules import Family, Menu, Rules, Slot, many, one

__all__ = ["GRAPHS"]

_WAYS: Menu = (
    one("forward", "Every edge can be used from u to v only.", "ways = [(u, v, w) for u, v, w in edges]"),
    one("backward", "Every edge can be used from v to u only.", "ways = [(v, u, w) for u, v, w in edges]"),
    one("both", "Every edge can be used in both directions.", "ways = [way for u, v, w in edges for way in ((u, v, w), (v, u, w))]"),
    one("uphill", "Every edge can be used from u to v; where u is less than v, from v to u as well.", "ways = [way for u, v, w in edges for way in ([(u, v, w), (v, u, w)] if u < v else [(u, v, w)])]"),
    many("heavy", "Every edge can be used from u to v; if w > {k}, from v to u as well.", "ways = [way for u, v, w in edges for way in ([(u, v, w), (v, u, w)] if w > {k} else [(u, v, w)])]", range(2, 6)),
)  # fmt: skip

_COST: Menu = (
    one("weight", "w", "w"),
    one("one", "1", "1"),
    many("plus", "w + {k}", "w + {k}", range(1, 5)),
    one("difference", "the absolute value of the difference of the numbers of its two nodes", "abs(a - b)"),
    many("target", "w if the number of the node that it leads to is divisible by {k}, and w + 2 otherwise", "w if b % {k} == 0 else w + 2", range(2, 5)),
    many("cheap", "w, but at most {k}", "min(w, {k})", range(2, 7)),
    one("product", "w times 2 if it starts at a node with an odd number, and w otherwise", "w * 2 if a % 2 else w"),
)  # fmt: skip

_SHUT: Menu = (
    many("multiple", "Nodes with a positive number that is divisible by {k} cannot be entered.", "b > 0 and b % {k} == 0", range(2, 6)),
    many("last", "Nodes whose number is at least n - {k} cannot be entered (the start may be one of them).", "b >= n - {k}", range(1, 3)),
    many("light", "Edges with w equal to {k} do not exist.", "w == {k}", range(1, 5)),
    one("same-parity", "Edges between two nodes with even numbers do not exist.", "a % 2 == 0 and b % 2 == 0"),
    many("far", "Edges between nodes whose numbers differ by more than {k} do not exist.", "abs(a - b) > {k}", range(2, 5)),
)  # fmt: skip

_PATH_END: Menu = (
    one("list", "Return the list of the distances of the nodes 0 to n - 1, with -1 for nodes that cannot be reached.", "return [best.get(node, -1) for node in range(n)]"),
    one("farthest", "Return the number of the reachable node with the greatest distance (of several, the least number).", "return max(best, key=lambda node: (best[node], -node))"),
    many("within", "Return the ascending list of the numbers of the nodes with a distance of at most {k}.", "return sorted(node for node in best if best[node] <= {k})", range(2, 9)),
    one("sum", "Return the tuple of the number of reachable nodes and the sum of their distances.", "return (len(best), sum(best.values()))"),
    one("dict", "Return a dict that maps the number of each reachable node other than the start to its distance.", "return {node: best[node] for node in best if node != start}"),
    many("groups", "Return the list of {k} ints: at position i the number of reachable nodes whose distance leaves remainder i modulo {k}.", "return [sum(d % {k} == i for d in best.values()) for i in range({k})]", range(2, 5)),
    one("order", "Return the list of the numbers of the reachable nodes, sorted by distance, those at equal distance by number in descending order.", "return sorted(best, key=lambda node: (best[node], -node))"),
)  # fmt: skip

_TOLL: Menu = (
    many("turn", "Each edge of a way after its second one costs {k} in addition.", "{k} if used >= 2 else 0", range(1, 5)),
    many("every-second", "The 2nd, 4th, 6th, ... edge of a way costs {k} in addition.", "{k} if used % 2 else 0", range(1, 5)),
    one("first", "The first edge of a way costs nothing.", "-cost if used == 0 else 0"),
    many("longer", "From its 3rd edge on, each edge of a way costs {k} times as much.", "cost * ({k} - 1) if used >= 2 else 0", range(2, 4)),
)  # fmt: skip

_MOST: Menu = (
    one("any", "A way may use any number of edges.", "True"),
    many("most", "A way may use at most {k} edges.", "used < {k}", range(2, 5)),
)  # fmt: skip


def _graph_slots(level: int) -> tuple[Slot, ...]:
    slots = [Slot("ways", _WAYS), Slot("cost", _COST), Slot("end", _PATH_END)]
    extra = (
        Slot("shut", _SHUT, "shut"),
        Slot("most", _MOST),
        Slot("toll", _TOLL),
        Slot("closed", _SHUT, "shut"),
    )
    return (*slots, *extra[: level - 1])


def _graph_prose(level: int) -> str:
    lines = [
        "A graph has the nodes 0 to n - 1 (n >= 1). Each edge is a list [u, v, w] with a weight w >= 1; there may be several edges between two nodes, and edges from a node to itself.",
        "- $ways",
    ]
    lines += [f"- ${name}" for name, least in (("shut", 2), ("closed", 5)) if level >= least]
    lines.append("- Using an edge costs $cost.")
    if level >= 4:
        lines.append("- $toll")
    if level >= 3:
        lines.append("- $most")
    lines.append(
        "- The distance of a node is the least total cost of a way from `start` to it; the start has distance 0. A way may visit a node more than once."
    )
    return "\n".join([*lines, "$end"])


def _graph_source(level: int) -> str:
    shut = [
        f"            if ${name}:\n                continue"
        for name, least in (("shut", 2), ("closed", 5))
        if level >= least
    ]
    # What lies ahead depends on the edges used: up to four their number counts, and after that whether it is even.
    state = "(a, used if used < 5 else 5 + used % 2)" if level >= 3 else "a"
    most = ["        if not ($most):", "            continue"] if level >= 3 else []
    return "\n".join(
        [
            "import heapq",
            "",
            "",
            "def distances(n, edges, start):",
            "    $ways",
            "    best, settled, queue = {}, set(), [(0, 0, start)]",
            "    while queue:",
            "        total, used, a = heapq.heappop(queue)",
            f"        state = {state}",
            "        if state in settled:",
            "            continue",
            "        settled.add(state)",
            "        best[a] = min(total, best.get(a, total))",
            *most,
            "        for tail, b, w in ways:",
            "            if tail != a:",
            "                continue",
            *shut,
            "            cost = $cost",
            "            heapq.heappush(queue, (total + cost"
            + (" + ($toll)" if level >= 4 else "")
            + ", used + 1, b))",
            "    $end",
        ]
    )


def _graphs(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    n = rng.randint(4, 8)
    edges = [[rng.randrange(n), rng.randrange(n), rng.randint(1, 7)] for _ in range(rng.randint(n, 3 * n))]
    return (n, edges, rng.choice((0, rng.randrange(n))))


GRAPHS = Family(
    name="graphs",
    entry="distances",
    signature="(n: int, edges: list[list[int]], start: int)",
    slots=_graph_slots,
    prose=_graph_prose,
    source=_graph_source,
    inputs=_graphs,
    edges=(
        (1, [], 0),
        (2, [[0, 1, 3], [0, 1, 1]], 0),
        (3, [[2, 1, 1], [1, 0, 2], [0, 0, 5]], 2),
        (7, [[0, 1, 2], [1, 3, 2], [3, 5, 2], [5, 1, 1], [0, 5, 9], [5, 6, 1]], 0),
    ),
)
