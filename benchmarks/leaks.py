"""What a long run could leave behind, counted."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from costs import descendants

from rlvr_gym.sandbox import Sandbox

__all__ = ["processes", "slope", "state"]

LABEL = "rlvr-gym.sandbox"


def processes() -> int:
    """Return how many processes descend from this one, zombies included."""
    return len(descendants([os.getpid()])) - 1


def resident(pid: str) -> float:
    """Return a process's resident memory in MiB; 0 for one that is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 2)


def _lines(path: str) -> int:
    try:
        return len(Path(path).read_text().splitlines())
    except (FileNotFoundError, ProcessLookupError, OSError):
        return 0


def _entries(path: str) -> int:
    try:
        return len(os.listdir(path))
    except OSError:
        return 0


def containers() -> int:
    """Return how many containers of sandboxes there are, running or not; 0 where no daemon answers."""
    command = ["docker", "ps", "--all", "--quiet", f"--filter=label={LABEL}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return 0
    return len(done.stdout.split())


def cgroups() -> int:
    """Return how many control groups carry this project's name."""
    names = (name for _, folders, _ in os.walk("/sys/fs/cgroup") for name in folders)
    return sum("rlvr" in name for name in names)


def state(sandboxes: Sequence[Sandbox], docker: bool) -> dict[str, float]:
    """Return what could leak, and memory in MiB. `workers_*` cover those that this host shows."""
    idle = [worker.link.pid for sandbox in sandboxes for worker in sandbox.idle_workers()]
    pids = [str(pid) for pid in idle if pid is not None]
    return {
        "processes": processes(),
        "containers": containers() if docker else 0,
        "descriptors": _entries("/proc/self/fd"),
        "worker_descriptors": sum(_entries(f"/proc/{pid}/fd") for pid in pids),
        "mounts": _lines("/proc/self/mountinfo"),
        "worker_mounts": sum(_lines(f"/proc/{pid}/mountinfo") for pid in pids),
        "tmp_files": _entries(tempfile.gettempdir()),
        "cgroups": cgroups(),
        "host_mb": resident("self"),
        "workers_mb": round(sum(resident(pid) for pid in pids), 2),
    }


def slope(samples: Sequence[tuple[float, float]]) -> float:
    """Fit a line by least squares; return MiB per 100,000 checks, 0 for fewer than three samples.

    Args:
        samples: (checks so far, MiB).
    """
    if len(samples) < 3:
        return 0.0
    mean_x = sum(x for x, _ in samples) / len(samples)
    mean_y = sum(y for _, y in samples) / len(samples)
    spread = sum((x - mean_x) ** 2 for x, _ in samples)
    return sum((x - mean_x) * (y - mean_y) for x, y in samples) / spread * 1e5 if spread else 0.0
