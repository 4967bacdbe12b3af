"""The certificate that every environment must earn, and a sandbox for tests that need no walls."""

from __future__ import annotations

import json
import pickle
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium
from gymnasium.utils.env_checker import check_env as gymnasium_check_env

from rlvr_gym.env import Domain, TextEnv, judge
from rlvr_gym.errors import BadTask, CheckerError
from rlvr_gym.registry import checker_digest, find, load
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Job, Outcome, Result, Task

__all__ = ["Attack", "Check", "FakeSandbox", "attacks", "check_env"]

_TASKS = 40


@dataclass(frozen=True, slots=True)
class Check:
    """One sentence of the contract, and whether it holds."""

    name: str
    ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Attack:
    """A response that must earn nothing on its task."""

    task_id: str
    response: str
    why: str


class FakeSandbox(Sandbox):
    """A sandbox that answers jobs with a function: for tests of what happens around the walls.

    Args:
        answer: called with each job; returns its result or raises (SandboxError, say).
    """

    def __init__(self, answer: Callable[[Job], Result]) -> None:
        super().__init__(workers=1)
        self._answer = answer

    def start(self, image: str = "python") -> None:
        """Start nothing."""

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        """Answer each job by the function."""
        return [self._answer(job) for job in jobs]


def attacks(path: Path) -> list[Attack]:
    """Read an attacks.jsonl.

    Returns: its rows. Raises: BadTask: naming file and line of a malformed row, or if there is none.
    """
    rows = []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise BadTask(f"{path}: cannot be read: {error.strerror}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rows.append(Attack(**json.loads(line)))
        except (ValueError, TypeError) as error:
            raise BadTask(f"{path}:{number}: a row is {{task_id, response, why}}: {error}") from None
    if not rows:
        raise BadTask(f"{path}: an environment needs at least one attack that earns nothing")
    return rows


def check_env(
    env_id: str, sandbox: Sandbox | None = None, tasks: int = _TASKS, **options: Any
) -> list[Check]:
    """Put an environment to the test.

    Args:
        env_id: registered id.
        sandbox: the process-wide one where None.
        tasks: how many tasks of each split the sampling checks use.
        options: of the environment.
    Returns: every check with its result; the environment earns its certificate if all are ok.
    """
    domain = load(env_id, **options)
    sample = {split: _sample(domain, split, tasks) for split in domain.source.splits}
    every = [task for found in sample.values() for task in found]
    checker = checker_digest(env_id, sandbox)
    named: list[tuple[str, Callable[[], str]]] = [
        ("Gymnasium's own check_env passes without a warning", lambda: _gymnasium(env_id, options)),
        ("the same coordinates and the same id give the same task", lambda: _pure(domain, sample)),
        ("no two splits share a prompt", lambda: _disjoint(sample)),
        ("the reference is in no repr and no pickle", lambda: _hidden(every)),
        ("the oracle's response earns 1 on every task", lambda: _oracle(domain, every, sandbox, checker)),
        (
            "empty, blank and off-topic responses earn 0",
            lambda: _nothing(domain, every[:10], sandbox, checker),
        ),
        (
            "every listed attack earns 0 and has a verdict",
            lambda: _attacked(env_id, domain, sandbox, checker),
        ),
        (
            "judging twice and in another order changes nothing",
            lambda: _stable(domain, every, sandbox, checker),
        ),
        (
            "a restored snapshot goes on as its original does",
            lambda: _snapshot(env_id, domain, sandbox, options),
        ),
    ]
    return [_try(name, check) for name, check in named]


def _try(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, True, check())
    except Exception as error:  # any failure of a check is its finding; it is reported, not swallowed
        return Check(name, False, f"{type(error).__name__}: {error}")


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise CheckerError(sentence)


def _sample(domain: Domain, split: str, count: int) -> list[Task]:
    size = domain.source.size(split)
    return [
        domain.source.task(split, 0, index) for index in range(count if size is None else min(count, size))
    ]


def _gymnasium(env_id: str, options: dict[str, Any]) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gymnasium.make(env_id, **options)
        gymnasium_check_env(env.unwrapped)
        env.close()
    return ""


def _pure(domain: Domain, sample: dict[str, list[Task]]) -> str:
    for split, tasks in sample.items():
        for index, task in enumerate(tasks):
            for again in (domain.source.task(split, 0, index), domain.source.by_id(task.id)):
                same = again == task and domain.oracle(again) == domain.oracle(task)
                _require(same, f"task {task.id} is another one when it is made again")
    return f"{sum(map(len, sample.values()))} tasks"


def _disjoint(sample: dict[str, list[Task]]) -> str:
    seen: dict[str, str] = {}
    for split, tasks in sample.items():
        for task in tasks:
            other = seen.setdefault(task.prompt, split)
            _require(other == split, f"splits {other} and {split} share the prompt of {task.id}")
    return f"{len(seen)} distinct prompts"


def _hidden(tasks: Sequence[Task]) -> str:
    for task in tasks:
        _require("reference=" not in repr(task), f"repr of task {task.id} shows its reference")
        copy = pickle.loads(pickle.dumps(task))
        _require(copy.reference is None, f"a pickle of task {task.id} carries its reference")
    return ""


def _oracle(domain: Domain, tasks: Sequence[Task], sandbox: Sandbox | None, checker: str) -> str:
    verdicts = judge(domain, [(task, domain.oracle(task)) for task in tasks], sandbox, checker)
    for task, verdict in zip(tasks, verdicts, strict=True):
        right = verdict.outcome is Outcome.CORRECT and verdict.reward == 1.0
        _require(right, f"the oracle of task {task.id} is judged {verdict.outcome}: {verdict.feedback}")
    return f"{len(tasks)} tasks"


def _nothing(domain: Domain, tasks: Sequence[Task], sandbox: Sandbox | None, checker: str) -> str:
    idle = ("", " \n\t", "I do not know.", "\x00\ud800🙂" * 50)
    pairs = [(task, response) for task in tasks for response in idle]
    for (task, response), verdict in zip(pairs, judge(domain, pairs, sandbox, checker), strict=True):
        _require(
            verdict.reward == 0.0, f"response {response[:20]!r} to task {task.id} earns {verdict.reward}"
        )
    return f"{len(pairs)} responses"


def _attacked(env_id: str, domain: Domain, sandbox: Sandbox | None, checker: str) -> str:
    rows = attacks(find(env_id).attacks)
    pairs = [(domain.source.by_id(row.task_id), row.response) for row in rows]
    for row, verdict in zip(rows, judge(domain, pairs, sandbox, checker), strict=True):
        _require(
            verdict.reward == 0.0, f"attack {row.why!r} on {row.task_id}: {verdict.outcome}, {verdict.reward}"
        )
    return f"{len(rows)} attacks"


def _stable(domain: Domain, tasks: Sequence[Task], sandbox: Sandbox | None, checker: str) -> str:
    pairs = [(task, domain.oracle(task)) for task in tasks] + [(task, task.prompt) for task in tasks]
    first = judge(domain, pairs, sandbox, checker)
    second = judge(domain, pairs[::-1], sandbox, checker)[::-1]
    for (task, _), one, two in zip(pairs, first, second, strict=True):
        _require(one == two, f"two judgements of one response to task {task.id} differ: {one} and {two}")
    return f"{len(pairs)} responses"


def _snapshot(env_id: str, domain: Domain, sandbox: Sandbox | None, options: dict[str, Any]) -> str:
    env = gymnasium.make(env_id, sandbox=sandbox, **options).unwrapped
    _require(isinstance(env, TextEnv), f"{env_id} is not a TextEnv")
    assert isinstance(env, TextEnv)  # for the type checker
    env.reset(seed=7)
    twin = env.clone()
    for response in (domain.oracle(env.task), "no"):
        left, right = env.step(response), twin.step(response)
        _require(left == right, f"a clone of {env_id} answers {right} where the original answers {left}")
        _require(env.reset() == twin.reset(), f"a clone of {env_id} draws another task")
    return ""
