"""Two thousand labelled answers, written without a look at the checker: `cases.jsonl`, a row a line.

Rows with `policy` name the convention on which their label rests; those are labelled as the default has it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rlvr_gym.envs.math.checker import Ruling, check, make_gold
from rlvr_gym.sandbox.runners.symbolic import run

ROWS = [json.loads(line) for line in Path(__file__).with_name("cases.jsonl").read_text("utf-8").splitlines()]


def judged(row: dict[str, Any]) -> bool:
    decision = check(row["response"], make_gold(row["gold"], question=row.get("question")))
    if decision.ruling is Ruling.ASK:
        return run({"pairs": [list(pair) for pair in decision.pairs]})["equal"] is True
    return decision.ruling is Ruling.RIGHT


@pytest.mark.parametrize("kind", sorted({row["kind"] for row in ROWS}))
def test_labelled_answers_are_judged_as_labelled(kind: str) -> None:
    """Every row of a kind earns what its label says."""
    rows = [row for row in ROWS if row["kind"] == kind]
    assert [(row["id"], row["gold"], row["response"]) for row in rows if judged(row) != row["label"]] == []


def test_the_rows_hold_right_and_wrong_answers_of_many_kinds() -> None:
    """Neither label can be earned by always saying the same."""
    right = sum(row["label"] for row in ROWS)
    assert len(ROWS) > 2000
    assert len({row["kind"] for row in ROWS}) > 30
    assert min(right, len(ROWS) - right) > 0.4 * len(ROWS)
