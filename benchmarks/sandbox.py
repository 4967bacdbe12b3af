"""What a check costs: ours beside bare fork+exit, a subprocess and the executors of others, in one run.

    python benchmarks/sandbox.py [--peers] [--quick] [--json] [--rounds N] [--seconds S]

A check is a three-call Python function. Every method runs for a short slice in each of several rounds, so
that drift of the machine hits all alike; rates and CPU are medians over rounds. `p50` and `p99` are what the
caller of a single check waits (queue and pipes included); `inside` is the worker's own clock, for batches
too, where a caller waits for all of them together. CPU is that of everything involved: the caller, the
workers, every child, and for Docker the daemon, containerd, its shims and what runs in containers, as far as
/proc shows them here; what the short-lived shim of each `docker run` used is lost
with it. Orphans of a peer (bwrap leaves some) are taken in and counted.

Absolute figures drift with the machine; what to quote is the ratio to `fork+exit`: os.fork, os._exit and
os.waitpid in an interpreter that holds the modules a worker holds, with no wall and no program, before and
after each round. `fork+exit-bare` is the same in an interpreter that holds nothing. The ratios at the end
stand beside their aims; they are for people, the exit status does not depend on them.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Protocol

import peers
from aims import aims
from costs import Slice, cpu_of_tree, daemon_processes, descendants, row

from rlvr_gym.errors import SandboxError
from rlvr_gym.sandbox import Sandbox, native
from rlvr_gym.types import Ending, Job

CALLS = [[[1, 2], {}], [[3, 4], {}], [[-1, 1], {}]]
WANTED = {"calls": [{"ok": 3}, {"ok": 7}, {"ok": 0}]}
JOB = Job("python_calls", {"source": peers.RIGHT, "entry": "add", "calls": CALLS})
BAD_JOB = Job("python_calls", {"source": peers.WRONG, "entry": "add", "calls": CALLS})
BATCH = 200

LOAD_WORKER = """
import sys
from rlvr_gym.sandbox import zygote
runners = ["python_calls", "python_program", "python_candidate", "python_judge"]
zygote.load({"packages": [], "runners": runners})
"""
FORK_LOOP = """
import gc, os, sys, time
gc.collect(); gc.freeze()
before = os.times()
begin = time.perf_counter()
times = []
while True:
    start = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    stop = time.perf_counter()
    times.append(stop - start)
    if stop > begin + float(sys.argv[1]):
        break
usage = os.times()
print(len(times), stop - begin, sum(usage[:4]) - sum(before[:4]), *times)
"""


class Method(Protocol):
    """What is measured: a name, how many checks it runs at once, and a slice of them."""

    name: str
    workers: int

    def slice(self, seconds: float) -> Slice:
        """Run checks for about that long."""

    def close(self) -> None:
        """Let go of all that it holds."""


class ForkMethod:
    """Fork, exit and wait in a loop: the floor."""

    workers = 1

    def __init__(self, name: str, program: str) -> None:
        self.name, self._program = name, program

    def slice(self, seconds: float) -> Slice:
        """Run the loop in a fresh interpreter; its start is not counted."""
        command = [native.interpreter(), "-s", "-S", "-c", self._program, str(seconds)]
        words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        times = [float(word) for word in words[3:]]
        return Slice(int(words[0]), float(words[1]), float(words[2]), times)

    def close(self) -> None:
        """Nothing is held between slices."""


class SandboxMethod:
    """Our sandbox: single checks one after another, or batches on all its workers."""

    def __init__(self, backend: str, workers: int, batch: int) -> None:
        self.name = f"{backend} {'single' if batch == 1 else 'batch'}"
        self.workers, self._batch = workers, batch
        self._sandbox = Sandbox(backend, workers=workers, nice=0)  # the others run at ours
        try:
            self._run(JOB, 50 * workers)  # warm
            if self._sandbox.run([BAD_JOB])[0].value == WANTED:
                raise SystemExit("a wrong program came back right: this benchmark measures nothing")
        except BaseException:
            self.close()
            raise

    def _run(self, job: Job, count: int) -> list[float]:
        results = self._sandbox.run([job] * count)
        if any(result.ending is not Ending.REPLIED or result.value != WANTED for result in results):
            raise SystemExit("a check came back wrong: this benchmark measures nothing")
        return [result.wall_s for result in results]

    def slice(self, seconds: float) -> Slice:
        """Run batches (of one, maybe) until the time is over."""
        seen, inside = [], []
        used, start = self._cpu(), time.perf_counter()
        began = start
        while began < start + seconds:
            inside += self._run(JOB, self._batch)
            seen.append(time.perf_counter() - began)
            began = time.perf_counter()
        wall = began - start
        return Slice(len(inside), wall, self._cpu() - used, seen if self._batch == 1 else (), inside)

    def _cpu(self) -> float:
        # Asked anew each time: a recycled worker has become a reaped child, and there is another one.
        workers = self._sandbox.idle_workers()
        pids = [worker.link.pid for worker in workers if worker.link.pid is not None]
        unseen = self._sandbox.backend == "docker"
        return cpu_of_tree(descendants(pids) | (daemon_processes() if unseen else set()))

    def close(self) -> None:
        """End the workers."""
        self._sandbox.close()


def our_methods(backend: str, cores: int) -> list[Method]:
    """Return our ways of running checks on a backend; none is left open if one cannot start."""
    made: list[Method] = []
    try:
        for workers, batch in dict.fromkeys([(1, 1), (1, BATCH), (cores, BATCH)]):
            made.append(SandboxMethod(backend, workers, batch))
    except BaseException:
        for method in made:
            method.close()
        raise
    return made


@contextmanager
def warm_container(image: str | None) -> Iterator[str | None]:
    """Keep one locked container that waits, for `docker exec`."""
    if image is None:
        yield None
        return
    sleep = "import time; time.sleep(86400)"
    command = ["docker", "run", "--rm", "--detach", *peers.LOCKS, image, "-c", sleep]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        print(f"no warm container: {done.stderr.strip()[-300:]}", file=sys.stderr)
        yield None
        return
    name = done.stdout.strip()
    try:
        yield name
    finally:
        subprocess.run(["docker", "rm", "--force", name], capture_output=True, check=False, timeout=60)


def our_image() -> str | None:
    """Return an image with Python for the Docker peers, or None where no daemon or no image is."""
    command = ["docker", "images", "--quiet", "rlvr-gym/python"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None
    return done.stdout.split()[0] if done.returncode == 0 and done.stdout.split() else None


def measure(methods: Sequence[Method], rounds: int, seconds: float) -> list[dict[str, object]]:
    """Run all methods in turn, round after round, between two floors each."""
    floor = ForkMethod("fork+exit", native.bootstrap(str(native.HERE), LOAD_WORKER + FORK_LOOP))
    slices: dict[int, list[Slice]] = {place: [] for place in range(len(methods))}
    floors: list[Slice] = [floor.slice(seconds)]
    for number in range(rounds):
        for place, method in enumerate(methods):
            _progress(f"round {number + 1}/{rounds}: {method.name}, {method.workers} at once")
            slices[place].append(method.slice(seconds))
        floors.append(floor.slice(seconds))
    _progress("")
    each = [one.cpu_s / one.count for one in floors]
    around = [(before + after) / 2 for before, after in itertools.pairwise(each)]
    rows = [row("fork+exit before", 1, floors[:1], each[:1]), row("fork+exit", 1, floors, each)]
    rows += [row(method.name, method.workers, slices[place], around) for place, method in enumerate(methods)]
    return rows


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _table(rows: Sequence[dict[str, object]]) -> None:
    for number, found in enumerate(rows):
        keys = [key for key in found if key != "checks"]
        widths = [max(len(key), 28 if place == 0 else 8) for place, key in enumerate(keys)]
        if number == 0:
            print("  ".join(f"{key:>{width}}" for key, width in zip(keys, widths, strict=True)))
        words = ["-" if found[key] is None else str(found[key]) for key in keys]
        print("  ".join(f"{word:>{width}}" for word, width in zip(words, widths, strict=True)))


def main() -> None:
    """Measure, print tables or JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="two short rounds")
    parser.add_argument("--json", action="store_true", help='print {"rows": [...], "aims": [...]}')
    parser.add_argument("--peers", action="store_true", help="the executors of others too (.bench/, PyPI)")
    parser.add_argument("--rounds", type=int, metavar="N", help="default 5, quick 2")
    parser.add_argument("--seconds", type=float, metavar="S", help="of each slice; default 3, quick 1.5")
    options = parser.parse_args()
    rounds = options.rounds or (2 if options.quick else 5)
    seconds = options.seconds or (1.5 if options.quick else 3.0)
    if rounds < 1 or seconds <= 0:
        parser.error("--rounds and --seconds must be positive")
    cores, missing = len(os.sched_getaffinity(0)), dict[str, str]()
    counts = list(dict.fromkeys([1, cores]))
    with ExitStack() as held:
        methods: list[Method] = our_methods("native", cores)
        for method in methods:
            held.callback(method.close)
        try:
            docker = our_methods("docker", cores)
        except SandboxError as why:
            missing["docker"] = str(why)
        else:
            methods += docker
            for method in docker:
                held.callback(method.close)
        methods.append(ForkMethod("fork+exit-bare", FORK_LOOP))
        image = our_image() if options.peers else None
        container = held.enter_context(warm_container(image))
        commands, lacking = peers.command_methods(counts if options.peers else [1], container, image)
        if options.peers:
            hosts, unfit = peers.peer_methods(counts, lambda line: print(line, file=sys.stderr))
            for host in hosts:
                held.callback(host.close)
            methods += [*commands, *hosts]
            missing |= lacking | unfit
        else:
            methods += [command for command in commands if command.name == "subprocess"]
        rows = measure(methods, rounds, seconds)
    reached = aims(rows)
    if options.json:
        print(json.dumps({"rows": rows, "aims": reached, "left_out": missing}, indent=1))
        return
    _table(rows)
    for name, why in missing.items():
        print(f"left out: {name}: {why}")
    print()
    _table([{**one, "reached": {True: "yes", False: "no", None: None}[one["reached"]]} for one in reached])


if __name__ == "__main__":
    main()
