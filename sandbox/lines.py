"""Callers in line: for room in a sandbox's queue, and for the workers of one image. First come, first served.

Who leaves hands over to who is next: nobody is woken for nothing, however many wait.
"""

from __future__ import annotations

import threading
from collections import deque

from rlvr_gym.errors import SandboxError
from rlvr_gym.sandbox.worker import Worker

__all__ = ["Crew", "Queue"]

_LEAST = 16  # jobs that a caller is let in with: in smaller pieces, hands would change at every check


class _Ticket:
    """A place in line: `granted` is what its caller got, None once the sandbox is closed."""

    __slots__ = ("_gate", "granted", "wanted")

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.granted: list[Worker] | int | None = None
        self._gate = threading.Lock()
        self._gate.acquire()

    def open(self, granted: list[Worker] | int | None) -> None:
        self.granted = granted
        self._gate.release()

    def wait(self) -> None:
        self._gate.acquire()


def _closed() -> SandboxError:
    return SandboxError("this sandbox is closed; make a new one")


class Queue:
    """Bounds the jobs that wait or run, over all callers.

    A caller with many jobs is let in with some of them, and with more as those are answered, so that a batch
    of any size passes and holds up nobody else's.

    Args:
        bound: most jobs inside at a time.
    """

    def __init__(self, bound: int) -> None:
        self.asked = 0  # jobs of all callers that are not answered, inside or not
        self.inside = 0
        self._bound, self._slice = bound, max(_LEAST, bound // 8)
        self._lock, self._tickets, self._shut = threading.Lock(), deque[_Ticket](), False

    def expect(self, number: int) -> None:
        """Count jobs that somebody will want to run; with a negative number, that he gives up."""
        with self._lock:
            self.asked += number

    def enter(self, number: int, wait: bool) -> int:
        """Let in up to that many jobs of a caller, at least one if he may `wait` for it.

        Raises: SandboxError: if the sandbox is closed before there is room.
        """
        with self._lock:
            room = self._bound - self.inside
            if self._shut and wait:
                raise _closed()
            if room > 0 and not self._tickets:
                return self._admit(number, room)
            if not wait:
                return 0
            ticket = _Ticket(number)
            self._tickets.append(ticket)
        try:
            ticket.wait()
        except BaseException:  # an interrupt: whoever came next must not wait behind nobody
            with self._lock:
                if ticket in self._tickets:
                    self._tickets.remove(ticket)
                elif isinstance(ticket.granted, int):
                    self.inside -= ticket.granted
                self._hand_over()
            raise
        if not isinstance(ticket.granted, int):
            raise _closed()
        return ticket.granted

    def leave(self, answered: int, dropped: int = 0) -> None:
        """Make room for others: so many jobs were answered, so many more are not run."""
        with self._lock:
            self.asked -= answered
            self.inside -= answered + dropped
            if self._tickets:
                self._hand_over()

    def close(self) -> None:
        """Send everybody in line away; who is inside stays."""
        with self._lock:
            self._shut = True
            while self._tickets:
                self._tickets.popleft().open(None)

    def _admit(self, number: int, room: int) -> int:
        granted = min(number, room, self._slice)
        self.inside += granted
        return granted

    def _hand_over(self) -> None:
        while self._tickets:
            room, wanted = self._bound - self.inside, self._tickets[0].wanted
            if room < min(wanted, _LEAST, self._bound):
                return
            self._tickets.popleft().open(self._admit(wanted, room))


class Crew:
    """The workers of one image, and the callers who wait for one.

    Args:
        most: workers that there may be.
    """

    def __init__(self, most: int) -> None:
        self.count = 0  # workers that there are, idle, busy or starting
        self._most, self._idle = most, list[Worker]()
        self._lock, self._tickets, self._shut = threading.Lock(), deque[_Ticket](), False

    @property
    def awaited(self) -> bool:
        """Whether somebody waits for a first worker."""
        return bool(self._tickets)

    def idle(self) -> list[Worker]:
        """Return the workers that serve nobody now."""
        with self._lock:
            return list(self._idle)

    def take(self, wanted: int, wait: bool) -> tuple[list[Worker], int]:
        """Take workers and places for new ones, together up to `wanted`.

        With `wait`, stand in line until there is one; without, take none that others wait for.

        Returns: workers, and the number of workers that the caller has to start.
        Raises: SandboxError: if the sandbox is closed.
        """
        with self._lock:
            if self._shut:
                raise _closed()
            if not self._tickets and (self._idle or self.count < self._most):
                return self._pick(wanted)
            if not wait:
                return [], 0
            ticket = _Ticket(1)
            self._tickets.append(ticket)
        try:
            ticket.wait()
        except BaseException:  # an interrupt: what was handed over meanwhile goes on to the next
            with self._lock:
                if ticket in self._tickets:
                    self._tickets.remove(ticket)
                elif isinstance(ticket.granted, list):
                    self._idle += ticket.granted
                elif ticket.granted is not None:
                    self.count -= ticket.granted
                self._hand_over()
            raise
        if ticket.granted is None:
            raise _closed()
        got = (ticket.granted, 0) if isinstance(ticket.granted, list) else ([], ticket.granted)
        with self._lock:
            more = ([], 0) if self._tickets or self._shut else self._pick(wanted - 1)
        return got[0] + more[0], got[1] + more[1]

    def give_back(self, worker: Worker) -> bool:
        """Take a worker back; False where the sandbox is closed, and its caller has to end it."""
        with self._lock:
            if not self._shut:
                self._idle.append(worker)
                self._hand_over()
            return not self._shut

    def forget(self, number: int) -> None:
        """Make room for as many workers as have ended, or could not be started."""
        with self._lock:
            self.count -= number
            self._hand_over()

    def close(self) -> list[Worker]:
        """Send everybody in line away and hand out the idle workers, to be ended."""
        with self._lock:
            self._shut = True
            while self._tickets:
                self._tickets.popleft().open(None)
            workers, self._idle = self._idle, []
            self.count -= len(workers)
            return workers

    def abandon(self) -> list[Worker]:
        """Return the idle workers of a crew whose lock may be held by a thread that this process lacks."""
        return self._idle

    def _pick(self, wanted: int) -> tuple[list[Worker], int]:
        taken = [self._idle.pop() for _ in range(min(wanted, len(self._idle)))]
        fresh = max(0, min(wanted - len(taken), self._most - self.count))
        self.count += fresh
        return taken, fresh

    def _hand_over(self) -> None:
        while self._tickets and not self._shut and (self._idle or self.count < self._most):
            taken, fresh = self._pick(1)
            self._tickets.popleft().open(taken or fresh)
