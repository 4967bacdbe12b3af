"""Urns with balls of several colours, and bent coins.

Example (`coins_and_urns`, level 1): `A bag holds 4 red, 5 blue and 6 green balls. ... red or green?` -> 2/3.
"""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import Any

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.envs.math.tasks.entities import aside, people
from rlvr_gym.sources import Draft

__all__ = ["coins_and_urns"]

_FORM = " Answer with a fraction in lowest terms."
_URN = (
    "{aside}A bag holds {balls}. {action} What is the probability that {event}?" + _FORM,
    "{aside}An urn contains {balls}, well mixed. {action} How likely is it that {event}?" + _FORM,
    "{aside}{name} has a box with {balls}. {action} Find the probability that {event}." + _FORM,
)
_COIN = (
    "{aside}A bent coin shows heads with probability ${p}$. It is tossed {n} times. What is the probability "
    "of {event}?" + _FORM,
    "{aside}{name} hits a target with probability ${p}$ at each of {n} independent throws; call a hit heads "
    "and a miss tails. How likely are {event}?" + _FORM,
    "{aside}In {n} independent trials each gives heads with probability ${p}$ and tails otherwise. Find the "
    "probability of {event}." + _FORM,
)
_TURNS = (
    "{aside}A bag holds {balls}. {name} and {other} take turns in drawing a ball at random without putting "
    "it back, {name} first. Whoever first draws a {colour} ball wins. What is the probability that {name} "
    "wins?" + _FORM,
    "{aside}{name} and {other} draw balls alternately and without replacement from an urn with {balls}, and "
    "{name} starts. The first {colour} ball ends the game and wins it. How likely is a win for "
    "{name}?" + _FORM,
    "{aside}From a box with {balls}, one ball after another is taken at random and laid aside: the 1st by "
    "{name}, the 2nd by {other}, the 3rd by {name} and so on. Find the probability that {name} is the first "
    "to take a {colour} one." + _FORM,
)
_TRANSFER = (
    "{aside}The first of two bags holds {a} red and {b} blue balls, the second {c} red and {d} blue ones. "
    "{moved} balls are drawn at random from the first bag and put into the second; then one ball is drawn "
    "from the second. What is the probability that it is red?" + _FORM,
    "{aside}{name} moves {few} balls, chosen at random, from a box with {a} red and {b} blue balls to a box "
    "with {c} red and {d} blue balls and then draws a ball from the second box. How likely is it to be "
    "red?" + _FORM,
    "{aside}Urn I contains {a} red and {b} blue balls, urn II contains {c} red and {d} blue balls. {moved} "
    "random balls go from urn I to urn II, then a ball is taken from urn II. Find the probability that this "
    "ball is red." + _FORM,
)
_COLOURS = ("red", "blue", "green", "white")


def _balls(counts: list[int]) -> str:
    words = [f"{n} {colour}" for n, colour in zip(counts, _COLOURS, strict=False)]
    return ", ".join(words[:-1]) + " and " + words[-1] + " balls"


def coins_and_urns(rng: random.Random, level: int) -> Draft:
    """Draw an experiment with balls of several colours or with a bent coin."""
    counts = [rng.randint(2, 9) for _ in range(3)]
    total = sum(counts)
    if level == 1:
        i, j = sorted(rng.sample(range(3), 2))
        event = f"it is {_COLOURS[i]} or {_COLOURS[j]}"
        gold = Fraction(counts[i] + counts[j], total)
        return _urn(rng, "one", (*counts, i, j), counts, "One ball is drawn at random.", event, gold, 4)
    if level == 2:
        again = rng.random() < 0.5
        same = sum(n * (n if again else n - 1) for n in counts)
        gold = Fraction(same, total * (total if again else total - 1))
        rule = "put back before the second" if again else "not put back before the second"
        action = f"Two balls are drawn at random one after the other; the first is {rule}."
        kind = "same_with_replacement" if again else "same_without_replacement"
        return _urn(rng, kind, tuple(counts), counts, action, "they have the same colour", gold, 9)
    if level == 3:
        return (_exactly if rng.random() < 0.5 else _drawn)(rng)
    if level == 4:
        return (_at_least if rng.random() < 0.5 else _transfer)(rng)
    return (_all_colours if rng.random() < 0.5 else _turns)(rng)


def _urn(
    rng: random.Random,
    kind: str,
    params: tuple[int, ...],
    counts: list[int],
    action: str,
    event: str,
    gold: Fraction,
    steps: int,
) -> Draft:
    (name,) = people(rng, 1)
    fields: dict[str, Any] = {"balls": _balls(counts), "action": action, "event": event}
    return draft(rng, kind, params, _URN, gold, steps=steps, name=name, aside=aside(rng), **fields)


def _coin(
    rng: random.Random, kind: str, numbers: tuple[int, ...], event: str, gold: Fraction, steps: int
) -> Draft:
    (name,) = people(rng, 1)
    p = f"\\frac{{{numbers[0]}}}{{{numbers[1]}}}"
    return draft(
        rng,
        kind,
        numbers,
        _COIN,
        gold,
        steps=steps,
        p=p,
        n=numbers[2],
        event=event,
        name=name,
        aside=aside(rng),
    )


def _bent(rng: random.Random) -> tuple[int, int]:
    while True:
        below = rng.randint(3, 7)
        above = rng.randint(1, below - 1)
        if math.gcd(above, below) == 1:
            return above, below


def _term(p: Fraction, n: int, k: int) -> Fraction:
    return math.comb(n, k) * p**k * (1 - p) ** (n - k)


def _exactly(rng: random.Random) -> Draft:
    (above, below), n = _bent(rng), rng.randint(4, 7)
    k = rng.randint(2, n - 2)
    gold = _term(Fraction(above, below), n, k)
    return _coin(rng, "exactly", (above, below, n, k), f"exactly {k} heads", gold, n + 1 + 2 * min(k, n - k))


def _at_least(rng: random.Random) -> Draft:
    (above, below), n = _bent(rng), rng.randint(6, 8)
    k = rng.randint(n - 3, n - 2)
    p = Fraction(above, below)
    gold = sum((_term(p, n, j) for j in range(k, n + 1)), Fraction(0))
    steps = sum(2 * (n - j) + n + 1 for j in range(k, n + 1)) + 1
    return _coin(rng, "at_least", (above, below, n, k), f"at least {k} heads", gold, steps)


def _drawn(rng: random.Random) -> Draft:
    counts, size = [rng.randint(3, 9) for _ in range(2)], rng.randint(3, 5)
    total = sum(counts)
    k = rng.randint(max(1, size - counts[1]), min(size - 1, counts[0]))
    gold = Fraction(math.comb(counts[0], k) * math.comb(counts[1], size - k), math.comb(total, size))
    action = f"{size} balls are drawn at random without replacement."
    event = f"exactly {k} of them {'is' if k == 1 else 'are'} red"
    steps = 2 * k + 2 * (size - k) + 2 * size - 3 + 2
    return _urn(rng, "drawn", (*counts, size, k), counts, action, event, gold, steps)


def _transfer(rng: random.Random) -> Draft:
    a, b, c, d = (rng.randint(2, 8) for _ in range(4))
    moved = rng.choice((2, 3)) if min(a, b) > 2 else 2
    gold = sum(
        Fraction(math.comb(a, k) * math.comb(b, moved - k), math.comb(a + b, moved))
        * Fraction(c + k, c + d + moved)
        for k in range(moved + 1)
    )
    (name,) = people(rng, 1)
    steps = (moved + 1) * (2 * moved + 4) + moved + 1
    return draft(
        rng, "transfer", (a, b, c, d, moved), _TRANSFER, Fraction(gold), steps=steps, a=a, b=b, c=c, d=d,
        moved={2: "Two", 3: "Three"}[moved], few={2: "two", 3: "three"}[moved], name=name, aside=aside(rng),
    )  # fmt: skip


def _all_colours(rng: random.Random) -> Draft:
    counts, size = [rng.randint(2, 7) for _ in range(3)], rng.randint(4, 5)
    total = sum(counts)
    missing = sum(math.comb(total - n, size) for n in counts) - sum(math.comb(n, size) for n in counts)
    gold = 1 - Fraction(missing, math.comb(total, size))
    action = f"{size} balls are drawn at random without replacement."
    steps = 7 * (2 * size - 1) + 8
    return _urn(
        rng, "all_colours", (*counts, size), counts, action, "every colour is among them", gold, steps
    )


def _turns(rng: random.Random) -> Draft:
    counts = [rng.randint(2, 4), rng.randint(5, 12), rng.randint(2, 6)]
    red, others, total = counts[0], counts[1] + counts[2], sum(counts)
    gold, survive = Fraction(0), Fraction(1)
    for k in range(others + 1):
        if k % 2 == 0:
            gold += survive * Fraction(red, total - k)
        survive *= Fraction(others - k, total - k)
    name, other = people(rng, 2)
    return draft(
        rng, "turns", tuple(counts), _TURNS, gold, steps=4 * (others // 2 + 1) + others, balls=_balls(counts),
        name=name, other=other, colour="red", aside=aside(rng),
    )  # fmt: skip
