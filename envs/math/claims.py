"""Find the claims that a step makes about numbers: chains of equalities and inequalities, and annotations.

Where what stands around a claim changes it (`x + 3 = 5`, "the square of 3 = 9"), it is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rlvr_gym.envs.math.annotations import Note, find_slip, judge_note
from rlvr_gym.envs.math.arithmetic import Reader
from rlvr_gym.envs.math.links import Claim, judge_link
from rlvr_gym.envs.math.prose import Token, tokens
from rlvr_gym.envs.math.quantities import FRACTIONS, Side

__all__ = ["Found", "find_claims"]

_MAX_CLAIMS = 60  # of one step
_MAX_NAME = 80  # characters before an equality that can be a name
_NAME_MARKS = re.compile(
    r"\\(?:text|mathrm|textbf|mathbf|[\[(,;! ])|[${}*&]|\b(?:the|so|thus|then|therefore|hence|and|is)\b"
)
_NAME = re.compile(r"[a-z][a-z_' ]{0,60}+(?:_?\d)?")
_SAYS_IS = {"is", "equals", "gives"}
_MORE = set("less more fewer times greater percent of th out remainder with".split())
# Words before a number that make another one of it, or a label.
_CHANGES = set(
    "average mean square root cube half twice double triple thirds third quarters quarter fraction percent "
    "by times plus minus than divided multiplied mod step day week year month hour part case grade problem "
    "option round equation base remainder to and or ratio at over".split()
)
_TOTALS = ("total", "sum", "cost", "profit")  # "a total of 3 + 4 = 7" is a sum
_ASIDE = re.compile(
    r"\bnot\b|n't\b|≠|\\neq?\b|\bincorrect|\bwrong|\bmistake|\binstead|\bimpossible|\bcontradict"
    r"|\?|\bremainder|\bcannot|\bfalse|mod\b|\\equiv|≡",
    re.IGNORECASE,
)
_STARTERS = (*FRACTIONS, "\\sqrt", "half", "Half")
_ENDERS = set("\\) \\] \\\\ \\text \\mathrm \\textbf \\mbox \\end \\qed \\Box \\checkmark".split())


class Found(NamedTuple):
    """What a step says.

    Args:
        claims: in order.
        last: the side with which the step ends, if it ends with one.
        name: what the step gives a value, as in "Total cost = 3 * 20", in one notation; "" where nothing.
        value: the side that is its value.
    """

    claims: list[Claim]
    last: Side | None
    name: str
    value: Side | None


def find_claims(text: str, start: int, end: int, letters: bool, carry: Side | None) -> Found:
    """Find and judge the claims of one step.

    Args:
        text: the solution.
        start, end: the step in it.
        letters: "x" is an unknown in this solution.
        carry: the last side of the step before, which a step that begins with a relation goes on from.
    """
    found = tokens(text, start, end)
    claims: list[Claim] = []
    plain: list[Token] = []
    notes: list[Note] = []
    for place, token in enumerate(found):
        if token.kind != "note":
            plain.append(token)
        elif len(claims) < _MAX_CLAIMS:
            left, made = judge_note(text, token, found[place + 1 : place + 4])
            claims += made
            if left is not None:
                notes.append(Note(token.start, token.end, left))
    aside = _ASIDE.search(text, start, end) is not None
    reader = Reader(plain, text, letters)
    last: Side | None = None
    name, value = "", None
    while reader.pos < reader.count and len(claims) < _MAX_CLAIMS:
        before = reader.pos
        if reader.peek().kind == "rel":
            left = carry if before == 0 else None
        elif _can_start(reader):
            left = reader.side()
            if left is not None and _is_cut(reader, before):
                left = None
        else:
            reader.pos += 1
            continue
        if reader.pos == before and reader.peek().kind != "rel":
            reader.pos += 1
            continue
        last = None
        if _relation(reader, left):
            named = "" if left or claims or name or aside else _name(reader, text, start)
            made, first, last = _chain(reader, left, aside, notes)
            claims += made
            name, value = (named, first) if named and first else (name, value)
    claims.sort(key=lambda claim: claim.start)
    return Found(claims, last, name, value)


def _name(reader: Reader, text: str, start: int) -> str:
    """Return what stands before an equality, in one notation; "" for text that is no name."""
    token = reader.peek()
    if token.text != "=" or token.start - start > _MAX_NAME:
        return ""
    name = " ".join(_NAME_MARKS.sub(" ", text[start : token.start].lower()).split())
    return name if _NAME.fullmatch(name) else ""


def _can_start(reader: Reader) -> bool:
    token, before, after = reader.peek(), reader.peek(-1), reader.peek(1)
    if token.text in "+-" and token.kind == "op":
        return before.kind in ("end", "open", "mark", "arrow") and after.start == token.end
    return token.kind in ("num", "open", "mark") or token.text in _STARTERS


def _is_cut(reader: Reader, start: int) -> bool:
    """Tell whether what stands before an expression belongs to it, or changes what it means."""
    if start == 0:
        return False
    before, first = reader.tokens[start - 1], reader.tokens[start]
    adjacent = before.end == first.start
    if before.kind == "open":
        return adjacent and start > 1 and reader.tokens[start - 2].kind in ("op", "word", "num")
    if before.kind in ("op", "num", "pct", "cmd", "close", "raised"):
        return before.kind != "cmd" or before.text not in ("\\(", "\\[", "\\\\", "\\quad")
    if before.kind == "word":
        if before.text.lower() in _CHANGES or (len(before.text) == 1 and before.text not in "aAI"):
            return True
        if before.text == "of":
            return start < 2 or reader.tokens[start - 2].text.lower() not in _TOTALS
        return adjacent
    return before.text in ("_", "|", "!", "'") or _is_joined(reader, start) or before.text == "°"


def _is_joined(reader: Reader, start: int) -> bool:
    """Tell whether a comma, colon or full stop binds a number to the one before it: 1,2 or 3:4 or 1..3."""
    before, first = reader.tokens[start - 1], reader.tokens[start]
    if before.text not in (",", ":", ".") or before.end != first.start:
        return False
    return before.text != ":" or (start > 1 and reader.tokens[start - 2].kind != "word")


def _is_open(reader: Reader, said: bool) -> bool:
    """Tell whether what follows a side, `said` after "is", is part of it: an unknown, a power, "more"."""
    token, last = reader.peek(), reader.peek(-1)
    adjacent = token.start == last.end
    if token.kind in ("end", "rel", "arrow", "note"):
        return False
    if token.kind == "op":
        words = reader.peek(1)
        joined = adjacent and words.start == token.end
        return joined or not (
            token.text in "*-" and words.kind in ("word", "end", "other") and len(words.text) != 1
        )
    if token.kind == "word":
        if len(token.text) == 1:
            return adjacent or token.text in "xyznbckpqrt"
        return said and token.text.lower() in _MORE
    if token.kind == "mark":
        return reader.peek(1).kind == "op" and reader.peek(1).text != "-"
    if token.kind == "cmd":
        return token.text not in _ENDERS
    if token.kind in ("open", "pct", "raised", "num"):
        return adjacent or token.kind == "num"
    if token.text == ":":
        return adjacent and reader.peek(1).kind == "num"
    return token.text in ("_", "!", "|", "°", "…") and adjacent


def _relation(reader: Reader, left: Side | None) -> str:
    """Return the relation that comes next, or ""."""
    ahead = 0
    while reader.peek(ahead).kind == "mark" and ahead < 2:
        ahead += 1
    token = reader.peek(ahead)
    if token.kind == "rel":
        reader.pos += ahead
        return token.text
    if token.text in _SAYS_IS and left is not None and left.places < 0:
        after = reader.peek(ahead + 1)
        if after.kind == "num" or (after.kind == "mark" and reader.peek(ahead + 2).kind == "num"):
            reader.pos += ahead
            return "="
    return ""


def _chain(
    reader: Reader, left: Side | None, aside: bool, notes: Sequence[Note] = ()
) -> tuple[list[Claim], Side | None, Side | None]:
    """Read a chain of relations from its first side on, and judge each link.

    Returns: the claims, the side after the first relation, and the last side.
    """
    claims: list[Claim] = []
    sides: list[Side | None] = []
    while len(claims) < _MAX_CLAIMS:
        relation = _relation(reader, left)
        if not relation:
            break
        said = reader.peek().kind == "word"
        reader.pos += 1
        right = reader.side()
        if right is not None and _is_open(reader, said):
            right = None
        if left is not None and right is not None:
            note = next((one for one in notes if left.end <= one.start and one.end <= right.end), None)
            slip = None if note is None else find_slip(reader.text, left, note.left)
            claims.append(slip or judge_link(reader.text, left, relation, right, aside))
        left = right
        sides.append(right)
    return claims, sides[0] if sides else None, left
