"""Checking a mathematics dataset: golds that are no mathematics, and golds that do not equal themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rlvr_gym.envs.math.audit import audit_data
from rlvr_gym.sandbox import Sandbox


def write(path: Path, *golds: str) -> Path:
    """Write one plain row for each gold."""
    rows = ({"id": f"r{n}", "question": f"Question {n}?", "answer": gold} for n, gold in enumerate(golds, 1))
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_golds_are_counted_by_kind_and_odd_ones_are_noted(tmp_path: Path) -> None:
    """Words are fine; what has signs of mathematics but does not parse is named with the reason."""
    path = write(tmp_path / "rows.jsonl", "5", "x+1", "Evelyn", "\\text{Evelyn}", "3 @ 4", "\\mho(x)", "C")
    found = audit_data(str(path))
    assert found.ok
    assert found.counts == {
        "formats": {"plain": 7},
        "answers": {"text": 4, "number": 1, "tree": 1, "choice": 1},
    }
    assert [(note.where.rpartition(":")[2], note.kind) for note in found.notes] == [
        ("5", "unparsed"),
        ("6", "unparsed"),
        ("7", "choice"),
    ]
    assert found.notes[0].what.startswith("r5: the answer is compared as text, not as mathematics: '3 @ 4' (")


@pytest.mark.parametrize("gold", ["\\frac{1}{0}", "(\\frac{1}{0}, 2)"])
def test_a_gold_that_does_not_equal_itself_is_a_problem(tmp_path: Path, gold: str) -> None:
    """It would pay nobody."""
    found = audit_data(str(write(tmp_path / "rows.jsonl", gold, "5")))
    assert not found.ok
    assert [(one.where, one.kind) for one in found.failed] == [(f"{tmp_path}/rows.jsonl:1", "WRONG")]


def test_a_limit_and_a_format_are_kept_to(tmp_path: Path) -> None:
    """The first rows alone; a format that does not fit skips them."""
    path = write(tmp_path / "rows.jsonl", "5", "6", "7")
    assert audit_data(str(path), limit=2).served == 2
    refused = audit_data(str(path), format="gsm8k")
    assert (refused.served, len(refused.skipped), refused.ok) == (0, 3, False)


@pytest.mark.data
@pytest.mark.parametrize("name", ["math500", "olympiadbench", "college_math_ccby_800"])
def test_golds_of_real_data_equal_themselves_also_in_the_walls(
    shared_data: Path, sandbox: Sandbox, name: str
) -> None:
    """Nothing is left untried, and nothing fails."""
    found = audit_data(str(shared_data / "math" / f"{name}.jsonl"), everything=True, sandbox=sandbox)
    assert (found.failed, found.untried) == ([], 0)
