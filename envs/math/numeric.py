"""Values of trees in floating point, each with a bound of its error: to order numbers and to tell two apart.

A difference beyond the bounds at points where both sides are finite proves two expressions unequal; that they
agree proves nothing, and is left to algebra.
"""

from __future__ import annotations

import cmath
import math
import random
from collections.abc import Callable, Mapping
from typing import NamedTuple

from rlvr_gym.envs.math.exact import Tree, exact
from rlvr_gym.envs.math.notation import TooLarge

__all__ = ["Approximate", "differ", "evaluate", "real_value"]

_EPS = 2.0**-50
_HUGE = 1e120
_POINTS = 8
_RANGES = ((0.2, 3.0), (-3.0, 3.0), (4.0, 40.0), (-40.0, -4.0))
_CONSTANTS = {"pi": math.pi, "e": math.e, "i": 1j}


class Approximate(NamedTuple):
    """A complex number and how far it may be from the true value."""

    value: complex
    error: float


class _NoValue(ValueError):
    """A part has no finite value that floating point can bound."""


def real_value(tree: Tree) -> float | None:
    """Return the real value of an expression without unknowns, infinity for oo; None where it has none."""
    if tree == ["const", "oo"]:
        return math.inf
    if tree == ["neg", ["const", "oo"]]:
        return -math.inf
    found = evaluate(tree, {})
    if found is None or abs(found.value.imag) > found.error:
        return None
    return found.value.real


def evaluate(tree: Tree, point: Mapping[str, float]) -> Approximate | None:
    """Evaluate an expression.

    Args:
        tree: from the parser.
        point: values of its symbols.
    Returns: the value with its bound; None for what is no expression or has no finite value.
    """
    try:
        return _evaluate(tree, point)
    except (_NoValue, ArithmeticError, ValueError, TypeError):
        return None


def differ(left: Tree, right: Tree) -> bool:
    """Tell whether two expressions certainly differ.

    Args:
        left, right: from the parser.
    Returns: True where some point shows it; False where nothing is known.
    """
    names = sorted(_symbols(left) | _symbols(right))
    complex_wanted = _has_i(left) or _has_i(right)
    chance = random.Random(20250131)
    seen = 0
    steps = _has_steps(left) or _has_steps(right)
    for attempt in range(_POINTS if names else 1):
        low, high = (5.0, 90.0) if steps else _RANGES[attempt % len(_RANGES)]
        point = {name: chance.uniform(low, high) for name in names}
        one, two = evaluate(left, point), evaluate(right, point)
        if one is None or two is None:
            continue
        if names and not complex_wanted and (_imaginary(one) or _imaginary(two)):
            continue  # outside the real domain of one of them, where a convention would decide
        if abs(one.value - two.value) > 64 * (one.error + two.error):
            seen += 1
            if seen == (2 if names else 1):
                return True
    return False


def _imaginary(found: Approximate) -> bool:
    return abs(found.value.imag) > 64 * found.error


def _symbols(tree: Tree) -> set[str]:
    if tree[0] == "sym":
        return {tree[1]}
    return set().union(*(_symbols(part) for part in tree[1:] if isinstance(part, list)))


def _has_steps(tree: Tree) -> bool:
    """Tell whether a part is constant on stretches, so that only points far apart can tell two such apart."""
    if tree[0] == "fn" and tree[1] in ("floor", "ceil"):
        return True
    return any(_has_steps(part) for part in tree[1:] if isinstance(part, list))


def _has_i(tree: Tree) -> bool:
    return tree == ["const", "i"] or any(_has_i(part) for part in tree[1:] if isinstance(part, list))


def _evaluate(tree: Tree, point: Mapping[str, float]) -> Approximate:
    try:
        value = exact(tree)
    except TooLarge as error:
        raise _NoValue from error
    if value is not None:
        shown = float(value)
        if shown == value and abs(shown) <= _HUGE:
            return Approximate(complex(shown), 0.0)
        return _checked(complex(shown), 0.0)
    kind = tree[0]
    if kind == "sym" and tree[1] in point:
        return Approximate(complex(point[tree[1]]), 0.0)
    if kind == "const" and tree[1] in _CONSTANTS:
        return Approximate(complex(_CONSTANTS[tree[1]]), _EPS)
    if kind == "fn":
        return _function(tree, point)
    combine = _COMBINE.get(kind)
    if combine is None:
        raise _NoValue
    return combine([_evaluate(part, point) for part in tree[1:]])


def _checked(value: complex, error: float) -> Approximate:
    if not cmath.isfinite(value) or abs(value) > _HUGE or not math.isfinite(error):
        raise _NoValue
    return Approximate(value, error + _EPS * abs(value))


def _add(parts: list[Approximate]) -> Approximate:
    size = sum(abs(part.value) for part in parts)
    return _checked(sum(part.value for part in parts), sum(part.error for part in parts) + _EPS * size)


def _mul(parts: list[Approximate]) -> Approximate:
    value, error = 1 + 0j, 0.0
    for part in parts:
        error = abs(value) * part.error + abs(part.value) * error + error * part.error
        value *= part.value
    return _checked(value, error)


def _div(parts: list[Approximate]) -> Approximate:
    top, low = parts
    if abs(low.value) <= 4 * low.error or low.value == 0:
        raise _NoValue
    value = top.value / low.value
    return _checked(value, (top.error + abs(value) * low.error) / (abs(low.value) - low.error))


def _through(function: Callable[[complex], complex], at: Approximate) -> Approximate:
    """Apply a function; its error is what a shift by the error of its argument makes, doubled."""
    value = function(at.value)
    shift = max(at.error, _EPS * abs(at.value))
    moved = max(abs(function(at.value + step) - value) for step in (shift, -shift, 1j * shift))
    if moved > 0.01 * (1 + abs(value)):
        raise _NoValue  # a jump or a pole is near
    return _checked(value, 2 * moved)


def _power(parts: list[Approximate]) -> Approximate:
    base, power = parts
    if base.value == 0 or abs(base.value) <= 4 * base.error:
        raise _NoValue
    if (
        power.error == 0
        and power.value.imag == 0
        and power.value.real.is_integer()
        and abs(power.value) < 500
    ):
        exponent = int(power.value.real)
        return _through(lambda z: z**exponent, base)
    logarithm = _through(cmath.log, _on_axis(base))
    return _through(cmath.exp, _mul([logarithm, power]))


def _on_axis(at: Approximate) -> Approximate:
    """Take a number that may be negative real as one: its logarithm jumps beside the axis."""
    if abs(at.value.imag) <= 4 * at.error:
        if at.value.real < 0:
            raise _NoValue
        return Approximate(complex(at.value.real), at.error)
    return at


def _root(parts: list[Approximate]) -> Approximate:
    degree, inside = parts
    if inside.value.real < 0 and abs(inside.value.imag) <= 4 * inside.error:
        index = degree.value.real
        positive = _power([Approximate(-inside.value.real + 0j, inside.error), _div([_ONE, degree])])
        if degree.value == 2:
            return Approximate(positive.value * 1j, positive.error)
        if index.is_integer() and int(index) % 2:
            return Approximate(-positive.value, positive.error)
        raise _NoValue
    return _power([inside, _div([_ONE, degree])])


_ONE = Approximate(1 + 0j, 0.0)


def _abs(parts: list[Approximate]) -> Approximate:
    return _checked(complex(abs(parts[0].value)), parts[0].error)


_COMBINE: dict[str, Callable[[list[Approximate]], Approximate]] = {
    "neg": lambda parts: Approximate(-parts[0].value, parts[0].error),
    "add": _add,
    "mul": _mul,
    "div": _div,
    "pow": _power,
    "root": _root,
    "abs": _abs,
    "pct": lambda parts: Approximate(parts[0].value / 100, parts[0].error / 100),
    "deg": lambda parts: _mul([parts[0], Approximate(complex(math.pi / 180), _EPS / 50)]),
}
_FUNCTIONS: dict[str, Callable[[complex], complex]] = {
    "sin": cmath.sin,
    "cos": cmath.cos,
    "tan": cmath.tan,
    "cot": lambda z: 1 / cmath.tan(z),
    "sec": lambda z: 1 / cmath.cos(z),
    "csc": lambda z: 1 / cmath.sin(z),
    "sinh": cmath.sinh,
    "cosh": cmath.cosh,
    "tanh": cmath.tanh,
    "exp": cmath.exp,
    "atan": cmath.atan,
}


def _function(tree: Tree, point: Mapping[str, float]) -> Approximate:
    parts = [_evaluate(part, point) for part in tree[2:]]
    name = tree[1]
    if name == "log" and len(parts) in (1, 2):
        logs = [_through(cmath.log, _on_axis(part)) for part in parts]
        return logs[0] if len(logs) == 1 else _div(logs)
    if name in ("asin", "acos") and len(parts) == 1:
        at = parts[0].value
        if abs(at.imag) > 4 * parts[0].error or abs(at.real) > 0.9999:
            raise _NoValue
        function = math.asin if name == "asin" else math.acos
        return _checked(complex(function(at.real)), 100 * parts[0].error)
    if name in ("floor", "ceil") and len(parts) == 1:
        return _step(math.floor if name == "floor" else math.ceil, parts[0])
    simple = _FUNCTIONS.get(name)
    if simple is None or len(parts) != 1:
        raise _NoValue
    return _through(simple, parts[0])


def _step(function: Callable[[float], int], at: Approximate) -> Approximate:
    whole = {function(at.value.real + shift) for shift in (-at.error, 0.0, at.error)}
    if len(whole) > 1 or abs(at.value.imag) > at.error:
        raise _NoValue
    return Approximate(complex(whole.pop()), 0.0)
