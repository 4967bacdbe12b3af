"""Rule pieces: one choice of a rule as a key, as prose and as Python, so that the three cannot drift apart.

A family has slots; each slot is filled with one piece from its menu. Prose and reference source are templates
in which ``$slot`` stands for the chosen piece.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

__all__ = [
    "Family",
    "Menu",
    "Piece",
    "Rules",
    "Slot",
    "choose",
    "many",
    "neighbours",
    "numbers",
    "one",
    "weave",
]


@dataclass(frozen=True, slots=True)
class Piece:
    """One choice: `key` names it, `text` says it in English, `code` does it in Python."""

    key: str
    text: str
    code: str


Group = tuple[Piece, ...]  # one rule with each of its constants
Menu = tuple[Group, ...]  # the rules that a slot chooses from
Rules = Mapping[str, Piece]


class Slot(NamedTuple):
    """A place for one piece. Slots that share a `pool` take different groups of their menu."""

    name: str
    menu: Menu
    pool: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """A family of tasks.

    Args:
        name: as it appears in task ids.
        entry: name of the function that a solution defines; empty where a solution is a whole program.
        signature: parameters and return type as the prompt shows them, for instance "(n: int) -> int".
        slots: the slots of each level.
        prose: template of the specification at each level.
        source: template of the reference at each level; a program's defines `solve(text) -> text`.
        inputs: draws the arguments of one call (for a program: its one input text) from (random, level,
            rules).
        edges: arguments that every task of the family is tested with.
    """

    name: str
    entry: str
    signature: str
    slots: Callable[[int], tuple[Slot, ...]]
    prose: Callable[[int], str]
    source: Callable[[int], str]
    inputs: Callable[[random.Random, int, Rules], tuple[Any, ...]]
    edges: tuple[tuple[Any, ...], ...]


def one(key: str, text: str, code: str) -> Group:
    """Return a rule without constants."""
    return (Piece(key, text, code),)


def many(key: str, text: str, code: str, values: Iterable[object]) -> Group:
    """Return a rule with each of some constants, which stand at {k} in its text and its code."""
    return tuple(
        Piece(
            f"{key}:{value}",
            text.replace("{k}th", f"{value}{_ENDINGS.get(value, 'th')}").replace("{k}", str(value)),
            code.replace("{k}", str(value)),
        )
        for value in values
    )


_ENDINGS: dict[object, str] = {1: "st", 2: "nd", 3: "rd"}


def numbers(low: int, high: int) -> Menu:
    """Return a menu of the integers low..high, each written as itself."""
    return (many("", "{k}", "{k}", range(low, high + 1)),)


def choose(slots: Iterable[Slot], rng: random.Random) -> dict[str, Piece]:
    """Fill every slot: first a rule, then its constant."""
    rules: dict[str, Piece] = {}
    taken: dict[str, set[int]] = {}
    for slot in slots:
        used = taken.setdefault(slot.pool, set()) if slot.pool else set()
        free = [number for number in range(len(slot.menu)) if number not in used]
        group = rng.choice(free)
        used.add(group)
        rules[slot.name] = rng.choice(slot.menu[group])
    return rules


def neighbours(
    slots: Iterable[Slot], rules: Rules, rng: random.Random, per_slot: int
) -> list[dict[str, Piece]]:
    """Return rules that differ in one slot: the mistakes that hidden tests must catch.

    Args:
        slots: of the family at that level.
        rules: the right ones.
        rng: chooses among the alternatives.
        per_slot: at most this many for each slot.
    """
    found: list[dict[str, Piece]] = []
    for slot in slots:
        right = rules[slot.name]
        others = [piece for group in slot.menu for piece in group if piece.key != right.key]
        for piece in rng.sample(others, min(per_slot, len(others))):
            found.append({**rules, slot.name: piece})
    return found


_HOLE = re.compile(r"\$(\w+)")


def weave(template: str, rules: Rules, field: str) -> str:
    """Put pieces into a template.

    A line that holds only a slot takes all lines of its piece at its own indentation; elsewhere a piece is
    put in
    place as it stands. A piece may name further slots.

    Args:
        template: text with $slot holes.
        rules: the chosen pieces.
        field: "text" or "code".
    Returns: the finished text.
    """
    lines: list[str] = []
    for line in template.split("\n"):
        bare = line.strip()
        if _HOLE.fullmatch(bare):
            indent = line[: len(line) - len(line.lstrip())]
            block = str(getattr(rules[bare[1:]], field)).split("\n")
            lines.extend(indent + part for part in block)
        else:
            lines.append(_HOLE.sub(lambda hole: str(getattr(rules[hole.group(1)], field)), line))
    woven = "\n".join(lines)
    return weave(woven, rules, field) if _HOLE.search(woven) else woven
