"""The transcript of an evaluation: one JSON line for each response and its verdict.

A line is written once, whole, and flushed with its batch; an interruption can tear only the last one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rlvr_gym.errors import BadTask
from rlvr_gym.types import Message, Outcome, StepVerdict, Verdict

__all__ = ["Key", "Row", "append_rows", "prompt_hash", "read_rows", "write_json", "write_rows"]

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One response, what asked for it, and how it was judged.

    Args:
        task_id, sample: the key of the row.
        family, level: of the task.
        messages: what the policy saw.
        response: what it answered; empty where `error` is set.
        finish, tokens: as the policy reported them.
        error: why there is no response, or None.
        verdict: None exactly where `error` is set.
    """

    task_id: str
    sample: int
    family: str
    level: int | None
    messages: tuple[Message, ...]
    response: str
    finish: str
    tokens: int | None
    error: str | None
    verdict: Verdict | None

    @property
    def key(self) -> Key:
        """What no two rows of a transcript share."""
        return self.task_id, self.sample

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON-ready data, with the hash of the messages."""
        return {
            "task_id": self.task_id,
            "sample": self.sample,
            "family": self.family,
            "level": self.level,
            "prompt_sha256": prompt_hash(self.messages),
            "messages": [{"role": m.role, "content": m.content} for m in self.messages],
            "response": self.response,
            "finish": self.finish,
            "tokens": self.tokens,
            "error": self.error,
            "verdict": None if self.verdict is None else self.verdict.to_json(),
        }

    @classmethod
    def from_json(cls, data: Any) -> Row:
        """Read a row back. Raises BadTask naming the field that is missing or malformed."""
        if not isinstance(data, dict):
            raise BadTask(f"a transcript row is an object, not {type(data).__name__}")
        messages = tuple(
            Message(_field(item, "role", str), _field(item, "content", str))
            for item in _field(data, "messages", list)
        )
        error = _field(data, "error", str, type(None))
        verdict = _field(data, "verdict", dict, type(None))
        if (error is None) == (verdict is None):
            raise BadTask("a transcript row has either an error or a verdict")
        if _field(data, "prompt_sha256", str) != prompt_hash(messages):
            raise BadTask("prompt_sha256 does not belong to the messages")
        return cls(
            task_id=_field(data, "task_id", str),
            sample=_field(data, "sample", int),
            family=_field(data, "family", str),
            level=_field(data, "level", int, type(None)),
            messages=messages,
            response=_field(data, "response", str),
            finish=_field(data, "finish", str),
            tokens=_field(data, "tokens", int, type(None)),
            error=error,
            verdict=None if verdict is None else _verdict(verdict),
        )


def prompt_hash(messages: Iterable[Message]) -> str:
    """Return the SHA-256 of the messages as compact JSON."""
    text = json.dumps([[m.role, m.content] for m in messages], separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def read_rows(path: Path, problem: Callable[[str], None]) -> dict[Key, Row]:
    """Read a transcript, leaving out what cannot be read.

    Args:
        path: of the JSON lines; a missing file holds no rows.
        problem: told about every line left out, with file and line.
    Returns: the rows by key, in the order of the file; of two rows with one key the first.
    Raises: BadTask: if the file is there but the system cannot read it.
    """
    rows: dict[Key, Row] = {}
    if not path.exists():
        return rows
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadTask(f"cannot read the transcript {path}: {error.strerror or error}") from error
    with file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                problem(f"{path}:{number}: the last line is torn; its response will be asked for again")
                continue
            try:
                row = Row.from_json(json.loads(line))
            except (BadTask, ValueError, RecursionError) as error:
                problem(f"{path}:{number}: left out a malformed row ({error})")
                continue
            if row.key in rows:
                problem(f"{path}:{number}: left out a second row of {row.task_id!r} sample {row.sample}")
                continue
            rows[row.key] = row
    return rows


def append_rows(path: Path, rows: Sequence[Row]) -> None:
    """Add rows to a transcript and hand them to the disk."""
    with path.open("ab") as file:
        file.write(b"".join(map(_line, rows)))
        file.flush()
        os.fsync(file.fileno())


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Replace a transcript in one step."""
    _replace(path, b"".join(map(_line, rows)))


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Replace a JSON file in one step; keys keep their order."""
    _replace(path, (json.dumps(data, indent=2, allow_nan=False) + "\n").encode("ascii"))


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _line(row: Row) -> bytes:
    # ASCII escapes carry lone surrogates, which a model may write and UTF-8 cannot hold.
    return json.dumps(row.to_json(), allow_nan=False).encode("ascii") + b"\n"


def _field(data: Any, name: str, *kinds: type) -> Any:
    if not isinstance(data, dict) or name not in data:
        raise BadTask(f"field {name!r} is missing")
    if type(data[name]) not in kinds:
        wanted = " or ".join("null" if kind is type(None) else kind.__name__ for kind in kinds)
        raise BadTask(f"field {name!r} must be {wanted}, not {type(data[name]).__name__}")
    return data[name]


def _seconds(data: dict[str, Any], name: str) -> float:
    value = _field(data, name, float, int)
    if not 0 <= value < 1e12:  # NaN and infinity, which Python's JSON reader lets through, fail here
        raise BadTask(f"field {name!r} must be seconds, not {str(value)[:40]}")
    return float(value)


def _step(data: Any) -> StepVerdict:
    step, right = _field(data, "step", int), _field(data, "right", bool, type(None))
    old = {"span": None, "credit": 0.0} | data  # records from before these were noted lack them
    span, credit = _field(old, "span", list, type(None)), _field(old, "credit", float, int)
    if not -1 <= credit <= 1:  # NaN fails here too
        raise BadTask(f"field 'credit' must be in [-1, 1], not {str(credit)[:40]}")
    if span is not None and (len(span) != 2 or any(type(place) is not int for place in span)):
        raise BadTask(f"field 'span' must be two whole numbers, not {str(span)[:40]}")
    return StepVerdict(
        step, right, _field(data, "reason", str), None if span is None else (span[0], span[1]), float(credit)
    )


def _verdict(data: dict[str, Any]) -> Verdict:
    steps = tuple(map(_step, _field(data, "steps", list)))
    try:
        return Verdict(
            Outcome(_field(data, "outcome", str)),
            _field(data, "reward", float, int, type(None)),
            _field(data, "feedback", str),
            steps,
            _field(data, "checker", str),
            _field({"evidence": ""} | data, "evidence", str),  # records from before it was noted lack it
            _seconds(data, "cpu_s"),
            _seconds(data, "wall_s"),
        )
    except ValueError as error:
        raise BadTask(f"field 'verdict' is no verdict: {error}") from error
