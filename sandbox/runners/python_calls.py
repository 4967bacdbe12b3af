"""Call one function of a program with plain arguments; reply with what it claims to return.

Runs inside the walls, in the same process as the program: the program can forge any claim here, and gains
nothing by it, for the expected values are not here.
"""

from __future__ import annotations

from typing import Any

from rlvr_gym.sandbox import wire
from rlvr_gym.sandbox.runners import program

__all__ = ["run"]

_ENOUGH = 1 << 30  # the worker applies the real cap


def run(job: dict[str, Any]) -> bytes:
    """Load job["source"] and call job["entry"] once for each [args, kwargs] of job["calls"].

    Returns: encoded {"calls": [{"ok": value} | {"error": text}]} or {"error": text, "trace": text}.
    """
    try:
        module = program.load(job["source"], "solution")
        function = getattr(module, job["entry"])
        if not callable(function):
            raise TypeError(f"{job['entry']} is not a function")
    except MemoryError:
        raise
    except BaseException as error:  # SystemExit too: a program that exits while loading has no function
        return wire.encode({"error": program.explain(error), "trace": program.trace(error)}, _ENOUGH)
    answers = [_call(function, args, kwargs) for args, kwargs in job["calls"]]
    return b'{"calls":[' + b",".join(answers) + b"]}"


def _call(function: Any, args: list[Any], kwargs: dict[str, Any]) -> bytes:
    """Return one call's encoded answer, written at once: the program may change its objects in the next."""
    try:
        value = function(*args, **kwargs)
    except MemoryError:
        raise
    except BaseException as error:  # a call that exits or is interrupted has failed like any other
        return wire.encode({"error": program.explain(error), "trace": program.trace(error)}, _ENOUGH)
    try:
        return b'{"ok":' + wire.encode(value, _ENOUGH) + b"}"
    except wire.WireError as error:
        return wire.encode({"error": f"UnsupportedType: {error}"[:300]}, _ENOUGH)
