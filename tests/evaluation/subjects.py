"""A tiny environment whose tasks ask for an index, and policies whose every call a test can see."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rlvr_gym.env import Domain
from rlvr_gym.errors import BadTask
from rlvr_gym.evaluation.runner import Subject
from rlvr_gym.policies.base import Completion, Request
from rlvr_gym.seeding import SPLITS
from rlvr_gym.types import Job, Result, Task, Verdict

ENV_ID = "test/Echo-v0"


class EchoSource:
    """Tasks without end; those whose index is in `broken` cannot be made."""

    splits = SPLITS

    def __init__(self, broken: Sequence[int] = ()) -> None:
        self.broken = frozenset(broken)

    def size(self, split: str) -> int | None:
        return None

    def task(self, split: str, seed: int, index: int) -> Task:
        return self.by_id(f"{split}/{seed}/{index}")

    def by_id(self, task_id: str) -> Task:
        index = task_id.rpartition("/")[2]
        if not index.isdigit() or int(index) in self.broken:
            raise BadTask(f"task {task_id!r} cannot be made")
        family = "even" if int(index) % 2 == 0 else "odd"
        return Task(task_id, f"Repeat {index}.", index, family, int(index) % 5 + 1)


def echo_job(task: Task, response: str) -> Job | Verdict:
    """Judge at once: nothing need run. A response "break" stands for a checker that breaks its contract."""
    if response == "break":
        return None  # type: ignore[return-value]  # the breach that a test wants
    if response == "fail":
        return Verdict.no_verdict("the walls fell")
    if not response:
        return Verdict.unparsable("empty")
    return Verdict.correct() if response == task.reference else Verdict.wrong("another number was asked for")


def no_grade(task: Task, result: Result) -> Verdict:
    """Nothing comes back from a sandbox here."""
    raise AssertionError("the echo environment sends no jobs")


def echo_subject(broken: Sequence[int] = ()) -> Subject:
    """Return the environment, loaded."""
    source = EchoSource(broken)
    domain = Domain(source, echo_job, no_grade, lambda task: str(task.reference), "Answer briefly.")
    return Subject(ENV_ID, domain, checker="test/Echo-v0@1")


class Answering:
    """A policy that answers by a rule and remembers what it was asked.

    Args:
        rule: maps (index of the task, sample) to a response; an exception is raised to the caller.
        log: a file that gets one line for each request, so that another process can count them.
    """

    name = "answering"

    def __init__(self, rule: object = None, log: Path | None = None) -> None:
        self.rule = rule
        self.log = log
        self.asked: list[tuple[str, int]] = []

    def generate(self, requests: Sequence[Request]) -> list[Completion]:
        return [Completion(self.answer(request)) for request in requests]

    def answer(self, request: Request) -> str:
        self.asked.append((request.task_id, request.sample))
        if self.log is not None:
            with self.log.open("a") as file:
                file.write(f"{request.task_id} {request.sample}\n")
        index = int(request.task_id.rpartition("/")[2])
        if callable(self.rule):
            return str(self.rule(index, request.sample))
        return str(index) if (index + request.sample) % 3 else "7"
