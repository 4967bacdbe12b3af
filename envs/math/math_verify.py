"""`parse` and `verify` in the shape of the package math-verify, for people who switch.

    from rlvr_gym.envs.math.math_verify import parse, verify
    verify(parse("$\\frac12$"), parse("... so it is $\\boxed{0.5}$"))        # True

What differs: the rules are those of this checker (the card, `envs/math/README.md`); a comparison runs inside
the sandbox and not under an alarm signal, so it works in threads; several different final answers are one
answer that is wrong, not a choice for the best; a failure of the sandbox raises, where a False would train.
"""

from __future__ import annotations

from collections.abc import Sequence

from rlvr_gym.envs.math import verifying
from rlvr_gym.envs.math.answer import find_answer
from rlvr_gym.envs.math.policy import DEFAULT, AnswerPolicy
from rlvr_gym.errors import SandboxError
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Outcome

__all__ = ["parse", "verify"]

_MAX_BARE = 4000  # characters of a text that is its own answer


def parse(text: str) -> list[str]:
    """Find the final answer in a text.

    Args:
        text: a response, or a gold answer by itself.
    Returns: the answer's parts as written; the whole text where no rule finds an answer in a short one; empty
        where there is none.
    """
    found = find_answer(text)
    if found is not None:
        return list(found.parts)
    bare = text.strip()
    return [bare] if bare and len(bare) <= _MAX_BARE else []


def verify(
    gold: str | Sequence[str],
    target: str | Sequence[str],
    *,
    policy: AnswerPolicy = DEFAULT,
    sandbox: Sandbox | None = None,
) -> bool:
    """Tell whether a parsed response has the gold answer.

    Args:
        gold: from `parse`, or the gold answer itself; several parts are alternatives.
        target: from `parse`, or the answer itself; every part must be right.
        policy, sandbox: see `rlvr_gym.envs.math.verify`.
    Returns: True for CORRECT, False for every other verdict.
    Raises: SandboxError: where there is no verdict.
    """
    golds = [gold] if isinstance(gold, str) else [str(part) for part in gold]
    parts = [target] if isinstance(target, str) else [str(part) for part in target]
    if not golds or not parts:
        return False
    response = " ".join(f"$\\boxed{{{part}}}$" for part in parts)
    for verdict in verifying.verify_batch(golds, [response] * len(golds), policy=policy, sandbox=sandbox):
        if verdict.outcome is Outcome.NO_VERDICT:
            raise SandboxError(f"the answer could not be judged: {verdict.feedback}")
        if verdict.outcome is Outcome.CORRECT:
            return True
    return False
