"""The documentation does what it says: its code runs, its links lead somewhere, its tables are complete."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rlvr_gym import manifests
from tests.conftest import ROOT

BUNDLED = sorted(env_id for env_id in manifests() if env_id.startswith("rlvr/"))
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("envs/*/README.md")])
EXAMPLES = {"vector_loop.py": ["--envs", "4", "--steps", "2"], "curriculum.py": ["--steps", "8"]}

# Adds the folder in argv[1] to the environments, registers it and prints its certificate.
CERTIFICATE = """
import json, sys
import rlvr_gym, rlvr_gym.envs
from rlvr_gym.testing import check_env
rlvr_gym.envs.__path__.append(sys.argv[1])
rlvr_gym.register(sys.argv[1] + "/linear/env.toml")
print(json.dumps([[check.name, check.ok, check.detail] for check in check_env("rlvr/Linear-v0")]))
"""


def blocks(path: Path, language: str) -> list[str]:
    """Return the fenced blocks of a language in a Markdown file."""
    return re.findall(
        rf"^```{language}\n(.*?)^```$", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


def run(command: list[str], cwd: Path) -> str:
    """Run a command with this environment's programs on the path; fail with what it wrote."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    env = {**os.environ, "PATH": path}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def write_linear(folder: Path, entry: str) -> None:
    """Write the worked miniature into a folder, as the contributing page shows it but for its entry."""
    page = ROOT / "CONTRIBUTING.md"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    for name, language in {"env.toml": "toml", "env.py": "python", "attacks.jsonl": "json"}.items():
        (folder / name).write_text(blocks(page, language)[0], encoding="utf-8")
    manifest = (folder / "env.toml").read_text(encoding="utf-8")
    stated = re.sub(r"^entry = .*$", f'entry = "{entry}"', manifest, flags=re.MULTILINE)
    (folder / "env.toml").write_text(stated, encoding="utf-8")


@pytest.mark.parametrize("number", range(4))
def test_python_of_the_readme_runs(number: int, tmp_path: Path) -> None:
    """Each Python block of the README is a whole program that runs, warnings being errors."""
    found = blocks(ROOT / "README.md", "python")
    assert len(found) == 4
    assert run([sys.executable, "-W", "error", "-c", found[number]], tmp_path).strip()


def test_reward_function_of_the_readme_pays_what_the_comment_says(tmp_path: Path) -> None:
    """The comment beside the last print is what it prints."""
    block = blocks(ROOT / "README.md", "python")[3]
    comment = re.search(r"print\(.*\)  # (.*)$", block, re.MULTILINE)
    assert comment is not None
    assert run([sys.executable, "-c", block], tmp_path).strip() == comment[1]


def test_reward_function_of_the_readme_reads_chat_completions(tmp_path: Path) -> None:
    """A completion that is a list of messages pays as its last message does; prompts hold the instructions."""
    more = """
chats = [[{"role": "assistant", "content": text}] for text in (solved[0], "?")]
print(reward(chats, [tasks[0].id] * 2), all(math.system in row["prompt"] for row in dataset))
"""
    block = blocks(ROOT / "README.md", "python")[3] + more
    assert run([sys.executable, "-c", block], tmp_path).splitlines()[1:] == ["[1.0, 0.0] True"]


def test_readme_names_every_command() -> None:
    """Every command that `rlvr-gym --help` lists is in the README's table of commands."""
    commands, _, _ = run(["rlvr-gym", "--help"], ROOT).partition("options:")
    listed = set(re.findall(r"^    ([a-z]+)\b", commands, re.MULTILINE))
    table = re.findall(r"^\| (`[^|]*) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(listed) >= 10
    assert listed <= set(re.findall(r"`([a-z]+)[` ]", " ".join(table)))


def test_commands_of_the_readme_judge_as_told(tmp_path: Path) -> None:
    """The shell block judges its two responses: equal fractions pay, a hedge pays nothing."""
    (block,) = blocks(ROOT / "README.md", "bash")
    rows = [
        json.loads(line) for line in run(["bash", "-euo", "pipefail", "-c", block], tmp_path).splitlines()
    ]
    assert [(row["task_id"], row["reward"]) for row in rows] == [("sum", 1.0), ("root", 0.0)]


def test_readme_lists_every_environment() -> None:
    """Every bundled id has a row in the README's table, with its card."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for env_id in BUNDLED:
        card = manifests()[env_id].folder.resolve().relative_to(ROOT) / "README.md"
        row = next((line for line in text.splitlines() if line.startswith(f"| `{env_id}`")), "")
        assert f"({card})" in row, env_id


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file or folder that exists."""
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_environment_of_the_contributing_page_earns_its_certificate(tmp_path: Path) -> None:
    """The worked miniature, written out as the page shows it, passes every check of `check_env`."""
    write_linear(tmp_path / "linear", entry="rlvr_gym.envs.linear.env:domain")
    checks = json.loads(run([sys.executable, "-c", CERTIFICATE, str(tmp_path)], tmp_path))
    assert len(checks) >= 5
    assert [check for check in checks if not check[1]] == []


def test_environment_of_another_package_is_checked_as_the_contributing_page_says(tmp_path: Path) -> None:
    """The page's command prints a certificate without a failure for the miniature outside this package."""
    write_linear(tmp_path / "my_package" / "linear", entry="my_package.linear.env:domain")
    (tmp_path / "my_package" / "__init__.py").touch()
    (command,) = blocks(ROOT / "CONTRIBUTING.md", "bash")
    lines = run(["bash", "-euo", "pipefail", "-c", command], tmp_path).splitlines()
    assert len(lines) >= 5
    assert [line for line in lines if not line.startswith("ok ")] == []


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "examples").glob("*.py")))
def test_example_runs(name: str, tmp_path: Path) -> None:
    """Every example runs to its end and prints something."""
    assert run(
        [sys.executable, "-W", "error", str(ROOT / "examples" / name), *EXAMPLES[name]], tmp_path
    ).strip()
