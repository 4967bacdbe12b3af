"""Where attacks are fought: tasks of every judging style, and what an attack may leave behind (nothing)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from rlvr_gym.env import Domain, judge
from rlvr_gym.envs.code import datasets
from rlvr_gym.envs.code.env import domain as code_domain
from rlvr_gym.envs.code.env import job, oracle
from rlvr_gym.envs.code.grading import grade
from rlvr_gym.sandbox import Sandbox, daemon
from rlvr_gym.sandbox.worker import Worker
from rlvr_gym.sources import TableSource
from rlvr_gym.types import Job, Limits, Outcome, Result, Task, Verdict

__all__ = [
    "BRIEF", "BRIEF_DOMAIN", "DOMAIN", "HONEST", "HOST_S", "LIMITS", "MARK", "Footprint", "fenced", "footprint", "judged",
    "left_behind", "probe", "processes_of", "quiet", "row", "tasks_of",
]  # fmt: skip

# Far more time than is needed: no clock ends on a busy machine what is about something else.
LIMITS = Limits(cpu_s=5.0, wall_s=60.0, memory_mb=256, output_kb=1024)
BRIEF = replace(LIMITS, cpu_s=0.6, wall_s=2.0)  # for what may go on until a clock ends it
MARK = "redteam"  # every file and socket that a hostile program tries to make has this in its name
HONEST = "def solve(value):\n    return value[::-1]\n"
HOST_S = 1.0  # CPU seconds that judging one response may take outside the walls: floods took 2 to 5
WORKER_MB = 160  # what a worker may grow to, whatever its children do
_MAIN = "\nimport sys\nsys.stdout.write(str(solve(sys.stdin.readline().strip())) + '\\n')\n"
_WORDS = ("abc", "red team", "hidden-4711")


def row(test: str, prompt: str = "", name: str = "row") -> dict[str, str]:
    """Return a HumanEval-style row of the reversal task with its own test code."""
    head = f'{prompt}def solve(value):\n    """Return the value reversed."""\n'
    return {
        "task_id": name,
        "prompt": head,
        "entry_point": "solve",
        "canonical_solution": "    return value[::-1]\n",
        "test": test,
    }


def tasks_of(*rows: Mapping[str, Any]) -> list[Task]:
    """Return the tasks of rows in memory."""
    return datasets.from_rows(list(rows))


def fenced(program: str) -> str:
    """Return a response that holds one program."""
    return f"```python\n{program}\n```\n"


_PLAIN = tasks_of(
    {
        "id": "calls",
        "prompt": "Reverse.",
        "entry_point": "solve",
        "calls": [{"args": [word], "expected": word[::-1]} for word in _WORDS],
    },
    {
        "id": "program",
        "prompt": "Reverse the line.",
        "stdin": [word + "\n" for word in _WORDS],
        "stdout": [word[::-1] + "\n" for word in _WORDS],
    },
    row(
        "def check(candidate):\n"
        + "".join(f"    assert candidate({word!r}) == {word[::-1]!r}\n" for word in _WORDS),
        name="judge",
    ),
    {
        "task_id": "asserts",
        "text": "Reverse.",
        "code": HONEST,
        "test_list": [f"assert solve({word!r}) == {word[::-1]!r}" for word in _WORDS],
    },
)
_TASKS = {task.id: task for task in _PLAIN}
# Where tasks come from does not matter to what judges them.
DOMAIN = Domain(TableSource(MARK, _PLAIN), partial(job, limits=LIMITS), grade, oracle)
BRIEF_DOMAIN = replace(DOMAIN, job=partial(job, limits=BRIEF))
_PROCEDURAL = code_domain(level=1, families=("lists",), limits=LIMITS)
_TRANSFORM = _PROCEDURAL.source.task(_PROCEDURAL.source.splits[0], 0, 7)
assert _TRANSFORM.reference.hidden  # made here, so that no attack is charged for it


def judged(sandbox: Sandbox, style: str, program: str, limits: Limits = LIMITS) -> Verdict:
    """Judge one program by the real road in one style: calls, procedural, judge, asserts or program."""
    if style == "procedural":
        entry = _TRANSFORM.reference.entry
        response = fenced(f"{program}\ndef {entry}(value):\n    return solve(value)\n")
        return judge(_limited(style, limits), [(_TRANSFORM, response)], sandbox)[0]
    if style == "program":
        program += _MAIN
    return judge(_limited(style, limits), [(_TASKS[style], fenced(program))], sandbox)[0]


@cache
def _limited(style: str, limits: Limits) -> Domain:
    return replace(_PROCEDURAL if style == "procedural" else DOMAIN, job=partial(job, limits=limits))


def probe(sandbox: Sandbox, program: str, limits: Limits = LIMITS) -> Any:
    """Run `solve(None)` as a candidate and return what it claims: the attacker's own view from inside."""
    payload = {"source": program, "entry": "solve", "calls": [[[None], {}]]}
    result: Result = sandbox.run([Job("python_calls", payload, limits)])[0]
    assert result.value is not None, result
    assert set(result.value) == {"calls"}, result.value
    answer = result.value["calls"][0]
    assert "ok" in answer, answer
    return answer["ok"]


@dataclass(frozen=True)
class Footprint:
    """What an attack could change on the host: worker, its children, descriptors, priority, mounts, files."""

    worker: int
    children: int  # and whatever else runs in its container
    descriptors: tuple[str, ...]
    nice: int
    mounts: int  # in the worker's own namespace
    files: frozenset[str]
    sockets: frozenset[str]


_first: dict[int, Footprint] = {}  # of each worker by its process id, before any attack
_contained: dict[str, tuple[int, int]] = {}  # processes of each worker in a container by its link's name


def processes_of(sandbox: Sandbox, worker: Worker) -> tuple[int, ...]:
    """Return the process id of a worker on this host; after it that of its container's first process.

    What a worker in a container has left to itself becomes a child of that first process.
    """
    link = worker.link
    if link.pid is not None:
        return (link.pid,)
    if link.name not in _contained:  # the daemon alone knows, and is asked once
        client = daemon.connect()
        backend: Any = sandbox._backend
        container = client.inspect_container(backend._containers[worker.image].id)
        (found,) = (one for one in container["ExecIDs"] if f" {one[:12]} " in link.name)
        _contained[link.name] = client.exec_inspect(found)["Pid"], container["State"]["Pid"]
        if not Path(f"/proc/{_contained[link.name][0]}").exists():
            pytest.skip("needs a Docker daemon on this host, in the process namespace of the tests")
    return _contained[link.name]


def footprint(sandbox: Sandbox, settle_s: float = 3.0) -> Footprint:
    """Return the footprint of a sandbox with one idle worker.

    Args:
        settle_s: how long it may take until the footprint is that of the worker's first moment: the child for
            the next check is made while nobody waits for it.
    """
    (worker,) = sandbox.idle_workers()
    pids = processes_of(sandbox, worker)
    first = _first_of(pids)
    until = time.monotonic() + settle_s
    while (taken := _footprint(pids)) != first and time.monotonic() < until:
        time.sleep(0.001)
    return taken


def left_behind(sandbox: Sandbox) -> str:
    """Say what a sandbox has left that it did not have at first; nothing if nothing."""
    workers = [processes_of(sandbox, worker) for worker in sandbox.idle_workers()]
    until = time.monotonic() + 3.0
    while True:
        said = []
        for pids in workers:
            first = _first_of(pids)
            if (taken := _footprint(pids)) != first:
                said.append(f"{taken} instead of {first}")
        if not said or time.monotonic() > until:
            return "; ".join(said)
        time.sleep(0.002)


def _first_of(pids: tuple[int, ...]) -> Footprint:
    if pids[0] not in _first:
        _first[pids[0]] = _settled(pids)
    return _first[pids[0]]


def _settled(pids: tuple[int, ...]) -> Footprint:
    seen = [_footprint(pids)]
    while len(seen) < 50 or len(set(seen[-50:])) > 1:
        time.sleep(0.002)
        seen.append(_footprint(pids))
    return seen[-1]


def _footprint(pids: tuple[int, ...]) -> Footprint:
    pid = pids[0]
    try:
        kinds = sorted(_kind(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd"))
        mounts = _mounts(pid)
    except PermissionError:  # a normal user may not look into a container
        kinds, mounts = [], 0
    nice = os.getpriority(os.PRIO_PROCESS, pid)
    children = sum(len(_descendants(one)) for one in pids)
    return Footprint(pid, children, tuple(kinds), nice, mounts, _files(), _sockets())


def _kind(link: str) -> str:
    try:
        return os.readlink(link).partition(":")[0]
    except PermissionError:  # a normal user may not look into a worker in its own user namespace
        return "descriptor"
    except FileNotFoundError:  # closed meanwhile
        return "gone"


def _descendants(pid: int) -> list[int]:
    try:
        children = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []
    return [one for child in children for one in (child, *_descendants(child))]


def _mounts(pid: int) -> int:
    return len(Path(f"/proc/{pid}/mountinfo").read_text().splitlines())


def _files() -> frozenset[str]:
    folders = ("/tmp", "/dev/shm", "/var/tmp", os.getcwd(), "/", os.path.expanduser("~"))
    return frozenset(
        f"{folder}/{name}"
        for folder in folders
        if os.path.isdir(folder)
        for name in os.listdir(folder)
        if name.startswith(MARK)
    )


def _sockets() -> frozenset[str]:
    lines = Path("/proc/net/unix").read_text().splitlines()
    return frozenset(line.split()[-1] for line in lines if MARK in line.split()[-1])


@contextmanager
def quiet(sandbox: Sandbox) -> Iterator[None]:
    """Fail if what happens inside leaves a trace, costs the host time, or breaks the next honest check."""
    sandbox.start()
    before = footprint(sandbox)
    assert before == _first[before.worker], "an earlier attack left something"
    started = time.thread_time()
    yield
    spent = time.thread_time() - started
    assert footprint(sandbox) == before
    assert _peak_mb(before.worker) < WORKER_MB
    honest = judged(sandbox, "calls", HONEST)
    assert honest.outcome is Outcome.CORRECT, honest
    assert [processes_of(sandbox, worker)[0] for worker in sandbox.idle_workers()] == [before.worker]
    assert spent < HOST_S


def _peak_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("the kernel tells no peak of memory")
