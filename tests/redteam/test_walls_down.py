"""Every wall holds, and is what holds: each probe is refused, and succeeds once its wall is taken down.

Where several walls stop one probe, all of them are taken down, and with any single one of them still up the
probe is refused: each is enough, and none of the list is idle.
"""

from __future__ import annotations

import os
import platform
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rlvr_gym.errors import SandboxError
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Job, Limits
from tests.redteam.arena import LIMITS
from tests.redteam.takedown import lowered

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="probes make x86-64's system calls")

_HEAD = """
import ctypes, errno, os, resource, signal, struct, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
PAGE = ctypes.create_string_buffer(4096)
def call(number, *args):
    result = libc.syscall(ctypes.c_long(number), *[
        ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in args])
    if result < 0:
        raise OSError(ctypes.get_errno(), errno.errorcode.get(ctypes.get_errno(), "?"))
    return result
def solve(_):
    try:
        return attempt()
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
"""


@dataclass(frozen=True)
class Probe:
    """An attempt from inside: the body of a function that returns True if it came through.

    `down` are the walls that stop it, each alone. With `first`, that runs as a check of its own before.
    """

    body: str
    down: tuple[str, ...]
    first: str = ""
    always: str = ""
    limits: Limits = LIMITS


def _calls(group: str, body: str, *others: str) -> Probe:
    return Probe(body, (f"calls: {group}", *others))


_PROBES = {
    # namespaces of a check
    "be_somebody": Probe("os.setresuid(1000, 1000, 1000); return True", ("user",)),
    "see_the_worker": Probe("return os.getppid() != 0 and os.getsid(os.getppid()) > 0", ("pid",)),
    "signal_the_worker": Probe(
        "parent = os.getppid()\nif not parent: return 'no parent'\nos.kill(parent, 0); return True",
        ("pid", "landlock"),
    ),
    "read_memory_of_the_worker": Probe(
        "parent = os.getppid()\n"
        "if not parent: return 'no parent'\n"
        "ours = (ctypes.c_ulong * 2)(ctypes.addressof(PAGE), 16)\n"
        "theirs = (ctypes.c_ulong * 2)(id(None), 16)\n"
        "return call(310, parent, ours, 1, theirs, 1, 0) == 16",
        ("calls: ptrace", "pid", "user", "capabilities", "landlock"),
    ),
    "mount_over_the_next_check": Probe(
        "return os.path.exists('/w/redteam-mounted')",
        ("calls: mounts", "mount", "user", "capabilities", "landlock"),
        first="call(165, b'tmpfs', b'/w', b'tmpfs', 0, 0)\n"
        "open('/w/redteam-mounted', 'w').close(); os.mkdir('/w/tmp', 0o777); return True",
    ),
    "share_memory_with_the_next_check": Probe(
        "return call(29, 4711, 4096, 0) >= 0",
        ("calls: sysv", "ipc"),
        first="return call(29, 4711, 4096, 0o1666) >= 0",
    ),
    "rename_the_host_for_the_next_check": Probe(
        "return os.uname().nodename == 'redteam'",
        ("calls: names", "uts", "user", "capabilities"),
        first="call(170, b'redteam', 7); return True",
        always="walls._may_become_nobody = lambda: False",  # else nobody inside owns the worker's own name
    ),
    "read_the_name_of_the_host": Probe(
        f"return os.uname().nodename == {socket.gethostname()!r}", ("host name",)
    ),
    # the new root
    "read_a_file_of_the_host": Probe(
        "return open('/etc/passwd').read(4) == 'root'", ("new root", "landlock")
    ),
    "leave_a_file_for_the_next_check": Probe(
        "return os.path.exists('redteam-left')",
        ("private tmpfs",),
        first="open('redteam-left', 'w').close(); return True",
    ),
    "list_the_root": Probe("return 'w' in os.listdir('/')", ("landlock",)),
    # rights
    "hold_a_capability": Probe(
        "head, data = (ctypes.c_uint * 2)(0x20080522, 0), (ctypes.c_uint * 6)()\n"
        "libc.capget(head, data); return any(data)",
        ("capabilities",),
    ),
    "gain_capabilities_in_a_namespace": _calls("mounts", "call(272, 0x10000000); return True", "user"),
    "make_a_mount_namespace": _calls("mounts", "call(272, 0x20000); return True", "capabilities"),
    "mount": _calls(
        "mounts", "call(165, b'tmpfs', b'/w/tmp', b'tmpfs', 0, 0); return True", "capabilities", "landlock"
    ),
    "be_free_of_no_new_privs": _calls(
        "prctl", "return call(157, 39, 0, 0, 0, 0) == 0", "no_new_privs", "capabilities"
    ),
    # the system-call filter
    "fork": _calls(
        "processes", "pid = os.fork()\nif not pid: os._exit(0)\nreturn os.waitpid(pid, 0)[1] == 0"
    ),
    "execute": _calls(
        "exec",
        "open('x', 'w').write('no program'); os.chmod('x', 0o755)\n"
        "try: os.execv('x', ['x'])\n"
        "except OSError as error: return error.errno == errno.ENOEXEC or str(error)",
    ),
    "socket": _calls("sockets", "import socket; socket.socket(socket.AF_UNIX); return True"),
    "ptrace": _calls("ptrace", "return call(101, 0, 0, 0, 0) == 0"),
    "io_uring": _calls("io_uring", "return call(425, 8, PAGE) > 0", "limit: MEMLOCK"),
    "keyctl": _calls("keys", "return call(250, 0, -3, 1) > 0"),
    "perf": _calls(
        "perf",
        "struct.pack_into('IIQQQQQ', PAGE, 0, 1, 112, 0, 0, 0, 0, 0x60)\nreturn call(298, PAGE, 0, -1, -1, 0) > 0",
    ),
    "userfaultfd": _calls("userfaultfd", "return call(323, 1) > 0"),
    "bpf": _calls(  # the kernel, not the filter, then looks for a map behind descriptor -1
        "bpf",
        "struct.pack_into('i', PAGE, 0, -1)\n"
        "try: return call(321, 1, PAGE, 72)\n"
        "except OSError as error: return error.errno == errno.EBADF or str(error)",
    ),
    "memfd": _calls("memfd", "return os.memfd_create('redteam') > 0"),
    "symbolic_link": _calls("links", "os.symlink('/etc', 'x'); return True"),
    # limits that a check carries
    "many_descriptors": Probe("return len([os.dup(1) for _ in range(100)]) == 100", ("limit: NOFILE",)),
    "many_threads": Probe(
        "done = threading.Event(); threading.stack_size(65536)\n"
        "for _ in range(60): threading.Thread(target=done.wait, daemon=True).start()\n"
        "count = threading.active_count(); done.set(); return count > 60",
        ("limit: NPROC",),
    ),
    "lock_memory": Probe("return libc.mlock(PAGE, 4096) == 0", ("limit: MEMLOCK",)),
    "message_queue": _calls(
        "queues", "return call(240, b'redteam', 0o102, 0o666, 0) > 0", "limit: MSGQUEUE", "user", "landlock"
    ),
    "queue_signals": Probe(
        "signal.pthread_sigmask(signal.SIG_BLOCK, [40])\n"
        "struct.pack_into('iiiiiiQ', PAGE, 0, 40, 0, -1, 0, 1, 0, 7)\n"
        "for _ in range(100): call(129, 1, 40, PAGE)\n"
        "return True",
        ("limit: SIGPENDING",),
    ),
    "large_file": Probe("open('x', 'wb').truncate(64 << 20); return True", ("limit: FSIZE",)),
    "dump_core": Probe("resource.setrlimit(resource.RLIMIT_CORE, (1, 1)); return True", ("limit: CORE",)),
    "much_memory": Probe("import mmap; return len(mmap.mmap(-1, 600 << 20)) > 0", ("address space",)),
    # what a check inherits
    "inherited_descriptors": Probe("return any(_open(fd) for fd in range(4, 64))", ("descriptors",)),
    "process_group_of_the_worker": Probe("return os.getpgrp() == 0", ("process group",)),
    "flags_for_the_next_check": Probe(
        "import fcntl; return bool(fcntl.fcntl(0, fcntl.F_GETFL) & os.O_APPEND)",
        ("own null",),
        first="import fcntl; fcntl.fcntl(0, fcntl.F_SETFL, os.O_APPEND); return True",
    ),
    # limits that the worker keeps
    "sleep_past_the_wall_clock": Probe(
        "time.sleep(0.8); return True", ("clocks",), limits=Limits(0.5, 0.5, 256, 64)
    ),
    "burn_past_the_cpu_limit": Probe(
        "until = time.process_time() + 0.6\nwhile time.process_time() < until: pass\nreturn True",
        ("clocks",),
        limits=Limits(0.2, 20, 256, 64),
    ),
    "flood_the_output": Probe(
        "for _ in range(64): os.write(1, bytes(4096))\ntime.sleep(0.05); return True",
        ("output",),
        limits=Limits(1, 20, 256, 64),
    ),
}
_TAIL = """
def _open(fd):
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True
"""


def _source(body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"{_HEAD}{_TAIL}\ndef attempt():\n{lines}"


def _claim(sandbox: Sandbox, body: str, limits: Limits) -> Any:
    result = sandbox.run(
        [Job("python_calls", {"source": _source(body), "entry": "solve", "calls": [[[None], {}]]}, limits)]
    )[0]
    if result.value is None:
        return f"{result.ending.value}: {result.detail}"
    return result.value["calls"][0].get("ok", result.value) if "calls" in result.value else result.value


def _try(probe: Probe, down: frozenset[str]) -> Any:
    """Return what the probe says of itself: True if it came through."""
    try:
        with lowered(down, probe.always) as sandbox:
            if probe.first:
                _claim(sandbox, probe.first, probe.limits)
            return _claim(sandbox, probe.body, probe.limits)
    except SandboxError as error:  # a wall that is built on a missing one refuses to stand: nothing runs
        return f"no worker: {error}"


@pytest.fixture(scope="module")
def whole() -> Iterator[Sandbox]:
    """A worker as it is, every wall up."""
    with Sandbox(backend="native", workers=1) as sandbox:
        yield sandbox


@pytest.mark.parametrize("name", _PROBES)
def test_probe_is_refused(whole: Sandbox, name: str) -> None:
    """With every wall up no probe comes through."""
    probe = _PROBES[name]
    if probe.first:
        _claim(whole, probe.first, probe.limits)
    assert _claim(whole, probe.body, probe.limits) is not True


@pytest.mark.parametrize("name", _PROBES)
def test_probe_comes_through_once_its_walls_are_down(name: str) -> None:
    """The same probe succeeds without the walls that are said to stop it: the probe can fail, and they matter."""
    assert _try(_PROBES[name], frozenset(_PROBES[name].down)) is True


@pytest.mark.parametrize(
    ("name", "kept"),
    [(name, kept) for name, probe in _PROBES.items() for kept in probe.down if len(probe.down) > 1],
)
def test_each_of_several_walls_is_enough(name: str, kept: str) -> None:
    """Where walls overlap, every single one of them stops the probe alone."""
    assert _try(_PROBES[name], frozenset(_PROBES[name].down) - {kept}) is not True


@pytest.mark.parametrize("kept", [None, "network", "calls: sockets", "landlock"])
@pytest.mark.parametrize("family", ["loopback", "abstract"])
def test_host_is_reached_only_without_all_walls_of_the_network(kept: str | None, family: str) -> None:
    """A socket of this very test is out of reach as long as one of three walls stands."""
    kind = socket.AF_INET if family == "loopback" else socket.AF_UNIX
    with socket.socket(kind) as listener:
        listener.bind(("127.0.0.1", 0) if family == "loopback" else f"\0redteam-{os.getpid()}")
        listener.listen()
        probe = Probe(
            f"import socket; socket.socket({int(kind)}).connect({listener.getsockname()!r}); return True",
            ("network", "calls: sockets", "landlock"),
        )
        assert (_try(probe, frozenset(probe.down) - {kept}) is True) == (kept is None)


@pytest.mark.parametrize("kept", [None, "read-only", "landlock"])
def test_shown_folder_is_written_to_only_without_both_walls(tmp_path: Path, kept: str | None) -> None:
    """A folder that is shown inside cannot be written to, even where anybody may write."""
    folder = _open_to_all(tmp_path)
    probe = Probe(
        f"open({str(folder / 'written')!r}, 'w').close(); return True",
        ("read-only", "landlock"),
        always=f"house = walls.build_house\n"
        f"walls.build_house = lambda folders, masked: house([*folders, {str(folder)!r}], masked)",
    )
    came_through = _try(probe, frozenset(probe.down) - {kept}) is True
    assert came_through == (folder / "written").exists() == (kept is None)


@pytest.mark.parametrize("down", [(), ("mask",)])
def test_masked_packages_show_only_without_the_mask(tmp_path: Path, down: tuple[str, ...]) -> None:
    """Installed packages inside a shown folder are hidden by the mask over them."""
    folder = _open_to_all(tmp_path)
    (folder / "site-packages").mkdir()
    (folder / "site-packages" / "redteam.py").write_text("")
    masked = str(folder / "site-packages")
    probe = Probe(
        f"return os.listdir({masked!r}) == ['redteam.py']",
        ("mask",),
        always=f"show = walls.build_house\nwalls.build_house = lambda folders, masked: "
        f"show([*folders, {str(folder)!r}], [*masked, {masked!r}])",
    )
    assert (_try(probe, frozenset(down)) is True) == bool(down)


@pytest.mark.parametrize("down", [(), ("owed",)])
def test_answers_before_their_questions_pass_only_without_the_count(down: tuple[str, ...]) -> None:
    """A candidate that answers unasked is found out by the count of what it owes, and by nothing else."""
    source = (
        "import os, time\nfrom rlvr_gym.sandbox import wire\n"
        "handle, said = {'ok': {'\\0handle': 0}}, b''\n"
        "for value in ({'names': ['solve']}, handle, handle, {'ok': 1}, {'ok': 2}):\n"
        "    data = b'V' + wire.encode(value, 1 << 20)\n"
        "    said += len(data).to_bytes(4, 'big') + data\n"
        "os.write(3, said)\ntime.sleep(9)\n"
    )
    test = "def check(candidate):\n    assert candidate(0) == 1\n    assert candidate(0) == 2\n"
    payload = {"source": source, "entry": "solve", "setup": "", "test": test, "mode": "check"}
    with lowered(frozenset(down)) as sandbox:
        result = sandbox.run([Job("python_judge", payload, LIMITS)])[0]
    assert (result.value == {"passed": True}) == bool(down), result


@pytest.mark.parametrize("down", [("clocks",), ("clocks", "cpu backstop")])
def test_cpu_time_is_bounded_by_the_kernel_too(down: tuple[str, ...]) -> None:
    """A worker that watches no clock still has a kernel that ends a busy child, two seconds later."""
    probe = Probe(
        "until = time.process_time() + 3\nwhile time.process_time() < until: pass\nreturn True",
        down,
        limits=Limits(0.5, 20, 256, 64),
    )
    assert (_try(probe, frozenset(down)) is True) == ("cpu backstop" in down)


def _open_to_all(tmp_path: Path) -> Path:
    """Return a folder that any user may write to, on a road that any user may walk."""
    folder = tmp_path / "shown"
    folder.mkdir()
    folder.chmod(0o777)
    return folder
