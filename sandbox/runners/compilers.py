"""What the runners of compiled languages share: compiling in one child, starting what came of it in another.

A child that compiles stays what it is, Python and the first process of its namespace, and starts a compiler
as its own child; a child that runs becomes the program by execve, so that the worker's clocks and limits are
the program's own. Either has installed its last filter by then.
"""

from __future__ import annotations

import os
import re
import resource
import struct
import subprocess
from collections.abc import Sequence
from typing import NoReturn

from rlvr_gym.sandbox import walls

__all__ = [
    "BINARY",
    "ERROR",
    "SLOW",
    "attach_input",
    "become",
    "compile_with",
    "need_memory",
    "use",
    "write_file",
]

BINARY, ERROR, SLOW = b"B", b"E", b"S"  # what a compiling child replies: a program, diagnostics, out of time
tools = {"cxx": "", "node": "", "path": "", "prepared": ""}
_TEXT = 4000  # characters of diagnostics that are kept
_OUT_OF_MEMORY = re.compile(
    rb"out of memory allocating|virtual memory exhausted|memory exhausted|Cannot allocate memory"
    rb"|JavaScript heap out of memory|Killed signal terminated"
)
_UNPRINTABLE = re.compile(
    r"[^\n\t -~\u00a1-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd]|[\u2028-\u202e\u2066-\u2069\ufeff]"
)


def use(found: dict[str, str]) -> None:
    """Remember where the tools lie; called once per worker."""
    tools.update(found)


def _environment() -> dict[str, str]:
    return {
        "PATH": tools["path"],
        "LC_ALL": "C.UTF-8",
        "HOME": "/tmp",
        "TMPDIR": "/tmp",
        "OPENSSL_CONF": "/dev/null",
    }


def write_file(name: str, data: str | bytes) -> None:
    """Write a file of the child's own folder."""
    with open(name, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))


def attach_input(data: str | bytes) -> None:
    """Put data on descriptor 0 as a file that has no name any more."""
    write_file("stdin", data)
    fd = os.open("stdin", os.O_RDONLY)
    os.dup2(fd, 0)
    os.close(fd)
    os.unlink("stdin")


def compile_with(command: Sequence[str], seconds: float) -> bytes:
    """Run a compiler to its end.

    Args:
        command: the program and its arguments.
        seconds: of CPU time for all its processes together; one alone is stopped there, all are judged by it.
    Returns: nothing if it succeeded, else the child's whole reply: SLOW, or ERROR and the diagnostics.
    Raises: MemoryError: if it ran out of memory.
    """
    limit = max(1, int(seconds + 0.999))
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    walls.restrict_program(compiler=True)
    said = bytearray()
    with subprocess.Popen(
        command,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None  # it is a pipe
        while piece := process.stderr.read1(65536):  # type: ignore[attr-defined]  # a BufferedReader
            said += piece[
                : (1 << 18) - len(said)
            ]  # the rest is read and dropped: nobody waits on a full pipe
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    if used.ru_utime + used.ru_stime >= seconds or b"CPU time limit exceeded signal" in said:
        return SLOW
    if process.returncode == 0:
        return b""
    if _OUT_OF_MEMORY.search(said):
        raise MemoryError
    return ERROR + _readable(bytes(said)).encode()


def _readable(said: bytes) -> str:
    """Return the first diagnostics as plain text: printable, without folders of ours, cut at a line."""
    text = _UNPRINTABLE.sub("?", said.decode("utf-8", "replace").replace("/w/tmp/", ""))
    lines = [line for line in text.splitlines() if not line.startswith(("    at ", "Node.js v"))]
    text = "\n".join(lines).strip()
    if len(text) > _TEXT:
        text = text[: max(text.rfind("\n", 0, _TEXT), _TEXT // 2)] + "\n[more follows]"
    return text or "the compiler failed and said nothing"


def need_memory(binary: bytes) -> int:
    """Return the bytes that a program's own segments take: those of a giant array are nowhere in its file."""
    try:
        (table,) = struct.unpack_from("=Q", binary, 32)
        entry, count = struct.unpack_from("=HH", binary, 54)
        kinds = (struct.unpack_from("=I36xQ", binary, table + entry * row) for row in range(count))
        return sum(size for kind, size in kinds if kind == 1)  # PT_LOAD
    except struct.error:
        return 0


def become(command: list[str], stack: int) -> NoReturn:
    """Become a program.

    Args:
        command: the program and its arguments.
        stack: bytes that its stack may take.
    Raises: MemoryError: if it cannot be loaded within the child's memory.
    """
    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    stack = stack if hard == resource.RLIM_INFINITY else min(stack, hard)
    resource.setrlimit(resource.RLIMIT_STACK, (stack, stack))
    walls.restrict_program(compiler=False)
    try:
        os.execve(command[0], command, _environment())
    except OSError:
        raise MemoryError from None  # the file is ours and was made a moment ago: nothing else can be amiss
