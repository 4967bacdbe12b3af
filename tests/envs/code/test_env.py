"""Options, jobs and whole verdicts of the code environment."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from rlvr_gym.env import Domain, judge
from rlvr_gym.envs.code.datasets import from_rows
from rlvr_gym.envs.code.env import domain, job
from rlvr_gym.errors import BadResponse, BadTask, UnknownEnv
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.testing import attacks
from rlvr_gym.types import Job, Limits, Outcome, Task, Verdict

HUMANEVAL = {
    "task_id": "HumanEval/999",
    "prompt": (
        "import math\n\n\ndef encode(s):\n    return s[1:] + s[:1]\n\n\n"
        'def decode(s):\n    """Undo encode."""\n    n = math.floor(1.5)\n'
    ),
    "entry_point": "decode",
    "canonical_solution": "    return s[-n:] + s[:-n]\n",
    "test": "def check(candidate):\n    for s in ('abc', 'xy'):\n        assert candidate(encode(s)) == s\n",
}
MBPP = {
    "task_id": 1,
    "text": "Unique values.",
    "code": "def unique(x):\n    return list(set(x))",
    "test_list": ["assert set(unique([1, 2, 1])) == set([1, 2])", "assert len(unique([5])) == 1"],
}


@pytest.fixture(scope="module")
def code() -> Domain:
    """The environment with its default options."""
    return domain()


def fenced(program: str) -> str:
    """Return a response that holds one program."""
    return f"```python\n{program}\n```"


def verdict_of(task: Task, response: str, sandbox: Sandbox) -> Verdict:
    """Judge one response through real walls."""
    return judge(domain(), [(task, response)], sandbox)[0]


def test_options_choose_level_and_families() -> None:
    """Every task drawn obeys them."""
    source = domain(level=2, families=["grids", "reports"]).source
    drawn = [source.task("train", 0, index) for index in range(12)]
    assert {task.level for task in drawn} == {2}
    assert {task.family for task in drawn} == {"grids", "reports"}


def test_unknown_options_name_the_nearest() -> None:
    """Families, levels, formats and styles are checked when the environment is made."""
    with pytest.raises(UnknownEnv, match="did you mean 'grids'"):
        domain(families=["grid"])
    with pytest.raises(UnknownEnv, match="not the string"):
        domain(families="grids")
    with pytest.raises(UnknownEnv, match="level 6"):
        domain(level=6)
    with pytest.raises(UnknownEnv, match="did you mean 'raw'"):
        domain(style="row")
    with pytest.raises(BadTask, match="data=PATH"):
        domain(format="mbpp")
    with pytest.raises(BadTask, match="leave them out"):
        domain(level=1, data="x.jsonl")


def test_file_of_rows_is_served_and_bad_rows_are_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What is usable is kept; a file without any usable row is refused with its first problem."""
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(MBPP) + "\nnonsense\n")
    with caplog.at_level(logging.WARNING):
        source = domain(data=str(path)).source
    assert source.size("public") == 1
    assert f"{path}:2" in caplog.text
    path.write_text("nonsense\n")
    with pytest.raises(BadTask, match=r"no usable task; the first problem: .*rows\.jsonl:1: not JSON"):
        domain(data=str(path))


def test_job_holds_no_expected_value(code: Domain) -> None:
    """Only inputs and the program travel into the walls."""
    for family in ("lists", "reports"):
        task = code.source.by_id(f"fresh/1/1/{family}/L1")
        made = code.job(task, fenced("def transform(values):\n    return 0"))
        assert isinstance(made, Job)
        assert set(made.payload) == {"source", "entry", "calls"} if family == "lists" else {"source", "stdin"}
        for test in task.reference.hidden:
            if len(repr(test[-1])) > 12:
                assert repr(test[-1]) not in repr(dict(made.payload))


def test_response_without_program_is_unparsable_at_once(code: Domain) -> None:
    """No sandbox is needed to see that there is nothing to run."""
    task = code.source.by_id("fresh/1/1/lists/L1")
    for response in ("", "I do not know.", "```text\nx\n```", "x" * (1 << 21), "def transform(): '\ud800'"):
        made = code.job(task, response)
        assert isinstance(made, Verdict)
        assert made.outcome is Outcome.UNPARSABLE
    with pytest.raises(BadResponse, match="NoneType"):
        code.job(task, None)  # type: ignore[arg-type]  # the mistake under test
    with pytest.raises(BadTask, match="by_id"):
        job(Task("lost", ""), fenced("x = 1"))


def test_limits_reach_the_job() -> None:
    """Test code of datasets gets four times the CPU time, for its slowest known solution needs it."""
    limits = Limits(cpu_s=0.5, wall_s=3.0)
    plain = domain(limits=limits)
    made = plain.job(plain.source.by_id("fresh/1/1/lists/L1"), fenced("def transform(values): pass"))
    assert isinstance(made, Job)
    assert made.limits == limits
    judged = job(from_rows([MBPP])[0], fenced("def unique(x): pass"), limits=limits)
    assert isinstance(judged, Job)
    assert (judged.limits.cpu_s, judged.limits.wall_s) == (2.0, 6.0)


@pytest.mark.parametrize(
    "response",
    [
        fenced("def decode(s):\n    return s[-1:] + s[:-1]"),
        fenced("from __future__ import annotations\ndef decode(s: str) -> str:\n    return s[-1:] + s[:-1]"),
        fenced("def decode(s):\n    n = math.floor(1.2)\n    return s[-n:] + s[:-n]"),
        fenced("    return s[-n:] + s[:-n]"),
        "    return s[-n:] + s[:-n]\n\n\nprint(decode('x'))\n",
    ],
    ids=["whole", "future", "prompt imports", "fenced body", "bare body"],
)
def test_humaneval_takes_a_whole_function_or_a_completion(response: str, sandbox: Sandbox) -> None:
    """A program that does not define the entry point continues the prompt; the prompt's imports are there."""
    task = from_rows([HUMANEVAL])[0]
    assert verdict_of(task, response, sandbox).reward == 1.0


@pytest.mark.parametrize(
    "program",
    [
        "def encode(s):\n    return s\ndef decode(s):\n    return s",
        "def decode(s):\n    return s",
        "def check(candidate):\n    pass\ndef decode(s):\n    return s",
    ],
)
def test_redefined_helper_of_a_humaneval_test_changes_nothing(program: str, sandbox: Sandbox) -> None:
    """The test uses the prompt's own helper, never the program's."""
    verdict = verdict_of(from_rows([HUMANEVAL])[0], fenced(program), sandbox)
    assert (verdict.outcome, verdict.reward) == (Outcome.WRONG, 0.0)


@pytest.mark.parametrize(
    "program",
    [
        "def unique(x):\n    return []\ndef set(x):\n    return 0\ndef len(x):\n    return 1",
        "set = len = lambda x: 1\ndef unique(x):\n    return 1",
        "class A(list):\n    def __eq__(self, o): return True\n    def __len__(self): return 1\n"
        "def unique(x):\n    return A()",
    ],
)
def test_redefined_builtin_of_an_mbpp_test_changes_nothing(program: str, sandbox: Sandbox) -> None:
    """The asserts use Python's own functions, and no object of the program decides what is equal."""
    assert verdict_of(from_rows([MBPP])[0], fenced(program), sandbox).reward == 0.0


def test_plain_rows_are_judged_by_exact_type(sandbox: Sandbox) -> None:
    """3.0 is not 3; keyword arguments are passed on."""
    row = {
        "id": "add",
        "prompt": "Add.",
        "entry_point": "add",
        "calls": [{"args": [1, 2], "expected": 3}, {"kwargs": {"a": 1, "b": 1}, "expected": 2}],
    }
    task = from_rows([row])[0]
    programs = [
        "def add(a, b):\n    return a + b",
        "def add(a, b):\n    return float(a + b)",
        "def add(a, b):\n    return True",
    ]
    assert [verdict_of(task, fenced(program), sandbox).reward for program in programs] == [1.0, 0.0, 0.0]


def test_plain_programs_are_judged_by_their_output(sandbox: Sandbox) -> None:
    """Trailing blanks do not matter; a non-zero exit does."""
    task = from_rows([{"id": "e", "prompt": "Echo.", "stdin": ["a b\n", ""], "stdout": ["a b\n", ""]}])[0]
    echo = "import sys\nprint(sys.stdin.read() + ' ')"
    wanted = [
        (echo, Outcome.CORRECT),
        (
            f"if __name__ == '__main__':\n    {echo.splitlines()[0]}\n    {echo.splitlines()[1]}",
            Outcome.CORRECT,
        ),
        (echo + "\nsys.exit(1)", Outcome.CRASHED),
        ("print('a  b')", Outcome.WRONG),
        ("print('a b'", Outcome.UNPARSABLE),
    ]
    found = [verdict_of(task, fenced(program), sandbox).outcome for program, _ in wanted]
    assert found == [outcome for _, outcome in wanted]


def test_listed_attacks_earn_nothing_and_the_next_honest_check_passes(code: Domain, sandbox: Sandbox) -> None:
    """Every row of attacks.jsonl, and honest answers between them, in one batch."""
    rows = attacks(Path(__file__).resolve().parents[3] / "envs" / "code" / "attacks.jsonl")
    assert len(rows) >= 40
    pairs = []
    for row in rows:
        task = code.source.by_id(row.task_id)
        pairs += [(task, row.response), (task, code.oracle(task))]
    verdicts = judge(code, pairs, sandbox)
    assert [row.why for row, verdict in zip(rows, verdicts[::2], strict=True) if verdict.reward != 0.0] == []
    assert [verdict.feedback for verdict in verdicts[1::2] if verdict.reward != 1.0] == []


def test_oracle_without_known_solution_says_so() -> None:
    """A plain row may have none."""
    row = {"id": "e", "prompt": "Echo.", "stdin": ["a"], "stdout": ["a"]}
    with pytest.raises(BadTask, match="no known solution"):
        domain().oracle(from_rows([row])[0])
    assert "print(1)" in domain().oracle(from_rows([{**row, "solution": "print(1)"}])[0])


def test_card_shows_a_real_task_and_its_solution(code: Domain) -> None:
    """The example of the README is what the generator gives today."""
    card = (Path(__file__).resolve().parents[3] / "envs" / "code" / "README.md").read_text("utf-8")
    task = code.source.by_id("public/0/4/intervals/L2")
    assert f"`{task.id}`" in card
    for line in (task.prompt + task.reference.source).splitlines():
        assert line.rstrip() in card
