"""What an attacker sees from inside, reported through the value that it returns."""

from __future__ import annotations

import os
import platform
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Job
from tests.conftest import ROOT
from tests.redteam.arena import LIMITS, MARK

_FOLDER = Path(__file__).parent / "probes"
_INTEL = platform.machine() == "x86_64"
_REFUSED = {"EPERM", "ENOSYS"}
# name: (number on x86-64, number on aarch64, arguments)
_CALLS: dict[str, tuple[int, int | None, list[Any]]] = {
    "fork": (57, None, []),
    "vfork": (58, None, []),
    "clone": (56, 220, [17, 0, 0, 0, 0]),
    "clone_new": (56, 220, [17 | 0x10000000, 0, 0, 0, 0]),
    "clone3": (435, 435, ["page", 88]),
    "execve": (59, 221, ["path", 0, 0]),
    "execveat": (322, 281, [-100, "path", 0, 0, 0]),
    "ptrace": (101, 117, [0, 0, 0, 0]),
    "unshare_user": (272, 97, [0x10000000]),
    "unshare_mount": (272, 97, [0x20000]),
    "unshare_files": (272, 97, [0x400]),
    "setns": (308, 268, [3, 0]),
    "mount": (165, 40, ["path", "path", 0, 4096, 0]),
    "umount": (166, 39, ["path", 2]),
    "pivot_root": (155, 41, ["path", "path"]),
    "chroot": (161, 51, ["path"]),
    "open_tree": (428, 428, [-100, "path", 1]),
    "move_mount": (429, 429, [-100, "path", -100, "path", 0]),
    "fsopen": (430, 430, ["path", 0]),
    "mount_setattr": (442, 442, [-100, "path", 0, "page", 32]),
    "mknod": (133, None, ["path", 0o20666, 0x103]),
    "mknodat": (259, 33, [-100, "path", 0o20666, 0x103]),
    "io_uring_setup": (425, 425, [8, "page"]),
    "io_uring_enter": (426, 426, [0, 0, 0, 0, 0, 0]),
    "io_setup": (206, 0, [8, "page"]),
    "bpf": (321, 280, [0, "page", 72]),
    "perf_event_open": (298, 241, ["page", 0, -1, -1, 0]),
    "userfaultfd": (323, 282, [0]),
    "keyctl": (250, 219, [0, -3, 1]),
    "add_key": (248, 217, ["path", "path", "page", 8, -2]),
    "request_key": (249, 218, ["path", "path", 0, -2]),
    "process_vm_readv": (310, 270, [1, "page", 1, "page", 1, 0]),
    "process_vm_writev": (311, 271, [1, "page", 1, "page", 1, 0]),
    "pidfd_open": (434, 434, [1, 0]),
    "pidfd_getfd": (438, 438, [3, 1, 0]),
    "memfd_create": (319, 279, ["path", 0]),
    "memfd_secret": (447, 447, [0]),
    "kcmp": (312, 272, [1, 1, 0, 1, 3]),
    "capset": (126, 91, ["page", "page"]),
    "prctl": (157, 167, [4, 0, 0, 0, 0]),
    "seccomp": (317, 277, [2, 0, "page"]),
    "landlock": (444, 444, [0, 0, 1]),
    "socket": (41, 198, [1, 1, 0]),
    "socket_inet": (41, 198, [2, 1, 0]),
    "socketpair": (53, 199, [1, 1, 0, "page"]),
    "connect": (42, 203, [3, "page", 16]),
    "bind": (49, 200, [3, "page", 16]),
    "sendmsg": (46, 211, [3, "page", 0]),
    "recvmsg": (47, 212, [3, "page", 0]),
    "sendto": (44, 206, [3, "page", 0, 0, 0, 0]),
    "shmget": (29, 194, [0, 4096, 0o1666]),
    "semget": (64, 190, [0, 1, 0o1666]),
    "msgget": (68, 186, [0, 0o1666]),
    "mq_open": (240, 180, ["path", 0o102, 0o666, 0]),
    "personality": (135, 92, [0x0400000]),
    "symlink": (88, None, ["path", "page"]),
    "symlinkat": (266, 36, ["path", -100, "page"]),
    "link": (86, None, ["path", "page"]),
    "linkat": (265, 37, [-100, "path", -100, "page", 0]),
    "name_to_handle_at": (303, 264, [-100, "path", "page", "page", 0]),
    "open_by_handle_at": (304, 265, [3, "page", 0]),
    "fanotify_init": (300, 262, [0, 0]),
    "inotify_init1": (294, 26, [0]),
    "syslog": (103, 116, [3, "page", 10]),
    "reboot": (169, 142, [0, 0, 0, 0]),
    "init_module": (175, 105, ["page", 10, "path"]),
    "kexec_load": (246, 104, [0, 0, "page", 0]),
    "swapon": (167, 224, ["path", 0]),
    "sethostname": (170, 161, ["path", 3]),
    "settimeofday": (164, 170, ["page", 0]),
    "clock_settime": (227, 112, [0, "page"]),
    "acct": (163, 89, ["path"]),
    "quotactl": (179, 60, [0, "path", 0, "page"]),
    "set_priority_of_group": (141, 140, [1, 0, 19]),
    "ioprio_set": (251, 30, [2, 0, 0]),
    "vmsplice": (278, 75, [1, "page", 0, 0]),
    "splice": (275, 76, [0, 0, 1, 0, 1, 0]),
    "move_pages": (279, 239, [1, 0, "page", 0, 0, 0]),
    "sync": (162, 81, []),
    "syncfs": (306, 267, [1]),
}


def _run(sandbox: Sandbox, name: str, argument: Any) -> Any:
    source = (_FOLDER / f"{name}.py").read_text(encoding="utf-8")
    payload = {"source": source, "entry": "solve", "calls": [[[argument], {}]]}
    result = sandbox.run([Job("python_calls", payload, LIMITS)])[0]
    assert result.value is not None, result
    return result.value["calls"][0]["ok"]


@pytest.fixture(scope="module")
def seen(backend: str) -> dict[str, Any]:
    """What the probe saw; files of the repository and of this interpreter were named to it."""
    hidden = [str(ROOT), __file__, str(ROOT / "pyproject.toml"), sys.prefix, os.path.expanduser("~")]
    hidden += [path for path in sys.path if "site-packages" in path]
    with Sandbox(backend=backend, workers=1) as sandbox:
        view = _run(sandbox, "surroundings", hidden)
        assert isinstance(view, dict)
        return view


@pytest.fixture(scope="module")
def said(backend: str) -> dict[str, Any]:
    """What the kernel said to each forbidden system call."""
    numbers = {name: intel if _INTEL else arm for name, (intel, arm, _) in _CALLS.items()}
    table = [[name, number, _CALLS[name][2]] for name, number in numbers.items() if number is not None]
    with Sandbox(backend=backend, workers=1) as sandbox:
        answers = _run(sandbox, "calls", table)
        assert isinstance(answers, dict)
        return answers


@pytest.mark.parametrize("name", _CALLS)
def test_system_call_is_refused(said: dict[str, Any], name: str) -> None:
    """A call that could reach, watch, slow or change anything outside is refused by number."""
    if name not in said:
        pytest.skip(f"{platform.machine()} has no {name}")
    assert said[name] in _REFUSED


def test_no_other_process_is_visible(seen: dict[str, Any]) -> None:
    """A program is the first and only process that it sees, without a parent."""
    assert seen["pids"] == [1]
    assert seen["parent"] == 0


def test_no_file_of_the_host_is_readable(seen: dict[str, Any], backend: str) -> None:
    """Neither system files, nor homes, nor the repository, nor installed packages can be opened or listed."""
    prefixes = {os.path.realpath(path) for path in (sys.base_prefix, sys.base_exec_prefix)}
    prefixes = prefixes if backend == "native" else {"/usr"}  # of the interpreter that is shown inside
    library = [path for path in seen["readable"] if any(path.startswith(f"{one}/lib") for one in prefixes)]
    assert sorted(set(seen["readable"]) - set(library)) == []


def test_private_folder_is_empty(seen: dict[str, Any]) -> None:
    """The working folder and /tmp hold nothing of other checks."""
    assert seen["own_folder"][1:] == [[], []]


def test_only_four_descriptors_are_open(seen: dict[str, Any]) -> None:
    """Standard input, output and error and the control socket are all that is inherited."""
    assert set(seen["descriptors"]) <= {0, 1, 2, 3}


def test_there_are_no_capabilities(seen: dict[str, Any]) -> None:
    """Effective, permitted and inheritable sets are empty."""
    assert seen["capabilities"] == [0, 0, 0, 0, 0, 0, 0]


def test_user_is_nobody_and_stays_nobody(seen: dict[str, Any]) -> None:
    """The program runs under an id that owns nothing, in no foreign group, and cannot become root."""
    assert set(seen["users"]) <= {1000, 65534}
    assert set(seen["groups"]) <= {65534}
    assert [said for said, _ in seen["root_again"]] == ["refused"] * 3


def test_no_limit_can_be_raised(seen: dict[str, Any]) -> None:
    """Every hard limit is final."""
    assert seen["raised"] == []


def test_host_is_not_named(seen: dict[str, Any]) -> None:
    """The name of the machine does not show inside."""
    assert seen["host"] != socket.gethostname()


def test_no_network_interface_is_listed(seen: dict[str, Any]) -> None:
    """Not even the loopback device can be asked for."""
    assert seen["interfaces"][0] == "refused"


def test_environment_tells_nothing_of_the_owner(seen: dict[str, Any]) -> None:
    """No variable of the owner's environment is passed on."""
    assert not {"PWD", "USER", "VIRTUAL_ENV", "PYTEST_CURRENT_TEST", "SSH_AUTH_SOCK"} & set(
        seen["environment"]
    )
    assert not [name for name in seen["environment"] if "KEY" in name or "TOKEN" in name or "SECRET" in name]


def test_checker_and_packages_are_not_importable(seen: dict[str, Any]) -> None:
    """Neither installed packages nor the modules of the checking side exist inside."""
    assert [said for said, _ in seen["packages"]] == ["refused"] * 3
    assert seen["known"] == []


def test_marks_of_probes_are_absent_on_the_host() -> None:
    """No probe has left a file on the host."""
    for folder in ("/tmp", "/var/tmp", "/dev/shm", os.getcwd()):
        assert not os.path.isdir(folder) or not [n for n in os.listdir(folder) if n.startswith(MARK)]
