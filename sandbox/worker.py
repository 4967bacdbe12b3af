"""One worker as its pool sees it: jobs go in, frames come out, in order."""

from __future__ import annotations

import logging
import os
import select
import signal
import time
from collections import deque
from typing import Any

from rlvr_gym.errors import SandboxError, SandboxUnavailable
from rlvr_gym.sandbox import wire
from rlvr_gym.sandbox.jobs import check_job, memory_mb, seconds
from rlvr_gym.sandbox.links import Link
from rlvr_gym.sandbox.results import is_answer, most_bytes
from rlvr_gym.types import Ending, Job, Result

__all__ = ["Finished", "Pending", "Worker"]

_log = logging.getLogger(__name__)
_START_S = 60.0  # a cold start imports sympy on a busy host
_GRACE_S = 15.0  # what a worker may need beyond the clocks that it keeps itself
_GROWTH_MB = 128.0  # a worker that has grown by this much is replaced
_LOOK_EVERY = 64  # short checks between two looks at a worker's memory
_OWN_MB = 384  # what a worker and its mother hold, grown as far as they may, and then some
_COPIES = 8  # of a job and its answer that a worker may hold at a time, on their way and in pieces
_STARVED = "ran out of its {} MiB of memory"
_LONG_S = 0.1  # CPU seconds of a check after which its worker is looked at in any case
_WORDS = 65536  # bytes that a greeting or a last word may take
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20

Finished = tuple["Pending", dict[str, Any], bytes]  # a job, and the header and body of its answer


class Pending:
    """A job on its way: its place in the batch, and how often it was tried."""

    __slots__ = ("attempts", "index", "job", "patience", "reach_mb")

    def __init__(self, index: int, job: Job) -> None:
        check_job(index, job)
        self.index, self.job, self.attempts = index, job, 0
        self.patience, self.reach_mb = seconds(job) + _GRACE_S, memory_mb(job)

    def frame(self) -> bytes:
        """Return the job as a worker reads it.

        Raises: SandboxError: for a payload that is not plain data, or too much of it.
        """
        limits = self.job.limits
        try:
            body = wire.encode(dict(self.job.payload), 64 << 20)
        except wire.WireError as error:
            raise SandboxError(
                f"job {self.index} for runner {self.job.runner!r} cannot be sent: {error}"
            ) from None
        header = {
            "id": self.index, "runner": self.job.runner, "cpu_s": limits.cpu_s, "wall_s": limits.wall_s,
            "memory_mb": limits.memory_mb, "output_kb": limits.output_kb,
        }  # fmt: skip
        message = wire.frame(header, body)
        self.reach_mb = memory_mb(self.job) + (_COPIES * (len(message) + most_bytes(self.job)[1]) >> 20)
        return message


class Worker:
    """A worker process behind its link. It may be given jobs while it still starts.

    `held` are the jobs that it has and has not answered, the one that it is at first.
    """

    def __init__(self, image: str, link: Link) -> None:
        self.image, self.link = image, link
        self.held: deque[Pending] = deque()
        self.served, self.started = 0, False
        self.turn_ends = 0  # of its caller: what `served` is then
        self.deadline = time.monotonic() + _START_S
        self._outbox, self._inbox = bytearray(), bytearray()
        self._base_mb = self._base_group_mb = self._reported_mb = 0.0
        self._look_at, self._grown = _LOOK_EVERY, False

    @property
    def wants_to_write(self) -> bool:
        """Whether something waits for the worker to read on."""
        return bool(self._outbox)

    def wait_started(self) -> None:
        """Wait until the worker has said that its walls stand.

        Raises: SandboxUnavailable: if they cannot be built here. SandboxError: if it did not start.
        """
        while not self.started:
            left = self.deadline - time.monotonic()
            if left <= 0 or not select.select([self.link.source], [], [], left)[0]:
                raise self.start_error("no answer in time")
            _, alive = self.receive()
            if not (alive or self.started):
                raise self.start_error("it ended at once")

    def start_error(self, why: str) -> SandboxError:
        """Return the error of a worker that did not start, with its last words."""
        said = self.link.last_words() or why
        return SandboxError(f"a sandbox worker for image {self.image!r} did not start: {said}")

    def give(self, pending: Pending, frame: bytes) -> None:
        """Make a job ready to be sent by `flush`."""
        if not self.held and self.started:
            self.deadline = time.monotonic() + pending.patience
        self.held.append(pending)
        if self.link.group is not None:
            self.link.group.bound(_OWN_MB + max(one.reach_mb for one in self.held))
        self._outbox += frame

    def flush(self) -> None:
        """Write what the link takes now; a worker that is gone is noticed when it is read."""
        try:
            while self._outbox:
                del self._outbox[: self.link.write(self._outbox)]
        except BlockingIOError:
            pass
        except OSError:
            self._outbox.clear()

    def receive(self) -> tuple[list[Finished], bool]:
        """Return the finished jobs that have arrived, and whether the worker is still of use.

        Raises: SandboxUnavailable: if its first words are that its walls cannot be built.
        """
        try:
            data = self.link.read()
        except BlockingIOError:
            return [], True
        except OSError as error:
            _log.warning("the stream of sandbox worker %s broke: %s", self.link.name, error)
            data = b""
        self._inbox += data
        done: list[Finished] = []
        while True:
            try:
                message = self._next_frame()
            except (wire.WireError, ValueError, RecursionError) as error:
                _log.warning("sandbox worker %s wrote no frame: %s", self.link.name, error)
                return done, False
            if message is None:
                break
            header, body = message
            if not self.started:
                self._greet(header)
            elif (
                not self.held
                or header.get("id") != self.held[0].index
                or not is_answer(self.held[0].job, header, body)
            ):
                _log.warning("a sandbox worker failed: %s", header.get("fatal", "unexpected frame"))
                return done, False
            else:
                self.served += 1
                if sum(run["cpu_s"] for run in header["runs"]) > _LONG_S:
                    self._look_at = self.served
                self._name_starved(header["runs"], self.held[0])
                self._reported_mb = float(header.get("worker_mb", 0.0))
                done.append((self.held.popleft(), header, body))
            if self.held:
                self.deadline = time.monotonic() + self.held[0].patience
        return done, bool(data)

    def has_starved(self) -> bool:
        """Whether it, or a child of it, was killed for want of memory; each kill is told once."""
        return self.link.group is not None and self.link.group.ran_out()

    def _name_starved(self, runs: list[dict[str, Any]], pending: Pending) -> None:
        """Call a run by its name that the kernel has killed: the worker cannot see why."""
        killed = [run for run in runs if run["ending"] == "signalled" and run["exit"] == -signal.SIGKILL]
        if killed and self.has_starved():
            killed[-1].update(ending="memory", detail=_STARVED.format(pending.job.limits.memory_mb))

    def starved_result(self, profile: str) -> Result:
        """Return the result of the job that it was killed at for want of memory."""
        words = _STARVED.format(self.held[0].job.limits.memory_mb)
        return Result(Ending.MEMORY, None, words, profile=profile)

    def is_worn(self, most: int) -> bool:
        """Whether the worker should be replaced: it has served that many checks, or it has grown."""
        if self.served >= self._look_at:
            self._look_at = self.served + _LOOK_EVERY
            self._grown = self._grown or self._has_grown()
        return self._grown or self.served >= most

    def close(self) -> None:
        """End the worker."""
        self.link.close()

    def _next_frame(self) -> tuple[dict[str, Any], bytes] | None:
        if len(self._inbox) < 8:
            return None
        head, body = int.from_bytes(self._inbox[:4], "big"), int.from_bytes(self._inbox[4:8], "big")
        most = most_bytes(self.held[0].job) if self.started and self.held else (_WORDS, _WORDS)
        if head > most[0] or body > most[1]:
            raise wire.WireError(f"a frame of {head} and {body} bytes is larger than an answer can be")
        if len(self._inbox) < 8 + head + body:
            return None
        message = wire.split(bytes(self._inbox[: 8 + head + body]), head)
        if type(message[0]) is not dict:
            raise wire.WireError("a frame's header is an object")
        del self._inbox[: 8 + head + body]
        return message

    def _greet(self, hello: dict[str, Any]) -> None:
        if "wall" in hello:
            raise SandboxUnavailable(f"no sandbox on this host: {hello.get('error', hello['wall'])}")
        self.started = True
        self._base_mb, self._base_group_mb = self._resident_mb(), self._group_mb()

    def _has_grown(self) -> bool:
        now = self._resident_mb()
        self._base_mb = self._base_mb or now  # a container's worker says it with its first result
        return now > self._base_mb + _GROWTH_MB or self._group_mb() > self._base_group_mb + _GROWTH_MB

    def _group_mb(self) -> float:
        """Return the kernel memory of its group: more than its processes need, if one has left something.

        A program that looks for a million names that are not there fills the kernel's caches, and the next
        one that needs memory would have to empty them in its own time.
        """
        return 0.0 if self.link.group is None else self.link.group.kernel_mb()

    def _resident_mb(self) -> float:
        """Return its resident memory, as far as it is known: 0 where it is not."""
        if self.link.pid is None:
            return self._reported_mb
        try:
            with open(f"/proc/{self.link.pid}/statm") as file:
                return int(file.read().split()[1]) * _PAGE_MB
        except (OSError, ValueError, IndexError):
            return 0.0
