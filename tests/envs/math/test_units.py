"""Units, times and dates, numbers in words, choices: what they read, and what they take for something else."""

from __future__ import annotations

from fractions import Fraction

import pytest

from rlvr_gym.envs.math.choices import choices_of, is_choice
from rlvr_gym.envs.math.exact import exact
from rlvr_gym.envs.math.moments import read_moment, same_moment
from rlvr_gym.envs.math.numerals import spelled
from rlvr_gym.envs.math.parse import parse
from rlvr_gym.envs.math.units import unit_of


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("inches ^2", "square inches"),
        ("in ^2", "sq. in"),
        ("ft / s", "feet per second"),
        ("km/h", "kph"),
        ("miles per hour", "mph"),
        ("hrs", "hours"),
        ("apples", "apple"),
        ("平方厘米", "cm ^2"),
        ("公里", "km"),
        ("cc", "ml"),
    ],
)
def test_names_of_one_unit_are_the_same(one: str, two: str) -> None:
    """Abbreviations, plurals, squares and Chinese names measure the same."""
    assert unit_of(one) == unit_of(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [("cm", "cm ^2"), ("m", "s"), ("km", "cm"), ("apples", "pears"), ("yd ^3", "yd ^7"), ("m / s", "m s")],
)
def test_other_units_are_other_units(one: str, two: str) -> None:
    """Another measure, another power or another size is another unit."""
    assert unit_of(one) != unit_of(two)


@pytest.mark.parametrize(
    ("one", "two", "ratio"),
    [
        *[("km", "m", 1000), ("m", "dm", 10), ("dm", "cm", 10), ("cm", "mm", 10)],
        *[("inch", "mm", Fraction(254, 10)), ("ft", "in", 12), ("yd", "ft", 3), ("mile", "ft", 5280)],
        *[("kg", "g", 1000), ("g", "mg", 1000), ("tonne", "kg", 1000), ("lb", "oz", 16)],
        *[("lb", "g", Fraction(45_359_237, 100_000)), ("minute", "s", 60), ("hour", "min", 60)],
        *[("day", "hours", 24), ("week", "days", 7), ("year", "months", 12), ("century", "decades", 10)],
        *[("decade", "years", 10), ("litre", "ml", 1000), ("cl", "ml", 10), ("litre", "cm ^3", 1000)],
        *[("dollar", "cents", 100), ("km / h", "m / h", 1000), ("m ^2", "cm ^2", 10_000)],
        *[("公斤", "克", 1000), ("公里", "米", 1000), ("小时", "分钟", 60), ("dozen", "dozen", 1)],
    ],
)
def test_sizes_convert_by_their_definitions(one: str, two: str, ratio: Fraction | int) -> None:
    """So many of the second unit are one of the first, and they measure the same."""
    assert unit_of(one).dimensions == unit_of(two).dimensions
    assert unit_of(one).size / unit_of(two).size == ratio


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("6:30 p.m.", ["time", 66_600]),
        ("3{:}45\\text{ PM}", ["time", 56_700]),
        ("7 am", ["time", 25_200]),
        ("12:00 a.m.", ["time", 0]),
        ("\\text{noon}", ["time", 43_200]),
        ("18:05", ["time", 65_100]),
        ("7:05", ["clock", 25_500]),
        ("May 3rd, 1998", ["date", 1998, 5, 3]),
        ("3 May 1998", ["date", 1998, 5, 3]),
        ("14th of July", ["date", 0, 7, 14]),
        ("1998年5月3日", ["date", 1998, 5, 3]),
        ("2024-03-05", ["date", 2024, 3, 5]),
        ("13:30 pm", None),
        ("June 40", None),
        ("May", None),
        ("5", None),
        ("3:4", None),
    ],
)
def test_moments_are_read_in_their_usual_forms(text: str, tree: list[object] | None) -> None:
    """Clocks of 12 and 24 hours, dates with and without a year; nothing that cannot be one."""
    assert read_moment(text) == tree


def test_moments_are_the_same_only_at_the_same_time() -> None:
    """The half of the day counts wherever both sides say it."""
    evening, shown = ["time", 66_600], parse("6:30")
    assert same_moment(evening, ["time", 66_600])
    assert same_moment(evening, shown)
    assert same_moment(parse("18:30"), evening)
    assert not same_moment(parse("10:30"), ["time", 81_000])
    assert not same_moment(evening, ["time", 23_400])
    assert not same_moment(["date", 2024, 3, 5], ["date", 2023, 3, 5])
    assert same_moment(["date", 2024, 3, 5], ["date", 0, 3, 5])


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("seventy-two", 72),
        ("one hundred and five", 105),
        ("twelve thousand three hundred and forty-five", 12_345),
        ("two million", 2_000_000),
        ("three fifths", Fraction(3, 5)),
        ("one half", Fraction(1, 2)),
        ("minus seven", -7),
        ("十二", 12),
        ("一百零五", 105),
        ("三万五千", 35_000),
        ("二千零二十四", 2024),
        ("三分之二", Fraction(2, 3)),
        ("百分之二十", Fraction(1, 5)),
        ("负五", -5),
    ],
)
def test_numbers_in_words_have_their_value(words: str, value: Fraction) -> None:
    """English and Chinese numerals, with fractions and signs."""
    tree = spelled(words)
    assert tree is not None
    assert exact(tree) == value


@pytest.mark.parametrize(
    "words", ["five six", "ten five", "twenty twelve", "hundred", "and", "a", "the", "x", ""]
)
def test_words_that_are_no_one_number_are_none(words: str) -> None:
    """Two numbers, or none, are not read as one."""
    assert spelled(words) is None


@pytest.mark.parametrize(
    ("text", "several", "letters"),
    [
        ("C", False, "C"),
        ("(C)", False, "C"),
        ("\\textbf{(C) } 12", False, "C"),
        ("Option C", False, "C"),
        ("\\textbf{(E) } \\text{none of these}", False, "E"),
        ("C or D", False, ""),
        ("A, B", False, ""),
        ("not C", False, ""),
        ("C, A", True, "AC"),
        ("\\text{B and D}", True, "BD"),
        ("BB", True, ""),
        ("B, D, maybe", True, ""),
    ],
)
def test_choices_name_their_letters_and_hedges_none(text: str, several: bool, letters: str) -> None:
    """One letter with its text, or several where several may be right."""
    assert choices_of(text, several=several) == frozenset(letters)


def test_a_gold_of_letters_is_a_choice_only_in_their_order() -> None:
    """Words and products of points are none."""
    assert is_choice("(B)")
    assert is_choice("A, C")
    assert not is_choice("BA")
    assert not is_choice("x")
    assert not is_choice("CAB")
