"""A gold answer, read once: what kind it is, its value, its unit, and what its question forbids to repeat."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from typing import Any

from rlvr_gym.envs.math.choices import is_choice
from rlvr_gym.envs.math.compare import is_closed, is_plain_number
from rlvr_gym.envs.math.exact import Tree, exact
from rlvr_gym.envs.math.moments import MOMENTS
from rlvr_gym.envs.math.notation import Unreadable, plain_words, squeezed
from rlvr_gym.envs.math.parse import parse
from rlvr_gym.envs.math.policy import DEFAULT, AnswerPolicy
from rlvr_gym.envs.math.reading import read
from rlvr_gym.envs.math.shape import as_quantity, canonical, split_unit

__all__ = ["Gold", "is_echo", "make_gold", "repeats", "with_unit", "written_digits"]

_ASKS_PERCENT = re.compile(
    r"(?:what|which|how many|as an?|express\w{0,8})\W{1,3}(?:\w{1,20}\W{1,3}){0,3}percent|percentage|百分",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_\\]{2,}(?: [^\W\d_\\]+)*")
_NO_NAME = re.compile(r"[a-dk-z]{2}|pi|inf")
_ELEMENTARY = re.compile(r"[\w.,$% -]*")  # no formula
_MIN_ECHO = 3  # characters of a formula that can be an echo of the question


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


def with_unit(gold: Gold) -> Gold:
    """Read a gold of 15 m as a number with its unit."""
    assert gold.tree is not None
    tree = as_quantity(gold.tree)
    bare, unit = split_unit(tree)
    value = exact(bare)
    return gold if value is None else replace(gold, kind="number", tree=tree, value=value, unit=unit)


def written_digits(gold: Gold) -> Tree:
    """Return what a gold number is written with: without name, unit and sign."""
    assert gold.tree is not None
    bare = split_unit(gold.tree[3] if gold.tree[0] == "rel" else gold.tree)[0]
    inner: Tree = bare[1] if bare[0] == "neg" else bare
    return inner


_FORMULA = re.compile(r"\$\$?([^$]{3,200})\$\$?|\\[(\[]((?:(?!\\[)\]]).){3,200})\\[)\]]")
_MAX_FORMULAS = 20


@lru_cache(maxsize=1024)
def _asked(question: str, gold: str) -> frozenset[tuple[Any, ...]]:
    """Return the keys of the formulas in a question and of their sides; none where the gold is among them."""
    keys: set[tuple[Any, ...]] = set()
    for found in islice(_FORMULA.finditer(question[:3000]), _MAX_FORMULAS):
        try:
            tree = parse(found[1] or found[2])
        except (Unreadable, RecursionError):
            continue
        keys |= {canonical(part) for part in (tree, *(tree[1::2] if tree[0] == "rel" else []))}
    own = canonical(_unnamed(parse(gold)))
    return frozenset() if own in keys else frozenset(key for key in keys if key[0] not in _SIMPLE)


_SIMPLE = ("q", "sym", "const", "text", "empty")


def _unnamed(tree: Tree) -> Tree:
    named = tree[0] == "rel" and len(tree) == 4 and tree[2] == "=" and tree[1][0] in ("sym", "call", "text")
    inner: Tree = tree[3] if named else tree
    return inner


def repeats(tree: Tree, gold: Gold) -> bool:
    """Tell whether an answer is a formula of the question up to order, names and what adds nothing."""
    if not gold.question or gold.policy.evaluated == "any" or gold.kind != "tree":
        return False
    return canonical(_unnamed(tree)) in _asked(gold.question, gold.text)


def is_echo(part: str, gold: Gold) -> bool:
    """Tell whether an answer stands in the question as it is written."""
    if not gold.question or gold.policy.evaluated == "any" or _ELEMENTARY.fullmatch(part):
        return False
    formula = squeezed(part)
    if len(formula) < _MIN_ECHO or _ELEMENTARY.fullmatch(formula):
        return False
    return formula in _formulas(gold.question, gold.text) and formula != squeezed(gold.text)
