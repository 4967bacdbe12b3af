"""Where tasks come from: procedural generators and tables of rows.

Both are pure: the same (split, seed, index) or the same task id always gives the same task.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from rlvr_gym.errors import BadTask, UnknownEnv, nearest
from rlvr_gym.seeding import SPLITS, split_of, stream
from rlvr_gym.types import Task

__all__ = ["Draft", "Generator", "ProceduralSource", "TableSource", "TaskSource"]

LEVELS = (1, 2, 3, 4, 5)
_TRIES = 20_000


class TaskSource(Protocol):
    """Where tasks come from. Every method is pure."""

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits that this source can serve."""

    def size(self, split: str) -> int | None:
        """Return how many tasks a split holds, or None where there is no end."""

    def task(self, split: str, seed: int, index: int) -> Task:
        """Return the task at that place. Raises BadTask or UnknownEnv naming the nearest valid one."""

    def by_id(self, task_id: str) -> Task:
        """Return the task of that id. Raises BadTask naming the nearest valid one."""


class Draft(NamedTuple):
    """What a generator makes: `key` is the canonical content, the same for every wording of a problem."""

    key: str
    prompt: str
    reference: Any
    info: Mapping[str, Any] = MappingProxyType({})


Generator = Callable[[random.Random, int], Draft]


def check_split(split: str, splits: Sequence[str]) -> None:
    """Raise UnknownEnv unless the split is one of those served."""
    if split not in splits:
        raise UnknownEnv(f"unknown split {split!r}{nearest(str(split), splits)}")


def check_index(index: int, size: int | None) -> None:
    """Raise BadTask unless 0 <= index < size (no upper end where size is None)."""
    if isinstance(index, bool) or not isinstance(index, int):
        raise BadTask(f"index must be an integer, not {type(index).__name__}")
    if index < 0 or (size is not None and index >= size):
        last = "no upper end" if size is None else f"last valid index {size - 1}"
        raise BadTask(f"index {index} is outside this split; first valid index 0, {last}")


def check_seed(seed: int) -> None:
    """Raise BadTask unless the seed is a non-negative integer."""
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise BadTask(f"task seed must be a non-negative integer, not {seed!r}")


@dataclass(frozen=True)
class ProceduralSource:
    """Unlimited tasks from named generators.

    The index first chooses family and level from a stream of its own; the content then comes from a
    stream that names family and level too, so a task id alone is enough to make the task again, whatever
    families and levels the source was restricted to. Content that belongs to another split is drawn again.

    Args:
        env_id: versioned environment id: the same seeds under another version give other tasks.
        generators: by family name; each maps (random stream, level 1..5) to a `Draft`.
        families: restrict to these, or all where empty.
        level: restrict to this level, or draw 1..5 where None.
    """

    env_id: str
    generators: Mapping[str, Generator]
    families: tuple[str, ...] = ()
    level: int | None = None

    def __post_init__(self) -> None:
        for family in self.families:
            if family not in self.generators:
                raise UnknownEnv(
                    f"unknown family {family!r} of {self.env_id}{nearest(str(family), self.generators)}"
                )
        # By type too: True and 1.0 equal 1, but name other streams and task ids.
        if self.level is not None and (type(self.level) is not int or self.level not in LEVELS):
            raise UnknownEnv(
                f"unknown level {self.level!r} of {self.env_id}{nearest(str(self.level), LEVELS)}"
            )

    @property
    def splits(self) -> tuple[str, ...]:
        """All four splits."""
        return SPLITS

    def size(self, split: str) -> int | None:
        """Return None: there is no end."""
        check_split(split, SPLITS)
        return None

    def task(self, split: str, seed: int, index: int) -> Task:
        """Return the task at that place of that split."""
        check_split(split, SPLITS)
        check_seed(seed)
        check_index(index, None)
        chooser = stream(self.env_id, "choice", split, seed, index)
        family = chooser.choice(self.families or tuple(sorted(self.generators)))
        level = chooser.choice(LEVELS) if self.level is None else self.level
        return self._make(split, seed, index, family, level)

    def by_id(self, task_id: str) -> Task:
        """Return the task of an id like "fresh/7/123/fractions/L3"."""
        return self._make(*self._place(task_id))

    def key_of(self, task_id: str) -> str:
        """Return the canonical content of the task of an id: the same for every wording of a problem."""
        return self._draft(*self._place(task_id)).key

    def _place(self, task_id: str) -> tuple[str, int, int, str, int]:
        parts = str(task_id).split("/")
        form = "SPLIT/SEED/INDEX/FAMILY/L<1-5>"
        if len(parts) != 5:
            raise BadTask(f"task id {task_id!r} of {self.env_id} is not of the form {form}")
        split, seed, index, family, level = parts
        check_split(split, SPLITS)
        if family not in self.generators:
            raise BadTask(f"unknown family in task id {task_id!r}{nearest(family, self.generators)}")
        if not (_canonical(seed) and _canonical(index) and level in {f"L{n}" for n in LEVELS}):
            raise BadTask(f"task id {task_id!r} of {self.env_id} is not of the form {form}")
        return split, int(seed), int(index), family, int(level[1:])

    def _make(self, split: str, seed: int, index: int, family: str, level: int) -> Task:
        draft = self._draft(split, seed, index, family, level)
        task_id = f"{split}/{seed}/{index}/{family}/L{level}"
        return Task(task_id, draft.prompt, draft.reference, family, level, MappingProxyType(dict(draft.info)))

    def _draft(self, split: str, seed: int, index: int, family: str, level: int) -> Draft:
        rng = stream(self.env_id, "content", split, seed, index, family, level)
        for _ in range(_TRIES):
            draft = self.generators[family](rng, level)
            if split_of(self.env_id, f"{family}:{draft.key}") == split:
                return draft
        raise BadTask(f"family {family!r} level {level} of {self.env_id} has no content in split {split!r}")


def _canonical(number: str) -> bool:
    return number.isascii() and number.isdigit() and str(int(number[:4300])) == number


class TableSource:
    """A finite list of tasks from a dataset, served as one split.

    Args:
        name: of the dataset, for messages.
        tasks: in the order of the file.
        split: the split that these tasks are served as.
    Raises: BadTask: on an empty list or a repeated task id.
    """

    def __init__(self, name: str, tasks: Sequence[Task], split: str = "public") -> None:
        check_split(split, SPLITS)
        if not tasks:
            raise BadTask(f"{name} holds no usable task")
        self._name, self._split, self._tasks = name, split, tuple(tasks)
        self._by_id = {task.id: task for task in self._tasks}
        if len(self._by_id) != len(self._tasks):
            seen: set[str] = set()
            twice = next(t.id for t in self._tasks if t.id in seen or seen.add(t.id))  # type: ignore[func-returns-value]  # set.add as a filter
            raise BadTask(f"{name} holds task id {twice!r} twice")

    @property
    def splits(self) -> tuple[str, ...]:
        """The one split that this table is served as."""
        return (self._split,)

    def size(self, split: str) -> int | None:
        """Return the number of rows."""
        check_split(split, self.splits)
        return len(self._tasks)

    def task(self, split: str, seed: int, index: int) -> Task:
        """Return the row at that index; a table has no seeds, so the seed changes nothing."""
        check_split(split, self.splits)
        check_seed(seed)
        check_index(index, len(self._tasks))
        return self._tasks[index]

    def by_id(self, task_id: str) -> Task:
        """Return the row of that id."""
        task = self._by_id.get(task_id) if isinstance(task_id, str) else None
        if task is None:
            raise BadTask(f"unknown task id {task_id!r} in {self._name}{nearest(str(task_id), self._by_id)}")
        return task
