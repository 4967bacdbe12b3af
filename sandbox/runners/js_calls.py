"""Call one function of a JavaScript program with plain data; the harness is `js_calls.js`.

It shares its process with the program, which can forge any claim, and gains nothing by it, for the expected
values are not there.
"""

from __future__ import annotations

import json
import math
import os
from typing import Any

from rlvr_gym.sandbox.runners import compilers, js_program

__all__ = ["run"]

with open(f"{os.path.dirname(os.path.abspath(__file__))}/js_calls.js", encoding="utf-8") as _file:
    _HARNESS = _file.read()
_SAFE = (1 << 53) - 1  # the largest integer that a Number tells from its neighbours


def run(job: dict[str, Any]) -> bytes:
    """Check job["source"] within job["cpu_s"], or call job["entry"] with the arguments in job["calls"].

    Returns: what the checking child replies. A child that runs becomes the harness, whose reply is
        {"calls": [{"ok": value} | {"error": text}]}, or {"error": text} if the program does not load.
    """
    module = js_program.is_module(job["source"])
    name = "solution.mjs" if module else "solution.js"
    if "calls" not in job:
        compilers.write_file(name, job["source"])
        return js_program.check(name, job)
    export = f"\n;export {{ {job['entry']} as rlvr_gym_entry }};\n" if module else ""
    compilers.write_file(name, job["source"] + export)
    calls = [_exact(args) for args in job["calls"]]
    compilers.write_file("job.json", json.dumps({"entry": job["entry"], "module": module, "calls": calls}))
    compilers.write_file("rlvr_calls.js", _HARNESS)
    return js_program.start("rlvr_calls.js", job["memory_mb"])


def _exact(value: Any) -> Any:
    """Write a value as the harness reads it: the tags of `wire`, and integers that a Number would round.

    Raises: TypeError: if it is not plain.
    """
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is int:
        return value if -_SAFE <= value <= _SAFE else {"\0i": hex(value)}
    if kind is float:
        return value if math.isfinite(value) else {"\0f": repr(value)}
    if kind in (list, tuple):
        return [_exact(item) for item in value]
    if kind in (set, frozenset):
        return {"\0s": [_exact(item) for item in value]}
    if kind is dict:
        if all(type(key) is str and key[:1] != "\0" for key in value):
            return {key: _exact(item) for key, item in value.items()}
        return {"\0d": [[_exact(key), _exact(item)] for key, item in value.items()]}
    raise TypeError(f"{kind.__name__} has no place in JavaScript")
