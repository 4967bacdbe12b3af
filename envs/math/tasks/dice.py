"""Dice, spinners and games of chance.

Example (`dice_probability`, level 1): `Fair dice with 6 and 8 faces are rolled. ... the sum is 9?` -> 1/8.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.envs.math.tasks.entities import aside, people, plural
from rlvr_gym.sources import Draft

__all__ = ["dice_probability", "expected_value"]

_FORM = " Answer with a fraction in lowest terms."
_DICE = (
    "{aside}Fair dice with {sides} faces are rolled; the faces of each are numbered from 1. What is the "
    "probability that {event}?" + _FORM,
    "{aside}{name} rolls fair dice with {sides} faces, numbered from 1 on each die. How likely is it that "
    "{event}?" + _FORM,
    "{aside}Each of the fair spinners of a game has equal sectors numbered from 1; they have {sides} "
    "sectors. All are spun once. Find the probability that {event}." + _FORM,
)
_GIVEN = (
    "{aside}Fair dice with {sides} faces are rolled; the faces of each are numbered from 1. Given that "
    "{known}, what is the probability that {event}?" + _FORM,
    "{aside}{name} rolls fair dice with {sides} faces, numbered from 1 on each die, and says truthfully that "
    "{known}. How likely is it, knowing only this, that {event}?" + _FORM,
    "{aside}Fair dice with {sides} faces, each numbered from 1, are rolled again and again. Of the rolls in "
    "which {known}, in which share, in the long run, is it also true that {event}?" + _FORM,
)
_SAME = (
    "{aside}A fair die with {a} faces, numbered from 1, is rolled {n} times. What is the probability of "
    "rolling {t} or more exactly {times}?" + _FORM,
    "{aside}{name} rolls {n} fair dice with faces numbered from 1 to {a}. How likely is it that the number "
    "of dice showing at least {t} is exactly {k}?" + _FORM,
    "{aside}In a game a fair spinner with equal sectors 1 to {a} is spun {n} times; a spin wins if it shows "
    "{t} or more. How likely is it to have exactly {wins}?" + _FORM,
)
_PRIZES = (
    "{aside}A raffle has {n} tickets: {prizes}; the other tickets win nothing. What is the expected prize of "
    "one ticket, in dollars, as an exact number?",
    "{aside}{name} draws one of {n} tickets at random. Among them {prizes}, and the rest are blanks. How "
    "many dollars does {name} win on average? Answer exactly.",
    "{aside}Of the {n} tickets of a lottery {prizes}; all others lose. Find the mean prize per ticket in "
    "dollars, exactly.",
)
_NET = (
    "{aside}A ticket of a raffle costs {price} dollars. There are {n} tickets: {prizes}; the other tickets "
    "win nothing. What is the expected gain of a buyer in dollars (negative for a loss), as an exact number?",
    "{aside}{name} pays {price} dollars and draws one of {n} tickets at random. Among them {prizes}, and the "
    "rest are blanks. What is the expected net gain of {name} in dollars, exactly? A loss counts as "
    "negative.",
    "{aside}Of the {n} tickets of a lottery, sold at {price} dollars each, {prizes}; all others lose. By how "
    "many dollars does a player's money change on average per ticket? Answer exactly, with a minus sign for "
    "a loss.",
)
_TWO = (
    "{aside}One fair spinner has equal sectors with the numbers {first}, another has equal sectors with "
    "{second}. Both are spun. What is the expected value of {what}, exactly?",
    "{aside}{name} draws a card at random from a pile with the numbers {first} and another from a pile with "
    "{second}. Find the mean of {what} as an exact number.",
    "{aside}A number is chosen at random from the list {first} and, independently, one from the list "
    "{second}. What is {what} on average? Answer exactly.",
)
_STOP = (
    "{aside}A fair spinner has {n} equal sectors with the numbers {values}. {name} spins it and may accept "
    "the number as dollars or spin again, with at most {rounds} spins in all; only the last number counts. "
    "What is the expected payoff in dollars with the best strategy, exactly?",
    "{aside}In a game a card is drawn at random from {n} cards with the amounts {values} dollars and put "
    "back. After each draw the player may stop and take its amount or draw again, {rounds} draws at most; "
    "earlier amounts are lost. Find the largest possible expected win in dollars, exactly.",
    "{aside}{name} has up to {rounds} tries: each gives one of {n} equally likely amounts, {values} dollars. "
    "After a try {name} keeps the amount and stops, or gives it up and tries again; the last amount must be "
    "kept. How many dollars can {name} expect when playing perfectly? Answer exactly.",
)


def _listed(values: list[int] | list[str]) -> str:
    words = list(map(str, values))
    return ", ".join(words[:-1]) + " and " + words[-1]


def _convolve(one: list[int], sides: int) -> list[int]:
    """Add a die to the counts by sum."""
    return [sum(one[max(0, s - sides) : s]) for s in range(len(one) + sides)]


def _counts(sides: list[int]) -> list[int]:
    counts = [1]
    for count in sides:
        counts = _convolve(counts, count)
    return counts


def dice_probability(rng: random.Random, level: int) -> Draft:
    """Draw an event of several dice: sums, comparisons, numbers of successes, conditional ones."""
    if level == 3:
        return _successes(rng)
    sides = [rng.randint(4, 12) for _ in range({1: 2, 2: 2, 4: 3}.get(level, rng.choice((3, 4))))]
    total, highest, counts = math.prod(sides), sum(sides), _counts(sides)
    s = rng.randint(len(sides) + 2, highest - 2)
    known = ""
    if level == 1 and rng.random() < 0.5:
        k = rng.randint(2, min(sides))
        kind, event, steps = "all_at_least", f"both numbers are at least {k}", 4
        s, gold = k, Fraction((sides[0] - k + 1) * (sides[1] - k + 1), total)
    elif level == 2 and rng.random() < 0.5:
        k = rng.randint(0, min(sides) - 2)
        kind = "first_larger"
        event = (
            f"the first number is more than {k} larger than the second"
            if k
            else ("the first number is larger than the second")
        )
        s, gold = k, Fraction(sum(max(0, min(a - 1 - k, sides[1])) for a in range(1, sides[0] + 1)), total)
        steps = sides[0] - k + 2
    elif level == 2:
        s = rng.randint(highest - min(sides), highest - 3)
        kind, event = "sum_at_least", f"the sum of the numbers is at least {s}"
        gold, steps = Fraction(sum(counts[s:]), total), highest - s + 1 + 2 + (highest - s)
    elif level == 5 and len(sides) == 3:
        v = rng.randint(1, min(sides))
        without = sum(
            (a != v and b != v and s - a - b != v) and 1 <= s - a - b <= sides[2]
            for a in range(1, sides[0] + 1)
            for b in range(1, sides[1] + 1)
        )
        kind, known = "given_sum", f"the sum of the numbers is {s}"
        event, gold = f"at least one of the dice shows {v}", Fraction(counts[s] - without, counts[s])
        params = (*sides, s, v)
        if gold in (0, 1):
            return dice_probability(rng, level)
        steps = 3 * sides[0] + 3 * sides[0] + 2
        return _dice(rng, kind, params, sides, event, gold, steps, known)
    else:
        kind = f"sum_of_{('two', 'three', 'four')[len(sides) - 2]}"
        event, gold = f"the sum of the numbers is {s}", Fraction(counts[s], total)
        steps = {2: 5, 3: 3 * sides[0] + 3, 4: 2 * sum(sides)}[len(sides)]
    return _dice(rng, kind, (*sides, s), sides, event, gold, steps)


def _dice(
    rng: random.Random,
    kind: str,
    params: tuple[int, ...],
    sides: list[int],
    event: str,
    gold: Fraction,
    steps: int,
    known: str = "",
) -> Draft:
    (name,) = people(rng, 1)
    shown, extra = _listed(sides), aside(rng)
    return draft(
        rng,
        kind,
        params,
        _GIVEN if known else _DICE,
        gold,
        steps=steps,
        sides=shown,
        event=event,
        known=known,
        name=name,
        aside=extra,
    )


def _successes(rng: random.Random) -> Draft:
    a, n = rng.randint(4, 12), rng.randint(4, 7)
    k, t = rng.randint(1, n - 1), rng.randint(2, a)
    p = Fraction(a - t + 1, a)
    gold = math.comb(n, k) * p**k * (1 - p) ** (n - k)
    steps = 3 + 2 * min(k, n - k) - 1 + n + 1
    times = ("once", "twice")[k - 1] if k < 3 else f"{k} times"
    fields: dict[str, Any] = {
        "a": a,
        "n": n,
        "k": k,
        "t": t,
        "times": times,
        "wins": plural(k, "winning spin"),
    }
    fields |= {"name": people(rng, 1)[0], "aside": aside(rng)}
    return draft(rng, "successes", (a, n, k, t), _SAME, gold, steps=steps, **fields)


def expected_value(rng: random.Random, level: int) -> Draft:
    """Draw a game and ask for its mean: prizes, two spinners, then stopping as well as possible."""
    (name,) = people(rng, 1)
    extra = aside(rng)
    if level <= 2:
        kinds = 2 if level == 1 else 4
        amounts = sorted(rng.sample(range(2, 60), kinds), reverse=True)
        counts = [rng.randint(1, 9) for _ in amounts]
        n = sum(counts) + rng.randint(5, 60)
        mean = Fraction(sum(c * x for c, x in zip(counts, amounts, strict=True)), n)
        prizes = _listed(
            [f"{c} win{'s' * (c == 1)} {x} dollars" for c, x in zip(counts, amounts, strict=True)]
        )
        params = (n, *itertools.chain.from_iterable(zip(counts, amounts, strict=True)))
        if level == 1:
            return draft(
                rng, "prizes", params, _PRIZES, mean, steps=4, n=n, prizes=prizes, name=name, aside=extra
            )
        price = rng.randint(2, 12)
        fields: dict[str, Any] = {"n": n, "prizes": prizes, "name": name, "aside": extra, "price": price}
        return draft(rng, "net_gain", (price, *params), _NET, mean - price, steps=2 * kinds + 1, **fields)
    if level == 3:
        first, second = (sorted(rng.sample(range(1, 20), 3)) for _ in range(2))
        if first[0] >= second[1] or second[0] >= first[1]:  # hardly anything to compare
            return expected_value(rng, level)
        kind, what, rule = rng.choice(_COMBINED)
        gold = Fraction(sum(rule(x, y) for x in first for y in second), 9)
        return draft(
            rng, kind, (*first, *second), _TWO, gold, steps=18, first=_listed(first), second=_listed(second),
            what=what, name=name, aside=extra,
        )  # fmt: skip
    n, rounds = (rng.randint(7, 9), 2) if level == 4 else (rng.randint(6, 8), rng.randint(3, 4))
    values = sorted(rng.randint(1, 40) for _ in range(n))
    mean = Fraction(sum(values), n)
    for _ in range(rounds - 1):
        mean = sum((max(Fraction(value), mean) for value in values), Fraction(0)) / n
    steps = n + (rounds - 1) * (2 * n + 1)
    return draft(
        rng, "stopping", (rounds, *values), _STOP, mean, steps=steps, n=n, rounds=rounds,
        values=_listed(values), name=name, aside=extra,
    )  # fmt: skip


def _gap(x: int, y: int) -> int:
    return abs(x - y)


_COMBINED: tuple[tuple[str, str, Callable[[int, int], int]], ...] = (
    ("larger", "the larger of the two numbers", max),
    ("smaller", "the smaller of the two numbers", min),
    ("gap", "the absolute difference of the two numbers", _gap),
)
