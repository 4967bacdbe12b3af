"""Congruences, last digits and sequences modulo m, by trying every number and by whole powers."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tests.derivations.common import Answer, Derivations, whole

__all__ = ["DERIVED"]


def modular_arithmetic(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    m = p[-1]
    if kind == "linear":
        return next(x for x in range(m) if (p[0] * x - p[1]) % m == 0)
    if kind.startswith("system"):
        count = (len(p) - 1) // 2
        rests, moduli = p[1 : 1 + count], p[1 + count :]
        step = moduli[-1]
        return next(
            x
            for x in range(rests[-1], math.prod(moduli), step)
            if all(
                ((p[0] if i == 0 else 1) * x - r) % n == 0
                for i, (r, n) in enumerate(zip(rests, moduli, strict=True))
            )
        )
    if kind == "tower":
        value = p[0]
        for _ in range(p[2]):
            value = repeated(value, p[1], m)
        return value
    value = {
        "product": lambda: p[0] * p[1],
        "difference": lambda: p[0] - p[1],
        "sum_of_products": lambda: p[0] * p[1] + p[2] * p[3],
        "difference_of_products": lambda: p[0] * p[1] - p[2] * p[3],
        "cubic": lambda: p[0] * (p[0] * p[0] + p[1]) + p[2],
        "power": lambda: p[0] ** p[1],
        "two_powers": lambda: p[0] ** p[1] + p[2] ** p[3],
    }[kind]()
    return value - m * (value // m)


def repeated(a: int, exponent: int, m: int) -> int:
    value = 1
    for _ in range(exponent):
        value = value * a % m
    return value


def last_digits(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "tower":
        value = p[0]
        for _ in range(p[2]):
            value = repeated(value, p[1], 100)
        return value
    if kind == "last_two":
        return repeated(p[0], p[1], 100)
    value = {
        "product": lambda: p[0] * p[1] * p[2],
        "product_plus": lambda: p[0] * p[1] + p[2],
        "power": lambda: p[0] ** p[1],
        "product_of_powers": lambda: p[0] ** p[1] * p[2] ** p[3],
    }.get(kind, lambda: p[0] ** p[1] + p[2] ** p[3])()
    return int(str(value)[-3 if kind == "last_three" else -1 :])


def recurrences_modulo(kind: str, params: list[str]) -> Answer:
    *p, n, m = whole(params)
    terms = [term for term, _ in zip(residues(kind, p, m), range(n), strict=False)]
    return terms.count(0) if kind == "zeros" else terms[-1]


def residues(kind: str, p: list[int], m: int) -> Iterator[int]:
    """The terms modulo m one by one, without looking for a period."""
    a, b = p[0] % m, p[1] % m
    while True:
        yield a
        if kind == "squares":
            a = (a * a + p[1]) % m
        elif kind == "affine":
            a = (p[1] * a + p[2]) % m
        else:
            a, b = b, (p[2] * b + p[3] * a) % m


DERIVED: Derivations = {
    "last_digits": last_digits,
    "modular_arithmetic": modular_arithmetic,
    "recurrences_modulo": recurrences_modulo,
}
