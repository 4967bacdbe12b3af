"""What judging steps without a gold answer finds: false alarms, located errors, agreement with labels, speed.

    python benchmarks/math_process.py --data ../shared/data          (--quick: a fifth; --out FILE: JSON)

Four tables with the floor beside them: a pattern for `<<48/2=24>>` and one for `48 / 2 = 24`, with fractions.

1. False alarms on GSM8K's gold solutions: of annotations, of all claims, of steps, of solutions.
2. One number of a gold solution is changed, drawn evenly from all of its numbers (prose, annotation, last
   line) by a seeded stream: is the first error found in its step, before it, behind it, or not at all?
3. Solutions by models with a label of their final answer: how many right and wrong ones are called wrong, and
   how many steps are left unjudged. Most wrong solutions compute rightly on a wrong plan: no arithmetic finds
   those.
4. Steps a second.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from rlvr_gym.envs.math.steps import judge_steps

__all__ = ["corrupted", "floor", "main"]

SEED = 2024
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_NOTE = re.compile(r"<<([\d\s.+*/()-]{1,80})=(-?[\d.]{1,40})>>")
_PLAIN = re.compile(
    r"(?<![\d.=(*/+-])(\d[\d.]{0,12}(?:\s?[-+*/]\s?\d[\d.]{0,12}){1,8})\s?"
    r"=\s?\$?(-?\d[\d.]{0,12})(?![\d*/+(-])"
)


class Solution(NamedTuple):
    """A question, a solution of it, and whether its final answer is right (gold: True)."""

    source: str
    question: str
    text: str
    right: bool


class Alarm(NamedTuple):
    """What a checker says: the place of the first error, if it found one, and how many steps it judged."""

    start: int | None
    end: int | None
    steps: int
    judged: int


def judged(solution: Solution, text: str) -> Alarm:
    """Ask the project's checker."""
    report = judge_steps(solution.question, text)
    first = report.first_error
    place = (None, None) if first is None else (report.steps[first].start, report.steps[first].end)
    return Alarm(*place, len(report.steps), report.judged)


def floor(solution: Solution, text: str) -> Alarm:
    """Ask the least that could be written: two patterns, line by line, with fractions."""
    start, found, judged_lines, lines = 0, None, 0, text.split("\n")
    for line in lines:
        claims = [*_NOTE.findall(line), *_PLAIN.findall(re.sub(r"<<[^>]*>>", "", line).replace(",", ""))]
        truths = [_holds(left, right) for left, right in claims]
        judged_lines += any(truth is not None for truth in truths)
        if False in truths and found is None:
            found = (start, start + len(line))
        start += len(line) + 1
    return Alarm(*(found or (None, None)), len(lines), judged_lines)


def _holds(left: str, right: str) -> bool | None:
    try:
        value, places = _value(re.findall(r"[\d.]+|[-+*/()]", left)), len(right.partition(".")[2])
        return abs(value - Fraction(right)) < (Fraction(1, 10**places) if places else Fraction(1, 10**6))
    except (ValueError, ZeroDivisionError, IndexError):
        return None


def _value(words: list[str], level: int = 0) -> Fraction:
    """Return the value of a sum (level 0), a product (1) or a number or bracket (2); takes its words."""
    if level == 2:
        word = words.pop(0)
        if word == "-":
            return -_value(words, 2)
        if word != "(":
            return Fraction(word)
        value = _value(words)
        words.remove(")")
        return value
    value = _value(words, level + 1)
    while words and words[0] in ("+-", "*/")[level]:
        sign, other = words.pop(0), _value(words, level + 1)
        if sign in "+-":
            value += other if sign == "+" else -other
        else:
            value = value * other if sign == "*" else value / other
    return value


def corrupted(text: str, rng: random.Random) -> tuple[str, int]:
    """Change one number of a solution.

    Returns: the new text and the place of the number; its value differs and it has no sign.
    """
    match = rng.choice(list(_NUMBER.finditer(text)))
    old = match[0].replace(",", "")
    new = old
    while Fraction(new) == Fraction(old):
        whole, dot, places = old.partition(".")
        kind = rng.randrange(4)
        if kind == 0:
            whole = str(abs(int(whole) + rng.choice((1, -1))))
        elif kind == 1:
            whole = str(abs(int(whole) + rng.choice((2, 3, 5, 10, -2, -3))))
        elif kind == 2:
            whole = str(int(whole) * rng.choice((2, 3, 10)))
        else:
            digit = rng.randrange(len(whole))
            whole = whole[:digit] + rng.choice("123456789") + whole[digit + 1 :]
        new = f"{whole}{dot}{places}"
    return text[: match.start()] + new + text[match.end() :], match.start()


def gold(data: Path, every: int) -> list[Solution]:
    """Return GSM8K's gold solutions."""
    names = ("gsm8k_train_first1000", "gsm8k_test")
    found = [
        Solution("gsm8k gold", row["question"], row["answer"], True)
        for name in names
        for row in _rows(data, name)
    ]
    return found[::every]


def labelled(data: Path, every: int) -> list[Solution]:
    """Return solutions by models, labelled by their final answers."""
    found: list[Solution] = []
    for row in _rows(data, "gsm8k_example_model_solutions"):
        entries = [entry for entry in row.values() if isinstance(entry, dict)]
        found += [Solution("gsm8k, GPT-3", row["question"], e["solution"], e["is_correct"]) for e in entries]
    for name in ("gsm8k", "math", "college_math", "olympiadbench"):
        for row in _rows(data, f"realcritic_{name}"):
            label = bool(row["previous_score"][0])
            found.append(Solution(f"realcritic {name}", row["question"], row["reasoning"], label))
    for row in _rows(data, "math_cot_100_labelled"):
        for text, score in zip(row["code"], row["score"], strict=True):
            found.append(Solution("math, Qwen2.5", row["question"], text, bool(score)))
    return found[::every]


def _rows(data: Path, name: str) -> Iterator[dict[str, Any]]:
    with (data / "math" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def false_alarms(solutions: Sequence[Solution]) -> dict[str, Any]:
    """Count what gold solutions are called wrong for."""
    claims: Counter[tuple[str, bool | None]] = Counter()
    kinds: Counter[str] = Counter()
    steps = alarms = wrong_steps = judged_steps = 0
    for solution in solutions:
        report = judge_steps(solution.question, solution.text)
        claims.update((claim.kind, claim.right) for step in report.steps for claim in step.claims)
        kinds.update(step.kind for step in report.steps if step.right is False)
        steps, judged_steps = steps + len(report.steps), judged_steps + report.judged
        wrong_steps += sum(step.right is False for step in report.steps)
        alarms += report.first_error is not None
    notes = claims["annotation", True] + claims["annotation", False]
    told = sum(number for (_, right), number in claims.items() if right is not None)
    wrong = sum(number for (_, right), number in claims.items() if right is False)
    return {
        "annotations": notes,
        "annotations_wrong": _share(claims["annotation", False], notes),
        "claims": told,
        "claims_wrong": _share(wrong, told),
        "steps": steps,
        "steps_wrong": _share(wrong_steps, steps),
        "steps_unjudged": _share(steps - judged_steps, steps),
        "solutions": len(solutions),
        "solutions_wrong": _share(alarms, len(solutions)),
        "solutions_wrong_floor": _share(
            sum(floor(s, s.text).start is not None for s in solutions), len(solutions)
        ),
        "by_kind": dict(kinds),
    }


def location(
    solutions: Sequence[Solution], check: Callable[[Solution, str], Alarm], seeds: int
) -> dict[str, Any]:
    """Count where the first error is found after one number was changed."""
    found: Counter[str] = Counter()
    for seed in range(seeds):
        rng = random.Random(f"{SEED}/{seed}")
        for solution in solutions:
            text, place = corrupted(solution.text, rng)
            alarm = check(solution, text)
            if alarm.start is None or alarm.end is None:
                found["missed"] += 1
            elif alarm.start <= place < alarm.end:
                found["located"] += 1
            else:
                found["early" if alarm.end <= place else "late"] += 1
    total = found.total()
    return {name: _share(found[name], total) for name in ("located", "early", "late", "missed")} | {
        "cases": total
    }


def agreement(solutions: Sequence[Solution]) -> list[dict[str, Any]]:
    """Count, for each source, the right and wrong solutions in which an error is found."""
    rows = []
    for source in dict.fromkeys(solution.source for solution in solutions):
        row: dict[str, Any] = {"source": source}
        steps = judged_steps = 0
        for label, name in ((True, "right"), (False, "wrong")):
            some = [s for s in solutions if s.source == source and s.right is label]
            alarms = [judged(s, s.text) for s in some]
            steps += sum(alarm.steps for alarm in alarms)
            judged_steps += sum(alarm.judged for alarm in alarms)
            row[name] = len(some)
            row[f"{name}_called_wrong"] = _share(sum(a.start is not None for a in alarms), len(some))
            row[f"{name}_floor"] = _share(sum(floor(s, s.text).start is not None for s in some), len(some))
        rows.append(row | {"steps": steps, "unjudged": _share(steps - judged_steps, steps)})
    return rows


def speed(solutions: Sequence[Solution]) -> dict[str, float]:
    """Time both checkers on the same solutions; the better of three rounds counts."""
    rates = {}
    for name, check in (("steps", judged), ("floor", floor)):
        best = 0.0
        for _ in range(3):
            start = time.process_time()
            steps = sum(check(solution, solution.text).steps for solution in solutions)
            best = max(best, steps / (time.process_time() - start))
        rates[f"{name}_per_s"] = round(best)
    return rates | {"over_floor": round(rates["floor_per_s"] / rates["steps_per_s"], 2)}


def _share(part: int, whole: int) -> float:
    return round(part / whole, 5) if whole else 0.0


def _print(found: dict[str, Any]) -> None:
    alarms = found["false_alarms"]
    print("GSM8K gold: called wrong")
    for name in ("annotations", "claims", "steps", "solutions"):
        print(f"  {name:<12} {alarms[name + '_wrong']:8.2%} of {alarms[name]}")
    print(f"  solutions, by the floor {alarms['solutions_wrong_floor']:.2%}; kinds {alarms['by_kind']}")
    print("one number changed      located    early     late   missed")
    for name in ("steps", "floor"):
        row = found["location"][name]
        shares = " ".join(f"{row[key]:8.2%}" for key in ("located", "early", "late", "missed"))
        print(f"  {name:<20} {shares}   of {row['cases']}")
    print("labelled solutions: called wrong   right (floor)      wrong (floor)     steps unjudged")
    for row in found["agreement"]:
        right = f"{row['right_called_wrong']:6.1%} ({row['right_floor']:.1%}) of {row['right']}"
        wrong = f"{row['wrong_called_wrong']:6.1%} ({row['wrong_floor']:.1%}) of {row['wrong']}"
        print(f"  {row['source']:<28} {right:<22} {wrong:<22} {row['unjudged']:.0%}")
    rates = found["speed"]
    print(
        f"{rates['steps_per_s']} steps/s; floor {rates['floor_per_s']}/s, {rates['over_floor']} times as many"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/data"), metavar="DIR", help="public test data"
    )
    parser.add_argument(
        "--quick", action="store_true", help="a fifth of the solutions, one corruption of each"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the figures as JSON")
    options = parser.parse_args(arguments)
    if not (options.data / "math").is_dir():
        print(f"no public test data in {options.data}: name its folder with --data DIR", file=sys.stderr)
        return 2
    every = 5 if options.quick else 1
    solutions = gold(options.data, every)
    seeds = 1 if options.quick else 3
    found = {
        "false_alarms": false_alarms(solutions),
        "location": {
            name: location(solutions, check, seeds) for name, check in (("steps", judged), ("floor", floor))
        },
        "agreement": agreement(labelled(options.data, every)),
        "speed": speed(solutions[:400]),
    }
    _print(found)
    if options.out is not None:
        options.out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
