"""What a pool needs of its backend: workers, each behind a stream, whatever carries it."""

from __future__ import annotations

import os
import subprocess
from typing import Protocol

from rlvr_gym.sandbox.cgroups import MemoryGroup

__all__ = ["Backend", "Link", "PipeLink"]


class Link(Protocol):
    """Both ends of one worker's stream; the worker lives as long as it.

    `source` and `to` are the descriptors to poll for reading and for writing, maybe the same one. `name` is
    for logs. `pid` is the worker's process on this host, None where it cannot be seen from here. `ahead` is
    how many jobs it may hold at a time: one runs, the others wait on the road, more where that is long.
    `group` bounds its memory and that of its children, None where nothing of ours does.
    """

    source: int
    to: int
    name: str
    pid: int | None
    ahead: int
    group: MemoryGroup | None

    def read(self) -> bytes:
        """Return what has come, b"" at the end. Raises: BlockingIOError: if nothing whole has come."""

    def write(self, data: bytes | bytearray) -> int:
        """Return how much was taken. Raises: BlockingIOError: if nothing. OSError: if the worker is gone."""

    def last_words(self) -> str:
        """Return what a worker that did not start has said."""

    def close(self) -> None:
        """End the worker. Closing twice is harmless."""

    def forget(self) -> None:
        """Let go of the descriptors without ending the worker: this is a forked copy of its owner."""


class Backend(Protocol):
    """What one pool starts its workers by. `name` is "native", "docker" or "auto"."""

    name: str

    def launch(self, image: str) -> Link:
        """Start a worker of that image; its first frame says whether the walls stand.

        Raises: SandboxUnavailable: where that cannot be; says what to do.
        """

    def profile(self, image: str) -> str:
        """Return the name of the walls behind results of that image."""

    def close(self) -> None:
        """Let go of what the workers stood in, once all are ended. Closing twice is harmless."""

    def forget(self) -> None:
        """Let go of descriptors alone: this is a forked copy of its owner."""


class PipeLink:
    """A worker that is a child process, spoken to over its standard input and output."""

    ahead = 2

    def __init__(self, process: subprocess.Popen[bytes], group: MemoryGroup | None = None) -> None:
        assert process.stdin is not None  # all three are pipes
        assert process.stdout is not None
        self.process, self.group = process, group
        self.source, self.to = process.stdout.fileno(), process.stdin.fileno()
        self.pid: int | None = process.pid
        self.name = f"process {process.pid}"
        os.set_blocking(self.to, False)

    def read(self) -> bytes:
        """Return what has come; called when there is something, or the end."""
        return os.read(self.source, 1 << 18)

    def write(self, data: bytes | bytearray) -> int:
        """Write what the pipe takes now."""
        return os.write(self.to, data)

    def last_words(self) -> str:
        """Return the end of its standard error; ends the worker first, or the reading would not end."""
        self.process.kill()
        said = self.process.stderr.read() if self.process.stderr and not self.process.stderr.closed else b""
        return said.decode("utf-8", "replace")[-600:]

    def close(self) -> None:
        """Kill and reap it, and close the pipes."""
        self.process.kill()
        self._close_pipes()
        self.process.wait()
        if self.group is not None:
            self.group.close()
            self.group = None

    def forget(self) -> None:
        """Close this copy's pipes; the process belongs to another."""
        self._close_pipes()
        self.process.returncode = 0  # not ours to wait for

    def _close_pipes(self) -> None:
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
