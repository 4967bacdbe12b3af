"""What the columns of a dataset mean: one function for each layout, from a row to question and gold answer.

gsm8k          question, answer ("... #### 18")
               openai/gsm8k
math           problem, solution (with \\boxed{}), answer?, level, subject or type, unique_id?
               HuggingFaceH4/MATH-500, hendrycks/competition_math
aime           id, problem, answer ("073") or solution, url?; or with capitals: ID, Problem, Answer
               AI-MO/aimo-validation-aime, HuggingFaceH4/aime_2024, math-ai/aime25, Maxwell-Jia/AIME_2024
amc            id, problem or question, answer (142.0), url
               AI-MO/aimo-validation-amc, math-ai/amc23
olympiadbench  id, question, context, final_answer (list), unit, error, modality, image_1, ...
               Hothan/OlympiadBench
minerva        question, answer; or problem, solution (with \\boxed{}), type, idx
               math-ai/minervamath
omni_math      problem, answer, solution, domain (list), difficulty (1 to 10), source
               KbsdJames/Omni-MATH
deepscaler     problem, answer, solution
               agentica-org/DeepScaleR-Preview-Dataset
dapo           prompt (messages or text), reward_model.ground_truth, extra_info.index
               BytedTsinghua-SIA/DAPO-Math-17k, open-r1/DAPO-Math-17k-Processed
big_math       problem, answer, source, domain, llama8b_solve_rate
               SynthLabsAI/Big-Math-RL-Verified
college_math   data_source, question_number, question, answer, data_topic
               MathScale's CollegeMath
plain          id, question, answer
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NamedTuple

from rlvr_gym.envs.math.checker import make_gold
from rlvr_gym.envs.math.columns import answer_or_box, decoded, first, identity, info, scalar, text
from rlvr_gym.envs.math.exact import exact
from rlvr_gym.envs.math.shape import split_unit
from rlvr_gym.tables import BadRow, Row

__all__ = ["FORMATS", "Item", "detect"]

_NONE: Mapping[str, Any] = MappingProxyType({})
_LEVEL = re.compile(r"(?:Level )?([1-5])")
_WHOLE = re.compile(r"([+-]?\d{1,18})\.0{1,6}")
_AIME = re.compile(r"\$?0{0,2}(\d{1,3})(?:\.0)?(?:\^\\circ|\^\{\\circ\}|\\%)?\.?\$?")
_LISTED = re.compile(r"(?<=\d),(?=\d)")
_COURSE = re.compile(r"\(\d{1,2}\.\d{1,4}[A-Z]{0,2}\b")
_INSTRUCTION = "Solve the following math problem step by step."
_REMINDERS = (
    'Remember to put your answer on its own line after "Answer:".',
    "Let's think step by step and output the final answer within \\boxed{}.",
    'Let\'s think step by step and output the final answer after "####".',
)
_LARGEST_TOLERANCE = Fraction(1, 10)


class Item(NamedTuple):
    """What a row says.

    Args:
        question: the problem.
        gold: the answer, as text.
        id: of the row, or "".
        level: difficulty 1..5, where the dataset has such levels.
        info: what the policy may see beside the question.
        conventions: fields of the answer policy that this row sets.
    """

    question: str
    gold: str
    id: str = ""
    level: int | None = None
    info: Mapping[str, Any] = _NONE
    conventions: Mapping[str, Any] = _NONE


def detect(row: Row) -> str:
    """Return the format that a row's columns show. Raises: BadRow: where they show none."""
    url = str(row.get("url", ""))
    if "reward_model" in row and "prompt" in row:
        return "dapo"
    if "final_answer" in row and "question" in row:
        return "olympiadbench"
    if "problem" in row or "question" in row:
        for name in ("AIME", "AMC"):
            if f"{name}_" in url:
                return name.lower()
    if "problem" in row:
        return _detect_problem(row)
    if "Problem" in row and "Answer" in row:
        return "aime"
    if "question" not in row:
        names = sorted(map(str, row))[:8]
        raise BadRow(f"a row needs 'question' or 'problem' and 'answer'; it has {names}")
    if "data_topic" in row or str(row.get("data_source", "")).startswith("college_math"):
        return "college_math"
    return "gsm8k" if "####" in str(row.get("answer", "")) else "plain"


def _detect_problem(row: Row) -> str:
    if "llama8b_solve_rate" in row:
        return "big_math"
    if "difficulty" in row and "domain" in row:
        return "omni_math"
    if "idx" in row and _COURSE.search(str(row.get("type", ""))):
        return "minerva"
    return "deepscaler" if set(row) == {"problem", "answer", "solution"} else "math"


def _gsm8k(row: Row) -> Item:
    _, mark, gold = text(row, "answer").rpartition("####")
    if not mark or not gold.strip():
        raise BadRow("field 'answer' holds no '#### <answer>'", "no answer")
    return Item(text(row, "question"), gold.strip(), identity(row))


def _math(row: Row) -> Item:
    level = _LEVEL.fullmatch(str(row.get("level", "")))
    return Item(
        text(row, "problem"),
        answer_or_box(row),
        identity(row, "unique_id", "id"),
        int(level[1]) if level else None,
        info(subject=row.get("subject") or row.get("type")),
    )


def _aime(row: Row) -> Item:
    question = text(row, first(row, "problem", "question", "Problem"))
    gold = scalar(row, "Answer") if "Answer" in row else answer_or_box(row)
    match = _AIME.fullmatch(gold.strip())
    if match is None:
        raise BadRow(f"an AIME answer is an integer from 0 to 999, not {gold[:40]!r}", "not this format")
    return Item(
        question, str(int(match[1])), identity(row, "id", "ID", "unique_id"), info=info(url=row.get("url"))
    )


def _amc(row: Row) -> Item:
    gold = scalar(row, "answer")
    whole = _WHOLE.fullmatch(gold.strip())
    question = text(row, first(row, "problem", "question"))
    return Item(question, whole[1] if whole else gold, identity(row), info=info(url=row.get("url")))


def _olympiadbench(row: Row) -> Item:
    if row.get("question_type") == "Theorem proof":
        raise BadRow("a proof is asked for: there is no answer to compare", "proof")
    pictures = [name for name in row if str(name).startswith("image") and row[name] not in (None, "", [])]
    if pictures or row.get("modality") == "Multimodal":
        raise BadRow("the question needs its images", "image")
    answers = decoded(row.get("final_answer"))
    if answers in (None, []):
        raise BadRow("there is no 'final_answer': perhaps a proof is asked for", "proof")
    if isinstance(answers, str):
        answers = [answers]
    if not isinstance(answers, list) or not all(isinstance(one, str) and one.strip() for one in answers):
        raise BadRow("field 'final_answer' must be a list of texts that are not empty", "no answer")
    if row.get("answer_type") == "Need_human_evaluate":
        raise BadRow("the answer needs a human's judgement", "proof")
    gold = ", ".join(one.strip() for one in answers)
    if str(row.get("is_multiple_answer")).lower() == "true":  # 200,400 is two numbers there, not one
        gold = _LISTED.sub(", ", gold)
    question, context, unit = text(row, "question"), row.get("context"), row.get("unit")
    if isinstance(context, str) and context.strip():
        question = f"{context.strip()}\n\n{question}"
    if isinstance(unit, str) and unit.strip():  # without it, a bare number would not be determined
        question = f"{question.rstrip()}\nThe unit of the answer is {unit.strip()}."
    tolerance = _tolerance(row.get("error"), gold)
    facts = info(subject=row.get("subfield"))
    return Item(question, gold, identity(row), None, facts, {"tolerance": tolerance} if tolerance else _NONE)


def _tolerance(error: object, gold: str) -> Fraction:
    """Return the largest relative error within a column `error`: one absolute error, or one an answer."""
    if error in (None, ""):
        return Fraction(0)
    try:
        allowed = [Fraction(part.strip()) if part.strip() else Fraction(0) for part in str(error).split(",")]
    except (ValueError, ZeroDivisionError) as bad:
        raise BadRow(f"field 'error' must hold numbers, not {str(error)[:40]!r}") from bad
    tree = make_gold(gold).tree
    parts = [] if tree is None else tree[1:] if tree[0] == "list" else [tree]
    values = [exact(split_unit(part)[0]) for part in parts]
    if not values or len(allowed) not in (1, len(values)) or min(allowed) < 0:
        return Fraction(0)
    pairs = zip(values, allowed * len(values) if len(allowed) == 1 else allowed, strict=True)
    ratios = [Fraction(0) if value is None or value == 0 else most / abs(value) for value, most in pairs]
    return min(*ratios, _LARGEST_TOLERANCE)


def _minerva(row: Row) -> Item:
    question = text(row, first(row, "problem", "question"))
    return Item(question, answer_or_box(row), identity(row), info=info(subject=row.get("type")))


def _omni_math(row: Row) -> Item:
    domain = decoded(row.get("domain"))
    subject = domain[0] if isinstance(domain, list) and domain else domain
    facts = info(subject=subject, difficulty=row.get("difficulty"), source=row.get("source"))
    return Item(text(row, "problem"), scalar(row, "answer"), identity(row), info=facts)


def _deepscaler(row: Row) -> Item:
    return Item(text(row, "problem"), scalar(row, "answer"), identity(row))


def _dapo(row: Row) -> Item:
    prompt = decoded(row.get("prompt"))
    if isinstance(prompt, list):
        asked = [one.get("content") for one in prompt if isinstance(one, dict) and one.get("role") == "user"]
        prompt = asked[-1] if asked else None
    question = _without_instruction(text({"prompt": prompt}, "prompt"))
    judged, extra = decoded(row["reward_model"]), decoded(row.get("extra_info"))
    if not isinstance(judged, Mapping):
        raise BadRow("field 'reward_model' must be an object with 'ground_truth'")
    gold = scalar({"reward_model.ground_truth": judged.get("ground_truth")}, "reward_model.ground_truth")
    return Item(question, gold, identity(extra, "index") if isinstance(extra, Mapping) else "")


def _without_instruction(prompt: str) -> str:
    """Take off how the authors want an answer written: our own system prompt says it otherwise."""
    question = prompt.strip()
    if question.startswith(_INSTRUCTION):
        question = question.partition("\n\n")[2].strip()
    for reminder in _REMINDERS:
        question = question.removesuffix(reminder).strip()
    if not question:
        raise BadRow("field 'prompt' holds an instruction, but no question", "empty question")
    return question


def _big_math(row: Row) -> Item:
    facts = info(
        subject=row.get("domain"), source=row.get("source"), solve_rate=row.get("llama8b_solve_rate")
    )
    return Item(text(row, "problem"), scalar(row, "answer"), identity(row), info=facts)


def _college_math(row: Row) -> Item:
    book, number = row.get("data_source"), row.get("question_number")
    name = f"{book}/{number}" if isinstance(book, str) and isinstance(number, str) else identity(row)
    return Item(text(row, "question"), scalar(row, "answer"), name, info=info(subject=row.get("data_topic")))


def _plain(row: Row) -> Item:
    return Item(text(row, "question"), scalar(row, "answer"), identity(row))


FORMATS: Mapping[str, Callable[[Row], Item]] = MappingProxyType(
    {
        "gsm8k": _gsm8k,
        "math": _math,
        "aime": _aime,
        "amc": _amc,
        "olympiadbench": _olympiadbench,
        "minerva": _minerva,
        "omni_math": _omni_math,
        "deepscaler": _deepscaler,
        "dapo": _dapo,
        "big_math": _big_math,
        "college_math": _college_math,
        "plain": _plain,
    }
)
