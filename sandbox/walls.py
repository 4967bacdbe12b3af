"""The walls: what a worker builds once, and what every child stands behind.

Once per worker (`build_house`): own mount, network, IPC and UTS namespaces; a new root that holds the
interpreter, its libraries and three harmless devices, all read-only; no /proc, no other file of the host.
Once per child (`clone_child`, `enter`): own user, pid, mount, IPC and UTS namespaces, a private tmpfs, all
capabilities dropped, no_new_privs, resource limits, Landlock where the kernel has it, every inherited
descriptor closed but two, the system-call filter last.

A wall that cannot be built raises `WallError`; nothing ever runs without it. Standard library only.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
from collections.abc import Sequence

from rlvr_gym.sandbox.seccomp import ARCH, build_filter

__all__ = ["CONTROL", "OUT", "WallError", "build_house", "clone_child", "enter", "landlock_abi", "remember_worker"]

OUT, CONTROL = 1, 3  # the two descriptors of a child: its output pipe, and its request-and-reply socket
PROC_FD, LANDLOCK_FD = 200, 201  # held by the worker where no child ever sees them
INSIDE_ID = 1000

_NEWNS, _NEWUTS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = (
    0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000,
)  # fmt: skip
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT = 1, 2, 4, 8, 32
_MS_BIND, _MS_REC, _MS_PRIVATE, _MS_RELATIME = 4096, 16384, 1 << 18, 1 << 21
_KEPT = ((1, 1), (2, 2), (4, 4), (8, 8), (1024, 1024), (2048, 2048), (4096, _MS_RELATIME))  # statvfs -> mount
_LANDLOCK_FILES, _LANDLOCK_READ = 0b0110, 0b1101  # write+read a file; execute, read files, read folders

_libc = ctypes.PyDLL(None, use_errno=True)  # PyDLL: the lock of the interpreter is never released
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long


class WallError(Exception):
    """A wall cannot be built here: `wall` names it, `advice` says what to do."""

    def __init__(self, wall: str, errno: int, advice: str) -> None:
        super().__init__(f"{wall}: {os.strerror(errno)}. {advice}")
        self.wall, self.errno, self.advice = wall, errno, advice


_ADVICE_USERNS = (
    "Allow unprivileged user namespaces: `sysctl kernel.unprivileged_userns_clone=1` (Debian), "
    "`sysctl kernel.apparmor_restrict_unprivileged_userns=0` (Ubuntu), `sysctl user.max_user_namespaces=15000`; "
    "inside a container, run it with a seccomp profile that admits clone, unshare, mount and pivot_root."
)
_ADVICE_KERNEL = "The walls need Linux 5.10 or newer on x86-64 or aarch64; elsewhere use the Docker backend."


def _check(result: int, wall: str, advice: str = _ADVICE_USERNS) -> int:
    if result < 0:
        raise WallError(wall, ctypes.get_errno(), advice)
    return result


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None, wall: str) -> None:
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    _check(_libc.mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), encoded[3]), wall)


# ---------------------------------------------------------------------------------------- once per worker


def build_house(folders: Sequence[str], masked: Sequence[str]) -> None:
    """Enter the worker's namespaces and replace its root by a read-only one.

    Args:
        folders: absolute paths of files and folders to show, read-only, at the same place.
        masked: folders inside them to hide behind an empty one (site-packages).
    Raises: WallError: naming the wall that cannot be built.
    """
    if ARCH is None:
        raise WallError("processor", 95, _ADVICE_KERNEL)
    os.dup2(os.open("/proc", os.O_PATH | os.O_DIRECTORY), PROC_FD, inheritable=False)
    is_root = os.geteuid() == 0
    spaces = _NEWNS | _NEWNET | _NEWIPC | _NEWUTS
    uid, gid = os.geteuid(), os.getegid()
    if is_root:
        _check(_libc.unshare(spaces), "mount, network, ipc and uts namespaces")
    else:
        _check(_libc.unshare(spaces | _NEWUSER), "user namespace")
        _map_ids(uid, gid)
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE, None, "private mounts")
    _new_root(folders, masked)
    if is_root:  # from here on the worker is nobody, in every namespace
        os.setgroups([])
        os.setresgid(65534, 65534, 65534)
        os.setresuid(65534, 65534, 65534)
        _libc.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE: /proc/self stays ours, for the children's uid maps
    _prepare_landlock([*folders, "/dev/null", "/dev/zero", "/dev/urandom"])


def _map_ids(uid: int, gid: int) -> None:
    for name, text in (("setgroups", "deny"), ("uid_map", f"{INSIDE_ID} {uid} 1"), ("gid_map", f"{INSIDE_ID} {gid} 1")):
        fd = os.open(f"self/{name}", os.O_WRONLY, dir_fd=PROC_FD)
        os.write(fd, text.encode())
        os.close(fd)


def _new_root(folders: Sequence[str], masked: Sequence[str]) -> None:
    paths = [*dict.fromkeys(folders), "/dev/null", "/dev/zero", "/dev/urandom"]
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
    _check(_libc.umount2(b".", 2), "unmount of the old root")
    os.chdir("/")
    flags = _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID | _MS_NODEV
    _mount(None, "/", None, flags, None, "read-only root")


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
        allowed = rights if path == "/w" else _LANDLOCK_READ if os.path.isdir(path) else _LANDLOCK_FILES
        rule = struct.pack("=Qi", allowed & rights, fd)
        _check(_syscall(445, ruleset, 1, rule, 0), f"Landlock rule for {path}", _ADVICE_KERNEL)
        os.close(fd)
    os.dup2(ruleset, LANDLOCK_FD, inheritable=False)
    os.close(ruleset)


# ----------------------------------------------------------------------------------------- once per child

_CHILD_SPACES = _NEWUSER | _NEWPID | _NEWNS | _NEWIPC | _NEWUTS
_FILTER = build_filter(ARCH) if ARCH else None
_FILTER_AT = ctypes.byref(_FILTER) if _FILTER else None
_NO_CAPS = (ctypes.byref((ctypes.c_uint * 2)(0x20080522, 0)), ctypes.byref((ctypes.c_uint * 6)()))
_LAST_CAP = 40
_ZERO = ctypes.c_ulong(0)
_CLONE_ARGS = (ctypes.c_ulong(_CHILD_SPACES | signal.SIGCHLD), _ZERO, _ZERO, _ZERO, _ZERO)
_CLONE = ctypes.c_long(ARCH.clone) if ARCH else None
_FIXED_LIMITS = (
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_NOFILE, 64),
    (resource.RLIMIT_NPROC, 32),  # threads: the filter refuses processes
    (resource.RLIMIT_MEMLOCK, 0),
    (resource.RLIMIT_MSGQUEUE, 0),
    (resource.RLIMIT_SIGPENDING, 64),
)


def clone_child() -> int:
    """Fork into fresh user, pid, mount, IPC and UTS namespaces; return 0 in the child, like fork.

    Raises: WallError: if the kernel refuses the namespaces.
    """
    return _check(_syscall(_CLONE, *_CLONE_ARGS), "namespaces of a child")


def enter(control: int, out: int) -> None:
    """Close the walls around a just cloned child; returns with descriptors 1 (output) and 3 (control) alone.

    Args:
        control: the child's end of its control socket.
        out: the write end of its output pipe.
    Raises: WallError, OSError: if any wall does not stand; the caller must then exit at once.
    """
    os.dup2(out, OUT)
    os.dup2(control, CONTROL)
    uid, gid = _worker_ids
    _map_ids(uid, gid)
    _mount("tmpfs", "/w/tmp", "tmpfs", _MS_NOSUID | _MS_NODEV, "size=16m,nr_inodes=512,mode=700", "private tmpfs")
    os.chdir("/w/tmp")
    for kind, value in _FIXED_LIMITS:
        resource.setrlimit(kind, (value, value))
    prctl = _libc.prctl
    prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG: no child outlives its worker
    for capability in range(_LAST_CAP + 1):
        prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP
    _check(_libc.capset(*_NO_CAPS), "capabilities", _ADVICE_KERNEL)
    _check(prctl(38, 1, 0, 0, 0), "no_new_privs", _ADVICE_KERNEL)
    if _has_landlock:
        _check(_syscall(446, LANDLOCK_FD, 0), "Landlock", _ADVICE_KERNEL)
    os.close(0)
    os.close(2)
    os.closerange(4, 256)
    _check(prctl(22, 2, _FILTER_AT, 0, 0), "system-call filter", _ADVICE_KERNEL)


_worker_ids = (INSIDE_ID, INSIDE_ID)
_has_landlock = False


def remember_worker() -> None:
    """Note what the children need to know of their worker; called once, after `build_house`."""
    global _worker_ids, _has_landlock  # one worker is one process
    _worker_ids = (os.geteuid(), os.getegid())
    _has_landlock = landlock_abi() > 0


