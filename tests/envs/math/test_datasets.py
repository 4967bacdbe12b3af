"""Reading datasets: formats, bad rows with file and line, pinned revisions."""

from __future__ import annotations

import json
import logging
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from rlvr_gym.envs.math import datasets
from rlvr_gym.envs.math.env import domain
from rlvr_gym.errors import AdapterError, BadTask, UnknownEnv

GSM8K = {"question": "Two and three?", "answer": "2+3 = <<2+3=5>>5\n#### 5"}
MATH = {"problem": "Half?", "solution": "so $\\boxed{\\frac12}$.", "level": "Level 3", "unique_id": "a/1"}
PLAIN = {"id": "p1", "question": "Name?", "answer": "Evelyn"}


def write(path: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="surrogateescape")
    return path


def test_formats_are_recognised_row_by_row(tmp_path: Path) -> None:
    """GSM8K, MATH and plain rows give tasks with id, level and gold."""
    tasks, problems = datasets.load_rows(
        write(tmp_path / "mixed.jsonl", GSM8K, MATH, PLAIN, {"id": 7, "question": "Age?", "answer": 3})
    )
    assert problems == []
    assert [task.id for task in tasks] == ["mixed-1", "a/1", "p1", "7"]
    assert [task.family for task in tasks] == ["gsm8k", "math", "plain", "plain"]
    assert [task.reference.text for task in tasks] == ["5", "\\frac12", "Evelyn", "3"]
    assert [task.level for task in tasks] == [None, 3, None, None]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{not json", "not JSON"),
        ("[1, 2]", "must be a JSON object"),
        ("\udcff", "not UTF-8"),
        ("[" * 100_000, "nested too deeply"),
        ({"question": "?"}, "'answer' must be text that is not empty, not missing"),
        ({"question": "", "answer": "1"}, "'question' must be text that is not empty, not empty"),
        ({"question": 5, "answer": "1"}, "'question' must be text that is not empty, not int"),
        ({"question": "?", "answer": " "}, "'answer' must be text"),
        ({"question": "?", "answer": "$ $"}, "gold answer is empty"),
        ({"question": "?", "answer": ["1"]}, "not list"),
        ({"question": "?", "answer": "x" * 5000}, "5000 characters"),
        ({"question": "?", "answer": "1\n#### "}, "no '#### <answer>'"),
        ({"problem": "?", "solution": "no box"}, "holds no \\boxed{}"),
        ({"a": 1}, "needs 'question' or 'problem'"),
        ({**PLAIN}, "id 'p1' was used before"),
        ({**PLAIN, "id": []}, "'id' must be text or a whole number"),
    ],
)
def test_a_bad_row_is_named_with_file_and_line(tmp_path: Path, row: object, message: str) -> None:
    """Rows around a bad one are kept; the problem says where and what."""
    path = write(tmp_path / "rows.jsonl", PLAIN, "", row, {**PLAIN, "id": "p2", "question": "Who?"})
    tasks, problems = datasets.load_rows(path)
    assert [task.id for task in tasks] == ["p1", "p2"]
    assert len(problems) == 1
    assert problems[0].where == f"{path}:3"
    assert message in problems[0].what


def test_bad_rows_are_logged_and_the_rest_is_served(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The domain warns with file and line and goes on."""
    path = write(tmp_path / "rows.jsonl", "{", PLAIN)
    with caplog.at_level(logging.WARNING):
        made = domain(data=str(path))
    assert made.source.size("public") == 1
    assert f"{path}:1" in caplog.text


def test_a_file_without_a_usable_row_is_refused(tmp_path: Path) -> None:
    """The message names the first problem."""
    path = write(tmp_path / "rows.jsonl", "{")
    with pytest.raises(BadTask, match=r"holds no usable row; the first of 1 problems: .*rows.jsonl:1"):
        domain(data=str(path))
    with pytest.raises(BadTask, match="cannot read"):
        domain(data=str(tmp_path / "absent.jsonl"))


def test_a_named_format_is_kept_to(tmp_path: Path) -> None:
    """format='gsm8k' refuses a row without '####'; an unknown format names the nearest."""
    path = write(tmp_path / "rows.jsonl", GSM8K, PLAIN)
    tasks, problems = datasets.load(str(path), row_format="gsm8k")
    assert (len(tasks), len(problems)) == (1, 1)
    with pytest.raises(UnknownEnv, match="did you mean 'gsm8k'"):
        datasets.load(str(path), row_format="gsm")


@pytest.mark.parametrize("data", ["hub:org/name", "hub:org/name:main:test"])
def test_a_hub_dataset_without_a_revision_is_refused(data: str) -> None:
    """What a dataset holds may change; only a pinned revision is served."""
    with pytest.raises(BadTask, match="pins no revision"):
        datasets.load(data)


def test_two_different_revisions_are_refused() -> None:
    """A revision may be named once only."""
    with pytest.raises(BadTask, match="was given too"):
        datasets.load("hub:org/name@abc", revision="def")


def test_malformed_hub_names_are_refused() -> None:
    """The message shows the form."""
    with pytest.raises(BadTask, match=r"hub:org/name@revision"):
        datasets.load("hub:nothing")


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package `datasets` the error says what to install."""
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(AdapterError, match=r'pip install "rlvr-gym\[data\]"'):
        datasets.load("hub:org/name@abc")


def test_a_hub_dataset_is_read_at_its_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name, config, split and revision reach the package; rows become tasks."""
    asked: dict[str, Any] = {}

    def load_dataset(name: str, config: str | None, *, split: str, revision: str) -> list[dict[str, Any]]:
        asked.update(name=name, config=config, split=split, revision=revision)
        return [GSM8K, {"question": "?"}]

    fake = types.ModuleType("datasets")
    fake.load_dataset = load_dataset  # type: ignore[attr-defined]  # a stand-in for the package
    monkeypatch.setitem(sys.modules, "datasets", fake)
    tasks, problems = datasets.load("hub:openai/gsm8k@e53f048:main:train")
    assert asked == {"name": "openai/gsm8k", "config": "main", "split": "train", "revision": "e53f048"}
    assert len(tasks) == 1
    assert problems[0].where == "openai/gsm8k@e53f048:1"


@pytest.mark.parametrize(("name", "kind"), [("math-ai/minervamath", "minerva"), ("someone/else", "plain")])
def test_a_known_name_on_the_hub_decides_where_columns_do_not(
    monkeypatch: pytest.MonkeyPatch, name: str, kind: str
) -> None:
    """Minerva's question and answer look like a plain row; a format that is named wins."""
    fake = types.ModuleType("datasets")
    fake.load_dataset = lambda *_, **__: [{"question": "How bright?", "answer": "1e-3"}]  # type: ignore[attr-defined]  # a stand-in for the package
    monkeypatch.setitem(sys.modules, "datasets", fake)
    assert datasets.load(f"hub:{name}@abc")[0][0].family == kind
    assert datasets.load(f"hub:{name}@abc", row_format="plain")[0][0].family == "plain"


def test_a_revision_for_a_file_is_refused(tmp_path: Path) -> None:
    """Options that would be ignored are errors."""
    path = write(tmp_path / "rows.jsonl", PLAIN)
    with pytest.raises(BadTask, match="is for Hub datasets"):
        datasets.load(str(path), revision="abc")
