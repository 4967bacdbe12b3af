"""Memory groups: the kernel bounds what a worker's children hold together, and the job that met it is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rlvr_gym.sandbox import Sandbox, cgroups
from rlvr_gym.sandbox.cgroups import MemoryGroup, Place, find_place
from rlvr_gym.sandbox.owners import born
from rlvr_gym.types import Ending, Job, Limits
from tests.redteam.takedown import lowered
from tests.sandbox.processes import alive, wait_until

PLACE = find_place()
needs_groups = pytest.mark.skipif(
    PLACE is None, reason="no cgroup can be made here: run as root on a host with the memory controller"
)
HONEST = Job("python_calls", {"source": "def f(x): return x + 1", "entry": "f", "calls": [[[41], {}]]})
OWNER = """
from rlvr_gym.sandbox import Sandbox
pool = Sandbox("native", workers=1)
pool.start()
print(pool.idle_workers()[0].link.pid, flush=True)
input()
"""
EATER = "def f(): return len(bytearray(1500 << 20))"


def eat(memory_mb: int = 256) -> Job:
    """Return a job that takes far more than that."""
    limits = Limits(cpu_s=5, wall_s=30, memory_mb=memory_mb)
    return Job("python_calls", {"source": EATER, "entry": "f", "calls": [[[], {}]]}, limits)


def groups() -> list[Path]:
    """Return the groups of this process."""
    assert PLACE is not None
    return list(PLACE.folder.glob(f"{cgroups._owned()}-{os.getpid()}-*"))


@needs_groups
def test_without_the_limit_of_address_space_the_group_ends_the_check_by_its_name() -> None:
    """With that wall taken down, it is the kernel's group that stops the eater, and the worker goes on."""
    with lowered(frozenset({"address space"})) as sandbox:
        (result,) = sandbox.run([eat()])
        assert result.ending is Ending.MEMORY, result
        assert "256 MiB" in result.detail
        assert sandbox.run([HONEST])[0].value == {"calls": [{"ok": 42}]}
        assert sandbox.statistics().died == 0


@needs_groups
def test_without_group_and_limit_the_eater_gets_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The group is what stopped it: with none, the same program returns."""
    monkeypatch.setattr("rlvr_gym.sandbox.native.find_place", lambda: None)
    with lowered(frozenset({"address space"})) as sandbox:
        (result,) = sandbox.run([eat()])
        assert result.value == {"calls": [{"ok": 1500 << 20}]}


@needs_groups
def test_a_worker_that_is_ended_for_want_of_memory_costs_the_job_it_was_at() -> None:
    """Were the worker itself chosen, its job has run out of memory: no retry, no lost verdict, the next is right."""
    first_to_go = "zygote.Volunteering.__enter__ = lambda self: setattr(self, '_usual', b'1000')"
    with lowered(frozenset({"address space"}), first_to_go) as sandbox:
        (result, after) = sandbox.run([eat(), HONEST])
        assert result.ending is Ending.MEMORY, result
        assert after.value == {"calls": [{"ok": 42}]}


@needs_groups
def test_a_kill_by_somebody_else_is_no_want_of_memory(sandbox: Sandbox) -> None:
    """A program that closes its descriptors and lives on is killed by the worker: that is no MEMORY."""
    source = "import os, time\ndef f():\n os.close(3)\n time.sleep(60)"
    job = Job("python_calls", {"source": source, "entry": "f", "calls": [[[], {}]]}, Limits(1, 20, 256))
    assert sandbox.run([job])[0].ending is Ending.SIGNALLED


@needs_groups
def test_a_large_job_of_an_honest_program_does_not_starve_its_worker() -> None:
    """The bound grows with what has to be carried: tens of MiB in and out end as they would without it."""
    source = "import sys\ndata = sys.stdin.read()\nfor _ in range(5): sys.stdout.write(data)"
    text = "x" * (8 << 20)
    limits = Limits(cpu_s=20, wall_s=120, memory_mb=512, output_kb=48 << 10)
    with Sandbox("native", workers=1) as pool:
        (result,) = pool.run([Job("python_program", {"source": source, "stdin": [text] * 4}, limits)])
        assert result.ending is Ending.REPLIED, result
        assert [len(run["stdout"]) for run in result.value["runs"]] == [5 * len(text)] * 4
        assert pool.statistics().died == 0


@needs_groups
def test_files_that_checks_have_read_do_not_wear_a_worker_out(tmp_path: Path) -> None:
    """Their pages are charged to the group, too, but serve every check after: compilers are 200 MiB of them."""
    large = tmp_path / "shown" / "large"
    large.parent.mkdir()
    with large.open("wb") as file:
        for _ in range(200):
            file.write(os.urandom(1 << 20))
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # else they are charged to this process
    show = (
        "house = walls.build_house\n"
        f"walls.build_house = lambda folders, masked: house([*folders, {str(large.parent)!r}], masked)"
    )
    source = f"""
import time
def f():
    size = 0
    with open({str(large)!r}, "rb") as file:
        while data := file.read(1 << 20):
            size += len(data)
    while time.process_time() < 0.3: pass
    return size
"""
    job = Job("python_calls", {"source": source, "entry": "f", "calls": [[[], {}]]}, Limits(20, 60, 256))
    with lowered(frozenset(), show) as sandbox:
        assert sandbox.run([job])[0].value == {"calls": [{"ok": 200 << 20}]}
        sandbox.run([HONEST] * 3)
        assert sandbox.statistics().started == 1


@needs_groups
def test_groups_end_with_their_workers() -> None:
    """A closed pool leaves no group behind, also where a worker was killed."""
    before = set(groups())
    with Sandbox("native", workers=2) as pool:
        pool.run([HONEST] * 4)
        made = set(groups()) - before
        assert len(made) == 2
        pid = pool.idle_workers()[0].link.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        pool.run([HONEST] * 4)
    assert wait_until(lambda: set(groups()) <= before)


@needs_groups
def test_groups_of_a_dead_owner_are_swept() -> None:
    """What an owner left that was killed is removed by the next one, and nobody else's is."""
    assert PLACE is not None
    done = subprocess.Popen(["true"])
    done.wait()
    left = PLACE.folder / f"{cgroups._owned()}-{done.pid}-12345-0"
    left.mkdir()
    living = PLACE.folder / f"{cgroups._owned()}-{os.getpid()}-{born(os.getpid())}-999"
    living.mkdir()
    try:
        cgroups._sweep(PLACE.folder)
        assert not left.exists()
        assert living.exists()
    finally:
        living.rmdir()


def test_groups_of_another_process_namespace_are_nobodys_business(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its ids mean other processes here: containers that share a cgroup folder must not end each other's workers."""
    foreign = tmp_path / f"rlvr-gym-1-{os.getpid()}-12345-0"
    foreign.mkdir()
    (foreign / "cgroup.procs").write_text("4711\n")
    killed: list[int] = []
    monkeypatch.setattr("rlvr_gym.sandbox.cgroups.os.kill", lambda pid, _: killed.append(pid))
    cgroups._sweep(tmp_path)
    assert killed == []


def test_a_process_that_cannot_be_seen_is_not_taken_for_our_own_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel writes 0 for it, and `kill(0)` would end whoever sweeps."""
    left = tmp_path / f"{cgroups._owned()}-999999999-1-0"
    left.mkdir()
    (left / "cgroup.procs").write_text("0\n4711\n")
    killed: list[int] = []
    monkeypatch.setattr("rlvr_gym.sandbox.cgroups.os.kill", lambda pid, _: killed.append(pid))
    cgroups._sweep(tmp_path)
    assert killed == [4711]


def test_a_group_that_is_gone_blames_nobody(tmp_path: Path, version_2: MemoryGroup) -> None:
    """A count that cannot be read is no want of memory, and no error of the check's."""
    (tmp_path / "memory.events").unlink()
    assert not version_2.ran_out()
    assert version_2.kernel_mb() == 0.0


@needs_groups
def test_a_stopped_worker_of_a_dead_owner_is_ended_by_the_next_one() -> None:
    """SIGSTOP keeps a worker from noticing that its owner was killed; whoever comes next ends it."""
    assert PLACE is not None
    folder = PLACE.folder
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdin is not None
    assert owner.stdout is not None
    worker = int(owner.stdout.readline())
    os.kill(worker, signal.SIGSTOP)
    owner.kill()
    owner.wait()
    owner.stdin.close()
    owner.stdout.close()
    time.sleep(0.2)
    assert alive({worker})

    def swept() -> bool:
        cgroups._sweep(folder)
        return not list(folder.glob(f"{cgroups._owned()}-{owner.pid}-*"))

    assert wait_until(swept)
    assert not alive({worker})


@pytest.fixture
def version_2(tmp_path: Path) -> MemoryGroup:
    """Return a group of version 2 whose files are plain ones: no host here has that version with memory."""
    group = MemoryGroup.__new__(MemoryGroup)
    group._version, group._folder, group._bound_mb, group._seen = 2, tmp_path, 0, (0, 0)
    (tmp_path / "memory.events").write_text("low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n")
    return group


def test_version_2_is_written_and_read_by_its_own_names(version_2: MemoryGroup, tmp_path: Path) -> None:
    """memory.max and memory.swap.max are set; only a kill at the group's own bound counts, and once."""
    version_2.bound(64)
    assert (tmp_path / "memory.max").read_text() == str(64 << 20)
    assert (tmp_path / "memory.swap.max").read_text() == "0"
    (tmp_path / "memory.events").write_text("low 0\nhigh 0\nmax 0\noom 0\noom_kill 1\n")
    assert not version_2.ran_out()
    (tmp_path / "memory.stat").write_text(f"anon 1\nslab {3 << 20}\nsock 0\n")
    assert version_2.kernel_mb() == 3.0
    (tmp_path / "memory.events").write_text("low 0\nhigh 0\nmax 9\noom 1\noom_kill 2\n")
    assert version_2.ran_out()
    assert not version_2.ran_out()


def test_where_no_group_can_be_made_workers_do_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A kernel that refuses at the last moment costs the bound, not the sandbox."""
    monkeypatch.setattr("rlvr_gym.sandbox.native.find_place", lambda: Place(tmp_path / "absent", 1))
    with Sandbox("native", workers=1) as pool:
        assert pool.run([HONEST])[0].value == {"calls": [{"ok": 42}]}
        assert pool.idle_workers()[0].link.group is None
