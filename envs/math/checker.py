"""Judge the answer of a response against the gold answer; pure, standard library only.

`check` decides at once wherever exact arithmetic, text or structure can. What needs algebra comes back as
`ASK` with pairs of trees for the sandbox; no text of a response is ever evaluated, here or there.
"""

from __future__ import annotations

from rlvr_gym.envs.math.answer import Answer, find_answer
from rlvr_gym.envs.math.choices import choices_of
from rlvr_gym.envs.math.compare import aligned, compare, is_plain_number
from rlvr_gym.envs.math.decisions import Decision, Ruling, rule
from rlvr_gym.envs.math.evaluated import elements, has_unknowns, is_evaluated
from rlvr_gym.envs.math.exact import Tree, exact
from rlvr_gym.envs.math.golds import Gold, is_echo, make_gold, repeats, with_unit, written_digits
from rlvr_gym.envs.math.moments import MOMENTS, read_moment, same_moment
from rlvr_gym.envs.math.notation import Unreadable, plain_words, squeezed
from rlvr_gym.envs.math.numeric import evaluate
from rlvr_gym.envs.math.numeric_answers import check_number, is_close
from rlvr_gym.envs.math.reading import read
from rlvr_gym.envs.math.realsets import looks_like_set
from rlvr_gym.envs.math.shape import as_quantity, split_unit
from rlvr_gym.envs.math.units import unit_of

__all__ = ["Decision", "Gold", "Ruling", "check", "make_gold"]


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
    decisions: list[Decision] = []
    for part in parts:
        decisions.append(_check_part(part, gold))
        if decisions[-1].ruling in (Ruling.WRONG, Ruling.UNREADABLE):
            break  # one that is not right is enough
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
            return rule(choices_of(part, several=len(wanted) > 1) == wanted, "another choice")
        words = plain_words(part)
        if not words:
            return Decision(Ruling.UNREADABLE, "the answer is empty")
        if gold.kind == "text":
            return rule(_same_text(part, words, gold.text), "not the answer")
        moment = read_moment(part) if gold.kind == "moment" else None
        tree = moment or read(part, gold.policy)
        if (is_echo(part, gold) or repeats(tree, gold)) and _is_undone(tree):
            return Decision(Ruling.WRONG, "the answer repeats a formula of the question")
        if tree[0] == "approx":
            return _check_approximation(tree, gold)
        return _check_tree(tree, gold)
    except Unreadable as error:
        return Decision(Ruling.UNREADABLE, f"the answer cannot be read: {error}")


def _is_undone(tree: Tree) -> bool:
    """Tell whether work is left to be done: a number, a point or a set may well stand in a question."""
    if tree[0] in ("seq", "matrix", "set", "ratio") or looks_like_set(tree):
        return False
    return has_unknowns(tree) or not all(map(is_evaluated, elements(tree)))


def _check_tree(tree: Tree, gold: Gold) -> Decision:
    assert gold.tree is not None
    if gold.kind == "moment":
        return rule(same_moment(gold.tree, tree), "not the answer")
    if gold.kind == "based":
        return rule(_same_based(tree, gold.tree), "not the answer in the base asked for")
    if gold.kind == "number":
        return check_number(tree, gold)
    if tree[0] in MOMENTS:
        return rule(gold.tree[0] == "ratio" and same_moment(gold.tree, tree), "not the answer")
    wanted = gold.tree
    if split_unit(tree)[1] and as_quantity(wanted) != wanted and with_unit(gold) is not gold:
        return check_number(tree, with_unit(gold))
    if gold.policy.lists == "ordered" and wanted[0] == tree[0] == "list":
        wanted, tree = ["seq", "(", ")", *wanted[1:]], ["seq", "(", ")", *tree[1:]]
    if gold.policy.unit == "required" and split_unit(wanted)[1] and not split_unit(tree)[1]:
        return Decision(Ruling.WRONG, "the unit is missing")
    if wanted[0] == tree[0] == "ratio" and gold.policy.evaluated == "literal" and len(wanted) == len(tree):
        wanted, tree = ["seq", "(", ")", *wanted[1:]], ["seq", "(", ")", *tree[1:]]  # in its lowest terms
    ours, theirs = split_unit(wanted)[1], split_unit(tree)[1]
    if not gold.policy.convert_units and ours and theirs and unit_of(ours) != unit_of(theirs):
        return Decision(Ruling.WRONG, "the unit differs")
    if _has_base(tree) and not _has_base(wanted):
        return Decision(Ruling.WRONG, "the answer is in another base")
    same = compare(wanted, tree)
    if same is not False and gold.policy.evaluated == "literal" and not _is_worked_out(tree, wanted):
        return Decision(Ruling.WRONG, "the answer is a computation, not its result")
    if same is not True and is_close(split_unit(wanted)[0], split_unit(tree)[0], gold):
        return Decision(Ruling.RIGHT)
    if same is None:
        return Decision(Ruling.ASK, "", (aligned(wanted, tree),))
    return rule(same, "not the answer")


def _has_base(tree: Tree) -> bool:
    return tree[0] == "based" or any(_has_base(part) for part in tree[1:] if isinstance(part, list))


def _check_approximation(tree: Tree, gold: Gold) -> Decision:
    """Judge `7/12 ~ 0.583` and `~ 12.57`.

    What stands before the sign is the answer; the decimal after it counts where the gold is one, and where it
    is the rounded value of what stands before.
    """
    alone = tree[1] == ["empty"]
    bare = split_unit(tree[2])[0]
    digits = bare[1] if bare[0] == "neg" else bare
    if not alone and not _rounds_to(tree[1], bare, digits):
        return Decision(Ruling.WRONG, "the approximation contradicts the answer")
    first = Decision(Ruling.WRONG, "an approximation") if alone else _check_tree(tree[1], gold)
    if (
        first.ruling is Ruling.RIGHT
        or gold.kind != "number"
        or digits[0] != "dec"
        or written_digits(gold)[0] != "dec"
    ):
        return first
    rounded = exact(bare)
    if rounded is None or rounded != gold.value:
        return first
    return Decision(Ruling.RIGHT)


def _rounds_to(exactly: Tree, shown: Tree, digits: Tree) -> bool:
    """Tell whether a value may be shown so, up to a unit at the last place; True where it is unknown."""
    one = evaluate(split_unit(exactly[-1] if exactly[0] == "rel" else exactly)[0], {})
    two = exact(shown)
    if one is None or two is None or digits[0] not in ("dec", "int"):
        return True
    return abs(one.value - complex(float(two))) <= 1.0000001 * 10.0 ** -int(
        digits[2] if digits[0] == "dec" else 0
    )


def _same_text(part: str, words: str, gold: str) -> bool:
    if "\\" in plain_words(gold):
        return squeezed(part) == squeezed(gold)
    return words == plain_words(gold)


def _is_worked_out(tree: Tree, gold: Tree) -> bool:
    """Tell whether an answer is evaluated as far as its gold is; with unknowns any form will do."""
    if has_unknowns(gold):
        return True
    if all(exact(part) is not None for part in elements(gold)):
        return all(map(is_plain_number, elements(tree)))
    return all(map(is_evaluated, elements(tree)))


def _same_based(found: Tree, gold: Tree) -> bool:
    if found[0] == "rel" and found[-2] == "=":
        found = found[-1]
    digits = str(gold[1]).lstrip("0")
    if found[0] == "int":
        return str(found[1]) == digits
    return found[0] == "based" and bool(found[2] == gold[2]) and str(found[1]).lstrip("0") == digits
