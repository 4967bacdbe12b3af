"""The pool and its processes: workers that are killed, owners that fork or die, and nothing left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable

import pytest

from rlvr_gym.errors import SandboxUnavailable
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Ending, Job, Result
from tests.conftest import ROOT
from tests.sandbox.processes import alive, children, descendants, descriptors, wait_until

SOURCE = "import time\ndef f(n):\n    time.sleep(0.02)\n    return n\n"


def job(number: int) -> Job:
    """A job of a fiftieth of a second."""
    return Job("python_calls", {"source": SOURCE, "entry": "f", "calls": [[[number], {}]]})


def numbers(results: list[Result]) -> list[int]:
    """What the jobs returned."""
    assert {result.ending for result in results} <= {Ending.REPLIED}
    return [result.value["calls"][0]["ok"] for result in results]


def mother_of(worker: int) -> int:
    """The process that forks a worker's children: it shares the worker's pid namespace, they do not."""
    space = os.readlink(f"/proc/{worker}/ns/pid")
    for pid in children(worker):
        try:
            if os.readlink(f"/proc/{pid}/ns/pid") == space:
                return pid
        except OSError:
            continue  # a child that has just ended
    raise AssertionError(f"worker {worker} has no mother")


def itself(worker: int) -> int:
    """The worker."""
    return worker


# A worker notices that its mother is gone only when a birth takes too long.
@pytest.mark.parametrize("victim", [itself, mother_of])
def test_every_job_is_answered_once_when_a_process_is_killed(victim: Callable[[int], int]) -> None:
    """In the middle of a batch one process goes: the batch ends complete, in order, on a new worker."""
    with Sandbox("native", workers=2) as pool:
        pool.run([job(0), job(1)])
        pids = [worker.link.pid for worker in pool.idle_workers()]
        trees = set().union(*map(descendants, pids))
        found: list[int] = []
        thread = threading.Thread(target=lambda: found.extend(numbers(pool.run([job(n) for n in range(60)]))))
        thread.start()
        time.sleep(0.25)
        assert thread.is_alive()
        os.kill(victim(pids[0]), signal.SIGKILL)
        thread.join(60)
        assert found == list(range(60))
        assert wait_until(lambda: pids[0] not in alive(pids))
        assert numbers(pool.run([job(7)])) == [7]
    assert wait_until(lambda: not alive({*pids, *trees}))


def test_an_idle_worker_that_was_killed_is_replaced() -> None:
    """Who comes next notices nothing."""
    with Sandbox("native", workers=1) as pool:
        pool.start()
        (worker,) = pool.idle_workers()
        os.kill(worker.link.pid, signal.SIGKILL)
        assert numbers(pool.run([job(1), job(2)])) == [1, 2]


def test_nothing_is_left_after_close() -> None:
    """Descriptors and processes are as before, also after a worker had to be replaced."""
    before, kin = descriptors(), children(os.getpid())
    pool = Sandbox("native", workers=2)
    pool.run([job(n) for n in range(8)])
    os.kill(pool.idle_workers()[0].link.pid, signal.SIGKILL)
    pool.run([job(n) for n in range(8)])
    tree = set().union(*(descendants(worker.link.pid) for worker in pool.idle_workers()))
    assert len(tree) >= 2
    pool.close()
    assert descriptors() == before
    assert children(os.getpid()) == kin
    assert wait_until(lambda: not alive(tree))


def in_interpreter(code: str, *prefix: str) -> subprocess.Popen[str]:
    """Start a script in an interpreter of its own."""
    command = [*prefix, sys.executable, "-W", "error", "-c", PREAMBLE + textwrap.dedent(code)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


PREAMBLE = f"""
import os, sys, threading, time
from rlvr_gym.sandbox import Sandbox, default_sandbox
from rlvr_gym.types import Job
def job(number, source={SOURCE!r}):
    return Job("python_calls", {{"source": source, "entry": "f", "calls": [[[number], {{}}]]}})
def numbers(results):
    return [result.value["calls"][0]["ok"] for result in results]
"""


def finish(process: subprocess.Popen[str]) -> str:
    """Wait for a script, which must succeed in silence, and return what it printed."""
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    return out


def test_a_forked_copy_of_the_owner_gets_workers_of_its_own() -> None:
    """Parent and child both go on after a fork, with different workers; nothing warns and nothing hangs."""
    out = finish(
        in_interpreter(
            """
            pool = Sandbox("native", workers=1)
            numbers(pool.run([job(1)]))
            mine = pool.idle_workers()[0].link.pid
            child = os.fork()
            if child == 0:
                assert numbers(pool.run([job(n) for n in range(5)])) == list(range(5))
                assert pool.idle_workers()[0].link.pid != mine
                pool.close()
                os._exit(17)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 17
            assert numbers(pool.run([job(2)])) == [2]
            assert pool.idle_workers()[0].link.pid == mine
            pool.close()
            print("fine")
            """
        )
    )
    assert out == "fine\n"


@pytest.mark.parametrize("end", ["pool.close(); os._exit(0)", "sys.exit(0)"], ids=["close", "exit"])
def test_a_forked_copy_ends_no_worker_of_its_parent(end: str) -> None:
    """A fork that ran no job closes its copy of the pool, or exits: the parent's worker lives on."""
    out = finish(
        in_interpreter(
            f"""
            pool = default_sandbox()
            pool.run([job(1)])
            mine = [worker.link.pid for worker in pool.idle_workers()]
            child = os.fork()
            if child == 0:
                {end}
            os.waitpid(child, 0)
            assert numbers(pool.run([job(2)])) == [2]
            print(mine == [worker.link.pid for worker in pool.idle_workers()])
            """
        )
    )
    assert out == "True\n"


def test_workers_go_with_their_owner() -> None:
    """An owner killed in the middle of its jobs leaves no worker, no mother and no walled child."""
    process = in_interpreter(
        """
        pool = Sandbox("native", workers=2)
        nap = "import time\\ndef f(n): time.sleep(15)"
        thread = threading.Thread(target=lambda: pool.run([job(1, nap), job(2, nap), job(3, nap)]))
        pool.run([job(1), job(2)])
        pids = [worker.link.pid for worker in pool.idle_workers()]
        thread.start()
        time.sleep(0.4)
        print(*pids, flush=True)
        time.sleep(60)
        """
    )
    assert process.stdout is not None
    workers = [int(word) for word in process.stdout.readline().split()]
    tree = descendants(process.pid)
    assert len(workers) == 2
    assert set(workers) < tree
    assert len(tree) >= 6  # each worker with its mother, a child at work and perhaps one in waiting
    process.kill()
    process.communicate()
    assert wait_until(lambda: not alive(tree), 5.0), alive(tree)


def test_a_script_that_forgets_to_close_ends_cleanly() -> None:
    """The shared sandbox is closed at exit; nothing is printed and nothing waits."""
    out = finish(
        in_interpreter(
            "print(numbers(default_sandbox().run([job(3)])), default_sandbox() is default_sandbox())"
        )
    )
    assert out == "[3] True\n"


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare: apt-get install util-linux")
def test_a_host_that_refuses_walls_is_told_what_to_do() -> None:
    """Where no user namespace may be made nothing runs: the error names the wall and the remedy."""
    limit = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
    if subprocess.run(["unshare", "-Ur", "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs unprivileged user namespaces: sysctl user.max_user_namespaces=15000")
    out = finish(
        in_interpreter(
            """
            import rlvr_gym, gymnasium
            from rlvr_gym.errors import SandboxUnavailable
            for attempt in (
                lambda: Sandbox("native").run([job(1)]),
                lambda: Sandbox("native").start(),
                lambda: gymnasium.make("rlvr/Math-v0", sandbox=Sandbox("native")),
            ):
                try:
                    attempt()
                except SandboxUnavailable as error:
                    print(error)
            """,
            *("unshare", "-Ur", "sh", "-c", limit, "sh"),
        )
    )
    lines = out.splitlines()
    assert len(lines) == 3
    for line in lines:
        assert line.startswith("no sandbox on this host: user namespace: ")
        assert "sysctl user.max_user_namespaces=15000" in line


def test_another_system_is_sent_to_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Native walls exist on Linux alone."""
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(SandboxUnavailable, match="docker"):
        Sandbox("native").start()
