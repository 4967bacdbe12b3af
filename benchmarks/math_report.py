"""The tables of the math benchmark, and the aims beside its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from math_rows import GOLDS, OUTPUTS, Pair, group_of
from math_score import Counts, Seen, aim, count, percentile, ratio

__all__ = ["figures", "show"]

_OURS, _BATCH, _PEER = "ours main", "ours batch", "math-verify"
_OWN = ("AIME-like", *GOLDS)
_AIMED = {"GSM8K": 10.0, "AIME-like": 10.0, "MATH-500": 5.0, "cases": 5.0}  # ratios of throughput
_HARM = {
    "hangs": ["hang"],
    "crashes": ["crash", "raise"],
    "executed payloads": ["executed"],
    "hazards without a verdict": ["no verdict"],
    "wrong hazards accepted": ["accepted"],
}
Judged = Mapping[str, Mapping[str, Seen]]


def figures(
    pairs: Mapping[str, Sequence[Pair]], judged: Judged, hazards: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    """Return every table and list of a run, ready for JSON."""
    found: dict[str, Any] = {
        "cases": _cases(pairs["cases"], judged["cases"]) if "cases" in pairs else [],
        "conventions": _conventions(pairs["cases"], judged["cases"]) if "cases" in pairs else [],
        "gold": [_gold(name, pairs[name], judged[name]) for name in _OWN if name in pairs],
        "outputs": [_agreement(name, pairs[name], judged[name]) for name in OUTPUTS if name in pairs],
        "throughput": [_speed(name, len(pairs[name]), judged[name]) for name in pairs],
        "hazards": [{"caller": name, **row} for name, row in hazards.items()],
        "mistakes": [one for name in pairs for one in _mistakes(name, pairs[name], judged[name])],
    }
    found["aims"] = _aims(found)
    return found


def _counts(pairs: Sequence[Pair], seen: Seen, which: Sequence[int]) -> Counts:
    return count([pairs[place].label for place in which], [seen.accepted[place] for place in which])


def _cases(pairs: Sequence[Pair], judged: Mapping[str, Seen]) -> list[dict[str, Any]]:
    table = []
    for group in ("core", "adversarial"):
        which = [place for place, pair in enumerate(pairs) if group_of(pair) == group]
        for name, seen in judged.items():
            counts = _counts(pairs, seen, which)
            table.append(
                {"group": group, "checker": name, "rows": counts.rows, "accuracy_%": counts.agreement,
                 "FN": f"{counts.refused}/{counts.right}", "FN_%": counts.false_negatives,
                 "FP": f"{counts.accepted}/{counts.rows - counts.right}",
                 "FP_%": counts.false_positives, "no_verdict": counts.no_verdict}
            )  # fmt: skip
    return table


def _conventions(pairs: Sequence[Pair], judged: Mapping[str, Seen]) -> list[dict[str, Any]]:
    places: dict[str, list[int]] = {}
    for place, pair in enumerate(pairs):
        if group_of(pair) == "convention":
            places.setdefault(pair.policy, []).append(place)
    table = []
    for policy, which in sorted(places.items()):
        row: dict[str, Any] = {"convention": policy, "rows": len(which)}
        for name, seen in judged.items():
            counts = _counts(pairs, seen, which)
            row[f"{name} as labelled"] = counts.rows - counts.refused - counts.accepted - counts.undecided
        table.append(row)
    return table


def _gold(name: str, pairs: Sequence[Pair], judged: Mapping[str, Seen]) -> dict[str, Any]:
    row: dict[str, Any] = {"gold": name}
    for checker, seen in judged.items():
        counts = _counts(pairs, seen, range(len(pairs)))
        row["own"], row["changed"] = counts.right, counts.rows - counts.right
        row[f"{checker} own_%"] = None if not counts.right else 100 - (counts.false_negatives or 0.0)
        row[f"{checker} changed"] = counts.accepted
    return row


def _agreement(name: str, pairs: Sequence[Pair], judged: Mapping[str, Seen]) -> dict[str, Any]:
    row: dict[str, Any] = {"outputs": name, "pairs": len(pairs)}
    for checker, seen in judged.items():
        row[f"{checker} agree_%"] = _counts(pairs, seen, range(len(pairs))).agreement
    return row


def _speed(name: str, pairs: int, judged: Mapping[str, Seen]) -> dict[str, Any]:
    rate = {checker: pairs / seen.wall_s for checker, seen in judged.items() if seen.wall_s}
    row: dict[str, Any] = {"pairs": name, "count": pairs}
    for short, checker in (("one", _OURS), ("batch", _BATCH), ("theirs", _PEER)):
        row[f"{short}/s"] = rate.get(checker)
    row["one_ratio"] = ratio(rate.get(_OURS), rate.get(_PEER))
    row["batch_ratio"] = ratio(rate.get(_BATCH), rate.get(_PEER))
    for short, checker in (("one", _OURS), ("theirs", _PEER)):
        times = judged[checker].times if checker in judged else ()
        for label, percent in (("p50", 50), ("p99", 99), ("worst", 100)):
            took = percentile(times, percent)
            row[f"{short}_{label}_ms"] = None if took is None else took * 1e3
    return row


def _mistakes(name: str, pairs: Sequence[Pair], judged: Mapping[str, Seen]) -> list[dict[str, Any]]:
    found = []
    for place, pair in enumerate(pairs):
        ours, batch = judged[_OURS].accepted[place], judged[_BATCH].accepted[place]
        if ours == batch == pair.label:
            continue
        theirs = judged[_PEER].accepted[place] if _PEER in judged else None
        found.append(
            {"set": name, "group": group_of(pair) if name == "cases" else name, "id": pair.id,
             "kind": pair.kind, "policy": pair.policy, "label": pair.label, "ours": ours, "batch": batch,
             "theirs": theirs, "question": pair.question, "gold": pair.gold, "response": pair.response[-300:],
             "said": judged[_OURS].said[place]}
        )  # fmt: skip
    return found


def _aims(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    table = []
    for row in found["cases"]:
        if row["checker"] != _OURS:
            continue
        if row["group"] == "core":
            table.append(aim("core accuracy", ">=", 98, row["accuracy_%"], "%"))
            table.append(aim("core FN", "<=", 3, row["FN_%"], "%"))
            table.append(aim("core FP", "<=", 0.5, row["FP_%"], "%"))
        else:
            table.append(aim("adversarial FP", "<=", 1, row["FP_%"], "%"))
    for row in found["gold"]:
        table.append(aim(f"{row['gold']}, gold against itself", ">=", 100, row[f"{_OURS} own_%"], "%"))
        table.append(aim(f"{row['gold']}, changed ones accepted", "=", 0, row[f"{_OURS} changed"]))
    for row in found["outputs"]:
        table.append(aim(f"{row['outputs']}, agreement", ">=", 99.5, row[f"{_OURS} agree_%"], "%"))
    if found["outputs"]:
        together = sum(row["pairs"] * row[f"{_OURS} agree_%"] for row in found["outputs"])
        together /= sum(row["pairs"] for row in found["outputs"])
        table.append(aim("all labelled outputs together, agreement", ">=", 99.5, round(together, 2), "%"))
    for row in found["throughput"]:
        if row["pairs"] not in _AIMED:
            continue
        least = _AIMED[row["pairs"]]
        table.append(
            aim(f"{row['pairs']}, verify one by one over theirs", ">=", least, row["one_ratio"], "x")
        )
        table.append(aim(f"{row['pairs']}, verify_batch over theirs", ">=", least, row["batch_ratio"], "x"))
        table.append(aim(f"{row['pairs']}, p99 of verify", "<=", 20, row["one_p99_ms"], " ms"))
    mine = [row for row in found["hazards"] if row["caller"] != _PEER]
    table.append(aim("worst hazardous pair", "<=", 1, max(row["worst_s"] for row in mine), " s"))
    for what, keys in _HARM.items():
        table.append(aim(what, "=", 0, sum(row[key] for row in mine for key in keys)))
    split = sum(one["ours"] != one["batch"] for one in found["mistakes"])
    table.append(aim("pairs that verify and verify_batch judge differently", "=", 0, split))
    lost = sum(not row["honest_after"] for row in mine)
    table.append(aim("callers that judge an honest answer wrongly afterwards", "=", 0, lost))
    return table


def show(found: Mapping[str, Any], *, verbose: bool) -> None:
    """Print the tables; with `verbose` every mistake, too."""
    print(f"beside ours: {found['run']['peer']}; files of cases: {', '.join(found['run']['cases'])}")
    for name in ("cases", "conventions", "gold", "outputs", "throughput", "hazards"):
        if found[name]:
            print(f"\n{name}")
            _table([{key: value for key, value in row.items() if key != "harm"} for row in found[name]])
    apart = Counter(one["group"] for one in found["mistakes"])
    print(f"\nnot as labelled, ours: {dict(apart) or 'none'}{'' if verbose else ' (--verbose lists them)'}")
    if verbose:
        for one in found["mistakes"]:
            marks = f"label={one['label']} one={one['ours']} batch={one['batch']} theirs={one['theirs']}"
            print(f"  {one['group']} {one['id']} {one['kind']} {one['policy']} {marks}")
            print(
                f"    gold {one['gold'][:90]!r}\n    response ...{one['response'][-90:]!r}\n    {one['said']}"
            )
        for row in found["hazards"]:
            for one in row["harm"]:
                print(f"  hazard {one['id']} from {row['caller']}: {one['what']} {one['response']!r}")
    print("\naims")
    words = {True: "met", False: "missed", None: "not measured"}
    _table([{**one, "reached": words[one["reached"]]} for one in found["aims"]])


def _table(table: Sequence[Mapping[str, Any]]) -> None:
    keys = list(table[0])
    lines = [keys, *([_word(row[key]) for key in keys] for row in table)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(keys))]
    for line in lines:
        print("  ".join(f"{word:>{width}}" for word, width in zip(line, widths, strict=True)).rstrip())


def _word(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value >= 1000 else f"{value:.2f}"
    return "-" if value is None else str(value)
