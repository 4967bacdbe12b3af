"""Golds of the families of geometry by another road: sympy's geometry, least squares, solids of revolution."""

from __future__ import annotations

from fractions import Fraction

import sympy
from sympy import Matrix, Rational, pi, sqrt

from tests.derivations.common import Answer, Derivations, X, rational, text, whole

__all__ = ["DERIVED"]

S, T, Y, Z = sympy.symbols("s t y z", real=True)


def listed(values: object) -> str:
    return f"({', '.join(text(value) for value in values)})"  # type: ignore[attr-defined]  # a point or a matrix


def triangles(kind: str, params: list[str]) -> Answer:
    a, b, c = (sympy.Point(*pair) for pair in zip(*[iter(whole(params))] * 2, strict=True))
    side = sympy.Line(a, b)
    if kind == "third_vertex":
        x, y = sympy.symbols("x y")
        found = sympy.solve([a[0] + b[0] + x - 3 * c[0], a[1] + b[1] + y - 3 * c[1]], [x, y])
        return listed(found.values())
    if kind == "median":
        return rational(c.distance(a.midpoint(b)) ** 2)
    if kind == "altitude":
        return rational(side.distance(c) ** 2)
    if kind == "foot":
        return listed(side.projection(c))
    if kind == "reflection":
        return listed(c.reflect(side))
    triangle = sympy.Triangle(a, b, c)
    if kind == "circumradius":
        return rational(triangle.circumradius**2)
    if kind == "inradius":
        return rational(abs(triangle.inradius))
    return listed(
        {
            "centroid": lambda: triangle.centroid,
            "circumcentre": lambda: triangle.circumcenter,
            "orthocentre": lambda: triangle.orthocenter,
            "incentre": lambda: triangle.incenter,
        }[kind]()
    )


def circles(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind in ("diameter", "through"):
        points = [(x, y) for x, y in zip(p[::2], p[1::2], strict=True)]
        if kind == "diameter":
            (a, b), (c, d) = points
            # A third point of the circle: the right angle over the diameter.
            points.append((a, d))
            if a == c or b == d:
                centre = sympy.Point(*points[0]).midpoint(sympy.Point(*points[1]))
                square = sympy.Point(*points[0]).distance(centre) ** 2
                return listed((-2 * centre[0], -2 * centre[1], centre[0] ** 2 + centre[1] ** 2 - square))
        rows = Matrix([[x, y, 1] for x, y in points])
        return listed(rows.inv() * Matrix([-(x**2) - y**2 for x, y in points]))
    x, y, square, *rest = p
    circle = (X - x) ** 2 + (Y - y) ** 2 - square
    if kind == "centre":
        (centre,) = sympy.solve([sympy.diff(circle, X), sympy.diff(circle, Y)], [X, Y], dict=True)
        return listed((centre[X], centre[Y]))
    if kind == "radius":
        return rational(sqrt(square))
    if kind == "tangent_length":  # the power of a point
        return rational(circle.subs({X: rest[0], Y: rest[1]}))
    if kind == "tangent_line":
        at = {X: rest[0], Y: rest[1]}
        slope = -sympy.diff(circle, X).subs(at) / sympy.diff(circle, Y).subs(at)
        return rational(rest[1] - slope * rest[0])
    if kind == "common_chord":
        z, w, other = rest
        second = (X - z) ** 2 + (Y - w) ** 2 - other
    else:
        second = rest[0] * X + rest[1] * Y - rest[2]
    (a, b), (c, d) = sympy.solve([circle, second], [X, Y])
    if kind == "meeting":
        return listed(max((a, b), (c, d)))
    return rational(sympy.radsimp(sympy.expand((a - c) ** 2 + (b - d) ** 2)))


def vectors(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "combination":
        return listed(p[0] * Matrix(p[1:4]) + p[4] * Matrix(p[5:8]))
    parts = [Matrix(p[n : n + 3]) for n in range(0, len(p) - 2, 3)]
    u, v, *rest = parts
    if kind == "dot":
        return rational((u.T * v)[0])
    if kind == "cross":
        return listed(u.cross(v))
    if kind == "projection":
        return listed(v * (v.T * v).inv() * v.T * u)
    if kind == "parallelogram":  # Lagrange's identity
        return rational(u.dot(u) * v.dot(v) - u.dot(v) ** 2)
    if kind == "tetrahedron":
        rows = Matrix([[*part, 1] for part in parts])
        return rational(abs(rows.det()) / 6)
    if kind == "coplanar":
        (k,) = sympy.solve(Matrix([list(u), list(v), [p[6], p[7], T]]).det(), T)
        return rational(k)
    if kind == "coordinates":
        return listed(Matrix.hstack(u, v, rest[0]).inv() * rest[1])
    plane = Matrix.hstack(u, v)
    return listed(rest[0] - plane * (plane.T * plane).inv() * plane.T * rest[0])


def lines_and_planes(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    point, u = Matrix(p[:3]), Matrix(p[3:6])
    if kind == "level":
        moving = point + T * (u - point)
        (t,) = sympy.solve(moving[p[6]] - p[7], T)
        return listed(moving.subs(T, t))
    if kind == "hit":
        moving = point + T * u
        (t,) = sympy.solve(moving.dot(Matrix(p[6:9])) - p[9], T)
        return listed(moving.subs(T, t))
    if kind in ("distance", "mirror"):
        (t,) = sympy.solve((point + T * u).dot(u) - p[6], T)
        foot = point + t * u
        return rational((foot - point).dot(foot - point)) if kind == "distance" else listed(2 * foot - point)
    if kind == "axis":
        rows = Matrix([[*p[:3], 1], [*p[3:6], 1], [*p[6:], 1], [T, 0, 0, 1]])
        (t,) = sympy.solve(rows.det(), T)
        return rational(t)
    if kind == "point_line":
        apart = u + T * Matrix(p[6:]) - point
    else:
        apart = point + T * u - Matrix(p[6:9]) - S * Matrix(p[9:])
    square = sympy.expand(apart.dot(apart))
    names = sorted(square.free_symbols, key=str)
    (at,) = sympy.solve([sympy.diff(square, name) for name in names], names, dict=True)
    return rational(square.subs(at))


def turned(profile: sympy.Expr, low: object, high: object) -> sympy.Expr:
    """The volume of a solid of revolution."""
    return sympy.integrate(sympy.expand(pi * profile**2), (X, low, high))


def solids(kind: str, params: list[str]) -> Answer:
    p = [Rational(param) for param in params]
    if kind == "box":
        return Fraction(sum(int(p[i] * p[j]) for i in range(3) for j in range(3) if i != j))
    if kind == "diagonal":
        return rational(sympy.Point3D(*p).distance(sympy.Point3D(0, 0, 0)) ** 2)
    if kind == "pyramid":
        a, volume = p
        apex = sympy.Point3D(a / 2, a / 2, 3 * volume / a**2)
        side = sympy.Line3D(sympy.Point3D(0, 0, 0), sympy.Point3D(a, 0, 0))
        return rational(a**2 + 4 * a * side.distance(apex) / 2)
    if kind == "frustum":
        a, b, s = p
        h = sqrt(s**2 - (b - a) ** 2)
        return text(turned(a + (b - a) * X / h, 0, h))
    r, h = p
    if kind == "cylinder":
        return text(2 * turned(r, 0, 1) + 2 * pi * r * h)
    if kind == "cone":
        h = sqrt(h**2 - r**2)
        return text(turned(r * X / h, 0, h))
    if kind == "capped":
        return text(turned(r, 0, h) + turned(sqrt(r**2 - X**2), 0, r))
    if kind == "drilled":
        slope = r / h
        inner = sympy.integrate(2 * pi * slope * X * sqrt(1 + slope**2), (X, 0, h))
        return text(inner + 2 * pi * r * h + pi * r**2)
    if kind.startswith("inscribed"):  # the centre is as far from the base as from the side
        side = sympy.Line(sympy.Point(r, 0), sympy.Point(0, h))
        (radius,) = [x for x in sympy.solve(side.distance(sympy.Point(0, Z)) ** 2 - Z**2, Z) if 0 < x < h]
    else:
        radius = sympy.Triangle(sympy.Point(-r, 0), sympy.Point(r, 0), sympy.Point(0, h)).circumradius
    volume = turned(sqrt(radius**2 - X**2), -radius, radius)
    return text(volume if kind.endswith("volume") else sympy.nsimplify(3 * volume / radius))


DERIVED: Derivations = {
    "circles": circles,
    "lines_and_planes": lines_and_planes,
    "solids": solids,
    "triangles": triangles,
    "vectors": vectors,
}
