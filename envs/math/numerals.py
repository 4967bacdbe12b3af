"""Written numbers as leaves of a tree: decimals, repeating decimals, other bases, words, 汉字."""

from __future__ import annotations

import re

from rlvr_gym.envs.math.exact import Tree
from rlvr_gym.envs.math.notation import Unreadable

__all__ = ["based", "number", "repeating", "spelled"]

_BASES = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}


def number(text: str) -> Tree:
    """Read an integer or a decimal."""
    whole, dot, places = text.partition(".")
    if not dot:
        return ["int", int(whole)]
    return ["dec", int((whole + places) or "0"), len(places)]


def repeating(text: str) -> Tree:
    """Read a repeating decimal, marked by an overline or a dot."""
    fixed, _, cycle = text.replace("\\dot", "\\overline").partition("\\overline")
    digits = cycle.strip(" {}")
    whole, _, places = fixed.partition(".")
    nines = 10 ** len(digits) - 1
    scale = 10 ** len(places)
    start = int((whole + places) or "0")
    return ["rat", start * nines + int(digits), nines * scale]


def based(digits: str, base: str) -> Tree:
    """Read digits in a base, given as digits or as a word. Raises Unreadable for digits beyond the base."""
    base = base.strip("()")
    radix = _BASES.get(base, int(base) if base.isascii() and base.isdigit() and len(base) < 3 else 0)
    digits = digits.upper()
    if not 2 <= radix <= 36 or not digits.isalnum() or not digits.isascii():
        raise Unreadable("a number in a base that cannot be")
    if any(int(digit, 36) >= radix for digit in digits):
        raise Unreadable(f"a digit of {digits[:40]!a} is too large for base {radix}")
    return ["based", digits, radix]


_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = {word: value for value, word in enumerate(_SMALL)} | {
    word: 10 * tens for tens, word in enumerate(_TENS, 2)
}
_THOUSANDS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_PARTS = {"half": 2, "halve": 2, "quarter": 4} | {
    word: value
    for value, word in enumerate(
        "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), 3
    )
}
_HAN = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HAN_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_HAN_BELOW = {"百": "十", "千": "百", "万": "千"}
_HAN_NUMBER = f"[{''.join(_HAN)}{''.join(_HAN_SCALES)}]{{1,20}}"
_HAN_FORMS = re.compile(f"(负?)(百分之|(?P<low>{_HAN_NUMBER})分之)?(?P<top>{_HAN_NUMBER})")
_MAX_WORDS = 16


def spelled(text: str) -> Tree | None:
    """Read a number in English words or Chinese characters: "seventy-two", "three fifths", 十二, 百分之二十.

    Args:
        text: words, without markup.
    Returns: its tree; None where it is not one number in words.
    """
    if text.strip() == "一半":
        return ["div", ["int", 1], ["int", 2]]
    han = _HAN_FORMS.fullmatch(text.strip()) if len(text) < 60 else None
    if han is not None:
        return _han(han)
    words = re.split(r"[\s-]+", text.strip().lower().replace(",", " ")) if len(text) < 200 else []
    if not words or len(words) > _MAX_WORDS or not all(word.isalpha() for word in words):
        return None
    negative = words[0] in ("minus", "negative")
    tree = _english(words[negative:])
    return ["neg", tree] if negative and tree is not None else tree


def _english(words: list[str]) -> Tree | None:
    """Read a count, a fraction ("three fifths"), or both ("two and a half"); "fifth" alone is an ordinal."""
    if words[-3:-1] == ["and", "a"] and words[-1] in ("half", "quarter", "third"):
        whole = _count(words[:-3])
        return None if whole is None or len(words) < 4 else ["mixed", whole, 1, _PARTS[words[-1]]]
    plural = words[-1] not in _PARTS
    part = _PARTS.get(words[-1].removesuffix("s")) if words else None
    if part is None:
        whole = _count(words)
        return None if whole is None else ["int", whole]
    counted = words[:-1]
    if not counted or counted in (["a"], ["one"]):
        ordinal = not counted and words[-1] not in ("half", "quarter")
        return None if plural or ordinal else ["div", ["int", 1], ["int", part]]
    top = _count(counted)
    return ["div", ["int", top], ["int", part]] if plural and top is not None else None


def _count(words: list[str]) -> int | None:
    """Return the whole number that English words name; None where they name none."""
    total, group, last = 0, 0, 10**15  # `last`: the size of the unit before; units must shrink within a group
    for word in words:
        if word in ("and", "a") and word != words[-1]:
            group = max(group, 1) if word == "a" else group
        elif word in _WORDS:
            value = _WORDS[word]
            if value == 0 and len(words) > 1:
                return None
            size = 1 if value < 10 else 10
            if last <= size or (last == 10 and group % 100 < 20 and group % 100):
                return None
            group, last = group + value, size if value < 10 or value >= 20 else 1
        elif word == "hundred" and 0 < group < 100:
            group, last = group * 100, 100
        elif (
            word in _THOUSANDS and 0 < group < 1000 and (total == 0 or total % (1000 * _THOUSANDS[word]) == 0)
        ):
            total, group, last = total + group * _THOUSANDS[word], 0, 10**15
        else:
            return None
    return total + group


def _han(found: re.Match[str]) -> Tree | None:
    top = _han_count(found["top"])
    low = _han_count(found["low"]) if found["low"] else None
    if top is None or (found["low"] and not low):
        return None
    tree: Tree = ["int", top]
    if low:
        tree = ["div", tree, ["int", low]]
    elif found[2]:
        tree = ["pct", tree]
    return ["neg", tree] if found[1] else tree


def _han_count(text: str) -> int | None:
    if all(sign in _HAN for sign in text):
        return int("".join(str(_HAN[sign]) for sign in text))
    total, section, digit = 0, 0, None
    if len(text) > 2 and text[-1] in _HAN and text[-2] in "百千万":
        text += _HAN_BELOW[text[-2]]  # 一百五 is 150
    for sign in text:
        if sign in _HAN:
            if digit:
                return None
            digit = _HAN[sign]
        elif _HAN_SCALES[sign] < 10**4:
            section, digit = section + (1 if digit is None else digit) * _HAN_SCALES[sign], None
        else:
            total, section, digit = (total + section + (digit or 0)) * _HAN_SCALES[sign], 0, None
    return total + section + (digit or 0)
