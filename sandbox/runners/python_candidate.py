"""The candidate's half of a judged job: load the program, then answer the judge's requests by plain data.

Objects that are not plain stay here; the judge gets a numbered handle {"\\0handle": n} to them.
"""

from __future__ import annotations

import types
from typing import Any

from rlvr_gym.sandbox import walls, wire
from rlvr_gym.sandbox.runners import program

__all__ = ["HANDLE", "run"]

HANDLE = "\0handle"
_ENOUGH = 1 << 30


def run(job: dict[str, Any]) -> bytes:
    """Serve requests until the worker ends this child; only a program that does not load returns."""
    try:
        module = program.load(job["source"], "solution")
        names = [
            name
            for name, value in vars(module).items()
            if type(name) is str and not name.startswith("__") and not isinstance(value, types.ModuleType)
        ]
    except MemoryError:
        raise
    except BaseException as error:  # SystemExit too: nothing is left that could be called
        _send({"load_error": program.explain(error)})
        wire.receive_message(walls.CONTROL)  # nothing comes: the worker ends this child with the job
    else:
        _send({"names": names})
        _serve(module)
    return wire.encode(None, _ENOUGH)


def _send(value: dict[str, Any]) -> None:
    wire.send_message(walls.CONTROL, b"V" + wire.encode(value, _ENOUGH))


def _serve(module: types.ModuleType) -> None:
    objects: list[Any] = []
    while (message := wire.receive_message(walls.CONTROL)) is not None:
        request = wire.decode(message)
        try:
            reply = {"ok": _export(_perform(module, request, objects), objects)}
        except MemoryError:
            raise
        except BaseException as error:  # the judge raises it on its side
            reply = {"raise": type(error).__name__, "message": program.explain(error).partition(": ")[2]}
        _send(reply)


def _perform(module: types.ModuleType, request: dict[str, Any], objects: list[Any]) -> Any:
    args = [_resolve(value, objects) for value in request["args"]]
    operation, target = request["op"], _resolve(request["target"], objects)
    if operation == "name":
        return getattr(module, args[0])
    if operation == "call":
        kwargs = {key: _resolve(value, objects) for key, value in request["kwargs"].items()}
        return target(*args, **kwargs)
    return _OPERATIONS[operation](target, *args)


def _set_item(target: Any, key: Any, value: Any) -> None:
    target[key] = value


_OPERATIONS: dict[str, Any] = {
    "getattr": getattr,
    "setattr": setattr,
    "getitem": lambda target, key: target[key],
    "setitem": _set_item,
    "len": len,
    "bool": bool,
    "str": str,
    "iter": iter,
    "next": next,
}


def _resolve(value: Any, objects: list[Any]) -> Any:
    kind = type(value)
    if kind is dict:
        if len(value) == 1 and HANDLE in value:
            return objects[value[HANDLE]]
        return {_resolve(key, objects): _resolve(item, objects) for key, item in value.items()}
    if kind is list or kind is tuple:
        return kind(_resolve(item, objects) for item in value)
    return value


def _export(value: Any, objects: list[Any]) -> Any:
    """Return the value if it is plain, else plain containers with handles in place of what is not."""
    try:
        wire.encode(value, _ENOUGH)
    except wire.WireError:
        kind = type(value)
        if kind is list or kind is tuple:
            return kind(_export(item, objects) for item in value)
        if kind is dict:
            return {key: _export(item, objects) for key, item in value.items()}
        for number, known in enumerate(objects):
            if known is value:
                return {HANDLE: number}
        objects.append(value)
        return {HANDLE: len(objects) - 1}
    return value
