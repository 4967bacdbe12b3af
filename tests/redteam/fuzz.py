"""Runs random hostile programs by the real road and reports what they should not be able to do.

    python -m tests.redteam.fuzz --programs 20000 --seed 1 [--start 0] [--backend docker]

A find is a reward, no verdict, an honest check beside it that fails, a worker lost, or something left on the
host. `--start` goes on where an earlier run of the seed stopped: an index alone decides its program.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple, TextIO

from rlvr_gym.env import Domain, judge
from rlvr_gym.envs.math.env import domain as math_domain
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Limits, Outcome, Task, Verdict
from tests.redteam import arena, hostile

__all__ = ["Find", "run"]

LIMITS = Limits(cpu_s=0.15, wall_s=0.35, memory_mb=256, output_kb=1024)
_BATCH = 25
_HOST_S = 0.15  # CPU seconds of the host a program may cost on average in a batch
_MATH_EVERY = 10  # of so many programs one is an answer in mathematics


class Find(NamedTuple):
    """What a program could do that none should."""

    index: int
    what: str
    style: str
    text: str


@cache
def _mathematics() -> tuple[Domain, Task]:
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.write(json.dumps({"problem": "Simplify.", "answer": "x^3 + \\sqrt{4711} x"}) + "\n")
        file.flush()
        made = math_domain(data=file.name)
        return made, made.source.task(made.source.splits[0], 0, 0)


def _judged(sandbox: Sandbox, seed: int, index: int) -> tuple[str, str, Verdict]:
    if index % _MATH_EVERY == 0:
        made, task = _mathematics()
        text = hostile.answer(seed, index)
        return "symbolic", text, judge(made, [(task, text)], sandbox)[0]
    style, text = hostile.program(seed, index)
    return style, text, arena.judged(sandbox, style, text, LIMITS)


def _batch(sandbox: Sandbox, seed: int, indexes: range, outcomes: Counter[str]) -> Iterator[Find]:
    sandbox.start()
    workers = set(map(id, sandbox.idle_workers()))
    native = sandbox.backend == "native"
    spent = 0.0
    for index in indexes:
        started = time.thread_time()
        style, text, verdict = _judged(sandbox, seed, index)
        spent += time.thread_time() - started
        outcomes[f"{style} {verdict.outcome.name}"] += 1
        if verdict.reward != 0.0 or verdict.outcome in (Outcome.CORRECT, Outcome.NO_VERDICT):
            yield Find(index, f"verdict {verdict}", style, text)
        honest = arena.judged(sandbox, "calls", arena.HONEST)
        if honest.outcome is not Outcome.CORRECT:
            yield Find(index, f"the honest check after it: {honest}", style, text)
        now = set(map(id, sandbox.idle_workers()))
        if not workers <= now:
            yield Find(index, "a worker was lost or replaced", style, text)
        workers = now
    if native:
        left = arena.left_behind(sandbox)
        if left:
            yield Find(indexes[0], f"a batch to {indexes[-1]} left {left}", "", "")
    if spent > _HOST_S * len(indexes):
        yield Find(indexes[0], f"a batch to {indexes[-1]} took {spent:.1f} s of CPU on the host", "", "")


def run(sandbox: Sandbox, seed: int, indexes: range, outcomes: Counter[str] | None = None) -> Iterator[Find]:
    """Judge the programs of those indexes, an honest one after each; yield what should not have happened.

    Args:
        outcomes: counted into, by style and outcome.
    """
    counted = Counter[str]() if outcomes is None else outcomes
    for first in range(indexes.start, indexes.stop, _BATCH):
        yield from _batch(sandbox, seed, range(first, min(first + _BATCH, indexes.stop)), counted)


def _say(text: str, stream: TextIO) -> None:
    stream.write(text + "\n")
    stream.flush()


def main() -> int:
    """Run many and report; the exit status is 1 if there was a find."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--programs", type=int, default=20_000, help="index to stop before")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="first index")
    parser.add_argument("--backend", default="native")
    asked = parser.parse_args()
    outcomes, finds, began = Counter[str](), 0, time.monotonic()
    with Sandbox(asked.backend, workers=1, recycle_after=10**9) as sandbox:
        for first in range(asked.start, asked.programs, 500):
            indexes = range(first, min(first + 500, asked.programs))
            for find in run(sandbox, asked.seed, indexes, outcomes):
                finds += 1
                _say(f"FIND seed {asked.seed} index {find.index}: {find.what}", sys.stdout)
                _say(f"{find.style}\n{find.text}", sys.stdout)
            took = time.monotonic() - began
            _say(f"seed {asked.seed}: up to {indexes.stop} done, {finds} finds, {took:.0f} s", sys.stderr)
    for name, count in sorted(outcomes.items()):
        _say(f"{count:7} {name}", sys.stdout)
    return 1 if finds else 0


if __name__ == "__main__":
    sys.exit(main())
