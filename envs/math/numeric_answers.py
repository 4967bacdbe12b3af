"""Numbers: whether an answer has the value of the gold, and is worked out as far as the conventions want."""

from __future__ import annotations

from fractions import Fraction

from rlvr_gym.envs.math.algebra import equal
from rlvr_gym.envs.math.compare import compare, is_closed, is_plain_number, names_quantity
from rlvr_gym.envs.math.decisions import Decision, Ruling, rule
from rlvr_gym.envs.math.evaluated import has_unknowns
from rlvr_gym.envs.math.exact import Tree, exact
from rlvr_gym.envs.math.golds import Gold, written_digits
from rlvr_gym.envs.math.numeric import differ, evaluate
from rlvr_gym.envs.math.policy import AnswerPolicy
from rlvr_gym.envs.math.shape import as_quantity, canonical, split_unit
from rlvr_gym.envs.math.units import unit_of
from rlvr_gym.envs.math.words import is_label

__all__ = ["check_number", "is_close"]


def check_number(tree: Tree, gold: Gold) -> Decision:
    """Judge an answer where one rational number is asked for.

    Args:
        tree: of the answer.
        gold: of the kind "number".
    Returns: the decision; ASK only for degrees against an expression.
    """
    sides = _sides(_one_value(tree), gold)
    if sides is None:
        return Decision(Ruling.WRONG, "one number is asked for")
    last, unit = split_unit(as_quantity(sides[-1]) if gold.unit else sides[-1])
    value = exact(last)
    assert gold.value is not None
    if value is None:
        return _check_irrational(last, unit, gold)
    if last[0] == "based" and last[2] != 10:
        return Decision(Ruling.WRONG, "the answer is in another base")
    if not _is_evaluated(last, value, gold.policy):
        return Decision(Ruling.WRONG, "the answer is a computation, not its result")
    if any(_differs(split_unit(side)[0], value, last) for side in sides[:-1]):
        return Decision(Ruling.WRONG, "the two sides of the answer differ")
    if gold.unit and gold.policy.unit == "required" and not unit:
        return Decision(Ruling.WRONG, "the unit is missing")
    if gold.unit and unit:
        ours, theirs = unit_of(gold.unit), unit_of(unit)
        if ours.dimensions != theirs.dimensions or (
            ours.size != theirs.size and not gold.policy.convert_units
        ):
            return Decision(Ruling.WRONG, "the unit differs")
        value *= theirs.size / ours.size
    if value == gold.value or (abs(value - gold.value) <= _allowed(gold)):
        return Decision(Ruling.RIGHT)
    return rule(_same_percentage(last, value, gold), "not the answer")


def _one_value(tree: Tree) -> Tree:
    """Read `3/4 or 0.75` as the one number that it is."""
    if tree[0] == "list" and len({exact(part) for part in tree[1:]}) == 1 and tree[1] not in tree[2:]:
        first: Tree = tree[1]
        return first if exact(first) is not None else tree
    return tree


def _differs(side: Tree, value: Fraction, last: Tree) -> bool:
    """Tell whether a side of a chain is not its last one; a further name, as in x = y = 5, is no value."""
    own = exact(side)
    if own is None and side[0] != "sym":
        return equal(side, last) is not True
    return own is not None and own != value


def _check_irrational(last: Tree, unit: str, gold: Gold) -> Decision:
    assert gold.tree is not None
    assert gold.value is not None
    if unit != "deg" and gold.unit == "deg":
        if differ(gold.tree, last):
            return Decision(Ruling.WRONG, "not the answer")
        return (
            Decision(Ruling.RIGHT)
            if equal(gold.tree, last)
            else Decision(Ruling.ASK, "", ((gold.tree, last),))
        )
    if is_close(["rat", gold.value.numerator, gold.value.denominator], last, gold):
        return Decision(Ruling.RIGHT)
    if last[0] == "ratio" and compare(split_unit(gold.tree)[0], last):
        return Decision(Ruling.RIGHT)
    return Decision(Ruling.WRONG, "the answer is not an evaluated number")


def _is_evaluated(last: Tree, value: Fraction, policy: AnswerPolicy) -> bool:
    """Tell whether a rational answer is worked out as far as the convention wants."""
    if policy.evaluated == "any" or is_plain_number(last):
        return True
    if policy.evaluated == "literal":
        return False
    return is_closed(last) or _is_short_form(last, value)


def _is_short_form(tree: Tree, value: Fraction) -> bool:
    """Tell whether a sum with a power or a factorial, such as 2^127 - 1, is shorter than its value."""
    if tree[0] != "add" or not all(is_closed(part) for part in tree[1:]):
        return False
    digits = max(value.numerator.bit_length(), value.denominator.bit_length()) * 0.30103
    return any(_has_power(part) for part in tree[1:]) and digits > 2 * _nodes(tree)


def _has_power(tree: Tree) -> bool:
    return tree[0] in ("pow", "fact") or any(_has_power(part) for part in tree[1:] if isinstance(part, list))


def _nodes(tree: Tree) -> int:
    return 1 + sum(_nodes(part) for part in tree[1:] if isinstance(part, list))


def _allowed(gold: Gold) -> Fraction:
    """Return how far a number may be from the gold: nothing, unless its dataset says otherwise."""
    assert gold.value is not None
    allowed = gold.policy.tolerance * abs(gold.value)
    digits = written_digits(gold)
    if gold.policy.rounding == "stated" and digits[0] == "dec":
        allowed = max(allowed, Fraction(1, 2 * 10 ** int(digits[2])))
    return allowed


def is_close(wanted: Tree, found: Tree, gold: Gold) -> bool:
    """Tell whether two real numbers are as close as the conventions allow; never without one that does."""
    if not gold.policy.tolerance and gold.policy.rounding == "exact":
        return False
    one, two = evaluate(wanted, {}), evaluate(found, {})
    if one is None or two is None or max(abs(one.value.imag), abs(two.value.imag)) > 1e-9 * abs(one.value):
        return False
    allowed = (
        float(_allowed(gold)) if gold.value is not None else float(gold.policy.tolerance) * abs(one.value)
    )
    return abs(one.value - two.value) <= allowed


def _same_percentage(last: Tree, value: Fraction, gold: Gold) -> bool:
    """Tell whether 25% stands for a gold of 25, or 25 for a gold of 25%, as the convention allows."""
    policy = gold.policy.percent
    if policy == "exact" or (policy == "asked" and gold.percent is False):
        return False
    assert gold.value is not None
    assert gold.tree is not None
    if last[0] == "pct":
        return abs(gold.value) > 1 and exact(last[1]) == gold.value
    asked = split_unit(gold.tree)[0][0] == "pct"
    return asked and abs(value) > 1 and value == 100 * gold.value


def _sides(tree: Tree, gold: Gold) -> list[Tree] | None:
    """Return the sides of `17 * 23 = 391` or `x = 391`; None for lists, inequalities and tautologies."""
    if tree[0] == "cong" and gold.value is not None:
        modulus = exact(tree[3])
        return [tree[2]] if modulus is not None and 0 <= gold.value < modulus else None
    if tree[0] != "rel":
        return [tree]
    if any(op != "=" for op in tree[2::2]):
        return None
    sides: list[Tree] = tree[1::2]
    if len(sides) == 2 and sides[1][0] in ("sym", "call") and sides[0][0] not in ("sym", "call", "text"):
        sides = [sides[1], sides[0]]
    if sides[0][0] == "text" and not is_label(sides[0][1]):
        return None
    named = gold.tree is not None and gold.tree[0] == "rel"
    if sides[0][0] in ("sym", "call", "text"):
        if named and gold.tree is not None and canonical(gold.tree[1]) != canonical(sides[0]):
            return None
        return sides[1:]
    if named:
        return None
    if has_unknowns(sides[0]):
        return sides[1:] if names_quantity(sides[0]) and gold.policy.evaluated != "literal" else None
    if is_plain_number(split_unit(sides[0])[0]) and sides[0] == sides[-1]:
        return None
    return sides
