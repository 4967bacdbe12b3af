"""Compile a C++ program, or run the compiled one on one standard input; its output goes to descriptor 1."""

from __future__ import annotations

import os
from typing import Any, NoReturn

from rlvr_gym.sandbox.runners import compilers
from rlvr_gym.sandbox.toolchain import CXX_FLAGS

__all__ = ["build", "run", "start"]

_MAX_BINARY = 6 << 20  # it shares its folder with an input of as much again


def run(job: dict[str, Any]) -> bytes:
    """Compile job["source"] within job["cpu_s"], or run job["binary"] on job["stdin"].

    Returns: what the compiling child replies: `compilers.BINARY`, `ERROR` or `SLOW`, and its data. A child
        that runs never comes back here.
    """
    if "binary" in job:
        start(job["binary"], job["stdin"], job["memory_mb"])
    compilers.write_file("solution.cpp", job["source"])
    return build("solution.cpp", job["cpu_s"])


def build(source: str, cpu_s: float) -> bytes:
    """Compile a file of the child's folder; return the child's reply."""
    prepared = compilers.tools["prepared"]
    flags = [*CXX_FLAGS, "-pipe", "-w", "-s", "-I", prepared, "-fmax-errors=5", "-fdiagnostics-color=never"]
    command = [compilers.tools["cxx"], *flags, source, f"{prepared}/guard.o", "-lpthread", "-o", "program"]
    failed = compilers.compile_with(command, cpu_s)
    if failed:
        return failed
    with open("program", "rb") as file:
        binary = file.read(_MAX_BINARY + 1)
    if len(binary) > _MAX_BINARY:
        return compilers.ERROR + b"the compiled program takes more than %d MiB" % (_MAX_BINARY >> 20)
    return compilers.BINARY + binary


def start(binary: bytes, stdin: str | bytes, memory_mb: int) -> NoReturn:
    """Become that program. Raises: MemoryError: if its own segments take more than its memory."""
    if compilers.need_memory(binary) > memory_mb << 20:
        raise MemoryError
    compilers.write_file("program", binary)
    compilers.attach_input(stdin)
    os.chmod("program", 0o700)
    # Threads get stacks of the same size: an eighth leaves room for some.
    compilers.become(["./program"], max(8 << 20, memory_mb << 17))
