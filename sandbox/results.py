"""What a worker's frame says of a job, as a `Result`. The replies in it are a hostile child's bytes."""

from __future__ import annotations

import logging
from typing import Any

from rlvr_gym.sandbox import wire
from rlvr_gym.sandbox.jobs import PROGRAMS
from rlvr_gym.types import Ending, Job, Result

__all__ = ["read_result"]

_log = logging.getLogger(__name__)


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
