"""Extraction: which part of a response counts as its answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_gym.envs.math.answer import WINDOW, find_answer


@pytest.mark.parametrize(
    ("response", "parts"),
    [
        ("so $\\boxed{12}$.", ("12",)),
        ("\\boxed {12}", ("12",)),
        ("\\fbox{12}", ("12",)),
        ("\\boxed{\\frac{1}{2}}", ("\\frac{1}{2}",)),
        ("\\boxed{\\{1, 2\\}}", ("\\{1, 2\\}",)),
        ("\\boxed{\\boxed{12}}", ("\\boxed{12}",)),
        ("First \\boxed{3} apples. Then the total is \\boxed{7}.", ("7",)),
        ("\\boxed{5} open \\boxed{6", ("5",)),
        ("<think>\\boxed{1}</think> \\boxed{2}", ("2",)),
    ],
)
def test_the_last_closed_box_is_the_answer(response: str, parts: tuple[str, ...]) -> None:
    """The content of the last outermost box counts, braces matched."""
    found = find_answer(response)
    assert found is not None
    assert found.place == "box"
    assert found.parts == parts


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ("work\n#### 18", "18"),
        ("work\nA: 1,080", "1,080"),
        ("The answer is 72.", "72"),
        ("The answer is: 72", "72"),
        ("**Answer:** 72", "72"),
        ("**Final answer:** $\\dfrac{14}{3}$", "$\\dfrac{14}{3}$"),
        ("The answer is $26. I hope it is correct.", "$26"),
        ("<answer>72</answer>", "72"),
        ("答案是12。", "12"),
        ("#### 1\n#### 2", "2"),
        ("Final answer:\n72", "72"),
    ],
)
def test_without_a_box_the_last_stated_form_is_the_answer(response: str, answer: str) -> None:
    """#### n, A: n, `answer is`, `answer:` and <answer> are read to the end of their sentence."""
    found = find_answer(response)
    assert found is not None
    assert (found.place, found.parts) == ("stated", (answer,))


@pytest.mark.parametrize(
    "response",
    [
        "$\\boxed{3}$ or $\\boxed{4}$",
        "\\boxed{4}\\boxed{3}",
        "\\boxed{4} \\text{ or } \\boxed{3}",
        "\\boxed{4} \\lor \\boxed{3}",
        "\\boxed{4} \\quad \\boxed{3}",
        "$\\boxed{4}$ (or $\\boxed{3}$)",
        "**\\boxed{4}** / **\\boxed{3}**",
        "\\[\\boxed{4}\\]\n\nor\n\n\\[\\boxed{3}\\]",
        "$\\boxed{4}$, and maybe $\\boxed{3}$",
        "$\\boxed{3}$ or 4",
        "4 or $\\boxed{3}$",
        "\\boxed{3}\nFinal answer: 4",
        "\\boxed{4}\n#### 3",
    ],
)
def test_values_in_one_statement_all_count(response: str) -> None:
    """A hedge around the last box becomes a second part."""
    found = find_answer(response)
    assert found is not None
    assert {part.strip("$. ") for part in found.parts} == {"3", "4"}


def test_the_same_value_twice_is_one_part() -> None:
    """Repeating an answer is no hedge."""
    found = find_answer("$\\boxed{3}$ and again $\\boxed{3}$ or \\boxed{3}")
    assert found is not None
    assert found.parts == ("3",)


@pytest.mark.parametrize(
    "response", ["", "  \n", "I do not know.\nSorry.", "x" * 1000, "<think>\\boxed{1}</think>"]
)
def test_a_response_without_an_answer_gives_none(response: str) -> None:
    """No rule finds an answer in prose of several lines or in thoughts alone."""
    assert find_answer(response) is None


def test_only_the_end_of_a_response_is_searched() -> None:
    """A box followed by more than WINDOW characters is not found."""
    assert find_answer("\\boxed{5}" + "x" * WINDOW) is None
    assert find_answer("x" * (WINDOW * 3) + "\\boxed{5}") is not None


@given(st.text() | st.text(alphabet="\\{}boxed $or,#A:.\n12"))
def test_arbitrary_text_never_raises(text: str) -> None:
    """Extraction is total."""
    found = find_answer(text)
    assert found is None or all(isinstance(part, str) for part in found.parts)
