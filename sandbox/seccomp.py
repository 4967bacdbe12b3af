"""The system-call filter: a BPF tree over call numbers, for x86-64 and aarch64.

Calls that existed when Linux 4.18 defined `rseq` are a closed set, so listing the refused ones among them
is exact; everything newer answers ENOSYS, and C libraries then fall back to what they know. `clone` may
make threads but no processes. The kernel prints nothing and the program gets an ordinary EPERM.

Source: Linux `arch/x86/entry/syscalls/syscall_64.tbl` and `include/uapi/asm-generic/unistd.h`.
Runs inside the walls; standard library only.
"""

from __future__ import annotations

import ctypes
import platform
from typing import NamedTuple

__all__ = ["ARCH", "Arch", "Filter", "build_filter"]


class Arch(NamedTuple):
    """What differs between processors: the audit word, numbers we call, and numbers we refuse."""

    audit: int
    last: int  # the newest call number that is not answered with ENOSYS
    clone: int
    pivot_root: int
    capset: int
    refused: tuple[int | range, ...]


# aio, sockets, fork/vfork/exec, System V IPC, ptrace, mounts, modules, clocks, keys, namespaces, ...
_X86_64 = Arch(
    audit=0xC000003E,
    last=334,
    clone=56,
    pivot_root=155,
    capset=126,
    refused=(
        range(29, 32),  # shmget shmat shmctl
        range(41, 56),  # socket .. getsockopt
        range(57, 60),  # fork vfork execve
        range(64, 72),  # semget semop semctl shmdt msgget msgsnd msgrcv msgctl
        101, 103, 126, 133, 134, 135, 136, 139,  # ptrace syslog capset mknod uselib personality ustat sysfs
        range(153, 158),  # vhangup modify_ldt pivot_root _sysctl prctl
        159, 161,  # adjtimex chroot
        range(163, 186),  # acct settimeofday mount umount2 .. reboot .. modules .. quotactl .. security
        range(206, 211),  # io_setup .. io_cancel
        212, 216, 227,  # lookup_dcookie remap_file_pages clock_settime
        range(236, 240),  # vserver mbind set_mempolicy get_mempolicy
        range(240, 247),  # mq_* kexec_load
        range(248, 257),  # keys ioprio inotify migrate_pages
        259, 265, 266, 272,  # mknodat linkat symlinkat unshare
        86, 88,  # link symlink
        275, 276, 278, 279, 288,  # splice tee vmsplice move_pages accept4
        294, 298, 299, 300, 301,  # inotify_init1 perf_event_open recvmmsg fanotify_*
        range(303, 306),  # name_to_handle_at open_by_handle_at clock_adjtime
        307, 308,  # sendmmsg setns
        range(310, 316),  # process_vm_* kcmp finit_module sched_setattr sched_getattr
        317, 319, 320, 321, 322, 323,  # seccomp memfd_create kexec_file_load bpf execveat userfaultfd
        range(329, 332),  # pkey_*
        333,  # io_pgetevents
    ),
)  # fmt: skip

_AARCH64 = Arch(
    audit=0xC00000B7,
    last=293,
    clone=220,
    pivot_root=41,
    capset=91,
    refused=(
        range(0, 5),  # io_setup .. io_getevents
        18, 26, 27, 28, 30, 31,  # lookup_dcookie inotify_* ioprio_*
        33, 36, 37,  # mknodat symlinkat linkat
        range(39, 43),  # umount2 mount pivot_root nfsservctl
        51, 58, 60,  # chroot vhangup quotactl
        75, 76, 77,  # vmsplice splice tee
        89, 91, 92, 97,  # acct capset personality unshare
        range(104, 107),  # kexec_load init_module delete_module
        112, 116, 117,  # clock_settime syslog ptrace
        142, 161, 162, 167, 170, 171,  # reboot sethostname setdomainname prctl settimeofday adjtimex
        range(180, 214),  # mq_* msg* sem* shm* socket .. readahead
        217, 218, 219, 221, 224, 225, 234,  # keys execve swapon swapoff remap_file_pages
        range(235, 240),  # mbind get_mempolicy set_mempolicy migrate_pages move_pages
        range(241, 244),  # perf_event_open accept4 recvmmsg
        range(262, 267),  # fanotify_* name_to_handle_at open_by_handle_at clock_adjtime
        range(268, 276),  # setns sendmmsg process_vm_* kcmp finit_module sched_setattr sched_getattr
        277, 279, 280, 281, 282,  # seccomp memfd_create bpf execveat userfaultfd
        range(288, 291),  # pkey_*
        292,  # io_pgetevents
    ),
)  # fmt: skip

ARCH = {"x86_64": _X86_64, "aarch64": _AARCH64}.get(platform.machine())

_LOAD, _JEQ, _JGE, _JSET, _RET = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_EPERM, _ENOSYS = 0x00050001, 0x00050026
_CLONE_THREAD = 0x10000
_CHECK_CLONE = -1


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint))


class Filter(ctypes.Structure):
    """A `struct sock_fprog`; keeps its instructions alive."""

    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction)))


def build_filter(arch: Arch) -> Filter:
    """Return the compiled filter of an architecture, ready for `prctl(PR_SET_SECCOMP)`."""
    actions = {number: _EPERM for item in arch.refused for number in ([item] if isinstance(item, int) else item)}
    actions[arch.clone] = _CHECK_CLONE
    starts = [(0, actions.get(0, _ALLOW))]
    for number in range(1, arch.last + 1):
        action = actions.get(number, _ALLOW)
        if action != starts[-1][1]:
            starts.append((number, action))
    starts.append((arch.last + 1, _ENOSYS))
    # A process of another architecture's numbers would slip past the tree: kill it.
    program = [(_LOAD, 0, 0, 4), (_JEQ, 1, 0, arch.audit), (_RET, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    program += _tree(starts)
    array = (_Instruction * len(program))(*(_Instruction(*line) for line in program))
    return Filter(len(program), array)


def _tree(starts: list[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    if len(starts) == 1:
        action = starts[0][1]
        if action != _CHECK_CLONE:
            return [(_RET, 0, 0, action)]
        return [(_LOAD, 0, 0, 16), (_JSET, 0, 1, _CLONE_THREAD), (_RET, 0, 0, _ALLOW), (_RET, 0, 0, _EPERM)]
    middle = len(starts) // 2
    low, high = _tree(starts[:middle]), _tree(starts[middle:])
    # A jump reaches 255 instructions: the low half always fits.
    return [(_JGE, len(low), 0, starts[middle][0]), *low, *high]
