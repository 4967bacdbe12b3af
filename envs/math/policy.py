"""The conventions on which reasonable graders differ, each with a name and a default.

A dataset chooses its own where its authors did (`datasets.POLICIES`); everything that is no convention is the
checker's, and cannot be switched.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

__all__ = ["DEFAULT", "PROCEDURAL", "AnswerPolicy"]

_CHOICES: dict[str, tuple[str, ...]] = {
    "evaluated": ("literal", "closed", "any"),
    "rounding": ("exact", "stated"),
    "percent": ("asked", "bare", "exact"),
    "unit": ("optional", "required"),
    "lists": ("free", "ordered"),
    "homoglyphs": ("refused", "folded"),
}


@dataclass(frozen=True, slots=True)
class AnswerPolicy:
    """Conventions of a dataset.

    Args:
        evaluated: how far a number has to be worked out where the gold is a plain number. "closed": products,
            quotients, powers, factorials and binomials of numbers pass, and sums with one of these that are
            far shorter than their value (2^127 - 1), other sums, roots and functions do not; "literal": one
            written number alone, and no arithmetic left undone where the gold has roots or pi; "any": every
            expression of that value, the question's own too.
        rounding: "exact": no tolerance at all; "stated": where the gold is a decimal, a number that rounds to
            it at the places it shows is right.
        tolerance: largest relative error where gold and answer are real numbers, for data made of
            measurements; 0 for none. At most 0.1.
        percent: whether 25% may stand for a gold of 25. "asked": where the question asks for a percentage, or
            is not known; "bare": always; "exact": never. 25 for a gold of 25% follows the same rule.
        unit: "optional": a unit may be left out or added; "required": a gold with a unit wants one.
        convert_units: 1500 cm is right for 15 m.
        lists: "free": solutions listed without brackets may come in any order; "ordered": in the gold's.
        homoglyphs: "refused": a letter of another alphabet is not the one it looks like; "folded": it is.
        numerals: numbers in words or in Chinese characters are read.
        probed: an equality that agrees at every point tried, with 50 digits, but was not proved, is accepted,
            and the verdict says "probed"; otherwise it earns nothing.
    Raises: ValueError: for a value that is none of these, naming those that are.
    """

    evaluated: str = "closed"
    rounding: str = "exact"
    tolerance: Fraction = Fraction(0)
    percent: str = "asked"
    unit: str = "optional"
    convert_units: bool = True
    lists: str = "free"
    homoglyphs: str = "refused"
    numerals: bool = True
    probed: bool = True

    def __post_init__(self) -> None:
        for name, valid in _CHOICES.items():
            value = getattr(self, name)
            if value not in valid:
                close = difflib.get_close_matches(str(value), valid, n=1, cutoff=0.5)
                near = f"; did you mean {close[0]!r}?" if close else ""
                raise ValueError(f"the convention {name!r} is one of {', '.join(valid)}, not {value!r}{near}")
        for name in ("convert_units", "numerals", "probed"):
            if not isinstance(getattr(self, name), bool):
                raise ValueError(f"the convention {name!r} is True or False, not {getattr(self, name)!r}")
        if not isinstance(self.tolerance, Fraction | int) or not 0 <= self.tolerance <= Fraction(1, 10):
            raise ValueError(f"the tolerance is a Fraction from 0 to 1/10, not {self.tolerance!r}")

    def to_json(self) -> dict[str, Any]:
        """Return the conventions as JSON-ready data; the tolerance as text."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return named | {"tolerance": str(self.tolerance)}


DEFAULT = AnswerPolicy()
PROCEDURAL = AnswerPolicy(evaluated="literal")
