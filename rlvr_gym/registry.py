"""Environments by id: read env.toml, register with Gymnasium, name the nearest id on a typo."""

from __future__ import annotations

import functools
import hashlib
import importlib
import inspect
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import gymnasium

from rlvr_gym.env import Domain, TextEnv
from rlvr_gym.errors import BadTask, DuplicateEnv, UnknownEnv, nearest
from rlvr_gym.sandbox import Sandbox, default_sandbox
from rlvr_gym.sandbox.catalogue import IMAGES
from rlvr_gym.sandbox.pins import check_pins, is_pin
from rlvr_gym.types import Limits
from rlvr_gym.vector import TextVectorEnv

__all__ = [
    "Manifest",
    "checker_digest",
    "find",
    "load",
    "make_env",
    "make_vector_env",
    "manifests",
    "register",
]

_ID = re.compile(r"[A-Za-z0-9_-]+/[A-Za-z0-9_.-]+-v[0-9]+")  # Gymnasium's form; its namespaces have no dot
_TEXTS = ("id", "entry", "title", "licence", "provenance", "canary")
_ENV_OPTIONS = ("split", "task_seed", "max_turns", "sandbox", "render_mode")
_BACKENDS = ("auto", "native", "docker")
_manifests: dict[str, Manifest] = {}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an environment's env.toml says.

    Args:
        id: versioned id, "namespace/Name-vN".
        entry: "module:function" that makes the `Domain`.
        title: one line for people.
        licence, provenance: of its tasks.
        canary: a string that must never turn up in training data; never part of a prompt.
        attacks: file of responses that must earn nothing, beside the manifest.
        limits: of each check.
        max_turns: responses per episode, by default.
        folder: where the manifest lies.
        backend: of the sandbox, where neither an argument nor RLVR_GYM_SANDBOX names one; None for any.
        pins: images that it accepts, by name: "recipe:..." or "sha256:...".
    """

    id: str
    entry: str
    title: str
    licence: str
    provenance: str
    canary: str
    attacks: Path
    limits: Limits
    max_turns: int
    folder: Path
    backend: str | None = None
    pins: Mapping[str, str] = field(default_factory=dict)


def read_manifest(path: Path) -> Manifest:
    """Read and check an env.toml.

    Raises: BadTask: naming the file and the field that is missing or malformed.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadTask(f"{path}: not a readable TOML manifest: {error}") from None
    known = {*_TEXTS, "attacks", "limits", "max_turns", "sandbox"}
    for key in data:
        if key not in known:
            raise BadTask(f"{path}: unknown field {key!r}{nearest(key, sorted(known))}")
    for key in _TEXTS:
        if not isinstance(data.get(key), str) or not data[key].strip():
            raise BadTask(f"{path}: field {key!r} must be a non-empty string")
    if not _ID.fullmatch(data["id"]):
        raise BadTask(f"{path}: id {data['id']!r} is not of the form namespace/Name-vN")
    if data["entry"].count(":") != 1:
        raise BadTask(f"{path}: entry {data['entry']!r} is not of the form module:function")
    attacks, turns = data.get("attacks", "attacks.jsonl"), data.get("max_turns", 1)
    if not isinstance(attacks, str) or attacks in ("", "..") or Path(attacks).name != attacks:
        raise BadTask(f"{path}: attacks must name a file beside the manifest, not {attacks!r}")
    if isinstance(turns, bool) or not isinstance(turns, int) or turns < 1:
        raise BadTask(f"{path}: max_turns must be a positive integer, not {turns!r}")
    texts = {key: data[key] for key in _TEXTS}
    limits = _read_limits(path, data.get("limits", {}))
    backend, pins = _read_sandbox(path, data.get("sandbox", {}))
    return Manifest(
        **texts, attacks=path.parent / attacks, limits=limits, max_turns=turns, folder=path.parent,
        backend=backend, pins=pins,
    )  # fmt: skip


def _read_limits(path: Path, table: Any) -> Limits:
    names = [field.name for field in fields(Limits)]
    if not isinstance(table, dict):
        raise BadTask(f"{path}: [limits] must be a table")
    for key in table:
        if key not in names:
            raise BadTask(f"{path}: unknown limit {key!r}{nearest(key, names)}")
    try:
        return Limits(**table)
    except ValueError as error:
        raise BadTask(f"{path}: {error}") from None


def _read_sandbox(path: Path, table: Any) -> tuple[str | None, dict[str, str]]:
    if not isinstance(table, dict):
        raise BadTask(f"{path}: [sandbox] must be a table")
    for key in table:
        if key not in ("backend", "images"):
            raise BadTask(f"{path}: unknown field {key!r} of [sandbox]{nearest(key, ['backend', 'images'])}")
    backend, pins = table.get("backend"), table.get("images", {})
    if backend is not None and backend not in _BACKENDS:
        raise BadTask(f"{path}: unknown backend {backend!r}{nearest(str(backend), _BACKENDS)}")
    if not isinstance(pins, dict):
        raise BadTask(f"{path}: [sandbox.images] must be a table")
    for name, pin in pins.items():
        if name not in IMAGES:
            raise BadTask(f"{path}: unknown image {name!r}{nearest(name, IMAGES)}")
        if not is_pin(pin):
            raise BadTask(
                f'{path}: the pin of image {name!r} must be "sha256:" and 64 hex digits or "recipe:" and 12; '
                "`rlvr-gym sandbox pins` prints the lines of these sources"
            )
    return backend, pins


def register(path: str | Path) -> Manifest:
    """Register the environment of an env.toml with rlvr-gym and with Gymnasium.

    Returns: its manifest.
    Raises: BadTask: if the manifest is malformed. DuplicateEnv: if its id is taken.
    """
    manifest = read_manifest(Path(path))
    if manifest.id in _manifests:
        raise DuplicateEnv(f"{manifest.id} is already registered from {_manifests[manifest.id].folder}")
    if manifest.id in gymnasium.registry:
        raise DuplicateEnv(f"{manifest.id} is already registered with Gymnasium by another package")
    gymnasium.register(
        id=manifest.id,
        entry_point="rlvr_gym.registry:make_env",
        vector_entry_point="rlvr_gym.registry:make_vector_env",
        kwargs={"env_id": manifest.id},
    )
    _manifests[manifest.id] = manifest
    return manifest


def register_bundled() -> None:
    """Register the environments in the package's `envs` folder; called once, on import of rlvr_gym."""
    for path in sorted((Path(__file__).parent / "envs").glob("*/env.toml")):
        register(path)


def manifests() -> dict[str, Manifest]:
    """Return all registered manifests by id."""
    return dict(_manifests)


def find(env_id: str) -> Manifest:
    """Return the manifest of an id. Raises: UnknownEnv: naming the nearest id."""
    if env_id not in _manifests:
        hint = nearest(str(env_id), sorted(_manifests))
        raise UnknownEnv(f"unknown environment {env_id!r}{hint}; `rlvr-gym list` shows all")
    return _manifests[env_id]


def _entry(manifest: Manifest) -> Callable[..., Domain]:
    module, name = manifest.entry.split(":")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise BadTask(
            f"{manifest.folder / 'env.toml'}: entry {manifest.entry!r} cannot be loaded: {error}"
        ) from error
    if not callable(found):
        raise BadTask(f"{manifest.folder / 'env.toml'}: entry {manifest.entry!r} is not a function")
    return found  # type: ignore[no-any-return]  # checked by load()


def load(env_id: str, **options: Any) -> Domain:
    """Make the domain of an environment.

    Args:
        env_id: registered id.
        options: keyword options of the environment's entry function (level, families, data, ...).
    Raises: UnknownEnv: for an unknown id or option, naming the nearest. BadTask: for a bad value.
    """
    manifest = find(env_id)
    entry = _entry(manifest)
    accepted = list(inspect.signature(entry).parameters)
    valid = [name for name in accepted if name != "limits"]
    for name in options:
        if name not in valid:
            hint = nearest(name, [*valid, *_ENV_OPTIONS])
            raise UnknownEnv(
                f"unknown option {name!r} of {env_id}{hint}; `rlvr-gym show {env_id}` tells more"
            )
    limits = {"limits": manifest.limits} if "limits" in accepted else {}
    domain = entry(**options, **limits)
    if not isinstance(domain, Domain):
        raise BadTask(f"entry {manifest.entry!r} of {env_id} returned {type(domain).__name__}, not a Domain")
    return domain


@functools.cache
def _folder_digest(folder: Path) -> str:
    hasher = hashlib.blake2b(digest_size=8)
    for path in sorted([*folder.rglob("*.py"), folder / "env.toml"]):
        hasher.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return hasher.hexdigest()


def checker_digest(env_id: str, sandbox: Sandbox | None = None) -> str:
    """Return what judges: id with version, digest of the environment's source, profile of the walls."""
    walls = (sandbox or default_sandbox(find(env_id).backend)).profile()
    return f"{env_id}@{_folder_digest(find(env_id).folder)}+{walls}"


def make_env(
    env_id: str,
    *,
    split: str | None = None,
    task_seed: int = 0,
    max_turns: int | None = None,
    sandbox: Sandbox | None = None,
    render_mode: str | None = None,
    **options: Any,
) -> TextEnv:
    """Make one environment; what `gymnasium.make(env_id, ...)` calls.

    Args:
        env_id: registered id.
        split: that resets draw from; the source's first one where None.
        task_seed: seed of the tasks.
        max_turns: responses per episode; the manifest's where None.
        sandbox: where responses are checked; the process-wide one where None.
        render_mode: None or "ansi".
        options: of the environment's entry function.
    Raises: UnknownEnv, BadTask: for unknown or bad options. SandboxUnavailable: if no walls can be built.
    """
    domain = load(env_id, **options)
    settings: dict[str, Any] = {
        "split": split,
        "task_seed": task_seed,
        "max_turns": max_turns,
        "render_mode": render_mode,
    }
    remake = functools.partial(make_env, env_id, **settings, **options)
    scheduler = domain.scheduler() if domain.scheduler else None
    return _assemble(env_id, domain, remake, settings, sandbox, scheduler)


def _assemble(
    env_id: str,
    domain: Domain,
    remake: Callable[..., TextEnv],
    settings: Mapping[str, Any],
    sandbox: Sandbox | None,
    scheduler: Any,
) -> TextEnv:
    manifest = find(env_id)
    sandbox = sandbox or default_sandbox(manifest.backend)
    sandbox.start()  # without walls there is no environment
    check_pins(manifest.pins, sandbox, f"{manifest.folder / 'env.toml'}")
    return TextEnv(
        env_id,
        domain,
        remake=remake,
        split=domain.source.splits[0] if settings["split"] is None else settings["split"],
        task_seed=settings["task_seed"],
        max_turns=manifest.max_turns if settings["max_turns"] is None else settings["max_turns"],
        sandbox=sandbox,
        checker=checker_digest(env_id, sandbox),
        scheduler=scheduler,
        render_mode=settings["render_mode"],
    )


def make_vector_env(
    env_id: str,
    num_envs: int = 1,
    *,
    split: str | None = None,
    task_seed: int = 0,
    max_turns: int | None = None,
    sandbox: Sandbox | None = None,
    autoreset: bool = True,
    **options: Any,
) -> TextVectorEnv:
    """Make a batch of environments; what `gymnasium.make_vec(env_id, num_envs=...)` calls.

    Args: as of `make_env`; all share one domain, one sandbox and one scheduler.
        autoreset: see `TextVectorEnv`.
    """
    domain = load(env_id, **options)
    settings: dict[str, Any] = {
        "split": split,
        "task_seed": task_seed,
        "max_turns": max_turns,
        "render_mode": None,
    }
    remake = functools.partial(make_env, env_id, **settings, **options)
    scheduler = domain.scheduler() if domain.scheduler else None
    envs = [_assemble(env_id, domain, remake, settings, sandbox, scheduler) for _ in range(num_envs)]
    return TextVectorEnv(envs, autoreset=autoreset)
