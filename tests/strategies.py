"""Hypothesis strategies that several test files share."""

from __future__ import annotations

from hypothesis import strategies as st

from rlvr_gym.types import Outcome, Verdict

__all__ = ["places", "responses", "verdicts"]

_FENCES = ("```python\n{}\n```", "```\n{}\n```", "```python\n{}", "{}")
_FRAMES = ("\\boxed{{{}}}", "\\boxed{{{}", "The answer is {}.", "#### {}", "<answer>{}</answer>")


def places() -> st.SearchStrategy[tuple[int, int]]:
    """(seed, index) pairs of a task source: mostly small, sometimes far out."""
    number = st.integers(0, 50) | st.integers(0, 2**64)
    return st.tuples(number, number)


def responses() -> st.SearchStrategy[str]:
    """Responses a policy could write: any text, alone or inside the marks that environments look for."""
    text = st.text(max_size=200)
    marks = st.sampled_from(_FENCES + _FRAMES)
    framed = st.builds(lambda mark, inner: mark.format(inner), marks, text)
    return text | framed | st.builds("\n".join, st.lists(framed, min_size=2, max_size=4))


def verdicts() -> st.SearchStrategy[Verdict]:
    """Verdicts of every outcome, with the reward that goes with it."""
    rewards = {Outcome.CORRECT: 1.0, Outcome.NO_VERDICT: None}
    return st.sampled_from(Outcome).map(lambda outcome: Verdict(outcome, rewards.get(outcome, 0.0)))
