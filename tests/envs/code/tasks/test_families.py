"""Every procedural family: enough tasks, complete prompts, honest references, strong hidden tests."""

from __future__ import annotations

import random

import pytest

from rlvr_gym.env import Domain, judge
from rlvr_gym.envs.code.env import ENV_ID, domain
from rlvr_gym.envs.code.tasks import FAMILIES
from rlvr_gym.envs.code.tasks.build import (
    compiled,
    draw,
    generator,
    hidden_tests,
    key_of,
    source_of,
    tells_apart,
)
from rlvr_gym.envs.code.tasks.rules import Family, neighbours
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.seeding import SPLITS, split_of
from rlvr_gym.types import Task

LEVELS = (1, 2, 3, 4, 5)
NAMES = sorted(FAMILIES)


@pytest.fixture(scope="module")
def code() -> Domain:
    """The environment with its default options."""
    return domain()


def task(code: Domain, family: str, level: int, index: int = 0, split: str = "fresh") -> Task:
    """Return a task by its id."""
    return code.source.by_id(f"{split}/11/{index}/{family}/L{level}")


def test_there_are_families_of_both_styles() -> None:
    """At least fifteen in all, at least two of them whole programs."""
    assert len(FAMILIES) >= 15
    assert sum(not family.entry for family in FAMILIES.values()) >= 2


@pytest.mark.parametrize("name", NAMES)
def test_family_has_hundreds_of_tasks_at_each_level_in_every_split(name: str) -> None:
    """Rules differ, not only inputs: 400 draws give at least 200 rule sets, spread over the splits."""
    for level in LEVELS:
        rng = random.Random(f"{name}/{level}")
        keys = {key_of(draw(FAMILIES[name], rng, level).rules) for _ in range(400)}
        assert len(keys) >= 200
        for split in SPLITS:
            assert sum(split_of(ENV_ID, f"{name}:{key}") == split for key in keys) >= 25


@pytest.mark.parametrize("name", NAMES)
def test_prompt_names_the_function_and_shows_two_public_examples(code: Domain, name: str) -> None:
    """A prompt is complete: no hole of a template is left, and its examples agree with the reference."""
    for level in LEVELS:
        made = task(code, name, level)
        family: Family = FAMILIES[name]
        assert "$" not in made.prompt
        assert "{k}" not in made.prompt
        public = made.reference.public
        assert len(public) == 2
        if family.entry:
            assert f"def {family.entry}{family.signature}:" in made.prompt
            for case in public:
                shown = f"{family.entry}({', '.join(map(repr, case.args))}) == {case.expected!r}"
                assert shown in made.prompt
        else:
            for run in public:
                assert run.stdin.rstrip() in made.prompt
                assert run.stdout.rstrip() in made.prompt


@pytest.mark.parametrize("name", NAMES)
def test_hidden_tests_are_many_varied_and_apart_from_the_public_ones(code: Domain, name: str) -> None:
    """At least twelve, none of them shown, and no constant answers more than two thirds of them."""
    for level in LEVELS:
        for index in range(3):
            reference = task(code, name, level, index).reference
            hidden = [(repr(test[0]), repr(test[-1])) for test in reference.hidden]
            shown = {repr(test[0]) for test in reference.public}
            assert len(hidden) >= 12
            assert len({given for given, _ in hidden} - shown) == len(hidden)
            wanted = [value for _, value in hidden]
            assert max(map(wanted.count, wanted)) <= 2 * len(wanted) / 3


@pytest.mark.parametrize("name", NAMES)
def test_hidden_tests_reject_nine_of_ten_mistakes(name: str) -> None:
    """A mistake is one rule piece replaced by another of its menu; some replacements change nothing."""
    family = FAMILIES[name]
    caught = made = 0
    for level in LEVELS:
        rng = random.Random(f"mistakes/{name}/{level}")
        for _ in range(8):
            drawn = draw(family, rng, level)
            tests = hidden_tests(family, level, drawn.rules, drawn.seed)
            for wrong_rules in neighbours(family.slots(level), drawn.rules, rng, 2):
                wrong = compiled(family, source_of(family, level, wrong_rules))
                made += 1
                caught += any(tells_apart(wrong, pair) for pair in tests)
    assert caught >= 0.9 * made


@pytest.mark.parametrize("name", NAMES)
def test_same_stream_gives_the_same_task_with_the_same_tests(name: str) -> None:
    """Hidden tests are made on first use, and still depend on the stream alone."""
    for level in LEVELS:
        first, second = (generator(FAMILIES[name])(random.Random(5), level) for _ in range(2))
        assert (first.key, first.prompt) == (second.key, second.prompt)
        assert repr(first.reference.hidden) == repr(second.reference.hidden)


@pytest.mark.parametrize("name", NAMES)
def test_reference_never_fails_on_any_input(name: str) -> None:
    """Random inputs and edges of random rules at every level."""
    family = FAMILIES[name]
    for level in LEVELS:
        rng = random.Random(f"inputs/{name}/{level}")
        for _ in range(10):
            drawn = draw(family, rng, level)
            function = compiled(family, drawn.source)
            for args in (*family.edges, *(family.inputs(rng, level, drawn.rules) for _ in range(10))):
                function(*args)


def test_reference_text_earns_one_inside_the_walls(code: Domain, sandbox: Sandbox) -> None:
    """The oracle of every family and level earns 1 through real walls."""
    tasks = [task(code, name, level) for name in NAMES for level in LEVELS]
    verdicts = judge(code, [(each, code.oracle(each)) for each in tasks], sandbox)
    assert [each.id for each, verdict in zip(tasks, verdicts, strict=True) if verdict.reward != 1.0] == []


def test_mistakes_earn_nothing_inside_the_walls(code: Domain, sandbox: Sandbox) -> None:
    """The solution of another task of the same family and level is judged wrong."""
    pairs = []
    for name in NAMES:
        for level in LEVELS:
            right, other = task(code, name, level, 1), task(code, name, level, 2, "train")
            pairs.append((right, code.oracle(other)))
    verdicts = judge(code, pairs, sandbox)
    assert [verdict for verdict in verdicts if verdict.reward != 0.0] == []


def test_splits_share_no_task() -> None:
    """A rule set belongs to one split, whatever the seed."""
    source = domain().source
    places = [(seed, index) for seed in (0, 1) for index in range(40)]
    prompts = {split: {source.task(split, *place).prompt for place in places} for split in SPLITS}
    for split in SPLITS:
        for other in SPLITS:
            assert split == other or not prompts[split] & prompts[other]
