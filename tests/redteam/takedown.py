"""Takes walls down, one by one: a worker whose start-up program removes them before it builds.

Production code has no switch for this. A worker's start-up program is text; here it is another text, which
replaces what builds a wall by something that does not. Native walls only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from rlvr_gym.sandbox import Sandbox, native

__all__ = ["CALLS", "COMPILED_WALLS", "WALLS", "lowered"]

_BEGIN = """
import ctypes, os, resource, types
from rlvr_gym.sandbox import child, children, seccomp, walls, zygote
def proxy(module, **changes):
    return types.SimpleNamespace(**{**vars(module), **changes})
def keep_out_of_clone(flag):
    old = walls._CLONE
    walls._CLONE = (old[0], ctypes.c_ulong(old[1].value & ~flag), *old[2:])
def admit(*numbers):
    compile_ = seccomp._compile
    def opened(arch, actions, beyond):
        return compile_(arch, {**actions, **dict.fromkeys(numbers, seccomp._ALLOW)}, beyond)
    seccomp._compile = opened
    walls._INSTALL_FILTER = walls._installing(seccomp.child_filter(seccomp.ARCH))
def unlimited(name):
    walls._FIXED_LIMITS = tuple(one for one in walls._FIXED_LIMITS if one[0] != getattr(resource, name))
def without_request_limit(name):
    kind, set_limit = getattr(resource, name), resource.setrlimit
    def setrlimit(which, values):
        return None if which == kind else set_limit(which, values)
    child.resource = proxy(resource, setrlimit=setrlimit)
"""
_END = "\nzygote.main()\n"

# Numbers of refused system calls: x86-64, as the filter's groups are.
CALLS = {
    "processes": (56, 57, 58), "exec": (59, 322), "sockets": tuple(range(41, 56)), "sysv": (29, 30, 31, 64, 68),
    "mounts": (155, 161, 165, 166, 272, 308), "names": (170, 171), "ptrace": (101, 310, 311),
    "io_uring": (425, 426, 427), "bpf": (321,), "keys": (248, 249, 250), "perf": (298,), "userfaultfd": (323,),
    "memfd": (319,), "queues": tuple(range(240, 246)), "prctl": (157,), "links": (86, 88, 265, 266),
}  # fmt: skip

WALLS = {
    "user": "keep_out_of_clone(0x10000000)",
    "pid": "keep_out_of_clone(0x20000000)",
    "mount": """
keep_out_of_clone(0x20000)
unmount = walls._umount2
walls._umount2 = lambda path, flags: 0 if path == b"/w/tmp" else unmount(path, flags)
""",
    "ipc": "keep_out_of_clone(0x8000000)",
    "uts": "keep_out_of_clone(0x4000000)",
    "network": "walls._NEWNET = 0",
    "host name": "walls._rename_host = lambda: None",
    "new root": """
new_root = walls._new_root
walls._new_root = lambda folders, masked: new_root([*folders, "/etc"], masked)
""",
    "read-only": """
mount = walls._mount
walls._mount = lambda source, target, kind, flags, options, wall: mount(
    source, target, kind, flags & ~1, options, wall)
""",
    "mask": "unmasked = walls._new_root; walls._new_root = lambda folders, masked: unmasked(folders, [])",
    "private tmpfs": """
mounted = []
real_mount = walls._libc_mount
def mount_once(*args):
    if args == walls._TMPFS:
        if mounted:
            return 0
        mounted.append(1)
    return real_mount(*args)
unmount = walls._umount2
walls._libc_mount = mount_once
walls._umount2 = lambda path, flags: 0 if path == b"/w/tmp" else unmount(path, flags)
""",
    "no_new_privs": """
control = walls._prctl
walls._prctl = lambda option, *rest: 0 if option == 38 else control(option, *rest)
""",
    "capabilities": "walls._capset = lambda *_: 0",
    "landlock": "walls.landlock_abi = lambda: 0",
    "descriptors": "walls.os = proxy(walls.os, closerange=lambda *_: None)",
    "process group": "walls._setpgid = lambda *_: 0",
    "own null": """
import fcntl
shared_null = fcntl.fcntl(os.open("/dev/null", os.O_RDWR), fcntl.F_DUPFD, 40)  # 3 is a child's socket
plain_open = walls.os.open
walls.os = proxy(walls.os, open=lambda path, *rest, **more: os.dup(shared_null)
                 if path == "/dev/null" and rest == (os.O_RDWR,) else plain_open(path, *rest, **more))
""",
    "address space": 'without_request_limit("RLIMIT_AS")',
    "cpu backstop": 'without_request_limit("RLIMIT_CPU")',
    "clocks": "children.Child.look_at_clocks = lambda self: None",
    "output": "children.Child._take_out = lambda self, data: None",
    "owed": """
import inspect, textwrap
text = textwrap.dedent(inspect.getsource(zygote.Worker._judge))
assert "owed < 0" in text
exec(text.replace("owed < 0", "False"), vars(zygote))
zygote.Worker._judge = vars(zygote).pop("_judge")
""",
    **{f"calls: {group}": f"admit(*{numbers})" for group, numbers in CALLS.items()},
    **{
        f"limit: {name}": f'unlimited("RLIMIT_{name}")'
        for name in ("CORE", "NOFILE", "NPROC", "MEMLOCK", "MSGQUEUE", "SIGPENDING", "FSIZE")
    },
}

# What only a worker of compiled languages has.
COMPILED_WALLS = {
    "last filter": "walls.restrict_program = lambda compiler: None",
    "starting filter": "walls.starting_filter = lambda arch: seccomp._compile(arch, {}, seccomp._ALLOW)",
    "data of node": "from rlvr_gym.sandbox.runners import js_program; js_program._limit = lambda memory_mb: None",
}


@contextmanager
def lowered(down: frozenset[str], always: str = "", image: str = "python") -> Iterator[Sandbox]:
    """Yield a sandbox of one native worker without those walls.

    Args:
        down: names of WALLS or COMPILED_WALLS.
        always: what its start-up program does besides, whatever is down.
        image: of the worker.
    """
    every = WALLS | COMPILED_WALLS
    text = "\n".join([_BEGIN, always, *(every[name] for name in every if name in down), _END])
    original = native.bootstrap
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "bootstrap", lambda root, main="": original(root, text))
        with Sandbox(backend="native", workers=1) as sandbox:
            sandbox.start(image)
            yield sandbox
