"""The record from which anyone can make an evaluation again."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rlvr_gym.errors import BadTask

__all__ = ["RunManifest", "read_manifest"]

_PACKAGES = ("rlvr-gym", "gymnasium", "numpy", "sympy", "httpx")
_CIRCUMSTANCES = frozenset({"packages", "python", "platform", "created"})


@dataclass(frozen=True, slots=True)
class RunManifest:
    """What was evaluated, how, and under which versions.

    Args:
        env_id: versioned environment id.
        options: of the environment; a "data" option is a path, and `data_sha256` fixes its content.
        split, seed, n, k: the draw: tasks 0..n-1 of that split and seed, k samples each.
        policy: its name and settings.
        limits: of each check.
        checker: digest of what judges.
        data_sha256: of the data file, or None where the tasks are procedural.
        packages: versions of the packages that matter.
        python, platform: of the machine that ran it.
        created: UTC time of the first start, ISO 8601.
    """

    env_id: str
    options: dict[str, Any]
    split: str
    seed: int
    n: int
    k: int
    policy: dict[str, Any]
    limits: dict[str, float]
    checker: str
    data_sha256: str | None
    packages: dict[str, str]
    python: str
    platform: str
    created: str

    @classmethod
    def of_now(
        cls,
        *,
        env_id: str,
        options: Mapping[str, Any],
        split: str,
        seed: int,
        n: int,
        k: int,
        policy: Mapping[str, Any],
        limits: Mapping[str, float],
        checker: str,
    ) -> RunManifest:
        """Return the manifest of a run that starts on this machine now."""
        return cls(
            env_id=env_id,
            options=json.loads(json.dumps(dict(options), default=str)),
            split=split,
            seed=seed,
            n=n,
            k=k,
            policy=json.loads(json.dumps(dict(policy), default=str)),
            limits=dict(limits),
            checker=checker,
            data_sha256=_file_hash(options.get("data")),
            packages=dict(_versions()),
            python=platform.python_version(),
            platform=f"{sys.platform} {platform.machine()}",
            created=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON-ready data."""
        return asdict(self)

    @property
    def draw_options(self) -> dict[str, Any]:
        """The options that decide what is drawn: of data whose content is known, the path does not."""
        known = self.data_sha256 is not None
        return {name: value for name, value in self.options.items() if not (known and name == "data")}

    def changed(self, other: RunManifest) -> list[str]:
        """Return the fields in which the other would give other scores; machine and time do not count."""
        names = [field.name for field in fields(self) if field.name not in _CIRCUMSTANCES]
        plain = [name for name in names if name != "options" and getattr(self, name) != getattr(other, name)]
        return plain + ["options"] * (self.draw_options != other.draw_options)

    def differences(self, other: RunManifest) -> list[str]:
        """Say field by field what `changed`."""
        return [
            f"{name} was {getattr(self, name)!r} and is {getattr(other, name)!r}"
            for name in self.changed(other)
        ]


def read_manifest(path: Path) -> RunManifest:
    """Read a manifest. Raises BadTask naming the file and the field that is missing or malformed."""
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise BadTask(f"cannot read the manifest {path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise BadTask(f"{path} is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise BadTask(f"{path} must hold an object, not {type(data).__name__}")
    names = [field.name for field in fields(RunManifest)]
    for name in names:
        if name not in data:
            raise BadTask(f"{path} has no field {name!r}")
    for name, kinds in _KINDS.items():
        if type(data[name]) not in kinds:
            raise BadTask(f"{path}: field {name!r} must be {kinds[0].__name__}, not {data[name]!r}")
    return RunManifest(**{name: data[name] for name in names})


_KINDS: dict[str, tuple[type, ...]] = {
    "env_id": (str,),
    "options": (dict,),
    "split": (str,),
    "seed": (int,),
    "n": (int,),
    "k": (int,),
    "policy": (dict,),
    "limits": (dict,),
    "checker": (str,),
    "data_sha256": (str, type(None)),
    "packages": (dict,),
}


def _versions() -> list[tuple[str, str]]:
    found = []
    for name in _PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            found.append((name, "not installed"))
    return found


def _file_hash(path: object) -> str | None:
    """Return the SHA-256 of a data file; None where the option names no file."""
    if not isinstance(path, str | Path) or not Path(path).is_file():
        return None
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
