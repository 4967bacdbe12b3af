"""Written numbers as leaves of a tree: decimals, repeating decimals, other bases."""

from __future__ import annotations

from rlvr_gym.envs.math.exact import Tree
from rlvr_gym.envs.math.notation import Unreadable

__all__ = ["based", "number", "repeating"]

_BASES = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}


def number(text: str) -> Tree:
    """Read an integer or a decimal."""
    whole, dot, places = text.partition(".")
    if not dot:
        return ["int", int(whole)]
    return ["dec", int((whole + places) or "0"), len(places)]


def repeating(text: str) -> Tree:
    """Read a repeating decimal, marked by an overline or a dot."""
    fixed, _, cycle = text.replace("\\dot", "\\overline").partition("\\overline")
    digits = cycle.strip(" {}")
    whole, _, places = fixed.partition(".")
    nines = 10 ** len(digits) - 1
    scale = 10 ** len(places)
    start = int((whole + places) or "0")
    return ["rat", start * nines + int(digits), nines * scale]


def based(digits: str, base: str) -> Tree:
    """Read digits in a base, given as digits or as a word. Raises Unreadable for digits beyond the base."""
    radix = _BASES.get(base, int(base) if base.isascii() and base.isdigit() and len(base) < 3 else 0)
    if not 2 <= radix <= 36 or not digits.isdigit() or any(int(d) >= radix for d in digits):
        raise Unreadable("a number in a base that cannot be")
    return ["based", digits, radix]
