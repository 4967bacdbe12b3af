"""Which part of a response is the program."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_gym.envs.code.response import MAX_BYTES, defines, extract
from rlvr_gym.errors import BadResponse


def block(body: str, label: str = "python") -> str:
    """Return a fenced block."""
    return f"```{label}\n{body}\n```\n"


@pytest.mark.parametrize("label", ["python", "py", "Python", "python3", "{.python}", "python title=x", ""])
def test_labelled_or_bare_block_is_the_program(label: str) -> None:
    """Blocks labelled as Python count, and so do blocks without a label where there is no other."""
    assert extract(f"Here it is:\n{block('x = 1', label)}Done.") == ("x = 1\n", "", True)


def test_last_of_two_programs_counts() -> None:
    """Two programs are no hedge: the last one is judged alone."""
    assert extract(block("x = 1") + "or\n" + block("x = 2")).program == "x = 2\n"


def test_labelled_block_wins_over_a_later_bare_one() -> None:
    """Sample output in a bare block after the program is not taken for the program."""
    assert extract(block("x = 1") + "Output:\n" + block("1", "")).program == "x = 1\n"


def test_last_block_that_defines_the_entry_point_counts() -> None:
    """A block that only shows a call of the function does not replace the function."""
    text = block("def f():\n    return 1") + "Usage:\n" + block("print(f())")
    assert extract(text, "f").program == "def f():\n    return 1\n"
    assert extract(text).program == "print(f())\n"


def test_reasoning_does_not_count() -> None:
    """A program inside the reasoning, closed or not, earns nothing."""
    assert extract(f"<think>{block('x = 1')}</think>\n{block('x = 2')}").program == "x = 2\n"
    assert extract(f"<think>{block('x = 1')}</think>").program is None
    assert extract(f"<think>{block('x = 1')}").program is None
    assert extract(f"{block('x = 1')}</think>{block('x = 2')}").program == "x = 2\n"


def test_other_labels_never_count() -> None:
    """A response with only a shell or text block holds no program."""
    found = extract(block("x = 1", "text") + block("ls", "bash"))
    assert found.program is None
    assert "labelled python" in found.reason


def test_text_without_fence_is_the_program() -> None:
    """Leading spaces stay, so that a completion can be joined to its prompt."""
    assert extract("    return 1\n") == ("    return 1\n", "", False)


def test_fences_nest_by_length_and_indentation_is_removed() -> None:
    """A longer fence may hold a shorter one, and an indented block loses its margin."""
    assert extract("````python\nx = '''\n```\n'''\n````\n").program == "x = '''\n```\n'''\n"
    assert extract("1. So:\n   ```python\n   if a:\n       b\n   ```\n").program == "if a:\n    b\n"
    assert extract("~~~python\nx = 1\n~~~\n").program == "x = 1\n"
    assert extract("```python\r\nx = 1\r\n```\r\n").program == "x = 1\n"


def test_unclosed_last_block_runs_to_the_end() -> None:
    """A response that stops before its closing fence is still read."""
    assert extract("```python\nx = 1").program == "x = 1\n"


@pytest.mark.parametrize("empty", ["", " \n\t", "```python\n```", "```python\n   \n```"])
def test_empty_response_holds_no_program(empty: str) -> None:
    """Nothing is not a program."""
    assert extract(empty).program is None


def test_response_over_one_mebibyte_is_unusable() -> None:
    """The limit counts bytes, not characters."""
    assert extract("#" * MAX_BYTES).program is not None
    for text in ("#" * (MAX_BYTES + 1), "é" * (MAX_BYTES // 2 + 1)):
        found = extract(text)
        assert found.program is None
        assert "longer than" in found.reason


def test_lone_surrogate_is_unusable_and_other_types_are_refused() -> None:
    """What cannot be written as UTF-8 cannot be a program; what is no text is the caller's mistake."""
    assert "surrogate" in extract("x = '\ud800'").reason
    with pytest.raises(BadResponse, match="bytes"):
        extract(b"x = 1")  # type: ignore[arg-type]  # the mistake under test


@pytest.mark.parametrize(
    "program",
    [
        "def f(x):",
        "async def f (x):",
        "class f:",
        "f = 1",
        "f: int = 1",
        "from m import f",
        "import f",
        "import f, g",
    ],
)
def test_first_column_binding_defines_a_name(program: str) -> None:
    """Definitions, assignments and imports count where they begin in the first column."""
    assert defines("import os\n" + program + "\n", "f")
    assert not defines(program.replace("f", "ff").replace("deff", "def").replace("ffrom", "from"), "f")


def test_nested_or_compared_name_is_not_defined() -> None:
    """A method, a comparison or a mention defines nothing."""
    for program in ("class A:\n    def f(self): pass", "f == 1", "print(f)", "# def f()"):
        assert not defines(program, "f")


def test_hostile_fences_take_linear_time() -> None:
    """A mebibyte of fences, brackets or tags is read in well under a second of CPU each."""
    for piece in (
        "```python\n",
        "`" * 50 + "\n",
        "~~~\n```\n",
        "<think>",
        "</think>",
        "f" * 99 + ":\n",
        "\n",
        "{.{ ",
    ):
        text = piece * (MAX_BYTES // len(piece))
        start = time.process_time()
        extract(text, "f")
        assert time.process_time() - start < 5.0


@given(st.text(), st.text(alphabet="`~<think>/py\n {}", max_size=80))
def test_arbitrary_text_never_raises(left: str, right: str) -> None:
    """Whatever a policy writes, there is a program or a reason."""
    found = extract(left + right, "f")
    assert (found.program is None) == bool(found.reason)
