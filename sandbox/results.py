"""What a worker's frame says of a job, as a `Result`. The replies in it are a hostile child's bytes."""

from __future__ import annotations

import logging
import math
from typing import Any

from rlvr_gym.sandbox import wire
from rlvr_gym.sandbox.jobs import PROGRAMS
from rlvr_gym.types import Ending, Job, Result

__all__ = ["is_answer", "most_bytes", "read_result"]

_log = logging.getLogger(__name__)


_SAID = frozenset({*Ending, "compiled", "compile_error"})  # all that a run may have ended as
_RUN = 65536  # bytes that a header may take for one run, and a compiler's words


def _most_runs(job: Job) -> int:
    return 2 + (len(job.payload["stdin"]) if job.runner in PROGRAMS else 1)


def most_bytes(job: Job) -> tuple[int, int]:
    """Return how large the header and the body of a job's answer can be."""
    runs = _most_runs(job)
    return runs * _RUN, runs * (2 * job.limits.output_kb * 1024 + _RUN)


def is_answer(job: Job, header: dict[str, Any], body: bytes) -> bool:
    """Whether a frame is the answer to a job, in every field that is used of it.

    A worker is trusted with its words about a child, but not to be whole: were one taken over, its frames
    must cost the job that it has, and nothing else.
    """
    runs = header.get("runs")
    if type(runs) is not list or not 0 < len(runs) <= _most_runs(job):
        return False
    if not (
        _is_amount(header.get("wall_s"))
        and _is_amount(header.get("worker_mb", 0.0))
        and all(map(_is_run, runs))
    ):
        return False
    if any(run["ending"] == "compiled" for run in runs[1:]) or runs[-1]["ending"] == "compiled":
        return False
    size: int = sum(run["reply"] + run["out"] for run in runs)
    return size == len(body)


def _is_run(run: Any) -> bool:
    return (
        type(run) is dict
        and type(run.get("ending")) is str
        and run["ending"] in _SAID
        and type(run.get("detail")) is str
        and type(run.get("exit")) is int
        and all(type(run.get(name)) is int and run[name] >= 0 for name in ("reply", "out"))
        and _is_amount(run.get("cpu_s"))
        and _is_amount(run.get("peak_mb"))
    )


def _is_amount(value: Any) -> bool:
    return type(value) in (int, float) and bool(0 <= value < math.inf)


def read_result(job: Job, header: dict[str, Any], body: bytes, profile: str) -> Result:
    """Make a result of a worker's frame; a reply that is not plain data makes it GARBLED."""
    runs, parts, at = header["runs"], [], 0
    for run in runs:
        middle, end = at + run["reply"], at + run["reply"] + run["out"]
        parts.append((body[at:middle], body[middle:end]))
        at = end
    cpu_s = sum(run["cpu_s"] for run in runs)
    if runs[0]["ending"] == "compiled":  # the compiler's own child: it costs, and says nothing more
        del runs[0], parts[0]
    value: Any = None
    refused = runs[0]["ending"] == "compile_error"  # said by the worker: no program can forge it
    ending, detail = Ending.REPLIED if refused else Ending(runs[0]["ending"]), runs[0]["detail"]
    try:
        if refused:
            value = {"compile_error": parts[0][0].decode("utf-8", "replace")}
        elif job.runner in PROGRAMS:
            value = {"runs": [_program_run(run, *part) for run, part in zip(runs, parts, strict=True)]}
            bad = next((run for run in value["runs"] if run["ending"] != "replied"), None)
            ending, detail = (Ending(bad["ending"]), bad["detail"]) if bad else (Ending.REPLIED, "")
        elif ending is Ending.REPLIED:
            value = wire.decode(parts[0][0])
            if job.image == "compiled" and type(value) is dict and "compile_error" in value:
                raise wire.WireError("what a compiler says does not come from a program")
    except wire.WireError as error:
        _log.debug("a reply was not plain data: %s", error)
        ending, detail, value = Ending.GARBLED, "its reply was not plain data", None
    return Result(
        ending,
        value,
        detail,
        cpu_s=cpu_s,
        wall_s=header["wall_s"],
        peak_mb=max(run["peak_mb"] for run in runs),
        profile=profile,
    )


def _program_run(run: dict[str, Any], reply: bytes, out: bytes) -> dict[str, Any]:
    """Return one run of a program; one that left by itself with status 0 has run to its end."""
    ending, code, detail = run["ending"], run["exit"], run["detail"]
    if ending == "exited":
        ending = "replied"
    elif ending == "replied":
        said = wire.decode(reply)
        if type(said) is not dict or type(said.get("exit")) is not int or type(said.get("detail")) is not str:
            raise wire.WireError("a program's last message holds its exit status and a text")
        code, detail = said["exit"], said["detail"]
    return {"ending": ending, "exit": code, "stdout": out, "detail": detail}
