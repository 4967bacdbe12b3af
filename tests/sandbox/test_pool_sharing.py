"""Many callers, one pool: turns, back-pressure, replacement of workers, and what the statistics say of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from rlvr_gym.errors import SandboxError, SandboxUnavailable
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.sandbox.statistics import folder, read_all
from rlvr_gym.types import Ending, Job, Limits, Result
from tests.sandbox.processes import descendants


def call(source: str, value: int = 0, limits: Limits | None = None) -> Job:
    """A job of one call of f."""
    return Job("python_calls", {"source": source, "entry": "f", "calls": [[[value], {}]]}, limits or Limits())


def echo(value: int) -> Job:
    """A job that gives its number back."""
    return call("def f(x): return x", value)


def said(result: Result | SandboxError) -> object:
    """What a job of one call returned."""
    assert isinstance(result, Result), result
    return result.value["calls"][0]["ok"]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Statistics files of a test are in a folder of its own."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("RLVR_GYM_STATISTICS", raising=False)
    return tmp_path / "rlvr-gym"


def test_a_single_check_does_not_wait_for_a_long_batch() -> None:
    """A caller with one job gets a worker after a turn of another's, not at the end of its batch."""
    with Sandbox("native", workers=1) as pool:
        pool.start()
        finished: list[str] = []

        def long() -> None:
            pool.run([echo(number) for number in range(400)])
            finished.append("long")

        thread = threading.Thread(target=long)
        thread.start()
        while pool.statistics().checks < 20:
            time.sleep(0.005)
        assert [said(result) for result in pool.attempt([echo(7)])] == [7]
        finished.append("short")
        thread.join()
        assert finished == ["short", "long"]


def test_two_hundred_coroutines_share_two_workers() -> None:
    """None starves, none blocks the loop, and the loop's own threads stay free."""
    with Sandbox("native", workers=2) as pool:

        async def all_of_them() -> list[list[Result]]:
            work = [pool.arun([echo(number), echo(-number)]) for number in range(200)]
            assert await asyncio.wait_for(asyncio.to_thread(lambda: "free"), 5) == "free"
            return await asyncio.gather(*work)

        found = asyncio.run(all_of_them())
    assert [[said(result) for result in pair] for pair in found] == [[n, -n] for n in range(200)]


def test_callers_beyond_the_queue_wait_for_room() -> None:
    """Never more jobs are under way than the bound; a larger batch goes in piece by piece."""
    with Sandbox("native", workers=2, queue=8) as pool:
        seen: list[int] = []
        done = threading.Event()

        def watch() -> None:
            while not done.is_set():
                seen.append(pool.queue.inside)
                time.sleep(0.001)

        def work(size: int) -> None:
            assert [said(r) for r in pool.attempt([echo(n) for n in range(size)])] == list(range(size))

        watcher = threading.Thread(target=watch)
        watcher.start()
        threads = [threading.Thread(target=work, args=(size,)) for size in (4, 4, 4, 4, 20, 4, 4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done.set()
        watcher.join()
        assert max(seen) == 8
        assert (pool.queue.inside, pool.statistics().waiting) == (0, 0)


def test_a_batch_as_large_as_the_queue_holds_up_nobody() -> None:
    """Another's single check, and another's small batch, are answered while the large one is at work."""
    with Sandbox("native", workers=1, queue=32) as pool:
        order: list[str] = []

        def work(name: str, size: int) -> None:
            assert [said(r) for r in pool.attempt([echo(n) for n in range(size)])] == list(range(size))
            order.append(name)

        large = threading.Thread(target=work, args=("large", 600))
        large.start()
        while pool.statistics().checks < 20:
            time.sleep(0.002)
        assert pool.statistics().waiting > 500
        others = [threading.Thread(target=work, args=item) for item in (("one", 1), ("some", 40))]
        for thread in others:
            thread.start()
        for thread in [*others, large]:
            thread.join()
        assert order[-1] == "large"


def test_a_job_that_cannot_be_sent_fails_alone() -> None:
    """Payloads are encoded as they are sent: the error of one stands in its place, the rest is answered."""
    with Sandbox("native", workers=1, queue=4) as pool:
        wrong = Job("python_calls", {"source": "def f(x): pass", "entry": "f", "calls": [[[object()], {}]]})
        found = pool.attempt([echo(1), wrong, echo(2)])
        assert isinstance(found[1], SandboxError)
        assert "job 1 for runner 'python_calls' cannot be sent" in str(found[1])
        assert [said(found[0]), said(found[2])] == [1, 2]
        assert pool.queue.inside == 0
        unplaced = Job("no_such_runner", {})
        with pytest.raises(SandboxError, match="job 1"):
            pool.attempt([echo(1), unplaced])
        assert pool.statistics().checks == 2


def test_a_cancelled_caller_leaves_the_pool_in_order() -> None:
    """A batch whose caller no longer waits runs to its end, one that had not begun never runs; others go on."""
    with Sandbox("native", workers=1) as pool:

        async def main() -> list[Result]:
            begun = asyncio.create_task(pool.arun([echo(n) for n in range(200)]))
            while pool.statistics().checks < 5:
                await asyncio.sleep(0.002)
            begun.cancel()
            with pytest.raises(asyncio.CancelledError):
                await begun
            return await pool.arun([echo(7)])

        assert [said(result) for result in asyncio.run(main())] == [7]
        until = time.monotonic() + 20
        while pool.statistics().waiting and time.monotonic() < until:
            time.sleep(0.01)
        assert (pool.statistics().checks, pool.queue.inside, len(pool.idle_workers())) == (201, 0, 1)


def test_a_closed_pool_refuses_coroutines() -> None:
    """As it refuses threads."""
    pool = Sandbox("native", workers=1)
    pool.close()
    with pytest.raises(SandboxError, match="closed; make a new one"):
        asyncio.run(pool.arun([echo(1)]))


def test_closing_sends_callers_in_line_away() -> None:
    """Who waits for room when the pool closes gets a SandboxError, not an endless wait."""
    pool = Sandbox("native", workers=1, queue=1)
    pool.start()
    errors: list[SandboxError] = []

    def wait() -> None:
        try:
            pool.run([echo(1)])
        except SandboxError as error:
            errors.append(error)

    busy = threading.Thread(
        target=pool.attempt, args=([call("import time\ndef f(x): time.sleep(0.6)\n")],), daemon=True
    )
    busy.start()
    while not pool.statistics().busy:
        time.sleep(0.005)
    waiting = [threading.Thread(target=wait) for _ in range(3)]
    for thread in waiting:
        thread.start()
    time.sleep(0.1)
    pool.close()
    for thread in [*waiting, busy]:
        thread.join(10)
    assert [str(error) for error in errors] == ["this sandbox is closed; make a new one"] * 3


def test_workers_are_replaced_after_so_many_checks() -> None:
    """No job is lost over it, and the statistics tell."""
    with Sandbox("native", workers=2, recycle_after=10) as pool:
        assert [said(r) for r in pool.attempt([echo(n) for n in range(100)])] == list(range(100))
        found = pool.statistics()
        assert found.recycled >= 8
        assert (found.checks, found.died, found.lost) == (100, 0, 0)
        assert all(worker.served < 10 for worker in pool.idle_workers())


def test_a_worker_that_has_grown_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Growth is looked at every so many checks; below any growth at all, each look replaces."""
    monkeypatch.setattr("rlvr_gym.sandbox.worker._GROWTH_MB", -1000.0)
    with Sandbox("native", workers=1) as pool:
        assert [said(r) for r in pool.attempt([echo(n) for n in range(200)])] == list(range(200))
        assert pool.statistics().recycled >= 2


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "terminated"])
def test_workers_killed_in_the_middle_cost_no_answer(number: signal.Signals) -> None:
    """Each job is answered once, with its own answer, whoever dies meanwhile."""
    with Sandbox("native", workers=2) as pool:
        pool.run([echo(n) for n in range(4)])
        found: list[object] = []
        thread = threading.Thread(
            target=lambda: found.extend(said(r) for r in pool.attempt([echo(n) for n in range(600)]))
        )
        pids = [worker.link.pid for worker in pool.idle_workers()]
        thread.start()
        while pool.statistics().checks < 100:
            time.sleep(0.002)
        os.kill(pids[0] or 0, number)
        thread.join()
        assert found == list(range(600))
        assert pool.statistics().died == 1


def test_a_stopped_worker_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGSTOP from outside costs its deadline, not an answer."""
    monkeypatch.setattr("rlvr_gym.sandbox.worker._GRACE_S", -5.5)
    limits = Limits(wall_s=1.0)
    with Sandbox("native", workers=1) as pool:
        pool.run([echo(n) for n in range(4)])
        os.kill(pool.idle_workers()[0].link.pid or 0, signal.SIGSTOP)
        jobs = [call("def f(x): return x", n, limits) for n in range(50)]
        assert [said(result) for result in pool.attempt(jobs)] == list(range(50))
        assert pool.statistics().died == 1


def test_statistics_count_what_happened() -> None:
    """Checks, how they ended, how long they took."""
    short = Limits(cpu_s=0.3, wall_s=20.0)
    with Sandbox("native", workers=1) as pool:
        results = pool.run([echo(1), call("def f(x):\n    while True: pass", 0, short), echo(2)])
        found = pool.statistics()
    assert [result.ending for result in results] == [Ending.REPLIED, Ending.CPU, Ending.REPLIED]
    assert (found.backend, found.checks, dict(found.endings)) == ("native", 3, {"replied": 2, "cpu": 1})
    assert 0.2 < found.p50_ms < 100 < found.p99_ms < 20_000
    assert 0.3 <= found.cpu_s < 2
    assert (found.started, found.died, found.recycled, found.retries, found.lost) == (1, 0, 0, 0, 0)


def test_other_processes_can_read_them(own_folder: Path) -> None:
    """While a pool is open its file tells; it goes with the pool, and those of the dead are swept."""
    program = "import os; os._exit(0)"
    child = subprocess.Popen([sys.executable, "-c", program])
    child.wait()
    with Sandbox("native", workers=1) as pool:
        pool.run([echo(n) for n in range(3)])
        pool.record.publish()
        (own_folder / f"{child.pid}-0.json").write_text(json.dumps({"pid": child.pid, "number": 0}))
        (item,) = read_all()
        assert (item["pid"], item["checks"], item["backend"]) == (os.getpid(), 3, "native")
        assert item["age_s"] < 60
        assert not (own_folder / f"{child.pid}-0.json").exists()
    assert list(own_folder.iterdir()) == []


def test_no_file_is_written_where_it_is_not_wanted(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """RLVR_GYM_STATISTICS=0, or a folder that somebody else could write, and nothing is written."""
    with Sandbox("native", workers=1) as pool:
        pool.run([echo(1)])
        monkeypatch.setenv("RLVR_GYM_STATISTICS", "0")
        for path in own_folder.iterdir() if own_folder.exists() else ():
            path.unlink()
        pool.record.publish()
        assert read_all() == []
        monkeypatch.delenv("RLVR_GYM_STATISTICS")
        own_folder.mkdir(exist_ok=True)
        own_folder.chmod(0o777)
        assert folder() is None
        pool.record.publish()
        assert list(own_folder.iterdir()) == []


def test_workers_are_nicer_than_their_owner() -> None:
    """Their priority is lower by what was asked for, and so is that of their session's group."""
    with Sandbox("native", workers=1, nice=7) as pool:
        pool.start()
        (worker,) = pool.idle_workers()
        pid = worker.link.pid or 0
        assert os.getpriority(os.PRIO_PROCESS, pid) == min(19, os.getpriority(os.PRIO_PROCESS, 0) + 7)
        group = Path(f"/proc/{pid}/autogroup")
        if group.exists() and group.read_text().strip():
            assert group.read_text().split()[-1] == "7"
            seen: set[str] = set()
            source = "import time\ndef f(x): time.sleep(0.5)"
            thread = threading.Thread(target=pool.run, args=([call(source)],))
            thread.start()
            until = time.monotonic() + 0.3
            while time.monotonic() < until:
                for child in descendants(pid):
                    with contextlib.suppress(OSError):
                        seen.add(Path(f"/proc/{child}/autogroup").read_text().strip())
            thread.join()
            assert seen == {group.read_text().strip()}  # its children are in it, at work and waiting


@pytest.mark.parametrize(
    "wrong", [{"queue": 0}, {"recycle_after": 0}, {"nice": 20}, {"nice": -1}, {"workers": 0}]
)
def test_settings_out_of_range_are_refused(wrong: dict[str, int]) -> None:
    """They are named before anything is started."""
    with pytest.raises(SandboxUnavailable, match="a sandbox needs"):
        Sandbox("native", **wrong)  # type: ignore[arg-type]  # one name at a time
