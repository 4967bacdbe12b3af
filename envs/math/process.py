"""Process rewards: what a right computation is worth where the answer is wrong, and what a slip costs.

| final answer | steps | reward |
|---|---|---|
| right | none found wrong | 1 |
| right | one found wrong | 0.9 |
| wrong | they derive the answer from the problem's numbers, none found wrong | 0.3 |
| wrong | the same, but one is wrong; a step of the derivation before it is right | 0.1 |
| wrong | anything else | 0 |
| none, or unreadable | anything | 0 |

Nothing is counted, so nothing can be padded: a step is part of the derivation only if it computes something
new out of given or derived numbers, and the answer rests on it. The steps are judged without the gold answer.
A sum of the problem's numbers that misses the point is such a derivation too: 0.3 is the price of not knowing
the plan.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from rlvr_gym.envs.math import judging
from rlvr_gym.envs.math.answer import find_answer
from rlvr_gym.envs.math.checker import Gold
from rlvr_gym.envs.math.exact import depth_of, exact
from rlvr_gym.envs.math.notation import Unreadable
from rlvr_gym.envs.math.parse import parse
from rlvr_gym.envs.math.provenance import Origins
from rlvr_gym.envs.math.shape import split_unit
from rlvr_gym.envs.math.steps import StepReport, judge_steps, settle
from rlvr_gym.types import Ending, Job, Limits, Outcome, Result, StepVerdict, Verdict

__all__ = ["BROKEN", "SLIP", "SOUND", "credited", "derivation", "grade", "job"]

SOUND = 0.3  # a wrong answer, derived without an error that was found
BROKEN = 0.1  # a wrong answer, derived rightly up to the first error
SLIP = 0.1  # what an error costs a right answer
_MAX_DEPTH = 60  # levels of a tree that algebra is asked about


def job(gold: Gold, question: str, response: str, limits: Limits) -> Job | Verdict:
    """Judge answer and steps where that needs no algebra, or say what algebra has to decide.

    Where the answer itself needs algebra, the steps do without: nothing in them can cost the answer its time.

    Args:
        gold: from `make_gold`.
        question: the problem as the policy sees it.
        response: any text.
        limits: of the walled child that compares expressions.
    Returns: a verdict, or the one job whose result `grade` judges.
    """
    made = judging.job(gold, response, limits)
    if isinstance(made, Job):
        return made
    report = judge_steps(question, response)
    checks = [[left, right] for left, right in report.pairs]
    if made.outcome is Outcome.UNPARSABLE or not checks or depth_of(checks) > _MAX_DEPTH:
        return credited(made, report, question, response)
    return Job("symbolic", {"pairs": [], "checks": checks}, limits, image="sympy")


def grade(gold: Gold, question: str, response: str, result: Result) -> Verdict:
    """Judge what came back from the walls; a child that failed leaves steps unjudged, not a decided answer.

    Args:
        gold, question, response: as in `job`.
        result: of the job that it made.
    Returns: the verdict with its steps.
    """
    report = judge_steps(question, response)
    made = judging.job(gold, response)
    if isinstance(made, Job):
        return credited(judging.grade(gold.policy, result), report, question, response)
    claim = result.value if result.ending is Ending.REPLIED else None
    answers = claim.get("checks") if isinstance(claim, dict) else None
    if not isinstance(answers, list) or len(answers) != len(report.pairs):
        answers = []
    known = [answer if isinstance(answer, bool) else None for answer in answers]
    return credited(made, settle(report, known), question, response)


def credited(verdict: Verdict, report: StepReport, question: str, response: str) -> Verdict:
    """Add judged steps, their credit and what they are worth to the verdict on an answer.

    Args:
        verdict: on the answer alone.
        report: from `judge_steps`.
        question, response: what it was made from.
    Returns: the verdict with steps, feedback and the reward of the table above; NO_VERDICT keeps its None.
    """
    first = report.first_error
    derived = [place for place in derivation(report, question, response) if report.steps[place].right]
    sound = [place for place in derived if first is None or place < first]
    steps = tuple(
        StepVerdict(place + 1, step.right, step.reason, (step.start, step.end), _credit(place, sound, first))
        for place, step in enumerate(report.steps)
    )
    reward = verdict.reward
    if verdict.outcome is Outcome.CORRECT and first is not None:
        reward = 1 - SLIP
    elif verdict.outcome is Outcome.WRONG and sound:
        reward = SOUND if first is None else BROKEN
    return replace(verdict, reward=reward, steps=steps, feedback=_feedback(verdict, report))


def _credit(place: int, sound: list[int], first: int | None) -> float:
    if place == first:
        return -1.0
    # Cut to the digits of a record, so that the shares never add up to more than 1.
    return 10**6 // len(sound) / 10**6 if place in sound else 0.0


class _Node(NamedTuple):
    step: int
    numbers: tuple[Fraction, ...]
    result: Fraction


def derivation(report: StepReport, question: str, response: str) -> list[int]:
    """Return the steps on which the final answer rests, in order.

    A step counts if it computes a value that is neither given nor known yet, out of values that are given,
    known or common, not common alone; and if the answer is that value or is computed from it in such steps.

    Args:
        report: from `judge_steps`.
        question: the problem.
        response: it gives the final answer.
    Returns: indices of steps; none where no answer is stated or nothing leads to it.
    """
    final = _final(response)
    if final is None:
        return []
    origins = Origins(question)
    nodes: list[_Node] = []
    derived: set[Fraction] = set()
    for place, step in enumerate(report.steps):
        for claim in step.claims:
            value = claim.result
            if value is None or claim.right is None or claim.kind not in ("annotation", "equation"):
                continue
            grounded = all(n in derived or n in origins for n in claim.numbers)
            rooted = any(n in derived or n in origins.given for n in claim.numbers)
            new = value not in derived and value not in origins.given and value not in claim.numbers
            if grounded and rooted and new:
                derived.add(value)
                nodes.append(_Node(place, claim.numbers, value))
    wanted, steps = {final}, set()
    for node in reversed(nodes):
        if node.result in wanted:
            wanted.update(node.numbers)
            steps.add(node.step)
    return sorted(steps)


def _final(response: str) -> Fraction | None:
    """Return the value of the final answer, where it is one number."""
    answer = find_answer(response)
    if answer is None or len(answer.parts) != 1:
        return None
    try:
        tree = parse(answer.parts[0])
        return exact(split_unit(tree[-1] if tree[0] == "rel" else tree)[0])
    except (Unreadable, RecursionError):
        return None


def _feedback(verdict: Verdict, report: StepReport) -> str:
    """Say what is known of the steps, in words; nothing of it comes from the gold answer."""
    first = report.first_error
    if verdict.outcome is Outcome.NO_VERDICT or (verdict.outcome is Outcome.CORRECT and first is None):
        return verdict.feedback
    if first is not None:
        said = f"step {first + 1} is wrong: {report.steps[first].reason}"
    elif report.judged:
        rest = len(report.steps) - report.judged
        said = (
            f"no mistake was found in the {report.judged} steps that could be checked ({rest} could not be)"
        )
    else:
        said = "no step could be checked"
    return f"{verdict.feedback}; {said}" if verdict.feedback else said
