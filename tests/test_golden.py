"""What a seed yields never changes under one version: a change here is a new `-vN` of the environment."""

from __future__ import annotations

import pytest

from rlvr_gym.registry import load
from rlvr_gym.seeding import digest

GOLDEN = {
    "rlvr/Math-v0": "526293a6a071ae637267ec397ba5be53",
    "rlvr/Code-v0": "d1f0039a88a8868cf92b62dfba3d4dbd",
}


@pytest.mark.parametrize("env_id", GOLDEN)
def test_seeds_yield_what_they_always_did(env_id: str) -> None:
    """Ids, prompts and reference answers of 25 tasks of every split are those of the release."""
    domain = load(env_id)
    tasks = [domain.source.task(split, 7, index) for split in domain.source.splits for index in range(25)]
    texts = [text for task in tasks for text in (task.id, task.prompt, domain.oracle(task))]
    assert digest(*texts).hex()[:32] == GOLDEN[env_id]
