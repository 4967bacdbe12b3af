"""The system-call filter: a BPF tree over call numbers, for x86-64 and aarch64.

There are two filters, one on top of the other: the kernel asks both. The first, long one is installed once,
in the process that forks children; the second, short one is the last thing that a child does before it runs a
program.

Calls that existed when Linux 4.18 defined `rseq` are a closed set, so listing the refused ones among them
is exact; everything newer answers ENOSYS, and C libraries then fall back to what they know. `clone` may
make threads but no processes. The kernel prints nothing and the program gets an ordinary EPERM.

A worker of compiled languages has wider ones, for a compiler is several processes and a binary is started by
execve: a child there adds a third filter (`compiler_filter` or `binary_filter`), the last thing before that.

Source: Linux `arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h`.
Runs inside the walls; standard library only.
"""

from __future__ import annotations

import ctypes
import platform
from typing import NamedTuple

__all__ = [
    "ARCH", "Arch", "Filter", "binary_filter", "child_filter", "compiler_filter", "mother_filter",
    "starting_filter",
]  # fmt: skip


_CLOSE_RANGE, _RESTRICT_SELF = 436, 446  # close_range, landlock_restrict_self


class Arch(NamedTuple):
    """What differs between processors: the audit word, numbers we call, and numbers we refuse."""

    audit: int
    last: int  # the newest call number that is not answered with ENOSYS
    clone: int
    fcntl: int
    ioctl: int
    pivot_root: int
    prctl: int
    forking: tuple[int, ...]  # fork and vfork, where they are calls of their own
    starting: tuple[int, ...]  # what a program takes to start: execve, and its thread-local storage
    raising: tuple[int, ...]  # what raises a child and closes its walls: refused to it at the very end
    refused: tuple[int | range, ...]


# Harmless calls between refused ones are refused with them: installing the filter costs by the range.
_X86_64 = Arch(
    audit=0xC000003E,
    last=334,
    clone=56,
    fcntl=72,
    ioctl=16,
    pivot_root=155,
    prctl=157,
    forking=(57, 58),
    starting=(59, 158),  # execve arch_prctl
    raising=(56, 126, 157, 165, 166, _CLOSE_RANGE, _RESTRICT_SELF),  # clone capset prctl mount umount2
    refused=(
        range(29, 32),  # shmget shmat shmctl
        range(41, 56),  # socket .. getsockopt
        range(57, 60),  # fork vfork execve
        range(64, 72),  # semget .. msgctl
        73, 86, 88,  # flock link symlink
        101, 103, 126,  # ptrace syslog capset
        range(133, 140), 141,  # mknod uselib personality ustat statfs fstatfs sysfs; setpriority
        range(153, 186),  # vhangup .. prctl arch_prctl .. mount .. reboot .. modules .. security
        range(206, 217),  # io_setup .. remap_file_pages
        227,  # clock_settime
        range(236, 257),  # vserver .. mq_* .. keys .. inotify .. migrate_pages
        259, 265, 266, 272,  # mknodat linkat symlinkat unshare
        range(275, 280),  # splice tee sync_file_range vmsplice move_pages
        288, 294,  # accept4 inotify_init1
        range(298, 302),  # perf_event_open recvmmsg fanotify_init fanotify_mark
        range(303, 318),  # name_to_handle_at .. setns .. process_vm_* .. seccomp
        range(319, 332),  # memfd_create kexec_file_load bpf execveat userfaultfd .. pkey_*
        333,  # io_pgetevents
    ),
)  # fmt: skip

_AARCH64 = Arch(
    audit=0xC00000B7,
    last=293,
    clone=220,
    fcntl=25,
    ioctl=29,
    pivot_root=41,
    prctl=167,
    forking=(),
    starting=(221,),
    raising=(39, 40, 91, 167, 220, _CLOSE_RANGE, _RESTRICT_SELF),  # umount2 mount capset prctl clone
    refused=(
        range(5),  # io_setup .. io_getevents
        18, 26, 27, 28, 30, 31, 32, 33,  # lookup_dcookie inotify_* ioprio_* flock mknodat
        36, 37,  # symlinkat linkat
        range(39, 43),  # umount2 mount pivot_root nfsservctl
        51, 58, 60,  # chroot vhangup quotactl
        range(75, 78),  # vmsplice splice tee
        range(89, 93), 97,  # acct capget capset personality unshare
        range(104, 107),  # kexec_load init_module delete_module
        112, 116, 117,  # clock_settime syslog ptrace
        140, 142, 161, 162,  # setpriority reboot sethostname setdomainname
        167, 170, 171,  # prctl settimeofday adjtimex
        range(180, 214),  # mq_* msg* sem* shm* socket .. readahead
        range(217, 220), 221, 224, 225, 234,  # keys execve swapon swapoff remap_file_pages
        range(235, 240),  # mbind get_mempolicy set_mempolicy migrate_pages move_pages
        range(241, 244),  # perf_event_open accept4 recvmmsg
        range(262, 278),  # fanotify_* .. setns .. process_vm_* .. renameat2 seccomp
        range(279, 283),  # memfd_create bpf execveat userfaultfd
        range(288, 291), 292,  # pkey_* io_pgetevents
    ),
)  # fmt: skip

ARCH = {"x86_64": _X86_64, "aarch64": _AARCH64}.get(platform.machine())

_LOAD, _JEQ, _JGE, _JSET, _RET, _AND = 0x20, 0x15, 0x35, 0x45, 0x06, 0x54
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_EPERM, _ENOSYS = 0x00050001, 0x00050026
_CLONE_THREAD, _CLONE_FILES = 0x10000, 0x400
_X32, _NO_CALL = 0x40000000, 0xFFFFFFFF  # numbers of the x32 ABI start here; -1 is nobody's number
_NEW_SPACES = 0x7E020000  # every CLONE_NEW* flag that `clone` takes
_CHECK_CLONE, _CHECK_FCNTL, _CHECK_SPACES, _CHECK_IOCTL = -1, -2, -3, -4


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("jt", ctypes.c_ubyte),
        ("jf", ctypes.c_ubyte),
        ("k", ctypes.c_uint),
    )


class Filter(ctypes.Structure):
    """A `struct sock_fprog`; keeps its instructions alive."""

    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction)))


def mother_filter(arch: Arch, programs: bool = False) -> Filter:
    """Return the filter of the process that forks children: all is refused but what raising them takes.

    Children inherit it. It is the long one, and thus installed once. With `programs` children may also start
    processes and programs, until a filter of their own says otherwise.
    """
    actions = {
        number: _EPERM for item in arch.refused for number in ([item] if isinstance(item, int) else item)
    }
    actions[arch.fcntl] = _CHECK_FCNTL
    actions[arch.ioctl] = _CHECK_IOCTL
    raising = (*arch.raising, *arch.forking, *arch.starting) if programs else arch.raising
    return _compile(arch, {**actions, **dict.fromkeys(raising, _ALLOW)}, _ENOSYS)


def child_filter(arch: Arch) -> Filter:
    """Return the filter that a child adds last: it refuses what was left, and threads alone may be cloned."""
    return _compile(arch, {**dict.fromkeys(arch.raising, _EPERM), arch.clone: _CHECK_CLONE}, _ALLOW)


def starting_filter(arch: Arch) -> Filter:
    """Return a child's filter while only our own code runs in it: no more raising, but one filter to come."""
    actions = {**dict.fromkeys(arch.raising, _EPERM), arch.clone: _CHECK_SPACES, arch.prctl: _ALLOW}
    return _compile(arch, actions, _ALLOW)


def compiler_filter(arch: Arch) -> Filter:
    """Return the last filter of a child that compiles: processes and programs, and nothing else more."""
    return _compile(arch, {arch.prctl: _EPERM}, _ALLOW)


def binary_filter(arch: Arch) -> Filter:
    """Return the last filter of a child that starts a compiled program: threads alone may be cloned.

    It may start another program in its own place, which gains it nothing: there is nothing to start but the
    compilers, and they would stand behind the same walls.
    """
    refused = (arch.prctl, *arch.forking)
    return _compile(arch, {**dict.fromkeys(refused, _EPERM), arch.clone: _CHECK_CLONE}, _ALLOW)


def _compile(arch: Arch, actions: dict[int, int], beyond: int) -> Filter:
    """Compile actions by call number; calls not named are allowed up to `arch.last`, `beyond` after it."""
    starts = [(0, actions.get(0, _ALLOW))]
    for number in range(1, _RESTRICT_SELF + 2):
        action = actions.get(number, _ALLOW if number <= arch.last else beyond)
        if action != starts[-1][1]:
            starts.append((number, action))
    # Container engines kill a call by x32 numbers, as one of another architecture: so do we, everywhere.
    starts += [(_X32, _KILL), (_NO_CALL, beyond)]
    # A process of another architecture's numbers would slip past the tree: kill it.
    program = [(_LOAD, 0, 0, 4), (_JEQ, 1, 0, arch.audit), (_RET, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    program += _tree(starts)
    array = (_Instruction * len(program))(*(_Instruction(*line) for line in program))
    return Filter(len(program), array)


def _tree(starts: list[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    if len(starts) == 1:
        action = starts[0][1]
        if action == _CHECK_FCNTL:  # up to F_SETFL, and F_DUPFD_CLOEXEC: locks and owners would carry over
            refuse = (_RET, 0, 0, _EPERM)
            return [(_LOAD, 0, 0, 24), (_JEQ, 1, 0, 1030), (_JGE, 1, 0, 5), (_RET, 0, 0, _ALLOW), refuse]
        if action == _CHECK_IOCTL:  # 0x89..: those of sockets, and a child's descriptor 3 is one
            refuse = (_RET, 0, 0, _EPERM)
            return [
                (_LOAD, 0, 0, 24),
                (_AND, 0, 0, 0xFF00),
                (_JEQ, 0, 1, 0x8900),
                refuse,
                (_RET, 0, 0, _ALLOW),
            ]
        if action == _CHECK_SPACES:
            return [(_LOAD, 0, 0, 16), (_JSET, 0, 1, _NEW_SPACES), (_RET, 0, 0, _EPERM), (_RET, 0, 0, _ALLOW)]
        if action != _CHECK_CLONE:
            return [(_RET, 0, 0, action)]
        # A thread with a table of descriptors of its own would hold as many again as the limit says.
        both = [(_JSET, 0, 2, _CLONE_THREAD), (_JSET, 0, 1, _CLONE_FILES)]
        return [(_LOAD, 0, 0, 16), *both, (_RET, 0, 0, _ALLOW), (_RET, 0, 0, _EPERM)]
    middle = len(starts) // 2
    low, high = _tree(starts[:middle]), _tree(starts[middle:])
    # A jump reaches 255 instructions: the low half always fits.
    return [(_JGE, len(low), 0, starts[middle][0]), *low, *high]
