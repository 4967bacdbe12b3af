"""One locked container for all workers of a pool and an image; each worker is an exec in it.

The container is the second set of walls, around those that workers build themselves: nobody's user, no
capability, no new privileges, no network, nothing writable, no file of the host, a system-call filter that is
narrower than Docker's own but for what the inner walls need.

It lives as long as its owner: its first process holds on its standard input, leaves when that closes, and
every worker goes with it; the daemon then removes the container. The owner's end of that stream is a socket,
which the kernel closes however the owner ends. Should a daemon have missed that, the labels tell the next
owner whose container it was.
"""

from __future__ import annotations

import functools
import hashlib
import json
import logging
import os
import secrets
import threading
import weakref
from pathlib import Path
from typing import Any

from rlvr_gym.errors import SandboxError, SandboxUnavailable
from rlvr_gym.sandbox.daemon import ContainerGone, spoken, stream_of
from rlvr_gym.sandbox.native import ENVIRONMENT, HERE
from rlvr_gym.sandbox.owners import born, namespace
from rlvr_gym.sandbox.streams import ExecLink

__all__ = ["LABEL", "RUNTIME", "SECCOMP", "Container", "locks_digest", "runtime", "sweep"]

_log = logging.getLogger(__name__)
LABEL = "rlvr-gym.sandbox"  # on every container: the process id of the owner
_HOST, _BORN = "rlvr-gym.host", "rlvr-gym.born"  # its boot and process namespace; when the owner was started
RUNTIME = "RLVR_GYM_DOCKER_RUNTIME"  # environment variable: "runsc" for gVisor
SECCOMP = HERE / "images" / "seccomp.json"
_USER = "65534:65534"
_WORKER_MEMORY, _WORKER_PIDS = 2 << 30, 256
# The first process: reaps what is left to it, and ends workers by the token on their command line.
_HOLD = """
import os, signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in open(0, 'rb', 0):
    for pid in os.listdir('/proc'):
        try:
            if pid.isdigit() and line.strip() in open(f'/proc/{pid}/cmdline', 'rb').read().split(b'\\0'):
                os.kill(int(pid), signal.SIGKILL)
        except OSError:
            pass
"""
# A worker waits for one byte, so that nothing it says can overtake the head of the daemon's answer.
_WAIT = "import os\nos.read(0, 1)\n"
_LOCKS: dict[str, Any] = {
    "cap_drop": ["ALL"],
    "network_mode": "none",
    "ipc_mode": "none",
    "read_only": True,
    "auto_remove": True,
    "log_config": {"Type": "none"},
    "ulimits": [
        {"Name": "core", "Soft": 0, "Hard": 0},
        # Unless it is told these two, Podman asks for as many as its host may not be able to give.
        {"Name": "nofile", "Soft": 1024, "Hard": 1024},
        {"Name": "nproc", "Soft": 4096, "Hard": 4096},
    ],
}


def runtime() -> str | None:
    """Return the container runtime that the environment asks for; None for the daemon's own choice."""
    return os.environ.get(RUNTIME) or None


@functools.cache
def locks_digest(chosen: str | None) -> str:
    """Return 12 hex digits that stand for the locks of a container, but for sizes, and for its runtime."""
    locks = json.dumps([_LOCKS, _USER, _HOLD, ENVIRONMENT, chosen], sort_keys=True)
    return hashlib.blake2b(locks.encode() + b"\0" + SECCOMP.read_bytes(), digest_size=6).hexdigest()


def _profile(client: Any) -> str:
    """Return the system-call profile as the daemon wants it: Podman by its path, Docker in full."""
    parts = client.version().get("Components") or ()
    if any("podman" in str(part.get("Name", "")).lower() for part in parts):
        return str(SECCOMP)
    return SECCOMP.read_text(encoding="utf-8")


class Container:
    """A running container of this process.

    Args:
        client: of the SDK.
        image: id of the image.
        workers: most workers that it will hold: memory, processes and cores go by them.
        nice: how much lower than other processes' its priority is, 0 to 19.
    Raises: SandboxError, DaemonGone, ContainerGone: if it cannot be started; says why.
    """

    def __init__(self, client: Any, image: str, workers: int, nice: int = 0) -> None:
        self._client, self._lock, self._closed = client, threading.Lock(), False
        names = {name: value for name, value in ENVIRONMENT.items() if name != "PATH"}  # PATH is the image's
        with spoken("starting a sandbox container"):
            cores = min(workers, client.info().get("NCPU") or workers)
            limits = client.create_host_config(
                **_LOCKS,
                security_opt=["no-new-privileges", f"seccomp={_profile(client)}"],
                mem_limit=workers * _WORKER_MEMORY,
                memswap_limit=workers * _WORKER_MEMORY,
                pids_limit=workers * _WORKER_PIDS,
                nano_cpus=cores * 10**9,
                # A container is a scheduling group: niceness inside counts for nothing against other groups.
                cpu_shares=max(2, round(1024 / 1.25**nice)),
                runtime=runtime(),
            )
            self.id: str = client.create_container(
                image,
                entrypoint=["python3"],
                command=["-I", "-S", "-c", _HOLD],
                stdin_open=True,
                user=_USER,
                hostname="sandbox",
                network_disabled=True,
                environment=names,
                labels=_labels(),
                host_config=limits,
                use_config_proxy=False,  # the user's proxies hold passwords
            )["Id"]
            try:
                asked = {"stdin": 1, "stderr": 1, "stream": 1}
                self._held = stream_of(client.attach_socket(self.id, asked))
                client.start(self.id)
            except BaseException:
                self._remove()
                raise
        _mine.add(self)

    def _remove(self) -> None:
        try:
            self._client.remove_container(self.id, force=True)
        except (
            Exception
        ) as error:  # the reason that led here is what is raised; most often it has gone itself
            _log.debug("a sandbox container that did not start was not removed: %s", error)

    def start(self, program: str, argument: str) -> ExecLink:
        """Start a worker: python3 with a program and its argument.

        Raises: ContainerGone, DaemonGone, SandboxError: as the constructor.
        """
        token = secrets.token_hex(8)
        command = ["python3", "-s", "-S", "-c", _WAIT + program, argument, token]
        try:
            with spoken("starting a sandbox worker"):
                found = self._client.exec_create(self.id, command, stdin=True, user=_USER)["Id"]
                stream = stream_of(self._client.exec_start(found, socket=True))
        except SandboxUnavailable:
            raise
        except SandboxError as error:
            # A container that is ending refuses in many words, by its state: whichever it was, try another.
            raise ContainerGone(str(error)) from None
        stream.send(b"\n")  # an empty buffer takes one byte
        link = ExecLink(
            stream,
            f"exec {found[:12]} of container {self.id[:12]}",
            functools.partial(self._end, token),
            functools.partial(self._explain, found),
        )
        _mine.add(link)
        return link

    def try_out(self, program: str, argument: str) -> None:
        """Start a worker that leaves at once, to see whether its walls stand in this container.

        Raises: SandboxUnavailable: with the wall that does not, and what to do about the runtime.
        """
        command = ["python3", "-s", "-S", "-c", program, argument]
        with spoken("trying the walls in a sandbox container"):
            found = self._client.exec_create(self.id, command, user=_USER)["Id"]
            said, _ = self._client.exec_start(found, demux=True)
        start = (said or b"").find(b"{")
        hello = json.JSONDecoder().raw_decode(said[start:].decode())[0] if start >= 0 else {}
        if "ready" not in hello:
            why = str(hello.get("error", "the worker did not start")).partition(". Allow ")[0]
            raise SandboxUnavailable(
                f"the walls do not stand in containers of the runtime {runtime()!r}: {why}. It needs user "
                f"and mount namespaces for everybody: take a newer one, or unset {RUNTIME}"
            )

    def _end(self, token: str) -> None:
        with self._lock:
            try:
                self._held.send(token.encode() + b"\n")
            except OSError:
                pass  # the container is gone, and the worker with it

    def _explain(self, found: str) -> str:
        try:
            with spoken("asking how a worker ended"):
                code = self._client.exec_inspect(found).get("ExitCode")
        except SandboxError as error:
            return f"its container has ended, or {error}"
        return "" if code is None else f"it ended with status {code}"

    def close(self) -> None:
        """Let the container end, and all that runs in it. Closing twice is harmless."""
        with self._lock:
            self._held.close()

    def forget(self) -> None:
        """Close this copy's descriptor; the container leaves when its owner's is closed, too."""
        self._held.close()  # without the lock: whoever held it is not in a forked copy


_mine: weakref.WeakSet[Container | ExecLink] = weakref.WeakSet()


def _let_go() -> None:
    """In a forked copy: hold nothing that would keep a container alive after its owner."""
    for one in list(_mine):
        one.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


# ------------------------------------------------------------------------------- whose container it was


def _labels() -> dict[str, str]:
    return {LABEL: str(os.getpid()), _HOST: _host(), _BORN: born(os.getpid())}


@functools.cache
def _host() -> str:
    """Return what tells this host, since it was started, and this process namespace from all others."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:  # not Linux: nobody can be told apart, nothing is swept
        return ""
    return f"{boot}/{namespace()}" if namespace() else ""


def sweep(client: Any) -> list[str]:
    """Remove containers of dead owners on this host; return their ids.

    They leave by themselves. This is for those whose daemon was killed at the wrong moment.
    """
    if not _host():
        return []
    gone = []
    with spoken("looking for containers that were left behind"):
        for found in client.containers(all=True, filters={"label": f"{_HOST}={_host()}"}):
            labels = found["Labels"]
            if labels.get(LABEL, "").isdigit() and born(int(labels[LABEL])) != labels.get(_BORN):
                gone.append(found["Id"])
    for one in gone:
        try:
            client.remove_container(one, force=True)
        except Exception as error:  # it may be leaving right now, or another owner sweeps
            _log.debug("a left-over container was not removed: %s", error)
    return gone
