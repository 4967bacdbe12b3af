"""Polynomials with rational coefficients in generators, and their quotients; bounded before anything grows.

A generator is a tuple: ("s", name) a symbol, ("sqrt", p) and ("root", n, p) roots of primes, ("i",) the
imaginary unit, ("sin", ...) with ("cos", ...), and others without relations that are known here.
"""

from __future__ import annotations

import threading
from fractions import Fraction
from typing import Any, NamedTuple

__all__ = [
    "IMAGINARY",
    "MAX_BITS",
    "MAX_POWER",
    "Key",
    "Monomial",
    "OutOfReach",
    "Polynomial",
    "Quotient",
    "constant",
    "generator",
    "key_of",
    "plus",
    "quotient",
    "raised",
    "started",
    "times",
]

Key = tuple[Any, ...]
Monomial = tuple[tuple[Key, int], ...]  # sorted by generator; exponents are not 0
Polynomial = dict[Monomial, Fraction]

IMAGINARY: Key = ("i",)
MAX_POWER = 40
MAX_BITS = 4000  # of a coefficient
_MAX_TERMS = 150
_MAX_WORK = 6_000  # products of terms in one comparison
_SINE_OF = {"cos": "sin", "cosine": "sine"}


class OutOfReach(ValueError):
    """The expression is too large, or none that can be put in this form."""


class _Work(threading.local):
    left = _MAX_WORK


_work = _Work()


def started() -> None:
    """Begin a comparison: its products of terms are counted from here."""
    _work.left = _MAX_WORK


class Quotient(NamedTuple):
    """A polynomial over another."""

    top: Polynomial
    low: Polynomial


def constant(value: Fraction | int) -> Polynomial:
    """Return a number as a polynomial; 0 has no terms."""
    return {(): Fraction(value)} if value else {}


def generator(key: Key, power: int = 1) -> Quotient:
    """Return a power of a generator; a negative one stands below the line."""
    if power < 0:
        return Quotient(constant(1), {((key, -power),): Fraction(1)})
    return Quotient({((key, power),): Fraction(1)}, constant(1))


def plus(left: Polynomial, right: Polynomial, sign: int = 1) -> Polynomial:
    """Return left + sign * right. Raises OutOfReach for more than 150 terms."""
    total = dict(left)
    for key, value in right.items():
        total[key] = total.get(key, Fraction(0)) + sign * value
        if not total[key]:
            del total[key]
    if len(total) > _MAX_TERMS:
        raise OutOfReach
    return total


def times(left: Polynomial, right: Polynomial) -> Polynomial:
    """Return the product; powers of roots, i and cosines are reduced. Raises OutOfReach beyond limits."""
    _work.left -= len(left) * len(right)
    if len(left) * len(right) > 4 * _MAX_TERMS or _work.left < 0:
        raise OutOfReach
    total: Polynomial = {}
    for one, a in left.items():
        for two, b in right.items():
            key, factor = _product(one, two)
            value = total.get(key, Fraction(0)) + a * b * factor
            if value.numerator.bit_length() + value.denominator.bit_length() > MAX_BITS:
                raise OutOfReach
            total[key] = value
    total = _reduced({key: value for key, value in total.items() if value})
    if len(total) > _MAX_TERMS:
        raise OutOfReach
    return total


def _reduced(polynomial: Polynomial) -> Polynomial:
    """Write even powers of a cosine with the sine."""
    for monomial in polynomial:
        for key, power in monomial:
            if key[0] in _SINE_OF and power > 1:
                rest = {name: count for name, count in monomial if name != key}
                if power > 2:
                    rest[key] = power - 2
                squared: Polynomial = {(): Fraction(1), (((_SINE_OF[key[0]], *key[1:]), 2),): Fraction(-1)}
                others = {name: value for name, value in polynomial.items() if name != monomial}
                lower = {tuple(sorted(rest.items())): polynomial[monomial]}
                return _reduced(plus(others, times(lower, squared)))
    return polynomial


def _product(one: Monomial, two: Monomial) -> tuple[Monomial, int]:
    """Multiply two monomials; squares of i and of square roots become numbers."""
    powers: dict[Key, int] = dict(one)
    for key, power in two:
        powers[key] = powers.get(key, 0) + power
    factor = 1
    for key, power in list(powers.items()):
        if key[0] == "i" and power > 1:
            factor *= (-1) ** (power // 2)
            powers[key] = power % 2
        elif key[0] == "sqrt" and power > 1:
            factor *= key[1] ** (power // 2)
            powers[key] = power % 2
        elif key[0] == "root" and power >= key[1]:
            factor *= key[2] ** (power // key[1])
            powers[key] = power % key[1]
        if abs(power) > 10 * MAX_POWER:
            raise OutOfReach
    return tuple(sorted((key, power) for key, power in powers.items() if power)), factor


def raised(base: Quotient, power: int) -> Quotient:
    """Return a whole power. Raises OutOfReach beyond limits, ZeroDivisionError for 0 to a negative one."""
    if abs(power) > MAX_POWER:
        single = len(base.top) == 1 and len(base.low) == 1
        if not single or abs(power) > 10 * MAX_POWER:
            raise OutOfReach
    top, low = constant(1), constant(1)
    for _ in range(abs(power)):
        top, low = times(top, base.top), times(low, base.low)
    return quotient(low, top) if power < 0 else Quotient(top, low)


def quotient(top: Polynomial, low: Polynomial) -> Quotient:
    """Return top over low. Raises ZeroDivisionError where low is 0."""
    if not low:
        raise ZeroDivisionError
    return Quotient(top, low)


def key_of(form: Quotient) -> str:
    """Return text that is the same for quotients with the same normal form; equal values may still differ."""
    top, low = form
    if not top:
        return "0"
    scale = low[min(low)]
    shown = [
        ",".join(f"{key}:{value / scale}" for key, value in sorted(polynomial.items()))
        for polynomial in (top, low)
    ]
    return "/".join(shown)
