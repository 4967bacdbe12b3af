"""The worker: a zygote that keeps its next child cloned, walled and waiting.

Framed jobs come on descriptor 0, framed results go to descriptor 1. A job names a runner; a driver here
decides how many children it takes: one for calls, one per input for a program, two for a judge (the test code
in one, the candidate in the other, all traffic through here). Standard library only.
"""

from __future__ import annotations

import builtins
import functools
import gc
import importlib
import json
import os
import random
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

from rlvr_gym.sandbox import child, walls, wire
from rlvr_gym.sandbox.children import CALL, MEMORY, VALUE, Child, Limits, Mother, Run, pump

__all__ = ["load", "main"]

# What most programs import. Each module more makes every fork dearer, each one fewer makes its import dearer.
_PRELOADED = "bisect collections copy functools heapq itertools math operator random re string typing".split()


def main() -> None:
    """Build the house, prove the walls with a first child, then serve until the owner hangs up."""
    config = json.loads(sys.argv[1])
    try:
        priority = Priority(config.get("nice", 0))
        runners = load(config)
        volunteering = Volunteering()
        walls.build_house(config["folders"] + _library_folders(config["folders"]), config["masked"])
        child.rehearse(runners)
        random.seed(0)  # every child starts from one state: the same program gives the same verdict
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed(0)
        gc.collect()
        gc.freeze()
        with volunteering:
            worker = Worker(runners)
        worker.prove()
    except walls.WallError as error:
        _send({"wall": error.wall, "error": str(error)}, b"")
        return
    except OSError as error:
        _send({"wall": "worker", "error": f"setting up the worker: {error}. {walls.ADVICE_NAMESPACES}"}, b"")
        return
    _send({"ready": True, "landlock": walls.landlock_abi()}, b"")
    while (message := wire.read_frame(0)) is not None:
        header, payload = message
        try:
            reply, body = worker.serve(header, payload)
        except walls.WallError as error:
            _send({"fatal": str(error)}, b"")
            return
        _send(reply, body)
        worker.prepare()
        priority.settle()


class Priority:
    """The low priority of a worker, and of all children it will have.

    A session of its own is a scheduling group of its own where the kernel groups by session, and in it
    niceness counts for nothing against other sessions: the group has to be nice too.
    """

    def __init__(self, nice: int) -> None:
        self._nice, self._group = nice, -1
        if nice:
            os.nice(nice)
            try:
                self._group = os.open("/proc/self/autogroup", os.O_WRONLY | os.O_CLOEXEC)
            except OSError:
                pass  # no such groups, or no right to change one
            self.settle()

    def settle(self) -> None:
        """Tell the group; again later where the kernel takes no such word now: ten a second of all users."""
        if self._group >= 0:
            try:
                os.write(self._group, str(self._nice).encode())
            except BlockingIOError:
                return
            except OSError:
                pass
            os.close(self._group)
            self._group = -1


class Volunteering:
    """Inside it, processes are made that the kernel ends first when memory is short: not this one.

    Made while there still is a /proc.
    """

    def __init__(self) -> None:
        try:
            self._file = os.open("/proc/self/oom_score_adj", os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            self._file = -1  # a host that does not leave the choice to us
        else:
            self._usual = os.read(self._file, 16)

    def __enter__(self) -> None:
        if self._file >= 0:
            os.write(self._file, b"1000")

    def __exit__(self, *_: object) -> None:
        if self._file >= 0:
            os.write(self._file, self._usual)
            os.close(self._file)


def _send(header: dict[str, Any], body: bytes) -> None:
    view = memoryview(wire.frame(header, body))
    while view:
        view = view[os.write(1, view) :]


def load(config: dict[str, Any]) -> dict[str, Any]:
    """Import what children shall find imported; return the runners' functions by name."""
    for name in _PRELOADED:
        importlib.import_module(name)
    sys.path.extend(config["packages"])
    if "tools" in config:
        importlib.import_module("rlvr_gym.sandbox.compiled").admit(config["tools"])
    for name in config.get("loaded", ()):
        importlib.import_module(name)
    # The `site` module is not loaded; programs expect its two ways to stop.
    builtins.exit = builtins.quit = sys.exit  # type: ignore[assignment]  # plain functions serve
    return {
        name: importlib.import_module(f"rlvr_gym.sandbox.runners.{name}").run for name in config["runners"]
    }


def _library_folders(shown: list[str]) -> list[str]:
    """Return the folders of the shared libraries in use, and the linker's cache."""
    folders = set()
    with open("/proc/self/maps") as maps:
        for line in maps:
            path = line.rstrip("\n").split(maxsplit=5)[5:]
            if path and path[0].startswith("/") and ".so" in path[0]:
                folders.add(os.path.dirname(os.path.realpath(path[0])))
    inside = tuple(folder.rstrip("/") + "/" for folder in shown)
    found = sorted(folder for folder in folders if not f"{folder}/".startswith(inside))
    return found + [path for path in ("/etc/ld.so.cache",) if os.path.exists(path)]


class Worker:
    """Serves jobs one at a time, while its mother keeps the next child walled and waiting."""

    def __init__(self, runners: dict[str, Any]) -> None:
        self._runners = runners
        self._drives: dict[str, Callable[[str, bytes, Limits], list[Run]]]
        self._drives = {"python_program": self._program, "python_judge": self._judge}
        self._own_memory: tuple[str, ...] = ()  # runners that set another limit than that of address space
        self._prove_more: Callable[[], object] = bool  # what else must work before the first job
        if "cpp_program" in runners:  # no other worker pays for this module
            from rlvr_gym.sandbox import compiled

            self._drives |= dict.fromkeys(compiled.RUNNERS, functools.partial(compiled.drive, self._one))
            self._own_memory = compiled.OWN_MEMORY
            self._prove_more = functools.partial(compiled.prove, self._one)
        life = functools.partial(child.live, runners, self._own_memory, walls.child_place())
        self._mother = Mother(life, child.settle_memory)

    def prepare(self) -> None:
        """Have the next child made while nobody waits for it."""
        self._mother.order()

    def prove(self) -> None:
        """Stand a child behind its walls and end it. Raises: walls.WallError: if any wall is missing."""
        first = self._mother.take()
        first.check_ready()
        first.state = "replied"
        first.end()
        self._prove_more()
        self.prepare()

    def serve(self, header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        """Run one job; return the header and body of its result."""
        started = time.monotonic()
        limits = Limits(header["cpu_s"], header["wall_s"], header["memory_mb"], header["output_kb"])
        runner = header["runner"]
        runs = self._drives.get(runner, self._one)(runner, payload, limits)
        reply = {
            "id": header["id"],
            "wall_s": time.monotonic() - started,
            "worker_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "runs": [
                {
                    "ending": run.ending, "detail": run.detail, "exit": run.exit_code, "cpu_s": run.cpu_s,
                    "peak_mb": run.peak_mb, "reply": len(run.reply), "out": len(run.out),
                }
                for run in runs
            ],
        }  # fmt: skip
        return reply, b"".join(part for run in runs for part in (run.reply, run.out))

    def _one(self, runner: str, payload: bytes, limits: Limits, keep_out: bool = False) -> list[Run]:
        one = self._mother.take()
        one.start(runner, payload, limits, keep_out)
        replies: list[bytes] = []
        pump([one], lambda sender, message: _final(sender, message, replies))
        return [one.end(replies[0] if replies else b"")]

    def _program(self, runner: str, payload: bytes, limits: Limits) -> list[Run]:
        job = wire.decode(payload)
        runs: list[Run] = []
        for text in job["stdin"]:
            request = wire.encode({"source": job["source"], "stdin": text}, 1 << 30)
            runs += self._one(runner, request, limits, keep_out=True)
            if runs[-1].ending not in ("replied", "exited"):
                break
        return runs

    def _judge(self, runner: str, payload: bytes, limits: Limits) -> list[Run]:
        job = wire.decode(payload)
        candidate, judge = self._mother.take(), self._mother.take()
        candidate.start("python_candidate", wire.encode({"source": job["source"]}, 1 << 30), limits)
        # The judge waits for the candidate: it gets the same time on top, never less.
        more = limits._replace(cpu_s=limits.cpu_s + 5, wall_s=limits.wall_s + 5)
        judge.start(runner, wire.encode({key: job[key] for key in job if key != "source"}, 1 << 30), more)
        replies: list[bytes] = []
        owed = 1  # answers that the candidate may give: one to say what it defines, then one a question

        def relay(sender: Child, message: bytes) -> bool:
            nonlocal owed
            kind = message[:1]
            if sender is judge and kind == CALL:
                owed += 1
                candidate.send(message[1:])
                return False
            if sender is candidate and kind == VALUE:
                owed -= 1
                if owed < 0:  # an answer before its question: a forgery, and it would pile up here
                    sender.state = "garbled"
                    return True
                judge.send(message[1:])
                return False
            if sender is candidate and kind != MEMORY:
                sender.state = "garbled"
                return True
            return _final(sender, message, replies)

        pump([candidate, judge], relay)
        guilty = next((one for one in (candidate, judge) if one.state), judge)
        for one in (candidate, judge):
            one.state = one.state or "replied"
        runs = [candidate.end(), judge.end(replies[0] if replies else b"")]
        return runs if guilty is candidate else runs[::-1]


def _final(sender: Child, message: bytes, replies: list[bytes]) -> bool:
    kind = message[:1]
    sender.state = "memory" if kind == MEMORY else "replied" if kind == VALUE else "garbled"
    if kind == VALUE:
        replies.append(message[1:])
    return True


if __name__ == "__main__":
    main()
