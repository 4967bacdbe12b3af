"""Days of the week, times of day and the hands of a clock.

Example (level 1): `Today is a Tuesday. Which day of the week is it in 100 days?` -> Thursday.
"""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction
from typing import Any

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.envs.math.tasks.entities import aside, people
from rlvr_gym.sources import Draft

__all__ = ["calendar_clock"]

_DAY = (
    "{aside}Today is a {day}. Which day of the week will it be in {n} days? Answer with its name.",
    "{aside}{name} leaves on a {day} and comes back {n} days later. On which day of the week is that? Answer "
    "with its name.",
    "{aside}If day 0 of a count is a {day}, which day of the week is day {n}? Answer with its name.",
)
_SPAN = (
    "{aside}A film starts at {start} and ends at {end} on the same day. How many minutes does it last?",
    "{aside}{name} leaves home at {start} and is back at {end} that day. For how many minutes is {name} "
    "away?",
    "{aside}How many minutes pass from {start} to {end} on one day? Times are in the 24-hour system.",
)
_NIGHT = (
    "{aside}A train leaves at {start}, takes {h} hours {m} minutes, waits {w} minutes and goes on for "
    "another {g} hours {k} minutes. How many minutes after midnight, at the beginning of the day of arrival, "
    "does it arrive?",
    "{aside}{name} starts work at {start}, works for {h} hours {m} minutes, rests for {w} minutes and works "
    "for {g} hours {k} minutes more. How many minutes have then passed since the last midnight?",
    "{aside}From {start} on, a machine runs for {h} hours {m} minutes, pauses for {w} minutes and runs for "
    "{g} hours {k} minutes again. Give the time at which it stops as the number of minutes since the "
    "midnight before.",
)
_ANGLE = (
    "{aside}What is the smaller angle between the hour hand and the minute hand of a clock at {start}, in "
    "degrees? Answer with an exact number.",
    "{aside}{name} looks at a clock with two hands, both moving evenly, at {start}. How many degrees is the "
    "smaller angle between the hands? Answer exactly.",
    "{aside}At {start}, the two hands of a clock form two angles. Give the smaller one in degrees, exactly.",
)
_DATE = (
    "{aside}In a year {leap}, {first} is a {day}. Which day of the week is {second} of that year? Answer "
    "with its name.",
    "{aside}{name} finds an old calendar of a year {leap}. There, {first} is a {day}. On which day of the "
    "week does {second} of the same year fall? Answer with its name.",
    "{aside}Within a year {leap}, which day of the week is {second} if {first} is a {day}? Answer with its "
    "name.",
)
_BETWEEN = (
    "{aside}How many days after {first}, {year}, is {second}, {later}? (Gregorian calendar)",
    "{aside}{name} was born on {first}, {year}. How many days old is {name} on {second}, {later}, if the day "
    "of birth counts as day 0?",
    "{aside}A count of days starts with 0 on {first}, {year}, and goes up by one each day. Which number does "
    "{second}, {later}, get? (Gregorian calendar)",
)
_YEARS = (
    "{aside}{first}, {year}, is a {day}. Which day of the week is {second}, {later}? Answer with its name "
    "(Gregorian calendar).",
    "{aside}{name} was born on {first}, {year}, a {day}. On which day of the week does {second}, {later}, "
    "fall in the Gregorian calendar? Answer with its name.",
    "{aside}In the Gregorian calendar, {first}, {year}, falls on a {day}. Find the day of the week of "
    "{second}, {later}, and answer with its name.",
)
_COUNT = (
    "{aside}{first}, {year}, is a {day}. How many {wanted}s are there from {first}, {year}, to {second}, "
    "{later}, both included? (Gregorian calendar)",
    "{aside}{name} goes swimming every {wanted} from {first}, {year}, a {day}, up to {second}, {later}; both "
    "dates belong to this time. How often is that? (Gregorian calendar)",
    "{aside}In the Gregorian calendar, {first}, {year}, falls on a {day}. Count the {wanted}s from that day "
    "to {second}, {later}, with both dates included.",
)
_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = "January February March April May June July August September October November December".split()


def calendar_clock(rng: random.Random, level: int) -> Draft:
    """Draw a day to count to, a span of time, an angle of the hands, or a date in another month or year."""
    more: dict[str, Any] = {"name": people(rng, 1)[0], "aside": aside(rng)}
    day = rng.randrange(7)
    if level == 1:
        if rng.random() < 0.5:
            n = rng.randint(10, 400)
            gold = _WEEK[(day + n) % 7]
            return draft(rng, "day", (day, n), _DAY, gold, steps=2, day=_WEEK[day], n=n, **more)
        start = rng.randint(300, 1000)
        end = start + rng.randint(65, 430)
        more |= {"start": _clock(start), "end": _clock(end)}
        return draft(rng, "span", (start, end), _SPAN, end - start, steps=3, **more)
    if level == 2:
        return _angle(rng, more) if rng.random() < 0.5 else _date(rng, more, rng.randint(1, 2))
    if level == 3:
        return _night(rng, more) if rng.random() < 0.5 else _date(rng, more, rng.randint(5, 9))
    return _far(rng, more, level)


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24}:{minutes % 60:02d}"


def _angle(rng: random.Random, more: dict[str, Any]) -> Draft:
    hour, minute = rng.randint(1, 12), rng.randint(1, 59)
    apart = abs(Fraction(60 * (hour % 12) + minute, 2) - 6 * minute)
    gold = min(apart, 360 - apart)
    steps = 4 + (apart > 180)
    return draft(
        rng, "angle", (hour, minute), _ANGLE, gold, steps=steps, start=f"{hour}:{minute:02d}", **more
    )


def _night(rng: random.Random, more: dict[str, Any]) -> Draft:
    start = rng.randint(15 * 60, 22 * 60)
    h, m, w, g, k = (rng.randint(*ends) for ends in ((3, 5), (5, 55), (10, 50), (6, 9), (5, 55)))
    gold = start + 60 * (h + g) + m + w + k - 24 * 60
    params = (start, h, m, w, g, k)
    if gold < 0:
        return _night(rng, more)
    return draft(
        rng, "night", params, _NIGHT, gold, steps=10, start=_clock(start), h=h, m=m, w=w, g=g, k=k, **more
    )  # fmt: skip


def _day_of(year: int, rng: random.Random, month: int | None = None) -> date:
    return date(year, month or rng.randint(1, 12), rng.randint(1, 28))


def _words(day: date) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day}"


def _date(rng: random.Random, more: dict[str, Any], months: int) -> Draft:
    """Ask for a date so many months later in a year of which only its length is known."""
    leap, month = rng.random() < 0.5, rng.randint(1, 12 - months)
    year = 2024 if leap else 2023
    first, second, day = _day_of(year, rng, month), _day_of(year, rng, month + months), rng.randrange(7)
    gold = _WEEK[(day + (second - first).days) % 7]
    params = (int(leap), first.month, first.day, second.month, second.day, day)
    return draft(
        rng, "date", params, _DATE, gold, steps=months + 3, leap=f"with {365 + leap} days", day=_WEEK[day],
        first=_words(first), second=_words(second), **more,
    )  # fmt: skip


def _far(rng: random.Random, more: dict[str, Any], level: int) -> Draft:
    """Ask how far apart two dates are, or for the day of the week of one of them."""
    year = rng.randint(1900, 2020)
    later = year + (rng.randint(1, 3) if level == 4 else rng.randint(20, 90))
    first, second = _day_of(year, rng), _day_of(later, rng)
    params = (first.year, first.month, first.day, second.year, second.month, second.day)
    fields: dict[str, Any] = {
        "first": _words(first),
        "second": _words(second),
        "year": f"{year}",
        "later": f"{later}",
    }
    steps = first.month + second.month + 3
    apart = (second - first).days
    if level == 4:
        return draft(
            rng, "days_between", params, _BETWEEN, apart, steps=steps + later - year, **fields, **more
        )
    gold = _WEEK[second.weekday()]
    fields |= {"day": _WEEK[first.weekday()]}
    steps += 12  # leap years are counted by three divisions for each of the two years
    if rng.random() < 0.5:
        wanted = rng.randrange(7)
        often = (apart + 7 - (wanted - first.weekday()) % 7) // 7
        fields["wanted"] = _WEEK[wanted]
        return draft(rng, "weekdays", (*params, wanted), _COUNT, often, steps=steps + 3, **fields, **more)
    return draft(rng, "years_later", params, _YEARS, gold, steps=steps, **fields, **more)
