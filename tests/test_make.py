"""The make targets: what they refuse, and that they install once."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs make: apt-get install make")


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make in the checkout."""
    # MAKEFLAGS of an outer `make test` would reach the inner one.
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )


def test_old_python_is_refused_by_its_version(tmp_path: Path) -> None:
    """An interpreter older than 3.11 is named with its version, and nothing is made."""
    old = tmp_path / "python3.9"
    old.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n', encoding="utf-8"
    )
    old.chmod(0o755)
    done = make("demo", f"PYTHON={old}", f"VENV={tmp_path / 'venv'}")
    assert done.returncode != 0
    assert "needs Python 3.11 or newer" in done.stderr
    assert "Python 3.9.2" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_missing_python_is_told_with_the_remedy(tmp_path: Path) -> None:
    """Where no interpreter is found, the message says how to name one."""
    done = make("demo", "PYTHON=", f"VENV={tmp_path / 'venv'}")
    assert done.returncode != 0
    assert "make PYTHON=/path/to/python3.12 demo" in done.stderr


@pytest.mark.parametrize(("target", "stamp"), [("demo", ".core"), ("unit", ".dev")])
def test_second_run_installs_nothing(tmp_path: Path, target: str, stamp: str) -> None:
    """An environment that is newer than pyproject.toml is used as it is, an older one brought up to date."""
    for name in (".made", stamp):
        (tmp_path / name).touch()
    assert "--editable" not in make("--dry-run", target, f"VENV={tmp_path}").stdout
    past = time.time() - 10 * 365 * 86400
    os.utime(tmp_path / stamp, (past, past))
    assert "--editable" in make("--dry-run", target, f"VENV={tmp_path}").stdout
