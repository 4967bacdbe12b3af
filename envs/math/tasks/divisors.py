"""Divisors and prime factors.

Example (`divisor_functions`, level 2): `What is the sum of all positive divisors of 540?` -> 1680.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from fractions import Fraction

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.sources import Draft

__all__ = ["divisor_functions", "factorise", "prime_factorisation", "smooth"]

_COUNT = (
    "How many positive divisors does {n} have?",
    "Count the positive integers that divide {n} without remainder.",
    "{n} counters are laid out in a full rectangle; 1 row is allowed. How many different numbers of rows are "
    "possible?",
)
_PROPER = (
    "How many divisors of {n} lie strictly between 1 and {n}?",
    "Count the positive divisors of {n} other than 1 and {n} itself.",
    "{n} pupils are split into teams of equal size, into at least two teams and with at least two pupils in "
    "each. How many team sizes are possible?",
)
_SUM = (
    "What is the sum of all positive divisors of {n}, including 1 and {n}?",
    "Add up every positive integer that divides {n}. What is the result?",
    "Let $\\sigma(n)$ be the sum of the positive divisors of $n$. Find $\\sigma({n})$.",
)
_RECIPROCALS = (
    "What is the sum of the reciprocals of all positive divisors of {n}? Answer in lowest terms.",
    "For every positive divisor $d$ of {n} take $1/d$. What is the sum of these fractions, in lowest terms?",
    "Add $\\frac{{1}}{{d}}$ over all positive divisors $d$ of {n}. Give the total in lowest terms.",
)
_MULTIPLES = (
    "What is the sum of all positive divisors of {n} that are multiples of {d}?",
    "Add up those positive divisors of {n} that {d} divides. What is the sum?",
    "Consider the positive divisors of {n} that are divisible by {d}. What do they add up to?",
)
_SQUARES = (
    "How many positive divisors of ${text}$ are perfect squares?",
    "Count the square numbers (1 included) that divide ${text}$.",
    "Let $N = {text}$. For how many positive integers $k$ is $k^2$ a divisor of $N$?",
)
_BUT = (
    "How many positive divisors of ${text}$ are multiples of {d} but not of {e}?",
    "Count the positive divisors of ${text}$ that are divisible by {d} and not divisible by {e}.",
    "Let $N = {text}$. How many positive divisors of $N$ are multiples of {d} but no multiples of {e}?",
)
_LARGEST = (
    "What is the largest prime factor of {n}?",
    "Find the greatest prime number that divides {n}.",
    "Factorise {n} into primes. What is the largest of them?",
)
_PRIMES = (
    "What is the sum of the different prime factors of {n}?",
    "Add up the prime numbers that divide {n}, each taken once. What is the sum?",
    "Factorise {n} into primes. What do the primes that occur add up to, if each is counted only once?",
)
_LIST = (
    "List the prime numbers that divide {n}, each once, separated by commas.",
    "Which primes occur in the prime factorisation of {n}? List each once, separated by commas.",
    "Name every prime factor of {n}, without repetition, as a list separated by commas.",
)
_POWER = (
    "What is the smallest positive integer $k$ such that ${text} \\cdot k$ is a perfect {power}?",
    "By which least positive integer must ${text}$ be multiplied to give the {power} of an integer?",
    "Find the least positive integer whose product with ${text}$ is a perfect {power}.",
)
_LCM = (
    "What is the least common multiple of {a}, {b} and {c}?",
    "Three machines are serviced today and then every {a}, every {b} and every {c} days. After how many days "
    "are all three next serviced on the same day?",
    "Find the smallest positive integer that {a}, {b} and {c} all divide.",
)
_PAIRS = (
    "How many ordered pairs $(x, y)$ of positive integers have least common multiple {n}?",
    "For how many ordered pairs of positive integers is the least common multiple of the two numbers {n}?",
    "Count the ordered pairs $(x, y)$ of positive integers with $\\operatorname{{lcm}}(x, y) = {n}$.",
)
_BOTH = (
    "What is the smallest positive integer $k$ such that ${a} \\cdot k$ is a perfect square and ${b} \\cdot "
    "k$ is a perfect cube?",
    "Find the least positive integer that turns {a} into a perfect square and {b} into a perfect cube when "
    "each is multiplied by it.",
    "A positive integer $k$ makes ${a}k$ a perfect square and ${b}k$ a perfect cube. Find the least $k$.",
)


def factorise(n: int) -> Counter[int]:
    """Return the prime factors of a positive integer with their exponents."""
    found: Counter[int] = Counter()
    p = 2
    while p * p <= n:
        while n % p == 0:
            n //= p
            found[p] += 1
        p += 1
    if n > 1:
        found[n] += 1
    return found


def smooth(rng: random.Random, count: int, primes: tuple[int, ...] = (2, 2, 2, 3, 3, 5, 7, 11)) -> int:
    """Draw a product of that many primes with at least two different ones among them."""
    while True:
        chosen = [rng.choice(primes) for _ in range(count)]
        if len(set(chosen)) > 1:
            return math.prod(chosen)


def _divisor_count(factors: Counter[int]) -> int:
    return math.prod(e + 1 for e in factors.values())


def _divisor_sum(factors: Counter[int]) -> int:
    return math.prod((p ** (e + 1) - 1) // (p - 1) for p, e in factors.items())


def divisor_functions(rng: random.Random, level: int) -> Draft:
    """Draw a number whose divisors are counted or added up, from level 3 on only some of them."""
    if level == 1:
        n = smooth(rng, rng.randint(3, 4), (2, 2, 3, 3, 5, 7, 11, 13))
        factors = factorise(n)
        steps = factors.total() + 2 * len(factors) - 1
        if rng.random() < 0.5:
            return draft(rng, "divisors", (n,), _COUNT, _divisor_count(factors), steps=steps, n=n)
        return draft(rng, "proper", (n,), _PROPER, _divisor_count(factors) - 2, steps=steps + 1, n=n)
    if level == 2:
        n = smooth(rng, rng.randint(4, 5), (2, 2, 2, 3, 3, 5, 7, 11, 13, 17))
        factors = factorise(n)
        steps, total = 3 * factors.total() - 1, _divisor_sum(factors)
        if rng.random() < 0.5:
            return draft(rng, "divisor_sum", (n,), _SUM, total, steps=steps, n=n)
        return draft(rng, "reciprocals", (n,), _RECIPROCALS, Fraction(total, n), steps=steps + 2, n=n)
    if level == 3:
        rest, d = smooth(rng, rng.randint(5, 6)), smooth(rng, 2)
        gold = d * _divisor_sum(factorise(rest))
        steps = 3 * factorise(rest).total() + 1
        return draft(rng, "multiples", (rest * d, d), _MULTIPLES, gold, steps=steps, n=rest * d, d=d)
    parts = [smooth(rng, rng.randint(4, 5)) for _ in range(3)]
    factors = factorise(math.prod(parts))
    text = " \\cdot ".join(map(str, parts))
    if level == 4:
        gold = math.prod(e // 2 + 1 for e in factors.values())
        steps = factors.total() + 2 * len(factors) + 2 * len(factors) - 1
        return draft(rng, "square_divisors", parts, _SQUARES, gold, steps=steps, text=text)
    n, d = math.prod(parts), math.prod(rng.sample(sorted(factors.elements()), 2))
    others = [e for e in (2, 3, 4, 6, 8, 9, 10, 12, 14, 15, 20) if d % e and n % math.lcm(d, e) == 0]
    if not others:
        return divisor_functions(rng, level)
    e = rng.choice(others)
    both = factorise(n // math.lcm(d, e))
    gold = _divisor_count(factorise(n // d)) - _divisor_count(both)
    steps = factors.total() + factorise(e).total() + 9 * len(factors)
    return draft(rng, "but_not", (*parts, d, e), _BUT, gold, steps=steps, text=text, d=d, e=e)


def prime_factorisation(rng: random.Random, level: int) -> Draft:
    """Draw a number whose prime factors answer the question: largest ones, squares, multiples, pairs."""
    wide = (2, 2, 3, 3, 5, 7, 11, 13, 17, 19, 23)
    if level == 1:
        n = smooth(rng, rng.randint(3, 4), wide)
        factors = factorise(n)
        if rng.random() < 0.5:
            return draft(rng, "largest", (n,), _LARGEST, max(factors), steps=factors.total(), n=n)
        steps = factors.total() + len(factors) - 1
        return draft(rng, "sum_of_primes", (n,), _PRIMES, sum(factors), steps=steps, n=n)
    if level == 2:
        n = smooth(rng, rng.randint(4, 5), wide)
        factors = factorise(n)
        if rng.random() < 0.3 and len(factors) > 2:
            primes = ", ".join(map(str, sorted(factors)))
            return draft(rng, "list", (n,), _LIST, primes, steps=factors.total() + len(factors), n=n)
        return _power(rng, (n,), 2)
    if level == 3:
        if rng.random() < 0.5:
            return _power(rng, (smooth(rng, 4, wide), smooth(rng, 3, wide)), 2)
        return _power(rng, (smooth(rng, 4), smooth(rng, 4)), 3)
    if level == 4:
        if rng.random() < 0.5:
            a, b, c = (smooth(rng, 5) for _ in range(3))
            if len({a, b, c}) == 3:
                steps = 15 + 4 * len(factorise(a * b * c))
                return draft(rng, "lcm", (a, b, c), _LCM, math.lcm(a, b, c), steps=steps, a=a, b=b, c=c)
        return _power(rng, tuple(smooth(rng, 5) for _ in range(3)), rng.choice((3, 4, 5)))
    if rng.random() < 0.3:
        n = smooth(rng, rng.randint(9, 11), (2, 2, 2, 3, 3, 5, 7))
        factors = factorise(n)
        gold = math.prod(2 * e + 1 for e in factors.values())
        steps = factors.total() + 8 * len(factors)
        return draft(rng, "lcm_pairs", (n,), _PAIRS, gold, steps=steps, n=n)
    a, b = (smooth(rng, 6, (2, 2, 2, 3, 3, 5, 7)) for _ in range(2))
    factors = factorise(a * b)
    first, second = factorise(a), factorise(b)
    k = math.prod(
        p ** next(e for e in range(6) if (first[p] + e) % 2 == (second[p] + e) % 3 == 0) for p in factors
    )
    return draft(rng, "square_and_cube", (a, b), _BOTH, k, steps=12 + 7 * len(factors), a=a, b=b)


def _power(rng: random.Random, parts: tuple[int, ...], power: int) -> Draft:
    """Ask for the least multiplier that makes a product a perfect power."""
    factors = factorise(math.prod(parts))
    gold = math.prod(p ** (-e % power) for p, e in factors.items())
    if gold in (1, *parts):  # the answer must not stand in the question
        return _power(rng, (*parts[:-1], parts[-1] * rng.choice((2, 3))), power)
    name = {2: "square", 3: "cube", 4: "fourth power", 5: "fifth power"}[power]
    steps = factors.total() + len(factors) * (2 if len(parts) == 1 else 3) - 1
    text = " \\cdot ".join(map(str, parts))
    return draft(rng, "multiplier", (power, *parts), _POWER, gold, steps=steps, text=text, power=name)
