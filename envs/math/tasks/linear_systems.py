"""Systems of three and four linear equations, and linear maps.

Example (`linear_maps`, level 1): `T is linear, T(1, 0) = (2, 1), T(0, 1) = (0, 3). T(4, -1)?` -> (8, 1).
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import linear_form, matrix, tuple_of, value_at
from rlvr_gym.envs.math.tasks.drafting import draft, nonzero
from rlvr_gym.envs.math.tasks.linear_algebra import (
    Rows,
    determinant,
    identity,
    inverse,
    multiplied,
    random_rows,
    spaced,
    unimodular,
)
from rlvr_gym.sources import Draft

__all__ = ["linear_maps", "linear_systems"]

_SYSTEM = (
    "Solve the system {shown}. Give the ordered tuple ${names}$.",
    "Find the ordered tuple ${names}$ of numbers with {shown}.",
    "The numbers in the tuple ${names}$ satisfy {shown}. What is the tuple?",
)
_THROUGH = (
    "A polynomial $p$ of degree at most {degree} satisfies {shown}. What is $p({at})$?",
    "Exactly one polynomial $p$ of degree {degree} or less has {shown}. Find $p({at})$.",
    "Let $p$ be the polynomial of degree at most {degree} with {shown}. Determine $p({at})$.",
)
_IMAGE = (
    "The map $T$ is linear, {shown}. What is $T{at}$, as an ordered tuple?",
    "A linear map $T$ of ${space}$ to itself satisfies {shown}. Find $T{at}$ as an ordered tuple.",
    "Let $T$ be linear with {shown}. Compute $T{at}$ and give an ordered tuple.",
)
_KERNEL = (
    "The null space of ${a}$ is spanned by one vector whose last entry is 1. Find this vector as an "
    "ordered tuple.",
    "Solve $A v = 0$ for $A = {a}$ with the last entry of $v$ equal to 1. Give $v$ as an ordered tuple.",
    "Which vector $v$ with last entry 1 does the matrix ${a}$ map to zero? Answer with an ordered tuple.",
)
_CHANGE = (
    "A linear map of the plane has the matrix ${a}$ in the standard basis. What is its matrix in the basis "
    "${u}$, ${v}$ (in this order)?",
    "Let $T(x) = Ax$ with $A = {a}$. Find the matrix of $T$ with respect to the ordered basis ${u}$, ${v}$.",
    "Write the map $x \\mapsto {a} x$ in the basis whose vectors are ${u}$ and ${v}$, in this order. "
    "Which matrix results?",
)
_PROJECTION = (
    "What is the matrix of the orthogonal {map} ${plane}$ in three-dimensional space?",
    "Find the 3 by 3 matrix of the orthogonal {map} ${plane}$.",
    "In the standard basis, which matrix describes the orthogonal {map} ${plane}$?",
)


def linear_systems(rng: random.Random, level: int) -> Draft:
    """Draw a system of linear equations, or points that determine a polynomial."""
    if level == 4:
        return _through(rng, 2)
    if level == 5:
        return _through(rng, 3) if rng.random() < 0.5 else _system(rng, level, 4)
    return _system(rng, level, 3)


def _system(rng: random.Random, level: int, size: int) -> Draft:
    rows = random_rows(rng, size, size, 5 if size == 3 else 3)
    for i in range(size):
        for j in range(size):
            if level == 1 and j < i:  # solved from the last equation upwards
                rows[i][j] = 0
            if level == 2 and j == (i + 2) % 3:  # each equation lacks an unknown
                rows[i][j] = 0
            elif level == 2:
                rows[i][j] = rows[i][j] or 1
    if not determinant(rows):
        return _system(rng, level, size)
    solution = [rng.randint(-9, 9) for _ in range(size)]
    right = [sum(a * x for a, x in zip(row, solution, strict=True)) for row in rows]
    names = "xyz" if size == 3 else "xyzw"
    lines = [f"${linear_form(row, names)} = {value}$" for row, value in zip(rows, right, strict=True)]
    kind = {1: "triangular", 2: "cyclic", 3: "three", 5: "four"}[level]
    steps = {1: 9, 2: 16, 3: 28, 5: 70}[level]
    shown = f"{', '.join(lines[:-1])} and {lines[-1]}"
    key = (spaced(rows), " ".join(map(str, right)))
    unknowns = f"({', '.join(names)})"
    return draft(rng, kind, key, _SYSTEM, tuple_of(solution), steps=steps, shown=shown, names=unknowns)


def _through(rng: random.Random, degree: int) -> Draft:
    coefficients = [rng.randint(-6, 6) for _ in range(degree)] + [nonzero(rng, -4, 4)]
    *places, at = rng.sample(range(-4, 6), degree + 2)
    values = [int(value_at(coefficients, x)) for x in places]
    gold = value_at(coefficients, at)
    if gold in values:  # it would stand in the question
        return _through(rng, degree)
    lines = [f"$p({x}) = {y}$" for x, y in zip(places, values, strict=True)]
    shown = f"{', '.join(lines[:-1])} and {lines[-1]}"
    key = (at, *(number for pair in zip(places, values, strict=True) for number in pair))
    kind, steps = ("quadratic", 35) if degree == 2 else ("cubic", 72)
    return draft(rng, kind, key, _THROUGH, gold, steps=steps, shown=shown, degree=degree, at=at)


def linear_maps(rng: random.Random, level: int) -> Draft:
    """Draw a linear map: an image, a null space, a matrix in another basis, a projection."""
    if level == 1:
        return _image(rng, identity(2), 6)
    if level == 2:
        return _image(rng, random_rows(rng, 2, 2, 5), 14)
    if level == 3:
        return _kernel(rng, 3) if rng.random() < 0.5 else _change(rng)
    if level == 4:
        return _kernel(rng, 4) if rng.random() < 0.5 else _image(rng, unimodular(rng, 3), 38)
    return _projection(rng)


def _vector(entries: Sequence[int | Fraction]) -> str:
    return f"({', '.join(map(str, entries))})"


def _image(rng: random.Random, basis: Rows, steps: int) -> Draft:
    """Draw the images of a basis; that of another vector is asked for."""
    size = len(basis)
    images = random_rows(rng, size, size, 6)
    weights = [nonzero(rng, -5, 5) for _ in range(size)]
    if not determinant(basis):
        return _image(rng, random_rows(rng, 2, 2, 5), steps)
    (at,), (gold,) = multiplied([weights], basis), multiplied([weights], images)
    if gold in images or gold in basis:
        return _image(rng, basis, steps)
    lines = [f"$T{_vector(v)} = {_vector(w)}$" for v, w in zip(basis, images, strict=True)]
    shown = f"{', '.join(lines[:-1])} and {lines[-1]}"
    key = (spaced(basis), spaced(images), " ".join(map(str, at)))
    space = f"\\mathbb{{R}}^{size}"
    kind = {6: "image_of_standard", 14: "image_in_plane", 38: "image_in_space"}[steps]
    return draft(
        rng, kind, key, _IMAGE, tuple_of(gold), steps=steps, shown=shown, at=_vector(at), space=space
    )


def _kernel(rng: random.Random, width: int) -> Draft:
    """Draw a matrix of full rank with one more column than rows, a combination of the others."""
    left = random_rows(rng, width - 1, width - 1, 4)
    solution = [nonzero(rng, -5, 5) for _ in range(width - 1)]
    if not determinant(left):
        return _kernel(rng, width)
    rows = [[*row, -sum(a * x for a, x in zip(row, solution, strict=True))] for row in left]
    kind, steps = ("kernel_of_two", 18) if width == 3 else ("kernel_of_three", 36)
    gold = tuple_of([*solution, 1])
    return draft(rng, kind, (spaced(rows),), _KERNEL, gold, steps=steps, a=matrix(rows))


def _change(rng: random.Random) -> Draft:
    rows, basis = random_rows(rng, 2, 2, 5), random_rows(rng, 2, 2, 4)
    if not determinant(basis) or basis[0][1] == basis[1][0] == 0:
        return _change(rng)
    columns = list(zip(*basis, strict=True))
    gold = multiplied(multiplied(inverse(columns), rows), columns)
    if gold == rows:
        return _change(rng)
    u, v = map(_vector, basis)
    key = (spaced(rows), spaced(basis))
    return draft(rng, "change", key, _CHANGE, matrix(gold), steps=29, a=matrix(rows), u=u, v=v)


def _projection(rng: random.Random) -> Draft:
    normal = [rng.randint(1, 6), rng.randint(-6, 6), nonzero(rng, -6, 6)]
    normal = [x // math.gcd(*normal) for x in normal]  # one vector for each line or plane
    square = sum(x * x for x in normal)
    onto, share = rng.choice((("plane", 1), ("line", 1), ("mirror", 2)))
    outer = [[Fraction(share * x * y, square) for y in normal] for x in normal]
    if onto == "line":
        gold: Rows = outer
        name, shown = "projection onto the line spanned by the vector", _vector(normal)
    else:
        gold = [[int(i == j) - outer[i][j] for j in range(3)] for i in range(3)]
        name = "projection onto the plane" if onto == "plane" else "reflection in the plane"
        shown = f"{linear_form(normal, 'xyz')} = 0"
    steps = {"line": 40, "plane": 43, "mirror": 44}[onto]
    return draft(
        rng,
        onto,
        (" ".join(map(str, normal)),),
        _PROJECTION,
        matrix(gold),
        steps=steps,
        map=name,
        plane=shown,
    )
