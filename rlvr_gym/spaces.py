"""A space of Unicode text: Gymnasium's `Text` admits a fixed alphabet only."""

from __future__ import annotations

from typing import Any

from gymnasium.spaces import Text

__all__ = ["UnicodeText"]

# Samples mix scripts, so that a checker meets more than ASCII when a test steps with samples.
_SAMPLE_ALPHABET = "abcxyz 0123456789+-*/=()[]{}\\$.,;:'\"\n\tåßλπ√≤中文数🙂"


class UnicodeText(Text):
    """Any string of up to `max_length` characters.

    Args:
        max_length: in code points.
        seed: for `sample`.
    """

    def __init__(self, max_length: int, *, seed: int | None = None) -> None:
        super().__init__(max_length, min_length=0, charset=_SAMPLE_ALPHABET, seed=seed)

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        """Return a random string of at most 64 characters of several scripts."""
        if mask is not None or probability is not None:
            raise ValueError("UnicodeText.sample takes no mask and no probability")
        length = int(self.np_random.integers(0, min(64, self.max_length) + 1))
        picks = self.np_random.integers(0, len(_SAMPLE_ALPHABET), size=length)
        return "".join(_SAMPLE_ALPHABET[int(pick)] for pick in picks)

    def contains(self, x: Any) -> bool:
        """Return whether x is a string of at most `max_length` characters."""
        return isinstance(x, str) and len(x) <= self.max_length

    def __repr__(self) -> str:
        return f"UnicodeText({self.max_length})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UnicodeText) and self.max_length == other.max_length

    def __hash__(self) -> int:
        return hash((UnicodeText, self.max_length))
