"""Asks a policy for responses and hands them on as they come, whatever the policy does wrong."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace

from rlvr_gym.errors import AdapterError
from rlvr_gym.evaluation.summary import commonest
from rlvr_gym.policies.base import Completion, Policy, Request, StreamingPolicy

__all__ = ["Answers", "answers"]

Answers = list[tuple[int, Completion]]


def answers(policy: Policy, requests: Sequence[Request], batch: int) -> Generator[Answers]:
    """Yield groups of (place of the request, completion), each place once.

    Args:
        policy: one that streams is asked for everything at once, any other for a batch at a time.
        requests: to answer.
        batch: requests at a time; also how many refusals in a row, from the start, end the attempt.
    Raises: AdapterError: if each of the first `batch` requests was refused in a way that asking again
        would not change (a wrong key or model); no completion has been handed on then.
    """
    enough = min(batch, len(requests))
    held: Answers = []
    started = False
    with closing(_groups(policy, requests, batch)) as groups:
        for group in groups:
            if started:
                yield group
                continue
            held += group
            if not all(completion.refused for _, completion in held):
                started = True
                yield held
            elif len(held) >= enough:
                why = commonest(completion.error or "" for _, completion in held)
                raise AdapterError(f"stopped: every request so far was refused: {why}. No answer was lost")


def _groups(policy: Policy, requests: Sequence[Request], batch: int) -> Generator[Answers]:
    if isinstance(policy, StreamingPolicy):
        with closing(policy.stream(requests)) as groups:
            for group in groups:
                yield [(place, _checked(completion)) for place, completion in group]
        return
    for start in range(0, len(requests), batch):
        yield list(enumerate(_generate(policy, requests[start : start + batch]), start))


def _generate(policy: Policy, requests: Sequence[Request]) -> list[Completion]:
    """Ask the policy; what it cannot or may not answer becomes a completion with an error."""
    try:
        completions = policy.generate(requests)
    except AdapterError as error:
        return [Completion.failed(str(error)) for _ in requests]
    if len(completions) != len(requests):
        wrong = f"policy {policy.name!r} gave {len(completions)} completions for {len(requests)} requests"
        return [Completion.failed(wrong) for _ in requests]
    return [_checked(completion) for completion in completions]


def _checked(completion: Completion) -> Completion:
    if completion.error is not None:
        return replace(completion, text="", finish="error")
    text: object = completion.text  # a policy from outside may not keep to the types
    if not isinstance(text, str):
        return Completion.failed(f"the policy answered {type(text).__name__}, not text")
    return completion
