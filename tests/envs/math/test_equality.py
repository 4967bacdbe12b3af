"""Equality of answers as a relation: reflexive, symmetric, stable under rewriting, blind to no changed number."""

from __future__ import annotations

import random
import time
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rlvr_gym.envs.math.checker import Ruling, check, make_gold
from rlvr_gym.envs.math.exact import depth_of
from rlvr_gym.envs.math.notation import Unreadable, plain_words
from rlvr_gym.envs.math.parse import MAX_TREE, parse
from rlvr_gym.sandbox.runners.symbolic import run


class Written(NamedTuple):
    """An expression in x and y: a text, an equal text, and its value at two points."""

    text: str
    rewritten: str
    values: tuple[Fraction, Fraction]


_AT = ({"x": Fraction(7, 3), "y": Fraction(-5, 11)}, {"x": Fraction(-13, 8), "y": Fraction(29, 6)})


def _number(value: Fraction) -> Written:
    sign = "-" if value < 0 else ""
    top, low = abs(value.numerator), value.denominator
    plain = str(value) if low == 1 else f"{sign}\\frac{{{top}}}{{{low}}}"
    other = f"{sign}\\frac{{{3 * top}}}{{{3 * low}}}" if top else f"{value}"
    return Written(f"({plain})", f"({other})", (value, value))


def _symbol(name: str) -> Written:
    return Written(name, f"({name} + 0)", (_AT[0][name], _AT[1][name]))


def _add(one: Written, two: Written) -> Written:
    first, second = one.values[0] + two.values[0], one.values[1] + two.values[1]
    return Written(f"({one.text} + {two.text})", f"({two.rewritten} - (-{one.rewritten}))", (first, second))


def _times(one: Written, two: Written) -> Written:
    values = one.values[0] * two.values[0], one.values[1] * two.values[1]
    return Written(f"{one.text} \\cdot {two.text}", f"{{{two.rewritten}}}{{{one.rewritten}}}", values)


def _over(one: Written, two: Written) -> Written:
    assume(0 not in two.values)
    values = one.values[0] / two.values[0], one.values[1] / two.values[1]
    return Written(
        f"\\frac{{{one.text}}}{{{two.text}}}", f"({one.rewritten}) \\cdot ({two.rewritten})^{{-1}}", values
    )


def _squared(one: Written) -> Written:
    values = one.values[0] ** 2, one.values[1] ** 2
    return Written(f"({one.text})^2", f"({one.rewritten}) ({one.rewritten})", values)


_LEAVES = st.builds(Fraction, st.integers(-30, 30), st.integers(1, 12)).map(_number) | st.sampled_from(
    ["x", "y"]
).map(_symbol)
_EXPRESSIONS = st.recursive(
    _LEAVES,
    lambda inner: (
        st.builds(_add, inner, inner)
        | st.builds(_times, inner, inner)
        | st.builds(_over, inner, inner)
        | inner.map(_squared)
    ),
    max_leaves=6,
)


def equal(gold: str, answer: str) -> bool:
    decision = check(f"\\boxed{{{answer}}}", make_gold(gold))
    if decision.ruling is Ruling.ASK:
        return run({"pairs": [[left, right] for left, right in decision.pairs]})["equal"] is True
    return decision.ruling is Ruling.RIGHT


@settings(max_examples=300)
@given(_EXPRESSIONS)
def test_equality_is_reflexive_and_holds_for_rewritten_expressions_both_ways(written: Written) -> None:
    """Order, signs, fractions, powers and brackets do not matter, whichever of two forms is the gold."""
    gold = f"{written.text} + x"  # with an unknown in it, any form will do
    answer = f"x + {written.rewritten}"
    assert equal(gold, gold)
    assert equal(gold, answer)
    assert equal(answer, gold)


@settings(max_examples=300)
@given(_EXPRESSIONS, st.integers(1, 9), st.booleans())
def test_an_expression_with_another_value_is_never_equal(written: Written, by: int, below: bool) -> None:
    """One number more, or a factor that is not 1, makes another answer."""
    gold = f"{written.text} + x"
    if below:
        values = tuple(value + at["x"] for value, at in zip(written.values, _AT, strict=True))
        assume(0 not in values)
        changed = f"\\frac{{{by}}}{{{by + 1}}}({written.rewritten} + x)"
    else:
        changed = f"{written.rewritten} + x + \\frac{{1}}{{{by}}}"
    assert not equal(gold, changed)
    assert not equal(changed, gold)


@settings(max_examples=200)
@given(_EXPRESSIONS, _EXPRESSIONS)
def test_equality_is_symmetric_and_says_what_the_values_say(one: Written, two: Written) -> None:
    """Two expressions are equal in both directions or in none, and never where a value differs."""
    first, second = f"{one.text} + x", f"{two.text} + x"
    assert equal(first, second) == equal(second, first)
    if one.values != two.values:
        assert not equal(first, second)


_PARTS = (
    *(
        "\\frac",
        "\\sqrt",
        "\\left(",
        "\\right)",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "^",
        "_",
        "!",
        "%",
        "\\%",
        "'",
    ),
    *(
        "\\text{",
        "\\begin{pmatrix}",
        "\\end{pmatrix}",
        "\\\\",
        "&",
        "\\cup",
        "\\in",
        "\\pm",
        "=",
        "<",
        "\\le",
    ),
    *(
        ",",
        ";",
        ":",
        "|",
        "+",
        "-",
        "*",
        "/",
        "\\cdot",
        "\\pi",
        "\\infty",
        "e",
        "i",
        "x",
        "y_1",
        "sin",
        "\\log",
    ),
    *("12", "3.5", ".", "0.\\overline{3}", "1,000", "1e9", "99999999", "\\circ", "\\emptyset", "\\{", "\\}"),
    *("cm", "\\mathrm{m}", "p.m.", "10:30", "May 3", "twenty", "two thirds", "half", "\\mod 7", "\\equiv"),
    *(
        "\\approx",
        "...",
        "十二",
        "万",
        "平方厘米",
        "½",
        "²",
        "−",
        "\u0663",
        "\x00",
        "\ud7ff",
        "é",
        "\\boxed{",
    ),
    *("or", "and", "for all", "base", "_{16}", "\\mathbb{R}", "\\setminus", "\\binom", "\\choose", " ", "\n"),
)


@pytest.mark.slow
def test_two_hundred_thousand_random_strings_are_read_or_refused_within_limits() -> None:
    """The parser raises nothing but Unreadable, and what it returns is within its limits."""
    chance = random.Random(20261125)
    read = 0
    for number in range(200_000):
        text = "".join(chance.choices(_PARTS, k=1 + number % 14))
        try:
            tree = parse(text)
        except Unreadable:
            continue
        assert depth_of(tree) <= MAX_TREE, text
        read += 1
    assert read > 5_000


def test_random_responses_and_golds_are_judged_in_bounded_time() -> None:
    """No mixture of marks makes the checker raise or think for long."""
    chance = random.Random(7)
    for number in range(4_000):
        gold_text = "".join(chance.choices(_PARTS, k=1 + number % 6))
        response = "\\boxed{" + "".join(chance.choices(_PARTS, k=1 + number % 40)) + "}" * (number % 3)
        if not plain_words(gold_text):
            continue  # an empty gold is refused
        gold = make_gold(gold_text, question="How many? " + response[:20])
        start = time.process_time()
        check(response, gold)
        assert time.process_time() - start < 1, (gold_text, response)
