"""The corpus of hostile programs: reads programs/NN_name.py.

A file holds the variants of one attack. A variant begins with a line

    #: name | styles: OUTCOME OUTCOME | styles: OUTCOME

where styles is a comma list of calls, procedural, judge and program, and the words behind the colon are the
outcomes that name this attack rightly. A variant defines `solve(value)`; text that all variants share stands
before the first such line.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

__all__ = ["STYLES", "Attack", "attacks"]

STYLES = ("calls", "procedural", "judge", "program")
_FOLDER = Path(__file__).parent / "programs"
_HEAD = re.compile(r"^#: *(?P<name>[a-z0-9_]+) *\|(?P<styles>.*)$", re.MULTILINE)
_NAMES = frozenset("WRONG UNPARSABLE CRASHED TIMEOUT MEMORY OUTPUT_LIMIT FORBIDDEN".split())


class Attack(NamedTuple):
    """One hostile program in one style of judging."""

    number: str
    name: str
    style: str
    program: str
    outcomes: frozenset[str]

    @property
    def label(self) -> str:
        """The id of its test: number of the attack, variant, style."""
        return f"{self.number}-{self.name}-{self.style}"


def attacks() -> list[Attack]:
    """Return every variant in every style that it applies to.

    Raises: ValueError: for a malformed head line, naming the file and the variant.
    """
    return [attack for path in sorted(_FOLDER.glob("[0-9][0-9]_*.py")) for attack in _read(path)]


def _read(path: Path) -> list[Attack]:
    text = path.read_text(encoding="utf-8")
    heads = list(_HEAD.finditer(text))
    if not heads:
        raise ValueError(f"{path}: no variant")
    shared = text[: heads[0].start()]
    found = []
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        body = text[head.end() : following.start() if following else len(text)]
        for part in head["styles"].split("|"):
            styles, _, words = part.partition(":")
            outcomes = frozenset(words.split())
            for style in styles.replace(" ", "").split(","):
                if style not in STYLES or not outcomes or not outcomes <= _NAMES:
                    raise ValueError(f"{path}: variant {head['name']}: bad part {part!r}")
                found.append(Attack(path.name[:2], head["name"], style, shared + body.strip("\n"), outcomes))
    return found
