"""Families over text: a pipeline of steps, and run-length encodings."""

# ruff: noqa: E501  (menus are tables, one rule a row)

from __future__ import annotations

import random
from typing import Any

from rlvr_gym.envs.code.tasks.rules import Family, Menu, Rules, Slot, many, numbers, one
from rlvr_gym.envs.code.tasks.sequences import pipeline_prose, pipeline_slots, pipeline_source

__all__ = ["ENCODING", "STRINGS"]

_STEPS: Menu = (
    one("swap-case", "Turn upper-case letters into lower case and lower-case letters into upper case.", "text = text.swapcase()"),
    one("reverse", "Reverse the text.", "text = text[::-1]"),
    one("reverse-words", "Reverse each word in place; the words keep their order.", 'text = " ".join(word[::-1] for word in text.split(" "))'),
    one("word-order", "Put the words into reverse order.", 'text = " ".join(text.split(" ")[::-1])'),
    one("sort-words", "Sort the words in ascending order as Python compares strings.", 'text = " ".join(sorted(text.split(" ")))'),
    one("no-vowels", "Remove all vowels (a, e, i, o, u, in either case).", 'text = "".join(c for c in text if c not in "aeiouAEIOU")'),
    one("collapse", "Collapse every run of the same character into one character.", 'text = "".join(c for i, c in enumerate(text) if i == 0 or text[i - 1] != c)'),
    one("atbash", "Replace each lower-case letter by its mirror in the alphabet (a by z, b by y, ..., z by a).", 'text = "".join(chr(219 - ord(c)) if "a" <= c <= "z" else c for c in text)'),
    one("first-seen", "Remove every character that occurred earlier in the text, so that each character stays only where it occurs first.", 'text = "".join(dict.fromkeys(text))'),
    one("capitals", "Turn the first character of each word into upper case and leave the rest of the word as it is.", 'text = " ".join(word[:1].upper() + word[1:] for word in text.split(" "))'),
    many("caesar", "Shift each lower-case letter {k} places forward in the alphabet, from z on to a.", 'text = "".join(chr((ord(c) - 97 + {k}) % 26 + 97) if "a" <= c <= "z" else c for c in text)', range(1, 26)),
    many("digit-plus", "Replace each decimal digit d by the last digit of d + {k}.", 'text = "".join(str((int(c) + {k}) % 10) if c.isdigit() else c for c in text)', range(1, 10)),
    many("rotate", "Move the first character to the end of the text, {k} times (an empty text stays empty).", "if text:\n    shift = {k} % len(text)\n    text = text[shift:] + text[:shift]", range(1, 8)),
    many("drop-every", "Remove the characters at positions {k}, 2*{k}, 3*{k} and so on, where the first character has position 1.", 'text = "".join(c for i, c in enumerate(text, 1) if i % {k} != 0)', range(2, 7)),
    many("double-every", "Write the characters at positions 0, {k}, 2*{k} and so on twice (positions count from 0).", 'text = "".join(c * 2 if i % {k} == 0 else c for i, c in enumerate(text))', range(2, 6)),
    many("blocks", "Cut the text into blocks of {k} characters from the left (the last block may be shorter) and reverse each block in place.", 'text = "".join(text[i:i + {k}][::-1] for i in range(0, len(text), {k}))', range(2, 7)),
    many("insert", "Insert a hyphen after every {k} characters, but none at the very end of the text.", 'text = "-".join(text[i:i + {k}] for i in range(0, len(text), {k}))', range(2, 7)),
    many("long-words", "Remove every word with more than {k} characters, and then join the words that are left with single spaces.", 'text = " ".join(word for word in text.split(" ") if len(word) <= {k})', range(2, 6)),
    many("replace-letter", "Replace every '{k}' by '*'.", "text = text.replace('{k}', '*')", "abcdeimnorst "),
)  # fmt: skip

_ENDS: Menu = (
    one("text", "Return the resulting text.", "return text"),
    one("words", "Return the list of the words of the resulting text.", 'return text.split(" ")'),
    one("word-lengths", "Return the list of the lengths of its words.", 'return [len(word) for word in text.split(" ")]'),
    one("counts", "Return a dict that maps each lower-case letter that occurs in the resulting text to how often it occurs.", 'return {c: text.count(c) for c in text if "a" <= c <= "z"}'),
    one("halves", "Return a tuple of its characters at even positions and its characters at odd positions, as two strings (positions count from 0).", "return (text[::2], text[1::2])"),
    many("checksum", "Return the sum over all its characters of the character code times the position (the first position is 1), modulo {k}.", "return sum(ord(c) * i for i, c in enumerate(text, 1)) % {k}", (97, 101, 103, 107, 109, 113, 127, 251)),
    many("prefix", "Return a tuple of the length of the resulting text and its first {k} characters (fewer if it is shorter).", "return (len(text), text[:{k}])", range(3, 9)),
)  # fmt: skip


def _texts(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    alphabet = rng.choice(("abcXYZ", "aabbcdeiou", "abcdefghijklmnopqrstuvwxyz", "aE1b29,nrst", "moonTREE05"))
    words = [
        "".join(rng.choice(alphabet) for _ in range(rng.randint(1, 7)))
        for _ in range(rng.randint(2, 4 + level))
    ]
    return (" ".join(words),)


STRINGS = Family(
    name="strings",
    entry="rewrite",
    signature="(text: str)",
    slots=pipeline_slots(_STEPS, _ENDS),
    prose=pipeline_prose(
        "It starts from the string `text` and applies these steps in order, each to the text that the step before it "
        'produced. The words of a text are the pieces of text.split(" ") at that moment, so that a word may be empty; '
        "all texts are ASCII."
    ),
    source=pipeline_source("def rewrite(text):"),
    inputs=_texts,
    edges=(
        ("",),
        ("a",),
        (" ",),
        ("aa  bb",),
        ("Hello World 2024",),
        ("zzzz yyy xx w",),
        ("AEIOU aeiou 0189 end",),
    ),
)

_COUNT_PLACE: Menu = (
    one("before", "the count and then the character", "f'{count}{char}'"),
    one("after", "the character and then the count", "f'{char}{count}'"),
    one("bracket", "the character and then the count in round brackets, as in 'a(4)'", "f'{char}({count})'"),
    one("caret", "the character, a '^' and the count, as in 'a^4'", "f'{char}^{count}'"),
    one("colon", "the count, a ':' and the character, as in '4:a'", "f'{count}:{char}'"),
)  # fmt: skip

_JOINS: Menu = (
    one("none", "nothing", "''"),
    many("char", "the character '{k}'", "'{k}'", ("-", ",", "|", "/", ";")),
)

_SAME: Menu = (
    one("exact", "Two neighbouring characters belong to the same run if they are equal.", "a == b"),
    one("case", "Two neighbouring characters belong to the same run if they are equal when both are put in lower case. A run is written with its first character.", "a.lower() == b.lower()"),
    one("digits", "Two neighbouring characters belong to the same run if they are equal or both are decimal digits. A run is written with its first character.", "a == b or (a.isdigit() and b.isdigit())"),
    one("next", "A character belongs to the same run as the character before it if the two are equal or if its character code is exactly one greater. A run is written with its first character.", "a == b or ord(b) - ord(a) == 1"),
)  # fmt: skip

_PREPARE: Menu = (
    one("none", "Take the text as it is.", "text = text"),
    one("spaces", "Remove all spaces from the text.", 'text = text.replace(" ", "")'),
    one("lower", "Turn the text into lower case.", "text = text.lower()"),
    one("reverse", "Reverse the text.", "text = text[::-1]"),
    one("sort", "Sort the characters of the text in ascending order of character code.", 'text = "".join(sorted(text))'),
    many("drop", "Remove every '{k}' from the text.", "text = text.replace('{k}', '')", "abcxyz"),
)  # fmt: skip

_ORDER: Menu = (
    one("as-is", "The runs stay in order.", "runs = runs"),
    one("long-first", "The longest run comes first and the shortest last; runs of equal length stay in order.", "runs.sort(key=lambda run: -run[1])"),
    one("backwards", "The runs are put into reverse order.", "runs.reverse()"),
    many("only", "Only the first {k} runs are kept.", "runs = runs[:{k}]", range(3, 7)),
)  # fmt: skip


def _encoding_slots(level: int) -> tuple[Slot, ...]:
    slots = [
        Slot("place", _COUNT_PLACE),
        Slot("join", _JOINS),
        Slot("least", numbers(2, 4)),
        Slot("prepare", _PREPARE),
    ]
    if level >= 2:
        slots.append(Slot("same", _SAME))
    if level >= 3:
        slots.append(Slot("order", _ORDER))
    if level >= 4:
        slots.append(Slot("most", numbers(4, 7)))
    if level >= 5:
        slots.append(Slot("again", _PREPARE))
    return tuple(slots)


def _encoding_prose(level: int) -> str:
    lines = ["It encodes a string by the lengths of its runs.", "- $prepare"]
    if level >= 5:
        lines.append("- After that: $again")
    lines.append(
        "- $same" if level >= 2 else "- A run is a maximal stretch of equal neighbouring characters."
    )
    if level >= 4:
        lines.append(
            "- A run that has reached $most characters is complete: the next character begins a new run."
        )
    if level >= 3:
        lines.append("- $order")
    lines.append(
        "- A run of at least $least characters is written as $place. A shorter run is written as its first character "
        "repeated as often as the run is long."
    )
    lines.append("- Between the written runs stands $join. An empty text gives an empty string.")
    return "\n".join(lines)


def _encoding_source(level: int) -> str:
    same = "$same" if level >= 2 else "a == b"
    limit = " and runs[-1][1] < $most" if level >= 4 else ""
    lines = ["def encode(text):", "    $prepare"]
    if level >= 5:
        lines.append("    $again")
    lines += [
        "    runs = []",
        "    for i, b in enumerate(text):",
        "        a = text[i - 1] if i else ''",
        f"        if runs and ({same}){limit}:",
        "            runs[-1] = (runs[-1][0], runs[-1][1] + 1)",
        "        else:",
        "            runs.append((b, 1))",
    ]
    if level >= 3:
        lines.append("    $order")
    lines += [
        "    written = []",
        "    for char, count in runs:",
        "        written.append($place if count >= $least else char * count)",
        "    return $join.join(written)",
    ]
    return "\n".join(lines)


def _runs(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    alphabet = rng.choice(("ab", "abcABC", "xyz 12", "aAbB 7", "abcdxyz"))
    return (
        "".join(rng.choice(alphabet) * rng.choice((1, 1, 2, 3, 4, 5, 9)) for _ in range(rng.randint(3, 9))),
    )


ENCODING = Family(
    name="encoding",
    entry="encode",
    signature="(text: str) -> str",
    slots=_encoding_slots,
    prose=_encoding_prose,
    source=_encoding_source,
    inputs=_runs,
    edges=(("",), ("a",), ("aaaaaaaaaaaa",), ("abcabc",), ("aaAAbbBB  112233",), ("xyzzyx   aab",)),
)
