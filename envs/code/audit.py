"""Check a dataset of code: rows without tests, and known solutions that do not pass their own tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from rlvr_gym.auditing import Audit, audit
from rlvr_gym.env import Domain
from rlvr_gym.envs.code import datasets
from rlvr_gym.envs.code.env import job, oracle
from rlvr_gym.envs.code.grading import grade
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.sources import TableSource
from rlvr_gym.types import Limits

__all__ = ["audit_data"]


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
    """Read a dataset and report every row that is not served or whose known solution is not paid.

    Args:
        data, format: see `datasets.load`.
        limit: the most rows that are read.
        everything: run the known solutions, in the sandbox.
        sandbox: for those; the process-wide one where None.
        reading: called with the number of rows read.
        progress: called with (solutions judged, solutions to judge).
    Returns: the findings.
    Raises: as `datasets.load`; SandboxUnavailable: if `everything` is asked for and no sandbox can be had.
    """
    table = datasets.read(data, row_format=format, limit=limit, progress=reading)
    return audit(
        data,
        table,
        lambda table: Domain(
            source=TableSource(data, table.tasks),
            job=partial(job, limits=Limits()),
            grade=grade,
            oracle=oracle,
        ),
        counts={"formats": lambda row: row.task.family},
        everything=everything,
        sandbox=sandbox,
        progress=progress,
    )
