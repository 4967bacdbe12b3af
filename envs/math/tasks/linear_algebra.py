"""Small matrices with exact entries: products, inverses and determinants of lists of rows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

__all__ = [
    "Rows",
    "combined",
    "determinant",
    "identity",
    "inverse",
    "multiplied",
    "random_rows",
    "spaced",
    "unimodular",
]

Rows = Sequence[Sequence[int | Fraction]]


def identity(size: int) -> list[list[int | Fraction]]:
    """Return the unit matrix."""
    return [[int(i == j) for j in range(size)] for i in range(size)]


def random_rows(rng: random.Random, height: int, width: int, size: int) -> list[list[int]]:
    """Draw a matrix of whole numbers from -size..size."""
    return [[rng.randint(-size, size) for _ in range(width)] for _ in range(height)]


def multiplied(one: Rows, two: Rows) -> list[list[int | Fraction]]:
    """Multiply two matrices."""
    columns = list(zip(*two, strict=True))
    return [[sum((a * b for a, b in zip(row, column, strict=True)), 0) for column in columns] for row in one]


def combined(a: int, one: Rows, b: int, two: Rows) -> list[list[int | Fraction]]:
    """Return a times one matrix plus b times another."""
    return [[a * x + b * y for x, y in zip(p, q, strict=True)] for p, q in zip(one, two, strict=True)]


def _without(rows: Rows, height: int, width: int) -> Rows:
    return [[*row[:width], *row[width + 1 :]] for i, row in enumerate(rows) if i != height]


def determinant(rows: Rows) -> int | Fraction:
    """Return the determinant by expansion along the first row."""
    if len(rows) == 1:
        return rows[0][0]
    total: int | Fraction = 0
    for column, entry in enumerate(rows[0]):
        if entry:
            total += (-1) ** column * entry * determinant(_without(rows, 0, column))
    return total


def inverse(rows: Rows) -> list[list[int | Fraction]]:
    """Return the inverse of a matrix whose determinant is not 0, by its minors."""
    size, whole = len(rows), determinant(rows)
    return [
        [Fraction((-1) ** (i + j) * determinant(_without(rows, j, i))) / whole for j in range(size)]
        for i in range(size)
    ]


def unimodular(rng: random.Random, size: int) -> list[list[int | Fraction]]:
    """Draw a matrix of whole numbers with determinant 1, so that its inverse is whole as well."""
    lower, upper = identity(size), identity(size)
    for i in range(size):
        for j in range(i):
            lower[i][j] = rng.randint(-2, 2)
            upper[j][i] = rng.randint(-2, 2)
    return multiplied(lower, upper)


def spaced(rows: Rows) -> str:
    """Write the entries row by row for a key; its rows are parted by semicolons."""
    return "; ".join(" ".join(map(str, row)) for row in rows)
