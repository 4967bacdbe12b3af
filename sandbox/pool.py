"""The pool: workers, callers in line, back-pressure; batch first, sync and async.

`Sandbox.run` takes as many idle workers as it has jobs, feeds each one job ahead, and gives the workers back.
The caller's own thread does the talking. Callers in other threads share the same workers, first come, first
served: whoever holds several lets one go when another waits for its first. Time in the line counts against no
check, for every clock of a check runs inside its worker.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rlvr_gym.errors import SandboxError, SandboxUnavailable
from rlvr_gym.sandbox.backends import choose
from rlvr_gym.sandbox.batch import Batch
from rlvr_gym.sandbox.jobs import check_job
from rlvr_gym.sandbox.statistics import Record, Statistics
from rlvr_gym.sandbox.worker import Pending, Worker
from rlvr_gym.types import Job, Result

__all__ = ["Sandbox", "check_job", "default_sandbox"]

_log = logging.getLogger(__name__)
_CALLERS = 64  # threads for callers of `arun`; more of them wait in line


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Line:
    """Callers in line for workers of one image, and the workers that are idle."""

    __slots__ = ("count", "idle", "tickets")

    def __init__(self) -> None:
        self.idle: list[Worker] = []
        self.count = 0  # workers that there are, idle, busy or starting
        self.tickets: deque[object] = deque()


class Sandbox:
    """A pool of walled workers.

    Args:
        backend: "native", "docker", or "auto": Docker where a daemon answers and has the image, native walls
            else. None: what the environment variable RLVR_GYM_SANDBOX says, "auto" where it is not set.
        workers: most worker processes per image; the number of usable cores where None.
        queue: most jobs that may be under way or in line over all callers; `run` waits for room. A larger
            batch is let in when nothing else is.
        recycle_after: checks after which a worker is replaced by a fresh one. One that has grown by 128 MiB
            is replaced earlier.
        nice: how much lower than this process's the workers' priority is, 0 to 19, so that a trainer on the
            same host goes first.
    Raises: SandboxUnavailable: for arguments out of range; on first use, where the walls cannot be built: the
        message says what to do.
    """

    def __init__(
        self,
        backend: str | None = None,
        workers: int | None = None,
        *,
        queue: int = 10_000,
        recycle_after: int = 10_000,
        nice: int = 5,
    ) -> None:
        self.workers = _usable_cores() if workers is None else workers
        if self.workers < 1:
            raise SandboxUnavailable(f"a sandbox needs at least one worker, not {workers}")
        if queue < 1 or recycle_after < 1 or not 0 <= nice <= 19:
            raise SandboxUnavailable(
                "a sandbox needs queue and recycle_after of at least 1, and nice from 0 to 19; "
                f"not {queue}, {recycle_after} and {nice}"
            )
        self._backend = choose(backend, workers=self.workers, nice=nice)
        self.backend = self._backend.name
        self._queue, self._recycle_after, self._nice = queue, recycle_after, nice
        self._start_afresh()

    def _start_afresh(self) -> None:
        self._free = threading.Condition()
        self._lines: dict[str, _Line] = {}
        self._admitted, self._doors = 0, deque[object]()
        self._threads: ThreadPoolExecutor | None = None
        self._closed, self._owner = False, os.getpid()
        self.record = Record(self.backend, self._now)

    def start(self, image: str = "python") -> None:
        """Make sure that one worker of that image stands behind its walls.

        Raises: SandboxUnavailable: if it cannot; the message names the wall and the remedy.
        """
        with self._free:
            line = self._lines.get(image)
            started = line is not None and line.count > 0 and os.getpid() == self._owner
        if not started:
            for worker in self.take(image, 1, wait=True):
                try:
                    worker.wait_started()
                except BaseException:
                    self.give_back(image, worker, broken=True)
                    raise
                self.give_back(image, worker)

    def profile(self, image: str = "python") -> str:
        """Return the name of the walls behind results of that image."""
        return self._backend.profile(image)

    def run(self, jobs: Sequence[Job]) -> list[Result]:
        """Run jobs, each exactly once as far as its verdict goes, and return their results in order.

        Raises: SandboxError: if a job could not be run even on a second worker.
            SandboxUnavailable: if no worker can be started on this host.
        """
        results = []
        for outcome in self.attempt(jobs):
            if isinstance(outcome, SandboxError):
                raise outcome
            results.append(outcome)
        return results

    def attempt(self, jobs: Sequence[Job]) -> list[Result | SandboxError]:
        """Run jobs as `run` does, but return the error of a job that has no result in its place.

        Raises: SandboxError, SandboxUnavailable: where it is no single job that fails: no worker could
            ever run a job, the sandbox is closed, or no worker starts.
        """
        results: list[Result | SandboxError | None] = [None] * len(jobs)
        by_image: dict[str, deque[Pending]] = {}
        for index, job in enumerate(jobs):
            by_image.setdefault(job.image, deque()).append(Pending(index, job))
        self._check_owner()
        self._enter(len(jobs))
        try:
            for image, pending in by_image.items():
                Batch(self, image, pending, results).run()
        finally:
            self._leave(len(jobs))
        missing = SandboxError("a job was lost on its way; this is a fault of the sandbox's pool")
        return [missing if result is None else result for result in results]

    async def arun(self, jobs: Sequence[Job]) -> list[Result]:
        """Run jobs as `run` does, in a thread of the sandbox's own, without blocking the event loop.

        Whoever stops waiting for it loses the results; a batch that has begun runs to its end.
        """
        with self._free:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(_CALLERS, "rlvr-gym-sandbox")
            threads = self._threads
        return await asyncio.get_running_loop().run_in_executor(threads, self.run, jobs)

    def statistics(self) -> Statistics:
        """Return what this sandbox has done so far and is doing now."""
        return self.record.read()

    def close(self) -> None:
        """End all idle workers; busy ones end when their batch does. Closing twice is harmless."""
        with self._free:
            self._closed = True
            workers = [worker for line in self._lines.values() for worker in line.idle]
            for line in self._lines.values():
                line.count -= len(line.idle)
                line.idle.clear()
            threads, self._threads = self._threads, None
            self._free.notify_all()
        if threads is not None:
            threads.shutdown(wait=False)
        for worker in workers:
            worker.close()
        self._close_backend_if_done()
        self.record.withdraw()

    def idle_workers(self) -> list[Worker]:
        """Return the workers that serve nobody now."""
        with self._free:
            return [worker for line in self._lines.values() for worker in line.idle]

    def __deepcopy__(self, memo: dict[int, Any]) -> Sandbox:
        return self  # Gymnasium copies the options of an environment; workers are shared

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.backend, self.workers, self._queue, self._recycle_after, self._nice)

    def __del__(self) -> None:
        if hasattr(self, "record"):  # not where the constructor refused its arguments
            self.close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------------------------ for batches

    def take(self, image: str, wanted: int, wait: bool) -> list[Worker]:
        """Take up to `wanted` workers of an image, starting missing ones.

        With `wait`, stand in line until there is at least one; without, take none that others wait for.
        """
        self._check_owner()
        ticket = object()
        with self._free:
            line = self._lines.setdefault(image, _Line())
            if wait:
                line.tickets.append(ticket)
            try:
                while True:
                    self._refuse_if_closed()
                    first = line.tickets[0] is ticket if wait else not line.tickets
                    room = max(0, self.workers - line.count)
                    if first and (line.idle or room):
                        break
                    if not wait:
                        return []
                    self._free.wait()
            finally:
                if wait:
                    line.tickets.remove(ticket)
                    self._free.notify_all()
            taken = [line.idle.pop() for _ in range(min(wanted, len(line.idle)))]
            fresh = max(0, min(wanted - len(taken), room))
            line.count += fresh
        try:
            for _ in range(fresh):
                taken.append(Worker(image, self._backend.launch(image)))
                self.record.count_start()
                fresh -= 1
        except BaseException:
            self._forget(image, fresh)
            for worker in taken:
                self.give_back(image, worker)
            raise
        return taken

    def give_back(self, image: str, worker: Worker, broken: bool = False) -> None:
        """Return a worker; a broken or a worn one is ended, and room made for another."""
        worn = not broken and self.is_worn(worker)
        with self._free:
            keep = not (broken or worn or worker.held or self._closed)
            if keep:
                self._lines[image].idle.append(worker)
                self._free.notify_all()
        if not keep:
            worker.close()
            self._forget(image, 1)
        if worn:
            self.record.count_recycled()

    def is_worn(self, worker: Worker) -> bool:
        """Whether that worker should serve no further job."""
        return worker.is_worn(self._recycle_after)

    def has_callers_in_line(self, image: str) -> bool:
        """Whether somebody waits for a first worker of that image."""
        return bool(self._lines[image].tickets)

    def _forget(self, image: str, number: int) -> None:
        with self._free:
            self._lines[image].count -= number
            self._free.notify_all()
        self._close_backend_if_done()

    def _close_backend_if_done(self) -> None:
        if self._closed and not any(line.count for line in self._lines.values()):
            self._backend.close()

    # ------------------------------------------------------------------------------ the bounded queue

    def _enter(self, number: int) -> None:
        """Wait, first come, first served, until that many jobs more may be under way."""
        door = object()
        with self._free:
            self._doors.append(door)
            try:
                while True:
                    self._refuse_if_closed()
                    fits = self._admitted == 0 or self._admitted + number <= self._queue
                    if fits and self._doors[0] is door:
                        self._admitted += number
                        return
                    self._free.wait()
            finally:
                self._doors.remove(door)
                self._free.notify_all()

    def _leave(self, number: int) -> None:
        with self._free:
            self._admitted -= number
            if self._doors:
                self._free.notify_all()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise SandboxError("this sandbox is closed; make a new one")

    def _now(self) -> tuple[int, int, int]:
        with self._free:
            idle = sum(len(line.idle) for line in self._lines.values())
            return sum(line.count for line in self._lines.values()) - idle, idle, self._admitted

    def _check_owner(self) -> None:
        if os.getpid() == self._owner:
            return
        # A forked copy of the owner must not talk into its parent's pipes: let go of them and start afresh.
        for worker in [worker for line in self._lines.values() for worker in line.idle]:
            worker.link.forget()
        self._backend.forget()
        self._start_afresh()  # whoever held the lock is not in this process


def _again(backend: str, workers: int, queue: int, recycle_after: int, nice: int) -> Sandbox:
    """Unpickle a sandbox: an idle one with the same settings."""
    return Sandbox(backend, workers, queue=queue, recycle_after=recycle_after, nice=nice)


_default: Sandbox | None = None
_default_lock = threading.Lock()


def default_sandbox() -> Sandbox:
    """Return the process-wide sandbox, made on first use and closed at exit."""
    global _default  # one pool a process is the point
    with _default_lock:
        if _default is None or _default._closed:
            _default = Sandbox()
            atexit.register(_default.close)
        return _default
