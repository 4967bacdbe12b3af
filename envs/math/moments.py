"""Times of day and dates: `6:30 p.m.`, `18:30`, `noon`, `May 3rd, 1998`, `14 July`, 1998年5月3日."""

from __future__ import annotations

import re

from rlvr_gym.envs.math.exact import Tree
from rlvr_gym.envs.math.notation import clean

__all__ = ["MOMENTS", "read_moment", "same_moment"]

MOMENTS = ("time", "clock", "date")  # kinds of trees

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = (
    "(" + "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in _MONTHS) + r"|sept)\.?"
)
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_DATES = (
    re.compile(rf"{_MONTH} {_DAY}(?:,? (\d{{4}}))?"),
    re.compile(rf"{_DAY} (?:of )?{_MONTH}(?:,? (\d{{4}}))?"),
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]")
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::(\d{2}))? ?(am|pm)(?: (?:on )?(?:the )?next day)?")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)")
_NAMED = {"noon": 720, "midday": 720, "12 noon": 720, "midnight": 0, "12 midnight": 0}
_MARKUP = re.compile(r"\\(?:text(?:bf|it|rm)?|mathrm|mbox|hbox) ?\{([^{}]*)\}")
_MAX = 60


def read_moment(text: str) -> Tree | None:
    """Read a time of day or a date.

    Args:
        text: an answer as written.
    Returns: ["time", seconds after midnight], ["clock", seconds] where the half of the day is not said,
        ["date", year or 0, month, day]; None where it is none of these. 10:30 is a ratio, 10:05 a clock.
    """
    if len(text) > 4 * _MAX:
        return None
    words = _MARKUP.sub(r" \1 ", clean(text)).replace("{:}", ":").lower()
    words = " ".join(re.sub(r"\b([ap])\.? ?m\b\.?", r"\1m", words).split()).strip(" .,~").removeprefix("at ")
    words = re.sub(r"\s*:\s*", ":", words)
    if len(words) > _MAX:
        return None
    if words in _NAMED:
        return ["time", 60 * _NAMED[words]]
    bare = _CLOCK.fullmatch(words)
    if bare is not None and int(bare[1]) < 24 and int(bare[2]) < 60:
        whole_day = bare[1][0] == "0" or int(bare[1]) > 12  # so hours of 24 are written
        if whole_day or bare[2][0] == "0":
            return ["time" if whole_day else "clock", 3600 * int(bare[1]) + 60 * int(bare[2])]
    found = _TIME.fullmatch(words)
    if found is not None:
        hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
        if 1 <= hour <= 12 and minute < 60 and second < 60:
            return ["time", (hour % 12 + 12 * (found[4] == "pm")) * 3600 + 60 * minute + second]
    return _date(words)


def _date(words: str) -> Tree | None:
    iso = _ISO.fullmatch(words)
    if iso is not None:
        year, month, day = (int(part or 0) for part in (iso.groups()[:3] if iso[1] else iso.groups()[3:]))
    else:
        first, second = (pattern.fullmatch(words) for pattern in _DATES)
        if first is not None:
            name, day, year = first[1], int(first[2]), int(first[3] or 0)
        elif second is not None:
            name, day, year = second[2], int(second[1]), int(second[3] or 0)
        else:
            return None
        month = next(number for number, full in enumerate(_MONTHS, 1) if full.startswith(name[:3]))
    return ["date", year, month, day] if 1 <= month <= 12 and 1 <= day <= 31 else None


def _clock(tree: Tree) -> int | None:
    """Return the seconds after midnight that a ratio of two or three whole numbers shows, else None."""
    if tree[0] == "clock":
        return int(tree[1])
    if tree[0] != "ratio" or not 3 <= len(tree) <= 4 or any(part[0] != "int" for part in tree[1:]):
        return None
    hour, minute, *rest = (int(part[1]) for part in tree[1:])
    second = rest[0] if rest else 0
    return hour * 3600 + minute * 60 + second if hour < 24 and minute < 60 and second < 60 else None


def same_moment(gold: Tree, found: Tree) -> bool:
    """Compare two moments, of which one may be a bare clock such as 18:05.

    The half of the day may be left out; a bare gold of 10:30 is half past ten in the morning.
    """
    if gold[0] == found[0] != "ratio":
        return gold == found or (gold[0] == "date" and 0 in (gold[1], found[1]) and gold[2:] == found[2:])
    if "date" in (gold[0], found[0]):
        return False
    known, bare = (gold, found) if gold[0] == "time" else (found, gold)
    shown = _clock(bare)
    if shown is None or known[0] not in ("time", "clock"):
        return False
    return known[1] == shown or (
        known is gold
        and gold[0] == "time"
        and 3600 <= shown < 13 * 3600
        and known[1] % 43_200 == shown % 43_200
    )
