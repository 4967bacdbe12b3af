"""Variants of a procedural task: the same question in the same words, with other numbers.

A policy that solves a task but not its variants has seen the task rather than learned to solve it: the gap
between both rates of success is what an evaluation of memory looks at.
"""

from __future__ import annotations

from rlvr_gym.errors import BadTask
from rlvr_gym.seeding import digest
from rlvr_gym.sources import ProceduralSource, TaskSource
from rlvr_gym.types import Task

__all__ = ["variants"]

_DRAWS, _MORE = 1000, 200  # tries in all, and tries for each variant on top: the search must end


def variants(source: TaskSource, task_id: str, count: int) -> list[Task]:
    """Draw tasks that differ from one task in their numbers alone.

    They have its split, family, level, kind and wording; their content differs from its own and from each
    other's. The same task id always gives the same variants, and a larger count only adds to them.

    Args:
        source: procedural; its restrictions to families or a level do not matter.
        task_id: of the task, like "fresh/7/123/vieta/L3".
        count: how many variants, at least 1.
    Returns: tasks that `source.by_id` makes again from their ids.
    Raises:
        BadTask: if the source is not procedural, the task does not exist or names no kind and wording,
            count is no positive integer, or too few variants turn up.
    """
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise BadTask(f"count must be an integer of at least 1, not {count!r}")
    if not isinstance(source, ProceduralSource):
        raise BadTask(f"task {task_id!r} comes from a table of rows: only procedural tasks have variants")
    task = source.by_id(task_id)
    if not {"kind", "template"} <= task.info.keys():
        raise BadTask(
            f"family {task.family!r} of {source.env_id} does not tell the kind and wording of its tasks"
        )
    found: list[Task] = []
    keys, prompts = {source.key_of(task_id)}, {task.prompt}
    split = task_id.partition("/")[0]
    seed = int.from_bytes(digest("variants", source.env_id, task_id)[:8], "big")
    tries = _DRAWS + _MORE * count
    for index in range(tries):
        drawn = source.by_id(f"{split}/{seed}/{index}/{task.family}/L{task.level}")
        if any(drawn.info[name] != task.info[name] for name in ("kind", "template")):
            continue
        key = source.key_of(drawn.id)  # two prompts may differ in the name of a letter alone
        if key in keys or drawn.prompt in prompts:
            continue
        keys.add(key)
        prompts.add(drawn.prompt)
        found.append(drawn)
        if len(found) == count:
            return found
    raise BadTask(
        f"only {len(found)} of {count} variants of task {task_id!r} turned up in {tries} draws; ask for fewer"
    )
