"""What the command line shows: tables, progress bars, and text that is safe for a terminal."""

from __future__ import annotations

import logging
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rlvr_gym.errors import RlvrError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from rlvr_gym.auditing import Audit
    from rlvr_gym.evaluation.statistics import Estimate
    from rlvr_gym.evaluation.summary import Summary
    from rlvr_gym.sandbox.doctor import Finding

__all__ = [
    "Sparing", "audit_lines", "findings_table", "follow", "lines_of", "logged_by", "printable",
    "progress_bar", "results_table", "statistics_table", "table_console",
]  # fmt: skip

_WIDTH_OF_FILES = 150  # columns: a terminal's default would fold a table that goes to a file
_MOST_ALIKE = 10
_MOST_ROWS = 20
_KIND = 24  # characters by which messages are told apart


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


def findings_table(found: Sequence[Finding]) -> Table:
    """Return a table of what `rlvr-gym sandbox doctor` found; advice stands below what it belongs to."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("wall", ""):
        table.add_column(heading, no_wrap=True)
    table.add_column("what was seen, what to do", overflow="fold")
    for one in found:
        said = printable(one.seen + (f"\n-> {one.advice}" if one.advice else ""))
        table.add_row(one.wall, one.state, said)
    return table


def statistics_table(now: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]) -> Table:
    """Return a table of what `read_all` gave; `before` is an earlier look, for checks a second."""
    from rich import box
    from rich.table import Table

    earlier = {(item["pid"], item["number"]): item for item in before}
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    headings = "pid backend busy idle waiting checks checks/s p50_ms p99_ms retries lost died recycled age_s"
    for heading in headings.split():
        table.add_column(heading, justify="left" if heading == "backend" else "right", no_wrap=True)
    table.add_column("ended by", overflow="fold")
    for item in now:
        old = earlier.get((item["pid"], item["number"]), {"checks": 0, "uptime_s": 0.0})
        seconds = item["uptime_s"] - old["uptime_s"]
        rate = f"{(item['checks'] - old['checks']) / seconds:.1f}" if seconds > 0 else ""
        cells = {**item, "checks/s": rate, "age_s": f"{item['age_s']:.0f}"}
        endings = sorted(item["endings"].items(), key=lambda pair: (-pair[1], pair[0]))
        shown = ", ".join(f"{name} {count}" for name, count in endings)
        table.add_row(*(printable(str(cells[heading])) for heading in headings.split()), printable(shown))
    return table


def follow(read: Callable[[], list[dict[str, Any]]], interval_s: float) -> None:
    """Show the sandboxes that `read` gives, again and again, until interrupted."""
    from rich.live import Live

    before: list[dict[str, Any]] = []
    with suppress(KeyboardInterrupt), Live(console=table_console(), auto_refresh=False, screen=True) as live:
        while True:
            now = read()
            live.update(
                statistics_table(now, before) if now else "no sandbox of this user is running", refresh=True
            )
            before = now
            time.sleep(interval_s)


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar on standard error where that is a terminal; yields a function of (done, total or None)."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)

        def update(done: int, total: int | None) -> None:
            bar.update(task, completed=done, total=total)

        yield update


def audit_lines(found: Audit) -> Iterator[str]:
    """Yield the lines of a report about a dataset; of each kind of finding, the first rows alone."""
    from rlvr_gym.auditing import SECTIONS

    skipped = len(found.skipped)
    yield f"{found.data}: {found.served + skipped} rows, {found.served} served, {skipped} not"
    for heading, counts in found.counts.items():
        if counts:
            yield f"  {heading + ':':<12}" + ", ".join(f"{count} {kind}" for kind, count in counts.items())
    for section, title in SECTIONS.items():
        rows = getattr(found, section)
        if not rows:
            continue
        yield f"\n{title}: {len(rows)}"
        for kind, count in Counter(one.kind for one in rows).most_common():
            yield f"  {kind} ({count})"
            yield from (f"    {one}" for one in [one for one in rows if one.kind == kind][:_MOST_ROWS])
            if count > _MOST_ROWS:
                yield f"    and {count - _MOST_ROWS} more: --json names them all"
    if found.untried:
        yield f"\nnot tried, because judging it takes a sandbox: {found.untried} (--all tries them)"


def printable(text: str) -> str:
    """Return text that any terminal's encoding can show and in which no escape sequence is left."""
    kept = "".join(c if c in "\n\t" or c.isprintable() else ascii(c)[1:-1] for c in text)
    encoding = sys.stdout.encoding or "utf-8"
    return kept.encode(encoding, "backslashreplace").decode(encoding)


class Sparing:
    """Hands messages on until ten of one kind have come, then counts them.

    Two messages are of one kind if they begin alike, numbers apart.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._counts: Counter[str] = Counter()

    def __call__(self, message: str) -> None:
        """Say the message, unless there were enough like it."""
        kind = re.sub(r"\d+", "", message)[:_KIND]
        self._counts[kind] += 1
        if self._counts[kind] <= _MOST_ALIKE:
            self._say(message)

    def close(self) -> None:
        """Say how many messages were not said."""
        for kind, count in self._counts.items():
            if count > _MOST_ALIKE:
                self._say(f'and {count - _MOST_ALIKE} more like "{kind}..."')
        self._counts.clear()


@contextmanager
def logged_by(say: Callable[[str], None]) -> Iterator[None]:
    """Have the library's warnings said, sparingly, for as long as a command runs."""
    logger = logging.getLogger("rlvr_gym")
    with closing(Sparing(say)) as sparing:
        handler = _Handler(sparing)
        logger.addHandler(handler)
        try:
            yield
        finally:
            logger.removeHandler(handler)


class _Handler(logging.Handler):
    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__()
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        self._say(record.getMessage())


def lines_of(path: str) -> Iterator[bytes]:
    """Yield the lines of a file, or of standard input for "-". Raises RlvrError where they cannot be read."""
    piped = path == "-"
    try:
        with nullcontext(sys.stdin.buffer) if piped else Path(path).open("rb") as source:
            while line := source.readline():
                yield line
    except OSError as error:
        raise RlvrError(f"cannot read responses from {path}: {error.strerror or error}") from error


def _outcomes(summary: Summary) -> str:
    counts = [f"{count} {name}" for name, count in summary.outcomes.items()]
    if summary.errors:
        counts.append(f"{summary.errors} without a response")
    if summary.cut_off:
        counts.append(f"{summary.cut_off} cut off")
    return ", ".join(counts)


def _interval(estimate: Estimate) -> str:
    if not estimate.tasks:
        return "nothing judged"
    return f"{estimate.mean:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"
