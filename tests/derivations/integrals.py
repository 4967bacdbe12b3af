"""Golds of integral calculus by another road: sympy's antiderivatives, iterated integrals, solved equations."""

from __future__ import annotations

import sympy
from sympy import E, Rational, exp, log, pi

from tests.derivations.common import Answer, Derivations, X, poly, rational, text, whole

__all__ = ["DERIVED"]

Y, Z = sympy.symbols("y z")


def pair(value: sympy.Expr, unit: sympy.Expr) -> str:
    value = sympy.expand(value)
    return f"({text(value.coeff(unit))}, {text(value - value.coeff(unit) * unit)})"


def integrals_substitution(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    low, high = p[-2:]
    if kind == "linear":
        return rational(sympy.integrate(sympy.expand((p[0] * X + p[1]) ** p[2]), (X, low, high)))
    if kind in ("no_middle", "inner"):
        k, c, b, a, n = p[:5]
        inner = a * X**2 + b * X + c
        return rational(sympy.integrate(sympy.expand(k * sympy.diff(inner, X) * inner**n), (X, low, high)))
    if kind == "root":  # the area between the curve and the axis as an integral over the root
        k, a, c = p[:3]
        ends = [sympy.sqrt(a * at**2 + c) for at in (low, high)]
        return rational(sympy.integrate(k * X**2 / a, (X, *ends)))
    if kind == "logarithm":
        a, b, c = p[:3]
        inner = a * X**2 + b * X + c
        assert not [x for x in sympy.real_roots(sympy.Poly(inner, X)) if low <= x <= high]
        value = sympy.Integral(sympy.diff(inner, X) / inner, (X, low, high)).evalf(30)
        return rational(sympy.nsimplify(exp(value), rational=True, tolerance=1e-15))
    if kind == "sines":  # by Wallis' reduction, as a beta function
        k, m, n = p
        beta = (
            sympy.gamma(Rational(m + 1, 2))
            * sympy.gamma(Rational(n + 1, 2))
            / sympy.gamma(Rational(m + n + 2, 2))
        )
        return rational(sympy.simplify(k * beta / 2))
    if kind == "parts":
        a, b, c, power, t = p
        return pair(sympy.integrate((a * X**2 + b * X + c) * exp(power * X), (X, 0, t)), exp(power * t))
    k, n, m = p
    return pair(sympy.integrate(k * X**m * exp((n + 1) * X), (X, 0, 1)), E ** (n + 1))


def double_integrals(kind: str, params: list[str]) -> Answer:
    p = whole(params)
    if kind == "monomial":
        shown, (a, b, c, d) = p[0] * X ** p[1] * Y ** p[2], p[3:]
        return rational(sympy.integrate(shown, (Y, c, d), (X, a, b)))
    if kind == "polynomial":
        shown, (a, b, c, d) = p[0] * X**2 + p[1] * X * Y + p[2] * Y + p[3], p[4:]
        return rational(sympy.integrate(shown, (Y, c, d), (X, a, b)))
    if kind == "triangle":  # in the other order
        k, h = p[3:]
        return rational(sympy.integrate(p[0] * X + p[1] * Y + p[2], (X, Y / k, h), (Y, 0, k * h)))
    if kind == "parabola":
        return rational(sympy.integrate(p[0] * X + p[1] * Y + p[2], (Y, X**2, p[3] * X), (X, 0, p[3])))
    if kind == "disk":
        a, b, c, square = p
        r, t = sympy.symbols("r t", positive=True)
        polar = a * (r * sympy.cos(t)) ** 2 + b * (r * sympy.sin(t)) ** 2 + c
        return text(sympy.integrate(sympy.expand(polar * r), (r, 0, sympy.sqrt(square)), (t, 0, 2 * pi)))
    i, j, k, a, b, c, total = p
    top = (total - a * X - b * Y) / c
    inner = sympy.integrate(X**i * Y**j * Z**k, (Z, 0, top))
    return rational(
        sympy.integrate(sympy.expand(inner), (Y, 0, (total - a * X) / b), (X, 0, Rational(total, a)))
    )


def differential_equations(kind: str, params: list[str]) -> Answer:
    y = sympy.Function("y")
    if kind == "growth":
        a, b, s, t = (Rational(param) for param in params)
        return rational(a * (b / a) ** (t / s))
    p = whole(params)
    if kind == "cooling":  # the differences form a geometric sequence
        air, a, b, s, t = p
        apart = [sympy.Integer(a - air), sympy.Integer(b - air)]
        while s * (len(apart) - 1) < t:
            apart.append(apart[-1] ** 2 / apart[-2])
        return rational(air + apart[-1])
    if kind == "integrated":
        at, start, to = p[3:]
        solved = sympy.dsolve(y(X).diff(X) - poly(p[:3]), ics={y(at): start})
    elif kind == "separable":
        k, n, c, to = p
        solution = 1 / (Rational(1, c) - sympy.integrate(k * X**n, (X, 0, X)))
        assert sympy.simplify(sympy.diff(solution, X) - k * X**n * solution**2) == 0
        return rational(solution.subs(X, to))
    elif kind == "first_order":
        n, k, m, c, to = p
        solved = sympy.dsolve(y(X).diff(X) + n * y(X) / X - k * X**m, ics={y(1): c})
    elif kind == "second_order":
        total, product, start, slope, to = p
        equation = y(X).diff(X, 2) - total * y(X).diff(X) + product * y(X)
        solved = sympy.dsolve(equation, ics={y(0): start, y(X).diff(X).subs(X, 0): slope})
        return rational(sympy.simplify(solved.rhs.subs(X, log(to))))
    else:
        first, free, start, slope, to = p
        equation = X**2 * y(X).diff(X, 2) + first * X * y(X).diff(X) + free * y(X)
        solved = sympy.dsolve(equation, ics={y(1): start, y(X).diff(X).subs(X, 1): slope})
    return rational(sympy.simplify(solved.rhs.subs(X, to)))


DERIVED: Derivations = {
    "differential_equations": differential_equations,
    "double_integrals": double_integrals,
    "integrals_substitution": integrals_substitution,
}
