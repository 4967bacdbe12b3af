"""A level is measured by the operations of a worked solution; each asks for more of them than the one below."""

from __future__ import annotations

import itertools
import random
import statistics

import pytest

from rlvr_gym.envs.math.tasks import FAMILIES

COUNTED = sorted(name for name in FAMILIES if "steps" in FAMILIES[name](random.Random(0), 1).info)


@pytest.mark.parametrize("family", COUNTED)
def test_every_level_takes_more_steps_than_the_one_below(family: str) -> None:
    """The median number of operations over 200 draws rises strictly from level 1 to level 5."""
    medians = []
    for level in range(1, 6):
        rng = random.Random(f"{family}/{level}")
        medians.append(statistics.median(FAMILIES[family](rng, level).info["steps"] for _ in range(200)))
    assert all(low < high for low, high in itertools.pairwise(medians)), medians


@pytest.mark.parametrize("family", COUNTED)
def test_every_kind_has_three_wordings(family: str) -> None:
    """No kind of problem is told in fewer than three ways."""
    seen: dict[str, set[int]] = {}
    for level in range(1, 6):
        rng = random.Random(f"{family}/{level}")
        for _ in range(300):
            info = FAMILIES[family](rng, level).info
            seen.setdefault(info["kind"], set()).add(info["template"])
    assert all(len(wordings) >= 3 for wordings in seen.values()), seen
