"""Layouts of datasets: each is recognised by its columns, gives question and gold, and has its conventions."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import gymnasium
import pytest

import rlvr_gym  # noqa: F401  # registers the environments
from rlvr_gym.envs.math import datasets
from rlvr_gym.envs.math.env import domain
from rlvr_gym.envs.math.policy import DEFAULT, AnswerPolicy
from rlvr_gym.errors import BadTask, UnknownEnv
from rlvr_gym.types import Task

OLYMPIAD: dict[str, Any] = {
    "id": 901,
    "question": "Find all real $t$ with $t^2=9$.",
    "solution": ["Take roots."],
    "final_answer": ["$3$", "$-3$"],
    "context": None,
    "image_1": None,
    "modality": "Text-only",
    "difficulty": "Competition",
    "is_multiple_answer": True,
    "unit": None,
    "answer_type": "Numerical",
    "error": None,
    "question_type": "Open-ended",
    "subfield": "Algebra",
    "subject": "Math",
    "language": "English",
}
DAPO: dict[str, Any] = {
    "data_source": "math_dapo",
    "prompt": [
        {
            "role": "user",
            "content": "Solve the following math problem step by step. The last line of your response should be "
            "of the form Answer: $Answer (without quotes) where $Answer is the answer to the problem.\n\n"
            "How many primes lie below 12?\n\nWrite it in base ten.\n\n"
            'Remember to put your answer on its own line after "Answer:".',
        }
    ],
    "ability": "MATH",
    "reward_model": {"ground_truth": "5", "style": "rule-lighteval/MATH_v2"},
    "extra_info": {"index": "d-1"},
}
WIKI = "https://artofproblemsolving.com/wiki/index.php/"

# (format, row, id, question begins, gold)
ROWS: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("gsm8k", {"question": "Two and two?", "answer": "2+2=<<2+2=4>>4\n#### 4"}, "rows-1", "Two and", "4"),
    (
        "math",
        {
            "problem": "Half of one?",
            "level": "Level 2",
            "type": "Algebra",
            "solution": "It is $\\boxed{\\frac{1}{2}}$.",
        },
        "rows-1",
        "Half",
        "\\frac{1}{2}",
    ),
    (
        "math",
        {
            "problem": "A third of one?",
            "solution": "A sum, $\\boxed{x}$.",
            "answer": "\\frac13",
            "subject": "Algebra",
            "level": 1,
            "unique_id": "test/algebra/0.json",
        },
        "test/algebra/0.json",
        "A third",
        "\\frac13",
    ),
    (
        "aime",
        {
            "id": 60,
            "problem": "Seventy?",
            "solution": "...",
            "answer": "070",
            "url": WIKI + "2031_AIME_I_Problems",
        },
        "60",
        "Seventy",
        "70",
    ),
    (
        "aime",
        {"ID": "2031-II-4", "Problem": "Nine?", "Solution": "...", "Answer": 9},
        "2031-II-4",
        "Nine",
        "9",
    ),
    (
        "aime",
        {"id": 3, "problem": "Six?", "solution": "\\boxed{006}", "url": WIKI + "2031_AIME_II_Problems"},
        "3",
        "Six",
        "6",
    ),
    (
        "amc",
        {"id": 4, "problem": "A dozen?", "answer": 12.0, "url": WIKI + "2032_AMC_12A_Problems/Problem_1"},
        "4",
        "A dozen",
        "12",
    ),
    (
        "amc",
        {"id": 5, "question": "One and a half?", "answer": "1.5", "url": WIKI + "2032_AMC_12B_Problems"},
        "5",
        "One",
        "1.5",
    ),
    ("olympiadbench", OLYMPIAD, "901", "Find all", "$3$, $-3$"),
    (
        "minerva",
        {
            "problem": "What is the star's luminosity?",
            "solution": "Put in: $\\boxed{2.5e33}$.",
            "type": "Introduction to Stars (8.99J Spring 2031)",
            "idx": 7,
        },
        "rows-1",
        "What is",
        "2.5e33",
    ),
    (
        "omni_math",
        {
            "domain": ["Mathematics -> Algebra"],
            "difficulty": 6.5,
            "problem": "Find the least $n$.",
            "solution": "...",
            "answer": "\\( 2^{10} \\)",
            "source": "contest",
        },
        "rows-1",
        "Find the",
        "\\( 2^{10} \\)",
    ),
    ("deepscaler", {"problem": "Find $a+b$.", "answer": "12", "solution": ""}, "rows-1", "Find $a", "12"),
    ("dapo", DAPO, "d-1", "How many primes lie below 12?\n\nWrite it in base ten.", "5"),
    (
        "dapo",
        {
            "prompt": "How many?",
            "solution": "8",
            "reward_model": {"ground_truth": 8, "style": "rule"},
            "extra_info": {"index": "d-2"},
        },
        "d-2",
        "How many?",
        "8",
    ),
    (
        "big_math",
        {"problem": "Sum?", "answer": "7", "source": "orca", "domain": ["x"], "llama8b_solve_rate": 0.5},
        "rows-1",
        "Sum",
        "7",
    ),
    (
        "college_math",
        {
            "data_source": "college_math.Book",
            "question_number": "exercise.1.1",
            "question": "How far?",
            "answer": "$33.3 \\mathrm{~cm}$",
            "license": "none",
            "data_topic": "college_math.algebra",
        },
        "college_math.Book/exercise.1.1",
        "How far",
        "$33.3 \\mathrm{~cm}$",
    ),
    ("plain", {"id": "p", "question": "Name?", "answer": "Evelyn"}, "p", "Name", "Evelyn"),
]


def read(tmp_path: Path, *rows: Any, **options: Any) -> tuple[list[Task], list[Any]]:
    """Read rows from a file of JSON lines."""
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return datasets.load(str(path), **options)


@pytest.mark.parametrize(("name", "row", "task_id", "question", "gold"), ROWS)
@pytest.mark.parametrize("asked", ["auto", "by name"])
def test_each_layout_gives_question_gold_and_id(
    tmp_path: Path, name: str, row: dict[str, Any], task_id: str, question: str, gold: str, asked: str
) -> None:
    """Recognised by its columns, or named."""
    tasks, problems = read(tmp_path, row, row_format="auto" if asked == "auto" else name)
    assert problems == []
    assert [(task.family, task.id, task.reference.text) for task in tasks] == [(name, task_id, gold)]
    assert tasks[0].prompt.startswith(question)
    assert tasks[0].reference.policy == datasets.POLICIES[name]


def test_every_format_has_a_policy_and_a_row_here() -> None:
    """None is forgotten."""
    assert set(datasets.FORMATS) - {"auto"} == set(datasets.POLICIES) == {name for name, *_ in ROWS}


def test_instructions_of_the_authors_are_taken_off_the_question(tmp_path: Path) -> None:
    """How to write the answer is said by our system prompt alone."""
    tasks, _ = read(tmp_path, DAPO)
    assert tasks[0].prompt == "How many primes lie below 12?\n\nWrite it in base ten."
    prompt = "Two?\nLet's think step by step and output the final answer within \\boxed{}."
    tasks, _ = read(tmp_path, {**DAPO, "prompt": prompt})
    assert tasks[0].prompt == "Two?"


def test_facts_for_the_policy_are_kept_and_the_solution_is_not(tmp_path: Path) -> None:
    """Subject, difficulty, source and solve rate; never a solution."""
    tasks, _ = read(tmp_path, *(row for name, row, *_ in ROWS if name in ("omni_math", "big_math", "math")))
    assert [dict(task.info) for task in tasks] == [
        {"subject": "Algebra"},
        {"subject": "Algebra"},
        {"subject": "Mathematics -> Algebra", "difficulty": 6.5, "source": "contest"},
        {"source": "orca", "solve_rate": 0.5},
    ]
    assert [task.level for task in tasks] == [2, 1, None, None]


@pytest.mark.parametrize(
    ("row", "kind", "message"),
    [
        ({**OLYMPIAD, "question_type": "Theorem proof"}, "proof", "a proof is asked for"),
        ({**OLYMPIAD, "final_answer": None}, "proof", "no 'final_answer'"),
        ({**OLYMPIAD, "final_answer": []}, "proof", "no 'final_answer'"),
        ({**OLYMPIAD, "final_answer": [" "]}, "no answer", "list of texts"),
        ({**OLYMPIAD, "answer_type": "Need_human_evaluate"}, "proof", "human"),
        ({**OLYMPIAD, "modality": "Multimodal"}, "image", "needs its images"),
        ({**OLYMPIAD, "image_1": {"bytes": ""}}, "image", "needs its images"),
        ({**OLYMPIAD, "error": "much"}, "malformed", "'error' must hold numbers"),
        ({"id": 1, "problem": "See ![](https://x/y.png)", "answer": "1"}, "image", "needs its image"),
        ({"ID": "x", "Problem": "?", "Answer": 1000}, "not this format", "from 0 to 999, not '1000'"),
        ({"ID": "x", "Problem": "?", "Answer": "1/2"}, "not this format", "from 0 to 999"),
        ({"problem": "Which?", "answer": "B", "solution": ""}, "choice", "the question offers none"),
        ({"problem": "How many?", "answer": "", "solution": ""}, "no answer", "'answer' must be text"),
        ({"problem": " ", "answer": "1", "solution": ""}, "empty question", "'problem' must be text"),
        ({"id": 1, "question": "?", "answer": float("nan")}, "no answer", "is nan"),
        ({"id": 1, "question": "\ud800", "answer": "1"}, "malformed", "lone surrogate"),
        ({**DAPO, "reward_model": "5"}, "malformed", "'ground_truth'"),
        ({**DAPO, "reward_model": {}}, "no answer", "ground_truth"),
        ({**DAPO, "prompt": []}, "empty question", "'prompt' must be text"),
        ({**DAPO, "prompt": DAPO["prompt"][0]["content"][:160]}, "empty question", "no question"),
    ],
)
def test_a_row_that_cannot_be_judged_is_skipped_with_its_reason(
    tmp_path: Path, row: dict[str, Any], kind: str, message: str
) -> None:
    """Proofs, images, choices without options, and rows without question or answer."""
    tasks, problems = read(tmp_path, row)
    assert tasks == []
    assert [problem.kind for problem in problems] == [kind]
    assert message in problems[0].what


def test_repeated_questions_are_served_once(tmp_path: Path) -> None:
    """However they are spaced and whatever their ids; another answer to one is told."""
    first = {"id": "a", "question": "What is  1+1?", "answer": "2"}
    tasks, problems = read(
        tmp_path,
        first,
        {**first, "id": "b", "question": "What is 1+1? "},
        {**first, "id": "c", "answer": "3"},
    )
    assert [task.id for task in tasks] == ["a"]
    assert [problem.kind for problem in problems] == ["duplicate", "contradiction"]


def test_a_letter_is_served_where_the_question_offers_choices(tmp_path: Path) -> None:
    """In contest tables; elsewhere a letter may be the name of a point."""
    offered = {"problem": "Which?\n(A) one (B) two", "answer": "B", "solution": ""}
    assert len(read(tmp_path, offered)[0]) == 1
    assert len(read(tmp_path, {"id": 1, "question": "Which point is on top?", "answer": "B"})[0]) == 1


@pytest.mark.parametrize(
    ("answers", "error", "tolerance"),
    [
        (["200"], "1", Fraction(1, 200)),
        (["200"], "1e-1", Fraction(1, 2000)),
        (["$-4$"], 0.5, Fraction(1, 10)),
        (["0"], "0.1", Fraction(0)),
        (["200,400"], "1", Fraction(1, 400)),
        (["200,400"], "1,8", Fraction(1, 200)),
        (["200,400"], "1,", Fraction(0)),
        (["200,400"], "1,1,1", Fraction(0)),
        (["$x^2$"], "0.1", Fraction(0)),
        (["200"], None, Fraction(0)),
    ],
)
def test_the_error_of_a_row_becomes_its_tolerance(
    tmp_path: Path, answers: list[str], error: object, tolerance: Fraction
) -> None:
    """Absolute there, relative here: never more than was allowed, and at most a tenth."""
    tasks, problems = read(tmp_path, {**OLYMPIAD, "final_answer": answers, "error": error})
    assert problems == []
    assert tasks[0].reference.policy == AnswerPolicy(percent="bare", tolerance=tolerance)


def test_a_comma_between_two_answers_separates_them(tmp_path: Path) -> None:
    """Where a row says that it has several; else it groups thousands."""
    row = {**OLYMPIAD, "final_answer": ["200,400"]}
    tasks, _ = read(tmp_path, row, {**row, "id": 902, "question": "?", "is_multiple_answer": False})
    assert [task.reference.kind for task in tasks] == ["tree", "number"]


def test_context_and_unit_are_part_of_the_question(tmp_path: Path) -> None:
    """Without them the number would not be determined."""
    row = {**OLYMPIAD, "context": "Let $r=2$.", "unit": "$cm^2$", "final_answer": ["8"]}
    tasks, _ = read(tmp_path, row)
    assert (
        tasks[0].prompt == "Let $r=2$.\n\nFind all real $t$ with $t^2=9$.\nThe unit of the answer is $cm^2$."
    )


def test_lists_in_csv_are_read_as_json(tmp_path: Path) -> None:
    """CSV has no lists; one written as JSON text is one."""
    path = tmp_path / "rows.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(OLYMPIAD))
        writer.writeheader()
        writer.writerow({**OLYMPIAD, "final_answer": json.dumps(OLYMPIAD["final_answer"])})
    tasks, problems = datasets.load(str(path))
    assert problems == []
    assert (tasks[0].family, tasks[0].reference.text) == ("olympiadbench", "$3$, $-3$")


@pytest.mark.parametrize(
    ("given", "policy"),
    [
        (None, AnswerPolicy(percent="bare")),
        ({}, AnswerPolicy(percent="bare")),
        ({"tolerance": "1/100"}, AnswerPolicy(percent="bare", tolerance=Fraction(1, 100))),
        ({"tolerance": 0.01, "percent": "exact"}, AnswerPolicy(percent="exact", tolerance=Fraction(1, 100))),
        (DEFAULT, DEFAULT),
    ],
)
def test_a_policy_changes_fields_or_replaces_the_whole(
    tmp_path: Path, given: Any, policy: AnswerPolicy
) -> None:
    """A mapping changes the dataset's own conventions, an AnswerPolicy takes their place."""
    tasks, _ = read(tmp_path, {"problem": "?", "answer": "1", "level": 1}, policy=given)
    assert tasks[0].reference.policy == policy


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"tolerence": "1/100"}, UnknownEnv, "did you mean 'tolerance'"),
        ({"rounding": "state"}, BadTask, "did you mean 'stated'"),
        ({"tolerance": "much"}, BadTask, "is no number"),
        ({"tolerance": "1/0"}, BadTask, "is no number"),
        ({"tolerance": 2}, BadTask, "from 0 to 1/10"),
        ("lenient", BadTask, "a mapping of its fields, not str"),
    ],
)
def test_a_policy_that_is_none_is_refused_before_any_row(
    tmp_path: Path, given: Any, error: type[Exception], message: str
) -> None:
    """Even where the file holds no row."""
    with pytest.raises(error, match=message):
        read(tmp_path, policy=given)


def test_the_policy_decides_what_an_environment_pays(tmp_path: Path) -> None:
    """From gym.make to the reward: a product passes by the dataset's own convention, not by a stricter one."""
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"ID": "2031-I-1", "Problem": "Three sixes?", "Answer": 18}))
    for given, reward in ((None, 1.0), ({"evaluated": "literal"}, 0.0)):
        env = gymnasium.make("rlvr/Math-v0", data=str(path), policy=given)
        env.reset(options={"index": 0})
        assert env.step("\\boxed{3 \\times 6}")[1] == reward
        env.close()


def test_a_policy_without_data_is_refused() -> None:
    """Procedural tasks have conventions of their own."""
    with pytest.raises(BadTask, match="describe a dataset"):
        domain(policy={"tolerance": "1/100"})


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "layout", "unreadable"),
    [
        ("gsm8k_test", "gsm8k", 0.0),
        ("gsm8k_train_first1000", "gsm8k", 0.0),
        ("gsm1k_public_50", "plain", 0.0),
        ("math500", "math", 0.005),
        ("olympiadbench", "olympiadbench", 0.02),
        ("college_math_ccby_800", "college_math", 0.03),
    ],
)
def test_every_row_of_real_data_is_served_and_golds_that_do_not_parse_are_named(
    shared_data: Path, name: str, layout: str, unreadable: float
) -> None:
    """Recognised, none skipped, every gold paid by itself as far as no algebra is needed; few are text."""
    from rlvr_gym.envs.math.audit import audit_data

    path = shared_data / "math" / f"{name}.jsonl"
    found = audit_data(str(path))
    assert found.ok, found.to_json()
    assert found.served == sum(1 for line in path.read_bytes().splitlines() if line.strip())
    assert found.counts["formats"] == {layout: found.served}
    unparsed = [note for note in found.notes if note.kind == "unparsed"]
    assert len(unparsed) <= unreadable * found.served
