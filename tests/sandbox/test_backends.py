"""Which walls a sandbox takes; no Docker daemon is needed here."""

from __future__ import annotations

import json
import sys

import pytest

from rlvr_gym.errors import SandboxUnavailable
from rlvr_gym.sandbox import Sandbox, containers, docker
from rlvr_gym.sandbox.backends import VARIABLE, choose


@pytest.fixture
def without_docker(monkeypatch: pytest.MonkeyPatch):
    """A host on which no daemon answers."""
    docker.is_ready.cache_clear()
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    yield
    docker.is_ready.cache_clear()


def test_missing_sdk_names_the_extra_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the Docker SDK `auto` is native, and `docker` says what to install."""
    monkeypatch.setitem(sys.modules, "docker", None)
    docker.is_ready.cache_clear()
    assert choose("auto").profile("python").startswith("native/")
    docker.is_ready.cache_clear()
    with Sandbox("docker") as sandbox, pytest.raises(SandboxUnavailable, match=r'"rlvr-gym\[docker\]"'):
        sandbox.start()


def test_auto_is_native_where_docker_is_absent(without_docker: None) -> None:
    """Nothing is asked, built or pulled: the native walls serve."""
    assert choose("auto").profile("python") == choose("native").profile("python")


def test_docker_by_name_is_never_replaced_by_something_else(without_docker: None) -> None:
    """Who asks for Docker and cannot have it is told so, and gets no other walls."""
    with Sandbox("docker") as sandbox, pytest.raises(SandboxUnavailable, match="Docker"):
        sandbox.start()


def test_environment_variable_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds where the code names no backend, and nowhere else; unset or empty it means auto."""
    monkeypatch.setenv(VARIABLE, "docker")
    assert Sandbox().backend == "docker"
    assert Sandbox("native").backend == "native"
    monkeypatch.setenv(VARIABLE, "")
    assert Sandbox().backend == "auto"


def test_unknown_backend_names_the_valid_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says where the word came from."""
    with pytest.raises(SandboxUnavailable, match="'bare'; valid: auto, native, docker"):
        Sandbox("bare")
    monkeypatch.setenv(VARIABLE, "bare")
    with pytest.raises(SandboxUnavailable, match=VARIABLE):
        Sandbox()


def test_unknown_image_names_the_valid_ones() -> None:
    """A typo in the name of an image is no reason to look for a daemon."""
    with pytest.raises(SandboxUnavailable, match="valid: python, sympy"):
        docker.tag("pyhton")


def test_profile_of_system_calls_adds_only_what_the_inner_walls_need() -> None:
    """Of what makes namespaces and mounts, these calls alone are let through, and clone3 is unknown."""
    rules = json.loads(containers.SECCOMP.read_text(encoding="utf-8"))["syscalls"]
    inner = [rule for rule in rules if rule["comment"].startswith("INNER WALLS")]
    names = sorted(name for rule in inner for name in rule["names"])
    assert names == [
        "clone", "mount", "pivot_root", "setdomainname", "sethostname", "umount2", "unshare",
    ]  # fmt: skip
    # Flags that must be absent: network, cgroup and time for clone; all but five namespaces for unshare.
    masks = {rule["names"][0]: rule["args"][0] for rule in inner if "args" in rule}
    assert masks["clone"]["value"] & 0x42000080 == 0x42000080
    assert masks["unshare"]["value"] == (1 << 64) - 1 - 0x5C020000
    assert all(mask["op"] == "SCMP_CMP_MASKED_EQ" and mask["valueTwo"] == 0 for mask in masks.values())
