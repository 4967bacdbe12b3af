"""One sandbox with one worker for all attacks on a backend: what one leaves behind meets the next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rlvr_gym.sandbox import Sandbox


@pytest.fixture(scope="session", params=["native", pytest.param("docker", marks=pytest.mark.docker)])
def backend(request: pytest.FixtureRequest) -> str:
    """Each backend in turn: an attack must meet the same end on both."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def _shared(backend: str) -> Iterator[list[Sandbox]]:
    holder = [Sandbox(backend=backend, workers=1)]
    yield holder
    holder[0].close()


@pytest.fixture
def cell(_shared: list[Sandbox], request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox with exactly one worker, a fresh one after a failure."""
    failed = request.session.testsfailed
    yield _shared[0]
    if request.session.testsfailed != failed or _changed(_shared[0]):
        _shared[0].close()
        _shared[0] = Sandbox(backend=_shared[0].backend, workers=1)


def _changed(sandbox: Sandbox) -> bool:
    return len(sandbox.idle_workers()) != 1
