"""Which conventions of answers a dataset's authors chose, and how a user changes them.

Where a published grader is named, that is what was read; what it does beyond the conventions of
`AnswerPolicy` (substring matches, evaluating text) is nobody's convention and is not repeated here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from rlvr_gym.envs.math.policy import DEFAULT, AnswerPolicy
from rlvr_gym.errors import BadTask, UnknownEnv, nearest

__all__ = ["POLICIES", "Given", "changed", "checked_changes"]

Given = AnswerPolicy | Mapping[str, Any] | None

POLICIES: Mapping[str, AnswerPolicy] = MappingProxyType(
    {
        # One number after "####"; percentages only where the question asks for one.
        "gsm8k": DEFAULT,
        # The graders of MATH and of PRM800K drop \% from both sides and units from the end.
        "math": AnswerPolicy(percent="bare"),
        # An integer from 0 to 999 is asked for, so a percentage never stands for it.
        "aime": AnswerPolicy(evaluated="closed", percent="exact"),
        # Numbers, as the contest's choices were turned into them; the statement says in which form.
        "amc": DEFAULT,
        # Its judge takes x, x/100 and 100x for one another (we: 25% for 25), answers without their unit and
        # in any order; the column `error` is an absolute error and becomes the tolerance of that row.
        "olympiadbench": AnswerPolicy(percent="bare", unit="optional", lists="free"),
        # Measured quantities. The grader in the appendix of Lewkowycz et al. 2022 (arXiv 2206.14858) names a
        # threshold of 1%, but applies it only to numbers below 1e-8 in size; elsewhere it asks for 1e-5
        # (numpy.isclose). Qwen2.5-Math's evaluation, which most reports use, takes 1e-4 throughout.
        "minerva": AnswerPolicy(tolerance=Fraction(1, 10_000), unit="optional"),
        # Olympiad answers, most of them exact; its authors judge by a model.
        "omni_math": DEFAULT,
        # AIME, AMC, Omni-MATH and STILL rows; the authors' reward is MATH's grader and sympy.
        "deepscaler": DEFAULT,
        # Every answer was turned into an integer; the authors' reward compares normalised text.
        "dapo": AnswerPolicy(evaluated="closed", percent="exact"),
        # Open-ended, closed-form answers from ten sources; its authors used Math-Verify.
        "big_math": DEFAULT,
        # Textbook answers: decimals are rounded (interest, distances), so what rounds to them is right.
        "college_math": AnswerPolicy(rounding="stated"),
        "plain": DEFAULT,
    }
)


def checked_changes(given: Given) -> AnswerPolicy | dict[str, Any] | None:
    """Check a `policy` option before any row is read.

    Args:
        given: a whole policy, or the fields to change in the dataset's own; a tolerance may be a number or
            text such as "1/100".
    Returns: the same, its tolerance a Fraction.
    Raises:
        UnknownEnv: for an unknown field, naming the nearest.
        BadTask: for a value that a field cannot have.
    """
    if given is None or isinstance(given, AnswerPolicy):
        return given
    if not isinstance(given, Mapping):
        raise BadTask(f"policy is an AnswerPolicy or a mapping of its fields, not {type(given).__name__}")
    names = [field.name for field in fields(AnswerPolicy)]
    for name in given:
        if name not in names:
            raise UnknownEnv(f"unknown convention {name!r} in policy{nearest(str(name), names)}")
    changes = dict(given)
    if isinstance(changes.get("tolerance"), str | int | float):
        try:
            changes["tolerance"] = Fraction(str(changes["tolerance"]))
        except (ValueError, ZeroDivisionError) as error:
            raise BadTask(f"the tolerance {changes['tolerance']!r} in policy is no number") from error
    try:
        replace(DEFAULT, **changes)
    except ValueError as error:
        raise BadTask(f"policy: {error}") from error
    return changes


def changed(
    own: AnswerPolicy, row: Mapping[str, Any], given: AnswerPolicy | dict[str, Any] | None
) -> AnswerPolicy:
    """Return the conventions of one row.

    Args:
        own: of the dataset.
        row: fields that the row itself sets, such as its tolerance.
        given: from `checked_changes`; fields win over the row's, a whole policy over everything.
    """
    if isinstance(given, AnswerPolicy):
        return given
    changes = {**row, **(given or {})}
    return replace(own, **changes) if changes else own
