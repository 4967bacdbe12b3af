"""The family over records: filter, group, measure."""

# ruff: noqa: E501  (menus are tables, one rule a row)

from __future__ import annotations

import random
from typing import Any

from rlvr_gym.envs.code.tasks.rules import Family, Menu, Rules, Slot, many, one

__all__ = ["DICTIONARIES"]

_TEAMS = ("red", "blue", "green", "gold")

_KEEP: Menu = (
    many("score-at-least", "score is at least {k}", 'r["score"] >= {k}', range(-10, 40, 5)),
    many("score-below", "score is less than {k}", 'r["score"] < {k}', range(20, 70, 5)),
    many("team-not", "team is not '{k}'", "r[\"team\"] != '{k}'", _TEAMS),
    many("age-mod", "age is not divisible by {k}", 'r["age"] % {k} != 0', range(2, 6)),
    many("name-length", "name has at most {k} characters", 'len(r["name"]) <= {k}', range(3, 7)),
    one("older", "age is greater than score", 'r["age"] > r["score"]'),
    one("tagged", "the list tags is not empty", 'r["tags"]'),
)  # fmt: skip

_BY: Menu = (
    one("team", "the team", '[r["team"]]'),
    one("initial", "the first character of the name", '[r["name"][0]]'),
    one("tag", "each of the tags (a record counts once for every entry of its tags, and not at all if it has none)", 'r["tags"]'),
    many("age", "the age divided by {k} and rounded down", '[r["age"] // {k}]', (5, 7, 10, 20)),
    many("score", "the remainder of the score modulo {k} (as Python computes it)", '[r["score"] % {k}]', range(2, 6)),
    one("length", "the number of characters of the name", '[len(r["name"])]'),
)  # fmt: skip

_MEASURE: Menu = (
    one("count", "the number of its records", "len(group)"),
    one("sum", "the sum of their scores", 'sum(r["score"] for r in group)'),
    one("max", "their greatest score", 'max(r["score"] for r in group)'),
    one("range", "their greatest score minus their least score", 'max(r["score"] for r in group) - min(r["score"] for r in group)'),
    one("mean", "the sum of their scores divided by their number and rounded down", 'sum(r["score"] for r in group) // len(group)'),
    one("names", "the list of their names, sorted in ascending order as Python compares strings", 'sorted(r["name"] for r in group)'),
    one("best", "the name of the record with the greatest score (of several, the one that comes first in the input)", 'max(group, key=lambda r: r["score"])["name"]'),
    one("ages", "the list of their different ages in ascending order", 'sorted({r["age"] for r in group})'),
    many("weighted", "the sum of {k} times the score plus the age over its records", 'sum({k} * r["score"] + r["age"] for r in group)', range(2, 6)),
)  # fmt: skip

_CHANGE: Menu = (
    one("none", "Scores are taken as they are.", "records = records"),
    many("bonus", "Before anything else, {k} is added to the score of every record whose age is odd.", 'records = [{**r, "score": r["score"] + {k} * (r["age"] % 2)} for r in records]', range(2, 9)),
    many("cap", "Before anything else, every score greater than {k} becomes {k}.", 'records = [{**r, "score": min(r["score"], {k})} for r in records]', range(20, 50, 5)),
    one("abs", "Before anything else, every score becomes its absolute value.", 'records = [{**r, "score": abs(r["score"])} for r in records]'),
    many("tags", "Before anything else, {k} times the number of tags is subtracted from every score.", 'records = [{**r, "score": r["score"] - {k} * len(r["tags"])} for r in records]', range(2, 9)),
    one("latest", "Before anything else, of several records with the same name only the last one is kept, at its own place.", 'records = [r for i, r in enumerate(records) if all(s["name"] != r["name"] for s in records[i + 1:])]'),
)  # fmt: skip

_THIN: Menu = (
    many("small", "Groups with fewer than {k} records are left out.", "groups = {key: group for key, group in groups.items() if len(group) >= {k}}", range(2, 4)),
    many("large", "Groups with more than {k} records are left out.", "groups = {key: group for key, group in groups.items() if len(group) <= {k}}", range(1, 4)),
    many("sum", "Groups whose scores add up to less than {k} are left out.", 'groups = {key: group for key, group in groups.items() if sum(r["score"] for r in group) >= {k}}', range(0, 60, 10)),
    many("first", "Each group keeps only its first {k} records.", "groups = {key: group[:{k}] for key, group in groups.items()}", range(1, 4)),
)  # fmt: skip


def _dictionary_slots(level: int) -> tuple[Slot, ...]:
    slots = [Slot("keep", _KEEP, "keep"), Slot("by", _BY), Slot("measure", _MEASURE, "measure")]
    extra = (
        Slot("thin", _THIN),
        Slot("change", _CHANGE),
        Slot("also", _KEEP, "keep"),
        Slot("second", _MEASURE, "measure"),
    )
    return (*slots, *extra[: level - 1])


def _dictionary_prose(level: int) -> str:
    lines = [
        'Each record is a dict with the keys "name" (a non-empty string), "team" (a string), "age" (an int), "score" (an int) and "tags" (a list of strings).'
    ]
    if level >= 3:
        lines.append("- $change")
    both = "of a record at least one of these holds: $keep; $also" if level >= 4 else "$keep"
    lines.append(f"- Only those records are used for which {both}.")
    lines.append("- They are grouped by $by. In each group the records stay in the order of the input.")
    if level >= 2:
        lines.append("- $thin")
    value = "the tuple of ($measure) and ($second)" if level >= 5 else "$measure"
    lines.append(f"Return a dict that maps each group's key to {value}.")
    return "\n".join(lines)


def _dictionary_source(level: int) -> str:
    lines = ["def summarise(records):"]
    if level >= 3:
        lines.append("    $change")
    test = "($keep) or ($also)" if level >= 4 else "$keep"
    lines += [
        "    groups = {}",
        "    for r in records:",
        f"        if {test}:",
        "            for key in $by:",
        "                groups.setdefault(key, []).append(r)",
    ]
    if level >= 2:
        lines.append("    $thin")
    value = "($measure, $second)" if level >= 5 else "$measure"
    lines.append(f"    return {{key: {value} for key, group in groups.items()}}")
    return "\n".join(lines)


def _record(name: str, team: str, age: int, score: int, *tags: str) -> dict[str, Any]:
    return {"name": name, "team": team, "age": age, "score": score, "tags": list(tags)}


def _records(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    names = ("Ann", "Bob", "Al", "Beatrix", "Cy", "Carla", "Dmitri", "Ada")
    return (
        [
            _record(
                rng.choice(names),
                rng.choice(_TEAMS),
                rng.randint(10, 60),
                rng.randint(-20, 60),
                *(rng.choice("xyz") for _ in range(rng.randint(0, 2))),
            )
            for _ in range(rng.randint(3, 9))
        ],
    )


DICTIONARIES = Family(
    name="dictionaries",
    entry="summarise",
    signature="(records: list[dict]) -> dict",
    slots=_dictionary_slots,
    prose=_dictionary_prose,
    source=_dictionary_source,
    inputs=_records,
    edges=(
        ([],),
        ([_record("Ann", "red", 30, 30, "x", "x")],),
        (
            [
                _record("Ann", "red", 30, 25),
                _record("Ann", "red", 31, 25),
                _record("Bob", "gold", 31, -5, "y"),
            ],
        ),
    ),
)
