"""What the kernel keeps of a program that is gone, in the memory group of its worker."""

from __future__ import annotations

import secrets

import pytest

from rlvr_gym.sandbox import Sandbox
from rlvr_gym.sandbox.cgroups import MemoryGroup, find_place
from rlvr_gym.types import Job, Limits

_NAMES = 600_000  # some 400 bytes of the kernel's each
_LOOK_FOR_NOTHING = """
import os
def solve(token):
    pad, look = os.path.dirname(os.__file__) + "/" + token + "x" * 200, os.access
    return sum(look(f"{pad}{number}", 0) for number in range(NAMES))
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
    source = _LOOK_FOR_NOTHING.replace("NAMES", str(_NAMES))
    token = secrets.token_hex(8)  # names that no earlier run has looked for, in another group
    hostile = {"source": source, "entry": "solve", "calls": [[[token], {}]]}
    honest = {"source": "def solve(): return 1", "entry": "solve", "calls": [[[], {}]]}
    with Sandbox("native", workers=1) as pool:
        pool.run([Job("python_calls", honest)] * 3)
        usual = _group(pool).kernel_mb()
        (result,) = pool.run([Job("python_calls", hostile, Limits(60, 300, 512))])
        assert result.value == {"calls": [{"ok": 0}]}
        pool.run([Job("python_calls", honest)])
        assert _group(pool).kernel_mb() < usual + 50
        assert pool.statistics().recycled == 1
