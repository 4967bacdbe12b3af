"""Greatest and least values. Example (level 2): `What is the least value of x + 9/x for x > 0?` -> 6."""

from __future__ import annotations

import math
import random
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import linear_form, plain_power, value_at
from rlvr_gym.envs.math.tasks.drafting import draft, nonzero, polynomial
from rlvr_gym.sources import Draft

__all__ = ["optimisation"]

_FENCE = (
    "A farmer fences a rectangular field along a straight river, where no fence is needed, and divides it "
    "by {n} "
    "further fences at right angles to the river. {total} metres of fence are used. What is the largest "
    "area the field can have, in square metres?",
    "One side of a rectangular garden is a wall. With {total} metres of fence its other three sides and {n} "
    "partitions perpendicular to the wall are built. Find the greatest possible area in square metres.",
    "A rectangle is split into {parts} strips by {n} segments parallel to one pair of its sides. These "
    "segments, "
    "that pair of sides and one of the other two sides are {total} long in all. What is the greatest area "
    "of the rectangle?",
)
_CORRAL = (
    "A rectangular field with {n} inner fences parallel to one of its sides takes {total} metres of fence "
    "in all, border included. What is the largest possible area of the field, in square metres?",
    "With {total} metres of fence a rectangle is enclosed and cut into {parts} strips by {n} parallel "
    "fences. Find the greatest area that can be enclosed, in square metres.",
    "What is the greatest area of a rectangle, in square metres, if its border and {n} inner walls "
    "parallel to one side are {total} metres long together?",
)
_POSITIVE = (
    "What is the least value of ${shown}$ for $x > 0$?",
    "Let $x$ run over the positive numbers. Find the minimum of ${shown}$.",
    "Determine the smallest value that ${shown}$ takes for positive $x$.",
)
_INTERVAL = (
    "What is the {which} value of ${shown}$ for ${low} \\le x \\le {high}$?",
    "Find the {which} value that $f(x) = {shown}$ takes on the interval $[{low}, {high}]$.",
    "Let $x$ run through all real numbers from {low} to {high}. Determine the {which} value of ${shown}$.",
)
_SHEET = (
    "Squares are cut out of the four corners of a sheet of card that measures {a} by {b}, and the sides "
    "are folded up to form an open box. What is the largest volume of the box?",
    "An open box is made from a rectangular sheet with sides {a} and {b} by cutting equal squares off its "
    "corners and folding. Find the greatest possible volume.",
    "What is the greatest volume of a box without a lid that can be folded from a sheet of {a} by {b} "
    "after equal squares have been removed from the corners?",
)
_NEAREST = (
    "What is the square of the least distance from the point $({p}, {q})$ to the parabola $y = x^2$?",
    "Let $d$ be the distance between $({p}, {q})$ and the nearest point of the curve $y = x^2$. Find $d^2$.",
    "A point moves on the parabola $y = x^2$. How small does the square of its distance from $({p}, {q})$ "
    "get?",
)
_SPHERE = (
    "What is the greatest value of ${shown}$ subject to $x^2 + y^2 + z^2 = {square}$?",
    "A point $(x, y, z)$ moves on the sphere $x^2 + y^2 + z^2 = {square}$. Find the maximum of ${shown}$.",
    "Real numbers satisfy $x^2 + y^2 + z^2 = {square}$. How large can ${shown}$ be?",
)
_FORM = (
    "What is the least value of ${shown}$ for real numbers with ${line}$?",
    "Minimise ${shown}$ subject to ${line}$. What is the minimum?",
    "Real numbers satisfy ${line}$. How small can ${shown}$ be?",
)
_PRODUCT = (
    "Positive numbers satisfy ${line}$. What is the greatest value of ${shown}$?",
    "Find the maximum of ${shown}$ over all positive numbers with ${line}$.",
    "How large can ${shown}$ be for positive numbers subject to ${line}$?",
)
_SHEETS = ((3, 8), (5, 8), (7, 15), (8, 15), (5, 21), (16, 21), (1, 1))  # a^2 - ab + b^2 is a square
_NORMALS = (
    (1, 2, 2, 3),
    (2, 3, 6, 7),
    (1, 4, 8, 9),
    (4, 4, 7, 9),
    (2, 6, 9, 11),
    (6, 6, 7, 11),
    (3, 4, 12, 13),
)


def optimisation(rng: random.Random, level: int) -> Draft:
    """Draw a greatest or least value: by a vertex, a derivative, or Lagrange's method."""
    first = rng.random() < 0.5
    if level == 1:
        return _fence(rng)
    if level == 2:
        return _positive(rng)
    if level == 3:
        return _cubic(rng)
    if level == 4:
        return _sheet(rng) if first else _nearest(rng)
    return rng.choice((_sphere, _form, _product))(rng)


def _fence(rng: random.Random) -> Draft:
    n, river = rng.randint(2, 6), rng.random() < 0.5
    across, along = n + 2, 1 if river else 2
    total = 4 * along * rng.randint(3, 60)
    gold = Fraction(total * total, 4 * across * along)
    kind, templates = ("river", _FENCE) if river else ("corral", _CORRAL)
    return draft(rng, kind, (n, total), templates, gold, steps=7, n=n, parts=n + 1, total=total)


def _positive(rng: random.Random) -> Draft:
    """Draw ax + c + b/x with ab a square, or ax + b/x^2 with a whole minimum."""
    if rng.random() < 0.5:
        p, q, scale, c = rng.randint(1, 6), rng.randint(1, 9), rng.randint(1, 6), rng.randint(-20, 20)
        a, b = scale * p * p, scale * q * q
        shown = f"{linear_form((a, c), ('x', ''))} + \\frac{{{b}}}{{x}}"
        return draft(rng, "inverse", (a, b, c), _POSITIVE, 2 * scale * p * q + c, steps=9, shown=shown)
    x, scale, c = Fraction(rng.randint(1, 6), rng.randint(1, 3)), rng.randint(1, 9), rng.randint(-20, 20)
    a, b = 2 * scale * x.denominator**3, scale * x.numerator**3  # 2b = a x^3
    gold = a * x + c + b / x**2
    shown = f"{linear_form((a, c), ('x', ''))} + \\frac{{{b}}}{{x^2}}"
    return draft(rng, "inverse_square", (a, b, c), _POSITIVE, gold, steps=10, shown=shown)


def _cubic(rng: random.Random) -> Draft:
    r, s = sorted(rng.sample(range(-5, 6), 2))
    lead, c = rng.choice((1, -1, 2, -2)), rng.randint(-20, 20)
    # The derivative is 6 lead (x - r)(x - s).
    coefficients = [c, 6 * lead * r * s, -3 * lead * (r + s), 2 * lead]
    low, high = r - rng.randint(0, 4), s + rng.randint(-1, 4)
    if low >= high or not r < high:
        return _cubic(rng)
    places = {low, high, *(x for x in (r, s) if low <= x <= high)}
    values = [int(value_at(coefficients, x)) for x in places]
    which = rng.choice(("greatest", "least"))
    gold = max(values) if which == "greatest" else min(values)
    if gold in (low, high):
        return _cubic(rng)
    key = (which, low, high, *coefficients)
    shown = polynomial(coefficients)
    return draft(rng, "cubic", key, _INTERVAL, gold, steps=16, shown=shown, low=low, high=high, which=which)


def _sheet(rng: random.Random) -> Draft:
    scale = rng.randint(1, 40)
    a, b = (scale * side for side in rng.choice(_SHEETS))
    x = Fraction(a + b - math.isqrt(a * a - a * b + b * b), 6)
    return draft(rng, "sheet", (a, b), _SHEET, x * (a - 2 * x) * (b - 2 * x), steps=18, a=a, b=b)


def _nearest(rng: random.Random) -> Draft:
    """Draw a point below the focus: 2x^3 + (1 - 2q)x = p then has one real solution."""
    x, q = Fraction(nonzero(rng, -6, 6), 2), Fraction(rng.randint(-20, 0), 2)
    p = 2 * x**3 + (1 - 2 * q) * x
    gold = (x - p) ** 2 + (x * x - q) ** 2
    if p.denominator > 4 or q.denominator > 1:
        return _nearest(rng)
    shown = str(p) if p.denominator == 1 else f"{p.numerator}/{p.denominator}"
    return draft(rng, "nearest", (p, q), _NEAREST, gold, steps=20, p=shown, q=q)


def _sphere(rng: random.Random) -> Draft:
    *normal, length = rng.choice(_NORMALS)
    scale, radius = rng.randint(1, 4), rng.randint(1, 12)
    rng.shuffle(normal)
    weights = [scale * rng.choice((1, -1)) * part for part in normal]
    gold, shown = scale * length * radius, linear_form(weights, "xyz")
    key = (*weights, radius * radius)
    return draft(rng, "sphere", key, _SPHERE, gold, steps=26, shown=shown, square=radius * radius)


def _form(rng: random.Random) -> Draft:
    squares = [rng.randint(1, 6) for _ in range(3)]
    weights, total = [nonzero(rng, -6, 6) for _ in range(3)], rng.randint(1, 30)
    gold = total**2 / sum((Fraction(w * w, s) for w, s in zip(weights, squares, strict=True)), Fraction(0))
    shown = linear_form(squares, ("x^2", "y^2", "z^2"))
    line = f"{linear_form(weights, 'xyz')} = {total}"
    key = (*squares, *weights, total)
    return draft(rng, "form", key, _FORM, gold, steps=27, shown=shown, line=line)


def _product(rng: random.Random) -> Draft:
    powers, weights = [rng.randint(1, 3) for _ in range(3)], [rng.randint(1, 4) for _ in range(3)]
    share = rng.randint(1, 3)
    total = share * sum(powers)
    gold = Fraction(1)
    for power, weight in zip(powers, weights, strict=True):  # each weighted part in proportion to its power
        gold *= Fraction(share * power, weight) ** power
    shown = "".join(plain_power(name, power) for name, power in zip("xyz", powers, strict=True))
    line = f"{linear_form(weights, 'xyz')} = {total}"
    return draft(rng, "product", (*powers, *weights, total), _PRODUCT, gold, steps=25, shown=shown, line=line)
