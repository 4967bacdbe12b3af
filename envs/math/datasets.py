"""Read mathematics tasks from JSON lines or from the Hub: GSM8K, MATH and our plain rows.

Examples of the three formats:

    {"question": "Janet has ...", "answer": "16 - 3 = 13 ...\\n#### 18"}                    gsm8k
    {"problem": "Find ...", "solution": "... \\\\boxed{5}", "unique_id": "test/algebra/1.json"}  math
    {"id": "sum-1", "question": "What is 2 + 3?", "answer": "5"}                           plain

Sources: GSM8K (Cobbe et al. 2021), github.com/openai/grade-school-math; MATH (Hendrycks et al. 2021),
github.com/hendrycks/math.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from rlvr_gym.envs.math.answer import find_answer
from rlvr_gym.envs.math.checker import make_gold
from rlvr_gym.errors import AdapterError, BadTask, UnknownEnv, nearest
from rlvr_gym.types import Task

__all__ = ["FORMATS", "Problem", "load", "load_hub", "load_rows"]

FORMATS = ("auto", "gsm8k", "math", "plain")
_MAX_LINE = 1 << 22  # characters of one row
_LEVEL = re.compile(r"(?:Level )?([1-5])")


class Problem(NamedTuple):
    """A row that gave no task: where it stands and what is wrong with it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class _BadRow(ValueError):
    """This row gives no task."""


def load(
    data: str, *, row_format: str = "auto", revision: str | None = None
) -> tuple[list[Task], list[Problem]]:
    """Read a dataset, from a file or from the Hub.

    Args:
        data: path of a JSON-lines file, or "hub:org/name[@revision][:config[:split]]".
        row_format: one of `FORMATS`; "auto" decides by the fields of each row.
        revision: commit of the Hub dataset, where `data` does not name one.
    Returns: (tasks in order, problems with "file:line" or "dataset:row").
    Raises: as `load_rows` and `load_hub`.
    """
    if data.startswith("hub:"):
        return load_hub(data, row_format=row_format, revision=revision)
    if revision is not None:
        raise BadTask(
            f"revision={revision!r} is for Hub datasets (hub:org/name), but data is the file {data!r}"
        )
    return load_rows(data, row_format=row_format)


def load_rows(path: str | Path, *, row_format: str = "auto") -> tuple[list[Task], list[Problem]]:
    """Read every usable row of a JSON-lines file.

    Args:
        path: of the file, UTF-8.
        row_format: see `load`.
    Returns: (tasks, problems).
    Raises: BadTask: if the file cannot be read; UnknownEnv: for an unknown format.
    """
    _check_format(row_format)
    file = Path(path)
    try:
        text = file.read_bytes()
    except OSError as error:
        raise BadTask(f"cannot read {file}: {error.strerror or error}") from error
    lines = text.split(b"\n")
    rows = ((f"{file}:{number}", line) for number, line in enumerate(lines, 1) if line.strip())
    return _collect(rows, row_format, file.stem)


def load_hub(
    data: str, *, row_format: str = "auto", revision: str | None = None
) -> tuple[list[Task], list[Problem]]:
    """Read a pinned revision of a dataset on the Hub.

    Args:
        data: "hub:org/name[@revision][:config[:split]]"; the split is "test" where none is named.
        row_format: see `load`.
        revision: commit, where `data` does not name one.
    Returns: (tasks, problems).
    Raises:
        BadTask: if no revision is pinned, or the dataset cannot be read.
        AdapterError: if the package `datasets` is not installed.
    """
    _check_format(row_format)
    name, pinned, config, split = _hub_parts(data, revision)
    try:
        from datasets import load_dataset
    except ImportError as error:
        raise AdapterError(
            'reading from the Hub needs one more package: pip install "rlvr-gym[data]"'
        ) from error
    try:
        table = load_dataset(name, config, split=split, revision=pinned)
    except Exception as error:  # the package raises its own kinds; all mean that there is no dataset
        raise BadTask(f"cannot read {data} at revision {pinned}: {type(error).__name__}: {error}") from error
    rows = ((f"{name}@{pinned}:{number}", row) for number, row in enumerate(table))
    return _collect(rows, row_format, name)


def _hub_parts(data: str, revision: str | None) -> tuple[str, str, str | None, str]:
    form = "hub:org/name@revision[:config[:split]]"
    match = re.fullmatch(r"hub:([\w.-]+/[\w.-]+)(?:@([\w./-]+))?(?::([\w.-]*))?(?::([\w.\[\]:%-]+))?", data)
    if match is None:
        raise BadTask(f"{data!r} is not of the form {form}")
    name, pinned, config, split = match.groups()
    if pinned and revision and pinned != revision:
        raise BadTask(f"{data!r} pins revision {pinned!r}, but revision={revision!r} was given too")
    if not (pinned or revision):
        raise BadTask(f"{data!r} pins no revision; write {form} with a commit of the dataset")
    return name, pinned or str(revision), config or None, split or "test"


def _check_format(row_format: str) -> None:
    if row_format not in FORMATS:
        raise UnknownEnv(f"unknown format {row_format!r}{nearest(str(row_format), FORMATS)}")


def _collect(
    rows: Iterable[tuple[str, bytes | Mapping[str, Any]]], row_format: str, stem: str
) -> tuple[list[Task], list[Problem]]:
    tasks: list[Task] = []
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for number, (where, raw) in enumerate(rows, 1):
        try:
            task = _task(_parsed(raw), row_format, f"{stem}-{number}")
        except _BadRow as bad:
            problems.append(Problem(where, str(bad)))
            continue
        if task.id in seen:
            problems.append(Problem(where, f"id {task.id!r} was used before, at {seen[task.id]}"))
            continue
        seen[task.id] = where
        tasks.append(task)
    return tasks, problems


def _parsed(raw: bytes | Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(raw, bytes):
        return raw
    if len(raw) > _MAX_LINE:
        raise _BadRow(f"the row has {len(raw)} bytes, more than {_MAX_LINE}")
    try:
        row = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _BadRow(f"not UTF-8 at byte {error.start}") from error
    except RecursionError as error:
        raise _BadRow("nested too deeply") from error
    except ValueError as error:
        raise _BadRow(f"not JSON: {error}") from error
    if not isinstance(row, dict):
        raise _BadRow(f"a row must be a JSON object, not {type(row).__name__}")
    return row


def _task(row: Mapping[str, Any], row_format: str, fallback: str) -> Task:
    kind = _detect(row) if row_format == "auto" else row_format
    question = _text(row, "problem" if kind == "math" else "question")
    answer = _GOLDS[kind](row)
    task_id = _identity(row, ("unique_id", "id") if kind == "math" else ("id", "unique_id"), fallback)
    try:
        gold = make_gold(answer, question=question)
    except ValueError as error:
        raise _BadRow(f"field 'answer': {error}") from error
    return Task(task_id, question, gold, kind, _level(row), _public(row))


def _detect(row: Mapping[str, Any]) -> str:
    if "problem" in row:
        return "math"
    if "question" not in row:
        raise _BadRow(f"a row needs 'question' or 'problem' and 'answer'; it has {sorted(map(str, row))[:8]}")
    return "gsm8k" if "####" in str(row.get("answer", "")) else "plain"


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _BadRow(f"field {name!r} must be text that is not empty, not {_shown(value)}")
    return value


def _shown(value: object) -> str:
    return "missing" if value is None else "empty" if value == "" else type(value).__name__


def _gsm8k_gold(row: Mapping[str, Any]) -> str:
    _, mark, gold = _text(row, "answer").rpartition("####")
    if not mark or not gold.strip():
        raise _BadRow("field 'answer' holds no '#### <answer>'")
    return gold.strip()


def _math_gold(row: Mapping[str, Any]) -> str:
    if row.get("answer") is not None:
        return _scalar(row, "answer")
    found = find_answer(_text(row, "solution"))
    if found is None or found.place != "box":
        raise _BadRow("there is no 'answer', and 'solution' holds no \\boxed{}")
    return found.parts[-1]


def _scalar(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    return _text(row, name)


_GOLDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "gsm8k": _gsm8k_gold,
    "math": _math_gold,
    "plain": lambda row: _scalar(row, "answer"),
}


def _identity(row: Mapping[str, Any], names: tuple[str, ...], fallback: str) -> str:
    for name in names:
        value = row.get(name)
        if isinstance(value, bool) or value is None:
            continue
        if isinstance(value, str | int) and str(value).strip():
            return str(value)
        raise _BadRow(f"field {name!r} must be text or a whole number, not {_shown(value)}")
    return fallback


def _level(row: Mapping[str, Any]) -> int | None:
    match = _LEVEL.fullmatch(str(row.get("level", "")))
    return int(match[1]) if match else None


def _public(row: Mapping[str, Any]) -> Mapping[str, Any]:
    subject = row.get("subject") or row.get("type")
    return MappingProxyType({"subject": subject} if isinstance(subject, str) else {})
