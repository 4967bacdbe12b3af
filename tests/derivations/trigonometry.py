"""Golds of trigonometry by another road: sympy's own values and expansions, and a search through the angles."""

from __future__ import annotations

import math
from fractions import Fraction

import sympy

from tests.derivations.common import Answer, Derivations, fractions_of, rational, text, whole

__all__ = ["DERIVED"]

A, B = sympy.symbols("a b")
FUNCTIONS = {"sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan}


def known(expression: sympy.Expr, name: sympy.Symbol, cosine: str, sine: str) -> sympy.Expr:
    values = {sympy.cos(name): sympy.Rational(cosine), sympy.sin(name): sympy.Rational(sine)}
    return expression.subs(values | {sympy.tan(name): values[sympy.sin(name)] / values[sympy.cos(name)]})


def trig_values(kind: str, params: list[str]) -> Answer:
    if kind in ("degrees", "radians"):
        share = sympy.Rational(params[1]) / (180 if kind == "degrees" else 1)
        return text(FUNCTIONS[params[0]](share * sympy.pi))
    if kind == "half":  # the double of the half angle is the angle, and the half is at most 180 degrees
        cosine, sine = fractions_of(params[1:])
        t = sympy.Symbol("t", real=True)
        found = sympy.solve([(1 + t**2) * cosine - (1 - t**2), (1 + t**2) * sine - 2 * t], [t])
        return rational(found[0][0])
    if kind == "sum":
        _, p, q, _, r, s, asked, m, n = params
        sum_of_angles = FUNCTIONS[asked](int(m) * A + int(n) * B)
        expanded = sympy.expand_trig(sympy.expand_trig(sum_of_angles))  # the sum, then the multiples
        return rational(known(known(expanded, A, p, q), B, r, s))
    times = 1 if kind == "other_function" else int(params[4])
    return rational(known(sympy.expand_trig(FUNCTIONS[params[3]](times * A)), A, params[1], params[2]))


def trig_equations(kind: str, params: list[str]) -> Answer:
    function, *rest = params
    k, *p = whole(rest)
    call = {"sin": math.sin, "cos": math.cos, "tan": math.tan}[function]
    name, asked = kind.rsplit("_", 1)

    def left(degrees: float) -> float:
        x = math.radians(k * degrees)
        u = call(x)
        if name == "linear":
            phase, a, b, c, root = p
            return a * call(x + math.radians(phase)) + (b - c) * math.sqrt(root)
        square = {"squares": u * u, "mixed": 1 - u * u, "double": math.cos(2 * x)}[name]
        return p[0] * square + p[1] * u + p[2]

    # All solutions are multiples of 2.5 degrees: between those the sign changes only at poles.
    grid = [Fraction(5 * n, 2) for n in range(144)]
    found = [x for x in grid if abs(left(float(x))) < 1e-9]
    for low in grid:
        one, two = left(float(low) + 1e-4), left(float(low) + 2.4999)
        assert (one > 0) == (two > 0) or (function == "tan" and abs(one - two) > 1)
    return sum(found, Fraction(0)) if asked == "sum" else [str(x) for x in found]


DERIVED: Derivations = {"trig_equations": trig_equations, "trig_values": trig_values}
