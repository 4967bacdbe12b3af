"""A record is confirmed when it is honest, and every kind of tampering shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rlvr_gym.errors import BadTask
from rlvr_gym.evaluation.recompute import recompute
from rlvr_gym.evaluation.runner import evaluate
from tests.evaluation.subjects import ENV_ID, Answering, echo_subject


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """An honest record of ten tasks with two samples each."""
    evaluate(ENV_ID, Answering(), n=10, k=2, seed=1, out=tmp_path, subject=echo_subject())
    return tmp_path


def change_rows(folder: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Edit the transcript as a cheat would."""
    path = folder / "transcripts.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    change(rows)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def change_json(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Edit a JSON file as a cheat would."""
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


def test_an_honest_record_is_confirmed(record: Path) -> None:
    """No difference at all."""
    assert recompute(record, subject=echo_subject()) == []


def test_tasks_that_were_left_out_are_no_difference(tmp_path: Path) -> None:
    """They cannot be made then or now; a row for one would be a difference."""
    broken = echo_subject(broken=[2])
    evaluate(ENV_ID, Answering(), n=5, seed=1, out=tmp_path, subject=broken, problem=lambda _: None)
    assert recompute(tmp_path, subject=broken) == []
    assert "no row" in recompute(tmp_path, subject=echo_subject())[0]


def test_a_flipped_verdict_shows(record: Path) -> None:
    """A wrong answer declared correct differs in the row; the scores then differ from the row too."""

    def flip(rows: list[dict[str, Any]]) -> None:
        row = next(row for row in rows if row["verdict"]["outcome"] == "WRONG")
        row["verdict"].update(outcome="CORRECT", reward=1.0)

    change_rows(record, flip)
    differences = recompute(record, subject=echo_subject())
    assert len(differences) == 1
    assert "CORRECT with reward 1.0 in the record, WRONG with reward 0.0 now" in differences[0]


def test_a_changed_response_shows_in_the_scores(record: Path) -> None:
    """Verdict and response must belong together."""
    change_rows(record, lambda rows: rows[1].update(response="no number"))
    assert any("WRONG with reward 0.0 now" in line for line in recompute(record, subject=echo_subject()))


def test_failures_hidden_as_our_own_show(record: Path) -> None:
    """A wrong answer filed as NO_VERDICT would leave the mean: it is judged again."""

    def hide(rows: list[dict[str, Any]]) -> None:
        row = next(row for row in rows if row["verdict"]["outcome"] == "WRONG")
        row["verdict"].update(outcome="NO_VERDICT", reward=None)

    change_rows(record, hide)
    assert any("NO_VERDICT with reward None" in line for line in recompute(record, subject=echo_subject()))


def test_missing_foreign_and_doubled_rows_show(record: Path) -> None:
    """The transcript must be exactly the draw."""

    def shuffle(rows: list[dict[str, Any]]) -> None:
        rows.pop(0)
        rows.append(dict(rows[0]))
        rows.append({**rows[1], "task_id": "fresh/1/999"})

    change_rows(record, shuffle)
    text = "\n".join(recompute(record, subject=echo_subject()))
    assert "task 'fresh/1/0' sample 0: no row" in text
    assert "second row" in text
    assert "task 'fresh/1/999' sample 0: not in the draw" in text


def test_an_easier_prompt_shows(record: Path) -> None:
    """A prompt that is not the task's is a difference, even with its own hash."""
    from rlvr_gym.evaluation.records import prompt_hash
    from rlvr_gym.types import Message

    def ease(rows: list[dict[str, Any]]) -> None:
        rows[0]["messages"] = [{"role": "user", "content": "The answer is 0."}]
        rows[0]["prompt_sha256"] = prompt_hash((Message("user", "The answer is 0."),))

    change_rows(record, ease)
    differences = recompute(record, subject=echo_subject())
    assert any("the prompt is not that of the task" in line for line in differences)


def test_edited_scores_show(record: Path) -> None:
    """Each edited number is named."""
    change_json(record / "scores.json", lambda scores: scores["reward"].update(mean=0.99))
    differences = recompute(record, subject=echo_subject())
    assert len(differences) == 1
    assert differences[0].startswith("scores.reward.mean: 0.99 in the record")


def test_another_seed_shows(record: Path) -> None:
    """A manifest that names another draw fits no row."""
    change_json(record / "manifest.json", lambda manifest: manifest.update(seed=2))
    assert any("not in the draw" in line for line in recompute(record, subject=echo_subject()))


def test_other_limits_show(record: Path) -> None:
    """Limits belong to what was evaluated."""
    change_json(record / "manifest.json", lambda manifest: manifest["limits"].update(cpu_s=99.0))
    assert any(line.startswith("manifest: limits") for line in recompute(record, subject=echo_subject()))


@pytest.mark.parametrize("name", ["manifest.json", "scores.json"])
def test_unreadable_files_are_named(record: Path, name: str) -> None:
    """Missing or malformed, the message names the file."""
    (record / name).write_text("{")
    with pytest.raises(BadTask, match=name):
        recompute(record, subject=echo_subject())
    (record / name).unlink()
    with pytest.raises(BadTask, match=name):
        recompute(record, subject=echo_subject())
