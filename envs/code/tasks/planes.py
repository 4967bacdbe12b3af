"""Families over grids and matrices."""

# ruff: noqa: E501  (menus are tables, one rule a row)

from __future__ import annotations

import random
from typing import Any

from rlvr_gym.envs.code.tasks.rules import Family, Menu, Rules, Slot, many, one
from rlvr_gym.envs.code.tasks.sequences import pipeline_prose, pipeline_slots, pipeline_source

__all__ = ["GRIDS", "MATRICES"]

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
    return (*slots, *extra[: level - 1])


def _grid_prose(level: int) -> str:
    lines = [
        "The grid is a list of strings of equal length; its characters are '.', '#', 'a' and 'b'. Rows and columns count from 0."
    ]
    if level >= 4:
        lines.append("- $wash")
    lines += [
        "- Land cells are $land.",
        "- The neighbours of a cell are the cells $near.",
        "- $edges" if level >= 2 else "- The grid ends at its borders.",
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
        "                if not ("
        + ("$edges" if level >= 2 else "0 <= r < height and 0 <= c < width")
        + "):",
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
