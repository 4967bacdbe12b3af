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
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rlvr_gym.errors import SandboxError, SandboxUnavailable
from rlvr_gym.sandbox.backends import VARIABLE, choose
from rlvr_gym.sandbox.batch import Batch
from rlvr_gym.sandbox.jobs import check_job
from rlvr_gym.sandbox.lines import Crew, Queue
from rlvr_gym.sandbox.statistics import Record, Statistics
from rlvr_gym.sandbox.worker import Pending, Worker
from rlvr_gym.types import Job, Result

__all__ = ["Sandbox", "check_job", "default_sandbox"]

_log = logging.getLogger(__name__)
_CALLERS = 64  # threads for callers of `arun`; more of them wait in line


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Sandbox:
    """A pool of walled workers.

    Args:
        backend: "native", "docker", or "auto": Docker where a daemon answers and has the image, native walls
            else. None: what the environment variable RLVR_GYM_SANDBOX says, "auto" where it is not set.
        workers: most worker processes per image; the number of usable cores where None.
        queue: most jobs that may wait for a worker or run, over all callers; `run` waits for room. A larger
            batch is let in piece by piece.
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
        self._bound, self._recycle_after, self._nice = queue, recycle_after, nice
        self._start_afresh()

    def _start_afresh(self) -> None:
        self._lock = threading.Lock()
        self._crews: dict[str, Crew] = {}
        self.queue = Queue(self._bound)
        self._threads: ThreadPoolExecutor | None = None
        self._closed, self._owner = False, os.getpid()
        self.record = Record(self.backend, self._now)

    def start(self, image: str = "python") -> None:
        """Make sure that one worker of that image stands behind its walls.

        Raises: SandboxUnavailable: if it cannot; the message names the wall and the remedy.
        """
        self._check_owner()
        if self._crew(image).count == 0:
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
        batches = [Batch(self, image, pending, results) for image, pending in by_image.items()]
        self.queue.expect(len(jobs))
        try:
            for batch in batches:
                batch.run()
        finally:
            self.queue.expect(-results.count(None))
            self.record.publish_if_due(time.monotonic(), idle=not self._busy())
        missing = SandboxError("a job was lost on its way; this is a fault of the sandbox's pool")
        return [missing if result is None else result for result in results]

    async def arun(self, jobs: Sequence[Job]) -> list[Result]:
        """Run jobs as `run` does, in a thread of the sandbox's own, without blocking the event loop.

        Cancelling whoever awaits it gives up the results: a batch that has begun runs to its end, one that
        has not never does.
        """
        self._check_owner()
        with self._lock:
            if self._closed:
                raise SandboxError("this sandbox is closed; make a new one")
            if self._threads is None:
                self._threads = ThreadPoolExecutor(_CALLERS, "rlvr-gym-sandbox")
            threads = self._threads
        return await asyncio.get_running_loop().run_in_executor(threads, self.run, jobs)

    def statistics(self) -> Statistics:
        """Return what this sandbox has done so far and is doing now."""
        return self.record.read()

    def close(self) -> None:
        """End all idle workers; busy ones end when their batch does. Closing twice is harmless."""
        self._check_owner()
        with self._lock:
            self._closed = True
            threads, self._threads = self._threads, None
            crews = list(self._crews.values())
        self.queue.close()
        for worker in [worker for crew in crews for worker in crew.close()]:
            worker.close()
        if threads is not None:
            threads.shutdown(wait=False)
        self._close_backend_if_done()
        self.record.withdraw()

    def idle_workers(self) -> list[Worker]:
        """Return the workers that serve nobody now."""
        return [worker for crew in list(self._crews.values()) for worker in crew.idle()]

    def __deepcopy__(self, memo: dict[int, Any]) -> Sandbox:
        return self  # Gymnasium copies the options of an environment; workers are shared

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.backend, self.workers, self._bound, self._recycle_after, self._nice)

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
        taken, fresh = self._crew(image).take(wanted, wait)
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
        if broken or worn or worker.held or not self._crew(image).give_back(worker):
            worker.close()
            self._forget(image, 1)
        if worn:
            self.record.count_recycled()

    def is_worn(self, worker: Worker) -> bool:
        """Whether that worker should serve no further job."""
        return worker.is_worn(self._recycle_after)

    def has_callers_in_line(self, image: str) -> bool:
        """Whether somebody waits for a first worker of that image."""
        return self._crews[image].awaited

    def _crew(self, image: str) -> Crew:
        crew = self._crews.get(image)
        if crew is None:
            with self._lock:
                crew = self._crews.setdefault(image, Crew(self.workers))
                if self._closed:
                    crew.close()
        return crew

    def _forget(self, image: str, number: int) -> None:
        self._crew(image).forget(number)
        self._close_backend_if_done()

    def _close_backend_if_done(self) -> None:
        if self._closed and not any(crew.count for crew in list(self._crews.values())):
            self._backend.close()

    def _busy(self) -> int:
        return sum(crew.count - len(crew.idle()) for crew in list(self._crews.values()))

    def _now(self) -> tuple[int, int, int]:
        idle = len(self.idle_workers())
        count = sum(crew.count for crew in list(self._crews.values()))
        return max(0, count - idle), idle, self.queue.asked

    def _check_owner(self) -> None:
        if os.getpid() == self._owner:
            return
        # A forked copy of the owner must not talk into its parent's pipes: let go of them and start afresh.
        for worker in [worker for crew in self._crews.values() for worker in crew.abandon()]:
            worker.link.forget()
        self._backend.forget()
        self._start_afresh()  # whoever held the lock is not in this process


def _again(backend: str, workers: int, queue: int, recycle_after: int, nice: int) -> Sandbox:
    """Unpickle a sandbox: an idle one with the same settings."""
    return Sandbox(backend, workers, queue=queue, recycle_after=recycle_after, nice=nice)


_defaults: dict[str | None, Sandbox] = {}
_default_lock = threading.Lock()


def default_sandbox(backend: str | None = None) -> Sandbox:
    """Return the process-wide sandbox, made on first use and closed at exit.

    Args:
        backend: what a manifest asks for; the environment variable RLVR_GYM_SANDBOX wins over it.
    """
    wanted = None if os.environ.get(VARIABLE) else backend
    with _default_lock:  # one pool a process and backend is the point
        found = _defaults.get(wanted)
        if found is None or found._closed:
            found = _defaults[wanted] = Sandbox(wanted)
            atexit.register(found.close)
        return found
