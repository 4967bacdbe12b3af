"""What importing the library costs and touches, and which room imports what."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT

HEAVY = ("torch", "transformers", "datasets", "docker", "sympy", "httpx", "jinja2", "rich", "ray", "trl")
# What the walls run may import beside the standard library: sympy where its image holds it.
WALLED = ("zygote.py", "walls.py", "wire.py", "seccomp.py", "children.py", "inside.py", "runners/*.py")


def in_fresh_interpreter(code: str, *, cwd: Path = ROOT) -> str:
    """Run code in a new interpreter, as a user's first import would, and return its standard output."""
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def modules_after(statement: str) -> set[str]:
    """Return the names in sys.modules after a statement in a fresh interpreter."""
    return set(
        json.loads(in_fresh_interpreter(f"{statement}\nimport json, sys\nprint(json.dumps([*sys.modules]))"))
    )


def imported_names(path: Path) -> set[str]:
    """Return the full name of every absolute import in a file, wherever in it the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module)
    return names


def test_import_loads_no_heavy_module() -> None:
    """`import rlvr_gym` loads neither an optional dependency nor one that only some commands need."""
    assert modules_after("import rlvr_gym") & set(HEAVY) == set()


def test_import_time_is_reported(record_property: Callable[[str, object], None]) -> None:
    """The best of five imports in fresh interpreters is measured and reported; only a hang would fail."""
    code = "import time; t = time.perf_counter(); import rlvr_gym; print(time.perf_counter() - t)"
    best = min(float(in_fresh_interpreter(code)) for _ in range(5))
    record_property("import_seconds", best)
    print(f"import rlvr_gym: best of 5 {best:.3f} s (aim: under 0.5 s)")  # noqa: T201  # pytest -s shows it
    assert best < 30


def test_rooms_are_never_loaded_a_second_time_under_their_folder_names() -> None:
    """Importing every module from inside the checkout loads no top-level `envs` or `sandbox`."""
    loaded = in_fresh_interpreter(
        """
        import importlib, json, pkgutil, sys
        import rlvr_gym
        walked = [m.name for m in pkgutil.walk_packages(rlvr_gym.__path__, "rlvr_gym.")]
        for name in walked:
            if not name.rpartition(".")[2].startswith("__"):
                importlib.import_module(name)
        print(json.dumps([len(walked), [n for n in sys.modules if n.split(".")[0] in ("envs", "sandbox")]]))
        """
    )
    count, doubled = json.loads(loaded)
    assert count > 20
    assert doubled == []


def test_this_test_run_has_loaded_no_room_twice() -> None:
    """The tests themselves import the rooms as rlvr_gym.envs and rlvr_gym.sandbox only."""
    assert [name for name in sys.modules if name.split(".")[0] in ("envs", "sandbox")] == []


@pytest.mark.parametrize("room", ["envs", "sandbox"])
def test_room_is_a_link_from_the_package(room: str) -> None:
    """rlvr_gym/envs and rlvr_gym/sandbox are relative links to the folders at the top level."""
    link = ROOT / "rlvr_gym" / room
    assert link.is_symlink(), f"{link} is a copy; check out with symbolic links on"
    assert link.readlink() == Path("..") / room
    assert link.resolve() == (ROOT / room).resolve()


def test_walled_code_imports_only_the_standard_library() -> None:
    """What runs inside the walls needs no installed package, apart from sympy in `symbolic`."""
    files = [path for pattern in WALLED for path in sorted((ROOT / "sandbox").glob(pattern))]
    assert len(files) >= 6
    for path in files:
        allowed = set(sys.stdlib_module_names) | ({"sympy"} if path.name == "symbolic.py" else set())
        foreign = {name for name in imported_names(path) if name.split(".")[0] not in allowed}
        within = {name for name in foreign if name.startswith("rlvr_gym.sandbox")}
        assert foreign == within, f"{path.name} imports {sorted(foreign - within)}"


def test_checkers_import_only_the_standard_library() -> None:
    """Every checker.py could run inside the walls: with what it needs of its folder, it is plain Python."""
    waiting = sorted((ROOT / "envs").glob("*/checker.py"))
    assert waiting
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        prefix = f"rlvr_gym.envs.{path.relative_to(ROOT / 'envs').parts[0]}."
        for name in imported_names(path):
            if name.startswith(prefix):
                sibling = ROOT.joinpath(*name.split(".")[1:]).with_suffix(".py")
                waiting += [sibling] if sibling.is_file() and sibling not in seen else []
            else:
                assert name.split(".")[0] in sys.stdlib_module_names, (
                    f"{path.relative_to(ROOT)} imports {name}"
                )


def test_every_public_module_declares_what_it_exports() -> None:
    """Every module of the library that defines something public has an `__all__` whose names exist."""
    report = in_fresh_interpreter(
        """
        import importlib, json, pkgutil
        import rlvr_gym
        bad = []
        for found in pkgutil.walk_packages(rlvr_gym.__path__, "rlvr_gym."):
            if found.name.rpartition(".")[2].startswith("__"):
                continue
            module = importlib.import_module(found.name)
            bad += [f"{found.name}.{n}" for n in getattr(module, "__all__", ()) if not hasattr(module, n)]
        print(json.dumps(bad + [n for n in rlvr_gym.__all__ if not hasattr(rlvr_gym, n)]))
        """
    )
    assert json.loads(report) == []
