"""Scripted policies: the oracle earns everything, the others nothing that a checker should not pay."""

from __future__ import annotations

import pytest

import rlvr_gym
from rlvr_gym import Sandbox
from rlvr_gym.env import Domain, judge
from rlvr_gym.errors import BadTask, UnknownEnv
from rlvr_gym.policies import SCRIPTED, Request, scripted
from rlvr_gym.types import Outcome, Verdict
from tests.evaluation.subjects import echo_subject

ENVIRONMENTS = ("rlvr/Math-v0", "rlvr/Code-v0")
TASKS = 24


def verdicts_of(name: str, env_id: str, sandbox: Sandbox) -> list[Verdict]:
    """Judge the answers of a policy to tasks of the public split."""
    domain = rlvr_gym.load(env_id)
    tasks = [domain.source.task("public", 11, index) for index in range(TASKS)]
    done = scripted(name, domain).generate([Request(task.id, (), seed=2) for task in tasks])
    assert all(completion.error is None for completion in done)
    return judge(domain, [(task, c.text) for task, c in zip(tasks, done, strict=True)], sandbox)


@pytest.mark.parametrize("env_id", ENVIRONMENTS)
def test_the_oracle_earns_everything(env_id: str, sandbox: Sandbox) -> None:
    """The reference solution is always right."""
    assert {v.outcome for v in verdicts_of("oracle", env_id, sandbox)} == {Outcome.CORRECT}


@pytest.mark.parametrize("env_id", ENVIRONMENTS)
@pytest.mark.parametrize("name", ["hedger", "empty", "cheat"])
def test_hedges_silence_and_cheats_earn_nothing(name: str, env_id: str, sandbox: Sandbox) -> None:
    """Every verdict is a verdict, and its reward is 0."""
    assert {v.reward for v in verdicts_of(name, env_id, sandbox)} == {0.0}


@pytest.mark.parametrize("env_id", ENVIRONMENTS)
@pytest.mark.parametrize("name", ["random", "copy-the-example"])
def test_guesses_and_copies_earn_next_to_nothing(name: str, env_id: str, sandbox: Sandbox) -> None:
    """A small integer may be hit by chance; more than one in six would be a leak."""
    rewards = [v.reward for v in verdicts_of(name, env_id, sandbox)]
    assert None not in rewards
    assert sum(filter(None, rewards)) <= TASKS / 6


@pytest.mark.parametrize("env_id", ENVIRONMENTS)
@pytest.mark.parametrize("name", SCRIPTED)
def test_answers_depend_on_seed_task_and_sample_alone(name: str, env_id: str) -> None:
    """Alone or in any order, the same request gets the same answer."""
    domain = rlvr_gym.load(env_id)
    requests = [
        Request(domain.source.task("train", 1, index).id, (), sample, seed=5)
        for index in range(4)
        for sample in range(2)
    ]
    together = scripted(name, domain).generate(requests)
    alone = [scripted(name, domain).generate([request])[0] for request in reversed(requests)]
    assert together == alone[::-1]


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    """So is a task that cannot be made, as an error of its row."""
    domain = echo_subject().domain
    with pytest.raises(UnknownEnv, match="did you mean 'hedger'"):
        scripted("hegder", domain)
    done = scripted("oracle", domain).generate([Request("fresh/0/none", ()), Request("fresh/0/4", ())])
    assert "cannot be made" in str(done[0].error)
    assert done[1].text == "4"


def test_a_task_without_solution_is_an_error_of_the_oracle_alone() -> None:
    """Policies that need no solution answer all the same."""

    def no_oracle(task: object) -> str:
        raise BadTask("no known solution")

    echo = echo_subject().domain
    domain = Domain(echo.source, echo.job, echo.grade, no_oracle)
    request = Request("fresh/0/4", ())
    failing = {name for name in SCRIPTED if scripted(name, domain).generate([request])[0].error is not None}
    assert failing == {"oracle", "hedger"}
