"""What arguments of the command line name: environments, their options, splits and policies."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import inspect
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rlvr_gym.errors import BadTask, UnknownEnv, nearest
from rlvr_gym.registry import find, manifests, register

if TYPE_CHECKING:
    from rlvr_gym.auditing import Audit
    from rlvr_gym.env import Domain
    from rlvr_gym.policies.base import Policy

__all__ = ["auditor", "check_options", "chosen_policy", "chosen_split", "own_options", "register_manifests"]

_log = logging.getLogger(__name__)
_ARGUMENTS = {"split": "--split", "seed": "--seed", "task_seed": "--seed", "index": "--index"}


def register_manifests(paths: list[str]) -> None:
    """Register environments that lie outside the package.

    Raises: BadTask: if a manifest is malformed or its module cannot be imported. DuplicateEnv: if an id
        is taken by another environment.
    """
    for path in paths:
        folder = Path(path).resolve().parent
        if not any(manifest.folder.resolve() == folder for manifest in manifests().values()):
            own_options(register(path).id)


def own_options(env_id: str) -> dict[str, Any]:
    """Return the options of an environment's entry function with their defaults.

    Raises: UnknownEnv: for an unknown id. BadTask: if the entry function cannot be imported.
    """
    manifest = find(env_id)
    module, name = manifest.entry.split(":")
    where = f"{manifest.folder / 'env.toml'}: entry {manifest.entry!r} cannot be loaded"
    try:
        parameters = inspect.signature(getattr(importlib.import_module(module), name)).parameters
    except ModuleNotFoundError as error:
        hint = f"; {module} must be importable: install it, or name its folder in PYTHONPATH"
        raise BadTask(f"{where}: {error}{hint}") from error
    except Exception as error:  # whatever a module of somebody else raises while it is imported
        raise BadTask(f"{where}: {type(error).__name__}: {error}") from error
    return {
        option: None if parameter.default is inspect.Parameter.empty else parameter.default
        for option, parameter in parameters.items()
        if option != "limits"
    }


def check_options(env_id: str, options: Mapping[str, Any]) -> None:
    """Refuse options that the environment does not have. Raises: UnknownEnv: naming the nearest."""
    own = own_options(env_id)
    for name in options:
        if name not in own:
            argument = _ARGUMENTS.get(name)
            hint = f"; it is set by {argument}" if argument else nearest(name, own)
            raise UnknownEnv(
                f"unknown option {name!r} of {env_id}{hint}; `rlvr-gym show {env_id}` tells more"
            )


def auditor(env_id: str) -> Callable[..., Audit]:
    """Return what checks the data of an environment: `audit_data` of the module `audit` beside its entry.

    Raises: UnknownEnv: for an unknown id, or an environment that has none.
    """
    package = find(env_id).entry.partition(":")[0].rpartition(".")[0]
    name = f"{package}.audit"
    if not package or importlib.util.find_spec(name) is None:
        raise UnknownEnv(f"{env_id} has no check of data: there is no module {name}")
    found: Callable[..., Audit] = importlib.import_module(name).audit_data
    return found


def chosen_policy(arguments: argparse.Namespace, domain: Domain) -> Policy:
    """Return the policy that the arguments name. Raises: UnknownEnv, AdapterError, BadTask."""
    from rlvr_gym.policies import SCRIPTED, HttpPolicy, ReplayPolicy, scripted

    if arguments.policy == "replay":
        if arguments.responses is None:
            raise UnknownEnv("--policy replay needs --responses FILE")
        return ReplayPolicy(arguments.responses)
    if arguments.policy == "http":
        if arguments.base_url is None or arguments.model is None:
            raise UnknownEnv("--policy http needs --base-url URL and --model NAME")
        if arguments.api_key_env is not None and not os.environ.get(arguments.api_key_env, "").strip():
            _log.warning("the environment variable %s is not set: no key is sent", arguments.api_key_env)
        return HttpPolicy(
            arguments.base_url,
            arguments.model,
            api_key_env=arguments.api_key_env or "OPENAI_API_KEY",
            concurrency=arguments.concurrency,
            temperature=arguments.temperature,
            max_tokens=arguments.max_tokens,
            timeout_s=arguments.timeout,
            retries=arguments.retries,
        )
    if arguments.policy not in SCRIPTED:
        names = (*SCRIPTED, "http", "replay")
        raise UnknownEnv(f"unknown policy {arguments.policy!r}{nearest(arguments.policy, names)}")
    return scripted(arguments.policy, domain)


def chosen_split(wanted: str | None, domain: Domain) -> str:
    """Return the split that was asked for; else "fresh", or the only one that is served."""
    if wanted is not None:
        return wanted
    return "fresh" if "fresh" in domain.source.splits else domain.source.splits[0]
