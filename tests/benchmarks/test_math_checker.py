"""The math benchmark sorts rows, changes gold answers and counts as it says; its figures prove nothing here."""

from __future__ import annotations

import importlib.util
import json
import random
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import ROOT

SCRIPT = ROOT / "benchmarks" / "math_checker.py"


def load(name: str) -> ModuleType:
    """Load a module of the benchmarks that imports none of the others."""
    spec = importlib.util.spec_from_file_location(f"benchmarks_{name}", ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


rows, score = load("math_rows"), load("math_score")


def pair(**fields: Any) -> Any:
    """Return a right pair with some fields changed."""
    return rows.Pair("m1", "5", "$\\boxed{5}$", True)._replace(**fields)


@pytest.mark.parametrize(
    ("fields", "group"),
    [
        ({"kind": "integer"}, "core"),
        ({"kind": "adv_echo"}, "adversarial"),
        ({"kind": "inj_code"}, "adversarial"),
        ({"kind": "dos"}, "adversarial"),
        ({"kind": "multibox"}, "adversarial"),
        ({"kind": "adv_echo", "policy": "unevaluated-echo"}, "convention"),
        ({"kind": "dos", "policy": "deep-nesting", "hazard": True}, "hazard"),
    ],
)
def test_a_row_belongs_to_one_group(fields: dict[str, Any], group: str) -> None:
    """A hazard is one whatever else it is, a convention before its kind, and the kind decides the rest."""
    assert rows.group_of(pair(**fields)) == group


@pytest.mark.parametrize("gold", ["5", "x^{2}+10x", "\\frac{007}{3}", "1,234", "(0, 99]", "52_8"])
def test_a_changed_gold_differs_in_one_integer(gold: str) -> None:
    """Exactly one run of digits is another number, and the text around it stays."""
    for seed in range(50):
        other = rows.changed(gold, random.Random(seed))
        assert re.split(r"\d+", other) == re.split(r"\d+", gold)
        before, after = (list(map(int, re.findall(r"\d+", text))) for text in (gold, other))
        assert sum(old != new for old, new in zip(before, after, strict=True)) == 1


def test_a_gold_without_an_integer_is_not_changed() -> None:
    """There is nothing to change in it, so it has a pair with itself alone."""
    assert rows.changed("\\pi", random.Random(0)) is None
    assert [one.label for one in rows.own_and_changed([("a", "\\pi", None)], random.Random(0))] == [True]


def test_a_power_of_zero_is_not_changed() -> None:
    """17^0 is 10^0: only the other integers may change, or it would be the same answer."""
    assert {rows.changed("10^{0}", random.Random(seed)) for seed in range(30)} <= {
        f"10^{{{number}}}" for number in range(1, 10)
    }
    assert rows.changed("25^0", random.Random(1)).startswith("25^")


def test_a_seed_repeats_its_pairs() -> None:
    """The same seed gives the same answers and changes; another one others."""

    def made(seed: int) -> list[Any]:
        rng = random.Random(seed)
        found: list[Any] = rows.own_and_changed(rows.aime_like(20, rng), rng)
        return found

    assert made(1) == made(1) != made(2)
    assert all(0 <= int(one.gold) <= 999 for one in made(1))


def test_a_boxed_answer_loses_its_dollars_but_not_the_currency() -> None:
    """Dollars around mathematics are markup; an escaped one belongs to the answer."""
    assert rows.boxed("$x=1$, $y=2$").endswith("\\boxed{x=1, y=2}$.")
    assert "\\boxed{\\$5}" in rows.boxed("\\$5")


def test_a_sample_keeps_the_order() -> None:
    """A sample is drawn from the pairs without moving them."""
    pairs = [pair(id=str(number)) for number in range(50)]
    picked = [int(one.id) for one in rows.sample(pairs, 10, random.Random(0))]
    assert picked == sorted(picked)
    assert len(set(picked)) == 10
    assert rows.sample(pairs, 50, random.Random(0)) == pairs


def test_a_payload_is_pointed_at_the_marker(tmp_path: Path) -> None:
    """What a row would write under /tmp or /var/tmp it writes to the file that is watched."""
    told = rows.pointed_at(pair(response="open('/var/tmp/some_file','w') or '/tmp/x.txt'"), tmp_path / "m")
    assert told.response == f"open('{tmp_path}/m','w') or '{tmp_path}/m'"


def test_a_payload_of_ours_does_what_it_says(tmp_path: Path) -> None:
    """The plainest payload makes the marker where it is evaluated, so that a silent marker means something."""
    marker = tmp_path / "marker"
    text = rows.payloads(marker, "CANARY")[0].response
    subprocess.run(
        [sys.executable, "-c", "import sys; eval(sys.argv[1])", text.split("{", 1)[1].rpartition("}")[0]],
        check=True,
    )
    assert marker.exists()


@pytest.mark.parametrize(("percent", "wanted"), [(1, 1), (50, 50), (99, 99), (100, 100)])
def test_a_percentile_is_one_of_the_times(percent: int, wanted: int) -> None:
    """Of a hundred times the p-th percentile is the p-th smallest, in whatever order they came."""
    times = list(range(1, 101))
    random.Random(0).shuffle(times)
    assert score.percentile(times, percent) == wanted


def test_a_percentile_of_few_times_is_the_worst_of_them() -> None:
    """The 99th of three is the largest; of none there is none."""
    assert score.percentile([3, 1, 2], 99) == 3
    assert score.percentile([], 99) is None


def test_a_missing_verdict_is_never_agreement() -> None:
    """A right answer without a verdict is refused; a wrong one is neither refused nor as labelled."""
    counts = score.count([True, True, True, False, False, False], [True, False, None, True, False, None])
    assert (counts.refused, counts.accepted, counts.no_verdict) == (2, 1, 2)
    assert counts.agreement == pytest.approx(100 * 2 / 6)
    assert counts.false_negatives == pytest.approx(200 / 3)
    assert counts.false_positives == pytest.approx(100 / 3)


def test_rates_of_nothing_are_none() -> None:
    """Where no pair is labelled wrong there is no rate of false positives."""
    counts = score.count([True], [True])
    assert (counts.agreement, counts.false_negatives, counts.false_positives) == (100, 0, None)


def test_an_aim_is_judged_by_the_figure_as_it_is() -> None:
    """A figure that would be met only after rounding is missed; without a figure nothing is said."""
    assert score.aim("a", ">=", 100, 99.999)["reached"] is False
    assert score.aim("a", "<=", 1, 1.0, " s") == {
        "aim": "a",
        "wanted": "<= 1 s",
        "figure": 1.0,
        "reached": True,
    }
    assert score.aim("a", "=", 0, None)["reached"] is None


def test_a_row_without_a_label_is_named(tmp_path: Path) -> None:
    """The message says file and line of a row that cannot be used."""
    file = tmp_path / "mine.jsonl"
    file.write_text('{"id": "a", "kind": "integer", "gold": "1", "response": "1"}\n')
    with pytest.raises(SystemExit, match=r"mine\.jsonl:1: not a row of cases: KeyError\('label'\)"):
        rows.read_cases([file])


class Careless:
    """A checker with every fault: it evaluates, hangs, crashes, accepts, and has no verdict, as its pair says."""

    name = "careless"

    def __init__(self, hazards: ModuleType) -> None:
        self._hazards, self.restarts = hazards, 0

    def ask(self, pairs: Any, limit_s: float) -> Any:
        """Judge as the id of a pair says; honest pairs rightly."""
        del limit_s
        (fault, text), mark = (pairs[0].id, pairs[0].response), [one.label for one in pairs]
        if fault in ("hang", "crash"):
            raise self._hazards.Lost(fault, "as asked")
        if fault == "payload-1":
            exec(text.split("{", 1)[1].rpartition("}")[0])
        changed = {"accepts": [True], "undecided": [None]}.get(fault, mark)
        return score.Seen(changed, [""] * len(pairs), [0.25] * len(pairs), 0.25, fault == "touched")

    def restart(self) -> None:
        """Count."""
        self.restarts += 1

    def close(self) -> None:
        """Nothing is held."""


def test_every_fault_of_a_careless_checker_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind of harm is seen where it happens, so that a row of zeros means something."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    hazards = importlib.import_module("math_hazards")
    faults = ["hang", "crash", "touched", "accepts", "undecided", "fine"]
    cases = [pair(id=fault, label=False, kind="dos", hazard=True) for fault in faults]
    cases.append(pair(id="accepts", label=False, kind="dos", hazard=True, policy="last-box"))
    checker = Careless(hazards)

    def pick(pairs: list[Any]) -> list[Any]:
        return [one for one in pairs if one.id in (*faults, "payload-1")]

    found = hazards.attack(lambda: checker, cases, lambda line: None, pick)
    assert {what: found[what] for what in ("hang", "crash", "executed", "accepted", "no verdict")} == {
        "hang": 1,
        "crash": 1,
        "executed": 2,  # one made the marker, one changed the process
        "accepted": 1,  # the convention may go either way
        "no verdict": 1,
    }
    assert [one["id"] for one in found["harm"]] == [
        "hang",
        "crash",
        "touched",
        "accepts",
        "undecided",
        "payload-1",
    ]
    assert checker.restarts == 4
    assert found["honest_after"]
    assert found["worst_s"] == 0.25


@pytest.mark.slow
def test_other_cases_need_no_dataset(tmp_path: Path) -> None:
    """Cases of one's own are judged, mistakes are listed, and hazards come from every kind of caller."""
    cases = [
        {"id": "a", "kind": "integer", "gold": "7", "response": "$\\boxed{7}$", "label": True},
        {
            "id": "b",
            "kind": "polynomial",
            "gold": "x^2-1",
            "response": "$\\boxed{(x-1)(x+1)}$",
            "label": True,
        },
        {"id": "c", "kind": "integer", "gold": "7", "response": "$\\boxed{7}$", "label": False},
    ]
    file, out = tmp_path / "mine.jsonl", tmp_path / "figures.json"
    file.write_text("".join(json.dumps(case) + "\n" for case in cases))
    command = [sys.executable, str(SCRIPT), "--cases", str(file), "--quick", "--no-peer", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(out.read_text())
    assert [one["id"] for one in found["mistakes"]] == ["c"]
    assert {row["caller"] for row in found["hazards"]} == {
        "main thread",
        "worker thread",
        "asyncio",
        "process",
    }
    assert all(row["executed"] == row["hang"] == 0 and row["honest_after"] for row in found["hazards"])
    assert {row["pairs"] for row in found["throughput"]} == {"cases", "AIME-like"}
    assert "not measured" in done.stdout


def test_a_missing_data_folder_says_what_to_name(tmp_path: Path) -> None:
    """Without data the message tells the two ways to give some."""
    command = [sys.executable, str(SCRIPT), "--data", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "--data" in done.stderr
    assert "--cases" in done.stderr
