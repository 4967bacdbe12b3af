"""Golds of linear algebra by another road: sympy's elimination, characteristic polynomials, interpolation."""

from __future__ import annotations

import sympy
from sympy import Matrix

from tests.derivations.common import Answer, Derivations, X, rational, text, whole

__all__ = ["DERIVED"]

K = sympy.Symbol("k")


def matrix(param: str) -> Matrix:
    return Matrix([[sympy.sympify(entry) for entry in row.split()] for row in param.split("; ")])


def shown(value: Matrix) -> str:
    rows = (" & ".join(text(value[i, j]) for j in range(value.cols)) for i in range(value.rows))
    body = " \\\\ ".join(rows)
    return f"\\begin{{pmatrix}} {body} \\end{{pmatrix}}"


def listed(values: object) -> str:
    return f"({', '.join(text(value) for value in values)})"  # type: ignore[attr-defined]  # a list or a matrix


def determinants(kind: str, params: list[str]) -> Answer:
    rows = matrix(params[0])
    if kind == "determinant":
        _, upper, swaps = rows.LUdecomposition()
        return rational(sympy.prod(upper.diagonal()) * (-1) ** len(swaps))
    (k,) = sympy.solve(rows.det(), K)
    return rational(k)


def matrix_products(kind: str, params: list[str]) -> Answer:
    if kind == "power":
        return shown(matrix(params[1]) ** int(params[0]))
    if kind == "inverse":
        rows = matrix(params[0])
        return shown(rows.row_join(sympy.eye(3)).rref()[0][:, 3:])
    one, two = matrix(params[-2]), matrix(params[-1])
    return shown(
        {
            "combination": lambda: int(params[0]) * one + int(params[1]) * two,
            "commutator": lambda: one * two - two * one,
            "shifted_product": lambda: (one + int(params[0]) * sympy.eye(2)) * two,
            "product": lambda: one * two,
        }[kind]()
    )


def eigenvalues(kind: str, params: list[str]) -> Answer:
    rows = matrix(params[-1])
    if kind == "eigenvalues":
        return [str(value) for value in sympy.roots(rows.charpoly(X).as_expr(), X)]
    if kind == "eigenvector":
        ((vector,),) = [space for value, _, space in rows.eigenvects() if value == int(params[0])]
        return rational(vector[1] / vector[0])
    if kind in ("squares", "cubes", "inverses"):
        power = {"squares": 2, "cubes": 3, "inverses": -1}[kind]
        return rational((rows**power).trace())
    p = whole(params[:-1])
    if kind == "square_of":
        image = p[0] * rows**2 + p[1] * rows + p[2] * sympy.eye(3)
    else:
        image = p[0] * rows + p[1] * rows.inv()
    return rational(max(sympy.roots(image.charpoly(X).as_expr(), X)))


def linear_systems(kind: str, params: list[str]) -> Answer:
    if kind in ("quadratic", "cubic"):
        at, *rest = whole(params)
        return rational(sympy.interpolate(list(zip(rest[::2], rest[1::2], strict=True)), X).subs(X, at))
    rows, right = matrix(params[0]), Matrix(whole(params[1].split()))
    (solution,) = sympy.linsolve((rows, right))
    return listed(solution)


def linear_maps(kind: str, params: list[str]) -> Answer:
    rows = matrix(params[0])
    if kind.startswith("kernel"):
        (vector,) = rows.nullspace()
        return listed(vector / vector[-1])
    if kind.startswith("image"):
        images, at = matrix(params[1]), Matrix([whole(params[2].split())])
        return listed(at * rows.inv() * images)
    if kind == "change":
        basis = matrix(params[1]).T
        return shown(basis.LUsolve(rows * basis))
    normal = rows.T
    if kind == "line":
        return shown(normal * (normal.T * normal).inv() * normal.T)
    plane = Matrix.hstack(*normal.T.nullspace())
    onto = plane * (plane.T * plane).inv() * plane.T
    return shown(onto if kind == "plane" else 2 * onto - sympy.eye(3))


DERIVED: Derivations = {
    "determinants": determinants,
    "eigenvalues": eigenvalues,
    "linear_maps": linear_maps,
    "linear_systems": linear_systems,
    "matrix_products": matrix_products,
}
