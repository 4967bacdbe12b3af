"""Ten thousand checks in a row, a tenth of them hostile: what is left behind, and does memory stay flat?

    python benchmarks/soak.py [--quick] [--json] [--checks N]

Every result is compared with what its program must give; one wrong result ends the run with exit status 1.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Ending, Job, Limits

LIMITS = Limits(cpu_s=0.2, wall_s=1.0, memory_mb=256, output_kb=64)
HOSTILE = {  # program of f() -> the endings that it may have
    "import os\ndef f(x): os._exit(0)": {Ending.EXITED},
    "def f(x): return len(bytearray(10**9))": {Ending.MEMORY},
    "def f(x): return 'x' * 10**6": {Ending.OUTPUT},
    "import ctypes\ndef f(x): ctypes.string_at(0)": {Ending.SIGNALLED},
    "def f(x):\n    while True: pass": {Ending.CPU},
    "import os\ndef f(x):\n    os.close(3)\n    while True: pass": {Ending.CPU, Ending.SIGNALLED},
    "import os\ndef f(x):\n    for n in range(9999): open(f'n{n}', 'w').write('x' * 10**5)": {Ending.REPLIED},
    "import os\ndef f(x):\n    while True: os.fork()": {Ending.REPLIED},
    "import threading, time\ndef f(x):\n"
    "    while True: threading.Thread(target=time.sleep, args=(9,)).start()": {
        Ending.REPLIED, Ending.CPU, Ending.MEMORY,
    },
    "import os\ndef f(x):\n    while True: os.write(1, b'x' * 9999)": {Ending.OUTPUT},
    "import os\ndef f(x): os.write(3, b'\\xff' * 99)": {Ending.OUTPUT},
    "class E:\n    def __eq__(self, other): return True\ndef f(x): return E()": {Ending.REPLIED},
}  # fmt: skip


def jobs(count: int, rng: random.Random) -> list[tuple[Job, set[Ending], Any]]:
    """Return jobs with what they must give: the endings allowed, and the value where it is honest."""
    made = []
    programs = list(HOSTILE)
    for number in range(count):
        if rng.random() < 0.1:
            source = rng.choice(programs)
            made.append((job(source, 0), HOSTILE[source], None))
        else:
            made.append(
                (job("def f(x):\n    return [x, x * x]", number), {Ending.REPLIED}, [number, number * number])
            )
    return made


def job(source: str, value: int) -> Job:
    """Return a job of one call."""
    return Job("python_calls", {"source": source, "entry": "f", "calls": [[[value], {}]]}, LIMITS)


def processes() -> int:
    """Return how many processes descend from this one, zombies included."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            parents[int(entry.name)] = int(fields[1])
    found, grown = {os.getpid()}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        grown, found = bool(more), found | more
    return len(found) - 1


def state(sandbox: Sandbox) -> dict[str, float]:
    """Return what could leak: processes, descriptors, mounts, files in /tmp, and memory in MiB."""
    time.sleep(0.3)  # the next children are still being made
    workers = [worker.link.pid for worker in sandbox.idle_workers()]
    own = Path("/proc/self")
    return {
        "processes": processes(),
        "descriptors": len(list((own / "fd").iterdir())),
        "worker_descriptors": sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in workers),
        "mounts": len((own / "mountinfo").read_text().splitlines()),
        "worker_mounts": sum(len(Path(f"/proc/{pid}/mountinfo").read_text().splitlines()) for pid in workers),
        "tmp_files": len(list(Path("/tmp").iterdir())),
        "host_mb": resident("self"),
        "workers_mb": sum(resident(str(pid)) for pid in workers),
    }


def resident(pid: str) -> float:
    """Return a process's resident memory in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20, 2)


def main() -> None:
    """Run, compare, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="2,000 checks, under 40 s")
    parser.add_argument("--json", action="store_true", help='print {"rows": [...]}')
    parser.add_argument("--checks", type=int, default=10_000, metavar="N")
    options = parser.parse_args()
    total = 2_000 if options.quick else options.checks
    rng, wrong, rows = random.Random(0), 0, []
    with Sandbox("native") as sandbox:
        sandbox.run([one for one, _, _ in jobs(200, rng)])  # warm: every worker has met everything
        rows.append({"name": "soak", "checks": 0} | state(sandbox))
        started, done = time.perf_counter(), 0
        while done < total:
            batch = jobs(min(500, total - done), rng)
            for (one, endings, value), result in zip(
                batch, sandbox.run([j for j, _, _ in batch]), strict=True
            ):
                good = result.ending in endings
                if value is not None:
                    good = good and result.value == {"calls": [{"ok": value}]}
                if not good:
                    wrong += 1
                    print(f"wrong: {one.payload['source']!r} gave {result}", file=sys.stderr)
            done += len(batch)
            if done % (total // 4) == 0:
                rows.append({"name": "soak", "checks": done} | state(sandbox))
        seconds = time.perf_counter() - started
    left = processes()
    summary = {
        "name": "soak-total",
        "checks": total,
        "checks_per_s": round(total / seconds, 1),
        "wrong": wrong,
        "left": left,
    }
    if options.json:
        print(json.dumps({"rows": [*rows, summary]}, indent=1))
    else:
        print(" ".join(f"{key:>18}" for key in rows[0]))
        for row in rows:
            print(" ".join(f"{value!s:>18}" for value in row.values()))
        print(summary)
    raise SystemExit(1 if wrong or left else 0)


if __name__ == "__main__":
    main()
