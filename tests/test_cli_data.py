"""`rlvr-gym data check`: which rows of a dataset can be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rlvr_gym.cli import main


def write(path: Path, *rows: object) -> str:
    """Write JSON lines; a string is written as it is."""
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return str(path)


def plain(number: int, answer: object = "5") -> dict[str, object]:
    """Return a row of its own question."""
    return {"id": f"r{number}", "question": f"Question {number}?", "answer": answer}


def test_a_good_file_is_reported_with_its_kinds_and_status_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Golds that do not parse are named, and no failure."""
    path = write(tmp_path / "rows.jsonl", plain(1), plain(2, "\\mho 3"))
    assert main(["data", "check", path]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"{path}: 2 rows, 2 served, 0 not\n")
    assert "2 plain" in out
    assert "unparsed (1)\n" in out
    assert f"{path}:2: r2: the answer is compared as text" in out
    assert "every row is served" in err


def test_rows_with_a_problem_are_named_and_the_status_is_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By reason, with file and line; standard error sums up."""
    path = write(tmp_path / "rows.jsonl", plain(1), "{", plain(3, ""), plain(4, "1/0"))
    assert main(["data", "check", path, "--all"]) == 1
    out, err = capsys.readouterr()
    for line in (
        f"{path}:2: not JSON",
        f"{path}:3: field 'answer' must be text",
        f"{path}:4: r4: not the answer",
    ):
        assert f"    {line}" in out
    assert "2 rows are not served, 1 do not pay their own answer" in err


def test_the_findings_come_as_json_with_every_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The table shows twenty of a kind and counts the rest; JSON has them all."""
    path = write(tmp_path / "rows.jsonl", plain(0), *["{"] * 30)
    assert main(["data", "check", path]) == 1
    assert "and 10 more: --json names them all" in capsys.readouterr().out
    assert main(["data", "check", path, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["rows"], found["served"], len(found["skipped"])) == (31, 1, 30)
    assert found["skipped"][0]["where"] == f"{path}:2"


def test_a_limit_reads_the_first_rows_alone(tmp_path: Path) -> None:
    """What follows is not looked at."""
    path = write(tmp_path / "rows.jsonl", plain(1), "{")
    assert main(["data", "check", path, "--limit", "1"]) == 0
    assert main(["data", "check", path, "--limit", "2"]) == 1


def test_another_environment_checks_its_own_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows of code, whose known solutions run only with --all."""
    row = {"id": "f", "prompt": "?", "stdin": ["a"], "stdout": ["a"], "solution": "print(input())"}
    path = write(tmp_path / "rows.jsonl", row)
    assert main(["data", "check", path, "--env", "rlvr/Code-v0"]) == 0
    assert "takes a sandbox: 1 (--all tries them)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["{file}", "--format", "maths"], 2, "did you mean 'math'"),
        (["{file}", "--env", "rlvr/Maths-v0"], 2, "did you mean 'rlvr/Math-v0'"),
        (["{file}", "--env", "rlvr/Curriculum-v0"], 2, "has no check of data"),
        (["{file}", "--limit", "0"], 2, "at least 1"),
        ([], 2, "DATA"),
        (["absent.jsonl"], 1, "cannot read absent.jsonl"),
        (["hub:org/name"], 1, "pins no revision"),
        (["{empty}"], 1, "no row is served"),
    ],
)
def test_wrong_usage_is_2_and_data_that_cannot_be_read_is_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, message: str
) -> None:
    """Each says in one line what to do."""
    places = {"file": write(tmp_path / "rows.jsonl", plain(1)), "empty": write(tmp_path / "empty.jsonl")}
    try:
        found = main(["data", "check", *(argument.format(**places) for argument in arguments)])
    except SystemExit as stop:  # argparse ends the process on wrong usage
        found = int(stop.code or 0)
    assert found == status
    assert message in capsys.readouterr().err


def test_help_teaches_by_example(capsys: pytest.CaptureFixture[str]) -> None:
    """Commands to copy, and what the findings mean."""
    with pytest.raises(SystemExit):
        main(["data", "check", "--help"])
    out = capsys.readouterr().out
    assert "examples:\n  rlvr-gym data check rows.jsonl" in out
    assert "not served" in out
