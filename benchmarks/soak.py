"""Many checks in a row, a tenth of them hostile, while workers die: what is wrong, lost or left behind?

    python benchmarks/soak.py [--quick] [--json] [--checks N] [--seconds S] [--backend native,docker]
                              [--kill-every S] [--no-stop] [--restart-daemon N]

Every job has a number of its own, and every honest answer but the symbolic ones has room for it: an answer
that was given to another job, twice or not at all, is seen. Jobs that the sandbox reports as its own failure
(SandboxError) are neither wrong nor lost; they are counted by cause. With several backends batches alternate.
--restart-daemon starts a Docker daemon of the soak's own and restarts that one; it needs root.

Exit status 1: a wrong or missing answer, something left behind, memory that climbs, or chaos that failed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack

from chaos import Chaos
from leaks import processes, slope, state
from own_daemon import OwnDaemon
from soak_jobs import Asked, make

from rlvr_gym.errors import SandboxError
from rlvr_gym.sandbox import Sandbox

BATCH = 500
_CLIMB_MB = 8.0  # most MiB per 100,000 checks, once there are enough checks to tell
_ENOUGH = 50_000
_MOST_STARTS = 120  # of failed batches in a row, a second apart: a daemon that restarts is back by then
# What may not have grown between the first sample and the last; memory has its slope.
_FLAT = ("descriptors", "mounts", "tmp_files", "cgroups", "containers")


class Soak:
    """One run: what was asked, answered, wrong and lost so far."""

    def __init__(self, sandboxes: Sequence[Sandbox], images: frozenset[str], docker: bool) -> None:
        self.sandboxes, self.images, self.docker = sandboxes, images, docker
        self.rng, self.next = random.Random(0), 1
        self.done, self.answered, self.wrong, self.turn = 0, 0, 0, 0
        self.failures, self.kinds, self.refused = Counter[str](), Counter[str](), 0
        self.rows: list[dict[str, object]] = []

    def batch(self, count: int) -> None:
        """Run one batch on the backend whose turn it is, and judge all answers."""
        asked = make(count, self.next, self.rng, self.images)
        self.next += count
        sandbox = self.sandboxes[self.turn % len(self.sandboxes)]
        self.turn += 1
        answers = self._attempt(sandbox, asked)
        if len(answers) != len(asked):
            raise SystemExit(f"{len(asked)} jobs got {len(answers)} answers")
        for one, answer in zip(asked, answers, strict=True):
            if isinstance(answer, SandboxError):
                self.failures[re.sub(r"\d+", "N", str(answer))[:160]] += 1
                continue
            self.answered += 1
            self.kinds[one.kind] += 1
            if not one.fits(answer):
                self.wrong += 1
                print(f"wrong: {one.kind} job {one.number} gave {answer} {answer.value!r}", file=sys.stderr)
        self.done += count

    def _attempt(self, sandbox: Sandbox, asked: Sequence[Asked]) -> list[object]:
        """Run the jobs; where no worker starts at all, nothing was answered: wait and ask again."""
        for _ in range(_MOST_STARTS):
            try:
                return list(sandbox.attempt([one.job for one in asked]))
            except SandboxError as error:
                self.refused += 1
                self.failures["whole batch, asked again: " + re.sub(r"\d+", "N", str(error))[:160]] += 1
                time.sleep(1.0)
        raise SystemExit(f"no worker of {sandbox.backend} starts any more: {self.failures.most_common(3)}")

    def sample(self, elapsed: float) -> None:
        """Note what is held now, when no check runs."""
        time.sleep(0.3)  # the next children are still being made
        self.rows.append(
            {"name": "soak", "checks": self.done, "seconds": round(elapsed, 1)}
            | state(self.sandboxes, self.docker)
        )

    def grown(self) -> dict[str, float]:
        """Return what grew between the first sample and the last, and memory that climbs."""
        first, last = self.rows[0], self.rows[-1]
        found = {key: _number(last, key) - _number(first, key) for key in _FLAT}
        if self.done >= _ENOUGH:
            climb = slope([(_number(row, "checks"), _number(row, "host_mb")) for row in self.rows])
            found["host_mb_per_100k"] = round(climb, 2) if climb > _CLIMB_MB else 0.0
        return {key: value for key, value in found.items() if value > 0}


def _number(row: dict[str, object], key: str) -> float:
    return float(str(row[key]))


def run(options: argparse.Namespace, held: ExitStack) -> dict[str, object]:
    """Run the soak; return its rows and the summary as the last one."""
    names: list[str] = options.backend.split(",")
    docker = "docker" in names
    daemon = None
    if options.restart_daemon:
        daemon = OwnDaemon()
        held.callback(daemon.close)
        daemon.build(["python", "sympy"])
    # Files of this run alone: others on the host use /tmp too.
    folder = held.enter_context(tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True))
    tempfile.tempdir = os.environ["TMPDIR"] = folder
    before = processes()
    sandboxes = [Sandbox(name) for name in names]
    for sandbox in sandboxes:
        held.callback(sandbox.close)
    soak = Soak(sandboxes, frozenset({"python", "sympy"}), docker)
    started = time.monotonic()

    def progress() -> float:
        elapsed = time.monotonic() - started
        return max(soak.done / options.checks, elapsed / options.seconds if options.seconds else 0.0)

    for _ in sandboxes:
        soak.batch(200)  # warm: every worker has met everything
    warm, soak.done = soak.done, 0
    soak.sample(0.0)
    started = time.monotonic()
    chaos = Chaos(
        options.kill_every,
        daemon,
        options.restart_daemon,
        progress,
        docker,
        not options.no_stop,
        random.Random(1),
    )
    held.callback(chaos.close)
    chaos.start()
    marks = [place / options.samples for place in range(1, options.samples + 1)]
    while (share := progress()) < 1:
        soak.batch(min(BATCH, options.checks - soak.done))
        if share >= marks[0]:
            marks.pop(0)
            soak.sample(time.monotonic() - started)
        _bar(share, soak)
    chaos.close()
    soak.batch(BATCH)  # after the last blow: what it left broken would show here
    seconds = time.monotonic() - started
    soak.sample(seconds)
    for sandbox in sandboxes:
        sandbox.close()
    time.sleep(0.5)
    failed = sum(soak.failures.values()) - soak.refused
    climb = slope([(_number(row, "checks"), _number(row, "host_mb")) for row in soak.rows])
    last: dict[str, object] = {
        "name": "soak-total",
        "checks": soak.done,
        "seconds": round(seconds, 1),
        "checks_per_s": round(soak.done / seconds, 1),
        "wrong": soak.wrong,
        "lost": soak.done + warm - soak.answered - failed,
        "failed_by_sandbox": failed,
        "batches_asked_again": soak.refused,
        "causes": dict(soak.failures),
        "kinds": dict(soak.kinds),
        "killed": chaos.killed,
        "stopped": chaos.stopped,
        "daemon_restarts": chaos.restarted,
        "chaos_errors": chaos.errors,
        "host_mb_per_100k": round(climb, 2),
        "grown": soak.grown(),
        "left": processes() - before,
    }
    return {"rows": [*soak.rows, last]}


def _bar(share: float, soak: Soak) -> None:
    if sys.stderr.isatty():
        full = int(min(1.0, share) * 30)
        text = f"[{'#' * full}{'.' * (30 - full)}] {soak.done} checks, {soak.wrong} wrong"
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="2,000 checks, under 40 s")
    parser.add_argument("--json", action="store_true", help='print {"rows": [...]}')
    parser.add_argument("--checks", type=int, metavar="N", help="at most so many; default 10,000")
    parser.add_argument(
        "--seconds", type=float, default=0.0, metavar="S", help="at most so long; 0: no limit"
    )
    parser.add_argument("--backend", default="native", help="native, docker or native,docker")
    parser.add_argument(
        "--kill-every", type=float, default=0.0, metavar="S", help="strike a worker; 0: never"
    )
    parser.add_argument(
        "--restart-daemon", type=int, default=0, metavar="N", help="of the soak's own, N times"
    )
    parser.add_argument("--samples", type=int, default=20, metavar="N", help="of what could leak")
    parser.add_argument("--no-stop", action="store_true", help="strike by SIGKILL alone, never by SIGSTOP")
    options = parser.parse_args()
    options.checks = options.checks or (2_000 if options.quick else 10_000)
    if options.checks < 1 or options.seconds < 0 or options.samples < 1 or options.kill_every < 0:
        parser.error("--checks and --samples must be positive, --seconds and --kill-every not negative")
    if not set(options.backend.split(",")) <= {"native", "docker"}:
        parser.error(f"--backend {options.backend!r}: choose from native, docker, or both with a comma")
    if options.restart_daemon and "docker" not in options.backend:
        parser.error("--restart-daemon needs --backend docker or native,docker")
    return options


def main() -> None:
    """Run, compare, print."""
    options = arguments()
    with ExitStack() as held:
        try:
            found = run(options, held)
        except SandboxError as error:
            raise SystemExit(f"the soak cannot run: {error}") from None
    rows = found["rows"]
    assert isinstance(rows, list)
    last = rows[-1]
    if options.json:
        print(json.dumps(found, indent=1))
    else:
        print(" ".join(f"{key:>18}" for key in rows[0]))
        for row in rows[:-1]:
            print(" ".join(f"{value!s:>18}" for value in row.values()))
        print(last)
    bad = any(last[key] for key in ("wrong", "lost", "left", "grown", "chaos_errors"))
    raise SystemExit(1 if bad else 0)


if __name__ == "__main__":
    main()
