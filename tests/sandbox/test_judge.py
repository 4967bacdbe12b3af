"""Judged jobs: test code in one child, the candidate in another, and only plain data between them."""

from __future__ import annotations

from typing import Any

import pytest

from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Ending, Job, Limits

LIMITS = Limits(cpu_s=1.0, wall_s=20.0, memory_mb=256, output_kb=64)


def judged(sandbox: Sandbox, source: str, test: str, *, mode: str = "asserts", setup: str = "") -> Any:
    """Judge a candidate whose entry is f; return the claim."""
    payload = {"source": source, "entry": "f", "setup": setup, "test": test, "mode": mode}
    result = sandbox.run([Job("python_judge", payload, LIMITS)])[0]
    assert result.ending is Ending.REPLIED, result
    return result.value


PASSES = {
    "a plain value": ("def f(x): return x + 1", "assert f(1) == 2"),
    "keywords": ("def f(a, *, b=0): return [a, b]", "assert f(1, b=2) == [1, 2]\nassert f(a=3) == [3, 0]"),
    "types": ("def f(): return (1, 'a', b'b', {1: {2}}, None, 2.5)", "assert f() == (1, 'a', b'b', {1: {2}}, None, 2.5)"),
    "exact types": ("def f(): return [1]", "assert type(f()) is list and type(f()[0]) is int"),
    "helpers of the candidate": ("def g(x): return x * 3\ndef f(x): return g(x)", "assert g(2) == f(2) == 6"),
    "a class": (
        "class f:\n    def __init__(self, n): self.n = n\n    def more(self, by=1):\n        self.n += by\n        return self.n",
        "box = f(4)\nassert box.n == 4\nassert box.more() == 5\nassert box.more(by=5) == 10 == box.n",
    ),
    "attributes that are set": ("class f: pass", "box = f()\nbox.x = [1]\nassert box.x == [1]"),
    "items": (
        "class f:\n    def __init__(self): self.d = {}\n    def __getitem__(self, k): return self.d[k]\n"
        "    def __setitem__(self, k, v): self.d[k] = v\n    def __len__(self): return len(self.d)",
        "box = f()\nassert len(box) == 0 and not box\nbox['a'] = 7\nassert box['a'] == 7 and len(box) == 1 and box",
    ),
    "iteration": ("def f(n):\n    for i in range(n): yield i * i", "assert list(f(4)) == [0, 1, 4, 9]\nassert sum(f(3)) == 5"),
    "an endless generator": (
        "def f():\n    n = 0\n    while True:\n        yield n\n        n += 1",
        "import itertools\nassert list(itertools.islice(f(), 3)) == [0, 1, 2]",
    ),
    "text of an object": ("class f:\n    def __str__(self): return 'me'", "assert str(f()) == 'me'"),
    "objects handed back": (
        "class f:\n    def __init__(self, v, n=None): self.v, self.n = v, n\n"
        "def total(node): return 0 if node is None else node.v + total(node.n)",
        "assert total(f(1, f(2, f(3)))) == 6",
    ),
    "objects in containers": (
        "class N:\n    def __init__(self, v): self.v = v\ndef f(n): return [N(i) for i in range(n)]",
        "assert [node.v for node in f(3)] == [0, 1, 2]",
    ),
    "identity": ("class N: pass\nn = N()\ndef f(): return n", "assert f() == f()\nassert f() is not None"),
    "an expected error": (
        "def f(x):\n    if x < 0: raise ValueError('negative')\n    return x",
        "try:\n    f(-1)\nexcept ValueError as error:\n    assert str(error) == 'negative'\nelse:\n    assert False",
    ),
    "an expected lookup error": (
        "def f(): return {}['a']",
        "try:\n    f()\nexcept KeyError:\n    pass\nelse:\n    raise AssertionError('no error')",
    ),
    "modules by name": ("def f(x): return x", "assert math.isclose(f(0.1) + f(0.2), 0.3)"),
    "a callback of the candidate": ("def f(x): return -x", "assert sorted([1, 3, 2], key=f) == [3, 2, 1]"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "test"), PASSES.values(), ids=PASSES)
def test_honest_tests_pass_and_mean_something(sandbox: Sandbox, source: str, test: str) -> None:
    """What dataset tests do works through plain data; the same test with one more false assert fails."""
    assert judged(sandbox, source, test) == {"passed": True}
    failed = judged(sandbox, source, f"{test}\nassert 1 == 2, 'on purpose'")
    assert (failed["passed"], failed["error"]) == (False, "AssertionError: on purpose")


def test_mode_check_calls_check_with_the_candidate(sandbox: Sandbox) -> None:
    """The form of HumanEval: a right candidate passes, a wrong one does not, without `check` nothing does."""
    check = "def check(candidate):\n    assert candidate(2) == 4\n    assert candidate(3) == 9\n"
    assert judged(sandbox, "def f(x): return x * x", check, mode="check") == {"passed": True}
    assert judged(sandbox, "def f(x): return x * 2", check, mode="check")["error"].startswith(
        "AssertionError"
    )
    assert judged(sandbox, "def f(x): return x", "x = 1", mode="check")["passed"] is False
    assert judged(sandbox, "def f(x): return x\ndef check(c): pass", "x = 1", mode="check")["passed"] is False


FAILS = {
    "a wrong value": ("def f(): return 2", "assert f() == 1"),
    "always equal objects": (
        "class A:\n    def __eq__(self, o): return True\n    def __ne__(self, o): return False\n"
        "    def __hash__(self): return 1\ndef f(): return A()",
        "assert f() == 1",
    ),
    "always equal objects from the right": (
        "class A:\n    def __eq__(self, o): return True\n    __hash__ = None\ndef f(): return A()",
        "assert [1, 2] == f()",
    ),
    "always equal objects in a list": (
        "class A:\n    def __eq__(self, o): return True\n    def __hash__(self): return hash(1)\ndef f(): return [A()]",
        "assert f() == [1]\nassert 1 in f()",
    ),
    "an integer that is always equal": (
        "class A(int):\n    def __eq__(self, o): return True\n    __hash__ = int.__hash__\ndef f(): return A(5)",
        "assert f() == 1",
    ),
    "an object that is close to everything": (
        "class A:\n    def __sub__(self, o): return 0\n    __rsub__ = __sub__\n    def __abs__(self): return 0\n"
        "    def __lt__(self, o): return True\n    def __float__(self): return 1.0\ndef f(): return A()",
        "assert abs(f() - 1.0) < 1e-6",
    ),
    "an object that pretends its class": (
        "class A:\n    @property\n    def __class__(self): return int\ndef f(): return A()",
        "assert isinstance(f(), int)",
    ),
    "a forged handle": ("def f(): return {'\\0handle': 0}", "assert f() == 1"),
    "an assertion of its own": ("def f(): raise AssertionError('fine')", "assert f() == 1"),
    "an exit": ("import sys\ndef f(): sys.exit(0)", "assert f() == 1"),
    "an interrupt": ("def f(): raise KeyboardInterrupt", "assert f() == 1"),
    "an end of iteration": ("def f(): raise StopIteration", "assert all(f() == 1 for _ in range(3))"),
    "an end of a generator": ("def f(): raise GeneratorExit", "assert all(f() == 1 for _ in range(3))"),
    "an error of its own class": ("class E(Exception): pass\ndef f(): raise E('x')", "assert f() == 1"),
    "an error that is not raised": (
        "def f(x): return x",
        "try:\n    f(-1)\nexcept ValueError:\n    pass\nelse:\n    assert False",
    ),
    "another error than expected": (
        "def f(x): raise TypeError('x')",
        "try:\n    f(-1)\nexcept ValueError:\n    pass",
    ),
    "a class that is named like an expected error": (
        "class ValueError(Exception): pass\ndef f(x): raise ArithmeticError('x')",
        "try:\n    f(-1)\nexcept ValueError:\n    pass",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "test"), FAILS.values(), ids=FAILS)
def test_a_wrong_candidate_does_not_pass(sandbox: Sandbox, source: str, test: str) -> None:
    """No method and no exception of the candidate's decides an assert."""
    assert judged(sandbox, source, test)["passed"] is False


REDEFINED = {
    "a builtin": ("def len(x): return 3\ndef f(): return [1]", "assert len(f()) == 3"),
    "all": ("def all(x): return True\ndef f(): return 0", "assert all(f() == n for n in (1, 2))"),
    "a builtin through the module": (
        "import builtins\nbuiltins.sorted = lambda x: [1, 2]\ndef f(): return [2, 2]",
        "assert sorted(f()) == [1, 2]",
    ),
    "a module": ("class math:\n    isclose = staticmethod(lambda a, b: True)\ndef f(): return 0", "assert math.isclose(f(), 1.0)"),
    "a function of a module": ("import math\nmath.isclose = lambda a, b: True\ndef f(): return 0", "assert math.isclose(f(), 1.0)"),
    "AssertionError": ("AssertionError = None\ndef f(): return 0", "assert f() == 1"),
    "a loaded module": (
        "import sys, types\nfake = types.ModuleType('math')\nfake.isclose = lambda a, b: True\nsys.modules['math'] = fake\n"
        "def f(): return 0",
        "import math\nassert math.isclose(f(), 1.0)",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "test"), REDEFINED.values(), ids=REDEFINED)
def test_a_candidate_cannot_redefine_what_the_test_stands_on(
    sandbox: Sandbox, source: str, test: str
) -> None:
    """Builtins and modules of the standard library are the real ones in the judge's child."""
    failed = judged(sandbox, source, test)
    assert failed["passed"] is False
    assert failed["error"].startswith("AssertionError"), failed


def test_setup_wins_over_the_candidate(sandbox: Sandbox) -> None:
    """A helper of the dataset is the dataset's, even where the candidate has one of the same name."""
    source = "def near(a, b): return True\ndef f(): return 0"
    setup = "def near(a, b): return abs(a - b) < 0.1\n"
    assert judged(sandbox, source, "assert near(f(), 1)", setup=setup)["passed"] is False
    assert judged(sandbox, source, "assert near(f(), 0.05)", setup=setup) == {"passed": True}
    assert (
        judged(sandbox, source, "assert near(f(), 1)", setup="from math import isclose as near")["passed"]
        is False
    )


def test_arguments_are_copies(sandbox: Sandbox) -> None:
    """A candidate that changes its argument changes its own copy, not the test's expected value."""
    source = "def f(items):\n    items.clear()\n    return items"
    test = "given = [1, 2]\nassert f(given) != given\nassert given == [1, 2]"
    assert judged(sandbox, source, test) == {"passed": True}


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("def f(:", "SyntaxError"),
        ("raise OSError('at load')", "OSError: at load"),
        ("import sys\nsys.exit(0)", "SystemExit"),
    ],
)
def test_a_candidate_that_does_not_load_says_so(sandbox: Sandbox, source: str, error: str) -> None:
    """Told apart from one that loads and is wrong."""
    failed = judged(sandbox, source, "assert f() == 1")
    assert (failed["passed"], failed["loaded"]) == (False, False)
    assert failed["error"].startswith(error)


def test_a_missing_entry_does_not_pass(sandbox: Sandbox) -> None:
    """A program without the function fails in both modes, and it did load."""
    for mode, test in (("asserts", "assert f() == 1"), ("check", "def check(candidate): candidate()")):
        failed = judged(sandbox, "g = 1", test, mode=mode)
        assert (failed["passed"], failed["loaded"]) == (False, True)


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ("ValueError('a')", "ValueError: a"),
        ("KeyError('a')", "KeyError"),
        ("ZeroDivisionError('a')", "ZeroDivisionError: a"),
        ("OSError(2, 'a')", "FileNotFoundError: [Errno 2] a"),
        ("type('Mine', (Exception,), {})('a')", "RuntimeError: Mine: a"),
        ("UnicodeDecodeError('utf-8', b'', 0, 1, 'a')", "RuntimeError: UnicodeDecodeError"),
        ("SystemExit(0)", "RuntimeError: SystemExit: 0"),
    ],
)
def test_an_exception_arrives_as_the_builtin_of_its_name(sandbox: Sandbox, kind: str, seen: str) -> None:
    """By name and message alone: no exception object of the candidate's crosses."""
    assert judged(sandbox, f"def f(): raise {kind}", "f()")["error"].startswith(seen)
