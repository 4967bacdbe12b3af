"""Rows become tasks; bad rows become sentences with file and line."""

from __future__ import annotations

import gzip
import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from rlvr_gym.envs.code.datasets import from_rows, load
from rlvr_gym.envs.code.reference import CallsReference, JudgeReference, ProgramReference
from rlvr_gym.errors import BadTask, UnknownEnv

CALLS: dict[str, Any] = {
    "id": "add",
    "prompt": "Add.",
    "entry_point": "add",
    "calls": [{"args": [1, 2], "expected": 3}, {"kwargs": {"a": 1, "b": 1}, "expected": 2}],
}
PROGRAM: dict[str, Any] = {"id": "echo", "prompt": "Copy.", "stdin": ["a\n"], "stdout": ["a\n"]}
HUMANEVAL: dict[str, Any] = {
    "task_id": "HumanEval/999",
    "prompt": 'import math\n\n\ndef helper(x):\n    return -x\n\n\ndef root(x):\n    """Root."""\n',
    "entry_point": "root",
    "canonical_solution": "    return math.sqrt(x)\n",
    "test": "def check(candidate):\n    assert abs(candidate(4)) == 2\n    assert helper(1) == -1\n",
}
MBPP: dict[str, Any] = {
    "task_id": 9999,
    "text": "Write a function to find unique values.",
    "code": "def unique(x):\n    '\\w'\n    return list(set(x))",
    "test_setup_code": "",
    "test_list": ["assert set(unique([1, 1])) == {1}", "assert unique([]) == []"],
}


def lines(path: Path, *rows: Any) -> Path:
    """Write rows as JSON lines; a string is written as it is."""
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    return path


def test_every_format_is_recognised_in_one_file(tmp_path: Path) -> None:
    """Each row says by its fields what it is."""
    tasks, problems = load(lines(tmp_path / "rows.jsonl", CALLS, PROGRAM, "", HUMANEVAL, MBPP))
    assert problems == []
    assert [task.id for task in tasks] == ["add", "echo", "HumanEval/999", "9999"]
    kinds = [type(task.reference) for task in tasks]
    assert kinds == [CallsReference, ProgramReference, JudgeReference, JudgeReference]
    assert [task.info.get("entry_point") for task in tasks] == ["add", None, "root", "unique"]


def test_compressed_file_with_mark_and_carriage_returns_is_read(tmp_path: Path) -> None:
    """A byte order mark, CRLF line ends and gzip change nothing."""
    path = tmp_path / "rows.jsonl.gz"
    text = "\ufeff" + json.dumps(CALLS) + "\r\n" + json.dumps(PROGRAM) + "\r\n"
    path.write_bytes(gzip.compress(text.encode()))
    tasks, problems = load(path)
    assert ([task.id for task in tasks], problems) == (["add", "echo"], [])


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('{"id": ' + "9" * 5000 + "}", "not usable JSON"),
        ("[1]", "must be a JSON object, not list"),
        ({"id": "x"}, "unknown format"),
        ({**CALLS, "id": True}, "'id' must be"),
        ({**CALLS, "id": ""}, "'id' must be"),
        ({**CALLS, "prompt": 3}, "'prompt' must be a string, but is of type int"),
        ({**CALLS, "prompt": "\ud800"}, "lone surrogate"),
        ({"id": "x", "calls": []}, "'prompt' must be a string, but is missing"),
        ({**CALLS, "entry_point": "a b"}, "name of a function"),
        ({**CALLS, "calls": []}, "at least one call"),
        ({**CALLS, "calls": {}}, "at least one call"),
        ({**CALLS, "calls": [3]}, "calls[0] must be an object"),
        ({**CALLS, "calls": [{"args": 3, "expected": 1}]}, "calls[0].args must be a list"),
        (
            {**CALLS, "calls": [{"args": [], "kwargs": [], "expected": 1}]},
            "calls[0].kwargs must be an object",
        ),
        ({**CALLS, "calls": [*CALLS["calls"], {"args": []}]}, "calls[2].expected is missing"),
        ({**CALLS, "calls": [{"arg": [1], "expected": 1}]}, "unknown fields ['arg']"),
        ({**PROGRAM, "stdin": "a"}, "'stdin' must be a list of strings"),
        ({**PROGRAM, "stdin": [], "stdout": []}, "'stdin' is empty"),
        ({**PROGRAM, "stdout": ["a", "b"]}, "holds 1 inputs but 'stdout' 2 outputs"),
        ({**HUMANEVAL, "test": "def check(candidate"}, "'test' is not valid Python"),
        ({**HUMANEVAL, "test": "assert True"}, "does not define check"),
        ({**HUMANEVAL, "entry_point": "other"}, "does not define the entry point 'other'"),
        ({**MBPP, "test_list": []}, "'test_list' is empty"),
        ({**MBPP, "test_list": ["assert"]}, "'test_list' is not valid Python"),
        ({**MBPP, "test_list": "assert unique([]) == []"}, "must be a list of strings"),
        ({**MBPP, "code": "def other(): pass"}, "no test calls a function"),
        ({**MBPP, "text": None}, "'text' must be a string"),
    ],
)
def test_bad_row_is_reported_with_file_and_line(tmp_path: Path, row: Any, sentence: str) -> None:
    """The other rows of the file stay usable."""
    path = lines(tmp_path / "rows.jsonl", PROGRAM, row, {**CALLS, "id": "good"})
    tasks, problems = load(path)
    assert [task.id for task in tasks] == ["echo", "good"]
    assert [problem.where for problem in problems] == [f"{path}:2"]
    assert sentence in problems[0].what


def test_repeated_id_names_the_first_line(tmp_path: Path) -> None:
    """The first of two rows with one id is kept."""
    path = lines(tmp_path / "rows.jsonl", CALLS, CALLS)
    tasks, problems = load(path)
    assert len(tasks) == 1
    assert str(problems[0]) == f"{path}:2: id 'add' was used before, at {path}:1"


def test_line_that_is_not_utf8_is_reported(tmp_path: Path) -> None:
    """Bytes of another encoding spoil one row, not the file."""
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"id": "\xff"}\n' + json.dumps(CALLS).encode())
    tasks, problems = load(path)
    assert len(tasks) == 1
    assert "not UTF-8" in problems[0].what


def test_unreadable_file_and_unknown_format_are_refused(tmp_path: Path) -> None:
    """Messages name the path or the nearest format."""
    with pytest.raises(BadTask, match=r"absent\.jsonl"):
        load(tmp_path / "absent.jsonl")
    broken = tmp_path / "broken.jsonl.gz"
    broken.write_bytes(b"not gzip")
    with pytest.raises(BadTask, match="cannot read"):
        load(broken)
    with pytest.raises(UnknownEnv, match="did you mean 'humaneval'"):
        load(tmp_path, row_format="humanevals")
    with pytest.raises(BadTask, match="row 2"):
        from_rows([CALLS, {}])


def test_prompt_shows_the_first_assert_of_mbpp_alone() -> None:
    """The first assert is public, as is the custom; the others are not shown."""
    for style in ("instruct", "raw"):
        prompt = from_rows([MBPP], style=style)[0].prompt
        assert MBPP["test_list"][0] in prompt
        assert MBPP["test_list"][1] not in prompt
    assert from_rows([HUMANEVAL], style="raw")[0].prompt == HUMANEVAL["prompt"]
    assert "Complete this" in from_rows([HUMANEVAL])[0].prompt


def test_reference_is_neither_pickled_nor_shown() -> None:
    """A hidden reference stays in its process."""
    for task in from_rows([CALLS, PROGRAM, HUMANEVAL, MBPP]):
        with pytest.raises(TypeError, match="does not leave"):
            pickle.dumps(task.reference)
        assert repr(task.reference) == f"<{type(task.reference).__name__}>"
        assert pickle.loads(pickle.dumps(task)).reference is None
