"""What the reply socket is good for besides reading and writing: it is a socket, and takes a socket's ioctls."""

from __future__ import annotations

import pytest

from rlvr_gym.sandbox import Sandbox
from tests.redteam.arena import probe

_REQUESTS = {
    "asks the bridge code, and has its module loaded": 0x8940,  # SIOCGIFBR
    "asks the VLAN code, and has its module loaded": 0x8982,  # SIOCGIFVLAN
    "asks for a name of an interface": 0x8910,  # SIOCGIFNAME
    "lists interfaces": 0x8912,  # SIOCGIFCONF
    "sets the owner of signals, which fcntl may not": 0x8901,  # FIOSETOWN
}


@pytest.mark.parametrize("request_", _REQUESTS.values(), ids=_REQUESTS)
def test_no_network_request_reaches_the_kernel(cell: Sandbox, request_: int) -> None:
    """The filter refuses sockets; descriptor 3 is one, and `ioctl` on it comes past all of that."""
    source = (
        "import ctypes, errno\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "def solve(value):\n"
        f"    done = libc.ioctl(3, ctypes.c_ulong({request_}), ctypes.create_string_buffer(256))\n"
        "    return done if done >= 0 else errno.errorcode[ctypes.get_errno()]\n"
    )
    assert probe(cell, source) == "EPERM"
