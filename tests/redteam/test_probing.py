"""Keys whose hashes all differ, and whose places in a table do not: what reading them costs the host."""

from __future__ import annotations

import time

import pytest

from rlvr_gym.sandbox import Sandbox, wire
from tests.redteam.arena import HOST_S, judged, quiet

_BITS, _KEYS = 16, 43_600  # just below what a dict of 2**16 slots holds
_SEND = """
import os
def solve(value):
    data = b"V" + BODY
    view = memoryview(len(data).to_bytes(4, "big") + data)
    while view:
        view = view[os.write(3, view):]
"""


def _walkers() -> list[int]:
    """Return integers: the first half fills one long arc of CPython's probe cycle i -> 5i+1, each other walks it.

    Source: CPython, Objects/dictobject.c, "Major subtleties ahead".
    """
    size = 1 << _BITS
    mask = size - 1
    cycle, at = [], 12345
    for _ in range(size):
        cycle.append(at)
        at = (5 * at + 1) & mask
    place = {slot: number for number, slot in enumerate(cycle)}
    length = _KEYS // 2
    keys, used = cycle[:length], bytearray(size)
    for slot in keys:
        used[slot] = 1
    number = size
    while len(keys) < _KEYS:
        number += 1
        perturb, at = number, number & mask
        while used[at] and perturb:
            perturb >>= 5
            at = (5 * at + perturb + 1) & mask
        if perturb == 0 and used[at] and place[at] < length // 2:
            keys.append(number)
            used[cycle[length]] = 1  # where it ends, and the arc grows by it
            length += 1
    return keys


@pytest.fixture(scope="module")
def bodies() -> dict[str, bytes]:
    """Both containers, as a program would write them: less than half a megabyte each."""
    keys = _walkers()
    return {
        "set": b'{"\\u0000s":[%s]}' % b",".join(b"%d" % key for key in keys),
        "dict": b'{"\\u0000d":[%s]}' % b",".join(b"[%d,0]" % key for key in keys),
    }


@pytest.mark.parametrize("kind", ["set", "dict"])
def test_reading_keys_that_walk_the_table_costs_little(bodies: dict[str, bytes], kind: str) -> None:
    """No two hashes are the same, so a count of equal hashes sees nothing."""
    assert len(bodies[kind]) < 1 << 19
    started = time.thread_time()
    try:
        wire.decode(bodies[kind])
    except wire.WireError:
        pass
    assert time.thread_time() - started < HOST_S


@pytest.mark.parametrize("style", ["calls", "program"])
@pytest.mark.parametrize("kind", ["set", "dict"])
def test_such_an_answer_costs_the_host_little(
    cell: Sandbox, bodies: dict[str, bytes], kind: str, style: str
) -> None:
    """The same by the real road, from a program."""
    with quiet(cell):
        verdict = judged(cell, style, f"BODY = {bodies[kind]!r}{_SEND}")
    assert verdict.reward == 0.0, verdict
