"""A toy environment whose every response goes through a sandbox, which a test may fake."""

from __future__ import annotations

import functools
import random
from collections.abc import Sequence
from typing import Any

from rlvr_gym.env import Domain, TextEnv
from rlvr_gym.errors import SandboxError
from rlvr_gym.sources import Draft, ProceduralSource, TableSource, TaskSource
from rlvr_gym.testing import FakeSandbox
from rlvr_gym.types import Ending, Job, Result, Task, Verdict

__all__ = ["ENV_ID", "GOLD", "echo_domain", "echo_sandbox", "make_toy", "repeat", "table"]

ENV_ID = "toy/Repeat-v0"
GOLD = "the-hidden-gold-of-number-"  # how every reference begins


def repeat(rng: random.Random, level: int) -> Draft:
    """Ask for the gold of a number with up to `level` + 2 digits."""
    number = rng.randrange(10 ** (level + 2))
    return Draft(str(number), f"Repeat {number}.", f"{GOLD}{number}", {"digits": len(str(number))})


def echo_domain(source: TaskSource | None = None, system: str = "") -> Domain:
    """A domain whose job sends the response into the walls and whose grade compares what comes back."""
    return Domain(
        source=source or ProceduralSource(ENV_ID, {"repeat": repeat}),
        job=lambda task, response: Job("python_calls", {"text": response}),
        grade=_grade,
        oracle=lambda task: str(task.reference),
        system=system,
    )


def _grade(task: Task, result: Result) -> Verdict:
    failed = result.failure()
    if failed is not None:
        return failed
    return Verdict.correct("yes") if result.value == task.reference else Verdict.wrong("no")


def echo_sandbox() -> FakeSandbox:
    """A sandbox that sends each text back, and fails at the text "break"."""

    def answer(job: Job) -> Result:
        if job.payload["text"] == "break":
            raise SandboxError("job 0 has no result: the worker died 2 times")
        return Result(Ending.REPLIED, job.payload["text"], cpu_s=0.25, wall_s=0.5)

    return FakeSandbox(answer)


def make_toy(domain: Domain | None = None, **options: Any) -> TextEnv:
    """Make the environment around a domain; options are those of `TextEnv`."""
    settings = {"sandbox": echo_sandbox(), **options}
    return TextEnv(
        ENV_ID, domain or echo_domain(), remake=functools.partial(_remake, domain, options), **settings
    )


def _remake(domain: Domain | None, options: dict[str, Any], **more: Any) -> TextEnv:
    return make_toy(domain, **{**options, **more})


def table(levels: Sequence[int | None]) -> TableSource:
    """A table of tasks with these levels."""
    tasks = [Task(f"row-{n}", f"Repeat {n}.", f"{GOLD}{n}", level=level) for n, level in enumerate(levels)]
    return TableSource("table.jsonl", tasks)
