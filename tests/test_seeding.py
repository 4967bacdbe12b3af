"""Named random streams: the same everywhere, different for every name, and splits that share nothing."""

from __future__ import annotations

import functools
import itertools
import json
import os
import random
import subprocess
import sys
from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_gym.envs.code.tasks import FAMILIES as CODE
from rlvr_gym.envs.code.tasks.build import generator
from rlvr_gym.envs.math.tasks import FAMILIES as MATH
from rlvr_gym.seeding import SPLITS, digest, split_of, stream
from rlvr_gym.sources import LEVELS, Draft, Generator, ProceduralSource
from tests.conftest import ROOT

NAMES = st.lists(st.text(max_size=8) | st.integers() | st.binary(max_size=8), max_size=4)
GENERATORS: dict[tuple[str, str], Generator] = {
    **{("rlvr/Math-v0", name): made for name, made in MATH.items()},
    **{("rlvr/Code-v0", name): generator(family) for name, family in CODE.items()},
}
TASKS = {"rlvr/Math-v0": 60, "rlvr/Code-v0": 8}  # of each split, level and family


def test_streams_are_the_same_for_ever() -> None:
    """These numbers are part of every versioned id: whoever changes them has to make a new -vN."""
    assert digest("a", 1).hex() == "3694255fc4dfc3fb527fbfb38dd41f80d092b5bf25d9b67e814bc09d536ab1a0"
    name = stream("rlvr/Math-v0", "train", 0, 0)
    assert [name.getrandbits(32) for _ in range(3)] == [947575754, 4190252090, 2886396775]
    name = stream("rlvr/Code-v0", "held", 7, 123)
    assert [name.randrange(1000) for _ in range(5)] == [125, 8, 559, 983, 356]
    home = "fresh held held public train held held held".split()
    assert [split_of("rlvr/Math-v0", f"k{n}") for n in range(8)] == home


@given(left=NAMES, right=NAMES)
def test_different_names_have_different_digests(left: list[object], right: list[object]) -> None:
    """No way to cut or type the parts makes two names one: ("ab", "c"), ("a", "bc") and ("a", 1), ("a", "1")."""
    same = [(type(part), part) for part in left] == [(type(part), part) for part in right]
    assert (digest(*left) == digest(*right)) is same


def test_parts_are_told_apart() -> None:
    """The cases that a plain join of the parts would confuse, and text that UTF-8 cannot hold."""
    names: list[tuple[object, ...]] = [
        ("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("a", 1), ("a", "1"), (b"a", 1), ("a", True), ("a", 1.0),
        ("\ud800",), ("a\x00b",),
    ]  # fmt: skip
    assert len({digest(*name) for name in names}) == len(names)


def test_neighbouring_streams_are_unlike() -> None:
    """Ten thousand neighbouring indices start with ten thousand different numbers."""
    firsts = {stream("e-v0", "train", 0, index).getrandbits(64) for index in range(10_000)}
    assert len(firsts) == 10_000


def test_splits_get_a_quarter_of_all_content_each() -> None:
    """Each split is the home of 25% of the keys, give or take five standard deviations."""
    homes = Counter(split_of("e-v0", f"key {n}") for n in range(8000))
    assert set(homes) == set(SPLITS)
    assert all(abs(count - 2000) < 5 * 39 for count in homes.values())


def test_streams_leave_the_global_generator_alone() -> None:
    """Drawing from a named stream neither reads nor changes the state of the random module."""
    before = random.getstate()
    stream("a", 1).random()
    assert random.getstate() == before


@functools.cache
def drawn(env_id: str, family: str, level: int) -> dict[str, list[tuple[str, str]]]:
    """Return (content key, prompt) of a sample of each split, as a source with this one generator serves it."""
    keys: dict[str, str] = {}

    def recording(rng: random.Random, wanted: int) -> Draft:
        draft = GENERATORS[env_id, family](rng, wanted)
        keys[draft.prompt] = draft.key
        return draft

    source = ProceduralSource(env_id, {family: recording}, level=level)
    sample: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for split in SPLITS:
        for index in range(TASKS[env_id]):
            prompt = source.task(split, 0, index).prompt
            sample[split].append((keys[prompt], prompt))
    return sample


@pytest.mark.parametrize(("env_id", "family"), GENERATORS)
def test_no_two_splits_share_a_task(env_id: str, family: str) -> None:
    """For every generator, level and pair of splits: no content key and no prompt is in both."""
    for (level, left), (other, right) in itertools.product(itertools.product(LEVELS, SPLITS), repeat=2):
        if left < right:
            one, two = drawn(env_id, family, level)[left], drawn(env_id, family, other)[right]
            shared = {key for key, _ in one} & {key for key, _ in two}
            assert not shared, f"{left} and {right} share content of levels {level} and {other}"
            assert not {prompt for _, prompt in one} & {prompt for _, prompt in two}


@pytest.mark.parametrize(("env_id", "family"), GENERATORS)
def test_other_seeds_give_other_tasks(env_id: str, family: str) -> None:
    """Another seed is another draw: at the hardest level few of its tasks are those of the first."""
    source = ProceduralSource(env_id, {family: GENERATORS[env_id, family]}, level=5)
    first, second = ([source.task("train", seed, index).prompt for index in range(8)] for seed in (0, 1))
    assert sum(one == two for one, two in zip(first, second, strict=True)) <= 1


def test_the_environment_id_names_other_tasks() -> None:
    """The same seeds under another version of an environment give another draw."""
    old, new = (
        ProceduralSource(f"rlvr/Math-v{version}", MATH, families=("arithmetic",), level=3)
        for version in (0, 1)
    )
    same = [old.task("train", 0, n).prompt == new.task("train", 0, n).prompt for n in range(20)]
    assert sum(same) <= 1


_DUMP = """
import json, sys
from rlvr_gym.registry import load
out = []
for env_id in ("rlvr/Math-v0", "rlvr/Code-v0", "rlvr/Curriculum-v0"):
    domain = load(env_id)
    for index in range(12):
        task = domain.source.task("train", 5, index)
        out.append([task.id, task.prompt, sorted(map(str, task.info.items())), domain.oracle(task)])
json.dump(out, sys.stdout)
"""


def test_tasks_do_not_depend_on_the_hash_seed() -> None:
    """Interpreters with other orders of sets make the same tasks, prompts, infos and references."""
    made = []
    for seed in ("0", "1", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", _DUMP],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        made.append(json.loads(done.stdout))
    assert made[0] == made[1] == made[2]
    assert len({prompt for _, prompt, *_ in made[0]}) >= 30
