"""The words of the project: what a verdict, a task, a job and limits may hold."""

from __future__ import annotations

import copy
import json
import math
import pickle
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given

from rlvr_gym.types import Ending, Job, Limits, Outcome, Result, StepVerdict, Task, Verdict
from tests.strategies import verdicts

GOLD = "the-hidden-gold"
TASK = Task("train/0/0/f/L1", "What?", {"gold": [GOLD]}, "f", 1, {"hint": "none"})


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.NO_VERDICT])
def test_a_judged_outcome_needs_a_reward(outcome: Outcome) -> None:
    """Every outcome but NO_VERDICT has a number in [0, 1]."""
    assert Verdict(outcome, 0.0).reward == 0.0
    with pytest.raises(ValueError, match="reward None does not go with outcome"):
        Verdict(outcome, None)


@pytest.mark.parametrize("reward", [0.0, 1.0, math.nan])
def test_no_verdict_has_no_reward(reward: float) -> None:
    """A failure of ours is never a number."""
    assert Verdict.no_verdict("the worker died").reward is None
    with pytest.raises(ValueError, match="does not go with outcome NO_VERDICT"):
        Verdict(Outcome.NO_VERDICT, reward)


@pytest.mark.parametrize("reward", [-0.01, 1.01, math.nan, math.inf, -math.inf])
def test_a_reward_out_of_range_is_refused(reward: float) -> None:
    """Rewards lie in [0, 1]; NaN does not."""
    with pytest.raises(ValueError, match=r"in \[0, 1\]"):
        Verdict(Outcome.WRONG, reward)


def test_named_verdicts_are_what_they_say() -> None:
    """The short ways to make a verdict give its outcome and reward."""
    assert Verdict.correct() == Verdict(Outcome.CORRECT, 1.0)
    assert Verdict.wrong("off by one") == Verdict(Outcome.WRONG, 0.0, "off by one")
    assert Verdict.unparsable("no box") == Verdict(Outcome.UNPARSABLE, 0.0, "no box")


@given(verdict=verdicts())
def test_a_verdict_reads_back_from_json(verdict: Verdict) -> None:
    """The JSON form is strict JSON (null, never NaN) and keeps outcome and reward."""
    read = json.loads(json.dumps(verdict.to_json(), allow_nan=False))
    assert Outcome(read["outcome"]) is verdict.outcome
    assert read["reward"] == verdict.reward


def test_costs_are_no_part_of_a_verdict() -> None:
    """Two judgements are equal however long they took; the checker's digest counts."""
    result = Result(Ending.REPLIED, 1, cpu_s=1.5, wall_s=2.5)
    measured = Verdict.correct().measured(result, "digest")
    assert (measured.cpu_s, measured.wall_s, measured.checker) == (1.5, 2.5, "digest")
    assert measured == Verdict(Outcome.CORRECT, 1.0, checker="digest")
    assert measured != Verdict.correct()


def test_steps_are_kept_in_json() -> None:
    """Per-step judgements, abstentions included, are part of the record."""
    verdict = Verdict(
        Outcome.WRONG, 0.0, steps=(StepVerdict(1, True, "", (0, 9), 0.5), StepVerdict(2, None, "unclear"))
    )
    assert verdict.to_json()["steps"] == [
        {"step": 1, "right": True, "reason": "", "span": [0, 9], "credit": 0.5},
        {"step": 2, "right": None, "reason": "unclear", "span": None, "credit": 0.0},
    ]


ENDINGS = {
    Ending.EXITED: Outcome.CRASHED,
    Ending.SIGNALLED: Outcome.CRASHED,
    Ending.GARBLED: Outcome.FORBIDDEN,
    Ending.CPU: Outcome.TIMEOUT,
    Ending.WALL: Outcome.TIMEOUT,
    Ending.MEMORY: Outcome.MEMORY,
    Ending.OUTPUT: Outcome.OUTPUT_LIMIT,
}


@pytest.mark.parametrize("ending", Ending)
def test_every_ending_but_a_reply_decides_the_verdict(ending: Ending) -> None:
    """A child that did not reply earned nothing, and chooses no word of the feedback."""
    failed = Result(ending, detail="exit code 42", cpu_s=0.5).failure()
    if ending is Ending.REPLIED:
        assert failed is None
    else:
        assert failed is not None
        assert (failed.outcome, failed.reward, failed.cpu_s) == (ENDINGS[ending], 0.0, 0.5)
        assert failed.feedback
        assert "42" not in failed.feedback


def test_reference_leaves_a_task_in_no_way() -> None:
    """Neither repr, nor pickle, nor equality of a task says anything of its reference."""
    assert GOLD not in repr(TASK)
    assert GOLD not in str(TASK)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        data = pickle.dumps(TASK, protocol)
        assert GOLD.encode() not in data
        assert pickle.loads(data).reference is None
        assert pickle.loads(data) == TASK
    assert Task(TASK.id, TASK.prompt, "another", "f", 1, TASK.info) == TASK


def test_copies_within_the_process_keep_the_reference() -> None:
    """Gymnasium copies infos and options: a task is frozen, so a copy is the task itself."""
    assert copy.copy(TASK) is TASK
    assert copy.deepcopy([TASK])[0] is TASK


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (TASK, "prompt"),
        (Verdict.correct(), "reward"),
        (Job("r", {}), "payload"),
        (Result(Ending.CPU), "value"),
    ],
)
def test_the_words_are_frozen(value: Any, field: str) -> None:
    """Nothing that was judged can be changed afterwards."""
    with pytest.raises(FrozenInstanceError):
        setattr(value, field, None)


def test_payload_and_claim_stay_out_of_reprs() -> None:
    """Logs hold neither programs nor what they claimed to return."""
    assert "secret" not in repr(Job("r", {"source": "secret"}))
    assert "secret" not in repr(Result(Ending.REPLIED, "secret"))


@pytest.mark.parametrize("name", ["cpu_s", "wall_s", "memory_mb", "output_kb"])
@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, 1e9, True, "2", None])
def test_a_limit_that_is_no_positive_number_is_refused(name: str, value: Any) -> None:
    """The message names the limit and the value."""
    with pytest.raises(ValueError, match=rf"Limits\.{name} must be a positive number"):
        Limits(**{name: value})


@pytest.mark.parametrize("name", ["memory_mb", "output_kb"])
def test_half_a_mebibyte_is_refused(name: str) -> None:
    """Sizes are whole numbers: workers pack them as such."""
    broken: dict[str, Any] = {name: 100.5}
    with pytest.raises(ValueError, match=rf"Limits\.{name} must be a whole number"):
        Limits(**broken)
    assert Limits(cpu_s=0.5, wall_s=1.5).cpu_s == 0.5
