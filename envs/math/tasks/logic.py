"""Truth tables, and an island of knights and knaves.

Example (`truth_tables`, level 1): `For how many assignments ... is $p \\lor (q \\land \\lnot p)$ true?` -> 3.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from typing import Any

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.envs.math.tasks.entities import people
from rlvr_gym.sources import Draft

__all__ = ["knights_and_knaves", "truth_tables"]

_SYMBOLS = (
    "$\\lnot$ is not, $\\land$ and, $\\lor$ or, $\\to$ if-then, $\\leftrightarrow$ if and only if, $\\oplus$ "
    "exclusive or."
)
_TRUE = (
    "For how many of the assignments of true and false to {names} is the formula ${formula}$ {value}? Here "
    "{symbols}",
    "The last column of the truth table of ${formula}$ has one row for each assignment of {names}. How many "
    "of its entries are {value}? ({symbols})",
    "Each of {names} is either true or false. In how many of all possible cases is ${formula}$ {value}? Here "
    "{symbols}",
)
_SAME = (
    "For how many of the assignments of true and false to {names} do ${formula}$ and ${second}$ have the "
    "same truth value? Here {symbols}",
    "Compare the truth tables of ${formula}$ and ${second}$, with one row for each assignment of {names}. In "
    "how many rows do they agree? ({symbols})",
    "Each of {names} is either true or false. In how many of all possible cases are ${formula}$ and "
    "${second}$ both true or both false? Here {symbols}",
)
_REFUTES = (
    "How many assignments of true and false to {names} show that ${second}$ does not follow from "
    "${formula}$, that is, make the latter true and the former false? Here {symbols}",
    "Over all assignments of {names}, in how many rows of the truth table is ${formula}$ true while "
    "${second}$ is false? ({symbols})",
    "Each of {names} is either true or false. Count the cases in which ${formula}$ holds but ${second}$ does "
    "not. Here {symbols}",
)
_ISLAND = (
    "On an island everybody is either a knight, who always tells the truth, or a knave, who always lies. "
)
_COUNT = (
    "{island}You meet {names}. {said} How many of them are knights?",
    "{island}{number} inhabitants talk to you. {said} How many knights are among them?",
    "Knights always tell the truth, knaves always lie, and each of {names} is one or the other. {said} Find "
    "the number of knights.",
)
_TUPLE = (
    "{island}You meet {names}. {said} Write the kinds of {names}, in this order, as a tuple with 1 for a "
    "knight and 0 for a knave.",
    "Knights always tell the truth, knaves always lie, and each of {names} is one or the other. {said} Give "
    "a tuple with an entry for each of {names}, in this order: 1 if a knight, 0 if a knave.",
    "{island}{said} Who is what? Answer with a tuple of {number_small} entries for {names}, in this order, 1 "
    "meaning knight and 0 meaning knave.",
)
_ONLY = (
    "{island}You meet {names}. {said} Exactly one of them is a {word}. Who is it? Answer with the name.",
    "Knights always tell the truth, knaves always lie, and each of {names} is one or the other. {said} It "
    "turns out that there is exactly one {word} among them. What is the name of this {word}?",
    "{island}{said} Of {names}, just one is a {word}. Name this person.",
)
_BINARY = {"&": "\\land", "|": "\\lor", ">": "\\to", "=": "\\leftrightarrow", "^": "\\oplus"}
_NUMBERS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven")


def truth_tables(rng: random.Random, level: int) -> Draft:
    """Draw formulas whose truth table is counted: one formula, then two that are compared."""
    count = (0, 2, 3, 3, 4, 4)[level] if level < 5 else rng.choice((4, 5))
    operators = (0, 3, 3, 4, 4, 5)[level] + rng.randint(0, 1)
    names = "pqrst"[:count]
    two = level >= 3
    first = _formula(rng, names, operators if not two else operators - 1)
    second = _formula(rng, names, operators - 1) if two else ""
    cells = (operators if not two else 2 * operators - 2) << count
    symbols = _SYMBOLS
    shown = ", ".join(f"${name}$" for name in names[:-1]) + f" and ${names[-1]}$"
    rows = [dict(zip(names, row, strict=True)) for row in itertools.product((False, True), repeat=count)]
    left = [_value(first, row) for row in rows]
    if not 0 < sum(left) < len(rows):
        return truth_tables(rng, level)
    if not two:
        value = rng.random() < 0.5
        word = "true" if value else "false"
        return draft(
            rng, word + "_rows", (first,), _TRUE, left.count(value), steps=cells, names=shown,
            formula=_latex(first), value=word, symbols=symbols,
        )  # fmt: skip
    right = [_value(second, row) for row in rows]
    same = rng.random() < 0.5
    gold = sum((a == b) if same else (a and not b) for a, b in zip(left, right, strict=True))
    if not gold:
        return truth_tables(rng, level)
    return draft(
        rng, "agreeing_rows" if same else "refuting_rows", (first, second), _SAME if same else _REFUTES, gold,
        steps=cells + len(rows), names=shown, formula=_latex(first), second=_latex(second), symbols=symbols,
    )  # fmt: skip


def _formula(rng: random.Random, names: str, operators: int) -> str:
    """Draw a formula in prefix notation with that many binary operators, some of its parts negated."""
    leaves = [rng.choice(names) for _ in range(operators + 1)]
    while len(set(leaves)) < min(len(names), operators + 1):
        leaves = [rng.choice(names) for _ in range(operators + 1)]
    parts = leaves
    while len(parts) > 1:
        i = rng.randrange(len(parts) - 1)
        left, right = parts[i], parts[i + 1]
        if left == right:
            right = "!" + right
        joined = rng.choice("&|&|>>=^") + left + right
        parts[i : i + 2] = ["!" + joined if rng.random() < 0.2 and len(parts) > 2 else joined]
    return parts[0]


def _parts(formula: str) -> tuple[str, str]:
    """Cut what follows a binary operator into its two operands."""
    open_operands = 1
    for i, sign in enumerate(formula):
        open_operands += 1 if sign in _BINARY else 0 if sign == "!" else -1
        if not open_operands:
            return formula[: i + 1], formula[i + 1 :]
    raise ValueError(f"no formula in prefix notation: {formula}")


def _value(formula: str, row: dict[str, bool]) -> bool:
    sign, rest = formula[0], formula[1:]
    if sign == "!":
        return not _value(rest, row)
    if sign not in _BINARY:
        return row[sign]
    a, b = (_value(part, row) for part in _parts(rest))
    return {"&": a and b, "|": a or b, ">": not a or b, "=": a == b, "^": a != b}[sign]


def _latex(formula: str, outer: bool = True) -> str:
    sign, rest = formula[0], formula[1:]
    if sign == "!":
        return f"\\lnot {_latex(rest, False)}"
    if sign not in _BINARY:
        return sign
    left, right = (_latex(part, False) for part in _parts(rest))
    text = f"{left} {_BINARY[sign]} {right}"
    return text if outer else f"({text})"


def knights_and_knaves(rng: random.Random, level: int) -> Draft:
    """Draw statements of people of two kinds that leave one possibility; the levels add people."""
    count = level + 2
    while True:
        truth = tuple(rng.random() < 0.5 for _ in range(count))
        said = [_statement(rng, truth, speaker) for speaker in range(count)]
        every = itertools.product((False, True), repeat=count)
        if sum(all(_holds(s, kinds) == kinds[i] for i, s in enumerate(said)) for kinds in every) == 1:
            break
    names = people(rng, count)
    order = rng.sample(range(count), count)
    quotes = " ".join(f'{names[i]} says: "{_words(said[i], names)}"' for i in order)
    steps = 2 * sum({"k": 1, "n": 1, "e": count}.get(s[0], 2) for s in said)
    number = _NUMBERS[count]
    fields: dict[str, Any] = {"names": ", ".join(names[:-1]) + " and " + names[-1], "said": quotes}
    fields["island"] = _ISLAND
    single = next((kind for kind in (True, False) if truth.count(kind) == 1), None)
    if single is not None and rng.random() < 0.7:
        word = "knight" if single else "knave"
        gold, params = names[truth.index(single)], (*said, *names)
        return draft(rng, f"only_{word}", params, _ONLY, gold, steps=steps, word=word, **fields)
    if rng.random() < 0.3:
        return draft(rng, "how_many", said, _COUNT, sum(truth), steps=steps, number=number, **fields)
    gold = "(" + ", ".join(str(int(kind)) for kind in truth) + ")"
    small = number.lower()
    return draft(rng, "kinds", said, _TUPLE, gold, steps=steps, number_small=small, **fields)


def _statement(rng: random.Random, truth: Sequence[bool], speaker: int) -> str:
    """Draw what a person of that kind can say: true of a knight, false of a knave."""
    others = [i for i in range(len(truth)) if i != speaker]
    while True:
        sign = rng.choice("knsdiobe" if len(truth) > 3 else "knsdbo")
        i, j = rng.sample(others, 2)
        text = (
            f"e{rng.randint(1, len(truth) - 1)}"
            if sign == "e"
            else f"{sign}{i}"
            if sign in "kn"
            else f"{sign}{i}{j}"
        )
        if _holds(text, truth) == truth[speaker]:
            return text


def _holds(said: str, kinds: Sequence[bool]) -> bool:
    sign = said[0]
    if sign == "e":
        return sum(kinds) == int(said[1])
    a, b = kinds[int(said[1])], kinds[int(said[-1])]
    return {"k": a, "n": not a, "s": a == b, "d": a != b, "i": not a or b, "o": a or b, "b": not a and not b}[
        sign
    ]


def _words(said: str, names: list[str]) -> str:
    sign = said[0]
    if sign == "e":
        return f"Exactly {said[1]} of us {'is a knight' if said[1] == '1' else 'are knights'}."
    a, b = names[int(said[1])], names[int(said[-1])]
    return {
        "k": f"{a} is a knight.",
        "n": f"{a} is a knave.",
        "s": f"{a} and {b} are of the same kind.",
        "d": f"{a} and {b} are of different kinds.",
        "i": f"If {a} is a knight, then {b} is a knight too.",
        "o": f"At least one of {a} and {b} is a knight.",
        "b": f"{a} and {b} are both knaves.",
    }[sign]
