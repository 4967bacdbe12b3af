"""Judging: exact forms agree, near misses and hedges fail, and no text makes the checker raise."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rlvr_gym.envs.math.checker import Ruling, check, make_gold
from rlvr_gym.envs.math.policy import DEFAULT, PROCEDURAL
from rlvr_gym.sandbox.runners.symbolic import run


def judged(gold: str, answer: str, *, strict: bool = False, percent: bool = False) -> bool:
    """Judge a boxed answer; algebra runs in this process (test_env.py takes the road through the walls)."""
    decision = check(
        f"\\boxed{{{answer}}}", make_gold(gold, policy=PROCEDURAL if strict else DEFAULT, percent=percent)
    )
    if decision.ruling is Ruling.ASK:
        return run({"pairs": [[left, right] for left, right in decision.pairs]})["equal"] is True
    return decision.ruling is Ruling.RIGHT


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("18", "18"),
        ("18", "18.0"),
        ("18", "\\$18"),
        ("18", "18 \\text{ apples}"),
        ("18", "18 \\text{ m}/\\text{s}^2"),
        ("18", "\\text{Total} = 18"),
        ("18\\%", "18 \\text{ percent}"),
        ("18", "x = 18"),
        ("18", "f(2) = 18"),
        ("18", "36/2 = 18"),
        ("1234567", "1,234,567"),
        ("\\frac{3}{4}", "0.75"),
        ("\\frac{3}{4}", "75\\%"),
        ("0.5", "\\frac12"),
        ("\\frac{1}{2^{99}}", "2^{-99}"),
        ("25\\%", "\\frac14"),
        ("15\\text{ cm}", "15"),
        ("15\\text{ cm}", "15 \\mathrm{cm}"),
        ("90^\\circ", "90"),
        ("90^\\circ", "90 \\text{ degrees}"),
        ("90^\\circ", "\\frac{\\pi}{2}"),
        ("(1, 2)", "\\left(1,2\\right)"),
        ("(3,\\frac{\\pi}{2})", "(3, \\pi/2)"),
        ("1, -2", "-2, 1"),
        ("1, -2", "x = 1 \\text{ or } x = -2"),
        ("\\{1,2,3\\}", "\\{3,2,1\\}"),
        ("\\{1,2,3\\}", "1, 2 \\text{ and } 3"),
        ("\\pm 3", "\\{-3, 3\\}"),
        ("\\{1\\pm\\sqrt{5},-2\\}", "-2, 1-\\sqrt{5}, 1+\\sqrt{5}"),
        ("[2,5)", "2 \\le x < 5"),
        ("(-\\infty,3]", "3 \\geq x"),
        ("(-\\infty,-1)\\cup(2,\\infty)", "(2,+\\infty)∪(-\\infty,-1)"),
        ("\\text{Navin}", "navin"),
        ("C", "\\textbf{(C) }12"),
        ("52_8", "52_{8}"),
        ("10:30", "10{:}30"),
        ("x^2+2x+1", "(x+1)^2"),
        ("y=2x+3", "2x - y + 3 = 0"),
        ("\\frac{\\sqrt{2}}{2}", "\\frac{1}{\\sqrt2}"),
        ("2\\sin x\\cos x", "\\sin(2x)"),
        ("\\sqrt{5+2\\sqrt6}", "\\sqrt{3}+\\sqrt{2}"),
        ("3+4i", "4i + 3"),
        ("mn", "nm"),
        ("\\begin{pmatrix} 1/5 \\\\ -18/5 \\end{pmatrix}", "\\begin{bmatrix} 0.2 \\\\ -3.6 \\end{bmatrix}"),
    ],
)
def test_equivalent_forms_are_right(gold: str, answer: str) -> None:
    """What means the same as the gold answer earns the reward."""
    assert judged(gold, answer)


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("18", "19"),
        ("18", "3 \\text{ or } 18"),
        ("18", "18, 19"),
        ("18", "\\{18\\}, 4"),
        ("18", "9+9"),
        ("18", "\\sqrt{324}"),
        ("18", "18.0000001"),
        ("18", "180"),
        ("18", "18 = 18"),
        ("18", "x = 18 = 19"),
        ("18", "x \\ne 18"),
        ("18", "\\text{not } 18"),
        ("18", "18 \\text{ or 19}"),
        ("18", "18 \\text{ or nineteen}"),
        ("18", "18 \\text{,000}"),
        ("18", "18 \\text{ (or 19)}"),
        ("18", "18 \\text{ k}"),
        ("18", "18 \\text{ squared}"),
        ("18", "18 \\text{ thousand}"),
        ("18", "\\text{19 or } = 18"),
        ("18", "\\begin{matrix} 18 \\\\ 19 \\end{matrix}"),
        ("\\sqrt{2}", "\\sqrt{2} \\text{ or } \\sqrt{3}"),
        ("\\sqrt{2}", "\\sqrt{2} \\text{ or 3}"),
        ("515", "5,15"),
        ("98721", "98730"),
        ("100", "1"),
        ("1", "\\text{True}"),
        ("1", "1=1"),
        ("0", "0=0"),
        ("0", "\\emptyset"),
        ("\\frac{1}{2}", "\\infty"),
        ("15\\text{ cm}", "15\\text{ km}"),
        ("x=3", "x=x"),
        ("x=3", "y=3"),
        ("x=3", "2x=6"),
        ("1, -2", "1"),
        ("1, -2", "1, 1"),
        ("1, -2", "1, -2, 3"),
        ("(1, 2)", "(2, 1)"),
        ("(1, 2)", "[1, 2]"),
        ("[2,5)", "[2,5]"),
        ("C", "\\text{C or D}"),
        ("C", "(A)(B)(C)(D)"),
        ("\\text{Yes}", "\\text{Yes and no}"),
        ("52_8", "42"),
        ("52_8", "52_9"),
        ("x", "\\times"),
        ("x", "x+10^{-10}"),
        ("\\pi", "3.14159265"),
        ("\\pi", "\\frac{22}{7}"),
        ("\\sqrt{x^2}", "x"),
        ("x+1", "x-1"),
        ("y=2x+3", "0=0"),
        ("\\sqrt{2}+\\sqrt{3}", "3.1463"),
        ("\\infty", "8"),
    ],
)
def test_near_misses_and_hedges_are_not_right(gold: str, answer: str) -> None:
    """Nothing but the answer itself earns the reward."""
    assert not judged(gold, answer)


@pytest.mark.parametrize(
    "answer", ["2+16", "2 \\cdot 9", "18^1", "\\frac{36}{2}", "\\frac{18}{1}", "3!\\cdot 3"]
)
def test_strict_gold_refuses_computations(answer: str) -> None:
    """Where evaluation was the task, an unevaluated expression is wrong."""
    assert not judged("18", answer, strict=True)


@pytest.mark.parametrize(
    "answer", ["18", "18.00", "+18", "1.8\\times 10^1", "x=18", "9 \\cdot 2 = 18", "18 \\text{ cm}"]
)
def test_strict_gold_admits_evaluated_numbers(answer: str) -> None:
    """Literals, also after an equals sign or before a unit, are evaluated."""
    assert judged("18", answer, strict=True)


@pytest.mark.parametrize(
    "response",
    [
        "$\\boxed{7}$ (the answer is 7).",
        "\\boxed{7}\n\nThe answer is correct because $3 \\cdot 7 - 7 = 14$.",
        "\\boxed{7}\nTo check that the answer is right, plug in: 21-7=14.",
        "\\boxed{7}\n\nThe answer is $x = 7$, as required",
        "The answer is \\boxed{7}, and 3 apples remain.",
        "\\boxed{7} and 2 friends get none",
        *(f"\\boxed{{{inside}}}" for inside in ("\\text{7 apples}", "7 = x", "\\large 7", "\\color{red}7")),
        *(
            f"\\boxed{{{inside}}}"
            for inside in ("\\textcolor{red}{7}", "\\underline{7}", "7 \\text{ seconds}")
        ),
        *(
            f"\\boxed{{7 \\text{{ {unit}}}}}"
            for unit in ("m/s", "square metres", "días", "ft-lb", "months", "teeth")
        ),
    ],
)
def test_honest_remarks_and_dress_cost_nothing(response: str) -> None:
    """Prose after the box, a unit, a size or a colour leave the answer what it is."""
    assert check(response, make_gold("7", policy=PROCEDURAL)).ruling is Ruling.RIGHT


@pytest.mark.parametrize(
    "response",
    [
        "\\boxed{7}\nThe answer is actually 8.",
        "\\boxed{7}\nFinal answer: 8 (I think)",
        "\\boxed{7}\nFinal answer: 8. The answer is correct.",
        "\\boxed{7}\nThe answer is 7 or 8",
        "\\boxed{7}\nThe answer is $x = 8$, as required",
        "\\boxed{7} (the answer is 8).",
        "$\\boxed{7}$ and 8.",
        "$\\boxed{7}$ or 8 apples",
        "\\boxed{\\text{7 or 8}}",
        "\\boxed{\\text{7 or eight}}",
        "\\boxed{1\\text{7 apples}}",
        "\\boxed{x \\approx 7}",
        "\\boxed{8 = x}",
        "\\boxed{7 = x = 8}",
    ],
)
def test_hedges_after_and_inside_the_box_are_refused(response: str) -> None:
    """A second value counts wherever it is stated as the answer."""
    assert check(response, make_gold("7", policy=PROCEDURAL)).ruling is not Ruling.RIGHT


_UNITS = (
    "sixths fifths millionths hundredth lakh crore score gross permille bn sqrt pi mod^n ^-1 wrong ou^huit"
)


@pytest.mark.parametrize(
    "word",
    [
        *(w.replace("d^n", "d n").replace("u^h", "u h") for w in _UNITS.split()),
        "÷ m",
        "× m",
        "twentieths",
        "zillion",
        "tenfold",
        "thirteenths",
        "e",
        "i",
    ],
)
def test_words_that_change_the_value_are_no_units(word: str) -> None:
    """Ordinals, multipliers, functions and a second opinion do not pass for a unit."""
    assert not judged("7", f"7 \\text{{ {word}}}")
    assert not judged("7", f"\\text{{7 {word}}}")


_ROOTS = "\\frac{16 - \\sqrt{88}}{6}, \\frac{16 + \\sqrt{88}}{6}"


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("-31, 39", "\\frac{8 - \\sqrt{8^2 + 4 \\cdot 1209}}{2}, \\frac{8 + \\sqrt{8^2 + 4 \\cdot 1209}}{2}"),
        ("-31, 39", "4 - 35, 4 + 35"),
        ("-31, 39", "4 \\pm 35"),
        ("-31, 39", "\\{-\\sqrt{961}, 39\\}"),
        ("-31, 39", "(-1) \\cdot 31, 39"),
        ("(13, 5)", "(\\frac{2 \\cdot 23 - 5 \\cdot 4}{2 \\cdot 3 - 4}, 5)"),
        ("(13, 5)", "\\left(\\frac{26}{2}, 5\\right)"),
        (
            _ROOTS,
            "\\frac{16 - \\sqrt{16^2 - 4 \\cdot 3 \\cdot 14}}{6}, \\frac{16 + \\sqrt{16^2 - 4 \\cdot 3 \\cdot 14}}{6}",
        ),
        (_ROOTS, "\\frac{16 \\pm \\sqrt{16^2 - 168}}{6}"),
        (_ROOTS, "\\frac{16 - \\sqrt{256 - 168}}{6}, \\frac{16 + \\sqrt{256 - 168}}{6}"),
        (_ROOTS, "\\frac{16 - \\sqrt{88}}{2 \\cdot 3}, \\frac{16 + \\sqrt{88}}{2 \\cdot 3}"),
        (_ROOTS, "\\frac{-(-16) - \\sqrt{88}}{6}, \\frac{-(-16) + \\sqrt{88}}{6}"),
        ("119\\pi", "12^2\\pi - 5^2\\pi"),
        ("119\\pi", "144\\pi - 25\\pi"),
        ("119\\pi", "\\pi (144 - 25)"),
        ("119\\pi", "7 \\cdot 17 \\pi"),
        ("119\\pi", "7 \\pi \\cdot 17"),
        ("\\sqrt{234}", "\\sqrt{3^2 + 15^2}"),
        ("\\sqrt{234}", "\\sqrt{(4-1)^2 + (20-5)^2}"),
        ("\\sqrt{234}", "\\sqrt{9 \\cdot 26}"),
        ("\\sqrt{234}", "\\sqrt{9} \\sqrt{26}"),
        ("\\sqrt{234}", "(3^2 + 15^2)^{1/2}"),
    ],
)
def test_strict_gold_refuses_formulas_with_numbers_put_in(gold: str, answer: str) -> None:
    """Lists, pairs and irrational golds want every number worked out; a dataset's gold takes any form."""
    assert not judged(gold, answer, strict=True)
    assert judged(gold, answer)


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        ("-31, 39", "39, -31"),
        ("-31, 39", "x = -31 \\text{ or } x = 39"),
        ("-3, 3", "\\pm 3"),
        ("-\\frac{3}{2}, 4", "4, -1.5"),
        ("(13, \\frac{5}{2})", "(13, 2\\frac{1}{2})"),
        ("(13, -5)", "(13, -5)"),
        (_ROOTS, "\\frac{8 + \\sqrt{22}}{3}, \\frac{8 - \\sqrt{22}}{3}"),
        (_ROOTS, "\\frac{8 \\pm \\sqrt{22}}{3}"),
        (_ROOTS, "t = \\frac{8 \\pm \\sqrt{22}}{3}"),
        (_ROOTS, "\\frac{8}{3} \\pm \\frac{\\sqrt{22}}{3}"),
        (_ROOTS, "x = \\frac{16 + 2\\sqrt{22}}{6}, x = \\frac{16 - 2\\sqrt{22}}{6}"),
        (_ROOTS, "\\frac{1}{3}(8 + \\sqrt{22}), \\frac{1}{3}(8 - \\sqrt{22})"),
        (_ROOTS, "\\frac{-8 - \\sqrt{22}}{-3}, -\\frac{\\sqrt{22} - 8}{3}"),
        ("119\\pi", "119 \\cdot \\pi"),
        ("119\\pi", "\\pi \\cdot 119 \\text{ cm}^2"),
        ("\\frac{7}{2}\\pi", "\\frac{7\\pi}{2}"),
        ("\\sqrt{234}", "3\\sqrt{26}"),
        ("\\sqrt{234}", "d = \\sqrt{234}"),
        ("4x - 7", "2 \\cdot 2x - 7"),
    ],
)
def test_strict_gold_admits_every_worked_out_form(gold: str, answer: str) -> None:
    """Simplified or not, split or over one line: what is worked out is right."""
    assert judged(gold, answer, strict=True)


def test_percent_sign_is_admitted_only_where_a_percentage_is_asked_for() -> None:
    """25 may be written 25% if the question says so; 0.25% is never 0.25."""
    assert judged("25", "25\\%", percent=True)
    assert not judged("25", "25\\%")
    assert not judged("0.25", "0.25\\%", percent=True)
    gold = make_gold("25", question="What percent of 8 is 2?")
    assert check("\\boxed{25\\%}", gold).ruling is Ruling.RIGHT


def test_all_boxes_of_a_list_answer_count_together() -> None:
    """Two roots in two boxes are the list of both; for a single number they are a hedge."""
    response = "$\\boxed{1}$ and $\\boxed{-2}$"
    assert check(response, make_gold("1, -2")).ruling is Ruling.RIGHT
    assert check(response, make_gold("1")).ruling is Ruling.WRONG


def test_gold_has_no_repr_that_shows_it() -> None:
    """Logs cannot leak what the checker compares against."""
    assert "1234" not in repr(make_gold("1234"))


def test_empty_gold_is_refused() -> None:
    """A gold answer of nothing would be met by nothing."""
    with pytest.raises(ValueError, match="empty"):
        make_gold(" $ $ ")


_NUMBERS = st.one_of(st.integers(-(10**12), 10**12).map(Fraction), st.fractions(max_denominator=10**4))


def written(value: Fraction) -> list[str]:
    """Write a number in several forms that the card admits."""
    top, low = value.numerator, value.denominator
    forms = [f"\\frac{{{top}}}{{{low}}}" if low > 1 else str(top), f"{top}/{low}" if low > 1 else f"{top:,}"]
    places = max(_power(low, 2), _power(low, 5))
    if low == 2 ** _power(low, 2) * 5 ** _power(low, 5):
        scaled = abs(top) * 10**places // low
        digits = str(scaled).rjust(places + 1, "0")
        forms.append(
            ("-" if top < 0 else "") + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)
        )
    if abs(value) > 1 and low > 1:
        whole, rest = divmod(abs(top), low)
        forms.append(("-" if top < 0 else "") + f"{whole}\\frac{{{rest}}}{{{low}}}")
    return forms


def _power(number: int, prime: int) -> int:
    count = 0
    while number % prime == 0:
        number //= prime
        count += 1
    return count


@given(_NUMBERS, st.booleans())
def test_every_written_form_of_a_number_is_right(value: Fraction, strict: bool) -> None:
    """Integer, fraction, decimal, thousands commas and mixed number agree, whichever is the gold."""
    forms = written(value)
    for gold in forms:
        assert all(judged(gold, form, strict=strict) for form in forms)


@given(_NUMBERS, _NUMBERS, st.booleans())
def test_another_number_is_wrong(value: Fraction, other: Fraction, strict: bool) -> None:
    """No form of a different number is accepted."""
    assume(value != other)
    for form in written(other):
        assert not judged(written(value)[0], form, strict=strict)


@given(_NUMBERS, st.integers(0, 30), st.sampled_from([1, -1]))
def test_a_changed_digit_is_wrong(value: Fraction, place: int, by: int) -> None:
    """There is no tolerance: a change in any decimal place counts."""
    mutated = value + by * Fraction(1, 10**place)
    assert not judged(written(value)[0], written(mutated)[0])


_GOLDS = [
    make_gold(text) for text in ("5", "x+1", "C", "Navin", "\\{1,2\\}", "52_8", "(1,2)", "x=3", "[1,2)")
]
_MARKS = (
    "\\boxed{ } { \\frac \\sqrt 1 2 x + - ^ _ ( ) [ ] \\{ \\} | ! % , or and \\text{ cm = < \\pm : . e i "
    "\\pi \\sin \\begin{pmatrix} \\end{pmatrix} & \\\\ \\over $ answer: #### \\cup \\in / * ½ ² \u202e \ud800"
)
_PIECES = st.lists(st.sampled_from(_MARKS.split(" "))).map(" ".join)


@given(st.text() | _PIECES | _PIECES.map(lambda s: f"\\boxed{{{s}}}"))
def test_no_text_makes_the_checker_raise(text: str) -> None:
    """Every response has a ruling, the same each time; any text read as gold gives a gold or ValueError."""
    for gold in _GOLDS:
        first = check(text, gold)
        assert first.ruling in Ruling
        assert check(text, gold) == first
    try:
        gold = make_gold(text)
    except ValueError:
        return
    assert gold.text == text


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "\\boxed{",
            "{",
            "}",
            "\\boxed{1}",
            "answer is ",
            "\n#### 5",
            "\nA: ",
            " or ",
            "5 or ",
            "\\",
            "1",
            "1,",
        ),
        *("²", "$", "\n", " ", "</think>", "\\boxed{5} or ", "1e", "0.\\overline{", "\\text{", "("),
    ],
)
def test_a_megabyte_is_judged_in_bounded_time(piece: str) -> None:
    """Repetition of anything is linear: 1 MB costs well under half a second of CPU even on a busy machine."""
    text = (piece * (1 << 20))[: 1 << 20]
    short = (piece * 4000)[:3900]
    start = time.process_time()
    for response in (
        text,
        text + "\\boxed{5}",
        "\\boxed{5}" + text,
        f"\\boxed{{{short}}}",
        f"answer: {short}",
    ):
        assert check(response, _GOLDS[0]).ruling in Ruling
    assert time.process_time() - start < 2.5
