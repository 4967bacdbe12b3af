"""The pool: every job is answered once and in its place, whoever asks and whatever happens to workers."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rlvr_gym.envs.math.parse import parse
from rlvr_gym.envs.math.shape import shape
from rlvr_gym.errors import SandboxError, SandboxUnavailable
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.sandbox.links import PipeLink
from rlvr_gym.types import Ending, Job, Limits, Result

CALLS = "def f(x): return x * 2"


def double(number: int) -> Job:
    """A job that doubles a number."""
    return Job("python_calls", {"source": CALLS, "entry": "f", "calls": [[[number], {}]]})


def doubled(result: Result) -> Any:
    """What it returned."""
    return result.value["calls"][0]["ok"]


def nap(seconds: float) -> Job:
    """A job that sleeps."""
    source = f"import time\ndef f(): time.sleep({seconds}); return 'slept'"
    return Job("python_calls", {"source": source, "entry": "f", "calls": [[[], {}]]}, Limits(wall_s=30))


def mixed(number: int) -> tuple[Job, Any]:
    """A job of one of four kinds, and what it has to give."""
    kind = number % 4
    if kind == 0:
        return double(number), {"calls": [{"ok": number * 2}]}
    if kind == 1:
        job = Job("python_program", {"source": "print(input() + '!')", "stdin": [str(number)]})
        out = {"ending": "replied", "exit": 0, "stdout": f"{number}!\n".encode(), "detail": ""}
        return job, {"runs": [out]}
    if kind == 2:
        test = f"def check(candidate):\n    assert candidate({number}) == {number * 2}\n"
        payload = {"source": CALLS, "entry": "f", "setup": "", "test": test, "mode": "check"}
        return Job("python_judge", payload), {"passed": True}
    pair = [shape(parse(f"x + {number}")), shape(parse(f"{number} + x"))]
    return Job("symbolic", {"pairs": [pair]}, Limits(memory_mb=768), image="sympy"), True


def test_mixed_jobs_come_back_in_order(sandbox: Sandbox) -> None:
    """Two images and four runners in one batch: each result stands at the place of its job."""
    jobs, wanted = zip(*(mixed(number) for number in range(60)), strict=True)
    results = sandbox.run(jobs)
    for number, (result, value) in enumerate(zip(results, wanted, strict=True)):
        assert result.ending is Ending.REPLIED
        assert (result.value["equal"] if number % 4 == 3 else result.value) == value, number


def test_five_hundred_jobs_come_back_in_order(sandbox: Sandbox) -> None:
    """A long batch, with jobs of every duration among them; each was paid for and knows its walls."""
    jobs = [nap(0.05) if number % 100 == 50 else double(number) for number in range(500)]
    results = sandbox.run(jobs)
    assert len(results) == 500
    for number, result in enumerate(results):
        assert doubled(result) == ("slept" if number % 100 == 50 else number * 2)
        assert result.cpu_s > 0
        assert result.wall_s > 0
        assert result.profile == sandbox.profile()


def test_an_empty_batch_needs_no_worker() -> None:
    """Nothing to do starts nothing."""
    with Sandbox(workers=1) as idle:
        assert idle.run([]) == []
        assert idle.idle_workers() == []


def test_a_large_payload_and_a_large_reply_pass() -> None:
    """Megabytes in both directions, while the next jobs wait behind them in the pipes."""
    source = "def f(x): return x"
    text = "ab" * (1 << 20)
    job = Job(
        "python_calls", {"source": source, "entry": "f", "calls": [[[text], {}]]}, Limits(output_kb=4096)
    )
    with Sandbox(workers=1) as alone:
        results = alone.run([job, double(1), job, double(2)])
    assert [doubled(result) for result in results] == [text, 2, text, 4]


def test_many_threads_share_one_sandbox() -> None:
    """Eight threads on two workers: each gets its own results, and no more workers were started."""
    answers: dict[int, list[int]] = {}
    with Sandbox(workers=2) as shared:

        def ask(caller: int) -> None:
            answers[caller] = [
                doubled(result)
                for _ in range(5)
                for result in shared.run([double(1000 * caller + number) for number in range(7)])
            ]

        threads = [threading.Thread(target=ask, args=(caller,)) for caller in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(shared.idle_workers()) <= 2
    assert answers == {n: [2 * (1000 * n + number) for number in range(7)] * 5 for n in range(8)}


def test_coroutines_wait_without_blocking_the_loop() -> None:
    """Ten batches under asyncio go on while the loop keeps ticking."""

    async def main(shared: Sandbox) -> tuple[list[list[int]], int]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.01)
                ticks += 1

        ticker = asyncio.create_task(tick())
        batches = await asyncio.gather(*(shared.arun([nap(0.05), double(n)]) for n in range(10)))
        ticker.cancel()
        return [[doubled(result) for result in batch] for batch in batches], ticks

    with Sandbox(workers=2) as shared:
        found, ticks = asyncio.run(main(shared))
    assert found == [["slept", 2 * n] for n in range(10)]
    assert ticks >= 5


def test_time_in_the_queue_does_not_count() -> None:
    """Jobs that wait longer than their wall limit for the only worker still run to their end."""
    source = "import time\ndef f(): time.sleep(0.3); return 1"
    job = Job("python_calls", {"source": source, "entry": "f", "calls": [[[], {}]]}, Limits(wall_s=0.8))
    with Sandbox(workers=1) as alone:
        assert [result.ending for result in alone.run([job] * 5)] == [Ending.REPLIED] * 5


def test_a_closed_sandbox_says_so() -> None:
    """Closing twice is harmless; running afterwards is refused."""
    closed = Sandbox(workers=1)
    assert doubled(closed.run([double(4)])[0]) == 8
    closed.close()
    closed.close()
    assert closed.idle_workers() == []
    with pytest.raises(SandboxError, match="closed; make a new one"):
        closed.run([double(1)])


def test_closing_lets_a_running_batch_finish() -> None:
    """A batch of another thread ends with its results, and its worker with it."""
    shared, found = Sandbox(workers=1), []
    shared.start()
    thread = threading.Thread(target=lambda: found.extend(shared.run([nap(0.3), double(1)])))
    thread.start()
    time.sleep(0.1)
    shared.close()
    thread.join(20)
    assert [doubled(result) for result in found] == ["slept", 2]
    assert shared.idle_workers() == []


@pytest.mark.parametrize(
    ("job", "kind", "message"),
    [
        (
            Job("python_calls", {"source": object()}),
            SandboxError,
            "job 0 for runner 'python_calls' cannot be sent",
        ),
        (
            Job("python_calls", {}, image="ruby"),
            SandboxUnavailable,
            "unknown sandbox image 'ruby'; valid: python, sympy",
        ),
    ],
)
def test_a_job_that_cannot_be_run_raises(
    sandbox: Sandbox, job: Job, kind: type[Exception], message: str
) -> None:
    """The message names the job and what is wrong with it; the sandbox goes on."""
    with pytest.raises(kind, match=message):
        sandbox.run([job])
    assert doubled(sandbox.run([double(2)])[0]) == 4


@pytest.mark.parametrize(("runner", "image"), [("ruby_calls", "python"), ("symbolic", "python")])
def test_an_unknown_runner_is_no_verdict_about_a_response(sandbox: Sandbox, runner: str, image: str) -> None:
    """A job for a runner that its image does not have is our mistake, and never an answer's."""
    with pytest.raises(SandboxError, match=runner):
        sandbox.run([Job(runner, {"pairs": []}, image=image)])


@pytest.mark.parametrize("workers", [0, -1])
def test_a_pool_needs_a_worker(workers: int) -> None:
    """Zero workers would wait for ever."""
    with pytest.raises(SandboxUnavailable, match="at least one worker"):
        Sandbox(workers=workers)


# ------------------------------------------------------------------------------ workers that fail on purpose

FAKE = """
import json, os, struct, sys, time
sys.path.insert(0, {root!r})
from rlvr_gym.sandbox import wire
marks = {marks!r}
os.write(1, wire.frame({{"ready": True}}, b""))
def reply(header, payload):
    run = {{"ending": "replied", "detail": "", "exit": 0, "cpu_s": 0, "peak_mb": 0, "reply": len(payload), "out": 0}}
    return wire.frame({{"id": header["id"], "wall_s": 0, "runs": [run]}}, payload)
while (message := wire.read_frame(0)) is not None:
    header, payload = message
    job = wire.decode(payload)
    with open(os.path.join(marks, str(job["n"])), "a") as mark:
        first = mark.tell() == 0
        mark.write("x")
    act = job["act"]
    if act == "die" or (act == "die once" and first):
        os._exit(1)
    if act == "nonsense" and first:
        os.write(1, wire.frame({{"what": 1}}, b""))
        time.sleep(60)
    if act == "hang once" and first:
        time.sleep(60)
    if act == "fail behind" and first:
        second = wire.read_frame(0)
        os.write(1, reply(header, payload) + wire.frame({{"fatal": "no more namespaces"}}, b""))
        os._exit(0)
    os.write(1, reply(header, payload))
"""


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Callable[[], Sandbox]]:
    """A pool of one worker without walls that dies when its job says so, and else sends the payload back."""
    made: list[Sandbox] = []
    root = str(Path(__file__).parents[2])

    def launch(image: str) -> PipeLink:
        program = FAKE.format(root=root, marks=str(tmp_path))
        return PipeLink(subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            bufsize=0,
        ))  # fmt: skip

    def make() -> Sandbox:
        pool = Sandbox("native", workers=1)
        pool._backend.launch = launch  # type: ignore[method-assign]  # the seam
        made.append(pool)
        return pool

    yield make
    for pool in made:
        pool.close()


def acts(*names: str) -> list[Job]:
    """Jobs for the fake worker."""
    return [Job("python_calls", {"n": number, "act": name}) for number, name in enumerate(names)]


def test_a_worker_that_dies_once_costs_nothing(fake: Callable[[], Sandbox], tmp_path: Path) -> None:
    """Its job and those behind it go to the next worker; each is answered once, in order, and none runs twice."""
    pool = fake()
    results = pool.run(acts("ok", "die once", "ok", "die once", "nonsense", "ok"))
    assert [result.value["n"] for result in results] == [0, 1, 2, 3, 4, 5]
    runs = [len((tmp_path / str(number)).read_text(encoding="utf-8")) for number in range(6)]
    assert runs == [1, 2, 1, 2, 2, 1]
    assert len(pool.idle_workers()) == 1


def test_a_worker_that_does_not_answer_is_replaced(
    fake: Callable[[], Sandbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond all clocks of its own a worker is ended, and its jobs run elsewhere."""
    monkeypatch.setattr("rlvr_gym.sandbox.worker._GRACE_S", -5.5)
    hurried = [replace(job, limits=Limits(wall_s=0.1)) for job in acts("ok", "hang once", "ok")]
    pool = fake()
    started = time.monotonic()
    assert [result.value["n"] for result in pool.run(hurried)] == [0, 1, 2]
    assert time.monotonic() - started < 30


def test_a_job_whose_worker_dies_twice_has_no_result(fake: Callable[[], Sandbox]) -> None:
    """It alone fails, by a SandboxError that names it; nothing is made up, and the pool goes on."""
    pool = fake()
    found = pool.attempt(acts("ok", "die", "ok"))
    assert [item.value["n"] for item in found if isinstance(item, Result)] == [0, 2]
    lost = found[1]
    assert isinstance(lost, SandboxError)
    assert "job 1 (runner 'python_calls') has no result: the worker died 2 times" in str(lost)
    with pytest.raises(SandboxError, match="job 1 "):
        pool.run(acts("ok", "die", "ok"))
    assert pool.run(acts("ok"))[0].value["n"] == 0


def test_an_answer_in_front_of_a_failure_is_kept(fake: Callable[[], Sandbox]) -> None:
    """A worker that answers one job and gives up at the next, in one breath, loses neither."""
    results = fake().attempt(acts("fail behind", "ok", "ok"))
    assert [item.value["n"] for item in results if isinstance(item, Result)] == [0, 1, 2]


def test_a_worker_that_does_not_start_says_why() -> None:
    """The words of the process that should have been a worker are in the error; nothing is left of it."""
    pool = Sandbox("native", workers=2)
    pool._backend.launch = lambda image: PipeLink(subprocess.Popen(  # type: ignore[method-assign]  # the seam
        ["sh", "-c", "echo no such interpreter >&2; exit 3"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
    ))  # fmt: skip
    for _ in range(3):  # the places of workers that failed to start are free again
        with pytest.raises(SandboxError, match="image 'python' did not start: no such interpreter"):
            pool.run([double(1), double(2)])
    pool.close()


@pytest.mark.parametrize("inputs", [["x" * ((8 << 20) + 1)], ["", 7], ["é" * (5 << 20)]])
def test_input_that_no_program_could_be_given_is_our_error(sandbox: Sandbox, inputs: list[object]) -> None:
    """An input is a file in a program's small folder: one too large raises, and is no wrong answer."""
    job = Job("python_program", {"source": "print(len(input()))", "stdin": inputs})
    with pytest.raises(SandboxError, match="at most 8 MiB each"):
        sandbox.run([job])
