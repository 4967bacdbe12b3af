"""The choice of walls: native ones on this host, or the same worker inside a Docker container."""

from __future__ import annotations

import os
from collections.abc import Callable

from rlvr_gym.errors import SandboxUnavailable
from rlvr_gym.sandbox import docker
from rlvr_gym.sandbox.docker import Docker
from rlvr_gym.sandbox.links import Backend, Link
from rlvr_gym.sandbox.native import Native

__all__ = ["VARIABLE", "choose"]

VARIABLE = "RLVR_GYM_SANDBOX"


class Auto:
    """Docker where a daemon answers and has the image, native walls else; decided for each image."""

    name = "auto"

    def __init__(self, native: Native, container: Docker) -> None:
        self._native, self._container = native, container

    def _of(self, image: str) -> Backend:
        return self._container if docker.is_ready(image) else self._native

    def launch(self, image: str) -> Link:
        """Start a worker of that image."""
        return self._of(image).launch(image)

    def profile(self, image: str) -> str:
        """Return the name of the walls behind results of that image."""
        return self._of(image).profile(image)

    def close(self) -> None:
        """Close both backends."""
        self._native.close()
        self._container.close()

    def forget(self) -> None:
        """Forget what both backends have open."""
        self._native.forget()
        self._container.forget()


_MAKERS: dict[str, Callable[[int, int], Backend]] = {
    "auto": lambda workers, nice: Auto(Native(nice), Docker(workers, nice)),
    "native": lambda workers, nice: Native(nice),
    "docker": lambda workers, nice: Docker(workers, nice),
}


def choose(name: str | None, *, workers: int = 1, nice: int = 0) -> Backend:
    """Return a backend by name.

    Args:
        name: "native", "docker", or "auto": Docker where a daemon answers and has the image, native walls
            else. None: what the environment variable RLVR_GYM_SANDBOX says, "auto" where it is not set.
        workers: most workers that it will have at once; containers are made large enough for them.
        nice: how much lower the workers' priority is.
    Raises: SandboxUnavailable: for any other name.
    """
    wanted = os.environ.get(VARIABLE) or "auto" if name is None else name
    if wanted not in _MAKERS:
        where = f" in {VARIABLE}" if name is None else ""
        raise SandboxUnavailable(f"unknown sandbox backend {wanted!r}{where}; valid: {', '.join(_MAKERS)}")
    return _MAKERS[wanted](workers, nice)
