"""Build the images of the Docker backend, from a registry's Python or from Debian's packages alone.

The build context is made in memory: the sources that run inside the walls, and for the sympy image the
packages that are installed here. No step of a build needs the network, only the base does: it is pulled, or
made by mmdebstrap or debootstrap from the package sources that this host's apt already uses.
"""

from __future__ import annotations

import importlib.util
import io
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rlvr_gym.errors import SandboxError, SandboxUnavailable
from rlvr_gym.sandbox.catalogue import IMAGES
from rlvr_gym.sandbox.docker import find_image, tag
from rlvr_gym.sandbox.native import HERE, walled_sources

__all__ = ["build"]

REGISTRY_BASE, DEBIAN_BASE = "python:3.12-slim", "rlvr-gym/base:debian"
# The interpreter and the whole standard library that Debian ships, without a shell or a package manager.
_PACKAGES = "python3-minimal,libpython3-stdlib"
_PULL_S, _BASE_S, _BUILD_S = 300.0, 900.0, 600.0
_LEFT_OUT = {"__pycache__", "tests", "benchmarks"}  # of packages: nothing in them is imported by the rest


def build(names: Sequence[str], base: str | None, say: Callable[[str], None]) -> list[str]:
    """Build images and what they stand on.

    Args:
        names: of images; all where empty.
        base: "registry" or "debian" (made anew); None takes what is here, else the registry, else Debian.
        say: called with a line about each step.
    Returns: the tags of the images asked for, in their order.
    Raises: SandboxUnavailable: where no daemon answers, or for an unknown image.
        SandboxError: if a step failed; the message holds the end of what it said.
    """
    wanted = list(names) or [name for name, image in IMAGES.items() if not image.asked]
    tags = {name: tag(name) for name in ["python", *wanted]}
    found = _base(base, say)
    for name, full in dict.fromkeys(tags.items()):
        say(f"building {full} from {found if name == 'python' else tags['python']}")
        # Every image but the first stands on the first.
        _docker_build(name, full, found if name == "python" else tags["python"])
    return [tags[name] for name in wanted]


def _base(choice: str | None, say: Callable[[str], None]) -> str:
    if choice is None:
        for name in (REGISTRY_BASE, DEBIAN_BASE):
            if find_image(name) is not None:
                return name
    if choice != "debian":
        say(f"pulling {REGISTRY_BASE}")
        try:
            _run(["docker", "pull", "--quiet", REGISTRY_BASE], _PULL_S)
            return REGISTRY_BASE
        except SandboxError as error:
            if choice == "registry":
                raise
            say(f"no registry: {error}")
    find_image(DEBIAN_BASE)  # before minutes of work: does a daemon answer?
    say(f"making {DEBIAN_BASE} from Debian packages")
    with tempfile.TemporaryDirectory(prefix="rlvr-gym-base-") as folder:
        archive = _debian_archive(Path(folder))
        with archive.open("rb") as stream:
            _run(["docker", "import", "-", DEBIAN_BASE], _BUILD_S, stdin=stream)
    return DEBIAN_BASE


def _debian_archive(folder: Path) -> Path:
    sources, archive = _package_sources(), folder / "base.tar"
    if shutil.which("mmdebstrap"):
        lines = [f"deb {uri} {suite} {component}" for uri, suite, component in sources]
        command = ["mmdebstrap", "--quiet", "--variant=extract", f"--include={_PACKAGES}"]
        _run([*command, "", str(archive), *lines], _BASE_S)
    elif shutil.which("debootstrap"):
        uri, suite, component = sources[0]
        root = folder / "root"
        command = ["debootstrap", "--variant=minbase", f"--include={_PACKAGES}", f"--components={component}"]
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
        raise SandboxError(
            f"a base of Debian packages needs apt: build where it is, or where {REGISTRY_BASE} can be pulled"
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


def _docker_build(name: str, full: str, base: str) -> None:
    context = io.BytesIO()
    with tarfile.open(fileobj=context, mode="w") as archive:
        _add(archive, "Dockerfile", HERE / "images" / name / "Dockerfile")
        if name == "python":
            for path in walled_sources():
                _add(archive, f"sandbox/{path.relative_to(HERE)}", path)
        for package in IMAGES[name].packages:
            home = _home(package)
            for path in _package_files(home):
                _add(archive, f"packages/{package}/{path.relative_to(home)}", path)
    command = ["docker", "build", "--quiet", "--network=none", "--force-rm", f"--build-arg=BASE={base}"]
    _run([*command, f"--tag={full}", "-"], _BUILD_S, data=context.getvalue())


def _add(archive: tarfile.TarFile, name: str, path: Path) -> None:
    """Add a file that everybody may read, whatever the umask here; the same bytes make the same layer."""
    entry = tarfile.TarInfo(name)
    data = path.read_bytes()
    entry.size, entry.mode = len(data), 0o644
    archive.addfile(entry, io.BytesIO(data))


def _home(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SandboxUnavailable(f"no package {package} to put into the image: pip install {package}")
    return Path(spec.origin).parent


def _package_files(home: Path) -> Iterable[Path]:
    for path in sorted(home.rglob("*")):
        if path.is_file() and not _LEFT_OUT.intersection(path.relative_to(home).parts):
            yield path


def _run(
    command: Sequence[str],
    limit_s: float,
    *,
    data: bytes | None = None,
    stdin: io.BufferedReader | None = None,
) -> str:
    what = " ".join(command[:2])
    try:
        done = subprocess.run(
            command,
            input=data,
            stdin=subprocess.DEVNULL if data is None and stdin is None else stdin,
            capture_output=True,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SandboxError(f"`{what}` took more than {limit_s:g} s") from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
        raise SandboxError(f"`{what}` failed with status {done.returncode}: {said[-600:]}")
    return done.stdout.decode("utf-8", "replace")
