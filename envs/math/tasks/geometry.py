"""Lengths, areas and coordinates. Example (level 4): `Area of the triangle (0,0), (4,1), (2,7)?` -> 13."""

from __future__ import annotations

import math
import random
from fractions import Fraction

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.sources import Draft

__all__ = ["geometry"]

_FRAME = (
    "A rectangle is {a} cm by {b} cm. A border of {c} cm is added all around. "
    "What is the area of the border alone, in square centimetres?",
    "A picture of {a} cm by {b} cm gets a frame {c} cm wide on every side. How many square centimetres does "
    "the frame cover?",
)
_SIDE = (
    "A rectangle has area {area} and one side of length {a}. What is its perimeter?",
    "A field of {area} square metres is a rectangle, {a} metres wide. How many metres of fence go around it?",
)
_CIRCLE = (
    "What is the area between two circles with the same centre and radii {a} and {b}? Answer in terms of "
    "$\\pi$.",
    "A ring has outer radius {b} and inner radius {a}. Find its area exactly, in terms of $\\pi$.",
)
_TRIANGLE = (
    "What is the area of the triangle with vertices ${p}$, ${q}$ and ${r}$?",
    "The points ${p}$, ${q}$ and ${r}$ are the corners of a triangle. Find its area.",
)
_DISTANCE = (
    "What is the distance between the points ${p}$ and ${q}$? Give an exact answer.",
    "Find the length of the segment from ${p}$ to ${q}$, exactly.",
)


def geometry(rng: random.Random, level: int) -> Draft:
    """Draw a problem on rectangles, circles or points in the plane."""
    a, b = sorted((rng.randint(3, 60), rng.randint(3, 60)))
    if level == 1:
        return draft(rng, "side", (a, b), _SIDE, 2 * (a + b), area=a * b, a=a)
    if level == 2:
        c = rng.randint(1, 9)
        gold = (a + 2 * c) * (b + 2 * c) - a * b
        return draft(rng, "frame", (a, b, c), _FRAME, gold, a=a, b=b, c=c)
    if level == 3:
        b += a == b
        return draft(rng, "ring", (a, b), _CIRCLE, f"{b * b - a * a}\\pi", a=a, b=b)
    if level == 4:
        return _triangle(rng)
    x, y, z, w = (rng.randint(-20, 20) for _ in range(4))
    if (x, y) == (z, w):
        z += 1
    square = (x - z) ** 2 + (y - w) ** 2
    root = math.isqrt(square)
    gold_text = str(root) if root * root == square else f"\\sqrt{{{square}}}"
    return draft(rng, "distance", (x, y, z, w), _DISTANCE, gold_text, p=f"({x}, {y})", q=f"({z}, {w})")


def _triangle(rng: random.Random) -> Draft:
    while True:
        points = sorted((rng.randint(-12, 12), rng.randint(-12, 12)) for _ in range(3))
        (a, b), (c, d), (e, f) = points
        double = abs((c - a) * (f - b) - (e - a) * (d - b))
        if double:
            break
    p, q, r = (f"({x}, {y})" for x, y in points)
    return draft(rng, "triangle", (a, b, c, d, e, f), _TRIANGLE, Fraction(double, 2), p=p, q=q, r=r)
