"""What an env.toml may ask of the sandbox: a backend, and images of its own choice."""

from __future__ import annotations

from pathlib import Path

import pytest

from rlvr_gym.cli import main
from rlvr_gym.errors import BadTask, SandboxUnavailable
from rlvr_gym.registry import read_manifest
from rlvr_gym.sandbox import Sandbox, default_sandbox, docker
from rlvr_gym.sandbox.backends import VARIABLE
from rlvr_gym.sandbox.pins import check_pins, pin_lines

MANIFEST = """
id = "tests/Pinned-v0"
entry = "tests.toys:domain"
title = "Pinned"
licence = "Apache-2.0"
provenance = "made here"
canary = "pinned"
"""


def manifest(folder: Path, more: str) -> Path:
    """Write an env.toml with some lines more."""
    path = folder / "env.toml"
    path.write_text(MANIFEST + more, encoding="utf-8")
    return path


def test_manifest_chooses_a_backend_and_pins_images(tmp_path: Path) -> None:
    """Without the table there is no choice and no pin; with it they are as written."""
    plain = read_manifest(manifest(tmp_path, ""))
    assert (plain.backend, plain.pins) == (None, {})
    lines = '[sandbox]\nbackend = "docker"\n[sandbox.images]\npython = "recipe:0123456789ab"\n'
    found = read_manifest(manifest(tmp_path, lines))
    assert (found.backend, found.pins) == ("docker", {"python": "recipe:0123456789ab"})


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('sandbox = "docker"', r"\[sandbox\] must be a table"),
        ('[sandbox]\nbackend = "dockr"', "did you mean 'docker'"),
        ("[sandbox]\nbackend = 1", "unknown backend 1"),
        ('[sandbox]\nimage = "python"', "did you mean 'images'"),
        ("[sandbox]\nimages = []", r"\[sandbox.images\] must be a table"),
        ('[sandbox.images]\npyton = "recipe:0123456789ab"', "did you mean 'python'"),
        ('[sandbox.images]\npython = "latest"', "rlvr-gym sandbox pins"),
        ('[sandbox.images]\npython = "sha256:0123456789ab"', "64 hex digits"),
    ],
)
def test_malformed_tables_say_what_is_wrong(tmp_path: Path, lines: str, said: str) -> None:
    """The message names the file, the field, and what would be right."""
    with pytest.raises(BadTask, match=said) as raised:
        read_manifest(manifest(tmp_path, lines))
    assert str(tmp_path) in str(raised.value)


def test_printed_pins_are_accepted_and_hold(tmp_path: Path, sandbox: Sandbox) -> None:
    """What `rlvr-gym sandbox pins` prints can be written into an env.toml, and these sources fulfil it."""
    found = read_manifest(manifest(tmp_path, "[sandbox.images]\n" + "\n".join(pin_lines())))
    assert {"python", "sympy", "numpy", "compiled", "lean"} <= set(found.pins)
    check_pins(found.pins, sandbox, "env.toml")


def test_bundled_environments_are_pinned_to_the_sources_here() -> None:
    """Whoever changes what runs inside the walls says so: `make pins`."""
    for name, image in (("math", "sympy"), ("code", "python")):
        found = read_manifest(Path("envs") / name / "env.toml")
        assert found.pins == {image: f"recipe:{docker.recipe(image)}"}, "run `make pins`"


def test_pins_are_renewed_in_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Recipes become those of the sources here; image ids, comments and everything else stay."""
    tail = f'numpy = "sha256:{"0" * 64}"\n# python = nothing\n'
    path = manifest(tmp_path, '[sandbox.images]\npython = "recipe:0123456789ab"  # ours\n' + tail)
    assert main(["sandbox", "pins", "--write", str(path)]) == 0
    assert "1 pins renewed" in capsys.readouterr().err
    text = path.read_text(encoding="utf-8")
    assert text.endswith(f'python = "recipe:{docker.recipe("python")}"  # ours\n{tail}')
    assert main(["sandbox", "pins", "--write", str(path)]) == 0
    assert "0 pins renewed" in capsys.readouterr().err


def test_recipe_of_other_sources_is_refused_with_the_line_to_write(sandbox: Sandbox) -> None:
    """The message holds what is pinned, what is here, and the exact line."""
    line = f'python = "recipe:{docker.recipe("python")}"'
    with pytest.raises(SandboxUnavailable, match=line):
        check_pins({"python": "recipe:0123456789ab"}, sandbox, "env.toml")


def test_published_image_is_never_replaced_by_native_walls(sandbox: Sandbox) -> None:
    """Native walls have no image that could be the pinned one."""
    with pytest.raises(SandboxUnavailable, match="only the Docker backend"):
        check_pins({"python": "sha256:" + "0" * 64}, sandbox, "env.toml")


@pytest.mark.docker
def test_other_image_than_the_published_one_is_refused() -> None:
    """Only the very image of the pin judges."""
    from rlvr_gym.sandbox.daemon import connect, find_image

    here = find_image(connect(), docker.tag("python"))
    assert here is not None
    with Sandbox("docker", workers=1) as sandbox:
        check_pins({"python": here}, sandbox, "env.toml")
        with pytest.raises(SandboxUnavailable, match="docker tag"):
            check_pins({"python": "sha256:" + "0" * 64}, sandbox, "env.toml")


def test_environment_variable_wins_over_the_manifest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The manifest's backend is taken where nothing else is said."""
    monkeypatch.delenv(VARIABLE, raising=False)
    assert default_sandbox("docker").backend == "docker"
    assert default_sandbox("native").backend == "native"
    monkeypatch.setenv(VARIABLE, "native")
    assert default_sandbox("docker").backend == "native"


def test_recipes_of_images_differ_and_stand_for_their_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every image has a recipe of its own; another source inside makes it another."""
    lines = pin_lines()
    assert len({line.partition("=")[2] for line in lines}) == len(lines)
    before = docker.recipe("python")
    monkeypatch.setattr(docker, "walled_sources", list)
    docker.recipe.cache_clear()
    try:
        assert docker.recipe("python") != before
    finally:
        docker.recipe.cache_clear()
