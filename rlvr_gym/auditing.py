"""Check a dataset before it is used: which rows are served, which are not, and which pay their own answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rlvr_gym.env import Domain, judge
from rlvr_gym.errors import BadTask
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.tables import Problem, Served, Table
from rlvr_gym.types import Verdict

__all__ = ["SECTIONS", "Audit", "audit"]

SECTIONS: Mapping[str, str] = {
    "skipped": "not served",
    "failed": "served, but its own answer is not paid",
    "notes": "served, but look at it",
}
_BATCH = 64  # answers judged between two calls of a progress function


@dataclass(frozen=True, slots=True)
class Audit:
    """The findings about one dataset.

    Args:
        data: as it was named.
        served: number of rows that became tasks.
        counts: by heading ("formats", "answers"), how many tasks are of which kind.
        skipped: rows that are not served, each with the reason.
        failed: rows whose own answer is not paid.
        notes: rows that are served though something about them is odd.
        untried: rows whose own answer was not tried, because that takes a sandbox.
    """

    data: str
    served: int
    counts: Mapping[str, Mapping[str, int]]
    skipped: Sequence[Problem]
    failed: Sequence[Problem] = ()
    notes: Sequence[Problem] = ()
    untried: int = 0

    @property
    def ok(self) -> bool:
        """Whether every row is served and pays its own answer; notes do not count."""
        return self.served > 0 and not self.skipped and not self.failed

    def to_json(self) -> dict[str, Any]:
        """Return the findings as JSON-ready data."""
        return {
            "data": self.data,
            "ok": self.ok,
            "rows": self.served + len(self.skipped),
            "served": self.served,
            **{heading: dict(counts) for heading, counts in self.counts.items()},
            **{section: [one._asdict() for one in getattr(self, section)] for section in SECTIONS},
            "untried": self.untried,
        }


def audit(
    data: str,
    table: Table,
    make_domain: Callable[[Table], Domain],
    *,
    counts: Mapping[str, Callable[[Served], str]],
    notes: Sequence[Problem] = (),
    everything: bool = False,
    sandbox: Sandbox | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Audit:
    """Judge every row's own answer and put the findings together.

    Args:
        data: the dataset's name.
        table: its rows, read.
        make_domain: serves those rows; called where there are any.
        counts: by heading, the kind of a row under which it is counted.
        notes: what is odd about rows that are served.
        everything: judge also what takes a sandbox.
        sandbox: for those; the process-wide one where None.
        progress: called with (answers judged, answers to judge).
    Returns: the findings.
    Raises: SandboxUnavailable: if everything is to be judged and no sandbox can be had.
    """
    found = Audit(
        data=data,
        served=len(table.rows),
        counts={heading: _counted(map(kind, table.rows)) for heading, kind in counts.items()},
        skipped=table.problems,
        notes=notes,
    )
    if not table.rows:
        return found
    failed, untried, unsolved = _own_answers(table.rows, make_domain(table), everything, sandbox, progress)
    return replace(found, failed=failed, untried=untried, notes=[*notes, *unsolved])


def _counted(kinds: Iterable[str]) -> dict[str, int]:
    return dict(Counter(kinds).most_common())


def _own_answers(
    rows: Sequence[Served],
    domain: Domain,
    everything: bool,
    sandbox: Sandbox | None,
    progress: Callable[[int, int], None] | None,
) -> tuple[list[Problem], int, list[Problem]]:
    """Return (rows whose own answer is not paid, how many were not tried, rows that have no own answer)."""
    failed: dict[int, Problem] = {}
    unsolved: list[Problem] = []
    asked: list[tuple[int, str]] = []
    for place, (where, task) in enumerate(rows):
        try:
            response = domain.oracle(task)
        except BadTask as error:
            unsolved.append(Problem(where, str(error), "no known answer"))
            continue
        made = domain.job(task, response)
        if not isinstance(made, Verdict):
            asked.append((place, response))
        elif made.reward != 1:
            failed[place] = _unpaid(rows[place], made)
    if not everything:
        return [failed[place] for place in sorted(failed)], len(asked), unsolved
    for start in range(0, len(asked), _BATCH):
        batch = asked[start : start + _BATCH]
        verdicts = judge(domain, [(rows[place].task, response) for place, response in batch], sandbox)
        for (place, _), verdict in zip(batch, verdicts, strict=True):
            if verdict.reward != 1:
                failed[place] = _unpaid(rows[place], verdict)
        if progress is not None:
            progress(start + len(batch), len(asked))
    return [failed[place] for place in sorted(failed)], 0, unsolved


def _unpaid(row: Served, verdict: Verdict) -> Problem:
    return Problem(row.where, f"{row.task.id}: {verdict.feedback}", verdict.outcome.name)
