"""The scripted answers state what they are meant to state."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_gym.policies import answers


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ("so \\boxed{\\frac{1}{2}} yes", "\\frac{1}{2}"),
        ("\\boxed{1} then \\boxed{2}", "2"),
        ("\\boxed{open", "open"),
        ("first\n#### 7 ", "#### 7"),
        ("", ""),
    ],
)
def test_the_stated_answer_is_the_last_box_or_the_last_line(response: str, expected: str) -> None:
    """Braces are balanced."""
    assert answers.stated_answer(response) == expected


@given(st.integers(-(10**12), 10**12), st.integers())
def test_a_hedge_contains_the_gold_but_never_states_it(gold: int, seed: int) -> None:
    """It fools "contains"; a reader of the final statement finds another answer, or several."""
    hedge = answers.hedge(str(gold), random.Random(seed))
    assert str(gold) in hedge
    assert answers.stated_answer(hedge) != str(gold)


def test_copying_states_the_last_number_of_the_prompt() -> None:
    """A fraction and a decimal are one number; without any it is 0."""
    assert answers.copy("Add 3 and -2.5 to 1/4.") == "\\boxed{1/4}"
    assert answers.copy("Add 3 and -2.5.") == "\\boxed{-2.5}"
    assert answers.copy("Which?") == "\\boxed{0}"
