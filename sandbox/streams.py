"""The link to a worker in a container: one stream through the daemon, output and errors interleaved in it.

The daemon puts eight bytes before each piece that it passes on: which of the two it is, and how long.
Source: Docker Engine API, "Attach to a container", stream format.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable

from rlvr_gym.sandbox.cgroups import MemoryGroup

__all__ = ["ExecLink"]

_HEAD = struct.Struct(">BxxxI")
_OUT, _ERR = 1, 2
_PIECE = 1 << 18
_WORDS = 4096  # bytes of a worker's standard error that are kept
_LAST_WORDS_S = 2.0


class ExecLink:
    """A worker that runs as an exec of a container.

    Args:
        stream: non-blocking, to the exec's standard streams.
        name: for logs.
        end: ends the worker for certain, whatever it does; called once, on close.
        explain: says how the exec ended, where the daemon knows.
    """

    pid: int | None = None  # it lives in the container's namespace, maybe on another machine
    group: MemoryGroup | None = None  # the container's bound is all there is
    ahead = 16  # jobs on the road: each turn through the daemon costs more than through a pipe

    def __init__(
        self, stream: socket.socket, name: str, end: Callable[[], None], explain: Callable[[], str]
    ) -> None:
        self.source = self.to = stream.fileno()
        self.name = name
        self._stream, self._end, self._explain = stream, end, explain
        self._inbox, self._said, self._closed = bytearray(), bytearray(), False

    def read(self) -> bytes:
        """Return what the worker wrote, b"" at the end. Raises: BlockingIOError: if nothing has come."""
        try:
            data = self._stream.recv(_PIECE)
        except (ConnectionError, TimeoutError):
            data = b""
        self._inbox += data
        written = self._demultiplex()
        if data and not written:
            raise BlockingIOError
        return written

    def _demultiplex(self) -> bytes:
        pieces, at, inbox = [], 0, self._inbox
        while len(inbox) - at >= _HEAD.size:
            kind, size = _HEAD.unpack_from(inbox, at)
            if len(inbox) - at - _HEAD.size < size:
                break
            at += _HEAD.size
            if kind == _OUT:
                pieces.append(bytes(inbox[at : at + size]))
            elif kind == _ERR:
                self._said += inbox[at : at + size]
            at += size
        del inbox[:at], self._said[:-_WORDS]
        return b"".join(pieces)

    def write(self, data: bytes | bytearray) -> int:
        """Return how much the stream takes now. Raises: BlockingIOError: if nothing. OSError: at its end."""
        return self._stream.send(data)

    def last_words(self) -> str:
        """Return the end of its standard error, or how it ended; waits for the end of the stream a little."""
        until = time.monotonic() + _LAST_WORDS_S
        try:
            self._stream.shutdown(socket.SHUT_WR)  # a worker that still lives leaves now
            while (left := until - time.monotonic()) > 0:
                self._stream.settimeout(left)
                if not (data := self._stream.recv(_PIECE)):
                    break
                self._inbox += data
                self._demultiplex()
        except OSError:
            pass  # what has come by now is what there is
        return self._said.decode("utf-8", "replace")[-600:].strip() or self._explain()

    def close(self) -> None:
        """End the worker. Closing twice is harmless."""
        if not self._closed:
            self.forget()
            self._end()

    def forget(self) -> None:
        """Close this copy's descriptor; the worker belongs to another."""
        self._closed = True
        self._stream.close()
