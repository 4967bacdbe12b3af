"""The family of reports on a text, written as whole programs."""

# ruff: noqa: E501  (menus are tables, one rule a row)

from __future__ import annotations

import random
from typing import Any

from rlvr_gym.envs.code.tasks.rules import Family, Menu, Rules, Slot, many, one

__all__ = ["REPORT"]

_WORDS: Menu = (
    one("plain", "A word is a longest stretch of letters a to z in either case.", "re.findall('[A-Za-z]+', line)"),
    one("lower", "A word is a longest stretch of letters a to z in either case; words are put in lower case.", "re.findall('[a-z]+', line.lower())"),
    one("digits", "A word is a longest stretch of letters a to z in either case and digits.", "re.findall('[A-Za-z0-9]+', line)"),
    one("spaces", "A word is a longest stretch of characters other than spaces.", "line.split()"),
    many("long", "A word is a longest stretch of letters a to z in either case; stretches of fewer than {k} letters do not count.", "[w for w in re.findall('[A-Za-z]+', line) if len(w) >= {k}]", range(2, 4)),
    one("first", "A word is a longest stretch of letters a to z in either case; of equal words in one line only the first counts.", "list(dict.fromkeys(re.findall('[A-Za-z]+', line)))"),
)  # fmt: skip

_VALUE: Menu = (
    one("count", "how often it occurs", "len(places)"),
    one("lines", "the number of lines in which it occurs", "len({i for i, _ in places})"),
    one("first", "the number of the first line in which it occurs (the first line of the input has number 1)", "min(places)[0]"),
    one("last", "the number of the last line in which it occurs (the first line of the input has number 1)", "max(places)[0]"),
    one("weight", "how often it occurs, multiplied by its length", "len(places) * len(word)"),
    many("mixed", "how often it occurs, plus {k} for each line in which it is the first word", "len(places) + {k} * sum(j == 0 for _, j in places)", range(1, 5)),
    one("positions", "the sum of its positions in the lines in which it occurs (counted among the words of the line; the first has position 1)", "sum(j + 1 for _, j in places)"),
)  # fmt: skip

_RANK: Menu = (
    one("down", "with the greatest value first", "-value"),
    one("up", "with the least value first", "value"),
    one("length", "with the longest word first", "-len(word)"),
    one("last-letter", "by the last character of the word, ascending by character code", "ord(word[-1])"),
    many("modulo", "by the value modulo {k}, ascending", "value % {k}", range(2, 4)),
)  # fmt: skip

_TIE: Menu = (
    one("word", "by word in ascending order as Python compares strings", "0"),
    one("seen", "in the order in which they first occur in the input", "order.index(word)"),
    one("seen-last", "in the reverse of the order in which they first occur in the input", "-order.index(word)"),
)  # fmt: skip

_LINE: Menu = (
    one("colon", "WORD: VALUE", "f'{word}: {value}'"),
    one("bar", "WORD, padded with spaces on the right to 10 characters, then '|' and VALUE", "f'{word:<10}|{value}'"),
    one("stars", "WORD, a space and as many '*' as VALUE says", "f'{word} ' + '*' * value"),
    one("front", "VALUE, a tab character and WORD", "f'{value}\\t{word}'"),
    one("number", "the number of the line in the output (from 1), ') ', WORD, a space and VALUE", "f'{place}) {word} {value}'"),
)  # fmt: skip

_TOP: Menu = (many("top", "{k}", "{k}", range(3, 8)),)

_CUT: Menu = (
    many("least", "Only words with a value of at least {k} are used.", "value >= {k}", range(2, 4)),
    many("start", "Words that begin with '{k}' are not used.", "not word.startswith('{k}')", "abt"),
    many("length", "Only words with at most {k} characters are used.", "len(word) <= {k}", range(2, 5)),
    one("odd", "Only words with an odd value are used.", "value % 2 == 1"),
)  # fmt: skip

_LINES: Menu = (
    many("comment", "Lines that begin with '{k}' are skipped but counted.", "line.startswith('{k}')", "#>"),
    many("every", "Every {k}th line of the input is skipped but counted.", "number % {k} == 0", range(2, 5)),
    one("short", "Lines with fewer than 6 characters (without the line break) are skipped but counted.", "len(line) < 6"),
    one("none", "No line is skipped.", "False"),
)  # fmt: skip


def _report_slots(level: int) -> tuple[Slot, ...]:
    slots = [Slot("words", _WORDS), Slot("value", _VALUE), Slot("rank", _RANK, "rank"), Slot("line", _LINE)]
    extra = (Slot("top", _TOP), Slot("tie", _TIE), Slot("cut", _CUT), Slot("skip", _LINES))
    return (*slots, *extra[: level - 1])


def _report_prose(level: int) -> str:
    lines = ["The input is a text of several lines. $words Blank lines hold no word."]
    if level >= 5:
        lines.append("- $skip")
    lines.append("- The value of a word is $value.")
    if level >= 4:
        lines.append("- $cut")
    tie = "$tie" if level >= 3 else "by word in ascending order as Python compares strings"
    most = (
        " The first $top of them (all if there are fewer) are printed."
        if level >= 2
        else " All of them are printed."
    )
    lines.append(f"- The different words are sorted $rank; those that are equal in this, {tie}.{most}")
    lines.append("- Each is printed on a line of its own in the form $line.")
    lines.append("- If there is nothing to print, the one line 'nothing' is printed.")
    return "\n".join(lines)


def _report_source(level: int) -> str:
    lines = [
        "import re",
        "",
        "",
        "def solve(text):",
        "    where = {}",
        "    for number, line in enumerate(text.split('\\n'), 1):",
    ]
    if level >= 5:
        lines += ["        if $skip:", "            continue"]
    lines += [
        "        for j, word in enumerate($words):",
        "            where.setdefault(word, []).append((number, j))",
        "    order = list(where)",
        "    rows = []",
        "    for word, places in where.items():",
        "        value = $value",
    ]
    if level >= 4:
        lines += ["        if not ($cut):", "            continue"]
    lines.append("        rows.append(($rank, " + ("$tie" if level >= 3 else "0") + ", word, value))")
    lines += ["    rows.sort()"] + (["    rows = rows[:$top]"] if level >= 2 else [])
    lines += [
        "    output = []",
        "    for place, (_, _, word, value) in enumerate(rows, 1):",
        "        output.append($line)",
        "    return ''.join(line + '\\n' for line in output or ['nothing'])",
    ]
    return "\n".join(lines)


def _pages(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    words = ("a", "to", "the", "bat", "ant", "tea", "Tea", "boat", "A", "x1", "tool", "attic")
    marks = ("", "", "", ",", ".", "-", "!")

    def line() -> str:
        start = rng.choice(("", "", "", "", "# ", "> "))
        return start + " ".join(rng.choice(words) + rng.choice(marks) for _ in range(rng.randint(1, 5)))

    return ("\n".join(line() for _ in range(rng.randint(3, 7))) + "\n",)


REPORT = Family(
    name="reports",
    entry="",
    signature="",
    slots=_report_slots,
    prose=_report_prose,
    source=_report_source,
    inputs=_pages,
    edges=(
        ("!\n",),
        ("a\n",),
        ("a A a\n\nthe tea, the Tea x1\n# tool to-tool\n",),
        ("to\nto to\n> to be\nbat, bat; bat\n",),
    ),
)
