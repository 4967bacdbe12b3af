"""A policy that repeats recorded responses."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path

from rlvr_gym.errors import BadTask
from rlvr_gym.policies.base import Completion, Request

__all__ = ["ReplayPolicy"]

_log = logging.getLogger(__name__)


class ReplayPolicy:
    """Answers from a file of JSON lines `{"task_id": ..., "response": ..., "sample": ...}`.

    Rows without "sample" are numbered in their order within the task. The transcripts of an earlier
    evaluation are such a file; its rows without a response are left out. A bad row is left out as well,
    and reported in the log.

    Args:
        path: of the file.
    Raises: BadTask: if the file cannot be read or holds no usable row.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.name = "replay"
        self.settings = {"responses": self.path.name}
        self._responses: dict[tuple[str, int], Completion] = {}
        try:
            lines = self.path.read_bytes().splitlines()
        except OSError as error:
            raise BadTask(f"cannot read responses from {path}: {error.strerror or error}") from error
        counts: dict[str, int] = {}
        for number, line in enumerate(lines, 1):
            if line.strip():
                self._add(number, line, counts)
        if not self._responses:
            raise BadTask(f"{path} holds no usable response row; rows are {{'task_id', 'response'}}")

    def _add(self, number: int, line: bytes, counts: dict[str, int]) -> None:
        try:
            row = json.loads(line)
            task_id, text = row["task_id"], row["response"]
            sample = row.get("sample", counts.get(task_id, 0))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            _log.warning("%s:%d: not a response row (%s: %s)", self.path, number, type(error).__name__, error)
            return
        if not (isinstance(task_id, str) and isinstance(text, str) and type(sample) is int):
            _log.warning("%s:%d: task_id and response must be strings", self.path, number)
            return
        counts[task_id] = counts.get(task_id, 0) + 1
        if row.get("error") is None:
            finish, tokens = row.get("finish"), row.get("tokens")
            self._responses[task_id, sample] = Completion(
                text,
                finish=finish if isinstance(finish, str) else "stop",
                tokens=tokens if type(tokens) is int else None,
            )

    def generate(self, requests: Sequence[Request]) -> list[Completion]:
        """Repeat what was recorded; an error where nothing was."""
        completions = []
        for request in requests:
            recorded = self._responses.get((request.task_id, request.sample))
            if recorded is None:
                where = f"task {request.task_id!r}, sample {request.sample}"
                completions.append(Completion.failed(f"{self.path} holds no response for {where}"))
            else:
                completions.append(recorded)
        return completions
