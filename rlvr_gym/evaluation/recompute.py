"""Works every score of a record out again: tasks from the seeds, verdicts from the raw responses."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rlvr_gym.env import messages
from rlvr_gym.errors import BadTask
from rlvr_gym.evaluation.manifest import RunManifest, read_manifest
from rlvr_gym.evaluation.records import Key, Row, prompt_hash, read_rows
from rlvr_gym.evaluation.runner import Subject, draw, judge_pairs, load_subject
from rlvr_gym.evaluation.summary import summarise
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Task

__all__ = ["recompute"]

_BATCH = 64
_log = logging.getLogger(__name__)


def recompute(
    folder: str | Path,
    *,
    sandbox: Sandbox | None = None,
    subject: Subject | None = None,
    data: str | None = None,
) -> list[str]:
    """Judge the responses of a record again and say where the record differs.

    Args:
        folder: that `evaluate` wrote.
        sandbox: where to judge; the shared one if None.
        subject: an environment that is already loaded, instead of the manifest's.
        data: where the data file lies now, if the manifest's path no longer holds.
    Returns: one line for each difference; empty where every score is confirmed.
    Raises: BadTask: if the manifest or the scores cannot be read; UnknownEnv: if the environment is gone.
    """
    base = Path(folder)
    manifest = read_manifest(base / "manifest.json")
    if data is not None:
        manifest = replace(manifest, options={**manifest.options, "data": data})
    scores = _read_scores(base / "scores.json")
    chosen = subject or _subject(manifest, sandbox)
    differences = _circumstances(manifest, chosen)
    # A task that cannot be made was left out then as well: its rows, if there are any, have no partner.
    tasks = draw(chosen.domain, manifest.n, split=manifest.split, seed=manifest.seed, report=_log.warning)
    recorded = read_rows(base / "transcripts.jsonl", differences.append)
    matched = _matched(recorded, tasks, chosen, manifest, differences)
    judged = _judged_again(matched, chosen, sandbox, differences)
    summary = summarise(
        judged,
        env_id=manifest.env_id,
        policy=str(manifest.policy.get("name", "")),
        split=manifest.split,
        seed=manifest.seed,
        samples=manifest.k,
    )
    again = json.loads(json.dumps(summary.to_json()))
    return differences + _compared("scores", scores, again)


def _subject(manifest: RunManifest, sandbox: Sandbox | None) -> Subject:
    try:
        return load_subject(manifest.env_id, manifest.options, sandbox)
    except BadTask as error:
        path = manifest.options.get("data")
        if manifest.data_sha256 is None or not isinstance(path, str) or Path(path).is_file():
            raise
        raise BadTask(f"{error}; if the task rows moved, say where they lie now: --data FILE") from error


def _circumstances(manifest: RunManifest, subject: Subject) -> list[str]:
    now = subject.manifest(
        manifest.options, manifest.split, manifest.seed, manifest.n, manifest.k, manifest.policy
    )
    if manifest.checker != now.checker:
        # No difference by itself: another machine's walls should give the same verdicts, and are asked to.
        _log.warning("the record was judged by %s; this is %s", manifest.checker, now.checker)
    return [f"manifest: {line}" for line in replace(manifest, checker=now.checker).differences(now)]


def _matched(
    recorded: Mapping[Key, Row],
    tasks: list[Task],
    subject: Subject,
    manifest: RunManifest,
    differences: list[str],
) -> list[tuple[Task, Row]]:
    """Pair the tasks of the draw with their rows; what has no partner, or another prompt, is a difference."""
    matched = []
    left = dict(recorded)
    for task in tasks:
        expected = prompt_hash(messages(subject.domain, task))
        for sample in range(manifest.k):
            row = left.pop((task.id, sample), None)
            if row is None:
                differences.append(f"task {task.id!r} sample {sample}: no row in the transcript")
                continue
            if prompt_hash(row.messages) != expected:
                differences.append(f"task {task.id!r} sample {sample}: the prompt is not that of the task")
            if (row.family, row.level) != (task.family, task.level):
                differences.append(f"task {task.id!r} sample {sample}: family or level is not the task's")
            matched.append((task, row))
    differences.extend(f"task {task_id!r} sample {sample}: not in the draw" for task_id, sample in left)
    return matched


def _judged_again(
    matched: list[tuple[Task, Row]], subject: Subject, sandbox: Sandbox | None, differences: list[str]
) -> list[Row]:
    rows = [row for _, row in matched if row.error is not None]
    answered = [(task, row) for task, row in matched if row.error is None]
    for start in range(0, len(answered), _BATCH):
        part = answered[start : start + _BATCH]
        pairs = [(task, row.response) for task, row in part]
        verdicts = judge_pairs(subject, pairs, sandbox, differences.append)
        for (task, row), verdict in zip(part, verdicts, strict=True):
            before = row.verdict
            if before is not None and (before.outcome, before.reward) != (verdict.outcome, verdict.reward):
                differences.append(
                    f"task {task.id!r} sample {row.sample}: {before.outcome} with reward {before.reward} in "
                    f"the record, {verdict.outcome} with reward {verdict.reward} now"
                )
            rows.append(replace(row, verdict=verdict, family=task.family, level=task.level))
    return rows


def _read_scores(path: Path) -> dict[str, Any]:
    try:
        scores = json.loads(path.read_bytes())
    except OSError as error:
        raise BadTask(f"cannot read the scores {path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise BadTask(f"{path} is not JSON: {error}") from error
    if not isinstance(scores, dict):
        raise BadTask(f"{path} must hold an object, not {type(scores).__name__}")
    return scores


def _compared(where: str, before: object, now: object) -> list[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        lines = []
        for key in sorted(before.keys() | now.keys(), key=str):
            if key not in before or key not in now:
                lines.append(f"{where}.{key}: {'not in the record' if key not in before else 'only there'}")
            else:
                lines += _compared(f"{where}.{key}", before[key], now[key])
        return lines
    if isinstance(before, float) and isinstance(now, float) and abs(before - now) <= 1e-8:
        return []  # the last rounded digit may differ between mathematics libraries
    return [] if before == now else [f"{where}: {before!r} in the record, {now!r} now"]
