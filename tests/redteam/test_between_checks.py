"""What one check could learn from another on the same worker, or do to it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from rlvr_gym.env import judge
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Job, Outcome
from tests.redteam.arena import DOMAIN, HONEST, LIMITS, fenced, judged, processes_of, quiet, row, tasks_of
from tests.redteam.corpus import attacks

_THIEF = (Path(__file__).parent / "probes" / "thief.py").read_text(encoding="utf-8")
_SECRET = "left-by-the-earlier-check-123456"
_CHECK = f'def check(candidate):\n    assert candidate("{_SECRET}") == "{_SECRET[::-1]}"\n'

# The frames of the process that a check was forked in: the job before this one may still lie there.
_COPYCAT = """
import re, sys
from rlvr_gym.sandbox import wire
def jobs():
    frame = sys._getframe()
    while frame:
        for item in list(frame.f_locals.values()):
            if isinstance(item, bytes) and len(item) > 50:
                try:
                    yield wire.decode(item)
                except wire.WireError:
                    pass
            elif isinstance(item, tuple) and len(item) == 2 and isinstance(item[1], bytes):
                try:
                    yield wire.decode(item[1])
                except wire.WireError:
                    pass
        frame = frame.f_back
def solve(value):
    for job in jobs():
        if isinstance(job, dict) and "test" in job:
            found = re.search(re.escape(repr(value)) + r"\\) == '(.*)'", job["test"])
            if found:
                return found[1]
        if isinstance(job, dict) and "[::-1]" in job.get("source", ""):
            scope = {}
            exec(job["source"], scope)
            return scope["solve"](value)
    return "nothing was left"
"""


def _steal(sandbox: Sandbox) -> dict[str, Any]:
    payload = {"source": _THIEF, "entry": "solve", "calls": [[[None], {}]]}
    result = sandbox.run([Job("python_calls", payload, LIMITS)])[0]
    assert result.value is not None, result
    found = result.value["calls"][0]["ok"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("size", [0, 600, 20_000], ids=["small", "medium", "large"])
@pytest.mark.parametrize("place", ["source", "argument", "answer", "test", "input", "output"])
def test_memory_holds_nothing_of_an_earlier_check(cell: Sandbox, place: str, size: int) -> None:
    """Neither frames nor raw memory of a child hold program, arguments, tests or answers of the check before."""
    padding = "#" * size
    secret = {"source": "", "argument": "", "answer": "", "test": "", "input": "", "output": ""} | {
        place: _SECRET + padding
    }
    answer = f"return {secret['answer']!r}" if secret["answer"] else "return 1"
    source = f"# {secret['source']}\ndef solve(value):\n    {answer}\n"
    job = Job(
        "python_calls", {"source": source, "entry": "solve", "calls": [[[secret["argument"]], {}]]}, LIMITS
    )
    if place == "test":
        test = f"# {secret['test']}\ndef check(candidate):\n    assert candidate(1) == 2\n"
        payload = {"source": source, "entry": "solve", "setup": "", "test": test, "mode": "check"}
        job = Job("python_judge", payload, LIMITS)
    if place in ("input", "output"):
        program = f"print({secret['output']!r})"
        job = Job("python_program", {"source": program, "stdin": [secret["input"]] * 3}, LIMITS)
    cell.run([job, job])
    found = _steal(cell)
    assert found == {"heap": [], "arenas": [], "frames": [], "files": []}


@pytest.mark.parametrize("first", [HONEST, "def solve(value):\n    return 1\n"], ids=["solved", "failed"])
def test_test_code_of_an_earlier_check_cannot_be_read(cell: Sandbox, first: str) -> None:
    """A program that looks for the tests of the check before it, in its frames, finds none."""
    (task,) = tasks_of(row(_CHECK))
    verdicts = judge(DOMAIN, [(task, fenced(first)), (task, fenced(_COPYCAT))], cell)
    assert verdicts[1].reward == 0.0, verdicts[1]


@pytest.mark.parametrize("style", ["calls", "judge", "program"])
def test_program_of_an_earlier_check_cannot_be_copied(cell: Sandbox, style: str) -> None:
    """A program that looks for the solution of the check before it, in its frames, finds none."""
    with quiet(cell):
        assert judged(cell, style, HONEST).outcome is Outcome.CORRECT
        verdict = judged(cell, style, _COPYCAT)
    assert verdict.reward == 0.0, verdict


def test_files_of_an_earlier_check_are_gone(cell: Sandbox) -> None:
    """What a program wrote, shadow modules above all, meets no later program."""
    litter = """
import os
for name in ("math.py", "json.py", "redteam.txt", "sitecustomize.py"):
    with open(name, "w") as file:
        file.write("raise SystemExit")
os.makedirs("redteam/deep")
def solve(value):
    return ""
"""
    with quiet(cell):
        judged(cell, "calls", litter)
        assert _steal(cell)["files"] == []
        verdict = judged(cell, "calls", "import math, json\n" + HONEST)
    assert verdict.outcome is Outcome.CORRECT, verdict


def test_priority_of_the_worker_stays(cell: Sandbox) -> None:
    """A program that asks for the lowest priority for its process group slows no later check."""
    (worker,) = cell.idle_workers() or (None,)
    if worker is None:
        cell.start()
        (worker,) = cell.idle_workers()
    pid = processes_of(cell, worker)[0]
    before = os.getpriority(os.PRIO_PROCESS, pid)
    judged(cell, "calls", "import os\nos.setpriority(os.PRIO_PGRP, 0, 19)\n" + HONEST)
    payload = {
        "source": "import os\ndef solve(_):\n    return os.getpriority(os.PRIO_PROCESS, 0)\n",
        "entry": "solve",
        "calls": [[[None], {}]],
    }
    later = cell.run([Job("python_calls", payload, LIMITS)])[0]
    assert os.getpriority(os.PRIO_PROCESS, pid) == before
    assert later.value == {"calls": [{"ok": before}]}


def test_hostile_response_spoils_no_other_of_its_batch(cell: Sandbox) -> None:
    """Honest responses beside hostile ones in one batch are judged as if they were alone."""
    (task,) = tasks_of(row(_CHECK))
    hostile = [
        "import os\nos._exit(0)\ndef solve(value): ...",
        "import os\nos.closerange(0, 64)\ndef solve(value): ...",
        "import os\nos.kill(0, 9)\ndef solve(value): ...",
        "import os\ndef solve(value):\n    while True:\n        os.write(3, bytes(65536))",
        "def solve(value):\n    return bytearray(1 << 32)",
    ]
    pairs = [(task, fenced(text)) for bad in hostile for text in (HONEST, bad)]
    verdicts = judge(DOMAIN, pairs, cell)
    assert [verdict.reward for verdict in verdicts] == [1.0, 0.0] * len(hostile), verdicts


def test_death_by_a_nameless_signal_ends_no_worker(cell: Sandbox) -> None:
    """A child that dies by a real-time signal is reported as crashed, however often it is tried."""
    (program,) = (
        attack.program
        for attack in attacks()
        if attack.name == "death_by_a_nameless_signal" and attack.style == "calls"
    )
    with quiet(cell):
        outcomes = {judged(cell, "calls", program).outcome for _ in range(12)}
    assert outcomes == {Outcome.CRASHED}
