"""Polynomials as lists of coefficients (of the powers 0, 1, 2, ...), and the LaTeX of tuples and matrices."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce

from rlvr_gym.envs.math.tasks.drafting import latex, signed

__all__ = [
    "area_under",
    "derived",
    "factor",
    "from_roots",
    "linear_form",
    "matrix",
    "plain_power",
    "product",
    "summed",
    "times",
    "tuple_of",
    "value_at",
]


def times(one: Sequence[int], two: Sequence[int]) -> list[int]:
    """Multiply two polynomials."""
    result = [0] * (len(one) + len(two) - 1)
    for i, a in enumerate(one):
        for j, b in enumerate(two):
            result[i + j] += a * b
    return result


def product(factors: Sequence[Sequence[int]]) -> list[int]:
    """Multiply several polynomials."""
    return reduce(times, factors, [1])


def summed(one: Sequence[int], two: Sequence[int]) -> list[int]:
    """Add two polynomials."""
    size = max(len(one), len(two))
    return [(one[n] if n < len(one) else 0) + (two[n] if n < len(two) else 0) for n in range(size)]


def from_roots(*roots: int) -> list[int]:
    """Return the product of x - r over the roots r."""
    return product([(-root, 1) for root in roots])


def value_at(coefficients: Sequence[int], at: int | Fraction) -> Fraction:
    """Return the value of a polynomial at a point."""
    total = Fraction(0)
    for coefficient in reversed(coefficients):
        total = total * at + coefficient
    return total


def derived(coefficients: Sequence[int]) -> list[int]:
    """Return the derivative of a polynomial."""
    return [power * coefficient for power, coefficient in enumerate(coefficients)][1:]


def area_under(coefficients: Sequence[int], low: int | Fraction, high: int | Fraction) -> Fraction:
    """Return the integral of a polynomial from low to high."""
    parts = (
        Fraction(c, n + 1) * (Fraction(high) ** (n + 1) - Fraction(low) ** (n + 1))
        for n, c in enumerate(coefficients)
    )
    return sum(parts, Fraction(0))


def linear_form(coefficients: Sequence[int], names: Sequence[str]) -> str:
    """Write a sum such as 2x - y + 3z; a name "" is the constant's."""
    text = ""
    for coefficient, name in zip(coefficients, names, strict=True):
        if coefficient == 0:
            continue
        size = "" if abs(coefficient) == 1 and name else str(abs(coefficient))
        sign = ("-" if coefficient < 0 else "") if not text else (" - " if coefficient < 0 else " + ")
        text += f"{sign}{size}{name}"
    return text or "0"


def factor(shift: int, name: str = "x") -> str:
    """Write x + shift, or x alone where the shift is 0."""
    return name if shift == 0 else f"{name} {signed(shift)}"


def plain_power(name: str, power: int) -> str:
    """Write a power of a name without an exponent of 1."""
    return name if power == 1 else f"{name}^{{{power}}}"


def tuple_of(values: Sequence[int | Fraction]) -> str:
    """Write an ordered tuple of exact numbers."""
    return f"\\left({', '.join(latex(value) for value in values)}\\right)"


def matrix(rows: Sequence[Sequence[int | Fraction]]) -> str:
    """Write a matrix."""
    body = " \\\\ ".join(" & ".join(latex(entry) for entry in row) for row in rows)
    return f"\\begin{{pmatrix}} {body} \\end{{pmatrix}}"
