"""Units of measure: what they measure, and how they convert.

A unit is a product of powers of named units, as in `km/h`, `cm^2`, `square inches` or 平方厘米.
A name that is not in the table ("apples") is a unit of its own kind.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

__all__ = ["Unit", "is_chinese_unit", "is_unit_name", "unit_of"]


class Unit(NamedTuple):
    """A unit: powers of dimensions, sorted by name, and its size in their basic units."""

    dimensions: tuple[tuple[str, int], ...]
    size: Fraction


_INCH = Fraction(254, 10_000)  # metres, by definition since 1959
_POUND = Fraction(45_359_237, 100_000)  # grams, by definition since 1959
_TABLE: dict[str, dict[str, Fraction | int]] = {
    "length": {
        "m meter metre 米": 1,
        "km kilometer kilometre 千米 公里": 1000,
        "dm decimeter decimetre 分米": Fraction(1, 10),
        "cm centimeter centimetre 厘米": Fraction(1, 100),
        "mm millimeter millimetre 毫米": Fraction(1, 1000),
        "in inch": _INCH,
        "ft foot": 12 * _INCH,
        "yd yard": 36 * _INCH,
        "mi mile": 63_360 * _INCH,
    },
    "mass": {
        "g gram 克": 1,
        "kg kilogram kilo 千克 公斤": 1000,
        "mg milligram 毫克": Fraction(1, 1000),
        "t ton tonne 吨": 10**6,
        "lb pound": _POUND,
        "oz ounce": _POUND / 16,
    },
    "time": {
        "s sec second 秒": 1,
        "min minute 分钟": 60,
        "h hr hour 小时": 3600,
        "day 天": 86_400,
        "week 周": 604_800,
    },
    "years": {"month 个月": Fraction(1, 12), "year yr 年": 1, "decade": 10, "century": 100},
    "volume": {
        "l liter litre 升": 1,
        "ml milliliter millilitre 毫升": Fraction(1, 1000),
        "cl centiliter centilitre": Fraction(1, 100),
        "gal gallon": 1,
    },
    "money": {"dollar usd": 1, "cent ¢": Fraction(1, 100)},
    "angle": {"deg degree 度": 1},
    "pieces": {"dozen": 12},
}
_NAMES = {
    name: (kind, Fraction(size))
    for kind, names in _TABLE.items()
    for many, size in names.items()
    for name in many.split()
}
# A gallon and an ounce of liquid differ between countries, so that gallons convert into nothing else.
_NAMES["gal"] = _NAMES["gallon"] = ("gallon", Fraction(1))
_COMPOUND = {"mph": "mi/h", "kph": "km/h", "kmh": "km/h", "cc": "cm^3", "rpm": "revolution/min"}
# Chinese words that count things; what follows one of them names the thing.
_CLASSIFIERS = "个只条本张位名人次种份辆件块元斤米分头匹棵朵支枝根颗粒间座层台部艘架页行排组班箱袋瓶杯盒包套"
_POWERS = {"square": 2, "sq": 2, "cubic": 3, "cu": 3, "平方": 2, "立方": 3}
_PIECES = re.compile(r"平方|立方|[^\W\d_]+|\^ ?\{?-?\d{1,2}\}?|-?\d{1,2}|[/¢]")
_CJK = "\u4e00-\u9fff"
_MAX = 60  # characters; more is no unit


def is_unit_name(word: str) -> bool:
    """Tell whether a word is in the table of units that convert."""
    return _singular(word) in _NAMES or word.lower() in _COMPOUND


def is_chinese_unit(word: str) -> bool:
    """Tell whether a Chinese word is a unit of measure, or counts things: 元, 平方厘米, 个苹果."""
    parts = [part for part in re.split(r"平方|立方|[/每]", word) if part]
    return bool(parts) and all(
        part in _NAMES or (part[0] in _CLASSIFIERS and len(part) <= 6 and not _NO_THING.search(part))
        for part in parts
    )


_NO_THING = re.compile("[以上下内外左右多余半成倍双形误错前后间约等]")
_IRREGULAR = {
    "feet": "foot",
    "men": "man",
    "women": "woman",
    "children": "child",
    "people": "person",
    "mice": "mouse",
    "teeth": "tooth",
}


def _singular(word: str) -> str:
    word = word.lower().rstrip(".")
    if word in _NAMES or len(word) < 3:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word.removesuffix("es") if re.search(r"(?:x|s|sh|ch)es$", word) else word.removesuffix("s")


@lru_cache(maxsize=4096)
def unit_of(text: str) -> Unit:
    """Read a unit.

    Args:
        text: as the parser joined it: "cm ^2", "ft / s", "square inches", "km per hour".
    Returns: what it measures; without a unit no dimensions and size 1.
    """
    powers: dict[str, int] = {}
    size, sign, raised = Fraction(1), 1, 0
    pieces = _PIECES.findall(text[:_MAX].replace("\u00b7", " "))
    for place, piece in enumerate(pieces):
        follower = pieces[place + 1] if place + 1 < len(pieces) else ""
        if (
            piece.isalpha()
            and follower.isalpha()
            and not _is_known(piece)
            and piece not in _POWERS
            and follower not in ("per", "of")
        ):
            continue  # of "red apples" the last word counts
        if piece in ("/", "per"):
            sign = -1
            continue
        if piece.lower() in _POWERS:
            raised = _POWERS[piece.lower()]
            continue
        if piece[0] == "^" or piece.lstrip("-").isdigit() or piece in ("of", "a", "the"):
            continue
        following = pieces[place + 1] if place + 1 < len(pieces) else ""
        exponent = re.fullmatch(r"\^ ?\{?(-?\d{1,2})\}?|(-?\d{1,2})", following)
        power = sign * (raised or (int(exponent[1] or exponent[2]) if exponent else 1))
        raised = 0
        for name, factor, degree in _known(piece):
            powers[name] = powers.get(name, 0) + degree * power
            size *= factor**power
    volume = powers.pop("volume", 0)
    if volume:  # a litre is a cubic decimetre
        powers["length"] = powers.get("length", 0) + 3 * volume
        size *= Fraction(1, 1000) ** volume
    return Unit(tuple(sorted((name, power) for name, power in powers.items() if power)), size)


def _is_known(word: str) -> bool:
    return word in ("per", "of", "a", "the") or is_unit_name(word) or word.lower() in _POWERS


def _known(word: str) -> list[tuple[str, Fraction, int]]:
    compound = _COMPOUND.get(word.lower())
    if compound is not None:
        inner = unit_of(compound)
        return [
            (name, inner.size if not place else Fraction(1), power)
            for place, (name, power) in enumerate(inner.dimensions)
        ]
    kind, size = _NAMES.get(_singular(word), (_singular(word), Fraction(1)))
    return [(kind, size, 1)]
