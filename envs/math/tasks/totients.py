"""Numbers without a common factor, and primes in factorials.

Example (`factorial_valuations`, level 1): `What is the exponent of 7 in the factorisation of 100!?` -> 16.
"""

from __future__ import annotations

import itertools
import math
import random

from rlvr_gym.envs.math.tasks.divisors import factorise, smooth
from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.envs.math.tasks.modular import multiplications
from rlvr_gym.sources import Draft

__all__ = ["euler_totient", "factorial_valuations"]

_COPRIME = (
    "How many of the integers from 1 to {n} have no common factor with {n} except 1?",
    "Find $\\varphi({n})$, the number of positive integers up to {n} that are coprime to {n}.",
    "Count the positive integers $k \\le {n}$ with $\\gcd(k, {n}) = 1$.",
)
_FRACTIONS = (
    "How many fractions between 0 and 1 have denominator {n} when written in lowest terms?",
    "Of the fractions $\\frac{{1}}{{{n}}}, \\frac{{2}}{{{n}}}, \\dots, \\frac{{{top}}}{{{n}}}$, how many "
    "cannot be reduced?",
    "A fraction $\\frac{{k}}{{{n}}}$ with $0 < k < {n}$ is in lowest terms. How many values can $k$ take?",
)
_GCD = (
    "For how many integers $k$ from 1 to {n} is $\\gcd(k, {n}) = {d}$?",
    "Count the integers from 1 to {n} whose greatest common divisor with {n} is exactly {d}.",
    "How many positive integers up to {n} share with {n} the greatest common divisor {d}?",
)
_SUM = (
    "What is the sum of all integers from 1 to {n} that are coprime to {n}?",
    "Add up the positive integers $k < {n}$ with $\\gcd(k, {n}) = 1$. What is the sum?",
    "Which total do the positive integers below {n} without a common factor with {n} (other than 1) have?",
)
_RANGE = (
    "How many integers from {low} to {high} (both included) are coprime to {m}?",
    "Count the integers $k$ with ${low} \\le k \\le {high}$ and $\\gcd(k, {m}) = 1$.",
    "Of the integers from {low} up to and including {high}, how many share no prime factor with {m}?",
)
_EULER = (
    "What is the remainder when ${a}^{{{e}}}$ is divided by {m}?",
    "Find the remainder of ${a}^{{{e}}}$ modulo {m}.",
    "Which integer from 0 to {top} is congruent to ${a}^{{{e}}}$ modulo {m}?",
)
_EXPONENT = (
    "What is the exponent of {p} in the prime factorisation of ${text}$?",
    "What is the largest integer $k$ for which ${p}^k$ divides ${text}$?",
    "How many times in succession can ${text}$ be divided by {p} without a remainder?",
)
_LARGEST_POWER = (
    "What is the largest integer $k$ for which ${b}^k$ divides ${text}$?",
    "${text}$ is divided by {b} again and again, while the result is an integer. How many times is that?",
    "Find the greatest $k$ such that ${text}$ is a multiple of ${b}^k$.",
)
_ZEROS = (
    "With how many zeros does ${text}$ end when it is written in base {b}?",
    "Write ${text}$ in base {b}. How many zeros stand at the end?",
    "How many trailing zeros does ${text}$ have in base {b}?",
)
_LEAST = (
    "What is the smallest positive integer $n$ for which $n!$ is divisible by ${p}^{{{k}}}$?",
    "Find the least $n \\ge 1$ such that ${p}^{{{k}}}$ divides $n!$.",
    "For which smallest positive integer $n$ is $n!$ a multiple of ${p}^{{{k}}}$?",
)

_PRIMES = (2, 2, 3, 5, 7, 11, 13, 17, 19, 23)


def _phi(n: int) -> int:
    for p in factorise(n):
        n = n // p * (p - 1)
    return n


def euler_totient(rng: random.Random, level: int) -> Draft:
    """Draw a count of integers coprime to a number, up to it, with a given gcd, or in a range."""
    if level <= 2:
        n = smooth(rng, rng.randint(2, 3), _PRIMES) if level == 1 else smooth(rng, rng.randint(5, 7))
        factors = factorise(n)
        steps = factors.total() + 3 * len(factors) - 1
        if rng.random() < 0.5:
            return draft(rng, "coprime", (n,), _COPRIME, _phi(n), steps=steps, n=n)
        return draft(rng, "fractions", (n,), _FRACTIONS, _phi(n), steps=steps, n=n, top=n - 1)
    if level == 3:
        d = rng.choice((3, 4, 6, 8, 9, 10, 12, 15))
        rest = smooth(rng, rng.randint(6, 7), (2, 2, 3, 3, 5, 7, 11))
        steps = factorise(rest).total() + 3 * len(factorise(rest))
        if rng.random() < 0.5:
            return draft(rng, "gcd", (rest * d, d), _GCD, _phi(rest), steps=steps, n=rest * d, d=d)
        return draft(rng, "coprime_sum", (rest,), _SUM, rest * _phi(rest) // 2, steps=steps + 1, n=rest)
    primes = rng.sample((2, 3, 5, 7, 11, 13), 3)
    m = math.prod(primes) * rng.choice((1, primes[0]))
    if level == 4:
        if rng.random() < 0.4:
            return _euler_power(rng)
        high = rng.randint(200, 2000)
        steps = factorise(m).total() + 19
        return draft(rng, "up_to", (high, m), _RANGE, _coprime(high, m), steps=steps, low=1, high=high, m=m)
    low = rng.randint(200, 2000)
    high = low + rng.randint(200, 3000)
    gold = _coprime(high, m) - _coprime(low - 1, m)
    steps = factorise(m).total() + 36
    return draft(rng, "interval", (low, high, m), _RANGE, gold, steps=steps, low=low, high=high, m=m)


def _coprime(high: int, m: int) -> int:
    """Count the integers from 1 to high that are coprime to m, by inclusion and exclusion."""
    primes = list(factorise(m))
    return sum(
        (-1) ** size * (high // math.prod(chosen))
        for size in range(len(primes) + 1)
        for chosen in itertools.combinations(primes, size)
    )


def _euler_power(rng: random.Random) -> Draft:
    while True:
        m = smooth(rng, rng.randint(4, 5), (2, 3, 5, 7))
        a, e = rng.randint(2, 60), rng.randint(10_000, 999_999)
        rest = e % _phi(m)
        if math.gcd(a, m) == 1 and rest > 20:
            break
    factors = factorise(m)
    steps = factors.total() + 3 * len(factors) + 2 + multiplications(rest)
    return draft(rng, "power", (a, e, m), _EULER, pow(a, e, m), steps=steps, a=a, e=e, m=m, top=m - 1)


def factorial_valuations(rng: random.Random, level: int) -> Draft:
    """Draw a factorial or quotient of factorials that is divided by powers of a number."""
    if level == 1:
        n, p = rng.randint(30, 250), rng.choice((5, 7, 11, 13))
        (gold, steps) = _valuation(n, p)
        return draft(rng, "prime", (n, p), _EXPONENT, gold, steps=steps, text=f"{n}!", p=p)
    if level == 2:
        p = rng.choice((2, 3, 5))
        if rng.random() < 0.3:
            return _least(rng, p)
        n = rng.randint(100, 999)
        gold, steps = _valuation(n, p)
        return draft(rng, "small_prime", (n, p), _EXPONENT, gold, steps=steps, text=f"{n}!", p=p)
    base = rng.choice((6, 12, 18, 20, 24, 28, 40, 45, 48, 50, 54, 56, 60, 63, 72, 75, 90, 98))
    n = rng.randint(100, 900)
    if level == 3:
        gold, steps = _in_base([(n, 1)], base)
        kind, templates = rng.choice((("zeros", _ZEROS), ("composite", _LARGEST_POWER)))
        return draft(rng, kind, (n, base), templates, gold, steps=steps, text=f"{n}!", b=base)
    k = rng.randint(40, n - 40)
    if level == 4 and rng.random() < 0.5:
        p = rng.choice((2, 3))
        gold, steps = _in_base([(n, 1), (k, -1), (n - k, -1)], p)
        text = f"\\binom{{{n}}}{{{k}}}"
        return draft(rng, "binomial", (n, k, p), _EXPONENT, gold, steps=steps, text=text, p=p)
    if level == 4:
        parts, base = [(n, 1), (k, -1)], rng.choice((6, 10, 12, 14, 15, 20, 45, 50))
    elif rng.random() < 0.5:
        parts = [(n, 1), (k, -1), (rng.randint(20, min(k, n - k)), -1)]
    else:
        parts = [(n, 1), (k, 1), (rng.randint(20, n - 10), -1)]
    gold, steps = _in_base(parts, base)
    above = " \\cdot ".join(f"{m}!" for m, sign in parts if sign > 0)
    below = " \\cdot ".join(f"{m}!" for m, sign in parts if sign < 0)
    text = f"\\frac{{{above}}}{{{below}}}"
    kind, templates = rng.choice((("zeros_of_quotient", _ZEROS), ("quotient", _LARGEST_POWER)))
    params = (base, *(sign * m for m, sign in parts))
    return draft(rng, kind, params, templates, gold, steps=steps, text=text, b=base)


def _valuation(n: int, p: int) -> tuple[int, int]:
    """Return the exponent of a prime in n!, and the operations: divisions and sums."""
    quotients: list[int] = []
    while n >= p:
        n //= p
        quotients.append(n)
    return sum(quotients), max(2 * len(quotients) - 1, 1)


def _in_base(parts: list[tuple[int, int]], base: int) -> tuple[int, int]:
    """Return how often a base divides a quotient of factorials, with the operations."""
    found, steps = [], factorise(base).total() - 1
    for p, e in factorise(base).items():
        values = [_valuation(n, p) for n, _ in parts]
        found.append(sum(sign * value for (_, sign), (value, _) in zip(parts, values, strict=True)) // e)
        steps += sum(count for _, count in values) + len(parts) - 1 + (e > 1)
    return min(found), steps


def _least(rng: random.Random, p: int) -> Draft:
    k = rng.randint(10, 120)
    n, tried = p, 0
    while _valuation(n, p)[0] < k:
        n += p
    tried = _valuation(n, p)[1] + _valuation(n - p, p)[1]
    return draft(rng, "least", (p, k), _LEAST, n, steps=2 + tried, p=p, k=k)
