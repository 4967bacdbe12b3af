"""What the checker says about an answer: right, wrong, unreadable, or a question for algebra."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from rlvr_gym.envs.math.exact import Tree

__all__ = ["Decision", "Ruling", "rule"]


class Ruling(StrEnum):
    """What `check` can say."""

    RIGHT = "RIGHT"
    WRONG = "WRONG"
    UNREADABLE = "UNREADABLE"
    ASK = "ASK"


class Decision(NamedTuple):
    """A ruling, its reason for the policy, and for ASK the pairs of trees that must all be equal."""

    ruling: Ruling
    reason: str = ""
    pairs: tuple[tuple[Tree, Tree], ...] = ()


def rule(same: bool, reason: str) -> Decision:
    """Return RIGHT, or WRONG for this reason."""
    return Decision(Ruling.RIGHT) if same else Decision(Ruling.WRONG, reason)
