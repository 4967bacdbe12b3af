"""What a trainer on the same host keeps: a busy loop for each core, beside a saturated sandbox.

    python benchmarks/priority.py [--quick] [--json]

The loops run in a session of their own, as a trainer started from another terminal or by a service manager
does. What to quote is `share`: the loops' CPU time over that of loops and sandbox together, which other work
on the machine does not change; half is what equals get where the sandbox has a worker for each core.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time

from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Job

LOOP = """
import sys, time
end = time.perf_counter() + float(sys.argv[1])
while time.perf_counter() < end:
    for _ in range(1000): pass
print(time.process_time())
"""
SOURCE = "def f(n):\n    return sum(range(n))\n"
JOB = Job("python_calls", {"source": SOURCE, "entry": "f", "calls": [[[20_000], {}]]})
NICES = (0, 5, 10, 19)


def burn(seconds: float) -> float:
    """Keep one busy loop for each core; return the CPU seconds that they got together."""
    command = [sys.executable, "-S", "-c", LOOP, str(seconds)]
    loops = [
        subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True, text=True)
        for _ in os.sched_getaffinity(0)
    ]
    return sum(float(loop.communicate()[0]) for loop in loops)


def cpu_of(sandbox: Sandbox) -> float:
    """Return the CPU seconds of its idle workers and all their children so far."""
    total = 0
    for worker in sandbox.idle_workers():
        with open(f"/proc/{worker.link.pid}/stat") as stat:
            total += sum(int(field) for field in stat.read().rpartition(")")[2].split()[11:15])
    return total / os.sysconf("SC_CLK_TCK")


def beside(sandbox: Sandbox, seconds: float) -> tuple[float, float]:
    """Return the loops' share of the CPU time beside a sandbox that always has work, and its checks/s."""
    done = threading.Event()

    def saturate() -> None:
        while not done.is_set():
            sandbox.run([JOB] * 20)

    sandbox.run([JOB] * 20)
    cpu, checks, started = cpu_of(sandbox), sandbox.statistics().checks, time.perf_counter()
    thread = threading.Thread(target=saturate)
    thread.start()
    burnt = burn(seconds)
    rate = (sandbox.statistics().checks - checks) / (time.perf_counter() - started)
    done.set()
    thread.join()
    return burnt / (burnt + cpu_of(sandbox) - cpu), rate


def main() -> None:
    """Measure, print a table or JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--json", action="store_true", help='print {"rows": [...]} instead of a table')
    options = parser.parse_args()
    seconds, rounds = (2.0, 1) if options.quick else (5.0, 3)
    share: dict[int, list[float]] = {nice: [] for nice in NICES}
    checks: dict[int, list[float]] = {nice: [] for nice in NICES}
    for _ in range(rounds):
        for nice in NICES:
            with Sandbox("native", nice=nice) as sandbox:
                found, rate = beside(sandbox, seconds)
            share[nice].append(found)
            checks[nice].append(rate)
    rows = [
        {
            "name": "priority",
            "nice": nice,
            "share": round(sum(share[nice]) / rounds, 3),
            "checks_per_s": round(sum(checks[nice]) / rounds, 1),
        }
        for nice in NICES
    ]
    if options.json:
        print(json.dumps({"rows": rows}, indent=1))
        return
    print(" ".join(f"{key:>14}" for key in rows[0]))
    for row in rows:
        print(" ".join(f"{value!s:>14}" for value in row.values()))


if __name__ == "__main__":
    main()
