"""Calculating in other bases, and sums of digits.

Example (`base_arithmetic`, level 1): `Add $243_{5} + 314_{5}$. Give the sum in base 5.` -> 1112_{5}.
"""

from __future__ import annotations

import random

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.sources import Draft

__all__ = ["base_arithmetic", "digit_sums"]

_COMPUTE = (
    "Calculate ${text}$. Give the result in base {b}, with the base as a subscript.",
    "What is ${text}$, written in base {b}? Write the base as a subscript.",
    "The subscripts are the bases of the numbers in ${text}$. Find the value and write it in base {b}, with "
    "its subscript.",
)
_CONVERT = (
    "Write ${text}$ in base {b}, with the base as a subscript.",
    "The number ${text}$ is given in base {c}. What is it in base {b}? Write the base as a subscript.",
    "Convert ${text}$ from base {c} to base {b}. Answer with the base as a subscript.",
)
_UNKNOWN = (
    "In base $b$, the number {digits} has the decimal value {n}. What is $b$, written in decimal?",
    "A number is written {digits} in base $b$ and {n} in base ten. Find the base $b$ (in decimal).",
    "For which base $b$ do the digits {digits}, read in base $b$, give the decimal number {n}? Answer in "
    "decimal.",
)
_SUM = (
    "What is the sum of the digits of {text}?",
    "Add up all decimal digits of {text}. What do you get?",
    "Find the digit sum of {text}.",
)
_ALTERNATING = (
    "Start with the last digit of {text}, subtract the digit before it, add the one before that, and so on "
    "with alternating signs. What is the result?",
    "Going from right to left, the digits of {text} are alternately added and subtracted; the last digit is "
    "added. What is the result?",
    "What is the alternating digit sum of {text}, counted from the units digit, which has a plus sign?",
)
_WITH_SUM = (
    "How many of the integers from {low} to {high} (both included) have the digit sum {s}?",
    "Count the integers $n$ with ${low} \\le n \\le {high}$ whose decimal digits add up to {s}.",
    "Tickets are numbered from {low} up to and including {high}. On how many of them is the sum of the "
    "digits {s}?",
)
_ALL = (
    "All integers from {low} to {high} are written down in decimal. What is the sum of all the digits "
    "written?",
    "Add up the digit sums of all integers from {low} to {high}, both included. What is the total?",
    "Let $s(n)$ be the sum of the decimal digits of $n$. Find $s({low}) + s({next}) + \\dots + s({high})$.",
)
_DIVISIBLE = (
    "How many integers from {low} to {high} (both included) have a digit sum that is divisible by {d}?",
    "Count the integers $n$ with ${low} \\le n \\le {high}$ whose decimal digits add up to a multiple of "
    "{d}.",
    "Houses are numbered from {low} to {high}. On how many of them is the sum of the digits of the number a "
    "multiple of {d}?",
)


def _digits(n: int, base: int) -> str:
    digits = ""
    while n:
        n, digit = divmod(n, base)
        digits = str(digit) + digits
    return digits or "0"


def _based(n: int, base: int) -> str:
    return f"{_digits(n, base)}_{{{base}}}"


def _number(rng: random.Random, base: int, length: int) -> int:
    return rng.randrange(base ** (length - 1), base**length)


def base_arithmetic(rng: random.Random, level: int) -> Draft:
    """Draw a calculation in another base; from level 3 on with products, from level 4 on in several bases."""
    b = rng.randint(3, 9)
    if level == 1:
        x, y = sorted((_number(rng, b, 3), _number(rng, b, 3)))
        if rng.random() < 0.5 and x != y:
            return _compute(rng, "difference", (y, x, b), f"{_based(y, b)} - {_based(x, b)}", y - x, 3)
        return _compute(rng, "sum", (x, y, b), f"{_based(x, b)} + {_based(y, b)}", x + y, 3)
    if level == 2:
        return rng.choice((_three, _converted, _unknown_base))(rng, b)
    c = rng.choice([base for base in range(3, 10) if base != b])
    if level == 3:
        x, y = _number(rng, b, 3), _number(rng, b, 2)
        if rng.random() < 0.5:
            text = f"{_based(x, b)} \\cdot {_based(y, b)}"
            return _compute(rng, "product", (x, y, b), text, x * y, 6 + 2 * 4)
        x, y = _number(rng, b, 3), _number(rng, c, 3)
        text = f"{_based(x, b)} + {_based(y, c)}"
        steps = 8 + 1 + len(_digits(x + y, b))
        return _compute(rng, "sum_in_two_bases", (x, y, c, b), text, x + y, steps)
    d = rng.choice([base for base in range(3, 10) if base not in (b, c)])
    x, y, z = _number(rng, b, 3), _number(rng, c, 3), _number(rng, d, 4)
    if level == 4:
        if rng.random() < 0.5:
            x, y, z = (_number(rng, b, length) for length in (3, 3, 4))
            text = f"{_based(x, b)} \\cdot {_based(y, b)} + {_based(z, b)}"
            return _compute(rng, "product_and_sum", (x, y, z, b), text, x * y + z, 9 + 2 * 5 + 5)
        text = f"{_based(x, b)} \\cdot {_based(y, c)}"
        return _compute(
            rng, "product_in_two_bases", (x, y, c, b), text, x * y, 9 + len(_digits(x * y, b)) + 3
        )
    target = rng.choice((b, c, d))
    a = x * y
    sign = 1 if rng.random() < 0.5 or a <= z else -1
    value = a + sign * z
    text = f"{_based(x, b)} \\cdot {_based(y, c)} {'+' if sign > 0 else '-'} {_based(z, d)}"
    steps = 4 + 4 + 6 + 2 + 2 * len(_digits(value, target))
    params = (x, y, sign * z, b, c, d, target)
    return _compute(rng, "three_bases", params, text, value, steps)


def _compute(
    rng: random.Random, kind: str, params: tuple[int, ...], text: str, value: int, steps: int
) -> Draft:
    base = params[-1]
    return draft(rng, kind, params, _COMPUTE, _based(value, base), steps=steps, text=text, b=base)


def _three(rng: random.Random, b: int) -> Draft:
    x, y, z = sorted((_number(rng, b, 4) for _ in range(3)), reverse=True)
    if x > y:
        text = f"{_based(x, b)} - {_based(y, b)} + {_based(z, b)}"
        return _compute(rng, "sum_and_difference", (x, -y, z, b), text, x - y + z, 8)
    text = f"{_based(x, b)} + {_based(y, b)} + {_based(z, b)}"
    return _compute(rng, "three_summands", (x, y, z, b), text, x + y + z, 8)


def _converted(rng: random.Random, b: int) -> Draft:
    c = rng.choice([base for base in range(3, 10) if base != b])
    x = _number(rng, c, 4)
    steps = 6 + len(_digits(x, b))
    return draft(
        rng, "converted", (x, c, b), _CONVERT, _based(x, b), steps=steps, text=_based(x, c), b=b, c=c
    )


def _unknown_base(rng: random.Random, b: int) -> Draft:
    base, x = (
        rng.choice((6, 7, 8, 9, 11, 12, 13, 14, 15, 16)),
        [rng.randint(1, 5), rng.randint(0, 5), rng.randint(0, 5)],
    )
    n = (x[0] * base + x[1]) * base + x[2]
    digits = "".join(map(str, x))
    return draft(rng, "unknown_base", (digits, n), _UNKNOWN, base, steps=9, digits=digits, n=n)


def digit_sums(rng: random.Random, level: int) -> Draft:
    """Draw a number or a range of numbers whose digits are added up."""
    if level == 1:
        n = rng.randint(10_000, 99_999_999)
        digits = [int(digit) for digit in str(n)]
        if rng.random() < 0.5:
            return draft(rng, "plain", (n,), _SUM, sum(digits), steps=len(digits) - 1, text=n)
        gold = sum(digits[::-2]) - sum(digits[-2::-2])
        return draft(rng, "alternating", (n,), _ALTERNATING, gold, steps=len(digits) - 1, text=n)
    if level == 2:
        if rng.random() < 0.5:
            a, b = rng.randint(101, 999), rng.randint(12, 99)
            gold, steps = _digit_sum(a * b), 6 + 4 + len(str(a * b)) - 1
            return draft(
                rng, "of_product", (a, b), _SUM, gold, steps=steps, text=f"the number ${a} \\cdot {b}$"
            )
        k, c = rng.randint(8, 60), rng.randint(11, 9999)
        gold = _digit_sum(10**k - c)
        text = f"the number $10^{{{k}}} - {c}$"
        return draft(rng, "of_power", (k, c), _SUM, gold, steps=2 * len(str(c)) + 3, text=text)
    low, high = 1, rng.randint(200, 999)
    if level == 3:
        s = rng.randint(5, 16)
        gold = sum(_digit_sum(n) == s for n in range(1, high + 1))
        steps = 2 * (high // 100 + 1) + 3
        return draft(rng, "with_sum", (high, s), _WITH_SUM, gold, steps=steps, low=1, high=high, s=s)
    if level == 4:
        high = rng.randint(1000, 9999)
        if rng.random() < 0.5:
            low = rng.randint(2, 999)
        gold = _digits_up_to(high) - _digits_up_to(low - 1)
        steps = 5 * len(str(high)) + (5 * len(str(low)) + 1 if low > 1 else 0)
        params = (low, high)
        return draft(rng, "all", params, _ALL, gold, steps=steps, low=low, next=low + 1, high=high)
    low, high = rng.randint(1, 999), rng.randint(1500, 9999)
    d = rng.choice((4, 5, 6, 7, 8, 11))
    gold = _residues(high, d)[0] - _residues(low - 1, d)[0]
    steps = 2 * d + 2 * len(str(high)) * d
    return draft(rng, "divisible", (low, high, d), _DIVISIBLE, gold, steps=steps, low=low, high=high, d=d)


def _digit_sum(n: int) -> int:
    return sum(int(digit) for digit in str(n))


def _digits_up_to(n: int) -> int:
    """Return the sum of all digits of 1..n, place by place."""
    total, place = 0, 1
    while place <= n:
        above, digit, below = n // (10 * place), n // place % 10, n % place
        total += above * 45 * place + digit * (digit - 1) // 2 * place + digit * (below + 1)
        place *= 10
    return total


def _residues(n: int, d: int) -> list[int]:
    """Count the numbers 0..n by the remainder of their digit sum, place by place."""
    free, edge = [0] * d, 0
    for digit in map(int, str(n)):
        following = [sum(free[(rest - x) % d] for x in range(10)) for rest in range(d)]
        for x in range(digit):
            following[(edge + x) % d] += 1
        free, edge = following, (edge + digit) % d
    free[edge] += 1
    return free
