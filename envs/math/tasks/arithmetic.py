"""Arithmetic with whole numbers. Example (level 3): `Compute $47 \\cdot 12 - 31 \\cdot 9$.` -> 285.

The answer must be the evaluated number; the expression itself earns nothing.
"""

from __future__ import annotations

import random

from rlvr_gym.envs.math.tasks.drafting import draft
from rlvr_gym.sources import Draft

__all__ = ["arithmetic"]

_TEMPLATES = (
    "Compute ${shown}$.",
    "What is the value of ${shown}$?",
    "Evaluate the expression ${shown}$.",
    "Work out ${shown}$ without a calculator.",
)


def arithmetic(rng: random.Random, level: int) -> Draft:
    """Draw an expression of whole numbers; level sets its size and nesting."""
    a, b, c, d, e, f = (rng.randint(2, 99) for _ in range(6))
    s, t = rng.choice("+-"), rng.choice("+-")
    if level == 1:
        expression = f"{rng.randint(11, 499)}{s}{rng.randint(11, 499)}"
    elif level == 2:
        expression = f"{a}*{rng.randint(3, 29)}{s}{rng.randint(11, 299)}"
    elif level == 3:
        expression = f"{a}*{b}{s}{c}*{d}"
    elif level == 4:
        expression = f"({a}{s}{b})*{c}{t}{d}*{e}"
    else:
        expression = f"({a}*{b}{s}{c})*({d}{t}{e})-{f}*{f + rng.randint(0, 60)}"
    value = _value(expression)
    shown = expression.replace("*", " \\cdot ").replace("+", " + ").replace("-", " - ")
    return draft(rng, "value", (expression,), _TEMPLATES, value, shown=shown)


def _value(expression: str) -> int:
    """Evaluate what this module wrote itself: sums of products of numbers and of bracketed sums."""
    total, sign, depth, start = 0, 1, 0, 0
    for place, sign_here in enumerate([*expression, "+"]):
        depth += (sign_here == "(") - (sign_here == ")")
        if sign_here in "+-" and depth == 0:
            total += sign * _product(expression[start:place])
            sign, start = (1 if sign_here == "+" else -1), place + 1
    return total


def _product(text: str) -> int:
    result, depth, start = 1, 0, 0
    for place, char in enumerate([*text, "*"]):
        depth += (char == "(") - (char == ")")
        if char == "*" and depth == 0:
            factor = text[start:place]
            result *= _value(factor[1:-1]) if factor.startswith("(") else int(factor)
            start = place + 1
    return result
