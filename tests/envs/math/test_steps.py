"""Steps of a solution judged without its gold answer: what is wrong, where, and what is left unjudged."""

from __future__ import annotations

import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr_gym.envs.math.links import show
from rlvr_gym.envs.math.provenance import Origins, numbers_in
from rlvr_gym.envs.math.steps import MAX_STEPS, WINDOW, StepReport, judge_steps, settle

NATALIA = (
    "Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May. How many "
    "clips did Natalia sell altogether in April and May?"
)
GOLD = (
    "Natalia sold 48/2 = <<48/2=24>>24 clips in May.\n"
    "Natalia sold 48+24 = <<48+24=72>>72 clips altogether in April and May.\n#### 72"
)


def judged(text: str, question: str = "") -> list[bool | None]:
    return [step.right for step in judge_steps(question, text).steps]


@pytest.mark.parametrize(
    "text",
    [
        "48/2 = 24",
        "48/2=<<48/2=24>>24 clips",
        "She pays 3 vaccines * $20/vaccine = $60.",
        "3 x 4 = 12 and 12 × 2 = 24",
        "$1,200 + $300 = $1,500",
        "\\( 3 \\times 60 = 180 \\) meters",
        "\\(180\\) meters + \\(180\\) meters = \\(360\\) meters",
        "\\[ \\frac{48}{2} + 1 = 25 \\]",
        "$\\dfrac{4}{36} = \\boxed{\\dfrac{1}{9}}$",
        "2(3 + 4) = 14",
        "5^2 = 25, 3² = 9",
        "30% of 50 = 15",
        "100 - 20% = 80",
        "1/3 of the 27 apples = 9 apples",
        "10/3 = 3.33",
        "10/3 \\approx 3.3",
        "2000 / 75 = 26.666666666666668",
        "1 + 2 = 3 = 6 / 2",
        "3*4 = 12 + 5 = 17",
        "5 < 7 <= 7",
        "3 + 4 is 7",
        "2 1/2 + 1/2 = 3",
        "3 / 1/2 = 6",
        "2 million + 3 million = 5 million",
        "\\frac{6!}{5!} = 6",
        "90^\\circ + 20^\\circ = 110^\\circ",
        "- 3 + 4 = 7",
        "1) 3 + 4 = 7",
        "**Total: 3 * 4 = 12**",
        "Three tickets: 12 divided by 4 = 3, 5 times 3 = 15",
    ],
)
def test_a_right_claim_is_found_right(text: str) -> None:
    """Prose with units, money and percentages, LaTeX, chains, rounding at the places shown."""
    assert judged(text) == [True]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("So 6*7 = 48 apples.", "6*7 is 42, not 48"),
        ("48/2 = <<48/2=24>>25 clips", "48/2 is 24, not"),
        ("She has <<48/2=25>>25 left.", "48/2 is 24, not 25"),
        ("She has <<48/2=24>>25 left.", "24 was computed and 25 written"),
        ("48/3 = <<48/2=24>>24 clips", "48/3 is written and 48/2 computed"),
        ("\\[ 3 \\times 60 = 190 \\text{ meters} \\]", "3 \\times 60 is 180, not 190"),
        ("\\frac{1}{2} + \\frac{1}{3} = \\frac{2}{5}", "is 5/6, not"),
        ("1 + 2 = 3 + 4 = 8", "3 + 4 is 7, not 8"),
        ("We see that 3 * 5 < 14.", "3 * 5 < 14 does not hold"),
        ("10/3 = 3.43", "10/3 is 10/3, not 3.43"),
        ("$33 (milkshakes) + $99 (burgers) + $30 (soda) = $172", "is 162, not $172"),
        ("3 + 4 is 8", "3 + 4 is 7, not 8"),
    ],
)
def test_a_wrong_claim_is_named_in_words(text: str, reason: str) -> None:
    """The reason quotes what was written and says what it is."""
    (step,) = judge_steps("", text).steps
    assert step.right is False
    assert reason in step.reason
    assert step.fault is not None
    assert step.start <= step.fault[0] < step.fault[1] <= step.end


@pytest.mark.parametrize(
    "text",
    [
        "x + 3 = 5",
        "2x = 6 and 3*y = 7",
        "2x + 3 = 7",
        "f(3) = 10 and P(2) = 1/6",
        "The square of 3 = 9",
        "The average of 3 + 5 = 4",
        "17 = 2 (mod 5)",
        "5 hours = 300 minutes",
        "2.5 feet * 2 = 60 inches",
        "7/2 = 3",
        "101_2 = 5",
        "8:30 - 2 = 6:30",
        "0900 - 0130 = 0730 hours",
        "Step 2 - 3 * 4 = 12",
        "9 = (3/4)*number of novels",
        "Is 3 + 4 = 8?",
        "Note that 3 + 4 = 8 is not true.",
        "The ratio 3:4 = 6:9",
        "3 + 4 -> 7",
        "5 less than 12 is 8",
        "Whether 12 < 10 decides it.",
        "100/5 = 5A/5",
        "Drop 8 degrees = 2 - 8",
        "It follows easily.",
        "5 = 6 = five",
    ],
)
def test_what_cannot_be_judged_is_not(text: str) -> None:
    """Unknowns, functions, moduli, units, labels, questions and denials: no judgement, never a wrong one."""
    assert set(judged(text)) <= {None}


def test_steps_are_lines_rows_and_sentences() -> None:
    """Each has its place in the text; blank lines and bare markup are none."""
    text = (
        "First, 1 + 1 = 2. Then 2 + 2 = 4.\n\n\\begin{align*}\n 6 &= 2 * 3 \\\\\n &= 7 \\\\\n\\end{align*}\n"
    )
    report = judge_steps("", text)
    assert [text[step.start : step.end].strip() for step in report.steps] == [
        "First, 1 + 1 = 2.",
        "Then 2 + 2 = 4.",
        "6 &= 2 * 3",
        "&= 7",
    ]
    assert [step.right for step in report.steps] == [True, True, True, False]
    assert report.steps[3].reason == "2 * 3 is 6, not 7"


def test_a_report_counts_and_locates() -> None:
    """The first error, how many steps could be judged, and the share that could not."""
    report = judge_steps("", "We begin.\n2 * 3 = 6\n6 + 1 = 8\n8 + 1 = 10\n")
    assert (report.first_error, report.judged, report.abstention) == (2, 3, 0.25)
    assert judge_steps("", "") == StepReport(())
    assert judge_steps("", "").abstention == 1


@pytest.mark.parametrize(
    ("text", "rights"),
    [
        ("Total cost = 3 * 20\nSo the total cost = 60 dollars", [None, True]),
        ("\\[ \\text{Total} = \\frac{120}{5} \\]\n\\[ \\text{Total} = 25 \\]", [None, False]),
        ("x = 3 + 4\nx = 3 - 4\nx = 9", [None, None, None]),
        ("D = 3 * 4\nThis is so.\nIt is.\nIndeed.\nD = 13", [None] * 5),
        ("D = 3 * 4\nOr is it that D = 13?", [None, None]),
        ("D = 3 * 4\nE = 13", [None, None]),
    ],
)
def test_a_named_computation_is_followed_to_its_result(text: str, rights: list[bool | None]) -> None:
    """The next steps carry it out; a name with two computations, or one long ago, is not followed."""
    assert judged(text) == rights


def test_what_was_thought_before_is_not_judged() -> None:
    """Errors up to the last </think> are drafts."""
    assert judged("<think>1 + 1 = 3</think>1 + 1 = 2") == [True]


def test_gold_has_an_origin_for_every_number() -> None:
    """48 is given, "half" brings 2, 24 and 72 are computed."""
    assert judged(GOLD, NATALIA) == [True, True, None]


@pytest.mark.parametrize(
    ("old", "new", "step", "reason"),
    [
        ("#### 72", "#### 73", 2, "73 is not what the step before found"),
        ("48+24 = ", "48+25 = ", 1, "48+25 is written and 48+24 computed"),
        ("24 clips in May", "34 clips in May", 0, "not"),
        (
            "48+24 = <<48+24=72>>72",
            "48+27 = <<48+27=75>>75",
            1,
            "27 is neither given nor computed before; step 1 found 24",
        ),
        ("clips in May.", "clips in May, 57 in all.", 0, "57 is neither given nor computed before"),
    ],
)
def test_one_changed_number_is_located(old: str, new: str, step: int, reason: str) -> None:
    """In an annotation, after it, before it, in the last line, or in prose alone."""
    report = judge_steps(NATALIA, GOLD.replace(old, new))
    assert report.first_error == step
    assert reason in report.steps[step].reason


def test_numbers_computed_in_the_head_are_no_errors() -> None:
    """Two numbers from nowhere are a habit; only a single one is a slip."""
    assert False not in judged(GOLD.replace("in May.", "in May, 57 or 91."), NATALIA)


def test_words_and_turned_values_are_origins() -> None:
    """Number words, percentages, complements and reciprocals of what is given are known."""
    origins = Origins("Forty-five of two hundred pupils, 30% of them girls; two thirds came.")
    for known in (45, 200, 30, Fraction(3, 10), 70, Fraction(2, 3), 24, 60):
        assert Fraction(known) in origins
    assert Fraction(47) not in origins
    assert [value for _, _, value in numbers_in("1,200 and .5 and 3.25")] == [
        1200,
        Fraction(1, 2),
        Fraction(13, 4),
    ]


def test_algebra_settles_roots() -> None:
    """Equalities of closed expressions are handed out; one answer each, in order."""
    report = judge_steps(
        "", "\\[ 2\\sqrt{3} = \\sqrt{12} \\]\n\\[ \\sqrt{12} = 3\\sqrt{2} \\]\n\\[ \\sqrt{10} = 3 \\]"
    )
    assert [step.right for step in report.steps] == [None, None, None]
    assert len(report.pairs) == 3
    assert [step.right for step in settle(report, [True, False, False]).steps] == [True, False, None]
    assert settle(report, []).steps == report.steps
    assert settle(report, [None, True, None]).first_error is None
    stray = judge_steps("", "1 + 1 = 2\n#### 3\n\\[ \\sqrt{8} = 2\\sqrt{2} \\]")
    assert [step.right for step in settle(stray, [True]).steps] == [True, False, True]


def test_numbers_are_shown_as_people_write_them() -> None:
    """Whole numbers, short decimals, fractions; nothing long."""
    values = (Fraction(7), Fraction(-5, 2), Fraction(1, 3), Fraction(10**80), Fraction(10**60, 7))
    assert [show(value) for value in values] == ["7", "-2.5", "1/3", "a very large number", "about 1.429e+59"]


PIECES = (
    *(
        "1",
        "2",
        "3.5",
        "1,200",
        "48",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "+",
        "-",
        "*",
        "/",
        "^",
        "=",
        "<",
        ">",
        "≈",
        "%",
    ),
    *(
        "\\frac{1}{2}",
        "\\frac",
        "\\sqrt",
        "\\sqrt{9}",
        "\\pi",
        "$",
        "\\$",
        " apples",
        " million",
        " half of ",
        " x ",
    ),
    *(
        "x",
        "!",
        "°",
        "^\\circ",
        "²",
        "<<",
        ">>",
        "<<48/2=24>>",
        "<<1=>>",
        "\\text{ kg}",
        "\\boxed{",
        "\\(",
        "\\)",
        "\\\\",
    ),
    *(
        "&",
        "\n",
        " ",
        ". ",
        "A: 5",
        "#### 72",
        "Step 2: ",
        " is ",
        " divided by ",
        "\\le",
        "–",
        "1 1/2",
        "_",
        ":",
        ",",
    ),
    *("</think>", "total ", "\\left(", "9" * 22, "1500!", "**"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@settings(max_examples=1500)
def test_no_arrangement_of_pieces_is_an_error(solution: str) -> None:
    """Everything the reader knows, in any order."""
    report = judge_steps(solution, solution)
    assert all(step.right is not False or step.reason for step in report.steps)
    assert len(settle(report, [False] * len(report.pairs)).steps) == len(report.steps)


@given(
    st.text(max_size=300), st.text(alphabet="0123456789+-*/=<>()[]{}$%x.,^_! \\n\\fracsqt&~≈", max_size=300)
)
def test_any_text_is_judged_without_an_error(text: str, arithmetic: str) -> None:
    """Steps lie in order within the text, and judging again gives the same."""
    for solution in (text, arithmetic, f"{text}\n{arithmetic}"):
        report = judge_steps(text, solution)
        assert report == judge_steps(text, solution)
        places = [place for step in report.steps for place in (step.start, step.end)]
        assert places == sorted(places)
        assert all(0 <= place <= len(solution) for place in places)
        assert settle(report, [False] * len(report.pairs)).judged >= report.judged


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from("+-*"), st.integers(1, 10**6))
def test_one_sum_is_right_and_every_other_is_wrong(a: int, b: int, sign: str, off: int) -> None:
    """Whole numbers leave no room for readings."""
    value = {"+": a + b, "-": a - b, "*": a * b}[sign]
    assert judged(f"So {a} {sign} {b} = {value}.") == [True]
    assert judged(f"So {a} {sign} {b} = {value + off}.") == [False]


FRAGMENTS = (
    *(
        "1+",
        "(1+",
        "((",
        "1(",
        "{1",
        "2^-",
        "half of ",
        "1/",
        "x=",
        "3 = ",
        "<<1=1>>1 ",
        "<<",
        "$",
        "\\(",
        "5% + ",
    ),
    *(
        "\\frac{",
        "\\frac{1}{",
        "\\sqrt{",
        "\\sqrt",
        "1500!/1499! = 3\n",
        "9^166 = 2\n",
        "1 apples ",
        "1 / a ",
        "a'",
    ),
    *(
        "1,",
        "1,111",
        "1.",
        "1. ",
        "\\\\",
        "= ",
        "3 + 4 = 7\n",
        "1/3 + 1/7 + 1/11 = 2/3 + 1/19\n",
        "\\text{a",
        "²",
    ),
    *(
        "x",
        "</think>",
        "\n",
        "。",
        "5!",
        "#### 5\n",
        "12:30 ",
        "°",
        "1 1/2 ",
        "& ",
        "1 (a b c ",
        "1 sq. ft. ",
        " ",
    ),
)


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_a_million_characters_are_judged_at_once(fragment: str) -> None:
    """What a solution costs is bounded whatever it says, and the cut is told."""
    text = (fragment * (1 << 20))[: 1 << 20]
    start = time.process_time()
    report = judge_steps(text, text)
    assert time.process_time() - start < 2
    assert len(report.steps) <= MAX_STEPS
    assert report.truncated or "</think>" in text
    assert all(step.end <= len(text) and len(step.claims) <= 200 for step in report.steps)
    assert WINDOW < 1 << 20


def rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    with (folder / "math" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def gsm8k(folder: Path) -> Iterator[tuple[str, str]]:
    for name in ("gsm8k_train_first1000", "gsm8k_test"):
        for row in rows(folder, name):
            yield row["question"], row["answer"]


@pytest.mark.data
def test_gold_solutions_raise_few_false_alarms(shared_data: Path, record_property: Any) -> None:
    """At most 0.2% of GSM8K's annotations, and 2% of its solutions by any check, are called wrong."""
    annotations = wrong = solutions = alarms = 0
    for question, solution in gsm8k(shared_data):
        report = judge_steps(question, solution)
        solutions += 1
        alarms += report.first_error is not None
        kinds = [c.right for step in report.steps for c in step.claims if c.kind == "annotation"]
        annotations += len(kinds)
        wrong += kinds.count(False)
    record_property("alarms", f"{alarms} of {solutions} solutions, {wrong} of {annotations} annotations")
    assert annotations > 5000
    assert wrong <= 0.002 * annotations
    assert alarms <= 0.02 * solutions


@pytest.mark.data
def test_a_corrupted_number_is_mostly_located(shared_data: Path, record_property: Any) -> None:
    """With one number of a gold solution changed, the first error is found in its step, hardly ever earlier."""
    rng, found = random.Random(20), Counter[str]()
    for question, solution in gsm8k(shared_data):
        match = rng.choice(list(re.finditer(r"\d+(?:\.\d+)?", solution)))
        whole, dot, places = match[0].partition(".")
        changed = f"{int(whole) + rng.choice((1, 2, 3, 7, 10, 30))}{dot}{places}"
        report = judge_steps(question, solution[: match.start()] + changed + solution[match.end() :])
        step = next(n for n, s in enumerate(report.steps) if s.end > match.start())
        first = report.first_error
        found[
            "none" if first is None else "early" if first < step else "late" if first > step else "hit"
        ] += 1
    record_property("located", dict(found))
    assert found["hit"] >= 0.88 * found.total()
    assert found["early"] <= 0.01 * found.total()


@pytest.mark.data
def test_right_model_solutions_are_hardly_ever_called_wrong(shared_data: Path, record_property: Any) -> None:
    """Of GSM8K solutions by models, few right ones are; of wrong ones far more, though most compute rightly."""
    count, called = Counter[bool](), Counter[bool]()
    for row in rows(shared_data, "gsm8k_example_model_solutions"):
        for entry in row.values():
            if isinstance(entry, dict):
                count[entry["is_correct"]] += 1
                called[entry["is_correct"]] += (
                    judge_steps(row["question"], entry["solution"]).first_error is not None
                )
    record_property("called wrong", f"{dict(called)} of {dict(count)}")
    assert called[True] <= 0.015 * count[True]
    assert called[False] >= 0.07 * count[False]
