"""What maps prompts to responses: the seam between an evaluation and any model, script or server."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from rlvr_gym.types import Message

__all__ = ["Completion", "Policy", "Request", "StreamingPolicy", "settings_of"]


@dataclass(frozen=True, slots=True)
class Request:
    """One response that is wanted.

    Args:
        task_id: of the task, for scripted and replayed policies; a model ignores it.
        messages: the conversation so far, the last from "user".
        sample: which of the samples of this task, 0-based.
        seed: of the evaluation; a policy that draws derives its stream from (seed, task_id, sample).
    """

    task_id: str
    messages: tuple[Message, ...]
    sample: int = 0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Completion:
    """One response.

    Args:
        text: what was answered; empty where `error` is set.
        token_ids: the exact sampled tokens, where the policy knows them.
        logprobs: one natural-log probability for each token id.
        finish: "stop", "length", or what the server said; "error" where `error` is set.
        tokens: how many were sampled, where the policy knows it.
        error: why there is no response, or None. Such a row has no verdict and is counted apart.
        refused: whether the same request would fail again (a wrong key or model, not a busy server).
    """

    text: str
    token_ids: tuple[int, ...] | None = None
    logprobs: tuple[float, ...] | None = None
    finish: str = "stop"
    tokens: int | None = None
    error: str | None = None
    refused: bool = False

    @classmethod
    def failed(cls, error: str, *, refused: bool = False) -> Completion:
        """Return the completion of a request that got no answer."""
        return cls("", finish="error", error=error, refused=refused)


class Policy(Protocol):
    """Anything that answers requests, one completion for each and in their order."""

    @property
    def name(self) -> str:
        """A short name for tables and records."""

    def generate(self, requests: Sequence[Request]) -> list[Completion]:
        """Answer a batch. Raises AdapterError where the whole batch failed."""


@runtime_checkable
class StreamingPolicy(Policy, Protocol):
    """A policy that hands answers over as they arrive, so that an interruption loses none of them."""

    def stream(self, requests: Sequence[Request]) -> Generator[list[tuple[int, Completion]]]:
        """Yield groups of (place of the request, completion), each place once, in any order."""


def settings_of(policy: Policy) -> dict[str, Any]:
    """Return the name of a policy and its `settings`, if it has any, for the record of a run."""
    extra = getattr(policy, "settings", None)
    return {"name": policy.name, **(dict(extra) if isinstance(extra, Mapping) else {})}
