"""Where tasks come from: purity, ids that make a task again, and errors that name the nearest valid one."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_gym.errors import BadTask, UnknownEnv
from rlvr_gym.registry import load
from rlvr_gym.seeding import SPLITS, split_of
from rlvr_gym.sources import Draft, ProceduralSource, TableSource
from rlvr_gym.types import Task
from tests.strategies import places
from tests.toys import ENV_ID, repeat, table


def spell(rng: random.Random, level: int) -> Draft:
    """Ask to spell a number of up to `level` + 1 digits."""
    number = rng.randrange(10 ** (level + 1))
    return Draft(str(number), f"Spell {number}.", str(number))


SOURCE = ProceduralSource(ENV_ID, {"repeat": repeat, "spell": spell})
TABLE = table([1, None, 3])


@given(split=st.sampled_from(SPLITS), place=places())
def test_an_id_makes_the_task_again(split: str, place: tuple[int, int]) -> None:
    """A task's id alone is enough, in a source of whatever families and level; its content is its split's."""
    task = SOURCE.task(split, *place)
    again = SOURCE.task(split, *place)
    narrow = ProceduralSource(ENV_ID, SOURCE.generators, families=("spell",), level=2)
    for twin in (again, SOURCE.by_id(task.id), narrow.by_id(task.id)):
        assert twin == task
        assert twin.reference == task.reference
    key = task.prompt.strip(".").partition(" ")[2]
    assert split_of(ENV_ID, f"{task.family}:{key}") == split


@pytest.mark.parametrize("env_id", ["rlvr/Math-v0", "rlvr/Code-v0", "rlvr/Curriculum-v0"])
def test_bundled_ids_make_their_tasks_again(env_id: str) -> None:
    """In every bundled environment too, with the same oracle."""
    domain = load(env_id)
    for split in domain.source.splits:
        for index in range(10):
            task = domain.source.task(split, 3, index)
            again = domain.source.by_id(task.id)
            assert again == task
            assert domain.oracle(again) == domain.oracle(task)


def test_families_and_level_restrict_what_is_drawn() -> None:
    """A narrow source serves nothing else; a wide one serves everything."""
    narrow = ProceduralSource(ENV_ID, SOURCE.generators, families=("spell",), level=4)
    assert {(t.family, t.level) for t in (narrow.task("train", 0, n) for n in range(20))} == {("spell", 4)}
    wide = [SOURCE.task("train", 0, n) for n in range(200)]
    assert {task.level for task in wide} == {1, 2, 3, 4, 5}
    assert {task.family for task in wide} == {"repeat", "spell"}


def test_a_family_without_content_in_a_split_says_so() -> None:
    """A generator that knows one problem only cannot fill four splits, and does not run for ever."""
    source = ProceduralSource(ENV_ID, {"one": lambda rng, level: Draft("only", "Only.", 1)})
    home = split_of(ENV_ID, "one:only")
    assert source.task(home, 0, 0).prompt == "Only."
    for split in SPLITS:
        if split != home:
            with pytest.raises(
                BadTask, match=f"family 'one' level [1-5] of {ENV_ID} has no content in split"
            ):
                source.task(split, 0, 0)


@pytest.mark.parametrize("source", [SOURCE, TABLE], ids=["procedural", "table"])
@pytest.mark.parametrize(
    ("split", "seed", "index", "kind", "message"),
    [
        ("trian", 0, 0, UnknownEnv, "unknown split 'trian'"),
        (None, 0, 0, UnknownEnv, "unknown split None"),
        ("public", -1, 0, BadTask, "task seed must be a non-negative integer, not -1"),
        ("public", True, 0, BadTask, "task seed must be"),
        ("public", 1.0, 0, BadTask, "task seed must be"),
        ("public", 0, -1, BadTask, "index -1 is outside this split; first valid index 0"),
        ("public", 0, True, BadTask, "index must be an integer, not bool"),
        ("public", 0, "1", BadTask, "index must be an integer, not str"),
    ],
)
def test_a_place_that_is_none_is_refused(
    source: Any, split: Any, seed: Any, index: Any, kind: type[Exception], message: str
) -> None:
    """Each wrong coordinate has its own message, in every kind of source."""
    with pytest.raises(kind, match=message):
        source.task(split, seed, index)


def test_nearest_split_is_named() -> None:
    """A typo leads to the split that was meant; a table names the one that it has."""
    with pytest.raises(UnknownEnv, match="did you mean 'train'"):
        SOURCE.size("trian")
    with pytest.raises(UnknownEnv, match="valid: public"):
        TABLE.task("held", 0, 0)


def test_the_last_index_of_a_table_is_named() -> None:
    """A table of three rows ends at index 2."""
    assert TABLE.size("public") == 3
    assert TABLE.task("public", 9, 2).id == "row-2"
    with pytest.raises(
        BadTask, match="index 3 is outside this split; first valid index 0, last valid index 2"
    ):
        TABLE.task("public", 0, 3)


@pytest.mark.parametrize(
    ("families", "level", "message"),
    [
        (("spel",), None, "unknown family 'spel' of toy/Repeat-v0; did you mean 'spell'"),
        ((None,), None, "unknown family None"),
        ((), 0, "unknown level 0 of toy/Repeat-v0; valid: 1, 2, 3, 4, 5"),
        ((), 6, "unknown level 6"),
        ((), True, "unknown level True"),
        ((), 2.0, "unknown level 2.0"),
        ((), "2", "unknown level '2'"),
    ],
)
def test_an_unknown_family_or_level_is_refused(families: Any, level: Any, message: str) -> None:
    """By value and by type: True and 2.0 would name other streams than 1 and 2."""
    with pytest.raises(UnknownEnv, match=message):
        ProceduralSource(ENV_ID, SOURCE.generators, families, level)


@pytest.mark.parametrize(
    ("task_id", "kind", "message"),
    [
        ("", BadTask, "is not of the form SPLIT/SEED/INDEX/FAMILY/L<1-5>"),
        ("train/0/0/spell", BadTask, "is not of the form"),
        ("train/0/0/spell/L1/", BadTask, "is not of the form"),
        ("trian/0/0/spell/L1", UnknownEnv, "did you mean 'train'"),
        ("train/0/0/spel/L1", BadTask, "did you mean 'spell'"),
        ("train/-1/0/spell/L1", BadTask, "is not of the form"),
        ("train/00/0/spell/L1", BadTask, "is not of the form"),
        ("train/0/ 1/spell/L1", BadTask, "is not of the form"),
        ("train/0/١/spell/L1", BadTask, "is not of the form"),
        ("train/0/1_0/spell/L1", BadTask, "is not of the form"),
        (f"train/0/{'9' * 5000}/spell/L1", BadTask, "is not of the form"),
        ("train/0/0/spell/L6", BadTask, "is not of the form"),
        ("train/0/0/spell/LTrue", BadTask, "is not of the form"),
        (None, BadTask, "is not of the form"),
        (["train"], BadTask, "is not of the form"),
    ],
)
def test_an_unknown_task_id_is_refused(task_id: Any, kind: type[Exception], message: str) -> None:
    """Only the one canonical spelling of an id is taken, so that a task has one id."""
    with pytest.raises(kind, match=message):
        SOURCE.by_id(task_id)


@given(task_id=st.text() | st.builds("/".join, st.lists(st.sampled_from(["train", "0", "spell", "L1", "x"]))))
def test_any_id_gives_its_task_or_an_error_of_ours(task_id: str) -> None:
    """Text that is no id never ends in another exception, and never in a task of another id."""
    try:
        task = SOURCE.by_id(task_id)
    except (BadTask, UnknownEnv):
        return
    assert task.id == task_id


@pytest.mark.parametrize("task_id", ["row-9", "", None, 1, ["row-1"], {"a": 1}])
def test_an_unknown_row_names_the_nearest(task_id: Any) -> None:
    """Whatever was given as an id, the message says what is there."""
    with pytest.raises(BadTask, match=r"unknown task id .* in table\.jsonl; .*valid: row-0, row-1, row-2"):
        TABLE.by_id(task_id)
    assert TABLE.by_id("row-1").prompt == "Repeat 1."


def test_a_table_needs_rows_with_ids_of_their_own() -> None:
    """An empty table, a repeated id and an unknown split are refused with the table's name."""
    rows = [Task("a", "A", 1), Task("b", "B", 1), Task("a", "C", 1)]
    with pytest.raises(BadTask, match=r"t\.jsonl holds task id 'a' twice"):
        TableSource("t.jsonl", rows)
    with pytest.raises(BadTask, match=r"t\.jsonl holds no usable task"):
        TableSource("t.jsonl", [])
    with pytest.raises(UnknownEnv, match="did you mean 'held'"):
        TableSource("t.jsonl", rows[:1], split="hled")
