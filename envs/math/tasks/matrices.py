"""Determinants, products of matrices, eigenvalues.

Example (`determinants`, level 1): `What is the determinant of [[3, 1], [4, 2]]?` -> 2.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import linear_form, matrix
from rlvr_gym.envs.math.tasks.drafting import draft, nonzero
from rlvr_gym.envs.math.tasks.linear_algebra import (
    Rows,
    combined,
    determinant,
    identity,
    inverse,
    multiplied,
    random_rows,
    spaced,
    unimodular,
)
from rlvr_gym.sources import Draft

__all__ = ["determinants", "eigenvalues", "matrix_products"]

_DETERMINANT = (
    "What is the determinant of ${a}$?",
    "Find $\\det A$ for $A = {a}$.",
    "Let $A = {a}$. Compute its determinant.",
)
_SINGULAR = (
    "For which number $k$ is the matrix ${a}$ singular?",
    "The matrix ${a}$ has no inverse. Find $k$.",
    "Determine $k$ such that ${a}$ has determinant 0.",
)
_MATRIX = (
    "Let $A = {a}$ and $B = {b}$. Compute ${asked}$.",
    "What is the matrix ${asked}$ for $A = {a}$ and $B = {b}$?",
    "Given $A = {a}$ and $B = {b}$, find ${asked}$ as a matrix.",
)
_ONE_MATRIX = (
    "Let $A = {a}$. Compute ${asked}$.",
    "What is the matrix ${asked}$ for $A = {a}$?",
    "Given $A = {a}$, find ${asked}$ as a matrix.",
)
_EIGENVALUES = (
    "Find all eigenvalues of ${a}$. Separate them by commas.",
    "What are the eigenvalues of the matrix ${a}$? List them, separated by commas.",
    "List all numbers $\\lambda$, separated by commas, for which ${a} - \\lambda I$ is singular.",
)
_SPECTRAL_SUM = (
    "The matrix ${a}$ has the complex eigenvalues $\\lambda_1$ and $\\lambda_2$, counted with multiplicity. "
    "What is ${asked}$?",
    "Let $\\lambda_1$, $\\lambda_2$ be the complex eigenvalues of ${a}$, with multiplicity. Find ${asked}$.",
    "Determine ${asked}$, where $\\lambda_1$ and $\\lambda_2$ are the two eigenvalues of ${a}$ (complex, "
    "counted with multiplicity).",
)
_EIGENVECTOR = (
    "The vector $(1, t)$ is an eigenvector of ${a}$ for the eigenvalue {value}. Find $t$.",
    "For which $t$ is $\\begin{{pmatrix}} 1 \\\\ t \\end{{pmatrix}}$ an eigenvector of ${a}$ with eigenvalue "
    "{value}?",
    "One eigenvalue of ${a}$ is {value}. Which $t$ makes the column with entries $1$ and $t$ an "
    "eigenvector for it?",
)
_FUNCTION = (
    "What is the largest eigenvalue of ${asked}$, where $A = {a}$?",
    "Let $A = {a}$. Find the greatest eigenvalue of the matrix ${asked}$.",
    "For $A = {a}$, determine the largest of the eigenvalues of ${asked}$.",
)


def determinants(rng: random.Random, level: int) -> Draft:
    """Draw a matrix whose determinant is asked for, or an entry that makes it 0."""
    if level == 3 and rng.random() < 0.4:
        return _singular(rng)
    size = {1: 2, 2: 3, 3: 3, 4: 4, 5: 4}[level]
    rows = random_rows(rng, size, size, 12 if level == 1 else 6)
    if level in (2, 4):  # zeros make it short
        for i, j in rng.sample([(i, j) for i in range(size) for j in range(size)], 3 * (size - 2)):
            rows[i][j] = 0
    gold = determinant(rows)
    if not gold:
        return determinants(rng, level)
    steps = {1: 3, 2: 9, 3: 14, 4: 24, 5: 60}[level]
    return draft(rng, "determinant", (spaced(rows),), _DETERMINANT, gold, steps=steps, a=matrix(rows))


def _singular(rng: random.Random) -> Draft:
    rows = random_rows(rng, 3, 3, 6)
    i, j = rng.randrange(3), rng.randrange(3)
    rows[i][j] = 0
    without = determinant(rows)
    rows[i][j] = 1
    slope = determinant(rows) - without
    if not (slope and without):
        return _singular(rng)
    entries = [[str(entry) for entry in row] for row in rows]
    entries[i][j] = "k"
    body = " \\\\ ".join(" & ".join(row) for row in entries)
    shown = f"\\begin{{pmatrix}} {body} \\end{{pmatrix}}"
    key = ("; ".join(" ".join(row) for row in entries),)
    return draft(rng, "singular", key, _SINGULAR, -Fraction(without) / slope, steps=17, a=shown)


def matrix_products(rng: random.Random, level: int) -> Draft:
    """Draw a matrix made of others: a combination, a product, a power or an inverse."""
    if level == 5:
        return _power(rng) if rng.random() < 0.5 else _inverse(rng)
    height, inner = {1: (2, 2), 2: (2, 2), 3: (2, rng.choice((3, 4))), 4: (3, 3)}[level]
    one, two = random_rows(rng, height, inner, 7), random_rows(rng, inner, height, 7)
    weights: list[int] = []
    if level == 1:
        weights = [nonzero(rng, -5, 5), nonzero(rng, -5, 5)]
        kind, asked, steps = "combination", linear_form(weights, "AB"), 12
        gold = combined(weights[0], one, weights[1], two)
    elif level == 2 and rng.random() < 0.5:
        kind, asked, steps = "commutator", "AB - BA", 28
        gold = combined(1, multiplied(one, two), -1, multiplied(two, one))
    elif level == 2:
        weights = [nonzero(rng, -5, 5)]
        kind, asked, steps = "shifted_product", linear_form((1, *weights), ("AB", "B")), 20
        gold = combined(1, multiplied(one, two), weights[0], two)
    else:
        kind, asked = "product", "AB"
        steps = height * height * (2 * inner - 1) + (10 if level == 3 else 0)
        gold = multiplied(one, two)
    if gold in (one, two):  # the answer must not stand in the question
        return matrix_products(rng, level)
    key = (*weights, spaced(one), spaced(two))
    a, b = matrix(one), matrix(two)
    return draft(rng, kind, key, _MATRIX, matrix(gold), steps=steps, a=a, b=b, asked=asked)


def _power(rng: random.Random) -> Draft:
    rows, n = random_rows(rng, 2, 2, 3), rng.randint(5, 7)
    gold: Rows = identity(2)
    for _ in range(n):
        gold = multiplied(gold, rows)
    if gold == rows or not any(map(any, gold)):
        return _power(rng)
    return draft(
        rng,
        "power",
        (n, spaced(rows)),
        _ONE_MATRIX,
        matrix(gold),
        steps=12 * (n - 1),
        a=matrix(rows),
        asked=f"A^{n}",
    )


def _inverse(rng: random.Random) -> Draft:
    rows = random_rows(rng, 3, 3, 4)
    if not determinant(rows) or inverse(rows) == rows:
        return _inverse(rng)
    gold = matrix(inverse(rows))
    a = matrix(rows)
    return draft(rng, "inverse", (spaced(rows),), _ONE_MATRIX, gold, steps=52, a=a, asked="A^{-1}")


def eigenvalues(rng: random.Random, level: int) -> Draft:
    """Draw a matrix with whole eigenvalues, or a symmetric function of two complex ones."""
    if level == 2:
        return _spectral_sum(rng)
    size = 2 if level in (1, 3) else 3
    values = sorted(rng.sample([n for n in range(-7, 8) if n], size))
    rows = _with_eigenvalues(rng, values)
    a, key = matrix(rows), spaced(rows)
    if level in (1, 4):
        gold, steps = ", ".join(map(str, values)), 8 if level == 1 else 24
        return draft(rng, "eigenvalues", (key,), _EIGENVALUES, gold, steps=steps, a=a)
    if level == 3:
        value = rng.choice(values)
        t = Fraction(value - rows[0][0]) / rows[0][1]
        if abs(t) <= 1 and t.denominator == 1:  # too easy to guess
            return eigenvalues(rng, level)
        return draft(rng, "eigenvector", (value, key), _EIGENVECTOR, t, steps=14, a=a, value=value)
    # The eigenvalues of a polynomial in A and its inverse are the same polynomial of those of A.
    p, q, r = nonzero(rng, -4, 4), nonzero(rng, -4, 4), nonzero(rng, -9, 9)
    if rng.random() < 0.5:
        asked = linear_form((p, q, r), ("A^2", "A", "I"))
        gold_value = max(Fraction(p * x * x + q * x + r) for x in values)
        return draft(rng, "square_of", (p, q, r, key), _FUNCTION, gold_value, steps=36, a=a, asked=asked)
    asked = linear_form((p, q), ("A", "A^{-1}"))
    gold_value = max(Fraction(p * x) + Fraction(q, x) for x in values)
    return draft(rng, "inverse_of", (p, q, key), _FUNCTION, gold_value, steps=33, a=a, asked=asked)


def _with_eigenvalues(rng: random.Random, values: Sequence[int]) -> Rows:
    """Draw a matrix of whole numbers with those eigenvalues, which cannot be read off."""
    size = len(values)
    diagonal = [[values[i] if i == j else 0 for j in range(size)] for i in range(size)]
    while True:
        basis: Rows = random_rows(rng, 2, 2, 5) if size == 2 else unimodular(rng, size)
        if not determinant(basis):
            continue
        rows = multiplied(multiplied(basis, diagonal), inverse(basis))
        entries = [Fraction(entry) for row in rows for entry in row]
        if all(entry.denominator == 1 and abs(entry) <= 60 for entry in entries) and not _is_triangular(rows):
            return rows


def _is_triangular(rows: Rows) -> bool:
    """Tell whether the eigenvalues can be read off, or a quotient by an entry would fail."""
    size = len(rows)
    above = all(not rows[i][j] for i in range(size) for j in range(i + 1, size))
    below = all(not rows[i][j] for i in range(size) for j in range(i))
    return above or below or not rows[0][1]


def _spectral_sum(rng: random.Random) -> Draft:
    rows = random_rows(rng, 2, 2, 7)
    trace, size = rows[0][0] + rows[1][1], determinant(rows)
    if not size or not trace:
        return _spectral_sum(rng)
    one, two = "\\lambda_1", "\\lambda_2"
    kind, asked, gold, steps = rng.choice(
        (
            ("squares", f"{one}^2 + {two}^2", Fraction(trace**2 - 2 * size), 9),
            ("cubes", f"{one}^3 + {two}^3", Fraction(trace**3 - 3 * trace * size), 11),
            ("inverses", f"\\frac{{1}}{{{one}}} + \\frac{{1}}{{{two}}}", Fraction(trace) / size, 9),
        )
    )
    return draft(rng, kind, (spaced(rows),), _SPECTRAL_SUM, gold, steps=steps, a=matrix(rows), asked=asked)
