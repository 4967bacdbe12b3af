"""The walls around compiled programs: each probe in C++ or JavaScript is refused, and succeeds without its walls.

A program that a child became by execve stands behind what the child had closed around it, and behind a last
filter of its own. As in `test_walls_down`: where several walls stop a probe, each is enough alone.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rlvr_gym.errors import SandboxError
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Ending, Job, Limits
from tests.redteam.takedown import lowered

pytestmark = [
    pytest.mark.compilers,
    pytest.mark.skipif(
        platform.machine() != "x86_64", reason="walls are taken down by x86-64's call numbers"
    ),
]
_LIMITS = Limits(cpu_s=10.0, wall_s=60.0, memory_mb=256, output_kb=64)
# A worker proves itself by two programs; each test here is one, and makes a worker of its own.
_UNPROVEN = "from rlvr_gym.sandbox import compiled\ncompiled.prove = lambda one: None"
_HEAD = """
#include <bits/stdc++.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
static bool ended_well(long pid) {
    if (pid == 0) _exit(0);
    int status = 1;
    return pid > 0 && waitpid((pid_t)pid, &status, 0) == pid && status == 0;
}
static void *wait_for_ever(void *) { for (;;) pause(); }
"""


@dataclass(frozen=True)
class Probe:
    """An attempt from inside, stopped by each of the walls `down`.

    Args:
        language: cpp or js.
        body: of a function that returns true if it came through.
        first: such a body, run as a check of its own before.
    """

    language: str
    body: str
    down: tuple[str, ...]
    first: str = ""
    limits: Limits = _LIMITS


_PROBES = {
    # C++: processes, which a child may start until its last filter
    "cpp_fork": Probe("cpp", "return ended_well(fork());", ("last filter",)),
    "cpp_vfork": Probe("cpp", "return ended_well(vfork());", ("last filter",)),
    "cpp_clone": Probe(
        "cpp", "return ended_well(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));", ("last filter",)
    ),
    "cpp_prctl": Probe("cpp", "return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) >= 0;", ("last filter",)),
    "cpp_clone_into_a_user_namespace": Probe(
        "cpp",
        "return ended_well(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));",
        ("last filter", "starting filter", "user"),
    ),
    # C++: what every child is refused, after execve too
    "cpp_socket": Probe("cpp", "return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;", ("calls: sockets",)),
    "cpp_ptrace": Probe("cpp", "return ptrace(PTRACE_TRACEME, 0, 0, 0) == 0;", ("calls: ptrace",)),
    "cpp_namespaces": Probe(
        "cpp", "return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0;", ("calls: mounts", "user")
    ),
    "cpp_mount": Probe(
        "cpp",
        'return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && mount("x", "/w/tmp", "tmpfs", 0, nullptr) == 0;',
        ("calls: mounts", "user", "landlock"),
    ),
    "cpp_memfd": Probe("cpp", 'return syscall(SYS_memfd_create, "redteam", 0) >= 0;', ("calls: memfd",)),
    "cpp_file_of_the_host": Probe(
        "cpp", 'return open("/etc/passwd", O_RDONLY) >= 0;', ("new root", "landlock")
    ),
    "cpp_see_the_worker": Probe("cpp", "return getppid() != 0;", ("pid",)),
    "cpp_signal_the_worker": Probe(
        "cpp", "return getppid() != 0 && kill(getppid(), 0) == 0;", ("pid", "landlock")
    ),
    "cpp_file_for_the_next_check": Probe(
        "cpp",
        'return access("redteam-left", F_OK) == 0;',
        ("private tmpfs",),
        first='return open("redteam-left", O_WRONLY | O_CREAT, 0666) >= 0;',
    ),
    # C++: limits, which outlive execve
    "cpp_much_memory": Probe(
        "cpp",
        "return mmap(nullptr, 600 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;",
        ("address space",),
    ),
    "cpp_large_file": Probe(
        "cpp", 'return ftruncate(open("x", O_WRONLY | O_CREAT, 0600), 64 << 20) == 0;', ("limit: FSIZE",)
    ),
    "cpp_many_descriptors": Probe(
        "cpp", "for (int i = 0; i < 100; i++) if (dup(0) < 0) return false; return true;", ("limit: NOFILE",)
    ),
    "cpp_many_threads": Probe(
        "cpp",
        "pthread_attr_t small; pthread_t one; pthread_attr_init(&small); pthread_attr_setstacksize(&small, 65536);\n"
        "for (int i = 0; i < 60; i++) if (pthread_create(&one, &small, wait_for_ever, nullptr)) return false;\n"
        "return true;",
        ("limit: NPROC",),
    ),
    "cpp_burn_past_the_cpu_limit": Probe(
        "cpp",
        "while (clock() < CLOCKS_PER_SEC * 6 / 10); return true;",
        ("clocks",),
        limits=Limits(0.2, 60.0, 256, 64),
    ),
    "cpp_sleep_past_the_wall_clock": Probe(
        "cpp", "usleep(800000); return true;", ("clocks",), limits=Limits(0.5, 0.5, 256, 64)
    ),
    "cpp_flood_the_output": Probe(
        "cpp",
        "static char zeros[4096]; for (int i = 0; i < 64; i++) if (write(1, zeros, 4096) < 0) return false;\n"
        "usleep(50000); return true;",
        ("output",),
    ),
    # JavaScript
    "js_process": Probe(
        "js",
        "return !require('child_process').spawnSync(process.execPath, ['--version'], {stdio: 'inherit'}).error;",
        ("last filter",),
    ),
    "js_socket": Probe(
        "js",
        "const socket = require('dgram').createSocket('udp4');\n"
        "return new Promise((said) => socket.on('error', () => said(false)).bind(0, () => said(true)));",
        ("calls: sockets",),
    ),
    "js_file_of_the_host": Probe(
        "js", "require('fs').openSync('/etc/passwd'); return true;", ("new root", "landlock")
    ),
    "js_see_the_worker": Probe("js", "return process.ppid !== 0;", ("pid",)),
    "js_file_for_the_next_check": Probe(
        "js",
        "return require('fs').existsSync('redteam-left');",
        ("private tmpfs",),
        first="require('fs').writeFileSync('redteam-left', ''); return true;",
    ),
    "js_much_memory": Probe(
        "js", "return Buffer.allocUnsafeSlow(900 << 20).length > 0;", ("data of node",)
    ),
}  # fmt: skip


def _claim(sandbox: Sandbox, language: str, body: str, limits: Limits) -> object:
    """Return True if the body came through, else how it ended."""
    source = f"{_HEAD}static bool attempt() {{\n{body}\n}}\nint main() {{ _exit(attempt() ? 0 : 1); }}\n"
    if language == "js":
        source = f"(async () => {{\n{body}\n}})().then((through) => process.exit(through ? 0 : 1), () => process.exit(1));\n"
    payload = {"source": source, "stdin": [""], "compile": {"cpu_s": 30.0, "wall_s": 120.0}}
    result = sandbox.run([Job(f"{language}_program", payload, limits, image="compiled")])[0]
    if result.ending is not Ending.REPLIED:
        return f"{result.ending.value}: {result.detail}"
    assert "runs" in result.value, result.value  # not a compile error
    return result.value["runs"][0]["exit"] == 0 or result.value


def _try(probe: Probe, down: frozenset[str], always: str = "") -> object:
    try:
        with lowered(down, f"{_UNPROVEN}\n{always}", "compiled") as sandbox:
            if probe.first:
                assert _claim(sandbox, probe.language, probe.first, probe.limits) is True
            return _claim(sandbox, probe.language, probe.body, probe.limits)
    except SandboxError as error:  # a wall that is built on a missing one refuses to stand: nothing runs
        return f"no worker: {error}"


@pytest.fixture(scope="module")
def whole() -> Iterator[Sandbox]:
    """A worker as it is, every wall up."""
    with Sandbox(backend="native", workers=1) as sandbox:
        yield sandbox


@pytest.mark.parametrize("name", _PROBES)
def test_probe_is_refused(whole: Sandbox, name: str) -> None:
    """With every wall up no compiled probe comes through."""
    probe = _PROBES[name]
    if probe.first:
        assert _claim(whole, probe.language, probe.first, probe.limits) is True
    assert _claim(whole, probe.language, probe.body, probe.limits) is not True


@pytest.mark.parametrize("name", _PROBES)
def test_probe_comes_through_once_its_walls_are_down(name: str) -> None:
    """The same program succeeds without the walls that are said to stop it."""
    assert _try(_PROBES[name], frozenset(_PROBES[name].down)) is True


@pytest.mark.parametrize(
    ("name", "kept"),
    [(name, kept) for name, probe in _PROBES.items() for kept in probe.down if len(probe.down) > 1],
)
def test_each_of_several_walls_is_enough(name: str, kept: str) -> None:
    """Where walls overlap, every single one of them stops the program alone."""
    assert _try(_PROBES[name], frozenset(_PROBES[name].down) - {kept}) is not True


@pytest.mark.parametrize("kept", [None, "read-only", "landlock"])
def test_shown_folder_is_written_to_only_without_both_walls(tmp_path: Path, kept: str | None) -> None:
    """A folder that is shown beside the compilers cannot be written to, even where anybody may write."""
    folder = tmp_path / "shown"
    folder.mkdir()
    folder.chmod(0o777)
    show = (
        "house = walls.build_house\n"
        f"walls.build_house = lambda folders, masked: house([*folders, {str(folder)!r}], masked)"
    )
    body = f'return open("{folder}/written", O_WRONLY | O_CREAT, 0666) >= 0;'
    probe = Probe("cpp", body, ("read-only", "landlock"))
    came_through = _try(probe, frozenset(probe.down) - {kept}, show) is True
    assert came_through == (folder / "written").exists() == (kept is None)
