"""One batch: the jobs of one image from one call, on the workers that it holds meanwhile."""

from __future__ import annotations

import logging
import select
import time
from collections import deque
from typing import TYPE_CHECKING

from rlvr_gym.errors import SandboxError
from rlvr_gym.sandbox.results import read_result
from rlvr_gym.sandbox.worker import Pending, Worker
from rlvr_gym.types import Result

if TYPE_CHECKING:
    from rlvr_gym.sandbox.pool import Sandbox

__all__ = ["Batch"]

_log = logging.getLogger(__name__)
_ATTEMPTS = 2
_TURN = 16  # checks that a caller's last worker does before somebody else in line gets it
_REFILL = 32  # jobs for each worker, below which a batch asks the queue for room for more
_STARTS = 3  # workers that fail to start one after another before the batch gives up


class Batch:
    """Feeds jobs to workers, collects answers, replaces what breaks; each job is answered exactly once.

    Args:
        results: filled in place at each job's index.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        image: str,
        pending: deque[Pending],
        results: list[Result | SandboxError | None],
    ) -> None:
        self._sandbox, self._image, self._results = sandbox, image, results
        self._outside, self._pending = pending, deque[Pending]()  # pending: let in by the queue
        self._inside = 0  # jobs that the queue has let in and that are not answered
        self._workers: dict[int, Worker] = {}  # by the descriptors that they are polled by
        self._failed_starts = 0
        self._poll = select.poll()
        self._profile = sandbox.profile(image)

    def run(self) -> None:
        """Run until every job has its result, or its error.

        Raises: SandboxError, SandboxUnavailable: if no worker starts.
        """
        try:
            while self._outside or self._pending or self._workers:
                self._enter()
                self._recruit()
                self._feed()
                self._serve()
        except BaseException:
            for worker in self._held():
                self._release(worker, broken=True)
            raise
        finally:
            self._sandbox.queue.leave(0, dropped=self._inside)

    def _enter(self) -> None:
        """Bring more jobs into the queue before the workers run out of them; wait in line with none."""
        if self._outside and len(self._pending) < _REFILL * self._sandbox.workers:
            wait = not (self._pending or self._workers)
            for _ in range(self._sandbox.queue.enter(len(self._outside), wait)):
                self._pending.append(self._outside.popleft())
                self._inside += 1

    def _answer(self, pending: Pending, answer: Result | SandboxError) -> None:
        self._results[pending.index] = answer
        self._inside -= 1
        self._sandbox.queue.leave(1)

    def _held(self) -> list[Worker]:
        return [worker for fd, worker in self._workers.items() if fd == worker.link.source]

    def _recruit(self) -> None:
        mine = len(self._held())
        wanted = min(len(self._pending), self._sandbox.workers) - mine
        if wanted > 0:
            for worker in self._sandbox.take(self._image, wanted, wait=mine == 0):
                self._workers[worker.link.source] = self._workers[worker.link.to] = worker
                worker.turn_ends = worker.served + _TURN
                self._watch(worker)

    def _watch(self, worker: Worker) -> None:
        """Poll a worker's descriptors for what is expected of them; they may be one and the same."""
        source, to = worker.link.source, worker.link.to
        writing = select.POLLOUT if worker.wants_to_write else 0
        if source == to:
            self._poll.register(source, select.POLLIN | writing)
            return
        self._poll.register(source, select.POLLIN)
        if writing:
            self._poll.register(to, writing)

    def _feed(self) -> None:
        workers = self._held()
        ready = workers
        if self._sandbox.has_callers_in_line(self._image):
            # All but the last go at once, and that one after a turn: a worker that gets no more jobs drains.
            ready = [worker for worker in workers[:1] if worker.served < worker.turn_ends]
        # Far ahead while there is plenty: a slow job must not hold up what another worker could do.
        most = max(2, len(self._pending) // (2 * len(workers))) if workers else 0
        # Refilled when half is done, in one go: what is far away is spoken to in larger pieces.
        room = {worker: min(most, worker.link.ahead) for worker in ready if not self._sandbox.is_worn(worker)}
        hungry = [worker for worker, depth in room.items() if len(worker.held) <= depth // 2]
        # Who still starts gets nothing that another could do meanwhile, but what he will need is left over.
        starting = sum(not worker.started for worker in workers)
        for depth in range(max(room.values(), default=0)):
            for worker in hungry:  # every worker gets its first job before any gets its second
                left = len(self._pending) - (starting if depth else 0)
                if worker.started and left > 0 and len(worker.held) <= depth < room[worker]:
                    self._give(worker, self._pending.popleft())
        for worker in hungry:
            worker.flush()
            if worker.wants_to_write:
                self._watch(worker)
        for worker in workers:
            if not worker.held and (worker.started or worker not in ready or not self._pending):
                self._release(worker)

    def _give(self, worker: Worker, pending: Pending) -> None:
        try:
            frame = pending.frame()
        except SandboxError as error:
            self._answer(pending, error)
            return
        worker.give(pending, frame)

    def _serve(self) -> None:
        if not self._workers:
            return
        nearest = min(worker.deadline for worker in self._workers.values())
        for fd, event in self._poll.poll(max(0.0, nearest - time.monotonic()) * 1000 + 1):
            worker = self._workers.get(fd)
            if worker is None:  # lost a moment ago
                continue
            if event & select.POLLOUT:
                self._flush(worker)
            if fd == worker.link.source and event & ~select.POLLOUT:
                self._receive(worker)
        now = time.monotonic()
        for worker in self._held():
            if now > worker.deadline and (worker.held or not worker.started):
                self._lose(worker, "did not answer")
        self._sandbox.record.publish_if_due(now)

    def _flush(self, worker: Worker) -> None:
        worker.flush()
        if worker.wants_to_write:
            return
        if worker.link.source != worker.link.to:
            self._poll.unregister(worker.link.to)
        self._watch(worker)

    def _receive(self, worker: Worker) -> None:
        done, useful = worker.receive()
        for pending, header, body in done:
            result = read_result(pending.job, header, body, self._profile)
            self._sandbox.record.add(result)
            self._answer(pending, result)
            self._failed_starts = 0
        if not useful:
            self._lose(worker, "died")

    def _release(self, worker: Worker, broken: bool = False) -> None:
        for fd in {worker.link.source, worker.link.to}:
            if self._workers.pop(fd, None) is not None:
                try:
                    self._poll.unregister(fd)
                except KeyError:
                    pass  # a descriptor for writing is polled only while something waits
        self._sandbox.give_back(self._image, worker, broken)

    def _lose(self, worker: Worker, how: str) -> None:
        """Replace a worker and try its jobs again; only the one that it was at counts as tried."""
        starved = worker.started and len(worker.held) > 0 and worker.has_starved()
        if starved:  # the doing of the job that it was at, and of no other
            result = worker.starved_result(self._profile)
            self._sandbox.record.add(result)
            self._answer(worker.held.popleft(), result)
        held = list(worker.held)
        fruitless = worker.started and not (held or worker.served)  # it ended before its first job
        if fruitless or not worker.started:
            self._failed_starts += 1
            error = worker.start_error(how)
            self._release(worker, broken=True)
            self._pending.extendleft(reversed(held))
            # Idle ones may have been killed together; no more than that, or they would be replaced for ever.
            if self._failed_starts >= _STARTS + (self._sandbox.workers if fruitless else 0):
                raise error
            _log.warning("%s; trying another", error)
            return
        self._release(worker, broken=True)
        self._sandbox.record.count_death()
        if held and not starved:
            held[0].attempts += 1
            _log.warning("a sandbox worker %s at job %d (attempt %d)", how, held[0].index, held[0].attempts)
            if held[0].attempts >= _ATTEMPTS:
                lost = held.pop(0)
                self._sandbox.record.count_lost()
                error = SandboxError(
                    f"job {lost.index} (runner {lost.job.runner!r}) has no result: the worker {how} "
                    f"{_ATTEMPTS} times. This is a fault of the sandbox, not an answer; see the log above."
                )
                self._answer(lost, error)
        self._sandbox.record.count_retries(len(held))
        self._pending.extendleft(reversed(held))
