"""Recorded responses come back as they were; a bad row costs that row."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from rlvr_gym.errors import BadTask
from rlvr_gym.evaluation.runner import evaluate
from rlvr_gym.policies import ReplayPolicy, Request
from tests.evaluation.subjects import ENV_ID, Answering, echo_subject


def test_rows_of_one_task_are_its_samples(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """In their order; bad rows are reported with file and line, and a missing one is an error."""
    path = tmp_path / "r.jsonl"
    rows = ['{"task_id": "a", "response": "1"}', "oops", '{"task_id": "a", "response": 2}', "", "[]",
            '{"task_id": ["a"], "response": "x"}', '{"task_id": "a", "response": "2"}']  # fmt: skip
    path.write_text("\n".join(rows))
    with caplog.at_level(logging.WARNING):
        policy = ReplayPolicy(path)
    places = [record.getMessage().split(": ")[0] for record in caplog.records]
    assert places == [f"{path}:{n}" for n in (2, 3, 5, 6)]
    done = policy.generate([Request("a", (), sample) for sample in range(3)])
    assert [c.text for c in done] == ["1", "2", ""]
    assert "no response for task 'a', sample 2" in str(done[2].error)


def test_a_transcript_replays_to_the_same_scores(tmp_path: Path) -> None:
    """What an evaluation wrote is a file of responses."""
    first = evaluate(ENV_ID, Answering(), n=6, k=3, out=tmp_path / "a", subject=echo_subject())
    replay = ReplayPolicy(tmp_path / "a" / "transcripts.jsonl")
    again = evaluate(ENV_ID, replay, n=6, k=3, out=tmp_path / "b", subject=echo_subject())
    assert (again.reward, again.pass_at, again.outcomes) == (first.reward, first.pass_at, first.outcomes)


def test_a_row_without_a_response_is_not_replayed_as_an_empty_one(tmp_path: Path) -> None:
    """A request that failed stays without a response; how a response ended is kept."""
    path = tmp_path / "r.jsonl"
    rows = [
        {"task_id": "a", "sample": 0, "response": "", "error": "refused", "finish": "error"},
        {"task_id": "a", "sample": 1, "response": "x", "error": None, "finish": "length", "tokens": 5},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    lost, cut = ReplayPolicy(path).generate([Request("a", (), sample) for sample in range(2)])
    assert lost.error is not None
    assert (cut.text, cut.finish, cut.tokens, cut.error) == ("x", "length", 5, None)


@pytest.mark.parametrize("content", [None, "", "{}\n", json.dumps([1])])
def test_a_file_without_a_usable_row_is_refused(tmp_path: Path, content: str | None) -> None:
    """The message names the file."""
    path = tmp_path / "r.jsonl"
    if content is not None:
        path.write_text(content)
    with pytest.raises(BadTask, match=r"r\.jsonl"):
        ReplayPolicy(path)
