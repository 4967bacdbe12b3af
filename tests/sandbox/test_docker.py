"""The Docker backend: the suite of the native walls once more, the container's own locks, and its end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rlvr_gym.env import judge
from rlvr_gym.errors import SandboxUnavailable
from rlvr_gym.registry import load
from rlvr_gym.sandbox import Sandbox, docker
from rlvr_gym.types import Job, Outcome
from tests.sandbox.test_endings import (  # collected here again: they meet the sandbox of this module
    call,
    run,
    test_a_failing_ending_is_a_verdict_of_zero,
    test_a_program_reads_and_writes_as_usual,
    test_a_program_that_does_not_load_says_why,
    test_a_value_that_is_not_plain_is_an_error_of_its_call,
    test_calls_keep_their_own_errors_and_values,
    test_every_way_out_is_named_in_time,
    test_the_same_program_behaves_the_same_in_every_child,
    test_threads_work_and_processes_do_not,
)

__all__ = [
    "test_a_failing_ending_is_a_verdict_of_zero",
    "test_a_program_reads_and_writes_as_usual",
    "test_a_program_that_does_not_load_says_why",
    "test_a_value_that_is_not_plain_is_an_error_of_its_call",
    "test_calls_keep_their_own_errors_and_values",
    "test_every_way_out_is_named_in_time",
    "test_the_same_program_behaves_the_same_in_every_child",
    "test_threads_work_and_processes_do_not",
]

pytestmark = pytest.mark.docker

GONE_S = 30.0  # far beyond what a daemon takes to remove a container

# What an attacker tries from inside; each attempt reports the name of the error, or what it got.
PROBE = """
import ctypes, os, socket
libc = ctypes.CDLL(None, use_errno=True)
def called(number, *args):
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if type(a) is int else a for a in args])
    return os.strerror(ctypes.get_errno()) if result < 0 else 'done'
def attempt(action):
    try:
        return repr(action())
    except OSError as error:
        return os.strerror(error.errno)
def solve(numbers):
    return {
        'internet': attempt(lambda: socket.socket()),
        'unix': attempt(lambda: socket.socket(socket.AF_UNIX)),
        'mount': called(numbers['mount'], b'tmpfs', b'/w/tmp', b'tmpfs', 0, 0),
        'unshare': called(numbers['unshare'], 0x10000000),
        'fork': attempt(os.fork),
        'write library': attempt(lambda: open(os.__file__, 'a')),
        'write root': attempt(lambda: open('/new', 'w')),
        'become root': attempt(lambda: os.setuid(0)),
        'read': [path for path in numbers['paths'] if os.path.exists(path)],
        'pid': os.getpid(),
        'environment': sorted(os.environ),
    }
"""
REFUSED = {
    "Operation not permitted",
    "Function not implemented",
    "Read-only file system",
    "Permission denied",
    "Invalid argument",  # of becoming a user who does not exist in there
}
OWNER = """
import sys, time
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Job, Limits
sandbox = Sandbox("docker", workers=1)
sandbox.start()
print("up", flush=True)
if sys.argv[1] == "busy":
    source = "def f():\\n while True: pass"
    payload = {"source": source, "entry": "f", "calls": [[[], {}]]}
    sandbox.run([Job("python_calls", payload, Limits(cpu_s=90, wall_s=90))])
time.sleep(90)
"""


def containers(owner: int) -> list[str]:
    """Return the ids of the containers of a process, running or not."""
    command = ["docker", "ps", "--all", "--quiet", "--filter", f"label={docker.LABEL}={owner}"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.split()


def becomes(condition: Callable[[], bool]) -> bool:
    """Whether a condition comes true in good time."""
    until = time.monotonic() + GONE_S
    while not (held := condition()) and time.monotonic() < until:
        time.sleep(0.05)
    return held


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox of containers, in place of the session's native one."""
    with Sandbox("docker", workers=2) as shared:
        shared.start()
        yield shared


@pytest.fixture(scope="module")
def locked(sandbox: Sandbox) -> dict[str, Any]:
    """What the daemon says of a container of the sandbox."""
    sandbox.start()
    command = ["docker", "inspect", containers(os.getpid())[0]]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    (container,) = json.loads(said)
    assert isinstance(container, dict)
    return container


def test_container_has_every_lock(locked: dict[str, Any]) -> None:
    """Nobody's user, no capability, no network, nothing writable, no folder of the host, limits."""
    host = locked["HostConfig"]
    assert locked["Config"]["User"] == "65534:65534"
    assert host["CapDrop"] == ["ALL"]
    assert not host["CapAdd"]
    assert host["Privileged"] is False
    assert host["NetworkMode"] == "none"
    assert host["IpcMode"] == "none"
    assert host["PidMode"] in ("", "private")
    assert host["ReadonlyRootfs"] is True
    assert not host["Binds"]
    assert not host["Devices"]
    assert locked["Mounts"] == []
    assert 0 < host["Memory"] <= 2 << 30
    assert 0 < host["PidsLimit"] <= 256
    assert host["AutoRemove"] is True


def test_container_keeps_a_system_call_filter_of_our_own(locked: dict[str, Any]) -> None:
    """No new privileges; the profile is ours, refuses by default, and is never `unconfined`."""
    options = {
        key: value for key, _, value in (one.partition("=") for one in locked["HostConfig"]["SecurityOpt"])
    }
    assert set(options) == {"no-new-privileges", "seccomp"}
    profile = json.loads(options["seccomp"])
    assert profile == json.loads(docker.SECCOMP.read_text(encoding="utf-8"))
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    allowed = {
        name for rule in profile["syscalls"] for name in rule["names"] if rule["action"] == "SCMP_ACT_ALLOW"
    }
    assert not allowed & {
        "socket",
        "bpf",
        "setns",
        "ptrace",
        "keyctl",
        "perf_event_open",
        "io_uring_setup",
        "clone3",
    }
    assert all(rule["comment"] for rule in profile["syscalls"])


def test_container_holds_nothing_of_the_owners_environment(locked: dict[str, Any]) -> None:
    """Its variables are those of the worker and of the image; proxy settings are given as empty."""
    names = {line.partition("=")[0]: line.partition("=")[2] for line in locked["Config"]["Env"]}
    assert not set(names) & {"PWD", "USER", "VIRTUAL_ENV", "PYTEST_CURRENT_TEST"}
    assert [name for name in names if name.lower().endswith("proxy") and names[name]] == []


def test_program_cannot_leave_the_walls_inside(sandbox: Sandbox) -> None:
    """Inside the container the walls of every check stand as on the host."""
    intel = os.uname().machine == "x86_64"
    paths = [
        "/proc",
        "/sys",
        "/etc/passwd",
        "/opt/rlvr_gym/sandbox/zygote.py",
        "/dev/shm",
        "/bin",
        "/root",
        "/home",
    ]
    asked = {"mount": 165 if intel else 40, "unshare": 272 if intel else 97, "paths": paths}
    payload = {"source": PROBE, "entry": "solve", "calls": [[[asked], {}]]}
    answer = sandbox.run([Job("python_calls", payload)])[0].value["calls"][0]["ok"]
    assert answer.pop("read") == []
    assert answer.pop("pid") == 1
    assert not [name for name in answer.pop("environment") if "RLVR" in name or "DOCKER" in name]
    assert set(answer.values()) <= REFUSED, answer


def test_symbolic_jobs_run_in_the_sympy_image(sandbox: Sandbox) -> None:
    """The image holds the sympy of this host, and the real road of the math environment ends in it."""
    math = load("rlvr/Math-v0")
    tasks = [math.source.task("train", 0, index) for index in range(10)]
    verdicts = judge(math, [(task, math.oracle(task)) for task in tasks], sandbox)
    assert {verdict.outcome for verdict in verdicts} == {Outcome.CORRECT}


def test_results_name_the_image_behind_them(sandbox: Sandbox) -> None:
    """The profile of a result holds the backend and the id of the image that gave it."""
    result = run(sandbox, call("def f(): return 1"))
    image_id = docker.find_image(docker.tag("python"))
    assert image_id is not None
    assert result.profile == sandbox.profile()
    assert result.profile.startswith(f"docker/python/{image_id.removeprefix('sha256:')[:12]}/")


def test_closing_the_sandbox_removes_its_containers() -> None:
    """Nothing is left, not even a stopped container."""
    before = set(containers(os.getpid()))
    sandbox = Sandbox("docker", workers=1)
    sandbox.start()
    (mine,) = set(containers(os.getpid())) - before
    sandbox.close()
    assert becomes(lambda: mine not in containers(os.getpid()))


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_killing_the_owner_removes_its_containers(state: str) -> None:
    """After SIGKILL of the owner the worker sees the end of its input and the container goes."""
    owner = subprocess.Popen([sys.executable, "-c", OWNER, state], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    with owner.stdout as said:
        assert said.readline() == b"up\n"
        assert len(containers(owner.pid)) == 1
        time.sleep(0.5)  # the busy one has its job by now
        owner.send_signal(signal.SIGKILL)
        owner.wait()
    assert becomes(lambda: containers(owner.pid) == [])


def test_container_that_is_killed_is_replaced() -> None:
    """A container that dies under a job costs a second try, not the job."""
    before = set(containers(os.getpid()))
    with Sandbox("docker", workers=1) as sandbox:
        sandbox.start()
        (worker,) = sandbox.idle_workers()
        (mine,) = set(containers(os.getpid())) - before
        subprocess.run(["docker", "kill", mine], capture_output=True, timeout=60, check=True)
        assert becomes(lambda: worker.link.process.poll() is not None)
        assert run(sandbox, call("def f(): return 1")).value == {"calls": [{"ok": 1}]}


def test_missing_image_names_the_command_that_builds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """An image of other sources is never used; the error says what to run."""
    monkeypatch.setattr(docker, "tag", lambda image: "rlvr-gym/python:of-other-sources")
    docker._present.cache_clear()
    try:
        with (
            Sandbox("docker") as sandbox,
            pytest.raises(SandboxUnavailable, match="rlvr-gym sandbox build python"),
        ):
            sandbox.start()
    finally:
        docker._present.cache_clear()


def test_auto_takes_docker_where_the_image_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a daemon and the image `auto` is Docker; without the image it is native and builds nothing."""
    docker.is_ready.cache_clear()
    try:
        assert Sandbox("auto").profile().startswith("docker/")
        docker.is_ready.cache_clear()
        monkeypatch.setattr(docker, "tag", lambda image: "rlvr-gym/python:of-other-sources")
        assert Sandbox("auto").profile().startswith("native/")
    finally:
        docker.is_ready.cache_clear()
