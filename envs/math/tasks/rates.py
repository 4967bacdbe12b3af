"""Speeds, pipes and people at work.

Example (level 2): `Ada rides 30 km at 15 km/h and 60 km at 20 km/h. What is the mean speed?` -> 18.
"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.envs.math.tasks.entities import aside, people
from rlvr_gym.sources import Draft

__all__ = ["rates"]

_DISTANCE = (
    "{aside}{A} rides for {s} hours at {u} km/h and then for {t} hours at {v} km/h. How many kilometres is "
    "that in all?",
    "{aside}A lorry goes at {u} km/h for {s} hours and at {v} km/h for {t} hours. Find the whole distance in "
    "km.",
    "{aside}{t} hours at {v} km/h follow on {s} hours at {u} km/h. What distance, in kilometres, does {A} "
    "cover?",
)
_MEAN = (
    "{aside}{A} rides {s} km at {u} km/h and then {t} km at {v} km/h, without a break. What is the average "
    "speed over the whole way in km/h, exactly?",
    "{aside}A lorry covers {s} km at {u} km/h and the next {t} km at {v} km/h. Find its mean speed for the "
    "whole trip in km/h, as an exact number.",
    "{aside}The first {s} km of a tour are done at {u} km/h, the other {t} km at {v} km/h. How many km/h is "
    "that on average, that is, the whole distance divided by the whole time? Answer exactly.",
)
_CHASE = (
    "{aside}{A} sets out at {u} km/h. {m} minutes later {B} follows on the same road at {v} km/h. How many "
    "minutes after {A} set out does {B} catch up? Answer exactly.",
    "{aside}{B} starts {m} minutes after {A} from the same place and takes the same way. {A} goes at {u} "
    "km/h, {B} at {v} km/h. After how many minutes, counted from the start of {A}, are they side by side? "
    "Answer exactly.",
    "{aside}A van leaves at {u} km/h, and {m} minutes later a car follows it at {v} km/h. Find the number of "
    "minutes from the departure of the van until the car reaches it, exactly.",
)
_MEET = (
    "{aside}{A} and {B} live {d} km apart and go to meet each other, {A} at {u} km/h and {B}, who starts {m} "
    "minutes later, at {v} km/h. How many minutes after the start of {A} do they meet? Answer exactly.",
    "{aside}From two towns {d} km apart {A} and {B} ride towards each other at {u} km/h and {v} km/h; {B} "
    "leaves {m} minutes after {A}. After how many minutes, counted from the start of {A}, do they meet? "
    "Answer exactly.",
    "{aside}A van leaves a depot at {u} km/h for another depot {d} km away; {m} minutes later a car leaves "
    "there and comes towards it at {v} km/h. Find the number of minutes from the departure of the van until "
    "they meet, exactly.",
)
_WORK = (
    "{aside}{A} would need {a} hours for a job, {B} {b} hours and {C} {c} hours. {A} works alone for {h} "
    "{hours}, then all three finish the job together. How many hours does the whole job take? Answer "
    "exactly.",
    "{aside}Alone, {A} paints a fence in {a} hours, {B} in {b} hours, {C} in {c} hours. {A} begins, and "
    "after {h} {hours} {B} and {C} join in until the fence is done. After how many hours from the beginning "
    "is that? Answer exactly.",
    "{aside}Three pumps fill a tank in {a}, {b} and {c} hours. The first runs alone for {h} {hours}, then "
    "all three run. Find the time in hours from the start until the empty tank is full, exactly.",
)
_TANK = (
    "{aside}One tap fills a tank in {a} hours, another in {b} hours, and a leak empties the full tank in {c} "
    "hours. The leak is open all the time. Both taps run for {h} {hours}, then the second is closed. After "
    "how many hours from the beginning is the tank, empty at first, full? Answer exactly.",
    "{aside}A pool has two inlets, which fill it in {a} and {b} hours, and an outlet, which empties it in "
    "{c} hours when full; rates are constant. {A} opens all three over the empty pool and shuts the second "
    "inlet after {h} {hours}. How many hours after the opening is the pool full? Answer exactly.",
    "{aside}Two pumps put goods into an empty silo; alone, without losses, they would take {a} and {b} "
    "hours. Meanwhile a conveyor takes goods out and would empty the full silo in {c} hours. The second pump "
    "stops after {h} {hours}. Find the number of hours from the start until the silo is full, exactly.",
)


def rates(rng: random.Random, level: int) -> Draft:
    """Draw a journey, a chase, or work that several share; asides give numbers beside the point."""
    fields: dict[str, Any] = dict(zip("ABC", people(rng, 3), strict=True)) | {"aside": aside(rng)}
    u, v = rng.randint(6, 40), rng.randint(6, 40)
    if level == 1:
        s, t = rng.randint(2, 6), rng.randint(2, 6)
        return draft(
            rng, "distance", (s, u, t, v), _DISTANCE, s * u + t * v, steps=3, s=s, t=t, u=u, v=v, **fields
        )
    if level == 2:
        s, t = rng.randint(10, 90), rng.randint(10, 90)
        gold = (s + t) / (Fraction(s, u) + Fraction(t, v))
        return draft(rng, "mean_speed", (s, u, t, v), _MEAN, gold, steps=5, s=s, t=t, u=u, v=v, **fields)
    if level == 3:
        m = rng.choice((6, 10, 12, 15, 20, 24, 30, 40, 45))
        fields |= {"m": m, "u": u}
        if rng.random() < 0.5:
            v = u + rng.randint(2, 30)
            return draft(rng, "chase", (u, v, m), _CHASE, m + Fraction(u * m, v - u), steps=6, v=v, **fields)
        d = u * m // 60 + rng.randint(5, 90)
        gold = m + (d - Fraction(u * m, 60)) / (u + v) * 60
        return draft(rng, "meeting", (d, u, v, m), _MEET, gold, steps=7, v=v, d=d, **fields)
    a, b, c = (rng.randint(3, 20) for _ in range(3))
    if level == 4:
        h = rng.randint(1, a - 2)
        gold = h + (1 - Fraction(h, a)) / (Fraction(1, a) + Fraction(1, b) + Fraction(1, c))
        steps, kind, templates = 8, "work", _WORK
    else:
        c = rng.randint(a + 1, 40)
        gain, alone = Fraction(1, a) + Fraction(1, b) - Fraction(1, c), Fraction(1, a) - Fraction(1, c)
        if 1 / gain <= 2:
            return rates(rng, level)
        h = rng.randint(1, int(1 / gain - Fraction(1, 100)))
        gold = h + (1 - h * gain) / alone
        steps, kind, templates = 10, "tank", _TANK
    fields |= {"a": a, "b": b, "c": c, "h": h, "hours": "hour" if h == 1 else "hours"}
    return draft(rng, kind, (a, b, c, h), templates, gold, steps=steps, **fields)
