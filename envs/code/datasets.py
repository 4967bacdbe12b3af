"""Read code tasks from JSON lines: HumanEval, MBPP (full and sanitized) and our plain rows.

Examples of the plain rows:

    {"id": "add", "prompt": "Add.", "entry_point": "add", "calls": [{"args": [1, 2], "expected": 3}]}
    {"id": "echo", "prompt": "Copy the input.", "stdin": ["a\\n"], "stdout": ["a\\n"]}

Sources: HumanEval (Chen et al. 2021), github.com/openai/human-eval; MBPP (Austin et al. 2021),
github.com/google-research/google-research/tree/master/mbpp.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rlvr_gym.envs.code.judged import humaneval_reference, mbpp_reference
from rlvr_gym.envs.code.reference import CallsReference, Case, ProgramReference, Run
from rlvr_gym.errors import BadTask
from rlvr_gym.tables import BadRow, Problem, Row, Table, check_format, collect, read_rows, stem_of
from rlvr_gym.types import Task

__all__ = ["FORMATS", "from_rows", "load", "read"]


def load(
    path: str | Path, *, row_format: str = "auto", style: str = "instruct"
) -> tuple[list[Task], list[Problem]]:
    """Read every usable row of a dataset.

    Args:
        path: of a JSON lines file (or by its name .json, .csv or .parquet), gzip-compressed where its name
            ends in .gz; or "hub:org/name@revision[:config[:split]]".
        row_format: "auto" looks at each row; or one of `FORMATS`.
        style: "instruct" frames prompts as requests, "raw" leaves HumanEval and MBPP text alone.
    Returns: (tasks in the order of the file, problems with "file:line").
    Raises:
        BadTask: if the file cannot be read at all.
        UnknownEnv: for an unknown format.
    """
    table = read(path, row_format=row_format, style=style)
    return table.tasks, table.problems


def read(
    path: str | Path,
    *,
    row_format: str = "auto",
    style: str = "instruct",
    limit: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Table:
    """Read a dataset and keep where each row stands.

    Args:
        path, row_format, style: see `load`.
        limit: the most rows that are read.
        progress: called now and then with the number of rows read.
    Returns: tasks with their places, and problems.
    Raises: as `load`.
    """
    check_format(row_format, ("auto", *FORMATS))
    return collect(
        read_rows(str(path)),
        lambda row, _: _task(row, row_format, style),
        stem=stem_of(str(path)),
        limit=limit,
        progress=progress,
    )


def from_rows(rows: list[Row], *, row_format: str = "auto", style: str = "instruct") -> list[Task]:
    """Return the tasks of rows in memory.

    Raises: BadTask: at the first bad row, with its number (from 1).
    """
    check_format(row_format, ("auto", *FORMATS))
    tasks = []
    for number, row in enumerate(rows, 1):
        try:
            tasks.append(_task(row, row_format, style))
        except BadRow as bad:
            raise BadTask(f"row {number}: {bad}") from bad
    return tasks


def _task(row: Row, row_format: str, style: str) -> Task:
    return FORMATS[_detect(row) if row_format == "auto" else row_format](row, style)


def _detect(row: Row) -> str:
    if "test_list" in row:
        return "mbpp"
    if "calls" in row:
        return "calls"
    if "stdin" in row or "stdout" in row:
        return "program"
    if "test" in row and "entry_point" in row:
        return "humaneval"
    raise BadRow(
        f"unknown format with the fields {sorted(row)}; expected HumanEval (test, entry_point), "
        "MBPP (test_list) or plain rows (calls, or stdin and stdout)"
    )


def _text(row: Row, name: str, default: str | None = None) -> str:
    value = row.get(name, default)
    if not isinstance(value, str):
        found = "missing" if name not in row else f"of type {type(value).__name__}"
        raise BadRow(f"field {name!r} must be a string, but is {found}")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadRow(f"field {name!r} holds a lone surrogate") from error
    return value


def _identity(row: Row, name: str) -> str:
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise BadRow(f"field {name!r} must be a non-empty string or an integer")
    return str(value)


def _entry(row: Row) -> str:
    name = _text(row, "entry_point")
    if not name.isidentifier():
        raise BadRow(f"field 'entry_point' must be the name of a function, not {name!r}")
    return name


def _humaneval(row: Row, style: str) -> Task:
    task_id, prompt, entry = _identity(row, "task_id"), _text(row, "prompt"), _entry(row)
    solution = _text(row, "canonical_solution", "")
    reference = humaneval_reference(prompt, entry, _text(row, "test"), solution)
    shown = prompt
    if style == "instruct":
        request = "Complete this Python function. Answer with the whole function."
        shown = f"{request}\n\n```python\n{prompt.strip()}\n```\n"
    return Task(task_id, shown, reference, "humaneval", None, {"entry_point": entry})


def _mbpp(row: Row, style: str) -> Task:
    task_id = _identity(row, "task_id")
    text = _text(row, "text" if "text" in row else "prompt")
    code = _text(row, "code")
    tests = _strings(row, "test_list")
    setup = _text(row, "test_setup_code", "")
    if "test_imports" in row:
        setup = "\n".join([*_strings(row, "test_imports", may_be_empty=True), setup])
    reference = mbpp_reference(code, setup, tests)
    shown = f"{text.strip()}\n\nThe program must pass tests like this one:\n\n    {tests[0].strip()}\n"
    if style == "raw":
        shown = f'"""\n{text.strip()}\n{tests[0].strip()}\n"""\n'
    return Task(task_id, shown, reference, "mbpp", None, {"entry_point": reference.entry})


def _strings(row: Row, name: str, *, may_be_empty: bool = False) -> list[str]:
    value = row.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadRow(f"field {name!r} must be a list of strings")
    if not value and not may_be_empty:
        raise BadRow(f"field {name!r} is empty: there is nothing to judge by")
    return [_text({name: item}, name) for item in value]


def _calls(row: Row, style: str) -> Task:
    task_id, prompt, entry = _identity(row, "id"), _text(row, "prompt"), _entry(row)
    calls = row.get("calls")
    if not isinstance(calls, list) or not calls:
        raise BadRow("field 'calls' must be a list of at least one call")
    cases = tuple(_case(call, number) for number, call in enumerate(calls))
    reference = CallsReference(entry, (), lambda: cases, _solution(row))
    return Task(task_id, prompt, reference, "calls", None, {"entry_point": entry})


def _case(call: Any, number: int) -> Case:
    where = f"calls[{number}]"
    if not isinstance(call, dict):
        raise BadRow(f"{where} must be an object, not {type(call).__name__}")
    unknown = sorted(set(call) - {"args", "kwargs", "expected"})
    if unknown:
        raise BadRow(f"{where} has unknown fields {unknown}; known: args, kwargs, expected")
    args, kwargs = call.get("args", []), call.get("kwargs", {})
    if not isinstance(args, list):
        raise BadRow(f"{where}.args must be a list, not {type(args).__name__}")
    if not isinstance(kwargs, dict):
        raise BadRow(f"{where}.kwargs must be an object, not {type(kwargs).__name__}")
    if "expected" not in call:
        raise BadRow(f"{where}.expected is missing")
    return Case(tuple(args), kwargs, call["expected"])


def _program(row: Row, style: str) -> Task:
    task_id, prompt = _identity(row, "id"), _text(row, "prompt")
    stdin, stdout = _strings(row, "stdin"), _strings(row, "stdout")
    if len(stdin) != len(stdout):
        raise BadRow(f"field 'stdin' holds {len(stdin)} inputs but 'stdout' {len(stdout)} outputs")
    runs = tuple(Run(text, wanted) for text, wanted in zip(stdin, stdout, strict=True))
    return Task(task_id, prompt, ProgramReference((), lambda: runs, _solution(row)), "program", None)


def _solution(row: Row) -> str | None:
    """Return the optional field 'solution' of a plain row: a program for the oracle."""
    return _text(row, "solution") if "solution" in row else None


FORMATS: dict[str, Callable[[Row, str], Task]] = {
    "humaneval": _humaneval,
    "mbpp": _mbpp,
    "calls": _calls,
    "program": _program,
}
