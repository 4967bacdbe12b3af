"""The scripted programs find signatures and examples in prompts, and are valid Python whatever they find."""

from __future__ import annotations

import ast
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_gym.policies import programs
from rlvr_gym.policies.programs import Signature
from rlvr_gym.types import Task


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("f([1, 2], 'a)')\nreturns [3]\n", [("([1, 2], 'a)',)", "[3]")]),
        ("assert f(1, -2) == -3", [("(1, -2,)", "-3")]),
        (">>> f({'a': 1})\n{'b': (1,)}\n", [("({'a': 1},)", "{'b': (1,)}")]),
        ("f() -> None; f(2) => True", [("()", "None"), ("(2,)", "True")]),
        ("`f(0)` returns `'it\\'s'`", [("(0,)", "'it\\'s'")]),
        ("f(x) == 2, g(1) == 2, f(1 == 2, f(1", []),
        ("def f(a: int) -> int:", []),
    ],
)
def test_examples_are_read_from_prompts(prompt: str, expected: list[tuple[str, str]]) -> None:
    """Calls with literal arguments and literal values, in the usual notations."""
    assert programs.examples_in(prompt, "f") == expected


def test_the_table_of_examples_answers_them_and_nothing_else() -> None:
    """Copying the examples gives what they show, by the arguments."""
    response = programs.copy(Signature("f", "a, b"), "f(1, [2]) == 'x'\nf(3, [4]) == 'y'")
    space: dict[str, object] = {}
    exec(programs.program_in(response), space)  # text made by this library from the line above
    f = space["f"]
    assert callable(f)
    assert (f(1, [2]), f(3, [4]), f(9, [9])) == ("x", "y", "y")


@pytest.mark.parametrize(
    ("prompt", "info", "program", "expected"),
    [
        ("def g(a: List[int], *, b: 'X' = 3) -> Foo:", {}, "", Signature("g", "a, *, b=3")),
        ("def g(a):\n def h(b):", {"entry_point": "g"}, "", Signature("g", "a")),
        ("Write h.", {"entry_point": "h"}, "", Signature("h", "*args, **kwargs")),
        ("Write it.", {}, "import x\ndef k(a, b): return a", Signature("k", "a, b")),
        ("Read numbers and print their sum.", {}, "print(sum(map(int, input().split())))", Signature("", "")),
    ],
)
def test_signatures_are_found(prompt: str, info: dict[str, str], program: str, expected: Signature) -> None:
    """In the prompt, the public fields, or a known solution; annotations are dropped."""
    assert programs.signature_of(Task("t", prompt, info=info), program) == expected


@given(st.text(max_size=300), st.integers())
def test_any_prompt_gives_a_program_that_parses(text: str, seed: int) -> None:
    """Arbitrary text around a definition never breaks the policies."""
    task = Task("t", f"def f(a, b=2):\n{text}\nf({text}) == {text}")
    signature = programs.signature_of(task)
    for response in (
        programs.guess(signature, random.Random(seed)),
        programs.copy(signature, task.prompt),
        programs.cheat(signature),
    ):
        ast.parse(programs.program_in(response))


def test_a_hedge_never_puts_the_solution_last() -> None:
    """Three programs: the right one is there, and neither first nor last."""
    hedge = programs.hedge(Signature("f", "a"), "def f(a):\n    return a + 1", random.Random(1))
    blocks = hedge.split("```python\n")
    assert len(blocks) == 4
    assert "a + 1" in blocks[2]
    assert "a + 1" not in blocks[1] + blocks[3]
