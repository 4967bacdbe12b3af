"""Run a whole program on one standard input; its standard output goes to descriptor 1 as it is."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

from rlvr_gym.sandbox.runners import program

__all__ = ["run"]


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Run job["source"] as `__main__` with job["stdin"] on descriptor 0.

    Returns: {"exit": status, "detail": text}. A program that leaves by `os._exit` never comes back here;
        the worker then knows its status from the kernel.
    """
    _attach_input(job["stdin"])
    code, detail = 0, ""
    try:
        program.load(job["source"], "__main__")
        sys.stdout.flush()
    except MemoryError:
        raise
    except SystemExit as error:
        code, detail = _status(error.code)
    except BaseException as error:  # an uncaught exception is exit status 1, as for any Python program
        code, detail = 1, program.trace(error)
    try:
        sys.stdout.flush()
    except Exception as error:  # the program closed or replaced its output
        code, detail = code or 1, detail or program.explain(error)
    return {"exit": code, "detail": detail}


def _attach_input(text: str) -> None:
    with open("stdin", "wb") as file:
        file.write(text.encode("utf-8", "surrogatepass"))
    fd = os.open("stdin", os.O_RDONLY)
    os.dup2(fd, 0)
    os.close(fd)
    os.unlink("stdin")
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, "r", closefd=False)), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False)), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(io.BufferedWriter(io.FileIO(2, "w", closefd=False)), encoding="utf-8")


def _status(code: object) -> tuple[int, str]:
    if code is None:
        return 0, ""
    if type(code) is int:
        return code & 255, "" if code == 0 else f"SystemExit: {code}"
    return 1, f"SystemExit: {code!s:.200}"
