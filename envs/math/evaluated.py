"""Tell a worked-out exact answer from a formula with numbers put in, for procedural tasks.

`\\frac{16 - \\sqrt{88}}{6}` is an answer; `\\frac{16 - \\sqrt{16^2 - 4 \\cdot 3 \\cdot 14}}{2 \\cdot 3}` is
the quadratic formula, with which the work has only begun.
"""

from __future__ import annotations

import math
from typing import Any

from rlvr_gym.envs.math.compare import is_plain_number
from rlvr_gym.envs.math.exact import Tree, exact
from rlvr_gym.envs.math.shape import canonical, shape, split_unit

__all__ = ["elements", "has_unknowns", "is_evaluated"]


def elements(tree: Tree) -> list[Tree]:
    """Return what an answer is made of: the members of a list, set, union, tuple or matrix, or itself.

    Args:
        tree: from the parser.
    Returns: expressions, their units and the names they are given (`x = ...`) taken off.
    """
    tree = shape(tree)
    kind = tree[0]
    if kind == "rel":
        return elements(tree[-1])
    if kind in ("seq", "matrix"):
        return [inner for part in tree[3:] for inner in elements(part)]
    if kind in ("list", "set", "cup", "cap", "ratio"):
        return [inner for part in tree[1:] for inner in elements(part)]
    return [split_unit(tree)[0]]


def has_unknowns(tree: Tree) -> bool:
    """Tell whether a symbol or an unknown function stands in a tree."""
    if tree[0] in ("sym", "call"):
        return True
    return any(has_unknowns(part) for part in tree[1:] if isinstance(part, list))


def is_evaluated(tree: Tree) -> bool:
    """Tell whether no arithmetic between numbers is left undone in an expression without unknowns.

    Rational parts must be plain numbers; a sum holds one rational term and no like terms; a product one
    rational factor above and one below the line; radicands of square roots are no squares.

    Args:
        tree: one of `elements`.
    """
    if exact(tree) is not None:
        return is_plain_number(tree)
    kind = tree[0]
    if kind in ("const", "sym"):
        return True
    if kind in ("add", "pm", "neg"):
        return _is_evaluated_sum(tree)
    if kind in ("mul", "div"):
        return _is_evaluated_product(tree)
    if kind == "root":
        return _is_whole(tree[1]) and is_evaluated(tree[2]) and not _is_square(tree)
    if kind == "pow":
        power = exact(tree[2])
        if power is not None and power.denominator == 1 and tree[1][0] not in ("const", "sym"):
            return False
        return is_evaluated(tree[1]) and is_evaluated(tree[2])
    return False


def _is_whole(tree: Tree) -> bool:
    return bool(tree[0] == "int")


def _is_square(root: Tree) -> bool:
    degree, value = exact(root[1]), exact(root[2])
    if degree != 2 or value is None or value < 0:
        return False
    return all(math.isqrt(part) ** 2 == part for part in (value.numerator, value.denominator))


def _is_evaluated_sum(tree: Tree) -> bool:
    terms: list[Tree] = []
    stack: list[Tree] = [tree]
    while stack:
        part = stack.pop()
        if part[0] == "neg" and part[1][0] == "neg":
            return False
        if part[0] in ("add", "pm", "neg") and exact(part) is None:
            stack.extend(part[1:])
        else:
            terms.append(part)
    if not all(map(is_evaluated, terms)):
        return False
    kinds = [_without_coefficient(term) for term in terms]
    return len(set(kinds)) == len(kinds)


def _without_coefficient(term: Tree) -> tuple[Any, ...]:
    key = canonical(term)
    if key[0] == "q":
        return ("q",)
    if key[0] == "mul":
        over, under = key[3], key[4]
        return over[0] if len(over) == 1 and not under else ("mul", over, under)
    return key


def _is_evaluated_product(tree: Tree) -> bool:
    over: list[Tree] = []
    under: list[Tree] = []
    stack: list[tuple[Tree, bool]] = [(tree, True)]
    while stack:
        part, up = stack.pop()
        if exact(part) is not None or part[0] not in ("mul", "div"):
            (over if up else under).append(part)
        elif part[0] == "mul":
            stack.extend((factor, up) for factor in part[1:])
        else:
            stack += [(part[1], up), (part[2], not up)]
    above = [part for part in over if exact(part) is not None]
    below = [part for part in under if exact(part) is not None]
    if len(above) > 1 or len(below) > 1:
        return False
    if (
        above
        and below
        and not all(_is_whole(part[1] if part[0] == "neg" else part) for part in above + below)
    ):
        return False
    return all(map(is_evaluated, over)) and all(map(is_evaluated, under))
