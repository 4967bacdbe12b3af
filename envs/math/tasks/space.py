"""Vectors, lines and planes in space.

Example (`vectors`, level 2): `What is the cross product of (1, 2, 0) and (3, -1, 4)?` -> (8, -4, -7).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from rlvr_gym.envs.math.tasks.coefficients import linear_form, tuple_of
from rlvr_gym.envs.math.tasks.drafting import draft, nonzero
from rlvr_gym.sources import Draft

__all__ = ["lines_and_planes", "vectors"]

_COMBINATION = (
    "Let $u = {u}$ and $v = {v}$. What is ${shown}$, as an ordered tuple?",
    "For the vectors $u = {u}$ and $v = {v}$, compute ${shown}$. Give an ordered tuple.",
    "Given $u = {u}$ and $v = {v}$, find the vector ${shown}$ as an ordered tuple.",
)
_DOT = (
    "What is the dot product of ${u}$ and ${v}$?",
    "Find the scalar product $u \\cdot v$ of $u = {u}$ and $v = {v}$.",
    "Let $u = {u}$ and $v = {v}$. Evaluate $u \\cdot v$.",
)
_CROSS = (
    "What is the cross product of ${u}$ and ${v}$, in this order? Give an ordered tuple.",
    "Let $u = {u}$ and $v = {v}$. Find $u \\times v$ as an ordered tuple.",
    "Compute the vector product $u \\times v$ for $u = {u}$ and $v = {v}$. Answer with an ordered tuple.",
)
_PROJECTION = (
    "What is the orthogonal projection of ${u}$ onto the line spanned by ${v}$? Give an ordered tuple.",
    "Project $u = {u}$ orthogonally onto $v = {v}$. Which vector results, as an ordered tuple?",
    "Write $u = {u}$ as $p + q$ with $p$ parallel to $v = {v}$ and $q$ perpendicular to it. "
    "Find $p$ as an ordered tuple.",
)
_PARALLELOGRAM = (
    "The vectors ${u}$ and ${v}$ span a parallelogram. What is the square of its area?",
    "Find the square of the area of the parallelogram with sides $u = {u}$ and $v = {v}$.",
    "A parallelogram has the sides ${u}$ and ${v}$, and its area is $F$. Determine $F^2$.",
)
_TETRAHEDRON = (
    "What is the volume of the tetrahedron with vertices ${a}$, ${u}$, ${v}$ and ${w}$?",
    "The points ${a}$, ${u}$, ${v}$ and ${w}$ are the corners of a tetrahedron. Find its volume.",
    "A pyramid has the triangle ${a}$, ${u}$, ${v}$ as its base and the apex ${w}$. How large is its volume?",
)
_COPLANAR = (
    "For which number $k$ are the vectors ${u}$, ${v}$ and ${w}$ linearly dependent?",
    "The vectors ${u}$, ${v}$ and ${w}$ lie in one plane through the origin. Find $k$.",
    "Determine $k$ such that ${w}$ is in the plane spanned by ${u}$ and ${v}$.",
)
_COORDINATES = (
    "Write ${t}$ as $a u + b v + c w$ with $u = {u}$, $v = {v}$ and $w = {w}$. Find the ordered tuple "
    "$(a, b, c)$.",
    "Which numbers $a$, $b$, $c$ satisfy $a \\cdot {u} + b \\cdot {v} + c \\cdot {w} = {t}$? "
    "Give the ordered tuple $(a, b, c)$.",
    "The vector ${t}$ is a linear combination of ${u}$, ${v}$ and ${w}$, in this order. "
    "What is the ordered tuple of its coefficients?",
)
_REJECTION = (
    "Write $w = {w}$ as $p + q$ with $p$ in the plane spanned by ${u}$ and ${v}$ and $q$ perpendicular to "
    "that plane. Find $q$ as an ordered tuple.",
    "Which part of ${w}$ is perpendicular to both ${u}$ and ${v}$, if the rest is a combination of these "
    "two? Give an ordered tuple.",
    "Subtract from $w = {w}$ its orthogonal projection onto the plane spanned by $u = {u}$ and $v = {v}$. "
    "Give the result as an ordered tuple.",
)

Vector = tuple[int, int, int]


def _vector(rng: random.Random, size: int = 9) -> Vector:
    return nonzero(rng, -size, size), rng.randint(-size, size), nonzero(rng, -size, size)


def _shown(vector: Sequence[object]) -> str:
    return f"({', '.join(map(str, vector))})"


def _dot(u: Sequence[int], v: Sequence[int]) -> int:
    return sum(a * b for a, b in zip(u, v, strict=True))


def _cross(u: Sequence[int], v: Sequence[int]) -> Vector:
    return u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]


def _minus(u: Vector, v: Vector) -> Vector:
    return u[0] - v[0], u[1] - v[1], u[2] - v[2]


def vectors(rng: random.Random, level: int) -> Draft:
    """Draw a computation with vectors of three components."""
    first = rng.random() < 0.5
    if level > 3:
        return _three(rng, level, first)
    u, v = _vector(rng), _vector(rng)
    cross, share = _cross(u, v), Fraction(_dot(u, v), _dot(v, v))
    if not any(cross) or share in (0, 1):
        return vectors(rng, level)
    shown: dict[str, Any] = {"u": _shown(u), "v": _shown(v)}
    if level == 1 and first:
        return draft(rng, "dot", (*u, *v), _DOT, _dot(u, v), steps=5, **shown)
    if level == 1:
        a, b = nonzero(rng, -6, 6), nonzero(rng, -6, 6)
        gold = tuple_of([a * x + b * y for x, y in zip(u, v, strict=True)])
        shown["shown"] = linear_form((a, b), ("u", "v"))
        return draft(rng, "combination", (a, *u, b, *v), _COMBINATION, gold, steps=6, **shown)
    if level == 2:
        return draft(rng, "cross", (*u, *v), _CROSS, tuple_of(cross), steps=9, **shown)
    if first:
        gold = tuple_of([share * y for y in v])
        return draft(rng, "projection", (*u, *v), _PROJECTION, gold, steps=14, **shown)
    return draft(rng, "parallelogram", (*u, *v), _PARALLELOGRAM, _dot(cross, cross), steps=14, **shown)


def _three(rng: random.Random, level: int, first: bool) -> Draft:
    """Draw a problem on three vectors in general position."""
    u, v, w = _vector(rng, 6), _vector(rng, 6), _vector(rng, 6)
    cross = _cross(u, v)
    volume = _dot(cross, w)
    if not volume:
        return _three(rng, level, first)
    shown: dict[str, Any] = {"u": _shown(u), "v": _shown(v), "w": _shown(w)}
    if level == 4 and first:
        a = _vector(rng, 6)
        placed = [(x + a[0], y + a[1], z + a[2]) for x, y, z in (u, v, w)]
        shown |= {name: _shown(p) for name, p in zip("auvw", (a, *placed), strict=True)}
        key: tuple[int, ...] = (*a, *placed[0], *placed[1], *placed[2])
        return draft(rng, "tetrahedron", key, _TETRAHEDRON, Fraction(abs(volume), 6), steps=22, **shown)
    if level == 4:
        if not cross[2]:
            return _three(rng, level, first)
        gold = Fraction(-(cross[0] * w[0] + cross[1] * w[1]), cross[2])
        shown["w"] = _shown((w[0], w[1], "k"))
        return draft(rng, "coplanar", (*u, *v, w[0], w[1]), _COPLANAR, gold, steps=19, **shown)
    if first:
        parts = [nonzero(rng, -7, 7) for _ in range(3)]
        shown["t"] = _shown([_dot(parts, column) for column in zip(u, v, w, strict=True)])
        if tuple(parts) in (u, v, w):  # the answer must not stand in the question
            return _three(rng, level, first)
        key = (*u, *v, *w, *(_dot(parts, column) for column in zip(u, v, w, strict=True)))
        return draft(rng, "coordinates", key, _COORDINATES, tuple_of(parts), steps=30, **shown)
    if not any(_cross(cross, w)):
        return _three(rng, level, first)
    # What is perpendicular to u and v in w is its projection onto their cross product.
    gold_vector = tuple_of([Fraction(volume, _dot(cross, cross)) * x for x in cross])
    return draft(rng, "rejection", (*u, *v, *w), _REJECTION, gold_vector, steps=27, **shown)


_LINE_MEETS_AXIS_PLANE = (
    "The line through ${p}$ and ${q}$ meets the plane ${name} = {c}$ in one point. Which, as an ordered "
    "tuple?",
    "Find the point on the line through ${p}$ and ${q}$ with ${name} = {c}$. Give an ordered tuple.",
    "A line contains ${p}$ and ${q}$. At which point, given as an ordered tuple, does it have ${name} = "
    "{c}$?",
)
_DISTANCE = (
    "What is the square of the distance between the point ${p}$ and the plane ${plane}$?",
    "Let $d$ be the distance from ${p}$ to the plane ${plane}$. Find $d^2$.",
    "A ball with centre ${p}$ touches the plane ${plane}$. What is the square of its radius?",
)
_HIT = (
    "In which point does the line ${line}$, $t$ real, meet the plane ${plane}$? Give an ordered tuple.",
    "A ray of light runs along the line ${line}$, $t$ real. Where does it hit the plane ${plane}$? Answer "
    "with an ordered tuple.",
    "Find the common point, as an ordered tuple, of the plane ${plane}$ and the line ${line}$.",
)
_MIRROR = (
    "What is the mirror image of ${p}$ in the plane ${plane}$? Give an ordered tuple.",
    "Reflect the point ${p}$ in the plane ${plane}$. Which point results, as an ordered tuple?",
    "The plane ${plane}$ bisects the segment from ${p}$ to $Q$ at a right angle. Find $Q$ as an ordered "
    "tuple.",
)
_AXIS = (
    "The plane through ${p}$, ${q}$ and ${r}$ meets the $x$-axis in $(t, 0, 0)$. Find $t$.",
    "For which $t$ does $(t, 0, 0)$ lie in the plane through ${p}$, ${q}$ and ${r}$?",
    "The points ${p}$, ${q}$, ${r}$ and $(t, 0, 0)$ lie in one plane. What is $t$?",
)
_SKEW = (
    "What is the square of the distance between the lines ${line}$ and ${other}$ ($s$, $t$ real)?",
    "The shortest segment between the lines ${line}$ and ${other}$ has length $d$. Find $d^2$.",
    "Two pipes run along the lines ${line}$ and ${other}$ with real parameters $t$ and $s$. "
    "Find the square of the least distance between them.",
)
_POINT_LINE = (
    "What is the square of the distance from ${p}$ to the line ${line}$, $t$ real?",
    "Let $d$ be the distance of the point ${p}$ from the line ${line}$. Find $d^2$.",
    "How small can the squared distance from ${p}$ to a point of the line ${line}$ be?",
)


def lines_and_planes(rng: random.Random, level: int) -> Draft:
    """Draw points, lines and planes in space: where they meet, and squares of distances."""
    first = rng.random() < 0.5
    p, u, v, n = _vector(rng), _vector(rng, 5), _vector(rng, 5), _vector(rng, 5)
    d = rng.randint(-20, 20)
    off = _dot(n, p) - d  # how far p is off the plane n x = d
    if not (any(_cross(u, v)) and _dot(n, u) and off):
        return lines_and_planes(rng, level)
    plane = f"{linear_form(n, 'xyz')} = {d}"
    size = _dot(n, n)
    if level == 1:
        return _level_of_line(rng, p, u)
    if level == 2:
        gold = Fraction(off * off, size)
        return draft(rng, "distance", (*p, *n, d), _DISTANCE, gold, steps=12, p=_shown(p), plane=plane)
    if level == 3:
        share = Fraction(-off, _dot(n, u))
        hit = tuple_of([x + share * y for x, y in zip(p, u, strict=True)])
        return draft(
            rng, "hit", (*p, *u, *n, d), _HIT, hit, steps=18, line=_parametric(p, u, "t"), plane=plane
        )
    if level == 4 and first:
        image = tuple_of([x - Fraction(2 * off, size) * y for x, y in zip(p, n, strict=True)])
        return draft(rng, "mirror", (*p, *n, d), _MIRROR, image, steps=21, p=_shown(p), plane=plane)
    if level == 4:
        square = _dot(_cross(v, u), _cross(v, u))
        start = (p[0] + v[0], p[1] + v[1], p[2] + v[2])
        line = _parametric(start, u, "t")
        gold = Fraction(square, _dot(u, u))
        return draft(rng, "point_line", (*p, *start, *u), _POINT_LINE, gold, steps=23, p=_shown(p), line=line)
    return _axis(rng, p, u, v) if first else _skew(rng, p, u, v)


def _parametric(start: Sequence[int], direction: Sequence[int], name: str) -> str:
    parts = (linear_form(pair, ("", name)) for pair in zip(start, direction, strict=True))
    return f"({', '.join(parts)})"


def _level_of_line(rng: random.Random, p: Vector, u: Vector) -> Draft:
    axis, c = rng.choice([i for i in range(3) if u[i]]), rng.randint(-9, 9)
    share = Fraction(c - p[axis], u[axis])
    if share in (0, 1):
        return _level_of_line(rng, p, u)
    q = (p[0] + u[0], p[1] + u[1], p[2] + u[2])
    gold = tuple_of([x + share * y for x, y in zip(p, u, strict=True)])
    return draft(
        rng,
        "level",
        (*p, *q, axis, c),
        _LINE_MEETS_AXIS_PLANE,
        gold,
        steps=9,
        p=_shown(p),
        q=_shown(q),
        name="xyz"[axis],
        c=c,
    )


def _axis(rng: random.Random, p: Vector, u: Vector, v: Vector) -> Draft:
    normal = _cross(u, v)
    if not normal[0]:
        return lines_and_planes(rng, 5)
    q, r = _minus(p, u), _minus(p, v)
    gold = Fraction(_dot(normal, p), normal[0])
    return draft(rng, "axis", (*p, *q, *r), _AXIS, gold, steps=25, p=_shown(p), q=_shown(q), r=_shown(r))


def _skew(rng: random.Random, p: Vector, u: Vector, v: Vector) -> Draft:
    q, normal = _vector(rng), _cross(u, v)
    gold = Fraction(_dot(_minus(p, q), normal) ** 2, _dot(normal, normal))
    if not gold:
        return lines_and_planes(rng, 5)
    line, other = _parametric(p, u, "t"), _parametric(q, v, "s")
    return draft(rng, "skew", (*p, *u, *q, *v), _SKEW, gold, steps=27, line=line, other=other)
