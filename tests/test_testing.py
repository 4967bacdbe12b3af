"""The certificate: an honest environment in five files earns it, and each kind of bad one fails by its sentence."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from rlvr_gym import registry
from rlvr_gym.errors import BadTask, SandboxError, SandboxUnavailable, UnknownEnv
from rlvr_gym.registry import register
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.testing import Attack, Check, FakeSandbox, attacks, check_env
from rlvr_gym.types import Ending, Job, Result

ENV_ID = "lab/Double-v0"
PACKAGE = "lab_double"

MANIFEST = """
id = "lab/Double-v0"
entry = "lab_double.env:domain"
title = "Write a function that doubles"
licence = "Apache-2.0"
provenance = "made for this test"
canary = "rlvr-gym-canary-double"
max_turns = 2
[limits]
cpu_s = 1.0
"""

ENV = '''
"""Programs that multiply a list by a factor: the factor is hidden in no prompt of another split."""

from rlvr_gym.env import Domain
from rlvr_gym.sources import Draft, ProceduralSource
from rlvr_gym.types import Job, Verdict


def scale(rng, level):
    factor = rng.randrange(2, 10 ** (level + 2))
    source = f"def scale(items):\\n    return [item * {factor} for item in items]\\n"
    return Draft(str(factor), f"Write scale(items) that multiplies each item by {factor}.", (source, factor))


def job(task, response):
    if "def scale" not in response:
        return Verdict.unparsable("there is no scale")
    return Job("python_calls", {"source": response, "entry": "scale", "calls": [[[[1, 2, 3]], {}]]})


def grade(task, result):
    failed = result.failure()
    if failed:
        return failed
    expected = [{"ok": [factor * task.reference[1] for factor in (1, 2, 3)]}]
    return Verdict.correct() if result.value.get("calls") == expected else Verdict.wrong("not that")


def oracle(task):
    return task.reference[0]


def domain(*, level=None, limits):
    return Domain(ProceduralSource("lab/Double-v0", {"scale": scale}, level=level), job, grade, oracle)
'''

ATTACK = {"task_id": "train/0/0/scale/L1", "response": "def scale(items):\n    return []\n", "why": "nothing"}

Folder = Path


@pytest.fixture
def contribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    """An honest environment in five files, importable, and forgotten after the test."""
    import gymnasium

    folder = tmp_path / PACKAGE
    folder.mkdir()
    files = {
        "__init__.py": "",
        "env.toml": MANIFEST,
        "env.py": ENV,
        "attacks.jsonl": json.dumps(ATTACK) + "\n",
        "README.md": "# A card\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    registry._manifests.pop(ENV_ID, None)
    gymnasium.registry.pop(ENV_ID, None)
    registry._folder_digest.cache_clear()
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


def certify(folder: Folder, sandbox: Sandbox, old: str = "", new: str = "") -> list[Check]:
    """Change the environment's source, register it and put it to the test."""
    text = (folder / "env.py").read_text(encoding="utf-8")
    assert old in text
    (folder / "env.py").write_text(text.replace(old, new) if old else text, encoding="utf-8")
    register(folder / "env.toml")
    return check_env(ENV_ID, sandbox, tasks=6)


def failures(checks: list[Check]) -> dict[str, str]:
    """Return the details of the checks that failed, by name."""
    return {check.name: check.detail for check in checks if not check.ok}


def test_an_honest_contribution_earns_the_certificate(contribution: Folder, sandbox: Sandbox) -> None:
    """Five files, no change anywhere else: every check holds, behind real walls."""
    checks = certify(contribution, sandbox)
    assert failures(checks) == {}
    assert len(checks) == 10
    assert len({check.name for check in checks}) == 10


ORACLE = "the oracle's response earns 1 on every task"
HIDDEN = "the reference is in no repr, no pickle and no info"
ATTACKED = "every listed attack earns 0 and has a verdict"
PURE = "the same coordinates and the same id give the same task"
NOTHING = "empty, blank and off-topic responses earn 0"
SERVED = "every split serves its tasks"
STABLE = "judging twice and in another order changes nothing"
DISJOINT = "no two splits share a prompt"

BAD: dict[str, tuple[str, str, dict[str, str]]] = {
    "pays for anything": (
        'return Verdict.correct() if result.value.get("calls") == expected else Verdict.wrong("not that")',
        "return Verdict.correct()",
        {ATTACKED: "attack 'nothing' on train/0/0/scale/L1: CORRECT, 1.0"},
    ),
    "pays for silence": (
        'return Verdict.unparsable("there is no scale")',
        "return Verdict.correct()",
        {NOTHING: "response '' to task train/0/0/scale/L"},
    ),
    "has a wrong oracle": (
        "    return task.reference[0]",
        '    return task.reference[0].replace("*", "+")',
        {ORACLE: "is judged WRONG: not that"},
    ),
    "shows its reference in info": (
        "(source, factor))",
        '(source, factor), {"hint": source})',
        {HIDDEN: "shows its reference: 'def scale(items):"},
    ),
    "raises in job": (
        'if "def scale" not in response:',
        "if response[0] == '?':",
        {NOTHING: "CheckerError: job() of task train/0/0/scale/L"},
    ),
    "grades to None": (
        "    expected = [",
        "    return None\n    expected = [",
        {ORACLE: "returned NoneType, not a Verdict", ATTACKED: "returned NoneType, not a Verdict"},
    ),
    "draws tasks by chance": (
        "    factor = rng.randrange(",
        "    import random\n    factor = random.randrange(",
        {PURE: "is another one when it is made again"},
    ),
    "judges by chance": (
        'if "def scale" not in response:',
        "import time\n    if time.perf_counter_ns() % 7 < 3:",
        {STABLE: "two judgements of one response to task"},
    ),
    "asks the same in every split": (
        'f"Write scale(items) that multiplies each item by {factor}."',
        '"Write scale(items) that multiplies each item by what I think of."',
        {DISJOINT: "splits train and public share the prompt of public/0/0/scale/L"},
    ),
    "has no content": (
        "    factor = rng.randrange(2, 10 ** (level + 2))",
        "    factor = 2",
        {SERVED: "has no content in split"},
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_contribution_fails_by_its_sentence(contribution: Folder, sandbox: Sandbox, name: str) -> None:
    """The check that fails is the right one, and its detail says where."""
    old, new, expected = BAD[name]
    found = failures(certify(contribution, sandbox, old, new))
    for check, words in expected.items():
        assert words in found.get(check, ""), found


def test_paying_for_what_contains_the_gold_is_caught_by_an_attack(
    contribution: Folder, sandbox: Sandbox
) -> None:
    """A hedge that lists every factor is an attack of the card: paying for it costs the certificate."""
    hedge = {**ATTACK, "response": " ".join(map(str, range(1000))), "why": "lists every factor"}
    (contribution / "attacks.jsonl").write_text(json.dumps(hedge) + "\n", encoding="utf-8")
    lax = "return Verdict.correct() if str(task.reference[1]) in response else Verdict.unparsable('no')"
    found = failures(certify(contribution, sandbox, 'return Verdict.unparsable("there is no scale")', lax))
    assert found[ATTACKED] == "CheckerError: attack 'lists every factor' on train/0/0/scale/L1: CORRECT, 1.0"


def test_a_task_class_that_shows_itself_is_caught(contribution: Folder, sandbox: Sandbox) -> None:
    """A contributor's own kind of task whose repr holds the reference costs the certificate."""
    shown = textwrap.dedent(
        """
        from rlvr_gym.types import Task

        class Open(Task):
            def __repr__(self):
                return f"Open(reference={self.reference!r})"

        class Source(ProceduralSource):
            def _make(self, *place):
                task = super()._make(*place)
                return Open(task.id, task.prompt, task.reference, task.family, task.level)

        def domain("""
    )
    (contribution / "env.py").write_text(
        ENV.replace("\ndef domain(", shown).replace("Domain(ProceduralSource(", "Domain(Source("),
        encoding="utf-8",
    )
    assert "shows its reference" in failures(certify(contribution, sandbox))[HIDDEN]


def test_a_host_that_loses_verdicts_earns_no_certificate(contribution: Folder) -> None:
    """NO_VERDICT is neither 1 for the oracle nor 0 for an attack."""

    def broken(job: Job) -> Result:
        raise SandboxError("the worker died")

    found = failures(certify(contribution, FakeSandbox(broken)))
    assert "NO_VERDICT: the worker died" in found[ORACLE]
    assert "NO_VERDICT, None" in found[ATTACKED]


def test_options_reach_the_environment_under_test(contribution: Folder, sandbox: Sandbox) -> None:
    """A certificate of one level covers that level; an unknown option is refused."""
    register(contribution / "env.toml")
    found = failures(check_env(ENV_ID, sandbox, tasks=3, level=2))
    assert set(found) <= {ATTACKED}
    with pytest.raises(UnknownEnv, match="did you mean 'level'"):
        check_env(ENV_ID, sandbox, levle=2)


ROW = json.dumps(ATTACK)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "needs at least one attack"),
        (b"\n \n", "needs at least one attack"),
        (f"{ROW}\n{{".encode(), ":2: a row is {task_id, response, why}"),
        (f"{ROW}\n\n[1]".encode(), ":3: a row is"),
        (b'{"task_id": "a", "response": "b"}', ":1: a row is"),
        (b'{"task_id": "a", "response": "b", "why": "c", "more": 1}', ":1: a row is"),
        (b'{"task_id": 1, "response": "b", "why": "c"}', ":1: a row is"),
        (b'{"task_id": "a", "response": null, "why": "c"}', ":1: a row is"),
        (b"\xff", "cannot be read"),
    ],
)
def test_a_malformed_attack_is_named_by_file_and_line(tmp_path: Path, text: bytes, message: str) -> None:
    """Rows are three strings; a file without rows proves nothing and is refused."""
    path = tmp_path / "attacks.jsonl"
    path.write_bytes(text)
    with pytest.raises(BadTask) as caught:
        attacks(path)
    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)
    with pytest.raises(BadTask, match="cannot be read"):
        attacks(tmp_path / "nowhere.jsonl")


def test_attacks_are_read_in_order(tmp_path: Path) -> None:
    """Empty lines between rows are nothing, and a line separator inside a response is no line's end."""
    path = tmp_path / "attacks.jsonl"
    other = {**ATTACK, "response": "a\u2028b"}
    path.write_text(f"{ROW}\n\n{json.dumps(other, ensure_ascii=False)}\n", encoding="utf-8")
    assert attacks(path) == [Attack(**ATTACK), Attack(**other)]


def test_a_fake_sandbox_answers_each_job_in_order() -> None:
    """Errors stand in the place of their job; a missing host stops everything."""

    def answer(job: Job) -> Result:
        if job.runner == "lost":
            raise SandboxError("lost")
        if job.runner == "gone":
            raise SandboxUnavailable("gone")
        return Result(Ending.REPLIED, job.runner)

    fake = FakeSandbox(answer)
    found = fake.attempt([Job("a", {}), Job("lost", {}), Job("b", {})])
    assert [item.value if isinstance(item, Result) else str(item) for item in found] == ["a", "lost", "b"]
    assert [result.value for result in fake.run([Job("x", {}), Job("y", {})])] == ["x", "y"]
    with pytest.raises(SandboxError, match="lost"):
        fake.run([Job("a", {}), Job("lost", {})])
    with pytest.raises(SandboxUnavailable, match="gone"):
        fake.attempt([Job("gone", {})])
    assert fake.idle_workers() == []
