"""Puzzles about an order: a race, a queue, ages.

Example (level 1): `Ada, Chen and Ivo ran a race. Ada finished before Ivo. Chen was not first ...` -> Ada.
"""

from __future__ import annotations

import itertools
import random
from typing import Any

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.envs.math.tasks.entities import people
from rlvr_gym.sources import Draft

__all__ = ["order_puzzles"]

_WHO = (
    "{names} ran a race, and no two finished together. {race} Who finished in place {k}? Answer with the "
    "name.",
    "{names} stand in a queue, one behind the other. {queue} Who stands at place {k}, counted from the "
    "front? Answer with the name.",
    "{names} are all of different ages. {age} List them from the oldest to the youngest: who is number {k}? "
    "Answer with the name.",
)
_WHERE = (
    "{names} ran a race, and no two finished together. {race} In which place did {who} finish? Answer with a "
    "number.",
    "{names} stand in a queue, one behind the other. {queue} At which place from the front does {who} stand? "
    "Answer with a number.",
    "{names} are all of different ages. {age} From the oldest to the youngest, at which place is {who}? "
    "Answer with a number.",
)
_BETWEEN = (
    "{names} ran a race, and no two finished together. {race} How many of them finished between {who} and "
    "{other}?",
    "{names} stand in a queue, one behind the other. {queue} How many of them stand between {who} and "
    "{other}?",
    "{names} are all of different ages. {age} How many of them are, in age, between {who} and {other}?",
)
_WORDS = {
    "race": {
        "b": "{a} finished before {b}.",
        "a": "{a} finished immediately before {b}.",
        "g": "Exactly {k} of them finished between {a} and {b}.",
        "n": "Nobody finished between {a} and {b}.",
        "f": "{a} was not first.",
        "l": "{a} was not last.",
    },
    "queue": {
        "b": "{a} stands somewhere in front of {b}.",
        "a": "{a} stands directly in front of {b}.",
        "g": "Exactly {k} of them {are} between {a} and {b}.",
        "n": "Nobody stands between {a} and {b}.",
        "f": "{a} is not at the front.",
        "l": "{a} is not at the end.",
    },
    "age": {
        "b": "{a} is older than {b}.",
        "a": "{b} is the next younger one after {a}.",
        "g": "Exactly {k} of them {are} in age between {a} and {b}.",
        "n": "Nobody is in age between {a} and {b}.",
        "f": "{a} is not the oldest.",
        "l": "{a} is not the youngest.",
    },
}
_SIGNS = {1: "bafl", 2: "bbagfl", 3: "bbngfl", 4: "bangf", 5: "bbbgfl"}  # weaker facts mean more of them


def order_puzzles(rng: random.Random, level: int) -> Draft:
    """Draw facts that leave one order of three to six people, and ask about it."""
    count = (0, 3, 4, 5, 6, 6)[level]
    facts = _facts(rng, count, _SIGNS[level])
    if level == 5 and len(facts) < 7:
        return order_puzzles(rng, level)
    places = next(p for p in itertools.permutations(range(1, count + 1)) if all(_holds(f, p) for f in facts))
    names = people(rng, count)
    listed = rng.sample(names, count)
    fields: dict[str, Any] = {
        theme: " ".join(_sentence(words, fact, names) for fact in facts) for theme, words in _WORDS.items()
    }
    fields["names"] = ", ".join(listed[:-1]) + " and " + listed[-1]
    steps = len(facts) + count
    i, j = rng.sample(range(count), 2)
    kind = rng.choice(("who", "where", "between") if count > 3 else ("who", "where"))
    if kind == "who":
        return draft(  # the names are the answer, so they are content
            rng, kind, (count, places[i], *facts, *names), _WHO, names[i], steps=steps, k=places[i], **fields
        )  # fmt: skip
    if kind == "where":
        return draft(rng, kind, (count, i, *facts), _WHERE, places[i], steps=steps, who=names[i], **fields)
    gold = abs(places[i] - places[j]) - 1
    return draft(
        rng, kind, (count, i, j, *facts), _BETWEEN, gold, steps=steps + 1, who=names[i],
        other=names[j], **fields
    )  # fmt: skip


def _facts(rng: random.Random, count: int, signs: str) -> list[str]:
    """Draw facts true of one order until no other is left; a fact that says nothing new is dropped."""
    truth = rng.sample(range(1, count + 1), count)
    left = list(itertools.permutations(range(1, count + 1)))
    facts: list[str] = []
    while len(left) > 1:
        i, j = rng.sample(range(count), 2)
        sign, gap = rng.choice(signs), abs(truth[i] - truth[j]) - 1
        fact = f"{sign}{i}" if sign in "fl" else f"g{i}{j}{gap}" if sign == "g" and gap else f"{sign}{i}{j}"
        if (sign == "g" and not gap) or not _holds(fact, truth):
            continue
        kept = [places for places in left if _holds(fact, places)]
        if len(kept) < len(left):
            left = kept
            facts.append(fact)
    return facts


def _holds(fact: str, places: list[int] | tuple[int, ...]) -> bool:
    sign, a = fact[0], places[int(fact[1])]
    if sign == "f":
        return a != 1
    if sign == "l":
        return a != len(places)
    b = places[int(fact[2])]
    if sign == "b":
        return a < b
    if sign == "a":
        return a == b - 1
    return abs(a - b) - 1 == (int(fact[3]) if sign == "g" else 0)


def _sentence(words: dict[str, str], fact: str, names: list[str]) -> str:
    b = names[int(fact[2])] if len(fact) > 2 else ""
    k = fact[3:]
    return words[fact[0]].format(a=names[int(fact[1])], b=b, k=k, are="is" if k == "1" else "are")
