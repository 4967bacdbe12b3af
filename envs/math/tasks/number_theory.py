"""Divisors, remainders, bases.

Example (level 4): `What is the remainder when $7^{45}$ is divided by $13$?` -> 5.
"""

from __future__ import annotations

import math
import random

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.sources import Draft

__all__ = ["number_theory"]

_GCD = (
    "What is the greatest common divisor of {a} and {b}?",
    "Find $\\gcd({a}, {b})$.",
    "Two ropes of {a} cm and {b} cm are cut into equal pieces without waste, as long as possible. "
    "How many centimetres long is a piece?",
)
_LCM = (
    "What is the least common multiple of {a} and {b}?",
    "Two lights flash together and then every {a} and every {b} seconds. After how many seconds do they next "
    "flash together?",
)
_REMAINDER = ("What is the remainder when {a} is divided by {b}?", "Find the remainder of {a} modulo {b}.")
_DIVISORS = (
    "How many positive divisors does {n} have?",
    "In how many ways can {n} be written as an ordered product of two positive integers?",
)
_DIVISOR_SUM = (
    "What is the sum of all positive divisors of {n}?",
    "Add up every positive divisor of {n}. What is the sum?",
)
_POWER = (
    "What is the remainder when ${a}^{{{e}}}$ is divided by ${m}$?",
    "Find the remainder of ${a}^{{{e}}}$ modulo ${m}$.",
)
_BASE = (
    "Write the decimal number {n} in base {b}. Give the answer with the base as a subscript, like "
    "$101_{{2}}$.",
    "What is {n} (base ten) in base {b}? Answer with the base as a subscript, like $101_{{2}}$.",
)
_REMAINDERS = (
    "Find the least positive integer that leaves remainder {r} when divided by {m} and remainder {s} when "
    "divided by {n}.",
    "What is the smallest positive integer $x$ with $x \\equiv {r} \\pmod{{{m}}}$ and $x \\equiv {s} "
    "\\pmod{{{n}}}$?",
)
_INVERSE = (
    "Find the integer $x$ with $0 < x < {m}$ and ${a}x \\equiv 1 \\pmod{{{m}}}$.",
    "What is the multiplicative inverse of {a} modulo {m}, as an integer between 0 and {m}?",
)


def number_theory(rng: random.Random, level: int) -> Draft:
    """Draw a problem on divisibility, remainders or bases."""
    if level == 1:
        g, p, q = rng.randint(2, 24), rng.randint(2, 15), rng.randint(2, 15)
        a, b = sorted((g * p, g * q))
        return draft(rng, "gcd", (a, b), _GCD, math.gcd(a, b), a=a, b=b)
    if level == 2:
        a, b = sorted((rng.randint(6, 90), rng.randint(6, 90)))
        if rng.random() < 0.5:
            return draft(rng, "lcm", (a, b), _LCM, math.lcm(a, b), a=a, b=b)
        n = rng.randint(1000, 99_999)
        return draft(rng, "remainder", (n, a), _REMAINDER, n % a, a=n, b=a)
    if level == 3:
        n = math.prod(rng.choice((2, 2, 3, 3, 5, 7, 11, 13)) for _ in range(rng.randint(3, 6))) * rng.randint(
            1, 6
        )
        count, total = _divisors(n)
        if rng.random() < 0.5:
            return draft(rng, "divisors", (n,), _DIVISORS, count, n=n)
        return draft(rng, "divisor_sum", (n,), _DIVISOR_SUM, total, n=n)
    if level == 4:
        if rng.random() < 0.4:
            n, b = rng.randint(50, 5000), rng.randint(2, 9)
            return draft(rng, "base", (n, b), _BASE, f"{_digits(n, b)}_{{{b}}}", n=n, b=b)
        a, e, m = rng.randint(2, 50), rng.randint(20, 400), rng.randint(7, 97)
        return draft(rng, "power", (a, e, m), _POWER, pow(a, e, m), a=a, e=e, m=m)
    return _congruence(rng)


def _divisors(n: int) -> tuple[int, int]:
    """Return number and sum of the positive divisors, from the prime factors."""
    count = total = 1
    p = 2
    while n > 1:
        power = 0
        while n % p == 0:
            n //= p
            power += 1
        count *= power + 1
        total *= (p ** (power + 1) - 1) // (p - 1)
        p += 1
    return count, total


def _digits(n: int, base: int) -> str:
    digits = ""
    while n:
        n, digit = divmod(n, base)
        digits = str(digit) + digits
    return digits


def _congruence(rng: random.Random) -> Draft:
    while True:
        m, n = sorted((rng.randint(5, 60), rng.randint(5, 60)))
        if math.gcd(m, n) == 1:
            break
    if rng.random() < 0.4:
        m = n * rng.randint(2, 9) + 1
        while True:
            a = rng.randint(2, m - 1)
            if math.gcd(a, m) == 1:
                return draft(rng, "inverse", (a, m), _INVERSE, pow(a, -1, m), a=a, m=m)
    r, s = rng.randint(1, m - 1), rng.randint(1, n - 1)
    gold = (r + m * ((s - r) * pow(m, -1, n) % n)) % (m * n)
    return draft(rng, "remainders", (r, m, s, n), _REMAINDERS, gold, r=r, m=m, s=s, n=n)
