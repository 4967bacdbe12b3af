"""Compile a C++ program with a harness around one of its functions, or call that function with plain data.

The harness is `cpp_calls.hpp`. It shares its process with the program, which can forge any claim, and gains
nothing by it, for the expected values are not there.
"""

from __future__ import annotations

import os
from typing import Any

from rlvr_gym.sandbox.runners import compilers, cpp_program

__all__ = ["run", "words"]

with open(f"{os.path.dirname(os.path.abspath(__file__))}/cpp_calls.hpp", encoding="utf-8") as _file:
    _HARNESS = _file.read()
# The standard headers come first, for they are precompiled; programs may have a main and macros of their own.
_BEFORE = """#include <bits/stdc++.h>
#include "rlvr_calls.hpp"
#define main rlvr_main
#line 1 "solution.cpp"
"""
_AFTER = """
#undef main
#undef int
#line 1 "calls"
int main() { ::rlvr_calls::serve(&::%s); }
"""


def run(job: dict[str, Any]) -> bytes:
    """Compile job["source"] to call job["entry"], or run job["binary"] with the arguments in job["calls"].

    Returns: what the compiling child replies. A child that runs becomes the harness, whose reply is
        {"calls": [{"ok": value} | {"error": text}]}.
    """
    if "binary" in job:
        calls = [words(args) for args in job["calls"]]
        text = b"".join(b"%d:%b" % (len(call), call) for call in calls)
        cpp_program.start(job["binary"], text, job["memory_mb"])
    compilers.write_file("rlvr_calls.hpp", _HARNESS)
    compilers.write_file("calls.cpp", _BEFORE + job["source"] + _AFTER % job["entry"])
    return cpp_program.build("calls.cpp", job["cpu_s"])


def words(value: Any) -> bytes:
    """Write a value as the harness reads it. Raises: TypeError: if it is not plain."""
    kind = type(value)
    if value is None:
        return b"n"
    if kind is bool:
        return b"t" if value else b"f"
    if kind is int:
        return b"i%d;" % value
    if kind is float:
        return b"d%b;" % repr(value).encode()
    if kind is str:
        text = value.encode("utf-8", "surrogatepass")
        return b"s%d:%b" % (len(text), text)
    if kind in (list, tuple, set, frozenset):
        return b"l%d;%b" % (len(value), b"".join(words(item) for item in value))
    if kind is dict:
        return b"m%d;%b" % (len(value), b"".join(words(part) for pair in value.items() for part in pair))
    raise TypeError(f"{kind.__name__} has no place in C++")
