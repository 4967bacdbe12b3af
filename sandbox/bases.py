"""What images stand on: a registry's Python, or one made from Debian's packages alone.

A base holds Python and, for images that need more, Debian packages. Where no registry is reached, mmdebstrap
or debootstrap makes it from the package sources that this host's apt already uses.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rlvr_gym.errors import SandboxError
from rlvr_gym.sandbox.catalogue import Image
from rlvr_gym.sandbox.daemon import FULL_DISK, find_image, spoken

__all__ = ["LABEL_IMAGE", "find_base", "run_build"]

LABEL_IMAGE = "rlvr-gym.image"  # on every image of ours: what it is called
_REGISTRY = "python:{version}-slim"
_VERSION = "3.12"  # of Python, where no package of this host needs its own
# The interpreter and the whole standard library that Debian ships, without a shell or a package manager.
_PACKAGES = ("python3-minimal", "libpython3-stdlib")
_BASE_S = 1800.0
_INSTALL = """FROM {base}
RUN dpkg -s {packages} >/dev/null 2>&1 || ( \\
    apt-get update && apt-get install -y --no-install-recommends {packages} && rm -rf /var/lib/apt/lists/*)
"""

Say = Callable[[str], None]


def find_base(client: Any, choice: str | None, image: Image, say: Say) -> str:
    """Return the name of a base with what that image needs, made or pulled if it is not here.

    Args:
        choice: "registry" or "debian" (made anew); None takes what is here, else the registry, else Debian.
        say: called with a line about each step.
    Raises: SandboxError: if there is none to be had; the message says why.
    """
    version = f"{sys.version_info[0]}.{sys.version_info[1]}" if image.compiled else _VERSION
    pulled, made = _REGISTRY.format(version=version), "rlvr-gym/base:debian"
    with_more = pulled
    if image.debian:
        short = hashlib.blake2b(" ".join(image.debian).encode(), digest_size=4).hexdigest()
        with_more, made = f"rlvr-gym/base:{version}-slim-{short}", f"{made}-{short}"
    if choice is None:
        for name in (with_more, made):
            if find_image(client, name) is not None:
                return name
    if choice != "debian":
        try:
            _pull(client, pulled, say)
        except SandboxError as error:
            if choice == "registry":
                raise
            say(f"no registry: {error}")
        else:
            if image.debian:
                say(f"installing {' '.join(image.debian)}")
                text = _INSTALL.format(base=pulled, packages=" ".join(image.debian))
                run_build(client, say, dockerfile=text, tag=with_more, network="default")
            return with_more
    _make(client, made, [*_PACKAGES, *image.debian], say)
    return made


def _pull(client: Any, name: str, say: Say) -> None:
    say(f"pulling {name}")
    repository, _, version = name.partition(":")
    with spoken(f"pulling {name}"):
        for line in client.pull(repository, tag=version, stream=True, decode=True):
            if "error" in line:
                raise SandboxError(f"pulling {name}: {line['error']}")


def run_build(client: Any, say: Say, *, dockerfile: str = "", network: str = "none", **options: Any) -> str:
    """Build an image and return its id.

    Args:
        dockerfile: the whole of it, where there is no context.
        network: "none" or "default".
        options: of the SDK's `build`: tag, fileobj with custom_context, buildargs, labels.
    Raises: SandboxError: if a step failed; the message holds the end of what it said.
    """
    if dockerfile:
        options["fileobj"] = io.BytesIO(dockerfile.encode())
    what, found, said = f"building {options['tag']}", "", ""
    with spoken(what):
        lines = client.build(
            **options, network_mode=network, rm=True, forcerm=True, decode=True,
            use_config_proxy=network != "none",
        )  # fmt: skip
        for line in lines:
            said = (said + str(line.get("stream", "")))[-2000:]
            found = line.get("aux", {}).get("ID", found)
            if "error" in line:
                raise SandboxError(f"{what}: {_explained(said + str(line['error']))}")
            if str(line.get("stream", "")).startswith("Step ") and " RUN " in line["stream"]:
                say(line["stream"].strip()[:100])
    return found or find_image(client, options["tag"]) or options["tag"]


def _explained(said: str) -> str:
    if FULL_DISK in said.lower():
        return (
            f"the disk is full: `docker system df` shows what takes the room, `docker image prune` and "
            f"`rlvr-gym sandbox build --prune` free some. It said: {said[-300:]}"
        )
    return said.strip()[-600:]


# ------------------------------------------------------------------------------------- from Debian's packages


def _make(client: Any, name: str, packages: Sequence[str], say: Say) -> None:
    say(f"making {name} from Debian packages, which takes a minute or more")
    with tempfile.TemporaryDirectory(prefix="rlvr-gym-base-") as folder:
        archive = _debian_archive(Path(folder), packages)
        say(f"importing {archive.stat().st_size >> 20} MiB as {name}")
        repository, _, version = name.partition(":")
        with spoken(f"importing {name}"):
            said = client.import_image(str(archive), repository=repository, tag=version)
    if find_image(client, name) is None:
        raise SandboxError(f"importing {name}: {_explained(str(said))}")


def _debian_archive(folder: Path, packages: Sequence[str]) -> Path:
    sources, archive, included = _package_sources(), folder / "base.tar", ",".join(packages)
    if shutil.which("mmdebstrap"):
        lines = [f"deb {uri} {suite} {component}" for uri, suite, component in sources]
        command = ["mmdebstrap", "--quiet", "--variant=extract", f"--include={included}"]
        _run([*command, "", str(archive), *lines], _BASE_S)
    elif shutil.which("debootstrap"):
        uri, suite, component = sources[0]
        root = folder / "root"
        command = ["debootstrap", "--variant=minbase", f"--include={included}", f"--components={component}"]
        _run([*command, suite, str(root), uri], _BASE_S)
        packing = ["tar", "--numeric-owner", "--exclude=./var/cache/apt", "-C", str(root)]
        _run([*packing, "-cf", str(archive), "."], _BASE_S)
    else:
        raise SandboxError(
            "making a base from Debian packages needs mmdebstrap, or debootstrap and root: "
            "apt-get install mmdebstrap"
        )
    return archive


def _package_sources() -> list[tuple[str, str, str]]:
    """Return (URI, suite, component) of the distribution's own package sources, the main one first."""
    if shutil.which("apt-get") is None:
        name = _REGISTRY.format(version=_VERSION)
        raise SandboxError(
            f"a base of Debian packages needs apt: build where it is, or where {name} can be pulled"
        )
    shown = "$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)"
    listed = _run(["apt-get", "indextargets", "--format", shown, "Created-By: Packages"], 60)
    rows = [line.split() for line in listed.splitlines()]
    found = [
        (uri, suite, component)
        for origin, uri, suite, component in (row for row in rows if len(row) == 4)
        if origin in ("Debian", "Ubuntu") and component == "main"
    ]
    if not found:
        raise SandboxError("apt knows no package source of Debian or Ubuntu: run `apt-get update`")
    return sorted(dict.fromkeys(found), key=lambda row: "-" in row[1])  # bookworm before bookworm-updates


def _run(command: Sequence[str], limit_s: float) -> str:
    what = " ".join(command[:2])
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=limit_s, check=False
        )
    except subprocess.TimeoutExpired:
        raise SandboxError(f"`{what}` took more than {limit_s:g} s") from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        raise SandboxError(f"`{what}` failed with status {done.returncode}: {_explained(said)}")
    return done.stdout.decode("utf-8", "replace")
