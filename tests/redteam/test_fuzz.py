"""Random hostile programs: some of a fixed seed, some of a fresh one. `tests/redteam/fuzz.py` runs many more."""

from __future__ import annotations

import secrets

import pytest

from rlvr_gym.sandbox import Sandbox
from tests.redteam import fuzz, hostile

_PROGRAMS = 200


@pytest.mark.parametrize("seed", [1, secrets.randbelow(1 << 32)], ids=["fixed", "fresh"])
def test_random_hostile_programs_earn_nothing_and_leave_nothing(seed: int) -> None:
    """No program gets a reward or no verdict, spoils the honest check after it, or leaves a trace."""
    print(f"fresh programs: python -m tests.redteam.fuzz --seed {seed} --programs {_PROGRAMS}")  # noqa: T201  # shown where it fails
    with Sandbox("native", workers=1, recycle_after=10**9) as sandbox:
        finds = list(fuzz.run(sandbox, seed, range(_PROGRAMS)))
    assert finds == [], finds[0].text


def test_program_of_an_index_is_always_the_same() -> None:
    """A find can be repeated from its seed and index alone, and another seed gives other programs."""
    assert hostile.program(3, 4) == hostile.program(3, 4)
    assert hostile.answer(3, 4) == hostile.answer(3, 4)
    assert len({hostile.program(seed, index)[1] for seed in (1, 2) for index in range(100)}) > 190


def test_most_random_programs_are_programs() -> None:
    """The grammar writes Python: what does not compile attacks nothing."""
    compiled = 0
    for index in range(200):
        try:
            compile(hostile.program(5, index)[1], "hostile.py", "exec")
            compiled += 1
        except (SyntaxError, ValueError, UnicodeEncodeError):
            pass
    assert compiled >= 180
