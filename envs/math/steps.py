"""Judge the steps of a solution without its gold answer: is what it computes computed rightly?

`judge_steps` splits a solution into steps, checks every claim about numbers that it can read, and notes a
number that comes from nowhere. It is evidence about computation, not about reasoning: most wrong solutions
compute rightly on a wrong plan, and what cannot be judged is left unjudged. Nothing here needs the sandbox;
equalities of roots and the like are handed out as `StepReport.pairs` for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rlvr_gym.envs.math.claims import find_claims
from rlvr_gym.envs.math.exact import Tree
from rlvr_gym.envs.math.links import Claim, show
from rlvr_gym.envs.math.named import Named
from rlvr_gym.envs.math.provenance import Origins, numbers_in

__all__ = ["MAX_STEPS", "WINDOW", "Step", "StepReport", "judge_steps", "settle"]

WINDOW = 1 << 15  # characters of a solution that are judged
MAX_STEPS = 500
_MAX_STEP = 3000  # characters of a step; a longer one is read in pieces
_MAX_PAIRS = 8  # equalities that algebra is asked for

_BREAK = re.compile(
    r"\n+|\\\\(?:\[[^\]\n]{0,8}\])?|(?<=[^\s\d][.!?])[\"')\]*]{0,4}[ \t]++(?=[A-Z\\$(*\"\d])"
    r"|(?<=\d[.!?])[ \t]++(?=[A-Z])|。"
)
_MARKUP = re.compile(r"\\(?:begin|end)\{[a-z*]{1,12}\}(?:\[[^\]]{0,8}\])?")
_LEAD = re.compile(r"(?:[\s>#*•·]|-\s)*+(?:(?:Step|step|STEP)?\s?\(?\d{1,2}\s?[.):](?=\s|\*))?+[\s*]*+")
_FINAL = re.compile(r"[ \t]{0,8}+(?:#{4}|A:)([^\n]{1,60})")
_SAYS = re.compile(r"[^\W_]")
_UNKNOWN_X = re.compile(
    r"(?<![A-Za-z\\])[xX]\s{0,2}(?:[=+^<>)_]|-\s?\d|\\(?:le|ge|in|ne|lt|gt))|\d[xX](?!\s{0,2}[\d$(\\])|[(+]\s?[xX]\b"
)
_ALGEBRA = re.compile(
    r"(?<![A-Za-z\\'’])[B-HJ-Zb-hj-z]\s{0,2}[=+*/^-]|\d[a-z]\b|[=+*/]\s{0,2}[B-HJ-Zb-hj-z](?![A-Za-z'’.])|\\[a-z]|\^"
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step and its judgement.

    Args:
        start, end: its place in the solution, characters.
        right: True where every claim that could be judged is, False where one is wrong, None for none judged.
        reason: in words, where it is wrong.
        fault: place of what is wrong, or None.
        kind: of what is wrong: as of a claim, or "origin"; "" where nothing is.
        claims: all that were found.
    """

    start: int
    end: int
    right: bool | None
    reason: str = ""
    fault: tuple[int, int] | None = None
    kind: str = ""
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class StepReport:
    """The judged steps of a solution, in order.

    Args:
        steps: all of them.
        truncated: the solution goes on where the limits ended the judgement.
    """

    steps: tuple[Step, ...]
    truncated: bool = False

    @property
    def first_error(self) -> int | None:
        """Index of the first step that is wrong, None where none was found."""
        return next((place for place, step in enumerate(self.steps) if step.right is False), None)

    @property
    def judged(self) -> int:
        """How many steps could be judged."""
        return sum(step.right is not None for step in self.steps)

    @property
    def abstention(self) -> float:
        """Share of the steps that were not judged; 1 for a solution without steps."""
        return 1 - self.judged / len(self.steps) if self.steps else 1.0

    @property
    def pairs(self) -> tuple[tuple[Tree, Tree], ...]:
        """Equalities that algebra could decide, in order, at most eight."""
        return tuple(c.pair for step in self.steps for c in step.claims if c.pair is not None)[:_MAX_PAIRS]


def judge_steps(question: str, solution: str) -> StepReport:
    """Judge every step of a solution as far as exact arithmetic goes.

    Args:
        question: the problem: its numbers have an origin.
        solution: any text; what precedes the last `</think>` is not judged, nor what comes more than 32,768
            characters after it.
    Returns: the steps in order; it never raises and takes time linear in the text.
    """
    begin = solution.rfind("</think>")
    begin = 0 if begin < 0 else begin + len("</think>")
    stop = min(len(solution), begin + WINDOW)
    letters = _UNKNOWN_X.search(solution, begin, stop) is not None
    origins = Origins(question)
    steps: list[Step] = []
    strange: list[tuple[int, tuple[int, int], str]] = []
    carry, named = None, Named()
    truncated = stop < len(solution)
    for start, end in _split(solution, begin, stop):
        if len(steps) == MAX_STEPS:
            truncated = True
            break
        lead = _LEAD.match(solution, start, end)
        inner = lead.end() if lead else start
        claims, carry, name, side = find_claims(solution, inner, end, letters, carry)
        if name and side is not None:
            claims += named.claims(solution, len(steps), name, side)
        made = {claim.result for claim in claims if claim.right is not False and claim.result is not None}
        step = _judged(start, end, claims)
        if steps and step.right is None:
            step = _stray(solution, step, steps[-1])
        for low, high, value in origins.strangers(solution, inner, end, made):
            if step.right is not False and not _ALGEBRA.search(solution, start, end):
                reason = f"{show(value)} is neither given nor computed before{_unused(solution, step, steps)}"
                strange.append((len(steps), (low, high), reason))
        steps.append(step)
    arithmetic = 2 * sum(step.right is not None for step in steps) >= len(steps)
    if len(strange) == 1 and arithmetic and origins.given:
        place, fault, reason = strange[0]
        steps[place] = replace(steps[place], right=False, reason=reason, fault=fault, kind="origin")
    return StepReport(tuple(steps), truncated)


def settle(report: StepReport, answers: Sequence[bool | None]) -> StepReport:
    """Take what algebra said about `report.pairs` into the judgement.

    Args:
        report: from `judge_steps`.
        answers: one for each pair, in order; missing ones leave their claims unjudged.
    Returns: the report with these claims judged.
    """
    left = list(answers[: len(report.pairs)])
    steps = []
    for step in report.steps:
        claims = list(step.claims)
        for place, claim in enumerate(claims):
            if claim.pair is not None and left:
                truth = left.pop(0)
                if truth is False and claim.result is not None:
                    truth = None  # a plain number may be a rounded one
                reason = "" if truth is not False else "the two sides of an equation differ"
                claims[place] = replace(claim, right=truth, reason=reason)
        judged = _judged(step.start, step.end, claims)
        steps.append(step if step.kind in ("origin", "final") and judged.right is not False else judged)
    return replace(report, steps=tuple(steps))


def _judged(start: int, end: int, claims: Sequence[Claim]) -> Step:
    kept = tuple(claims)
    for claim in kept:
        if claim.right is False:
            return Step(start, end, False, claim.reason, (claim.start, claim.end), claim.kind, kept)
    return Step(start, end, True if any(claim.right for claim in kept) else None, claims=kept)


def _unused(text: str, step: Step, before: Sequence[Step]) -> str:
    """Name the result of the step before, where this one leaves it out: perhaps it was copied wrongly."""
    results = [c.result for c in before[-1].claims if c.right and c.result is not None] if before else []
    used = {number for _, _, number in numbers_in(text, step.start, step.end)}
    if not results or results[-1] in used:
        return ""
    return f"; step {len(before)} found {show(results[-1])}"


def _stray(text: str, step: Step, before: Step) -> Step:
    """Compare the line of the final answer, `#### 72`, with the numbers of the step that led to it."""
    final = _FINAL.match(text, step.start, step.end)
    found = [] if final is None else numbers_in(text, final.start(1), final.end(1))
    if len(found) != 1 or not before.right:
        return step
    low, high, value = found[0]
    led = {number for _, _, number in numbers_in(text, before.start, before.end)}
    if {value, value * 100, value / 100} & led:
        return step
    reason = f"{show(value)} is not what the step before found"
    return replace(step, right=False, reason=reason, fault=(low, high), kind="final")


def _split(text: str, begin: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield the places of the steps: lines, rows of a display, sentences; blank ones are left out."""
    start = begin
    for match in _BREAK.finditer(text, begin, stop):
        yield from _pieces(text, start, match.start())
        start = match.end()
    yield from _pieces(text, start, stop)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for low in range(start, end, _MAX_STEP):
        high = min(end, low + _MAX_STEP)
        if _SAYS.search(_MARKUP.sub("", text[low:high])):
            yield low, high
