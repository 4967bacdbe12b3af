"""What holds on this host and what does not, found out by trying it; for each answer what to do.

Three kinds of finding: what this host is (facts), what its kernel grants (each feature tried in a throw-away
process), and whether a worker of each backend stands and refuses what it must (probe jobs, as an attacker
would run them). Nothing here raises on an odd host: a trial that cannot be made says so.
"""

from __future__ import annotations

import os
import platform
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from rlvr_gym.errors import RlvrError
from rlvr_gym.sandbox import native
from rlvr_gym.sandbox.backends import choose
from rlvr_gym.sandbox.cgroups import find_place
from rlvr_gym.sandbox.pool import Sandbox
from rlvr_gym.types import Ending, Job, Limits, Result

__all__ = ["Finding", "Host", "advise", "examine", "read_host", "usable"]

OK, FAILED, NOTE = "ok", "FAIL", "note"
_TRIAL_S = 20.0  # for one feature of the kernel
_BACKEND_S = 90.0  # for a worker's start and all its probes: a daemon that hangs must not hang this


class Finding(NamedTuple):
    """One line: what was tried, how it went (ok, FAIL or note), what was seen, and what to do about it."""

    wall: str
    state: str
    seen: str
    advice: str = ""


class Host(NamedTuple):
    """Facts about this host. A sysctl that the kernel does not have is None.

    Args:
        system, machine, kernel: as `platform` names them.
        root: whether this process is root.
        container: the kind of container that this process seems to run in, "" where none.
        userns_clone, max_userns, apparmor_userns: kernel.unprivileged_userns_clone,
            user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns.
    """

    system: str = "Linux"
    machine: str = "x86_64"
    kernel: str = "6.1.0"
    root: bool = False
    container: str = ""
    userns_clone: int | None = None
    max_userns: int | None = None
    apparmor_userns: int | None = None


def read_host() -> Host:
    """Return the facts of this host."""
    return Host(
        system=platform.system(),
        machine=platform.machine(),
        kernel=platform.release(),
        root=hasattr(os, "geteuid") and os.geteuid() == 0,
        container=_container(),
        userns_clone=_sysctl("kernel/unprivileged_userns_clone"),
        max_userns=_sysctl("user/max_user_namespaces"),
        apparmor_userns=_sysctl("kernel/apparmor_restrict_unprivileged_userns"),
    )


def advise(host: Host) -> list[Finding]:
    """Return what follows from the facts alone."""
    found = []
    if host.system != "Linux":
        return [
            Finding(
                "operating system", NOTE, host.system,
                "native walls need Linux: start Docker, run `rlvr-gym sandbox build`, "
                "use RLVR_GYM_SANDBOX=docker",
            )
        ]  # fmt: skip
    known = host.machine in ("x86_64", "aarch64")
    found.append(
        Finding("processor", OK if known else FAILED, host.machine,
                "" if known else "the system-call filter knows x86-64 and aarch64 only: use another host")
    )  # fmt: skip
    new = _version(host.kernel) >= (5, 10)
    found.append(
        Finding("kernel", OK if new else FAILED, host.kernel, "" if new else "5.10 or newer is needed")
    )
    if "microsoft" in host.kernel.lower():
        found.append(Finding("WSL", NOTE, "a kernel of WSL", "WSL 2 works like any Linux; WSL 1 does not"))
    if host.container:
        found.append(
            Finding(
                "container", NOTE, f"this process runs inside {host.container}",
                "native walls need clone, unshare, mount and pivot_root here: allow them by a seccomp "
                "profile (sandbox/images/seccomp.json lists them) and no AppArmor profile that refuses "
                "mounts; or give this container a Docker daemon and use RLVR_GYM_SANDBOX=docker",
            )
        )  # fmt: skip
    found.append(
        Finding("user", NOTE, "root" if host.root else "not root",
                "workers become nobody before they serve" if host.root
                else "needs unprivileged user namespaces")
    )  # fmt: skip
    if host.userns_clone == 0 and not host.root:
        found.append(Finding("user namespaces", FAILED, "kernel.unprivileged_userns_clone = 0",
                             "sudo sysctl kernel.unprivileged_userns_clone=1"))  # fmt: skip
    if host.max_userns == 0:
        found.append(Finding("user namespaces", FAILED, "user.max_user_namespaces = 0",
                             "sudo sysctl user.max_user_namespaces=15000"))  # fmt: skip
    if host.apparmor_userns and not host.root:
        found.append(
            Finding("user namespaces", FAILED, "kernel.apparmor_restrict_unprivileged_userns = 1 (Ubuntu)",
                    "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, "
                    "or use RLVR_GYM_SANDBOX=docker")
        )  # fmt: skip
    return found


# ------------------------------------------------------------------------------------- features of the kernel

_TRY = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
def check(result):
    if result < 0:
        sys.exit(os.strerror(ctypes.get_errno()))
flags, mount, root = int(sys.argv[1]), sys.argv[2] == "mount", os.geteuid() == 0
if not root or flags & 0x10000000:
    check(libc.unshare(0x10000000))
    flags &= ~0x10000000
check(libc.unshare(flags))
if mount:
    check(libc.mount(None, b"/", None, 0x44000, None))
    check(libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 6, b"size=64k"))
"""
_FLAGS = {
    "user namespace": 0x10000000, "process namespace": 0x20000000, "mount namespace": 0x20000,
    "network namespace": 0x40000000, "ipc namespace": 0x8000000, "uts namespace": 0x4000000,
}  # fmt: skip


def _kernel_findings() -> Iterator[Finding]:
    for name, flag in _FLAGS.items():
        yield _tried(name, [str(flag), "no"])
    yield _tried("mount of a tmpfs", [str(0x20000), "mount"])
    from rlvr_gym.sandbox.walls import landlock_abi

    abi = landlock_abi()
    yield Finding(
        "Landlock", OK if abi else NOTE, f"ABI {abi}" if abi else "this kernel has none",
        "" if abi else "optional: the read-only root and the filter stand without it; Linux 5.13 has it",
    )  # fmt: skip


def _tried(name: str, arguments: list[str]) -> Finding:
    command = [native.interpreter(), "-S", "-c", _TRY, *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TRIAL_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(name, FAILED, f"could not be tried: {error}", "see the message")
    if done.returncode == 0:
        return Finding(name, OK, "can be made here")
    why = done.stderr.strip().rpartition("\n")[2] or f"exit status {done.returncode}"
    return Finding(name, FAILED, why, "see user namespaces, container and user; docs/sandbox.md has the list")


def _memory_groups() -> Finding:
    place = find_place()
    if place is None:
        return Finding(
            "memory groups", NOTE, "none can be made here",
            "native workers do without: a child's memory is bounded by its address space. To have them, run "
            "as root, or in a delegated cgroup (systemd-run --user --scope -p Delegate=yes ...)",
        )  # fmt: skip
    return Finding("memory groups", OK, f"cgroup v{place.version}, made in {place.folder}")


# ---------------------------------------------------------------------------- workers, tried from inside

_LIMITS = Limits(cpu_s=0.3, wall_s=2.0, memory_mb=256, output_kb=64)


_FILTER, _FILES = (1, 38), (2, 13, 30)  # EPERM and ENOSYS; ENOENT, EACCES and EROFS


def _refused(line: str, by: tuple[int, ...] = _FILTER) -> str:
    """Return a program whose f() says whether that line failed by one of those errors, else what it gave."""
    return (
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "def need(result):\n    if result < 0: raise OSError(ctypes.get_errno(), '')\n    return result\n"
        f"def f():\n    try:\n        return repr({line})\n    except OSError as error:\n"
        f"        return 'refused' if error.errno in {by} else repr(error)\n"
    )


_PROBES: Mapping[str, tuple[str, Ending, object]] = {  # wall: program, its ending, what f() returns
    "host files hidden": (_refused("open('/etc/passwd').read(9)", _FILES), Ending.REPLIED, "refused"),
    "processes hidden": (_refused("os.listdir('/proc')", _FILES), Ending.REPLIED, "refused"),
    "no network": (_refused("need(libc.socket(2, 1, 0))"), Ending.REPLIED, "refused"),
    "no new process": (_refused("need(libc.fork())"), Ending.REPLIED, "refused"),
    "no new program": (_refused("os.execv('/bin/sh', ['sh'])"), Ending.REPLIED, "refused"),
    "no namespaces": (_refused("need(libc.unshare(0x10000000))"), Ending.REPLIED, "refused"),
    "no mounts": (_refused("need(libc.mount(b'x', b'/w', b'tmpfs', 0, None))"), Ending.REPLIED, "refused"),
    "no tracing": (_refused("need(libc.ptrace(0, 0, 0, 0))"), Ending.REPLIED, "refused"),
    "read-only root": (_refused("open('/x', 'w')", _FILES), Ending.REPLIED, "refused"),
    "own folder writable": (_refused("open('x', 'w').write('1')"), Ending.REPLIED, "1"),
    "memory limit": ("def f(): return len(bytearray(10**9))", Ending.MEMORY, None),
    "CPU limit": ("def f():\n    while True: pass", Ending.CPU, None),
    "wall-clock limit": ("import time\ndef f(): time.sleep(60)", Ending.WALL, None),
    "output limit": ("def f(): return 'x' * 10**6", Ending.OUTPUT, None),
}  # fmt: skip


def _backend_findings(name: str) -> list[Finding]:
    """Start a worker of a backend and try its walls, within a bounded time."""
    found: list[Finding] = []
    thread = threading.Thread(target=_try_backend, args=(name, found), daemon=True)
    thread.start()
    thread.join(_BACKEND_S)
    if thread.is_alive():
        return [*found, Finding(f"{name}: worker", FAILED, f"no answer within {_BACKEND_S:g} s",
                                "the daemon hangs: restart it" if name == "docker" else "")]  # fmt: skip
    return found


def _try_backend(name: str, found: list[Finding]) -> None:
    try:
        with Sandbox(name, workers=1) as sandbox:
            sandbox.start()
            found.append(Finding(f"{name}: worker", OK, sandbox.profile()))
            jobs = [
                Job("python_calls", {"source": source, "entry": "f", "calls": [[[], {}]]}, _LIMITS)
                for source, _, _ in _PROBES.values()
            ]
            for (wall, (_, ending, value)), result in zip(
                _PROBES.items(), sandbox.attempt(jobs), strict=True
            ):
                found.append(_judged(f"{name}: {wall}", ending, value, result))
    except (RlvrError, OSError) as error:
        found.append(Finding(f"{name}: worker", FAILED, "does not start", str(error)))


def _judged(wall: str, ending: Ending, value: object, result: Result | RlvrError) -> Finding:
    if isinstance(result, RlvrError):
        return Finding(wall, FAILED, str(result), "a fault of the sandbox: report it")
    said = result.value["calls"][0].get("ok") if result.ending is Ending.REPLIED else None
    if result.ending is ending and said == value:
        return Finding(wall, OK, f"{said}" if said is not None else f"ended by {ending.value}")
    return Finding(wall, FAILED, f"{result.ending.value}: {result.detail or said}",
                   "THIS WALL DOES NOT HOLD: run nothing untrusted here, and report it")  # fmt: skip


def examine(
    backends: tuple[str, ...] = ("native", "docker"), say: Callable[[str], None] = lambda line: None
) -> list[Finding]:
    """Examine this host and the backends named; `say` is told what is being tried."""
    host = read_host()
    found = advise(host)
    if "native" in backends and host.system == "Linux":
        say("trying what the kernel grants")
        found += [*_kernel_findings(), _memory_groups()]
    for name in backends:
        say(f"trying a worker of the {name} backend")
        found += _backend_findings(name)
    found.append(_choice())
    return found


def usable(found: list[Finding], backends: tuple[str, ...]) -> list[str]:
    """Return the backends of which a worker started and no wall failed."""
    return [
        name
        for name in backends
        if any(one.wall == f"{name}: worker" and one.state == OK for one in found)
        and not any(one.wall.startswith(f"{name}: ") and one.state == FAILED for one in found)
    ]


def _choice() -> Finding:
    try:
        profile = choose("auto").profile("python")
    except RlvrError as error:
        return Finding("choice of `auto`", NOTE, "none", str(error))
    return Finding("choice of `auto`", NOTE, profile.partition("/")[0],
                   "set RLVR_GYM_SANDBOX, or Sandbox(backend=...), to choose")  # fmt: skip


def _container() -> str:
    marks: Mapping[str, str] = {"/.dockerenv": "Docker", "/run/.containerenv": "Podman"}
    for path, name in marks.items():
        if os.path.exists(path):
            return name
    if os.environ.get("KUBERNETES_SERVICE_HOST"):
        return "Kubernetes"
    try:
        return "gVisor" if "gVisor" in Path("/proc/version").read_text(errors="replace") else ""
    except OSError:
        return ""


def _sysctl(name: str) -> int | None:
    try:
        return int(Path("/proc/sys", name).read_text())
    except (OSError, ValueError):
        return None


def _version(kernel: str) -> tuple[int, ...]:
    numbers: list[Any] = kernel.split("-")[0].split(".")[:2]
    return tuple(int(number) if number.isdigit() else 0 for number in numbers)
