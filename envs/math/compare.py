"""Exact comparison of trees on the trusted side: equal, unequal, or a question for the sandbox."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rlvr_gym.envs.math.algebra import equal, same_equation
from rlvr_gym.envs.math.exact import Tree, exact
from rlvr_gym.envs.math.numeric import differ
from rlvr_gym.envs.math.polynomials import started
from rlvr_gym.envs.math.realsets import as_real_set, looks_like_set
from rlvr_gym.envs.math.shape import canonical, shape, split_unit
from rlvr_gym.envs.math.units import unit_of

__all__ = ["aligned", "assignments", "compare", "is_closed", "is_plain_number", "names_quantity"]

_EXPRESSIONS = {
    *("int", "dec", "rat", "sci", "mixed", "sym", "const", "neg", "add", "mul", "div", "pow", "fact", "pct"),
    *("deg", "root", "abs", "fn", "call"),
}
_INFINITIES = (("const", "oo"), ("mul", -1, 1, (("const", "oo"),), ()))
_NAMES = ("sym", "call", "text")
_MAX_MATCHED = 16  # items that are compared each with each


def compare(gold: Tree, found: Tree) -> bool | None:
    """Compare two answers as far as that is possible without the sandbox.

    Args:
        gold: tree of the hidden answer.
        found: tree of the response's answer.
    Returns: True or False where that is certain, None where algebra must decide.
    """
    started()
    return _same(*aligned(gold, found))


def aligned(gold: Tree, found: Tree) -> tuple[Tree, Tree]:
    """Bring two answers to the shape in which they are compared, here and by algebra.

    Args:
        gold: tree of the hidden answer.
        found: tree of the response's answer.
    Returns: both; names (`x = ...`) are taken off where only one side has one, lists and sets made alike.
    """
    assigned = _assigned(gold, found)
    if assigned is not None:
        return assigned
    if looks_like_set(gold) or looks_like_set(found):
        ours, theirs = as_real_set(gold), as_real_set(found)
        if ours is not None and theirs is not None:
            return _named_sets(ours, theirs)
    gold, found = shape(gold), shape(found)
    if gold[0] == "rel" and found[0] != "rel" and _names_value(gold):
        gold = shape(gold[3])
    elif found[0] == "rel" and gold[0] != "rel" and _names_value(found):
        found = shape(found[-1])
    if gold[0] == "list" and found[0] == "seq" and found[1:3] == ["(", ")"]:
        gold = ["seq", "(", ")", *gold[1:]]  # 1, 2, 3 and (1, 2, 3): the same in the same order
    if gold[0] == "seq" and found[0] == "list" and gold[1:3] == ["(", ")"] and len(gold) > 5:
        found = ["seq", "(", ")", *found[1:]]  # two numbers could be the ends of an interval
    if gold[0] == "list" and found[0] == "set":
        found = ["list", *found[1:]]
    if gold[0] == "set" and found[0] == "list" and len(_distinct(found[1:])) == len(found) - 1:
        found = ["set", *found[1:]]
    return gold, found


def _named_sets(ours: tuple[str, Tree], theirs: tuple[str, Tree]) -> tuple[Tree, Tree]:
    """Conditions on different unknowns are different answers."""
    if ours[0] and theirs[0] and ours[0] != theirs[0]:
        return ["text", ours[0]], ["text", theirs[0]]
    return ours[1], theirs[1]


def _assigned(gold: Tree, found: Tree) -> tuple[Tree, Tree] | None:
    """Align values of several unknowns: `x = 1, y = 2` with `(x, y) = (1, 2)`, `(1, 2)` or `1, 2`."""
    ours, theirs = assignments(gold), assignments(found)
    if ours is None and theirs is None:
        return None
    if ours is not None and theirs is not None:
        if ours.keys() != theirs.keys():
            return ["text", "some"], ["text", "others"]
        return ["seq", "(", ")", *ours.values()], ["seq", "(", ")", *(theirs[name] for name in ours)]
    known, other = (ours, found) if ours is not None else (theirs, gold)
    assert known is not None
    if other[0] == "seq" and other[1:3] == ["(", ")"]:
        values = other[3:]
    elif other[0] == "list" and not any(part[0] in ("rel", "seq") for part in other[1:]):
        values = other[1:]
    else:
        return None
    written = gold if ours is not None else found
    names = sorted(known) if written[0] == "list" else list(known)
    named: Tree = ["seq", "(", ")", *(known[name] for name in names)]
    bare: Tree = ["seq", "(", ")", *values]
    return (named, bare) if ours is not None else (bare, named)


def assignments(tree: Tree) -> dict[str, Tree] | None:
    """Read the values of several different unknowns.

    Args:
        tree: from the parser.
    Returns: values by name, in the order given; None for anything else, also for solutions of one unknown.
    """
    if tree[0] == "rel" and len(tree) == 4 and tree[2] == "=" and tree[1][0] == tree[3][0] == "seq":
        names, values = tree[1][3:], tree[3][3:]
    elif tree[0] in ("list", "seq"):
        parts = tree[1:] if tree[0] == "list" else tree[3:]
        if not all(part[0] == "rel" and len(part) == 4 and part[2] == "=" for part in parts):
            return None
        sides = [(part[1], part[3]) if part[1][0] == "sym" else (part[3], part[1]) for part in parts]
        names, values = [one for one, _ in sides], [other for _, other in sides]
    else:
        return None
    if len(names) != len(values) or any(name[0] != "sym" for name in names):
        return None
    letters = {str(name[1]).partition("_")[0] for name in names}
    if len({name[1] for name in names}) != len(names) or len(letters) != len(names):
        return None
    return {str(name[1]): value for name, value in zip(names, values, strict=True)}


def _names_value(tree: Tree) -> bool:
    """Tell whether an equation only says what its left side is worth."""
    if len(tree) != 4 or tree[2] != "=":
        return False
    return tree[1][0] in _NAMES or (names_quantity(tree[1]) and not _symbols(tree[3]) and exact(tree[3]) != 0)


def names_quantity(tree: Tree) -> bool:
    """Tell whether a left side names what is asked for, as p + q and m/n do; x + 3 is to be solved."""
    named = tree[1] if tree[0] == "pow" and tree[1][0] == "fn" else tree
    return named[0] in (*_NAMES, "abs", "fn") or len(_symbols(tree)) > 1


def _symbols(tree: Tree) -> set[str]:
    own = {str(tree[1])} if tree[0] in ("sym", "call") else set()
    return own.union(*(_symbols(part) for part in tree[1:] if isinstance(part, list)))


def _same(gold: Tree, found: Tree) -> bool | None:
    gold, unit, found, other = _without_units(gold, found)
    if unit and other:
        ours, theirs = unit_of(unit), unit_of(other)
        if ours.dimensions != theirs.dimensions:
            return False
        if ours.size != theirs.size:
            ratio = theirs.size / ours.size
            found = ["mul", ["rat", ratio.numerator, ratio.denominator], found]
    if canonical(gold) == canonical(found):
        return _finite(gold)
    left, right = exact(gold), exact(found)
    if left is not None and right is not None:
        return left == right
    if gold[0] in _EXPRESSIONS and found[0] in _EXPRESSIONS:
        return _same_expressions(gold, found)
    if {gold[0], found[0]} == {"seq", "sym"} or gold[0] != found[0]:
        return _ratio_as_fraction(gold, found)
    if gold[0] == "rel":
        return _same_relations(gold, found)
    if gold[0] in ("seq", "matrix"):
        return _in_order(gold[3:], found[3:]) if gold[1:3] == found[1:3] else False
    if gold[0] == "ratio":
        return _same_ratios(gold[1:], found[1:])
    if gold[0] == "cong":
        return _same_congruences(gold, found)
    if gold[0] == "set":
        return _any_order(_distinct(gold[1:]), _distinct(found[1:]))
    if gold[0] in ("list", "cup", "cap", "and"):
        return _any_order(gold[1:], found[1:])
    if gold[0] == "setminus":
        return _in_order(gold[1:], found[1:])
    return False


def _without_units(gold: Tree, found: Tree) -> tuple[Tree, str, Tree, str]:
    """Take units off; degrees stay where only one side has them and pi stands there: 30 degrees are pi/6."""
    (bare, unit), (other, second) = split_unit(gold), split_unit(found)
    if "deg" in (unit, second) and unit != second and (_has_pi(gold) or _has_pi(found)):
        return gold, "", found, ""
    return bare, unit, other, second


def _has_pi(tree: Tree) -> bool:
    return tree == ["const", "pi"] or any(_has_pi(part) for part in tree[1:] if isinstance(part, list))


def _same_expressions(gold: Tree, found: Tree) -> bool | None:
    if canonical(gold) in _INFINITIES or canonical(found) in _INFINITIES:
        return False
    if not _finite(found) or _functions(gold) != _functions(found) or differ(gold, found):
        return False
    return equal(gold, found, again=True)


def _functions(tree: Tree) -> set[str]:
    """Return the names of the unknown functions in a tree: none of them is any other expression."""
    own = {str(tree[1])} if tree[0] == "call" else set()
    return own.union(*(_functions(part) for part in tree[1:] if isinstance(part, list)))


def _same_relations(gold: Tree, found: Tree) -> bool | None:
    if gold[2] != found[2] or len(gold) != len(found):
        return False
    if len(gold) != 4 or gold[2] != "=":
        return None
    renamed = _same_functions(gold, found)
    if renamed is not None:
        return renamed
    if canonical(gold[1]) == canonical(found[1]):
        return _same(gold[3], found[3])
    return same_equation((gold[1], gold[3]), (found[1], found[3]))


def _same_functions(gold: Tree, found: Tree) -> bool | None:
    """Compare f(n) = ... with f(x) = ...: the argument of a definition may have any name."""
    if not gold[1][0] == found[1][0] == "call" or gold[1][1] != found[1][1]:
        return None
    ours, theirs = gold[1][2:], found[1][2:]
    if ours == theirs or len(ours) != len(theirs) or any(part[0] != "sym" for part in ours + theirs):
        return None
    names = {new[1]: old[1] for old, new in zip(ours, theirs, strict=True)}
    if len(names) != len(theirs) or any(old in names and names[old] != old for old in names.values()):
        return None
    return _same(gold[3], _renamed(found[3], names))


def _renamed(tree: Tree, names: dict[str, str]) -> Tree:
    if tree[0] == "sym":
        return ["sym", names.get(tree[1], tree[1])]
    return [_renamed(part, names) if isinstance(part, list) else part for part in tree]


def _same_ratios(gold: list[Tree], found: list[Tree]) -> bool | None:
    """Compare 5:8 with 10:16: each part over the first is the same."""
    if len(gold) != len(found) or any(exact(part) == 0 for part in (*gold, *found)):
        return _in_order(gold, found)
    return _in_order([["div", part, gold[0]] for part in gold], [["div", part, found[0]] for part in found])


def _same_congruences(gold: Tree, found: Tree) -> bool | None:
    modulus, other = exact(gold[3]), exact(found[3])
    left, right = exact(gold[2]), exact(found[2])
    if None in (modulus, other, left, right) or not modulus:
        return None if list(map(canonical, gold[1:])) == list(map(canonical, found[1:])) else False
    assert left is not None
    assert right is not None
    if gold[1] != found[1] and ["empty"] not in (gold[1], found[1]):
        return False
    return bool(modulus == other and (left - right) % modulus == 0)


def _ratio_as_fraction(gold: Tree, found: Tree) -> bool:
    """Compare 5:8 with 5/8; a ratio of any other shape, and any two other kinds, are different answers."""
    ratio, fraction = (gold, found) if gold[0] == "ratio" else (found, gold)
    if ratio[0] != "ratio" or len(ratio) != 3 or fraction[0] != "div" or not is_plain_number(fraction):
        return False
    return bool(ratio[1] == fraction[1] and ratio[2] == fraction[2])


def _finite(tree: Tree) -> bool:
    """Equal keys mean equal answers unless both divide by zero."""
    if tree[0] == "div" and exact(tree[2]) == 0:
        return False
    return all(_finite(part) for part in tree[1:] if isinstance(part, list))


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
    if left == right:
        return all(map(_finite, gold))
    if len(gold) > _MAX_MATCHED:
        return None
    ours = _without(gold, left & right)
    theirs = _without(found, left & right)
    sure = True
    for item in ours:
        answers = [_same(item, other) for other in theirs]
        if True in answers:
            del theirs[answers.index(True)]  # equality is transitive: the first partner is as good as any
        elif None in answers:
            sure = False
        else:
            return False
    return True if sure else None


def _without(items: list[Tree], matched: Counter[tuple[Any, ...]]) -> list[Tree]:
    left = Counter(matched)
    rest: list[Tree] = []
    for item in items:
        key = canonical(item)
        if left[key]:
            left[key] -= 1
        else:
            rest.append(item)
    return rest


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
    return _is_scientific(tree) or _is_mixed(tree)


def _is_mixed(tree: Tree) -> bool:
    """Tell whether a sum is a mixed number with its plus written out, as in 2 + 5/8."""
    if tree[0] != "add" or len(tree) != 3 or tree[1][0] != "int" or tree[2][0] != "div":
        return False
    value = exact(tree[2])
    return is_plain_number(tree[2]) and value is not None and 0 < value < 1 <= tree[1][1]


def _is_scientific(tree: Tree) -> bool:
    if tree[0] != "mul" or len(tree) != 3:
        return False
    if tree[2][0] == "int" and tree[2][1] in (12, 100, 1000, 10**6, 10**9, 10**12):
        return tree[1][0] in ("int", "dec") and tree[2][1] >= 10**6
    power = tree[2]
    return (
        tree[1][0] in ("int", "dec")
        and power[0] == "pow"
        and power[1] == ["int", 10]
        and exact(power) is not None
    )


def is_closed(tree: Tree) -> bool:
    """Tell whether a tree is a number up to products, quotients, powers, factorials and binomials.

    Sums, roots and functions are computations that were left undone.

    Args:
        tree: from the parser, its unit taken off.
    """
    if is_plain_number(tree):
        return True
    if tree[0] in ("neg", "mul", "div", "pct", "abs"):
        return all(is_closed(part) for part in tree[1:])
    if tree[0] in ("pow", "fact"):
        return all(is_closed(part) for part in tree[1:])
    return tree[0] == "fn" and tree[1] == "binom" and all(is_closed(part) for part in tree[2:])
