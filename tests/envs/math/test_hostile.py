"""Hostile text: no pattern on the trusted side goes back and forth, and no answer is too deep to be judged."""

from __future__ import annotations

import re
import time
from types import ModuleType

import pytest

from rlvr_gym.env import judge
from rlvr_gym.envs.code import response as code_response
from rlvr_gym.envs.math import (
    answer,
    checker,
    choices,
    claims,
    conclusion,
    datasets,
    formats,
    links,
    moments,
    notation,
    numerals,
    prose,
    provenance,
    reading,
    realsets,
    steps,
    tokens,
    units,
    words,
)
from rlvr_gym.envs.math.checker import Ruling, check, make_gold
from rlvr_gym.envs.math.env import domain
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Outcome

_MODULES = (
    *(answer, checker, choices, conclusion, datasets, formats, moments, notation, numerals, reading),
    *(realsets, tokens, units, words, code_response, claims, links, prose, provenance, steps),
)
_FRAGMENTS = (
    *(
        "^--",
        "^-",
        "/",
        "-",
        "a",
        "A",
        " ",
        "\t",
        "a ",
        "1",
        "1.",
        "1,111",
        "1e",
        ".",
        "\\",
        "\\text",
        "\\text{",
        "{",
    ),
    *(
        "a'",
        "or ",
        " or $(",
        "answer ",
        "answers** ",
        "**",
        "####",
        "A:",
        "what ",
        "express",
        "what a ",
        "(A",
        ",A",
    ),
    *(
        "`",
        "~~~",
        "\n",
        " \n",
        "0.\\overline{",
        "\\, 111",
        "1 111",
        "² ",
        "Level ",
        "\\boxed",
        "\\boxed{",
        "$",
    ),
)


def _patterns(module: ModuleType) -> list[tuple[str, re.Pattern[str]]]:
    found = ((name, value) for name, value in vars(module).items() if isinstance(value, re.Pattern))
    return [(f"{module.__name__}.{name}", value) for name, value in found]


@pytest.mark.parametrize(
    "pattern", [pytest.param(p, id=name) for module in _MODULES for name, p in _patterns(module)]
)
def test_no_pattern_backtracks_beyond_reason(pattern: re.Pattern[str]) -> None:
    """Each fragment repeated to 100,000 characters then broken off, is searched at once."""
    for fragment in _FRAGMENTS:
        for ending in ("", "!", "\x00}"):
            text = (fragment * 100_000)[:100_000] + ending
            start = time.process_time()
            pattern.fullmatch(text)
            pattern.match(text)
            assert sum(1 for _ in pattern.finditer(text)) <= len(text) + 1
            assert time.process_time() - start < 1, (fragment, ending)


@pytest.mark.parametrize("fragment", [*_FRAGMENTS, "\\text{a} ", "^{--}", "+1", "x", "%", "!"])
def test_a_response_of_repeated_fragments_is_judged_at_once(fragment: str) -> None:
    """Whole responses of 100,000 characters, and boxes of 4,000 in several surroundings: under a second each."""
    long, short = (fragment * 100_000)[:100_000], (fragment * 4_000)[:3_900]
    shapes = [
        long,
        f"\\boxed{{{short}}}",
        f"\\boxed{{5 \\text{{{short}!}}}}",
        f"\\boxed{{\\text{{{short}!}} = 5}}",
    ]
    shapes.append(f"\\boxed{{5}}{long} or 5 {long}")
    for text in shapes:
        start = time.process_time()
        for gold in (make_gold("5"), make_gold("1, 2"), make_gold("A"), make_gold("x+1")):
            assert check(text, gold).ruling in Ruling
        assert time.process_time() - start < 1, text[:60]


def test_a_unit_is_short() -> None:
    """A unit of more than 60 characters is no unit."""
    assert words.is_label("square metres")
    assert words.is_label("m / s ^2")
    assert words.is_label("m^-2 s")
    assert not words.is_label("m" * 61)
    assert not words.is_label("5 " + "^--" * 40 + "!")


_DEEP = (
    *("5" + "!" * 600, "5" + "%" * 600, "5" + "^\\circ" * 300, "1" + "/2" * 300, "x" + "/x" * 500),
    *("x" + "%" * 210, "x" + "^\\circ" * 210, "x" + "/x" * 210, "1" + "\\pm 1" * 390, "x" + "\\pm x" * 300),
    *("(0,1)" + "\\cup (0,1)" * 200, "-" * 300 + "x", "x" + "%" * 78, "x" + "/x" * 78, "2" + "\\pm x" * 78),
)


@pytest.mark.parametrize("text", _DEEP)
@pytest.mark.parametrize(
    "gold", ["5", "x + 1", "1, -2", "90^\\circ", "(1, 2)", "x < 3", "\\pm 3", "\\sqrt{2}"]
)
def test_a_deep_answer_is_judged_without_an_error(text: str, gold: str) -> None:
    """Chains of postfixes, quotients and signs have a ruling like any other answer."""
    assert check(f"\\boxed{{{text}}}", make_gold(gold)).ruling is not Ruling.RIGHT


def test_a_deep_answer_never_leaves_a_task_without_a_verdict(sandbox: Sandbox) -> None:
    """What a response writes cannot make a job that is too deep to be sent."""
    made = domain()
    tasks = [
        made.source.by_id(f"fresh/7/{n}/{name}")
        for n, name in ((9, "quadratic_equations/L4"), (15, "calculus/L2"))
    ]
    pairs = [(task, f"\\boxed{{{text}}}") for task in tasks for text in _DEEP]
    for verdict in judge(made, pairs, sandbox):
        assert verdict.outcome in (Outcome.UNPARSABLE, Outcome.WRONG)


def test_an_error_of_recursion_is_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The backstop behind the limits of the parser."""

    def overflow(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(checker, "read", overflow)
    assert check("\\boxed{5}", checker.Gold("5", "tree", ["int", 5])).ruling is Ruling.UNREADABLE
