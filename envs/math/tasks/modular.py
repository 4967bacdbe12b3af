"""Remainders: congruences, powers and last digits, sequences modulo m.

Example (`modular_arithmetic`, level 3): `Solve $17x \\equiv 5 \\pmod{41}$ with $0 \\le x < 41$.` -> 15.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.sources import Draft

__all__ = ["divisions", "last_digits", "modular_arithmetic", "multiplications", "recurrences_modulo"]

_EVALUATE = (
    "What is the remainder when ${text}$ is divided by {m}?",
    "Find the integer $r$ with $0 \\le r < {m}$ and ${text} \\equiv r \\pmod{{{m}}}$.",
    "Reduce ${text}$ modulo {m}: which remainder from 0 to {top} is left?",
)
_LINEAR = (
    "Solve ${a}x \\equiv {b} \\pmod{{{m}}}$ with $0 \\le x < {m}$.",
    "Which integer $x$ from 0 to {top} leaves ${a}x$ with remainder {b} on division by {m}?",
    "{a} times a number leaves remainder {b} when divided by {m}. The number lies between 0 and {top}, both "
    "included. Find it.",
)
_SYSTEM = (
    "Find the least non-negative integer $x$ such that {facts}.",
    "What is the smallest integer $x \\ge 0$ for which {facts}?",
    "A non-negative integer $x$ satisfies these conditions: {facts}. What is its least possible value?",
)
_DIGIT = (
    "What is the last digit of ${text}$?",
    "Find the units digit of ${text}$.",
    "${text}$ is written out in decimal. Which digit stands at the very end?",
)
_DIGITS = (
    "What number do the last {count} digits of ${text}$ form? (Leading zeros do not count.)",
    "${text}$ is written out in decimal. Read its last {count} digits as a number, dropping leading zeros. "
    "Which number is it?",
    "Find the remainder when ${text}$ is divided by {m}; its last {count} digits form that number.",
)
_TERM = (
    "A sequence starts with {start}, and {rule}. What is the remainder when $a_{{{n}}}$ is divided by {m}?",
    "Let {start}, and let {rule}. Find the remainder of $a_{{{n}}}$ modulo {m}.",
    "The sequence $(a_n)$ has {start}; {rule}. On division by {m}, which remainder does $a_{{{n}}}$ leave?",
)
_ZEROS = (
    "A sequence starts with {start}, and {rule}. How many of its first {n} terms are divisible by {m}?",
    "Let {start}, and let {rule}. Among $a_1$ to $a_{{{n}}}$, how many terms are multiples of {m}?",
    "The sequence $(a_n)$ has {start}; {rule}. Count the multiples of {m} among its first {n} terms.",
)
_WORDS = {2: "two", 3: "three"}


def divisions(a: int, b: int) -> int:
    """Count the divisions of Euclid's algorithm."""
    count = 0
    while b:
        a, b, count = b, a % b, count + 1
    return count


def multiplications(exponent: int) -> int:
    """Count the multiplications of a power by repeated squaring."""
    return exponent.bit_length() - 1 + exponent.bit_count() - 1


def modular_arithmetic(rng: random.Random, level: int) -> Draft:
    """Draw a congruence: sums of products, linear ones, systems, powers and towers of powers."""
    kinds: dict[int, tuple[Callable[[random.Random], Draft], ...]] = {
        1: (_product, _difference),
        2: (_two_products, _cube),
        3: (_linear, _single_power),
        4: (_system_of_two, _two_powers),
        5: (_system_of_three, _tower),
    }
    return rng.choice(kinds[level])(rng)


def _evaluate(
    rng: random.Random, kind: str, params: tuple[int, ...], text: str, gold: int, steps: int
) -> Draft:
    m = params[-1]
    return draft(rng, kind, params, _EVALUATE, gold, steps=steps, text=text, m=m, top=m - 1)


def _product(rng: random.Random) -> Draft:
    a, b, m = rng.randint(11, 99), rng.randint(11, 99), rng.randint(6, 30)
    return _evaluate(rng, "product", (a, b, m), f"{a} \\cdot {b}", a * b % m, 2)


def _difference(rng: random.Random) -> Draft:
    a, b, m = rng.randint(10, 99), rng.randint(100, 999), rng.randint(6, 30)
    return _evaluate(rng, "difference", (a, b, m), f"{a} - {b}", (a - b) % m, 2)


def _two_products(rng: random.Random) -> Draft:
    a, b, c, d = (rng.randint(11, 99) for _ in range(4))
    m = rng.randint(7, 50)
    sign = rng.choice("+-")
    gold = (a * b + c * d if sign == "+" else a * b - c * d) % m
    text = f"{a} \\cdot {b} {sign} {c} \\cdot {d}"
    kind = "sum_of_products" if sign == "+" else "difference_of_products"
    return _evaluate(rng, kind, (a, b, c, d, m), text, gold, 4)


def _cube(rng: random.Random) -> Draft:
    a, b, c, m = rng.randint(11, 60), rng.randint(2, 40), rng.randint(2, 90), rng.randint(7, 50)
    return _evaluate(rng, "cubic", (a, b, c, m), f"{a}^3 + {b} \\cdot {a} + {c}", (a**3 + b * a + c) % m, 6)


def _unit(rng: random.Random, m: int) -> int:
    """Draw a number above 1 that has an inverse modulo m."""
    while True:
        a = rng.randint(2, m - 1)
        if math.gcd(a, m) == 1:
            return a


def _linear(rng: random.Random) -> Draft:
    m = rng.randint(20, 99)
    a, b = _unit(rng, m), rng.randint(2, m - 1)
    gold = b * pow(a, -1, m) % m
    steps = 2 * divisions(m, a) + 2
    return draft(rng, "linear", (a, b, m), _LINEAR, gold, steps=steps, a=a, b=b, m=m, top=m - 1)


def _single_power(rng: random.Random) -> Draft:
    a, e, m = rng.randint(2, 60), rng.randint(12, 120), rng.randint(11, 99)
    return _evaluate(rng, "power", (a, e, m), f"{a}^{{{e}}}", pow(a, e, m), multiplications(e) + 1)


def _two_powers(rng: random.Random) -> Draft:
    a, b, m = rng.randint(2, 60), rng.randint(2, 60), rng.randint(11, 99)
    e, f = rng.randint(60, 500), rng.randint(60, 500)
    steps = multiplications(e) + multiplications(f) + 2
    gold = (pow(a, e, m) + pow(b, f, m)) % m
    return _evaluate(rng, "two_powers", (a, e, b, f, m), f"{a}^{{{e}}} + {b}^{{{f}}}", gold, steps)


def _moduli(rng: random.Random, count: int) -> list[int]:
    while True:
        found = rng.sample(range(5, 40), count)
        if math.lcm(*found) == math.prod(found):
            return found


def _system(rng: random.Random, kind: str, moduli: list[int]) -> Draft:
    """Draw congruences in x of which the first has a coefficient."""
    a = _unit(rng, moduli[0])
    x = rng.randrange(max(moduli) + 1, math.prod(moduli))
    rests = [a * x % moduli[0], *(x % m for m in moduli[1:])]
    facts = [
        f"${a if i == 0 else ''}x \\equiv {r} \\pmod{{{m}}}$"
        for i, (r, m) in enumerate(zip(rests, moduli, strict=True))
    ]
    steps, known = 2 * divisions(moduli[0], a) + 2, moduli[0]
    for m in moduli[1:]:
        steps, known = steps + 2 * divisions(known, m) + 4, known * m
    shown = ", ".join(facts[:-1]) + " and " + facts[-1]
    return draft(rng, kind, (a, *rests, *moduli), _SYSTEM, x, steps=steps, facts=shown)


def _system_of_two(rng: random.Random) -> Draft:
    return _system(rng, "system_of_two", _moduli(rng, 2))


def _system_of_three(rng: random.Random) -> Draft:
    return _system(rng, "system_of_three", _moduli(rng, 3))


def _tower(rng: random.Random) -> Draft:
    p, q = rng.sample((7, 11, 13, 17, 19, 23), 2)
    m = p * q
    a, b, c = _unit(rng, min(m, 60)), rng.randint(2, 12), rng.randint(11, 60)
    while math.gcd(a, m) > 1:
        a += 1
    steps = 4
    for prime in (p, q):
        steps += multiplications(c) + multiplications(pow(b, c, prime - 1) or prime - 1)
    gold = pow(a, b**c, m)
    return _evaluate(rng, "tower", (a, b, c, m), f"{a}^{{{b}^{{{c}}}}}", gold, steps + 2 * divisions(p, q))


def last_digits(rng: random.Random, level: int) -> Draft:
    """Draw a product, power, sum or tower of powers whose last digits are asked for."""
    if level == 1:
        a, b, c = (10 * rng.randint(1, 99) + rng.choice((2, 3, 4, 6, 7, 8, 9)) for _ in range(3))
        if rng.random() < 0.5:
            text = f"{a} \\cdot {b} + {c}"
            return draft(rng, "product_plus", (a, b, c), _DIGIT, (a * b + c) % 10, steps=2, text=text)
        gold = a * b * c % 10
        return draft(rng, "product", (a, b, c), _DIGIT, gold, steps=2, text=f"{a} \\cdot {b} \\cdot {c}")
    a, b = (10 * rng.randint(0, 9) + rng.choice((2, 3, 4, 7, 8, 9)) for _ in range(2))
    e, f = rng.randint(20, 999), rng.randint(20, 999)
    if level == 2:
        gold = pow(a, e, 10)
        return draft(rng, "power", (a, e), _DIGIT, gold, steps=_cycle(a) + 2, text=f"{a}^{{{e}}}")
    if level == 3:
        sign = rng.choice(("+", "\\cdot"))
        x, y = pow(a, e, 10), pow(b, f, 10)
        kind, gold = ("sum", (x + y) % 10) if sign == "+" else ("product_of_powers", x * y % 10)
        text, steps = f"{a}^{{{e}}} {sign} {b}^{{{f}}}", _cycle(a) + _cycle(b) + 5
        return draft(rng, kind, (a, e, b, f), _DIGIT, gold, steps=steps, text=text)
    if level == 4:
        e += 1000 * rng.randint(0, 7)
        steps = multiplications(e) + 1
        return _digits(rng, "last_two", (a, e), f"{a}^{{{e}}}", pow(a, e, 100), 2, steps)
    if rng.random() < 0.5:
        steps = multiplications(e) + multiplications(f) + 2
        gold = (pow(a, e, 1000) + pow(b, f, 1000)) % 1000
        return _digits(rng, "last_three", (a, e, b, f), f"{a}^{{{e}}} + {b}^{{{f}}}", gold, 3, steps)
    while math.gcd(a, 10) > 1:
        a = rng.randint(3, 99)
    b, c = rng.randint(2, 30), rng.randint(20, 300)
    # 40 numbers have an inverse modulo 100, so the exponent is needed modulo 40 only.
    steps = multiplications(c) + multiplications(pow(b, c, 40) or 40) + 3
    return _digits(rng, "tower", (a, b, c), f"{a}^{{{b}^{{{c}}}}}", pow(a, b**c, 100), 2, steps)


def _cycle(a: int) -> int:
    """Count the last digits that the powers of a number go through."""
    return len({pow(a, n, 10) for n in range(1, 5)})


def _digits(
    rng: random.Random, kind: str, params: tuple[int, ...], text: str, gold: int, count: int, steps: int
) -> Draft:
    return draft(rng, kind, params, _DIGITS, gold, steps=steps, text=text, count=_WORDS[count], m=10**count)


def recurrences_modulo(rng: random.Random, level: int) -> Draft:
    """Draw a recursive sequence whose terms are asked for modulo m; from level 4 on its period is needed."""
    m = rng.randint(7, 30)
    p, q = rng.randint(2, 9), rng.randint(1, 9)
    first, second = rng.randint(1, 9), rng.randint(1, 9)
    if level in (3, 5):
        return _two_terms(rng, level, (m if level == 3 else rng.randint(5, 13), p, q, first, second))
    square = rng.random() < 0.5
    text = f"a_n^2 + {q}" if square else f"{p}a_n + {q}"
    terms = [first % m]
    while (following := (terms[-1] ** 2 + q if square else p * terms[-1] + q) % m) not in terms:
        terms.append(following)
    start, size = terms.index(following), len(terms)
    if level == 4 and size < 7:  # a period found at a glance
        return recurrences_modulo(rng, level)
    n = {1: rng.randint(3, 4), 2: rng.randint(5, 7), 4: rng.randint(200, 9999)}[level]
    gold = terms[n - 1 if n <= size else start + (n - 1 - start) % (size - start)]
    steps = 3 * (n - 1 if level < 4 else size) + (2 if level == 4 else 0)
    fields: dict[str, Any] = {
        "start": f"$a_1 = {first}$",
        "rule": f"$a_{{n+1}} = {text}$ for $n \\ge 1$",
        "m": m,
        "n": n,
    }
    params = (first, q, n, m) if square else (first, p, q, n, m)
    return draft(rng, "squares" if square else "affine", params, _TERM, gold, steps=steps, **fields)


def _two_terms(rng: random.Random, level: int, numbers: tuple[int, ...]) -> Draft:
    m, p, q, first, second = numbers
    p = rng.choice((1, p))
    fields: dict[str, Any] = {
        "start": f"$a_1 = {first}$ and $a_2 = {second}$",
        "rule": f"$a_{{n+2}} = {'' if p == 1 else p}a_{{n+1}} + {'' if q == 1 else q}a_n$ for $n \\ge 1$",
        "m": m,
    }
    if level == 3:
        n = rng.randint(7, 10)
        terms = [first % m, second % m]
        while len(terms) < n:
            terms.append((p * terms[-1] + q * terms[-2]) % m)
        return draft(
            rng, "two_terms", (first, second, p, q, n, m), _TERM, terms[-1], steps=4 * (n - 2), n=n, **fields
        )
    pairs = [(first % m, second % m)]
    while (following := (pairs[-1][1], (p * pairs[-1][1] + q * pairs[-1][0]) % m)) not in pairs:
        pairs.append(following)
    start, size = pairs.index(following), len(pairs)
    n, steps = rng.randint(500, 9999), 4 * size + 2
    if size < 12 or size > 60:
        return recurrences_modulo(rng, level)
    params = (first, second, p, q, n, m)
    terms = [pair[0] for pair in pairs]
    whole, rest = divmod(n - start, size - start)
    zeros = terms[:start].count(0) + whole * terms[start:].count(0) + terms[start : start + rest].count(0)
    if zeros and rng.random() < 0.5:
        return draft(rng, "zeros", params, _ZEROS, zeros, steps=steps + 2, n=n, **fields)
    gold = terms[start + (n - 1 - start) % (size - start)]
    return draft(rng, "far_term", params, _TERM, gold, steps=steps, n=n, **fields)
