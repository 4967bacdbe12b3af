"""The pool: workers, deadlines, retries, back-pressure; batch first.

`Sandbox.run` takes as many idle workers as it has jobs, feeds each one job ahead, and gives the workers back.
Callers in other threads share the same workers; who finds none idle waits, and that wait counts against no
check, for every clock of a check runs inside its worker.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import select
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from rlvr_gym.errors import SandboxError, SandboxUnavailable, nearest
from rlvr_gym.sandbox import wire
from rlvr_gym.sandbox.backends import choose
from rlvr_gym.sandbox.catalogue import IMAGES
from rlvr_gym.types import Ending, Job, Result

__all__ = ["Sandbox", "default_sandbox"]

_log = logging.getLogger(__name__)
_AHEAD = 2  # jobs that a worker holds: one that runs and one that waits in its pipe
_ATTEMPTS = 2
_START_S = 60.0  # a cold start imports sympy on a busy host
_GRACE_S = 15.0  # what a worker may need beyond the clocks that it keeps itself


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_job(index: int, job: Job) -> None:
    """Raise SandboxError for a job that no worker could run: that is our mistake, never an answer's."""
    runners = IMAGES[job.image].runners if job.image in IMAGES else None
    if runners is not None and job.runner not in runners:
        hint = nearest(job.runner, list(runners))
        raise SandboxError(f"job {index}: image {job.image!r} has no runner {job.runner!r}{hint}")
    inputs = job.payload.get("stdin") if job.runner == "python_program" else [""]
    if not isinstance(inputs, list | tuple) or not inputs:
        raise SandboxError(
            f"job {index}: python_program needs a list of at least one text as payload['stdin']"
        )


class _Pending:
    """A job on its way: its place in the batch, its frame, how often it was tried."""

    __slots__ = ("attempts", "frame", "index", "job", "patience")

    def __init__(self, index: int, job: Job) -> None:
        limits = job.limits
        check_job(index, job)
        try:
            body = wire.encode(dict(job.payload), 64 << 20)
        except wire.WireError as error:
            raise SandboxError(f"job {index} for runner {job.runner!r} cannot be sent: {error}") from None
        header = {
            "id": index, "runner": job.runner, "cpu_s": limits.cpu_s, "wall_s": limits.wall_s,
            "memory_mb": limits.memory_mb, "output_kb": limits.output_kb,
        }  # fmt: skip
        self.index, self.job, self.attempts = index, job, 0
        self.frame = wire.frame(header, body)
        children = len(job.payload["stdin"]) if job.runner == "python_program" else 1
        self.patience = children * (limits.wall_s + 6) + _GRACE_S


class _Worker:
    """One worker process as its pool sees it."""

    def __init__(self, image: str, launch: Callable[[str], subprocess.Popen[bytes]]) -> None:
        self.process = launch(image)
        assert self.process.stdin is not None  # both are pipes
        assert self.process.stdout is not None
        self.to, self.source = self.process.stdin.fileno(), self.process.stdout.fileno()
        self.held: deque[_Pending] = deque()
        self.outbox, self.inbox, self.deadline = bytearray(), bytearray(), 0.0
        os.set_blocking(self.to, False)
        try:
            self._greet(image)
        except BaseException:
            self.close()
            raise

    def _greet(self, image: str) -> None:
        ready = select.select([self.source], [], [], _START_S)[0]
        hello = wire.read_frame(self.source) if ready else None
        if hello is None:
            self.process.kill()
            said = self.process.stderr.read() if self.process.stderr else b""
            why = said.decode("utf-8", "replace")[-600:] or "no answer in time"
            raise SandboxError(f"a sandbox worker for image {image!r} did not start: {why}")
        if "wall" in hello[0]:
            raise SandboxUnavailable(f"no sandbox on this host: {hello[0]['error']}")

    def give(self, pending: _Pending) -> None:
        if not self.held:
            self.deadline = time.monotonic() + pending.patience
        self.held.append(pending)
        self.outbox += pending.frame
        self.flush()

    def flush(self) -> None:
        try:
            while self.outbox:
                del self.outbox[: os.write(self.to, self.outbox)]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self.outbox.clear()  # reading will find the end of the stream

    def receive(self) -> tuple[list[tuple[_Pending, dict[str, Any], bytes]], bool]:
        """Return the finished jobs that have arrived, and whether the worker is still of use."""
        data = os.read(self.source, 1 << 18)
        self.inbox += data
        done: list[tuple[_Pending, dict[str, Any], bytes]] = []
        while len(self.inbox) >= 8:
            head, body = int.from_bytes(self.inbox[:4], "big"), int.from_bytes(self.inbox[4:8], "big")
            if len(self.inbox) < 8 + head + body:
                break
            message = wire.split(bytes(self.inbox[: 8 + head + body]), head)
            del self.inbox[: 8 + head + body]
            if not self.held or message[0].get("id") != self.held[0].index:
                _log.warning("a sandbox worker failed: %s", message[0].get("fatal", "unexpected frame"))
                return done, False
            done.append((self.held.popleft(), *message))
            if self.held:
                self.deadline = time.monotonic() + self.held[0].patience
        return done, bool(data)

    def close(self) -> None:
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        self.process.wait()


class Sandbox:
    """A pool of walled workers.

    Args:
        backend: "native", "docker", or "auto": Docker where a daemon answers and has the image, native walls
            else. None: what the environment variable RLVR_GYM_SANDBOX says, "auto" where it is not set.
        workers: most worker processes per image; the number of usable cores where None.
    Raises: SandboxUnavailable: on first use, where the walls cannot be built; the message says what to do.
    """

    def __init__(self, backend: str | None = None, workers: int | None = None) -> None:
        self.backend, self._launch, self._profile = choose(backend)
        if workers is not None and workers < 1:
            raise SandboxUnavailable(f"a sandbox needs at least one worker, not {workers}")
        self.workers = workers or _usable_cores()
        self._free = threading.Condition()
        self._idle: dict[str, list[_Worker]] = {}
        self._count: dict[str, int] = {}
        self._closed, self._owner = False, os.getpid()

    def start(self, image: str = "python") -> None:
        """Make sure that one worker of that image stands behind its walls.

        Raises: SandboxUnavailable: if it cannot; the message names the wall and the remedy.
        """
        with self._free:
            started = self._count.get(image, 0) > 0 and os.getpid() == self._owner
        if not started:
            for worker in self.take(image, 1, wait=True):
                self.give_back(image, worker)

    def profile(self, image: str = "python") -> str:
        """Return the name of the walls behind results of that image."""
        return self._profile(image)

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

        Raises: SandboxError, SandboxUnavailable: where it is no single job that fails: a job cannot be sent,
            the sandbox is closed, or no worker starts.
        """
        results: list[Result | SandboxError | None] = [None] * len(jobs)
        by_image: dict[str, deque[_Pending]] = {}
        for index, job in enumerate(jobs):
            by_image.setdefault(job.image, deque()).append(_Pending(index, job))
        for image, pending in by_image.items():
            _Batch(self, image, pending, results).run()
        missing = SandboxError("a job was lost on its way; this is a fault of the sandbox's pool")
        return [missing if result is None else result for result in results]

    async def arun(self, jobs: Sequence[Job]) -> list[Result]:
        """Run jobs as `run` does, in a thread, without blocking the event loop."""
        return await asyncio.to_thread(self.run, jobs)

    def close(self) -> None:
        """End all idle workers; busy ones end when their batch does. Closing twice is harmless."""
        with self._free:
            self._closed = True
            workers = [worker for idle in self._idle.values() for worker in idle]
            self._idle.clear()
            self._free.notify_all()
        for worker in workers:
            worker.close()

    def idle_workers(self) -> list[_Worker]:
        """Return the workers that serve nobody now, for statistics."""
        with self._free:
            return [worker for idle in self._idle.values() for worker in idle]

    def __deepcopy__(self, memo: dict[int, Any]) -> Sandbox:
        return self  # Gymnasium copies the options of an environment; workers are shared

    def __reduce__(self) -> tuple[Any, ...]:
        return Sandbox, (self.backend, self.workers)

    def __del__(self) -> None:
        if hasattr(self, "_free"):  # not where the constructor refused its arguments
            self.close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def take(self, image: str, wanted: int, wait: bool) -> list[_Worker]:
        """Take up to `wanted` workers of an image, starting missing ones; `wait` for at least one."""
        self._check_owner()
        with self._free:
            while True:
                if self._closed:
                    raise SandboxError("this sandbox is closed; make a new one")
                idle = self._idle.setdefault(image, [])
                room = self.workers - self._count.get(image, 0)
                taken = [idle.pop() for _ in range(min(wanted, len(idle)))]
                fresh = max(0, min(wanted - len(taken), room))
                if taken or fresh or not wait:
                    self._count[image] = self._count.get(image, 0) + fresh
                    break
                self._free.wait()
        try:
            for _ in range(fresh):
                taken.append(_Worker(image, self._launch))
                fresh -= 1
        except BaseException:
            self._forget(image, fresh)
            for worker in taken:
                self.give_back(image, worker)
            raise
        return taken

    def give_back(self, image: str, worker: _Worker, broken: bool = False) -> None:
        """Return a worker; a broken one is ended, and room made for another."""
        with self._free:
            keep = not (broken or worker.held or self._closed)
            if keep:
                self._idle.setdefault(image, []).append(worker)
                self._free.notify()
        if not keep:
            worker.close()
            self._forget(image, 1)

    def _forget(self, image: str, number: int) -> None:
        with self._free:
            self._count[image] -= number
            self._free.notify_all()

    def _check_owner(self) -> None:
        if os.getpid() == self._owner:
            return
        # A forked copy of the owner must not talk into its parent's pipes: let go of them and start afresh.
        for worker in [worker for idle in self._idle.values() for worker in idle]:
            for stream in (worker.process.stdin, worker.process.stdout, worker.process.stderr):
                if stream is not None:
                    stream.close()
            worker.process.returncode = 0  # not ours to wait for
        self._idle, self._count, self._owner = {}, {}, os.getpid()
        self._free = threading.Condition()  # whoever held it is not in this process


class _Batch:
    """The jobs of one image from one call of `run`, on the workers that it holds meanwhile."""

    def __init__(
        self,
        sandbox: Sandbox,
        image: str,
        pending: deque[_Pending],
        results: list[Result | SandboxError | None],
    ) -> None:
        self._sandbox, self._image, self._pending, self._results = sandbox, image, pending, results
        self._workers: dict[int, _Worker] = {}
        self._poll = select.poll()
        self._profile = sandbox.profile(image)

    def run(self) -> None:
        try:
            while self._pending or self._workers:
                self._recruit()
                self._feed()
                self._serve()
        except BaseException:
            for worker in list(self._workers.values()):
                self._release(worker, broken=True)
            raise

    def _recruit(self) -> None:
        wanted = min(len(self._pending), self._sandbox.workers) - len(self._workers)
        if wanted > 0:
            for worker in self._sandbox.take(self._image, wanted, wait=not self._workers):
                self._workers[worker.source] = worker
                self._poll.register(worker.source, select.POLLIN)

    def _feed(self) -> None:
        for depth in range(_AHEAD):  # every worker gets its first job before any gets its second
            for worker in self._workers.values():
                if self._pending and len(worker.held) <= depth:
                    worker.give(self._pending.popleft())
        for worker in list(self._workers.values()):
            if not worker.held:
                self._release(worker)
            elif worker.outbox:
                self._poll.register(worker.to, select.POLLOUT)

    def _serve(self) -> None:
        if not self._workers:
            return
        now = time.monotonic()
        nearest = min(worker.deadline for worker in self._workers.values())
        for fd, _event in self._poll.poll(max(0.0, nearest - now) * 1000 + 1):
            worker = self._workers.get(fd)
            if worker is None:
                self._flush(fd)
                continue
            done, useful = worker.receive()
            for pending, header, body in done:
                self._results[pending.index] = _result(pending.job, header, body, self._profile)
            if not useful:
                self._lose(worker, "died")
        now = time.monotonic()
        for worker in list(self._workers.values()):
            if worker.held and now > worker.deadline:
                self._lose(worker, "did not answer")

    def _flush(self, fd: int) -> None:
        for worker in self._workers.values():
            if worker.to == fd:
                worker.flush()
                if worker.outbox:
                    return
        self._poll.unregister(fd)

    def _release(self, worker: _Worker, broken: bool = False) -> None:
        self._workers.pop(worker.source, None)
        self._poll.unregister(worker.source)
        self._sandbox.give_back(self._image, worker, broken)

    def _lose(self, worker: _Worker, how: str) -> None:
        """Replace a worker and try its jobs again; only the one that it was at counts as tried."""
        held = list(worker.held)
        self._release(worker, broken=True)
        if held:
            held[0].attempts += 1
            _log.warning("a sandbox worker %s at job %d (attempt %d)", how, held[0].index, held[0].attempts)
            if held[0].attempts >= _ATTEMPTS:
                lost = held.pop(0)
                self._results[lost.index] = SandboxError(
                    f"job {lost.index} (runner {lost.job.runner!r}) has no result: the worker {how} "
                    f"{_ATTEMPTS} times. This is a fault of the sandbox, not an answer; see the log above."
                )
        self._pending.extendleft(reversed(held))


def _result(job: Job, header: dict[str, Any], body: bytes, profile: str) -> Result:
    """Make a result of a worker's frame. The replies in it are a hostile child's bytes."""
    runs, parts, at = header["runs"], [], 0
    for run in runs:
        middle, end = at + run["reply"], at + run["reply"] + run["out"]
        parts.append((body[at:middle], body[middle:end]))
        at = end
    ending, detail, value = Ending(runs[0]["ending"]), runs[0]["detail"], None
    try:
        if job.runner == "python_program":
            value = {"runs": [_program_run(run, *part) for run, part in zip(runs, parts, strict=True)]}
            bad = next((run for run in value["runs"] if run["ending"] != "replied"), None)
            ending, detail = (Ending(bad["ending"]), bad["detail"]) if bad else (Ending.REPLIED, "")
        elif ending is Ending.REPLIED:
            value = wire.decode(parts[0][0])
    except wire.WireError as error:
        _log.debug("a reply was not plain data: %s", error)
        ending, detail, value = Ending.GARBLED, "its reply was not plain data", None
    return Result(
        ending,
        value,
        detail,
        cpu_s=sum(run["cpu_s"] for run in runs),
        wall_s=header["wall_s"],
        peak_mb=max(run["peak_mb"] for run in runs),
        profile=profile,
    )


def _program_run(run: dict[str, Any], reply: bytes, out: bytes) -> dict[str, Any]:
    """Return one run of a program; one that left by itself with status 0 has run to its end."""
    ending, code, detail = run["ending"], run["exit"], run["detail"]
    if ending == "exited":
        ending = "replied"
    elif ending == "replied":
        said = wire.decode(reply)
        if type(said) is not dict or type(said.get("exit")) is not int or type(said.get("detail")) is not str:
            raise wire.WireError("a program's last message holds its exit status and a text")
        code, detail = said["exit"], said["detail"]
    return {"ending": ending, "exit": code, "stdout": out, "detail": detail}


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
