"""Read mathematics tasks from files or from the Hub; `formats` says which layouts are known.

A row that cannot be served is skipped with a reason: malformed, without question or answer, a repetition, a
proof, a choice whose options are not there, a question about an image.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rlvr_gym.envs.math.checker import make_gold
from rlvr_gym.envs.math.conventions import POLICIES, Given, changed, checked_changes
from rlvr_gym.envs.math.formats import FORMATS as _LAYOUTS
from rlvr_gym.envs.math.formats import Item, detect
from rlvr_gym.envs.math.policy import AnswerPolicy
from rlvr_gym.tables import BadRow, Problem, Row, Table, check_format, collect, hub_name, read_rows, stem_of
from rlvr_gym.types import Task

__all__ = ["FORMATS", "HUB_FORMATS", "OFFERED", "POLICIES", "load", "load_rows", "read"]

FORMATS = ("auto", *_LAYOUTS)
_MAX_LINE = 1 << 22  # bytes of one row
# Datasets whose columns look like another's: the name decides.
HUB_FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "math-ai/minervamath": "minerva",
        "math-ai/aime24": "aime",
        "math-ai/aime25": "aime",
        "math-ai/amc23": "amc",
        "opencompass/aime2025": "aime",
        "yentinglin/aime_2025": "aime",
    }
)
# Tables of problems whose letters are left over from a multiple choice, not asked for.
_OPEN_ENDED = {"aime", "amc", "olympiadbench", "omni_math", "deepscaler", "dapo", "big_math"}
_IMAGE = re.compile(r"!\[[^\]\n]{0,200}\]\(|\\includegraphics\b|<img\b|<image\b", re.IGNORECASE)
OFFERED = re.compile(
    r"(?<![A-Za-z])\(?A(?:\)|[.:](?=\s|\\|\$))[\s\S]{0,600}?(?<![A-Za-z])\(?B(?:\)|[.:](?=\s|\\|\$))"
)


def load(
    data: str, *, row_format: str = "auto", revision: str | None = None, policy: Given = None
) -> tuple[list[Task], list[Problem]]:
    """Read a dataset, from a file or from the Hub.

    Args:
        data: path of a file (JSON lines, or by its name JSON, CSV, Parquet), or
            "hub:org/name[@revision][:config[:split]]"; the split is "test" where none is named.
        row_format: one of `FORMATS`; "auto" decides by the fields of each row.
        revision: commit of the Hub dataset, where `data` does not name one.
        policy: conventions in place of the dataset's (`POLICIES`), or the fields of them to change.
    Returns: (tasks in order, problems with "file:line" or "dataset:row").
    Raises:
        UnknownEnv: for an unknown format or convention.
        BadTask: if the data cannot be read, or no revision is pinned.
        AdapterError: if a package is missing.
    """
    table = read(data, row_format=row_format, revision=revision, policy=policy)
    return table.tasks, table.problems


def load_rows(path: str | Path, *, row_format: str = "auto") -> tuple[list[Task], list[Problem]]:
    """Read every usable row of a file; see `load`."""
    return load(str(path), row_format=row_format)


def read(
    data: str,
    *,
    row_format: str = "auto",
    revision: str | None = None,
    policy: Given = None,
    limit: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Table:
    """Read a dataset and keep where each row stands.

    Args:
        data, row_format, revision, policy: see `load`.
        limit: the most rows that are read.
        progress: called now and then with the number of rows read.
    Returns: tasks with their places, and problems.
    Raises: as `load`.
    """
    check_format(row_format, FORMATS)
    given = checked_changes(policy)
    name = hub_name(data)
    if row_format == "auto" and name is not None:
        row_format = HUB_FORMATS.get(name.lower(), row_format)
    return collect(
        read_rows(data, revision=revision, max_bytes=_MAX_LINE),
        partial(_task, row_format=row_format, given=given),
        stem=stem_of(data),
        content=lambda task: (task.prompt, task.reference.text),
        limit=limit,
        progress=progress,
    )


def _task(row: Row, fallback: str, *, row_format: str, given: AnswerPolicy | dict[str, Any] | None) -> Task:
    kind = detect(row) if row_format == "auto" else row_format
    item = _LAYOUTS[kind](row)
    if _IMAGE.search(item.question):
        raise BadRow("the question needs its image", "image")
    policy = changed(POLICIES[kind], item.conventions, given)
    try:
        gold = make_gold(item.gold, policy=policy, question=item.question)
    except ValueError as error:
        raise BadRow(f"field 'answer': {error}", "no answer") from error
    if gold.kind == "choice" and kind in _OPEN_ENDED and not OFFERED.search(item.question):
        raise BadRow(f"the answer is the choice {_letter(item)}, but the question offers none", "choice")
    return Task(item.id or fallback, item.question, gold, kind, item.level, item.info)


def _letter(item: Item) -> str:
    return item.gold.strip()[:20]
