"""Golds of differential calculus by another road: sympy's limits, derivatives and series, Lagrange multipliers."""

from __future__ import annotations

import sympy
from sympy import Rational, exp, log, sqrt

from tests.derivations.common import Answer, Derivations, X, poly, rational, whole

__all__ = ["DERIVED"]


def spaced(param: str) -> sympy.Expr:
    return poly(whole(param.split()))


def limits(kind: str, params: list[str]) -> Answer:
    if kind in ("infinity", "linear_factor", "common_factor"):
        to = sympy.oo if kind == "infinity" else int(params[0])
        return rational(sympy.limit(spaced(params[-2]) / spaced(params[-1]), X, to))
    p = whole(params)
    if kind in ("root_above", "root_below"):
        a, b, c, r = p
        quotient = (sqrt(a * X + b) - c) / (X - r)
        return rational(sympy.limit(quotient if kind == "root_above" else 1 / quotient, X, r))
    if kind == "root_difference":
        lead, a, b, c = p
        return rational(sympy.limit(sqrt(lead**2 * X**2 + a * X + b) - lead * X - c, X, sympy.oo))
    a, b = p
    x, y = a * X, b * X
    shown = {
        "cosine": (1 - sympy.cos(x)) / (X * sympy.sin(y)),
        "cosines": (sympy.cos(x) - sympy.cos(y)) / X**2,
        "exponentials": (exp(x) - exp(y)) / sympy.sin(y),
        "logarithm": (log(1 + x) - x) / (X * sympy.sin(y)),
        "sines": (b * sympy.sin(x) - a * sympy.sin(y)) / X**3,
        "tangent": (sympy.tan(x) - sympy.sin(x)) / (X**2 * sympy.sin(y)),
        "arctangent": (sympy.atan(x) - x) / (X**2 * (exp(y) - 1)),
    }[kind]
    top, bottom = sympy.fraction(shown)
    while top.subs(X, 0) == bottom.subs(X, 0) == 0:  # l'Hôpital's rule
        top, bottom = sympy.diff(top, X), sympy.diff(bottom, X)
    return rational(sympy.nsimplify(top.subs(X, 0) / bottom.subs(X, 0)))


def derivative_rules(kind: str, params: list[str]) -> Answer:
    if kind in ("product", "quotient"):
        one, two = spaced(params[1]), spaced(params[2])
        return rational(sympy.diff(one * two if kind == "product" else one / two, X).subs(X, int(params[0])))
    if kind.startswith("table"):
        at, inner, f, slope_f, slope_g, c = whole(params[1:])
        g = inner + slope_g * (X - at)  # any functions with these values will do
        outer = (f + slope_f * (X - inner)).subs(X, g)
        h = outer**2 + c * g if kind == "table_square" else (X + c) / outer
        return rational(sympy.diff(h, X).subs(X, at))
    p = whole(params)
    if kind == "chain":
        a, b, n, at = p
        return rational(sympy.diff(sympy.expand((a * X + b) ** n), X).subs(X, at))
    if kind == "powers":
        a, b, m, c, d, n, at = p
        return rational(sympy.diff(sympy.expand((a * X + b) ** m * (c * X + d) ** n), X).subs(X, at))
    if kind == "root":
        at, lead, free, *inside = p
        return rational(sympy.diff((lead * X + free) * sqrt(poly(inside)), X).subs(X, at))
    if kind == "leibniz":
        *coefficients, a, n = p
        return rational(sympy.diff(poly(coefficients) * exp(a * X), X, n).subs(X, 0))
    a, b, c, x, y = p
    t = sympy.Symbol("t")
    curve = a * X**2 + b * X * t + c * t**2
    return rational(sympy.idiff(curve, t, X, 2 if kind == "implicit_second" else 1).subs({X: x, t: y}))


def taylor_coefficients(kind: str, params: list[str]) -> Answer:
    k, a, *rest = whole(params)
    b = rest[0] if rest else 0
    x, y, line, other, square = a * X, b * X, 1 + a * X, 1 + b * X, 1 + a * X + b * X**2
    shown = {
        "exponential": exp(x),
        "geometric": 1 / line,
        "logarithm": log(line),
        "line_exponential": other * exp(x),
        "line_logarithm": other * log(line),
        "quotient": other / line,
        "square_below": other / line**2,
        "root": other * sqrt(line),
        "root_below": other / sqrt(line),
        "exponential_quotient": exp(x) / other,
        "exponential_logarithm": exp(x) * log(other),
        "exponential_sine": exp(x) * sympy.sin(y),
        "exponential_of": exp(x + b * X**2),
        "inverse_of": 1 / square,
        "logarithm_of": log(square),
        "root_of": sqrt(square),
    }[kind]
    return rational(sympy.diff(shown, X, k).subs(X, 0) / sympy.factorial(k))


def optimisation(kind: str, params: list[str]) -> Answer:
    if kind == "cubic":
        which, low, high, *coefficients = params
        curve = poly(whole(coefficients))
        interval = sympy.Interval(int(low), int(high))
        return rational((sympy.maximum if which == "greatest" else sympy.minimum)(curve, X, interval))
    p = [Rational(param) for param in params]
    if kind in ("river", "corral"):
        n, total = p
        width = (total - (n + 2) * X) / (1 if kind == "river" else 2)
        return rational(sympy.maximum(width * X, X))
    if kind in ("inverse", "inverse_square"):
        a, b, c = p
        curve = a * X + c + b / X ** (1 if kind == "inverse" else 2)
        return rational(
            min(
                curve.subs(X, at)
                for at in sympy.real_roots(sympy.numer(sympy.together(sympy.diff(curve, X))))
                if at > 0
            )
        )
    if kind == "sheet":
        a, b = p
        volume = X * (a - 2 * X) * (b - 2 * X)
        return rational(
            max(volume.subs(X, at) for at in sympy.real_roots(sympy.diff(volume, X)) if 2 * at < min(a, b))
        )
    if kind == "nearest":
        square = (X - p[0]) ** 2 + (X**2 - p[1]) ** 2
        return rational(
            min(square.subs(X, at) for at in sympy.real_roots(sympy.Poly(sympy.diff(square, X), X)))
        )
    x, y, z, m = names = sympy.symbols("x y z m")
    if kind == "product":  # by the inequality of the means: the parts of the sum may be taken equal
        powers, weights, total = p[:3], p[3:6], p[6]
        at = [total * power / sum(powers) / weight for power, weight in zip(powers, weights, strict=True)]
        value = sympy.prod([a**n for a, n in zip(at, powers, strict=True)])
        goal = sum(n * log(name) for n, name in zip(powers, names, strict=False))
        gradient = [
            sympy.diff(goal, name).subs(name, a) / w for name, a, w in zip(names, at, weights, strict=False)
        ]
        assert len(set(gradient)) == 1
        return rational(value)
    if kind == "sphere":
        goal, bound = p[0] * x + p[1] * y + p[2] * z, x**2 + y**2 + z**2 - p[3]
    else:
        goal, bound = p[0] * x**2 + p[1] * y**2 + p[2] * z**2, p[3] * x + p[4] * y + p[5] * z - p[6]
    gradient = [sympy.diff(goal - m * bound, name) for name in (x, y, z)]
    values = [goal.subs(at) for at in sympy.solve([*gradient, bound], names, dict=True)]
    return rational(max(values) if kind == "sphere" else min(values))


DERIVED: Derivations = {
    "derivative_rules": derivative_rules,
    "limits": limits,
    "optimisation": optimisation,
    "taylor_coefficients": taylor_coefficients,
}
