"""Check the syntax of a JavaScript program, or run it on one input; its output goes to descriptor 1."""

from __future__ import annotations

import os
import re
import resource
from typing import Any, NoReturn

from rlvr_gym.sandbox.runners import compilers

__all__ = ["check", "is_module", "run", "start"]

# A program with import or export at the start of a line is an ES module; one that calls require is not.
_MODULE = re.compile(r"^\s*(?:import\b\s*[\w{*'\"$]|export\b)", re.MULTILINE)
# node queues what a full pipe does not take, and drops the queue at process.exit: let it wait instead.
_WAIT = "process.stdout._handle?.setBlocking?.(true);"
_ENGINE_MB = 128  # what node itself maps, threads' stacks included, beside a program's data


def run(job: dict[str, Any]) -> bytes:
    """Check job["source"] within job["cpu_s"], or run it on job["stdin"].

    Returns: what the checking child replies; a child that runs never comes back here.
    """
    name = "solution.mjs" if is_module(job["source"]) else "solution.js"
    compilers.write_file(name, job["source"])
    if "stdin" not in job:
        return check(name, job)
    compilers.attach_input(job["stdin"])
    os.set_inheritable(3, False)  # it has nothing to say there
    return start(name, job["memory_mb"])


def is_module(source: str) -> bool:
    """Whether that is the source of an ES module."""
    return _MODULE.search(source) is not None and "require(" not in source


def check(name: str, job: dict[str, Any]) -> bytes:
    """Check the syntax of a file of the child's folder; return the child's reply."""
    _limit(job["memory_mb"])
    return (
        compilers.compile_with([compilers.tools["node"], "--check", name], job["cpu_s"]) or compilers.BINARY
    )


def start(name: str, memory_mb: int) -> NoReturn:
    """Become node and run that file.

    V8 reserves address space by the hundred MiB, so what is limited is data: its heap by its own flag, and
    all writable memory by the kernel.
    """
    _limit(memory_mb)
    compilers.write_file("wait.js", _WAIT)
    heap = f"--max-old-space-size={memory_mb}"
    flags = ["--require=./wait.js", heap, "--random-seed=1", "--stack-size=6500"]
    compilers.become([compilers.tools["node"], *flags, name], 8 << 20)


def _limit(memory_mb: int) -> None:
    size = (memory_mb + _ENGINE_MB) << 20
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))
