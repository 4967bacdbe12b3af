"""How a family turns parameters into a draft: key from the parameters, wording from a template."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

from rlvr_gym.envs.math.checker import make_gold
from rlvr_gym.envs.math.policy import PROCEDURAL
from rlvr_gym.sources import Draft

__all__ = ["draft", "latex", "nonzero", "polynomial", "signed", "variable"]


def draft(
    rng: random.Random,
    kind: str,
    params: Sequence[object],
    templates: Sequence[str],
    gold: object,
    *,
    percent: bool = False,
    steps: int | None = None,
    **fields: object,
) -> Draft:
    """Make a draft; the wording is drawn last, so that it never changes the content.

    Its public `info` names the kind of problem and the number of its wording: variants keep both.

    Args:
        rng: of the task.
        kind: of problem within the family.
        params: all that the answer depends on; with `kind` they are the canonical key.
        templates: wordings with the names of `fields`.
        gold: an integer, a fraction or LaTeX text.
        percent: the answer is a percentage, so that 25 may be written 25%.
        steps: operations of a worked solution, where the family counts them: what its levels are measured by.
        fields: what the templates show.
    """
    text = latex(gold) if isinstance(gold, int | Fraction) else str(gold)
    key = f"{kind}:{','.join(str(param) for param in params)}"
    template = rng.randrange(len(templates))
    info: dict[str, object] = {"kind": kind, "template": template}
    if steps is not None:
        info["steps"] = steps
    gold_answer = make_gold(text, policy=PROCEDURAL, percent=percent)
    return Draft(key, templates[template].format(**fields), gold_answer, info)


def latex(value: int | Fraction) -> str:
    """Write an exact number as LaTeX."""
    fraction = Fraction(value)
    if fraction.denominator == 1:
        return str(fraction.numerator)
    sign = "-" if fraction < 0 else ""
    return f"{sign}\\frac{{{abs(fraction.numerator)}}}{{{fraction.denominator}}}"


def signed(value: int) -> str:
    """Write a summand with its sign: "+ 3" or "- 3"."""
    return f"- {-value}" if value < 0 else f"+ {value}"


def nonzero(rng: random.Random, low: int, high: int) -> int:
    """Draw a whole number other than 0 from low..high."""
    while True:
        value = rng.randint(low, high)
        if value:
            return value


def variable(rng: random.Random) -> str:
    """Draw the name of an unknown."""
    return rng.choice("xyzntabk")


def polynomial(coefficients: Sequence[int], name: str = "x") -> str:
    """Write a polynomial as LaTeX, highest power first.

    Args:
        coefficients: of the powers 0, 1, 2, ...
        name: of the variable.
    """
    terms: list[str] = []
    for power in range(len(coefficients) - 1, -1, -1):
        factor = coefficients[power]
        if factor == 0:
            continue
        symbol = "" if power == 0 else name if power == 1 else f"{name}^{power}"  # no power reaches 10
        size = "" if abs(factor) == 1 and power else str(abs(factor))
        lead = ("-" if factor < 0 else "") if not terms else (" - " if factor < 0 else " + ")
        terms.append(f"{lead}{size}{symbol}")
    return "".join(terms) or "0"
