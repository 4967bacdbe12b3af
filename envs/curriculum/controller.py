"""When to move between stages: the only part of a curriculum that has state."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rlvr_gym.envs.curriculum.stages import StagedSource
from rlvr_gym.errors import BadTask
from rlvr_gym.types import Outcome, Task, Verdict

__all__ = ["Controller", "Rule"]

_INDICES = 2**32


@dataclass(frozen=True, slots=True)
class Rule:
    """When a policy is moved to another stage.

    Two thresholds and a window that starts empty in every stage keep it from swinging to and fro: at least
    `window` verdicts lie between two moves, and a success rate between the thresholds moves nothing.

    Args:
        window: number of latest verdicts that count, at least 1.
        up: share of correct verdicts, 0..1, from which the next stage begins.
        down: share, below `up`, at or under which the stage before comes back.
    Raises: BadTask: on a value out of range.
    """

    window: int = 32
    up: float = 0.8
    down: float = 0.2

    def __post_init__(self) -> None:
        if isinstance(self.window, bool) or not isinstance(self.window, int) or self.window < 1:
            raise BadTask(f"window must be a positive number of verdicts, not {self.window!r}")
        for name in ("up", "down"):
            if isinstance(getattr(self, name), bool) or not isinstance(getattr(self, name), int | float):
                raise BadTask(f"{name} must be a number, not {getattr(self, name)!r}")
        if not 0.0 <= self.down < self.up <= 1.0:
            raise BadTask(f"thresholds must satisfy 0 <= down < up <= 1, not down={self.down}, up={self.up}")


class Controller:
    """Serves tasks of the current stage and moves on by their verdicts.

    Args:
        source: of the staged tasks.
        rule: when to move.
        start: stage to begin with, counted from 1.
    Raises: BadTask: if there is no such stage.
    """

    def __init__(self, source: StagedSource, rule: Rule, start: int = 1) -> None:
        self._source, self._rule = source, rule
        self._stage = _check_stage(start, len(source.stages))
        self._window: deque[bool] = deque(maxlen=rule.window)

    @property
    def stage(self) -> int:
        """The current stage, counted from 1."""
        return self._stage

    @property
    def rate(self) -> float | None:
        """Share of correct verdicts in the window, 0..1, or None before the first."""
        return sum(self._window) / len(self._window) if self._window else None

    def choose(self, rng: np.random.Generator, split: str, seed: int) -> Task:
        """Return a random task of the current stage.

        Args:
            rng: the environment's generator; one number is taken from it.
            split: "train".
            seed: of the task streams.
        Raises: UnknownEnv: for any other split, which must not steer training.
        """
        return self._source.task_of(self._stage, split, seed, int(rng.integers(_INDICES)))

    def observe(self, task: Task, verdict: Verdict) -> None:
        """Count a verdict, and move to another stage where the rule says so.

        A verdict on a task of another stage (of a vector step that began before the last move) does not
        count, nor does NO_VERDICT, which says nothing about the policy.

        Args:
            task: that was served.
            verdict: on its response.
        """
        if verdict.outcome is Outcome.NO_VERDICT or task.info.get("stage") != self._stage:
            return
        self._window.append(verdict.outcome is Outcome.CORRECT)
        if len(self._window) < self._rule.window:
            return
        rate = sum(self._window) / len(self._window)
        if rate >= self._rule.up and self._stage < len(self._source.stages):
            self._move(self._stage + 1)
        elif rate <= self._rule.down and self._stage > 1:
            self._move(self._stage - 1)

    def state(self) -> dict[str, Any]:
        """Return the state as JSON-ready data."""
        return {"stage": self._stage, "window": [int(right) for right in self._window]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go back to a state that `state` returned. Raises BadTask, and changes nothing, if it is not one."""
        window = state.get("window")
        if set(state) != {"stage", "window"} or not isinstance(window, list):
            raise BadTask(f"not the state of a curriculum: {dict(state)!r:.120}")
        if len(window) > self._rule.window or any(right not in (0, 1) for right in window):
            raise BadTask(
                f"state of a curriculum with another window than {self._rule.window}: {window!r:.80}"
            )
        stage = _check_stage(state["stage"], len(self._source.stages))
        self._stage, self._window = stage, deque(map(bool, window), maxlen=self._rule.window)

    def _move(self, stage: int) -> None:
        self._stage = stage
        self._window.clear()


def _check_stage(stage: Any, count: int) -> int:
    if isinstance(stage, bool) or not isinstance(stage, int) or not 1 <= stage <= count:
        raise BadTask(f"a curriculum of {count} stages has no stage {stage!r}; valid: 1 to {count}")
    return stage
