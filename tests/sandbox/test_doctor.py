"""The doctor: every wall tried for real, and the right answer for hosts of every kind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from rlvr_gym.cli import main
from rlvr_gym.sandbox import doctor
from rlvr_gym.sandbox.doctor import Host, advise, usable
from rlvr_gym.types import Ending, Result

ANSWERS: dict[str, tuple[Host, str, str]] = {
    "Debian": (Host(userns_clone=0), "FAIL", "sysctl kernel.unprivileged_userns_clone=1"),
    "Ubuntu": (Host(apparmor_userns=1), "FAIL", "sysctl kernel.apparmor_restrict_unprivileged_userns=0"),
    "none left": (Host(max_userns=0, root=True), "FAIL", "sysctl user.max_user_namespaces=15000"),
    "macOS": (Host(system="Darwin", machine="arm64"), "note", "RLVR_GYM_SANDBOX=docker"),
    "Windows": (Host(system="Windows", machine="AMD64"), "note", "RLVR_GYM_SANDBOX=docker"),
    "WSL": (Host(kernel="5.15.90.1-microsoft-standard-WSL2"), "note", "WSL 2 works"),
    "container": (Host(container="Kubernetes"), "note", "seccomp profile"),
    "old kernel": (Host(kernel="4.19.0-25-amd64"), "FAIL", "5.10 or newer"),
    "other processor": (Host(machine="riscv64"), "FAIL", "x86-64 and aarch64"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_each_kind_of_host_has_its_answer(name: str) -> None:
    """Facts alone lead to the remedy."""
    host, state, words = ANSWERS[name]
    assert [one.state for one in advise(host) if words in one.advice] == [state]


def test_a_host_in_order_has_nothing_to_mend() -> None:
    """No FAIL without a cause; root is not told of limits on others."""
    assert not [
        one for one in advise(Host(userns_clone=1, max_userns=9, apparmor_userns=0)) if one.state == "FAIL"
    ]
    assert not [
        one for one in advise(Host(root=True, userns_clone=0, apparmor_userns=1)) if one.state == "FAIL"
    ]


def test_every_wall_holds_here(capsys: pytest.CaptureFixture[str]) -> None:
    """The native backend is tried from inside; all probes are refused, and the exit status says so."""
    assert main(["sandbox", "doctor", "--backend", "native", "--json"]) == 0
    found = {one["wall"]: one for one in json.loads(capsys.readouterr().out)}
    assert {name for name, one in found.items() if one["state"] == "FAIL"} == set()
    assert {f"native: {wall}" for wall in doctor._PROBES} <= set(found)
    assert found["native: memory limit"]["seen"] == "ended by memory"


def test_a_wall_that_does_not_hold_is_shouted_about() -> None:
    """A probe that gets through makes its backend unusable."""
    result = Result(Ending.REPLIED, {"calls": [{"ok": "'root:x:0:'"}]})
    leak = doctor._judged("native: host files hidden", Ending.REPLIED, "refused", result)
    started = doctor.Finding("native: worker", "ok", "native/python")
    assert (leak.state, "DOES NOT HOLD" in leak.advice) == ("FAIL", True)
    assert usable([started], ("native",)) == ["native"]
    assert usable([started, leak], ("native",)) == []
    late = doctor._judged("native: CPU limit", Ending.CPU, None, replace(result, ending=Ending.WALL))
    assert late.state == "FAIL"


def test_probes_that_are_refused_for_another_reason_do_not_count() -> None:
    """A probe whose call fails by an error that is no wall's is told apart."""
    names: dict[str, Any] = {}
    exec(doctor._refused("open('/no/such/file')"), names)
    assert names["f"]().startswith("FileNotFoundError")
    exec(doctor._refused("open('/no/such/file')", (2,)), names)
    assert names["f"]() == "refused"


def test_a_host_without_user_namespaces_is_found_out() -> None:
    """Where none may be made, the trial fails by the kernel's word, the worker does not start, status 1."""
    if os.geteuid() != 0:
        pytest.skip("sets a limit of a namespace of its own: run as root")
    program = (
        "import ctypes, os, sys\nlibc = ctypes.CDLL(None)\n"
        "ids = os.geteuid()\nassert libc.unshare(0x10000000 | 0x20000) == 0\n"
        "open('/proc/self/uid_map', 'w').write('0 0 1')\n"
        "open('/proc/sys/user/max_user_namespaces', 'w').write('0')\n"
        "from rlvr_gym.cli import main\n"
        "sys.exit(main(['sandbox', 'doctor', '--backend', 'native', '--json']))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    found = {(one["wall"], one["state"]): one for one in json.loads(done.stdout)}
    assert "No space left" in found["user namespace", "FAIL"]["seen"]
    assert ("native: worker", "FAIL") in found
    assert "max_user_namespaces" in found["user namespaces", "FAIL"]["seen"]


def test_no_daemon_is_an_answer_not_a_crash(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a dead address the Docker backend fails with words, and the exit status is 1."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    assert main(["sandbox", "doctor", "--backend", "docker"]) == 1
    shown = capsys.readouterr()
    assert "docker: worker" in shown.out
    assert "no backend can be used here" in shown.err
