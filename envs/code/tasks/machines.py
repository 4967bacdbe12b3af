"""Families over machines: a stack machine and a robot on a board."""

# ruff: noqa: E501  (menus are tables, one rule a row)

from __future__ import annotations

import random
from typing import Any

from rlvr_gym.envs.code.tasks.rules import Family, Menu, Rules, Slot, many, one

__all__ = ["SIMULATION", "STACKS"]

_PAIR_OPS: Menu = (
    one("add", "a + b", "a + b"),
    one("sub", "a - b", "a - b"),
    one("rsub", "b - a", "b - a"),
    one("mul", "a * b", "a * b"),
    one("max", "the greater of a and b", "max(a, b)"),
    one("min", "the lesser of a and b", "min(a, b)"),
    one("gap", "the absolute value of a - b", "abs(a - b)"),
    one("join", "10 * a + b", "10 * a + b"),
    many("mix", "{k} * a - b", "{k} * a - b", range(2, 6)),
    many("mod", "(a + b) % {k} (as Python computes it)", "(a + b) % {k}", range(5, 12)),
    one("safe-div", "a // b rounded down as Python does, and 0 if b is 0", "a // b if b else 0"),
)  # fmt: skip

_MOVES: Menu = (
    one("dup", "append a copy of the top value", "stack.append(stack[-1])"),
    one("drop", "remove the top value", "stack.pop()"),
    one("negate", "change the sign of the top value", "stack[-1] = -stack[-1]"),
    one("rotate", "move the top value to the bottom of the stack", "stack.insert(0, stack.pop())"),
    one("lift", "move the bottom value to the top of the stack", "stack.append(stack.pop(0))"),
    one("reverse", "reverse the whole stack", "stack.reverse()"),
    one("size", "append the number of values on the stack (before this append)", "stack.append(len(stack))"),
    one("total", "replace all values by the one value that is their sum", "stack[:] = [sum(stack)]"),
    many("plus", "add {k} to the top value", "stack[-1] += {k}", range(1, 9)),
    many("all-plus", "add {k} to every value on the stack", "stack[:] = [v + {k} for v in stack]", range(1, 6)),
    many("keep", "keep only the {k} topmost values (all of them if there are fewer)", "del stack[:-{k}]", range(2, 5)),
)  # fmt: skip

_SHORT: Menu = (
    one("skip", "A command that finds too few values is skipped.", "continue"),
    one("halt", "A command that finds too few values ends the run at once.", "break"),
    one("clear", "A command that finds too few values empties the stack.", "stack.clear()\ncontinue"),
    many("push", "A command that finds too few values pushes {k} instead.", "stack.append({k})\ncontinue", range(10)),
)  # fmt: skip

_STACK_END: Menu = (
    one("stack", "Return the stack as a list, its bottom first.", "return stack"),
    many("top", "Return the top value, or {k} if the stack is empty.", "return stack[-1] if stack else {k}", range(-3, 3)),
    one("sum", "Return the tuple of the number of values on the stack and their sum.", "return (len(stack), sum(stack))"),
    one("down", "Return the stack as a list, its top first.", "return stack[::-1]"),
)  # fmt: skip


def _stack_slots(level: int) -> tuple[Slot, ...]:
    names = ("P", "M", "Q", "N", "R", "K")[: level + 1]
    chain = [
        Slot(name, _PAIR_OPS if name in "PQR" else _MOVES, "pairs" if name in "PQR" else "moves")
        for name in names
    ]
    return (*chain, Slot("short", _SHORT), Slot("end", _STACK_END))


def _stack_prose(level: int) -> str:
    names = ("P", "M", "Q", "N", "R", "K")[: level + 1]
    lines = [
        "It runs the list of commands `program` on an empty stack of ints, from the first command to the last:",
        "- An int (in decimal, maybe with '-') is pushed on top.",
    ]
    for name in names:
        if name in "PQR":
            lines.append(
                f"- '{name}' needs two values: it removes the top value b and then the next value a, and pushes ${name}."
            )
        else:
            lines.append(f"- '{name}' needs one value: ${name}.")
    return "\n".join(
        [*lines, "- $short A command that finds too few values takes none away before that.", "$end"]
    )


def _stack_source(level: int) -> str:
    names = ("P", "M", "Q", "N", "R", "K")[: level + 1]
    lines = [
        "def run(program):",
        "    stack = []",
        "    for command in program:",
        "        if command.lstrip('-').isdigit():",
        "            stack.append(int(command))",
        "            continue",
        "        if len(stack) < (2 if command in 'PQR' else 1):",
        "            $short",
    ]
    for number, name in enumerate(names):
        lines.append(f"        {'elif' if number else 'if'} command == '{name}':")
        if name in "PQR":
            lines += ["            b, a = stack.pop(), stack.pop()", f"            stack.append(${name})"]
        else:
            lines.append(f"            ${name}")
    return "\n".join([*lines, "    $end"])


def _commands(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    names = "PMQNRK"[: level + 1]
    program: list[str] = []
    for _ in range(rng.randint(5, 10 + 2 * level)):
        program.append(rng.choice(names) if program and rng.random() < 0.5 else str(rng.randint(-9, 12)))
    return (program,)


STACKS = Family(
    name="stacks",
    entry="run",
    signature="(program: list[str])",
    slots=_stack_slots,
    prose=_stack_prose,
    source=_stack_source,
    inputs=_commands,
    edges=(
        ([],),
        (["4"],),
        (["P"],),
        (["M", "3"],),
        (["5", "P", "7", "2"],),
        (["1", "2", "3", "P", "M", "8", "-5", "P"],),
        (["3", "4", "M", "P", "M"],),
    ),
)

_OUTSIDE = "if not (0 <= nx < width and 0 <= ny < height):\n    "

_BORDER: Menu = (
    one("stop", "A step that would leave the board is not made.", _OUTSIDE + "continue"),
    one("wrap", "A step that leaves the board comes in again at the opposite side.", "nx, ny = nx % width, ny % height"),
    one("turn-back", "A step that would leave the board is not made; the robot turns around (by half a turn) instead.", _OUTSIDE + "d += 2\n    continue"),
    one("turn-right", "A step that would leave the board is not made; the robot turns right (by a quarter turn) instead.", _OUTSIDE + "d += 1\n    continue"),
    one("home", "A step that would leave the board takes the robot to (0, 0) instead, with its direction unchanged; this counts as a step that was made.", _OUTSIDE + "nx, ny = 0, 0"),
)  # fmt: skip

_START: Menu = (
    one("east", "(0, 0), facing east", "x, y, d = 0, 0, 0"),
    one("south", "(0, 0), facing south", "x, y, d = 0, 0, 1"),
    one("corner", "(width - 1, height - 1), facing west", "x, y, d = width - 1, height - 1, 2"),
    one("middle", "(width // 2, height // 2), facing north", "x, y, d = width // 2, height // 2, 3"),
)  # fmt: skip

_SPECIALS: Menu = (
    one("back", "the robot makes one step backwards without turning; the rule for the border is applied to this step too", "steps = [(d + 2) % 4]"),
    one("sidestep", "the robot makes one step to its right without turning; the rule for the border is applied to this step too", "steps = [(d + 1) % 4]"),
    many("dash", "the robot makes {k} steps forward, one after the other, each with the rule for the border; all of them go in the direction that it faced at the beginning of the command", "steps = [d % 4] * {k}", range(2, 5)),
    one("zigzag", "the robot makes one step forward and then one step to its right without turning, each with the rule for the border; both directions are those at the beginning of the command", "steps = [d % 4, (d + 1) % 4]"),
    one("u-turn", "the robot turns around by half a turn", "d += 2"),
    many("counted", "the robot turns right if the number of commands before this one is divisible by {k}, and left otherwise", "d += 1 if number % {k} == 0 else -1", range(2, 5)),
    one("parity", "the robot turns left if x + y of its cell is even, and right otherwise", "d += -1 if (x + y) % 2 == 0 else 1"),
)  # fmt: skip

_WALLS: Menu = (
    many("multiples", "Cells (x, y) with (x + 2 * y) % {k} == {k} - 1 are blocked: a step onto a blocked cell is not made (this is looked at after the rule for the border).", "blocked = (nx + 2 * ny) % {k} == {k} - 1", range(4, 8)),
    many("visited", "A step onto a cell that the robot has been on {k} times already is not made (looked at after the rule for the border). Being on a cell counts once for the start and once for each step made onto it.", "blocked = seen.count((nx, ny)) >= {k}", range(1, 3)),
    one("diagonal", "Cells (x, y) with x == y other than (0, 0) are blocked: a step onto a blocked cell is not made (looked at after the rule for the border).", "blocked = nx == ny != 0"),
)  # fmt: skip

_ROBOT_END: Menu = (
    one("place", "Return the tuple (x, y, direction) at the end, with the direction as one of the strings 'E', 'S', 'W', 'N'.", "return (x, y, 'ESWN'[d % 4])"),
    one("visited", "Return the number of different cells that the robot has been on, the start included.", "return len(set(seen))"),
    one("path", "Return the list of the cells as tuples (x, y): the start, and then the cell after every step that was made.", "return seen"),
    one("far", "Return the greatest value of x + y over all cells that the robot has been on, the start included, and the least value of x - y, as a tuple.", "return (max(a + b for a, b in seen), min(a - b for a, b in seen))"),
    many("weight", "Return the sum of x + {k} * y over the start and the cells after each step that was made.", "return sum(a + {k} * b for a, b in seen)", range(2, 9)),
)  # fmt: skip


def _robot_slots(level: int) -> tuple[Slot, ...]:
    slots = [
        Slot("border", _BORDER),
        Slot("start", _START),
        Slot("special", _SPECIALS, "specials"),
        Slot("end", _ROBOT_END),
    ]
    extra = (
        Slot("walls", _WALLS, "walls"),
        Slot("other", _SPECIALS, "specials"),
        Slot("third", _SPECIALS, "specials"),
        Slot("more", _WALLS, "walls"),
    )
    return (*slots, *extra[: level - 1])


def _robot_prose(level: int) -> str:
    lines = [
        "A robot moves on a board with the cells (x, y), 0 <= x < width, 0 <= y < height. East is towards greater x, south towards greater y. It starts on $start. Each character of `commands` is a command:",
        "- 'L' and 'R' turn it left and right by a quarter turn (facing east, a right turn makes it face south).",
        "- 'F': one step forward.",
        "- 'S': $special.",
    ]
    lines += [
        f"- '{letter}': ${name}."
        for letter, name, least in (("T", "other", 3), ("U", "third", 4))
        if level >= least
    ]
    lines.append("- $border")
    lines += [f"- ${name}" for name, least in (("walls", 2), ("more", 5)) if level >= least]
    return "\n".join([*lines, "- Every other character does nothing, but counts as a command.", "$end"])


def _robot_source(level: int) -> str:
    lines = [
        "def drive(width, height, commands):",
        "    $start",
        "    seen = [(x, y)]",
        "    for number, command in enumerate(commands):",
        "        steps = []",
    ]
    lines += [
        "        if command == 'L':",
        "            d -= 1",
        "        elif command == 'R':",
        "            d += 1",
        "        elif command == 'F':",
        "            steps = [d % 4]",
        "        elif command == 'S':",
        "            $special",
    ]
    for letter, name, least in (("T", "other", 3), ("U", "third", 4)):
        if level >= least:
            lines += [f"        elif command == '{letter}':", f"            ${name}"]
    lines += [
        "        for way in steps:",
        "            nx = x + (1, 0, -1, 0)[way]",
        "            ny = y + (0, 1, 0, -1)[way]",
        "            $border",
    ]
    for name, least in (("walls", 2), ("more", 5)):
        if level >= least:
            lines += [f"            ${name}", "            if blocked:", "                continue"]
    return "\n".join([*lines, "            x, y = nx, ny", "            seen.append((x, y))", "    $end"])


def _drives(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    letters = "FFFLRSS" + "TTUU"[: max(0, 2 * (level - 2))]
    return (
        rng.randint(2, 7),
        rng.randint(2, 7),
        "".join(rng.choice(letters) for _ in range(rng.randint(8, 20))),
    )


SIMULATION = Family(
    name="simulation",
    entry="drive",
    signature="(width: int, height: int, commands: str)",
    slots=_robot_slots,
    prose=_robot_prose,
    source=_robot_source,
    inputs=_drives,
    edges=(
        (3, 3, ""),
        (4, 2, "FFFFFF"),
        (5, 5, "FRFRFRFSSS"),
        (3, 6, "SLSRSFSSFF?F"),
        (6, 3, "LFFRFFRFFSFF"),
        (7, 7, "TFUFTSUSRTFFUFFLTUS"),
    ),
)
