"""Threads with a table of descriptors of their own: the limit of descriptors is one of tables."""

from __future__ import annotations

import threading

from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Ending, Job, Limits
from tests.redteam.arena import probe

_TABLES = """
import ctypes, fcntl, os, time
libc = ctypes.CDLL(None, use_errno=True)
libc.clone.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p]
PAUSE, THREAD = ctypes.cast(libc.pause, ctypes.c_void_p), 0x100 | 0x200 | 0x800 | 0x10000  # VM FS SIGHAND THREAD
stacks = []
def pipes():
    for n in (0, 2):
        try: os.close(n)
        except OSError: pass
    os.closerange(4, 64)
    made = 0
    while True:
        try: os.pipe()
        except OSError: return made
        made += 1
def hoard():
    made = 0
    for _ in range(60):
        made += pipes()
        stacks.append(ctypes.create_string_buffer(16384))
        top = ctypes.addressof(stacks[-1]) + 16384 - 128 & ~15
        if libc.clone(PAUSE, top, THREAD, None) < 0:
            break
    return made
"""
_HOG = (
    _TABLES
    + "def solve(value):\n    made = hoard()\n    os.write(1, b'x')\n    time.sleep(4)\n    return made\n"
)
_HONEST = """
import os
def solve(value):
    source, to = os.pipe()
    os.write(to, b"x" * 20000)
    return len(os.read(source, 20000))
"""


def test_a_program_holds_no_more_descriptors_than_its_limit(cell: Sandbox) -> None:
    """64 descriptors are some thirty pipes; a thread made without CLONE_FILES holds as many again."""
    assert probe(cell, f"{_TABLES}def solve(value):\n    return hoard()\n", Limits(2, 10, 256)) < 64


def test_a_program_takes_no_pipes_from_the_program_next_door() -> None:
    """Pipes are counted by user, over all workers: beyond 64 MiB of them the kernel gives others small ones."""

    def job(source: str, wall_s: float) -> Job:
        return Job(
            "python_calls",
            {"source": source, "entry": "solve", "calls": [[[None], {}]]},
            Limits(2, wall_s, 256),
        )

    with Sandbox("native", workers=2) as pool:
        assert pool.run([job(_HONEST, 10)])[0].value == {"calls": [{"ok": 20000}]}
        pool.run([job("def solve(value): return 1", 3)] * 4)  # both workers stand
        said: list[object] = []
        hog = threading.Thread(target=lambda: said.extend(pool.run([job(_HOG, 30)])))
        hog.start()
        threading.Event().wait(1.5)
        honest = pool.run([job(_HONEST, 10)])[0]
        hog.join()
    assert honest.ending is Ending.REPLIED, (honest, said)
