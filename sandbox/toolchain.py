"""Where g++ and node lie, which files they need, and what is made ready for them once.

A worker of image `compiled` shows those files and no other: they are asked of the compiler itself, on the
host or inside a container, before any wall stands. Made ready are a precompiled <bits/stdc++.h>, which takes
a compile from 1.2 s to 0.5 s, and an object that every C++ program is linked with.

Runs inside the walls' image and on the host; standard library only.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from typing import NamedTuple

__all__ = ["CXX_FLAGS", "MissingTool", "Tools", "find", "prepare", "ready"]

CXX_FLAGS = ("-std=gnu++20", "-O2")  # a precompiled header serves those who compile alike
_HEADER = "#include_next <bits/stdc++.h>\n"  # read where the precompiled one does not fit
_GUARD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "runners", "cpp_guard.cpp")
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
_ASK_S, _PREPARE_S = 20.0, 300.0


class MissingTool(Exception):
    """A compiler or an interpreter that is not here, or does not work; the message says what to install."""


class Tools(NamedTuple):
    """The programs of this host by path, the search path of the compiler, and all files that they need."""

    cxx: str
    node: str
    path: str
    folders: tuple[str, ...]


def ready(parent: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """Find the compilers and make ready what they need in that folder.

    Returns: the files and folders that a worker shows for them, and the tools as its configuration has them.
    Raises: MissingTool, OSError: as `find` and `prepare` do.
    """
    tools = find()
    prepared = prepare(tools.cxx, parent)
    found = {"cxx": tools.cxx, "node": tools.node, "path": tools.path, "prepared": prepared}
    return (*tools.folders, prepared), found


def find() -> Tools:
    """Ask the compilers of this host what they need.

    Raises: MissingTool: naming what is not installed.
    """
    cxx, node = _which("g++"), _which("node")
    inner = [_said(cxx, f"-print-prog-name={name}") for name in ("cc1plus", "collect2")]
    outer = [_which(_said(cxx, f"-print-prog-name={name}")) for name in ("as", "ld")]
    parts = [*inner, _said(cxx, "-print-libgcc-file-name"), _said(cxx, "-print-file-name=crt1.o")]
    parts.append(_said(cxx, "-print-file-name=libstdc++.so"))
    lacking = [part for part in parts if not os.path.isabs(part)]
    if lacking:
        raise MissingTool(f"g++ has no {', '.join(lacking)}: apt-get install g++")
    folders = {os.path.realpath(os.path.dirname(part)) for part in parts}
    folders |= _headers(cxx)
    for program in (cxx, node, *inner[:1], *outer):
        folders |= _libraries(program)
    # Debian's node keeps parts of itself as files.
    folders |= {path for path in ("/usr/share/nodejs",) if os.path.isdir(path)}
    tops = [path for path in sorted(folders) if not _inside(path, folders)]
    path = os.pathsep.join(dict.fromkeys(os.path.dirname(program) for program in outer))
    files = [file for file in dict.fromkeys((cxx, node, *outer)) if not _inside(file, folders)]
    return Tools(cxx, node, path, (*tops, *files))


def _inside(path: str, folders: set[str]) -> bool:
    return any(path != folder and path.startswith(folder.rstrip("/") + "/") for folder in folders)


def _which(name: str) -> str:
    found = shutil.which(name, path=_ENVIRONMENT["PATH"])
    if found is None:
        raise MissingTool(f"no {name} on this host: apt-get install g++ nodejs")
    # Where the name in the search path only leads to the program, the program is what is shown and started.
    return os.path.realpath(found) if name in ("g++", "node") else found


def _run(command: list[str], limit_s: float = _ASK_S, **names: str) -> tuple[str, str]:
    try:
        done = subprocess.run(
            command, env={**_ENVIRONMENT, **names}, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=limit_s, check=True, encoding="utf-8", errors="replace",
        )  # fmt: skip
    except subprocess.CalledProcessError as error:
        raise MissingTool(f"{command[0]} does not work here: {error.stderr.strip()[-300:]}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingTool(f"{command[0]} does not work here: {error}") from None
    return done.stdout, done.stderr


def _said(cxx: str, question: str) -> str:
    return _run([cxx, question])[0].strip()


def _headers(cxx: str) -> set[str]:
    lines = _run([cxx, "-E", "-v", "-x", "c++", os.devnull])[1].splitlines()
    found = {os.path.realpath(line.strip()) for line in lines if line.startswith(" /")}
    return {path for path in found if os.path.isdir(path) and not path.startswith("/usr/local/")}


def _libraries(program: str) -> set[str]:
    """Return the folders of a program's shared libraries, as the dynamic linker finds them."""
    folders = set()
    for line in _run([program], LD_TRACE_LOADED_OBJECTS="1")[0].splitlines():
        path = line.rpartition("=>")[2].split("(")[0].strip()
        if path.startswith("/"):  # the linker itself is asked for by its link, in a folder of its own
            folders |= {os.path.realpath(os.path.dirname(name)) for name in (path, os.path.realpath(path))}
    return folders


def prepare(cxx: str, parent: str) -> str:
    """Make the precompiled header and the guard in a folder of their own, unless they are there.

    Args:
        cxx: the compiler.
        parent: where that folder lies; made where it is missing.
    Returns: the folder, named after the compiler, its flags and the guard's source.
    Raises: MissingTool: if the compiler cannot make them. OSError: if the folder cannot be written.
    """
    with open(_GUARD, "rb") as file:
        guard = file.read()
    stamp = "\0".join((_run([cxx, "-v"])[1], *CXX_FLAGS, _HEADER)).encode() + guard
    place = os.path.join(parent, f"cpp-{hashlib.blake2b(stamp, digest_size=6).hexdigest()}")
    if os.path.isdir(place):
        return place
    os.makedirs(parent, exist_ok=True)
    made = tempfile.mkdtemp(prefix="making-", dir=parent)
    try:
        os.mkdir(f"{made}/bits")
        header = f"{made}/bits/stdc++.h"
        with open(header, "w") as file:
            file.write(_HEADER)
        making = [cxx, *CXX_FLAGS, "-I", made, "-x", "c++-header", header, "-o", f"{header}.gch"]
        _run(making, _PREPARE_S, TMPDIR=made)
        _run([cxx, *CXX_FLAGS, "-c", "-o", f"{made}/guard.o", _GUARD], _PREPARE_S, TMPDIR=made)
        for folder in (made, f"{made}/bits"):
            os.chmod(folder, 0o755)  # a worker of root becomes nobody
        for name in ("bits/stdc++.h", "bits/stdc++.h.gch", "guard.o"):
            os.chmod(f"{made}/{name}", 0o644)
        try:
            os.rename(made, place)
        except OSError:  # another process was first
            if not os.path.isdir(place):
                raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return place
