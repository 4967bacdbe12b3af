"""The geometry of the report's plots, in percent of their width; the template draws it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rlvr_gym.evaluation.statistics import Estimate
from rlvr_gym.evaluation.summary import Summary
from rlvr_gym.types import Outcome

__all__ = ["Bar", "Board", "Cell", "Segment", "boards"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A mean with its interval: percentages of the axis, and the text beside it."""

    label: str
    mean: float
    low: float
    high: float
    text: str


@dataclass(frozen=True, slots=True)
class Segment:
    """One outcome's share of a stacked bar."""

    outcome: str
    start: float
    width: float
    count: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One family under one policy; `value` is None where nothing was judged."""

    value: float | None
    text: str
    hint: str


@dataclass(frozen=True, slots=True)
class Board:
    """All plots of one environment.

    Args:
        bars: mean reward by policy.
        stacks: by policy, the outcome mix.
        outcomes: those that occur, in the order of the legend.
        policies: columns of the heatmap.
        families: rows of the heatmap: (family, cells).
    """

    bars: tuple[Bar, ...]
    stacks: tuple[tuple[str, tuple[Segment, ...]], ...]
    outcomes: tuple[str, ...]
    policies: tuple[str, ...]
    families: tuple[tuple[str, tuple[Cell, ...]], ...]


def boards(summaries: Sequence[Summary]) -> Board:
    """Lay out the plots of the summaries of one environment."""
    names = sorted({family for summary in summaries for family in summary.families})
    order = [*(outcome.value for outcome in Outcome), "no response"]
    present = {name for summary in summaries for name, _ in _counts(summary)}
    return Board(
        bars=tuple(_bar(summary.policy, summary.reward) for summary in summaries),
        stacks=tuple((summary.policy, _stack(summary)) for summary in summaries),
        outcomes=tuple(name for name in order if name in present),
        policies=tuple(summary.policy for summary in summaries),
        families=tuple(
            (name or "(none)", tuple(_cell(summary.families.get(name)) for summary in summaries))
            for name in names
        ),
    )


def _bar(label: str, estimate: Estimate) -> Bar:
    if math.isnan(estimate.mean):
        return Bar(label, 0.0, 0.0, 0.0, "nothing judged")
    text = f"{estimate.mean:.3f}  [{estimate.low:.3f}, {estimate.high:.3f}]"
    return Bar(label, 100 * estimate.mean, 100 * estimate.low, 100 * estimate.high, text)


def _counts(summary: Summary) -> list[tuple[str, int]]:
    counts = [(outcome.value, summary.outcomes.get(outcome.value, 0)) for outcome in Outcome]
    return [(name, count) for name, count in [*counts, ("no response", summary.errors)] if count]


def _stack(summary: Summary) -> tuple[Segment, ...]:
    counts = _counts(summary)
    total = sum(count for _, count in counts)
    segments, start = [], 0
    for name, count in counts:
        segments.append(Segment(name, 100 * start / total, 100 * count / total, count))
        start += count
    return tuple(segments)


def _cell(estimate: Estimate | None) -> Cell:
    if estimate is None or math.isnan(estimate.mean):
        return Cell(None, "–", "nothing judged")
    hint = f"{estimate.tasks} tasks, 95% interval {estimate.low:.2f} to {estimate.high:.2f}"
    return Cell(estimate.mean, f"{estimate.mean:.2f}", hint)
