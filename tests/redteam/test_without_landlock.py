"""The walls on a kernel whose Landlock is missing or does not know signals: the other walls must hold alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rlvr_gym.sandbox import Sandbox, native
from rlvr_gym.types import Outcome
from tests.redteam.arena import BRIEF, HONEST, judged
from tests.redteam.corpus import Attack, attacks

# Landlock came with Linux 5.13, its scope for signals with 6.12; the project promises walls from 5.10 on.
_MAIN = (
    "from rlvr_gym.sandbox import walls\n"
    "walls.landlock_abi = lambda: 0\n"
    "from rlvr_gym.sandbox.zygote import main\n"
    "main()\n"
)
_ATTACKS = [
    attack
    for attack in attacks()
    if attack.number in ("13", "18", "19", "28", "29", "31") and attack.style == "calls"
]


@pytest.fixture(scope="module")
def bare() -> Iterator[Sandbox]:
    """A sandbox with one worker that found no Landlock."""
    original = native.bootstrap
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "bootstrap", lambda root, main="": original(root, _MAIN))
        with Sandbox(backend="native", workers=1) as sandbox:
            yield sandbox


@pytest.mark.parametrize("attack", _ATTACKS, ids=lambda attack: attack.label)
def test_attack_earns_nothing_without_landlock(bare: Sandbox, attack: Attack) -> None:
    """Namespaces, rights and the system-call filter alone keep a program from files, signals and sockets."""
    bare.start()
    before = [worker.link.pid for worker in bare.idle_workers()]
    verdict = judged(bare, attack.style, attack.program, BRIEF)
    assert verdict.reward == 0.0, verdict
    assert judged(bare, "calls", HONEST).outcome is Outcome.CORRECT
    assert [worker.link.pid for worker in bare.idle_workers()] == before
