"""Jobs for the soak, each with a number of its own, and what each must give."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from rlvr_gym.types import Ending, Job, Limits, Result

__all__ = ["Asked", "make"]

LIMITS = Limits(cpu_s=0.2, wall_s=1.0, memory_mb=256, output_kb=64)
# What an honest job may use: so much that a busy host flips no verdict.
PATIENT = Limits(cpu_s=5.0, wall_s=30.0)
HOSTILE = {  # program of f() -> the endings that it may have
    "import os\ndef f(x): os._exit(0)": {Ending.EXITED},
    "def f(x): return len(bytearray(10**9))": {Ending.MEMORY},
    "def f(x): return 'x' * 10**6": {Ending.OUTPUT},
    "import ctypes\ndef f(x): ctypes.string_at(0)": {Ending.SIGNALLED},
    "def f(x):\n    while True: pass": {Ending.CPU, Ending.WALL},
    "import os\ndef f(x):\n    os.close(3)\n    while True: pass": {
        Ending.CPU, Ending.WALL, Ending.SIGNALLED,
    },
    "import os\ndef f(x):\n    for n in range(9999): open(f'n{n}', 'w').write('x' * 10**5)": {
        Ending.REPLIED, Ending.WALL,
    },
    "import os\ndef f(x):\n    while True: os.fork()": {Ending.REPLIED},
    "import threading, time\ndef f(x):\n"
    "    while True: threading.Thread(target=time.sleep, args=(9,)).start()": {
        Ending.REPLIED, Ending.CPU, Ending.WALL, Ending.MEMORY,
    },
    "import os\ndef f(x):\n    while True: os.write(1, b'x' * 9999)": {Ending.OUTPUT, Ending.WALL},
    "import os\ndef f(x): os.write(3, b'\\xff' * 99)": {Ending.OUTPUT},
    "class E:\n    def __eq__(self, other): return True\ndef f(x): return E()": {Ending.REPLIED},
}  # fmt: skip


class Asked(NamedTuple):
    """A job, its number, and whether a result is what it must give: its number too, where it is honest."""

    number: int
    kind: str
    job: Job
    fits: Callable[[Result], bool]


def make(count: int, first: int, rng: random.Random, images: frozenset[str]) -> list[Asked]:
    """Return jobs numbered from `first`; a tenth is hostile, the rest is shared among the runners."""
    made = []
    for number in range(first, first + count):
        draw = rng.random()
        if draw < 0.1:
            made.append(_hostile(number, rng))
        elif draw < 0.15:
            made.append(_program(number))
        elif draw < 0.20:
            made.append(_judged(number))
        elif draw < 0.23 and "sympy" in images:
            made.append(_symbolic(number))
        else:
            made.append(_calls(number))
    return made


def _hostile(number: int, rng: random.Random) -> Asked:
    source = rng.choice(list(HOSTILE))
    payload = {"source": source, "entry": "f", "calls": [[[number], {}]]}
    job = Job("python_calls", payload, LIMITS)
    # No hostile program returns plain data with the number in it: such an answer belongs to another job.
    return Asked(
        number, "hostile", job,
        lambda result: result.ending in HOSTILE[source] and result.value != _value([number, number**2]),
    )  # fmt: skip


def _value(returned: object) -> dict[str, object]:
    return {"calls": [{"ok": returned}]}


def _calls(number: int) -> Asked:
    payload = {"source": "def f(x):\n    return [x, x * x]", "entry": "f", "calls": [[[number], {}]]}
    wanted = _value([number, number**2])
    job = Job("python_calls", payload, PATIENT)
    return Asked(
        number, "calls", job, lambda result: result.ending is Ending.REPLIED and result.value == wanted
    )


def _program(number: int) -> Asked:
    job = Job("python_program", {"source": "print(int(input()) * 3)", "stdin": [f"{number}\n"]}, PATIENT)

    def fits(result: Result) -> bool:
        if result.ending is not Ending.REPLIED:
            return False
        run = result.value["runs"][0]
        return run["exit"] == 0 and bytes(run["stdout"]) == f"{number * 3}\n".encode()

    return Asked(number, "program", job, fits)


def _judged(number: int) -> Asked:
    """Return a judged job; an odd one fails on purpose, and its number comes back in the assert's words."""
    test = f"assert f({number}) == {number**2}"
    odd = bool(number % 2)
    payload = {
        "source": "def f(x): return x * x", "entry": "f", "setup": "", "mode": "asserts",
        "test": f"{test}\nassert f(1) == 2, 'job {number}'" if odd else test,
    }  # fmt: skip

    def fits(result: Result) -> bool:
        if result.ending is not Ending.REPLIED:
            return False
        if odd:
            return result.value["passed"] is False and f"job {number}" in result.value["error"]
        return bool(result.value == {"passed": True})

    return Asked(number, "judged", Job("python_judge", payload, PATIENT), fits)


def _symbolic(number: int) -> Asked:
    """Return a pair that is equal for even numbers; the answer has room for no more than that."""
    equal = number % 2 == 0
    right = ["add", ["int", 1], ["int", number - 1 if equal else number]]
    job = Job("symbolic", {"pairs": [[["int", number], right]]}, PATIENT, "sympy")
    return Asked(
        number, "symbolic", job,
        lambda result: result.ending is Ending.REPLIED and result.value["equal"] is equal,
    )  # fmt: skip
