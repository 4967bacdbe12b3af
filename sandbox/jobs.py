"""What the host's side knows of jobs: which ones no worker could run, and how long one may take.

A job that cannot be run is our mistake, never an answer's: it raises before it is sent.
"""

from __future__ import annotations

from typing import Any

from rlvr_gym.errors import SandboxError, nearest
from rlvr_gym.sandbox.catalogue import IMAGES
from rlvr_gym.types import Job, Limits

__all__ = ["PROGRAMS", "check_job", "memory_mb", "seconds"]

PROGRAMS = ("python_program", "cpp_program", "js_program")  # runners with one child for each input
_COMPILE_S, _COMPILE_MB = 30.0, 1024
_FOLDER_MB = 16
_MAX_INPUT = 8 << 20  # bytes of one input of a program: it is a file in its folder of 16 MiB
_PLAIN = (bool, int, float, str, type(None))


def check_job(index: int, job: Job) -> None:
    """Raise SandboxError for a job that no worker could run."""
    image = IMAGES.get(job.image)
    if image is not None and job.runner not in image.runners:
        hint = nearest(job.runner, image.runners)
        raise SandboxError(f"job {index}: image {job.image!r} has no runner {job.runner!r}{hint}")
    inputs = job.payload.get("stdin") if job.runner in PROGRAMS else [""]
    if not isinstance(inputs, list | tuple) or not inputs:
        raise SandboxError(f"job {index}: {job.runner} needs a list of at least one text as payload['stdin']")
    if not all(
        isinstance(text, str) and len(text.encode("utf-8", "surrogatepass")) <= _MAX_INPUT for text in inputs
    ):
        raise SandboxError(
            f"job {index}: {job.runner} takes inputs of text, of at most {_MAX_INPUT >> 20} MiB each"
        )
    if job.image == "compiled":
        wrong = _wrong(job)
        if wrong:
            raise SandboxError(f"job {index}: {job.runner} {wrong}")


def seconds(job: Job) -> float:
    """Return the most seconds of wall clock that the children of a job may take, births included."""
    children = len(job.payload["stdin"]) if job.runner in PROGRAMS else 1
    total = children * (job.limits.wall_s + 6)
    if job.image == "compiled":
        total += job.payload.get("compile", {}).get("wall_s", _COMPILE_S) + 6
    return total


def memory_mb(job: Job) -> int:
    """Return the most MiB that the children of a job may hold at a time, files in their folders included."""
    children = 2 if job.runner == "python_judge" else 1
    total = children * (job.limits.memory_mb + _FOLDER_MB)
    if job.image == "compiled":
        total += job.payload.get("compile", {}).get("memory_mb", _COMPILE_MB)
    return total


def _wrong(job: Job) -> str:
    """Return what is amiss with a job of a compiled language; nothing if it can be run."""
    payload = job.payload
    if not isinstance(payload.get("source"), str):
        return "needs a text as payload['source']"
    compiling = payload.get("compile", {})
    try:
        Limits(**{key: compiling[key] for key in compiling})
    except (TypeError, ValueError) as error:
        return f"has no sound limits in payload['compile']: {error}"
    if "output_kb" in compiling:
        return "takes cpu_s, wall_s and memory_mb in payload['compile'], not output_kb"
    if job.runner in PROGRAMS:
        return ""
    parts = str(payload.get("entry", "")).split("::" if job.runner == "cpp_calls" else "\0")
    if not all(part.isascii() and part.isidentifier() for part in parts):
        return f"needs the name of a function as payload['entry'], not {payload.get('entry')!r}"
    try:
        calls = [(args, kwargs) for args, kwargs in payload["calls"]]
    except (KeyError, TypeError, ValueError):
        return "needs a list of [arguments, {}] as payload['calls']"
    if any(kwargs for _, kwargs in calls):
        return "has no arguments by keyword: the second part of each call must be empty"
    if not all(isinstance(args, list | tuple) and _plain(args) for args, _ in calls):
        return "takes arguments of None, bool, int, float, str, list, tuple, dict and set alone"
    return ""


def _plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_plain(part) for pair in value.items() for part in pair)
    if isinstance(value, list | tuple | set | frozenset):
        return all(_plain(item) for item in value)
    return type(value) in _PLAIN
