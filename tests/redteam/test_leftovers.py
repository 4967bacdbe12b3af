"""What the kernel keeps of a program that is gone, in the memory group of its worker."""

from __future__ import annotations

import pytest

from rlvr_gym.sandbox import Sandbox
from rlvr_gym.sandbox.cgroups import MemoryGroup, find_place
from rlvr_gym.types import Job, Limits

_LOOK_FOR_NOTHING = """
import os, time
def solve(value):
    pad, look = os.path.dirname(os.__file__) + "/" + "x" * 230, os.access
    while time.process_time() < 4:
        for number in range(value, value + 1000):
            look(f"{pad}{number}", 0)
        value += 1000
    return value
"""


def _group(pool: Sandbox) -> MemoryGroup:
    (worker,) = pool.idle_workers()
    assert worker.link.group is not None
    return worker.link.group


@pytest.mark.skipif(find_place() is None, reason="no cgroup can be made here: run as root")
def test_names_that_a_program_looked_for_cost_the_next_one_nothing() -> None:
    """Each name that is not there is a cached entry, charged to the group: its worker is replaced at once.

    Else the next program that needs memory would reclaim them, on its own CPU clock.
    """
    hostile = {"source": _LOOK_FOR_NOTHING, "entry": "solve", "calls": [[[0], {}]]}
    honest = {"source": "def solve(): return 1", "entry": "solve", "calls": [[[], {}]]}
    with Sandbox("native", workers=1) as pool:
        pool.run([Job("python_calls", honest)] * 3)
        usual = _group(pool).kernel_mb()
        (result,) = pool.run([Job("python_calls", hostile, Limits(20, 120, 512))])
        assert result.value["calls"][0]["ok"] > 100_000  # names, of some 250 bytes each
        pool.run([Job("python_calls", honest)])
        assert _group(pool).kernel_mb() < usual + 50
        assert pool.statistics().recycled == 1
