"""What a slice of checks cost: rate, latency, CPU of everything involved, a Docker daemon included."""

from __future__ import annotations

import os
import resource
import socket
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

__all__ = [
    "Slice", "children_of", "cpu_of", "cpu_of_tree", "daemon_processes", "descendants", "quantile",
    "row", "shims",
]  # fmt: skip

SOCKET = "/var/run/docker.sock"


class Slice(NamedTuple):
    """Checks that one method ran in one go.

    Args:
        count: number of checks.
        wall_s, cpu_s: seconds of the slice, and of CPU in it.
        seen: what single checks took as their caller saw it, seconds; empty for batches.
        inside: what checks took in their worker, seconds; empty where there is no worker.
    """

    count: int
    wall_s: float
    cpu_s: float
    seen: Sequence[float] = ()
    inside: Sequence[float] = ()


def quantile(times: Iterable[float], share: float) -> float | None:
    """Return that quantile in milliseconds, or None of nothing."""
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1e3, 3) if ordered else None


def row(name: str, workers: int, slices: Sequence[Slice], floors: Sequence[float]) -> dict[str, object]:
    """Return one line of the table: medians over rounds; times of all rounds together.

    Args:
        floors: CPU seconds of a fork+exit in the same rounds, so that drift hits both sides of the ratio.
    """
    seen = [t for one in slices for t in one.seen]
    inside = [t for one in slices for t in one.inside]
    ratios = [one.cpu_s / one.count / floor for one, floor in zip(slices, floors, strict=True)]
    return {
        "name": name,
        "workers": workers,
        "checks": sum(one.count for one in slices),
        "checks_per_s": round(statistics.median(one.count / one.wall_s for one in slices), 1),
        "p50_ms": quantile(seen, 0.5),
        "p99_ms": quantile(seen, 0.99),
        "inside_p50_ms": quantile(inside, 0.5),
        "inside_p99_ms": quantile(inside, 0.99),
        "cpu_ms": round(statistics.median(one.cpu_s / one.count for one in slices) * 1e3, 4),
        "cpu_over_fork": round(statistics.median(ratios), 2),
    }


def cpu_of_tree(pids: Iterable[int]) -> float:
    """Return the CPU seconds of this process and of those, their reaped children included."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both) + cpu_of(pids)


def cpu_of(pids: Iterable[int]) -> float:
    """Return the CPU seconds of those processes and of their reaped children."""
    total = 0.0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended between the listing and now
        total += sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return total


def descendants(roots: Iterable[int]) -> set[int]:
    """Return those processes and all that descend from them, zombies included."""
    parents = _parents()
    found = set(roots) & set(parents)
    fresh = set(found)
    while fresh:
        fresh = {pid for pid, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def children_of(roots: Iterable[int]) -> set[int]:
    """Return the direct children of those processes."""
    wanted = set(roots)
    return {pid for pid, parent in _parents().items() if parent in wanted}


def _parents() -> dict[int, int]:
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            parents[int(entry)] = int(fields[1])
    return parents


def daemon_processes() -> set[int]:
    """Return dockerd, containerd, its shims and what runs in containers; nothing where they are unseen."""
    daemons, shim_pids = _daemon_roots()
    return descendants(daemons | shim_pids)


def shims() -> set[int]:
    """Return the shims of the daemon's containers: parents of what runs first in each."""
    return _daemon_roots()[1]


def _daemon_roots() -> tuple[set[int], set[int]]:
    """Return the processes of the daemon in use, and its shims.

    The daemon is whoever listens on the socket; of several daemons on a host only this one's containerd and
    shims are taken, known by the folder of their sockets.
    """
    where = os.environ.get("DOCKER_HOST", f"unix://{SOCKET}")
    if not where.startswith("unix://"):
        return set(), set()  # on another host
    try:
        with socket.socket(socket.AF_UNIX) as stream:
            stream.connect(where.removeprefix("unix://"))
            size = 12  # pid, uid, gid
            cred = stream.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    except OSError:
        return set(), set()
    dockerd = int.from_bytes(cred[:4], "little")
    roots, folders, found = {dockerd}, set[str](), set[int]()
    lines = _command_lines()
    managed = [pid for pid in descendants([dockerd]) if _is(lines.get(pid, []), "containerd")]
    for pid in managed or [pid for pid, line in lines.items() if _is(line, "containerd")]:
        roots.add(pid)
        words = lines[pid]
        if "--config" in words[:-1]:
            folders.add(str(Path(words[words.index("--config") + 1]).parent))
    for pid, line in lines.items():
        if line and Path(line[0]).name.startswith("containerd-shim"):
            address = line[line.index("-address") + 1] if "-address" in line[:-1] else ""
            if not managed or str(Path(address).parent) in folders:
                found.add(pid)
    return roots, found


def _is(line: Sequence[str], name: str) -> bool:
    return bool(line) and Path(line[0]).name == name


def _command_lines() -> dict[int, list[str]]:
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                words = Path(f"/proc/{entry}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            found[int(entry)] = words[:-1]
    return found
