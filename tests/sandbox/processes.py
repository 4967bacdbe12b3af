"""What runs on this machine: children, descriptors, and what is left of a process tree."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable

__all__ = ["alive", "children", "descendants", "descriptors", "wait_until"]


def _parents() -> dict[int, int]:
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as stat:
                    state, parent = stat.read().rpartition(b")")[2].split()[:2]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if state != b"Z":
                found[int(name)] = int(parent)
    return found


def children(pid: int) -> list[int]:
    """Return the living children of a process, oldest first."""
    return sorted(child for child, parent in _parents().items() if parent == pid)


def descendants(pid: int) -> set[int]:
    """Return the living children of a process, theirs, and so on."""
    parents, found, fresh = _parents(), set[int](), {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def alive(pids: Iterable[int]) -> set[int]:
    """Return those of the processes that still live."""
    return set(pids) & set(_parents())


def descriptors() -> dict[str, str]:
    """Return this process's open descriptors and what they lead to."""
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            found[name] = os.readlink(f"/proc/self/fd/{name}")
        except FileNotFoundError:
            continue  # the listing itself
    return found


def wait_until(holds: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Return whether it comes to hold within that time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
