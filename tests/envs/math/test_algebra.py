"""Algebra, floating point and sets of reals on the trusted side: what each proves, and where each is silent."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
import sympy

from rlvr_gym.envs.math.algebra import equal, same_equation
from rlvr_gym.envs.math.numeric import differ, evaluate, real_value
from rlvr_gym.envs.math.parse import parse
from rlvr_gym.envs.math.realsets import as_real_set


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("(x+1)^2", "x^2+2x+1"),
        ("\\frac{x^2-1}{x-1}", "x+1"),
        ("\\frac{1}{\\sqrt{2}-1}", "\\sqrt{2}+1"),
        ("\\sqrt{6}", "\\sqrt{2}\\sqrt{3}"),
        ("\\sqrt[3]{16}", "2\\sqrt[3]{2}"),
        ("\\frac{(1+i)^2}{2}", "i"),
        ("\\sqrt{-4}", "2i"),
        ("2^{2n}", "4^n"),
        ("2^{n+1}", "2 \\cdot 2^n"),
        ("e^{2x} e^x", "e^{3x}"),
        ("\\ln 6", "\\ln 2 + \\ln 3"),
        ("\\log_2 8", "3"),
        ("\\frac{n(n+1)}{2}", "\\frac{n^2+n}{2}"),
        ("\\sqrt{x}", "x^{1/2}"),
        ("30^\\circ", "\\frac{\\pi}{6}"),
        ("\\sin^2 x + \\cos^2 x", "1"),
        ("\\sin 3x", "3\\sin x - 4\\sin^3 x"),
        ("\\tan x", "\\frac{\\sin x}{\\cos x}"),
        ("\\cos 15^\\circ", "\\frac{\\sqrt{6}+\\sqrt{2}}{4}"),
        ("e^{i\\pi/3}", "\\frac{1}{2} + \\frac{\\sqrt{3}}{2}i"),
        ("\\sqrt{3+2\\sqrt{2}}", "1+\\sqrt{2}"),
        ("\\frac{1}{\\sqrt[3]{2}}", "\\frac{\\sqrt[3]{4}}{2}"),
    ],
)
def test_equal_expressions_are_proved_equal(one: str, two: str) -> None:
    """Polynomials, quotients, surds, exponentials and logarithms of numbers."""
    assert equal(parse(one), parse(two)) is True


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("x+1", "x+2"),
        ("\\sqrt{2}+\\sqrt{3}", "3.1463"),
        ("\\pi", "\\frac{22}{7}"),
        ("2^n", "3^n"),
        ("i", "-i"),
    ],
)
def test_independent_generators_prove_a_difference(one: str, two: str) -> None:
    """Where no relation can hold between what stands there, other forms are other values."""
    assert equal(parse(one), parse(two)) is False


@pytest.mark.parametrize(
    ("one", "two"),
    [("\\arctan 1", "\\frac{\\pi}{4}"), ("\\sqrt[3]{7+5\\sqrt{2}}", "1+\\sqrt{2}"), ("\\sqrt{x^2}", "x")],
)
def test_what_needs_more_than_normal_forms_stays_open(one: str, two: str) -> None:
    """Neither equal nor unequal: the sandbox decides."""
    assert equal(parse(one), parse(two)) is None
    assert not differ(parse("x"), parse("x"))


def test_equations_are_the_same_up_to_a_factor() -> None:
    """Sides may be swapped, moved and multiplied; a tautology is no equation."""

    def sides(text: str) -> tuple[list[object], list[object]]:
        tree = parse(text)
        return tree[1], tree[3]

    assert same_equation(sides("y = 2x + 3"), sides("4x - 2y + 6 = 0")) is True
    assert same_equation(sides("y = 2x + 3"), sides("y = 2x - 3")) is False
    assert same_equation(sides("y = 2x + 3"), sides("0 = 0")) is False
    assert same_equation(sides("xy = 1"), sides("y = \\frac{1}{x}")) is True


def _random_text(chance: random.Random, depth: int) -> str:
    if depth == 0 or chance.random() < 0.2:
        return chance.choice(["x", "y", "2", "3", "5", "\\frac{2}{3}", "\\pi", "7"])
    one, two = _random_text(chance, depth - 1), _random_text(chance, depth - 1)
    kind = chance.randrange(8)
    return (
        f"({one} + {two})",
        f"({one} - {two})",
        f"({one})({two})",
        f"\\frac{{{one}}}{{{two}}}",
        f"({one})^2",
        f"\\sqrt{{{one}}}",
        f"\\sin({one})",
        f"2^{{{one}}}",
    )[kind]


def test_values_and_verdicts_agree_with_an_independent_evaluation() -> None:
    """Where floating point has a value, sympy has the same within the stated error."""
    from rlvr_gym.sandbox.runners import symbolic

    chance = random.Random(99)
    point = {"x": 1.375, "y": 0.8125}
    exactly = {sympy.Symbol(name, real=True): sympy.Rational(value) for name, value in point.items()}
    seen = 0
    for _ in range(300):
        tree = parse(_random_text(chance, 3))
        ours = evaluate(tree, point)
        if ours is None:
            continue
        theirs = complex(symbolic._build(tree).subs(exactly).evalf(30))
        assert abs(ours.value - theirs) <= ours.error + 1e-12 * abs(theirs), tree
        seen += 1
    assert seen > 150


def test_constants_have_real_values_or_none() -> None:
    """Infinities are ordered; imaginary numbers and what is not finite are not."""
    assert real_value(parse("-\\infty")) == float("-inf")
    assert real_value(parse("\\sqrt{2}")) == pytest.approx(2**0.5)
    assert real_value(parse("2i")) is None
    assert real_value(parse("\\frac{1}{0}")) is None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("x < -2 \\text{ or } x > 7", "(-\\infty, -2) \\cup (7, \\infty)"),
        ("x \\ne 0", "\\mathbb{R} \\setminus \\{0\\}"),
        ("|x| < 2", "-2 < x < 2"),
        ("|x - 1| \\ge 2", "(-\\infty, -1] \\cup [3, \\infty)"),
        ("x > 0, x \\ne 125", "(0, 125) \\cup (125, \\infty)"),
        ("[1, 3] \\cup [3, 5]", "[1, 5]"),
        ("\\text{all real numbers}", "(-\\infty, \\infty)"),
        ("2 \\le x \\text{ and } x < 5", "[2, 5)"),
        ("(0, 2) \\cap (1, 3)", "1 < x < 2"),
    ],
)
def test_sets_of_reals_have_one_form(one: str, two: str) -> None:
    """Inequalities, intervals, unions and complements of one set are one tree."""
    left, right = as_real_set(parse(one)), as_real_set(parse(two))
    assert left is not None
    assert right is not None
    from rlvr_gym.envs.math.compare import compare

    assert compare(left[1], right[1]) is True


@pytest.mark.parametrize("text", ["[5, 2)", "(a, b) \\cup (c, d)", "x < y", "3", "x = 2", "(1, 2, 3)"])
def test_what_is_no_set_of_reals_has_none(text: str) -> None:
    """Ends out of order, unknown ends and anything else are left to other rules."""
    assert as_real_set(parse(text)) is None


def _contains(tree: list[object], value: Fraction) -> bool:
    if tree[0] == "empty":
        return False
    if tree[0] == "cup":
        return any(_contains(part, value) for part in tree[1:])  # type: ignore[arg-type]
    low, high = real_value(tree[3]), real_value(tree[4])  # type: ignore[arg-type]
    assert low is not None
    assert high is not None
    return low < value < high or (value == low and tree[1] == "[") or (value == high and tree[2] == "]")


def test_unions_and_intersections_hold_what_their_parts_hold() -> None:
    """On a grid, random sets contain exactly the points that membership in their parts says."""
    chance = random.Random(5)
    grid = [Fraction(n, 2) for n in range(-14, 15)]
    for _ in range(300):
        parts = []
        for _ in range(chance.randint(2, 4)):
            low = chance.randint(-6, 5)
            high = chance.randint(low + 1, 6)
            parts.append((low, high, chance.choice("(["), chance.choice(")]")))
        signs = [chance.choice(["\\cup", "\\cap", "\\setminus"]) for _ in parts[1:]]
        text = "".join(
            f"{sign} {opener}{low}, {high}{closer} "
            for sign, (low, high, opener, closer) in zip(["", *signs], parts, strict=True)
        )
        found = as_real_set(parse(text))
        assert found is not None, text
        for value in grid:
            inside = False
            for sign, (low, high, opener, closer) in zip(["\\cup", *signs], parts, strict=True):
                member = (
                    low < value < high
                    or (value == low and opener == "[")
                    or (value == high and closer == "]")
                )
                inside = {
                    "\\cup": inside or member,
                    "\\cap": inside and member,
                    "\\setminus": inside and not member,
                }[sign]
            assert _contains(found[1], value) == inside, (text, value)


def test_whole_powers_of_negative_values_are_evaluated() -> None:
    """A base may be negative where the exponent is whole, so that squares of cosines can differ."""
    assert differ(parse("\\sin^2 x"), parse("\\cos^2 x"))
    found = evaluate(parse("(x - 3)^3"), {"x": 1.0})
    assert found is not None
    assert found.value == pytest.approx(-8)
