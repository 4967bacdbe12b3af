"""Figures of the math benchmark from what checkers said: rates of errors, times, and the aims beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

__all__ = ["Counts", "Seen", "aim", "count", "percentile", "ratio", "share"]


class Seen(NamedTuple):
    """What a checker said of some pairs, in their order.

    Args:
        accepted: True, False, or None where there was no verdict.
        said: its reasons, "" where it gives none.
        times: seconds that a caller waited, one for each call.
        wall_s: seconds for all of them.
        touched: a payload changed the checker's own process.
    """

    accepted: Sequence[bool | None]
    said: Sequence[str]
    times: Sequence[float]
    wall_s: float
    touched: bool = False


class Counts(NamedTuple):
    """Agreement with labels.

    Args:
        rows, right: how many pairs, and how many of them are labelled right.
        refused: right ones that were not accepted (false negatives), for want of a verdict too.
        accepted: wrong ones that were accepted (false positives).
        no_verdict: pairs without a verdict.
        undecided: those of them that are labelled wrong.
    """

    rows: int
    right: int
    refused: int
    accepted: int
    no_verdict: int
    undecided: int

    @property
    def agreement(self) -> float | None:
        """The share of pairs judged as labelled; a pair without a verdict is none of them."""
        return share(self.rows - self.refused - self.accepted - self.undecided, self.rows)

    @property
    def false_negatives(self) -> float | None:
        """The share of right pairs that were refused."""
        return share(self.refused, self.right)

    @property
    def false_positives(self) -> float | None:
        """The share of wrong pairs that were accepted."""
        return share(self.accepted, self.rows - self.right)


def count(labels: Iterable[bool], accepted: Iterable[bool | None]) -> Counts:
    """Count how labels and verdicts agree."""
    both = list(zip(labels, accepted, strict=True))
    return Counts(
        rows=len(both),
        right=sum(label for label, _ in both),
        refused=sum(label and mark is not True for label, mark in both),
        accepted=sum(mark is True and not label for label, mark in both),
        no_verdict=sum(mark is None for _, mark in both),
        undecided=sum(mark is None and not label for label, mark in both),
    )


def share(part: float, whole: float) -> float | None:
    """Return part over whole in percent, or None of nothing."""
    return 100 * part / whole if whole else None


def ratio(above: float | None, below: float | None) -> float | None:
    """Return one figure over another, None where one is missing."""
    return None if above is None or not below else above / below


def percentile(times: Iterable[float], percent: float) -> float | None:
    """Return the smallest time that at least that percentage of times do not exceed; None of nothing."""
    ordered = sorted(times)
    if not ordered:
        return None
    rank = -(-len(ordered) * percent // 100)  # the ceiling
    return ordered[max(0, int(rank) - 1)]


_REACHED: dict[str, Callable[[float, float], bool]] = {
    ">=": lambda figure, wanted: figure >= wanted,
    "<=": lambda figure, wanted: figure <= wanted,
    "=": lambda figure, wanted: figure == wanted,
}


def aim(name: str, relation: str, wanted: float, figure: float | None, unit: str = "") -> dict[str, Any]:
    """Return one line of the table of aims.

    Args:
        relation: ">=", "<=" or "=".
        figure: of this run, or None where it was not measured.
    Returns: aim, wanted, figure as it is, and `reached`: True, False, or None where there is no figure.
    """
    reached = None if figure is None else _REACHED[relation](figure, wanted)
    return {"aim": name, "wanted": f"{relation} {wanted:g}{unit}", "figure": figure, "reached": reached}
