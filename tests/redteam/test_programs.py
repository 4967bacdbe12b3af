"""Every attack of the corpus, by the real road, in every judging style that it applies to."""

from __future__ import annotations

import pytest

from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Outcome
from tests.redteam.arena import BRIEF, HONEST, LIMITS, judged, quiet
from tests.redteam.corpus import STYLES, Attack, attacks

_ATTACKS = attacks()


@pytest.mark.parametrize("attack", _ATTACKS, ids=lambda attack: attack.label)
def test_attack_earns_nothing_and_leaves_nothing(cell: Sandbox, attack: Attack) -> None:
    """A hostile program gets reward 0 under the right name, in time, and the worker is as it was before."""
    limits = BRIEF if "TIMEOUT" in attack.outcomes else LIMITS
    with quiet(cell):
        verdict = judged(cell, attack.style, attack.program, limits)
    assert verdict.reward == 0.0, verdict
    assert verdict.outcome.value in attack.outcomes, verdict


@pytest.mark.parametrize("style", ["calls", "judge", "program"])
def test_honest_program_is_correct(cell: Sandbox, style: str) -> None:
    """The tasks that the attacks are thrown at can be solved, in every style that they share."""
    with quiet(cell):
        verdict = judged(cell, style, HONEST)
    assert verdict.outcome is Outcome.CORRECT, verdict


def test_corpus_covers_every_listed_attack() -> None:
    """The corpus holds at least eighty programs and uses every style of judging."""
    assert len({(attack.number, attack.name) for attack in _ATTACKS}) >= 80
    assert {attack.style for attack in _ATTACKS} == set(STYLES)
    assert len({attack.label for attack in _ATTACKS}) == len(_ATTACKS)
