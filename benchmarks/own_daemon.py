"""A Docker daemon in a folder of its own, to be restarted without harm to anybody else's containers."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from rlvr_gym.errors import SandboxError
from rlvr_gym.sandbox.build import build

__all__ = ["OwnDaemon"]

_BASE = "rlvr-gym/base:debian"


class OwnDaemon:
    """A dockerd without network; DOCKER_HOST of this process leads to it while it is held.

    Raises: SandboxError: without root or dockerd, or where it does not start; the message ends its log.
    """

    def __init__(self) -> None:
        if os.geteuid() != 0 or shutil.which("dockerd") is None:
            raise SandboxError(
                "a daemon of the soak's own needs root and dockerd (apt-get install docker.io); "
                "without --restart-daemon the soak uses the daemon that is there"
            )
        # Short on purpose: the path of a socket has room for 108 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="soak-", dir="/var/tmp"))
        self._before = os.environ.get("DOCKER_HOST")
        self._process: subprocess.Popen[bytes] | None = None
        try:
            archive = self._saved_base()
            os.environ["DOCKER_HOST"] = f"unix://{self.folder}/docker.sock"
            self.start()
            if archive:
                subprocess.run(
                    ["docker", "load", "-qi", archive], check=True, capture_output=True, timeout=300
                )
                archive.unlink()
        except BaseException:
            self.close()
            raise

    def _saved_base(self) -> Path | None:
        """Take the base image from the usual daemon, where one has it: making it anew takes minutes."""
        archive = self.folder / "base.tar"
        command = ["docker", "save", "-o", str(archive), _BASE]
        done = subprocess.run(command, capture_output=True, check=False, timeout=300)
        return archive if done.returncode == 0 else None

    def build(self, images: list[str]) -> None:
        """Build images of today's sources in it."""
        build(images, None, lambda line: None)

    def start(self) -> None:
        """Start it and wait until it answers."""
        folder = self.folder
        with (folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    "dockerd", "--host", f"unix://{folder}/docker.sock", "--data-root", f"{folder}/data",
                    "--exec-root", f"{folder}/exec", "--pidfile", f"{folder}/pid", "--bridge=none",
                    "--iptables=false", "--ip6tables=false",
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        end = time.monotonic() + 60
        while time.monotonic() < end and self._process.poll() is None:
            done = subprocess.run(["docker", "version"], capture_output=True, check=False, timeout=20)
            if done.returncode == 0:
                return
            time.sleep(0.2)
        said = (folder / "log").read_text(errors="replace")[-500:]
        raise SandboxError(f"the soak's own Docker daemon did not start: {said}")

    def stop(self) -> None:
        """End it as a restart of the service would, with SIGTERM; kill it after 60 s."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def restart(self) -> None:
        """Stop and start it."""
        self.stop()
        self.start()

    def close(self) -> None:
        """End it, restore DOCKER_HOST, and remove its folder."""
        self.stop()
        if self._before is None:
            os.environ.pop("DOCKER_HOST", None)
        else:
            os.environ["DOCKER_HOST"] = self._before
        shutil.rmtree(self.folder, ignore_errors=True)
