"""Load a program from text inside the walls, and put its failures into words."""

from __future__ import annotations

import linecache
import os
import sys
import traceback
import types

__all__ = ["NAME", "attach_null", "explain", "load", "trace"]

NAME = "solution.py"


def attach_null() -> None:
    """Give descriptors 0 and 2, closed by the walls, to /dev/null, so that reading and writing them is harmless."""
    os.dup2(os.open("/dev/null", os.O_RDWR), 2)


def load(source: str, name: str) -> types.ModuleType:
    """Execute a program as a module of that name.

    Raises: whatever compiling or running it raises.
    """
    module = types.ModuleType(name)
    module.__file__ = NAME
    sys.modules[name] = module
    linecache.cache[NAME] = (len(source), None, source.splitlines(keepends=True), NAME)
    exec(compile(source, NAME, "exec"), module.__dict__)  # the walls are what makes this safe
    return module


def explain(error: BaseException) -> str:
    """Return "Type: message" in at most 300 characters, whatever the exception's own methods do."""
    try:
        return f"{type(error).__name__}: {error}"[:300]
    except Exception:
        return f"{type(error).__name__}: (its message cannot be shown)"


def trace(error: BaseException) -> str:
    """Return the traceback through the program's own lines, at most 2,000 characters."""
    try:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == NAME]
        return ("".join(traceback.format_list(frames[-8:])) + explain(error))[-2000:]
    except Exception:
        return explain(error)
