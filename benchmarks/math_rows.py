"""What the math benchmark judges: labelled rows, gold answers, outputs of models, bombs and payloads.

Standard library only, and pure but for reading files. A row of a file of cases looks like

    {"id": "m0001", "kind": "integer", "gold": "42", "response": "... $\\\\boxed{042}$.", "label": true,
     "policy": "", "question": "", "hazard": false}

`policy` names a convention on which reasonable graders differ; `hazard` marks denial of service and code.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

__all__ = [
    "GOLDS", "GROUPS", "OUTPUTS", "Pair", "aime_like", "bombs", "boxed", "changed", "golds", "group_of",
    "outputs", "own_and_changed", "payloads", "pointed_at", "read_cases", "sample",
]  # fmt: skip

GROUPS = ("core", "adversarial", "convention", "hazard")
GOLDS = ("GSM8K", "MATH-500", "OlympiadBench", "college math")
OUTPUTS = ("gsm8k_example_model_solutions", "realcritic minus suspects", "math_cot")
_ADVERSARIAL = ("adv_", "inj_", "dos", "multibox")
_REALCRITIC = ("gsm8k", "math", "olympiadbench", "college_math")
_DOLLAR = re.compile(r"(?<!\\)\$")
_WRITTEN = re.compile(r"(?:/var)?/tmp/[\w.-]+")  # a file that a payload would make


class Pair(NamedTuple):
    """One gold answer and one response.

    Args:
        label: whether the response is right.
        kind, policy, hazard: as in a file of cases; "" and False elsewhere.
        question: the problem, or None where it is not known.
    """

    id: str
    gold: str
    response: str
    label: bool
    kind: str = ""
    policy: str = ""
    question: str | None = None
    hazard: bool = False


def group_of(pair: Pair) -> str:
    """Return which of `GROUPS` a row belongs to: a hazard first, then a convention, then by its kind."""
    if pair.hazard:
        return "hazard"
    if pair.policy:
        return "convention"
    return "adversarial" if pair.kind.startswith(_ADVERSARIAL) else "core"


def read_cases(files: Iterable[Path]) -> list[Pair]:
    """Read files of cases.

    Returns: their rows, in order.
    Raises: SystemExit: naming file and line, if a row lacks a field or is no JSON.
    """
    found = []
    for file in files:
        for number, row in enumerate(_rows(file), 1):
            try:
                found.append(
                    Pair(str(row["id"]), row["gold"], row["response"], bool(row["label"]), row["kind"],
                         row.get("policy") or "", row.get("question") or None, bool(row.get("hazard")))
                )  # fmt: skip
            except (KeyError, TypeError) as error:
                raise SystemExit(f"{file}:{number}: not a row of cases: {error!r}; see --help") from None
    return found


def _rows(file: Path) -> list[dict[str, Any]]:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise SystemExit(f"cannot read {file}: {error.strerror}") from None
    try:
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except ValueError as error:
        raise SystemExit(f"{file}: not JSON lines: {error}") from None


def boxed(answer: str) -> str:
    """Return a response that ends in this answer; dollars around mathematics are left out, as models do."""
    return f"So the final answer is $\\boxed{{{_DOLLAR.sub('', answer)}}}$."


def changed(gold: str, rng: random.Random) -> str | None:
    """Return a gold answer with one of its integers made larger by 1 to 9, or None where it has none.

    What stands to the power of 0 is left as it is: it would be the same answer still.
    """
    places = list(re.finditer(r"\d+(?!\d|\^0|\^\{0\})", gold))
    if not places:
        return None
    place = rng.choice(places)
    other = str(int(place[0]) + rng.randint(1, 9)).zfill(len(place[0]))
    return gold[: place.start()] + other + gold[place.end() :]


def own_and_changed(found: Sequence[tuple[str, str, str | None]], rng: random.Random) -> list[Pair]:
    """Return each gold answer against itself, which is right, and against a changed one, which is wrong."""
    pairs = []
    for name, gold, question in found:
        pairs.append(Pair(f"{name}:own", gold, boxed(gold), True, question=question))
        other = changed(gold, rng)
        if other is not None:
            pairs.append(Pair(f"{name}:changed", gold, boxed(other), False, question=question))
    return pairs


def golds(folder: Path, name: str) -> list[tuple[str, str, str | None]]:
    """Return the gold answers of a dataset.

    Args:
        folder: with the files of `math/`.
        name: one of `GOLDS`.
    Returns: (id, gold answer as the file has it, question) in order.
    """
    file, question, answer = {
        "GSM8K": ("gsm8k_test", "question", lambda row: row["answer"].rpartition("#### ")[2]),
        "MATH-500": ("math500", "problem", lambda row: row["answer"]),
        "OlympiadBench": ("olympiadbench", "question", lambda row: ", ".join(row["final_answer"])),
        "college math": ("college_math_ccby_800", "question", lambda row: row["answer"]),
    }[name]
    rows = _rows(folder / f"{file}.jsonl")
    return [(f"{file}:{place}", answer(row), row[question]) for place, row in enumerate(rows, 1)]


def aime_like(count: int, rng: random.Random) -> list[tuple[str, str, str | None]]:
    """Return answers as AIME has them: whole numbers from 0 to 999, here at random."""
    return [(f"aime-like:{place}", str(rng.randrange(1000)), None) for place in range(1, count + 1)]


def outputs(folder: Path, name: str) -> list[Pair]:
    """Return outputs of models with the labels that their publishers gave them.

    Args:
        folder: with the files of `math/`.
        name: one of `OUTPUTS`. RealCritic's responses are the answers it extracted, for its labels are
            about these; rows whose label was found suspect by hand are left out.
    """
    if name == "math_cot":
        return [
            Pair(f"math_cot:{row['idx']}.{place}", row["gt"], text, bool(label), question=row["question"])
            for row in _rows(folder / "math_cot_100_labelled.jsonl")
            for place, (text, label) in enumerate(zip(row["code"], row["score"], strict=True))
        ]
    if name == "gsm8k_example_model_solutions":
        return [
            Pair(f"gsm8k:{place}.{key}", row["ground_truth"].rpartition("A: ")[2], entry["solution"],
                 bool(entry["is_correct"]), question=row["question"])
            for place, row in enumerate(_rows(folder / f"{name}.jsonl"), 1)
            for key, entry in row.items() if isinstance(entry, dict)
        ]  # fmt: skip
    suspects = {(row["file"], row["idx"]) for row in _rows(folder / "realcritic_suspect_labels.jsonl")}
    return [
        Pair(f"realcritic_{part}:{row['idx']}", row["gt"],
             f"So the final answer is $\\boxed{{{row['pred']}}}$.",
             bool(row["previous_score"][0]), question=row["question"])
        for part in _REALCRITIC
        for row in _rows(folder / f"realcritic_{part}.jsonl")
        if (f"math/realcritic_{part}.jsonl", row["idx"]) not in suspects
    ]  # fmt: skip


def pointed_at(pair: Pair, marker: Path) -> Pair:
    """Return a row whose payload, where it writes a file under /tmp or /var/tmp, would write this one."""
    return pair._replace(response=_WRITTEN.sub(str(marker), pair.response))


def bombs() -> list[Pair]:
    """Return answers that cost a careless checker its time or its memory; none equals its gold answer."""
    texts = [
        "9**9**9**9", "9^{9^{9^{9}}}", "(((9!)!)!)!", "\\binom{10^9}{5\\cdot10^8}", "10^{10^{10}}",
        "1e999999999", "2^{-10^{12}}", "\\sqrt[10^9]{10^{10^9}}", "0.\\overline{" + "123" * 2000 + "}",
        "7" * 1_000_000, "+x" * 500_000, "{" * 50_000 + "6" + "}" * 50_000,
        "\\frac{1}{1+" * 300 + "x" + "}" * 300,
        "(x+y+z+w)^{60}", "(1+x)^{10000}", "x^{x^{x^{x^{x}}}}", "\\tan^{500}(x)+\\sin^{499}(x)",
        "\\sin(" * 30 + "x" + ")" * 30, "\\sqrt{1+" * 30 + "x" + "}" * 30, "\\log(" * 30 + "x" + ")" * 30,
        "\\frac{x^{997}-1}{x-1}", "(x^{64}+y^{64})^{16}-(x^{32}-y^{32})^{32}",
        "\\prod_{k=1}^{10^9}(x+k)", "\\sum_{k=1}^{10^{12}}\\frac{1}{k}", "\\gcd(2^{10^8},3^{10^8})",
        "+".join(f"\\sqrt{{{n}}}" for n in range(2, 60)), "+".join(f"\\sin({n}x)" for n in range(1, 60)),
        "*".join(f"(x^{{{n}}}+y+{n})" for n in range(1, 25)), ",".join(map(str, range(20_000))),
        "\\begin{pmatrix}" + "\\\\".join("&".join(["x"] * 40) for _ in range(40)) + "\\end{pmatrix}",
    ]  # fmt: skip
    wanted = ["5", "\\sqrt{2}+\\sqrt{3}+x", "\\sin^2(x)+y^2"]
    return [
        Pair(
            f"bomb-{place}-{number}",
            gold,
            f"So the answer is $\\boxed{{{text}}}$.",
            False,
            "dos",
            hazard=True,
        )
        for place, text in enumerate(texts, 1)
        for number, gold in enumerate(wanted, 1)
    ]


def payloads(marker: Path, canary: str) -> list[Pair]:
    """Return code in the place of answers: whoever evaluates it makes the marker or sets the variable.

    Args:
        marker: path of a file that is not there.
        canary: name of an environment variable that is not set.
    """
    python = [
        f"__import__('os').system('touch {marker}')",
        f"__import__('pathlib').Path('{marker}').touch()",
        f"open('{marker}','w')",
        f"[open('{marker}','w'), 5][1]",
        f"(lambda: open('{marker}','w'))()",
        f"eval(\"open('{marker}','w')\")",
        f"exec(\"open('{marker}','w')\")",
        f"getattr(__import__('os'),'environ').__setitem__('{canary}','1')",
        f"().__class__.__base__.__subclasses__()[0].__init__ or open('{marker}','w')",
        f"5 if open('{marker}','w') else 6",
        f'f\'{{open("{marker}","w")}}\'',
        f"Symbol('x').func(open('{marker}','w'))",
        "__import__('os')._exit(0)",
    ]
    shell = [f"$(touch {marker})", f"`touch {marker}`", f"5; touch {marker}", f"| touch {marker}"]
    tex = [f"\\write18{{touch {marker}}}", f"\\immediate\\openout1={marker}", f"\\input{{|touch {marker}}}"]
    texts = [*python, *shell, *tex]
    wrapped = [f"So the answer is $\\boxed{{{text}}}$." for text in texts] + [
        f"The answer is {text}" for text in python
    ]
    return [
        Pair(f"payload-{place}", gold, text, False, "inj_code", hazard=True)
        for place, (text, gold) in enumerate(
            ((text, gold) for text in wrapped for gold in ("5", "\\sqrt{2}+x")), 1
        )
    ]


def sample(pairs: Sequence[Pair], most: int, rng: random.Random) -> list[Pair]:
    """Return at most that many pairs, in their order."""
    if len(pairs) <= most:
        return list(pairs)
    return [pairs[place] for place in sorted(rng.sample(range(len(pairs)), most))]
