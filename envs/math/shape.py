"""Two forms of trees for comparison: a canonical key, and a shape in which equal answers look alike."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from rlvr_gym.envs.math.exact import Tree, exact
from rlvr_gym.envs.math.words import UPRIGHT_UNITS

__all__ = ["as_quantity", "canonical", "shape", "split_unit"]

_FLIP = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_NAMES = {"sym", "call"}


def canonical(tree: Tree) -> tuple[Any, ...]:
    """Return a hashable key: trees with the same key are equal for every value of their symbols.

    Args:
        tree: from the parser.
    Returns: nested tuples; sums and products are flattened and sorted, rational parts evaluated.
    """
    value = exact(tree)
    if value is not None:
        return ("q", value.numerator, value.denominator)
    kind = tree[0]
    if kind in ("add", "neg", "mul", "div"):
        return _sum(tree) if kind == "add" else _product(tree)
    if kind in ("list", "set"):
        return (kind, *sorted((canonical(part) for part in tree[1:]), key=repr))
    return (kind, *(canonical(part) if isinstance(part, list) else part for part in tree[1:]))


def _sum(tree: Tree) -> tuple[Any, ...]:
    rational, stack = Fraction(0), list(tree[1:])
    rest: list[tuple[Any, ...]] = []
    while stack:
        part = stack.pop()
        value = exact(part)
        if value is not None:
            rational += value
        elif part[0] == "add":
            stack.extend(part[1:])
        else:
            rest.append(canonical(part))
    if rational == 0 and len(rest) == 1:
        return rest[0]
    return ("add", rational.numerator, rational.denominator, *sorted(rest, key=repr))


def _product(tree: Tree) -> tuple[Any, ...]:
    rational = Fraction(1)
    over: list[tuple[Any, ...]] = []
    under: list[tuple[Any, ...]] = []
    stack: list[tuple[Tree, bool]] = [(tree, True)]
    while stack:
        part, up = stack.pop()
        value = exact(part)
        if value is not None and (up or value != 0):
            rational = rational * value if up else rational / value
        elif part[0] == "neg":
            rational = -rational
            stack.append((part[1], up))
        elif part[0] == "mul":
            stack.extend((factor, up) for factor in part[1:])
        elif part[0] == "div":
            stack += [(part[1], up), (part[2], not up)]
        else:
            (over if up else under).append(canonical(part))
    if rational == 1 and len(over) == 1 and not under:
        return over[0]
    factors = tuple(sorted(over, key=repr)), tuple(sorted(under, key=repr))
    return ("mul", rational.numerator, rational.denominator, *factors)


def split_unit(tree: Tree) -> tuple[Tree, str]:
    """Take the unit off a quantity.

    Args:
        tree: from the parser.
    Returns: (quantity without unit, unit in lower case or ""; degrees are the unit "deg").
    """
    if tree[0] == "unit":
        unit = " ".join(str(tree[2]).lower().split())
        return tree[1], "deg" if unit in ("degree", "degrees") else unit
    if tree[0] == "deg":
        return tree[1], "deg"
    if tree[0] == "neg":
        inner, unit = split_unit(tree[1])
        return ["neg", inner], unit
    return tree, ""


def as_quantity(tree: Tree) -> Tree:
    """Read `15 m` as a number with a unit: for where the other side has one.

    Args:
        tree: from the parser.
    Returns: a tree with a unit where the last factor is the letter of one; else the same tree.
    """
    if tree[0] == "mul" and len(tree) == 3 and tree[2][0] == "sym" and tree[2][1] in UPRIGHT_UNITS:
        return ["unit", tree[1], tree[2][1]]
    return tree


def shape(tree: Tree) -> Tree:
    """Rewrite an answer so that answers that mean the same have the same outer node.

    Plus-minus becomes a list of two, an inequality in one symbol an interval, `x in S` becomes S.

    Args:
        tree: from the parser.
    Returns: a tree that may be the same one.
    """
    kind = tree[0]
    if kind == "pm":
        return _both(tree)
    if kind in ("add", "mul", "div", "neg") and _signs(tree) == 1:
        return ["list", _with_sign(tree, 1), _with_sign(tree, 2)]
    if kind in ("list", "set"):
        parts: list[Tree] = []
        for part in tree[1:]:
            inner = shape(_right_side(part))
            parts.extend(inner[1:] if inner[0] == "list" else [inner])
        return [kind, *parts]
    if kind == "rel":
        return _relation(tree)
    if kind in ("cup", "cap", "setminus"):
        return [kind, shape(tree[1]), shape(tree[2])]
    if kind in ("mul", "div", "neg"):
        return _scaled_matrix(tree)
    return tree


def _scaled_matrix(tree: Tree) -> Tree:
    """Take a factor of a matrix into its cells."""
    parts = tree[1:]
    places = [place for place, part in enumerate(parts) if part[0] == "matrix"]
    if len(places) != 1 or (tree[0] == "div" and places != [0]):
        return tree
    matrix = parts[places[0]]
    cells = [
        [tree[0], *parts[: places[0]], cell, *parts[places[0] + 1 :]] if len(parts) > 1 else [tree[0], cell]
        for cell in matrix[3:]
    ]
    return [*matrix[:3], *cells]


def _both(tree: Tree) -> Tree:
    zero = exact(tree[1]) == 0
    plus = tree[2] if zero else ["add", tree[1], tree[2]]
    minus = ["neg", tree[2]] if zero else ["add", tree[1], ["neg", tree[2]]]
    return ["list", plus, minus]


def _signs(tree: Tree) -> int:
    """Count the plus-minus signs in a sum or product."""
    if tree[0] == "pm":
        return 1 + _signs(tree[1]) + _signs(tree[2])
    return sum(map(_signs, tree[1:])) if tree[0] in ("add", "mul", "div", "neg") else 0


def _with_sign(tree: Tree, which: int) -> Tree:
    """Put plus (1) or minus (2) for plus-minus."""
    if tree[0] == "pm":
        return _both(tree)[which]  # type: ignore[no-any-return]  # trees are Any inside
    if tree[0] in ("add", "mul", "div", "neg"):
        return [tree[0], *(_with_sign(part, which) for part in tree[1:])]
    return tree


def _right_side(tree: Tree) -> Tree:
    """Return b of `name = b`; any other tree unchanged."""
    if tree[0] == "rel" and len(tree) == 4 and tree[2] == "=" and tree[1][0] in _NAMES:
        return tree[3]  # type: ignore[no-any-return]  # trees are Any inside
    return tree


def _relation(tree: Tree) -> Tree:
    if len(tree) == 4 and tree[2] == "in" and tree[1][0] == "sym":
        return shape(tree[3])
    if len(tree) == 4 and tree[2] == "=" and tree[1][0] in _NAMES:
        inner = shape(tree[3])
        if inner[0] == "list" and tree[3][0] != "list":  # a plus-minus
            return inner
    operators = tree[2::2]
    if len(tree) == 4 and operators[0] in _FLIP:
        left, op, right = tree[1:]
        if right[0] == "sym" and left[0] != "sym":
            left, op, right = right, _FLIP[op], left
        if left[0] == "sym" and right[0] != "sym":
            return _ray(op, right)
    if len(tree) == 6 and tree[3][0] == "sym" and operators[0] in _FLIP and operators[1] in _FLIP:
        low, first, _, second, high = tree[1:]
        if first[0] == second[0] == ">":
            low, first, second, high = high, _FLIP[second], _FLIP[first], low
        if first[0] == second[0] == "<":
            return ["seq", "[" if first == "<=" else "(", "]" if second == "<=" else ")", low, high]
    return tree


def _ray(op: str, end: Tree) -> Tree:
    infinity: Tree = ["const", "oo"]
    if op[0] == "<":
        return ["seq", "(", "]" if op == "<=" else ")", ["neg", infinity], end]
    return ["seq", "[" if op == ">=" else "(", ")", end, infinity]
