"""Divisors, prime factors, coprime numbers and factorials, by going through all numbers."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import sympy

from tests.derivations.common import Answer, Derivations, whole

__all__ = ["DERIVED"]


def every_divisor(n: int) -> list[int]:
    low = [d for d in range(1, math.isqrt(n) + 1) if n % d == 0]
    return sorted({*low, *(n // d for d in low)})


def divisor_functions(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "square_divisors":
        n = p[0] * p[1] * p[2]
        return sum(n % (k * k) == 0 for k in range(1, math.isqrt(n) + 1))
    if kind == "but_not":
        *parts, d, e = p
        found = {x * y * z for x, y, z in itertools.product(*map(every_divisor, parts))}
        return sum(x % d == 0 and x % e != 0 for x in found)
    found_divisors = every_divisor(p[0])
    if kind == "divisors":
        return len(found_divisors)
    if kind == "proper":
        return len(found_divisors[1:-1])
    if kind == "reciprocals":
        return sum((Fraction(1, d) for d in found_divisors), Fraction(0))
    return sum(d for d in found_divisors if kind == "divisor_sum" or d % p[1] == 0)


def prime_factorisation(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "multiplier":
        n, power = math.prod(p[1:]), p[0]
        # The multiplier divides n to that power, so it is sought among products of the primes of n.
        exponents = itertools.product(range(power), repeat=len(sympy.primefactors(n)))
        candidates = (
            math.prod(q**e for q, e in zip(sympy.primefactors(n), each, strict=True)) for each in exponents
        )
        return min(k for k in candidates if sympy.integer_nthroot(n * k, power)[1])
    if kind == "square_and_cube":
        primes = sympy.primefactors(p[0] * p[1])
        candidates = (
            math.prod(q**e for q, e in zip(primes, each, strict=True))
            for each in itertools.product(range(6), repeat=len(primes))
        )
        return min(
            k
            for k in candidates
            if sympy.integer_nthroot(p[1] * k, 3)[1] and sympy.integer_nthroot(p[0] * k, 2)[1]
        )
    if kind == "lcm":
        step = max(p)
        return next(n for n in itertools.count(step, step) if all(n % part == 0 for part in p))
    if kind == "lcm_pairs":
        found = every_divisor(p[0])
        return sum(math.lcm(x, y) == p[0] for x in found for y in found)
    primes = [q for q in every_divisor(p[0]) if len(every_divisor(q)) == 2]
    return {
        "largest": lambda: max(primes),
        "sum_of_primes": lambda: sum(primes),
        "list": lambda: [str(q) for q in primes],
    }[kind]()


def euler_totient(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "power":
        value = 1
        for bit in bin(p[1])[2:]:
            value = value * value * (p[0] if bit == "1" else 1) % p[2]
        return value
    if kind == "gcd":
        return sum(math.gcd(k, p[0]) == p[1] for k in range(1, p[0] + 1))
    if kind == "coprime_sum":
        return sum(k for k in range(1, p[0]) if math.gcd(k, p[0]) == 1)
    low, high, m = {"up_to": lambda: (1, *p), "interval": lambda: p}.get(kind, lambda: (1, p[0], p[0]))()
    return sum(math.gcd(k, m) == 1 for k in range(low, high + 1))


def factorial_valuations(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "least":
        product = 1
        for n in itertools.count(1):
            product *= n
            if product % p[0] ** p[1] == 0:
                return n
    if kind in ("quotient", "zeros_of_quotient"):
        base = p[0]
        value = Fraction(1)
        for n in p[1:]:
            value *= Fraction(math.factorial(abs(n))) ** (1 if n > 0 else -1)
        assert value.denominator == 1
        number = int(value)
    elif kind == "binomial":
        number, base = math.comb(p[0], p[1]), p[2]
    else:
        number, base = math.factorial(p[0]), p[1]
    count = 0
    while number % base == 0:
        number, count = number // base, count + 1
    return count


DERIVED: Derivations = {
    "divisor_functions": divisor_functions,
    "euler_totient": euler_totient,
    "factorial_valuations": factorial_valuations,
    "prime_factorisation": prime_factorisation,
}
