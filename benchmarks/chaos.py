"""What goes wrong during a soak, on purpose: workers killed or stopped in mid-batch, a daemon restarted."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from costs import children_of, shims
from own_daemon import OwnDaemon

__all__ = ["Chaos"]

_STOP_EVERY = 5  # of so many blows one stops a worker instead of killing it


class Chaos:
    """A thread that strikes. Only workers are struck: the death of a job's own child is that job's ending.

    Args:
        kill_every: seconds between blows; 0 for none.
        daemon, restarts: what is restarted how often, spread evenly over the run.
        progress: returns how much of the run is over, 0 to 1.
        docker: whether workers live in containers too.
        stops: whether every fifth blow is SIGSTOP: it takes its pool a minute to give such a worker up.
    """

    def __init__(
        self, kill_every: float, daemon: OwnDaemon | None, restarts: int, progress: Callable[[], float],
        docker: bool, stops: bool, rng: random.Random,
    ) -> None:  # fmt: skip
        self._every, self._daemon, self._progress, self._docker = kill_every, daemon, progress, docker
        self._marks = [(place + 1) / (restarts + 1) for place in range(restarts)] if daemon else []
        self._stops = stops
        self._rng, self._done = rng, threading.Event()
        self.killed, self.stopped, self.restarted, self.errors = 0, 0, 0, list[str]()
        self._thread = threading.Thread(target=self._run, name="chaos", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End, after a restart that is under way."""
        self._done.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        last = time.monotonic()
        while not self._done.wait(0.25):
            try:
                if self._marks and self._progress() >= self._marks[0] and self._daemon:
                    self._marks.pop(0)
                    self._daemon.restart()
                    self.restarted += 1
                if self._every and time.monotonic() - last >= self._every and self._strike():
                    last = time.monotonic()
            except Exception as error:  # a soak without its chaos shows nothing: it fails at the end
                self.errors.append(f"{type(error).__name__}: {error}")

    def _strike(self) -> bool:
        workers = _native_workers() + (_contained_workers() if self._docker else [])
        if not workers:
            return False
        stop = self._stops and (self.killed + self.stopped) % _STOP_EVERY == _STOP_EVERY - 1
        try:
            os.kill(self._rng.choice(workers), signal.SIGSTOP if stop else signal.SIGKILL)
        except ProcessLookupError:
            return False
        self.stopped, self.killed = self.stopped + stop, self.killed + (not stop)
        return True


def _native_workers() -> list[int]:
    """Return the children of this process that run the worker's start-up program."""
    found = []
    for pid in children_of([os.getpid()]):
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if b"rlvr_gym.sandbox.zygote" in line:
            found.append(pid)
    return found


def _contained_workers() -> Sequence[int]:
    """Return the first processes of containers and of what was executed in them."""
    return sorted(children_of(shims()))
