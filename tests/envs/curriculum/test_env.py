"""The curriculum as an environment: over the real environments, single, batched and cloned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest

from rlvr_gym.env import TextEnv, judge
from rlvr_gym.envs.curriculum import Controller, domain
from rlvr_gym.errors import BadTask, SandboxError, UnknownEnv
from rlvr_gym.registry import load
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.testing import FakeSandbox, check_env
from rlvr_gym.types import Outcome
from rlvr_gym.vector import TextVectorEnv

ID = "rlvr/Curriculum-v0"


def make(sandbox: Sandbox, **options: Any) -> TextEnv:
    """A curriculum without Gymnasium's wrappers."""
    env = gym.make(ID, sandbox=sandbox, **options).unwrapped
    assert isinstance(env, TextEnv)
    return env


def controller(env: TextEnv) -> Controller:
    """The controller of an environment."""
    assert isinstance(env.scheduler, Controller)
    return env.scheduler


def solve(env: TextEnv, episodes: int) -> list[str]:
    """Solve that many tasks; return their ids."""
    ids = []
    for _ in range(episodes):
        env.reset()
        ids.append(env.task.id)
        assert env.step(env.domain.oracle(env.task))[1] == 1.0
    return ids


def test_curriculum_earns_its_certificate(sandbox: Sandbox) -> None:
    """Gymnasium's checks, purity, hidden references, oracle, attacks and snapshots hold as for any other."""
    assert [check for check in check_env(ID, sandbox, tasks=12) if not check.ok] == []


def test_success_leads_from_mathematics_to_code(sandbox: Sandbox) -> None:
    """With a window of two, two solved tasks lead to stage 2, which holds code as well."""
    env = make(sandbox, window=2)
    env.reset(seed=0)
    assert all(task_id.startswith("1:rlvr/Math-v0|") for task_id in solve(env, 2))
    assert controller(env).stage == 2
    env = make(sandbox, start=2, window=100)
    env.reset(seed=0)
    assert {task_id.split("|")[0] for task_id in solve(env, 20)} == {"2:rlvr/Math-v0", "2:rlvr/Code-v0"}


def test_failure_leads_back(sandbox: Sandbox) -> None:
    """Answers without content lead a stage down."""
    env = make(sandbox, start=3, window=2)
    env.reset(seed=0)
    for _ in range(2):
        env.reset()
        assert env.step("I do not know.")[1] == 0.0
    assert controller(env).stage == 2


def test_snapshot_brings_the_stage_back(sandbox: Sandbox) -> None:
    """A clone goes on from the same stage and window, and leaves the original where it is."""
    env = make(sandbox, window=3)
    env.reset(seed=0)
    solve(env, 2)
    kept, twin = env.snapshot(), env.clone()
    assert controller(twin).state() == controller(env).state() == {"stage": 1, "window": [1, 1]}
    assert solve(env, 2) == solve(twin, 2)
    assert controller(env).stage == 2
    env.restore(kept)
    assert controller(env).state() == {"stage": 1, "window": [1, 1]}
    assert controller(twin).stage == 2


def test_batch_shares_one_controller(sandbox: Sandbox) -> None:
    """Verdicts of all sub-environments count together, and the next tasks are of the new stage."""
    envs = gym.make_vec(ID, num_envs=4, window=4, sandbox=sandbox)
    assert isinstance(envs, TextVectorEnv)
    envs.reset(seed=0)
    envs.step([env.domain.oracle(env.task) for env in envs.envs])
    assert {controller(env) for env in envs.envs} == {controller(envs.envs[0])}
    assert controller(envs.envs[0]).stage == 2
    assert envs.envs[-1].task.info["stage"] == 2
    envs.close()


@pytest.mark.parametrize("split", ["public", "fresh", "held"])
@pytest.mark.parametrize("options", [{}, {"index": 0}])
def test_evaluation_split_is_refused_with_the_reason(
    sandbox: Sandbox, split: str, options: dict[str, Any]
) -> None:
    """No reset reaches an evaluation split, by draw or by index, and the controller does not move."""
    env = make(sandbox)
    with pytest.raises(UnknownEnv, match="must not steer training"):
        env.reset(seed=0, options={"split": split, **options})
    assert controller(env).state() == {"stage": 1, "window": []}


def test_lost_verdict_moves_nothing() -> None:
    """Where the sandbox fails the reward is NaN and the controller's window stays as it was."""

    def broken(job: object) -> Any:
        raise SandboxError("the worker died twice")

    env = make(FakeSandbox(broken), stages=[{"env": "rlvr/Code-v0", "level": 1}], window=1)
    env.reset(seed=0)
    _, reward, terminated, truncated, info = env.step(env.domain.oracle(env.task))
    assert reward != reward
    assert (terminated, truncated, info["verdict"].outcome) == (False, True, Outcome.NO_VERDICT)
    assert controller(env).state() == {"stage": 1, "window": []}


def test_verdict_is_that_of_the_inner_environment(sandbox: Sandbox) -> None:
    """A staged task is judged as its own environment judges it."""
    staged, inner = load(ID), load("rlvr/Code-v0", level=1)
    task = next(
        task
        for index in range(100)
        if (task := staged.source.task("train", 0, index)).id.startswith("2:rlvr/Code-v0|")
    )
    alone = inner.source.by_id(task.id.partition("|")[2])
    for response in (inner.oracle(alone), "```python\nx = 1\n```", ""):
        assert judge(staged, [(task, response)], sandbox) == judge(inner, [(alone, response)], sandbox)


def test_stages_come_from_a_file(tmp_path: Path) -> None:
    """A TOML file of the form of the default one is read; its one stage is served."""
    path = tmp_path / "mine.toml"
    path.write_text('[[stages]]\nentries = [{ env = "rlvr/Code-v0", level = 2 }]\n', encoding="utf-8")
    source = domain(stages=str(path)).source
    assert {source.task("train", 0, index).level for index in range(5)} == {2}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "[[stages]]"),
        ("stages = 3", "[[stages]]"),
        ("stages = []", "non-empty list"),
        ("[[stages]]\nentry = 1", "stage 1"),
        ("[[stages]]\nentries = []", "stage 1"),
        ("[[stages]]\nentries = [{ env = 'rlvr/Cod-v0' }]", "stage 1: unknown environment"),
        ("not toml", "cannot read"),
        ("\udcff", "cannot read"),
    ],
)
def test_malformed_file_is_refused_by_name(tmp_path: Path, text: str, message: str) -> None:
    """The message names the file, and the stage where there is one."""
    path = tmp_path / "mine.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises((BadTask, UnknownEnv)) as caught:
        domain(stages=str(path))
    assert "mine.toml" in str(caught.value)
    assert message in str(caught.value)


def test_missing_file_is_refused() -> None:
    """A path that leads nowhere raises BadTask with the path."""
    with pytest.raises(BadTask, match=r"nowhere\.toml"):
        domain(stages="nowhere.toml")


def test_unknown_option_names_the_nearest() -> None:
    """A typo in an option of the curriculum is told as everywhere."""
    with pytest.raises(UnknownEnv, match="did you mean 'window'"):
        load(ID, windw=3)
