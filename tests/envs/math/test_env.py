"""The environment as a whole, through real walls, and on public data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rlvr_gym.env import judge
from rlvr_gym.envs.math import datasets
from rlvr_gym.envs.math.checker import Ruling, check, make_gold
from rlvr_gym.envs.math.env import ENV_ID, domain
from rlvr_gym.envs.math.tasks import FAMILIES
from rlvr_gym.errors import BadTask, UnknownEnv
from rlvr_gym.registry import find
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Ending, Outcome, Result, Task


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def test_the_oracle_solves_every_family_and_level(sandbox: Sandbox) -> None:
    """The boxed gold earns 1."""
    made = domain()
    tasks = [
        made.source.by_id(f"public/1/{n}/{family}/L{level}")
        for n in range(3)
        for family in FAMILIES
        for level in LEVELS
    ]
    verdicts = judge(made, [(task, made.oracle(task)) for task in tasks], sandbox)
    assert [task.id for task, verdict in zip(tasks, verdicts, strict=True) if verdict.reward != 1] == []


LEVELS = (1, 2, 3, 4, 5)


def test_every_listed_attack_earns_nothing_and_the_next_honest_answer_passes(sandbox: Sandbox) -> None:
    """attacks.jsonl: reward 0, never without a verdict; each task's oracle still earns 1 afterwards."""
    made = domain()
    attacks = list(rows(find(ENV_ID).attacks))
    assert len(attacks) >= 40
    tasks = [made.source.by_id(attack["task_id"]) for attack in attacks]
    pairs = [(task, attack["response"]) for task, attack in zip(tasks, attacks, strict=True)]
    verdicts = judge(made, pairs, sandbox)
    assert [a["why"] for a, v in zip(attacks, verdicts, strict=True) if v.reward != 0] == []
    honest = judge(made, [(task, made.oracle(task)) for task in tasks], sandbox)
    assert all(verdict.reward == 1 for verdict in honest)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("\\boxed{\\arctan 1}", Outcome.CORRECT),
        ("\\boxed{\\arctan 2 - \\arctan \\frac{1}{3}}", Outcome.CORRECT),
        ("\\boxed{\\arctan 2}", Outcome.WRONG),
        ("\\boxed{0.7854}", Outcome.WRONG),
        ("\\boxed{9^{9^{9^{9}}}}", Outcome.UNPARSABLE),
        ("I give up.", Outcome.UNPARSABLE),
    ],
)
def test_expressions_are_compared_inside_the_walls(
    sandbox: Sandbox, tmp_path: Path, answer: str, outcome: Outcome
) -> None:
    """An irrational gold goes the whole road: job, sandbox, grade."""
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps({"id": "d", "question": "Which angle?", "answer": "\\frac{\\pi}{4}"}))
    made = domain(data=str(path))
    (verdict,) = judge(made, [(made.source.by_id("d"), answer)], sandbox)
    assert verdict.outcome is outcome


def test_a_job_shows_trees_only_and_a_strange_claim_is_no_verdict() -> None:
    """What the runner gets is made of lists, text and integers; grade trusts only a proper ruling."""
    made = domain(families=["geometry"], level=5)
    task = Task("t", "", make_gold("\\frac{\\pi}{4}"))
    job = made.job(task, "\\boxed{\\arctan 1}")
    assert not hasattr(job, "outcome")
    for value in (
        {"equal": 1, "evidence": "proved"},
        {"equal": "True", "evidence": "proved"},
        {"equal": True, "evidence": ""},
    ):
        assert made.grade(task, Result(Ending.REPLIED, value)).reward == 0
    assert made.grade(task, Result(Ending.REPLIED, None)).outcome is Outcome.NO_VERDICT
    assert made.grade(task, Result(Ending.CPU)).outcome is Outcome.TIMEOUT


def test_options_are_checked() -> None:
    """Unknown families and levels name valid ones; options that would be ignored are errors."""
    with pytest.raises(UnknownEnv, match="did you mean 'calculus'"):
        domain(families=["calculs"])
    with pytest.raises(UnknownEnv, match="unknown level 6"):
        domain(level=6)
    with pytest.raises(BadTask, match="give data="):
        domain(format="gsm8k")
    with pytest.raises(BadTask, match="do not go with data"):
        domain(level=1, data="rows.jsonl")


def test_a_task_that_lost_its_reference_is_refused() -> None:
    """A task out of a pickle cannot be judged; the error says how to make it again."""
    with pytest.raises(BadTask, match="by_id"):
        domain().job(Task("x", "?"), "\\boxed{1}")


@pytest.mark.data
def test_gsm8k_model_solutions_are_judged_as_labelled(shared_data: Path) -> None:
    """Four model solutions an item: at least 99.9% as labelled, without any algebra."""
    judged = agreed = 0
    for row in rows(shared_data / "math" / "gsm8k_example_model_solutions.jsonl"):
        gold = make_gold(row["ground_truth"].rpartition("A: ")[2], question=row["question"])
        for entry in row.values():
            if isinstance(entry, dict):
                decision = check(entry["solution"], gold)
                assert decision.ruling is not Ruling.ASK
                judged += 1
                agreed += (decision.ruling is Ruling.RIGHT) == entry["is_correct"]
    assert judged >= 2000
    assert agreed / judged >= 0.999


@pytest.mark.data
@pytest.mark.parametrize("name", ["gsm8k_test", "gsm8k_train_first1000"])
def test_gsm8k_gold_meets_itself(shared_data: Path, name: str) -> None:
    """Every row loads, and its own solution text earns the reward."""
    path = shared_data / "math" / f"{name}.jsonl"
    tasks, problems = datasets.load_rows(path)
    assert problems == []
    for task, row in zip(tasks, rows(path), strict=True):
        assert check(row["answer"], task.reference).ruling is Ruling.RIGHT, task.id


@pytest.mark.data
def test_math500_gold_meets_itself_and_no_changed_integer_does(shared_data: Path, sandbox: Sandbox) -> None:
    """Solutions and answers earn 1; with one integer of the answer changed, none is accepted."""
    path = shared_data / "math" / "math500.jsonl"
    made = domain(data=str(path))
    right: list[tuple[Task, str]] = []
    wrong: list[tuple[Task, str]] = []
    for row in rows(path):
        task = made.source.by_id(row["unique_id"])
        right += [(task, row["solution"]), (task, f"\\boxed{{{row['answer']}}}")]
        for match in re.finditer(r"\d+", row["answer"]):
            changed = f"{row['answer'][: match.start()]}{int(match[0]) + 1}{row['answer'][match.end() :]}"
            wrong.append((task, f"\\boxed{{{changed}}}"))
    assert len(wrong) > 250
    assert [
        task.id for (task, _), v in zip(right, judge(made, right, sandbox), strict=True) if v.reward != 1
    ] == []
    accepted = [
        (t.id, text) for (t, text), v in zip(wrong, judge(made, wrong, sandbox), strict=True) if v.reward != 0
    ]
    assert accepted == []


@pytest.mark.data
def test_labelled_answer_pairs_are_mostly_met(
    shared_data: Path, sandbox: Sandbox, record_property: Any
) -> None:
    """No wrong pair of the core or the adversarial kinds is accepted; few right ones are refused."""
    false_positives, false_negatives, right = [], 0, 0
    for row in rows(shared_data / "math" / "answer_cases.jsonl"):
        if row["policy"]:
            continue
        decision = check(row["response"], make_gold(row["gold"]))
        accepted = decision.ruling is Ruling.RIGHT
        if decision.ruling is Ruling.ASK:
            accepted = _algebra(decision.pairs, sandbox)
        right += row["label"]
        false_negatives += row["label"] and not accepted
        if accepted and not row["label"]:
            false_positives.append(row["id"])
    record_property("false_negatives", f"{false_negatives} of {right}")
    assert false_positives == []
    assert false_negatives <= 0.05 * right


def _algebra(pairs: Any, sandbox: Sandbox) -> bool:
    from rlvr_gym.types import Job, Limits

    job = Job("symbolic", {"pairs": [list(pair) for pair in pairs]}, Limits(memory_mb=768), image="sympy")
    (result,) = sandbox.run([job])
    return result.ending is Ending.REPLIED and result.value["equal"] is True


def test_a_fault_of_the_checker_strikes_one_response_and_is_no_reward(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A batch keeps its other verdicts, and the failure is in the log."""
    from rlvr_gym.envs.math import judging, verify_batch

    def broken(response: str, gold: object) -> object:
        if "9" in response:
            raise ZeroDivisionError
        return check(response, gold)  # type: ignore[arg-type]

    monkeypatch.setattr(judging, "check", broken)
    verdicts = verify_batch(["5", "5", "5"], ["\\boxed{5}", "\\boxed{9}", "\\boxed{4}"])
    assert [verdict.outcome for verdict in verdicts] == [Outcome.CORRECT, Outcome.NO_VERDICT, Outcome.WRONG]
    assert verdicts[1].reward is None
    assert "failed" in caplog.text
