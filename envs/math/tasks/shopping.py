"""Bills with offers, and numbers on them that do not matter.

Example (level 1): `Ada buys 3 mugs at 4 dollars and 2 pens at 1; lamps are 20. What is the bill?` -> 14.
"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.envs.math.tasks.entities import aside, people, plural
from rlvr_gym.sources import Draft

__all__ = ["shopping"]

_TOTAL = (
    "{aside}In a shop a {x} costs {p} dollars, a {y} {q} dollars and a {z} {r} dollars. {name} buys {ax} and "
    "{by}. How many dollars does {name} pay?",
    "{aside}{name} takes {by} and {ax} to the till. Prices: {x} {p} dollars, {z} {r} dollars, {y} {q} "
    "dollars each. What does {name} pay in dollars?",
    "{aside}A {z} ({r} dollars) stays on the shelf, but {name} buys {ax} at {p} dollars each and {by} at {q} "
    "dollars each. Find the total bill in dollars.",
)
_CHANGE = (
    "{aside}In a shop a {x} costs {p} dollars, a {y} {q} dollars and a {z} {r} dollars. {name} buys {ax} and "
    "{by}, uses a voucher for {v} dollars and pays with {e} dollars. How many dollars of change are due?",
    "{aside}{name} takes {by} and {ax} to the till, with {e} dollars and a voucher worth {v} dollars. "
    "Prices: {x} {p} dollars, {z} {r} dollars, {y} {q} dollars each. How many dollars does {name} have left "
    "after paying?",
    "{aside}A {z} ({r} dollars) stays on the shelf, but {name} buys {ax} at {p} dollars each and {by} at {q} "
    "dollars each. A voucher takes {v} dollars off. Which change in dollars does {name} get from {e} "
    "dollars?",
)
_DISCOUNT = (
    "{aside}In a shop a {x} costs {p} dollars, a {y} {q} dollars and a {z} {r} dollars. Each {x} is reduced "
    "by {d}%, and packing costs {v} dollars in all. {name} buys {ax} and {by}. How many dollars does {name} "
    "pay, exactly?",
    "{aside}{name} takes {by} and {ax} to the till. Prices: {x} {p} dollars less {d}%, {z} {r} dollars, {y} "
    "{q} dollars each; a bag for {v} dollars is added. What is the bill in dollars, exactly?",
    "{aside}A {z} ({r} dollars) stays on the shelf, but {name} buys {ax} at {p} dollars each, less {d}%, and "
    "{by} at {q} dollars each, without a discount. Delivery adds {v} dollars. Find the total in dollars, "
    "exactly.",
)
_OFFER = (
    "{aside}In a shop a {x} costs {p} dollars, a {y} {q} dollars and a {z} {r} dollars. Of every {m} {x}s "
    "one is free, and the whole bill is then reduced by {d}%. {name} buys {ax} and {by}. How many dollars "
    "does {name} pay, exactly?",
    "{aside}{name} takes {by} and {ax} to the till. Prices: {x} {p} dollars, but {m} for the price of "
    "{less}; {z} {r} dollars; {y} {q} dollars each. A customer card takes {d}% off the final sum. What is "
    "the bill in dollars, exactly?",
    "{aside}A {z} ({r} dollars) stays on the shelf, but {name} buys {ax} at {p} dollars each, every complete "
    "group of {m} of them at the price of {less}, and {by} at {q} dollars each. From the sum {d}% is taken "
    "off. Find what {name} pays in dollars, exactly.",
)
_COMPARE = (
    "{aside}{name} wants {ax} and {by}. Shop I asks {p} dollars for a {x} and {q} dollars for a {y}, gives "
    "one {x} free in every complete group of {m} and takes {d}% off the final sum. Shop II asks {p2} dollars "
    "for a {x} and {q2} dollars for a {y}, takes {f}% off the price of each {y} and adds {v} dollars for "
    "delivery. By how many dollars is the bill of shop I higher than that of shop II? Answer exactly, with a "
    "negative number if it is lower.",
    "{aside}A list says: {by}, {ax}. At market A each {x} costs {p} dollars ({m} for the price of {less}) "
    "and each {y} {q} dollars, and the sum is reduced by {d}%. At market B each {x} costs {p2} dollars and "
    "each {y} {q2} dollars less {f}%, plus {v} dollars for packing. What is the bill at A minus the bill at "
    "B, in dollars, exactly?",
    "{aside}{name} compares two offers for {ax} and {by}. First offer: {p} dollars per {x}, but only {less} "
    "of every {m} must be paid, {q} dollars per {y}, then {d}% off everything. Second offer: {p2} dollars "
    "per {x}, {q2} dollars per {y} with {f}% off each {y}, and a fee of {v} dollars. Subtract the second "
    "bill from the first and give the difference in dollars, exactly.",
)
_GOODS = ("mug", "pen", "notebook", "lamp", "candle", "ticket", "poster", "puzzle", "plate", "bell", "hat")


def shopping(rng: random.Random, level: int) -> Draft:
    """Draw a bill of two kinds of goods, with change, discounts, offers; a third price is a distractor."""
    x, y, z = rng.sample(_GOODS, 3)
    a, b, p, q = rng.randint(2, 9), rng.randint(2, 9), rng.randint(2, 25), rng.randint(2, 25)
    fields: dict[str, Any] = {"x": x, "y": y, "z": z, "p": p, "q": q, "r": rng.randint(2, 60)}
    fields |= {"name": people(rng, 1)[0], "aside": aside(rng)}
    v, d = rng.randint(2, min(12, a * p + b * q - 1)), rng.choice((5, 10, 15, 20, 25, 30, 40))
    if level < 4:
        fields |= {"ax": plural(a, x), "by": plural(b, y), "v": v, "d": d}
        total = a * p + b * q
        if level == 1:
            return draft(rng, "total", (a, p, b, q), _TOTAL, total, steps=3, **fields)
        if level == 2:
            e = total - v + rng.randint(1, 60)
            return draft(rng, "change", (a, p, b, q, v, e), _CHANGE, e - total + v, steps=5, e=e, **fields)
        gold = Fraction(a * p * (100 - d), 100) + b * q + v
        return draft(rng, "discount", (a, p, d, b, q, v), _DISCOUNT, gold, steps=7, **fields)
    m = rng.randint(3, 5)
    a = rng.randint(m + 1, 4 * m)
    fields |= {"ax": plural(a, x), "by": plural(b, y), "v": v, "d": d, "m": m, "less": m - 1}
    first = Fraction(((a - a // m) * p + b * q) * (100 - d), 100)
    if level == 4:
        return draft(rng, "offer", (a, p, m, b, q, d), _OFFER, first, steps=8, **fields)
    p2, q2, f = max(2, p - rng.randint(0, 4)), q + rng.randint(1, 5), rng.choice((5, 10, 15, 20, 25))
    second = a * p2 + Fraction(b * q2 * (100 - f), 100) + v
    fields |= {"p2": p2, "q2": q2, "f": f}
    params = (a, p, m, b, q, d, p2, q2, f, v)
    return draft(rng, "compare", params, _COMPARE, first - second, steps=16, **fields)
