"""The certificate that every environment must earn, and a sandbox for tests that need no walls."""

from __future__ import annotations

import json
import pickle
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium
from gymnasium.utils.env_checker import check_env as gymnasium_check_env

from rlvr_gym.env import Domain, TextEnv, judge
from rlvr_gym.errors import BadTask, CheckerError, SandboxError, SandboxUnavailable
from rlvr_gym.registry import checker_digest, find, load
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Job, Outcome, Result, Task

__all__ = ["Attack", "Check", "FakeSandbox", "attacks", "check_env"]

_TASKS = 40
_DEPTH = 6  # of the containers and objects inside a reference
_SECRET = 24  # characters from which a text of a reference cannot turn up by chance


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

    def attempt(self, jobs: Sequence[Job]) -> list[Result | SandboxError]:
        """Answer each job by the function."""
        answers: list[Result | SandboxError] = []
        for job in jobs:
            try:
                answers.append(self._answer(job))
            except SandboxUnavailable:
                raise
            except SandboxError as error:
                answers.append(error)
        return answers


def attacks(path: Path) -> list[Attack]:
    """Read an attacks.jsonl.

    Returns: its rows. Raises: BadTask: naming file and line of a malformed row, or if there is none.
    """
    rows = []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadTask(f"{path}: cannot be read: {error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = Attack(**json.loads(line))
            if not all(isinstance(text, str) for text in (row.task_id, row.response, row.why)):
                raise TypeError("all three are strings")
            rows.append(row)
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
    sample: dict[str, list[Task]] = {}
    served = _try("every split serves its tasks", lambda: _serve(domain, tasks, sample))
    if not served.ok:
        return [served]  # without tasks there is nothing more to look at
    every = [task for found in sample.values() for task in found]
    checker = checker_digest(env_id, sandbox)
    named: list[tuple[str, Callable[[], str]]] = [
        ("Gymnasium's own check_env passes without a warning", lambda: _gymnasium(env_id, sandbox, options)),
        ("the same coordinates and the same id give the same task", lambda: _pure(domain, sample)),
        ("no two splits share a prompt", lambda: _disjoint(sample)),
        (
            "the reference is in no repr, no pickle and no info",
            lambda: _hidden(env_id, domain, every, sandbox, options),
        ),
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
    return [served, *(_try(name, check) for name, check in named)]


def _try(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name, True, check())
    except Exception as error:  # any failure of a check is its finding; it is reported, not swallowed
        return Check(name, False, f"{type(error).__name__}: {error}")


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise CheckerError(sentence)


def _serve(domain: Domain, count: int, sample: dict[str, list[Task]]) -> str:
    for split in domain.source.splits:
        size = domain.source.size(split)
        places = range(count if size is None else min(count, size))
        sample[split] = [domain.source.task(split, 0, index) for index in places]
    return f"{', '.join(sample)}"


def _gymnasium(env_id: str, sandbox: Sandbox | None, options: dict[str, Any]) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gymnasium.make(env_id, sandbox=sandbox, **options)
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


def _hidden(
    env_id: str, domain: Domain, tasks: Sequence[Task], sandbox: Sandbox | None, options: dict[str, Any]
) -> str:
    env = _make(env_id, sandbox, options)
    for task in tasks:
        _require("reference=" not in repr(task), f"repr of task {task.id} shows its reference")
        packed = pickle.dumps(task)
        _require(pickle.loads(packed).reference is None, f"a pickle of task {task.id} carries its reference")
        shown, info = env.reset(options={"task_id": task.id})
        public = {
            "repr of task": repr(task) + repr(dict(task.info)),
            "a pickle of task": packed.decode("utf-8", "replace"),
            "the info of task": repr(info),
            "a pickle of the environment at task": pickle.dumps(env).decode("utf-8", "replace"),
        }
        # What the prompt shows is public: examples are part of many references.
        for secret in (text for text in _secrets(task.reference) if text not in shown):
            for where, text in public.items():
                _require(
                    secret not in text and repr(secret)[1:-1] not in text,
                    f"{where} {task.id} shows its reference: {secret[:40]!r}",
                )
    return ""


def _secrets(value: Any, depth: int = 0) -> list[str]:
    """Return the texts inside a reference that are too long to turn up elsewhere by chance."""
    if isinstance(value, str):
        return [value] if len(value) >= _SECRET else []
    if depth == _DEPTH or isinstance(value, bytes):
        return []
    if isinstance(value, Task):  # a task of another environment: its id and prompt are public
        return _secrets(value.reference, depth + 1)
    if isinstance(value, Mapping):
        parts: Iterable[Any] = value.values()
    elif isinstance(value, Sequence | set | frozenset):
        parts = value
    else:
        slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
        parts = [getattr(value, name, None) for name in (*getattr(value, "__dict__", ()), *slots)]
    return [secret for part in parts for secret in _secrets(part, depth + 1)]


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
    env = _make(env_id, sandbox, options)
    env.reset(seed=7)
    twin = env.clone()
    for response in (domain.oracle(env.task), "no"):
        left, right = env.step(response), twin.step(response)
        _require(left == right, f"a clone of {env_id} answers {right} where the original answers {left}")
        _require(env.reset() == twin.reset(), f"a clone of {env_id} draws another task")
    return ""


def _make(env_id: str, sandbox: Sandbox | None, options: dict[str, Any]) -> TextEnv:
    env = gymnasium.make(env_id, sandbox=sandbox, **options).unwrapped
    if not isinstance(env, TextEnv):
        raise CheckerError(f"{env_id} is not a TextEnv")
    return env
