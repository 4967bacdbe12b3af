"""Walled children as their worker sees them: spawn, watch, kill, reap.

A child is watched by its reply, its output, its CPU clock and the wall clock, and is killed *before* anything
more is read of it: a daemon or an open pipe cannot hold the worker. What it leaves is bytes and a status;
nothing a child says is a verdict. Standard library only.
"""

from __future__ import annotations

import errno
import os
import select
import struct
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from rlvr_gym.sandbox import walls

__all__ = ["CALL", "MEMORY", "READY", "REQUEST", "VALUE", "Child", "Limits", "Mother", "Run", "pump"]

READY = b"R"
VALUE, MEMORY, CALL = b"V", b"M", b"C"  # kinds of message that a child sends
REQUEST = struct.Struct(
    "!IIIII"
)  # sizes of runner name and payload, seconds of CPU, MiB, KiB; then both texts
_CORES = os.cpu_count() or 1
_BIRTH_S = 20.0  # far beyond what a fork takes on the busiest host
_BEAT_S = 0.5  # the longest sleep between two looks at the clocks


class Limits(NamedTuple):
    """The limits of one child: seconds of CPU, seconds of wall clock, MiB, KiB."""

    cpu_s: float
    wall_s: float
    memory_mb: int
    output_kb: int


class Run(NamedTuple):
    """How a child ended and what it left; `ending` is a value of `rlvr_gym.types.Ending`."""

    ending: str
    detail: str
    exit_code: int
    reply: bytes
    out: bytes
    cpu_s: float
    peak_mb: float


class Child:
    """A cloned, walled child that waits for its request.

    `state` is empty while it may go on, then says why the worker ends it. With `keep_out` its output is part
    of the result and it may end without a reply (a program); otherwise its output is counted and dropped.
    """

    __slots__ = (
        "_inbox", "_open", "_out_count", "_outbox", "_taken", "control", "keep_out", "limits", "out", "pid",
        "started", "state",
    )  # fmt: skip

    def __init__(self, pid: int, control: int, out: int) -> None:
        self.pid, self.control, self.out = pid, control, out
        self.limits, self.started, self.state, self.keep_out = Limits(0, 0, 0, 0), 0.0, "", False
        self._inbox, self._outbox, self._taken, self._out_count = bytearray(), bytearray(), bytearray(), 0
        self._open = {control, out}

    @property
    def wants_to_write(self) -> bool:
        """Whether messages wait for the child to read on."""
        return bool(self._outbox)

    def check_ready(self) -> None:
        """Wait until the child stands behind its walls.

        Raises: walls.WallError: with the child's own words, if it could not build them.
        """
        word = os.read(self.control, 600)
        os.set_blocking(self.control, False)
        if word != READY:
            self.state = "exited"
            self.end()
            raise walls.WallError("a child's walls", 1, word[1:].decode("utf-8", "replace"))

    def start(self, runner: str, payload: bytes, limits: Limits, keep_out: bool = False) -> None:
        """Hand over the request; from here on the child's clocks run."""
        self.check_ready()
        self.limits, self.keep_out, self.started = limits, keep_out, time.monotonic()
        name = runner.encode()
        cpu_s = int(limits.cpu_s) + 2  # a backstop for a worker that is gone: the worker counts finer
        self._outbox += REQUEST.pack(len(name), len(payload), cpu_s, limits.memory_mb, limits.output_kb)
        self._outbox += name + payload
        self.flush()

    def send(self, payload: bytes) -> None:
        """Queue one more message for the child."""
        self._outbox += len(payload).to_bytes(4, "big") + payload
        self.flush()

    def flush(self) -> None:
        """Write what the socket takes now; never blocks, for the child may have stopped reading."""
        try:
            while self._outbox:
                del self._outbox[: os.write(self.control, self._outbox)]
        except BlockingIOError:
            pass
        except (BrokenPipeError, ConnectionResetError):
            self._outbox.clear()  # the child is gone; reading its socket tells how

    def receive(self, fd: int) -> list[bytes]:
        """Read what came on one of the child's descriptors.

        Returns: whole messages, kind byte first. Sets `state` when the child overran or closed what it needs.
        """
        try:
            data = os.read(fd, 65536)
        except BlockingIOError:
            return []
        except ConnectionResetError:
            data = b""
        if not data:
            self._open.discard(fd)
            if not self._open or (fd == self.control and not self.keep_out):
                self.state = self.state or "exited"
            return []
        if fd == self.out:
            self._take_out(data)
            return []
        self._inbox += data
        return self._messages()

    def is_open(self, fd: int) -> bool:
        """Whether the child still holds the other end of that descriptor."""
        return fd in self._open

    def _take_out(self, data: bytes) -> None:
        self._out_count += len(data)
        if self._out_count > self.limits.output_kb * 1024:
            self.state = "output"
        elif self.keep_out:
            self._taken += data

    def _messages(self) -> list[bytes]:
        found = []
        while len(self._inbox) >= 4:
            size = int.from_bytes(self._inbox[:4], "big")
            if size > self.limits.output_kb * 1024 + 1:
                self.state = "output"
                break
            if len(self._inbox) < 4 + size:
                break
            found.append(bytes(self._inbox[4 : 4 + size]))
            del self._inbox[: 4 + size]
        return found

    def look_at_clocks(self) -> None:
        """Set `state` if the child has used up its CPU or wall time."""
        elapsed = time.monotonic() - self.started
        if elapsed * _CORES > self.limits.cpu_s and self.cpu_s() > self.limits.cpu_s:
            self.state = self.state or "cpu"
        elif elapsed > self.limits.wall_s:
            self.state = self.state or "wall"

    def cpu_s(self) -> float:
        """Return the CPU seconds that the child has used; 0 once it is gone."""
        try:
            return time.clock_gettime((~self.pid << 3) | 2)  # the kernel's clock id for a process's CPU time
        except OSError:
            return 0.0

    def patience(self, now: float) -> float:
        """Return the seconds that may pass before a clock could run out."""
        elapsed = now - self.started
        cpu = max((self.limits.cpu_s - elapsed) / _CORES, 0.01)
        return max(min(_BEAT_S, self.limits.wall_s - elapsed + 0.001, cpu), 0.001)

    def end(self, reply: bytes = b"") -> Run:
        """Kill, reap, read what is left of a program's output, and account."""
        try:
            os.kill(self.pid, walls.SIGKILL)
        except ProcessLookupError:
            pass
        _, status, usage = os.wait4(self.pid, 0)
        os.close(self.control)
        if self.keep_out and self.state in ("replied", "exited"):
            while self.state != "output" and (data := os.read(self.out, 65536)):
                self._take_out(data)
        os.close(self.out)
        cpu = usage.ru_utime + usage.ru_stime
        ending, detail, code = self.state, "", 0
        if ending == "exited":
            ending, detail, code = self._explain(status, cpu)
        elif ending != "replied":
            detail = self._limit_words(ending)
        return Run(ending, detail, code, reply, bytes(self._taken), cpu, usage.ru_maxrss / 1024)

    def _limit_words(self, ending: str) -> str:
        return {
            "cpu": f"used more than {self.limits.cpu_s:g} s of CPU time",
            "wall": f"took more than {self.limits.wall_s:g} s",
            "output": f"wrote more than {self.limits.output_kb} KiB",
            "memory": f"ran out of its {self.limits.memory_mb} MiB of memory",
            "garbled": "its reply was not a message of plain data",
        }.get(ending, "")

    def _explain(self, status: int, cpu: float) -> tuple[str, str, int]:
        if os.WIFEXITED(status):
            code = os.WEXITSTATUS(status)
            return "exited", f"ended by itself with exit code {code} and without a reply", code
        number = os.WTERMSIG(status)
        if number == walls.SIGKILL and cpu >= self.limits.cpu_s:
            return "cpu", self._limit_words("cpu"), -number
        if number == walls.SIGKILL:
            return (
                "signalled",
                "closed its descriptors and lived on, or was killed for want of memory",
                -number,
            )
        return "signalled", f"ended by signal {number}", -number


class Mother:
    """The process that forks the children, so that the one which watches them is never copied.

    After a fork, both sides copy each page that either writes to. The worker writes to many while it serves a
    job; its mother does next to nothing between two forks. They share one table of descriptors, and children
    are made siblings of their mother: the worker hands over the child's ends by number, and it alone watches,
    kills and reaps.

    Args:
        child_main: called in each child with its control and output descriptors.
        settle: called in the mother before her first child.
    """

    def __init__(self, child_main: Callable[[int, int], None], settle: Callable[[], None]) -> None:
        orders, self._orders = os.pipe()
        self._answers, answers = os.pipe()
        self._waiting: tuple[int, int, int, int] | None = None
        self.pid = walls.clone_mother()
        if self.pid == 0:
            try:
                settle()
                _bear(orders, answers, child_main)
            finally:
                os._exit(98)

    def order(self) -> None:
        """Ask for a child, unless one is on its way; returns at once."""
        if self._waiting is None:
            ours, theirs = walls.socketpair()
            out, out_write = os.pipe()
            self._waiting = ours, theirs, out, out_write
            os.write(self._orders, bytes((self._waiting[1], out_write)))

    def take(self) -> Child:
        """Return the child that was ordered, or order one and wait for it.

        Raises: walls.WallError: if the kernel refuses its namespaces, or the mother is gone.
        """
        self.order()
        assert self._waiting is not None  # order() has set it
        control, theirs, out, out_write = self._waiting
        self._waiting = None
        if not self._answered():
            raise walls.WallError(
                "a child's namespaces", errno.ETIMEDOUT, "The process that forks children is gone."
            )
        pid = int.from_bytes(os.read(self._answers, 4), "big", signed=True)
        os.close(theirs)
        os.close(out_write)
        if pid < 0:
            raise walls.WallError("a child's namespaces", -pid, walls.ADVICE_NAMESPACES)
        os.set_blocking(out, False)
        return Child(pid, control, out)

    def _answered(self) -> bool:
        """Wait for an answer while there is somebody to give it: sharing her descriptors hides her end."""
        until = time.monotonic() + _BIRTH_S
        while time.monotonic() < until:
            if select.select([self._answers], [], [], 0.1)[0]:
                return True
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                return False
        return False


def _bear(orders: int, answers: int, child_main: Callable[[int, int], None]) -> None:
    while True:
        control, out = os.read(orders, 2)
        pid = walls.clone_child()
        if pid == 0:
            child_main(control, out)
            os._exit(0)
        os.write(answers, pid.to_bytes(4, "big", signed=True))


def pump(children: Sequence[Child], on_message: Callable[[Child, bytes], bool]) -> None:
    """Serve started children until one of them has ended the job; its `state` says how.

    Args:
        children: each with limits and clocks of its own.
        on_message: called with each whole message; returns True to end the job.
    """
    poll = select.poll()
    poll.register(0, 0)  # only to notice that the owner is gone
    owners = {fd: child for child in children for fd in (child.control, child.out)}
    for fd in owners:
        poll.register(fd, select.POLLIN)
    while True:
        for child in children:
            if child.wants_to_write:
                poll.modify(child.control, select.POLLIN | select.POLLOUT)
        now = time.monotonic()
        for fd, event in poll.poll(min(child.patience(now) for child in children) * 1000):
            if fd == 0:
                _bury(children)
            child = owners[fd]
            if event & select.POLLOUT:
                child.flush()
                if not child.wants_to_write:
                    poll.modify(fd, select.POLLIN)
            if event & ~select.POLLOUT:
                if any(on_message(child, message) for message in child.receive(fd)):
                    return
                if not child.is_open(fd):
                    poll.unregister(fd)
            if child.state:
                return
        for child in children:
            child.look_at_clocks()
            if child.state:
                return


def _bury(children: Sequence[Child]) -> None:
    for child in children:
        child.state = "wall"
        child.end()
    os._exit(0)
