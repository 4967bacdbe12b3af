"""The hierarchy of errors, and the hint that names the nearest valid word."""

from __future__ import annotations

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_gym import errors
from rlvr_gym.errors import RlvrError, SandboxError, SandboxUnavailable, nearest

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)]


def test_every_error_has_one_base() -> None:
    """Whoever catches RlvrError catches all that the library raises on purpose, and no bug."""
    assert len(KINDS) == 9
    assert all(issubclass(kind, RlvrError) for kind in KINDS)
    assert not issubclass(RlvrError, ValueError | LookupError | OSError)


def test_an_unavailable_sandbox_is_a_sandbox_error() -> None:
    """Code that waits for a broken sandbox meets a missing one too; the other kinds stand apart."""
    assert issubclass(SandboxUnavailable, SandboxError)
    assert [kind for kind in KINDS if issubclass(kind, SandboxError)] == [SandboxError, SandboxUnavailable]


def test_the_drawing_names_every_error() -> None:
    """The tree at the top of the file holds each class, and `__all__` exports it."""
    for kind in KINDS:
        assert kind.__name__ in (errors.__doc__ or "")
        assert kind.__name__ in errors.__all__


@pytest.mark.parametrize(
    ("word", "valid", "hint"),
    [
        ("rlvr/Maths-v0", ["rlvr/Code-v0", "rlvr/Math-v0"], "; did you mean 'rlvr/Math-v0'?"),
        ("trian", ["train", "held"], "; did you mean 'train'? valid: train, held"),
        ("zzz", ["train", "held"], "; valid: train, held"),
        ("mylab/Foo-v0", ["rlvr/Code-v0", "rlvr/Math-v0"], "; valid: rlvr/Code-v0"),
        ("x", [], ""),
        ("3", range(1, 6), "; did you mean 3 (int)? valid: 1, 2, 3, 4, 5"),
    ],
)
def test_hint_names_the_nearest_word(word: str, valid: list[object], hint: str) -> None:
    """A near word is named, a far one is not; what is valid is listed."""
    assert nearest(word, valid).startswith(hint)


def test_long_lists_are_cut() -> None:
    """At most twelve words are listed."""
    hint = nearest("w77", [f"w{n}" for n in range(100)])
    assert "did you mean 'w77'" in hint
    assert hint.count(", ") == 12
    assert hint.endswith(", ...")


@given(word=st.text(), valid=st.lists(st.text() | st.integers() | st.none()))
def test_any_word_gets_a_hint(word: str, valid: list[object]) -> None:
    """Whatever was written, the hint can be made."""
    assert isinstance(nearest(word, valid), str)
