"""A child as it lives: it closes its walls, reads one request, and replies.

Each page of the interpreter that a child writes to is copied for it, and those copies are most of what a
check costs: a reference count is a write, and so is all that the interpreter does for the first time. Hence a
worker rehearses this road before it has children, so that they find it trodden, and its mother leaves no
half-filled page for them to write to.

Runs inside the walls; standard library only.
"""

from __future__ import annotations

import ctypes
import os
import resource
from collections.abc import Callable, Mapping
from typing import Any

from rlvr_gym.sandbox import walls, wire
from rlvr_gym.sandbox.children import MEMORY, READY, REQUEST, VALUE

__all__ = ["live", "rehearse", "settle_memory"]

_TIMES = 40  # a road is trodden: the interpreter settles on how to run a function within ten times
_POOL, _FIRST = 1 << 14, 48  # CPython's pool of small objects: its bytes, and where its first object lies
_kept: list[object] = []


def live(
    runners: Mapping[str, Callable[[Any], Any]],
    own_memory: tuple[str, ...],
    place: walls.Place,
    control: int,
    out: int,
) -> None:
    """Close the walls, read one request, run it, write its reply.

    Args:
        runners: by name.
        own_memory: names of runners that set another limit than that of address space.
        place: where the walls are closed.
        control, out: the child's ends of its socket and of its output.
    """
    channel = place.fds[3]
    try:
        walls.enter(control, out, place)
    except BaseException as error:  # whatever it is: tell the worker and run nothing
        os.write(channel, b"!" + str(error).encode()[:500])
        os._exit(97)
    os.write(channel, READY)
    head = wire.read_exact(channel, REQUEST.size)
    if head is None:
        return
    # Not a byte more is read: the next message may already wait behind this one, and is the runner's.
    name_size, size, cpu_s, memory_mb, output_kb = REQUEST.unpack(head)
    request = wire.read_exact(channel, name_size + size)
    if request is None:
        return
    try:
        job = wire.decode(request[name_size:])
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
        name = request[:name_size].decode()
        if name not in own_memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
        value = runners[name](job)
        wire.send_message(channel, VALUE + _written(value, output_kb * 1024))
    except MemoryError:
        wire.send_message(channel, MEMORY)


def _written(value: Any, limit: int) -> bytes:
    if type(value) is bytes:  # a runner that has to look at its own encoding hands it over
        return value
    try:
        return wire.encode(value, limit)
    except wire.WireError as error:
        return wire.encode({"error": f"UnsupportedType: {error}"[:300]}, 1 << 16)


def rehearse(runners: Mapping[str, Callable[[Any], Any]]) -> None:
    """Live through a small job in this very process, where that changes nothing, until it is trodden.

    Raises: walls.WallError: if the job comes back wrong.
    """
    name = "python_calls"
    if name not in runners:
        return
    asked = {"source": "def f(x):\n    return [x]\n", "entry": "f", "calls": [[[1], {}]] * 2}
    job = wire.encode(asked, 1 << 20)
    most = _hard_limit(resource.RLIMIT_CPU), _hard_limit(resource.RLIMIT_AS) >> 20
    request = REQUEST.pack(len(name), len(job), *most, 1024) + name.encode() + job
    place = walls.stand_in()
    ours, theirs = walls.socketpair()
    for _ in range(_TIMES):
        os.write(ours, request)
        live(runners, (), place, theirs, theirs)
        said = os.read(ours, 1 << 16)
    for fd in (*place.fds, ours, theirs):
        os.close(fd)
    if wire.decode(said[len(READY) + 4 + len(VALUE) :]) != {"calls": [{"ok": [1]}] * 2}:
        raise walls.WallError("rehearsal", 0, "The worker's own first job came back wrong.")


def _hard_limit(kind: int) -> int:
    """Return the limit that this process may set itself without giving anything up, as far as one is sent."""
    top = (1 << 32) - 1 if kind == resource.RLIMIT_CPU else (1 << 52) - 1
    hard = resource.getrlimit(kind)[1]
    return top if hard in (resource.RLIM_INFINITY, -1) else min(top, hard)


def settle_memory() -> None:
    """Give free memory back and use up the rest of all begun pools, so that children begin new ones.

    Else each size of small object would cost a child the copy of a pool's head and of the page in use.
    """
    trim = getattr(ctypes.PyDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
    for size in range(16, 513, 16):
        for number in range(1 << 14):  # ends far earlier, but where objects do not come from pools
            one: object = object() if size == 16 else number + 0.5 if size == 32 else bytes(size - 33)
            if id(one) % _POOL == _FIRST:
                break
            _kept.append(one)
