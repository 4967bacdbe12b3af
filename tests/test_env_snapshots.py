"""Snapshots: restore and the same actions give the same observations, rewards and infos, random stream included."""

from __future__ import annotations

import json
from typing import Any

import gymnasium as gym
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rlvr_gym.env import TextEnv
from rlvr_gym.errors import BadTask, UnknownEnv
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Outcome
from tests.strategies import responses
from tests.toys import echo_domain, make_toy, table

SOLVE, RESET = "solve", "reset"
# What a policy does: any text, the solution, a response that the sandbox fails on, or a new episode.
ACTIONS = st.lists(st.sampled_from([SOLVE, "break", RESET]) | st.text(max_size=20), max_size=8)


def play(env: TextEnv, actions: list[str]) -> list[Any]:
    """Do all that and return everything that came back, with NaN as text so that it equals itself."""
    seen: list[Any] = []
    for action in actions:
        try:
            if action == RESET:
                seen.append(env.reset())
                continue
            shown, reward, *rest = env.step(env.domain.oracle(env.task) if action == SOLVE else action)
            seen.append((shown, str(reward), *rest))
        except BadTask as error:
            seen.append(str(error))
    return [*seen, env.render()]


def state_of(env: TextEnv) -> Any:
    """Return a snapshot as data."""
    return json.loads(env.snapshot())


@given(before=ACTIONS, after=ACTIONS, seed=st.integers(0, 2**32), turns=st.integers(1, 3))
def test_a_restored_environment_goes_on_as_the_original(
    before: list[str], after: list[str], seed: int, turns: int
) -> None:
    """At any point of an episode: clone, restored twin and rewound original all do the same."""
    env, twin = (make_toy(max_turns=turns, render_mode="ansi") for _ in range(2))
    env.reset(seed=seed)
    play(env, before)
    kept = env.snapshot()
    clone = env.clone()
    twin.restore(kept)
    assert clone.snapshot() == twin.snapshot() == kept
    went = play(env, after)
    assert play(clone, after) == went
    assert play(twin, after) == went
    ended = state_of(env)
    env.restore(kept)
    assert play(env, after) == went
    assert state_of(env) == state_of(twin) == ended


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("env_id", ["rlvr/Math-v0", "rlvr/Code-v0", "rlvr/Curriculum-v0"])
@given(before=st.lists(responses(), max_size=2), after=st.lists(responses() | st.just(SOLVE), max_size=3))
def test_bundled_environments_go_on_as_the_original(
    sandbox: Sandbox, env_id: str, before: list[str], after: list[str]
) -> None:
    """Mid-episode too, behind real walls, with the state of the curriculum."""
    options: dict[str, Any] = {"window": 2, "start": 2} if "Curriculum" in env_id else {}
    env = gym.make(env_id, sandbox=sandbox, max_turns=3, **options).unwrapped
    assert isinstance(env, TextEnv)
    env.reset(seed=len(before))
    play(env, before)
    clone = env.clone()
    assert play(clone, [*after, RESET, SOLVE, RESET]) == play(env, [*after, RESET, SOLVE, RESET])
    assert state_of(clone) == state_of(env)


def test_a_snapshot_before_the_first_reset_is_one() -> None:
    """Nothing has begun, and nothing has begun after the way back."""
    env = make_toy()
    fresh = env.snapshot()
    env.reset(seed=0)
    env.restore(fresh)
    with pytest.raises(BadTask, match="no episode"):
        env.step("a")
    with pytest.raises(BadTask, match="has no task yet"):
        _ = env.task
    assert make_toy().clone().reset(seed=3) == env.reset(seed=3)


def test_a_clone_is_independent_and_keeps_its_spec(sandbox: Sandbox) -> None:
    """Steps of one do not move the other; both share the sandbox."""
    env = gym.make("rlvr/Math-v0", sandbox=sandbox, level=2).unwrapped
    assert isinstance(env, TextEnv)
    env.reset(seed=0)
    clone = env.clone()
    assert clone.sandbox is env.sandbox
    assert clone.spec is env.spec
    assert env.step(env.domain.oracle(env.task))[2] is True
    env.reset()
    assert clone.task != env.task
    assert clone.step(clone.domain.oracle(clone.task))[4]["outcome"] == Outcome.CORRECT


BAD = [
    b"", b"\xff\xfe", b"null", b"[]", b"3", b"{}", b'{"env": "toy/Repeat-v0"}', b"[" * 100_000, b"{" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("data", BAD, ids=range(len(BAD)))
def test_bytes_that_are_no_snapshot_change_nothing(data: bytes) -> None:
    """The error names the environment, and the environment goes on as if nothing had happened."""
    env = make_toy()
    env.reset(seed=0)
    kept = env.snapshot()
    with pytest.raises(BadTask, match="these bytes are not a snapshot of toy/Repeat-v0"):
        env.restore(data)
    assert env.snapshot() == kept


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("env", "toy/Other-v0", BadTask),
        ("task_id", 3, BadTask),
        ("task_id", "train/0/0/nothing/L1", BadTask),
        ("task_id", "nowhere/0/0/repeat/L1", UnknownEnv),
        ("turn", -1, BadTask),
        ("turn", 2, BadTask),
        ("turn", True, BadTask),
        ("turn", None, BadTask),
        ("done", 1, BadTask),
        ("shown", None, BadTask),
        ("rng", {}, BadTask),
        ("rng", {"bit_generator": "MT19937"}, BadTask),
        ("rng", {"bit_generator": "PCG64", "state": {"state": -1, "inc": 1}, "has_uint32": 0, "uinteger": 0}, BadTask),
        ("rng", 7, BadTask),
        ("rng_seed", "7", BadTask),
        ("scheduler", {"stage": 1}, BadTask),
    ],
)  # fmt: skip
def test_a_changed_snapshot_changes_nothing(field: str, value: Any, kind: type[Exception]) -> None:
    """A snapshot is checked whole before any of it is taken."""
    env = make_toy()
    env.reset(seed=0)
    kept = env.snapshot()
    with pytest.raises(kind):
        env.restore(json.dumps({**state_of(env), field: value}).encode())
    assert env.snapshot() == kept
    with pytest.raises(BadTask):
        env.restore(json.dumps({key: item for key, item in state_of(env).items() if key != field}).encode())
    assert env.snapshot() == kept


@given(data=st.binary(max_size=60))
def test_any_bytes_are_refused_by_one_error(data: bytes) -> None:
    """Garbage never raises anything else."""
    with pytest.raises(BadTask):
        make_toy().restore(data)


def test_a_snapshot_of_another_environment_is_refused(sandbox: Sandbox) -> None:
    """The message names both."""
    env = gym.make("rlvr/Math-v0", sandbox=sandbox).unwrapped
    other = gym.make("rlvr/Code-v0", sandbox=sandbox).unwrapped
    assert isinstance(env, TextEnv)
    assert isinstance(other, TextEnv)
    env.reset(seed=0)
    with pytest.raises(BadTask, match="this snapshot is of 'rlvr/Math-v0', not of 'rlvr/Code-v0'"):
        other.restore(env.snapshot())


def test_a_snapshot_of_another_table_is_refused() -> None:
    """A task that this environment's table does not hold cannot be restored."""
    env, smaller = (make_toy(echo_domain(table(levels)), split="public") for levels in ([1, 2, 3], [1]))
    env.reset(options={"index": 2})
    with pytest.raises(BadTask, match="unknown task id 'row-2'"):
        smaller.restore(env.snapshot())


@pytest.mark.parametrize("change", [{"window": [1, 1, 1]}, {"stage": 99}, {"stage": True}, {"more": 1}])
def test_a_bad_curriculum_state_changes_nothing(sandbox: Sandbox, change: dict[str, Any]) -> None:
    """The state of the scheduler is checked before the rest is taken."""
    env = gym.make("rlvr/Curriculum-v0", sandbox=sandbox, window=2).unwrapped
    assert isinstance(env, TextEnv)
    env.reset(seed=0)
    kept, state = env.snapshot(), state_of(env)
    env.reset()
    before = env.snapshot()
    with pytest.raises(BadTask):
        env.restore(json.dumps({**state, "scheduler": {**state["scheduler"], **change}}).encode())
    assert env.snapshot() == before
    env.restore(kept)
    assert state_of(env) == state
