"""Rational expressions, powers and logarithms.

Example (`exponents_logs`, level 2): `Solve log_2 (3x - 1) = 5 for x.` -> 11.
"""

from __future__ import annotations

import math
import random
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import factor, times, tuple_of
from rlvr_gym.envs.math.tasks.drafting import draft, latex, nonzero, polynomial
from rlvr_gym.sources import Draft

__all__ = ["exponents_logs", "rational_expressions"]

_SOLVE = (
    "Solve ${shown}$ for the real number $x$.",
    "Find the real number $x$ with ${shown}$.",
    "The real number $x$ satisfies ${shown}$. What is $x$?",
)
_ALL = (
    "Find all real solutions $x$ of ${shown}$. Separate them by commas.",
    "Solve ${shown}$ over the real numbers. List all solutions, separated by commas.",
    "Which real numbers $x$ satisfy ${shown}$? List them all, separated by commas.",
)
_COMBINED = (
    "Write ${shown}$ as one fraction $\\frac{{ax + b}}{{{bottom}}}$. Give the ordered pair $(a, b)$.",
    "For all $x$ where both sides make sense, ${shown} = \\frac{{ax + b}}{{{bottom}}}$. "
    "What is the ordered pair $(a, b)$?",
    "Combine the fractions: ${shown} = \\frac{{ax + b}}{{{bottom}}}$. Find the ordered pair $(a, b)$.",
)
_CANCELLED = (
    "In lowest terms, $\\frac{{{top}}}{{{bottom}}}$ is $\\frac{{ax + b}}{{cx + d}}$ with integers of "
    "greatest common divisor 1 and $c > 0$. Find the ordered tuple $(a, b, c, d)$.",
    "Cancel the common factor of ${top}$ and ${bottom}$, so that the quotient of the first by the second "
    "becomes $\\frac{{ax + b}}{{cx + d}}$. Take coprime integers with $c > 0$ and give the ordered tuple "
    "$(a, b, c, d)$.",
    "Simplify $\\frac{{{top}}}{{{bottom}}}$ to $\\frac{{ax + b}}{{cx + d}}$, where $a, b, c, d$ are integers "
    "with greatest common divisor 1 and $c > 0$. Answer with the ordered tuple $(a, b, c, d)$.",
)
_RECIPROCAL = (
    "If $x + \\frac{{1}}{{x}} = {k}$, what is $x^{{{n}}} + \\frac{{1}}{{x^{{{n}}}}}$?",
    "A complex number $x$ satisfies $x + \\frac{{1}}{{x}} = {k}$. Find $x^{{{n}}} + x^{{-{n}}}$.",
    "The sum of a number $x$ and its reciprocal is {k}. Determine $x^{{{n}}} + \\frac{{1}}{{x^{{{n}}}}}$.",
)


def rational_expressions(rng: random.Random, level: int) -> Draft:
    """Draw fractions of polynomials to combine, cancel or solve."""
    if level == 1:
        while True:
            a, b, c, d, k = (nonzero(rng, -9, 9) for _ in range(5))
            if a != k * c and a * d != b * c:
                break
        shown = f"\\frac{{{polynomial((b, a))}}}{{{polynomial((d, c))}}} = {k}"
        gold = Fraction(k * d - b, a - k * c)
        return draft(rng, "equation", (a, b, c, d, k), _SOLVE, gold, steps=4, shown=shown)
    if level == 2:
        p, q = rng.sample(range(-9, 10), 2)
        a, b = nonzero(rng, -9, 9), nonzero(rng, -9, 9)
        shown = _fractions((a, b), (-p, -q))
        return draft(
            rng,
            "combined",
            (a, p, b, q),
            _COMBINED,
            tuple_of((a + b, a * q + b * p)),
            steps=6,
            shown=shown,
            bottom=f"({factor(p)})({factor(q)})",
        )
    if level == 3:
        return _cancelled(rng)
    if level == 4 or rng.random() < 0.5:
        return _sum_of_fractions(rng, level - 2)
    k, n = rng.choice((1, -1)) * rng.randint(3, 12), rng.randint(6, 10)
    sums = [2, k]
    while len(sums) <= n:
        sums.append(k * sums[-1] - sums[-2])
    return draft(rng, "reciprocal", (k, n), _RECIPROCAL, sums[n], steps=2 * n + 5, k=k, n=n)


def _fractions(tops: tuple[int, ...], poles: tuple[int, ...]) -> str:
    """Write a sum of fractions top / (x - pole)."""
    text = ""
    for top, pole in zip(tops, poles, strict=True):
        sign = ("-" if top < 0 else "") if not text else (" - " if top < 0 else " + ")
        text += f"{sign}\\frac{{{abs(top)}}}{{{factor(-pole)}}}"
    return text


def _cancelled(rng: random.Random) -> Draft:
    while True:
        r, a, b, c, d = nonzero(rng, -9, 9), *(nonzero(rng, -7, 7) for _ in range(3)), nonzero(rng, -7, 7)
        if c > 0 and math.gcd(a, b, c, d) == 1 and a * d != b * c:
            break
    top, bottom = (times((-r, 1), part) for part in ((b, a), (d, c)))
    return draft(
        rng,
        "cancelled",
        (*top, *bottom),
        _CANCELLED,
        tuple_of((a, b, c, d)),
        steps=9,
        top=polynomial(top),
        bottom=polynomial(bottom),
    )


def _sum_of_fractions(rng: random.Random, count: int) -> Draft:
    """Draw 2 or 3 fractions whose equation has two chosen roots: each numerator is a residue."""
    while True:
        u, v, *poles = rng.sample(range(-7, 8), count + 2)
        lead = rng.choice((1, 2, 3, -1, -2, -3))
        tops = [Fraction(lead * (p - u) * (p - v), math.prod(p - q for q in poles if q != p)) for p in poles]
        if all(top.denominator == 1 and abs(top) <= 60 for top in tops):
            break
    right = 0
    if count == 2:  # lead (x - u)(x - v) / ((x - p)(x - q)) is lead plus the fractions
        right = -lead
    shown = f"{_fractions(tuple(map(int, tops)), tuple(poles))} = {right}"
    gold = ", ".join(map(str, sorted((u, v))))
    kind, steps = ("two_fractions", 12) if count == 2 else ("three_fractions", 19)
    return draft(rng, kind, (*tops, *poles, right), _ALL, gold, steps=steps, shown=shown)


_LOG = (
    "What is $\\log_{{{base}}} {value}$?",
    "Find the exponent to which {base} must be raised to give ${value}$.",
    "Evaluate $\\log_{{{base}}} \\left({value}\\right)$ exactly.",
)
_POWER = (
    "What is ${base}^{{{exponent}}}$?",
    "Evaluate ${base}^{{{exponent}}}$ exactly.",
    "Write ${base}^{{{exponent}}}$ without an exponent.",
)
_PAIR = (
    "Find the ordered pair $(x, y)$ of positive numbers with ${one}$ and ${two}$.",
    "Positive numbers $x$ and $y$ satisfy ${one}$ and ${two}$. What is the ordered pair $(x, y)$?",
    "Solve the system ${one}$, ${two}$ for positive $x$ and $y$. Give the ordered pair $(x, y)$.",
)


def exponents_logs(rng: random.Random, level: int) -> Draft:
    """Draw a power, a logarithm, or an equation with them."""
    if level == 1:
        return _power(rng) if rng.random() < 0.5 else _logarithm(rng)
    if level == 2:
        b, k = rng.choice(((2, 5), (2, 3), (3, 2), (3, 3), (3, 4), (5, 2), (5, 3), (7, 2), (10, 2)))
        a, c = nonzero(rng, -9, 9), nonzero(rng, -20, 20)
        inner = polynomial((c, a))
        if rng.random() < 0.5:
            gold = Fraction(b**k - c, a)
            shown = f"\\log_{{{b}}} ({inner}) = {k}"
            return draft(rng, "log_equation", (b, a, c, k), _SOLVE, gold, steps=3, shown=shown)
        gold = Fraction(k - c, a)
        shown = f"{b}^{{{inner}}} = {b**k}"
        return draft(rng, "power_equation", (b, a, c, b**k), _SOLVE, gold, steps=3, shown=shown)
    if level == 3:
        b = rng.choice((2, 3, 5))
        while True:
            i, j = rng.sample((1, 2, 3, 4), 2)
            p, q, r, s = (nonzero(rng, -6, 6) for _ in range(4))
            if i * p != j * r:
                break
        gold = Fraction(j * s - i * q, i * p - j * r)
        shown = f"{b**i}^{{{polynomial((q, p))}}} = {b**j}^{{{polynomial((s, r))}}}"
        return draft(rng, "bases", (b, i, p, q, j, r, s), _SOLVE, gold, steps=6, shown=shown)
    return _level_four_logs(rng) if level == 4 else _level_five_logs(rng)


def _power(rng: random.Random) -> Draft:
    root, n, d = rng.randint(2, 9), nonzero(rng, -4, 5), rng.choice((2, 3, 4))
    if math.gcd(n, d) > 1:
        n = 1 if n > 0 else -1
    exponent = f"{n}/{d}"
    gold = Fraction(root) ** n
    return draft(rng, "power", (root**d, n, d), _POWER, gold, steps=2, base=root**d, exponent=exponent)


def _logarithm(rng: random.Random) -> Draft:
    root, m, n = rng.choice((2, 2, 3, 5, 6, 7)), rng.randint(2, 5), nonzero(rng, -6, 7)
    if n == m:
        n += 1
    base, value = root**m, Fraction(root) ** n
    return draft(
        rng, "logarithm", (base, value), _LOG, Fraction(n, m), steps=2, base=base, value=latex(value)
    )


def _level_four_logs(rng: random.Random) -> Draft:
    b = rng.choice((2, 3, 5))
    if rng.random() < 0.6:
        i, j = sorted(rng.sample(range({2: 7, 3: 5, 5: 4}[b]), 2))
        shift = rng.randint(-20, 20)  # x + p = b^i and x + q = b^j; the other root makes both negative
        p, q = b**i - shift, b**j - shift
        shown = f"\\log_{{{b}}} ({factor(p)}) + \\log_{{{b}}} ({factor(q)}) = {i + j}"
        return draft(rng, "log_sum", (b, p, q, i + j), _SOLVE, shift, steps=9, shown=shown)
    low, high = sorted(rng.sample(range(6), 2))
    lead = rng.randint(1, 9)
    middle, free = lead * (b**low + b**high), lead * b ** (low + high)
    outer = "" if lead == 1 else f"{lead} \\cdot "
    shown = f"{outer}{b**2}^x - {middle} \\cdot {b}^x + {free} = 0"
    return draft(
        rng, "quadratic_power", (b, lead, middle, free), _ALL, f"{low}, {high}", steps=8, shown=shown
    )


def _level_five_logs(rng: random.Random) -> Draft:
    b = rng.choice((2, 3, 5))
    m, n = nonzero(rng, -4, 4), nonzero(rng, -4, 4)
    if rng.random() < 0.5:
        while True:
            p, q, r, s = (nonzero(rng, -3, 3) for _ in range(4))
            if p * s != q * r:
                break
        one, two = (
            f"{_multiple(u)}\\log_{{{b}}} x {'-' if v < 0 else '+'} {_multiple(abs(v))}\\log_{{{b}}} y = {w}"
            for u, v, w in ((p, q, p * m + q * n), (r, s, r * m + s * n))
        )
        gold = tuple_of((Fraction(b) ** m, Fraction(b) ** n))
        key = (b, p, q, p * m + q * n, r, s, r * m + s * n)
        return draft(rng, "log_system", key, _PAIR, gold, steps=13, one=one, two=two)
    while m == n or m + n == 0:
        n = nonzero(rng, -5, 5)
    # With t = log_b x the equation is t^2 = (m + n) t - m n.
    power = m + n
    left = f"x^{{\\log_{{{b}}} x}}"
    constant = Fraction(b) ** (-m * n)
    shown = f"{left} = {latex(constant)} \\cdot {'x' if power == 1 else f'x^{{{power}}}'}"
    gold = ", ".join(latex(Fraction(b) ** t) for t in sorted((m, n)))
    return draft(rng, "power_of_log", (b, power, constant), _ALL, gold, steps=12, shown=shown)


def _multiple(value: int) -> str:
    return {1: "", -1: "-"}.get(value, f"{value} ")
