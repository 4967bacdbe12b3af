"""When a curriculum moves between stages, and what its state survives."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_gym.envs.curriculum import Controller, Rule
from rlvr_gym.errors import BadTask, UnknownEnv
from rlvr_gym.types import Outcome, Verdict
from tests.envs.curriculum.toys import toy_source
from tests.strategies import verdicts

RIGHT, WRONG = Verdict.correct(), Verdict.wrong()
NONE = Verdict.no_verdict("the worker died twice")
RULE = Rule(window=4, up=0.75, down=0.25)


def controller(start: int = 1, rule: Rule = RULE) -> Controller:
    """A controller over three toy stages."""
    return Controller(toy_source(), rule, start)


def feed(one: Controller, *judged: Verdict, rng: np.random.Generator | None = None) -> int:
    """Give verdicts to tasks that the controller serves, one after the other; return its stage then."""
    rng = rng or np.random.default_rng(0)
    for verdict in judged:
        one.observe(one.choose(rng, "train", 0), verdict)
    return one.stage


def test_stage_rises_when_the_window_is_full_and_the_rate_high() -> None:
    """The up threshold itself is enough, but not before the window is full."""
    one = controller()
    assert feed(one, RIGHT, RIGHT, RIGHT) == 1
    assert feed(one, WRONG) == 2
    assert one.rate is None


def test_stage_falls_when_the_rate_is_low() -> None:
    """The stage before comes back at the down threshold."""
    assert feed(controller(start=3), RIGHT, WRONG, WRONG, WRONG) == 2


def test_rate_between_the_thresholds_moves_nothing() -> None:
    """Hysteresis: half right stays where it is, for however long."""
    one = controller(start=2)
    assert feed(one, *[RIGHT, WRONG] * 50) == 2
    assert one.rate == 0.5


def test_window_slides() -> None:
    """Old failures leave the window as new successes come."""
    assert feed(controller(), WRONG, WRONG, RIGHT, RIGHT, RIGHT) == 2


def test_first_and_last_stage_are_the_ends() -> None:
    """Failure at the first stage and success at the last one move nothing."""
    assert feed(controller(), *[WRONG] * 20) == 1
    assert feed(controller(start=3), *[RIGHT] * 20) == 3


def test_no_verdict_never_counts() -> None:
    """A failure of the infrastructure is no failure of the policy."""
    one = controller(start=2)
    assert feed(one, *[NONE] * 20) == 2
    assert one.rate is None


@pytest.mark.parametrize("outcome", [o for o in Outcome if o not in (Outcome.CORRECT, Outcome.NO_VERDICT)])
def test_every_failure_of_the_policy_counts_as_one(outcome: Outcome) -> None:
    """Crashes, time-outs and refused cheats hold a policy back like a wrong answer."""
    assert feed(controller(start=2), *[Verdict(outcome, 0.0)] * 4) == 1


def test_late_verdict_on_another_stage_does_not_count() -> None:
    """In a vector step some tasks were served before the move: they say nothing on the new stage."""
    one, rng = controller(), np.random.default_rng(0)
    served = [one.choose(rng, "train", 0) for _ in range(8)]
    for task in served:
        one.observe(task, RIGHT)
    assert one.stage == 2
    assert one.rate is None


@given(st.lists(verdicts(), max_size=120))
def test_moves_are_at_least_a_window_apart(judged: list[Verdict]) -> None:
    """Whatever the verdicts, the stage moves by one at a time and never twice within a window."""
    one, rng, since = controller(), np.random.default_rng(0), 0
    for verdict in judged:
        before = one.stage
        after = feed(one, verdict, rng=rng)
        since += verdict.outcome is not Outcome.NO_VERDICT
        assert abs(after - before) <= 1
        if after != before:
            assert since >= RULE.window
            since = 0


@given(st.lists(verdicts(), max_size=40), st.lists(verdicts(), max_size=40))
def test_restored_state_goes_on_as_the_original(before: list[Verdict], after: list[Verdict]) -> None:
    """The state is JSON; a controller restored from it serves and moves as the one it was taken from."""
    one, rng = controller(), np.random.default_rng(7)
    feed(one, *before, rng=rng)
    state, draws = json.dumps(one.state()), rng.bit_generator.state
    other = controller()
    other.restore(json.loads(state))
    other_rng = np.random.default_rng()
    other_rng.bit_generator.state = draws
    for verdict in after:
        tasks = one.choose(rng, "train", 3), other.choose(other_rng, "train", 3)
        assert tasks[0].id == tasks[1].id
        one.observe(tasks[0], verdict)
        other.observe(tasks[1], verdict)
    assert one.state() == other.state()


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"stage": 1},
        {"stage": 9, "window": []},
        {"stage": "1", "window": []},
        {"stage": True, "window": []},
        {"stage": 1, "window": [1] * 5},
        {"stage": 1, "window": [2]},
        {"stage": 1, "window": "1"},
        {"stage": 1, "window": [], "more": 0},
    ],
)
def test_malformed_state_is_refused_and_changes_nothing(state: dict[str, Any]) -> None:
    """A state of another curriculum raises BadTask and leaves the controller as it was."""
    one = controller(start=2)
    feed(one, RIGHT)
    kept = one.state()
    with pytest.raises(BadTask):
        one.restore(state)
    assert one.state() == kept


def test_served_tasks_are_of_the_current_stage() -> None:
    """A promoted controller serves the next stage at once."""
    one, rng = controller(), np.random.default_rng(0)
    assert one.choose(rng, "train", 0).info["stage"] == 1
    feed(one, *[RIGHT] * 4)
    assert {one.choose(rng, "train", 0).info["stage"] for _ in range(20)} == {2}


@pytest.mark.parametrize("split", ["public", "fresh", "held"])
def test_evaluation_split_cannot_feed_the_controller(split: str) -> None:
    """Asking for a task of an evaluation split raises, and the message says why and what to do."""
    with pytest.raises(UnknownEnv, match=r"must not steer training: evaluate toy/Add-v0"):
        controller().choose(np.random.default_rng(0), split, 0)


@pytest.mark.parametrize(
    "options",
    [
        {"window": 0},
        {"window": True},
        {"window": 2.5},
        {"up": 1.5},
        {"down": -0.1},
        {"up": 0.3, "down": 0.3},
        {"up": "high"},
        {"up": float("nan")},
    ],
)
def test_impossible_rule_is_refused(options: dict[str, Any]) -> None:
    """Windows without verdicts and thresholds without a gap raise BadTask."""
    with pytest.raises(BadTask):
        Rule(**options)


@pytest.mark.parametrize("start", [0, 4, -1, True, "1"])
def test_unknown_start_stage_is_refused(start: Any) -> None:
    """The message names the stages that there are."""
    with pytest.raises(BadTask, match="1 to 3"):
        Controller(toy_source(), RULE, start)
