"""Judges a file of responses, row by row and in its order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from rlvr_gym.errors import BadTask, RlvrError
from rlvr_gym.evaluation.runner import Subject, judge_pairs
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Task

__all__ = ["verify"]

_BATCH = 64


class _Answer(NamedTuple):
    task: Task
    response: str


def verify(
    subject: Subject,
    lines: Iterable[bytes],
    *,
    name: str,
    sandbox: Sandbox | None,
    problem: Callable[[str], None],
) -> Iterator[dict[str, Any]]:
    """Judge response rows `{"task_id": ..., "response": ...}`.

    Args:
        subject: whose tasks they answer.
        lines: of a JSON lines file; empty lines are skipped.
        name: of the file, for messages.
        sandbox: where to judge; the shared one if None.
        problem: told about every row left out, with file and line.
    Yields: one JSON-ready verdict with its task_id for each good row, in their order.
    """
    batch: list[_Answer] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            batch.append(_read(subject, line))
        except RlvrError as error:
            problem(f"{name}:{number}: {error}")
        if len(batch) == _BATCH:
            yield from _judged(subject, batch, sandbox, problem)
            batch = []
    if batch:
        yield from _judged(subject, batch, sandbox, problem)


def _read(subject: Subject, line: bytes) -> _Answer:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadTask(f"not JSON: {error}") from error
    if not isinstance(row, dict):
        raise BadTask(f"a response row is an object, not {type(row).__name__}")
    for field in ("task_id", "response"):
        if field not in row:
            raise BadTask(f"field {field!r} is missing")
        if not isinstance(row[field], str):
            raise BadTask(f"field {field!r} must be a string, not {type(row[field]).__name__}")
    return _Answer(subject.domain.source.by_id(row["task_id"]), row["response"])


def _judged(
    subject: Subject, batch: list[_Answer], sandbox: Sandbox | None, problem: Callable[[str], None]
) -> Iterator[dict[str, Any]]:
    for answer, verdict in zip(batch, judge_pairs(subject, batch, sandbox, problem), strict=True):
        yield {"task_id": answer.task.id, **verdict.to_json()}
