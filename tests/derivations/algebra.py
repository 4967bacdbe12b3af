"""Golds of the families of algebra by another road: sympy's division and factors, companion matrices."""

from __future__ import annotations

import sympy

from tests.derivations.common import Answer, Derivations, X, poly, rational, whole

__all__ = ["DERIVED"]


def spaced(param: str) -> sympy.Expr:
    return poly(whole(param.split()))


def polynomial_expansion(kind: str, params: list[str]) -> Answer:
    k, *rest = params
    if kind == "powers":
        shown = spaced(rest[0]) ** int(rest[1]) * spaced(rest[2]) ** int(rest[3])
    elif kind == "difference":
        shown = spaced(rest[0]) * spaced(rest[1]) - spaced(rest[2]) ** 2
    else:
        shown = sympy.prod([spaced(part) for part in rest])
    return rational(sympy.diff(shown, X, int(k)).subs(X, 0) / sympy.factorial(int(k)))


def polynomial_division(kind: str, params: list[str]) -> Answer:
    a, b = sympy.symbols("a b")
    if kind == "remainder":
        r, *top = whole(params)
        return rational(sympy.rem(poly(top), X - r, X))
    if kind == "unknown":
        r, p, q = whole(params)
        (k,) = sympy.solve(sympy.rem(X**3 + p * X**2 + a * X + q, X - r, X), a)
        return rational(k)
    if kind == "quotient":
        k, r, *top = whole(params)
        return rational(sympy.quo(poly(top), X - r, X).coeff(X, k))
    if kind == "linear_remainder":
        rest = sympy.rem(spaced(params[0]), spaced(params[1]), X)
        return f"({rest.coeff(X, 1)}, {rest.coeff(X, 0)})"
    free, third, fourth = whole(params[1:])
    rest = sympy.rem(fourth * X**4 + third * X**3 + a * X**2 + b * X + free, spaced(params[0]), X)
    found = sympy.solve([rest.coeff(X, 1), rest.coeff(X, 0)], [a, b])
    return f"({found[a]}, {found[b]})"


def factoring(kind: str, params: list[str]) -> Answer:
    _, found = sympy.factor_list(poly(whole(params)), X)
    parts = [sympy.Poly(part, X).all_coeffs() for part, power in found for _ in range(power)]
    parts = [part if part[0] > 0 else [-c for c in part] for part in parts]
    if kind == "monic":
        return f"({', '.join(str(c) for c in sorted(part[1] for part in parts))})"
    if kind == "leading":
        parts.sort(key=lambda part: -part[0])
        return f"({', '.join(str(c) for part in parts for c in part)})"
    linear = [part for part in parts if len(part) == 2]
    quadratic = sorted(part[1:] for part in parts if len(part) == 3)
    assert len(quadratic) == 2
    return f"({', '.join(str(c) for part in linear + quadratic for c in part)})"


def vieta(kind: str, params: list[str]) -> Answer:
    k, *coefficients = whole(params)
    lead, degree = coefficients[-1], len(coefficients) - 1
    # The roots are the eigenvalues of the companion matrix.
    companion = sympy.zeros(degree, degree)
    for n in range(degree):
        companion[n, degree - 1] = sympy.Rational(-coefficients[n], lead)
        if n:
            companion[n, n - 1] = 1
    shifted = k * sympy.eye(degree) - companion
    return rational(
        {
            "sum": lambda: companion.trace(),
            "product": lambda: companion.det(),
            "power": lambda: (companion**k).trace(),
            "inverses": lambda: companion.inv().trace(),
            "shifted": lambda: shifted.det(),
            "reciprocals": lambda: shifted.inv().trace(),
        }[kind]()
    )


DERIVED: Derivations = {
    "factoring": factoring,
    "polynomial_division": polynomial_division,
    "polynomial_expansion": polynomial_expansion,
    "vieta": vieta,
}
