"""What the derivations share: reading the parameters of a key, writing an answer."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import sympy

X = sympy.Symbol("x")
Answer = int | Fraction | str | list[str]
Derivations = dict[str, Callable[[str, list[str]], Answer]]


def fractions_of(params: list[str]) -> list[Fraction]:
    return [Fraction(param) for param in params]


def whole(params: list[str]) -> list[int]:
    return [int(param) for param in params]


def text(expression: sympy.Expr) -> str:
    return str(expression).replace("**", "^").replace("exp(", "exp (")


def poly(coefficients: list[int]) -> sympy.Expr:
    return sum((c * X**n for n, c in enumerate(coefficients)), sympy.Integer(0))


def rational(value: sympy.Expr) -> Fraction:
    assert value.is_rational
    return Fraction(int(value.p), int(value.q))


def roots(a: int, b: int, c: int) -> list[str]:
    return [text(root) for root in sympy.solve(a * X**2 + b * X + c, X)]


def falling(n: int, k: int) -> int:
    return 1 if k == 0 else n * falling(n - 1, k - 1)
