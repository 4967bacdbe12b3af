"""What a sandbox has done so far: counted as it goes, readable at any time, also from other processes.

Each `Sandbox` that works keeps one small JSON file in a private folder of its user, rewritten at most once a
second and removed when it closes. `read_all` reads those of living processes and sweeps the others.
RLVR_GYM_STATISTICS=0 keeps every sandbox of a process from writing one.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import os
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rlvr_gym.types import Result

__all__ = ["VARIABLE", "Record", "Statistics", "folder", "read_all"]

VARIABLE = "RLVR_GYM_STATISTICS"
_EVERY_S = 1.0
_STEPS = 8  # histogram buckets per doubling: quantiles are right within 9%
_FLOOR_MS, _BUCKETS = 0.05, 176  # from 0.05 ms to about 50 hours
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Statistics:
    """A sandbox at one moment.

    Args:
        backend: the backend asked for.
        checks: results so far; `endings` counts them by how the child ended (its kills by cause among them).
        retries: jobs that were given to another worker because theirs was gone.
        lost: jobs that ended as a SandboxError.
        started, died, recycled: workers so far, over all images.
        busy, idle: workers now. waiting: jobs of callers that are not answered yet, let in or not.
        p50_ms, p99_ms: of the wall time in the worker, without any queue, within 9%; 0 before a first check.
        cpu_s: CPU seconds of all children.
        uptime_s: seconds since the sandbox was made.
    """

    backend: str
    checks: int = 0
    endings: Mapping[str, int] = field(default_factory=dict)
    retries: int = 0
    lost: int = 0
    started: int = 0
    died: int = 0
    recycled: int = 0
    busy: int = 0
    idle: int = 0
    waiting: int = 0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    cpu_s: float = 0.0
    uptime_s: float = 0.0


class Record:
    """The counters of one sandbox; safe to use from many threads.

    Args:
        backend: name of the backend.
        now: returns (busy workers, idle workers, waiting jobs).
    """

    def __init__(self, backend: str, now: Callable[[], tuple[int, int, int]]) -> None:
        self._backend, self._now, self._number = backend, now, next(_numbers)
        self._lock = threading.Lock()
        self._born, self._written, self._says_busy = time.monotonic(), 0.0, False
        self._endings: dict[str, int] = {}
        self._times = [0] * _BUCKETS
        self._cpu_s = 0.0
        self._retries = self._lost = self._started = self._died = self._recycled = 0
        self._path: Path | None = None

    def add(self, result: Result) -> None:
        """Count one result."""
        place = int(math.log2(max(result.wall_s * 1000, _FLOOR_MS) / _FLOOR_MS) * _STEPS)
        with self._lock:
            ending = result.ending.value
            self._endings[ending] = self._endings.get(ending, 0) + 1
            self._times[min(place, _BUCKETS - 1)] += 1
            self._cpu_s += result.cpu_s

    def count_start(self) -> None:
        """Count a worker that is being started."""
        with self._lock:
            self._started += 1

    def count_death(self) -> None:
        """Count a worker that died or did not answer."""
        with self._lock:
            self._died += 1

    def count_recycled(self) -> None:
        """Count a worker that was replaced because it had served enough or had grown."""
        with self._lock:
            self._recycled += 1

    def count_retries(self, number: int) -> None:
        """Count jobs that go to another worker."""
        with self._lock:
            self._retries += number

    def count_lost(self) -> None:
        """Count a job that ends as a SandboxError."""
        with self._lock:
            self._lost += 1

    def read(self) -> Statistics:
        """Return the state of this moment."""
        busy, idle, waiting = self._now()
        with self._lock:
            return Statistics(
                backend=self._backend,
                checks=sum(self._times),
                endings=dict(self._endings),
                retries=self._retries,
                lost=self._lost,
                started=self._started,
                died=self._died,
                recycled=self._recycled,
                busy=busy,
                idle=idle,
                waiting=waiting,
                p50_ms=self._quantile(0.5),
                p99_ms=self._quantile(0.99),
                cpu_s=round(self._cpu_s, 6),
                uptime_s=round(time.monotonic() - self._born, 3),
            )

    def _quantile(self, share: float) -> float:
        wanted, seen = share * sum(self._times), 0
        for place, count in enumerate(self._times):
            seen += count
            if count and seen >= wanted:
                return float(round(_FLOOR_MS * 2 ** ((place + 0.5) / _STEPS), 3))
        return 0.0

    def publish_if_due(self, now: float, idle: bool = False) -> None:
        """Write the file for other processes if a second has passed, or it says busy and all is `idle` now.

        A full disk is no error.
        """
        if now - self._written < _EVERY_S and not (idle and self._says_busy):
            return
        self._written, self._says_busy = now, not idle
        self.publish()

    def publish(self) -> None:
        """Write the file for other processes now, unless the environment forbids it."""
        if os.environ.get(VARIABLE) == "0":
            return
        place = folder(make=True)
        if place is None:
            return
        path = place / f"{os.getpid()}-{self._number}.json"
        new = path.with_suffix(f".{threading.get_ident()}.new")
        try:
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "w") as file:
                json.dump({"pid": os.getpid(), "number": self._number, **asdict(self.read())}, file)
            new.replace(path)
            self._path = path
        except OSError:
            with contextlib.suppress(OSError):
                new.unlink()

    def withdraw(self) -> None:
        """Remove the file."""
        path, self._path = self._path, None
        if path is not None and path.name.startswith(f"{os.getpid()}-"):
            with contextlib.suppress(OSError):
                path.unlink()


def folder(make: bool = False) -> Path | None:
    """Return the private folder of this user's files; None where none is theirs alone."""
    base = os.environ.get("XDG_RUNTIME_DIR")
    path = Path(base, "rlvr-gym") if base else Path(tempfile.gettempdir(), f"rlvr-gym-{os.getuid()}")
    try:
        if make:
            with contextlib.suppress(FileExistsError):
                path.mkdir(mode=0o700)
        found = path.lstat()
    except OSError:
        return None
    private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
    return path if private else None


def read_all() -> list[dict[str, Any]]:
    """Return what the living sandboxes of this user last wrote, in order of process and number.

    Each item holds the fields of `Statistics`, `pid`, `number`, and `age_s`: seconds since it was written.
    """
    place, found = folder(), []
    for path in sorted(place.iterdir()) if place is not None else ():
        pid = path.name.partition("-")[0]
        if not pid.isdigit() or not _lives(int(pid)):
            with contextlib.suppress(OSError):
                path.unlink()
            continue
        if path.suffix != ".json":
            continue
        try:
            item = json.loads(path.read_text(encoding="utf-8"))
            age_s = max(0.0, time.time() - path.stat().st_mtime)
        except (OSError, ValueError):
            continue  # closed or rewritten this moment
        if isinstance(item, dict) and item.get("pid") == int(pid):
            found.append({**item, "age_s": round(age_s, 3)})
    return sorted(found, key=lambda item: (item["pid"], item["number"]))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
