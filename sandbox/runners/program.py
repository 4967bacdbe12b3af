"""Load a program from text inside the walls, and put its failures into words."""

from __future__ import annotations

import sys
import types

__all__ = ["NAME", "explain", "load", "trace"]

NAME = "solution.py"
_sources: list[str] = []  # of the program loaded last; only a traceback needs it


def load(source: str, name: str) -> types.ModuleType:
    """Execute a program as a module of that name.

    Raises: whatever compiling or running it raises.
    """
    module = types.ModuleType(name)
    module.__file__ = NAME
    sys.modules[name] = module
    _sources[:] = [source]
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
        import linecache
        import traceback

        if _sources:
            source = _sources[-1]
            linecache.cache[NAME] = (len(source), None, source.splitlines(keepends=True), NAME)
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == NAME]
        return ("".join(traceback.format_list(frames[-8:])) + explain(error))[-2000:]
    except Exception:
        return explain(error)
