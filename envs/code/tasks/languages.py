"""Families that read a small language: a scored game and expressions."""

# ruff: noqa: E501  (menus are tables, one rule a row)

from __future__ import annotations

import random
from typing import Any

from rlvr_gym.envs.code.tasks.rules import Family, Menu, Rules, Slot, many, numbers, one

__all__ = ["PARSING", "SCORING"]

_POINTS: Menu = (
    one("fixed", "adds its points", "score += value"),
    one("streak", "adds its points times the length of the run of equal letters that it ends (1 for the first of a run)", "score += value * streak"),
    one("position", "adds its points, and one more for each letter before it in the string that is the same", "score += value + events[:i].count(event)"),
    many("every", "adds its points, or twice its points if its position (from 1) is divisible by {k}", "score += value * (2 if (i + 1) % {k} == 0 else 1)", range(2, 5)),
    one("alternate", "adds its points if the letter before it is a different one (or if it is the first), and subtracts them otherwise", "score += value if streak == 1 else -value"),
)  # fmt: skip

_BOUNDS: Menu = (
    one("none", "The score may take any value.", "score = score"),
    one("floor", "Whenever the score is below 0, it becomes 0 at once.", "score = max(score, 0)"),
    many("cap", "Whenever the score is above {k}, it becomes {k} at once.", "score = min(score, {k})", range(15, 40, 5)),
    many("bust", "Whenever the score is above {k}, it becomes 0 at once.", "score = 0 if score > {k} else score", range(15, 40, 5)),
    many("mirror", "Whenever the score is a multiple of {k} other than 0, its sign is changed at once.", "score = -score if score and score % {k} == 0 else score", range(3, 8)),
)  # fmt: skip

_WILD: Menu = (
    many("double", "the score is doubled and then reduced by {k}", "score = 2 * score - {k}", range(1, 9)),
    one("halve", "the score is halved and rounded down", "score //= 2"),
    one("undo", "the score goes back to what it was before the letter before this one (for the first letter nothing happens)", "score = history[-2] if len(history) > 1 else score"),
    one("sign", "the sign of the score is changed", "score = -score"),
    many("reset", "the score becomes {k}", "score = {k}", range(6)),
    one("peak", "the score becomes the greatest value that it had so far (the start value included)", "score = max(history)"),
)  # fmt: skip

_GAME_END: Menu = (
    one("score", "Return the final score.", "return score"),
    one("history", "Return the list of the scores after each letter.", "return history[1:]"),
    one("extremes", "Return the tuple of the least and the greatest score that there was, the start value included.", "return (min(history), max(history))"),
    one("changes", "Return the tuple of the final score and the number of letters that left the score as it was.", "return (score, sum(a == b for a, b in zip(history, history[1:])))"),
    many("first", "Return the position (from 1) of the first letter after which the score was at least {k}, or 0 if there is none, and the final score, as a tuple.", "return (next((i for i, s in enumerate(history) if i and s >= {k}), 0), score)", range(4, 16, 2)),
)  # fmt: skip


def _scoring_slots(level: int) -> tuple[Slot, ...]:
    slots = [
        Slot("a", numbers(1, 5)),
        Slot("b", numbers(2, 9)),
        Slot("start", numbers(0, 6)),
        Slot("points", _POINTS),
        Slot("end", _GAME_END),
    ]
    extra = (
        Slot("bounds", _BOUNDS, "bounds"),
        Slot("wild", _WILD, "wild"),
        Slot("second", _WILD, "wild"),
        Slot("limits", _BOUNDS, "bounds"),
    )
    return (*slots, *extra[: level - 1])


def _scoring_prose(level: int) -> str:
    lines = [
        "A game is a string of letters, read from left to right; the score starts at $start. 'a' is worth $a points and 'b' is worth -$b points:",
        "- An 'a' or a 'b' $points.",
    ]
    lines += [
        f"- '{letter}': ${name}."
        for letter, name, least in (("w", "wild", 3), ("x", "second", 4))
        if level >= least
    ]
    lines.append("- '-' leaves the score as it is.")
    if level >= 2:
        lines.append(
            "- After each letter, also after '-': $bounds" + (" Then: $limits" if level >= 5 else "")
        )
    return "\n".join([*lines, "$end"])


def _scoring_source(level: int) -> str:
    lines = [
        "def play(events):",
        "    score = $start",
        "    history, streak = [score], 0",
        "    for i, event in enumerate(events):",
        "        streak = streak + 1 if i and events[i - 1] == event else 1",
        "        if event in 'ab':",
        "            value = $a if event == 'a' else -$b",
        "            $points",
    ]
    for letter, name, least in (("w", "wild", 3), ("x", "second", 4)):
        if level >= least:
            lines += [f"        elif event == '{letter}':", f"            ${name}"]
    lines += [f"        ${name}" for name, least in (("bounds", 2), ("limits", 5)) if level >= least]
    return "\n".join([*lines, "        history.append(score)", "    $end"])


def _games(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    letters = rng.choice(("aaab", "aab-", "aaaabb-")) + "wxx"[: max(0, level - 2)]
    return ("".join(rng.choice(letters) * rng.choice((1, 1, 2, 3)) for _ in range(rng.randint(3, 10))),)


SCORING = Family(
    name="scoring",
    entry="play",
    signature="(events: str)",
    slots=_scoring_slots,
    prose=_scoring_prose,
    source=_scoring_source,
    inputs=_games,
    edges=(("",), ("a",), ("b",), ("aaaaaaaaaaaa",), ("abababab",), ("bbb-aaa-b",), ("aaaaa-aaaaaaaaab",)),
)

_OPERATIONS: Menu = (
    one("plus", "a + b", "a + b"),
    one("minus", "a - b", "a - b"),
    one("times", "a * b", "a * b"),
    one("greater", "the greater of a and b", "max(a, b)"),
    one("difference", "the absolute value of a - b", "abs(a - b)"),
    many("lean", "a + {k} * b", "a + {k} * b", range(2, 6)),
    many("minus-lean", "{k} * a - b", "{k} * a - b", range(2, 6)),
    many("clock", "(a * b) % {k}", "a * b % {k}", range(7, 14)),
)  # fmt: skip

_BINDING: Menu = (
    one("equal", "'@' and '#' bind equally tightly", "{'@': 1, '#': 1, '&': LAST}"),
    one("at", "'@' binds more tightly than '#'", "{'@': 2, '#': 1, '&': LAST}"),
    one("hash", "'#' binds more tightly than '@'", "{'@': 1, '#': 2, '&': LAST}"),
)  # fmt: skip

_LAST: Menu = (
    one("loosest", "'&' binds less tightly than both", "0"),
    one("tightest", "'&' binds more tightly than both", "3"),
)

_SIDE: Menu = (
    one("left", "from left to right", "1"),
    one("right", "from right to left", "0"),
)

_SIGN: Menu = (
    one("negate", "-v", "-v"),
    many("less", "v - {k}", "v - {k}", range(1, 8)),
    many("from", "{k} - v", "{k} - v", range(5, 12)),
    one("square", "v * v", "v * v"),
    one("double", "2 * v", "2 * v"),
)  # fmt: skip


def _parsing_slots(level: int) -> tuple[Slot, ...]:
    slots = [
        Slot("at", _OPERATIONS, "operations"),
        Slot("hash", _OPERATIONS, "operations"),
        Slot("binding", _BINDING),
        Slot("side", _SIDE),
    ]
    if level >= 2:
        slots.append(Slot("sign", _SIGN, "sign"))
    if level >= 3:
        slots += [Slot("and", _OPERATIONS, "operations"), Slot("last", _LAST)]
    if level >= 4:
        slots.append(Slot("bracket", _SIGN, "sign"))
    if level >= 5:
        slots.append(Slot("number", _SIGN, "sign"))
    return tuple(slots)


def _parsing_prose(level: int) -> str:
    lines = [
        "It evaluates an expression of decimal numbers without sign, operators and round brackets; spaces between them mean nothing. The text is always a well-formed expression.",
        "- a @ b is $at.",
        "- a # b is $hash.",
    ]
    if level >= 3:
        lines.append("- a & b is $and.")
    lines.append(
        "- $binding"
        + (", and $last" if level >= 3 else "")
        + ". Where operators that bind equally tightly follow each other, they are evaluated $side."
    )
    if level >= 2:
        lines.append(
            "- A '!' in front of a number, a bracket or another '!' applies to just that and binds more tightly than every operator: !v is $sign."
        )
    if level >= 4:
        lines.append("- A bracket around an expression of value v has the value $bracket.")
    if level >= 5:
        lines.append(
            "- Square brackets may stand wherever round ones may; around an expression of value v they have the value $number."
        )
    return "\n".join([*lines, "Return the value of the expression as an int."])


def _parsing_source(level: int) -> str:
    lines = [
        "import re",
        "",
        "",
        "def evaluate(text):",
        f"    LAST = {'$last' if level >= 3 else '0'}",
        "    strength = $binding",
        "    tokens = re.findall(r'\\d+|\\S', text)",
        "    place = 0",
        "",
        "    def atom():",
        "        nonlocal place",
        "        token = tokens[place]",
        "        place += 1",
    ]
    if level >= 2:
        lines += ["        if token == '!':", "            v = atom()", "            return $sign"]
    lines += [
        "        if token == '(':",
        "            v = expression(0)",
        "            place += 1",
        "            return " + ("$bracket" if level >= 4 else "v"),
    ]
    if level >= 5:
        lines += [
            "        if token == '[':",
            "            v = expression(0)",
            "            place += 1",
            "            return $number",
        ]
    lines += [
        "        return int(token)",
        "",
        "    def expression(least):",
        "        nonlocal place",
        "        a = atom()",
        "        while place < len(tokens) and tokens[place] in strength and strength[tokens[place]] >= least:",
        "            operator = tokens[place]",
        "            place += 1",
        "            b = expression(strength[operator] + $side)",
        "            if operator == '@':",
        "                a = $at",
        "            elif operator == '#':",
        "                a = $hash",
    ]
    if level >= 3:
        lines += ["            else:", "                a = $and"]
    return "\n".join([*lines, "        return a", "", "    return expression(0)"])


def _expression(rng: random.Random, level: int, depth: int) -> str:
    roll = rng.random()
    if depth == 0 or roll < 0.25:
        return str(rng.randint(0, 12))
    if roll < 0.35 and level >= 2:
        return "!" + _atom(rng, level, depth - 1)
    if roll < 0.5:
        return _atom(rng, level, depth)
    sign = rng.choice("@#&" if level >= 3 else "@#")
    gap = rng.choice(("", " "))
    return f"{_expression(rng, level, depth - 1)}{gap}{sign}{gap}{_expression(rng, level, depth - 1)}"


def _atom(rng: random.Random, level: int, depth: int) -> str:
    if depth == 0 or rng.random() < 0.4:
        return str(rng.randint(0, 12))
    inner = _expression(rng, level, depth - 1)
    return f"[{inner}]" if level >= 5 and rng.random() < 0.5 else f"({inner})"


def _expressions(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    return (f"{_expression(rng, level, 3)} {rng.choice('@#')} {_expression(rng, level, 2)}",)


PARSING = Family(
    name="parsing",
    entry="evaluate",
    signature="(text: str) -> int",
    slots=_parsing_slots,
    prose=_parsing_prose,
    source=_parsing_source,
    inputs=_expressions,
    edges=(("7",), ("(5)",), ("2@3@4",), ("2#3#4",), ("9 @ 4 # 2 @ 5 # 3",), ("8 # 3 @ (1 # 2) # 6",)),
)
