"""Integrals by substitution and by parts, and double integrals.

Example (`double_integrals`, level 1): `Integrate 6xy over 0 <= x <= 1, 0 <= y <= 2.` -> 6.
"""

from __future__ import annotations

import math
import random
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import (
    area_under,
    derived,
    linear_form,
    plain_power,
    tuple_of,
    value_at,
)
from rlvr_gym.envs.math.tasks.drafting import draft, latex, nonzero, polynomial
from rlvr_gym.sources import Draft

__all__ = ["double_integrals", "integrals_substitution"]

_INTEGRAL = (
    "Compute $\\int_{{{low}}}^{{{high}}} {shown} \\, dx$.",
    "What is the value of the definite integral of ${shown}$ from $x = {low}$ to $x = {high}$?",
    "Evaluate the integral of ${shown}$ over $x$ between the limits ${low}$ and ${high}$.",
)
_OF_LOGARITHM = (
    "The integral $\\int_{{{low}}}^{{{high}}} {shown} \\, dx$ equals $\\ln k$. Find $k$.",
    "Write the integral of ${shown}$ from $x = {low}$ to $x = {high}$ as $\\ln k$. What is $k$?",
    "For which number $k$ is $\\int_{{{low}}}^{{{high}}} {shown} \\, dx = \\ln k$?",
)
_WITH_E = (
    "The integral $\\int_{{{low}}}^{{{high}}} {shown} \\, dx$ equals $p \\, {unit} + q$ with rational "
    "numbers $p$ and $q$. Find the ordered pair $(p, q)$.",
    "Write the integral of ${shown}$ from $x = {low}$ to $x = {high}$ as $p \\, {unit} + q$, where $p$ and "
    "$q$ are rational. What is the ordered pair $(p, q)$?",
    "For which ordered pair $(p, q)$ of rational numbers is $\\int_{{{low}}}^{{{high}}} {shown} \\, dx = "
    "p \\, {unit} + q$?",
)


_ROOTS = [  # low, high and the roots there of ax^2 + c with whole a > 0 and c other than 0
    (low, high, one, two)
    for low in range(5)
    for high in range(low + 1, 7)
    for one in range(10)
    for two in range(one + 1, 13)
    if (two * two - one * one) % (high * high - low * low) == 0
    and (two * two - one * one) // (high * high - low * low) * low * low != one * one
]


def integrals_substitution(rng: random.Random, level: int) -> Draft:
    """Draw a definite integral that needs a substitution or parts."""
    first = rng.random() < 0.5
    if level == 1:
        return _linear(rng)
    if level == 2:
        return _quadratic(rng, 2)
    if level == 3:
        return _quadratic(rng, 3) if first else _root(rng)
    if level == 4:
        return _logarithm(rng) if first else _sines(rng)
    return _parts(rng) if first else _log_power(rng)


def _linear(rng: random.Random) -> Draft:
    a, b, n = rng.choice((1, -1)) * rng.randint(2, 5), nonzero(rng, -9, 9), rng.randint(2, 5)
    low = rng.randint(-3, 2)
    high = low + rng.randint(1, 3)
    gold = Fraction((a * high + b) ** (n + 1) - (a * low + b) ** (n + 1), a * (n + 1))
    shown = f"({polynomial((b, a))})^{n}"
    return draft(
        rng, "linear", (a, b, n, low, high), _INTEGRAL, gold, steps=7, shown=shown, low=low, high=high
    )


def _quadratic(rng: random.Random, level: int) -> Draft:
    """Draw k u' u^n for u = ax^2 + bx + c, at the lower level with b = 0."""
    a, c, n, k = nonzero(rng, -3, 3), nonzero(rng, -6, 6), rng.randint(2, 4), nonzero(rng, -5, 5)
    b = 0 if level == 2 else nonzero(rng, -4, 4)
    low = rng.randint(-2, 1)
    high = low + rng.randint(1, 2)
    inner = [c, b, a]
    ends = value_at(inner, low), value_at(inner, high)
    gold = k * (ends[1] ** (n + 1) - ends[0] ** (n + 1)) / (n + 1)
    if not gold:
        return _quadratic(rng, level)
    outer = [k * part for part in derived(inner)]
    front = f"({polynomial(outer)})" if b else polynomial(outer)
    shown = f"{front}({polynomial(inner)})^{n}"
    key = (k, *inner, n, low, high)
    kind, steps = ("no_middle", 10) if level == 2 else ("inner", 13)
    return draft(rng, kind, key, _INTEGRAL, gold, steps=steps, shown=shown, low=low, high=high)


def _root(rng: random.Random) -> Draft:
    """Draw k x sqrt(ax^2 + c) between points where the radicand is a square."""
    k, (low, high, one, two) = nonzero(rng, -9, 9), rng.choice(_ROOTS)
    a = (two * two - one * one) // (high * high - low * low)
    c = one * one - a * low * low
    gold = Fraction(k * (two**3 - one**3), 3 * a)
    shown = f"{linear_form((k,), ('x',))}\\sqrt{{{polynomial((c, 0, a))}}}"
    return draft(
        rng, "root", (k, a, c, low, high), _INTEGRAL, gold, steps=14, shown=shown, low=low, high=high
    )


def _logarithm(rng: random.Random) -> Draft:
    """Draw u'/u for a quadratic u that is positive on the interval."""
    a, b, c, low = rng.randint(1, 4), rng.randint(-6, 6), rng.randint(-9, 9), rng.randint(-4, 3)
    high = low + rng.randint(1, 4)
    inner, slope = [c, b, a], [b, 2 * a]
    lowest = value_at(inner, Fraction(-b, 2 * a)) if low <= Fraction(-b, 2 * a) <= high else Fraction(1)
    ends = value_at(inner, low), value_at(inner, high)
    if min(lowest, *ends) <= 0 or ends[0] == ends[1]:
        return _logarithm(rng)
    shown = f"\\frac{{{polynomial(slope)}}}{{{polynomial(inner)}}}"
    gold = ends[1] / ends[0]
    if gold in (low, high):
        return _logarithm(rng)
    return draft(
        rng, "logarithm", (a, b, c, low, high), _OF_LOGARITHM, gold, steps=16, shown=shown, low=low, high=high
    )


def _sines(rng: random.Random) -> Draft:
    """Draw k sin^m cos^n with n odd, from 0 to a right angle."""
    m, n, k = rng.randint(1, 7), rng.choice((1, 3, 5, 7)), nonzero(rng, -12, 12)
    half = (n - 1) // 2  # cos^(n-1) is (1 - s^2)^half
    parts = (Fraction((-1) ** j * math.comb(half, j), m + 2 * j + 1) for j in range(half + 1))
    gold = k * sum(parts, Fraction(0))
    front = linear_form((k,), ("",)) if abs(k) > 1 else ("-" if k < 0 else "")
    shown = f"{front} {_of('sin', m)} {_of('cos', n)}".strip()
    high = "\\frac{\\pi}{2}"
    return draft(rng, "sines", (k, m, n), _INTEGRAL, gold, steps=17, shown=shown, low=0, high=high)


def _of(function: str, power: int) -> str:
    return f"\\{function} x" if power == 1 else f"\\{function}^{power} x"


def _parts(rng: random.Random) -> Draft:
    """Draw a quadratic times e^{ax} from 0 to t: the antiderivative is a quadratic times e^{ax}."""
    a, t = nonzero(rng, -3, 3), rng.randint(1, 3)
    p, q, r = nonzero(rng, -6, 6), rng.randint(-6, 6), rng.randint(-6, 6)  # p x^2 + q x + r
    top = Fraction(p, a)
    middle = (q - 2 * top) / a
    free = (r - middle) / a
    gold = (top * t * t + middle * t + free, -free)
    if not gold[0]:
        return _parts(rng)
    front = polynomial((r, q, p))
    front = f"({front})" if q or r else front
    shown = f"{front} e^{{{linear_form((a,), ('x',))}}}"
    unit = "e" if a * t == 1 else f"e^{{{a * t}}}"
    key, pair = (p, q, r, a, t), tuple_of(gold)
    return draft(rng, "parts", key, _WITH_E, pair, steps=24, shown=shown, low=0, high=t, unit=unit)


def _log_power(rng: random.Random) -> Draft:
    """Draw k x^n ln^m x from 1 to e."""
    k, n, m = nonzero(rng, -9, 9), rng.randint(1, 6), rng.randint(2, 3)
    p, q = Fraction(1, n + 1), Fraction(-1, n + 1)  # of the integral of x^n
    for power in range(1, m + 1):
        p, q = Fraction(1, n + 1) - power * p / (n + 1), -power * q / (n + 1)
    shown = f"{linear_form((k,), (plain_power('x', n),))} (\\ln x)^{m}"
    unit = f"e^{{{n + 1}}}"
    gold = tuple_of((k * p, k * q))
    return draft(
        rng, "log_power", (k, n, m), _WITH_E, gold, steps=8 + 8 * m, shown=shown, low=1, high="e", unit=unit
    )


_OVER = (
    "Compute $\\iint_R \\left({shown}\\right) dA$, where $R$ is the region {region}.",
    "Integrate ${shown}$ over the region {region}.",
    "What is the double integral of ${shown}$ over the set of all $(x, y)$ in the region {region}?",
)
_OVER_DISK = (
    "Compute $\\iint_D \\left({shown}\\right) dA$ for the {region}. Answer in terms of $\\pi$.",
    "Integrate ${shown}$ over the {region}. Give the exact value, in terms of $\\pi$.",
    "What is the double integral of ${shown}$ over the {region}, in terms of $\\pi$?",
)
_OVER_SOLID = (
    "Compute the triple integral of ${shown}$ over the tetrahedron {region}.",
    "Integrate ${shown}$ over the solid {region}.",
    "What is $\\iiint_T {shown} \\, dV$, where $T$ is the set {region}?",
)


def double_integrals(rng: random.Random, level: int) -> Draft:
    """Draw an integral over a rectangle, a triangle, between curves, over a disk or a tetrahedron."""
    if level in (1, 2):
        return _over_rectangle(rng, level)
    if level in (3, 4):
        return _under_curve(rng, level)
    return _over_disk(rng) if rng.random() < 0.5 else _over_tetrahedron(rng)


def _over_rectangle(rng: random.Random, level: int) -> Draft:
    a, c = rng.randint(-2, 2), rng.randint(-2, 2)
    b, d = a + rng.randint(1, 4), c + rng.randint(1, 4)
    region = f"${a} \\le x \\le {b}$, ${c} \\le y \\le {d}$"
    if level == 1:
        k, m, n = nonzero(rng, -12, 12), rng.randint(0, 3), rng.randint(1, 3)
        gold = k * area_under([0] * m + [1], a, b) * area_under([0] * n + [1], c, d)
        name = (plain_power("x", m) if m else "") + plain_power("y", n)
        shown, key = linear_form((k,), (name,)), (k, m, n, a, b, c, d)
        if not gold:
            return _over_rectangle(rng, level)
        return draft(rng, "monomial", key, _OVER, gold, steps=8, shown=shown, region=region)
    p, q, r, s = (nonzero(rng, -6, 6) for _ in range(4))
    shown = linear_form((p, q, r, s), ("x^2", "xy", "y", ""))
    x, y = (
        [area_under([0] * n + [1], a, b) for n in range(3)],
        [area_under([0] * n + [1], c, d) for n in range(2)],
    )
    gold = p * x[2] * y[0] + q * x[1] * y[1] + r * x[0] * y[1] + s * x[0] * y[0]
    return draft(
        rng, "polynomial", (p, q, r, s, a, b, c, d), _OVER, gold, steps=19, shown=shown, region=region
    )


def _under_curve(rng: random.Random, level: int) -> Draft:
    """Draw px + qy + r between the x-axis and a line, or between a parabola and a line."""
    p, q, r = nonzero(rng, -6, 6), nonzero(rng, -6, 6), rng.randint(-6, 6)
    k, h = rng.randint(1, 4), rng.randint(1, 5)
    shown = linear_form((p, q, r), ("x", "y", ""))
    if level == 3:
        # The integral over y is (px + r) kx + q (kx)^2 / 2.
        gold = Fraction(p * k * h**3, 3) + Fraction(r * k * h * h, 2) + Fraction(q * k * k * h**3, 6)
        line = "x" if k == 1 else f"{k}x"
        region = f"$0 \\le x \\le {h}$, $0 \\le y \\le {line}$"
        return draft(rng, "triangle", (p, q, r, k, h), _OVER, gold, steps=22, shown=shown, region=region)
    h = k * rng.randint(1, 3)  # x^2 <= y <= h x: for x from 0 to h
    gold = p * (Fraction(h**4, 3) - Fraction(h**4, 4)) + r * Fraction(h**3, 6)
    gold += Fraction(q, 2) * (Fraction(h**5, 3) - Fraction(h**5, 5))
    line = "x" if h == 1 else f"{h}x"
    region = f"between the parabola $y = x^2$ and the line $y = {line}$"
    return draft(rng, "parabola", (p, q, r, h), _OVER, gold, steps=27, shown=shown, region=region)


def _over_disk(rng: random.Random) -> Draft:
    a, b, c, radius = rng.randint(1, 9), nonzero(rng, -9, 9), rng.randint(-9, 9), rng.randint(1, 6)
    factor = Fraction((a + b) * radius**4, 4) + c * radius**2
    if not factor:
        return _over_disk(rng)
    gold = "\\pi" if factor == 1 else "-\\pi" if factor == -1 else f"{latex(factor)}\\pi"
    shown = linear_form((a, b, c), ("x^2", "y^2", ""))
    region = f"disk $x^2 + y^2 \\le {radius * radius}$"
    key = (a, b, c, radius * radius)
    return draft(rng, "disk", key, _OVER_DISK, gold, steps=32, shown=shown, region=region)


def _over_tetrahedron(rng: random.Random) -> Draft:
    """Draw a monomial x^i y^j z^k where px + qy + rz is at most s (Dirichlet's integral)."""
    powers, weights = [rng.randint(0, 2) for _ in range(3)], [rng.randint(1, 4) for _ in range(3)]
    total = rng.randint(1, 4) * math.lcm(*weights)
    if sum(powers) not in (1, 2) or total > 24:
        return _over_tetrahedron(rng)
    gold = Fraction(math.prod(map(math.factorial, powers)), math.factorial(sum(powers) + 3))
    for power, weight in zip(powers, weights, strict=True):
        gold *= Fraction(total, weight) ** (power + 1)
    parts = [plain_power(name, power) for name, power in zip("xyz", powers, strict=True) if power]
    region = f"$x, y, z \\ge 0$, ${linear_form(weights, 'xyz')} \\le {total}$"
    key = (*powers, *weights, total)
    return draft(rng, "tetrahedron", key, _OVER_SOLID, gold, steps=34, shown="".join(parts), region=region)
