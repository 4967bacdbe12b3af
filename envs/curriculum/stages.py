"""The stages of a curriculum: which tasks of which environments, named by id.

Stages are counted from 1. A task keeps the prompt, reference and grading of the environment that it comes
from; its id says the stage and that environment: "2:rlvr/Math-v0|train/0/7/fractions/L1".
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from rlvr_gym.env import Domain
from rlvr_gym.errors import BadTask, UnknownEnv, nearest
from rlvr_gym.registry import load
from rlvr_gym.seeding import SPLITS, stream
from rlvr_gym.types import Task

__all__ = ["Entry", "Inner", "StagedSource", "parse"]

_FORM = "STAGE:ENV|TASK"
_TASK_ID = re.compile(r"([1-9][0-9]{0,8}):([^|]+)\|(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """One environment's part in a stage.

    Args:
        env: versioned id.
        domain: that environment, loaded with `options`.
        weight: share of the stage's tasks, relative to the other entries.
        options: of that environment, for instance its level.
    """

    env: str
    domain: Domain = field(repr=False)
    weight: float = 1.0
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def admits(self, task: Task) -> bool:
        """Return whether a task of this environment has the level and family that the options ask for."""
        level, families = self.options.get("level"), self.options.get("families")
        return level in (None, task.level) and (not families or task.family in families)


class Inner(NamedTuple):
    """The reference of a staged task: the environment that judges it and its task there."""

    domain: Domain
    task: Task


@dataclass(frozen=True)
class StagedSource:
    """Tasks of several stages; the pure part of a curriculum.

    Only the split `train` is served. A verdict moves the controller, so a task of an evaluation split
    would steer what is trained on next, and its score would not be one of a fixed set of tasks.

    Args:
        env_id: versioned id of the curriculum.
        stages: in order of difficulty, each with its entries.
    """

    env_id: str
    stages: tuple[tuple[Entry, ...], ...]

    @property
    def splits(self) -> tuple[str, ...]:
        """Only "train"."""
        return ("train",)

    def size(self, split: str) -> int | None:
        """Return None: there is no end."""
        self._check_split(split)
        return None

    def task(self, split: str, seed: int, index: int) -> Task:
        """Return the task at that place, of a stage that the index chooses, whatever the controller says."""
        self._check_split(split)
        chooser = stream(self.env_id, "stage", split, seed, index)
        return self.task_of(1 + chooser.randrange(len(self.stages)), split, seed, index)

    def task_of(self, stage: int, split: str, seed: int, index: int) -> Task:
        """Return the task at that place of one stage.

        Args:
            stage: 1..number of stages.
            split: "train".
            seed, index: as for every task source.
        Raises: UnknownEnv: for another split. BadTask: for a stage, seed or index out of range.
        """
        self._check_split(split)
        entries = self._entries(stage)
        chooser = stream(self.env_id, "entry", stage, split, seed, index)
        entry = chooser.choices(entries, [e.weight for e in entries])[0]
        return _staged(stage, entry, entry.domain.source.task(split, seed, index))

    def by_id(self, task_id: str) -> Task:
        """Return the task of an id like "2:rlvr/Math-v0|train/0/7/fractions/L1"."""
        match = _TASK_ID.fullmatch(str(task_id))
        if match is None:
            raise BadTask(f"task id {task_id!r} of {self.env_id} is not of the form {_FORM}")
        stage, env, inner_id = int(match[1]), match[2], match[3]
        entries = [entry for entry in self._entries(stage) if entry.env == env]
        if not entries:
            named = sorted({entry.env for entry in self._entries(stage)})
            raise BadTask(f"stage {stage} of {self.env_id} holds no {env!r}{nearest(env, named)}")
        split = inner_id.partition("/")[0]
        if split in SPLITS:
            self._check_split(split)
        inner = entries[0].domain.source.by_id(inner_id)
        for entry in entries:
            if entry.admits(inner):
                return _staged(stage, entry, inner)
        wanted = " or ".join(str(dict(entry.options)) for entry in entries)
        raise BadTask(f"task id {task_id!r}: stage {stage} of {self.env_id} holds {env} only with {wanted}")

    def _entries(self, stage: int) -> tuple[Entry, ...]:
        if not 1 <= stage <= len(self.stages):
            raise BadTask(f"{self.env_id} has no stage {stage}; valid: 1 to {len(self.stages)}")
        return self.stages[stage - 1]

    def _check_split(self, split: str) -> None:
        if split != "train":
            named = sorted({entry.env for entries in self.stages for entry in entries})
            raise UnknownEnv(
                f"{self.env_id} has no split {split!r}; valid: train. Its verdicts choose the next tasks, "
                "and an evaluation split must not steer training: "
                f"evaluate {' and '.join(named)} on {split!r} instead"
            )


def parse(rows: Sequence[Any], env_id: str, where: str = "stages") -> tuple[tuple[Entry, ...], ...]:
    """Check stages and load the environments that they name.

    Args:
        rows: one per stage: an entry or a list of entries, each a mapping with `env`, perhaps `weight`, and
            options of that environment.
        env_id: the curriculum's own id, which no stage may name.
        where: where the rows come from, for messages.
    Returns: the entries of every stage.
    Raises: BadTask: where a stage is empty or malformed. UnknownEnv: for an unknown environment or option.
    """
    if isinstance(rows, str | bytes | Mapping) or not isinstance(rows, Sequence) or not rows:
        raise BadTask(f"{where}: must be a non-empty list of stages, not {rows!r:.80}")
    stages = []
    for number, row in enumerate(rows, 1):
        entries = [row] if isinstance(row, Mapping) else row
        place = f"{where}: stage {number}"
        if isinstance(entries, str | bytes) or not isinstance(entries, Sequence) or not entries:
            raise BadTask(f"{place}: must be an entry or a non-empty list of entries, not {row!r:.80}")
        stages.append(tuple(_entry(entry, env_id, place) for entry in entries))
    return tuple(stages)


def _entry(row: Any, env_id: str, place: str) -> Entry:
    if not isinstance(row, Mapping) or not isinstance(row.get("env"), str):
        raise BadTask(f"{place}: an entry is a mapping with an environment id under 'env', not {row!r:.80}")
    env, weight = row["env"], row.get("weight", 1.0)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < math.inf:
        raise BadTask(f"{place}: weight of {env} must be a positive number, not {weight!r}")
    if env == env_id:
        raise BadTask(f"{place}: {env_id} cannot be a stage of itself")
    options = {key: value for key, value in row.items() if key not in ("env", "weight")}
    try:
        loaded = load(env, **options)
    except (UnknownEnv, BadTask) as error:
        raise type(error)(f"{place}: {error}") from error
    if loaded.scheduler is not None:
        raise BadTask(f"{place}: {env} schedules its own tasks; name the environments of its stages instead")
    if "train" not in loaded.source.splits:
        raise BadTask(f"{place}: {env} with {options} has no split 'train', only {loaded.source.splits}")
    return Entry(env, loaded, float(weight), MappingProxyType(options))


def _staged(stage: int, entry: Entry, inner: Task) -> Task:
    system = entry.domain.system
    return replace(
        inner,
        id=f"{stage}:{entry.env}|{inner.id}",
        # Environments tell the policy how to answer in their system prompt, and a curriculum mixes them.
        prompt=f"{system}\n\n{inner.prompt}" if system else inner.prompt,
        reference=Inner(entry.domain, inner),
        info=MappingProxyType({**inner.info, "stage": stage, "env": entry.env}),
    )
