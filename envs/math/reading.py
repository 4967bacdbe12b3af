"""From the text of one answer to its tree: moments, numbers in words, or whatever the parser reads."""

from __future__ import annotations

import re

from rlvr_gym.envs.math.exact import Tree, exact
from rlvr_gym.envs.math.moments import read_moment
from rlvr_gym.envs.math.notation import TooLarge, Unreadable, clean, folded, unmarked
from rlvr_gym.envs.math.numerals import spelled
from rlvr_gym.envs.math.parse import parse
from rlvr_gym.envs.math.policy import AnswerPolicy
from rlvr_gym.envs.math.units import is_chinese_unit
from rlvr_gym.envs.math.words import is_label

__all__ = ["read"]

_EMPTY = re.compile(
    r"^\W{0,8}(?:\\?text\w{0,2} ?\{ ?)?"
    r"(?:(?:the |an )?(?:empty|null) set|(?:there (?:is|are) )?no (?:real )?solutions?)\W{0,4}$",
    re.IGNORECASE,
)
_REALS = re.compile(
    r"^\W{0,8}(?:\\?text\w{0,2} ?\{ ?)?(?:the set of )?all (?:the )?real(?: number| value)?s?\W{0,4}$",
    re.IGNORECASE,
)
# What an equation names may be written in any way that holds no number: \\angle ABC, P(A|B), \\mathbb{E}[X].
_NAMED = re.compile(r"[^\d=<>,;]{1,60}=([^=<>]{1,100})")
_NOTED = re.compile(r"^([^()]{1,60}?)\s{0,4}(?:\\text ?\{ ?)?\(([A-Za-z][A-Za-z -]{1,40})\) ?\}?")
_LETTER = re.compile(r"[^\W\d_]")
_REPEATED = re.compile(r"^([^()\d]{3,80}?) ?\(([^()]{1,60})\)")
_HAN_QUANTITY = re.compile(
    "([零一二两三四五六七八九十百千万亿〇]{1,20})([^零一二两三四五六七八九十百千万亿〇]{1,12})"
)


def read(text: str, policy: AnswerPolicy) -> Tree:
    """Read an answer.

    Args:
        text: as extracted from a response or given as gold.
        policy: whether look-alikes are folded and numbers in words are read.
    Returns: its tree, of the parser's kinds or ["time", seconds] or ["date", year, month, day].
    Raises: Unreadable: if it is no answer; TooLarge: if it exceeds a limit.
    """
    if policy.homoglyphs == "folded":
        text = folded(text)
    if not _LETTER.search(text) and ":" not in text:
        return parse(text)
    if len(text) < 60:
        if _EMPTY.search(text):
            return ["empty"]
        if _REALS.search(text):
            return ["reals"]
    moment = read_moment(text)
    if moment is not None:
        return moment
    if policy.numerals and len(text) < 400:
        number = _in_words(unmarked(clean(text)))
        if number is not None:
            return number
    noted = (
        _NOTED.fullmatch(text.strip(" $")) if text.endswith((")", ")}", ") }")) and len(text) < 200 else None
    )
    if noted is not None and (is_label(noted[2]) or spelled(noted[2]) is not None):
        value = parse(noted[1])
        number = spelled(noted[2])
        if exact(value) is not None and (number is None or exact(number) == exact(value)):
            return value
    try:
        return parse(text)
    except TooLarge:
        raise
    except Unreadable:
        named = _NAMED.fullmatch(text.strip(" $")) if len(text) < 200 else None
        if named is None:
            raise
        return ["rel", ["text", "name"], "=", parse(named[1])]


def _in_words(words: str) -> Tree | None:
    """Read a number in words, followed by nothing, by its unit or by the same number in digits."""
    number = spelled(words)
    if number is not None:
        return number
    repeated = _REPEATED.fullmatch(words)
    if repeated is not None:
        first = spelled(repeated[1])
        if first is not None:
            second = parse(repeated[2])
            if exact(second) != exact(first):
                raise Unreadable("two different numbers")
            return second
    counted = _HAN_QUANTITY.fullmatch(words)
    if counted is not None:
        number = spelled(counted[1])
        if number is not None and number[0] == "int" and is_chinese_unit(counted[2]):
            return parse(f"{number[1]}{counted[2]}")
    first_word, _, rest = words.partition(" ")
    number = spelled(first_word) if rest and rest.isascii() and rest.replace(" ", "").isalpha() else None
    return parse(f"{number[1]} {rest}") if number is not None and number[0] == "int" else None
