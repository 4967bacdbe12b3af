"""The judge's half of a judged job: run a dataset's test code against a candidate in another child.

The candidate's functions and classes are proxies here; every value that comes back is plain data, so no
method of the candidate's runs beside an assert. Names of builtins and of the standard library always mean
the real ones, and `setup` comes after the candidate's names: a candidate cannot redefine what the test
stands on.
"""

from __future__ import annotations

import builtins
import importlib
import random
import sys
from collections.abc import Iterator
from typing import Any

from rlvr_gym.sandbox import walls, wire
from rlvr_gym.sandbox.runners import program
from rlvr_gym.sandbox.runners.python_candidate import HANDLE

__all__ = ["run"]

_ENOUGH = 1 << 30


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Run job["setup"] and job["test"]; in mode "check" then call check(candidate).

    Args:
        job: "entry" (name), "setup", "test" (source text), "mode" ("check" or "asserts").
    Returns: {"passed": True} or {"passed": False, "error": text}.
    """
    # Children start from one random state: a test must not draw what the candidate can foresee.
    random.seed(job["setup"] + job["test"])
    try:
        hello = _receive()
        if "load_error" in hello:
            return {"passed": False, "error": str(hello["load_error"])[:300], "loaded": False}
        offered = hello.get("names")
        namespace = _bind(
            job, {name for name in offered if type(name) is str} if type(offered) is list else set()
        )
        exec(compile(job["setup"], "setup.py", "exec"), namespace)
        if job["mode"] == "check":
            exec(compile(job["test"], "test.py", "exec"), namespace)
            namespace["check"](_ask("name", None, [job["entry"]]))
        else:
            exec(compile(job["test"], "test.py", "exec"), namespace)
    except MemoryError:
        raise
    except BaseException as error:  # whatever a test raises means that it did not pass
        return {"passed": False, "error": program.explain(error), "loaded": True}
    return {"passed": True}


def _bind(job: dict[str, Any], offered: set[str]) -> dict[str, Any]:
    """Return a namespace in which the free names of setup and test mean something."""
    import ast  # only judges need it: every other child forks without it

    namespace: dict[str, Any] = {"__name__": "judge"}
    used = {
        node.id
        for text in (job["setup"], job["test"])
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Name)
    }
    for name in sorted(used | {job["entry"]}):
        if name == job["entry"] and name in offered:
            namespace[name] = _ask("name", None, [name])
        elif hasattr(builtins, name):
            continue
        elif name in sys.stdlib_module_names:
            namespace[name] = importlib.import_module(name)
        elif name in offered:
            namespace[name] = _ask("name", None, [name])
    return namespace


def _receive() -> dict[str, Any]:
    message = wire.receive_message(walls.CONTROL)
    value = wire.decode(message) if message is not None else None
    if type(value) is not dict:
        raise RuntimeError("the candidate's answer is not a reply")
    return value


def _ask(operation: str, target: Any, args: list[Any], kwargs: dict[str, Any] | None = None) -> Any:
    request = {
        "op": operation,
        "target": _lower(target),
        "args": [_lower(value) for value in args],
        "kwargs": {key: _lower(value) for key, value in (kwargs or {}).items()},
    }
    wire.send_message(walls.CONTROL, b"C" + wire.encode(request, _ENOUGH))
    reply = _receive()
    if "ok" in reply:
        return _lift(reply["ok"])
    kind = getattr(builtins, str(reply.get("raise")), None)
    if kind is StopIteration and operation != "next":
        kind = None  # it would end a lazy loop of the test, and with it the asserts that are left
    if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, UnicodeError):
        raise kind(reply.get("message"))
    raise RuntimeError(f"{reply.get('raise')}: {reply.get('message')}")


def _lower(value: Any) -> Any:
    kind = type(value)
    if kind is Handle:
        return {HANDLE: object.__getattribute__(value, "_number")}
    if kind is list or kind is tuple:
        return kind(_lower(item) for item in value)
    if kind is dict:
        return {_lower(key): _lower(item) for key, item in value.items()}
    return value


def _lift(value: Any) -> Any:
    kind = type(value)
    if kind is dict:
        if len(value) == 1 and type(value.get(HANDLE)) is int:
            return Handle(value[HANDLE])
        return {key: _lift(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return kind(_lift(item) for item in value)
    return value


class Handle:
    """An object in the candidate's child. Equality is identity: it is never asked to compare itself."""

    __slots__ = ("_number",)

    def __init__(self, number: int) -> None:
        object.__setattr__(self, "_number", number)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _ask("call", self, list(args), kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _ask("getattr", self, [name])

    def __setattr__(self, name: str, value: Any) -> None:
        _ask("setattr", self, [name, value])

    def __getitem__(self, key: Any) -> Any:
        return _ask("getitem", self, [key])

    def __setitem__(self, key: Any, value: Any) -> None:
        _ask("setitem", self, [key, value])

    def __len__(self) -> int:
        return int(_ask("len", self, []))

    def __bool__(self) -> bool:
        return bool(_ask("bool", self, []))

    def __str__(self) -> str:
        return str(_ask("str", self, []))

    def __iter__(self) -> Iterator[Any]:
        iterator = _ask("iter", self, [])
        while True:
            try:
                yield _ask("next", iterator, [])
            except StopIteration:
                return

    def __eq__(self, other: object) -> bool:
        return type(other) is Handle and object.__getattribute__(other, "_number") == object.__getattribute__(
            self, "_number"
        )

    def __hash__(self) -> int:
        return hash(object.__getattribute__(self, "_number"))
