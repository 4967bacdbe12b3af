"""Stories checked by trying ages, counting things at the till one by one, and replaying journeys in small steps."""

from __future__ import annotations

import itertools
from fractions import Fraction

from tests.derivations.common import Answer, Derivations, whole

__all__ = ["DERIVED"]


def ages(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind in ("later", "earlier"):
        a, d, t = p
        return sum((a, d, t if kind == "later" else -t))
    who, *numbers = p
    everyone = range(1, 130)
    found: list[tuple[int, ...]] = []
    for a, b in itertools.product(everyone, everyone):
        if kind == "chain":
            d, e, total_age = numbers
            if a - b == d and total_age - a - b == b - e > 0:
                found.append((a, b, b - e))
        elif kind == "ratio":
            if (numbers[0] * b, numbers[1]) == (a, a + b):
                found.append((a, b))
        elif kind == "future":
            m, t, k = numbers
            if a == m * b and a + t == k * (b + t):
                found.append((a, b))
        elif kind in ("past_and_future", "three"):
            t, m, u, k, *total = numbers
            if b <= t or a - t != m * (b - t):
                continue
            if kind == "three":
                c = total[0] - a - b
                if c > 0 and c + u == k * (b + u):
                    found.append((a, b, c))
            elif a + u == k * (b + u):
                found.append((a, b))
    (only,) = found
    return only[who]


def till(count: int, price: Fraction, group: int = 0) -> Fraction:
    """Pay for the things one by one; the last of every complete group is free."""
    return sum((price for i in range(1, count + 1) if not (group and i % group == 0)), Fraction(0))


def less(percent: int, price: Fraction | int) -> Fraction:
    return price - price * Fraction(percent, 100)


def shopping(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind in ("total", "change"):
        bill = till(p[0], Fraction(p[1])) + till(p[2], Fraction(p[3]))
        return bill if kind == "total" else p[5] - (bill - p[4])
    if kind == "discount":
        a, price, d, b, other, more = p
        return till(a, less(d, price)) + till(b, Fraction(other)) + more
    a, price, group, b, other, d = p[:6]
    first = less(d, till(a, Fraction(price), group) + till(b, Fraction(other)))
    if kind == "offer":
        return first
    price, other, f, fee = p[6:]
    return first - (till(a, Fraction(price)) + till(b, less(f, other)) + fee)


def rates(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "distance":
        return sum(p[1] for _ in range(p[0])) + sum(p[3] for _ in range(p[2]))
    if kind == "mean_speed":
        s, u, t, v = p
        return Fraction((s + t) * u * v, s * v + t * u)
    if kind == "chase":
        u, v, m = p
        # Both have gone the same way: u x = v (x - m).
        return Fraction(v * m, v - u)
    if kind == "meeting":
        d, u, v, m = p
        # u x + v (x - m) = 60 d, with x in minutes.
        return Fraction(60 * d + v * m, u + v)
    a, b, c, h = p
    if kind == "work":
        # x / a + (x - h) / b + (x - h) / c = 1, times a b c.
        return Fraction(a * b * c + h * a * c + h * a * b, b * c + a * c + a * b)
    # x / a + h / b - x / c = 1, times a b c.
    return Fraction(a * b * c - h * a * c, b * c - a * b)


DERIVED: Derivations = {"ages": ages, "rates": rates, "shopping": shopping}
