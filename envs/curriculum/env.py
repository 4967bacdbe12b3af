"""`rlvr/Curriculum-v0`: stages of tasks from other environments, harder as the policy succeeds.

An example: stage 2 of the default stages serves `rlvr/Math-v0` and `rlvr/Code-v0` at level 1, half each.
Once 80% of the latest 32 verdicts there are CORRECT, stage 3 begins; at 20% or less, stage 1 comes back.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rlvr_gym.env import Domain
from rlvr_gym.envs.curriculum.controller import Controller, Rule
from rlvr_gym.envs.curriculum.stages import Inner, StagedSource, parse
from rlvr_gym.errors import BadTask
from rlvr_gym.types import Job, Limits, Result, Task, Verdict

__all__ = ["domain"]

ENV_ID = "rlvr/Curriculum-v0"
_UNUSED = Limits()


def domain(
    *,
    stages: Sequence[Any] | str | None = None,
    window: int = 32,
    up: float = 0.8,
    down: float = 0.2,
    start: int = 1,
    limits: Limits = _UNUSED,
) -> Domain:
    """Make the curriculum.

    Args:
        stages: a list of stages, each an entry or a list of entries `{"env": ID, "weight": 1.0, ...options of
            that environment}`; or the path of a TOML file of the form of `stages.toml`; or None for the
            default stages.
        window: number of latest verdicts that count.
        up: share of correct verdicts, 0..1, from which the next stage begins.
        down: share at or under which the stage before comes back.
        start: stage to begin with, counted from 1.
        limits: every environment gets them; here they bound nothing, for each task is judged by the
            environment that it comes from, within that one's limits.
    Returns: the domain.
    Raises: BadTask: on malformed stages or thresholds. UnknownEnv: if a stage names no known environment.
    """
    del limits
    where = "stages"
    if stages is None or isinstance(stages, str):
        path = Path(__file__).with_name("stages.toml") if stages is None else Path(stages)
        stages, where = _read(path), str(path)
    source = StagedSource(ENV_ID, parse(stages, ENV_ID, where))
    rule = Rule(window, up, down)
    Controller(source, rule, start)  # reports a start that does not exist here, not at reset
    return Domain(
        source=source,
        job=_job,
        grade=_grade,
        oracle=_oracle,
        grade_response=_grade_response,
        scheduler=lambda: Controller(source, rule, start),
    )


def _read(path: Path) -> Any:
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadTask(f"cannot read the stages in {path}: {error}") from error
    stages = rows.get("stages")
    if set(rows) != {"stages"} or not isinstance(stages, list):
        raise BadTask(f"{path}: must hold [[stages]] tables and nothing else, not {sorted(rows)}")
    for number, stage in enumerate(stages, 1):
        if not isinstance(stage, dict) or set(stage) != {"entries"}:
            raise BadTask(f"{path}: stage {number} must hold `entries` and nothing else, not {stage!r:.80}")
    return [stage["entries"] for stage in stages]


def _inner(task: Task) -> Inner:
    if not isinstance(task.reference, Inner):
        raise BadTask(f"task {task.id!r} has lost its reference; take it from the source again by its id")
    return task.reference


def _job(task: Task, response: str) -> Job | Verdict:
    inner = _inner(task)
    return inner.domain.job(inner.task, response)


def _grade(task: Task, result: Result) -> Verdict:
    inner = _inner(task)
    return inner.domain.grade(inner.task, result)


def _grade_response(task: Task, response: str, result: Result) -> Verdict:
    inner = _inner(task)
    return inner.domain.graded(inner.task, response, result)


def _oracle(task: Task) -> str:
    inner = _inner(task)
    return inner.domain.oracle(inner.task)
