"""The symbolic runner, called directly: what algebra proves, what one point refutes."""

from __future__ import annotations

import pytest

from rlvr_gym.envs.math.parse import parse
from rlvr_gym.envs.math.shape import shape
from rlvr_gym.sandbox.runners.symbolic import run


def equal(left: str, right: str) -> object:
    return run({"pairs": [[shape(parse(left)), shape(parse(right))]]})["equal"]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("x^2 - 1", "(x-1)(x+1)"),
        ("\\tan x", "\\frac{\\sin x}{\\cos x}"),
        ("\\cos 3\\theta", "4\\cos^3\\theta - 3\\cos\\theta"),
        ("\\sin^2 x + \\cos^2 x", "1"),
        ("e^{i\\pi/3}", "\\frac{1}{2} + \\frac{\\sqrt3}{2} i"),
        ("|x|", "\\sqrt{x^2}"),
        ("\\frac{\\sqrt6+\\sqrt2}{4}", "\\cos 15^\\circ"),
        ("\\log_2 8", "3"),
        ("\\frac{\\sqrt[3]{4}}{2}", "\\frac{1}{\\sqrt[3]{2}}"),
        ("2^{n+1}", "2 \\cdot 2^n"),
        ("\\{\\sqrt{2}, \\frac{1}{2}\\}", "\\{0.5, 2/\\sqrt{2}\\}"),
        ("(\\sqrt{8}, 1)", "(2\\sqrt{2}, 1)"),
        ("x - 2y = 4", "2x - 4y - 8 = 0"),
        ("\\sqrt[3]{-8}", "-2"),
    ],
)
def test_equal_answers_are_proved_equal(left: str, right: str) -> None:
    """Identities of school mathematics are proved in either order."""
    assert equal(left, right) is True
    assert equal(right, left) is True


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("x", "-x"),
        ("|x|", "x"),
        ("\\sqrt{x^2}", "x"),
        ("x", "x + 10^{-20}"),
        ("\\pi", "3.14159265358979323846"),
        ("(\\sqrt{2}, 1)", "(\\sqrt{3}, 1)"),
        ("\\{\\sqrt{2}, \\sqrt{3}\\}", "\\{\\sqrt{2}, \\sqrt{5}\\}"),
        ("x - 2y = 4", "x + 2y = 4"),
        ("y = 2x", "y = y"),
        ("x", "y"),
        ("\\infty", "8"),
    ],
)
def test_different_answers_are_not_equal(left: str, right: str) -> None:
    """One point of difference refutes; small differences count."""
    assert equal(left, right) is False


def test_all_pairs_must_be_equal() -> None:
    """A second answer that differs makes the whole unequal."""
    one, two = parse("\\sqrt{2}"), parse("\\sqrt{3}")
    assert run({"pairs": [[one, one], [one, two]]})["equal"] is False


def test_a_tree_that_is_too_big_is_undecided() -> None:
    """The runner has limits of its own."""
    assert run({"pairs": [[["add", *([["sym", "x"]] * 4000)], ["sym", "x"]]]})["equal"] is None


def test_an_unknown_node_is_undecided() -> None:
    """What cannot be built proves nothing."""
    assert run({"pairs": [[["sym", "x"], ["surprise", 1]]]})["equal"] is None


def test_checks_are_decided_each_for_itself() -> None:
    """Equalities of a solution's steps: one answer each, None where the trees are no expressions."""
    texts = [
        ("\\sqrt{12}", "2\\sqrt{3}"),
        ("\\sqrt{12}", "3\\sqrt{2}"),
        ("x", "(1, 2)"),
        ("f(x) + 1", "f(x) + 1"),
    ]
    checks = [[parse(left), parse(right)] for left, right in texts]
    checks.append([["fn", "nothing", ["int", 1]], ["int", 1]])
    assert run({"pairs": [], "checks": checks}) == {"checks": [True, False, False, True, None]}
