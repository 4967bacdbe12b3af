"""Variants: the same question with other numbers, from the same split, made again from their ids."""

from __future__ import annotations

import random
from types import MappingProxyType

import pytest

from rlvr_gym.envs.math.checker import make_gold
from rlvr_gym.envs.math.env import ENV_ID
from rlvr_gym.envs.math.tasks import FAMILIES
from rlvr_gym.envs.math.variants import variants
from rlvr_gym.errors import BadTask, UnknownEnv
from rlvr_gym.seeding import SPLITS, split_of
from rlvr_gym.sources import Draft, ProceduralSource, TableSource
from rlvr_gym.types import Task

SOURCE = ProceduralSource(ENV_ID, FAMILIES)


def few(rng: random.Random, level: int) -> Draft:
    """Ask for one of forty numbers, so that a split holds about ten."""
    number = rng.randrange(40)
    info = MappingProxyType({"kind": "few", "template": 0})
    return Draft(f"few:{number}", f"Say {number}.", make_gold(str(number)), info)


def letters(rng: random.Random, level: int) -> Draft:
    """Ask for one number by one of several names of an unknown."""
    info = MappingProxyType({"kind": "letters", "template": 0})
    number = rng.randrange(20)
    return Draft(f"letters:{number}", f"{rng.choice('xyzuvw')} = {number}", make_gold(str(number)), info)


def plain(rng: random.Random, level: int) -> Draft:
    """Tell neither the kind nor the wording of a task."""
    number = rng.randrange(1000)
    return Draft(str(number), f"Say {number}.", make_gold(str(number)))


TOYS = ProceduralSource("rlvr/Toy-v0", {"few": few, "letters": letters, "plain": plain})


@pytest.mark.parametrize("level", [1, 5])
@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_variants_differ_from_the_task_in_their_numbers_alone(family: str, level: int) -> None:
    """Family, level, kind and wording stay; every content and every prompt is another, and of the same split."""
    for split in ("fresh", "train"):
        task = SOURCE.by_id(f"{split}/3/1/{family}/L{level}")
        made = variants(SOURCE, task.id, 3)
        assert len(made) == 3
        for variant in made:
            assert (variant.family, variant.level) == (task.family, task.level)
            assert (variant.info["kind"], variant.info["template"]) == (
                task.info["kind"],
                task.info["template"],
            )
        every = [task, *made]
        keys = [SOURCE.key_of(each.id) for each in every]
        assert len(set(keys)) == len({each.prompt for each in every}) == 4
        assert {split_of(ENV_ID, f"{family}:{key}") for key in keys} == {split}


@pytest.mark.parametrize("split", SPLITS)
def test_variants_are_made_again_from_their_ids_alone(split: str) -> None:
    """Each id gives the same task with the same gold, and names the split of the original."""
    for variant in variants(SOURCE, f"{split}/0/7/vieta/L3", 5):
        again = SOURCE.by_id(variant.id)
        assert again == variant
        assert again.reference.text == variant.reference.text
        assert variant.id.startswith(f"{split}/")


def test_the_task_alone_decides_its_variants() -> None:
    """The same id gives the same variants, another id others; more variants begin with the same ones."""
    one, two = variants(SOURCE, "fresh/0/1/circles/L2", 4), variants(SOURCE, "fresh/0/1/circles/L2", 9)
    assert two[:4] == one
    other = variants(SOURCE, "fresh/0/2/circles/L2", 4)
    assert not {task.prompt for task in other} & {task.prompt for task in one}


def test_a_restricted_source_gives_the_same_variants() -> None:
    """Families and level of the source do not matter: an id says both."""
    narrow = ProceduralSource(ENV_ID, FAMILIES, families=("limits",), level=1)
    assert variants(narrow, "held/0/1/circles/L2", 3) == variants(SOURCE, "held/0/1/circles/L2", 3)


def test_another_letter_is_no_variant() -> None:
    """Prompts of the same content do not count, however different they look."""
    made = variants(TOYS, "train/0/0/letters/L1", 3)
    numbers = {task.prompt.partition(" = ")[2] for task in [TOYS.by_id("train/0/0/letters/L1"), *made]}
    assert len(numbers) == 4


def test_too_few_variants_are_an_error_that_counts_them() -> None:
    """The search ends, and says how many there were."""
    with pytest.raises(BadTask, match=r"only \d+ of 40 variants .* ask for fewer"):
        variants(TOYS, "train/0/0/few/L1", 40)


@pytest.mark.parametrize("count", [0, -1, True, 1.0, "3"])
def test_a_count_below_one_is_refused(count: object) -> None:
    """So is what is no integer."""
    with pytest.raises(BadTask, match="count must be an integer of at least 1"):
        variants(SOURCE, "fresh/0/1/circles/L2", count)  # type: ignore[arg-type]  # on purpose


def test_a_row_of_a_table_has_no_variants() -> None:
    """There is no generator that could draw them."""
    table = TableSource("rows.jsonl", [Task("1", "What is 1 + 1?", make_gold("2"))])
    with pytest.raises(BadTask, match="only procedural tasks have variants"):
        variants(table, "1", 1)


def test_a_family_that_names_no_kind_has_no_variants() -> None:
    """Without the kind nothing says that two problems are alike."""
    with pytest.raises(BadTask, match="does not tell the kind and wording"):
        variants(TOYS, "train/0/0/plain/L1", 1)


def test_an_unknown_task_is_refused_as_everywhere() -> None:
    """The source's own errors name what is valid."""
    with pytest.raises(BadTask, match="circles"):
        variants(SOURCE, "fresh/0/1/circle/L2", 1)
    with pytest.raises(UnknownEnv, match="fresh"):
        variants(SOURCE, "frsh/0/1/circles/L2", 1)
