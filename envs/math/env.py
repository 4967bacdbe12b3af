"""`rlvr/Math-v0`: mathematics with exact answers.

Example task (family `linear_equations`, level 2):

    Solve $3x - 7 = 14$ for $x$.        ->  "... so $x = \\boxed{7}$"  earns 1

The road of a response: `checker.check` finds and reads its answer and decides whatever exact arithmetic,
structure or text can decide. Only what needs algebra becomes a job: two trees of nested lists, made by the
bounded parser, which `sandbox/runners/symbolic.py` compares with sympy inside the walls.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from rlvr_gym.env import Domain
from rlvr_gym.envs.math import datasets, process
from rlvr_gym.envs.math.checker import Gold
from rlvr_gym.envs.math.conventions import Given
from rlvr_gym.envs.math.judging import LIMITS, grade, job
from rlvr_gym.envs.math.tasks import FAMILIES
from rlvr_gym.errors import BadTask, CheckerError, UnknownEnv, nearest
from rlvr_gym.sources import ProceduralSource, TableSource, TaskSource
from rlvr_gym.types import Limits, Result, Task, Verdict

__all__ = ["ENV_ID", "SYSTEM", "domain", "serving"]

ENV_ID = "rlvr/Math-v0"
SYSTEM = (
    "Solve the problem. Think step by step, then give the final answer once, inside \\boxed{}. "
    "Write an evaluated number (an integer, an exact decimal, or a fraction in lowest terms) where a number "
    "is "
    "asked for, and nothing else in the box."
)
REWARDS = ("outcome", "process")
_log = logging.getLogger(__name__)


def domain(
    *,
    level: int | None = None,
    families: Sequence[str] = (),
    data: str | None = None,
    format: str = "auto",
    revision: str | None = None,
    policy: Given = None,
    reward: str = "outcome",
    limits: Limits = LIMITS,
) -> Domain:
    """Make the domain of mathematics.

    Args:
        level: difficulty 1..5 of procedural tasks; drawn for each task where None.
        families: names of procedural families; all where empty.
        data: instead of procedural tasks, and served as the split "public": a path to a file (JSON lines,
            or by its name JSON, CSV or Parquet) or "hub:org/name[@revision][:config[:split]]".
        format: of the rows: one of `datasets.FORMATS`; "auto" decides by the columns.
        revision: of a Hub dataset, where `data` does not pin it itself.
        policy: conventions of answers in place of the dataset's own (`datasets.POLICIES`), or a mapping of
            the fields to change, such as {"tolerance": "1/100"}; only a mapping can be recorded.
        reward: "outcome": 1 for a right answer, 0 for all else; "process": the steps count too, and the
            verdict holds a judgement and a credit for each (see the module `process`).
        limits: of the walled child that compares expressions.
    Raises:
        UnknownEnv: for an unknown family, level, format, convention or reward.
        BadTask: if the data cannot be read or holds no usable row, or level or families are given too.
        AdapterError: if a Hub dataset is asked for without the extra `data`.
    """
    if reward not in REWARDS:
        raise UnknownEnv(f"unknown reward {reward!r} of {ENV_ID}{nearest(str(reward), REWARDS)}")
    names = (families,) if isinstance(families, str) else tuple(families)
    source: TaskSource
    if data is None:
        if revision is not None or format != "auto" or policy is not None:
            raise BadTask("format, revision and policy describe a dataset: give data=... with them")
        source = ProceduralSource(ENV_ID, FAMILIES, names, level)
    else:
        if names or level is not None:
            raise BadTask("level and families choose procedural tasks; they do not go with data=...")
        tasks, problems = datasets.load(data, row_format=format, revision=revision, policy=policy)
        for problem in problems:
            _log.warning("skipped a row: %s", problem)
        if not tasks:
            first = f"; the first of {len(problems)} problems: {problems[0]}" if problems else ""
            raise BadTask(f"{data} holds no usable row{first}")
        source = TableSource(data, tasks)
    return serving(source, limits, reward)


def serving(source: TaskSource, limits: Limits = LIMITS, reward: str = "outcome") -> Domain:
    """Return the domain that serves these tasks, whose references are golds."""
    if reward == "process":
        return Domain(
            source=source,
            job=lambda task, response: process.job(_gold(task), task.prompt, response, limits),
            grade=_needs_response,
            oracle=_oracle,
            system=SYSTEM,
            grade_response=lambda task, response, result: process.grade(
                _gold(task), task.prompt, response, result
            ),
        )
    return Domain(
        source=source,
        job=lambda task, response: job(_gold(task), response, limits),
        grade=lambda task, result: grade(_gold(task).policy, result),
        oracle=_oracle,
        system=SYSTEM,
    )


def _needs_response(task: Task, result: Result) -> Verdict:
    raise CheckerError("process rewards judge the steps of a response: call Domain.graded with it")


def _gold(task: Task) -> Gold:
    if not isinstance(task.reference, Gold):
        raise BadTask(f"task {task.id!r} carries no gold answer; make it again with source.by_id")
    return task.reference


def _oracle(task: Task) -> str:
    return f"The final answer is $\\boxed{{{_gold(task).text}}}$."
