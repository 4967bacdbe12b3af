"""Families over grids, matrices and graphs."""

# ruff: noqa: E501  (menus are tables, one rule a row)

from __future__ import annotations

import random
from typing import Any

from rlvr_gym.envs.code.tasks.rules import Family, Menu, Rules, Slot, many, one
from rlvr_gym.envs.code.tasks.sequences import pipeline_prose, pipeline_slots, pipeline_source

__all__ = ["GRAPHS", "GRIDS", "MATRICES"]

_NEAR: Menu = (
    one("side", "up, down, left and right of it", "((0, 1), (1, 0), (0, -1), (-1, 0))"),
    one("corner", "diagonally next to it (not those beside, above or below it)", "((1, 1), (1, -1), (-1, 1), (-1, -1))"),
    one("all", "around it: the eight beside, above, below and diagonally next to it", "((0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))"),
    one("knight", "a knight's move away from it (two rows and one column, or one row and two columns)", "((1, 2), (2, 1), (-1, 2), (-2, 1), (1, -2), (2, -1), (-1, -2), (-2, -1))"),
    one("row", "one or two columns to the left or right of it in the same row", "((0, 1), (0, 2), (0, -1), (0, -2))"),
    one("column", "directly above and below it, or one column to the left or right and two rows away", "((1, 0), (-1, 0), (2, 1), (2, -1), (-2, 1), (-2, -1))"),
)  # fmt: skip

_LAND: Menu = (
    one("hash", "those that hold '#'", 'cell == "#"'),
    one("not-dot", "those that do not hold '.'", 'cell != "."'),
    one("letters", "those that hold 'a' or 'b'", 'cell in "ab"'),
    one("dot-hash", "those that hold '.' or '#'", 'cell in ".#"'),
    one("hash-a", "those that hold '#' or 'a'", 'cell in "#a"'),
    one("not-b", "those that do not hold 'b'", 'cell != "b"'),
)  # fmt: skip

_EDGES: Menu = (
    one("flat", "The grid ends at its borders.", "0 <= r < height and 0 <= c < width"),
    one("sides", "The grid is closed at its left and right: the first and the last column are next to each other.", "0 <= r < height"),
    one("torus", "The grid is closed in both directions: the first and the last row are next to each other, and so are the first and the last column.", "True"),
)  # fmt: skip

_GRID_END: Menu = (
    many("count", "Return the number of regions with at least {k} cells.", "return sum(len(region) >= {k} for region in regions)", range(1, 4)),
    one("largest", "Return the number of cells of the largest region (0 if there is none).", "return max(map(len, regions), default=0)"),
    one("sizes", "Return the list of the regions' numbers of cells, in descending order.", "return sorted(map(len, regions), reverse=True)"),
    many("squares", "Return the sum of the squares of the regions' numbers of cells plus {k} times the number of regions.", "return sum(len(region) ** 2 + {k} for region in regions)", range(4)),
    one("boxes", "Return the list of (number of rows in which the region has cells, number of columns in which it has cells) as tuples, for the regions in the order in which their first cells are met when reading the grid row by row, each row from left to right.", "return [(len({r for r, _ in region}), len({c for _, c in region})) for region in regions]"),
    one("first-cells", "Return the list of the tuples (row, column) of each region's first cell when reading the grid row by row, each row from left to right, in this order.", "return [min(region) for region in regions]"),
    many("mod", "Return the sum over all regions of the number of cells modulo {k} (the remainder is taken for each region).", "return sum(len(region) % {k} for region in regions)", range(2, 6)),
)  # fmt: skip

_SELECT: Menu = (
    one("inside", "Regions with a cell in the first or last row or in the first or last column are left out.", "regions = [g for g in regions if all(0 < r < height - 1 and 0 < c < width - 1 for r, c in g)]"),
    many("border", "Only regions with at least {k} cells in the first or last row or in the first or last column are used.", "regions = [g for g in regions if sum(r in (0, height - 1) or c in (0, width - 1) for r, c in g) >= {k}]", range(1, 4)),
    many("rows", "Only regions that have cells in at least {k} different rows are used.", "regions = [g for g in regions if len({r for r, _ in g}) >= {k}]", range(2, 4)),
    many("small", "Regions with more than {k} cells are left out.", "regions = [g for g in regions if len(g) <= {k}]", range(2, 8)),
    one("has-a", "Only regions with at least one cell that holds 'a' are used.", 'regions = [g for g in regions if any(grid[r][c] == "a" for r, c in g)]'),
    one("odd", "Regions with an even number of cells are left out.", "regions = [g for g in regions if len(g) % 2 == 1]"),
)  # fmt: skip

_WASH: Menu = (
    one("none", "The grid is taken as it is.", "grid = grid"),
    one("transpose", "The grid is transposed first (rows become columns).", 'grid = ["".join(column) for column in zip(*grid)]'),
    many("drop-row", "Every {k}th row (the {k}th, the 2*{k}th and so on) is removed first.", "grid = [row for i, row in enumerate(grid, 1) if i % {k}]", range(2, 5)),
    many("swap", "First every '#' is replaced by '{k}' and every '{k}' by '#'.", "grid = [row.translate(str.maketrans('#{k}', '{k}#')) for row in grid]", "ab."),
    many("shift", "First every row is rotated to the right by {k} times its index (the first row has index 0): characters that leave at the right come in at the left.", "grid = [row[-(i * {k} % len(row)):] + row[:-(i * {k} % len(row))] if i * {k} % len(row) else row for i, row in enumerate(grid)]", range(1, 3)),
)  # fmt: skip


def _grid_slots(level: int) -> tuple[Slot, ...]:
    slots = [Slot("near", _NEAR), Slot("land", _LAND), Slot("end", _GRID_END)]
    extra = (
        Slot("edges", _EDGES),
        Slot("select", _SELECT, "select"),
        Slot("wash", _WASH),
        Slot("also", _SELECT, "select"),
    )
    # The first level has a choice of edges too, so that it has enough tasks.
    return (*slots, *extra[: max(1, level - 1)]) if level > 1 else (*slots, extra[0])


def _grid_prose(level: int) -> str:
    lines = [
        "The grid is a list of strings of equal length; its characters are '.', '#', 'a' and 'b'. Rows and columns count from 0."
    ]
    if level >= 4:
        lines.append("- $wash")
    lines += [
        "- Land cells are $land.",
        "- The neighbours of a cell are the cells $near.",
        "- $edges",
        "- A region is a largest possible set of land cells in which every cell can be reached from every other one by steps from land cell to neighbouring land cell.",
    ]
    lines += [f"- ${name}" for name, least in (("select", 3), ("also", 5)) if level >= least]
    return "\n".join([*lines, "$end"])


def _grid_source(level: int) -> str:
    lines = ["def regions_of(grid):"]
    if level >= 4:
        lines.append("    $wash")
    lines += [
        "    height = len(grid)",
        "    width = len(grid[0]) if grid else 0",
        "    regions, seen = [], set()",
        "    for row in range(height):",
        "        for column in range(width):",
        "            region, pending = [], [(row, column)]",
        "            while pending:",
        "                r, c = pending.pop()",
        "                if not ($edges):",
        "                    continue",
        "                r, c = r % height, c % width",
        "                cell = grid[r][c]",
        "                if (r, c) in seen or not ($land):",
        "                    continue",
        "                seen.add((r, c))",
        "                region.append((r, c))",
        "                pending.extend((r + y, c + x) for y, x in $near)",
        "            if region:",
        "                regions.append(region)",
    ]
    lines += [f"    ${name}" for name, least in (("select", 3), ("also", 5)) if level >= least]
    return "\n".join([*lines, "    $end"])


def _grids(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    alphabet = rng.choice((".#ab", ".##..ab", "....#ab", "##.ab"))
    width = rng.randint(3, 7)
    return (["".join(rng.choice(alphabet) for _ in range(width)) for _ in range(rng.randint(3, 7))],)


GRIDS = Family(
    name="grids",
    entry="regions_of",
    signature="(grid: list[str])",
    slots=_grid_slots,
    prose=_grid_prose,
    source=_grid_source,
    inputs=_grids,
    edges=(
        ([],),
        (["#"],),
        ([".#ab.#ab"],),
        (["#", ".", "#", "a", "b"],),
        (["####", "####", "####"],),
        (["#..#", "....", "....", "#..#"],),
        (["aabb", "#..#", "bbaa", ".##."],),
    ),
)

_MATRIX_STEPS: Menu = (
    one("transpose", "Transpose the matrix (rows become columns).", "rows = [list(column) for column in zip(*rows)]"),
    one("clockwise", "Rotate the matrix by a quarter turn clockwise (its first column, read upwards, becomes the first row).", "rows = [list(column) for column in zip(*rows[::-1])]"),
    one("flip", "Reverse the order of the rows.", "rows = rows[::-1]"),
    one("mirror", "Reverse each row.", "rows = [row[::-1] for row in rows]"),
    one("sort-rows", "Sort each row in ascending order.", "rows = [sorted(row) for row in rows]"),
    one("order-rows", "Sort the rows by their sums in ascending order; rows with equal sums stay in order.", "rows = sorted(rows, key=sum)"),
    one("down-sums", "Replace each value by the sum of the values of its column from the first row down to its own row.", "rows = [[sum(rows[i][j] for i in range(r + 1)) for j in range(len(row))] for r, row in enumerate(rows)]"),
    one("row-max", "Subtract from each value the greatest value of its row.", "rows = [[v - max(row) for v in row] for row in rows]"),
    one("checker", "Change the sign of every value at row r and column c for which r + c is odd.", "rows = [[-v if (r + c) % 2 else v for c, v in enumerate(row)] for r, row in enumerate(rows)]"),
    many("add-index", "Add {k} times its row index to each value.", "rows = [[v + {k} * r for v in row] for r, row in enumerate(rows)]", range(1, 7)),
    many("add-product", "Add {k} times row index times column index to each value.", "rows = [[v + {k} * r * c for c, v in enumerate(row)] for r, row in enumerate(rows)]", range(1, 7)),
    many("shift", "Rotate each row to the left by {k} times its row index: values that leave at the left come in at the right.", "rows = [row[r * {k} % len(row):] + row[:r * {k} % len(row)] for r, row in enumerate(rows)]", range(1, 3)),
    many("mod", "Replace each value v by v % {k} as Python computes it (a result from 0 to {k} - 1).", "rows = [[v % {k} for v in row] for row in rows]", range(4, 12)),
    many("times-column", "Multiply the values of every column whose index is even by {k}.", "rows = [[v * {k} if c % 2 == 0 else v for c, v in enumerate(row)] for row in rows]", range(2, 6)),
    many("border", "Replace every value in the first or last row or in the first or last column by {k}.", "rows = [[{k} if r in (0, len(rows) - 1) or c in (0, len(row) - 1) else v for c, v in enumerate(row)] for r, row in enumerate(rows)]", range(4)),
    many("neighbours", "Add to each value {k} times the value to its left (the value before this step; the first column stays).", "rows = [[v + ({k} * row[c - 1] if c else 0) for c, v in enumerate(row)] for row in rows]", range(1, 5)),
)  # fmt: skip

_MATRIX_ENDS: Menu = (
    one("matrix", "Return the matrix.", "return rows"),
    one("row-sums", "Return the list of the sums of the rows.", "return [sum(row) for row in rows]"),
    one("column-max", "Return the list of the greatest values of the columns.", "return [max(column) for column in zip(*rows)]"),
    many("trace", "Return the sum of the values whose row index and column index are equal, plus {k} times the sum of all values.", "return sum(row[r] for r, row in enumerate(rows) if r < len(row)) + {k} * sum(map(sum, rows))", range(4)),
    one("peak", "Return the tuple (row index, column index) of the greatest value (of several, the one in the first row that has it, and there the first).", "return max(((r, c) for r, row in enumerate(rows) for c in range(len(row))), key=lambda p: rows[p[0]][p[1]])"),
    one("diagonals", "Return the list of the sums of the values with equal r + c (r row index, c column index), for r + c = 0, 1, 2 and so on.", "return [sum(row[d - r] for r, row in enumerate(rows) if 0 <= d - r < len(row)) for d in range(len(rows) + len(rows[0]) - 1)]"),
    one("snake", "Return the list of all values, row by row, where rows with an odd index are read from right to left.", "return [v for r, row in enumerate(rows) for v in (row[::-1] if r % 2 else row)]"),
    many("count", "Return the list that holds for each row how many of its values are greater than {k}.", "return [sum(v > {k} for v in row) for row in rows]", range(-1, 5)),
)  # fmt: skip


def _matrices(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    width, spread = rng.randint(1, 5), rng.choice((3, 9, 30))
    return ([[rng.randint(-spread, spread) for _ in range(width)] for _ in range(rng.randint(2, 5))],)


MATRICES = Family(
    name="matrices",
    entry="rework",
    signature="(rows: list[list[int]])",
    slots=pipeline_slots(_MATRIX_STEPS, _MATRIX_ENDS),
    prose=pipeline_prose(
        "It starts from a matrix, a list of at least one row; all rows are lists of equal length >= 1. Indices count "
        "from 0. It applies these steps in order, each to the matrix that the step before it produced:"
    ),
    source=pipeline_source("def rework(rows):"),
    inputs=_matrices,
    edges=(([[5]],), ([[1, 2, 3]],), ([[1], [2], [3]],), ([[0, 0], [0, 0]],), ([[-1, 4], [4, -1], [7, 7]],)),
)

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
