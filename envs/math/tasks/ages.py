"""Puzzles about ages.

Example (level 3): `Ada is 4 times as old as Chen. In 6 years it will be twice. How old is Ada?` -> 12.
"""

from __future__ import annotations

import random
from typing import Any

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.envs.math.tasks.entities import aside, people
from rlvr_gym.sources import Draft

__all__ = ["ages"]

_LATER = (
    "{aside}{A} is {a} years old, and {B} is {d} years older. How old will {B} be in {t} years?",
    "{aside}In {t} years, how old will {B} be if {A} is {a} now and {B} is {d} years older than {A}?",
    "{aside}Today {A} has the age of {a} years; {B} was born {d} years earlier. Find the age of {B} {t} "
    "years from now.",
)
_EARLIER = (
    "{aside}{A} is {a} years old, and {B} is {d} years older. How old was {B} {t} years ago?",
    "{aside}How old was {B} {t} years ago if {A} is {a} now and {B} is {d} years older than {A}?",
    "{aside}Today {A} has the age of {a} years; {B} was born {d} years earlier. Find the age that {B} had "
    "{t} years ago.",
)
_CHAIN = (
    "{aside}{A} is {d} years older than {B}, and {B} is {e} years older than {C}. Together they are {s} "
    "years old. How old is {who}?",
    "{aside}The ages of {A}, {B} and {C} add up to {s} years. {B} is {e} years older than {C} and {d} years "
    "younger than {A}. Find the age of {who}.",
    "{aside}{C} is {e} years younger than {B}, who is {d} years younger than {A}; the three ages together "
    "make {s} years. How many years old is {who}?",
)
_RATIO = (
    "{aside}{A} is {m} times as old as {B}. Together they are {s} years old. How old is {who}?",
    "{aside}The ages of {A} and {B} add up to {s} years, and {A} is {m} times as old as {B}. Find the age of "
    "{who}.",
    "{aside}{A} has {m} times the age of {B}; the two ages together make {s} years. How many years old is "
    "{who}?",
)
_FUTURE = (
    "{aside}{A} is {m} times as old as {B}. In {t} years {A} will be {k} times as old as {B} is then. How "
    "old is {who} now?",
    "{aside}Today {A} has {m} times the age of {B}; {t} years from now it will be {k} times the age of {B} "
    "at that time. Find the present age of {who}.",
    "{aside}The age of {A} is {m} times that of {B} now and will be {k} times that of {B} after {t} years. "
    "How many years old is {who} today?",
)
_PAST = (
    "{aside}{t} years ago {A} was {m} times as old as {B}. In {u} years {A} will be {k} times as old as {B} "
    "is then. How old is {who} now?",
    "{aside}{u} years from now {A} will have {k} times the age of {B}; {t} years ago it was {m} times the "
    "age of {B}. Find the present age of {who}.",
    "{aside}The age of {A} was {m} times that of {B} {t} years ago and will be {k} times that of {B} in {u} "
    "years. How many years old is {who} today?",
)
_THREE = (
    "{aside}{A}, {B} and {C} are together {s} years old. {t} years ago {A} was {m} times as old as {B}. In "
    "{u} years {C} will be {k} times as old as {B} is then. How old is {who} now?",
    "{aside}In {u} years the age of {C} will be {k} times the age of {B} at that time, and {t} years ago the "
    "age of {A} was {m} times that of {B}. Today the three ages add up to {s}. Find the present age of "
    "{who}.",
    "{aside}{t} years ago {A} had {m} times the age of {B}. {u} years from now {C} will have {k} times the "
    "age that {B} has then. The sum of the ages of {A}, {B} and {C} is now {s}. How many years old is {who}?",
)


def ages(rng: random.Random, level: int) -> Draft:
    """Draw facts about ages now, then about two or three times, that leave one possibility."""
    names = dict(zip("ABC", people(rng, 3), strict=True))
    if level == 1:
        a, d, t = rng.randint(5, 40), rng.randint(2, 30), rng.randint(2, 20)
        later = rng.random() < 0.5 or a + d - t < 1
        kind, gold = ("later", a + d + t) if later else ("earlier", a + d - t)
        templates = _LATER if later else _EARLIER
        return _draft(rng, kind, {"a": a, "d": d, "t": t}, templates, gold, 2, names)
    b = rng.randint(4, 30)
    if level == 2:
        if rng.random() < 0.5:
            d, e = rng.randint(2, 30), rng.randint(2, 20)
            numbers = {"d": d, "e": e, "s": 3 * b + 2 * e + d}
            return _asked(rng, "chain", numbers, _CHAIN, (b + d + e, b + e, b), (6, 5, 4), names)
        m = rng.randint(2, min(6, 110 // b))
        return _asked(rng, "ratio", {"m": m, "s": (m + 1) * b}, _RATIO, (m * b, b), (3, 2), names)
    if level == 3:
        m, t = rng.randint(3, 9), rng.randint(2, 30)
        k, rest = divmod(m * b + t, b + t)
        if rest or k < 2 or m * b > 110:
            return ages(rng, level)
        return _asked(rng, "future", {"m": m, "t": t, "k": k}, _FUTURE, (m * b, b), (6, 5), names)
    m, t, u = rng.randint(2, 9), rng.randint(2, min(b - 1, 12)), rng.randint(2, 30)
    a = m * (b - t) + t
    if a > 100:
        return ages(rng, level)
    if level == 4:
        k, rest = divmod(a + u, b + u)
        if rest or k < 2 or k == m:
            return ages(rng, level)
        numbers = {"t": t, "m": m, "u": u, "k": k}
        return _asked(rng, "past_and_future", numbers, _PAST, (a, b), (10, 9), names)
    k = rng.randint(2, 4)
    c = k * (b + u) - u
    if c > 100:
        return ages(rng, level)
    numbers = {"t": t, "m": m, "u": u, "k": k, "s": a + b + c}
    return _asked(rng, "three", numbers, _THREE, (a, b, c), (14, 13, 14), names)


def _asked(
    rng: random.Random,
    kind: str,
    numbers: dict[str, int],
    templates: tuple[str, ...],
    golds: tuple[int, ...],
    steps: tuple[int, ...],
    names: dict[str, str],
) -> Draft:
    """Ask for the age of one of the people, who is part of the content."""
    i = rng.randrange(len(golds))
    more = {"who": names["ABC"[i]], **names}
    return _draft(rng, kind, {"who": i, **numbers}, templates, golds[i], steps[i], more)


def _draft(
    rng: random.Random,
    kind: str,
    numbers: dict[str, int],
    templates: tuple[str, ...],
    gold: int,
    steps: int,
    more: dict[str, str],
) -> Draft:
    fields: dict[str, Any] = {**numbers, **more, "aside": aside(rng)}
    return draft(rng, kind, tuple(numbers.values()), templates, gold, steps=steps, **fields)
