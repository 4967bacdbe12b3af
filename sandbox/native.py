"""The native backend: workers behind Linux namespaces on this host.

The worker runs the base interpreter without site-packages and without this package's `__init__`: a three-line
bootstrap gives it empty packages of the same names, so that its modules import as they do on the host.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import logging
import os
import platform
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from rlvr_gym.errors import SandboxUnavailable
from rlvr_gym.sandbox import catalogue, toolchain
from rlvr_gym.sandbox.cgroups import MemoryGroup, find_place
from rlvr_gym.sandbox.links import PipeLink

__all__ = [
    "ENVIRONMENT", "HERE", "Native", "bootstrap", "config", "interpreter", "walled_sources",
]  # fmt: skip

_log = logging.getLogger(__name__)
HERE = Path(__file__).resolve().parent
_BOOTSTRAP = (
    "import sys,types\n"
    "root={root!r}\n"
    "for name,path in (('',''),('.sandbox',root),('.sandbox.runners',root+'/runners')):\n"
    " name='rlvr_gym'+name; sys.modules[name]=module=types.ModuleType(name); module.__path__=[path]\n"
)
_MAIN = "from rlvr_gym.sandbox.zygote import main\nmain()\n"
ENVIRONMENT = {  # of a worker, and so of every program that it runs
    "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUTF8": "1", "LD_BIND_NOW": "1", "HOME": "/tmp", "MPMATH_NOGMPY": "1", "OPENBLAS_NUM_THREADS": "1",
}  # fmt: skip
_RUNNERS = {".py", ".hpp", ".cpp", ".js"}  # runners, and what they put around programs of other languages
_HOST_SIDE = {
    "__init__.py", "backends.py", "bases.py", "batch.py", "build.py", "catalogue.py", "cgroups.py",
    "containers.py", "daemon.py", "docker.py", "doctor.py", "jobs.py", "lines.py", "links.py", "native.py",
    "owners.py", "pins.py", "pool.py", "results.py", "statistics.py", "streams.py", "worker.py",
}  # fmt: skip


def bootstrap(root: str, main: str = _MAIN) -> str:
    """Return the worker's start-up program for sandbox sources under that folder."""
    return _BOOTSTRAP.format(root=root) + main


def config(image: str) -> dict[str, Sequence[str] | dict[str, str]]:
    """Return what a worker of that image shows and loads on this host.

    Raises: SandboxUnavailable: for an unknown image, or a package or a compiler that is not installed.
    """
    held = catalogue.image(image)
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix, "installed_base": sys.base_prefix}
    paths = {os.path.realpath(sysconfig.get_path(name, vars=base)) for name in ("stdlib", "platstdlib")}
    masked = [f"{path}/{name}" for path in sorted(paths) for name in ("site-packages", "dist-packages")]
    homes = []
    for package in held.packages:
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            raise SandboxUnavailable(f"image {image!r} needs the package {package}: pip install {package}")
        home = Path(spec.origin).parent
        brought = home.with_name(f"{package}.libs")  # shared libraries that came with its wheel
        homes += [str(path) for path in (home, brought) if path.is_dir()]
    shown, tools = _toolchain() if image == "compiled" else ((), None)
    return {
        "folders": [*sorted(paths), *homes, *shown],
        "masked": [path for path in masked if not any(home.startswith(path) for home in homes)],
        "packages": sorted({str(Path(home).parent) for home in homes}),
        "runners": held.runners,
        "loaded": held.loaded,
        **({"tools": tools} if tools else {}),
    }


@functools.cache
def _toolchain() -> tuple[tuple[str, ...], dict[str, str]]:
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    try:
        return toolchain.ready(os.path.join(home, "rlvr-gym"))
    except toolchain.MissingTool as error:
        raise SandboxUnavailable(f"image 'compiled' needs g++ and node: {error}") from None
    except OSError as error:
        raise SandboxUnavailable(
            "image 'compiled' keeps 120 MB of precompiled headers in a folder that cannot be written: "
            f"{error}. Set XDG_CACHE_HOME to one that can."
        ) from None


def interpreter() -> str:
    """Return the base interpreter, outside any virtual environment."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


class Native:
    """The backend of native walls.

    Args:
        nice: how much lower than this process's the workers' priority is.
    """

    name = "native"

    def __init__(self, nice: int = 0) -> None:
        self._nice = nice

    def launch(self, image: str) -> PipeLink:
        """Start a worker of that image; its first frame says whether the walls stand.

        Raises: SandboxUnavailable: where this is not Linux, or for an unknown image.
        """
        if sys.platform != "linux":
            raise SandboxUnavailable(
                "native walls need Linux; on macOS and Windows use Sandbox(backend='docker')"
            )
        asked = json.dumps({**config(image), "nice": self._nice})
        process = subprocess.Popen(
            [interpreter(), "-s", "-S", "-c", bootstrap(str(HERE)), asked],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,  # a few lines at most, read only when a worker does not start
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
            bufsize=0,
        )
        return PipeLink(process, _memory_group(process.pid))

    def profile(self, image: str) -> str:
        """Return a short name of the walls and interpreter behind results of this backend."""
        return f"native/{image}/{platform.machine()}/python-{platform.python_version()}/{source_digest()}"

    def close(self) -> None:
        """Do nothing: native workers stand in nothing."""

    def forget(self) -> None:
        """Do nothing: there is nothing but workers."""


def _memory_group(pid: int) -> MemoryGroup | None:
    place = find_place()
    if place is None:
        return None
    try:
        return MemoryGroup(place, pid)
    except OSError as error:
        _log.warning("a sandbox worker goes without a memory group: %s", error)
        return None


def walled_sources() -> list[Path]:
    """Return the sources that run inside the walls, in a fixed order: everything but the host's side."""
    own = [path for path in HERE.glob("*.py") if path.name not in _HOST_SIDE]
    runners = [path for path in HERE.glob("runners/*.*") if path.suffix in _RUNNERS]
    return sorted([*own, *runners])


@functools.cache
def source_digest() -> str:
    """Return 16 hex digits that stand for the source of everything that runs inside the walls."""
    hasher = hashlib.blake2b(digest_size=8)
    for path in walled_sources():
        hasher.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return hasher.hexdigest()
