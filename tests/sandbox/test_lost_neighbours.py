"""What a worker's end costs the job behind the one that it was at, and what is said of a wall that fails."""

from __future__ import annotations

import pytest

from rlvr_gym.errors import SandboxUnavailable
from rlvr_gym.sandbox import batch
from rlvr_gym.types import Ending
from tests.redteam.takedown import lowered
from tests.sandbox.test_cgroups import HONEST, eat, needs_groups

FIRST_TO_GO = "zygote.Volunteering.__enter__ = lambda self: setattr(self, '_usual', b'1000')"


@needs_groups
def test_a_starved_job_costs_the_one_behind_it_no_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the job that a worker was at counts as tried: where that one is answered, no other was."""
    monkeypatch.setattr(batch, "_ATTEMPTS", 1)  # one attempt counted is one verdict lost
    with lowered(frozenset({"address space"}), FIRST_TO_GO) as sandbox:
        starved, honest = sandbox.attempt([eat(), HONEST])
    assert starved.ending is Ending.MEMORY, starved
    assert getattr(honest, "value", honest) == {"calls": [{"ok": 42}]}


def test_a_wall_that_fails_is_named() -> None:
    """A child that cannot close its walls says which: its words go where they are read."""
    said = pytest.raises(SandboxUnavailable, match="capabilities, Landlock or system-call filter")
    with said, lowered(frozenset(), "walls._capset = lambda *_: -1"):
        pass
