"""Families over lists and sorting: a pipeline of steps over integers, and words sorted by custom keys."""

# ruff: noqa: E501  (menus are tables, one rule a row)

from __future__ import annotations

import random
from typing import Any

from rlvr_gym.envs.code.tasks.rules import Family, Menu, Rules, Slot, many, one

__all__ = ["LISTS", "SORTING", "pipeline_prose", "pipeline_slots", "pipeline_source"]

_SMALL = range(2, 8)

_STEPS: Menu = (
    many("drop-multiples", "Remove every value that is divisible by {k} (0 is divisible by {k}).",
         "values = [v for v in values if v % {k} != 0]", _SMALL),
    many("keep-remainder-small", "Keep only the values v whose remainder v % {k} (as Python computes it) is 0 or 1.",
         "values = [v for v in values if v % {k} <= 1]", range(3, 8)),
    many("times", "Multiply every value by {k}.", "values = [v * {k} for v in values]", range(2, 10)),
    many("minus", "Subtract {k} from every value.", "values = [v - {k} for v in values]", range(1, 12)),
    many("mod", "Replace every value v by v % {k} as Python computes it (a result from 0 to {k} - 1).",
         "values = [v % {k} for v in values]", range(5, 14)),
    many("clamp", "Replace values greater than {k} by {k}, and values less than -{k} by -{k}.",
         "values = [max(-{k}, min({k}, v)) for v in values]", range(5, 25, 3)),
    many("rotate", "Move the first value to the end of the list, and do so {k} times (an empty list stays empty).",
         "if values:\n    shift = {k} % len(values)\n    values = values[shift:] + values[:shift]", range(1, 5)),
    many("stride", "Keep only the values at positions 0, {k}, {k}*2, {k}*3 and so on (positions count from 0).",
         "values = values[::{k}]", range(2, 4)),
    many("window-max", "Replace the list by the maximum of each {k} consecutive values, from left to right; "
         "a list with fewer than {k} values becomes empty.",
         "values = [max(values[i:i + {k}]) for i in range(len(values) - {k} + 1)]", range(2, 4)),
    many("add-position", "Add to each value {k} times its position (positions count from 0).",
         "values = [v + {k} * i for i, v in enumerate(values)]", range(1, 8)),
    many("greater-than-first", "Remove every value that is at least {k} greater than the first value of the list.",
         "values = [v for v in values if v - values[0] < {k}]", range(1, 9)),
    one("reverse", "Reverse the list.", "values = values[::-1]"),
    one("ascending", "Sort the values in ascending order.", "values = sorted(values)"),
    one("by-size", "Sort the values by absolute value in ascending order; where two absolute values are equal, "
        "the negative value comes first.", "values = sorted(values, key=lambda v: (abs(v), v))"),
    one("running-sum", "Replace each value by the sum of all values up to and including it.",
        "total = 0\nsums = []\nfor v in values:\n    total += v\n    sums.append(total)\nvalues = sums"),
    one("differences", "Replace the list by the differences of neighbours: each value after the first, minus the "
        "value before it (a list with fewer than two values becomes empty).",
        "values = [b - a for a, b in zip(values, values[1:])]"),
    one("first-seen", "Remove repeated values, so that only the first occurrence of each value stays.",
        "values = list(dict.fromkeys(values))"),
    one("last-seen", "Remove repeated values, so that only the last occurrence of each value stays.",
        "values = list(dict.fromkeys(values[::-1]))[::-1]"),
    one("swap-pairs", "Swap the values at positions 0 and 1, at positions 2 and 3, and so on; a last value without "
        "a partner stays where it is.",
        "values = [v for i in range(0, len(values), 2) for v in values[i:i + 2][::-1]]"),
    one("runs", "Collapse every run of equal neighbouring values into one value.",
        "values = [v for i, v in enumerate(values) if i == 0 or values[i - 1] != v]"),
)  # fmt: skip

_ENDS: Menu = (
    one("list", "Return the resulting list.", "return values"),
    many("sum-plus", "Return the sum of the resulting list (0 for an empty list) plus {k} times its length.",
         "return sum(values) + {k} * len(values)", range(6)),
    many("largest", "Return the largest value of the resulting list, or -{k} if it is empty.",
         "return max(values, default=-{k})", range(1, 6)),
    many("count-above", "Return how many values of the resulting list are greater than {k}.",
         "return sum(v > {k} for v in values)", range(-1, 5)),
    one("alternating", "Return the alternating sum of the resulting list: the value at position 0, minus the value "
        "at position 1, plus the value at position 2, and so on (0 for an empty list).",
        "return sum(v if i % 2 == 0 else -v for i, v in enumerate(values))"),
    one("distinct", "Return the number of distinct values of the resulting list.", "return len(set(values))"),
    one("ends", "Return a tuple of the first and the last value of the resulting list, or None if it is empty.",
        "return (values[0], values[-1]) if values else None"),
    one("peak", "Return the position of the largest value of the resulting list (the first of them, counted from 0), "
        "or -1 if it is empty.", "return values.index(max(values)) if values else -1"),
)  # fmt: skip


def pipeline_slots(steps: Menu, ends: Menu, extra: int = 1) -> Any:
    """Return the slots of a pipeline: level + extra steps, all different, and an end."""

    def slots(level: int) -> tuple[Slot, ...]:
        chain = tuple(Slot(f"step{n}", steps, "steps") for n in range(1, level + extra + 1))
        return (*chain, Slot("end", ends))

    return slots


def pipeline_prose(opening: str, extra: int = 1) -> Any:
    """Return the prose of a pipeline: numbered steps."""

    def prose(level: int) -> str:
        last = level + extra + 1
        return "\n".join([opening, *(f"{n}. $step{n}" for n in range(1, last)), f"{last}. $end"])

    return prose


def pipeline_source(head: str, extra: int = 1) -> Any:
    """Return the source of a pipeline below the given first lines of the function."""

    def source(level: int) -> str:
        return "\n".join([head, *(f"    $step{n}" for n in range(1, level + extra + 1)), "    $end"])

    return source


def _list_inputs(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    spread = rng.choice((4, 12, 40))
    return ([rng.randint(-spread, spread) for _ in range(rng.randint(3, 8 + 2 * level))],)


LISTS = Family(
    name="lists",
    entry="transform",
    signature="(values: list[int])",
    slots=pipeline_slots(_STEPS, _ENDS),
    prose=pipeline_prose(
        "It starts from the list `values` and applies these steps in order. Each step works on the list that the "
        "step before it produced."
    ),
    source=pipeline_source("def transform(values):"),
    inputs=_list_inputs,
    edges=(
        ([],),
        ([7],),
        ([-3, -3],),
        ([0, 0, 0, 0],),
        ([5, 4, 3, 2, 1, 0, -1, -2],),
        ([30, -30, 30, -30, 15, 15],),
    ),
)

_KEYS: Menu = (
    one("length", "its length", "len(word)"),
    one("last", "its last character (by character code; an empty word counts as having the empty string there)",
        "word[-1:]"),
    one("vowels", "its number of vowels (a, e, i, o, u in either case)",
        'sum(c in "aeiouAEIOU" for c in word)'),
    one("capitals", "its number of upper-case letters", "sum(c.isupper() for c in word)"),
    one("digits", "the sum of its decimal digits", "sum(int(c) for c in word if c.isdigit())"),
    one("distinct", "its number of distinct characters", "len(set(word))"),
    many("length-mod", "its length modulo {k}", "len(word) % {k}", range(2, 5)),
    many("letter-count", "the number of times that the letter '{k}' occurs in it, in either case",
         "word.lower().count('{k}')", "abcdeort"),
)  # fmt: skip


_FINE: Menu = (
    one("reversed", "the word read backwards (compared as Python compares strings)", "word[::-1]"),
    one("lower", "the word in lower case (compared as Python compares strings)", "word.lower()"),
    one("word", "the word itself (compared as Python compares strings)", "word"),
    many("rotated", "the word with its first {k} characters moved to its end (compared as Python compares strings)", "word[{k}:] + word[:{k}]", range(1, 4)),
    many("code-sum", "the sum of the character codes of its characters, modulo {k}", "sum(map(ord, word)) % {k}", range(5, 30)),
)  # fmt: skip

_ORDER: Menu = (
    one("up", "in ascending order", "False"),
    one("down", "in descending order", "True"),
)

_PICKS: Menu = (
    one("all", "Return the sorted list.", "return words"),
    many("first", "Return the first {k} words of the sorted list (all of them if there are fewer).",
         "return words[:{k}]", range(2, 7)),
    many("without", "Return the sorted list without its first {k} words (an empty list if there are no more).",
         "return words[{k}:]", range(1, 4)),
    many("every", "Return every {k}th word of the sorted list, beginning with the first one.",
         "return words[::{k}]", range(2, 4)),
    many("join", "Return the words of the sorted list joined by the string '{k}'.",
         "return '{k}'.join(words)", ("-", "/", ", ", "")),
)  # fmt: skip

_FILTERS: Menu = (
    one("none", "Keep all words.", "words = list(words)"),
    many("longer", "Keep only the words with at least {k} characters.",
         "words = [word for word in words if len(word) >= {k}]", range(1, 5)),
    many("without", "Leave out every word that holds the letter '{k}' in either case.",
         "words = [word for word in words if '{k}' not in word.lower()]", "aeiost"),
    one("once", "Of equal words (same characters, same case) keep only the first.", "words = list(dict.fromkeys(words))"),
    one("letters", "Keep only the words that hold at least one letter.",
        "words = [word for word in words if any(c.isalpha() for c in word)]"),
)  # fmt: skip


def _sorting_slots(level: int) -> tuple[Slot, ...]:
    keys = 1 if level == 1 else 2 if level < 4 else 3
    # Keys that hardly ever tie come last, so that each key decides something.
    chain = [Slot(f"key{n}", _KEYS, "keys") for n in range(1, keys)]
    chain.append(
        Slot(f"key{keys}", _FINE if level in (3, 5) else (*_KEYS, *_FINE), "" if level in (3, 5) else "keys")
    )
    orders = [Slot(f"order{n}", _ORDER) for n in range(1, keys + 1)]
    return (*chain, *orders, Slot("filter", _FILTERS), Slot("pick", _PICKS))


def _sorting_prose(level: int) -> str:
    keys = 1 if level == 1 else 2 if level < 4 else 3
    names = ("Sort them", "Words that are equal in this respect are sorted", "Those still equal are sorted")
    sentences = [f"{names[n - 1]} by $key{n}, $order{n}." for n in range(1, keys + 1)]
    return (
        "Given a list of words:\n1. $filter\n2. "
        + " ".join(sentences)
        + " Words that are equal in all of this stay in their original order.\n3. $pick"
    )


def _sorting_source(level: int) -> str:
    keys = 1 if level == 1 else 2 if level < 4 else 3
    # Python's sort is stable, also with reverse=True: sort by the last key first.
    sorts = [f"    words.sort(key=lambda word: $key{n}, reverse=$order{n})" for n in range(keys, 0, -1)]
    return "\n".join(["def arrange(words):", "    $filter", *sorts, "    $pick"])


def _words(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    alphabet = rng.choice(("abcde", "abAB12", "aeioust", "ABCdefort09"))
    count = rng.randint(4, 8 + level)
    return (["".join(rng.choice(alphabet) for _ in range(rng.randint(1, 6))) for _ in range(count)],)


SORTING = Family(
    name="sorting",
    entry="arrange",
    signature="(words: list[str])",
    slots=_sorting_slots,
    prose=_sorting_prose,
    source=_sorting_source,
    inputs=_words,
    edges=(
        ([],),
        (["a"],),
        (["", "b", ""],),
        (["bb", "aa", "BB", "AA", "aa"],),
        (["12", "3", "21", "x3", "X3", "30"],),
        (["tree", "stone", "Ear", "ear", "sea", "odd", "Tea", "eat", "ate"],),
    ),
)
