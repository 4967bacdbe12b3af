"""Staged tasks: where they come from, what their ids say, and which stages are refused."""

from __future__ import annotations

import pickle
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_gym.envs.curriculum import parse
from rlvr_gym.errors import BadTask, UnknownEnv
from tests.envs.curriculum.toys import CURRICULUM, toy_source
from tests.strategies import places

ADD_ID = "1:toy/Add-v0|train/0/0/number/L1"


@given(st.integers(1, 3), places())
def test_task_is_made_again_from_its_id(stage: int, place: tuple[int, int]) -> None:
    """The same place gives the same task, and its id alone gives it too, reference included."""
    source = toy_source()
    task = source.task_of(stage, "train", *place)
    again = source.by_id(task.id)
    assert (task, task.reference.task.reference) == (again, again.reference.task.reference)
    assert task == toy_source().task_of(stage, "train", *place)


@given(places())
def test_plain_index_needs_no_controller(place: tuple[int, int]) -> None:
    """`task` is pure: it takes the stage from the index, so fixed indices are fixed tasks."""
    assert toy_source().task("train", *place) == toy_source().task("train", *place)


def test_plain_indices_reach_every_stage() -> None:
    """A hundred indices see all stages."""
    source = toy_source()
    assert {source.task("train", 0, index).info["stage"] for index in range(100)} == {1, 2, 3}


def test_weights_share_out_a_stage() -> None:
    """Three quarters of stage 2 are echoes, as their weight says."""
    source = toy_source()
    count = Counter(source.task_of(2, "train", 0, index).info["env"] for index in range(2000))
    assert 0.70 < count["toy/Echo-v0"] / 2000 < 0.80


def test_prompt_tells_how_to_answer_and_info_keeps_what_was_public() -> None:
    """The inner system prompt comes first; inner info, family and level stay."""
    source = toy_source()
    task = source.by_id(ADD_ID)
    assert task.prompt.startswith("Answer with a number.\n\nWhat is ")
    assert (task.family, task.level, dict(task.info)) == ("number", 1, {"stage": 1, "env": "toy/Add-v0"})
    assert source.task_of(3, "train", 0, 0).info["digits"] <= 9


def test_reference_shows_in_no_repr_and_no_pickle() -> None:
    """Neither the repr nor a pickle of a staged task or of its reference tells the answer."""
    task = toy_source().by_id("2:toy/Add-v0|train/0/0/number/L1")
    answer = str(task.reference.task.reference)
    assert answer not in repr(task)
    assert answer not in repr(task.reference)
    assert answer.encode() not in pickle.dumps(task)
    assert pickle.loads(pickle.dumps(task)).reference is None


@pytest.mark.parametrize(
    ("task_id", "message"),
    [
        ("", "STAGE:ENV|TASK"),
        ("toy/Add-v0|train/0/0/number/L1", "STAGE:ENV|TASK"),
        ("0:toy/Add-v0|train/0/0/number/L1", "STAGE:ENV|TASK"),
        ("01:toy/Add-v0|train/0/0/number/L1", "STAGE:ENV|TASK"),
        ("9:toy/Add-v0|train/0/0/number/L1", "1 to 3"),
        ("1:toy/Ad-v0|train/0/0/number/L1", "did you mean 'toy/Add-v0'"),
        ("1:toy/Add-v0|train/0/0/numbr/L1", "did you mean 'number'"),
        ("1:toy/Add-v0|train/0/0/number/L5", "only with {'level': 1}"),
        ("1:toy/Add-v0|fresh/0/0/number/L1", "must not steer training"),
    ],
)
def test_unknown_task_id_names_what_is_valid(task_id: str, message: str) -> None:
    """Malformed ids, other stages, levels and evaluation splits raise and say what there is."""
    with pytest.raises((BadTask, UnknownEnv)) as caught:
        toy_source().by_id(task_id)
    assert message in str(caught.value)


@given(st.text(max_size=60))
def test_arbitrary_task_id_raises_only_our_errors(text: str) -> None:
    """No string makes `by_id` fail in another way."""
    with pytest.raises((BadTask, UnknownEnv)):
        toy_source().by_id(text)


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        ([], "non-empty list"),
        ("rlvr/Math-v0", "non-empty list"),
        ({"env": "rlvr/Math-v0"}, "non-empty list"),
        ([[]], "stage 1"),
        (["rlvr/Math-v0"], "stage 1"),
        ([[{"level": 1}]], "'env'"),
        ([{"env": "rlvr/Math-v0"}, [{"env": 3}]], "stage 2"),
        ([{"env": "rlvr/Math-v0", "weight": 0}], "positive number"),
        ([{"env": "rlvr/Math-v0", "weight": True}], "positive number"),
        ([{"env": CURRICULUM}], "stage of itself"),
        ([{"env": "rlvr/Curriculum-v0"}], "schedules its own tasks"),
        ([{"env": "rlvr/Maths-v0"}], "did you mean 'rlvr/Math-v0'"),
        ([{"env": "rlvr/Math-v0", "levl": 1}], "level"),
        ([{"env": "rlvr/Math-v0", "level": 9}], "level"),
    ],
)
def test_malformed_stages_are_refused(stages: Any, message: str) -> None:
    """The message says which stage and what is wrong with it."""
    with pytest.raises((BadTask, UnknownEnv)) as caught:
        parse(stages, CURRICULUM)
    assert message in str(caught.value)
