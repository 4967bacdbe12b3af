"""One self-contained HTML page about one or more evaluations: no script, nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rlvr_gym.errors import BadTask, RlvrError
from rlvr_gym.evaluation.folder import check_page
from rlvr_gym.evaluation.manifest import RunManifest, read_manifest
from rlvr_gym.evaluation.plots import Board, boards
from rlvr_gym.evaluation.records import Row, read_rows
from rlvr_gym.evaluation.summary import Summary, summarise

__all__ = ["Record", "load_record", "render", "write_report"]

_MOST_CHARACTERS = 1500
_SAMPLES_PER_RECORD = 4


@dataclass(frozen=True, slots=True)
class Record:
    """One evaluation as it lies in its folder.

    Args:
        folder: where it lies, for the page's commands.
        manifest: what was evaluated.
        summary: worked out of the rows.
        rows: the transcript.
    """

    folder: str
    manifest: RunManifest
    summary: Summary
    rows: tuple[Row, ...]


def load_record(folder: str | Path) -> Record:
    """Read the record of an evaluation, which may be unfinished.

    Raises: BadTask: if it has no readable manifest, or a transcript line is malformed.
    """
    base = Path(folder)
    manifest = read_manifest(base / "manifest.json")
    problems: list[str] = []
    rows = tuple(read_rows(base / "transcripts.jsonl", problems.append).values())
    if problems:
        raise BadTask(problems[0])
    summary = summarise(
        rows,
        env_id=manifest.env_id,
        policy=str(manifest.policy.get("name", "")),
        split=manifest.split,
        seed=manifest.seed,
        samples=manifest.k,
    )
    return Record(str(folder), manifest, summary, rows)


def write_report(records: Sequence[Record], path: str | Path, *, title: str = "rlvr-gym evaluation") -> Path:
    """Render the page and write it. Returns: its path. Raises: RlvrError: if it cannot be written."""
    target = Path(path)
    check_page(target)
    page = render(records, title=title)
    try:
        target.write_text(page, encoding="utf-8", errors="replace")
    except OSError as error:
        raise RlvrError(f"cannot write the page {target}: {error.strerror or error}") from error
    return target


def render(records: Sequence[Record], *, title: str = "rlvr-gym evaluation") -> str:
    """Return the page as HTML; every text in it is escaped.

    Args:
        records: at least one; those of one environment and draw share their plots.
        title: of the page.
    Raises: BadTask: without any record.
    """
    if not records:
        raise BadTask("a report needs at least one record")
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clip"] = _clip
    page = environment.get_template("report.html")
    return page.render(title=title, records=records, environments=_environments(records))


def _environments(records: Sequence[Record]) -> list[dict[str, Any]]:
    """Group the records by what they drew, in the order in which they came: only those compare."""
    found: dict[str, list[Record]] = {}
    for record in records:
        plan = record.manifest
        drawn = [plan.env_id, plan.draw_options, plan.data_sha256, plan.split, plan.seed, plan.n, plan.k]
        found.setdefault(json.dumps(drawn, sort_keys=True), []).append(record)
    return [
        {
            "id": group[0].manifest.env_id,
            "records": group,
            "board": _board(group),
            "samples": [(record, _samples(record.rows)) for record in group],
        }
        for group in map(_named, found.values())
    ]


def _named(group: Sequence[Record]) -> list[Record]:
    """Give the records of one policy names that tell them apart: by their settings, else by their folders."""
    settings = [_settings(record) for record in group]
    named = []
    for record, own in zip(group, settings, strict=True):
        name = record.summary.policy
        twins = [
            (other, set(theirs))
            for other, theirs in zip(group, settings, strict=True)
            if other is not record and other.summary.policy == name
        ]
        if twins:
            differing = [item for item in own if any(item not in theirs for _, theirs in twins)]
            if any(set(own) == theirs for _, theirs in twins):
                differing = [record.folder]
            name = f"{name} ({', '.join(differing) or record.folder})"
        named.append(replace(record, summary=replace(record.summary, policy=name)))
    return named


def _settings(record: Record) -> list[str]:
    policy = record.manifest.policy
    return [f"{name} {value}" for name, value in policy.items() if name not in ("name", "kind")]


def _board(group: Sequence[Record]) -> Board:
    return boards([record.summary for record in group])


def _samples(rows: Sequence[Row]) -> list[Row]:
    """Pick a few rows: the first of each outcome, then the first of a task not yet shown."""
    first: dict[object, Row] = {}
    for row in rows:
        first.setdefault(row.verdict.outcome if row.verdict else "error", row)
    picked = list(first.values())[:_SAMPLES_PER_RECORD]
    for row in rows:
        if len(picked) >= 2:
            break
        if all(row.task_id != other.task_id for other in picked):
            picked.append(row)
    return picked


def _clip(text: str) -> str:
    """Shorten a text for the page and say by how much; show what has no shape of its own."""
    head = text[:_MOST_CHARACTERS]
    shown = "".join(c if c in "\n\t" or c.isprintable() else ascii(c)[1:-1] for c in head)
    left = len(text) - _MOST_CHARACTERS
    return f"{shown}\n[... {left:,} more characters]" if left > 0 else shown
