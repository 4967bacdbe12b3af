"""The code environment: which tasks, what goes into the walls for a response, and how claims are judged."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from rlvr_gym.env import Domain
from rlvr_gym.envs.code import datasets
from rlvr_gym.envs.code.grading import grade
from rlvr_gym.envs.code.reference import CallsReference, JudgeReference, ProgramReference
from rlvr_gym.envs.code.response import defines, extract
from rlvr_gym.envs.code.tasks import FAMILIES
from rlvr_gym.envs.code.tasks.build import generator
from rlvr_gym.errors import BadTask, UnknownEnv, nearest
from rlvr_gym.sources import ProceduralSource, TableSource, TaskSource
from rlvr_gym.types import Job, Limits, Task, Verdict

__all__ = ["ENV_ID", "STYLES", "domain", "job", "oracle"]

ENV_ID = "rlvr/Code-v0"
STYLES = ("instruct", "raw")
_DEFAULT = Limits()
# The slowest known solution of MBPP (task 123) takes 2.6 s, procedural ones take milliseconds.
_PATIENCE = 4
_LOG = logging.getLogger(__name__)

_SYSTEM = (
    "You solve programming tasks in Python. Answer with one complete program in a fenced block that begins "
    "with ```python and ends with ```. Only the last such block is judged, by hidden tests, with the "
    "standard library alone."
)


def domain(
    *,
    level: int | None = None,
    families: Sequence[str] = (),
    data: str | None = None,
    format: str = "auto",
    style: str = "instruct",
    limits: Limits = _DEFAULT,
) -> Domain:
    """Return the code environment's parts.

    Args:
        level: difficulty 1..5 of procedural tasks, or None for all.
        families: procedural families to draw from, or all where empty.
        data: path of a JSON lines file (.jsonl or .jsonl.gz) to serve in place of procedural tasks.
        format: of its rows: "auto", "humaneval", "mbpp", "calls" or "program".
        style: "instruct" adds a system prompt and frames dataset prompts as requests; "raw" leaves a
            dataset's own
            text alone (for base models that continue a prompt) and sends no system prompt.
        limits: for each walled child; test code of datasets gets four times the CPU and twice the wall time.
    Raises:
        UnknownEnv: for an unknown family, level, format or style.
        BadTask: where the file holds no usable row, or level and families are given together with data.
    """
    if style not in STYLES:
        raise UnknownEnv(f"unknown style {style!r} of {ENV_ID}{nearest(str(style), STYLES)}")
    return Domain(
        source=_source(level, families, data, format, style),
        job=partial(job, limits=limits),
        grade=grade,
        oracle=oracle,
        system=_SYSTEM if style == "instruct" else "",
    )


def _source(
    level: int | None, families: Sequence[str], data: str | None, row_format: str, style: str
) -> TaskSource:
    if data is None:
        if row_format != "auto":
            raise BadTask(f"format={row_format!r} describes the rows of a file: give data=PATH as well")
        if isinstance(families, str):
            raise UnknownEnv(f"families must be a list of names, not the string {families!r}")
        generators = {name: generator(family) for name, family in FAMILIES.items()}
        return ProceduralSource(ENV_ID, generators, tuple(families), level)
    if level is not None or families:
        raise BadTask("level and families choose procedural tasks: leave them out where data=PATH is given")
    tasks, problems = datasets.load(data, row_format=row_format, style=style)
    for problem in problems:
        _LOG.warning("skipped a row: %s", problem)
    if not tasks:
        first = f"; the first problem: {problems[0]}" if problems else ""
        raise BadTask(f"{data} holds no usable task{first}")
    return TableSource(data, tasks)


def job(task: Task, response: str, *, limits: Limits = _DEFAULT) -> Job | Verdict:
    """Return what is run for a response, or a verdict at once where there is no program in it.

    Args:
        task: with its reference.
        response: what the policy wrote.
        limits: for each walled child.
    Raises:
        BadResponse: if the response is not a string.
        BadTask: if the task has lost its reference (for instance through a pickle).
    """
    reference = task.reference
    entry = "" if isinstance(reference, ProgramReference) else getattr(reference, "entry", "")
    found = extract(response, entry)
    if found.program is None:
        return Verdict.unparsable(found.reason)
    if isinstance(reference, ProgramReference):
        stdin = [run.stdin for run in (*reference.public, *reference.hidden)]
        return Job("python_program", {"source": found.program, "stdin": stdin}, limits)
    if isinstance(reference, CallsReference):
        if entry not in found.program:
            return Verdict.unparsable(f"the program does not define {entry}")
        calls = [[list(case.args), dict(case.kwargs)] for case in (*reference.public, *reference.hidden)]
        return Job("python_calls", {"source": found.program, "entry": entry, "calls": calls}, limits)
    if isinstance(reference, JudgeReference):
        payload = {
            "source": _judged_source(reference, found.program),
            "entry": entry,
            "setup": reference.setup,
            "test": reference.test,
            "mode": reference.mode,
        }
        patient = replace(limits, cpu_s=limits.cpu_s * _PATIENCE, wall_s=limits.wall_s * 2)
        return Job("python_judge", payload, patient)
    raise BadTask(f"task {task.id!r} came without its reference; make it again with source.by_id")


def _judged_source(reference: JudgeReference, program: str) -> str:
    if reference.prompt and not defines(program, reference.entry):
        return reference.prompt + program
    # A future import must come first, so such a program stands alone.
    if reference.preamble and not program.lstrip().startswith("from __future__"):
        return f"{reference.preamble}\n{program}"
    return program


def oracle(task: Task) -> str:
    """Return a response that solves the task.

    Raises: BadTask: where the task has no known solution.
    """
    source = getattr(task.reference, "source", None)
    if source is None:
        raise BadTask(f"task {task.id!r} has no known solution")
    fence = "```"
    while fence in source:
        fence += "`"
    return f"{fence}python\n{source.rstrip()}\n{fence}\n"
