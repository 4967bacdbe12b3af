"""The Docker backend: the same worker, with all its walls, inside a locked container.

A pool has one container for each image. Images are named after the sources in them, so that a stale one is
never used. Nothing is built or pulled here. A container that dies is replaced, and a daemon that restarts is
waited for.
"""

from __future__ import annotations

import functools
import hashlib
import json
import logging
import platform
import sys
import threading
import time
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from rlvr_gym.errors import SandboxUnavailable
from rlvr_gym.sandbox import catalogue
from rlvr_gym.sandbox.containers import Container, locks_digest, runtime, sweep
from rlvr_gym.sandbox.daemon import ContainerGone, DaemonGone, connect, find_image
from rlvr_gym.sandbox.native import HERE, bootstrap, walled_sources
from rlvr_gym.sandbox.streams import ExecLink

__all__ = ["Docker", "is_ready", "recipe", "tag"]

_log = logging.getLogger(__name__)
ROOT = "/opt/rlvr_gym"  # of all that is ours in an image
_MAIN = "from rlvr_gym.sandbox.inside import main\nmain()\n"
_RETURN_S = 30.0  # what a daemon that has served us may take to come back
_CONTAINERS = 3  # that may end one after another before a worker of theirs has started


@functools.cache
def recipe(image: str) -> str:
    """Return 12 hex digits that stand for what makes an image: its Dockerfile and the sources inside.

    Raises: SandboxUnavailable: for an unknown image.
    """
    held = catalogue.image(image)
    hasher = hashlib.blake2b(digest_size=6)
    own = [path for name in ("python", image) for path in sorted((HERE / "images" / name).iterdir())]
    for path in [*walled_sources(), *(path for path in own if path.is_file())]:
        hasher.update(f"{path.relative_to(HERE)}\0".encode() + path.read_bytes() + b"\0")
    hasher.update(json.dumps([held.runners, held.packages, held.debian]).encode())
    return hasher.hexdigest()


@functools.cache
def tag(image: str) -> str:
    """Return the name of an image: it changes with its recipe and the versions of the packages inside.

    Raises: SandboxUnavailable: for an unknown image or a package that is not installed here.
    """
    hasher = hashlib.blake2b(recipe(image).encode(), digest_size=6)
    if catalogue.image(image).compiled:
        hasher.update(f"python {sys.version_info[:2]} {platform.machine()}\0".encode())
    for package in catalogue.image(image).packages:
        try:
            hasher.update(f"{package} {version(package)}\0".encode())
        except PackageNotFoundError:
            raise SandboxUnavailable(
                f"image {image!r} needs the package {package}: pip install {package}"
            ) from None
    return f"rlvr-gym/{image}:{hasher.hexdigest()}"


@functools.cache
def is_ready(image: str) -> bool:
    """Whether a daemon answers and has that image; asked once per process, cheap where Docker is absent."""
    try:
        return find_image(connect(), tag(image)) is not None
    except SandboxUnavailable:
        return False


class Docker:
    """The backend of one pool: its containers, by image.

    Args:
        workers: most workers per image.
        nice: how much lower than other processes' the workers' priority is.
    """

    name = "docker"

    def __init__(self, workers: int = 1, nice: int = 0) -> None:
        self._workers, self._nice = workers, nice
        self._start_afresh()

    def _start_afresh(self) -> None:
        self._lock = threading.RLock()
        self._client: Any = None
        self._containers: dict[str, Container] = {}
        self._present: dict[str, str] = {}
        self._served = False

    def launch(self, image: str) -> ExecLink:
        """Start a worker of that image; its first frame says whether the inner walls stand.

        Raises: SandboxUnavailable: where no daemon answers or the image is not there; says what to run.
            SandboxError: if the daemon cannot run it, with the cause.
        """
        with self._lock:  # one at a time: the second finds the container that the first has made
            until, pause, gone = time.monotonic() + _RETURN_S, 0.1, 0
            while True:
                try:
                    link = self._start(image)
                    self._served = True
                    return link
                except (ContainerGone, DaemonGone) as error:
                    self._discard(image, error)
                    gone += isinstance(error, ContainerGone)
                    late = time.monotonic() > until or gone >= _CONTAINERS
                    if late or (isinstance(error, DaemonGone) and not self._served):
                        raise
                    _log.warning("%s; trying again", error)
                time.sleep(pause)
                pause = min(2 * pause, 2.0)

    def _start(self, image: str) -> ExecLink:
        held, found = catalogue.image(image), self._find(image)
        homes = [f"{ROOT}/packages/{package}" for package in held.packages]
        asked = json.dumps(
            {"runners": held.runners, "packages": homes, "loaded": held.loaded, "nice": self._nice}
        )
        program = bootstrap(f"{ROOT}/sandbox", _MAIN)
        if image not in self._containers:
            self._present.pop(image)  # asked anew unless it can be started: somebody may have built another
            container = Container(self._client, found, self._workers, self._nice)
            if runtime():  # not every one can hold the inner walls
                try:
                    container.try_out(program, asked)
                except BaseException:
                    container.close()
                    raise
            self._containers[image], self._present[image] = container, found
        return self._containers[image].start(program, asked)

    def _find(self, image: str) -> str:
        if self._client is None:
            client = connect()
            sweep(client)
            self._client = client
        if image not in self._present:
            found = find_image(self._client, tag(image))
            if found is None:
                raise SandboxUnavailable(
                    f"Docker has no image {tag(image)}, or only one of other sources: "
                    f"run `rlvr-gym sandbox build {image}`, or use native walls"
                )
            self._present[image] = found
        return self._present[image]

    def _discard(self, image: str, error: Exception) -> None:
        if isinstance(error, DaemonGone):
            self._client = None  # its connections are of no more use
        if (container := self._containers.pop(image, None)) is not None:
            container.close()

    def profile(self, image: str) -> str:
        """Return a short name of the image and the locks behind results of this backend."""
        with self._lock:
            short = self._find(image).removeprefix("sha256:")[:12]
        kind = f"docker+{runtime()}" if runtime() else "docker"
        return f"{kind}/{image}/{short}/{locks_digest(runtime())}"

    def close(self) -> None:
        """End all containers, and with them what still runs there. Closing twice is harmless."""
        with self._lock:
            for container in self._containers.values():
                container.close()
            self._containers.clear()

    def forget(self) -> None:
        """Let go of the containers without ending them: this is a forked copy of their owner."""
        for container in self._containers.values():
            container.forget()
        self._start_afresh()
