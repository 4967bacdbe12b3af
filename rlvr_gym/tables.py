"""Read tables of task rows: JSON lines, a JSON array, CSV, Parquet, or a pinned revision on the Hub.

A row that cannot be used never stops the others: it becomes a `Problem` that says where it stands and why.
What a row means is the environment's: `collect` hands each to a function that makes a task of it.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from rlvr_gym.errors import AdapterError, BadTask, UnknownEnv, nearest
from rlvr_gym.types import Task

__all__ = [
    "BadRow", "Placed", "Problem", "Row", "Served", "Table", "check_format", "collect", "hub_name",
    "read_rows", "stem_of",
]  # fmt: skip

Row = Mapping[str, Any]
HUB_FORM = "hub:org/name@revision[:config[:split]]"
_HUB = re.compile(r"hub:([\w.-]+/[\w.-]+)(?:@([\w./-]+))?(?::([\w.-]*))?(?::([\w.\[\]:%-]+))?")
_EXTRA = 'needs one more package: pip install "rlvr-gym[data]"'
_EVERY = 256  # rows between two calls of a progress function


class Problem(NamedTuple):
    """A row that gave no task, or an odd one: where it stands, what is wrong, and the kind of that."""

    where: str
    what: str
    kind: str = "malformed"

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class BadRow(ValueError):
    """This row gives no task; `kind` groups the reasons."""

    def __init__(self, what: str, kind: str = "malformed") -> None:
        super().__init__(what)
        self.kind = kind


class Placed(NamedTuple):
    """A row, or why it cannot be read, and where it stands: "file:line" or "dataset:row"."""

    where: str
    row: Row | BadRow


class Served(NamedTuple):
    """A task and where its row stands."""

    where: str
    task: Task


class Table(NamedTuple):
    """What a dataset gave: tasks in order, and the rows that gave none."""

    rows: list[Served]
    problems: list[Problem]

    @property
    def tasks(self) -> list[Task]:
        """The tasks alone."""
        return [served.task for served in self.rows]


def check_format(name: str, valid: Iterable[str]) -> None:
    """Refuse an unknown format of rows. Raises: UnknownEnv: naming the nearest."""
    known = tuple(valid)
    if name not in known:
        raise UnknownEnv(f"unknown format {name!r}{nearest(str(name), known)}")


def collect(
    rows: Iterable[Placed],
    make: Callable[[Row, str], Task],
    *,
    stem: str,
    content: Callable[[Task], tuple[str, str]] | None = None,
    limit: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Table:
    """Make tasks of rows, each id once.

    Args:
        rows: from `read_rows`.
        make: a task of (row, id for a row that has none); raises BadRow where there is none in it.
        stem: how such ids begin.
        content: (question, answer) of a task, where rows that repeat a question are to be skipped.
        limit: the most rows that are read.
        progress: called now and then with the number of rows read.
    Returns: tasks and problems, in order.
    """
    table = Table([], [])
    ids: dict[str, str] = {}
    questions: dict[bytes, tuple[str, str]] = {}
    for number, (where, row) in enumerate(rows, 1):
        if limit is not None and number > limit:
            break
        if progress is not None and number % _EVERY == 0:
            progress(number)
        try:
            if isinstance(row, BadRow):
                raise row
            task = make(row, f"{stem}-{number}")
            if task.id in ids:
                raise BadRow(f"id {task.id!r} was used before, at {ids[task.id]}", "duplicate")
            if content is not None:
                _refuse_repetition(questions, where, *content(task))
        except BadRow as bad:
            table.problems.append(Problem(where, str(bad), bad.kind))
            continue
        ids[task.id] = where
        table.rows.append(Served(where, task))
    return table


def _refuse_repetition(seen: dict[bytes, tuple[str, str]], where: str, question: str, answer: str) -> None:
    # A digest: a table of a million long questions is read too.
    key = hashlib.blake2b(" ".join(question.split()).encode(), digest_size=16).digest()
    first, known = seen.setdefault(key, (where, answer))
    if first != where:
        again = "" if known == answer else ", with another answer"
        raise BadRow(f"the same question as at {first}{again}", "contradiction" if again else "duplicate")


def stem_of(data: str) -> str:
    """Return how ids of rows without one begin: the file's name without suffixes, or the Hub's name."""
    return hub_name(data) or Path(data.removesuffix(".gz")).stem


def hub_name(data: str) -> str | None:
    """Return "org/name" of a Hub dataset, or None for a file. Raises: BadTask: if it is malformed."""
    if not data.startswith("hub:"):
        return None
    match = _HUB.fullmatch(data)
    if match is None:
        raise BadTask(f"{data!r} is not of the form {HUB_FORM}")
    return match[1]


def read_rows(data: str, *, revision: str | None = None, max_bytes: int | None = None) -> Iterator[Placed]:
    """Yield the rows of a dataset.

    Args:
        data: "hub:org/name[@revision][:config[:split]]", or the path of a file whose name ends in .json
            (an array, or lines), .csv, .parquet, or anything else for JSON lines; .gz may follow, but for
            Parquet.
        revision: commit of the Hub dataset, where `data` does not name one.
        max_bytes: longest JSON line.
    Raises:
        BadTask: if it cannot be read at all, or no revision of a Hub dataset is pinned.
        AdapterError: if a package is missing, with what to install.
    """
    if data.startswith("hub:"):
        yield from _hub_rows(data, revision)
        return
    if revision is not None:
        raise BadTask(
            f"revision={revision!r} is for Hub datasets (hub:org/name), but data is the file {data!r}"
        )
    path = Path(data)
    suffix = Path(data.removesuffix(".gz")).suffix.lower()
    if suffix == ".parquet":
        yield from _parquet_rows(path)
        return
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as opened:
            file = cast(IO[bytes], opened)
            if suffix == ".csv":
                yield from _csv_rows(path, file)
            elif suffix == ".json" and _begins_array(file):
                yield from _array_rows(path, file)
            else:
                yield from _line_rows(path, file, max_bytes)
    except (OSError, EOFError, zlib.error) as error:
        raise BadTask(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error


def _line_rows(path: Path, file: IO[bytes], max_bytes: int | None) -> Iterator[Placed]:
    for number, line in enumerate(file, 1):
        if line.strip():
            yield Placed(f"{path}:{number}", _parsed(line, max_bytes))


def _parsed(line: bytes, max_bytes: int | None) -> Row | BadRow:
    if max_bytes is not None and len(line) > max_bytes:
        return BadRow(f"the row has {len(line)} bytes, more than {max_bytes}")
    try:
        return _object(json.loads(line.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        return BadRow(f"not UTF-8 text (byte {error.start} of the line)")
    except json.JSONDecodeError as error:
        return BadRow(f"not JSON: {error.msg} (column {error.colno})")
    except RecursionError:
        return BadRow("not usable JSON: nested too deeply")
    except ValueError as error:  # for instance an integer of more digits than Python converts
        return BadRow(f"not usable JSON: {error}")


def _object(row: Any) -> Row | BadRow:
    if not isinstance(row, dict):
        return BadRow(f"a row must be a JSON object, not {type(row).__name__}")
    return row


def _begins_array(file: IO[bytes]) -> bool:
    head = file.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()
    file.seek(0)
    return head.startswith(b"[")


def _array_rows(path: Path, file: IO[bytes]) -> Iterator[Placed]:
    try:
        rows = json.loads(file.read().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadTask(f"cannot read {path}: not a JSON array: {error}") from error
    for number, row in enumerate(rows, 1):
        yield Placed(f"{path}, row {number}", _object(row))


def _csv_rows(path: Path, file: IO[bytes]) -> Iterator[Placed]:
    # Bytes that are no UTF-8 become lone surrogates, which spoil their own row alone.
    lines = (line.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape") for line in file)
    reader = csv.DictReader(lines)
    while True:
        where = f"{path}:{reader.line_num + 1 if reader.line_num else 2}"
        try:
            row = next(reader, None)
        except csv.Error as error:
            yield Placed(where, BadRow(f"not CSV: {error}"))
            continue
        if row is None:
            return
        yield Placed(where, _cells(row))


def _cells(row: dict[str | None, Any]) -> Row | BadRow:
    """Return the cells that are not empty: CSV cannot tell an empty text from a missing one."""
    if None in row:
        return BadRow("more cells than the first line has names")
    try:
        for cell in filter(None, row.values()):
            cell.encode()
    except UnicodeEncodeError:
        return BadRow("not UTF-8 text")
    return {str(name): cell for name, cell in row.items() if cell}


def _parquet_rows(path: Path) -> Iterator[Placed]:
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise AdapterError(f"reading {path} {_EXTRA}") from error
    number = 0
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=1024):
                for row in batch.to_pylist():
                    number += 1
                    yield Placed(f"{path}, row {number}", row)
    except Exception as error:  # the package raises its own kinds; all mean that there are no more rows
        raise BadTask(f"cannot read {path}: {type(error).__name__}: {error}") from error


def _hub_rows(data: str, revision: str | None) -> Iterator[Placed]:
    name, pinned, config, split = _hub_parts(data, revision)
    try:
        from datasets import load_dataset
    except ImportError as error:
        raise AdapterError(f"reading from the Hub {_EXTRA}") from error
    try:
        table = load_dataset(name, config, split=split, revision=pinned)
    except Exception as error:  # the package raises its own kinds; all mean that there is no dataset
        raise BadTask(f"cannot read {data} at revision {pinned}: {type(error).__name__}: {error}") from error
    for number, row in enumerate(table):
        yield Placed(f"{name}@{pinned}:{number}", row)


def _hub_parts(data: str, revision: str | None) -> tuple[str, str, str | None, str]:
    match = _HUB.fullmatch(data)
    if match is None:
        raise BadTask(f"{data!r} is not of the form {HUB_FORM}")
    name, pinned, config, split = match.groups()
    if pinned and revision and pinned != revision:
        raise BadTask(f"{data!r} pins revision {pinned!r}, but revision={revision!r} was given too")
    if not (pinned or revision):
        raise BadTask(f"{data!r} pins no revision; write {HUB_FORM} with a commit of the dataset")
    return name, pinned or str(revision), config or None, split or "test"
