"""The bounded parser: what it reads, and what it refuses before evaluating anything."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr_gym.envs.math.exact import exact
from rlvr_gym.envs.math.notation import TooLarge, Unreadable, clean, plain_words
from rlvr_gym.envs.math.parse import parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42", 42),
        ("042", 42),
        ("42.", 42),
        ("- 7", -7),
        ("\\,-7", -7),
        ("1,234,567", 1234567),
        ("11,\\! 111,\\! 100", 11111100),
        ("1{,}234", 1234),
        ("1\\,234\\,567", 1234567),
        ("1 234 567", 1234567),
        ("32,348.50", Fraction(64697, 2)),
        (".5", Fraction(1, 2)),
        ("0.125", Fraction(1, 8)),
        ("0.\\overline{3}", Fraction(1, 3)),
        ("0.1\\dot{6}", Fraction(1, 6)),
        ("0.\\overline{142857}", Fraction(1, 7)),
        ("\\frac12", Fraction(1, 2)),
        ("\\frac{6}{8}", Fraction(3, 4)),
        ("\\dfrac{5}{-2}", Fraction(-5, 2)),
        ("{3 \\over 4}", Fraction(3, 4)),
        ("-3/4", Fraction(-3, 4)),
        ("½", Fraction(1, 2)),
        ("2½", Fraction(5, 2)),
        ("7 2/3", Fraction(23, 3)),
        ("1\\frac{3}{5}", Fraction(8, 5)),
        ("-1\\frac{3}{5}", Fraction(-8, 5)),
        ("33\\frac{1}{3}\\%", Fraction(1, 3)),
        ("25\\%", Fraction(1, 4)),
        ("2^{10}", 1024),
        ("2^10", 1024),
        ("x²".replace("x", "3"), 9),
        ("2^{-3}", Fraction(1, 8)),
        ("6.02\\times10^{23}", 602 * 10**21),
        ("6.02e23", 602 * 10**21),
        ("2·3", 6),
        ("\\binom{10}{3}", 120),
        ("7!", 5040),
        ("\\lfloor 3.7 \\rfloor", 3),
        ("|-3|", 3),
        ("\\gcd(12, 18)", 6),
        ("-1.8 billion", -1800000000),
        ("１２", 12),
        ("52_8", 42),
        ("\\text{42}", 42),
        ("1-2-3", -4),
        ("8/2/2", 2),
        ("-2^2", -4),
        ("(-2)^2", 4),
    ],
)
def test_numbers_are_read_exactly(text: str, value: int | Fraction) -> None:
    """Every form of a rational number has its exact value."""
    assert exact(parse(text)) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[2,5)", "seq"),
        ("(1, 2, 3)", "seq"),
        ("\\{1, 2\\}", "set"),
        ("1, 2", "list"),
        ("3 \\text{ or } 4", "list"),
        ("x \\in [-2,7]", "rel"),
        ("-1 < x \\le 4", "rel"),
        ("1 \\pm \\sqrt{2}", "pm"),
        ("(2,12) \\cup (12,102)", "cup"),
        ("\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}", "matrix"),
        ("10:30", "ratio"),
        ("15 \\text{ cm}", "unit"),
        ("15 cm^2", "unit"),
        ("\\emptyset", "empty"),
        ("30^\\circ", "deg"),
        ("Evelyn", "text"),
    ],
)
def test_structures_are_recognised(text: str, kind: str) -> None:
    """Tuples, sets, intervals, relations, matrices and quantities have nodes of their own."""
    assert parse(text)[0] == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "2 3",
        "x2",
        "\\frac{3}{5}6",
        "()",
        "1 +",
        "2 ** 3",
        "\\ge 3",
        "about 3",
        "not 3",
        "\\sum_{k=1}^{9} k",
        "\\int x dx",
        "\\frac{d}{dx} x^2 \\prime",
        "__import__('os')",
        "lambda: 5",
        "().__class__",
        "\\input{a}",
        "\\def\\a{5}\\a",
        "5 \\newline 5",
        "1О",
        "x\u202e5",
        "Ƽ",
        "[1)",
        "5 if True else 6",
    ],
)
def test_what_is_no_answer_is_refused(text: str) -> None:
    """Code, unknown commands, other scripts and broken formulas are unreadable, not guessed at."""
    with pytest.raises(Unreadable):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "9^{9^{9^{9}}}",
        "9^9^9",
        "((((9!)!)!)!)!",
        "100000000!",
        "\\binom{10^9}{5\\cdot10^8}",
        "10^{999999999999}",
        "1e99999999",
        "1e9999",
        "1" * 1001,
        "(" * 100 + "1" + ")" * 100,
        "\\frac{1}{" * 100 + "2" + "}" * 100,
        "1+" * 1900 + "1",
        "x" * 5000,
        "x^{99999999}",
        "(2^{9000})^{9000}",
        "2^{10^9} \\cdot x",
    ],
)
def test_what_is_too_large_is_refused_at_once(text: str) -> None:
    """Limits hold before anything is computed: no input takes long."""
    start = time.process_time()
    with pytest.raises(Unreadable):
        parse(text)
    assert time.process_time() - start < 0.5


def test_the_limit_of_length_is_named() -> None:
    """Too much text is told apart from text that is no answer."""
    with pytest.raises(TooLarge, match="4001 characters"):
        clean("x" * 4001)


def _plain(tree: Any) -> bool:
    if isinstance(tree, list):
        return all(map(_plain, tree))
    return type(tree) in (str, int)


@given(
    st.text()
    | st.text(alphabet="\\{}()[]|^_+-*/=<>!%., 0129xyie:&\n")
    | st.lists(st.sampled_from(["\\frac", "\\sqrt", "1", "{", "}", "\\left(", "2", "x"])).map("".join)
)
def test_any_text_gives_a_plain_tree_or_unreadable(text: str) -> None:
    """The parser is total, and its trees hold lists, strings and integers only."""
    try:
        tree = parse(text)
    except Unreadable:
        return
    assert _plain(tree)


@given(st.fractions())
def test_a_written_fraction_is_read_back(value: Fraction) -> None:
    """Writing a fraction as LaTeX and parsing it gives the same number."""
    assert exact(parse(f"\\frac{{{value.numerator}}}{{{value.denominator}}}")) == value


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("\\text{Evelyn}", "evelyn"),
        ("the ellipse", "\\text{ellipse}"),
        ("No solutions.", "\\text{no solution}"),
    ],
)
def test_words_are_compared_without_markup_case_and_article(one: str, two: str) -> None:
    """Text answers have one canonical form."""
    assert plain_words(one) == plain_words(two)
