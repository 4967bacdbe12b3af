"""The worker: a zygote that keeps its next child cloned, walled and waiting.

Framed jobs come on descriptor 0, framed results go to descriptor 1. A job names a runner; a driver here decides
how many children it takes: one for calls, one per input for a program, two for a judge (the test code in one,
the candidate in the other, all traffic through here). Standard library only.
"""

from __future__ import annotations

import builtins
import gc
import importlib
import json
import os
import random
import resource
import sys
import time
from typing import Any

from rlvr_gym.sandbox import walls, wire
from rlvr_gym.sandbox.children import READY, Child, Limits, Run, pump, spawn

__all__ = ["main"]

VALUE, MEMORY, CALL = b"V", b"M", b"C"  # kinds of message that a child sends
_PRELOADED = (
    "abc array ast base64 bisect calendar cmath collections contextlib copy ctypes dataclasses datetime decimal enum "
    "fractions functools hashlib heapq inspect io itertools json locale math numbers operator pprint queue random re "
    "statistics string struct textwrap threading time traceback types typing unicodedata zlib"
).split()


def main() -> None:
    """Build the house, prove the walls with a first child, then serve until the owner hangs up."""
    config = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
    try:
        runners = _load(config)
        walls.build_house(config["folders"] + _library_folders(config["folders"]), config["masked"])
        walls.remember_worker()
        random.seed(0)  # every child starts from one state: the same program gives the same verdict
        gc.collect()
        gc.freeze()
        worker = Worker(runners)
        worker.prove()
    except walls.WallError as error:
        _send({"wall": error.wall, "error": str(error)}, b"")
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
    worker.close()


def _send(header: dict[str, Any], body: bytes) -> None:
    view = memoryview(wire.frame(header, body))
    while view:
        view = view[os.write(1, view) :]


def _load(config: dict[str, Any]) -> dict[str, Any]:
    for name in _PRELOADED:
        importlib.import_module(name)
    sys.path.extend(config["packages"])
    # The `site` module is not loaded; programs expect its two ways to stop.
    builtins.exit = builtins.quit = sys.exit  # type: ignore[assignment]  # plain functions serve
    return {name: importlib.import_module(f"rlvr_gym.sandbox.runners.{name}").run for name in config["runners"]}


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
    """Serves jobs one at a time; `_spare` is the child that already waits for the next one."""

    def __init__(self, runners: dict[str, Any]) -> None:
        self._runners = runners
        self._spare: Child | None = None

    def prepare(self) -> None:
        """Make sure that a child waits for the next job."""
        if self._spare is None:
            self._spare = spawn(self._child)

    def prove(self) -> None:
        """Stand a child behind its walls and throw it away. Raises: walls.WallError: if any wall is missing."""
        child = self._take()
        child.check_ready()
        child.state = "replied"
        child.end()
        self.prepare()

    def close(self) -> None:
        """End the waiting child."""
        if self._spare is not None:
            self._spare.state = "replied"
            self._spare.end()
            self._spare = None

    def serve(self, header: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
        """Run one job; return the header and body of its result."""
        started = time.monotonic()
        limits = Limits(header["cpu_s"], header["wall_s"], header["memory_mb"], header["output_kb"])
        drive = {"python_program": self._program, "python_judge": self._judge}.get(header["runner"], self._one)
        runs = drive(header["runner"], payload, limits)
        reply = {
            "id": header["id"],
            "wall_s": time.monotonic() - started,
            "runs": [
                {
                    "ending": run.ending, "detail": run.detail, "exit": run.exit_code, "cpu_s": run.cpu_s,
                    "peak_mb": run.peak_mb, "reply": len(run.reply), "out": len(run.out),
                }
                for run in runs
            ],
        }  # fmt: skip
        return reply, b"".join(part for run in runs for part in (run.reply, run.out))

    def _take(self) -> Child:
        self.prepare()
        child, self._spare = self._spare, None
        assert child is not None  # prepare() made it
        return child

    def _one(self, runner: str, payload: bytes, limits: Limits, keep_out: bool = False) -> list[Run]:
        child = self._take()
        child.start(runner, payload, limits, keep_out)
        replies: list[bytes] = []
        pump([child], lambda sender, message: _final(sender, message, replies))
        return [child.end(replies[0] if replies else b"")]

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
        candidate, judge = self._take(), self._take()
        candidate.start("python_candidate", wire.encode({"source": job["source"]}, 1 << 30), limits)
        # The judge waits for the candidate: it gets the same time on top, never less.
        more = limits._replace(cpu_s=limits.cpu_s + 5, wall_s=limits.wall_s + 5)
        judge.start(runner, wire.encode({key: job[key] for key in job if key != "source"}, 1 << 30), more)
        replies: list[bytes] = []

        def relay(sender: Child, message: bytes) -> bool:
            if sender is judge and message[:1] == CALL:
                candidate.send(message[1:])
                return False
            if sender is candidate and message[:1] == VALUE:
                judge.send(message[1:])
                return False
            return _final(sender, message, replies)

        pump([candidate, judge], relay)
        guilty = next((child for child in (candidate, judge) if child.state), judge)
        for child in (candidate, judge):
            child.state = child.state or "replied"
        runs = [candidate.end(), judge.end(replies[0] if replies else b"")]
        return runs if guilty is candidate else runs[::-1]

    def _child(self, control: int, out: int) -> None:
        try:
            walls.enter(control, out)
        except BaseException as error:  # whatever it is: tell the worker and run nothing
            os.write(control, b"!" + str(error).encode()[:500])
            os._exit(97)
        os.write(walls.CONTROL, READY)
        request = wire.read_frame(walls.CONTROL)
        if request is None:
            os._exit(0)
        header, payload = request
        try:
            self._answer(header, payload)
        except MemoryError:
            wire.send_message(walls.CONTROL, MEMORY)
        os._exit(0)

    def _answer(self, header: dict[str, Any], payload: bytes) -> None:
        job = wire.decode(payload)
        del payload
        memory, cpu = int(header["mem"]) << 20, int(header["cpu"]) + 2
        resource.setrlimit(resource.RLIMIT_FSIZE, (16 << 20, 16 << 20))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        value = self._runners[header["runner"]](job)
        limit = header["out"] * 1024
        try:
            reply = value if type(value) is bytes else wire.encode(value, limit)
        except wire.WireError as error:
            reply = wire.encode({"error": f"UnsupportedType: {error}"[:300]}, 1 << 16)
        wire.send_message(walls.CONTROL, VALUE + reply)


def _final(sender: Child, message: bytes, replies: list[bytes]) -> bool:
    kind = message[:1]
    sender.state = "memory" if kind == MEMORY else "replied" if kind == VALUE else "garbled"
    if kind == VALUE:
        replies.append(message[1:])
    return True


if __name__ == "__main__":
    main()
