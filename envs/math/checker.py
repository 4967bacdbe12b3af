"""Judge the answer of a response against the gold answer; pure, standard library only.

`check` decides at once wherever exact arithmetic, text or structure can. What needs algebra comes back as
`ASK` with pairs of trees for the sandbox; no text of a response is ever evaluated, here or there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from rlvr_gym.envs.math.algebra import equal
from rlvr_gym.envs.math.answer import Answer, find_answer
from rlvr_gym.envs.math.choices import choices_of, is_choice
from rlvr_gym.envs.math.compare import aligned, compare, is_closed, is_plain_number
from rlvr_gym.envs.math.evaluated import elements, has_unknowns, is_evaluated
from rlvr_gym.envs.math.exact import Tree, exact
from rlvr_gym.envs.math.moments import MOMENTS, same_moment
from rlvr_gym.envs.math.notation import Unreadable, plain_words, squeezed
from rlvr_gym.envs.math.numeric import differ, evaluate
from rlvr_gym.envs.math.policy import DEFAULT, AnswerPolicy
from rlvr_gym.envs.math.reading import read
from rlvr_gym.envs.math.shape import as_quantity, canonical, split_unit
from rlvr_gym.envs.math.units import unit_of
from rlvr_gym.envs.math.words import is_label

__all__ = ["Decision", "Gold", "Ruling", "check", "make_gold"]

_ASKS_PERCENT = re.compile(
    r"(?:what|which|how many|as an?|express\w{0,8})\W{1,3}(?:\w{1,20}\W{1,3}){0,3}percent|percentage|百分",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_\\]{2,}(?: [^\W\d_\\]+)*")
_NO_NAME = re.compile(r"[a-dk-z]{2}|pi|inf")
_ELEMENTARY = re.compile(r"[\w.,$% -]*")  # no formula
_MIN_ECHO = 3  # characters of a formula that can be an echo of the question


class Ruling(StrEnum):
    """What `check` can say."""

    RIGHT = "RIGHT"
    WRONG = "WRONG"
    UNREADABLE = "UNREADABLE"
    ASK = "ASK"


class Decision(NamedTuple):
    """A ruling, its reason for the policy, and for ASK the pairs of trees that must all be equal."""

    ruling: Ruling
    reason: str = ""
    pairs: tuple[tuple[Tree, Tree], ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Gold:
    """A gold answer, read once. It has no repr that shows it.

    Args:
        text: as given.
        kind: "number", "choice", "text", "based", "moment" or "tree".
        tree: its parse, or None for text and choices.
        value: exact value where kind is "number".
        unit: of a number, or "".
        policy: the conventions of its dataset.
        percent: the question is about percentages, so that 25 may be written 25%; None where it is not known.
        question: where it is known; an answer that only repeats a formula of it is none.
    """

    text: str
    kind: str
    tree: Tree | None
    value: Fraction | None = None
    unit: str = ""
    policy: AnswerPolicy = DEFAULT
    percent: bool | None = None
    question: str = ""


def make_gold(
    text: str, *, policy: AnswerPolicy = DEFAULT, percent: bool | None = None, question: str | None = None
) -> Gold:
    """Read a gold answer; one that is no mathematics is compared as text.

    Args:
        text: the gold answer, LaTeX or plain.
        policy: conventions; procedural tasks set `PROCEDURAL`.
        percent: a percentage is asked for; None where that is not known.
        question: the problem's text: whether it asks for a percentage, where `percent` does not say so, and
            which formulas an answer may not merely repeat.
    Returns: the gold answer, ready for `check`.
    Raises: ValueError: if the text is empty.
    """
    words = plain_words(text)
    if not words:
        raise ValueError("the gold answer is empty")
    if percent is None and question:
        mentioned = any(word in question for word in ("ercent", "ERCENT", "百分"))
        percent = mentioned and _ASKS_PERCENT.search(question) is not None
    kind, tree = _kind(text, words, policy)
    value, unit = None, ""
    if kind == "number":
        assert tree is not None
        bare, unit = split_unit(tree[3] if tree[0] == "rel" else tree)
        value = exact(bare)
    return Gold(text, kind, tree, value, unit, policy, percent, question or "")


def _kind(text: str, words: str, policy: AnswerPolicy) -> tuple[str, Tree | None]:
    if is_choice(text):
        return "choice", None
    try:
        tree = read(text, policy)
    except Unreadable:
        return "text", None
    if tree[0] == "approx":
        tree = tree[2] if tree[1] == ["empty"] else tree[1]
    if tree[0] in MOMENTS:
        return "moment", tree
    if tree[0] == "text" or (_NAME.fullmatch(words) and not _NO_NAME.fullmatch(words) and tree[0] in _WORDY):
        return "text", None
    if tree[0] == "based":
        return "based", tree
    named = tree[0] == "rel" and len(tree) == 4 and tree[1][0] == "sym" and tree[2] == "="
    bare = split_unit(tree[3] if named else tree)[0]
    if is_plain_number(bare) or (bare[0] == "div" and is_closed(bare) and exact(bare) is not None):
        return "number", tree
    return "tree", tree


_WORDY = {"sym", "mul", "text", "unit", "fn", "call", "const", "pow"}


@lru_cache(maxsize=1024)
def _formulas(question: str, gold: str) -> str:
    """Return the question squeezed, for finding echoes; nothing where the gold itself stands in it."""
    try:
        asked = squeezed(question[:3000])
        return "" if squeezed(gold) in asked else asked
    except Unreadable:
        return ""


def check(response: str, gold: Gold) -> Decision:
    """Judge a response.

    Args:
        response: any text.
        gold: from `make_gold`.
    Returns: RIGHT, WRONG, UNREADABLE, or ASK with the pairs of trees that algebra must find equal.
    """
    answer = find_answer(response)
    if answer is None:
        return Decision(Ruling.UNREADABLE, "no final answer found: put it in \\boxed{}")
    try:
        return _check_answer(answer, gold)
    except (
        RecursionError
    ):  # the bounds of the parser are to prevent it; a response must never be the one to raise
        return Decision(Ruling.UNREADABLE, "the answer cannot be read: it is nested too deep")


def _check_answer(answer: Answer, gold: Gold) -> Decision:
    parts = answer.parts
    if len(parts) > 1 and gold.tree is not None and gold.tree[0] in ("list", "set", "pm"):
        together = _check_part(", ".join(parts), gold)
        if together.ruling in (Ruling.RIGHT, Ruling.ASK):
            return together
    decisions = [_check_part(part, gold) for part in parts]
    if answer.place == "concluded" and decisions[0].ruling is not Ruling.RIGHT:
        return Decision(Ruling.UNREADABLE, "no final answer found: put it in \\boxed{}")
    for ruling in (Ruling.UNREADABLE, Ruling.WRONG):
        for decision in decisions:
            if decision.ruling is ruling:
                several = len(parts) > 1 and ruling is Ruling.WRONG
                return Decision(
                    ruling, "several final answers, not all right" if several else decision.reason
                )
    pairs = tuple(pair for decision in decisions for pair in decision.pairs)
    return Decision(Ruling.ASK, "", pairs) if pairs else Decision(Ruling.RIGHT)


def _check_part(part: str, gold: Gold) -> Decision:
    try:
        if gold.kind == "choice":
            wanted = choices_of(gold.text, several=True)
            return _rule(choices_of(part, several=len(wanted) > 1) == wanted, "another choice")
        words = plain_words(part)
        if not words:
            return Decision(Ruling.UNREADABLE, "the answer is empty")
        if gold.kind == "text":
            return _rule(_same_text(part, words, gold.text), "not the answer")
        if _is_echo(part, gold):
            return Decision(Ruling.WRONG, "the answer repeats a formula of the question")
        tree = read(part, gold.policy)
        if tree[0] == "approx":
            return _check_approximation(tree, gold)
        return _check_tree(tree, gold)
    except Unreadable as error:
        return Decision(Ruling.UNREADABLE, f"the answer cannot be read: {error}")


def _check_tree(tree: Tree, gold: Gold) -> Decision:
    assert gold.tree is not None
    if gold.kind == "moment":
        return _rule(same_moment(gold.tree, tree), "not the answer")
    if gold.kind == "based":
        return _rule(_same_based(tree, gold.tree), "not the answer in the base asked for")
    if gold.kind == "number":
        return _check_number(tree, gold)
    if tree[0] in MOMENTS:
        return _rule(gold.tree[0] == "ratio" and same_moment(gold.tree, tree), "not the answer")
    wanted = gold.tree
    if split_unit(tree)[1] and as_quantity(wanted) != wanted and _with_unit(gold) is not gold:
        return _check_number(tree, _with_unit(gold))
    if gold.policy.lists == "ordered" and wanted[0] == tree[0] == "list":
        wanted, tree = ["seq", "(", ")", *wanted[1:]], ["seq", "(", ")", *tree[1:]]
    if gold.policy.unit == "required" and split_unit(wanted)[1] and not split_unit(tree)[1]:
        return Decision(Ruling.WRONG, "the unit is missing")
    same = compare(wanted, tree)
    if same is not False and gold.policy.evaluated == "literal" and not _is_worked_out(tree, wanted):
        return Decision(Ruling.WRONG, "the answer is a computation, not its result")
    if same is not True and _is_close(split_unit(wanted)[0], split_unit(tree)[0], gold):
        return Decision(Ruling.RIGHT)
    if same is None:
        return Decision(Ruling.ASK, "", (aligned(wanted, tree),))
    return _rule(same, "not the answer")


def _with_unit(gold: Gold) -> Gold:
    """Read a gold of 15 m as a number with its unit."""
    assert gold.tree is not None
    tree = as_quantity(gold.tree)
    bare, unit = split_unit(tree)
    value = exact(bare)
    return gold if value is None else replace(gold, kind="number", tree=tree, value=value, unit=unit)


def _check_approximation(tree: Tree, gold: Gold) -> Decision:
    """Judge `7/12 ~ 0.583` and `~ 12.57`.

    What stands before the sign is the answer; the decimal after it counts where the gold is one, and where it
    is the rounded value of what stands before.
    """
    alone = tree[1] == ["empty"]
    first = Decision(Ruling.WRONG, "an approximation") if alone else _check_tree(tree[1], gold)
    bare = split_unit(tree[2])[0]
    digits = bare[1] if bare[0] == "neg" else bare
    if (
        first.ruling is Ruling.RIGHT
        or gold.kind != "number"
        or digits[0] != "dec"
        or _digits(gold)[0] != "dec"
    ):
        return first
    rounded = exact(bare)
    if rounded is None or rounded != gold.value:
        return first
    if alone:
        return Decision(Ruling.RIGHT)
    exactly = evaluate(split_unit(tree[1][-1] if tree[1][0] == "rel" else tree[1])[0], {})
    if exactly is None or abs(exactly.value - complex(float(rounded))) > 0.5000001 * 10.0 ** -int(digits[2]):
        return first
    return Decision(Ruling.RIGHT)


def _digits(gold: Gold) -> Tree:
    """Return what a gold number is written with: without name, unit and sign."""
    assert gold.tree is not None
    bare = split_unit(gold.tree[3] if gold.tree[0] == "rel" else gold.tree)[0]
    inner: Tree = bare[1] if bare[0] == "neg" else bare
    return inner


def _same_text(part: str, words: str, gold: str) -> bool:
    if "\\" in plain_words(gold):
        return squeezed(part) == squeezed(gold)
    return words == plain_words(gold)


def _is_echo(part: str, gold: Gold) -> bool:
    if not gold.question or gold.policy.evaluated == "any" or _ELEMENTARY.fullmatch(part):
        return False
    formula = squeezed(part)
    if len(formula) < _MIN_ECHO or _ELEMENTARY.fullmatch(formula):
        return False
    return formula in _formulas(gold.question, gold.text) and formula != squeezed(gold.text)


def _is_worked_out(tree: Tree, gold: Tree) -> bool:
    """Tell whether an answer is evaluated as far as its gold is; with unknowns any form will do."""
    if has_unknowns(gold):
        return True
    if all(exact(part) is not None for part in elements(gold)):
        return all(map(is_plain_number, elements(tree)))
    return all(map(is_evaluated, elements(tree)))


def _rule(same: bool, reason: str) -> Decision:
    return Decision(Ruling.RIGHT) if same else Decision(Ruling.WRONG, reason)


def _same_based(found: Tree, gold: Tree) -> bool:
    if found[0] == "rel" and found[-2] == "=":
        found = found[-1]
    digits = str(gold[1]).lstrip("0")
    if found[0] == "int":
        return str(found[1]) == digits
    return found[0] == "based" and bool(found[2] == gold[2]) and str(found[1]).lstrip("0") == digits


def _check_number(tree: Tree, gold: Gold) -> Decision:
    sides = _sides(tree, gold)
    if sides is None:
        return Decision(Ruling.WRONG, "one number is asked for")
    last, unit = split_unit(as_quantity(sides[-1]) if gold.unit else sides[-1])
    value = exact(last)
    assert gold.value is not None
    if value is None:
        return _check_irrational(last, unit, gold)
    if not _is_evaluated(last, value, gold.policy):
        return Decision(Ruling.WRONG, "the answer is a computation, not its result")
    if any(exact(split_unit(side)[0]) != value for side in sides[:-1]):
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
    return _rule(_same_percentage(last, value, gold), "not the answer")


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
    if _is_close(["rat", gold.value.numerator, gold.value.denominator], last, gold):
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
    return is_closed(last) or len(str(value)) > _nodes(last)


def _nodes(tree: Tree) -> int:
    return 1 + sum(_nodes(part) for part in tree[1:] if isinstance(part, list))


def _allowed(gold: Gold) -> Fraction:
    """Return how far a number may be from the gold: nothing, unless its dataset says otherwise."""
    assert gold.value is not None
    allowed = gold.policy.tolerance * abs(gold.value)
    digits = _digits(gold)
    if gold.policy.rounding == "stated" and digits[0] == "dec":
        allowed = max(allowed, Fraction(1, 2 * 10 ** int(digits[2])))
    return allowed


def _is_close(wanted: Tree, found: Tree, gold: Gold) -> bool:
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
        return sides[1:]
    if is_plain_number(split_unit(sides[0])[0]) and sides[0] == sides[-1]:
        return None
    return sides
