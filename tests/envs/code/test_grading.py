"""Claims from the walls become verdicts on the trusted side."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_gym.envs.code.datasets import from_rows
from rlvr_gym.envs.code.grading import grade
from rlvr_gym.envs.code.reference import CallsReference, Case, JudgeReference
from rlvr_gym.errors import BadTask
from rlvr_gym.types import Ending, Outcome, Result, Task, Verdict

SECRET = 8128
CALLS = Task(
    "calls",
    "",
    CallsReference("f", (Case((1,), {}, 2),), lambda: (Case((2,), {}, 3), Case((3,), {}, SECRET))),
)
PROGRAM = from_rows([{"id": "p", "prompt": "", "stdin": ["1", "2"], "stdout": ["a\n", "b\n"]}])[0]
JUDGED = Task("judged", "", JudgeReference("f", "assert f(1)", "asserts"))
RIGHT = [{"ok": 2}, {"ok": 3}, {"ok": SECRET}]


def replied(value: Any) -> Result:
    """Return a complete reply."""
    return Result(Ending.REPLIED, value)


def test_all_calls_right_earn_one() -> None:
    """Public examples and hidden tests must all be right."""
    assert grade(CALLS, replied({"calls": RIGHT})) == Verdict.correct("passed all 2 hidden tests")


def test_one_wrong_hidden_value_earns_nothing() -> None:
    """Feedback counts hidden tests and shows none of them."""
    verdict = grade(CALLS, replied({"calls": [*RIGHT[:2], {"ok": SECRET + 1}]}))
    assert (verdict.outcome, verdict.reward) == (Outcome.WRONG, 0.0)
    assert verdict.feedback == "passed 1 of 2 hidden tests; first hidden failure: wrong value"


def test_failing_public_example_is_named() -> None:
    """The policy has seen it already."""
    verdict = grade(CALLS, replied({"calls": [{"error": "ZeroDivisionError: x", "trace": ""}, *RIGHT[1:]]}))
    assert verdict.outcome is Outcome.CRASHED
    assert verdict.feedback == "public example 1 failed: ZeroDivisionError; passed 2 of 2 hidden tests"


def test_message_of_an_exception_never_reaches_the_feedback() -> None:
    """A program could put a hidden input into its type or its message."""
    for text in (f"ValueError: {SECRET}", f"Input{SECRET}: x", f"KeyError: {SECRET}"):
        for value in ({"calls": [*RIGHT[:2], {"error": text}]}, {"error": text, "trace": text}):
            feedback = grade(CALLS, replied(value)).feedback
            assert str(SECRET) not in feedback
            assert "ValueError" not in feedback or "calls" not in value


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        ("SyntaxError: invalid syntax", Outcome.UNPARSABLE),
        ("IndentationError: unexpected indent", Outcome.UNPARSABLE),
        ("NameError: name 'x' is not defined", Outcome.CRASHED),
        ("AttributeError: no f", Outcome.CRASHED),
    ],
)
def test_program_that_does_not_load_is_named(error: str, outcome: Outcome) -> None:
    """What is not Python is unparsable; what fails while loading has crashed."""
    assert grade(CALLS, replied({"error": error, "trace": ""})).outcome is outcome
    assert grade(JUDGED, replied({"passed": False, "error": error, "loaded": False})).outcome is outcome


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"passed": True},
        {"calls": RIGHT[:2]},
        {"calls": [*RIGHT, RIGHT[0]]},
        {"calls": RIGHT, "passed": True},
        {"calls": tuple(RIGHT)},
        {"calls": [2, 3, SECRET]},
        {"calls": [{"ok": 2, "error": ""}, *RIGHT[1:]]},
        {"calls": [{}, *RIGHT[1:]]},
        {"calls": [{"error": 1}, *RIGHT[1:]]},
        {"error": 1},
    ],
)
def test_reply_that_no_runner_writes_is_refused(value: Any) -> None:
    """The program may forge any claim; a strange one earns nothing and is called a cheat."""
    assert grade(CALLS, replied(value)).outcome is Outcome.FORBIDDEN


def test_output_of_every_run_must_be_right() -> None:
    """A run that is missing, fails or prints something else earns nothing."""

    def run(text: bytes, code: Any = 0, ending: str = "replied") -> dict[str, Any]:
        return {"ending": ending, "exit": code, "stdout": text, "detail": ""}

    assert grade(PROGRAM, replied({"runs": [run(b"a"), run(b"b")]})).reward == 1.0
    for runs, outcome in (
        ([run(b"a"), run(b"a")], Outcome.WRONG),
        ([run(b"a"), run(b"b", 1)], Outcome.CRASHED),
        ([run(b"a")], Outcome.CRASHED),
        ([run(b"a"), run(b"b", 0, "exited")], Outcome.CRASHED),
        ([run(b"a"), run(b"b", None)], Outcome.FORBIDDEN),
        ([], Outcome.FORBIDDEN),
        ([run(b"a"), run(b"b"), run(b"c")], Outcome.FORBIDDEN),
    ):
        assert grade(PROGRAM, replied({"runs": runs})).outcome is outcome


def test_judge_must_say_that_the_tests_passed() -> None:
    """Only the exact reply of the judge's child is a pass."""
    assert grade(JUDGED, replied({"passed": True})).reward == 1.0
    wrong = grade(JUDGED, replied({"passed": False, "error": f"AssertionError: {SECRET}", "loaded": True}))
    assert (wrong.outcome, str(SECRET) in wrong.feedback) == (Outcome.WRONG, False)
    crashed = grade(JUDGED, replied({"passed": False, "error": "KeyError: 1", "loaded": True}))
    assert crashed.outcome is Outcome.CRASHED
    for value in (
        {"passed": 1},
        {"passed": "True"},
        {"passed": True, "x": 1},
        {"passed": False},
        {"calls": []},
    ):
        assert grade(JUDGED, replied(value)).outcome is Outcome.FORBIDDEN


@pytest.mark.parametrize("ending", [ending for ending in Ending if ending is not Ending.REPLIED])
def test_child_without_reply_earns_nothing(ending: Ending) -> None:
    """Even if a right value came along."""
    for task, value in ((CALLS, {"calls": RIGHT}), (JUDGED, {"passed": True})):
        assert grade(task, Result(ending, value, "detail")).reward == 0.0


def test_task_without_reference_is_an_error() -> None:
    """A task that went through a pickle must be made again, not judged."""
    with pytest.raises(BadTask, match="by_id"):
        grade(Task("lost", ""), replied({}))


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.binary()
    | st.sampled_from(["calls", "ok", "error"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["calls", "ok", "error", "runs", "passed", "exit", 1]), inner, max_size=3
        )
    ),
    max_leaves=10,
)


@given(PLAIN)
def test_no_claim_raises_or_earns(value: Any) -> None:
    """Whatever plain data comes back, there is a verdict, and it is 0 unless the values are right."""
    for task in (CALLS, PROGRAM):
        assert grade(task, replied(value)).reward == 0.0
    assert grade(JUDGED, replied(value)).reward == float(
        value == {"passed": True} and value["passed"] is True
    )
