"""Read one column of a row: text, a number as text, a list in JSON text, an id."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from rlvr_gym.envs.math.answer import find_answer
from rlvr_gym.tables import BadRow, Row

__all__ = ["answer_or_box", "decoded", "first", "identity", "info", "scalar", "text"]

_IDS = ("id", "unique_id")
_ANSWERS = ("answer", "Answer", "solution", "reward_model.ground_truth")


def first(row: Row, *names: str) -> str:
    """Return the first of these names that the row has; the first at all where it has none."""
    return next((name for name in names if name in row), names[0])


def text(row: Row, name: str) -> str:
    """Return a column of text. Raises: BadRow: where it is missing, empty or no text."""
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        empty = value is None or isinstance(value, str)
        kind = ("no answer" if name in _ANSWERS else "empty question") if empty else "malformed"
        raise BadRow(f"field {name!r} must be text that is not empty, not {_shown(value)}", kind)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BadRow(f"field {name!r} holds a lone surrogate") from error
    return value


def _shown(value: object) -> str:
    return "missing" if value is None else "empty" if value == "" else type(value).__name__


def scalar(row: Row, name: str) -> str:
    """Return a number or text as text. Raises: BadRow: where it is missing, empty or neither."""
    value = row.get(name)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise BadRow(f"field {name!r} is {value!r}, no number", "no answer")
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return repr(value)
    return text(row, name)


def answer_or_box(row: Row) -> str:
    """Return the column `answer`, or the last box of `solution`. Raises: BadRow: where there is neither."""
    if row.get("answer") is not None:
        return scalar(row, "answer")
    if "solution" not in row:
        return text(row, "answer")
    found = find_answer(text(row, "solution"))
    if found is None or found.place != "box":
        raise BadRow("there is no 'answer', and 'solution' holds no \\boxed{}", "no answer")
    return found.parts[-1]


def identity(row: Row, *names: str) -> str:
    """Return the first id that these columns hold, or "". Raises: BadRow: where one is no id."""
    for name in names or _IDS:
        value = row.get(name)
        if isinstance(value, bool) or value is None:
            continue
        if isinstance(value, str | int) and str(value).strip():
            return str(value)
        raise BadRow(f"field {name!r} must be text or a whole number, not {_shown(value)}")
    return ""


def decoded(value: object) -> Any:
    """Return what JSON text holds: CSV has no lists."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def info(**facts: object) -> Mapping[str, Any]:
    """Return the facts about a task that are plain and not empty."""
    kept = {
        name: value for name, value in facts.items() if isinstance(value, str | int | float) and value != ""
    }
    return MappingProxyType(kept)
