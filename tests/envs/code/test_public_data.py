"""Public data beside the checkout: known solutions pass, known mistakes fail, labels are met."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from rlvr_gym.env import Domain, judge
from rlvr_gym.envs.code.datasets import from_rows
from rlvr_gym.envs.code.env import domain, job, oracle
from rlvr_gym.envs.code.grading import grade
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.sources import TableSource
from rlvr_gym.types import Limits, Outcome, Task

pytestmark = pytest.mark.data

_SLOW = 10**6  # upstream leaves out its one knapsack of a greater capacity: it takes minutes


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a JSON lines file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def fenced(program: str) -> str:
    """Return a response that holds one program, whatever fences the program holds."""
    return f"``````python\n{program}\n``````"


@pytest.mark.parametrize(("name", "least"), [("humaneval", 75), ("mbpp", 504)])
def test_every_reference_solution_passes(shared_data: Path, sandbox: Sandbox, name: str, least: int) -> None:
    """With the limits that the environment has by default."""
    code = domain(data=str(shared_data / "code" / f"{name}.jsonl"))
    size = code.source.size("public")
    assert size is not None
    assert size >= least
    tasks = [code.source.task("public", 0, index) for index in range(size)]
    verdicts = judge(code, [(task, code.oracle(task)) for task in tasks], sandbox)
    wrong = {
        task.id: verdict.feedback
        for task, verdict in zip(tasks, verdicts, strict=True)
        if verdict.reward != 1
    }
    assert wrong == {}


def test_labels_of_model_samples_are_met(shared_data: Path, sandbox: Sandbox) -> None:
    """Samples are completions of the prompt; those whose label is a limit's are left out."""
    code = domain(data=str(shared_data / "code" / "humaneval.jsonl"))
    samples = rows_of(shared_data / "code" / "codet_codegen16b_humaneval_labelled.jsonl")
    samples = [row for row in samples if "timeout" not in row["base_result"]]
    assert len(samples) >= 740
    verdicts = judge(
        code, [(code.source.by_id(row["task_id"]), row["completion"]) for row in samples], sandbox
    )
    wrong = {
        row["_id"]: (row["base_result"], verdict.feedback)
        for row, verdict in zip(samples, verdicts, strict=True)
        if (verdict.reward == 1.0) != row["passes_base"]
    }
    assert wrong == {}


def _quixbugs_task(row: dict[str, Any]) -> tuple[Task, str]:
    """Return a task for one program of QuixBugs, and what stands before a response to it.

    Rows with JSON cases become plain rows. Rows whose tests need Node objects or tuples as keys become judged
    ones: the test functions of the pytest file, called one after another.
    """
    name = row["name"]
    if "testcases" in row:
        cases = [(args, wanted) for args, wanted in row["testcases"] if name != "knapsack" or args[0] < _SLOW]
        if name == "hanoi":  # its test file turns the inner lists into tuples as well
            cases = [(args, [tuple(step) for step in wanted]) for args, wanted in cases]
        calls = [{"args": args, "expected": wanted} for args, wanted in cases]
        return from_rows([{"id": name, "prompt": "Repair it.", "entry_point": name, "calls": calls}])[0], ""
    node = row.get("node_py", "")
    body = row["python_test"][row["python_test"].index("def test1") :]
    runs = "".join(f"{test}()\n" for test in re.findall(r"^def (test\w+)", body, re.MULTILINE))
    tests = [f"{body}\n{runs}"]
    code = f"{node}\n{row['correct']}"
    return from_rows([{"task_id": name, "text": "Repair it.", "code": code, "test_list": tests}])[0], node


def test_quixbugs_correct_programs_pass_and_buggy_ones_fail(shared_data: Path, sandbox: Sandbox) -> None:
    """One bug each, told apart by upstream's own cases; endless loops end at the CPU limit."""
    rows = rows_of(shared_data / "code" / "quixbugs.jsonl")
    assert len(rows) >= 16
    made = [_quixbugs_task(row) for row in rows]
    tasks = [task for task, _ in made]
    code = Domain(TableSource("QuixBugs", tasks), partial(job, limits=Limits(cpu_s=1.0)), grade, oracle)
    pairs = []
    for row, (task, before) in zip(rows, made, strict=True):
        pairs += [(task, fenced(f"{before}\n{row[kind]}")) for kind in ("correct", "buggy")]
    verdicts = judge(code, pairs, sandbox)
    names = [row["name"] for row in rows]
    assert [n for n, v in zip(names, verdicts[::2], strict=True) if v.outcome is not Outcome.CORRECT] == []
    assert [n for n, v in zip(names, verdicts[1::2], strict=True) if v.reward != 0.0] == []
