"""Judge one link of a chain: are two sides equal, or in order, in some reading that people use?

A percent sign may divide by a hundred or not; `3 * 4 = 12 + 5 = 17` may be a running total; a decimal is
right if it is less than one unit of its last place off (rounded up, down or to the nearest). What may be a
difference of units, or of rounding to a whole number, is not judged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from rlvr_gym.envs.math.exact import Tree, exact
from rlvr_gym.envs.math.notation import TooLarge
from rlvr_gym.envs.math.quantities import Side

__all__ = ["Claim", "judge_link", "quote", "show", "value_of", "wrong_reason"]

_FLOAT = Fraction(1, 10**12)  # relative error of a number that a calculator printed in full
_MAX_SHOWN = 40  # characters of a quoted expression
_MAX_BITS = 1500  # of a value, so that a step costs milliseconds whatever it says
_SUPPOSES = re.compile(
    r"\b(?:if|whether|suppose|assum\w*|until|when|while|need|must|should|check|want)\b", re.I
)
# Words of measures, and the factors by which one is turned into another.
_MEASURES = set(
    "second minute hour day week month year inch foot feet yard mile meter metre centimeter kilometer km cm "
    "mm m gram kilogram kg g mg pound lb ounce oz ton liter litre ml milliliter gallon quart pint cup cent "
    "dollar penny pennies quarter dime nickel degree sec min hr".split()
)
_MEASURES |= {f"{word}s" for word in _MEASURES} | {"inches"}
_FACTORS = {Fraction(n) for n in (3, 7, 12, 16, 24, 30, 36, 52, 60, 365, 1440, 1760, 3600, 5280)}
_FACTORS |= {Fraction(10) ** n for n in (2, 3, 4, 6)}


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim and its judgement.

    Args:
        kind: "annotation", "copy" (the number after an annotation), "equation" or "inequality".
        start, end: its place in the text.
        right: None where it is not judged.
        reason: in words, for a wrong claim.
        numbers: that its left side uses; empty for a single number.
        result: the value of its right side where that is a single number.
        pair: trees whose equality algebra could decide.
    """

    kind: str
    start: int
    end: int
    right: bool | None
    reason: str = ""
    numbers: tuple[Fraction, ...] = ()
    result: Fraction | None = None
    pair: tuple[Tree, Tree] | None = None


def value_of(tree: Tree) -> Fraction | None:
    """Return the exact value of a side. Raises TooLarge, before computing, where it may need many bits."""
    if _bits(tree) > _MAX_BITS:
        raise TooLarge(f"a value may have more than {_MAX_BITS} bits")
    return exact(tree)


def _bits(tree: Tree) -> int:
    """Return a bound of the bits of a value: those of a product of all its numbers."""
    kind = tree[0]
    if kind in ("int", "dec"):
        return max(1, int(tree[1]).bit_length()) + (4 * int(tree[2]) if kind == "dec" else 0)
    parts = [_bits(part) for part in tree[1:] if isinstance(part, list)]
    if kind == "pow":
        power = tree[2][1] if tree[2][0] == "neg" else tree[2]
        return parts[0] * (1 + int(power[1])) if power[0] == "int" else _MAX_BITS + 1
    if kind == "fact":
        return 12 * int(tree[1][1]) if tree[1][0] == "int" else _MAX_BITS + 1
    return sum(parts) + (400 if kind == "mixed" else 8)


def judge_link(text: str, left: Side, relation: str, right: Side, aside: bool) -> Claim:
    """Judge one relation between two sides.

    Args:
        text: the solution.
        left, right: from the reader.
        relation: "=", "~", "<", "<=", ">", ">=" or "!=".
        aside: the step speaks of what does not hold, or asks: nothing in it is wrong.
    Returns: the claim, judged as far as exact arithmetic goes.
    """
    kind = "equation" if relation in "=~" else "inequality"
    truth: bool | None
    try:
        a, b = value_of(left.tree), value_of(right.tree)
    except TooLarge:
        return Claim(kind, left.start, right.end, None)
    numbers = tuple(left.numbers) if left.places < 0 else ()
    if a is None or b is None:
        result = b if right.places >= 0 else None
        pair = (left.tree, right.tree) if relation == "=" and not aside and _is_algebra(left, right) else None
        return Claim(kind, left.start, right.end, None, "", numbers, result, pair)
    if kind == "inequality":
        truth = _compare(a, relation, b)
        supposed = _SUPPOSES.search(text, max(0, left.start - 80), left.start)
        doubt = aside or left.unit != right.unit or supposed is not None
    else:
        truth = _is_equal(left, a, right, b, relation)
        doubt = aside or _may_be_units(left, a, right, b)
    if truth is False and doubt:
        truth = None
    result = value_of(right.head) if truth and a != b and right.places < 0 else b
    reason = wrong_reason(text, left, a, relation, right) if truth is False else ""
    return Claim(kind, left.start, right.end, truth, reason, numbers, result)


def _is_algebra(left: Side, right: Side) -> bool:
    if left.decimals or right.decimals:
        return False
    return not (left.percent or right.percent or left.scaled or right.scaled or left.unit or right.unit)


def _compare(a: Fraction, relation: str, b: Fraction) -> bool:
    if relation in ("<", "<="):
        return a < b or (relation == "<=" and a == b)
    if relation in (">", ">="):
        return a > b or (relation == ">=" and a == b)
    return a != b


def _is_equal(left: Side, a: Fraction, right: Side, b: Fraction, relation: str) -> bool | None:
    """Tell whether two values are equal in some reading; None where rounding may hide the answer."""
    if a == b:
        return True
    if left.percent or right.percent:
        for one in _percent_readings(left.tree):
            for other in _percent_readings(right.tree):
                if one is not None and other is not None and _is_rounded(one, other, left, right, relation):
                    return True
    head = value_of(right.head)
    if right.places < 0 and head is not None and (head == a or _is_rounded(a, head, left, right, relation)):
        return True  # a running total: the next computation starts from this value
    return _is_rounded(a, b, left, right, relation)


def _is_rounded(a: Fraction, b: Fraction, left: Side, right: Side, relation: str) -> bool | None:
    if a == b:
        return True
    places = max(left.places, right.places)
    if places < 0:  # two computations: rounded numbers may have been put in
        near = right.decimals > 1 and abs(a - b) <= max(abs(a), abs(b)) / 100
        return None if near else False
    if abs(a - b) < Fraction(1, 10**places) and (places > 0 or relation == "~"):
        return True
    if places > 8 and abs(a - b) <= max(abs(a), abs(b)) * _FLOAT:
        return True
    if relation == "~":
        return None if abs(a - b) <= max(abs(a), abs(b)) / 20 else False
    whole = places == 0 and (b if right.places == 0 else a).denominator == 1
    return None if whole and abs(a - b) < 1 else False


def _percent_readings(tree: Tree) -> list[Fraction | None]:
    """Return the values of a side: percent as hundredths, percent as a unit, a change by a percentage."""
    try:
        return [value_of(tree), value_of(_without_percent(tree)), value_of(_as_change(tree))]
    except TooLarge:
        return []


def _without_percent(tree: Tree) -> Tree:
    if tree[0] == "pct":
        return _without_percent(tree[1])
    return [_without_percent(part) if isinstance(part, list) else part for part in tree]


def _as_change(tree: Tree) -> Tree:
    """Read a + 20% as a * (1 + 20%)."""
    if tree[0] != "add" or len(tree) != 3:
        return tree
    last = tree[2]
    sign, inner = (-1, last[1]) if last[0] == "neg" else (1, last)
    if inner[0] != "pct":
        return tree
    return ["mul", tree[1], ["add", ["int", 1], ["mul", ["int", sign], inner]]]


def _may_be_units(left: Side, a: Fraction, right: Side, b: Fraction) -> bool:
    """Tell whether a difference may be one of units: single numbers, words of scale, a known factor."""
    if left.scaled or right.scaled:
        return True
    if left.places >= 0 and (right.places >= 0 or left.unit):
        return True
    if left.unit == right.unit or not a or not b:
        return False
    if not (left.unit in _MEASURES or right.unit in _MEASURES):
        return False
    ratio = abs(a / b)
    return ratio in _FACTORS or 1 / ratio in _FACTORS


def wrong_reason(text: str, left: Side, a: Fraction, relation: str, right: Side) -> str:
    """Say in words why a link is wrong: "6*7 is 42, not 48"."""
    shown = quote(text, left)
    other = quote(text, right)
    if relation in "=~":
        return f"{shown} is {show(a)}, not {other}"
    return f"{shown} {relation} {other} does not hold"


def quote(text: str, side: Side) -> str:
    """Return a side as written, shortened."""
    words = " ".join(text[side.start : min(side.end, side.start + 200)].split()).removeprefix("\\(")
    return words if len(words) <= _MAX_SHOWN else words[: _MAX_SHOWN - 3] + "..."


def show(value: Fraction) -> str:
    """Return a number as people write it: whole, a short decimal, or a fraction."""
    if value.denominator == 1:
        digits = str(value.numerator) if value.numerator.bit_length() < 200 else ""
        return digits or "a very large number"
    scaled = value * 10**6
    if scaled.denominator == 1 and abs(scaled) < 10**18:
        return f"{float(value):.6f}".rstrip("0")
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > 40:
        return (
            f"about {float(value):.4g}"
            if value.numerator.bit_length() < 900 > value.denominator.bit_length()
            else "another number"
        )
    return f"{value.numerator}/{value.denominator}"
