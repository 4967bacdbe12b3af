"""`rlvr-gym sandbox top`: what other processes' sandboxes are doing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rlvr_gym.cli import main
from rlvr_gym.console import statistics_table, table_console
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Job


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statistics files of a test are in a folder of its own."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("RLVR_GYM_STATISTICS", raising=False)


def test_top_without_any_sandbox_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, exit status 0; JSON is an empty list."""
    assert main(["sandbox", "top"]) == 0
    assert "no sandbox of this user is running" in capsys.readouterr().err
    assert main(["sandbox", "top", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_top_shows_a_running_sandbox(capsys: pytest.CaptureFixture[str]) -> None:
    """Its checks and how they ended, as a table and as JSON."""
    source = "import os\ndef f(x):\n    if x: os._exit(1)\n"
    with Sandbox("native", workers=1) as pool:
        pool.run(
            [Job("python_calls", {"source": source, "entry": "f", "calls": [[[n], {}]]}) for n in (0, 0, 1)]
        )
        pool.record.publish()
        assert main(["sandbox", "top", "--once"]) == 0
        table = capsys.readouterr().out
        assert main(["sandbox", "top", "--json"]) == 0
    assert "replied 2, exited 1" in table
    (item,) = json.loads(capsys.readouterr().out)
    assert (item["checks"], item["endings"], item["idle"]) == (3, {"replied": 2, "exited": 1}, 1)


def test_two_looks_give_the_rate(capsys: pytest.CaptureFixture[str]) -> None:
    """Checks a second are those between the looks, not since the start."""
    with Sandbox("native", workers=1) as pool:
        item = {"pid": 7, "number": 0, "age_s": 0.2, **_fields(pool)}
    earlier = {**item, "checks": 100, "uptime_s": 10.0}
    later = {**item, "checks": 350, "uptime_s": 12.0}
    table_console().print(statistics_table([later], [earlier]))
    assert " 125.0 " in capsys.readouterr().out


def _fields(pool: Sandbox) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(pool.statistics())
