"""Many environments in one batch: each as if it were alone, and what happens where one of them ends."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from rlvr_gym.errors import BadResponse, BadTask, SandboxError, UnknownEnv
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.testing import FakeSandbox
from rlvr_gym.types import Ending, Job, Outcome, Result
from rlvr_gym.vector import TextVectorEnv
from tests.toys import echo_domain, echo_sandbox, make_toy, table

BUNDLED = ("rlvr/Math-v0", "rlvr/Code-v0", "rlvr/Curriculum-v0")


def toys(count: int, *, autoreset: bool = True, **options: Any) -> TextVectorEnv:
    """A batch of toys on one fake sandbox."""
    settings: dict[str, Any] = {"sandbox": echo_sandbox(), **options}
    return TextVectorEnv([make_toy(**settings) for _ in range(count)], autoreset=autoreset)


def solutions(envs: TextVectorEnv) -> list[str]:
    """The solution of each task at hand."""
    return [env.domain.oracle(env.task) for env in envs.envs]


def told(infos: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a batch's infos that its masks call present, as (place, value) by key."""
    values: dict[str, Any] = {}
    for key, value in infos.items():
        if isinstance(value, dict):
            values[key] = told(value)
        elif not key.startswith("_"):
            values[key] = [(int(n), value[n]) for n in np.flatnonzero(infos[f"_{key}"])]
    return values


@pytest.mark.parametrize("env_id", BUNDLED)
def test_sixty_four_are_made_and_judged_in_one_batch(sandbox: Sandbox, env_id: str) -> None:
    """`gym.make_vec` gives our batch; solutions earn 1, other texts 0, and the next tasks stand there."""
    envs = gym.make_vec(env_id, num_envs=64, sandbox=sandbox)
    assert isinstance(envs, TextVectorEnv)
    assert envs.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
    shown, _ = envs.reset(seed=0)
    assert envs.observation_space.contains(shown)
    actions = [text if n % 2 else "no idea" for n, text in enumerate(solutions(envs))]
    assert envs.action_space.contains(tuple(actions))
    after, rewards, terminated, truncated, infos = envs.step(actions)
    assert rewards.dtype == np.dtype(np.float64)
    assert rewards.shape == (64,)
    assert rewards.tolist() == [float(n % 2) for n in range(64)]
    assert terminated.all()
    assert not truncated.any()
    assert all(one != two for one, two in zip(shown, after, strict=True))
    assert infos["_final_info"].all()
    envs.close()


def test_a_spec_of_a_batch_makes_it_again(sandbox: Sandbox) -> None:
    """`make_vec` of an id's spec with options, and Gymnasium's own modes, lead to the same tasks."""
    options: dict[str, Any] = {"num_envs": 3, "level": 2, "sandbox": sandbox}
    ours = gym.make_vec("rlvr/Math-v0", **options)
    again = gym.make_vec(gym.spec("rlvr/Math-v0"), **options)
    sync = gym.make_vec("rlvr/Math-v0", vectorization_mode="sync", **options)
    assert isinstance(sync, SyncVectorEnv)
    shown, infos = ours.reset(seed=5)
    for other in (again, sync):
        theirs, other_infos = other.reset(seed=5)
        assert theirs == shown
        assert other_infos["task_id"].tolist() == infos["task_id"].tolist()
        other.close()


@pytest.mark.parametrize("env_id", ["rlvr/Math-v0", "rlvr/Code-v0"])
@pytest.mark.parametrize("seed", [7, [7, 8, 9, 10], np.int64(7), np.arange(7, 11)])
def test_each_draws_what_it_would_draw_alone(sandbox: Sandbox, env_id: str, seed: Any) -> None:
    """Sub-environment i of a batch seeded s is the environment seeded s + i, over several episodes."""
    envs = gym.make_vec(env_id, num_envs=4, sandbox=sandbox)
    singles = [gym.make(env_id, sandbox=sandbox) for _ in range(4)]
    shown, infos = envs.reset(seed=seed)
    alone = [env.reset(seed=7 + n) for n, env in enumerate(singles)]
    for _ in range(3):
        assert list(shown) == [text for text, _ in alone]
        assert infos["task_id"].tolist() == [info["task_id"] for _, info in alone]
        shown, _, _, _, infos = envs.step(["x"] * 4)
        alone = [env.reset() for env in singles]


def test_gymnasiums_own_batch_does_the_same() -> None:
    """Same-step reset after three turns: every field equals that of a SyncVectorEnv over the same singles."""
    ours = toys(3, max_turns=3)
    theirs = SyncVectorEnv(
        [functools.partial(make_toy, max_turns=3) for _ in range(3)], autoreset_mode=AutoresetMode.SAME_STEP
    )
    left: Any = ours.reset(seed=1)
    right: Any = theirs.reset(seed=1)
    for step in range(7):
        assert left[0] == right[0]
        assert told(left[-1]) == told(right[-1])
        assert [np.array_equal(one, two) for one, two in zip(left[1:-1], right[1:-1], strict=True)] == (
            [True] * (len(left) - 2)
        )
        actions = [text if (step + n) % 3 == 0 else "no" for n, text in enumerate(solutions(ours))]
        left, right = ours.step(actions), theirs.step(tuple(actions))
    theirs.close()


def test_the_last_view_of_an_episode_is_kept() -> None:
    """Where an episode ended, final_obs and final_info are its last; the others have none."""
    envs = toys(3, max_turns=2)
    envs.reset(seed=0)
    solved = envs.envs[1].task.id
    shown, rewards, terminated, _, infos = envs.step(["a", solutions(envs)[1], "b"])
    assert rewards.tolist() == [0.0, 1.0, 0.0]
    assert terminated.tolist() == [False, True, False]
    assert infos["final_obs"].tolist() == [None, "yes", None]
    assert infos["_final_obs"].tolist() == infos["_final_info"].tolist() == [False, True, False]
    assert infos["final_info"]["task_id"].tolist() == [None, solved, None]
    assert infos["final_info"]["verdict"][1].outcome is Outcome.CORRECT
    assert infos["_verdict"].tolist() == [True, False, True]
    assert infos["turn"].tolist() == [1, 0, 1]
    assert shown[0] == shown[2] == "no"
    assert shown[1] == envs.envs[1].task.prompt
    assert infos["task_id"][1] == envs.envs[1].task.id != solved


def test_without_autoreset_the_ended_wait_for_the_mask() -> None:
    """A masked reset starts those alone; a step while one has ended is refused and judges nothing."""
    envs = toys(3, autoreset=False, max_turns=2)
    assert envs.metadata["autoreset_mode"] is AutoresetMode.DISABLED
    envs.reset(seed=0)
    shown, rewards, terminated, _, infos = envs.step(["a", solutions(envs)[1], "b"])
    assert (shown[1], rewards[1], terminated.tolist()) == ("yes", 1.0, [False, True, False])
    assert "final_info" not in infos
    with pytest.raises(BadTask, match="no episode"):
        envs.step(["a", "b", "c"])
    assert [env.snapshot().count(b'"turn": 1') for env in envs.envs] == [1, 1, 1]
    kept = [env.task for env in envs.envs]
    shown, infos = envs.reset(options={"reset_mask": np.array([False, True, False])})
    assert [env.task is task for env, task in zip(envs.envs, kept, strict=True)] == [True, False, True]
    assert infos["_task_id"].tolist() == [False, True, False]
    assert shown[0] == shown[2] == "no"
    assert envs.step(["a", "b", "c"])[2].tolist() == [True, False, True]


def test_members_of_a_group_share_their_task() -> None:
    """A list of indices gives each its own; a single value is for all."""
    envs = toys(4)
    shown, infos = envs.reset(options={"index": [5, 5, 9, 9], "split": "held"})
    assert shown[0] == shown[1] != shown[2] == shown[3]
    source = envs.envs[0].domain.source
    assert infos["task_id"].tolist() == [source.task("held", 0, n).id for n in (5, 5, 9, 9)]
    task_id = source.task("fresh", 1, 2).id
    assert envs.reset(options={"task_id": task_id})[1]["task_id"].tolist() == [task_id] * 4
    assert len(set(envs.reset(options={"index": np.arange(4)})[0])) == 4


def test_a_lost_verdict_is_nan_for_its_environment_alone() -> None:
    """The job that the sandbox failed at is NaN and truncated; the others keep their rewards, and all go on."""
    envs = toys(3, max_turns=2)
    envs.reset(seed=0)
    _, rewards, terminated, truncated, infos = envs.step(["a", "break", solutions(envs)[2]])
    assert [str(reward) for reward in rewards] == ["0.0", "nan", "1.0"]
    assert np.isnan(rewards.mean())
    assert truncated.tolist() == [False, True, False]
    assert terminated.tolist() == [False, False, True]
    assert infos["final_info"]["outcome"].tolist() == [None, Outcome.NO_VERDICT, Outcome.CORRECT]
    assert envs.step(solutions(envs))[1].tolist() == [1.0, 1.0, 1.0]


def test_a_sandbox_that_fails_altogether_gives_nan_to_all() -> None:
    """A closed sandbox has no verdict for anybody."""
    envs = toys(3)
    envs.reset(seed=0)
    broken = Sandbox(workers=1)
    broken.close()
    envs.envs[0].sandbox = broken
    _, rewards, terminated, truncated, infos = envs.step(["a", "b", "c"])
    assert np.isnan(rewards).all()
    assert truncated.all()
    assert not terminated.any()
    assert "closed" in infos["final_obs"][0]


def test_a_verdict_stays_with_its_response() -> None:
    """Whatever order tasks come in, reward i is of response i; one call of the sandbox serves all."""
    batches: list[list[str]] = []

    class Recording(FakeSandbox):
        def attempt(self, jobs: Sequence[Job]) -> list[Result | SandboxError]:
            batches.append([job.payload["text"] for job in jobs])
            return super().attempt(jobs)

    fake = Recording(lambda job: Result(Ending.REPLIED, job.payload["text"]))
    envs = toys(16, sandbox=fake)
    envs.reset(seed=0)
    actions = [text if n in (3, 8, 13) else f"wrong {n}" for n, text in enumerate(solutions(envs))]
    rewards = envs.step(actions)[1]
    assert np.flatnonzero(rewards).tolist() == [3, 8, 13]
    assert batches == [actions]


@pytest.mark.parametrize(
    "actions",
    ["abc", ["a", "b"], ["a", "b", "c", "d"], [], ["a", None, "c"], ["a", b"b", "c"], [["a"], "b", "c"]],
)
def test_actions_that_are_not_that_many_texts_are_refused(actions: Any) -> None:
    """The whole step is refused, and nobody's episode has moved."""
    envs = toys(3)
    envs.reset(seed=0)
    before = [env.snapshot() for env in envs.envs]
    with pytest.raises(BadResponse):
        envs.step(actions)
    assert [env.snapshot() for env in envs.envs] == before


@pytest.mark.parametrize(
    ("seed", "options", "kind", "message"),
    [
        ([1, 2], {}, BadTask, "seed has 2 values for 3 environments"),
        (0, {"index": [0, 1]}, BadTask, "index has 2 values for 3 environments"),
        (0, {"reset_mask": [True]}, BadTask, "reset_mask has 1 values for 3 environments"),
        (0, {"indx": 0}, UnknownEnv, "unknown reset option 'indx' of toy/Repeat-v0; did you mean 'index'"),
        (0, {"split": ["train", "hold", "held"]}, UnknownEnv, "did you mean 'held'"),
    ],
)
def test_a_bad_reset_is_refused(
    seed: Any, options: dict[str, Any], kind: type[Exception], message: str
) -> None:
    """The message counts values, or names the nearest option."""
    with pytest.raises(kind, match=message):
        toys(3).reset(seed=seed, options=options)


def test_a_step_before_the_reset_is_refused() -> None:
    """Nothing is judged before a task was shown."""
    with pytest.raises(BadTask, match="call reset"):
        toys(2).step(["a", "b"])


@pytest.mark.parametrize("count", [0, -1])
def test_a_batch_needs_an_environment(sandbox: Sandbox, count: int) -> None:
    """Zero is refused where it was asked for."""
    with pytest.raises(BadTask, match="num_envs >= 1"):
        gym.make_vec("rlvr/Math-v0", num_envs=count, sandbox=sandbox)


@pytest.mark.parametrize("levels", [[1, None], [None, 1]])
def test_levels_may_be_missing(levels: list[int | None]) -> None:
    """A table whose rows know their level only partly works in either order, also at the end of an episode."""
    domain = echo_domain(table(levels))
    envs = TextVectorEnv([make_toy(domain, split="public") for _ in range(2)])
    _, infos = envs.reset(options={"index": [0, 1]})
    assert infos["level"].tolist() == levels
    infos = envs.step(["a", "b"])[4]
    assert infos["final_info"]["level"].tolist() == levels
