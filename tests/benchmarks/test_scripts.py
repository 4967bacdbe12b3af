"""Both benchmarks run to their end and tell right from wrong; how fast they find anything proves nothing here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT


def figures(*words: str) -> dict[str, Any]:
    """Run a benchmark with --json; return what it prints."""
    command = [sys.executable, str(ROOT / "benchmarks" / words[0]), *words[1:], "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_costs_come_with_their_ratio_to_the_floor() -> None:
    """Every method has a rate and a ratio, and each aim is there with a figure or none."""
    found = figures("sandbox.py", "--rounds", "1", "--seconds", "0.2")
    names = {row["name"] for row in found["rows"]}
    assert {"fork+exit", "native single", "native batch", "subprocess"} <= names
    assert all(row["checks_per_s"] > 0 and row["cpu_over_fork"] > 0 for row in found["rows"])
    singles = [row for row in found["rows"] if row["name"] == "native single"]
    assert all(row["p50_ms"] >= row["inside_p50_ms"] for row in singles)  # a caller waits longer than a check
    assert len(found["aims"]) == 10
    assert all((aim["figure"] is None) == (aim["reached"] is None) for aim in found["aims"])


@pytest.mark.slow
def test_a_soak_survives_the_death_of_its_workers() -> None:
    """Workers are killed in mid-batch; every job has its own answer and nothing is left."""
    last = figures("soak.py", *"--checks 600 --kill-every 1 --no-stop --samples 2".split())["rows"][-1]
    assert last["killed"] > 0
    assert last["checks"] >= 600
    assert (last["wrong"], last["lost"], last["left"], last["grown"]) == (0, 0, 0, {})
    assert set(last["kinds"]) == {"calls", "program", "judged", "symbolic", "hostile"}


def test_a_soak_refuses_what_it_cannot_restart() -> None:
    """A daemon is restarted only where Docker is soaked: the message says what to choose."""
    command = [sys.executable, str(ROOT / "benchmarks" / "soak.py"), "--restart-daemon", "2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "--backend docker" in done.stderr


@pytest.mark.data
@pytest.mark.slow
def test_judging_steps_is_measured_beside_its_floor(tmp_path: Path, shared_data: Path) -> None:
    """Every table is there, both checkers have their shares, and each row of labels its abstention."""
    out = tmp_path / "figures.json"
    script = ROOT / "benchmarks" / "math_process.py"
    command = [sys.executable, str(script), "--data", str(shared_data), "--quick", "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(out.read_text())
    assert set(found) == {"false_alarms", "location", "agreement", "speed"}
    for row in found["location"].values():
        assert sum(row[name] for name in ("located", "early", "late", "missed")) == pytest.approx(1, abs=1e-3)
    assert found["location"]["steps"]["located"] > found["location"]["floor"]["located"]
    assert all(0 <= row["unjudged"] <= 1 for row in found["agreement"])
