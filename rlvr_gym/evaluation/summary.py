"""What an evaluation amounts to: scores with intervals, outcomes, and what was left out of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rlvr_gym.evaluation.records import Row
from rlvr_gym.evaluation.statistics import Estimate, clustered_mean, pass_at_k
from rlvr_gym.types import Outcome, Verdict

__all__ = ["Summary", "commonest", "summarise"]


@dataclass(frozen=True, slots=True)
class Summary:
    """The scores of one policy on one draw.

    Args:
        env_id, policy, split, seed: what was evaluated.
        tasks: tasks with at least one row.
        samples: rows asked for of each task.
        judged: rows with a reward; only these enter the scores.
        no_verdict: rows that our infrastructure failed to judge.
        errors: rows for which the policy gave no response.
        reward: mean reward.
        pass_at: by k, the chance that one of k samples is correct; tasks with fewer judged samples are out.
        outcomes: rows by outcome, NO_VERDICT included.
        families, levels: mean reward by the task's family and level.
        cut_off: responses that ended at the most tokens allowed, not where the policy wanted to end.
        error: the commonest reason for having no response; empty where all responded.
    """

    env_id: str
    policy: str
    split: str
    seed: int
    tasks: int
    samples: int
    judged: int
    no_verdict: int
    errors: int
    reward: Estimate
    pass_at: dict[int, Estimate]
    outcomes: dict[str, int]
    families: dict[str, Estimate]
    levels: dict[str, Estimate]
    cut_off: int = 0
    error: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the scores as JSON-ready data; the same rows give the same bytes."""
        return {
            "env_id": self.env_id,
            "policy": self.policy,
            "split": self.split,
            "seed": self.seed,
            "tasks": self.tasks,
            "samples": self.samples,
            "judged": self.judged,
            "no_verdict": self.no_verdict,
            "errors": self.errors,
            "reward": self.reward.to_json(),
            "pass_at": {str(k): estimate.to_json() for k, estimate in self.pass_at.items()},
            "outcomes": self.outcomes,
            "families": {name: estimate.to_json() for name, estimate in self.families.items()},
            "levels": {name: estimate.to_json() for name, estimate in self.levels.items()},
            **({"cut_off": self.cut_off} if self.cut_off else {}),
        }


def summarise(
    rows: Sequence[Row], *, env_id: str, policy: str, split: str, seed: int, samples: int
) -> Summary:
    """Work the scores out of the rows of a transcript.

    Args:
        rows: in any order.
        env_id, policy, split, seed: what was evaluated.
        samples: rows asked for of each task.
    """
    by_task: dict[str, list[Verdict]] = {}
    for row in rows:
        verdicts = by_task.setdefault(row.task_id, [])
        if row.verdict is not None and row.verdict.reward is not None:
            verdicts.append(row.verdict)
    counts = Counter(row.verdict.outcome for row in rows if row.verdict is not None)
    levels = [row for row in rows if row.level is not None]
    ks = sorted({k for k in (1, 2, 4, 8, 16, 32, 64, 128) if k <= samples} | {samples})
    return Summary(
        env_id=env_id,
        policy=policy,
        split=split,
        seed=seed,
        tasks=len(by_task),
        samples=samples,
        judged=sum(map(len, by_task.values())),
        no_verdict=counts[Outcome.NO_VERDICT],
        errors=sum(row.error is not None for row in rows),
        reward=_mean_reward(rows),
        pass_at={k: _pass_at(by_task.values(), k) for k in ks},
        outcomes={outcome.value: counts[outcome] for outcome in Outcome if counts[outcome]},
        families=_grouped(rows, lambda row: row.family),
        levels=_grouped(levels, lambda row: str(row.level)),
        cut_off=sum(row.finish == "length" for row in rows),
        error=commonest(row.error for row in rows if row.error is not None),
    )


def commonest(reasons: Iterable[str]) -> str:
    """Return the commonest of some reasons with its count; empty without any."""
    counts = Counter(reasons)
    if not counts:
        return ""
    reason, count = counts.most_common(1)[0]
    total = counts.total()
    return reason if count == total else f"{reason} ({count} of {total})"


def _mean_reward(rows: Iterable[Row]) -> Estimate:
    clusters: dict[str, list[float]] = {}
    for row in rows:
        if row.verdict is not None and row.verdict.reward is not None:
            clusters.setdefault(row.task_id, []).append(row.verdict.reward)
    return clustered_mean([clusters[task_id] for task_id in sorted(clusters)])


def _pass_at(tasks: Iterable[Sequence[Verdict]], k: int) -> Estimate:
    return clustered_mean(
        sorted(
            [pass_at_k(sum(v.outcome is Outcome.CORRECT for v in verdicts), len(verdicts), k)]
            for verdicts in tasks
            if len(verdicts) >= k
        )
    )


def _grouped(rows: Iterable[Row], name: Callable[[Row], str]) -> dict[str, Estimate]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(name(row), []).append(row)
    return {key: _mean_reward(groups[key]) for key in sorted(groups)}
