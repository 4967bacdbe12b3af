"""Every row of every board has the form of the schema and is confirmed by its own record."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from rlvr_gym import Sandbox
from rlvr_gym.errors import BadTask
from rlvr_gym.evaluation.board import make_row
from rlvr_gym.evaluation.recompute import recompute
from rlvr_gym.evaluation.runner import evaluate
from tests.conftest import ROOT
from tests.evaluation.subjects import ENV_ID, Answering, echo_subject

BOARDS = ROOT / "leaderboards"
SCHEMA = json.loads((BOARDS / "schema.json").read_text())
ROWS = [
    pytest.param(path.parent, json.loads(line), id=f"{path.parent.name}:{number}")
    for path in sorted(BOARDS.glob("*/rows.jsonl"))
    for number, line in enumerate(path.read_text().splitlines(), 1)
]
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
}


def faults(value: Any, schema: dict[str, Any], where: str = "row") -> list[str]:
    """Check a value against the keywords of JSON Schema that the board's schema uses."""
    if type(value) not in _TYPES[schema["type"]]:
        return [f"{where} is no {schema['type']}"]
    found = []
    if isinstance(value, dict):
        known = schema.get("properties", {})
        found += [f"{where}.{name} is missing" for name in schema.get("required", ()) if name not in value]
        if schema.get("additionalProperties") is False:
            found += [f"{where}.{name} is unknown" for name in value.keys() - known.keys()]
        for name in known.keys() & value.keys():
            found += faults(value[name], known[name], f"{where}.{name}")
    elif isinstance(value, str):
        if not re.search(schema.get("pattern", ""), value) or value not in schema.get("enum", [value]):
            found.append(f"{where} may not be {value!r}")
    elif not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        found.append(f"{where} is out of range")
    return found


def test_there_is_a_first_row() -> None:
    """The demo board is not empty, and its command is the documented one."""
    assert any(param.id == "demo:1" for param in ROWS)


@pytest.mark.parametrize(("board", "row"), ROWS)
def test_a_row_has_the_form_of_the_schema(board: Path, row: dict[str, Any]) -> None:
    """Every required field, no other, all in range."""
    assert faults(row, SCHEMA) == []


@pytest.mark.parametrize(("board", "row"), ROWS)
def test_a_row_is_confirmed_by_its_record(board: Path, row: dict[str, Any], sandbox: Sandbox) -> None:
    """Judging its responses again gives its scores, and its record gives the row."""
    assert recompute(board / row["record"], sandbox=sandbox) == []
    assert make_row(board / row["record"]) == row


def test_the_schema_refuses_what_is_no_row(tmp_path: Path) -> None:
    """A missing field, a foreign one, and a mean above 1."""
    evaluate(ENV_ID, Answering(), n=4, out=tmp_path / "r", subject=echo_subject())
    row = make_row(tmp_path / "r")
    assert faults(row, SCHEMA) == []
    assert faults({**row, "extra": 1}, SCHEMA) == ["row.extra is unknown"]
    assert faults({k: v for k, v in row.items() if k != "seed"}, SCHEMA) == ["row.seed is missing"]
    assert faults({**row, "reward": {**row["reward"], "mean": 1.2}}, SCHEMA) == [
        "row.reward.mean is out of range"
    ]


def test_a_record_with_gaps_makes_no_row(tmp_path: Path) -> None:
    """Verdicts that are missing would leave the mean."""
    fails = Answering(lambda index, sample: "fail" if index == 1 else index)
    evaluate(ENV_ID, fails, n=4, out=tmp_path / "r", subject=echo_subject())
    with pytest.raises(BadTask, match="3 of 4 verdicts"):
        make_row(tmp_path / "r")
