"""The choice of walls: native ones on this host, or the same worker inside a Docker container."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from typing import NamedTuple

from rlvr_gym.errors import SandboxUnavailable
from rlvr_gym.sandbox import docker, native

__all__ = ["VARIABLE", "Backend", "choose"]

VARIABLE = "RLVR_GYM_SANDBOX"


class Backend(NamedTuple):
    """What a pool needs of a backend, by image: start a worker; name the walls behind its results."""

    name: str
    launch: Callable[[str], subprocess.Popen[bytes]]
    profile: Callable[[str], str]


_NATIVE = Backend("native", native.launch, native.profile)
_DOCKER = Backend("docker", docker.launch, docker.profile)


def _automatic(image: str) -> Backend:
    return _DOCKER if docker.is_ready(image) else _NATIVE


_AUTO = Backend(
    "auto",
    lambda image: _automatic(image).launch(image),
    lambda image: _automatic(image).profile(image),
)
_BACKENDS = {backend.name: backend for backend in (_AUTO, _NATIVE, _DOCKER)}


def choose(name: str | None) -> Backend:
    """Return a backend by name.

    Args:
        name: "native", "docker", or "auto": Docker where a daemon answers and has the image, native walls
            else. None: what the environment variable RLVR_GYM_SANDBOX says, "auto" where it is not set.
    Raises: SandboxUnavailable: for any other name.
    """
    wanted = os.environ.get(VARIABLE) or "auto" if name is None else name
    if wanted not in _BACKENDS:
        where = f" in {VARIABLE}" if name is None else ""
        raise SandboxUnavailable(f"unknown sandbox backend {wanted!r}{where}; valid: {', '.join(_BACKENDS)}")
    return _BACKENDS[wanted]
