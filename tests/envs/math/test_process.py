"""Process rewards: what they pay, what nobody can gain, and what they tell."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gymnasium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_gym.env import judge
from rlvr_gym.envs.math import process
from rlvr_gym.envs.math.checker import Gold, make_gold
from rlvr_gym.envs.math.env import domain
from rlvr_gym.envs.math.judging import LIMITS
from rlvr_gym.errors import CheckerError, UnknownEnv
from rlvr_gym.evaluation.recompute import recompute
from rlvr_gym.evaluation.records import read_rows
from rlvr_gym.evaluation.runner import evaluate
from rlvr_gym.registry import find
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Ending, Job, Outcome, Result, Verdict
from tests.strategies import responses

QUESTION = "A baker sells 48 rolls at 5 dollars and 17 cakes at 23 dollars. What does she take?"
GOLD = make_gold("631")
RIGHT = "48 * 5 = 240\n17 * 23 = 391\n240 + 391 = 631\n\\boxed{631}"
SOUND = "48 * 5 = 240\n240 + 17 = 257\n\\boxed{257}"
BROKEN = "48 * 5 = 240\n240 + 17 = 267\n\\boxed{267}"


def verdict(response: str, gold: Gold = GOLD, question: str = QUESTION) -> Verdict:
    made = process.job(gold, question, response, LIMITS)
    assert isinstance(made, Verdict)
    return made


@pytest.mark.parametrize(
    ("response", "reward", "outcome"),
    [
        (RIGHT, 1.0, Outcome.CORRECT),
        ("\\boxed{631}", 1.0, Outcome.CORRECT),
        ("48 * 5 = 250\n\\boxed{631}", 0.9, Outcome.CORRECT),
        (SOUND, 0.3, Outcome.WRONG),
        (BROKEN, 0.1, Outcome.WRONG),
        ("48 * 5 = 250\n250 + 17 = 267\n\\boxed{267}", 0.0, Outcome.WRONG),
        ("48 * 5 = 240\n\\boxed{7}", 0.0, Outcome.WRONG),
        ("200 + 57 = 257\n\\boxed{257}", 0.0, Outcome.WRONG),
        ("\\boxed{257}", 0.0, Outcome.WRONG),
        ("The answer follows. \\boxed{48}", 0.0, Outcome.WRONG),
        ("48 * 5 = 240\n240 + 17 = 257", 0.0, Outcome.UNPARSABLE),
        ("", 0.0, Outcome.UNPARSABLE),
    ],
)
def test_the_table_of_rewards_holds(response: str, reward: float, outcome: Outcome) -> None:
    """Right with or without a slip; wrong with a sound, a broken or no derivation; no answer."""
    found = verdict(response)
    assert found.outcome is outcome
    assert found.reward == pytest.approx(reward)


PADDING = (
    *(
        "1 + 1 = 2",
        "2 * 2 = 4",
        "0 = 0",
        "48 = 48",
        "100 * 10 = 1000",
        "48 * 1 = 48",
        "240 + 0 = 240",
        QUESTION,
    ),
    *(
        "48 * 5 = 240",
        "17 * 5 = 85",
        "48 rolls, 5 dollars, 17 cakes, 23 dollars.",
        "<<1+1=2>>2",
        "12 < 13",
        "",
    ),
)


@pytest.mark.parametrize(
    "base", ["\\boxed{257}", "48 * 5 = 240\n\\boxed{7}", SOUND, BROKEN, RIGHT, "I do not know."]
)
@given(data=st.data())
def test_padding_gains_nothing(base: str, data: st.DataObject) -> None:
    """True equations, repeated steps and the problem itself, anywhere before the answer, never raise the reward."""
    lines = base.split("\n")
    for line in data.draw(st.lists(st.sampled_from((*PADDING, *lines[:-1])), max_size=8)):
        lines.insert(data.draw(st.integers(0, len(lines) - 1)), line)
    padded, plain = verdict("\n".join(lines)), verdict(base)
    assert padded.outcome is plain.outcome
    assert padded.reward is not None
    assert plain.reward is not None
    assert padded.reward <= plain.reward


@given(responses() | st.text(alphabet="0123456789+-*/= \n\\boxed{}", max_size=200))
def test_only_a_right_answer_earns_half_or_more(response: str) -> None:
    """Whatever is written; credits stay in [-1, 1] and add up to at most 1; the record is JSON."""
    made = process.job(GOLD, QUESTION, response, LIMITS)
    if isinstance(made, Job):
        made = process.grade(
            GOLD, QUESTION, response, Result(Ending.REPLIED, {"equal": False, "evidence": ""})
        )
    assert made.reward is not None
    assert (made.reward >= 0.5) == (made.outcome is Outcome.CORRECT)
    assert made.reward < 0.5 or made.reward >= 0.9
    assert sum(step.credit for step in made.steps) <= 1 + 1e-9
    assert all(-1 <= step.credit <= 1 for step in made.steps)
    json.dumps(made.to_json(), allow_nan=False)


def test_each_step_has_its_place_and_its_credit() -> None:
    """Steps of the derivation before the first error share 1; the first error has -1; all else 0."""
    text = f"We begin.\n{BROKEN}"
    steps = verdict(text).steps
    assert [(step.step, step.right, step.credit) for step in steps] == [
        (1, None, 0.0),
        (2, True, 1.0),
        (3, False, -1.0),
        (4, None, 0.0),
    ]
    spans = [text[step.span[0] : step.span[1]] for step in steps if step.span is not None]
    assert spans == text.split("\n")
    assert [step.credit for step in verdict(RIGHT).steps] == [0.333333, 0.333333, 0.333333, 0]


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (BROKEN, "not the answer; step 2 is wrong: 240 + 17 is 257, not 267"),
        (SOUND, "not the answer; no mistake was found in the 2 steps that could be checked (1 could not be)"),
        ("So be it.\n\\boxed{7}", "not the answer; no step could be checked"),
        ("48 * 5 = 250", "step 1 is wrong: 48 * 5 is 240, not 250"),
        ("48 * 5 = 250\n\\boxed{631}", "step 1 is wrong: 48 * 5 is 240, not 250"),
        (RIGHT, ""),
    ],
)
def test_feedback_names_the_first_wrong_step_or_says_that_none_was_found(response: str, said: str) -> None:
    """In words that the policy can use."""
    assert verdict(response).feedback.endswith(said)


@given(st.sampled_from((BROKEN, SOUND, "\\boxed{7}", "48 * 5 = 250", "240 + 391 = 632\n\\boxed{632}")))
def test_feedback_does_not_depend_on_the_gold(response: str) -> None:
    """Two golds that both refuse a response say the same: nothing of either can be in it."""
    other = make_gold("98765")
    assert replace(verdict(response), checker="") == replace(verdict(response, other), checker="")


def test_steps_with_roots_are_settled_in_the_walls(sandbox: Sandbox, tmp_path: Path) -> None:
    """An answer decided by arithmetic, steps decided by algebra: one job, whose loss costs no answer."""
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps({"id": "d", "question": "How far is 6 by 8?", "answer": "10"}))
    made = domain(data=str(path), reward="process")
    task = made.source.by_id("d")
    right = "\\[ 2\\sqrt{25} = \\sqrt{100} \\]\n\\[ \\sqrt{12} = 2\\sqrt{3} \\]\n\\boxed{10}"
    wrong = right.replace("2\\sqrt{3}", "3\\sqrt{2}")
    first, second = judge(made, [(task, right), (task, wrong)], sandbox)
    assert (first.reward, [step.right for step in first.steps]) == (1.0, [True, True, None])
    assert (second.reward, [step.right for step in second.steps]) == (0.9, [True, False, None])
    lost = made.graded(task, wrong, Result(Ending.CPU))
    assert (lost.outcome, lost.reward, lost.steps[1].right) == (Outcome.CORRECT, 1.0, None)
    for claim in ({"checks": [1, 0]}, {"checks": [False]}, {"equal": True, "evidence": "proved"}, None, "no"):
        assert made.graded(task, wrong, Result(Ending.REPLIED, claim)).reward == 1.0


def test_an_answer_that_needs_algebra_keeps_its_whole_time(sandbox: Sandbox, tmp_path: Path) -> None:
    """Its job holds the answer alone; its steps are judged by arithmetic."""
    path = tmp_path / "one.jsonl"
    path.write_text(
        json.dumps({"id": "d", "question": "Which angle has 9 by 12 in it?", "answer": "\\frac{\\pi}{4}"})
    )
    made = domain(data=str(path), reward="process")
    task = made.source.by_id("d")
    response = "\\[ \\sqrt{12} = 2\\sqrt{3} \\]\n9 * 12 = 108\n\\boxed{\\arctan 1}"
    job = made.job(task, response)
    assert isinstance(job, Job)
    assert set(job.payload) == {"pairs"}
    (found,) = judge(made, [(task, response)], sandbox)
    assert (found.outcome, found.reward, found.evidence) == (Outcome.CORRECT, 1.0, "proved")
    assert [step.right for step in found.steps] == [None, True, None]
    assert made.graded(task, response, Result(Ending.REPLIED, None)).outcome is Outcome.NO_VERDICT
    assert made.graded(task, response, Result(Ending.CPU)).reward == 0


def test_outcome_rewards_are_as_they_were(sandbox: Sandbox) -> None:
    """The default judges no steps; an unknown reward names the nearest; no verdict is made without a response."""
    made = domain()
    task = made.source.task("fresh", 0, 0)
    (found,) = judge(made, [(task, "1 + 1 = 3\n\\boxed{-1234567}")], sandbox)
    assert (found.reward, found.steps) == (0.0, ())
    with pytest.raises(UnknownEnv, match="did you mean 'process'"):
        domain(reward="proces")
    with pytest.raises(CheckerError, match="graded"):
        domain(reward="process").grade(task, Result(Ending.REPLIED, {"equal": True, "evidence": "proved"}))


def test_the_oracle_earns_one_and_attacks_earn_less_than_half(sandbox: Sandbox) -> None:
    """Every listed attack on the environment, under process rewards."""
    made = domain(reward="process")
    attacks = [json.loads(line) for line in find("rlvr/Math-v0").attacks.read_text().splitlines()]
    tasks = [made.source.by_id(attack["task_id"]) for attack in attacks]
    verdicts = judge(made, [(t, a["response"]) for t, a in zip(tasks, attacks, strict=True)], sandbox)
    assert [v.reward for v in verdicts if v.reward is None or v.reward >= 0.5] == []
    assert all(v.reward == 1 for v in judge(made, [(t, made.oracle(t)) for t in tasks], sandbox))


def test_failing_first_pays_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    """Over several turns partial credit is paid on the last alone, and feedback leads to the next response."""
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps({"id": "d", "question": QUESTION, "answer": "631"}))
    env = gymnasium.make("rlvr/Math-v0", data=str(path), reward="process", max_turns=3, sandbox=sandbox)
    env.reset(seed=0)
    told, reward, terminated, _, info = env.step(BROKEN)
    assert (reward, terminated, info["verdict"].reward) == (0.0, False, 0.1)
    assert "step 2 is wrong: 240 + 17 is 257, not 267" in told
    assert env.step(SOUND)[1:3] == (0.0, False)
    assert env.step(SOUND)[1:3] == (0.3, True)
    env.reset(seed=0)
    assert env.step(RIGHT)[1:3] == (1.0, True)
    env.close()


def test_judged_steps_are_part_of_a_record(sandbox: Sandbox, tmp_path: Path) -> None:
    """Places and credits are read back as they were written, and judging again confirms the record."""
    options = {"reward": "process"}
    evaluate("rlvr/Math-v0", "oracle", n=3, out=tmp_path, options=options, sandbox=sandbox)
    kept = read_rows(tmp_path / "transcripts.jsonl", pytest.fail).values()
    made = domain(reward="process")
    pairs = [(made.source.by_id(row.task_id), row.response) for row in kept]
    again = judge(made, pairs, sandbox)
    assert [row.verdict.steps for row in kept if row.verdict] == [verdict.steps for verdict in again]
    assert all(
        verdict.steps[0].span == (0, len(row.response)) for verdict, row in zip(again, kept, strict=True)
    )
    assert recompute(tmp_path, sandbox=sandbox) == []


def rows(folder: Path) -> Iterator[dict[str, Any]]:
    with (folder / "math" / "gsm8k_example_model_solutions.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


@pytest.mark.data
def test_process_rewards_order_real_solutions(shared_data: Path, record_property: Any) -> None:
    """Right GSM8K solutions by models earn nearly 1; wrong ones at most 0.3, and not all the same."""
    rewards: dict[bool, list[float]] = {True: [], False: []}
    for row in rows(shared_data):
        gold = make_gold(row["ground_truth"].rpartition("A: ")[2], question=row["question"])
        for entry in row.values():
            if isinstance(entry, dict):
                found = verdict(entry["solution"], gold, row["question"])
                rewards[found.outcome is Outcome.CORRECT].append(found.reward or 0.0)
    mean = {right: math.fsum(some) / len(some) for right, some in rewards.items()}
    record_property("mean rewards", mean)
    assert mean[True] >= 0.995
    assert max(rewards[False]) <= 0.3
    assert {0.0, 0.1, 0.3} <= set(rewards[False])
