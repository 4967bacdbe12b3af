"""Exact comparison of trees on the trusted side: equal, unequal, or a question for the sandbox."""

from __future__ import annotations

from collections import Counter

from rlvr_gym.envs.math.exact import Tree, exact
from rlvr_gym.envs.math.shape import canonical, shape, split_unit

__all__ = ["aligned", "compare", "is_closed", "is_plain_number"]

_EXPRESSIONS = {
    *("int", "dec", "rat", "sci", "mixed", "sym", "const", "neg", "add", "mul", "div", "pow", "fact", "pct"),
    *("deg", "root", "abs", "fn", "call"),
}
_INFINITIES = (("const", "oo"), ("mul", -1, 1, (("const", "oo"),), ()))


def compare(gold: Tree, found: Tree) -> bool | None:
    """Compare two answers as far as that is possible without algebra.

    Args:
        gold: tree of the hidden answer.
        found: tree of the response's answer.
    Returns: True or False where that is certain, None where algebra must decide.
    """
    return _same(*aligned(gold, found))


def aligned(gold: Tree, found: Tree) -> tuple[Tree, Tree]:
    """Bring two answers to the shape in which they are compared, here and by algebra.

    Args:
        gold: tree of the hidden answer.
        found: tree of the response's answer.
    Returns: both; names (`x = ...`) are taken off where only one side has one, lists and sets made alike.
    """
    gold, found = shape(gold), shape(found)
    if gold[0] == "rel" and found[0] != "rel" and _names_value(gold):
        gold = shape(gold[3])
    elif found[0] == "rel" and gold[0] != "rel" and _names_value(found):
        found = shape(found[-1])
    if gold[0] == "list" and found[0] == "set":
        found = ["list", *found[1:]]
    if gold[0] == "set" and found[0] == "list":
        found = ["set", *found[1:]]
    return gold, found


def _names_value(tree: Tree) -> bool:
    return len(tree) == 4 and tree[2] == "=" and tree[1][0] in ("sym", "call", "text")


def _same(gold: Tree, found: Tree) -> bool | None:
    gold, unit = split_unit(gold)
    found, other = split_unit(found)
    if unit and other and _unit_key(unit) != _unit_key(other):
        return False
    if canonical(gold) == canonical(found):
        return _finite(gold)
    left, right = exact(gold), exact(found)
    if left is not None and right is not None:
        return left == right
    if gold[0] in _EXPRESSIONS and found[0] in _EXPRESSIONS:
        if canonical(gold) in _INFINITIES or canonical(found) in _INFINITIES:
            return False
        return None
    if gold[0] != found[0]:
        return False
    if gold[0] == "rel":
        return None if gold[2] == found[2] and len(gold) == len(found) else False
    if gold[0] == "seq":
        return _in_order(gold[3:], found[3:]) if gold[1:3] == found[1:3] else False
    if gold[0] == "matrix":
        return _in_order(gold[3:], found[3:]) if gold[1:3] == found[1:3] else False
    if gold[0] == "ratio":
        return _in_order(gold[1:], found[1:])
    if gold[0] == "set":
        return _any_order(_distinct(gold[1:]), _distinct(found[1:]))
    if gold[0] in ("list", "cup", "cap"):
        return _any_order(gold[1:], found[1:])
    return False


def _finite(tree: Tree) -> bool:
    """Equal keys mean equal answers unless both divide by zero."""
    if tree[0] == "div" and exact(tree[2]) == 0:
        return False
    return all(_finite(part) for part in tree[1:] if isinstance(part, list))


def _unit_key(unit: str) -> str:
    return unit.replace(" ", "").rstrip("s.")


def _in_order(gold: list[Tree], found: list[Tree]) -> bool | None:
    if len(gold) != len(found):
        return False
    answers = [_same(left, right) for left, right in zip(gold, found, strict=True)]
    return False if False in answers else None if None in answers else True


def _distinct(items: list[Tree]) -> list[Tree]:
    return list({canonical(item): item for item in items}.values())


def _any_order(gold: list[Tree], found: list[Tree]) -> bool | None:
    if len(gold) != len(found):
        return False
    left, right = Counter(map(canonical, gold)), Counter(map(canonical, found))
    only_left, only_right = list((left - right).elements()), list((right - left).elements())
    if not only_left and not only_right:
        return all(map(_finite, gold))
    exact_left = sum(key[0] == "q" for key in only_left)
    exact_right = sum(key[0] == "q" for key in only_right)
    if exact_left == len(only_left) and exact_right == len(only_right):
        return False
    if only_left[0][0] in ("seq", "matrix", "text") and not any(k[0] == "seq" for k in only_right):
        return False
    return None


def is_plain_number(tree: Tree) -> bool:
    """Tell whether a tree is a number as an evaluated answer is written.

    Those are: integer, decimal, repeating decimal, fraction in lowest terms, mixed number, percentage,
    scientific notation; each with an optional sign.

    Args:
        tree: from the parser, its unit taken off.
    """
    kind = tree[0]
    if kind in ("int", "dec", "rat", "sci", "mixed"):
        return True
    if kind in ("neg", "pct"):
        return tree[1][0] != kind and is_plain_number(tree[1])
    if kind == "div":
        signs = [part[1] if part[0] == "neg" else part for part in tree[1:]]
        value = exact(tree)
        if any(part[0] != "int" for part in signs) or value is None:
            return False
        return value.denominator == signs[1][1] and value.denominator > 1
    return _is_scientific(tree)


def _is_scientific(tree: Tree) -> bool:
    if tree[0] != "mul" or len(tree) != 3:
        return False
    if tree[2][0] == "int" and tree[2][1] in (12, 100, 1000, 10**6, 10**9, 10**12):
        return tree[1][0] in ("int", "dec") and tree[2][1] >= 10**6
    return tree[1][0] in ("int", "dec") and tree[2][0] == "pow" and tree[2][1] == ["int", 10]


def is_closed(tree: Tree) -> bool:
    """Tell whether a tree is a number up to products, quotients and powers, for dataset answers.

    Sums, roots, factorials, binomials and functions are computations that were left undone.

    Args:
        tree: from the parser, its unit taken off.
    """
    if is_plain_number(tree):
        return True
    if tree[0] in ("neg", "mul", "div", "pct", "abs"):
        return all(is_closed(part) for part in tree[1:])
    if tree[0] == "pow":
        return all(is_closed(part) for part in tree[1:])
    return False
