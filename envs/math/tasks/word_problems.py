"""Short stories with one number as their answer.

Example (level 2): `Mira buys 4 notebooks at 3 euros each and pays with 20 euros. How much change ...?` -> 8.
"""

from __future__ import annotations

import random
from fractions import Fraction

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.sources import Draft

__all__ = ["word_problems"]

_NAMES = ("Mira", "Tom", "Aisha", "Jonas", "Lin", "Carlos", "Eva", "Noah", "Priya", "Sam")
_THINGS = ("notebooks", "apples", "tickets", "stickers", "lamps", "pens", "mugs", "plants")
_SHARE = (
    "{name} has {a} boxes with {b} {things} each and gives away {c} of them. How many {things} are left?",
    "There are {b} {things} in each of {a} boxes. After {name} takes {c} out, how many {things} remain?",
)
_SHOP = (
    "{name} buys {a} {things} at {b} dollars each and {c} bags at {d} dollars each and pays with {e} "
    "dollars. "
    "How many dollars of change does {name} get?",
    "At a shop {name} takes {a} {things} ({b} dollars apiece) and {c} bags ({d} dollars apiece), and hands "
    "over {e} "
    "dollars. How much change, in dollars, is due?",
)
_TRAIN = (
    "Two trains leave the same station in opposite directions at {a} km/h and {b} km/h, the second {c} "
    "minutes "
    "later. How many kilometres apart are they {d} minutes after the first one left?",
    "A bus leaves town going west at {a} km/h. {c} minutes later another leaves going east at {b} km/h. "
    "What distance, in kilometres, separates them {d} minutes after the first departure?",
)
_WORK = (
    "{name} can paint a wall in {a} hours and a friend can paint it in {b} hours. They work together for "
    "{c} minutes, "
    "then {name} finishes alone. For how many more minutes does {name} work?",
    "One pipe, called {name}'s pipe, fills a pool in {a} hours, another in {b} hours. Both run for {c} "
    "minutes, then only "
    "{name}'s pipe. How many more minutes does it take to fill the pool?",
)
_MIX = (
    "{name} mixes {a} litres of a {p}% salt solution with {b} litres of a {q}% salt solution and then adds "
    "{c} litres of "
    "water. What percentage of the mixture is salt, exactly?",
    "{a} kg of an alloy with {p}% copper, {b} kg of one with {q}% copper and {c} kg of pure tin are melted "
    "together. "
    "What is the percentage of copper in the result, exactly?",
)


def word_problems(rng: random.Random, level: int) -> Draft:
    """Draw a story; level sets how many steps lie between its numbers and its answer."""
    name, things = rng.choice(_NAMES), rng.choice(_THINGS)
    if level == 1:
        a, b = rng.randint(3, 25), rng.randint(4, 40)
        c = rng.randint(2, a * b - 1)
        return draft(rng, "share", (a, b, c), _SHARE, a * b - c, name=name, things=things, a=a, b=b, c=c)
    if level == 2:
        a, b, c, d = rng.randint(2, 20), rng.randint(2, 30), rng.randint(2, 9), rng.randint(2, 15)
        e = a * b + c * d + rng.randint(1, 90)
        gold = e - a * b - c * d
        return draft(
            rng, "shop", (a, b, c, d, e), _SHOP, gold, name=name, things=things, a=a, b=b, c=c, d=d, e=e
        )
    if level == 3:
        a, b = rng.randint(40, 160), rng.randint(40, 160)
        c = rng.randint(5, 60)
        d = c + rng.randint(10, 180)
        return draft(
            rng, "trains", (a, b, c, d), _TRAIN, Fraction(a * d + b * (d - c), 60), a=a, b=b, c=c, d=d
        )
    if level == 4:
        a, b = rng.randint(2, 24), rng.randint(2, 24)
        rate = Fraction(1, 60 * a) + Fraction(1, 60 * b)
        c = rng.randint(1, int(1 / rate) - 1)
        return draft(rng, "work", (a, b, c), _WORK, (1 - c * rate) * 60 * a, name=name, a=a, b=b, c=c)
    a, b, c = rng.randint(1, 20), rng.randint(1, 20), rng.randint(1, 10)
    p, q = rng.randint(2, 60), rng.randint(2, 60)
    salt = Fraction(a * p + b * q, a + b + c)
    return draft(rng, "mix", (a, p, b, q, c), _MIX, salt, percent=True, name=name, a=a, b=b, c=c, p=p, q=q)
