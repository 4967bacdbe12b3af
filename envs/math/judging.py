"""From a response to its verdict: decided at once, or by one job inside the walls."""

from __future__ import annotations

import logging

from rlvr_gym.envs.math.checker import Gold, Ruling, check
from rlvr_gym.envs.math.exact import depth_of
from rlvr_gym.envs.math.policy import AnswerPolicy
from rlvr_gym.types import Job, Limits, Result, Verdict

__all__ = ["LIMITS", "grade", "job"]

LIMITS = Limits(cpu_s=1.0, wall_s=30.0, memory_mb=768, output_kb=64)
_log = logging.getLogger(__name__)
_MAX_DEPTH = 150  # levels; a payload made from a response must always be sendable
_MAX_PAYLOAD = 1 << 20  # characters


def job(gold: Gold, response: str, limits: Limits = LIMITS) -> Job | Verdict:
    """Judge a response where that needs no algebra, or say what algebra has to decide.

    Args:
        gold: from `make_gold`.
        response: any text.
        limits: of the walled child that compares expressions.
    Returns: a verdict, or the one job whose result `grade` judges. Where the checker itself fails, there is
        no verdict on this one response, and the failure is logged.
    """
    try:
        decision = check(response, gold)
    except Exception as error:  # a fault of ours: it must strike this response alone, and be no reward
        _log.exception("the math checker failed at a response of %d characters", len(response))
        return Verdict.no_verdict(f"the checker failed: {type(error).__name__}")
    if decision.ruling is Ruling.RIGHT:
        return Verdict.correct(evidence="exact")
    if decision.ruling is Ruling.WRONG:
        return Verdict.wrong(decision.reason)
    if decision.ruling is Ruling.UNREADABLE:
        return Verdict.unparsable(decision.reason)
    pairs = [[left, right] for left, right in decision.pairs]
    if depth_of(pairs) > _MAX_DEPTH:
        return Verdict.unparsable("the answer is nested too deep to be compared")
    if len(repr(pairs)) > _MAX_PAYLOAD:
        return Verdict.unparsable("the answer is too long to be compared")
    return Job("symbolic", {"pairs": pairs}, limits, image="sympy")


def grade(policy: AnswerPolicy, result: Result) -> Verdict:
    """Judge what came back from the walls.

    Args:
        policy: of the gold; it says whether agreement without a proof is enough.
        result: of the job that `job` made.
    Returns: the verdict; TIMEOUT or MEMORY where the comparison itself ran out.
    """
    failed = result.failure()
    if failed is not None:
        return failed
    claim = result.value
    if not isinstance(claim, dict) or not {"equal", "evidence"} <= claim.keys():
        return Verdict.no_verdict("the symbolic runner gave no ruling")
    if claim["equal"] is True and claim["evidence"] in ("proved", "probed"):
        if claim["evidence"] == "proved" or policy.probed:
            return Verdict.correct(evidence=claim["evidence"])
        return Verdict.wrong("the answer could not be proved to equal the expected one")
    if claim["equal"] is False:
        return Verdict.wrong("not the answer")
    return Verdict.wrong("the answer could not be shown to equal the expected one")
