"""Two toy environments that need no sandbox, and a curriculum over them."""

from __future__ import annotations

import random

from rlvr_gym.env import Domain
from rlvr_gym.envs.curriculum import Entry, StagedSource
from rlvr_gym.sources import Draft, ProceduralSource
from rlvr_gym.types import Job, Result, Task, Verdict

CURRICULUM = "toy/Stages-v0"


def add(rng: random.Random, level: int) -> Draft:
    """Ask for a sum of two numbers with up to `level` + 2 digits."""
    left, right = rng.randrange(10 ** (level + 2)), rng.randrange(10 ** (level + 2))
    return Draft(f"{left}+{right}", f"What is {left} + {right}?", left + right)


def echo(rng: random.Random, level: int) -> Draft:
    """Ask to repeat a number with up to `level` + 4 digits."""
    number = rng.randrange(10 ** (level + 4))
    return Draft(str(number), f"Repeat {number}.", number, {"digits": len(str(number))})


def toy_domain(env_id: str, level: int | None = None, system: str = "") -> Domain:
    """An environment judged at once: the response is the number."""
    generator = add if "Add" in env_id else echo
    return Domain(
        source=ProceduralSource(env_id, {"number": generator}, level=level),
        job=_job,
        grade=_grade,
        oracle=lambda task: str(task.reference),
        system=system,
    )


def toy_source() -> StagedSource:
    """Three stages: sums; sums and three times as many echoes; harder echoes."""
    add1 = Entry("toy/Add-v0", toy_domain("toy/Add-v0", 1, "Answer with a number."), 1.0, {"level": 1})
    echo1 = Entry("toy/Echo-v0", toy_domain("toy/Echo-v0", 1), 3.0, {"level": 1})
    echo5 = Entry("toy/Echo-v0", toy_domain("toy/Echo-v0", 5), 1.0, {"level": 5})
    return StagedSource(CURRICULUM, ((add1,), (add1, echo1), (echo5,)))


def _job(task: Task, response: str) -> Job | Verdict:
    return Verdict.correct() if response.strip() == str(task.reference) else Verdict.wrong()


def _grade(task: Task, result: Result) -> Verdict:
    return result.failure() or Verdict.wrong()
