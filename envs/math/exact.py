"""Exact rational values of trees, with limits set before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from rlvr_gym.envs.math.notation import TooLarge

__all__ = ["MAX_BITS", "Tree", "depth_of", "exact", "guard"]

Tree = list[Any]  # ["kind", parts...]: nested lists of strings and integers, nothing else

MAX_BITS = 14_000  # of a numerator or denominator
MAX_EXPONENT = 10_000
_MAX_FACTORIAL = 1_200


def depth_of(tree: Tree) -> int:
    """Count the levels of a tree of any depth, without recursion.

    Args:
        tree: nested lists.
    Returns: 1 for a leaf such as `["int", 5]`.
    """
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [part for node in level for part in node if isinstance(part, list)]
    return depth


def guard(tree: Tree) -> None:
    """Evaluate every rational part of a tree, so that none that is too large is ever sent on.

    Args:
        tree: from the parser.
    Raises: TooLarge: if some part exceeds `MAX_BITS`.
    """
    exact(tree)
    for part in tree[1:]:
        if isinstance(part, list):
            guard(part)
    if tree[0] == "pow":
        power = exact(tree[2])
        if power is not None and abs(power) > MAX_EXPONENT:
            raise TooLarge("an exponent is too large")


def exact(tree: Tree) -> Fraction | None:
    """Return the exact value of a tree, or None where it is no rational number that this module can see.

    Args:
        tree: from the parser.
    Returns: the value; None for symbols, roots, divisions by zero, tuples, ...
    Raises: TooLarge: before computing a number of more than `MAX_BITS` bits.
    """
    handler = _HANDLERS.get(tree[0])
    value: Fraction | None = None if handler is None else handler(tree)
    if value is not None and _bits(value) > MAX_BITS:
        raise TooLarge(f"a number has more than {MAX_BITS} bits")
    return value


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _all(parts: Sequence[Tree]) -> list[Fraction] | None:
    values = [exact(part) for part in parts]
    known = [value for value in values if value is not None]
    return known if len(known) == len(values) else None


def _dec(tree: Tree) -> Fraction | None:
    return Fraction(tree[1], 10 ** tree[2])


def _rat(tree: Tree) -> Fraction | None:
    return Fraction(tree[1], tree[2])


def _sci(tree: Tree) -> Fraction | None:
    if abs(tree[2]) > MAX_EXPONENT // 3:
        raise TooLarge("an exponent is too large")
    value = exact(tree[1])
    return None if value is None else value * Fraction(10) ** tree[2]


def _mixed(tree: Tree) -> Fraction | None:
    return Fraction(tree[1]) + Fraction(tree[2], tree[3])


def _neg(tree: Tree) -> Fraction | None:
    value = exact(tree[1])
    return None if value is None else -value


def _add(tree: Tree) -> Fraction | None:
    values = _all(tree[1:])
    if values is None:
        return None
    total = Fraction(0)
    for value in values:
        total += value
        if _bits(total) > MAX_BITS:
            raise TooLarge(f"a number has more than {MAX_BITS} bits")
    return total


def _mul(tree: Tree) -> Fraction | None:
    values = _all(tree[1:])
    if values is None:
        return None
    product = Fraction(1)
    for value in values:
        product *= value
        if _bits(product) > MAX_BITS:
            raise TooLarge(f"a number has more than {MAX_BITS} bits")
    return product


def _div(tree: Tree) -> Fraction | None:
    values = _all(tree[1:])
    return None if values is None or values[1] == 0 else values[0] / values[1]


def _pow(tree: Tree) -> Fraction | None:
    values = _all(tree[1:])
    if values is None:
        return None
    base, power = values
    if abs(power) > MAX_EXPONENT:
        raise TooLarge("an exponent is too large")
    if power.denominator != 1 or (base == 0 and power <= 0):
        return None
    if abs(power) * max(1, _bits(base)) > 2 * MAX_BITS:
        raise TooLarge(f"a number has more than {MAX_BITS} bits")
    return Fraction(base) ** int(power)


def _pct(tree: Tree) -> Fraction | None:
    value = exact(tree[1])
    return None if value is None else value / 100


def _fact(tree: Tree) -> Fraction | None:
    value = exact(tree[1])
    if value is None or value.denominator != 1 or value < 0:
        return None
    if value > _MAX_FACTORIAL:
        raise TooLarge("a factorial is too large")
    return Fraction(math.factorial(int(value)))


def _abs(tree: Tree) -> Fraction | None:
    value = exact(tree[1])
    return None if value is None else abs(value)


def _based(tree: Tree) -> Fraction | None:
    return Fraction(int(tree[1], tree[2]))


def _fn(tree: Tree) -> Fraction | None:
    name = tree[1]
    if name not in ("floor", "ceil", "gcd", "lcm", "max", "min", "binom", "mod"):
        return None
    values = _all(tree[2:])
    if values is None:
        return None
    if name in ("floor", "ceil"):
        return Fraction(math.floor(values[0]) if name == "floor" else math.ceil(values[0]))
    if name in ("max", "min"):
        return max(values) if name == "max" else min(values)
    if any(value.denominator != 1 for value in values):
        return None
    whole = [int(value) for value in values]
    if name == "binom":
        return _binomial(whole[0], whole[1])
    if name == "mod":
        return Fraction(whole[0] % whole[1]) if whole[1] else None
    return Fraction(math.gcd(*whole) if name == "gcd" else math.lcm(*whole))


def _binomial(top: int, low: int) -> Fraction | None:
    if top < 0 or low < 0:
        return None
    if (
        min(low, max(0, top - low)) > _MAX_FACTORIAL
        or top.bit_length() * min(low, abs(top - low)) > 10 * MAX_BITS
    ):
        raise TooLarge("a binomial coefficient is too large")
    return Fraction(math.comb(top, low))


_HANDLERS: dict[str, Any] = {
    "int": lambda tree: Fraction(tree[1]),
    "dec": _dec,
    "rat": _rat,
    "sci": _sci,
    "mixed": _mixed,
    "neg": _neg,
    "add": _add,
    "mul": _mul,
    "div": _div,
    "pow": _pow,
    "pct": _pct,
    "fact": _fact,
    "abs": _abs,
    "based": _based,
    "fn": _fn,
}
