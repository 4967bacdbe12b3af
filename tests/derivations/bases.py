"""Sums of digits number by number, and other bases by Horner's rule and subtraction of powers."""

from __future__ import annotations

from tests.derivations.common import Answer, Derivations, whole

__all__ = ["DERIVED"]


def in_base(n: int, base: int) -> str:
    top = max(k for k in range(40) if base**k <= max(n, 1))
    digits = ""
    for k in range(top, -1, -1):
        digits += str(n // base**k)
        n %= base**k
    return f"{digits}_{base}"


def base_arithmetic(kind: str, params: list[str]) -> Answer:
    if kind == "unknown_base":
        return next(base for base in range(6, 99) if int(params[1]) == horner(params[0], base))
    p = whole(params)
    if kind == "three_bases":
        return in_base(sum([p[0]] * p[1]) + p[2], p[-1])
    if kind in ("product", "product_in_two_bases"):
        return in_base(sum([p[0]] * p[1]), p[-1])
    if kind == "product_and_sum":
        return in_base(sum([p[0]] * p[1], p[2]), p[-1])
    if kind == "difference":
        return in_base(p[0] - p[1], p[-1])
    count = {"sum": 2, "sum_in_two_bases": 2, "converted": 1}.get(kind, 3)
    return in_base(sum(p[:count]), p[-1])


def horner(digits: str, base: int) -> int:
    value = 0
    for digit in digits:
        value = value * base + int(digit)
    return value


def digit_sum(n: int) -> int:
    total = 0
    while n:
        n, digit = divmod(n, 10)
        total += digit
    return total


def digit_sums(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "alternating":
        return sum(p[0] // 10**k % 10 * (-1) ** k for k in range(len(params[0])))
    if kind == "with_sum":
        return sum(digit_sum(n) == p[1] for n in range(1, p[0] + 1))
    if kind == "all":
        return sum(map(digit_sum, range(p[0], p[1] + 1)))
    if kind == "divisible":
        return sum(digit_sum(n) % p[2] == 0 for n in range(p[0], p[1] + 1))
    return digit_sum(
        {"plain": lambda: p[0], "of_product": lambda: p[0] * p[1]}.get(kind, lambda: 10 ** p[0] - p[1])()
    )


DERIVED: Derivations = {"base_arithmetic": base_arithmetic, "digit_sums": digit_sums}
