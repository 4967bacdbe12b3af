"""The demonstration: what an honest checker pays, and what it does not, on tasks drawn a moment ago."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rlvr_gym.evaluation.report import Record, load_record, write_report
from rlvr_gym.evaluation.runner import evaluate, load_subject
from rlvr_gym.sandbox import Sandbox

__all__ = ["ENVIRONMENTS", "POLICIES", "demonstrate"]

ENVIRONMENTS = ("rlvr/Math-v0", "rlvr/Code-v0")
POLICIES = ("oracle", "hedger", "empty", "random", "copy-the-example", "cheat")


def demonstrate(
    out: Path,
    *,
    n: int,
    seed: int,
    sandbox: Sandbox | None = None,
    progress: Callable[[int, int], None] | None = None,
    problem: Callable[[str], None] | None = None,
) -> tuple[list[Record], Path]:
    """Evaluate the scripted policies on fresh tasks and write the records and the page.

    Args:
        out: folder of report.html and, by seed, environment and policy, of the records.
        n: tasks of each environment.
        seed: of the draw.
        sandbox, problem: as for `evaluate`.
        progress: told (responses judged, responses in all).
    Returns: the records in the order of the table, and the page's path.
    """
    total = n * len(ENVIRONMENTS) * len(POLICIES)
    records: list[Record] = []
    for env_id in ENVIRONMENTS:
        subject = load_subject(env_id, {}, sandbox)
        for policy in POLICIES:
            before = n * len(records)
            folder = out / f"seed-{seed}" / env_id.replace("/", "-") / policy
            evaluate(
                env_id,
                policy,
                n=n,
                seed=seed,
                out=folder,
                sandbox=sandbox,
                progress=None if progress is None else _shifted(progress, before, total),
                problem=problem,
                subject=subject,
            )
            records.append(load_record(folder))
    return records, write_report(records, out / "report.html", title="rlvr-gym demo: scripted policies")


def _shifted(progress: Callable[[int, int], None], before: int, total: int) -> Callable[[int, int], None]:
    def shifted(done: int, _: int) -> None:
        progress(before + done, total)

    return shifted
