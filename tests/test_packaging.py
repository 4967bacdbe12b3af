"""The wheel: everything the code reads at run time is in it, and it works away from the checkout."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow

# Beside the modules themselves: read at run time by the registry, the sandbox and the reports.
DATA_SUFFIXES = (".toml", ".jsonl", ".md", ".json", ".html", ".hpp", ".cpp", ".js")
FIRST_STEPS = """
import sys, rlvr_gym, rlvr_gym.envs.math, rlvr_gym.envs.code, rlvr_gym.envs.curriculum, rlvr_gym.sandbox
from rlvr_gym.registry import load, manifests
assert rlvr_gym.__file__.startswith(sys.prefix), rlvr_gym.__file__
ids = sorted(manifests())
assert ids == ["rlvr/Code-v0", "rlvr/Curriculum-v0", "rlvr/Math-v0"], ids
from rlvr_gym.sandbox import docker
for name, image in (("Math", "sympy"), ("Code", "python")):  # else nobody could make it from a wheel
    assert manifests()[f"rlvr/{name}-v0"].pins == {image: f"recipe:{docker.recipe(image)}"}
print(load("rlvr/Math-v0").source.task("train", 0, 0).id)
"""


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command to its end and return its standard output; the test fails with its standard error."""
    # Build backends leave build/ and *.egg-info in the source: the source given here is a copy.
    env = {**os.environ, "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built without the network from a copy of the files that git tracks."""
    try:
        setuptools = importlib.metadata.version("setuptools")
    except importlib.metadata.PackageNotFoundError:
        setuptools = "0"
    if int(setuptools.split(".")[0]) < 77:
        pytest.skip("needs setuptools >= 77 to build without the network: pip install '.[dev]'")
    if not (ROOT / ".git").exists():
        pytest.skip("needs a git checkout to know which files belong to the project")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in run("git", "ls-files", "-z", cwd=ROOT).split("\0"):
        path = ROOT / name
        if name and (path.is_symlink() or path.is_file()):
            copy = source / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            if path.is_symlink():
                copy.symlink_to(path.readlink())
            else:
                copy.write_bytes(path.read_bytes())
    pip = (sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", folder)
    run(*pip, source, cwd=folder)
    return next(folder.glob("rlvr_gym-*.whl"))


def test_wheel_holds_every_file_that_the_rooms_hold(wheel: Path) -> None:
    """No module, manifest, card, attack, template or image recipe of the checkout is missing in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    tracked = run("git", "ls-files", "envs", "sandbox", "rlvr_gym", cwd=ROOT).split()
    links = {"rlvr_gym/envs", "rlvr_gym/sandbox"}
    expected = {
        name if name.startswith("rlvr_gym/") else f"rlvr_gym/{name}"
        for name in set(tracked) - links
        if name.endswith((".py", "py.typed", *DATA_SUFFIXES)) or "/images/" in name
    }
    assert {f"rlvr_gym/envs/{env}/env.toml" for env in ("math", "code", "curriculum")} <= expected
    assert sorted(expected - packed) == []


def test_wheel_holds_nothing_else(wheel: Path) -> None:
    """Tests, benchmarks and top-level copies of the rooms stay out; every package keeps its one name."""
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"rlvr_gym"}


def test_wheel_carries_licence_and_metadata(wheel: Path) -> None:
    """The licence text travels with the wheel, and its name and Python version are those of pyproject."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    with zipfile.ZipFile(wheel) as archive:
        info = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        metadata = archive.read(info).decode()
        licences = [n for n in archive.namelist() if n.endswith("LICENSE")]
    assert f"Version: {project['version']}\n" in metadata
    assert "License-Expression: Apache-2.0\n" in metadata
    assert f"Requires-Python: {project['requires-python']}\n" in metadata
    assert licences


def test_installed_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """In a fresh environment with the wheel alone the rooms import and make tasks."""
    where = tmp_path / "venv"
    venv.create(where, with_pip=False, symlinks=True)
    python = where / "bin" / "python"
    site = Path(
        run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip()
    )
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # The dependencies come from the environment that runs this test, after the wheel on the path.
    ours = [p for p in sys.path if p.endswith("site-packages") and Path(p).is_dir()]
    (site / "dependencies.pth").write_text("\n".join(ours), encoding="utf-8")
    assert run(python, "-c", FIRST_STEPS, cwd=tmp_path).startswith("train/0/0/")
