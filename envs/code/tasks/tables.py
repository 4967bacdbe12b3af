"""The family of fixed-width tables."""

# ruff: noqa: E501  (menus are tables, one rule a row)

from __future__ import annotations

import random
from typing import Any

from rlvr_gym.envs.code.tasks.rules import Family, Menu, Rules, Slot, many, numbers, one

__all__ = ["TABLES"]

_ALIGN: Menu = (
    one("left", "left-aligned, filled on the right", "ljust"),
    one("right", "right-aligned, filled on the left", "rjust"),
)

_FILL: Menu = (many("fill", "the character '{k}'", "'{k}'", (".", " ", "_", "*", "-", "~")),)

_EDGE: Menu = (
    one("none", "Lines have no border.", "line"),
    many("bars", "Each line begins and ends with one '{k}'.", "'{k}' + line + '{k}'", "|#!:"),
    many("head", "Each line begins with '{k} '.", "'{k} ' + line", (">", "*", "+", "-")),
)  # fmt: skip

_GAP: Menu = (many("gap", "'{k}'", "'{k}'", (" | ", " ", ": ", ", ", "--", " / ", "=")),)

_NUMBER: Menu = (
    one("plain", "as Python's str gives it", "str(n)"),
    one("sign", "with its sign in front, '+' for zero and positive numbers", "f'{n:+d}'"),
    one("comma", "with a comma between groups of three digits, as in '-12,345'", "f'{n:,d}'"),
    one("brackets", "as its absolute value, in round brackets if it is negative", "f'({-n})' if n < 0 else str(n)"),
    one("hex", "in lower-case hexadecimal without a prefix, with '-' in front if it is negative", "f'{n:x}'"),
    many("zeros", "with at least {k} digits, padded with zeros in front of the digits, and '-' before them if it is negative", "('-' if n < 0 else '') + str(abs(n)).rjust({k}, '0')", range(3, 7)),
)  # fmt: skip

_LONG: Menu = (
    one("keep", "A cell that is longer than its column's width stays whole.", "cell"),
    one("cut", "A cell that is longer than its column's width is cut off at the right to that width.", "cell[:width]"),
    one("mark", "A cell that is longer than its column's width keeps its first width - 1 characters, followed by one '~'.", "cell if len(cell) <= width else cell[:width - 1] + '~'"),
)  # fmt: skip

_TOTAL: Menu = (
    one("none", "There is no further line.", ""),
    one("sum", "If there is at least one row, a last row with the name 'total' and the sum of all numbers is added at the end and formatted like the others.", "if rows:\n    rows = rows + [['total', sum(n for _, n in rows)]]"),
    one("max", "If there is at least one row, a last row with the name 'max' and the largest number is added at the end and formatted like the others.", "if rows:\n    rows = rows + [['max', max(n for _, n in rows)]]"),
    one("count", "A last row with the name 'rows' and the number of rows is added at the end (also if there are no rows) and formatted like the others.", "rows = rows + [['rows', len(rows)]]"),
)  # fmt: skip

_SORT: Menu = (
    one("none", "The rows stay in order.", "rows = list(rows)"),
    one("number-up", "The rows are sorted by number, ascending; rows with equal numbers stay in order.", "rows = sorted(rows, key=lambda row: row[1])"),
    one("number-down", "The rows are sorted by number, descending; rows with equal numbers stay in order.", "rows = sorted(rows, key=lambda row: -row[1])"),
    one("name", "The rows are sorted by name, ascending as Python compares strings; rows with equal names stay in order.", "rows = sorted(rows, key=lambda row: row[0])"),
)  # fmt: skip


def _table_slots(level: int) -> tuple[Slot, ...]:
    slots = [
        Slot("align", _ALIGN),
        Slot("fill", _FILL),
        Slot("width", numbers(5, 9)),
        Slot("gap", _GAP),
        Slot("number", _NUMBER),
    ]
    extra = (Slot("edge", _EDGE), Slot("long", _LONG), Slot("sort", _SORT), Slot("total", _TOTAL))
    return (*slots, *extra[: level - 1])


def _table_prose(level: int) -> str:
    lines = [
        "It receives rows, each a list [name, number] with a string and an int, and returns the list of the lines of a "
        "table, one string for each row."
    ]
    if level >= 4:
        lines.append("- $sort")
    if level >= 5:
        lines.append("- $total")
    lines += [
        "- The first cell is the name, the second the number written $number.",
        "- Each cell is $align with $fill up to a width of $width characters.",
        "- " + ("$long" if level >= 3 else "A cell that is longer than that stays whole."),
        "- Between the two cells stands $gap (without the quotation marks).",
    ]
    if level >= 2:
        lines.append("- $edge")
    return "\n".join(lines)


def _table_source(level: int) -> str:
    lines = ["def table(rows):"]
    if level >= 4:
        lines.append("    $sort")
    if level >= 5:
        lines.append("    $total")
    lines += [
        "    width = $width",
        "    lines = []",
        "    for name, n in rows:",
        "        cells = []",
        "        for cell in (name, $number):",
        "            cell = " + ("$long" if level >= 3 else "cell"),
        "            cells.append(cell.$align(width, $fill))",
        "        line = $gap.join(cells)",
        "        lines.append(" + ("$edge" if level >= 2 else "line") + ")",
        "    return lines",
    ]
    return "\n".join(lines)


def _rows(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    def row() -> list[Any]:
        name = "".join(rng.choice("abcdeABC z") for _ in range(rng.randint(1, 11)))
        return [
            name,
            rng.choice((rng.randint(-20, 20), rng.randint(-99999, 99999), rng.randint(10**6, 10**10))),
        ]

    return ([row() for _ in range(rng.randint(1, 5))],)


TABLES = Family(
    name="formatting",
    entry="table",
    signature="(rows: list[list]) -> list[str]",
    slots=_table_slots,
    prose=_table_prose,
    source=_table_source,
    inputs=_rows,
    edges=(
        ([],),
        ([["", 0]],),
        ([["a", -1], ["a", 1], ["b", -1]],),
        ([["a very long name", -1234567890123]],),
    ),
)
