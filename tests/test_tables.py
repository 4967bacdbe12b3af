"""Tables of rows: every kind of file, and rows that cannot be read."""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from rlvr_gym.errors import AdapterError, BadTask
from rlvr_gym.tables import BadRow, Placed, collect, read_rows, stem_of
from rlvr_gym.types import Task

ROWS = [{"q": "one"}, {"q": "two, or more"}]


def rows_of(path: Path) -> list[Any]:
    """Return the rows of a file, BadRow included."""
    return [row for _, row in read_rows(str(path))]


def task_of(row: Any, fallback: str) -> Task:
    """Make a task of a row in these tests."""
    return Task(str(row.get("id", fallback)), row["q"], row.get("a", ""))


def test_lines_an_array_and_csv_hold_the_same_rows(tmp_path: Path) -> None:
    """The name of the file decides, and for .json its first character; gzip changes nothing."""
    lines = "\n".join(map(json.dumps, ROWS))
    (tmp_path / "a.jsonl").write_text(lines)
    (tmp_path / "lines.json").write_text(lines)
    (tmp_path / "a.json").write_text("\ufeff " + json.dumps(ROWS), encoding="utf-8")
    (tmp_path / "a.csv").write_text('q\none\n"two, or more"\n')
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(b'\xef\xbb\xbfq\r\none\r\n"two, or more"\r\n'))
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(json.dumps(ROWS).encode()))
    for path in sorted(tmp_path.iterdir()):
        assert rows_of(path) == ROWS, path.name


def test_places_name_line_or_row(tmp_path: Path) -> None:
    """Lines count from 1, blank ones included; CSV's first line holds the names."""
    lines, array, table = tmp_path / "a.jsonl", tmp_path / "a.json", tmp_path / "a.csv"
    lines.write_text('\n{"q": "x"}\n')
    array.write_text('[{"q": "x"}, 3]')
    table.write_text("q,a\nx,\ny,z\n")
    assert [where for where, _ in read_rows(str(lines))] == [f"{lines}:2"]
    assert [where for where, _ in read_rows(str(array))] == [f"{array}, row 1", f"{array}, row 2"]
    assert [where for where, _ in read_rows(str(table))] == [f"{table}:2", f"{table}:3"]


def test_cells_that_are_empty_are_no_fields(tmp_path: Path) -> None:
    """CSV cannot tell an empty text from a missing one."""
    (tmp_path / "a.csv").write_text("q,a\nx,\n")
    assert rows_of(tmp_path / "a.csv") == [{"q": "x"}]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"q\nx,y\n", "more cells"),
        ("a.csv", b"q\n\xff\n", "not UTF-8"),
        ("a.csv", b"q\n" + b"x" * 200_000 + b"\n", "not CSV"),
        ("a.json", b"[3]", "must be a JSON object, not int"),
        ("a.jsonl", b'{"q": ' + b"9" * 5000 + b"}", "not usable JSON"),
        ("a.jsonl", b"\xff", "not UTF-8"),
        ("a.jsonl", b"[1]", "must be a JSON object, not list"),
    ],
)
def test_a_row_that_cannot_be_read_is_a_bad_row(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    """The rows after it are read."""
    good = b'{"q": "y"}' if name == "a.jsonl" else b"y"
    more = b"" if name == "a.json" else b"\n" + good + b"\n"
    (tmp_path / name).write_bytes(content + more)
    first, *rest = rows_of(tmp_path / name)
    assert isinstance(first, BadRow)
    assert message in str(first)
    assert rest == ([] if name == "a.json" else [{"q": "y"}])


@pytest.mark.parametrize(
    ("name", "content"), [("a.json", b"[{]"), ("a.jsonl.gz", b"no gzip"), ("a.json", b"[" * 100_000)]
)
def test_a_file_that_cannot_be_read_at_all_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    """One message that names the file."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadTask, match=rf"cannot read .*{name}"):
        rows_of(tmp_path / name)
    with pytest.raises(BadTask, match="cannot read"):
        rows_of(tmp_path)


def test_parquet_without_its_package_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to install."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(AdapterError, match=r'pip install "rlvr-gym\[data\]"'):
        rows_of(tmp_path / "a.parquet")


@pytest.mark.skipif(
    importlib.util.find_spec("pyarrow") is None, reason="needs pyarrow: pip install 'rlvr-gym[data]'"
)
def test_parquet_is_read_with_its_lists(tmp_path: Path) -> None:
    """Rows become mappings; a broken file is refused."""
    import pyarrow
    from pyarrow import parquet

    path = tmp_path / "a.parquet"
    rows = [{"prompt": [{"role": "user", "content": "x"}], "n": 1.0}] * 3
    parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    assert list(read_rows(str(path))) == [Placed(f"{path}, row {n}", rows[0]) for n in (1, 2, 3)]
    path.write_bytes(b"nothing")
    with pytest.raises(BadTask, match="cannot read"):
        rows_of(path)


def test_repetitions_are_skipped_and_name_the_first() -> None:
    """By id, and by question where the content is given; another answer to the same question is told."""
    rows = [
        Placed("1", {"q": "x  y", "a": "1"}),
        Placed("2", {"q": "x y", "a": "1"}),
        Placed("3", {"q": "x y", "a": "2"}),
        Placed("4", {"q": "z", "id": "t-1"}),
    ]
    table = collect(rows, task_of, stem="t", content=lambda task: (task.prompt, task.reference))
    assert [task.id for task in table.tasks] == ["t-1"]
    assert [(p.where, p.what, p.kind) for p in table.problems] == [
        ("2", "the same question as at 1", "duplicate"),
        ("3", "the same question as at 1, with another answer", "contradiction"),
        ("4", "id 't-1' was used before, at 1", "duplicate"),
    ]
    assert [task.id for task in collect(rows[:3], task_of, stem="t").tasks] == ["t-1", "t-2", "t-3"]


def test_a_limit_bounds_what_is_read_and_progress_is_told() -> None:
    """No row after the limit is made a task of."""
    told: list[int] = []
    rows = (Placed(str(n), {"q": str(n)}) for n in range(1000))
    table = collect(rows, task_of, stem="t", limit=600, progress=told.append)
    assert len(table.rows) == 600
    assert told == [256, 512]


def test_ids_of_rows_without_one_begin_with_the_name_of_the_data() -> None:
    """The file's name without suffixes, or the name on the Hub."""
    assert stem_of("some/where/rows.jsonl.gz") == "rows"
    assert stem_of("hub:org/name@abc:main") == "org/name"
