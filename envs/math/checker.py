"""Judge the answer of a response against the gold answer; pure, standard library only.

`check` decides at once wherever exact arithmetic, text or structure can. What needs algebra comes back as
`ASK` with pairs of trees for the sandbox; no text of a response is ever evaluated, here or there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from rlvr_gym.envs.math.answer import Answer, find_answer
from rlvr_gym.envs.math.compare import aligned, compare, is_closed, is_plain_number
from rlvr_gym.envs.math.evaluated import elements, has_unknowns, is_evaluated
from rlvr_gym.envs.math.exact import Tree, exact
from rlvr_gym.envs.math.notation import Unreadable, plain_words
from rlvr_gym.envs.math.parse import parse
from rlvr_gym.envs.math.policy import DEFAULT, AnswerPolicy
from rlvr_gym.envs.math.shape import canonical, split_unit
from rlvr_gym.envs.math.words import is_label

__all__ = ["Decision", "Gold", "Ruling", "check", "make_gold"]

_ASKS_PERCENT = re.compile(
    r"(?:what|which|how many|as an?|express\w{0,8})\W{1,3}(?:\w{1,20}\W{1,3}){0,3}percent|percentage",
    re.IGNORECASE,
)
_CHOICE = re.compile(r"\(?([A-J])\)?")
_CHOSEN = re.compile(r"\(?([A-J])(?:\)|[.:]|$)\s*(.*)", re.DOTALL)
_SECOND = re.compile(r"\([A-J]\)|\b(?:or|and|not)\b|^[A-J]$|[,/]\s*[A-J]\b")


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
        kind: "number", "choice", "text", "based" or "tree".
        tree: its parse, or None for text.
        value: exact value where kind is "number".
        unit: of a number, or "".
        policy: the conventions of its dataset.
        percent: the question is about percentages, so that 25 may be written 25%; None where it is not known.
    """

    text: str
    kind: str
    tree: Tree | None
    value: Fraction | None = None
    unit: str = ""
    policy: AnswerPolicy = DEFAULT
    percent: bool | None = None


def make_gold(
    text: str, *, policy: AnswerPolicy = DEFAULT, percent: bool | None = None, question: str | None = None
) -> Gold:
    """Read a gold answer; one that is no mathematics is compared as text.

    Args:
        text: the gold answer, LaTeX or plain.
        policy: conventions; procedural tasks set `PROCEDURAL`.
        percent: a percentage is asked for; None where that is not known.
        question: the problem's text, from which `percent` is read where that is None and it is given.
    Returns: the gold answer, ready for `check`.
    Raises: ValueError: if the text is empty.
    """
    words = plain_words(text)
    if not words:
        raise ValueError("the gold answer is empty")
    if _CHOICE.fullmatch(words):
        return Gold(text, "choice", None, policy=policy)
    if re.fullmatch(r"[^\W\d_\\]{2,}(?: [^\W\d_\\]+)*", words) and not re.fullmatch(
        r"[a-dk-z]{2}|pi|inf", words
    ):
        return Gold(text, "text", None, policy=policy)
    try:
        tree = parse(text)
    except Unreadable:
        return Gold(text, "text", None, policy=policy)
    if tree[0] == "rel" and len(tree) == 4 and tree[1][0] == "sym" and tree[2] == "=":
        bare, unit = split_unit(tree[3])
    else:
        bare, unit = split_unit(tree)
    if tree[0] == "based":
        return Gold(text, "based", tree, policy=policy)
    if tree[0] == "text":
        return Gold(text, "text", None, policy=policy)
    if percent is None and question is not None:
        percent = _ASKS_PERCENT.search(question) is not None
    if is_plain_number(bare) or (bare[0] == "div" and is_closed(bare) and exact(bare) is not None):
        return Gold(text, "number", tree, exact(bare), unit, policy, percent)
    return Gold(text, "tree", tree, policy=policy, percent=percent)


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
    if answer.place == "whole" and decisions[0].ruling is not Ruling.RIGHT:
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
            return _rule(_same_choice(part, gold.text), "another choice")
        words = plain_words(part)
        if not words:
            return Decision(Ruling.UNREADABLE, "the answer is empty")
        if gold.kind == "text":
            return _rule(words == plain_words(gold.text), "not the answer")
        tree = parse(part)
        assert gold.tree is not None
        if gold.kind == "based":
            return _rule(_same_based(tree, gold.tree), "not the answer in the base asked for")
        if gold.kind == "number":
            return _check_number(tree, gold)
        same = compare(gold.tree, tree)
        if same is not False and gold.policy.evaluated == "literal" and not _is_worked_out(tree, gold.tree):
            return Decision(Ruling.WRONG, "the answer is a computation, not its result")
    except Unreadable as error:
        return Decision(Ruling.UNREADABLE, f"the answer cannot be read: {error}")
    if same is None:
        return Decision(Ruling.ASK, "", (aligned(gold.tree, tree),))
    return _rule(same, "not the answer")


def _is_worked_out(tree: Tree, gold: Tree) -> bool:
    """Tell whether an answer is evaluated as far as its gold is; with unknowns any form will do."""
    if has_unknowns(gold):
        return True
    if all(exact(part) is not None for part in elements(gold)):
        return all(map(is_plain_number, elements(tree)))
    return all(map(is_evaluated, elements(tree)))


def _rule(same: bool, reason: str) -> Decision:
    return Decision(Ruling.RIGHT) if same else Decision(Ruling.WRONG, reason)


def _same_choice(part: str, gold: str) -> bool:
    wanted = _CHOICE.fullmatch(plain_words(gold))
    chosen = _CHOSEN.fullmatch(plain_words(part))
    if wanted is None or chosen is None or _SECOND.search(chosen[2]):
        return False
    return chosen[1] == wanted[1]


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
    last, unit = split_unit(sides[-1])
    value = exact(last)
    if value is None:
        if unit != "deg" and gold.unit == "deg":
            assert gold.tree is not None
            return Decision(Ruling.ASK, "", ((gold.tree, last),))
        return Decision(Ruling.WRONG, "the answer is not an evaluated number")
    if not (is_plain_number(last) if gold.policy.evaluated == "literal" else is_closed(last)):
        return Decision(Ruling.WRONG, "the answer is a computation, not its result")
    if any(exact(split_unit(side)[0]) != value for side in sides[:-1]):
        return Decision(Ruling.WRONG, "the two sides of the answer differ")
    if gold.unit and unit and gold.unit.replace(" ", "").rstrip("s") != unit.replace(" ", "").rstrip("s"):
        return Decision(Ruling.WRONG, "the unit differs")
    if value == gold.value:
        return Decision(Ruling.RIGHT)
    assert gold.value is not None
    if gold.percent and last[0] == "pct" and abs(gold.value) > 1:
        return _rule(exact(last[1]) == gold.value, "not the answer")
    return Decision(Ruling.WRONG, "not the answer")


def _sides(tree: Tree, gold: Gold) -> list[Tree] | None:
    """Return the sides of `17 * 23 = 391` or `x = 391`; None for lists, inequalities and tautologies."""
    if tree[0] != "rel":
        return [tree]
    if any(op != "=" for op in tree[2::2]):
        return None
    sides: list[Tree] = tree[1::2]
    if len(sides) == 2 and sides[1][0] in ("sym", "call") and sides[0][0] not in ("sym", "call", "text"):
        sides = [sides[1], sides[0]]
    if sides[0][0] == "text" and not is_label(sides[0][1]):
        return None
    if sides[0][0] in ("sym", "call", "text"):
        if gold.tree is not None and gold.tree[0] == "rel" and canonical(gold.tree[1]) != canonical(sides[0]):
            return None
        return sides[1:]
    if gold.tree is not None and gold.tree[0] == "rel":
        return None
    return None if is_plain_number(split_unit(sides[0])[0]) else sides
