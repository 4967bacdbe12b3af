"""The Docker backend: the suite of the native walls once more, the container's own locks, and its end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rlvr_gym.env import judge
from rlvr_gym.errors import SandboxUnavailable
from rlvr_gym.registry import load
from rlvr_gym.sandbox import Sandbox, containers, daemon, docker
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
FORKING_OWNER = """
import os, time
from rlvr_gym.sandbox import Sandbox
sandbox = Sandbox("docker", workers=1)
sandbox.start()
child = os.fork()
if child:
    print(child, flush=True)
time.sleep(90)
"""


def containers_of(owner: int) -> list[str]:
    """Return the ids of the containers of a process, running or not."""
    listed = daemon.connect().containers(all=True, filters={"label": f"{containers.LABEL}={owner}"})
    return [found["Id"] for found in listed]


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
def container(sandbox: Sandbox) -> str:
    """The id of the sandbox's container of Python workers."""
    sandbox.start()
    return sandbox._backend._containers["python"].id


@pytest.fixture(scope="module")
def locked(container: str) -> dict[str, Any]:
    """What the daemon says of a container of the sandbox."""
    found = daemon.connect().inspect_container(container)
    assert isinstance(found, dict)
    return found


def test_container_has_every_lock(locked: dict[str, Any], sandbox: Sandbox) -> None:
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
    assert 0 < host["Memory"] <= sandbox.workers * (2 << 30)
    assert host["MemorySwap"] == host["Memory"]
    assert 0 < host["PidsLimit"] <= sandbox.workers * 256
    assert 0 < host["NanoCpus"] <= sandbox.workers * 10**9
    assert host["LogConfig"]["Type"] == "none"
    assert 0 < host["CpuShares"] < 1024  # workers are nice to a trainer on the same host
    assert host["AutoRemove"] is True


def test_container_keeps_a_system_call_filter_of_our_own(locked: dict[str, Any]) -> None:
    """No new privileges; the profile is ours, refuses by default, and is never `unconfined`."""
    options = {
        key: value for key, _, value in (one.partition("=") for one in locked["HostConfig"]["SecurityOpt"])
    }
    assert set(options) == {"no-new-privileges", "seccomp"}
    profile = json.loads(options["seccomp"])
    assert profile == json.loads(containers.SECCOMP.read_text(encoding="utf-8"))
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
    """Its variables are those of the worker and of the image, and no proxy settings of the user."""
    names = {line.partition("=")[0] for line in locked["Config"]["Env"]}
    assert not names & {"PWD", "USER", "VIRTUAL_ENV", "PYTEST_CURRENT_TEST"}
    assert [name for name in names if name.lower().endswith("proxy")] == []


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
    image_id = daemon.find_image(daemon.connect(), docker.tag("python"))
    assert image_id is not None
    assert result.profile == sandbox.profile()
    assert result.profile.startswith(f"docker/python/{image_id.removeprefix('sha256:')[:12]}/")


def test_closing_the_sandbox_removes_its_containers() -> None:
    """Nothing is left, not even a stopped container."""
    before = set(containers_of(os.getpid()))
    sandbox = Sandbox("docker", workers=1)
    sandbox.start()
    (mine,) = set(containers_of(os.getpid())) - before
    sandbox.close()
    assert becomes(lambda: mine not in containers_of(os.getpid()))


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_killing_the_owner_removes_its_containers(state: str) -> None:
    """After SIGKILL of the owner the container's first process sees the end of its input and all goes."""
    owner = subprocess.Popen([sys.executable, "-c", OWNER, state], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    with owner.stdout as said:
        assert said.readline() == b"up\n"
        assert len(containers_of(owner.pid)) == 1
        time.sleep(0.5)  # the busy one has its job by now
        owner.send_signal(signal.SIGKILL)
        owner.wait()
    assert becomes(lambda: containers_of(owner.pid) == [])


def test_workers_of_a_pool_share_one_container() -> None:
    """One container holds all workers of an image, however many there are."""
    before = set(containers_of(os.getpid()))
    with Sandbox("docker", workers=3) as sandbox:
        results = sandbox.run([call("def f(): return 1")] * 30)
        assert all(result.value == {"calls": [{"ok": 1}]} for result in results)
        assert len(sandbox.idle_workers()) == 3
        assert len(set(containers_of(os.getpid())) - before) == 1


def test_worker_that_is_closed_leaves_its_container() -> None:
    """Whatever it was at: a worker that hangs is ended by the container's first process."""
    client = daemon.connect()
    with Sandbox("docker", workers=2) as sandbox:
        backend = docker.Docker(workers=1)
        link = backend.launch("python")
        (container,) = backend._containers.values()
        assert becomes(lambda: len(processes(client, container.id)) >= 3)  # the first, the worker, its mother
        link.close()
        assert becomes(lambda: len(processes(client, container.id)) == 1)
        backend.close()
        assert becomes(lambda: container.id not in containers_of(os.getpid()))
        assert run(sandbox, call("def f(): return 1")).value == {"calls": [{"ok": 1}]}


def processes(client: Any, container: str) -> list[list[str]]:
    """Return the processes of a container, one row each."""
    rows = client.top(container)["Processes"]
    assert isinstance(rows, list)
    return rows


def test_exec_has_the_locks_of_its_container(container: str) -> None:
    """What runs by exec has no capability, no new privileges and the container's system-call filter."""
    client = daemon.connect()
    command = ["python3", "-c", "print(open('/proc/self/status').read())"]
    asked = client.exec_create(container, command, user="65534:65534")
    said = client.exec_start(asked["Id"]).decode()
    status = dict(line.split(":\t", 1) for line in said.splitlines() if ":\t" in line)
    assert status["Uid"].split() == ["65534"] * 4
    assert {status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")


def test_container_that_is_killed_is_replaced_and_every_job_is_answered() -> None:
    """A container that dies under its jobs costs second tries, no answer."""
    with Sandbox("docker", workers=2) as sandbox:
        before = set(containers_of(os.getpid()))
        sandbox.start()
        (mine,) = set(containers_of(os.getpid())) - before
        source = "import time\ndef f(x):\n    time.sleep(0.05)\n    return x"
        jobs = [call(source, x) for x in range(100)]
        killer = threading.Timer(1.0, daemon.connect().kill, (mine,))
        killer.start()
        results = sandbox.run(jobs)
        killer.join()
        assert [result.value for result in results] == [{"calls": [{"ok": x}]} for x in range(100)]
        (other,) = set(containers_of(os.getpid())) - before
        assert other != mine


def test_containers_of_dead_owners_are_swept(sandbox: Sandbox) -> None:
    """A container whose labels name an owner that is gone is removed by the next owner; none else is."""
    client = daemon.connect()
    sandbox.start()
    labels = {**containers._labels(), containers._BORN: "1"}  # this process id, but of an earlier process
    image = daemon.find_image(client, docker.tag("python"))
    left = client.create_container(image, entrypoint=["python3"], command=["-V"], labels=labels)["Id"]
    other = {**labels, containers._HOST: "another host"}
    kept = client.create_container(image, entrypoint=["python3"], command=["-V"], labels=other)["Id"]
    try:
        assert containers.sweep(client) == [left]
        found = containers_of(os.getpid())
        assert left not in found
        assert kept in found
        assert sandbox._backend._containers["python"].id in found
    finally:
        client.remove_container(kept, force=True)


def test_forked_copy_holds_no_container() -> None:
    """A child of the owner that outlives it does not keep the container alive."""
    program = FORKING_OWNER
    owner = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    with owner.stdout as said:
        child = int(said.readline())
        assert len(containers_of(owner.pid)) == 1
        owner.send_signal(signal.SIGKILL)
        owner.wait()
    try:
        assert becomes(lambda: containers_of(owner.pid) == [])
    finally:
        os.kill(child, signal.SIGKILL)


def test_missing_image_names_the_command_that_builds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """An image of other sources is never used; the error says what to run."""
    monkeypatch.setattr(docker, "tag", lambda image: "rlvr-gym/python:of-other-sources")
    with (
        Sandbox("docker") as sandbox,
        pytest.raises(SandboxUnavailable, match="rlvr-gym sandbox build python"),
    ):
        sandbox.start()


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
