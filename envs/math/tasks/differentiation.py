"""Rules of differentiation. Example (level 1): `Let f(x) = (2x + 1)^3. What is f'(1)?` -> 54."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import derived, factor, linear_form, times, value_at
from rlvr_gym.envs.math.tasks.drafting import draft, nonzero, polynomial
from rlvr_gym.sources import Draft

__all__ = ["derivative_rules"]

_SLOPE = (
    "Let $f(x) = {shown}$. What is $f'({at})$?",
    "Find the slope of the graph of $y = {shown}$ at $x = {at}$.",
    "Differentiate ${shown}$ with respect to $x$, and evaluate the derivative at $x = {at}$.",
)
_TABLE = (
    "Differentiable functions satisfy {given}. If $h(x) = {shown}$, what is $h'({at})$?",
    "Let {given} for differentiable functions $f$ and $g$. Find the derivative of ${shown}$ at $x = {at}$.",
    "Of the differentiable functions $f$ and $g$ we know {given}. Determine $h'({at})$ for $h(x) = {shown}$.",
)
_IMPLICIT = (
    "The point $({x}, {y})$ lies on the curve ${shown}$. What is ${asked}$ there?",
    "Find ${asked}$ at $({x}, {y})$ on the curve ${shown}$.",
    "Near the point $({x}, {y})$ the equation ${shown}$ defines $y$ as a function of $x$. Determine "
    "${asked}$ at this point.",
)
_HIGHER = (
    "Let $f(x) = {shown}$. What is $f^{{({order})}}(0)$, the derivative of order {order} at 0?",
    "Find the derivative of order {order} of ${shown}$ at $x = 0$.",
    "Differentiate ${shown}$ {order} times with respect to $x$, and evaluate the result at $x = 0$.",
)


def derivative_rules(rng: random.Random, level: int) -> Draft:
    """Draw a derivative that needs the rules for products, quotients and chains."""
    first = rng.random() < 0.5
    if level == 1:
        return _chain(rng) if first else _product(rng)
    if level == 2:
        return _quotient(rng) if first else _product_of_powers(rng)
    if level == 3:
        return _root(rng) if first else _table(rng)
    if level == 4:
        return _implicit(rng, second=False)
    return _implicit(rng, second=True) if first else _leibniz(rng)


def _spaced(coefficients: Sequence[int]) -> str:
    return " ".join(map(str, coefficients))


def _chain(rng: random.Random) -> Draft:
    a, b, n, at = nonzero(rng, -5, 5), nonzero(rng, -9, 9), rng.randint(3, 6), rng.randint(-3, 3)
    if abs(a) == 1:
        a *= 2
    gold = n * a * (a * at + b) ** (n - 1)
    shown = f"({polynomial((b, a))})^{n}"
    return draft(rng, "chain", (a, b, n, at), _SLOPE, gold, steps=6, shown=shown, at=at)


def _product(rng: random.Random) -> Draft:
    one, two = [rng.randint(-9, 9), nonzero(rng, -9, 9)], [nonzero(rng, -9, 9), rng.randint(-9, 9), 1]
    at = rng.randint(-4, 4)
    gold = value_at(derived(times(one, two)), at)
    shown = f"({polynomial(one)})({polynomial(two)})" if one[0] else f"{polynomial(one)}({polynomial(two)})"
    return draft(rng, "product", (at, _spaced(one), _spaced(two)), _SLOPE, gold, steps=7, shown=shown, at=at)


def _quotient(rng: random.Random) -> Draft:
    top = [nonzero(rng, -9, 9), rng.randint(-9, 9), rng.randint(0, 3)]
    bottom, at = [nonzero(rng, -9, 9), nonzero(rng, -9, 9)], rng.randint(-4, 4)
    below = value_at(bottom, at)
    if not below or not any(top[1:]):
        return _quotient(rng)
    upper = value_at(derived(top), at) * below - value_at(top, at) * bottom[1]
    shown = f"\\frac{{{polynomial(top)}}}{{{polynomial(bottom)}}}"
    key = (at, _spaced(top), _spaced(bottom))
    return draft(rng, "quotient", key, _SLOPE, upper / below**2, steps=11, shown=shown, at=at)


def _product_of_powers(rng: random.Random) -> Draft:
    a, b, c, d = nonzero(rng, -4, 4), nonzero(rng, -5, 5), nonzero(rng, -4, 4), nonzero(rng, -5, 5)
    m, n, at = rng.randint(2, 4), rng.randint(2, 3), rng.randint(-2, 2)
    one, two = a * at + b, c * at + d
    gold = m * a * one ** (m - 1) * two**n + n * c * one**m * two ** (n - 1)
    shown = f"({polynomial((b, a))})^{m} ({polynomial((d, c))})^{n}"
    return draft(rng, "powers", (a, b, m, c, d, n, at), _SLOPE, gold, steps=12, shown=shown, at=at)


def _root(rng: random.Random) -> Draft:
    """Draw (px + q) sqrt(ax^2 + bx + c) where the radicand is a square at the point asked for."""
    a, b, at, root = nonzero(rng, -5, 5), rng.randint(-9, 9), nonzero(rng, -4, 4), rng.randint(1, 9)
    p, q = nonzero(rng, -5, 5), nonzero(rng, -9, 9)
    inside = [root * root - a * at * at - b * at, b, a]
    gold = p * root + Fraction((p * at + q) * int(value_at(derived(inside), at)), 2 * root)
    shown = f"({polynomial((q, p))}) \\sqrt{{{polynomial(inside)}}}"
    return draft(rng, "root", (at, p, q, *inside), _SLOPE, gold, steps=15, shown=shown, at=at)


def _table(rng: random.Random) -> Draft:
    at, inner = rng.sample(range(-6, 7), 2)
    f, slope_f, slope_g = (nonzero(rng, -9, 9) for _ in range(3))
    c = nonzero(rng, -6, 6)
    outer = rng.choice(("square", "quotient"))
    if outer == "square":  # h = f(g(x))^2 + c g(x)
        shown = linear_form((1, c), ("f(g(x))^2", "g(x)"))
        gold = Fraction(2 * f * slope_f * slope_g + c * slope_g)
    else:  # h = (x + c) / f(g(x))
        shown = f"\\frac{{{factor(c)}}}{{f(g(x))}}"
        gold = Fraction(f - (at + c) * slope_f * slope_g, f * f)
    given = f"$g({at}) = {inner}$, $g'({at}) = {slope_g}$, $f({inner}) = {f}$ and $f'({inner}) = {slope_f}$"
    key = (outer, at, inner, f, slope_f, slope_g, c)
    if gold in (inner, slope_g, f, slope_f):  # it would stand in the question
        return _table(rng)
    return draft(rng, f"table_{outer}", key, _TABLE, gold, steps=14, given=given, shown=shown, at=at)


def _implicit(rng: random.Random, *, second: bool) -> Draft:
    """Draw a conic a x^2 + b x y + c y^2 = k through a given point."""
    x, y = nonzero(rng, -4, 4), nonzero(rng, -4, 4)
    a, b, c = rng.randint(1, 5), nonzero(rng, -5, 5), nonzero(rng, -5, 5)
    below = b * x + 2 * c * y
    if not below:
        return _implicit(rng, second=second)
    slope = Fraction(-(2 * a * x + b * y), below)
    gold = -(2 * a + 2 * b * slope + 2 * c * slope**2) / below if second else slope
    if gold in (x, y):
        return _implicit(rng, second=second)
    k = a * x * x + b * x * y + c * y * y
    shown = f"{linear_form((a, b, c), ('x^2', 'xy', 'y^2'))} = {k}"
    asked = "\\frac{d^2y}{dx^2}" if second else "\\frac{dy}{dx}"
    kind, steps = ("implicit_second", 29) if second else ("implicit", 16)
    return draft(rng, kind, (a, b, c, x, y), _IMPLICIT, gold, steps=steps, shown=shown, asked=asked, x=x, y=y)


def _leibniz(rng: random.Random) -> Draft:
    """Draw a high derivative at 0 of a quadratic times an exponential."""
    c0, c1, c2, a, n = rng.randint(-9, 9), nonzero(rng, -9, 9), nonzero(rng, -9, 9), nonzero(rng, -3, 3), 0
    n = rng.randint(5, 8)
    gold = c0 * a**n + n * c1 * a ** (n - 1) + n * (n - 1) * c2 * a ** (n - 2)
    shown = f"({polynomial((c0, c1, c2))}) e^{{{linear_form((a,), ('x',))}}}"
    return draft(rng, "leibniz", (c0, c1, c2, a, n), _HIGHER, gold, steps=22, shown=shown, order=n)
