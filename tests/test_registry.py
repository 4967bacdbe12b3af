"""Manifests and ids: what is registered, what is refused, and which nearest valid word a message names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gymnasium as gym
import pytest

from rlvr_gym import registry
from rlvr_gym.env import Domain, TextEnv
from rlvr_gym.errors import BadTask, DuplicateEnv, UnknownEnv
from rlvr_gym.registry import (
    checker_digest,
    find,
    load,
    make_env,
    make_vector_env,
    manifests,
    read_manifest,
    register,
)
from rlvr_gym.testing import FakeSandbox
from rlvr_gym.types import Ending, Job, Limits, Result
from tests.toys import echo_domain

FIELDS: dict[str, Any] = {
    "id": "toy/Echo-v3",
    "entry": "tests.toys:echo_domain",
    "title": "Repeat after me",
    "licence": "CC0-1.0",
    "provenance": "made here",
    "canary": "rlvr-gym-canary-0",
}


class EchoSandbox(FakeSandbox):
    """Echoes, and has a name for its walls."""

    def __init__(self) -> None:
        super().__init__(lambda job: Result(Ending.REPLIED, job.payload["text"]))


@pytest.fixture
def forget() -> Iterator[None]:
    """Take what a test registers out of both registries again."""
    ours, theirs = dict(registry._manifests), dict(gym.registry)
    yield
    for table, kept in ((registry._manifests, ours), (gym.registry, theirs)):
        for env_id in set(table) - set(kept):
            del table[env_id]


def write(folder: Path, **changes: Any) -> Path:
    """Write an env.toml with these fields; None leaves one out, a mapping becomes a table at the end."""
    fields = {**FIELDS, **changes}
    tables = {key: value for key, value in fields.items() if isinstance(value, dict)}
    lines = [
        f"{key} = {_toml(value)}" for key, value in fields.items() if value is not None and key not in tables
    ]
    for key, table in tables.items():
        lines += [f"[{key}]", *(f"{name} = {_toml(value)}" for name, value in table.items())]
    path = folder / "env.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _toml(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)


def test_bundled_environments_have_manifests() -> None:
    """Every env.toml of the package is registered here and with Gymnasium, with a canary of its own."""
    ours = {env_id: manifest for env_id, manifest in manifests().items() if env_id.startswith("rlvr/")}
    assert {"rlvr/Math-v0", "rlvr/Code-v0", "rlvr/Curriculum-v0"} <= set(ours)
    assert len({manifest.canary for manifest in ours.values()}) == len(ours)
    for env_id, manifest in ours.items():
        assert env_id in gym.registry
        assert manifest.attacks.is_file()
        assert manifest == read_manifest(manifest.folder / "env.toml")
    manifests().clear()
    assert manifests()


def test_a_whole_manifest_is_read(tmp_path: Path) -> None:
    """All fields, with the defaults of those that may be missing."""
    limits = {"cpu_s": 0.5, "memory_mb": 100}
    found = read_manifest(write(tmp_path, attacks="bad.jsonl", max_turns=4, limits=limits))
    assert {key: getattr(found, key) for key in FIELDS} == FIELDS
    assert (found.attacks, found.max_turns, found.folder) == (tmp_path / "bad.jsonl", 4, tmp_path)
    assert found.limits == Limits(cpu_s=0.5, memory_mb=100)
    plain = read_manifest(write(tmp_path))
    assert (plain.attacks, plain.max_turns, plain.limits) == (tmp_path / "attacks.jsonl", 1, Limits())


MALFORMED: list[tuple[dict[str, Any], str]] = [
    *(({name: None}, f"field '{name}' must be a non-empty string") for name in FIELDS),
    *(({name: 3}, f"field '{name}' must be a non-empty string") for name in FIELDS),
    *(({name: "  "}, f"field '{name}' must be a non-empty string") for name in FIELDS),
    ({"licnce": "MIT"}, "unknown field 'licnce'; did you mean 'licence'"),
    ({"id": "Echo-v3"}, "id 'Echo-v3' is not of the form namespace/Name-vN"),
    ({"id": "toy/Echo"}, "not of the form"),
    ({"id": "toy/Echo-v1.5"}, "not of the form"),
    ({"id": "a/b/Echo-v1"}, "not of the form"),
    ({"id": "my.lab/Echo-v1"}, "not of the form"),
    ({"id": "toy/Ec ho-v1"}, "not of the form"),
    ({"id": "toy/Echo-v1\\n"}, "not of the form"),
    ({"entry": "tests.toys"}, "entry 'tests.toys' is not of the form module:function"),
    ({"entry": "a:b:c"}, "not of the form module:function"),
    ({"attacks": "../attacks.jsonl"}, "attacks must name a file beside the manifest"),
    ({"attacks": 1}, "attacks must name a file"),
    ({"attacks": ""}, "attacks must name a file"),
    ({"attacks": ".."}, "attacks must name a file"),
    ({"max_turns": 0}, "max_turns must be a positive integer, not 0"),
    ({"max_turns": True}, "max_turns must be"),
    ({"max_turns": 1.5}, "max_turns must be"),
    ({"limits": 3}, "[limits] must be a table"),
    ({"limits": {"cpu": 1}}, "unknown limit 'cpu'; did you mean 'cpu_s'"),
    ({"limits": {"cpu_s": 0}}, "Limits.cpu_s must be a positive number, not 0"),
    ({"limits": {"cpu_s": "2"}}, "Limits.cpu_s must be a positive number"),
    ({"limits": {"memory_mb": -1}}, "Limits.memory_mb must be"),
    ({"limits": {"memory_mb": 0.5}}, "Limits.memory_mb must be a whole number"),
]


@pytest.mark.parametrize(("changes", "message"), MALFORMED)
def test_a_malformed_manifest_is_refused_by_path_and_field(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    """The message begins with the file and says which field is wrong; nothing gets registered."""
    path = write(tmp_path, **changes)
    known = (manifests(), set(gym.registry))
    with pytest.raises(BadTask) as caught:
        register(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)
    assert (manifests(), set(gym.registry)) == known


@pytest.mark.parametrize("data", [b"id = ", b"\xff\xfe", b"[[id]]\n[id]", b"id = 'a'\nid = 'b'"])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, data: bytes) -> None:
    """Not TOML, not UTF-8, or not there at all: the file is named."""
    path = tmp_path / "env.toml"
    path.write_bytes(data)
    for broken in (path, tmp_path / "nowhere.toml", tmp_path):
        with pytest.raises(BadTask, match="not a readable TOML manifest") as caught:
            register(broken)
        assert str(broken) in str(caught.value)


@pytest.mark.usefixtures("forget")
def test_an_id_is_registered_once(tmp_path: Path) -> None:
    """The second manifest of an id is refused with the place of the first; so is an id of another package."""
    register(write(tmp_path))
    with pytest.raises(DuplicateEnv, match="toy/Echo-v3 is already registered from") as caught:
        register(write(tmp_path, title="Another"))
    assert str(tmp_path) in str(caught.value)
    gym.register("toy/Taken-v0", entry_point="somewhere:else")
    with pytest.raises(DuplicateEnv, match="toy/Taken-v0 is already registered with Gymnasium"):
        register(write(tmp_path, id="toy/Taken-v0"))
    assert "toy/Taken-v0" not in manifests()


@pytest.mark.usefixtures("forget")
def test_a_registered_environment_is_made_with_its_manifest(tmp_path: Path) -> None:
    """Turns of the manifest hold unless the caller says otherwise, in singles and batches."""
    register(write(tmp_path, max_turns=3))
    fake = EchoSandbox()
    env = gym.make("toy/Echo-v3", sandbox=fake, split="held").unwrapped
    assert isinstance(env, TextEnv)
    assert (env.max_turns, env.split, env.checker) == (3, "held", checker_digest("toy/Echo-v3", fake))
    assert make_env("toy/Echo-v3", sandbox=fake, max_turns=2).max_turns == 2
    assert [env.max_turns for env in make_vector_env("toy/Echo-v3", 2, sandbox=fake).envs] == [3, 3]
    env.reset(seed=0)
    assert env.step(env.domain.oracle(env.task))[1] == 1.0


def test_the_checker_digest_names_environment_source_and_walls() -> None:
    """It starts with the versioned id and tells environments apart."""
    fake = EchoSandbox()
    math, code = (checker_digest(env_id, fake) for env_id in ("rlvr/Math-v0", "rlvr/Code-v0"))
    assert math.startswith("rlvr/Math-v0@")
    assert math.partition("@")[2].split("+")[0] != code.partition("@")[2].split("+")[0]
    assert math.endswith(fake.profile())


@pytest.mark.parametrize("lookup", [find, load, make_env, make_vector_env])
@pytest.mark.parametrize(
    ("env_id", "hint"), [("rlvr/Maths-v0", "did you mean 'rlvr/Math-v0'"), (None, "valid: "), ("", "valid: ")]
)
def test_an_unknown_id_names_the_nearest(lookup: Callable[[Any], object], env_id: Any, hint: str) -> None:
    """Every way in says what was meant and where to look."""
    with pytest.raises(UnknownEnv, match=hint) as caught:
        lookup(env_id)
    assert f"unknown environment {env_id!r}" in str(caught.value)
    assert "`rlvr-gym list` shows all" in str(caught.value)


def test_gymnasium_names_the_nearest_id_itself() -> None:
    """`gym.make` does not reach us for an id that is not registered; its own errors help as well."""
    with pytest.raises(gym.error.NameNotFound, match="Did you mean: `Math`"):
        gym.make("rlvr/Maths-v0")
    with pytest.raises(gym.error.VersionNotFound, match="v0"):
        gym.make("rlvr/Math-v9")
    with pytest.raises(gym.error.NamespaceNotFound, match="rlvr"):
        gym.make("rlrv/Math-v0")


@pytest.mark.parametrize("make", [gym.make, gym.make_vec, load])
@pytest.mark.parametrize(
    ("env_id", "option", "nearest"),
    [
        ("rlvr/Math-v0", "levl", "level"),
        ("rlvr/Code-v0", "famlies", "families"),
        ("rlvr/Curriculum-v0", "widow", "window"),
        ("rlvr/Code-v0", "max_turn", "max_turns"),
    ],
)
def test_an_unknown_option_names_the_nearest(
    make: Callable[..., Any], env_id: str, option: str, nearest: str
) -> None:
    """Through Gymnasium too, singles and batches, with the command that tells more."""
    with pytest.raises(UnknownEnv) as caught:
        make(env_id, **{option: 1})
    assert f"unknown option {option!r} of {env_id}; did you mean {nearest!r}" in str(caught.value)
    assert f"`rlvr-gym show {env_id}` tells more" in str(caught.value)


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"level": 6}, UnknownEnv, "unknown level 6 of rlvr/Math-v0.*valid: 1, 2, 3, 4, 5"),
        ({"level": True}, UnknownEnv, "unknown level True"),
        ({"families": ["aritmetic"]}, UnknownEnv, "unknown family 'aritmetic'.*did you mean 'arithmetic'"),
        ({"split": "trian"}, UnknownEnv, "no split 'trian'; did you mean 'train'"),
        ({"split": ""}, UnknownEnv, "no split ''"),
        ({"max_turns": 0}, UnknownEnv, "max_turns .* positive integer, not 0"),
        ({"task_seed": -1}, BadTask, "task seed must be a non-negative integer, not -1"),
        ({"render_mode": "human"}, UnknownEnv, "no render mode 'human'; valid: ansi"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*human.*:UserWarning")
def test_a_bad_value_of_an_option_is_refused(
    options: dict[str, Any], kind: type[Exception], message: str
) -> None:
    """When the environment is made, not at its first reset."""
    with pytest.raises(kind, match=message):
        gym.make("rlvr/Math-v0", **options)


def not_a_domain() -> str:
    """An entry that makes the wrong thing."""
    return "domain"


@pytest.mark.usefixtures("forget")
@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("tests.nowhere:domain", "entry 'tests.nowhere:domain' cannot be loaded: No module named"),
        ("tests.toys:nothing", "entry 'tests.toys:nothing' cannot be loaded"),
        ("tests.toys:GOLD", "is not a function"),
        (f"{__name__}:not_a_domain", "of toy/Echo-v3 returned str, not a Domain"),
    ],
)
def test_an_entry_that_makes_no_domain_is_refused(tmp_path: Path, entry: str, message: str) -> None:
    """The message names the entry; the manifest itself was fine, so this shows on use."""
    register(write(tmp_path, entry=entry))
    with pytest.raises(BadTask) as caught:
        load("toy/Echo-v3")
    assert message in str(caught.value)


def limited(*, limits: Limits) -> Domain:
    """An entry whose jobs show the limits that they get."""
    whole = echo_domain()
    return Domain(
        whole.source,
        lambda task, text: Job("python_calls", {"text": text}, limits),
        whole.grade,
        whole.oracle,
    )


@pytest.mark.usefixtures("forget")
def test_limits_come_from_the_manifest_alone(tmp_path: Path) -> None:
    """They reach the jobs, and no caller can set them past the manifest."""
    register(write(tmp_path, entry=f"{__name__}:limited", limits={"cpu_s": 0.25}))
    domain = load("toy/Echo-v3")
    job = domain.job(domain.source.task("train", 0, 0), "a")
    assert isinstance(job, Job)
    assert job.limits.cpu_s == 0.25
    with pytest.raises(UnknownEnv, match="unknown option 'limits'"):
        load("toy/Echo-v3", limits=Limits(cpu_s=100))
