"""The space of texts: everything that is a string and not too long."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from gymnasium.spaces import Text
from gymnasium.vector.utils import batch_space
from hypothesis import given
from hypothesis import strategies as st

from rlvr_gym.env import MAX_TEXT
from rlvr_gym.spaces import UnicodeText

SPACE = UnicodeText(MAX_TEXT)


@given(text=st.text(alphabet=st.characters(exclude_categories=()), max_size=100))
def test_any_text_is_inside(text: str) -> None:
    """All of Unicode counts, lone surrogates and control characters too."""
    assert SPACE.contains(text)


@pytest.mark.parametrize("value", [None, b"abc", 3, ["a"], ("a",), np.array(["a"])])
def test_what_is_not_text_is_outside(value: Any) -> None:
    """Only strings are text."""
    assert not SPACE.contains(value)


def test_length_counts_code_points() -> None:
    """The border is inside, one more is not."""
    space = UnicodeText(4)
    assert space.contains("🙂" * 4)
    assert not space.contains("🙂" * 5)
    assert space.contains("")


def test_samples_are_inside_and_repeat_with_their_seed() -> None:
    """Samples are reproducible, of several scripts, and never longer than the space admits."""
    left, right = UnicodeText(MAX_TEXT, seed=3), UnicodeText(MAX_TEXT)
    right.seed(3)
    samples = [left.sample() for _ in range(200)]
    assert samples == [right.sample() for _ in range(200)]
    assert all(left.contains(text) and len(text) <= 64 for text in samples)
    assert any(not text.isascii() for text in samples)
    tiny = UnicodeText(2, seed=0)
    assert all(tiny.contains(tiny.sample()) for _ in range(50))


def test_a_mask_is_refused() -> None:
    """Samples cannot be steered: nobody is misled into thinking so."""
    with pytest.raises(ValueError, match="takes no mask"):
        SPACE.sample(mask=(1, None))


def test_equality_is_length_and_kind() -> None:
    """Spaces compare and hash by length; Gymnasium's own text space is another."""
    assert UnicodeText(5) == UnicodeText(5)
    assert hash(UnicodeText(5)) == hash(UnicodeText(5))
    assert UnicodeText(5) != UnicodeText(6)
    assert UnicodeText(5) != Text(5)
    assert repr(UnicodeText(5)) == "UnicodeText(5)"


def test_copies_and_batches_are_equal_spaces() -> None:
    """A space survives pickling and copying, and Gymnasium can batch it."""
    for twin in (pickle.loads(pickle.dumps(SPACE)), copy.deepcopy(SPACE)):
        assert twin == SPACE
        assert twin.contains("λ🙂")
    batch = batch_space(SPACE, 3)
    assert batch.contains(("a", "λ", ""))
    assert not batch.contains(("a", "λ"))
