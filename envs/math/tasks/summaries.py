"""Mean, median, mode, spread and variance of small sets of data.

Example (level 2): `Ada measures 3, 8, 8, 12 and 14 minutes. What is the median minus the mean?` -> -1.
"""

from __future__ import annotations

import random
import statistics
from collections import Counter
from fractions import Fraction
from typing import Any

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.envs.math.tasks.entities import aside, people
from rlvr_gym.sources import Draft

__all__ = ["descriptive_statistics"]

_ONE = (
    "{aside}What is the {what} of the numbers {data}? Answer exactly.",
    "{aside}{name} writes down the {thing} {data}. Find the {what} of these numbers, exactly.",
    "{aside}A survey found the {thing} {data}. Give their {what} as an exact number.",
)
_GAP = (
    "{aside}For the numbers {data}, calculate the {what} minus the {other}. Answer exactly.",
    "{aside}{name} writes down the {thing} {data}. By how much is their {what} above their {other}? Answer "
    "exactly, with a negative number if it is below.",
    "{aside}A survey found the {thing} {data}. Subtract the {other} from the {what} and give the exact "
    "result.",
)
_MISSING = (
    "{aside}The mean of {n} numbers is {mean}. All but one of them are {data}. What is the missing number?",
    "{aside}{name} wrote down {n} {thing} with mean {mean}. One has become illegible; the others are {data}. "
    "Find the illegible number.",
    "{aside}Which number has to be added to the list {data} so that the mean of all {n} numbers is {mean}?",
)
_GROUPS = (
    "{aside}In a test, {a} pupils of one class have a mean of {x} points, {b} of another {y} and {c} of a "
    "third {z}. What is the mean of all these pupils? Answer exactly.",
    "{aside}{name} has {a} parcels with a mean mass of {x} kg, {b} with a mean of {y} kg and {c} with a mean "
    "of {z} kg. What is the mean mass of all the parcels in kg, exactly?",
    "{aside}Three lists have {a}, {b} and {c} numbers and the means {x}, {y} and {z}, in this order. Find "
    "the mean of all the numbers together, as an exact number.",
)
_VARIANCE = (
    "{aside}What is the population variance (the mean of the squared deviations from the mean) of {data}? "
    "Answer exactly.",
    "{aside}{name} writes down the {thing} {data}. Find the mean of the squares of their deviations from "
    "their mean, exactly.",
    "{aside}A complete survey found the {thing} {data}. Give their variance, with division by the number of "
    "values, exactly.",
)
_FREQUENCIES = (
    "{aside}A table says how often each value occurs: {table}. What is the population variance (the mean of "
    "the squared deviations from the mean)? Answer exactly.",
    "{aside}{name} counts how often each result occurs: {table}. Find the mean of the squared deviations of "
    "all results from their mean, exactly.",
    "{aside}In a complete survey these values were found: {table}. Give the variance of the data, with "
    "division by the number of values, exactly.",
)
_JOINED = (
    "{aside}A group of {a} numbers has mean {x} and variance {v}, another of {b} numbers has mean {y} and "
    "variance {w}, a third of {c} numbers has mean {z} and variance {u}. What is the variance of all the "
    "numbers together? Variances divide by the number of values. Answer exactly.",
    "{aside}{name} joins three lists: one of {a} numbers with mean {x} and population variance {v}, one of "
    "{b} numbers with mean {y} and population variance {w} and one of {c} numbers with mean {z} and "
    "population variance {u}. Find the population variance of the joint list, exactly.",
    "{aside}Three data sets have {a}, {b} and {c} values, the means {x}, {y} and {z} and the variances {v}, "
    "{w} and {u} (mean squared deviations, in this order). All values are put into one set of data, with "
    "repetitions kept. Give its variance, exactly.",
)
_THINGS = ("waiting times", "scores", "temperatures", "lengths", "numbers of visitors", "ages", "prices")


def descriptive_statistics(rng: random.Random, level: int) -> Draft:
    """Draw data and ask for a mean, a median, the gap between two of them, a missing value or a variance."""
    fields: dict[str, Any] = {"aside": aside(rng), "name": people(rng, 1)[0], "thing": rng.choice(_THINGS)}
    if level == 1:
        data = [rng.randint(1, 40) for _ in range(rng.randint(4, 6))]
        kind, gold = rng.choice(
            (("mean", _mean(data)), ("median", Fraction(statistics.median(sorted(data)))))
        )
        steps = len(data) if kind == "mean" else len(data) - 1  # sums and a division; comparisons
        return _draft(rng, kind, data, _ONE, gold, steps, fields | {"what": kind, "data": _listed(data)})
    if level == 2:
        return _gap(rng, fields)
    if level == 3:
        if rng.random() < 0.5:
            return _missing(rng, fields)
        a, b, c = (rng.randint(4, 30) for _ in range(3))
        x, y, z = (rng.randint(10, 60) for _ in range(3))
        mean = Fraction(a * x + b * y + c * z, a + b + c)
        shown: dict[str, Any] = {"a": a, "b": b, "c": c, "x": x, "y": y, "z": z}
        return _draft(rng, "groups", [a, x, b, y, c, z], _GROUPS, mean, 8, fields | shown)
    if level == 4:
        data = [rng.randint(1, 25) for _ in range(rng.randint(4, 5))]
        return _draft(
            rng, "variance", data, _VARIANCE, _variance(data), 4 * len(data), fields | {"data": _listed(data)}
        )
    if rng.random() < 0.5:
        values = sorted(rng.sample(range(1, 25), rng.randint(4, 6)))
        counts = [rng.randint(1, 9) for _ in values]
        data = [value for value, count in zip(values, counts, strict=True) for _ in range(count)]
        table = _listed([f"{value} ({_times(count)})" for value, count in zip(values, counts, strict=True)])
        pairs = [n for pair in zip(values, counts, strict=True) for n in pair]
        steps = 7 * len(values) - 1
        return _draft(
            rng, "frequencies", pairs, _FREQUENCIES, _variance(data), steps, fields | {"table": table}
        )
    groups = [(rng.randint(4, 20), rng.randint(5, 40), rng.randint(1, 30)) for _ in range(3)]
    total = sum(n for n, _, _ in groups)
    mean = Fraction(sum(n * x for n, x, _ in groups), total)
    gold = sum((n * (v + (x - mean) ** 2) for n, x, v in groups), Fraction(0)) / total
    numbers = [number for group in groups for number in group]
    shown = dict(zip(("a", "x", "v", "b", "y", "w", "c", "z", "u"), numbers, strict=True))
    return _draft(rng, "joined", numbers, _JOINED, gold, 23, fields | shown)


def _draft(
    rng: random.Random,
    kind: str,
    params: list[int],
    templates: tuple[str, ...],
    gold: Fraction,
    steps: int,
    fields: dict[str, Any],
) -> Draft:
    return draft(rng, kind, params, templates, gold, steps=steps, **fields)


def _gap(rng: random.Random, fields: dict[str, Any]) -> Draft:
    """Compare two of mean, median, mode and range; the mode is drawn so that there is only one."""
    data = [rng.randint(1, 30) for _ in range(rng.randint(4, 5))]
    data.append(rng.choice(data))
    data.sort()
    (mode, most), *others = Counter(data).most_common()
    found = {"mean": _mean(data), "median": Fraction(statistics.median(data))}
    found["range"] = Fraction(data[-1] - data[0])
    costs = {"mean": len(data), "median": 2, "mode": 2, "range": 1}
    if all(count < most for _, count in others):
        found["mode"] = Fraction(mode)
    what, other = rng.sample(sorted(found), 2)
    rng.shuffle(data)
    steps = costs[what] + costs[other] + 1
    kind = f"{what}_minus_{other}"
    gold = Fraction(found[what] - found[other])
    return _draft(
        rng, kind, data, _GAP, gold, steps, fields | {"what": what, "other": other, "data": _listed(data)}
    )


def _missing(rng: random.Random, fields: dict[str, Any]) -> Draft:
    n = rng.randint(8, 10)
    data = [rng.randint(1, 40) for _ in range(n - 1)]
    mean = -(-sum(data) // n) + rng.randint(1, 4)
    gold = Fraction(n * mean - sum(data))
    shown = {"n": n, "mean": mean, "data": _listed(data)}
    return _draft(rng, "missing", [mean, *data], _MISSING, gold, n, fields | shown)


def _mean(data: list[int]) -> Fraction:
    return Fraction(sum(data), len(data))


def _variance(data: list[int]) -> Fraction:
    mean = _mean(data)
    return sum(((x - mean) ** 2 for x in data), Fraction(0)) / len(data)


def _listed(values: list[int] | list[str]) -> str:
    words = list(map(str, values))
    return ", ".join(words[:-1]) + " and " + words[-1]


def _times(count: int) -> str:
    return ("once", "twice")[count - 1] if count < 3 else f"{count} times"
