"""Drive the jobs of compiled languages: compile once in one child, then run each input in a fresh one.

The worker carries the compiled program from one child to the next as bytes that it never looks into. What the
compiler says comes from a child that has seen the source and no input: it alone may be shown to a policy.
JavaScript is compiled as it runs; its syntax is checked by a child of its own only where a run has failed.

Runs inside the walls; standard library only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rlvr_gym.sandbox import walls, wire
from rlvr_gym.sandbox.children import Limits, Run
from rlvr_gym.sandbox.runners import compilers

__all__ = ["OWN_MEMORY", "RUNNERS", "admit", "drive", "prove"]

RUNNERS = ("cpp_program", "cpp_calls", "js_program", "js_calls")
OWN_MEMORY = ("js_program", "js_calls")  # no limit on address space suits them: they set another
_COMPILE = {"cpu_s": 10.0, "wall_s": 30.0, "memory_mb": 1024}
_BINARY_KB = 6 * 1024 + 64
_FULL = 0.75  # of its memory: a program that a signal ends there died of that
_ENOUGH = 1 << 30

One = Callable[[str, bytes, Limits, bool], list[Run]]


def admit(tools: dict[str, str]) -> None:
    """Make this worker one of compiled languages; called once, before its first child.

    Args:
        tools: paths of `cxx` and `node`, the compiler's search `path`, and the folder of what was `prepared`.
    """
    compilers.use(tools)
    walls.admit_programs()


def drive(one: One, runner: str, payload: bytes, limits: Limits) -> list[Run]:
    """Run a job of a compiled language.

    Args:
        one: runs one child to its end, given runner, request, limits, and whether its output is kept.
    Returns: a run that ended as "compiled", then one for each input or for all calls; or the one that says
        why there is no program: "compile_error" with the diagnostics as its reply, or the limit that it met.
    """
    job = wire.decode(payload)
    allowed = {**_COMPILE, **job.get("compile", {})}
    building = Limits(allowed["cpu_s"], allowed["wall_s"], allowed["memory_mb"], _BINARY_KB)

    def build() -> tuple[Run, bytes]:
        asked = {"source": job["source"], "cpu_s": building.cpu_s, "memory_mb": building.memory_mb}
        asked |= {"entry": job["entry"]} if "entry" in job else {}
        (run,) = one(runner, wire.encode(asked, _ENOUGH), building, False)
        return _compiled(run, building)

    if runner.startswith("cpp"):
        first, binary = build()
        if first.ending != "compiled":
            return [first]
        return [first, *_runs(one, runner, job, {"binary": binary}, limits)]
    runs = _runs(one, runner, job, {"source": job["source"], "entry": job.get("entry", "")}, limits)
    if _may_not_load(runs[0]):
        first, _ = build()
        return [first, *runs] if first.ending == "compiled" else [first]
    return runs


def prove(one: One) -> None:
    """Compile and run a small program of each language. Raises: walls.WallError: if that fails here."""
    programs = {"cpp_program": "int main() { return 7; }", "js_program": "process.exit(7)"}
    for runner, source in programs.items():
        job = wire.encode({"source": source, "stdin": [""]}, _ENOUGH)
        runs = drive(one, runner, job, Limits(5, 60, 512, 64))
        if (runs[-1].ending, runs[-1].exit_code) != ("exited", 7):
            last = runs[-1]
            said = f"It ended as {last.ending}: {last.detail} {last.reply.decode('utf-8', 'replace')}"
            raise walls.WallError(f"the worker's own {runner}", 0, said)


def _runs(one: One, runner: str, job: dict[str, Any], program: dict[str, Any], limits: Limits) -> list[Run]:
    program = {**program, "memory_mb": limits.memory_mb}
    if "stdin" not in job:
        request = wire.encode({**program, "calls": [args for args, _ in job["calls"]]}, _ENOUGH)
        return [_named(run, limits) for run in one(runner, request, limits, False)]
    runs: list[Run] = []
    for text in job["stdin"]:
        runs += one(runner, wire.encode({**program, "stdin": text}, _ENOUGH), limits, True)
        runs[-1] = _named(runs[-1], limits)
        if runs[-1].ending not in ("replied", "exited"):
            break
    return runs


def _compiled(run: Run, limits: Limits) -> tuple[Run, bytes]:
    """Name how a compiling child ended; return what it made."""
    kind, data = run.reply[:1], run.reply[1:]
    if run.ending != "replied":  # it has no exit of its own: one that leaves without a word was ended
        ending = "signalled" if run.ending == "exited" else run.ending
        return run._replace(ending=ending, detail=f"while compiling: {run.detail}", reply=b""), b""
    if kind == compilers.BINARY:
        return run._replace(ending="compiled", reply=b""), data
    if kind == compilers.ERROR:
        return run._replace(ending="compile_error", reply=data), b""
    return run._replace(
        ending="cpu", detail=f"while compiling: used more than {limits.cpu_s:g} s of CPU time", reply=b""
    ), b""


def _named(run: Run, limits: Limits) -> Run:
    """Call a crash at the edge of its memory by its name: few programs look whether they were given any."""
    if run.ending == "signalled" and run.peak_mb >= _FULL * limits.memory_mb:
        return run._replace(ending="memory", detail=f"ran out of its {limits.memory_mb} MiB of memory")
    return run


def _may_not_load(run: Run) -> bool:
    return (run.ending == "exited" and run.exit_code != 0) or run.reply.startswith(b'{"error"')
