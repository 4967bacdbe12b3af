"""Numbers a + b sqrt(c), real and complex.

Example (`complex_numbers`, level 2): `Write (3 + i)/(1 - 2i) as a + bi. Give the pair (a, b).` -> (1/5, 7/5).
"""

from __future__ import annotations

import math
import random
from fractions import Fraction

from rlvr_gym.envs.math.tasks.coefficients import factor, linear_form, tuple_of
from rlvr_gym.envs.math.tasks.drafting import draft, nonzero, polynomial
from rlvr_gym.sources import Draft

__all__ = ["complex_numbers", "radicals"]

_SIMPLEST = (
    "Write ${shown}$ as $a\\sqrt{{b}}$ with integers $a$ and $b$, where $b > 1$ is square-free. "
    "Give the ordered pair $(a, b)$.",
    "In simplest radical form ${shown} = a\\sqrt{{b}}$, with $b > 1$ square-free. "
    "What is the ordered pair $(a, b)$?",
    "Find integers $a$ and $b > 1$, with $b$ square-free, such that ${shown} = a\\sqrt{{b}}$. "
    "Answer with the ordered pair $(a, b)$.",
)
_PARTS = (
    "Write ${shown}$ as $a + b\\sqrt{{{c}}}$ with rational numbers $a$ and $b$. "
    "Give the ordered pair $(a, b)$.",
    "For rational numbers $a$ and $b$ we have ${shown} = a + b\\sqrt{{{c}}}$. "
    "What is the ordered pair $(a, b)$?",
    "Simplify ${shown}$ to the form $a + b\\sqrt{{{c}}}$, $a$ and $b$ rational, and give the ordered pair "
    "$(a, b)$.",
)
_SOLVE = (
    "Solve ${shown}$ for the real number $x$.",
    "Find the only real number $x$ with ${shown}$.",
    "The real number $x$ satisfies ${shown}$. What is $x$?",
)
_SQUARE_FREE = (2, 3, 5, 6, 7, 10, 11, 13, 14, 15)


def radicals(rng: random.Random, level: int) -> Draft:
    """Draw radicals to simplify, rationalise or denest, or an equation with them."""
    c = rng.choice(_SQUARE_FREE)
    if level == 1:
        a = rng.randint(2, 25)
        shown = f"\\sqrt{{{a * a * c}}}"
        return draft(rng, "simplest", (a * a * c,), _SIMPLEST, tuple_of((a, c)), steps=3, shown=shown)
    if level == 2:
        return _like_radicals(rng, c)
    if level == 3:
        return _quotient(rng, c)
    if level == 4:
        return _one_root(rng) if rng.random() < 0.5 else _nested(rng, c, 2)
    return _two_roots(rng) if rng.random() < 0.5 else _nested(rng, c, 3)


def _like_radicals(rng: random.Random, c: int) -> Draft:
    while True:
        roots = rng.sample(range(1, 8), 3)
        outer = [nonzero(rng, -6, 6) for _ in range(3)]
        total = sum(u * r for u, r in zip(outer, roots, strict=True))
        if total:
            break
    inside = [r * r * c for r in roots]
    shown = linear_form(outer, [f"\\sqrt{{{n}}}" for n in inside])
    key = [part for pair in zip(outer, inside, strict=True) for part in pair]
    return draft(rng, "like", key, _SIMPLEST, tuple_of((total, c)), steps=6, shown=shown)


def _surd(a: int, b: int, c: int) -> str:
    return linear_form((a, b), ("", f"\\sqrt{{{c}}}"))


def _quotient(rng: random.Random, c: int) -> Draft:
    a, b, p, q = (nonzero(rng, -7, 7) for _ in range(4))
    norm = p * p - q * q * c  # never 0, for c is no square
    gold = (Fraction(a * p - b * q * c, norm), Fraction(b * p - a * q, norm))
    if not gold[1]:
        return _quotient(rng, c)
    shown = f"\\frac{{{_surd(a, b, c)}}}{{{_surd(p, q, c)}}}"
    return draft(rng, "quotient", (a, b, p, q, c), _PARTS, tuple_of(gold), steps=9, shown=shown, c=c)


def _nested(rng: random.Random, c: int, degree: int) -> Draft:
    """Draw the square or cube of a + b sqrt(c) under a root; the value under a square root is positive."""
    while True:
        a, b = nonzero(rng, -9, 9), nonzero(rng, -5, 5)
        if degree == 3 or a + b * math.sqrt(c) > 0:
            break
    inner = (a * a + b * b * c, 2 * a * b)
    if degree == 3:
        inner = (a * inner[0] + b * c * inner[1], b * inner[0] + a * inner[1])
    root = "\\sqrt" if degree == 2 else "\\sqrt[3]"
    shown = f"{root}{{{_surd(*inner, c)}}}"
    kind = "nested_square" if degree == 2 else "nested_cube"
    steps = 11 if degree == 2 else 16
    return draft(rng, kind, (*inner, c), _PARTS, tuple_of((a, b)), steps=steps, shown=shown, c=c)


def _one_root(rng: random.Random) -> Draft:
    """Draw sqrt(ax + b) = x + c with the solution x; the second root of the square is extraneous."""
    x, value = rng.randint(-12, 12), rng.randint(1, 12)
    c = value - x
    other = -c - rng.randint(1, 9)  # where x + c is negative
    a = (x + c) ** 2 - (other + c) ** 2
    if a % (x - other):
        return _one_root(rng)
    a //= x - other
    b = value * value - a * x
    if not a:
        return _one_root(rng)
    shown = f"\\sqrt{{{polynomial((b, a))}}} = {factor(c)}"
    return draft(rng, "one_root", (a, b, c), _SOLVE, x, steps=10, shown=shown)


def _two_roots(rng: random.Random) -> Draft:
    x, u, v = rng.randint(-15, 15), *rng.sample(range(1, 13), 2)
    a, b = rng.choice((1, 2, 3)), rng.choice((1, 2, 3))
    p, q = u * u - a * x, v * v - b * x
    shown = f"\\sqrt{{{polynomial((p, a))}}} + \\sqrt{{{polynomial((q, b))}}} = {u + v}"
    return draft(rng, "two_roots", (a, p, b, q, u + v), _SOLVE, x, steps=15, shown=shown)


_COMPLEX_PARTS = (
    "Write ${shown}$ as $a + bi$ with real $a$ and $b$. Give the ordered pair $(a, b)$.",
    "Let $z = {shown}$. Find the ordered pair $(a, b)$ of its real part and its imaginary part.",
    "The complex number ${shown}$ equals $a + bi$ for real numbers $a$ and $b$. "
    "What is the ordered pair $(a, b)$?",
)
_SQUARE_ROOT = (
    "A complex number $z = a + bi$ with $a > 0$ satisfies $z^2 = {shown}$. Find the ordered pair $(a, b)$.",
    "Which square root of ${shown}$ has a positive real part? Write it as $a + bi$ and give the ordered pair "
    "$(a, b)$.",
    "Solve $z^2 = {shown}$ for the $z = a + bi$ with positive real part. Answer with the ordered pair "
    "$(a, b)$.",
)
_CONJUGATE = (
    "Find the complex number $z = a + bi$ with ${shown}$, where $\\overline{{z}}$ is the conjugate. "
    "Give the ordered pair $(a, b)$ of real numbers.",
    "The number $z = a + bi$ ($a$, $b$ real) and its conjugate $\\overline{{z}}$ satisfy ${shown}$. "
    "What is the ordered pair $(a, b)$?",
    "Solve ${shown}$ for $z = a + bi$, where $\\overline{{z}} = a - bi$ and $a$, $b$ are real. "
    "Answer with the ordered pair $(a, b)$.",
)
_NORM = (
    "What is $|z|^2$ for $z = {shown}$?",
    "Find the square of the absolute value of ${shown}$.",
    "Let $z = {shown}$. Evaluate $z \\overline{{z}}$, where $\\overline{{z}}$ is the conjugate of $z$.",
)


def complex_numbers(rng: random.Random, level: int) -> Draft:
    """Draw a computation with complex numbers or an equation for one."""
    a, b, c, d = (nonzero(rng, -9, 9) for _ in range(4))
    if level == 1:
        shown = f"({_complex(a, b)})({_complex(c, d)})"
        return draft(
            rng,
            "product",
            (a, b, c, d),
            _COMPLEX_PARTS,
            tuple_of((a * c - b * d, a * d + b * c)),
            steps=5,
            shown=shown,
        )
    if level == 2:
        size = c * c + d * d
        gold = (Fraction(a * c + b * d, size), Fraction(b * c - a * d, size))
        shown = f"\\frac{{{_complex(a, b)}}}{{{_complex(c, d)}}}"
        return draft(rng, "quotient", (a, b, c, d), _COMPLEX_PARTS, tuple_of(gold), steps=8, shown=shown)
    if level == 3:
        return _norm(rng) if rng.random() < 0.5 else _square_root(rng)
    return _conjugate(rng) if level == 4 else _high_power(rng)


def _complex(a: int, b: int) -> str:
    return linear_form((a, b), ("", "i"))


def _norm(rng: random.Random) -> Draft:
    a, b, c, d = (nonzero(rng, -5, 5) for _ in range(4))
    m, n = rng.randint(2, 4), rng.randint(1, 3)
    gold = Fraction((a * a + b * b) ** m, (c * c + d * d) ** n)
    power = "" if n == 1 else f"^{n}"
    bottom = f"({_complex(c, d)}){power}" if power else _complex(c, d)
    shown = f"\\frac{{({_complex(a, b)})^{m}}}{{{bottom}}}"
    return draft(rng, "norm", (a, b, m, c, d, n), _NORM, gold, steps=10, shown=shown)


def _square_root(rng: random.Random) -> Draft:
    a, b = rng.randint(1, 15), nonzero(rng, -15, 15)
    shown = _complex(a * a - b * b, 2 * a * b)
    return draft(
        rng,
        "square_root",
        (a * a - b * b, 2 * a * b),
        _SQUARE_ROOT,
        tuple_of((a, b)),
        steps=10,
        shown=shown,
    )


def _conjugate(rng: random.Random) -> Draft:
    """Draw (p + qi) z + (r + si) conj(z) = w: a system of two real equations."""
    x, y = rng.randint(-9, 9), rng.randint(-9, 9)
    p, q, r, s = (nonzero(rng, -6, 6) for _ in range(4))
    if p * p + q * q == r * r + s * s or not (x or y):
        return _conjugate(rng)
    real = (p + r) * x + (s - q) * y
    imaginary = (q + s) * x + (p - r) * y
    shown = f"({_complex(p, q)})z + ({_complex(r, s)})\\overline{{z}} = {_complex(real, imaginary)}"
    gold = tuple_of((x, y))
    return draft(rng, "conjugate", (p, q, r, s, real, imaginary), _CONJUGATE, gold, steps=14, shown=shown)


def _high_power(rng: random.Random) -> Draft:
    a, b, n = nonzero(rng, -3, 3), nonzero(rng, -3, 3), rng.randint(6, 12)
    c, d = rng.randint(-9, 9), nonzero(rng, -9, 9)
    real, imaginary = 1, 0
    for _ in range(n):
        real, imaginary = real * a - imaginary * b, real * b + imaginary * a
    shown = f"({_complex(a, b)})^{{{n}}} + ({_complex(c, d)})^2"
    gold = tuple_of((real + c * c - d * d, imaginary + 2 * c * d))
    return draft(rng, "power", (a, b, n, c, d), _COMPLEX_PARTS, gold, steps=2 * n + 6, shown=shown)
