"""Linear and quadratic equations. Example: `Solve $3x - 7 = 14$ for $x$.` -> 7."""

from __future__ import annotations

import math
import random
from fractions import Fraction

from rlvr_gym.envs.math.tasks.drafting import draft, latex, nonzero, polynomial, signed, variable
from rlvr_gym.sources import Draft

__all__ = ["linear_equations", "quadratic_equations"]

_SOLVE = (
    "Solve ${shown}$ for ${v}$.",
    "Find the value of ${v}$ for which ${shown}$.",
    "The number ${v}$ satisfies ${shown}$. What is ${v}$?",
)
_SYSTEM = (
    "Solve the system ${one}$ and ${two}$. Give the answer as an ordered pair $(x, y)$.",
    "Find the pair $(x, y)$ with ${one}$ and ${two}$.",
    "The lines ${one}$ and ${two}$ meet in one point. Give it as an ordered pair $(x, y)$.",
)


def linear_equations(rng: random.Random, level: int) -> Draft:
    """Draw a linear equation in one unknown, or at level 5 a system of two."""
    v = variable(rng)
    if level == 1:
        a, b = nonzero(rng, -300, 300), rng.randint(-300, 300)
        return draft(rng, "shift", (a, b), _SOLVE, b - a, shown=f"{v} {signed(a)} = {b}", v=v)
    if level == 2:
        a, b, x = nonzero(rng, -15, 15), rng.randint(-60, 60), rng.randint(-30, 30)
        if abs(a) == 1:
            a *= 2
        return draft(
            rng, "line", (a, b, a * x + b), _SOLVE, x, shown=f"{a}{v} {signed(b)} = {a * x + b}", v=v
        )
    if level == 3:
        return _two_sided(rng, v)
    if level == 4:
        return _with_fractions(rng, v)
    return _system(rng)


def _two_sided(rng: random.Random, v: str) -> Draft:
    while True:
        a, c = nonzero(rng, -20, 20), nonzero(rng, -20, 20)
        if a != c and 1 not in (abs(a), abs(c)):
            break
    b, d = rng.randint(-50, 50), rng.randint(-50, 50)
    shown = f"{a}{v} {signed(b)} = {c}{v} {signed(d)}"
    return draft(rng, "two_sided", (a, b, c, d), _SOLVE, Fraction(d - b, a - c), shown=shown, v=v)


def _with_fractions(rng: random.Random, v: str) -> Draft:
    while True:
        p, q = rng.randint(2, 9), rng.randint(2, 9)
        if p != q:
            break
    a, b, c = rng.randint(-20, 20), rng.randint(-20, 20), rng.randint(-20, 20)
    # (v + a)/p - (v + b)/q = c
    gold = (c + Fraction(b, q) - Fraction(a, p)) / (Fraction(1, p) - Fraction(1, q))
    shown = f"\\frac{{{v} {signed(a)}}}{{{p}}} - \\frac{{{v} {signed(b)}}}{{{q}}} = {c}"
    return draft(rng, "fractions", (a, p, b, q, c), _SOLVE, gold, shown=shown, v=v)


def _system(rng: random.Random) -> Draft:
    while True:
        a, b, c, d = (nonzero(rng, -9, 9) for _ in range(4))
        if a * d != b * c:
            break
    x, y = (
        Fraction(rng.randint(-24, 24), rng.choice((1, 1, 2))),
        Fraction(rng.randint(-24, 24), rng.choice((1, 1, 3))),
    )
    scale = math.lcm((a * x + b * y).denominator, (c * x + d * y).denominator)
    rows = [
        (a * scale, b * scale, int((a * x + b * y) * scale)),
        (c * scale, d * scale, int((c * x + d * y) * scale)),
    ]
    one, two = (f"{_coefficient(p)}x {_signed_coefficient(q)}y = {r}" for p, q, r in rows)
    gold = f"\\left({latex(x)}, {latex(y)}\\right)"
    return draft(rng, "system", (*rows[0], *rows[1]), _SYSTEM, gold, one=one, two=two)


def _coefficient(value: int) -> str:
    return {1: "", -1: "-"}.get(value, str(value))


def _signed_coefficient(value: int) -> str:
    return f"{'-' if value < 0 else '+'} {'' if abs(value) == 1 else abs(value)}"


_LARGER = (
    "Find the larger solution of ${shown} = 0$.",
    "The equation ${shown} = 0$ has two real solutions. What is the larger one?",
)
_BOTH = (
    "Find all real solutions of ${shown} = 0$. Separate them by a comma.",
    "Solve ${shown} = 0$ over the real numbers. List all solutions, separated by commas.",
)
_POWERS = (
    "Let $r$ and $s$ be the (complex) roots of ${shown}$. What is $r^{k} + s^{k}$?",
    "The roots of ${shown} = 0$ are $r$ and $s$, counted with multiplicity. Find $r^{k} + s^{k}$.",
)
_RECIPROCALS = (
    "Let $r$ and $s$ be the (complex) roots of ${shown}$. Find $\\frac{{1}}{{r}} + \\frac{{1}}{{s}}$.",
    "The roots of ${shown} = 0$ are $r$ and $s$. What is the sum of their reciprocals?",
)


def quadratic_equations(rng: random.Random, level: int) -> Draft:
    """Draw a quadratic equation: whole roots, rational roots, irrational roots, symmetric functions."""
    v = variable(rng)
    if level in (1, 2):
        r, s = sorted(rng.sample([n for n in range(-40, 41) if n], 2))
        shown = polynomial((r * s, -(r + s), 1), v)
        if level == 1:
            return draft(rng, "larger", (1, -(r + s), r * s), _LARGER, s, shown=shown)
        return draft(rng, "both", (1, -(r + s), r * s), _BOTH, f"{r}, {s}", shown=shown)
    if level == 3:
        return _rational_roots(rng, v)
    if level == 4:
        return _irrational_roots(rng, v)
    a, b, c = nonzero(rng, 1, 9), nonzero(rng, -15, 15), nonzero(rng, -15, 15)
    shown = polynomial((c, b, a), "x")
    if rng.random() < 0.3:
        return draft(rng, "reciprocals", (a, b, c), _RECIPROCALS, Fraction(-b, c), shown=shown)
    total, product, k = Fraction(-b, a), Fraction(c, a), rng.choice((2, 3, 4))
    powers = [Fraction(2), total]
    while len(powers) <= k:  # Newton's identity
        powers.append(total * powers[-1] - product * powers[-2])
    return draft(rng, "powers", (a, b, c, k), _POWERS, powers[k], shown=shown, k=k)


def _rational_roots(rng: random.Random, v: str) -> Draft:
    while True:
        p, q = rng.randint(2, 9), rng.randint(1, 9)
        r, s = Fraction(nonzero(rng, -20, 20), p), Fraction(nonzero(rng, -20, 20), q)
        if r != s:
            break
    a = r.denominator * s.denominator
    b, c = int(-a * (r + s)), int(a * r * s)
    gold = ", ".join(latex(root) for root in sorted((r, s)))
    return draft(rng, "both", (a, b, c), _BOTH, gold, shown=polynomial((c, b, a), v))


def _irrational_roots(rng: random.Random, v: str) -> Draft:
    while True:
        a, b, c = rng.randint(1, 6), nonzero(rng, -20, 20), nonzero(rng, -20, 20)
        inside = b * b - 4 * a * c
        if inside > 0 and math.isqrt(inside) ** 2 != inside and math.gcd(a, b, c) == 1:
            break
    roots = [f"\\frac{{{-b} {sign} \\sqrt{{{inside}}}}}{{{2 * a}}}" for sign in "-+"]
    return draft(rng, "both", (a, b, c), _BOTH, ", ".join(roots), shown=polynomial((c, b, a), v))
