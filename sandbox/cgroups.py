"""Memory groups: the kernel's own bound on what a worker and its children hold, where cgroups are writable.

A child's address space is bounded in any case. A group bounds what that limit does not see: files in a
child's tmpfs, compilers of several processes, runtimes that reserve far more address space than they use.
There is one for each native worker, made beside the group that this process is in; its bound follows the jobs
that the worker holds. Where none can be made, workers do without.

Source: Linux Documentation/admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import logging
import os
import signal
import time
from pathlib import Path
from typing import NamedTuple

from rlvr_gym.sandbox.owners import born, namespace

__all__ = ["MemoryGroup", "Place", "find_place"]

_log = logging.getLogger(__name__)
_PREFIX = "rlvr-gym"
_CLOSE_MB = 8  # how near to its bound a group has been that was full: the kernel counts in batches
_numbers = itertools.count()
_left: set[Path] = set()  # groups whose processes were still dying when they were to be removed


class Place(NamedTuple):
    """A folder in which groups can be made, and the version of its kernel interface, 1 or 2."""

    folder: Path
    version: int


@functools.cache
def find_place() -> Place | None:
    """Return where this process may make memory groups, None where nowhere; sweep after dead owners."""
    try:
        place = _own_place()
        if place is None:
            return None
        _sweep(place.folder)
        trial = place.folder / _name()
        trial.mkdir()
        usable = (trial / ("memory.max" if place.version == 2 else "memory.limit_in_bytes")).exists()
        trial.rmdir()
    except (OSError, ValueError) as error:
        _log.debug("no memory groups here: %s", error)
        return None
    return place if usable else None


def _own_place() -> Place | None:
    mounts = {}
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        root, point = before.split()[3:5]
        if kind == "cgroup2":
            mounts[2] = root, point
        elif kind == "cgroup" and "memory" in options.split(","):
            mounts[1] = root, point
    for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
        _, controllers, path = line.split(":", 2)
        version = 2 if controllers == "" else 1 if "memory" in controllers.split(",") else 0
        if version not in mounts or (version == 2 and 1 in mounts):
            continue
        root, point = mounts[version]
        below = os.path.relpath(path, root)
        own = Path(point) / ("" if below.startswith("..") else below)
        # A group of version 2 that holds processes has no memory groups inside, but for the root.
        beside = own.parent if version == 2 and own != Path(point) else own
        return Place(beside, version)
    return None


def _owned() -> str:
    """Return how the names of all groups begin whose owners can be told apart here."""
    return f"{_PREFIX}-{namespace().strip('pid:[]') or 'unknown'}"


def _name() -> str:
    return f"{_owned()}-{os.getpid()}-{born(os.getpid())}-{next(_numbers)}"


def _sweep(folder: Path) -> None:
    if not namespace():
        return
    for found in folder.glob(f"{_owned()}-*-*-*"):
        pid, since = found.name.split("-")[3:5]
        if not pid.isdigit() or born(int(pid)) == since:
            continue
        with contextlib.suppress(OSError):  # somebody else sweeps, or what was killed still dies: next time
            # A worker leaves with its owner, but not while it is stopped.
            for left in (found / "cgroup.procs").read_text(encoding="ascii").split():
                if int(left) > 0:  # 0 is a process of another namespace; to `kill` it is all of our own group
                    os.kill(int(left), signal.SIGKILL)
            found.rmdir()


class MemoryGroup:
    """The group of one worker.

    Args:
        place: where to make it.
        pid: of the worker, which has no children yet.
    Raises: OSError: if the kernel refuses.
    """

    def __init__(self, place: Place, pid: int) -> None:
        self._version, self._folder = place.version, place.folder / _name()
        self._bound_mb, self._seen = 0, (0, 0)
        self._folder.mkdir()
        try:
            self._write("cgroup.procs", pid)
            self._seen = self._counts()
        except OSError:
            self.close()
            raise

    def bound(self, mb: int) -> None:
        """Bound the memory of the worker with all its children, in MiB.

        Version 1 refuses a bound below what is in use, version 2 would end processes: give no smaller one
        while a job runs that was given a larger.
        """
        if mb == self._bound_mb:
            return
        size, self._bound_mb = mb << 20, mb
        names = (
            ("memory.max",)
            if self._version == 2
            else ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes")
        )
        # The bound that includes swap is never below the other: whichever way they move, one order succeeds.
        for name in (*names, names[0]):
            with contextlib.suppress(OSError):  # no such file without swap accounting; in use
                self._write(name, size)
        if self._version == 2:
            with contextlib.suppress(OSError):
                self._write("memory.swap.max", 0)

    def kernel_mb(self) -> float:
        """Return the MiB of kernel memory that it holds, caches but those of files' pages included."""
        with contextlib.suppress(OSError):  # a kernel that does not count it apart; a group that is gone
            if self._version == 2:
                return self._events("memory.stat").get("slab", 0) / 2**20
            self._write("memory.max_usage_in_bytes", 0)  # of the past: it starts anew from what is in use
            return int(self._read("memory.kmem.usage_in_bytes")) / 2**20
        return 0.0

    def ran_out(self) -> bool:
        """Whether the kernel has killed one of its processes for want of memory within the bound.

        Each such kill is told once. A kill because the whole host ran out is not one.
        """
        try:
            (kills, met), before = self._counts(), self._seen
            self._seen = kills, met
            if self._version == 2:
                return kills > before[0] and met > before[1]
            self._write("memory.max_usage_in_bytes", 0)
        except OSError as error:
            _log.warning("a memory group does not say what it counted: %s", error)  # then nobody is blamed
            return False
        return kills > before[0] and met >= (self._bound_mb - _CLOSE_MB) << 20

    def _counts(self) -> tuple[int, int]:
        """Return how many processes were killed, and how often the bound was met; in v1 most bytes held."""
        if self._version == 2:
            counts = self._events("memory.events")
            return counts["oom_kill"], counts["oom"]
        # Not memory.failcnt: where swap is accounted, or on newer kernels, it may stay at 0.
        return self._events("memory.oom_control")["oom_kill"], int(self._read("memory.max_usage_in_bytes"))

    def _events(self, name: str) -> dict[str, int]:
        return {word: int(count) for word, count in map(str.split, self._read(name).splitlines())}

    def _read(self, name: str) -> str:
        return (self._folder / name).read_text(encoding="ascii")

    def _write(self, name: str, value: int) -> None:
        with open(self._folder / name, "w", encoding="ascii") as file:
            file.write(str(value))

    def close(self) -> None:
        """Remove it, once its processes are killed; what is still dying is removed with the next one."""
        _left.add(self._folder)
        for _ in range(25):
            for folder in list(_left):  # other threads close theirs meanwhile
                with contextlib.suppress(OSError):
                    folder.rmdir()
                if not folder.exists():
                    _left.discard(folder)
            if self._folder not in _left:
                return
            time.sleep(0.002)
