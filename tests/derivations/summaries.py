"""Statistics by other formulas: squares of differences over all pairs, sums of deviations, sorted ranks."""

from __future__ import annotations

from fractions import Fraction

from tests.derivations.common import Answer, Derivations, whole

__all__ = ["DERIVED"]


def spread(data: list[int]) -> Fraction:
    """The variance as half the mean squared difference of two values."""
    return Fraction(sum((x - y) ** 2 for x in data for y in data), 2 * len(data) ** 2)


def summary(name: str, data: list[int]) -> Fraction:
    ranked = sorted(data)
    middle = ranked[(len(data) - 1) // 2 : len(data) // 2 + 1]
    return {
        "mean": lambda: sum((Fraction(x, len(data)) for x in data), Fraction(0)),
        "median": lambda: Fraction(sum(middle), len(middle)),
        "mode": lambda: Fraction(max(set(data), key=data.count)),
        "range": lambda: Fraction(max(x - y for x in data for y in data)),
    }[name]()


def descriptive_statistics(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if "_minus_" in kind:
        what, other = kind.split("_minus_")
        return summary(what, p) - summary(other, p)
    if kind == "missing":
        # The deviations from the mean cancel.
        return p[0] - sum(x - p[0] for x in p[1:])
    if kind == "groups":
        return summary("mean", [x for count, x in zip(p[::2], p[1::2], strict=True) for _ in range(count)])
    if kind == "variance":
        return spread(p)
    if kind == "frequencies":
        return spread([x for x, count in zip(p[::2], p[1::2], strict=True) for _ in range(count)])
    if kind == "joined":
        a, x, v, b, y, w, c, z, u = p
        between = a * b * (x - y) ** 2 + a * c * (x - z) ** 2 + b * c * (y - z) ** 2
        return Fraction(a * v + b * w + c * u, a + b + c) + Fraction(between, (a + b + c) ** 2)
    return summary(kind, p)


DERIVED: Derivations = {"descriptive_statistics": descriptive_statistics}
