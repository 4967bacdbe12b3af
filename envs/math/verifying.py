"""The checker as a library call: `verify("\\frac{1}{2}", "so it is $\\boxed{0.5}$").reward == 1`.

The same from threads, processes and asyncio: no signal is used, and what needs algebra runs in the sandbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import lru_cache

from rlvr_gym.env import Domain, judge
from rlvr_gym.envs.math.checker import Gold, make_gold
from rlvr_gym.envs.math.judging import LIMITS, grade, job
from rlvr_gym.envs.math.policy import DEFAULT, AnswerPolicy
from rlvr_gym.errors import BadTask
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.sources import TableSource
from rlvr_gym.types import Limits, Task, Verdict

__all__ = ["averify", "verify", "verify_batch"]


def verify(
    gold: str,
    response: str,
    *,
    question: str | None = None,
    policy: AnswerPolicy = DEFAULT,
    limits: Limits = LIMITS,
    sandbox: Sandbox | None = None,
) -> Verdict:
    """Judge one response against a gold answer.

    Args:
        gold: the expected answer, LaTeX or plain text.
        response: what a model wrote, with its final answer in it (see the card for where it is looked for).
        question: the problem, where it is known: it says whether a percentage is asked for.
        policy: conventions of the dataset.
        limits: of the walled child that compares expressions; a hazardous answer costs at most these.
        sandbox: where that child lives; the process-wide one where None. It is started when first needed.
    Returns: reward 1 or 0, or None with NO_VERDICT where the sandbox failed.
    Raises:
        BadTask: if the gold answer is empty.
        BadResponse: if the response is not text.
        SandboxUnavailable: if algebra is needed and no sandbox can be had.
    """
    return verify_batch(
        [gold], [response], questions=[question], policy=policy, limits=limits, sandbox=sandbox
    )[0]


def verify_batch(
    golds: Sequence[str],
    responses: Sequence[str],
    *,
    questions: Sequence[str | None] | None = None,
    policy: AnswerPolicy = DEFAULT,
    limits: Limits = LIMITS,
    sandbox: Sandbox | None = None,
) -> list[Verdict]:
    """Judge many responses in one call of the sandbox.

    Args:
        golds: the expected answer of each response.
        responses: as many.
        questions: as many, or None.
        policy, limits, sandbox: see `verify`.
    Returns: one verdict a response, in order. Where the sandbox fails at one, that one is NO_VERDICT.
    Raises: as `verify`; ValueError: if the lengths differ.
    """
    asked: Sequence[str | None] = [None] * len(golds) if questions is None else questions
    if not len(golds) == len(responses) == len(asked):
        raise ValueError(
            f"there must be as many golds ({len(golds)}) as responses ({len(responses)}) "
            f"and questions ({len(asked)})"
        )
    if not golds:
        return []
    tasks = [
        Task(f"verify-{place}", question or "", _gold(gold, question, policy))
        for place, (gold, question) in enumerate(zip(golds, asked, strict=True))
    ]
    domain = Domain(
        source=TableSource("verify", tasks),
        job=lambda task, response: job(task.reference, response, limits),
        grade=lambda task, result: grade(task.reference.policy, result),
        oracle=lambda task: f"\\boxed{{{task.reference.text}}}",
    )
    return judge(domain, list(zip(tasks, responses, strict=True)), sandbox)


async def averify(
    gold: str,
    response: str,
    *,
    question: str | None = None,
    policy: AnswerPolicy = DEFAULT,
    limits: Limits = LIMITS,
    sandbox: Sandbox | None = None,
) -> Verdict:
    """Judge one response without blocking the event loop; see `verify`."""
    return await asyncio.to_thread(
        verify, gold, response, question=question, policy=policy, limits=limits, sandbox=sandbox
    )


@lru_cache(maxsize=4096)
def _gold(text: str, question: str | None, policy: AnswerPolicy) -> Gold:
    try:
        return make_gold(text, question=question, policy=policy)
    except (ValueError, TypeError, AttributeError) as error:
        raise BadTask(f"the gold answer {str(text)[:80]!r} cannot be used: {error}") from error
