"""The errors of rlvr-gym.

    RlvrError
    ├── UnknownEnv          no environment of that id, or no such option, split, family or policy
    ├── DuplicateEnv        an id was registered twice
    ├── BadTask             a task, data row, manifest or index is malformed or does not exist
    ├── BadResponse         what was handed over as a response is not text
    ├── SandboxError        the checking infrastructure failed: this is never a reward
    │   └── SandboxUnavailable  the walls cannot be built on this host
    ├── CheckerError        a checker broke its contract
    └── AdapterError        a policy, server or trainer answered with something unusable

A wrong, slow, crashing or cheating *answer* is never an error: it is a `Verdict`.
Messages say what happened, where, and what to do next.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "AdapterError",
    "BadResponse",
    "BadTask",
    "CheckerError",
    "DuplicateEnv",
    "RlvrError",
    "SandboxError",
    "SandboxUnavailable",
    "UnknownEnv",
    "nearest",
]


class RlvrError(Exception):
    """Base of every error that rlvr-gym raises on purpose."""


class UnknownEnv(RlvrError):
    """No environment of that id, or it has no such option, split or family."""


class DuplicateEnv(RlvrError):
    """An environment id was registered twice."""


class BadTask(RlvrError):
    """A task, data row, manifest, index or task id is malformed or does not exist."""


class BadResponse(RlvrError):
    """What was handed over as a response is not text."""


class SandboxError(RlvrError):
    """The checking infrastructure failed; the job has no verdict and earns no number."""


class SandboxUnavailable(SandboxError):
    """The walls cannot be built on this host; the message names the wall and the remedy."""


class CheckerError(RlvrError):
    """A checker broke its contract (for instance returned something that is not a verdict)."""


class AdapterError(RlvrError):
    """A policy, server or trainer answered with something unusable."""


def nearest(word: str, valid: Iterable[object]) -> str:
    """Return "; did you mean 'x'? valid: ..." for an unknown word.

    Args:
        word: what the caller wrote.
        valid: what would have been accepted; at most 12 are listed.
    Returns: a phrase to append to an error message; empty if nothing is valid.
    """
    items = {str(item): item for item in valid}
    words = list(items)
    if not words:
        return ""
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    hint = f"; did you mean {_shown(items[close[0]])}?" if close else ";"
    shown = ", ".join(words[:12]) + (", ..." if len(words) > 12 else "")
    return f"{hint} valid: {shown}"


def _shown(item: object) -> str:
    """Return a valid word as its user would write it; what is no text says so, for "3" is not 3."""
    return repr(item) if isinstance(item, str) else f"{item!r} ({type(item).__name__})"
