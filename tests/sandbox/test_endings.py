"""How a job ends: every way out of the walls is named, in time, and leaves the worker ready for the next job."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Ending, Job, Limits, Result

# On a busy machine, too, CPU time decides; only what waits meets the clock on the wall.
LIMITS = Limits(cpu_s=0.5, wall_s=20.0, memory_mb=256, output_kb=64)
BRIEF = replace(LIMITS, wall_s=2.0)
CHECK = "def check(candidate):\n    assert candidate(1) == 1\n"


def call(body: str, *args: Any) -> Job:
    """Return a job that calls f(*args), defined by this source."""
    return Job("python_calls", {"source": body, "entry": "f", "calls": [[list(args), {}]]}, LIMITS)


def program(source: str, *stdin: str) -> Job:
    """Return a job that runs a program once for each input."""
    return Job("python_program", {"source": source, "stdin": list(stdin) or [""]}, LIMITS)


def judged(source: str, test: str = CHECK, mode: str = "check", setup: str = "") -> Job:
    """Return a job in which test code judges f."""
    return Job(
        "python_judge", {"source": source, "entry": "f", "setup": setup, "test": test, "mode": mode}, LIMITS
    )


def run(sandbox: Sandbox, job: Job) -> Result:
    """Run one job."""
    return sandbox.run([job])[0]


ENDINGS = {
    "returns": (call("def f(): return 1"), Ending.REPLIED),
    "loops": (call("def f():\n while True: pass"), Ending.CPU),
    "loops in C": (call("def f(): return sum(range(10**12))"), Ending.CPU),
    "loops in a thread": (
        call("import threading,time\ndef g():\n while 1: pass\ndef f():\n threading.Thread(target=g).start()\n time.sleep(9)"),
        Ending.CPU,
    ),
    "sleeps": (replace(call("import time\ndef f(): time.sleep(60)"), limits=BRIEF), Ending.WALL),
    "allocates": (call("def f(): return len(bytearray(10**9))"), Ending.MEMORY),
    "segfaults": (call("import ctypes\ndef f(): ctypes.string_at(0)"), Ending.SIGNALLED),
    "exits": (call("import os\ndef f(): os._exit(0)"), Ending.EXITED),
    "returns too much": (call("def f(): return 'x' * 10**6"), Ending.OUTPUT),
    "prints too much": (call("def f():\n for _ in range(1000): print('x' * 1000)"), Ending.OUTPUT),
    "recurses": (call("import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()"), Ending.CPU),
    "sends an unknown message": (call("import os\ndef f(): os.write(3, b'\\0\\0\\0\\x01X')"), Ending.GARBLED),
    "sends half a message": (call("import os\ndef f():\n os.write(3, b'\\0\\0\\0\\x09V')\n os._exit(0)"), Ending.EXITED),
    "sends nonsense": (call("import os\ndef f(): os.write(3, b'\\0\\0\\0\\x03V{]')"), Ending.GARBLED),
    "announces too long a message": (call("import os\ndef f(): os.write(3, b'\\xff\\xff\\xff\\xffV')"), Ending.OUTPUT),
    "closes its descriptors and lives": (
        call("import os, time\ndef f():\n os.close(3)\n time.sleep(60)"),
        Ending.SIGNALLED,
    ),
    "program runs": (program("print(input())", "a"), Ending.REPLIED),
    "program leaves at once": (program("import os\nos.write(1, b'hi')\nos._exit(0)"), Ending.REPLIED),
    "program loops": (program("while True: pass"), Ending.CPU),
    "program floods": (program("while True: print('x' * 1000)"), Ending.OUTPUT),
    "program allocates": (program("x = bytearray(10**9)"), Ending.MEMORY),
    "program closes all and lives": (program("import os, time\nos.closerange(0, 9)\ntime.sleep(60)"), Ending.SIGNALLED),
    "judged passes": (judged("def f(x): return x"), Ending.REPLIED),
    "judged loops": (judged("def f(x):\n while True: pass"), Ending.CPU),
    "judged exits": (judged("import os\ndef f(x): os._exit(0)"), Ending.EXITED),
    "judged allocates": (judged("def f(x): return len(bytearray(10**9))"), Ending.MEMORY),
    "judged answers unasked": (judged("import os\nos.write(3, b'\\0\\0\\0\\x03V{}' * 9)\ndef f(x): return 1"), Ending.GARBLED),
    "judged floods": (judged("import os\nwhile 1: os.write(3, b'\\0\\0\\0\\x03V{}' * 99)"), Ending.GARBLED),
    "judged calls the judge": (judged("import os\nos.write(3, b'\\0\\0\\0\\x03C{}')\ndef f(x): return 1"), Ending.GARBLED),
}  # fmt: skip


@pytest.mark.parametrize(("job", "ending"), ENDINGS.values(), ids=ENDINGS)
def test_every_way_out_is_named_in_time(sandbox: Sandbox, job: Job, ending: Ending) -> None:
    """A job ends as its child ended, within its limits, and the next honest job on the pool is right."""
    started = time.monotonic()
    result = run(sandbox, job)
    assert result.ending is ending, result
    assert time.monotonic() - started < job.limits.wall_s + 3.0
    honest = run(sandbox, call("def f(x): return x + 1", 41))
    assert honest.value == {"calls": [{"ok": 42}]}


def test_a_failing_ending_is_a_verdict_of_zero(sandbox: Sandbox) -> None:
    """Every ending but a reply decides the verdict by itself: reward 0, never NO_VERDICT."""
    for job, ending in (
        ENDINGS["loops"],
        ENDINGS["allocates"],
        ENDINGS["exits"],
        ENDINGS["returns too much"],
    ):
        verdict = run(sandbox, job).failure()
        assert verdict is not None
        assert verdict.reward == 0.0, ending
    assert run(sandbox, ENDINGS["returns"][0]).failure() is None


def test_calls_keep_their_own_errors_and_values(sandbox: Sandbox) -> None:
    """One failing call leaves the others; each answer is what the call returned then, not what it became later."""
    source = "box = []\ndef f(x):\n    box.append(1 // x)\n    return box\n"
    job = Job(
        "python_calls", {"source": source, "entry": "f", "calls": [[[1], {}], [[0], {}], [[], {"x": 2}]]}
    )
    first, second, third = run(sandbox, job).value["calls"]
    assert first == {"ok": [1]}
    assert second["error"].startswith("ZeroDivisionError")
    assert 'File "solution.py", line 3, in f' in second["trace"]
    assert third == {"ok": [1, 0]}


def test_a_value_that_is_not_plain_is_an_error_of_its_call(sandbox: Sandbox) -> None:
    """Objects, subclasses with methods, cycles and bottomless nests do not cross."""
    for value in ("object()", "type('I', (int,), {})(3)", "[f]"):
        answer = run(sandbox, call(f"def f(): return {value}")).value["calls"][0]
        assert answer["error"].startswith("UnsupportedType"), value


def test_a_program_that_does_not_load_says_why(sandbox: Sandbox) -> None:
    """A syntax error, an exit while loading and a missing function are told apart from answers."""
    assert run(sandbox, call("def f(:")).value["error"].startswith("SyntaxError")
    assert (
        run(sandbox, call("import sys\nsys.exit(0)\ndef f(): pass")).value["error"].startswith("SystemExit")
    )
    assert run(sandbox, call("g = 1")).value["error"].startswith("AttributeError")
    assert run(sandbox, call("f = 1")).value["error"].startswith("TypeError")


def test_a_program_reads_and_writes_as_usual(sandbox: Sandbox) -> None:
    """The usual ways to read and write work, exit codes are kept, and a bad run ends the list."""
    source = "import sys, os\nsys.stdout.write(str(os.fstat(0).st_size) + sys.stdin.read())\nprint('e', file=sys.stderr)\n"
    runs = run(sandbox, program(source, "ab\n", "å\n")).value["runs"]
    assert [one["stdout"] for one in runs] == [b"3ab\n", "3å\n".encode()]
    failing = run(sandbox, program("import sys\nprint(1)\nsys.exit(3)", "", "")).value["runs"]
    assert [(one["exit"], one["stdout"]) for one in failing] == [(3, b"1\n"), (3, b"1\n")]


def test_threads_work_and_processes_do_not(sandbox: Sandbox) -> None:
    """Honest programs may start threads; nothing may start a process."""
    source = (
        "import threading\ndef f():\n    r = []\n    t = threading.Thread(target=lambda: r.append(5))\n"
        "    t.start()\n    t.join()\n    return r\n"
    )
    assert run(sandbox, call(source)).value == {"calls": [{"ok": [5]}]}
    refused = run(sandbox, call("import os\ndef f(): return os.fork()")).value["calls"][0]
    assert refused["error"].startswith("PermissionError")


def test_the_same_program_behaves_the_same_in_every_child(sandbox: Sandbox) -> None:
    """Random numbers, hash order and the process number do not vary from child to child."""
    job = call(
        "import os, random\ndef f(): return [random.random(), hash('a'), list({'x', 'y', 'z'}), os.getpid()]"
    )
    values = {str(result.value) for result in sandbox.run([job] * 20)}
    assert len(values) == 1


def test_marks_on_files_do_not_reach_the_next_child() -> None:
    """Flags of /dev/null and locks on the interpreter's files would carry a message between checks."""
    leave = call(
        "import fcntl, os\ndef f():\n    said = []\n    fcntl.fcntl(2, fcntl.F_SETFL, os.O_APPEND | os.O_NONBLOCK)\n"
        "    for act in (lambda: fcntl.fcntl(2, fcntl.F_SETSIG, 37), lambda: fcntl.flock(open(os.__file__), fcntl.LOCK_EX),\n"
        "                lambda: fcntl.lockf(open(os.__file__), fcntl.LOCK_SH)):\n"
        "        try:\n            act()\n            said.append('done')\n        except PermissionError:\n            said.append('refused')\n"
        "    return said\n"
    )
    look = call(
        "import fcntl\ndef f(): return [fcntl.fcntl(0, fcntl.F_GETFL), fcntl.fcntl(2, fcntl.F_GETFL)]"
    )
    with Sandbox("native", workers=1) as one:
        clean = run(one, look).value
        assert run(one, leave).value == {"calls": [{"ok": ["refused"] * 3}]}
        assert run(one, look).value == clean
