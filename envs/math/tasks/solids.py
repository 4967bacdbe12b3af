"""Volumes and surfaces of solids. Example (level 2): `Volume of a cone, radius 3, slant 5?` -> 12 pi."""

from __future__ import annotations

import random
from fractions import Fraction

from rlvr_gym.envs.math.tasks.drafting import draft, latex
from rlvr_gym.sources import Draft

__all__ = ["solids"]

_BOX = (
    "A box has edges of length {a}, {b} and {c}. What is its surface area?",
    "How large is the whole surface of a rectangular block that measures {a} by {b} by {c}?",
    "All six faces of a block of {a} by {b} by {c} are painted. What area is painted?",
)
_DIAGONAL = (
    "A box has edges of length {a}, {b} and {c}. What is the square of the length of its space diagonal?",
    "The longest straight rod that fits into a box of {a} by {b} by {c} has length $d$. Find $d^2$.",
    "Two opposite corners of a block of {a} by {b} by {c} are $d$ apart. What is $d^2$?",
)
_CYLINDER = (
    "What is the whole surface area of a closed cylinder of radius {r} and height {h}? Answer in terms of "
    "$\\pi$.",
    "A closed can is a cylinder with base radius {r} and height {h}. Find the area of its surface, lid and "
    "base included, in terms of $\\pi$.",
    "A solid cylinder of radius {r} and height {h} is painted all over. Which area is painted, in terms of "
    "$\\pi$?",
)
_CONE = (
    "A cone has base radius {r} and slant height {s}. What is its volume, in terms of $\\pi$?",
    "The tip of a circular cone is at distance {s} from every point of the base's edge, and the base has "
    "radius {r}. Find the volume of the cone in terms of $\\pi$.",
    "Find the volume, in terms of $\\pi$, of a right circular cone whose base has radius {r} and whose slant "
    "height is {s}.",
)
_CAPPED = (
    "A cylinder of radius {r} and height {h} carries a half ball of the same radius on its top. What is the "
    "volume of the whole, in terms of $\\pi$?",
    "A silo is a cylinder with radius {r} and height {h} and a hemispherical roof on it. Find its volume in "
    "terms of $\\pi$.",
    "A half ball of radius {r} is glued onto the top of a cylinder of radius {r} and height {h}. "
    "Find the total volume, in terms of $\\pi$.",
)
_DRILLED = (
    "A conical hole with the same base and the same height is drilled into a cylinder of radius {r} and "
    "height "
    "{h}. What is the surface area of what remains, in terms of $\\pi$? (The base opposite the hole is "
    "whole.)",
    "From a cylinder (radius {r}, height {h}) a cone with the same base circle and the same height is cut "
    "out. Find the whole surface area of the rest, in terms of $\\pi$.",
    "A solid is a cylinder of radius {r} and height {h} less a cone whose base is the top of the cylinder "
    "and whose tip is the centre of the bottom. Determine its surface area in terms of $\\pi$.",
)
_FRUSTUM = (
    "A frustum of a cone has radii {a} and {b} and slant height {s}. What is its volume, in terms of $\\pi$?",
    "A bucket is a frustum of a cone: the circles at its ends have radii {a} and {b}, and its side measures "
    "{s} along the slope. Find its volume in terms of $\\pi$.",
    "A right circular cone is cut parallel to its base. The slice has radii {a} and {b} and slant height "
    "{s}. Find the volume of the slice in terms of $\\pi$.",
)
_PYRAMID = (
    "A regular pyramid has a square base of side {a} and volume ${volume}$. What is the area of its whole "
    "surface?",
    "The base of a pyramid is a square with side {a}, the tip lies above its centre, and the volume is "
    "${volume}$. Find the surface area, base included.",
    "A tent with a floor has the form of a regular pyramid with a square base. The base has side {a} and the "
    "volume is ${volume}$. How large is its whole surface, floor included?",
)
_INSCRIBED = (
    "A ball is inscribed in a cone of base radius {r} and height {h}: it touches the base and the side all "
    "around. What is the {asked}, in terms of $\\pi$?",
    "The largest ball that fits into a right circular cone with base radius {r} and height {h} is placed "
    "in it. Find the {asked} in terms of $\\pi$.",
    "A right circular cone has base radius {r} and height {h}. Find, in terms of $\\pi$, the {asked} that "
    "touches its base and its whole side from within.",
)
_CIRCUMSCRIBED = (
    "A cone of base radius {r} and height {h} stands in a ball: its tip and the edge of its base lie on the "
    "ball's surface. What is the {asked}, in terms of $\\pi$?",
    "The tip and the base circle of a right circular cone with base radius {r} and height {h} lie on the "
    "surface of a ball. Find the {asked} in terms of $\\pi$.",
    "The surface of a ball contains the tip and the whole base circle of a right circular cone of base "
    "radius {r} and height {h}. Determine the {asked}, in terms of $\\pi$.",
)
_TRIPLES = ((3, 4, 5), (5, 12, 13), (8, 15, 17), (7, 24, 25), (20, 21, 29), (9, 40, 41), (12, 35, 37))


def solids(rng: random.Random, level: int) -> Draft:
    """Draw a solid of which a volume or a surface is asked for."""
    first = rng.random() < 0.5
    if level == 1:
        a, b, c = sorted(rng.randint(2, 25) for _ in range(3))
        if first:
            gold = 2 * (a * b + b * c + c * a)
            return draft(rng, "box", (a, b, c), _BOX, gold, steps=6, a=a, b=b, c=c)
        gold = a * a + b * b + c * c
        return draft(rng, "diagonal", (a, b, c), _DIAGONAL, gold, steps=5, a=a, b=b, c=c)
    if level == 2:
        if first:
            r, h = rng.randint(2, 20), rng.randint(2, 30)
            gold_text = _pi(Fraction(2 * r * (r + h)))
            return draft(rng, "cylinder", (r, h), _CYLINDER, gold_text, steps=7, r=r, h=h)
        r, h, s = _right(rng)
        return draft(rng, "cone", (r, s), _CONE, _pi(Fraction(r * r * h, 3)), steps=8, r=r, s=s)
    if level == 3:
        if first:
            r, h = rng.randint(2, 20), rng.randint(2, 30)
            volume = r * r * h + Fraction(2 * r**3, 3)
            return draft(rng, "capped", (r, h), _CAPPED, _pi(volume), steps=9, r=r, h=h)
        r, h, s = _right(rng)
        gold_text = _pi(Fraction(r * r + 2 * r * h + r * s))
        return draft(rng, "drilled", (r, h), _DRILLED, gold_text, steps=11, r=r, h=h)
    if level == 4:
        return _frustum(rng) if first else _pyramid(rng)
    return _ball(rng, inscribed=first)


def _pi(factor: Fraction) -> str:
    """Write a multiple of pi."""
    return "\\pi" if factor == 1 else f"{latex(factor)}\\pi"


def _right(rng: random.Random) -> tuple[int, int, int]:
    """Draw the legs and the hypotenuse of a right triangle with whole sides."""
    a, b, c = rng.choice(_TRIPLES)
    scale = rng.randint(1, 12)
    if rng.random() < 0.5:
        a, b = b, a
    return scale * a, scale * b, scale * c


def _frustum(rng: random.Random) -> Draft:
    apart, h, s = _right(rng)
    a = rng.randint(1, 20)
    b = a + apart
    volume = Fraction(h * (a * a + a * b + b * b), 3)
    return draft(rng, "frustum", (a, b, s), _FRUSTUM, _pi(volume), steps=14, a=a, b=b, s=s)


def _pyramid(rng: random.Random) -> Draft:
    half, h, s = _right(rng)
    a = 2 * half
    volume = Fraction(a * a * h, 3)
    return draft(
        rng, "pyramid", (a, volume), _PYRAMID, a * a + 2 * a * s, steps=13, a=a, volume=latex(volume)
    )


def _ball(rng: random.Random, *, inscribed: bool) -> Draft:
    r, h, s = _right(rng)
    if not inscribed:  # any cone will do
        r, h = rng.randint(1, 20), rng.randint(1, 30)
    radius = Fraction(r * h, r + s) if inscribed else Fraction(r * r + h * h, 2 * h)
    surface = rng.random() < 0.5
    gold = 4 * radius**2 if surface else Fraction(4, 3) * radius**3
    kind = f"{'inscribed' if inscribed else 'circumscribed'}_{'surface' if surface else 'volume'}"
    asked = "surface area of the ball" if surface else "volume of the ball"
    templates = _INSCRIBED if inscribed else _CIRCUMSCRIBED
    steps = 18 if surface else 19
    return draft(rng, kind, (r, h), templates, _pi(gold), steps=steps, r=r, h=h, asked=asked)
