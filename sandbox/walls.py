"""The walls: what a worker builds once, and what every child stands behind.

Once per worker (`build_house`): own user, mount, network, IPC and UTS namespaces; a new root that holds the
interpreter, its libraries and three harmless devices, all read-only; no /proc, no other file of the host;
no_new_privs and the fixed resource limits, which children inherit.
Once per child (`clone_child`, `enter`): own user, pid, mount, IPC and UTS namespaces, a private tmpfs, all
capabilities dropped, Landlock where the kernel has it, every inherited descriptor closed but two (standard
input and error are /dev/null), the system-call filter last. A child's user namespace maps no id at all:
whoever it could become owns nothing. Its tmpfs is mounted by the worker, which takes its own view of it away
again, so that files can be made there.

A child touches as little of the interpreter as it can: each page that it writes to is copied from the worker,
and those copies, not the walls, are what a check costs.

A wall that cannot be built raises `WallError`; nothing ever runs without it. Standard library only.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from rlvr_gym.sandbox.seccomp import (
    ARCH,
    Filter,
    binary_filter,
    child_filter,
    compiler_filter,
    mother_filter,
    starting_filter,
)

__all__ = [
    "ADVICE_NAMESPACES",
    "CONTROL",
    "OUT",
    "Place",
    "WallError",
    "admit_programs",
    "build_house",
    "child_place",
    "clone_child",
    "clone_mother",
    "enter",
    "landlock_abi",
    "restrict_program",
    "socketpair",
    "stand_in",
]

SIGKILL, SIGCHLD = 9, 17  # `signal` makes enumerations of all numbers: pages that every fork would pay for
OUT, CONTROL = 1, 3  # the two descriptors of a child: its output pipe, and its request-and-reply socket
_LANDLOCK_FD, _FDS = 63, 64
_INSIDE, _NOBODY = 1000, 65534
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")

_NEWNS, _NEWUTS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = (
    0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT = 1, 2, 4, 8, 32
_MS_BIND, _MS_REC, _MS_PRIVATE, _MS_RELATIME = 4096, 16384, 1 << 18, 1 << 21
_KEPT = ((1, 1), (2, 2), (4, 4), (8, 8), (1024, 1024), (2048, 2048), (4096, _MS_RELATIME))  # statvfs -> mount
# write+read a device; execute, read a file; execute, read files, read folders
_LANDLOCK_DEVICE, _LANDLOCK_FILE, _LANDLOCK_READ = 0b0110, 0b0101, 0b1101

_libc = ctypes.PyDLL(None, use_errno=True)  # PyDLL: the lock of the interpreter is never released
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long
_prctl, _capset, _setpgid = _libc.prctl, _libc.capset, _libc.setpgid
_libc_mount, _umount2 = _libc.mount, _libc.umount2


class WallError(Exception):
    """A wall cannot be built here: `wall` names it, `advice` says what to do."""

    def __init__(self, wall: str, errno: int, advice: str) -> None:
        super().__init__(f"{wall}: {os.strerror(errno)}. {advice}")
        self.wall, self.errno, self.advice = wall, errno, advice


ADVICE_NAMESPACES = (
    "Allow unprivileged user namespaces: `sysctl kernel.unprivileged_userns_clone=1` (Debian), "
    "`sysctl kernel.apparmor_restrict_unprivileged_userns=0` (Ubuntu), "
    "`sysctl user.max_user_namespaces=15000`; inside a container, "
    "run it with a seccomp profile that admits clone, unshare, mount and pivot_root, "
    "and under no AppArmor profile that refuses mounts (Docker's own does: use native walls there)."
)
_ADVICE_KERNEL = "The walls need Linux 5.10 or newer on x86-64 or aarch64; elsewhere use the Docker backend."


def _check(result: int, wall: str, advice: str = ADVICE_NAMESPACES) -> int:
    if result < 0:
        raise WallError(wall, ctypes.get_errno(), advice)
    return result


def _mount(
    source: str | None, target: str, kind: str | None, flags: int, options: str | None, wall: str
) -> None:
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    _check(_libc_mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), encoded[3]), wall)


# ---------------------------------------------------------------------------------------- once per worker


def build_house(folders: Sequence[str], masked: Sequence[str]) -> None:
    """Enter the worker's namespaces, replace its root by a read-only one, and drop what it needs no more.

    Args:
        folders: absolute paths of files and folders to show, read-only, at the same place.
        masked: folders inside them to hide behind an empty one (site-packages).
    Raises: WallError: naming the wall that cannot be built.
    """
    if ARCH is None:
        raise WallError("processor", 95, _ADVICE_KERNEL)
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY)
    spaces = _NEWNS | _NEWNET | _NEWIPC | _NEWUTS
    if _may_become_nobody():
        # Root builds, for only root may reach every folder; then it becomes nobody, in nobody's namespace.
        _check(_libc.unshare(spaces), "mount, network, ipc and uts namespaces")
        _mount(None, "/", None, _MS_REC | _MS_PRIVATE, None, "private mounts")
        _new_root(folders, masked)
        _rename_host()
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
        _prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE: /proc/self must be ours, for the id map
        _enter_user_namespace(_NEWNS, proc)
    else:
        _enter_user_namespace(spaces, proc)
        _mount(None, "/", None, _MS_REC | _MS_PRIVATE, None, "private mounts")
        _new_root(folders, masked)
        _rename_host()
    os.close(proc)
    for kind, value in _FIXED_LIMITS:
        resource.setrlimit(kind, (value, value))
    _check(_prctl(38, 1, 0, 0, 0), "no_new_privs", _ADVICE_KERNEL)
    _prepare_landlock([*folders, *_DEVICES])


def _rename_host() -> None:
    name = b"sandbox"
    _check(_libc.sethostname(name, len(name)), "host name")
    _check(_libc.setdomainname(name, len(name)), "domain name")


def _may_become_nobody() -> bool:
    """Whether this is root with other ids to change to; root of a rootless container may have none."""
    if os.geteuid() != 0:
        return False
    with open("/proc/self/setgroups") as file:
        allowed = file.read().strip() == "allow"
    for name in ("uid_map", "gid_map"):
        with open(f"/proc/self/{name}") as file:
            ranges = [[int(word) for word in line.split()] for line in file]
        allowed = allowed and any(first <= _NOBODY < first + count for first, _, count in ranges)
    return allowed


def _enter_user_namespace(others: int, proc: int) -> None:
    ids = {
        "setgroups": "deny",
        "uid_map": f"{_INSIDE} {os.geteuid()} 1",
        "gid_map": f"{_INSIDE} {os.getegid()} 1",
    }
    _check(_libc.unshare(_NEWUSER | others), "user namespace")
    for name, text in ids.items():
        try:
            fd = os.open(f"self/{name}", os.O_WRONLY, dir_fd=proc)
        except FileNotFoundError:
            if name == "setgroups":  # gVisor has no such file, and refuses the call without it
                continue
            raise
        os.write(fd, text.encode())
        os.close(fd)


def _new_root(folders: Sequence[str], masked: Sequence[str]) -> None:
    paths = [*dict.fromkeys(folders), *_DEVICES]
    links = [path for path in ("/lib", "/lib64") if os.path.islink(path)]
    targets = [os.readlink(path) for path in links]
    sources = [os.open(path, os.O_PATH) for path in paths]
    root = "/tmp"  # any folder will do: the sources are already open
    _mount("tmpfs", root, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=1m,mode=755", "tmpfs root")
    for path, source in zip(paths, sources, strict=True):
        place = root + path
        if os.path.isdir(f"/proc/self/fd/{source}"):
            os.makedirs(place, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(place), exist_ok=True)
            os.close(os.open(place, os.O_CREAT | os.O_RDONLY, 0o644))
        _mount(f"/proc/self/fd/{source}", place, None, _MS_BIND | _MS_REC, None, f"bind mount of {path}")
        flags = sum(flag for bit, flag in _KEPT if os.statvfs(place).f_flag & bit)
        device = path.startswith("/dev/")
        flags |= _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID | (_MS_NOEXEC if device else _MS_NODEV)
        _mount(None, place, None, flags, None, f"read-only mount of {path}")
        os.close(source)
    for path in masked:
        if os.path.isdir(root + path):
            _mount("tmpfs", root + path, "tmpfs", _MS_RDONLY, "size=4k,mode=755", f"mask over {path}")
    for path, target in zip(links, targets, strict=True):
        if not os.path.lexists(root + path):
            os.symlink(target, root + path)
    os.makedirs(root + "/w/tmp", exist_ok=True)
    if not os.path.lexists(root + "/tmp"):
        os.symlink("w/tmp", root + "/tmp")
    os.chdir(root)
    _check(_syscall(ARCH.pivot_root, b".", b"."), "pivot_root")  # type: ignore[union-attr]  # checked above
    _check(_umount2(b".", 2), "unmount of the old root")
    os.chdir("/")
    flags = _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID | _MS_NODEV
    _mount(None, "/", None, flags, None, "read-only root")


def socketpair() -> tuple[int, int]:
    """Return the two ends of a local stream, closed on exec.

    Raises: WallError: if the kernel has none to give.
    """
    ends = (ctypes.c_int * 2)()
    _check(_libc.socketpair(1, 1 | os.O_CLOEXEC, 0, ends), "a pair of sockets")
    return ends[0], ends[1]


def landlock_abi() -> int:
    """Return the kernel's Landlock ABI, 0 where it has none."""
    return max(0, int(_syscall(444, None, 0, 1)))


def _prepare_landlock(folders: Sequence[str]) -> None:
    abi = landlock_abi()
    if abi == 0:
        return
    rights = (1 << min(13 + (abi >= 2) + (abi >= 3), 15)) - 1
    if abi >= 5:
        rights |= 1 << 15
    network, scopes = (3 if abi >= 4 else 0), (3 if abi >= 6 else 0)
    attributes = struct.pack("QQQ", rights, network, scopes)[: 24 if abi >= 6 else 16 if abi >= 4 else 8]
    ruleset = _check(_syscall(444, attributes, len(attributes), 0), "Landlock ruleset", _ADVICE_KERNEL)
    for path in [*folders, "/w"]:
        fd = os.open(path, os.O_PATH)
        shown = _LANDLOCK_READ if os.path.isdir(path) else _LANDLOCK_FILE
        allowed = rights if path == "/w" else _LANDLOCK_DEVICE if path in _DEVICES else shown
        rule = struct.pack("=Qi", allowed & rights, fd)
        _check(_syscall(445, ruleset, 1, rule, 0), f"Landlock rule for {path}", _ADVICE_KERNEL)
        os.close(fd)
    os.dup2(ruleset, _LANDLOCK_FD, inheritable=False)
    os.close(ruleset)


# ----------------------------------------------------------------------------------------- once per child

_FIXED_LIMITS = (
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_NOFILE, _FDS),
    (resource.RLIMIT_NPROC, 40),  # threads of a child, and the worker itself: the filter refuses processes
    (resource.RLIMIT_MEMLOCK, 0),
    (resource.RLIMIT_MSGQUEUE, 0),
    (resource.RLIMIT_SIGPENDING, 64),
    (resource.RLIMIT_FSIZE, 16 << 20),
)
_ZERO, _ONE = ctypes.c_ulong(0), ctypes.c_ulong(1)
_CLONE_FILES, _CLONE_PARENT = 0x400, 0x8000
_CLONE_FLAGS = _NEWUSER | _NEWPID | _NEWNS | _NEWIPC | _NEWUTS | _CLONE_PARENT | SIGCHLD
_CLONE = (ctypes.c_long(ARCH.clone if ARCH else -1), ctypes.c_ulong(_CLONE_FLAGS), _ZERO, _ZERO, _ZERO, _ZERO)
_TMPFS = (
    b"tmpfs",
    b"/w/tmp",
    b"tmpfs",
    ctypes.c_ulong(_MS_NOSUID | _MS_NODEV),
    b"size=16m,nr_inodes=512,mode=777",
)
_DETACH = (b"/w/tmp", ctypes.c_int(2))
_NO_CAPS = (ctypes.byref((ctypes.c_uint * 2)(0x20080522, 0)), ctypes.byref((ctypes.c_uint * 6)()))
_DIE_WITH_WORKER = (ctypes.c_int(1), ctypes.c_ulong(SIGKILL), _ZERO, _ZERO, _ZERO)


def _installing(made: Filter | None) -> tuple[Any, ...]:
    return ctypes.c_int(22), ctypes.c_ulong(2), ctypes.byref(made) if made else None, _ZERO, _ZERO


_INSTALL_FILTER = _installing(child_filter(ARCH) if ARCH else None)
_RESTRICT = (ctypes.c_long(446), ctypes.c_int(_LANDLOCK_FD), _ZERO)
_programs = False  # whether children may start programs, each behind a last filter of its own


def admit_programs() -> None:
    """Let this worker's children start compilers and binaries; called once, before its mother is cloned."""
    global _programs, _INSTALL_FILTER  # one worker is one process
    _programs, _INSTALL_FILTER = True, _installing(starting_filter(ARCH) if ARCH else None)


def restrict_program(compiler: bool) -> None:
    """Install the last filter of a child of such a worker, just before it starts its program.

    Args:
        compiler: whether the program is a compiler, which may start processes of its own.
    Raises: WallError: if the kernel refuses.
    """
    if ARCH is None:
        raise WallError("processor", 95, _ADVICE_KERNEL)
    last = compiler_filter(ARCH) if compiler else binary_filter(ARCH)
    _check(_prctl(*_installing(last)), "system-call filter", _ADVICE_KERNEL)


def clone_mother() -> int:
    """Fork a process that shares this one's table of descriptors and dies with it; return 0 in it.

    Raises: WallError: if the kernel refuses.
    """
    pid = _check(_syscall(_CLONE[0], ctypes.c_ulong(_CLONE_FILES | SIGCHLD), *_CLONE[2:]), "worker")
    if pid == 0 and ARCH is not None:
        _prctl(*_DIE_WITH_WORKER)
        _check(
            _prctl(22, 2, ctypes.byref(mother_filter(ARCH, _programs)), 0, 0),
            "system-call filter",
            _ADVICE_KERNEL,
        )
    return pid


def clone_child() -> int:
    """Fork a sibling into fresh user, pid, mount, IPC and UTS namespaces with a private tmpfs.

    Returns: 0 in the child; else its process id, or minus the error number if the kernel refuses.
    """
    if _libc_mount(*_TMPFS) < 0:
        return -ctypes.get_errno()
    pid = int(_syscall(*_CLONE))
    if pid != 0:
        error = ctypes.get_errno()
        _umount2(*_DETACH)  # the child's own mount namespace keeps it, and nobody else
        if pid < 0:
            return -error
    return pid


class Place(NamedTuple):
    """What `enter` acts on: a child's own process, or in a rehearsal what nobody needs.

    `fds` become its input, output, error and control; `rest` is the range of descriptors that are closed.
    """

    folder: str
    fds: tuple[int, int, int, int]
    rest: tuple[int, int]
    calls: tuple[tuple[Callable[..., int], tuple[Any, ...]], ...]
    last: tuple[Any, ...]


def enter(control: int, out: int, place: Place) -> None:
    """Close the walls around a just cloned child; leave it descriptors 1 and 3, with 0 and 2 on /dev/null.

    Args:
        control: the child's end of its control socket.
        out: the write end of its output pipe.
        place: `child_place()`, made before the child was cloned.
    Raises: WallError, OSError: if any wall does not stand; the caller must then exit at once.
    """
    folder, (stdin, stdout, stderr, channel), (first, end), calls, last = place
    os.dup2(out, stdout)
    os.dup2(control, channel)
    os.chdir(folder)
    refused = 0
    for call, arguments in calls:
        refused |= call(*arguments)
    null = os.open("/dev/null", os.O_RDWR)  # its own: flags set on a shared one would reach the next child
    os.dup2(null, stdin)
    os.dup2(null, stderr)
    os.closerange(first, end)
    if refused | _prctl(*last):
        raise WallError("capabilities, Landlock or system-call filter", ctypes.get_errno(), _ADVICE_KERNEL)


def child_place() -> Place:
    """Return the place of a real child; called once, after `build_house`."""
    # Signals to a process group ignore process namespaces: leave the worker's. Not its session: a new one
    # would be a new scheduling group, which costs, and in which the worker's low priority counts for nothing.
    calls: list[tuple[Callable[..., int], tuple[Any, ...]]]
    calls = [(_setpgid, (_ZERO, _ZERO)), (_prctl, _DIE_WITH_WORKER), (_capset, _NO_CAPS)]
    if landlock_abi() > 0:
        calls.append((_syscall, _RESTRICT))
    return Place("/w/tmp", (0, OUT, 2, CONTROL), (4, _FDS), tuple(calls), _INSTALL_FILTER)


def stand_in() -> Place:
    """Return a place where `enter` does nothing that lasts: each call is refused or only asks."""
    asks = ctypes.c_int(7), _ZERO, _ZERO, _ZERO, _ZERO  # PR_GET_KEEPCAPS: 0
    return Place("/", (50, 51, 52, 53), (54, 60), ((_prctl, asks),), asks)
