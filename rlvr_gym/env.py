"""One text environment: reset shows a task, step sends a response through the walls to its checker.

The only road of a step: `domain.job` (pure) -> `sandbox.run` -> `domain.grade` (pure) -> verdict.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import gymnasium
import numpy as np
from gymnasium.envs.registration import EnvSpec

from rlvr_gym.errors import (
    BadResponse,
    BadTask,
    CheckerError,
    RlvrError,
    SandboxError,
    SandboxUnavailable,
    UnknownEnv,
    nearest,
)
from rlvr_gym.sandbox import Sandbox, default_sandbox
from rlvr_gym.sources import TaskSource, check_seed
from rlvr_gym.spaces import UnicodeText
from rlvr_gym.types import Job, Message, Outcome, Result, Task, Verdict

__all__ = ["MAX_TEXT", "Domain", "Scheduler", "TextEnv", "judge", "messages", "observation"]

MAX_TEXT = 1 << 20  # most characters of an observation or a response
_RESET_OPTIONS = ("split", "seed", "index", "task_id")
_INDICES = 1 << 31  # indices drawn for a source without end
_NONE = type(None)
_SNAPSHOT: dict[str, tuple[type, ...]] = {  # fields and their types
    "task_id": (str, _NONE),
    "turn": (int,),
    "done": (bool,),
    "shown": (str,),
    "rng": (dict, _NONE),
    "rng_seed": (int, _NONE),
    "scheduler": (dict, _NONE),
}
_log = logging.getLogger(__name__)


class Scheduler(Protocol):
    """What chooses tasks by how well earlier ones went (a curriculum). Its state is plain JSON data."""

    def choose(self, rng: np.random.Generator, split: str, seed: int) -> Task:
        """Return the next task."""

    def observe(self, task: Task, verdict: Verdict) -> None:
        """Take note of a verdict."""

    def state(self) -> dict[str, Any]:
        """Return all that `restore` needs."""

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to a state."""


@dataclass(frozen=True)
class Domain:
    """What a folder under `envs/` provides.

    Args:
        source: where its tasks come from.
        job: pure; what to run in the walls for a response, or a verdict at once where nothing need run.
        grade: pure; compares what came back, outside the walls, by exact type.
        grade_response: pure; the same with the response at hand, where a verdict is about more than what came
            back (the steps of a solution). It stands in for `grade` where it is given.
        oracle: a response that solves the task, made from its reference; raises BadTask where there is none.
        system: how an answer must look, as a system prompt; also the head of every observation.
        scheduler: makes the state of a curriculum, where the domain is one.
    """

    source: TaskSource
    job: Callable[[Task, str], Job | Verdict]
    grade: Callable[[Task, Result], Verdict]
    oracle: Callable[[Task], str]
    system: str = ""
    scheduler: Callable[[], Scheduler] | None = None
    grade_response: Callable[[Task, str, Result], Verdict] | None = None

    def graded(self, task: Task, response: str, result: Result) -> Verdict:
        """Return the verdict on what came back for a response."""
        if self.grade_response is not None:
            return self.grade_response(task, response, result)
        return self.grade(task, result)


def judge(
    domain: Domain, pairs: Sequence[tuple[Task, str]], sandbox: Sandbox | None = None, checker: str = ""
) -> list[Verdict]:
    """Judge a batch of responses in one call of the sandbox.

    Args:
        pairs: (task, response), in any order; the order changes no verdict.
        sandbox: where jobs run; the process-wide one where None.
        checker: digest of what judges, noted in each verdict.
    Returns: one verdict a pair. Where the sandbox failed at a job after its retries, that verdict alone is
        NO_VERDICT, with the cause.
    Raises: BadResponse: if a response is not text. SandboxUnavailable: if no sandbox can be had at all.
        CheckerError: if `job` or `grade` breaks its contract.
    """
    verdicts: list[Verdict | None] = [None] * len(pairs)
    jobs: list[tuple[int, Job]] = []
    for index, (task, response) in enumerate(pairs):
        made = _job(domain, task, response)
        if isinstance(made, Verdict):
            verdicts[index] = replace(made, checker=checker)
        else:
            jobs.append((index, made))
    if jobs:
        results = _attempt(sandbox or default_sandbox(), [job for _, job in jobs])
        for (index, _), result in zip(jobs, results, strict=True):
            task, response = pairs[index]
            if isinstance(result, SandboxError):
                _log.error("no verdict for a response to task %s: %s", task.id, result)
                verdicts[index] = replace(Verdict.no_verdict(str(result)), checker=checker)
            else:
                verdicts[index] = _grade(domain, task, response, result, checker)
    return [verdict for verdict in verdicts if verdict is not None]


def _attempt(sandbox: Sandbox, jobs: Sequence[Job]) -> list[Result | SandboxError]:
    try:
        return sandbox.attempt(jobs)
    except SandboxUnavailable:
        raise
    except SandboxError as error:
        return [error] * len(jobs)


def _job(domain: Domain, task: Task, response: str) -> Job | Verdict:
    if not isinstance(response, str):
        raise BadResponse(f"a response must be text (str), not {type(response).__name__}; task {task.id}")
    if len(response) > MAX_TEXT:
        return Verdict.unparsable(f"the response is longer than {MAX_TEXT} characters")
    try:
        made = domain.job(task, response)
    except RlvrError:
        raise
    except Exception as error:
        raise CheckerError(f"job() of task {task.id} raised {type(error).__name__}: {error}") from error
    if not isinstance(made, Job | Verdict):
        raise CheckerError(f"job() of task {task.id} returned {type(made).__name__}, not a Job or a Verdict")
    return made


def _grade(domain: Domain, task: Task, response: str, result: Result, checker: str) -> Verdict:
    try:
        verdict = domain.graded(task, response, result)
    except RlvrError:
        raise
    except Exception as error:
        raise CheckerError(f"grade() of task {task.id} raised {type(error).__name__}: {error}") from error
    if not isinstance(verdict, Verdict):
        raise CheckerError(f"grade() of task {task.id} returned {type(verdict).__name__}, not a Verdict")
    return verdict.measured(result, checker)


def messages(domain: Domain, task: Task) -> tuple[Message, ...]:
    """Return a task as chat messages: the system prompt, where there is one, and the user's."""
    user = Message("user", task.prompt)
    return (Message("system", domain.system), user) if domain.system else (user,)


def observation(domain: Domain, task: Task) -> str:
    """Return a task as one text: the system prompt, an empty line, the task's prompt."""
    return f"{domain.system}\n\n{task.prompt}" if domain.system else task.prompt


class TextEnv(gymnasium.Env[str, str]):
    """A text environment with a verified reward.

    `reset(seed=, options=)` draws a task (options: split, seed, index or task_id); `step(text)` judges a
    response. The reward is the verdict's, in [0, 1]; where there is no verdict it is NaN and the episode is
    truncated. `info["verdict"]` holds the `Verdict`. With `max_turns > 1` a response that fails is answered
    by its feedback and may be followed by another; what its verdict grants short of a solution is paid on the
    last turn alone, so that nobody gains by failing first.

    Args:
        env_id: versioned id, for snapshots and messages.
        domain: task source, job and grade.
        remake: makes an environment like this one, for clones and pickles; takes `sandbox=`.
        split: the split that resets draw from.
        task_seed: seed of the tasks; resets draw indices under it.
        max_turns: responses per episode.
        sandbox: the process-wide one where None.
        checker: digest noted in each verdict.
        scheduler: chooses tasks instead of a uniform draw (curricula).
        render_mode: None or "ansi".
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi"], "render_fps": 1}  # noqa: RUF012  # Gymnasium's own declaration

    def __init__(
        self,
        env_id: str,
        domain: Domain,
        *,
        remake: Callable[..., TextEnv],
        split: str = "train",
        task_seed: int = 0,
        max_turns: int = 1,
        sandbox: Sandbox | None = None,
        checker: str = "",
        scheduler: Scheduler | None = None,
        render_mode: str | None = None,
    ) -> None:
        if split not in domain.source.splits:
            raise UnknownEnv(f"{env_id} has no split {split!r}{nearest(str(split), domain.source.splits)}")
        if isinstance(max_turns, bool) or not isinstance(max_turns, int) or max_turns < 1:
            raise UnknownEnv(f"max_turns of {env_id} must be a positive integer, not {max_turns!r}")
        if render_mode not in (None, "ansi"):
            raise UnknownEnv(f"{env_id} has no render mode {render_mode!r}; valid: ansi")
        check_seed(task_seed)
        self.env_id, self.domain, self.split, self.task_seed = env_id, domain, split, task_seed
        self.max_turns, self.sandbox, self.checker, self.render_mode = (
            max_turns,
            sandbox,
            checker,
            render_mode,
        )
        self.scheduler = scheduler
        self.observation_space = UnicodeText(MAX_TEXT)
        self.action_space = UnicodeText(MAX_TEXT)
        self._remake = remake
        self._task: Task | None = None
        self._turn, self._done, self._shown = 0, True, ""

    @property
    def task(self) -> Task:
        """The task at hand with its reference, for the trusted side. Raises BadTask before a reset."""
        if self._task is None:
            raise BadTask(f"{self.env_id} has no task yet; call reset() first")
        return self._task

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """Start an episode.

        Args:
            seed: of the draw of tasks; None goes on with the present stream.
            options: {"split", "seed", "index"} or {"task_id"}; what is missing is drawn or taken from the
                environment's own settings.
        Returns: (observation, info) with info keys task_id, family, level, turn.
        Raises: UnknownEnv, BadTask: naming the nearest valid option, split, index or task id.
        """
        super().reset(seed=seed)
        self._task = self._choose({name: _plain(value) for name, value in (options or {}).items()})
        self._turn, self._done = 0, False
        self._shown = observation(self.domain, self._task)
        return self._shown, self._info()

    def _choose(self, options: dict[str, Any]) -> Task:
        for key in options:
            if key not in _RESET_OPTIONS:
                raise UnknownEnv(
                    f"unknown reset option {key!r} of {self.env_id}{nearest(str(key), _RESET_OPTIONS)}"
                )
        source = self.domain.source
        if "task_id" in options:
            if len(options) > 1:
                raise BadTask("reset option task_id stands alone: it already says split, seed and index")
            return source.by_id(options["task_id"])
        split, seed = options.get("split", self.split), options.get("seed", self.task_seed)
        if "index" in options:
            return source.task(split, seed, options["index"])
        if self.scheduler is not None:
            return self.scheduler.choose(self.np_random, split, seed)
        size = source.size(split)
        return source.task(split, seed, int(self.np_random.integers(_INDICES if size is None else size)))

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Judge a response.

        Args:
            action: the response, at most 2**20 characters (a longer one is UNPARSABLE).
        Returns: (feedback, reward, terminated, truncated, info); reward in [0, 1] or NaN with truncated=True.
        Raises: BadTask: before a reset or after the end. BadResponse: if the action is not text.
        """
        self.check_running()
        (verdict,) = judge(self.domain, [(self.task, action)], self.sandbox, self.checker)
        return self.apply(verdict)

    def check_running(self) -> None:
        """Raise BadTask unless an episode is running."""
        if self._done:
            raise BadTask(f"no episode of {self.env_id} is running; call reset() first")

    def apply(self, verdict: Verdict) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Take a verdict as the outcome of the present turn; `step` is `judge` and this."""
        self._turn += 1
        if self.scheduler is not None:
            self.scheduler.observe(self.task, verdict)
        lost = verdict.outcome is Outcome.NO_VERDICT
        solved = verdict.outcome is Outcome.CORRECT
        terminated = not lost and (solved or self._turn >= self.max_turns)
        self._done = terminated or lost
        self._shown = verdict.feedback[:MAX_TEXT]
        paid = verdict.reward if self._done else 0.0
        reward = math.nan if paid is None else float(paid)
        info = self._info() | {"verdict": verdict, "outcome": verdict.outcome.value}
        return self._shown, reward, terminated, lost, info

    def _info(self) -> dict[str, Any]:
        task = self.task
        return {"task_id": task.id, "family": task.family, "level": task.level, "turn": self._turn}

    def render(self) -> str | None:
        """Return what the policy sees now, in render mode "ansi"."""
        return self._shown if self.render_mode == "ansi" else None

    def snapshot(self) -> bytes:
        """Return the state of the episode and of its random stream, without the hidden reference.

        Returns: JSON in UTF-8; `restore` of it and the same actions give the same observations and rewards.
        """
        return json.dumps(
            {
                "env": self.env_id,
                "task_id": None if self._task is None else self._task.id,
                "turn": self._turn,
                "done": self._done,
                "shown": self._shown,
                "rng": None if self._np_random is None else self._np_random.bit_generator.state,
                "rng_seed": self._np_random_seed,
                "scheduler": None if self.scheduler is None else self.scheduler.state(),
            }
        ).encode()

    def restore(self, snapshot: bytes) -> None:
        """Go back to a snapshot of this or an equal environment.

        Raises: BadTask: if the bytes are no snapshot, or one of another environment; nothing changes then.
        """
        state = self._read_snapshot(snapshot)
        task = None if state["task_id"] is None else self.domain.source.by_id(state["task_id"])
        if self.scheduler is not None:
            self.scheduler.restore(state["scheduler"])
        self._task = task
        self._turn, self._done, self._shown = state["turn"], state["done"], state["shown"]
        self._np_random, self._np_random_seed = state["rng"], state["rng_seed"]

    def _read_snapshot(self, snapshot: bytes) -> dict[str, Any]:
        """Return the checked fields of a snapshot, with a generator in place of its state."""
        try:
            state = json.loads(snapshot)
            if state["env"] != self.env_id:
                raise BadTask(f"this snapshot is of {state['env']!r}, not of {self.env_id!r}")
            for name, kinds in _SNAPSHOT.items():
                if type(state[name]) not in kinds:
                    raise ValueError(f"its field {name!r} is malformed")
            if not 0 <= state["turn"] <= self.max_turns:
                raise ValueError(f"its turn {state['turn']} is not one of {self.max_turns}")
            if (state["scheduler"] is None) != (self.scheduler is None):
                raise ValueError("only one of the two has a curriculum")
            if state["rng"] is not None:
                generator = np.random.Generator(np.random.PCG64())
                generator.bit_generator.state = state["rng"]
                state["rng"] = generator
        except (ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
            raise BadTask(f"these bytes are not a snapshot of {self.env_id}: {error}") from None
        return dict(state)

    def clone(self) -> TextEnv:
        """Return an independent environment in the same state, sharing only the sandbox."""
        other = self._remake(sandbox=self.sandbox)
        other.spec = self.spec
        other.restore(self.snapshot())
        return other

    def __reduce__(self) -> tuple[Any, ...]:
        # A pickle is made again from its id and options: references stay behind.
        return _revive, (self._remake, self.snapshot(), self.spec)

    def __deepcopy__(self, memo: dict[int, Any]) -> TextEnv:
        return self.clone()

    def __repr__(self) -> str:
        return f"TextEnv({self.env_id!r}, split={self.split!r}, turn={self._turn})"


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _revive(remake: Callable[..., TextEnv], snapshot: bytes, spec: EnvSpec | None) -> TextEnv:
    env = remake()
    env.spec = spec
    env.restore(snapshot)
    return env
