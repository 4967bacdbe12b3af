"""Judge annotations, `<<48/2=24>>`, and what is written around them: a calculator computed what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from rlvr_gym.envs.math.arithmetic import Reader
from rlvr_gym.envs.math.exact import Tree, exact
from rlvr_gym.envs.math.links import Claim, judge_link, quote, show, value_of, wrong_reason
from rlvr_gym.envs.math.notation import TooLarge
from rlvr_gym.envs.math.prose import END, Token, number_of, tokens
from rlvr_gym.envs.math.quantities import Side
from rlvr_gym.envs.math.words import SCALES

__all__ = ["Note", "find_slip", "judge_note"]


class Note(NamedTuple):
    """An annotation: its place and its first side."""

    start: int
    end: int
    left: Side


def judge_note(text: str, note: Token, following: list[Token]) -> tuple[Side | None, list[Claim]]:
    """Judge an annotation and the number written after it.

    Args:
        text: the solution.
        note: the token of the annotation.
        following: the next few tokens.
    Returns: the first side of the annotation, or None where it cannot be read, and the claims.
    """
    inner = tokens(text, note.start + 2, note.end - 2)
    reader = Reader(inner, text)
    left = reader.side()
    if left is None or reader.peek().text not in ("=", "~"):
        return left, []
    made: list[Claim] = []
    side = left
    while reader.peek().kind == "rel":
        relation = reader.peek().text
        reader.pos += 1
        right = reader.side()
        if right is None:
            break
        made.append(_strict(text, judge_link(text, side, relation, right, False), side, right))
        side = right
    if reader.peek() is not END or not made:
        return left, [Claim("annotation", note.start, note.end, None)]
    value = made[-1].result
    while following and (following[0].kind == "mark" or following[0].text == "-"):
        following = following[1:]
    if value is None or not following or following[0].kind != "num":
        return left, made
    written = number_of(following[0].text)
    copied = _is_copy(abs(value), written, following[0].text, following[1:2])
    reason = "" if copied is not False else f"{show(value)} was computed and {following[0].text} written"
    return left, [*made, Claim("copy", following[0].start, following[0].end, copied, reason, (), written)]


def _strict(text: str, claim: Claim, left: Side, right: Side) -> Claim:
    """Judge a claim as an annotation: a calculator wrote it, and does not round to whole numbers."""
    claim = replace(claim, kind="annotation")
    if claim.right is not None or left.percent or right.percent or claim.result is None:
        return claim
    try:
        a = value_of(left.tree)
    except TooLarge:
        return claim
    if a is None:
        return claim
    return replace(claim, right=False, reason=wrong_reason(text, left, a, "=", right))


def _is_copy(value: Fraction, written: Fraction, shown: str, after: list[Token]) -> bool | None:
    if value == written:
        return True
    if after and (after[0].kind in ("pct", "op", "rel") or after[0].text in SCALES):
        return None
    if abs(value - written) < Fraction(1, 10 ** len(shown.partition(".")[2])):
        return True
    return None if value == 100 * written or written == 100 * value else False


def find_slip(text: str, left: Side, noted: Side) -> Claim | None:
    """Compare a computation with its annotation: 48/3 = <<48/2=24>> differs in one number.

    Args:
        text: the solution.
        left: the computation in prose.
        noted: the first side of the annotation that follows it.
    Returns: a wrong claim, or None where they agree or differ in more than a number.
    """
    one, other = list(_leaves(left.tree)), list(_leaves(noted.tree))
    if len(one) != len(other) or len(one) < 2:
        return None
    differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if len(differing) != 1 or not all(isinstance(part, Fraction) for part in differing[0]):
        return None
    reason = f"{quote(text, left)} is written and {quote(text, noted)} computed"
    return Claim("copy", left.start, noted.end, False, reason)


def _leaves(tree: Tree) -> Iterator[Fraction | str]:
    """Yield the operations and the numbers of a tree, in order."""
    value = exact(tree) if tree[0] in ("int", "dec") else None
    if value is not None:
        yield value
        return
    yield str(tree[0])
    for part in tree[1:]:
        if isinstance(part, list):
            yield from _leaves(part)
