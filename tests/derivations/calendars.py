"""Calendars walked day by day, clocks minute by minute."""

from __future__ import annotations

import calendar
import itertools
from datetime import date, timedelta
from fractions import Fraction

from tests.derivations.common import Answer, Derivations, whole

__all__ = ["DERIVED"]


def days_apart(first: tuple[int, int, int], second: tuple[int, int, int]) -> int:
    """Step from one date to the other, month by month, then day by day."""
    (year, month, day), count = first, 0
    while (year, month) != second[:2]:
        count += calendar.monthrange(year, month)[1]
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return count + second[2] - day


def calendar_clock(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "day":
        return next(itertools.islice(itertools.cycle(calendar.day_name), sum(p), None))
    if kind == "span":
        return sum(1 for _ in range(p[0], p[1]))
    if kind == "angle":
        hour, minute = p
        # The hour hand is where the minute hand would be after a twelfth of the time.
        between = (Fraction(60 * hour + minute, 720) - Fraction(minute, 60)) * 360 % 360
        return min(between, 360 - between)
    if kind == "night":
        start, h, m, w, g, k = p
        end = start
        for part in (h * 60, m, w, g * 60, k):
            end = (end + part) % 1440
        return end
    if kind == "date":
        leap, *rest, day = p
        year = 1996 + 1 - leap
        apart = days_apart((year, rest[0], rest[1]), (year, rest[2], rest[3]))
        return calendar.day_name[(day + apart) % 7]
    if kind == "years_later":
        return calendar.day_name[calendar.weekday(p[3], p[4], p[5])]
    if kind == "weekdays":
        here, last = date(p[0], p[1], p[2]), date(p[3], p[4], p[5])
        found = 0
        while here <= last:
            found, here = found + (here.weekday() == p[6]), here + timedelta(days=1)
        return found
    return days_apart((p[0], p[1], p[2]), (p[3], p[4], p[5]))


DERIVED: Derivations = {"calendar_clock": calendar_clock}
