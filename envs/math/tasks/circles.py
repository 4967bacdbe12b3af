"""Circles with exact coordinates. Example (level 1): `Centre of x^2 + y^2 - 4x + 2y = 20?` -> (2, -1)."""

from __future__ import annotations

import math
import random
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import linear_form, tuple_of
from rlvr_gym.envs.math.tasks.drafting import draft, nonzero
from rlvr_gym.sources import Draft

__all__ = ["circles"]

_CENTRE = (
    "What is the centre of the circle ${circle}$? Give an ordered pair.",
    "Find the coordinates $(x, y)$ of the centre of the circle ${circle}$.",
    "A circle has the equation ${circle}$. Where is its centre? Answer with an ordered pair.",
)
_RADIUS = (
    "What is the radius of the circle ${circle}$?",
    "A circle has the equation ${circle}$. Find its radius.",
    "How long is the radius of the circle that ${circle}$ describes?",
)
_POWER = (
    "From the point ${p}$ a tangent is drawn to the circle ${circle}$. What is the square of the length of "
    "the tangent segment?",
    "A line through $P = {p}$ touches the circle ${circle}$ in $T$. Find $PT^2$.",
    "The tangents from ${p}$ to the circle ${circle}$ have length $t$. Determine $t^2$.",
)
_DIAMETER = (
    "The circle with the diameter from ${p}$ to ${q}$ has the equation $x^2 + y^2 + ax + by + c = 0$. "
    "Find the ordered tuple $(a, b, c)$.",
    "The points ${p}$ and ${q}$ are the ends of a diameter of a circle. Write the circle as "
    "$x^2 + y^2 + ax + by + c = 0$ and give the ordered tuple $(a, b, c)$.",
    "For which ordered tuple $(a, b, c)$ does $x^2 + y^2 + ax + by + c = 0$ describe the circle on the "
    "diameter between ${p}$ and ${q}$?",
)
_CHORD = (
    "The line ${line}$ cuts the circle ${circle}$. What is the square of the length of the chord?",
    "Find the square of the distance between the two points where the line ${line}$ meets the circle "
    "${circle}$.",
    "A chord of the circle ${circle}$ lies on the line ${line}$. What is the square of its length?",
)
_TANGENT = (
    "The tangent to the circle ${circle}$ at the point ${p}$ meets the $y$-axis in $(0, t)$. Find $t$.",
    "What is the $y$-intercept of the line that touches the circle ${circle}$ at ${p}$?",
    "Draw the tangent at ${p}$ to the circle ${circle}$. At which value of $y$ does it cross the $y$-axis?",
)
_MEET = (
    "The line ${line}$ meets the circle ${circle}$ in two points. Give the one with the larger "
    "$x$-coordinate as an ordered pair.",
    "Of the two common points of the circle ${circle}$ and the line ${line}$, which has the larger "
    "$x$-coordinate? Answer with an ordered pair.",
    "Solve ${circle}$ together with ${line}$, and give the solution $(x, y)$ with the larger $x$.",
)
_COMMON = (
    "The circles ${circle}$ and ${other}$ meet in two points. What is the square of the distance between "
    "them?",
    "Find the square of the length of the common chord of the circles ${circle}$ and ${other}$.",
    "Let $PQ$ be the common chord of the circles ${circle}$ and ${other}$. Determine $PQ^2$.",
)
_THROUGH = (
    "The circle through ${p}$, ${q}$ and ${r}$ has the equation $x^2 + y^2 + ax + by + c = 0$. "
    "Find the ordered tuple $(a, b, c)$.",
    "Find the ordered tuple $(a, b, c)$ for which the circle $x^2 + y^2 + ax + by + c = 0$ contains the "
    "points ${p}$, ${q}$ and ${r}$.",
    "The points ${p}$, ${q}$ and ${r}$ lie on a circle $x^2 + y^2 + ax + by + c = 0$. "
    "What is the ordered tuple $(a, b, c)$?",
)
_OFFSETS = {  # lattice points on circles about the origin, up to signs and order
    5: ((3, 4), (0, 5)),
    10: ((6, 8), (0, 10)),
    13: ((5, 12), (0, 13)),
    25: ((7, 24), (15, 20), (0, 25)),
}


def circles(rng: random.Random, level: int) -> Draft:
    """Draw a circle by an equation or by points."""
    first = rng.random() < 0.5
    if level == 1:
        x, y, radius = nonzero(rng, -12, 12), nonzero(rng, -12, 12), rng.randint(1, 15)
        key = (x, y, radius * radius)
        circle = _equation(*key)
        if first:
            return draft(rng, "centre", key, _CENTRE, tuple_of((x, y)), steps=4, circle=circle)
        return draft(rng, "radius", key, _RADIUS, radius, steps=5, circle=circle)
    if level == 2:
        return _tangent_length(rng) if first else _diameter(rng)
    if level == 3:
        return _chord(rng) if first else _tangent_line(rng)
    if level == 4:
        return _meeting(rng)
    return _common_chord(rng) if first else _through(rng)


def _equation(x: int, y: int, square: int) -> str:
    """Write the circle with that centre and squared radius, multiplied out."""
    linear = linear_form((1, 1, -2 * x, -2 * y), ("x^2", "y^2", "x", "y"))
    return f"{linear} = {square - x * x - y * y}"


def _point(x: int, y: int) -> str:
    return f"({x}, {y})"


def _tangent_length(rng: random.Random) -> Draft:
    x, y, p, q = (nonzero(rng, -12, 12) for _ in range(4))
    square = rng.randint(1, 60)
    gold = (p - x) ** 2 + (q - y) ** 2 - square
    if gold <= 0:
        return _tangent_length(rng)
    circle = _equation(x, y, square)
    return draft(
        rng, "tangent_length", (x, y, square, p, q), _POWER, gold, steps=8, circle=circle, p=_point(p, q)
    )


def _diameter(rng: random.Random) -> Draft:
    a, b, c, d = (rng.randint(-12, 12) for _ in range(4))
    if (a, b) == (c, d):
        return _diameter(rng)
    gold = tuple_of((-a - c, -b - d, a * c + b * d))
    return draft(rng, "diameter", (a, b, c, d), _DIAMETER, gold, steps=9, p=_point(a, b), q=_point(c, d))


def _line(a: int, b: int, c: int) -> str:
    return f"{linear_form((a, b), ('x', 'y'))} = {c}"


def _chord(rng: random.Random) -> Draft:
    x, y, a, b = (nonzero(rng, -7, 7) for _ in range(4))
    c, square = rng.randint(-30, 30), rng.randint(5, 90)
    gold = 4 * (square - Fraction((a * x + b * y - c) ** 2, a * a + b * b))
    if gold <= 0:
        return _chord(rng)
    key = (x, y, square, a, b, c)
    circle = _equation(x, y, square)
    return draft(rng, "chord", key, _CHORD, gold, steps=13, circle=circle, line=_line(a, b, c))


def _tangent_line(rng: random.Random) -> Draft:
    x, y, u, v = (nonzero(rng, -9, 9) for _ in range(4))
    if x + u == 0:  # the point would be the answer
        return _tangent_line(rng)
    square = u * u + v * v
    gold = y + Fraction(square + u * x, v)  # u (X - x) + v (Y - y) = u^2 + v^2
    p = _point(x + u, y + v)
    key = (x, y, square, x + u, y + v)
    return draft(rng, "tangent_line", key, _TANGENT, gold, steps=11, circle=_equation(x, y, square), p=p)


def _on_circle(rng: random.Random, radius: int) -> tuple[int, int]:
    u, v = rng.choice(_OFFSETS[radius])
    u, v = rng.choice((1, -1)) * u, rng.choice((1, -1)) * v
    return (u, v) if rng.random() < 0.5 else (v, u)


def _meeting(rng: random.Random) -> Draft:
    x, y, radius = rng.randint(-9, 9), rng.randint(-9, 9), rng.choice(sorted(_OFFSETS))
    (p, q), (r, s) = sorted(_on_circle(rng, radius) for _ in range(2))
    if p == r or q == s:
        return _meeting(rng)
    a, b = s - q, p - r
    scale = math.gcd(a, b)
    a, b = a // scale, b // scale
    c = a * (p + x) + b * (q + y)
    key = (x, y, radius * radius, a, b, c)
    circle = _equation(x, y, radius * radius)
    gold = tuple_of((r + x, s + y))
    return draft(rng, "meeting", key, _MEET, gold, steps=16, circle=circle, line=_line(a, b, c))


def _common_chord(rng: random.Random) -> Draft:
    x, y, z, w = (rng.randint(-7, 7) for _ in range(4))
    one, two = rng.randint(5, 80), rng.randint(5, 80)
    apart = (x - z) ** 2 + (y - w) ** 2
    if not apart:
        return _common_chord(rng)
    near = Fraction((apart + one - two) ** 2, 4 * apart)  # of the first centre from the chord, squared
    gold = 4 * (one - near)
    if gold <= 0:
        return _common_chord(rng)
    circle, other = _equation(x, y, one), _equation(z, w, two)
    key = (x, y, one, z, w, two)
    return draft(rng, "common_chord", key, _COMMON, gold, steps=20, circle=circle, other=other)


def _through(rng: random.Random) -> Draft:
    x, y, radius = rng.randint(-9, 9), rng.randint(-9, 9), rng.choice(sorted(_OFFSETS))
    points = {_on_circle(rng, radius) for _ in range(3)}
    if len(points) < 3:
        return _through(rng)
    placed = [(u + x, v + y) for u, v in sorted(points)]
    p, q, r = (_point(*point) for point in placed)
    gold = tuple_of((-2 * x, -2 * y, x * x + y * y - radius * radius))
    key = [coordinate for point in placed for coordinate in point]
    return draft(rng, "through", key, _THROUGH, gold, steps=21, p=p, q=q, r=r)
