"""What the command line shows: tables, progress bars, and text that is safe for a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from rlvr_gym.evaluation.statistics import Estimate
    from rlvr_gym.evaluation.summary import Summary

__all__ = ["printable", "progress_bar", "results_table", "table_console"]

_WIDTH_OF_FILES = 150  # columns: a terminal's default would fold a table that goes to a file


def table_console() -> Console:
    """Return a console on standard output that prints what it is given and nothing cleverer."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _WIDTH_OF_FILES
    return Console(width=width, highlight=False, markup=False)


def results_table(summaries: Sequence[Summary]) -> Table:
    """Return a table with one row for each summary; summaries of one environment should be neighbours."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("environment", "policy"):
        table.add_column(heading, no_wrap=True)
    table.add_column("tasks", justify="right")
    table.add_column("reward [95% interval]", justify="right", no_wrap=True)
    ks = sorted({k for summary in summaries for k in summary.pass_at if k > 1})
    for k in ks:
        table.add_column(f"pass@{k}", justify="right", no_wrap=True)
    table.add_column("outcomes", overflow="fold")
    previous = ""
    for summary in summaries:
        if previous not in ("", summary.env_id):
            table.add_section()
        table.add_row(
            "" if previous == summary.env_id else summary.env_id,
            summary.policy,
            str(summary.tasks),
            _interval(summary.reward),
            *(_interval(summary.pass_at[k]) if k in summary.pass_at else "" for k in ks),
            _outcomes(summary),
        )
        previous = summary.env_id
    return table


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error where that is a terminal; yields a function of (done, total)."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)

        def update(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield update


def printable(text: str) -> str:
    """Return text that any terminal's encoding can show and in which no escape sequence is left."""
    kept = "".join(c if c in "\n\t" or c.isprintable() else ascii(c)[1:-1] for c in text)
    encoding = sys.stdout.encoding or "utf-8"
    return kept.encode(encoding, "backslashreplace").decode(encoding)


def _outcomes(summary: Summary) -> str:
    counts = [f"{count} {name}" for name, count in summary.outcomes.items()]
    if summary.errors:
        counts.append(f"{summary.errors} without a response")
    return ", ".join(counts)


def _interval(estimate: Estimate) -> str:
    if not estimate.tasks:
        return "nothing judged"
    return f"{estimate.mean:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"
