"""What a check of data finds: own answers that earn nothing, and those that were not tried."""

from __future__ import annotations

from dataclasses import replace

from rlvr_gym.auditing import Audit, audit
from rlvr_gym.env import Domain
from rlvr_gym.errors import BadTask
from rlvr_gym.sources import TableSource
from rlvr_gym.tables import Problem, Served, Table
from rlvr_gym.types import Task, Verdict
from tests.toys import echo_domain, echo_sandbox

BAD = Problem("file:9", "not JSON", "malformed")


def table(*references: str) -> Table:
    """Return rows whose references are these; what they answer is the reference itself."""
    rows = [Served(f"file:{n}", Task(f"t{n}", "?", text)) for n, text in enumerate(references, 1)]
    return Table(rows, [BAD])


def serve(rows: Table) -> Domain:
    """Decide "now" and "never" at once, have no answer to "?", and send the rest into the walls."""

    def oracle(task: Task) -> str:
        if task.reference == "?":
            raise BadTask("no known solution")
        return str(task.reference)

    toy = echo_domain(TableSource("toy", rows.tasks))
    at_once = {"now": Verdict.correct(), "never": Verdict.wrong("not the answer")}
    return replace(
        toy, oracle=oracle, job=lambda task, text: at_once[text] if text in at_once else toy.job(task, text)
    )


def findings(rows: Table, *, everything: bool = False, told: list[tuple[int, int]] | None = None) -> Audit:
    """Audit these rows."""
    return audit(
        "toy",
        rows,
        serve,
        counts={"lengths": lambda row: str(len(row.task.reference))},
        notes=[Problem("file:1", "odd", "odd")],
        everything=everything,
        sandbox=echo_sandbox(),
        progress=None if told is None else lambda *now: told.append(now),
    )


def test_own_answers_are_judged_at_once_and_in_the_walls_only_if_asked() -> None:
    """Without a sandbox they are counted as untried; with it, what earns nothing is named in order."""
    rows = table("now", "echo", "break", "never", "?")
    quick = findings(rows)
    assert [(one.where, one.kind) for one in quick.failed] == [("file:4", "WRONG")]
    assert quick.untried == 2
    told: list[tuple[int, int]] = []
    whole = findings(rows, everything=True, told=told)
    assert [(one.where, one.kind) for one in whole.failed] == [("file:3", "NO_VERDICT"), ("file:4", "WRONG")]
    assert whole.untried == 0
    assert told == [(2, 2)]


def test_a_row_without_a_known_answer_is_a_note() -> None:
    """It can be served, though nothing shows that it can be solved."""
    assert [(one.where, one.kind) for one in findings(table("?")).notes] == [
        ("file:1", "odd"),
        ("file:1", "no known answer"),
    ]


def test_all_is_well_only_where_rows_are_served_and_paid() -> None:
    """Notes do not count; a skipped row, an unpaid one or an empty table do."""
    assert not findings(table("now")).ok
    good = Table(table("now").rows, [])
    assert findings(good).ok
    assert not findings(Table(table("never").rows, [])).ok
    assert not findings(Table([], [])).ok


def test_the_findings_are_plain_json() -> None:
    """Counts under their headings, each row with its place."""
    assert findings(table("now")).to_json() == {
        "data": "toy",
        "ok": False,
        "rows": 2,
        "served": 1,
        "lengths": {"3": 1},
        "skipped": [{"where": "file:9", "what": "not JSON", "kind": "malformed"}],
        "failed": [],
        "notes": [{"where": "file:1", "what": "odd", "kind": "odd"}],
        "untried": 0,
    }
