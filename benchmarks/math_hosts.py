"""The checkers under measurement, each in a warm process that is replaced where it dies or hangs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import peers
from math_rows import Pair
from math_score import Seen

__all__ = ["PEER", "VERSION", "Host", "Lost", "ours", "peer"]

PEER, VERSION = "math-verify", "0.9.0"
HOST = Path(__file__).resolve().parent / "math_host.py"
_START_S = 120.0
# Answers of many kinds, none of them in the data: imports, worker processes and caches are there afterwards.
_WARM = [
    ("\\frac{3}{7}", "\\frac{6}{14}"), ("x^2+2x+1", "(x+1)^2"), ("(2,5]", "2<x\\le 5"), ("11", "11"),
    ("\\sqrt{50}", "5\\sqrt2"), ("\\{1,4\\}", "4,1"), ("\\sin(2x)", "2\\sin x\\cos x"),
    ("\\begin{pmatrix}1\\\\2\\end{pmatrix}", "\\begin{pmatrix}1\\\\3\\end{pmatrix}"), ("\\pi/9", "20^\\circ"),
]  # fmt: skip


class Lost(Exception):
    """A checker did not answer: `what` is "hang", "crash" or "raise"."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")
        self.what = what


class Host:
    """A checker in a process of its own.

    Args:
        name: for tables.
        command: the interpreter and the way, for `math_host.py`.
    Raises: peers.Unfit: if it does not run here.
    """

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name, self._command = name, list(command)
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the host
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [self._command[0], *(["-I"] if self.name == PEER else []), HOST, *self._command[1:]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            text=True,
            env=os.environ | {"RLVR_GYM_SANDBOX": "native"},
        )
        try:
            self._line(_START_S)
            warm = [Pair(f"warm-{place}", gold, f"$\\boxed{{{answer}}}$", True)
                    for place, (gold, answer) in enumerate(_WARM)]  # fmt: skip
            for _ in range(2):
                self.ask(warm, _START_S)
        except Lost as why:
            self.close()
            self._words.seek(0)
            said = self._words.read().decode("utf-8", "replace").strip()
            raise peers.Unfit(f"{self.name} does not run here: {why}; {said[-300:]}") from None

    def _line(self, limit_s: float) -> dict[str, Any]:
        late = threading.Event()

        def end() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(limit_s, end)
        timer.start()
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        timer.cancel()
        if late.is_set():
            raise Lost("hang", f"no answer within {limit_s:g} s")
        if not line:
            raise Lost("crash", f"the process ended with status {self._process.wait()}")
        found: dict[str, Any] = json.loads(line)
        return found

    def ask(self, pairs: Sequence[Pair], limit_s: float) -> Seen:
        """Judge pairs.

        Raises: Lost: where no answer came; the process may be gone then, `restart` makes another.
        """
        assert self._process.stdin is not None
        try:
            asked = [[pair.gold, pair.response, pair.question or ""] for pair in pairs]
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Lost("crash", f"the process ended with status {self._process.wait()}") from None
        found = self._line(limit_s)
        if "raised" in found:
            raise Lost("raise", found["raised"])
        return Seen(found["accepted"], found["said"], found["times"], found["wall_s"], found["touched"])

    def restart(self) -> None:
        """Take a fresh process in the place of this one."""
        self.close()
        self._start()

    def close(self) -> None:
        """End the process."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            try:
                self._process.stdin.close()  # it reads to the end and closes its sandbox
            except BrokenPipeError:
                pass
        try:
            self._process.wait(5.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def ours(way: str) -> Host:
    """Return this project's checker, called in that way (see `math_host.py`)."""
    return Host(f"ours {way}", [sys.executable, way])


def peer(say: Callable[[str], None]) -> Host:
    """Return math-verify in its own environment, made on first use.

    Raises: peers.Unfit: where it cannot be had.
    """
    python = peers.environment(say, {f"{PEER}[antlr4_13_2]": VERSION}, "math-peers")
    return Host(PEER, [str(python), PEER])
