"""Roots of numbers and sines of angles as polynomials: exact values wherever there are some."""

from __future__ import annotations

import math
from fractions import Fraction

from rlvr_gym.envs.math.polynomials import (
    IMAGINARY,
    Key,
    Monomial,
    OutOfReach,
    Polynomial,
    Quotient,
    constant,
    key_of,
    plus,
    times,
)

__all__ = ["TRIGONOMETRIC", "denested", "primes", "radical", "sine_and_cosine", "square_root"]

_PI: Monomial = ((("pi",), 1),)
_MAX_FACTORED = 128  # bits of a number that is factored
TRIGONOMETRIC = {"sin", "cos", "tan", "cot", "sec", "csc"}
_MAX_MULTIPLE = 12


def radical(value: Fraction, degree: int) -> Quotient:
    """Write a root of a positive number as roots of primes over an integer, perfect powers taken out."""
    polynomial = constant(Fraction(1, value.denominator))
    for prime, power in primes(value.numerator * value.denominator ** (degree - 1)).items():
        polynomial = times(polynomial, constant(prime ** (power // degree)))
        shared = math.gcd(power % degree, degree)
        if power % degree:
            index = degree // shared
            key: Key = ("sqrt", prime) if index == 2 else ("root", index, prime)
            polynomial = times(polynomial, {((key, power % degree // shared),): Fraction(1)})
    return Quotient(polynomial, constant(1))


def denested(form: Quotient) -> Quotient | None:
    """Take the root of a + b sqrt(c) where it is a sum of two square roots."""
    surds = [key for key in form.top if key]
    if form.low != constant(1) or len(surds) != 1 or any(key[0] != "sqrt" or n != 1 for key, n in surds[0]):
        return None
    whole, factor = form.top.get((), Fraction(0)), form.top[surds[0]]
    square = whole**2 - factor**2 * math.prod(key[1] for key, _ in surds[0])
    if whole <= 0 or square < 0:
        return None
    top, low = math.isqrt(square.numerator), math.isqrt(square.denominator)
    if Fraction(top, low) ** 2 != square:
        return None
    one = square_root((whole + Fraction(top, low)) / 2)
    two = square_root((whole - Fraction(top, low)) / 2)
    return Quotient(plus(one.top, two.top, 1 if factor > 0 else -1), constant(1))


def square_root(value: Fraction) -> Quotient:
    """Write the root of a number with roots of primes; of a negative one with i."""
    if value == 0:
        return Quotient({}, constant(1))
    number = abs(value.numerator) * value.denominator
    polynomial = constant(Fraction(1, value.denominator))
    for prime, power in primes(number).items():
        polynomial = times(polynomial, constant(prime ** (power // 2)))
        if power % 2:
            polynomial = times(polynomial, {((("sqrt", prime), 1),): Fraction(1)})
    if value < 0:
        polynomial = times(polynomial, {((IMAGINARY, 1),): Fraction(1)})
    return Quotient(polynomial, constant(1))


def primes(number: int) -> dict[int, int]:
    """Factor by trial division. Raises OutOfReach for what could be composite beyond it."""
    found: dict[int, int] = {}
    if number.bit_length() > _MAX_FACTORED:
        raise OutOfReach
    divisor = 2
    while divisor * divisor <= number:
        if divisor > 20_000:
            root = math.isqrt(number)
            if root * root == number:
                return {**found, **{prime: 2 * power for prime, power in primes(root).items()}}
            raise OutOfReach
        while number % divisor == 0:
            found[divisor] = found.get(divisor, 0) + 1
            number //= divisor
        divisor += 1 if divisor == 2 else 2
    if number > 1:
        found[number] = found.get(number, 0) + 1
    return found


def sine_and_cosine(angle: Quotient) -> tuple[Polynomial, Polynomial]:
    """Write sine and cosine of a sum with those of its terms; multiples of 15 degrees have exact values."""
    if angle.low != constant(1):
        if list(angle.low) != [()]:
            key = key_of(angle)
            return {((("sine", key), 1),): Fraction(1)}, {((("cosine", key), 1),): Fraction(1)}
        angle = Quotient({key: value / angle.low[()] for key, value in angle.top.items()}, constant(1))
    sine, cosine = constant(0), constant(1)
    for monomial, coefficient in angle.top.items():
        count, part = coefficient.numerator, coefficient.denominator
        if monomial == _PI:
            twelfths = coefficient * 12
            if twelfths.denominator == 1:
                sine, cosine = _turned((sine, cosine), _of_twelfths(int(twelfths)))
                continue
        if abs(count) > _MAX_MULTIPLE:
            raise OutOfReach
        sign = 1 if count > 0 else -1
        named: tuple[Key, Key] = ("sin", monomial, part), ("cos", monomial, part)
        step: tuple[Polynomial, Polynomial] = (
            {((named[0], 1),): Fraction(sign)},
            {((named[1], 1),): Fraction(1)},
        )
        for _ in range(abs(count)):
            sine, cosine = _turned((sine, cosine), step)
    return sine, cosine


def _turned(
    one: tuple[Polynomial, Polynomial], two: tuple[Polynomial, Polynomial]
) -> tuple[Polynomial, Polynomial]:
    """Return sine and cosine of the sum of two angles, each given by its own."""
    sine = plus(times(one[0], two[1]), times(one[1], two[0]))
    return sine, plus(times(one[1], two[1]), times(one[0], two[0]), -1)


def _of_twelfths(count: int) -> tuple[Polynomial, Polynomial]:
    """Return sine and cosine of so many twelfths of pi, from those of a third and a quarter."""
    root_two = square_root(Fraction(2)).top
    half = constant(Fraction(1, 2))
    third = times(square_root(Fraction(3)).top, half), half
    quarter = times(root_two, half), times(root_two, half)
    back = {key: -value for key, value in quarter[0].items()}, quarter[1]
    found: tuple[Polynomial, Polynomial] = constant(0), constant(1)
    for _ in range(count % 24):
        found = _turned(found, _turned(third, back))
    return found
