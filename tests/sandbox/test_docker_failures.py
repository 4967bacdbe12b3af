"""Docker daemons that restart, stay away, lose an image or run out of disk: a daemon of the tests' own."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rlvr_gym.errors import SandboxError, SandboxUnavailable
from rlvr_gym.sandbox import Sandbox, daemon, docker
from tests.sandbox.test_endings import call

pytestmark = [
    pytest.mark.docker,
    pytest.mark.slow,
    # Of the SDK: it leaves the socket of a connection that is refused to the collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.skipif(
        not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("dockerd") is None,
        reason="starts a Docker daemon of its own: needs root and dockerd (apt-get install docker.io)",
    ),
]

ANSWER_S = 60.0
SLOW = "import time\ndef f(x):\n    time.sleep(0.05)\n    return x"


class Daemon:
    """A daemon without network, with its data on a small disk in memory, stopped and started at will."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.url = folder, f"unix://{folder}/docker.sock"
        self.data = folder / "data"
        self.data.mkdir()
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", str(self.data)], check=True, timeout=30
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        (self.folder / "dockerd.pid").unlink(missing_ok=True)
        with (self.folder / "dockerd.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    "dockerd", f"--host={self.url}", f"--data-root={self.data}",
                    f"--exec-root={self.folder}/exec", f"--pidfile={self.folder}/dockerd.pid",
                    "--bridge=none", "--iptables=false", "--ip6tables=false",
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        until = time.monotonic() + ANSWER_S
        while True:
            try:
                daemon.connect()
                return
            except daemon.DaemonGone:
                assert time.monotonic() < until, (self.folder / "dockerd.log").read_text()[-2000:]
                assert self._process.poll() is None, (self.folder / "dockerd.log").read_text()[-2000:]
                time.sleep(0.1)

    def stop(self, by: int = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(by)
            self._process.wait(ANSWER_S)
            self._process = None

    def end(self) -> None:
        self.stop()
        subprocess.run(["umount", "--lazy", str(self.data)], check=True, timeout=30)


@pytest.fixture(scope="module")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    name = docker.tag("python")
    with pytest.MonkeyPatch.context() as patch:
        client = daemon.connect()
        if daemon.find_image(client, name) is None:
            pytest.skip("no image: run `rlvr-gym sandbox build python`")
        image = b"".join(client.get_image(name))
        # Not under pytest's own folder: the path of a socket may have a hundred letters.
        own = Daemon(Path(tmp_path_factory.mktemp("d")))
        patch.setenv("DOCKER_HOST", own.url)
        try:
            own.start()
            said = list(daemon.connect().load_image(image))
            assert not [line for line in said if "error" in line], said
            yield own
        finally:
            own.end()
            gc.collect()  # what the SDK has left shows here, where the mark above ignores it


@pytest.fixture
def own(_running: Daemon, monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    """A daemon that runs and has the image; DOCKER_HOST names it."""
    monkeypatch.setenv("DOCKER_HOST", _running.url)
    yield _running
    if _running._process is None:
        _running.start()


def test_daemon_that_restarts_costs_no_answer(own: Daemon) -> None:
    """Containers end with their daemon; jobs wait for its return and are answered once each."""
    with Sandbox("docker", workers=2) as sandbox:
        sandbox.start()

        def restart() -> None:
            time.sleep(1)
            own.stop()
            time.sleep(2)
            own.start()

        thread = threading.Thread(target=restart)
        thread.start()
        results = sandbox.run([call(SLOW, x) for x in range(100)])
        thread.join()
    assert [result.value for result in results] == [{"calls": [{"ok": x}]} for x in range(100)]


def test_daemon_that_stays_away_is_named_after_a_while(own: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting is bounded, and the error says that no daemon answers."""
    monkeypatch.setattr(docker, "_RETURN_S", 2.0)
    with Sandbox("docker", workers=1) as sandbox:
        sandbox.start()
        own.stop()
        started = time.monotonic()
        with pytest.raises(SandboxUnavailable, match="no Docker daemon answers"):
            sandbox.run([call(SLOW, 1)])
        assert time.monotonic() - started < 15


def test_full_disk_is_named(own: Daemon) -> None:
    """A container that finds no room is an error that says so, and what shows what takes the room."""
    filler = own.data / "filler"
    with filler.open("wb") as file:
        try:
            while True:
                file.write(bytes(1 << 20))
        except OSError:
            pass
    try:
        with Sandbox("docker", workers=1) as sandbox, pytest.raises(SandboxError, match=r"disk .* full"):
            sandbox.run([call(SLOW, 1)])
    finally:
        filler.unlink()
    with Sandbox("docker", workers=1) as sandbox:
        assert sandbox.run([call(SLOW, 1)])[0].value == {"calls": [{"ok": 1}]}


def test_image_that_vanishes_is_named_and_may_come_back(own: Daemon) -> None:
    """The next container is an error that names the command that builds the image; building it heals."""
    client, name = daemon.connect(), docker.tag("python")
    image = b"".join(client.get_image(name))
    with Sandbox("docker", workers=1) as sandbox:
        sandbox.start()
        client.kill(sandbox._backend._containers["python"].id)
        until = time.monotonic() + ANSWER_S
        while client.containers(all=True):
            assert time.monotonic() < until
            time.sleep(0.1)
        client.remove_image(name, force=True)
        with pytest.raises(SandboxUnavailable, match="rlvr-gym sandbox build"):
            sandbox.run([call(SLOW, 1)])
        client.load_image(image)
        assert sandbox.run([call(SLOW, 1)])[0].value == {"calls": [{"ok": 1}]}
