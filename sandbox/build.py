"""Build the images of the Docker backend.

The build context is made in memory: the sources that run inside the walls, and the packages of this host that
the image declares. No step of a build needs the network, only the base does (see `bases`).
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import tarfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from rlvr_gym.errors import SandboxError, SandboxUnavailable
from rlvr_gym.sandbox import catalogue
from rlvr_gym.sandbox.bases import LABEL_IMAGE, find_base, run_build
from rlvr_gym.sandbox.daemon import connect, spoken
from rlvr_gym.sandbox.docker import tag
from rlvr_gym.sandbox.native import HERE, walled_sources

__all__ = ["build"]

_LEFT_OUT = {"__pycache__", "tests", "benchmarks"}  # of packages: nothing in them is imported by the rest
_OLD_S = 24 * 3600  # an image this old, of other sources, is nobody's any more


def build(
    names: Sequence[str], base: str | None, say: Callable[[str], None], *, prune: bool = False
) -> list[str]:
    """Build images and what they stand on; remove what they replace.

    Args:
        names: of images; where empty, all but those that are large and built by name only.
        base: "registry" or "debian" (made anew); None takes what is here, else the registry, else Debian.
        say: called with a line about each step.
        prune: whether images of other sources go at once; else those older than a day do, for another
            checkout may be at work with the younger ones.
    Returns: the tags of the images asked for, in their order.
    Raises: SandboxUnavailable: where no daemon answers, or for an unknown image.
        SandboxError: if a step failed; the message holds the end of what it said.
    """
    wanted = list(names) or [name for name, image in catalogue.IMAGES.items() if not image.asked]
    tags = {name: tag(name) for name in dict.fromkeys(wanted)}
    client, bases = connect(), dict[tuple[bool, tuple[str, ...]], str]()
    for name, full in tags.items():
        image = catalogue.image(name)
        needs = image.compiled, image.debian
        if needs not in bases:  # made anew once, not once an image
            bases[needs] = find_base(client, base, image, say)
        say(f"building {full} from {bases[needs]}")
        _build(client, name, full, bases[needs], say)
    for name, full in tags.items():
        _prune(client, name, full, time.time() - (0 if prune else _OLD_S), say)
    return [tags[name] for name in wanted]


def _build(client: Any, name: str, full: str, base: str, say: Callable[[str], None]) -> None:
    """Build the python image on the base, and on it, unless it is asked for itself, the image."""
    options: dict[str, Any] = {"custom_context": True, "labels": {LABEL_IMAGE: name}}
    layer = full if name == "python" else f"rlvr-gym/layer:{full.partition(':')[2]}"
    sources = [(f"sandbox/{path.relative_to(HERE)}", path) for path in walled_sources()]
    found = run_build(
        client, say, fileobj=_context("python", sources), tag=layer, buildargs={"BASE": base}, **options
    )
    if name == "python":
        return
    packages = [
        (f"packages/{path.relative_to(home.parent)}", path)
        for package in catalogue.image(name).packages
        for home in _homes(package)
        for path in _package_files(home)
    ]
    try:
        own = sorted((HERE / "images" / name).iterdir())
        more = [(path.name, path) for path in own if path.is_file() and path.name != "Dockerfile"]
        run_build(
            client, say, fileobj=_context(name, [*more, *packages]), tag=full, buildargs={"BASE": found},
            **options,
        )  # fmt: skip
    finally:
        with spoken(f"removing the name {layer}"):
            client.remove_image(layer, noprune=True)


def _context(name: str, files: Iterable[tuple[str, Path]]) -> io.BytesIO:
    context = io.BytesIO()
    with tarfile.open(fileobj=context, mode="w") as archive:
        for inside, path in [("Dockerfile", HERE / "images" / name / "Dockerfile"), *files]:
            _add(archive, inside, path)
    context.seek(0)
    return context


def _add(archive: tarfile.TarFile, name: str, path: Path) -> None:
    """Add a file that everybody may read, whatever the umask here; the same bytes make the same layer."""
    entry = tarfile.TarInfo(name)
    data = path.read_bytes()
    pinned = catalogue.PINNED.get(path.name)
    if pinned is not None and hashlib.sha256(data).hexdigest() != pinned:
        raise SandboxError(
            f"{path} is not the file that was tried: its sha256 is not {pinned}; "
            'install the pinned version: pip install --force-reinstall "rlvr-gym[lean]"'
        )
    entry.size, entry.mode = len(data), 0o644
    archive.addfile(entry, io.BytesIO(data))


def _homes(package: str) -> list[Path]:
    """Return the folder of a package, and the one of the shared libraries that its wheel brought."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SandboxUnavailable(f"no package {package} to put into the image: pip install {package}")
    home = Path(spec.origin).parent
    return [path for path in (home, home.with_name(f"{package}.libs")) if path.is_dir()]


def _package_files(home: Path) -> Iterable[Path]:
    for path in sorted(home.rglob("*")):
        if path.is_file() and not _LEFT_OUT.intersection(path.relative_to(home).parts):
            yield path


def _prune(client: Any, name: str, full: str, before: float, say: Callable[[str], None]) -> None:
    """Remove images of ours by that name that were made of other sources before a time."""
    with spoken(f"looking for old images of {name}"):
        listed = client.images(name=f"rlvr-gym/{name}")
    for image in listed:
        for old in image.get("RepoTags") or ():
            if not old.startswith(f"rlvr-gym/{name}:") or old == full or image["Created"] > before:
                continue
            try:
                client.remove_image(old)
                say(f"removed {old}")
            except Exception as error:  # a container still stands on it: the next build tries again
                say(f"kept {old}: {error}")
