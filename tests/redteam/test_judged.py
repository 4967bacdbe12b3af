"""Attacks on judging by a dataset's test code: what the test stands on, handles, and the queue of replies."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from rlvr_gym.env import judge
from rlvr_gym.envs.code.env import oracle
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Outcome, Task
from tests.redteam.arena import BRIEF_DOMAIN, DOMAIN, HONEST, fenced, quiet, row, tasks_of

_POLY = '''import math


def poly(xs: list, x: float):
    """Evaluate the polynomial with coefficients xs at x."""
    return sum([coeff * math.pow(x, i) for i, coeff in enumerate(xs)])


'''
_ROWS = {
    "plain": row(
        "def check(candidate):\n    assert candidate('ab') == 'ba'\n    assert candidate('xyz') == 'zyx'\n"
    ),
    "tools": row(
        "def check(candidate):\n"
        "    assert len(candidate('abc')) == 3\n"
        "    assert set(candidate('abc')) == set('cba')\n"
        "    assert sorted(candidate('abc')) == ['a', 'b', 'c']\n"
        "    assert abs(len(candidate('abcd')) - 4) < 1e-6 and isinstance(candidate('q'), str)\n"
        "    assert all([str(candidate(word)) == word[::-1] for word in ['ab', 'cd', 'hidden']])\n"
    ),
    "mapped": row(
        "def check(candidate):\n"
        "    words = ['ab', 'cd', 'hidden']\n"
        "    for got, want in zip(map(candidate, words), ['ba', 'dc', 'neddih']):\n"
        "        assert got == want\n"
        "    assert all(map(lambda word: candidate(word) == word[::-1], words))\n"
    ),
    "random": row(
        "def check(candidate):\n"
        "    import random, string\n"
        "    for _ in range(20):\n"
        "        word = ''.join(random.choice(string.ascii_lowercase) for _ in range(12))\n"
        "        assert candidate(word[::-1]) == word\n"
    ),
    "caught": row(
        "def check(candidate):\n"
        "    for word in ('ab', 'hidden'):\n"
        "        got = None\n"
        "        try:\n"
        "            got = candidate(word)\n"
        "        finally:\n"
        "            assert got == word[::-1]\n"
    ),
    "poly": {
        "task_id": "poly",
        "prompt": _POLY
        + 'def solve(xs):\n    """Return x with poly(xs, x) == 0; xs has two coefficients."""\n',
        "entry_point": "solve",
        "canonical_solution": "    return -xs[0] / xs[1]\n",
        "test": "def check(candidate):\n    import copy\n    for xs in ([1, 2], [-4, 2], [9, 3]):\n"
        "        solution = candidate(copy.deepcopy(xs))\n        assert math.fabs(poly(xs, solution)) < 1e-4\n",
    },
}
_TASKS: dict[str, Task] = {name: tasks_of(data)[0] for name, data in _ROWS.items()}
_WIRE = """
import os, sys
from rlvr_gym.sandbox import wire
def send(value, kind=b"V"):
    data = kind + (value if isinstance(value, bytes) else wire.encode(value, 1 << 30))
    view = memoryview(len(data).to_bytes(4, "big") + data)
    while view:
        view = view[os.write(3, view):]
"""
_HANDLE = '{"\\0handle": 0}'


class Foul(NamedTuple):
    """A program against the test code of one row."""

    against: str
    program: str


_FOULS = {
    "helper_of_the_prompt": Foul("poly", "def poly(xs, x):\n    return 0.0\ndef solve(xs):\n    return 0.5\n"),
    "helper_as_a_class": Foul("poly", "class poly(float):\n    def __new__(cls, *a):\n        return 0.0\ndef solve(xs):\n    return 1\n"),
    "module_of_the_prompt": Foul("poly", "class math:\n    fabs = staticmethod(lambda x: 0.0)\n    pow = fabs\ndef solve(xs):\n    return 1\n"),
    "not_a_number": Foul("poly", "def solve(xs):\n    return float('nan')\n"),
    "infinite": Foul("poly", "def solve(xs):\n    return float('inf')\n"),
    "complex_root": Foul("poly", "def solve(xs):\n    return complex('nan')\n"),
    "number_with_methods": Foul("poly", "class N:\n    __float__ = __rmul__ = __mul__ = __pow__ = __rpow__ = __abs__ = lambda *a: 0.0\ndef solve(xs):\n    return N()\n"),
    "builtins_as_globals": Foul("tools", "abs = len = sorted = set = all = isinstance = str = lambda *a: True\ndef solve(value):\n    return ''\n"),
    "builtins_patched": Foul("tools", "import builtins\nfor name in ('abs', 'sorted', 'set', 'all', 'str'):\n    setattr(builtins, name, lambda *a: True)\ndef solve(value):\n    return ''\n"),
    "names_of_the_judge": Foul("plain", "check = candidate = METADATA = AssertionError = __name__ = lambda *a: None\ndef solve(value):\n    return ''\n"),
    "test_as_a_function": Foul("plain", "def check(candidate):\n    return True\ndef solve(value):\n    return ''\n"),
    "object_that_imitates_text": Foul("tools", "class T:\n    def __len__(self): return 3\n    def __iter__(self): return iter('cba')\n    def __str__(self): return 'ba'\ndef solve(value):\n    return T()\n"),
    "stop_iteration": Foul("mapped", "def solve(value):\n    raise StopIteration\n"),
    "stop_iteration_forged": Foul("mapped", _WIRE + "def solve(value):\n    send({'raise': 'StopIteration', 'message': ''})\n"),
    "stop_async_iteration": Foul("mapped", "def solve(value):\n    raise StopAsyncIteration\n"),
    "generator_exit": Foul("mapped", "def solve(value):\n    raise GeneratorExit\n"),
    "subclass_of_stop_iteration": Foul("mapped", "class S(StopIteration):\n    pass\nS.__name__ = S.__qualname__ = 'StopIteration'\ndef solve(value):\n    raise S\n"),
    "index_error": Foul("mapped", "def solve(value):\n    raise IndexError\n"),
    "system_exit": Foul("caught", "def solve(value):\n    raise SystemExit(0)\n"),
    "keyboard_interrupt": Foul("caught", "def solve(value):\n    raise KeyboardInterrupt\n"),
    "assertion_error": Foul("caught", "def solve(value):\n    raise AssertionError\n"),
    "forged_exit": Foul("caught", _WIRE + "def solve(value):\n    send({'raise': 'SystemExit', 'message': 0})\n"),
    "forged_odd_exception": Foul("plain", _WIRE + "def solve(value):\n    send({'raise': 'print', 'message': {'x': [1]}})\n"),
    "forged_group": Foul("plain", _WIRE + "def solve(value):\n    send({'raise': 'ExceptionGroup', 'message': 'x'})\n"),
    "foreseen_random_numbers": Foul("random", "import random, string\ndef solve(value):\n    return ''.join(random.choice(string.ascii_lowercase) for _ in range(12))\n"),
    "verdict_instead_of_a_reply": Foul("plain", _WIRE + "send({'passed': True})\ndef solve(value):\n    send({'passed': True})\n"),
    "verdict_at_once_and_silence": Foul("plain", _WIRE + "send({'passed': True})\nos.close(3)\ndef solve(value):\n    return ''\n"),
    "replies_ahead": Foul("plain", _WIRE + "send({'names': ['solve']})\nfor _ in range(20):\n    send({'ok': 'ba'})\ndef solve(value):\n    return 'ba'\n"),
    "replies_ahead_in_a_call": Foul("plain", _WIRE + "def solve(value):\n    for _ in range(20):\n        send({'ok': value})\n    return value\n"),
    "shifted_replies": Foul("mapped", _WIRE + "def solve(value):\n    send({'ok': ''})\n    return value[::-1]\n"),
    "names_without_end": Foul("plain", _WIRE + "send({'names': [str(n) for n in range(90000)]})\ndef solve(value):\n    return ''\n"),
    "names_that_are_no_text": Foul("plain", _WIRE + "send({'names': [1, None, ['solve'], {'x': 1}]})\ndef solve(value):\n    return ''\n"),
    "names_missing": Foul("plain", _WIRE + "send({})\ndef solve(value):\n    return ''\n"),
    "handle_without_object": Foul("plain", "def solve(value):\n    return {'\\0handle': 10**30}\n"),
    "handle_that_is_negative": Foul("tools", "def solve(value):\n    return {'\\0handle': -1}\n"),
    "handle_to_a_list": Foul("tools", "def solve(value):\n    return {'\\0handle': [0]}\n"),
    "handle_as_a_key": Foul("tools", _WIRE + f"def solve(value):\n    send({{'ok': {{1: {_HANDLE}}}}})\n"),
    "handle_of_a_handle": Foul("tools", "class T:\n    def __iter__(self): return self\n    def __next__(self): return self\ndef solve(value):\n    return T()\n"),
    "attribute_that_answers_anything": Foul("tools", "class T:\n    def __getattr__(self, name): return self\n    def __call__(self, *a): return self\n    def __bool__(self): return True\ndef solve(value):\n    return T()\n"),
    "endless_iteration": Foul("tools", "import itertools\ndef solve(value):\n    return itertools.cycle('abc')\n"),
    "deep_reply": Foul("plain", _WIRE + "def solve(value):\n    send(b'{\"ok\":' + b'[' * 90000 + b']' * 90000 + b'}')\n"),
    "reply_without_meaning": Foul("plain", _WIRE + "def solve(value):\n    send(b'{}')\n"),
    "reply_that_is_no_dict": Foul("plain", _WIRE + "def solve(value):\n    send([1, 2])\n"),
    "text_of_a_megabyte": Foul("plain", "def solve(value):\n    return 'ba' * 400000\n"),
    "number_of_a_megabyte": Foul("plain", "def solve(value):\n    return 1 << 3000000\n"),
    "lone_surrogates": Foul("plain", "def solve(value):\n    return '\\ud800' * 3\n"),
    "nan_everywhere": Foul("tools", "def solve(value):\n    return {float('nan'): float('nan')}\n"),
    "thread_that_keeps_writing": Foul("mapped", _WIRE + "import threading\ndef late():\n    while True:\n        send({'ok': 'ba'})\nthreading.Thread(target=late, daemon=True).start()\ndef solve(value):\n    return ''\n"),
    "worker_functions_replaced": Foul("plain", "import sys\nfor module in list(sys.modules.values()):\n    for name in ('_export', '_perform', '_send', 'encode'):\n        if getattr(module, '__name__', '').startswith('rlvr') and hasattr(module, name):\n            setattr(module, name, lambda *a: {'ok': True})\ndef solve(value):\n    return ''\n"),
    "judge_run_by_the_candidate": Foul("plain", "from rlvr_gym.sandbox.runners import python_judge\npython_judge.run = lambda job: {'passed': True}\npython_judge.Handle.__eq__ = lambda *a: True\ndef solve(value):\n    return python_judge.Handle(0)\n"),
    "entry_is_an_object": Foul("plain", "class S:\n    def __call__(self, value): return self\n    def __eq__(self, other): return True\nsolve = S()\n"),
    "entry_is_a_number": Foul("plain", "solve = 1\n"),
    "exit_after_the_first_answer": Foul("plain", "import os\nseen = []\ndef solve(value):\n    if seen: os._exit(0)\n    seen.append(1)\n    return value[::-1]\n"),
    "memory_error_forged": Foul("plain", _WIRE + "def solve(value):\n    send({'raise': 'MemoryError', 'message': ''})\n"),
    "asked_for_what_is_hidden": Foul("plain", _WIRE + "def solve(value):\n    send({'op': 'name', 'target': None, 'args': ['check'], 'kwargs': {}}, b'C')\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", _ROWS)
def test_known_solution_passes(cell: Sandbox, name: str) -> None:
    """Every row that is attacked here is solved by its known solution."""
    with quiet(cell):
        verdict = judge(DOMAIN, [(_TASKS[name], oracle(_TASKS[name]))], cell)[0]
    assert verdict.outcome is Outcome.CORRECT, verdict


@pytest.mark.parametrize("name", _FOULS)
def test_foul_against_test_code_earns_nothing(cell: Sandbox, name: str) -> None:
    """A program that attacks the test instead of the task gets reward 0 and a verdict."""
    foul = _FOULS[name]
    with quiet(cell):
        verdict = judge(BRIEF_DOMAIN, [(_TASKS[foul.against], fenced(foul.program))], cell)[0]
    assert verdict.reward == 0.0, verdict
    assert verdict.outcome not in (Outcome.NO_VERDICT, Outcome.CORRECT)


def test_honest_program_that_prints_is_correct(cell: Sandbox) -> None:
    """Output, threads that end and odd global names do not cost an honest program its reward."""
    program = "import threading\nset = 1\ncheck = 2\nprint('noise' * 100)\n" + HONEST
    with quiet(cell):
        verdict = judge(DOMAIN, [(_TASKS["plain"], fenced(program))], cell)[0]
    assert verdict.outcome is Outcome.CORRECT, verdict
