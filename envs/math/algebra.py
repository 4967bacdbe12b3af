"""A canonical form of expressions: quotients of polynomials with rational coefficients in generators.

Generators are symbols, pi, e, i, square roots and logarithms of primes, exponentials, and whatever else
stands in an expression as a whole (a sine, a root of a sum). Equal quotients prove expressions equal.
Different ones prove them unequal only where no relation can hold between the generators; elsewhere the
question stays open.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from rlvr_gym.envs.math.exact import Tree, exact
from rlvr_gym.envs.math.notation import TooLarge

__all__ = ["equal", "same_equation"]

Key = tuple[Any, ...]
Monomial = tuple[tuple[Key, int], ...]  # sorted by generator; exponents are not 0
Polynomial = dict[Monomial, Fraction]

_MAX_TERMS = 150
_MAX_POWER = 40
_MAX_BITS = 4000
_MAX_FACTORED = 10**14  # radicands beyond are left whole
_I: Key = ("i",)
# Between generators of these kinds no polynomial relation holds, once powers of roots and of i are reduced.
_FREE = {"s", "i", "pi", "e", "sqrt", "exp"}


class _OutOfReach(ValueError):
    """The expression is too large, or none that this module can put in its form."""


class Quotient(NamedTuple):
    """A polynomial over another."""

    top: Polynomial
    low: Polynomial


def equal(left: Tree, right: Tree) -> bool | None:
    """Compare two expressions.

    Args:
        left, right: from the parser.
    Returns: True or False where algebra proves it; None where it does not.
    """
    try:
        one, two = _form(left), _form(right)
        difference = _plus(_times(one.top, two.low), _times(two.top, one.low), -1)
    except (_OutOfReach, TooLarge, ZeroDivisionError, RecursionError):
        return None
    if not difference:
        return True
    return False if all(_is_free(form) for form in (*one, *two)) else None


def same_equation(left: tuple[Tree, Tree], right: tuple[Tree, Tree]) -> bool | None:
    """Compare two equations: the same where the differences of their sides are proportional.

    Args:
        left, right: the two sides of each.
    Returns: True or False where proved, False also where one of them holds always; None where open.
    """
    try:
        one, two = (_form(["add", side, ["neg", other]]) for side, other in (left, right))
    except (_OutOfReach, TooLarge, ZeroDivisionError, RecursionError):
        return None
    ours, theirs = one.top, two.top
    if not ours or not theirs:
        return False
    if ours.keys() == theirs.keys():
        shared = min(ours)
        ratio = theirs[shared] / ours[shared]
        if all(theirs[key] == ratio * value for key, value in ours.items()):
            return True
    whole = one.low.keys() == two.low.keys() == {()}  # without denominators there is no factor to cancel
    return False if whole and _is_free(ours) and _is_free(theirs) else None


def _is_free(polynomial: Polynomial) -> bool:
    return all(key[0] in _FREE for monomial in polynomial for key, _ in monomial)


# --- polynomials ----------------------------------------------------------------------------------------


def _constant(value: Fraction | int) -> Polynomial:
    return {(): Fraction(value)} if value else {}


def _generator(key: Key, power: int = 1) -> Quotient:
    if power < 0:
        return Quotient(_constant(1), {((key, -power),): Fraction(1)})
    return Quotient({((key, power),): Fraction(1)}, _constant(1))


def _plus(left: Polynomial, right: Polynomial, sign: int = 1) -> Polynomial:
    total = dict(left)
    for key, value in right.items():
        total[key] = total.get(key, Fraction(0)) + sign * value
        if not total[key]:
            del total[key]
    if len(total) > _MAX_TERMS:
        raise _OutOfReach
    return total


def _times(left: Polynomial, right: Polynomial) -> Polynomial:
    if len(left) * len(right) > 4 * _MAX_TERMS:
        raise _OutOfReach
    total: Polynomial = {}
    for one, a in left.items():
        for two, b in right.items():
            key, factor = _product(one, two)
            value = total.get(key, Fraction(0)) + a * b * factor
            if value.numerator.bit_length() + value.denominator.bit_length() > _MAX_BITS:
                raise _OutOfReach
            total[key] = value
    total = {key: value for key, value in total.items() if value}
    if len(total) > _MAX_TERMS:
        raise _OutOfReach
    return total


def _product(one: Monomial, two: Monomial) -> tuple[Monomial, int]:
    """Multiply two monomials; squares of i and of square roots become numbers."""
    powers: dict[Key, int] = dict(one)
    for key, power in two:
        powers[key] = powers.get(key, 0) + power
    factor = 1
    for key, power in list(powers.items()):
        if key[0] == "i" and power > 1:
            factor *= (-1) ** (power // 2)
            powers[key] = power % 2
        elif key[0] == "sqrt" and power > 1:
            factor *= key[1] ** (power // 2)
            powers[key] = power % 2
        if abs(power) > 10 * _MAX_POWER:
            raise _OutOfReach
    return tuple(sorted((key, power) for key, power in powers.items() if power)), factor


def _raised(base: Quotient, power: int) -> Quotient:
    if abs(power) > _MAX_POWER:
        single = len(base.top) == 1 and len(base.low) == 1
        if not single or abs(power) > 10 * _MAX_POWER:
            raise _OutOfReach
    top, low = _constant(1), _constant(1)
    for _ in range(abs(power)):
        top, low = _times(top, base.top), _times(low, base.low)
    return _quotient(low, top) if power < 0 else Quotient(top, low)


def _quotient(top: Polynomial, low: Polynomial) -> Quotient:
    if not low:
        raise ZeroDivisionError
    return Quotient(top, low)


# --- from trees -----------------------------------------------------------------------------------------


def _form(tree: Tree) -> Quotient:
    value = exact(tree)
    if value is not None:
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > _MAX_BITS:
            raise _OutOfReach
        return Quotient(_constant(value), _constant(1))
    handler = _FORMS.get(tree[0])
    if handler is None:
        raise _OutOfReach
    return handler(tree)


def _sum(tree: Tree) -> Quotient:
    top, low = _form(tree[1])
    for part in tree[2:]:
        other = _form(part)
        if other.low == low:
            top = _plus(top, other.top)
        else:
            top = _plus(_times(top, other.low), _times(other.top, low))
            low = _times(low, other.low)
    return _quotient(top, low)


def _mul(tree: Tree) -> Quotient:
    top, low = _constant(1), _constant(1)
    for part in tree[1:]:
        other = _form(part)
        top, low = _times(top, other.top), _times(low, other.low)
    return _quotient(top, low)


def _div(tree: Tree) -> Quotient:
    one, two = _form(tree[1]), _form(tree[2])
    return _quotient(_times(one.top, two.low), _times(one.low, two.top))


def _neg(tree: Tree) -> Quotient:
    inner = _form(tree[1])
    return Quotient({key: -value for key, value in inner.top.items()}, inner.low)


def _pow(tree: Tree) -> Quotient:
    power = exact(tree[2])
    if power is not None and power.denominator == 1:
        return _raised(_form(tree[1]), int(power))
    if power is not None:
        if abs(power.numerator) > _MAX_POWER or power.denominator > _MAX_POWER:
            raise _OutOfReach
        return _raised(_root_of(power.denominator, tree[1]), power.numerator)
    return _exponential(tree[1], _form(tree[2]))


def _root(tree: Tree) -> Quotient:
    degree = exact(tree[1])
    if degree is None or degree.denominator != 1 or not 1 < degree <= _MAX_POWER:
        raise _OutOfReach
    value = exact(tree[2])
    if value is not None and value < 0 and degree % 2:
        return _neg(["neg", ["root", tree[1], ["rat", -value.numerator, value.denominator]]])
    return _root_of(int(degree), tree[2])


def _root_of(degree: int, inside: Tree) -> Quotient:
    value = exact(inside)
    if value is not None and degree == 2:
        return _square_root(value)
    if value is not None and value > 0:
        # One radical of an integer over an integer, with perfect powers taken out.
        whole, left = _taken_out(value.numerator * value.denominator ** (degree - 1), degree)
        outside = Quotient(_constant(Fraction(whole, value.denominator)), _constant(1))
        if left == 1:
            return outside
        inner = _generator(("root", degree, left))
        return Quotient(_times(outside.top, inner.top), outside.low)
    return _generator(("root", degree, _key(_form(inside))))


def _square_root(value: Fraction) -> Quotient:
    if value == 0:
        return Quotient({}, _constant(1))
    number = abs(value.numerator) * value.denominator
    polynomial = _constant(Fraction(1, value.denominator))
    for prime, power in _primes(number).items():
        polynomial = _times(polynomial, _constant(prime ** (power // 2)))
        if power % 2:
            polynomial = _times(polynomial, {((("sqrt", prime), 1),): Fraction(1)})
    if value < 0:
        polynomial = _times(polynomial, {((_I, 1),): Fraction(1)})
    return Quotient(polynomial, _constant(1))


def _taken_out(number: int, degree: int) -> tuple[int, int]:
    whole, left = 1, 1
    for prime, power in _primes(number).items():
        whole *= prime ** (power // degree)
        left *= prime ** (power % degree)
    return whole, left


def _primes(number: int) -> dict[int, int]:
    """Factor by trial division. Raises _OutOfReach for what could be composite beyond it."""
    found: dict[int, int] = {}
    divisor = 2
    while divisor * divisor <= number:
        if divisor > 20_000:
            root = math.isqrt(number)
            if root * root == number:
                return {**found, **{prime: 2 * power for prime, power in _primes(root).items()}}
            raise _OutOfReach
        while number % divisor == 0:
            found[divisor] = found.get(divisor, 0) + 1
            number //= divisor
        divisor += 1 if divisor == 2 else 2
    if number > 1:
        found[number] = found.get(number, 0) + 1
    return found


def _exponential(base: Tree, power: Quotient) -> Quotient:
    """Take a power with unknowns apart: 4^{n+1} is 4 times the square of 2^n."""
    if power.low != _constant(1):
        if len(power.low) != 1 or () not in power.low:
            return _generator(("power", _key(_form(base)), _key(power)))
        power = Quotient({key: value / power.low[()] for key, value in power.top.items()}, _constant(1))
    number = exact(base)
    factors: list[tuple[Any, int]]
    if base == ["const", "e"]:
        factors = [("e", 1)]
    elif number is not None and number > 0:
        factors = [*_primes(number.numerator).items()]
        factors += [(prime, -count) for prime, count in _primes(number.denominator).items()]
    elif base[0] == "sym":
        factors = [(base[1], 1)]
    else:
        return _generator(("power", _key(_form(base)), _key(power)))
    result = Quotient(_constant(1), _constant(1))
    for monomial, coefficient in power.top.items():
        if coefficient.denominator != 1 and not monomial:
            return _generator(("power", _key(_form(base)), _key(power)))
        plain = all(key[0] == "s" for key, _ in monomial) and base[0] != "sym"
        name = "exp" if plain and coefficient.denominator == 1 else "power"
        for prime, count in factors:
            size = int(coefficient.numerator) * count
            if abs(size) > _MAX_POWER:
                raise _OutOfReach
            if not monomial:
                step = _raised(_base_of(prime), size)
            else:
                step = _generator((name, str(prime), monomial, coefficient.denominator), size)
            result = Quotient(_times(result.top, step.top), _times(result.low, step.low))
    return result


def _base_of(prime: Any) -> Quotient:
    if prime == "e":
        return _generator(("e",))
    return _generator(("s", prime)) if isinstance(prime, str) else Quotient(_constant(prime), _constant(1))


def _log(tree: Tree) -> Quotient:
    if len(tree) == 4:
        return _div(["div", ["fn", "log", tree[2]], ["fn", "log", tree[3]]])
    value = exact(tree[2])
    if value is None:
        if tree[2] == ["const", "e"]:
            return Quotient(_constant(1), _constant(1))
        return _generator(("fn", "log", _key(_form(tree[2]))))
    if value <= 0:
        raise _OutOfReach
    total: Polynomial = {}
    for sign, number in ((1, value.numerator), (-1, value.denominator)):
        for prime, count in _primes(number).items():
            total = _plus(total, {((("log", prime), 1),): Fraction(sign * count)})
    return Quotient(total, _constant(1))


def _fn(tree: Tree) -> Quotient:
    if tree[1] == "log" and len(tree) in (3, 4):
        return _log(tree)
    if tree[1] == "exp" and len(tree) == 3:
        return _pow(["pow", ["const", "e"], tree[2]])
    return _generator(("fn", tree[1], *(_key(_form(part)) for part in tree[2:])))


def _opaque(tree: Tree) -> Quotient:
    parts = (_key(_form(part)) if isinstance(part, list) else part for part in tree[1:])
    return _generator((tree[0], *parts))


def _const(tree: Tree) -> Quotient:
    if tree[1] == "oo":
        raise _OutOfReach
    return _generator((tree[1],))


def _key(form: Quotient) -> str:
    """Return text that is the same for quotients with the same normal form; equal values may still differ."""
    top, low = form
    if not top:
        return "0"
    scale = low[min(low)]
    shown = [
        ",".join(f"{key}:{value / scale}" for key, value in sorted(polynomial.items()))
        for polynomial in (top, low)
    ]
    return "/".join(shown)


_FORMS: dict[str, Callable[[Tree], Quotient]] = {
    "sym": lambda tree: _generator(("s", tree[1])),
    "const": _const,
    "neg": _neg,
    "add": _sum,
    "mul": _mul,
    "div": _div,
    "pow": _pow,
    "root": _root,
    "pct": lambda tree: _div(["div", tree[1], ["int", 100]]),
    "deg": lambda tree: _mul(["mul", tree[1], ["const", "pi"], ["rat", 1, 180]]),
    "fn": _fn,
    "call": _opaque,
    "abs": _opaque,
    "fact": _opaque,
}
