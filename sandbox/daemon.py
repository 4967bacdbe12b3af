"""The Docker daemon, by its SDK: a client, its errors in our words, and what is asked before anything runs.

The SDK is an extra, imported when the first question is asked. Which daemon: the one that DOCKER_HOST names,
else the one of the current `docker context`, else the usual socket. Podman answers the same questions.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rlvr_gym.errors import SandboxError, SandboxUnavailable

__all__ = ["FULL_DISK", "ContainerGone", "DaemonGone", "connect", "find_image", "spoken", "stream_of"]

ANSWER_S = 60  # what a daemon may take to answer: a busy disk makes it slow
_USUAL = "unix:///var/run/docker.sock"
_DIRECT = ("http+docker://localhost", "http://")  # Unix sockets and plain TCP, as the SDK names them
FULL_DISK = "no space left on device"


class DaemonGone(SandboxUnavailable):
    """No daemon answers, now; one that restarts comes back."""


class ContainerGone(SandboxError):
    """The container that was asked for has ended, or is ending."""


def connect() -> Any:
    """Return a client of the SDK.

    Raises: SandboxUnavailable: without the SDK, or for a daemon that cannot be spoken to from here.
        DaemonGone: where none answers.
    """
    try:
        import docker
        import docker.errors
    except ImportError:
        raise SandboxUnavailable(
            'the Docker backend needs the Docker SDK: pip install "rlvr-gym[docker]", or use native walls'
        ) from None
    options = docker.utils.kwargs_from_env()
    options["base_url"] = options.get("base_url") or _context_host() or _USUAL
    with spoken("connecting to the Docker daemon"):
        _knock(options["base_url"])
        client = docker.APIClient(**options, version="auto", timeout=ANSWER_S)
    if not client.base_url.startswith(_DIRECT):
        raise SandboxUnavailable(
            f"workers cannot be spoken to through {options['base_url']}: "
            "set DOCKER_HOST to a unix:// or plain tcp:// address, or use native walls"
        )
    return client


def _knock(url: str) -> None:
    """Connect to a Unix socket and hang up: the SDK leaves its socket open where nobody answers."""
    if url.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as knocking:
            knocking.connect(url.removeprefix("unix://"))


def _context_host() -> str | None:
    """Return the address of the context that `docker context use` chose; None for the usual one."""
    from docker.context import ContextAPI

    try:
        context = ContextAPI.get_current_context()
        host: str | None = context.Host if context is not None else None
    except Exception:  # whatever a foreign configuration file holds, the usual socket is what is left
        host = None
    return host


@contextmanager
def spoken(doing: str) -> Iterator[None]:
    """Turn what the SDK raises into our errors.

    Args:
        doing: what the daemon is asked for, for the message.
    Raises: DaemonGone: if none answers. ContainerGone: if the container has ended.
        SandboxError: for anything else that it refuses, with its words and what to do.
    """
    import docker.errors
    import requests.exceptions

    try:
        yield
    except docker.errors.ImageNotFound as error:
        raise SandboxUnavailable(
            f"{doing}: the image is gone ({error.explanation}): run `rlvr-gym sandbox build`"
        ) from None
    except docker.errors.APIError as error:
        said = str(error.explanation or error).strip()[-400:]
        if FULL_DISK in said.lower():
            raise SandboxError(
                f"{doing}: the disk of the Docker daemon is full ({said}): `docker system df` shows what "
                "takes the room, `docker image prune` frees some"
            ) from None
        if error.status_code in (404, 409) and "container" in said.lower():
            raise ContainerGone(f"{doing}: {said}") from None
        if _refused_by_socket(error, said):
            raise SandboxUnavailable(f"{doing}: {said}") from None
        raise SandboxError(f"{doing}: the Docker daemon refuses: {said}") from None
    except (docker.errors.DockerException, requests.exceptions.RequestException, OSError) as error:
        raise DaemonGone(
            f"{doing}: no Docker daemon answers: {str(error)[-300:]}. Start it (or set DOCKER_HOST), "
            "or use native walls."
        ) from None


def _refused_by_socket(error: Any, said: str) -> bool:
    return error.status_code in (401, 403) or "permission denied" in said.lower()


def find_image(client: Any, name: str) -> str | None:
    """Return the id of the image of that name, tag or id; None where the daemon has none."""
    import docker.errors

    with spoken(f"looking for the image {name}"):
        try:
            found: str = client.inspect_image(name)["Id"]
        except docker.errors.ImageNotFound:
            return None
    return found if found.startswith("sha256:") else f"sha256:{found}"  # Podman leaves the kind out


def stream_of(hijacked: Any) -> socket.socket:
    """Return a plain, non-blocking socket for the stream that the SDK has taken over from HTTP.

    The SDK's own object reads through a buffer that has seen the answer's head, so the other side must not
    speak before it is spoken to.
    """
    stream = socket.socket(fileno=os.dup(hijacked.fileno()))
    hijacked._response.close()
    stream.setblocking(False)
    return stream
