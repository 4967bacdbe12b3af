"""Sets of real numbers in one form: intervals, inequalities, unions, complements and lists of conditions.

`x < -2 or x > 7` and `(-\\infty, -2) \\cup (7, \\infty)` are one answer; so are `|x| < 2` and `(-2, 2)`.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from rlvr_gym.envs.math.exact import Tree
from rlvr_gym.envs.math.numeric import real_value
from rlvr_gym.envs.math.shape import canonical

__all__ = ["as_real_set", "looks_like_set"]

_INFINITY: Tree = ["const", "oo"]
_ALL = re.compile(r"(?:the set of )?(?:all |any )?(?:the )?real(?: number| value)?s?(?: of [a-z]| [a-z])?")
_FLIP = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "!=": "!=", "=": "="}
_MAX = 24  # intervals


class _Interval(NamedTuple):
    low: Tree
    has_low: bool
    high: Tree
    has_high: bool


class _NoSet(ValueError):
    """The tree is no set of reals whose ends can be ordered."""


def looks_like_set(tree: Tree) -> bool:
    """Tell whether a tree can only be a set of reals: `(1, 2]` can, `(1, 2)` may be a point."""
    kind = tree[0]
    if kind == "seq":
        return len(tree) == 5 and (tree[1:3] != ["(", ")"] or any(_is_infinite(end) for end in tree[3:]))
    if kind in ("cup", "cap", "setminus", "reals", "and"):
        return True
    if kind == "text":
        return _ALL.fullmatch(str(tree[1]).lower()) is not None
    if kind == "rel":
        return "=" not in tree[2::2] and "cong" not in tree[2::2]
    return kind == "list" and all(part[0] == "rel" and looks_like_set(part) for part in tree[1:])


def as_real_set(tree: Tree) -> tuple[str, Tree] | None:
    """Bring a set of reals to one form.

    Args:
        tree: from the parser.
    Returns: its variable ("" where none is named) and a tree of disjoint intervals, from left to right:
        `["empty"]`, one `["seq", ...]` or `["cup", ["seq", ...], ...]`; None where it is no such set, or the
        order of its ends is not known.
    """
    try:
        name, parts = _read(tree)
        ordered = _united(parts)
    except (_NoSet, RecursionError):
        return None
    shown: list[Tree] = [
        ["seq", "[" if part.has_low else "(", "]" if part.has_high else ")", part.low, part.high]
        for part in ordered
    ]
    if not shown:
        return name, ["empty"]
    return name, shown[0] if len(shown) == 1 else ["cup", *shown]


def _is_infinite(tree: Tree) -> bool:
    return tree == _INFINITY or tree == ["neg", _INFINITY]


def _value(tree: Tree) -> float:
    value = real_value(tree)
    if value is None:
        raise _NoSet
    return value


def _between(low: Tree, has_low: bool, high: Tree, has_high: bool) -> list[_Interval]:
    if canonical(low) == canonical(high):
        if not (has_low and has_high):
            raise _NoSet
    elif _value(low) >= _value(high):
        raise _NoSet
    return [_Interval(low, has_low and not _is_infinite(low), high, has_high and not _is_infinite(high))]


_LINE = [_Interval(["neg", _INFINITY], False, _INFINITY, False)]


def _read(tree: Tree) -> tuple[str, list[_Interval]]:
    kind = tree[0]
    if kind == "reals" or (kind == "text" and _ALL.fullmatch(str(tree[1]).lower())):
        return "", list(_LINE)
    if kind == "empty":
        return "", []
    if kind == "seq" and len(tree) == 5:
        return "", _between(tree[3], tree[1] == "[", tree[4], tree[2] == "]")
    if kind == "set" and len(tree) <= _MAX:
        return "", [part for item in tree[1:] for part in _between(item, True, item, True)]
    if kind in ("cup", "cap", "setminus"):
        (one, left), (two, right) = _read(tree[1]), _read(tree[2])
        combined = {"cup": lambda: left + right, "cap": lambda: _meet(left, right)}
        parts = combined[kind]() if kind in combined else _meet(left, _complement(right))
        return _one_name([one, two]), parts
    if kind in ("and", "list"):
        return _conditions(tree)
    if kind == "rel":
        return _relation(tree)
    raise _NoSet


def _one_name(names: list[str]) -> str:
    named = {name for name in names if name}
    if len(named) > 1:
        raise _NoSet
    return named.pop() if named else ""


def _conditions(tree: Tree) -> tuple[str, list[_Interval]]:
    """Read several conditions: all of them where "and" joins them, or where some number meets all.

    Conditions joined by "or" never come here: the parser makes a union of them.
    """
    if len(tree) > _MAX or any(part[0] != "rel" for part in tree[1:]):
        raise _NoSet
    read = [_read(part) for part in tree[1:]]
    name = _one_name([one for one, _ in read])
    met = read[0][1]
    for _, parts in read[1:]:
        met = _meet(met, parts)
    if met or tree[0] == "and":
        return name, met
    return name, [part for _, parts in read for part in parts]


def _relation(tree: Tree) -> tuple[str, list[_Interval]]:
    operators = tree[2::2]
    if len(tree) == 4 and operators[0] == "in" and tree[1][0] == "sym":
        name, parts = _read(tree[3])
        return _one_name([tree[1][1], name]), parts
    if any(operator not in _FLIP or operator == "=" for operator in operators):
        raise _NoSet
    name, parts = "", list(_LINE)
    for place in range(1, len(tree) - 2, 2):
        one, condition = _inequality(tree[place], tree[place + 1], tree[place + 2])
        name = _one_name([name, one])
        parts = _meet(parts, condition)
    if not name:
        raise _NoSet
    return name, parts


def _inequality(left: Tree, operator: str, right: Tree) -> tuple[str, list[_Interval]]:
    if left[0] not in ("sym", "abs"):
        left, operator, right = right, _FLIP[operator], left
    if left[0] == "abs":
        return _distance(left[1], operator, right)
    if left[0] != "sym":
        raise _NoSet
    return left[1], _ray(operator, right)


def _ray(operator: str, end: Tree) -> list[_Interval]:
    if _is_infinite(end):
        if operator in ("<", "<=") and end == _INFINITY:
            return list(_LINE)
        if operator in (">", ">=") and end != _INFINITY:
            return list(_LINE)
        raise _NoSet
    _value(end)
    below = _Interval(["neg", _INFINITY], False, end, operator == "<=")
    above = _Interval(end, operator == ">=", _INFINITY, False)
    if operator == "!=":
        return [below, above]
    return [below] if operator[0] == "<" else [above]


def _distance(inside: Tree, operator: str, bound: Tree) -> tuple[str, list[_Interval]]:
    """Read |x - a| < b."""
    centre: Tree = ["int", 0]
    if inside[0] == "add" and len(inside) == 3 and inside[1][0] == "sym":
        inside, centre = inside[1], ["neg", inside[2]]
    if inside[0] != "sym" or operator == "!=" or _value(bound) <= 0:
        raise _NoSet
    low, high = _folded(["add", centre, ["neg", bound]]), _folded(["add", centre, bound])
    closed = operator in ("<=", ">=")
    if operator[0] == "<":
        return inside[1], _between(low, closed, high, closed)
    return inside[1], [*_ray("<=" if closed else "<", low), *_ray(operator, high)]


def _folded(tree: Tree) -> Tree:
    key = canonical(tree)
    if key[0] == "q":
        return ["rat", key[1], key[2]]
    return (
        ["neg", tree[2][1]]
        if tree[1] == ["int", 0] and tree[2][0] == "neg"
        else tree[2]
        if tree[1] == ["int", 0]
        else tree
    )


def _complement(parts: list[_Interval]) -> list[_Interval]:
    rest = list(_LINE)
    for part in parts:
        outside = []
        if part.low != ["neg", _INFINITY]:
            outside.append(_Interval(["neg", _INFINITY], False, part.low, not part.has_low))
        if part.high != _INFINITY:
            outside.append(_Interval(part.high, not part.has_high, _INFINITY, False))
        rest = _meet(rest, outside)
    return rest


def _meet(left: list[_Interval], right: list[_Interval]) -> list[_Interval]:
    found: list[_Interval] = []
    for one in left:
        for two in right:
            a, b = _value(one.low), _value(two.low)
            low = one.low if a >= b else two.low
            together = _meets(one.low, two.low)
            has_low = one.has_low and two.has_low if together else one.has_low if a > b else two.has_low
            c, d = _value(one.high), _value(two.high)
            high = one.high if c <= d else two.high
            together = _meets(one.high, two.high)
            has_high = one.has_high and two.has_high if together else one.has_high if c < d else two.has_high
            point = math.isclose(max(a, b), min(c, d), rel_tol=1e-12)
            if (max(a, b) < min(c, d) and not point) or (point and has_low and has_high):
                found.append(_Interval(low, has_low, high, has_high))
    if len(found) > _MAX:
        raise _NoSet
    return found


def _meets(one: Tree, two: Tree) -> bool:
    """Tell whether two ends are one number, however they are written."""
    left, right = _value(one), _value(two)
    return left == right or math.isclose(left, right, rel_tol=1e-12)


def _united(parts: list[_Interval]) -> list[_Interval]:
    if len(parts) == 1:
        return parts
    if len(parts) > _MAX:
        raise _NoSet
    ordered = sorted(parts, key=lambda part: (_value(part.low), not part.has_low))
    merged: list[_Interval] = []
    for part in ordered:
        last = merged[-1] if merged else None
        touches = last is not None and (
            (_value(part.low) < _value(last.high) and not _meets(part.low, last.high))
            or (_meets(part.low, last.high) and (part.has_low or last.has_high))
        )
        if last is None or not touches:
            merged.append(part)
        elif _value(part.high) > _value(last.high) and not _meets(part.high, last.high):
            merged[-1] = _Interval(last.low, last.has_low, part.high, part.has_high)
        elif _meets(part.high, last.high) and part.has_high:
            merged[-1] = _Interval(last.low, last.has_low, last.high, True)
    return merged
