"""Checking a dataset of code: known solutions have to pass the tests that they come with."""

from __future__ import annotations

import json
from pathlib import Path

from rlvr_gym.envs.code.audit import audit_data
from rlvr_gym.sandbox import Sandbox

ROW = {"id": "one", "prompt": "Add one.", "entry_point": "f", "calls": [{"args": [1], "expected": 2}]}


def test_known_solutions_run_only_if_asked_and_wrong_ones_are_named(tmp_path: Path, sandbox: Sandbox) -> None:
    """A row without one is noted, a row without tests is not served."""
    rows = [
        {**ROW, "solution": "def f(x):\n    return x + 1"},
        {**ROW, "id": "two", "solution": "def f(x):\n    return x"},
        {**ROW, "id": "three"},
        {"id": "four", "prompt": "?", "calls": []},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    quick = audit_data(str(path))
    assert (quick.served, len(quick.skipped), quick.failed, quick.untried) == (3, 1, [], 2)
    assert [(note.where, note.kind) for note in quick.notes] == [(f"{path}:3", "no known answer")]
    whole = audit_data(str(path), everything=True, sandbox=sandbox)
    assert [(one.where, one.kind) for one in whole.failed] == [(f"{path}:2", "WRONG")]
    assert whole.untried == 0
