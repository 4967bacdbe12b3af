"""Triangles with exact coordinates.

Example (`triangles`, level 4): `Find the circumcentre of the triangle (0, 0), (4, 0), (0, 6).` -> (2, 3).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import tuple_of
from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.sources import Draft

__all__ = ["triangles"]

Point = tuple[Fraction, Fraction]

_ASK = {
    "centroid": "the centroid (the common point of the medians)",
    "foot": "the foot of the altitude from $C$ to the line $AB$",
    "circumcentre": "the centre of the circle through $A$, $B$ and $C$",
    "orthocentre": "the common point of the three altitudes",
    "reflection": "the mirror image of $C$ in the line $AB$",
    "incentre": "the centre of the inscribed circle",
}
_POINT = (
    "A triangle has the vertices $A = {a}$, $B = {b}$ and $C = {c}$. Find {asked}. Give an ordered pair.",
    "Let $A = {a}$, $B = {b}$ and $C = {c}$ be the corners of a triangle. What is {asked}, as an ordered "
    "pair?",
    "Consider the triangle $ABC$ with $A = {a}$, $B = {b}$, $C = {c}$. Give the coordinates $(x, y)$ of "
    "{asked}.",
)
_THIRD = (
    "A triangle has the vertices $A = {a}$ and $B = {b}$, and its centroid is ${c}$. Find $C$.",
    "Two corners of a triangle are ${a}$ and ${b}$; the medians meet in ${c}$. "
    "What is the third corner, as an ordered pair?",
    "Which point $C$ makes ${c}$ the centroid of the triangle $ABC$ with $A = {a}$ and $B = {b}$?",
)
_MEDIAN = (
    "In the triangle with $A = {a}$, $B = {b}$, $C = {c}$, what is the square of the length of the median "
    "from $C$?",
    "Let $M$ be the midpoint of $AB$, where $A = {a}$ and $B = {b}$, and let $C = {c}$. Find $CM^2$.",
    "The segment from $C = {c}$ to the midpoint of $A = {a}$ and $B = {b}$ has length $m$. Find $m^2$.",
)
_ALTITUDE = (
    "In the triangle with $A = {a}$, $B = {b}$, $C = {c}$, what is the square of the altitude from $C$?",
    "Find the square of the distance from $C = {c}$ to the line through $A = {a}$ and $B = {b}$.",
    "Let $h$ be the height of $ABC$ on the side $AB$, where $A = {a}$, $B = {b}$, $C = {c}$. What is $h^2$?",
)
_RADIUS = (
    "The vertices of a triangle are $A = {a}$, $B = {b}$ and $C = {c}$. Find the square of the radius of its "
    "circumscribed circle.",
    "Let $R$ be the radius of the circle through ${a}$, ${b}$ and ${c}$. What is $R^2$?",
    "A circle passes through the points ${a}$, ${b}$ and ${c}$. Find the square of its radius.",
)
_INRADIUS = (
    "What is the radius of the circle inscribed in the triangle ${a}$, ${b}$, ${c}$?",
    "A circle touches all three sides of the triangle with vertices ${a}$, ${b}$ and ${c}$. Find its radius.",
    "The triangle with corners ${a}$, ${b}$ and ${c}$ has an inscribed circle. How long is its radius?",
)
_TRIPLES = ((3, 4), (4, 3), (5, 12), (12, 5), (8, 15), (15, 8), (7, 24), (24, 7), (20, 21), (21, 20))


Triangle = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]


def triangles(rng: random.Random, level: int) -> Draft:
    """Draw a triangle by its vertices; a point or the square of a length is asked for."""
    first = rng.random() < 0.5
    if level == 1:
        return _point(rng, "centroid", 4) if first else _third_vertex(rng)
    if level == 2:
        (a, b), (c, d), (e, f) = points = _triangle(rng)
        square = Fraction((2 * e - a - c) ** 2 + (2 * f - b - d) ** 2, 4)
        return _shown(rng, "median", points, _MEDIAN, square, 8)
    if level == 3:
        return _point(rng, "foot", 13) if first else _altitude(rng)
    if level == 4:
        return _point(rng, "circumcentre", 17) if first else _point(rng, "reflection", 16)
    if first:
        return _with_whole_sides(rng)
    if rng.random() < 0.5:
        return _point(rng, "orthocentre", 20)
    points = _triangle(rng)
    x, y = _circumcentre(points)
    return _shown(rng, "circumradius", points, _RADIUS, (points[0][0] - x) ** 2 + (points[0][1] - y) ** 2, 22)


def _triangle(rng: random.Random) -> Triangle:
    while True:
        a, b, c = ((rng.randint(-9, 9), rng.randint(-9, 9)) for _ in range(3))
        if _cross((a, b, c)):
            return a, b, c


def _cross(points: Triangle) -> int:
    (a, b), (c, d), (e, f) = points
    return (c - a) * (f - b) - (e - a) * (d - b)


def _centroid(points: Triangle) -> Point:
    return Fraction(sum(x for x, _ in points), 3), Fraction(sum(y for _, y in points), 3)


def _foot(points: Triangle) -> Point:
    (a, b), (c, d), (e, f) = points
    u, v = c - a, d - b
    share = Fraction((e - a) * u + (f - b) * v, u * u + v * v)
    return a + share * u, b + share * v


def _reflection(points: Triangle) -> Point:
    x, y = _foot(points)
    return 2 * x - points[2][0], 2 * y - points[2][1]


def _circumcentre(points: Triangle) -> Point:
    (a, b), (c, d), (e, f) = points
    u, v, p, q = c - a, d - b, e - a, f - b
    one, two, double = u * u + v * v, p * p + q * q, 2 * _cross(points)
    return a + Fraction(q * one - v * two, double), b + Fraction(u * two - p * one, double)


def _orthocentre(points: Triangle) -> Point:
    """On Euler's line: the sum of the vertices less twice the circumcentre."""
    (x, y), (p, q) = _centroid(points), _circumcentre(points)
    return 3 * x - 2 * p, 3 * y - 2 * q


_POINTS: dict[str, Callable[[Triangle], Point]] = {
    "centroid": _centroid,
    "foot": _foot,
    "circumcentre": _circumcentre,
    "orthocentre": _orthocentre,
    "reflection": _reflection,
}


def _point(rng: random.Random, kind: str, steps: int) -> Draft:
    points = _triangle(rng)
    gold = _POINTS[kind](points)
    while gold in [
        (Fraction(x), Fraction(y)) for x, y in points
    ]:  # right angles: the answer must not stand in the question
        points = _triangle(rng)
        gold = _POINTS[kind](points)
    return _shown(rng, kind, points, _POINT, tuple_of(gold), steps, _ASK[kind])


def _shown(
    rng: random.Random,
    kind: str,
    points: Triangle,
    templates: tuple[str, ...],
    gold: object,
    steps: int,
    asked: str = "",
) -> Draft:
    a, b, c = (f"({x}, {y})" for x, y in points)
    key = [coordinate for point in points for coordinate in point]
    return draft(rng, kind, key, templates, gold, steps=steps, a=a, b=b, c=c, asked=asked)


def _third_vertex(rng: random.Random) -> Draft:
    a, b, (e, f) = _triangle(rng)
    gold = (3 * e - a[0] - b[0], 3 * f - a[1] - b[1])
    if gold in (a, b) or not _cross((a, b, gold)):
        return _third_vertex(rng)
    return _shown(rng, "third_vertex", (a, b, (e, f)), _THIRD, tuple_of(gold), 6)


def _altitude(rng: random.Random) -> Draft:
    (a, b), (c, d), _ = points = _triangle(rng)
    square = Fraction(_cross(points) ** 2, (c - a) ** 2 + (d - b) ** 2)
    return _shown(rng, "altitude", points, _ALTITUDE, square, 12)


def _with_whole_sides(rng: random.Random) -> Draft:
    """Draw a triangle made of two right triangles with a common leg, turned by right angles and moved."""
    (p, q), (r, s) = rng.sample(_TRIPLES, 2)
    height = math.lcm(q, s)
    left, right = p * height // q, rng.choice((1, -1)) * r * height // s
    if height > 130 or left + right <= 0:
        return _with_whole_sides(rng)
    x, y = rng.randint(-9, 9), rng.randint(-9, 9)
    corners = [(0, 0), (left + right, 0), (left, height)]
    for _ in range(rng.randrange(4)):
        corners = [(-v, u) for u, v in corners]
    a, b, c = rng.sample([(u + x, v + y) for u, v in corners], 3)
    sides = [math.isqrt((u[0] - v[0]) ** 2 + (u[1] - v[1]) ** 2) for u, v in ((b, c), (c, a), (a, b))]
    around = sum(sides)
    if rng.random() < 0.5:
        radius = Fraction(abs(_cross((a, b, c))), around)
        return _shown(rng, "inradius", (a, b, c), _INRADIUS, radius, 19)
    gold = [Fraction(sum(n * p[i] for n, p in zip(sides, (a, b, c), strict=True)), around) for i in (0, 1)]
    return _shown(rng, "incentre", (a, b, c), _POINT, tuple_of(gold), 23, _ASK["incentre"])
