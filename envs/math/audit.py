"""Check a mathematics dataset: golds that are no mathematics, and golds that are not equal to themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rlvr_gym.auditing import Audit, audit
from rlvr_gym.envs.math import datasets
from rlvr_gym.envs.math.env import serving
from rlvr_gym.envs.math.notation import Unreadable, plain_words
from rlvr_gym.envs.math.parse import parse
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.sources import TableSource
from rlvr_gym.tables import Problem, Served

__all__ = ["audit_data"]

_MATHEMATICS = re.compile(r"[\d\\=<>^_+*/]")
_SHOWN = 100  # characters of a gold in a message


def audit_data(
    data: str,
    *,
    format: str = "auto",
    limit: int | None = None,
    everything: bool = False,
    sandbox: Sandbox | None = None,
    reading: Callable[[int], None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Audit:
    """Read a dataset and report every row that is not served, not paid its own answer, or odd.

    Args:
        data, format: see `datasets.load`.
        limit: the most rows that are read.
        everything: also compare golds that take algebra with themselves, in the sandbox.
        sandbox: for those; the process-wide one where None.
        reading: called with the number of rows read.
        progress: called with (golds compared, golds to compare) in the sandbox.
    Returns: the findings.
    Raises: as `datasets.load`; SandboxUnavailable: if `everything` is asked for and no sandbox can be had.
    """
    table = datasets.read(data, row_format=format, limit=limit, progress=reading)
    return audit(
        data,
        table,
        lambda table: serving(TableSource(data, table.tasks)),
        counts={
            "formats": lambda row: row.task.family,
            "answers": lambda row: row.task.reference.kind,
        },
        notes=[note for row in table.rows for note in _notes(row)],
        everything=everything,
        sandbox=sandbox,
        progress=progress,
    )


def _notes(row: Served) -> Iterator[Problem]:
    gold, task = row.task.reference, row.task
    if gold.kind == "choice":
        offered = datasets.OFFERED.search(task.prompt) is not None
        what = "offered in the question: a guess is often right" if offered else "no choice is offered"
        yield Problem(row.where, f"{task.id}: the answer is the letter {gold.text.strip()}; {what}", "choice")
    if gold.kind == "text" and _MATHEMATICS.search(plain_words(gold.text)):
        what = f"{task.id}: the answer is compared as text, not as mathematics: {gold.text[:_SHOWN]!r}"
        yield Problem(row.where, f"{what} ({_reason(gold.text)})", "unparsed")


def _reason(text: str) -> str:
    try:
        parse(text)
    except Unreadable as error:
        return str(error)
    return "it is words"
