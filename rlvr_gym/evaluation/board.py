"""A row of a leaderboard: what a record amounts to, and where it lies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rlvr_gym.errors import BadTask
from rlvr_gym.evaluation.report import load_record

__all__ = ["make_row"]


def make_row(folder: str | Path) -> dict[str, Any]:
    """Make the row of a record (its fields are those of leaderboards/schema.json).

    A row needs a verdict for every sample: what was not judged leaves the mean, so a row with gaps could
    be improved by leaving out what went wrong.

    Args:
        folder: of the record; its name becomes the row's.
    Raises: BadTask: if the record cannot be read, or is not complete.
    """
    record = load_record(folder)
    plan, summary = record.manifest, record.summary
    wanted = plan.n * plan.k
    if summary.judged != wanted:
        gaps = f"{summary.errors} without a response, {summary.no_verdict} without a verdict"
        raise BadTask(f"{folder} holds {summary.judged} of {wanted} verdicts ({gaps}); finish it first")
    reward, solved = summary.reward, summary.pass_at[1]
    return {
        "record": Path(folder).resolve().name,
        "env_id": plan.env_id,
        "options": plan.options,
        "split": plan.split,
        "seed": plan.seed,
        "tasks": plan.n,
        "samples": plan.k,
        "policy": plan.policy,
        "reward": {"mean": round(reward.mean, 6), "low": round(reward.low, 6), "high": round(reward.high, 6)},
        "solved": {"mean": round(solved.mean, 6), "low": round(solved.low, 6), "high": round(solved.high, 6)},
        "checker": plan.checker,
        "date": plan.created[:10],
    }
