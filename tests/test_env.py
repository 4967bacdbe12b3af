"""One text environment: Gymnasium's contract, hidden references, odd responses, and what options it takes."""

from __future__ import annotations

import copy
import json
import math
import pickle
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.wrappers import RecordEpisodeStatistics, TimeLimit

from rlvr_gym.env import MAX_TEXT, Domain, TextEnv, judge, messages, observation
from rlvr_gym.errors import BadResponse, BadTask, CheckerError, SandboxError, SandboxUnavailable, UnknownEnv
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.testing import FakeSandbox
from rlvr_gym.types import Ending, Job, Message, Outcome, Result, Task, Verdict
from tests.toys import GOLD, echo_domain, echo_sandbox, make_toy

BUNDLED = ("rlvr/Math-v0", "rlvr/Code-v0", "rlvr/Curriculum-v0")


@pytest.fixture
def global_generators() -> Iterator[None]:
    """Fail a test that reads or changes the process-wide random generators."""
    before, numbers = random.getstate(), np.random.get_state()
    yield
    assert random.getstate() == before
    assert all(np.array_equal(one, two) for one, two in zip(numbers, np.random.get_state(), strict=True))


def plain(env: gym.Env[Any, Any]) -> TextEnv:
    """Return the environment inside Gymnasium's wrappers."""
    assert isinstance(env.unwrapped, TextEnv)
    return env.unwrapped


@pytest.mark.usefixtures("global_generators")
@pytest.mark.parametrize("env_id", BUNDLED)
def test_gymnasium_finds_nothing_to_complain_about(sandbox: Sandbox, env_id: str) -> None:
    """`check_env` passes (warnings are errors here), and no global random state is touched."""
    check_env(gym.make(env_id, sandbox=sandbox).unwrapped)


@pytest.mark.parametrize("env_id", BUNDLED)
def test_a_spec_makes_the_same_environment(env_id: str) -> None:
    """Options travel in the spec, through pickle too; the default spec is JSON."""
    name, value = ("window", 3) if "Curriculum" in env_id else ("level", 2)
    options: dict[str, Any] = {name: value}
    env = gym.make(env_id, task_seed=9, **options)
    assert env.spec is not None
    assert env.spec.kwargs[name] == value
    shown = env.reset(seed=4)
    for spec in (env.spec, pickle.loads(pickle.dumps(env.spec))):
        assert gym.make(spec).reset(seed=4) == shown
    described = gym.make(env_id).spec
    assert described is not None
    assert gym.envs.registration.EnvSpec.from_json(described.to_json()) == described


@pytest.mark.parametrize("env_id", BUNDLED)
def test_no_pickle_of_an_environment_holds_a_reference(env_id: str) -> None:
    """A pickled environment goes on where it was, spec included, and its bytes hold no solution."""
    env = gym.make(env_id)
    for seed in range(5):
        env.reset(seed=seed)
        answer = plain(env).domain.oracle(plain(env).task)
        data = pickle.dumps(env)
        if len(answer) > 60:  # a program; its lines turn up nowhere by chance
            lines = [
                line for line in answer.splitlines() if len(line) > 24 and line not in plain(env).task.prompt
            ]
            assert lines
            assert not any(line.encode() in data for line in lines)
        else:
            assert answer.encode() not in data
            assert b"Gold" not in data
        twin = pickle.loads(data)
        assert twin.spec == env.spec
        assert twin.unwrapped.task.id == plain(env).task.id
        assert twin.reset() == env.reset()


@pytest.mark.parametrize("env_id", BUNDLED)
def test_a_seed_decides_all_tasks(sandbox: Sandbox, env_id: str) -> None:
    """The same seed draws the same tasks, then goes on the same; another one draws others."""
    env, twin = gym.make(env_id, sandbox=sandbox), gym.make(env_id, sandbox=sandbox)
    first = [env.reset(seed=1)] + [env.reset() for _ in range(4)]
    assert [twin.reset(seed=1)] + [twin.reset() for _ in range(4)] == first
    assert [twin.reset(seed=2)] + [twin.reset() for _ in range(4)] != first
    assert len({info["task_id"] for _, info in first}) == 5


def test_wrappers_of_gymnasium_work(sandbox: Sandbox) -> None:
    """A time limit truncates, statistics add up the verified reward."""
    env = RecordEpisodeStatistics(TimeLimit(gym.make("rlvr/Math-v0", sandbox=sandbox, max_turns=5), 2))
    env.reset(seed=0)
    assert env.step("no idea")[2:4] == (False, False)
    _, reward, terminated, truncated, info = env.step("no idea")
    assert (reward, terminated, truncated) == (0.0, False, True)
    assert (info["episode"]["r"], info["episode"]["l"]) == (0.0, 2)
    env.reset()
    _, reward, terminated, truncated, info = env.step(plain(env).domain.oracle(plain(env).task))
    assert (reward, terminated, truncated, info["episode"]["r"]) == (1.0, True, False, 1.0)


def test_gymnasium_refuses_a_step_before_a_reset(sandbox: Sandbox) -> None:
    """Both Gymnasium's order check and ours stand."""
    env = gym.make("rlvr/Math-v0", sandbox=sandbox)
    with pytest.raises(gym.error.ResetNeeded):
        env.step("1")
    with pytest.raises(BadTask, match=r"no episode of rlvr/Math-v0 is running; call reset\(\) first"):
        plain(env).step("1")
    with pytest.raises(BadTask, match="has no task yet"):
        _ = plain(env).task


def test_an_episode_ends_when_it_is_solved_or_out_of_turns() -> None:
    """With three turns a wrong response is answered by feedback; the third or the right one is the last."""
    env = make_toy(max_turns=3)
    env.reset(seed=0)
    assert env.step("a")[:4] == ("no", 0.0, False, False)
    assert env.step(env.domain.oracle(env.task))[:4] == ("yes", 1.0, True, False)
    with pytest.raises(BadTask, match="no episode"):
        env.step("a")
    env.reset()
    turns = [env.step("a") for _ in range(3)]
    assert [turn[2] for turn in turns] == [False, False, True]
    assert [turn[4]["turn"] for turn in turns] == [1, 2, 3]
    assert type(turns[0][1]) is float


def test_info_tells_the_verdict_and_the_task_but_no_reference() -> None:
    """Keys are those of the documentation, and the gold is nowhere in them."""
    env = make_toy(checker="digest")
    shown, info = env.reset(seed=0)
    assert set(info) == {"task_id", "family", "level", "turn"}
    assert info["task_id"].startswith("train/0/")
    _, _, _, _, after = env.step("wrong")
    assert set(after) == {*info, "verdict", "outcome"}
    assert after["verdict"] == Verdict(Outcome.WRONG, 0.0, "no", checker="digest")
    assert (after["outcome"], after["verdict"].cpu_s, after["verdict"].wall_s) == ("WRONG", 0.25, 0.5)
    for text in (shown, repr(info), repr(after), repr(env), env.snapshot().decode(), repr(pickle.dumps(env))):
        assert GOLD not in text


def test_a_broken_sandbox_gives_nan_and_ends_the_episode() -> None:
    """No verdict is no number: NaN, truncated, with the cause in the verdict; the next episode is well."""
    env = make_toy(max_turns=3)
    env.reset(seed=0)
    _, reward, terminated, truncated, info = env.step("break")
    assert math.isnan(reward)
    assert (terminated, truncated) == (False, True)
    assert (info["verdict"].outcome, info["verdict"].reward) == (Outcome.NO_VERDICT, None)
    assert "the worker died 2 times" in info["verdict"].feedback
    with pytest.raises(BadTask, match="no episode"):
        env.step("a")
    env.reset()
    assert env.step(env.domain.oracle(env.task))[1] == 1.0


def test_a_host_without_walls_raises() -> None:
    """Where no sandbox can be had there is no verdict at all, not even NO_VERDICT."""

    def answer(job: Job) -> Result:
        raise SandboxUnavailable("no user namespaces; allow them")

    env = make_toy(sandbox=FakeSandbox(answer))
    env.reset(seed=0)
    with pytest.raises(SandboxUnavailable, match="allow them"):
        env.step("a")


@pytest.mark.parametrize("response", [None, b"42", 42, ["42"], 4.2])
def test_a_response_that_is_not_text_is_refused(sandbox: Sandbox, response: Any) -> None:
    """The error names the type and the task; the episode is still running."""
    for env in (make_toy(), plain(gym.make("rlvr/Code-v0", sandbox=sandbox))):
        env.reset(seed=0)
        with pytest.raises(BadResponse, match=rf"not {type(response).__name__}; task train/0/"):
            env.step(response)
        assert env.step("")[1] == 0.0


@pytest.mark.parametrize("env_id", BUNDLED)
@pytest.mark.parametrize(
    "response",
    [
        "",
        " \n",
        "\x00" * 1000,
        "\ud800\udfff",
        "\\boxed{\ud800}",
        "```python\n\x00\n```",
        "```python\n'\ud800'\n```",
    ],
)
def test_an_odd_response_is_judged(sandbox: Sandbox, env_id: str, response: str) -> None:
    """Empty texts, NULs and lone surrogates earn 0 and have a verdict."""
    options: dict[str, Any] = {"start": 3} if "Curriculum" in env_id else {}
    env = gym.make(env_id, sandbox=sandbox, **options)
    env.reset(seed=0)
    _, reward, _, truncated, info = env.step(response)
    assert (reward, truncated) == (0.0, False)
    assert info["verdict"].outcome is not Outcome.NO_VERDICT


@pytest.mark.parametrize("env_id", BUNDLED)
def test_ten_megabytes_are_unparsable_at_once(sandbox: Sandbox, env_id: str) -> None:
    """A response beyond the limit is not looked at, whatever it holds; one just below the limit still is."""
    env = plain(gym.make(env_id, sandbox=sandbox))
    env.reset(seed=0)
    oracle = env.domain.oracle(env.task)
    huge = oracle + " " * (10 << 20)
    started = time.perf_counter()
    verdict = env.step(huge)[4]["verdict"]
    assert verdict.outcome is Outcome.UNPARSABLE
    assert verdict.feedback == f"the response is longer than {MAX_TEXT} characters"
    assert time.perf_counter() - started < 1.0
    env.reset(seed=0)
    assert env.step("\n" * (MAX_TEXT - len(oracle)) + oracle)[1] == 1.0


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"splt": "train"}, UnknownEnv, "unknown reset option 'splt' of toy/Repeat-v0; did you mean 'split'"),
        ({"split": "trian"}, UnknownEnv, "did you mean 'train'"),
        ({"index": -1}, BadTask, "first valid index 0"),
        ({"index": "3"}, BadTask, "index must be an integer, not str"),
        ({"seed": -3, "index": 0}, BadTask, "non-negative integer, not -3"),
        ({"task_id": "train/0/0/repaet/L1"}, BadTask, "did you mean 'repeat'"),
        ({"task_id": "train/0/0/repeat/L1", "split": "held"}, BadTask, "task_id stands alone"),
        ({1: 2}, UnknownEnv, "unknown reset option 1"),
    ],
)
def test_a_bad_reset_option_is_refused(options: dict[Any, Any], kind: type[Exception], message: str) -> None:
    """The message names the nearest valid option, split, index or family."""
    env = make_toy()
    with pytest.raises(kind, match=message):
        env.reset(seed=0, options=options)


def test_reset_options_choose_the_task() -> None:
    """Split, seed and index (NumPy's numbers too), or a task id, lead to that task."""
    env = make_toy()
    source = env.domain.source
    _, info = env.reset(options={"split": "held", "seed": np.uint8(5), "index": np.int64(7)})
    assert info["task_id"] == source.task("held", 5, 7).id
    _, again = env.reset(options={"task_id": info["task_id"]})
    assert again["task_id"] == info["task_id"]
    assert env.reset(options={"split": "fresh"})[1]["task_id"].startswith("fresh/0/")
    assert make_toy(split="held", task_seed=3).reset()[1]["task_id"].startswith("held/3/")


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        (
            {"split": "tests"},
            UnknownEnv,
            "toy/Repeat-v0 has no split 'tests'; .*valid: train, public, fresh, held",
        ),
        ({"split": ""}, UnknownEnv, "has no split ''"),
        ({"max_turns": 0}, UnknownEnv, "max_turns of toy/Repeat-v0 must be a positive integer, not 0"),
        ({"max_turns": True}, UnknownEnv, "max_turns"),
        ({"max_turns": 1.5}, UnknownEnv, "max_turns"),
        ({"render_mode": "human"}, UnknownEnv, "has no render mode 'human'; valid: ansi"),
        ({"task_seed": -1}, BadTask, "task seed must be a non-negative integer"),
        ({"task_seed": "0"}, BadTask, "task seed must be"),
    ],
)
def test_a_bad_setting_is_refused(options: dict[str, Any], kind: type[Exception], message: str) -> None:
    """An environment that could not serve a task is not made."""
    with pytest.raises(kind, match=message):
        make_toy(**options)


def test_render_shows_what_the_policy_sees() -> None:
    """In mode "ansi" first the task, then the feedback; without a mode nothing."""
    env = make_toy(echo_domain(system="Answer."), render_mode="ansi")
    shown, _ = env.reset(seed=0)
    assert env.render() == shown == f"Answer.\n\n{env.task.prompt}"
    env.step("x")
    assert env.render() == "no"
    assert make_toy().render() is None


def test_messages_and_observation_say_the_same() -> None:
    """The system prompt comes first in both forms, and in neither where there is none."""
    for system in ("", "Answer."):
        domain = echo_domain(system=system)
        task = domain.source.task("train", 0, 0)
        user = Message("user", task.prompt)
        assert messages(domain, task) == ((Message("system", system), user) if system else (user,))
        assert observation(domain, task) == "\n\n".join(m.content for m in messages(domain, task))


def test_one_batch_is_one_call_in_any_order() -> None:
    """Verdicts belong to their pairs, jobs go out in one call, and early verdicts need no sandbox."""
    calls: list[int] = []

    class Counting(FakeSandbox):
        def attempt(self, jobs: Any) -> list[Result | SandboxError]:
            calls.append(len(jobs))
            return super().attempt(jobs)

    domain = echo_domain()
    tasks = [domain.source.task("train", 0, n) for n in range(20)]
    pairs = [(task, domain.oracle(task) if n % 3 else "x" * (MAX_TEXT + 1)) for n, task in enumerate(tasks)]
    fake = Counting(lambda job: Result(Ending.REPLIED, job.payload["text"]))
    verdicts = judge(domain, pairs, fake)
    wanted = [Outcome.CORRECT if n % 3 else Outcome.UNPARSABLE for n in range(20)]
    assert [verdict.outcome for verdict in verdicts] == wanted
    assert judge(domain, pairs[::-1], fake) == verdicts[::-1]
    assert calls == [13, 13]
    assert judge(domain, [], fake) == []
    assert len(calls) == 2


def _raise(*_: object) -> Any:
    raise ZeroDivisionError("division by zero")


@pytest.mark.parametrize("part", ["job", "grade"])
@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (lambda *_: None, r"{part}\(\) of task train/0/0/.* returned NoneType, not a"),
        (lambda *_: 1.0, r"{part}\(\) of task train/0/0/.* returned float, not a"),
        (_raise, r"{part}\(\) of task train/0/0/.* raised ZeroDivisionError: division by zero"),
    ],
    ids=["none", "float", "raises"],
)
def test_a_checker_that_breaks_its_contract_is_named(
    part: str, broken: Callable[..., Any], message: str
) -> None:
    """A bug of an environment is neither a verdict nor a bare exception."""
    whole = echo_domain()
    domain = Domain(
        whole.source,
        broken if part == "job" else whole.job,
        broken if part == "grade" else whole.grade,
        whole.oracle,
    )
    task = domain.source.task("train", 0, 0)
    with pytest.raises(CheckerError, match=message.format(part=part)):
        judge(domain, [(task, "a")], echo_sandbox())


def test_a_domain_may_grade_with_the_response_at_hand() -> None:
    """`grade_response` stands in for `grade`, and its bugs are named like those of `grade`."""
    whole = echo_domain()
    task = whole.source.task("train", 0, 0)

    def same(task: Task, response: str, result: Result) -> Verdict:
        return Verdict.wrong(f"{response} came back as {result.value}")

    (verdict,) = judge(replace(whole, grade_response=same), [(task, "a")], echo_sandbox())
    assert verdict.feedback.startswith("a came back as")
    with pytest.raises(CheckerError, match=r"grade\(\) of task train/0/0/.* raised ZeroDivisionError"):
        judge(replace(whole, grade_response=_raise), [(task, "a")], echo_sandbox())


def test_a_task_without_its_reference_is_refused(sandbox: Sandbox) -> None:
    """A task out of a pickle cannot be judged by accident: the error says how to get it back."""
    for env_id in BUNDLED:
        env = plain(gym.make(env_id, sandbox=sandbox))
        task = pickle.loads(pickle.dumps(env.domain.source.task("train", 0, 0)))
        with pytest.raises(BadTask, match=r"reference|gold"):
            judge(env.domain, [(task, "```python\nx = 1\n```\n\\boxed{1}")], sandbox)


def test_a_copy_is_independent() -> None:
    """`copy.deepcopy`, as Gymnasium and search use it, gives an environment that goes on by itself."""
    env = make_toy(max_turns=3)
    env.reset(seed=0)
    twin = copy.deepcopy(env)
    assert twin.sandbox is env.sandbox
    left = [env.step("a"), env.step("b"), env.step("c"), env.reset()]
    assert left == [twin.step("a"), twin.step("b"), twin.step("c"), twin.reset()]
    assert json.loads(env.snapshot()) == json.loads(twin.snapshot())
