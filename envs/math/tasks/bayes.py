"""Shares, faults and what follows from what was seen.

Example (`conditional_probability`, level 2): shares and faults of two machines; how likely is a fault?
"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.envs.math.tasks.entities import aside, people
from rlvr_gym.sources import Draft

__all__ = ["conditional_probability"]

_FORM = " Answer with a fraction in lowest terms."
_TABLE = (
    "{aside}Of {all} members of a club, {a} play chess and swim, {b} play chess but do not swim, {c} swim "
    "but do not play chess, and the others do neither. A member is chosen at random among those who {known}. "
    "What is the probability that this member {event}?" + _FORM,
    "{aside}A club of {all} has {a} members who both play chess and swim, {b} who play chess only and {c} "
    "who swim only; the rest do neither. {name} knows that a randomly chosen member is one of those who "
    "{known}. How likely is it that this member {event}?" + _FORM,
    "{aside}{all} people were asked: {c} swim and do not play chess, {a} do both, {b} play chess and do not "
    "swim, and the others do neither. What share of those who {known} also {event_many}?" + _FORM,
)
_TOTAL = (
    "{aside}{sources}. What is the probability that a part chosen at random from all parts {event}?" + _FORM,
    "{aside}In a factory, {lower}. {name} picks one part at random from the store of all parts. How likely "
    "is it that it {event}?" + _FORM,
    "{aside}{sources}. All parts are mixed. Find the probability that a random part {event}." + _FORM,
)
_BAYES = (
    "{aside}{sources}. A part chosen at random {event}. What is the probability that it comes from machine "
    "{which}?" + _FORM,
    "{aside}In a factory, {lower}. {name} picks one part at random and finds that it {event}. How likely is "
    "it that machine {which} made it?" + _FORM,
    "{aside}{sources}. All parts are mixed, and a random one {event}. Find the probability that it was made "
    "by machine {which}." + _FORM,
)
_TWICE = (
    "{aside}{sources}. A box holds parts of one machine only, and boxes are made in these proportions. From "
    "a random box {count} parts are tested, independently of each other; {result}. What is the probability "
    "that the box comes from machine {which}?" + _FORM,
    "{aside}In a factory, {lower}. Each crate is filled by a single machine, with the same shares for "
    "crates. {name} opens a crate chosen at random and tests {count} parts of it, whose faults are "
    "independent: {result}. How likely is it that machine {which} filled the crate?" + _FORM,
    "{aside}{sources}. A machine is chosen at random with these shares and makes {count} parts, each faulty "
    "or not independently of the others; {result}. Find the probability that it was machine {which}." + _FORM,
)


def conditional_probability(rng: random.Random, level: int) -> Draft:
    """Draw shares and what is known: tables, total probability, Bayes with one and with several parts."""
    (name,) = people(rng, 1)
    if level == 1:
        a, b, c = (rng.randint(3, 40) for _ in range(3))
        n = a + b + c + rng.randint(3, 60)
        swim = rng.random() < 0.5
        kind = "chess_given_swim" if swim else "swim_given_chess"
        known, event, many = (
            ("swim", "plays chess", "play chess") if swim else ("play chess", "swims", "swim")
        )
        fields: dict[str, Any] = {"all": n, "a": a, "b": b, "c": c, "event_many": many, "name": name}
        gold = Fraction(a, a + (c if swim else b))
        return draft(
            rng, kind, (a, b, c), _TABLE, gold, steps=2, known=known, event=event, aside=aside(rng), **fields
        )  # fmt: skip
    count = 3 if level >= 4 else 2
    shares = [5 * n for n in _split(rng, 20, count)]
    faults = rng.sample((1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20), count)
    faulty = level == 2 or rng.random() < (0.65 if level == 3 else 0.35)
    chances = [Fraction(f if faulty else 100 - f, 100) for f in faults]
    event = "is faulty" if faulty else "is not faulty"
    which = rng.randrange(count)
    sources = "; ".join(
        f"machine {'ABC'[i]} makes {share}% of the parts, and {fault}% of its parts are faulty"
        for i, (share, fault) in enumerate(zip(shares, faults, strict=True))
    )
    shown: dict[str, Any] = {"sources": "M" + sources[1:], "lower": sources, "event": event}
    shown |= {"which": "ABC"[which], "name": name, "aside": aside(rng)}
    numbers = (*shares, *faults)
    if level == 2:
        mean = sum((s * p for s, p in zip(shares, chances, strict=True)), Fraction(0)) / 100
        return draft(rng, "total", numbers, _TOTAL, mean, steps=3, **shown)
    if level < 5:
        kind = "faulty" if faulty else "sound"
        gold = _posterior(shares, chances, which)
        steps = 2 * count + 1 + (0 if faulty else count)
        return draft(rng, kind, (which, *numbers), _BAYES, gold, steps=steps, **shown)
    tested = rng.randint(2, 4)
    bad = rng.randint(1, tested)
    chances = [Fraction(f, 100) ** bad * Fraction(100 - f, 100) ** (tested - bad) for f in faults]
    verb = "is" if bad == 1 else "are"
    result = f"exactly {bad} of them {verb} faulty" if bad < tested else "all of them are faulty"
    gold = _posterior(shares, chances, which)
    steps = count * (tested + 1) + 3 + (count if bad < tested else 0)
    return draft(
        rng, "several", (which, tested, bad, *numbers), _TWICE, gold, steps=steps, count=tested,
        result=result, **shown,
    )  # fmt: skip


def _posterior(shares: list[int], chances: list[Fraction], which: int) -> Fraction:
    joint = [share * chance for share, chance in zip(shares, chances, strict=True)]
    return joint[which] / sum(joint, Fraction(0))


def _split(rng: random.Random, total: int, count: int) -> list[int]:
    """Cut a total into positive whole parts."""
    cuts = sorted(rng.sample(range(1, total), count - 1))
    return [high - low for low, high in zip([0, *cuts], [*cuts, total], strict=True)]
