"""What a check costs: ours beside bare fork+exit and a Python subprocess, in one run.

    python benchmarks/sandbox.py [--quick] [--json]

A check is a three-call Python function. CPU is that of everything involved: the caller, the workers and
every child. Absolute figures drift with the machine; what to quote is the ratio to `fork+exit`: os.fork,
os._exit and os.waitpid in an interpreter that holds the modules a worker holds, with no wall and no program.
`fork+exit-bare` is the same in an interpreter that holds nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from rlvr_gym.sandbox import Sandbox, native
from rlvr_gym.types import Ending, Job

SOURCE = "def add(a, b):\n    return a + b\n"
CALLS = [[[1, 2], {}], [[3, 4], {}], [[-1, 1], {}]]
WANTED = {"calls": [{"ok": 3}, {"ok": 7}, {"ok": 0}]}
JOB = Job("python_calls", {"source": SOURCE, "entry": "add", "calls": CALLS})
SCRIPT = SOURCE + "print([add(1, 2), add(3, 4), add(-1, 1)])\n"

LOAD_WORKER = """
import sys
from rlvr_gym.sandbox import zygote
runners = ["python_calls", "python_program", "python_candidate", "python_judge"]
zygote.load({"packages": [], "runners": runners})
"""
FORK_LOOP = """
import gc, os, sys, time
gc.collect(); gc.freeze()
end = time.perf_counter() + float(sys.argv[1])
times = []
while True:
    start = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    stop = time.perf_counter()
    times.append(stop - start)
    if stop > end:
        break
usage = os.times()
print(len(times), sum(usage[:4]), *sorted(times)[:: max(1, len(times) // 1000)])
"""


def cpu_of_tree(pids: list[int]) -> float:
    """Return the CPU seconds of this process and of those, their reaped children included."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    total = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    for pid in pids:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        total += sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return total


def row(
    name: str, workers: int, count: int, wall_s: float, cpu_s: float, times: list[float]
) -> dict[str, object]:
    """Return one line of the table; times in seconds, any order."""
    ordered = sorted(times)
    return {
        "name": name,
        "workers": workers,
        "checks": count,
        "checks_per_s": round(count / wall_s, 1),
        "p50_ms": round(ordered[len(ordered) // 2] * 1e3, 3),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1e3, 3),
        "cpu_ms": round(cpu_s / count * 1e3, 4),
    }


def fork_row(name: str, seconds: float, program: str) -> dict[str, object]:
    """Fork, exit and wait in a loop: the floor."""
    command = [native.interpreter(), "-s", "-S", "-c", program, str(seconds)]
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    times = [float(word) for word in words[2:]]
    return row(name, 1, int(words[0]), seconds, float(words[1]), times)


def repeated(
    name: str, workers: int, seconds: float, check: Callable[[], None], pids: list[int]
) -> dict[str, object]:
    """Run checks one after another in as many threads as there are workers."""

    def loop() -> list[float]:
        times: list[float] = []
        end = time.perf_counter() + seconds
        while not times or time.perf_counter() < end:
            start = time.perf_counter()
            check()
            times.append(time.perf_counter() - start)
        return times

    before, start = cpu_of_tree(pids), time.perf_counter()
    with ThreadPoolExecutor(workers) as threads:
        times = [t for found in threads.map(lambda _: loop(), range(workers)) for t in found]
    return row(name, workers, len(times), time.perf_counter() - start, cpu_of_tree(pids) - before, times)


def native_rows(seconds: float) -> list[dict[str, object]]:
    """Our native sandbox: single checks on one worker, and batches on all cores."""
    rows = []
    with Sandbox("native", workers=1) as sandbox:
        right(sandbox, 50)
        pids = [worker.link.pid for worker in sandbox.idle_workers()]
        rows.append(repeated("native-1", 1, seconds, lambda: right(sandbox, 1), pids))
    with Sandbox("native") as sandbox:
        right(sandbox, 100)
        pids = [worker.link.pid for worker in sandbox.idle_workers()]
        before, start, count, times = cpu_of_tree(pids), time.perf_counter(), 0, []
        while time.perf_counter() - start < seconds:
            times += right(sandbox, 200)
            count += 200
        wall = time.perf_counter() - start
        rows.append(row("native", sandbox.workers, count, wall, cpu_of_tree(pids) - before, times))
    return rows


def right(sandbox: Sandbox, count: int) -> list[float]:
    """Run that many checks; return their wall times in the worker. A wrong result ends the benchmark."""
    results = sandbox.run([JOB] * count)
    if any(result.ending is not Ending.REPLIED or result.value != WANTED for result in results):
        raise SystemExit("a check came back wrong: this benchmark measures nothing")
    return [result.wall_s for result in results]


def subprocess_check() -> None:
    """The same check in a fresh interpreter, without any wall."""
    command = [sys.executable, "-I", "-S", "-c", SCRIPT]
    if subprocess.run(command, check=True, capture_output=True, text=True).stdout != "[3, 7, 0]\n":
        raise SystemExit("a check came back wrong: this benchmark measures nothing")


def main() -> None:
    """Measure, print a table or JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="under 40 s instead of about two minutes")
    parser.add_argument("--json", action="store_true", help='print {"rows": [...]} instead of a table')
    options = parser.parse_args()
    seconds = 3.0 if options.quick else 15.0
    floor_program = native.bootstrap(str(native.HERE), LOAD_WORKER + FORK_LOOP)
    rows = [fork_row("fork+exit", seconds, floor_program), *native_rows(seconds)]
    rows += [fork_row("fork+exit", seconds, floor_program), fork_row("fork+exit-bare", seconds, FORK_LOOP)]
    rows.append(repeated("subprocess", 1, seconds, subprocess_check, []))
    floors = [float(str(row["cpu_ms"])) for row in rows if row["name"] == "fork+exit"]
    floor = sum(floors) / len(floors)  # taken before and after ours, for the machine drifts
    for found in rows:
        found["cpu_over_fork"] = round(float(str(found["cpu_ms"])) / floor, 2)
    if options.json:
        print(json.dumps({"rows": rows}, indent=1))
        return
    keys = ("name", "workers", "checks_per_s", "p50_ms", "p99_ms", "cpu_ms", "cpu_over_fork")
    print(" ".join(f"{key:>14}" for key in keys))
    for found in rows:
        print(" ".join(f"{found[key]!s:>14}" for key in keys))


if __name__ == "__main__":
    main()
