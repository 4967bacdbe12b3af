"""The Docker backend: the same worker inside one locked container, spoken to over its standard streams.

The container is the second set of walls, around those that the worker builds itself: nobody's user, no
capability, no new privileges, no network, nothing writable, no file of the host, a system-call filter that is
narrower than Docker's own but for what the inner walls need. It lives as long as its owner: `docker run` ends
with the owner's end of the pipe, the daemon closes the container's standard input with it, and the worker,
the container's first process, leaves. The daemon then removes the container.

Images are named after the sources in them, so that a stale one is never used.
Nothing is built or pulled here.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version

from rlvr_gym.errors import SandboxUnavailable
from rlvr_gym.sandbox import catalogue
from rlvr_gym.sandbox.links import PipeLink
from rlvr_gym.sandbox.native import ENVIRONMENT, HERE, bootstrap, walled_sources

__all__ = ["LABEL", "Docker", "find_image", "is_ready", "tag"]

LABEL = "rlvr-gym.sandbox"  # on every container; its value is the process id of the owner
SECCOMP = HERE / "images" / "seccomp.json"
_ROOT = "/opt/rlvr_gym"
_MAIN = "from rlvr_gym.sandbox.inside import main\nmain()\n"
_ANSWER_S = 20.0  # what `docker` may take to answer a question about what it has
# The client copies its user's proxy settings, passwords included, into containers unless they are given.
_PROXIES = [f"{kind}_PROXY" for kind in ("HTTP", "HTTPS", "FTP", "NO", "ALL")]
_LOCKS = (
    "--interactive", "--rm", "--pull=never", "--log-driver=none", "--user=65534:65534", "--cap-drop=ALL",
    "--security-opt=no-new-privileges", f"--security-opt=seccomp={SECCOMP}", "--network=none", "--ipc=none",
    "--read-only", "--memory=2g", "--memory-swap=2g", "--pids-limit=256", "--ulimit=core=0",
    "--hostname=sandbox", "--entrypoint=python3",
)  # fmt: skip


@functools.cache
def tag(image: str) -> str:
    """Return the name of an image: it changes with the sources and packages inside.

    Raises: SandboxUnavailable: for an unknown image or a package that is not installed here.
    """
    packages = catalogue.image(image).packages
    hasher = hashlib.blake2b(digest_size=6)
    for path in [*walled_sources(), *(HERE / "images" / name / "Dockerfile" for name in ("python", image))]:
        hasher.update(f"{path.relative_to(HERE)}\0".encode() + path.read_bytes() + b"\0")
    for package in packages:
        try:
            hasher.update(f"{package} {version(package)}\0".encode())
        except PackageNotFoundError:
            raise SandboxUnavailable(
                f"image {image!r} needs the package {package}: pip install {package}"
            ) from None
    return f"rlvr-gym/{image}:{hasher.hexdigest()}"


def find_image(name: str) -> str | None:
    """Return the id of the image of that name and tag; None where the daemon has none.

    Raises: SandboxUnavailable: where there is no Docker client, or no daemon answers it.
    """
    if shutil.which("docker") is None:
        raise SandboxUnavailable("no `docker` command on this host: install Docker, or use native walls")
    command = ["docker", "image", "inspect", "--format", "{{.Id}}", name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_ANSWER_S, check=False)
    except subprocess.TimeoutExpired:
        raise SandboxUnavailable(f"the Docker daemon did not answer within {_ANSWER_S:g} s") from None
    if done.returncode == 0:
        return done.stdout.strip()
    if any(words in done.stderr.lower() for words in ("no such image", "image not known")):  # Docker, Podman
        return None
    raise SandboxUnavailable(
        f"no Docker daemon answers: {done.stderr.strip()[-300:]}. Start it, or use native walls."
    )


@functools.cache
def is_ready(image: str) -> bool:
    """Whether a daemon answers and has that image; asked once per process, cheap where Docker is absent."""
    try:
        return find_image(tag(image)) is not None
    except SandboxUnavailable:
        return False


@functools.cache
def _present(image: str) -> str:
    found = find_image(tag(image))
    if found is None:
        raise SandboxUnavailable(
            f"Docker has no image {tag(image)}, or only one of other sources: "
            f"run `rlvr-gym sandbox build {image}`, or use native walls"
        )
    return found


@functools.cache
def _locks_digest() -> str:
    words = "\0".join(word for word in _LOCKS if str(SECCOMP) not in word)
    return hashlib.blake2b(words.encode() + b"\0" + SECCOMP.read_bytes(), digest_size=6).hexdigest()


class Docker:
    """The backend of locked containers.

    Args:
        nice: how much lower than other processes' the workers' priority is.
    """

    name = "docker"

    def __init__(self, nice: int = 0) -> None:
        self._nice = nice

    def launch(self, image: str) -> PipeLink:
        """Start a container with a worker of that image; its first frame says whether the inner walls stand.

        Raises: SandboxUnavailable: where no daemon answers or the image is not there; says what to run.
        """
        found = _present(image)
        held = catalogue.image(image)
        homes = [f"{_ROOT}/packages/{package}" for package in held.packages]
        asked = {"runners": held.runners, "packages": homes, "nice": self._nice}
        names = {**ENVIRONMENT, **{name: "" for upper in _PROXIES for name in (upper, upper.lower())}}
        del names["PATH"]  # where the interpreter lies is for the image to say
        process = subprocess.Popen(
            [
                "docker", "run", *_LOCKS, f"--label={LABEL}={os.getpid()}",
                *(f"--env={name}={value}" for name, value in names.items()),
                found, "-s", "-S", "-c", bootstrap(f"{_ROOT}/sandbox", _MAIN), json.dumps(asked),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,  # a few lines at most, read only when a worker does not start
            start_new_session=True,
            bufsize=0,
        )  # fmt: skip
        return PipeLink(process)

    def profile(self, image: str) -> str:
        """Return a short name of the image and the locks behind results of this backend."""
        return f"docker/{image}/{_present(image).removeprefix('sha256:')[:12]}/{_locks_digest()}"

    def close(self) -> None:
        """Do nothing: each container leaves with its worker."""

    def forget(self) -> None:
        """Do nothing: there is nothing but workers."""
