"""A canonical form of expressions: quotients of polynomials with rational coefficients in generators.

Generators are symbols, pi, e, i, roots and logarithms of primes, exponentials, sines, and whatever else
stands in an expression as a whole (a root of a sum). Equal quotients prove expressions equal. Different ones
prove them unequal only where no relation can hold between the generators; elsewhere the question stays open.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from rlvr_gym.envs.math.exact import Tree, exact
from rlvr_gym.envs.math.notation import TooLarge
from rlvr_gym.envs.math.polynomials import (
    IMAGINARY,
    MAX_BITS,
    MAX_POWER,
    OutOfReach,
    Polynomial,
    Quotient,
    constant,
    generator,
    key_of,
    plus,
    quotient,
    raised,
    started,
    times,
)
from rlvr_gym.envs.math.surds import (
    TRIGONOMETRIC,
    denested,
    primes,
    radical,
    sine_and_cosine,
    square_root,
)

__all__ = ["equal", "same_equation"]

# Between generators of these kinds no polynomial relation holds, once powers of roots and of i are reduced.
_FREE = {"s", "i", "pi", "e", "sqrt", "exp"}
# What ends an attempt without an answer.
_OPEN = (OutOfReach, TooLarge, ZeroDivisionError, RecursionError)


def equal(left: Tree, right: Tree, *, again: bool = False) -> bool | None:
    """Compare two expressions.

    Args:
        left, right: from the parser.
        again: a further pair of one comparison, which has a bounded amount of work for all of them.
    Returns: True or False where algebra proves it; None where it does not.
    """
    if not again:
        started()
    try:
        one, two = _form(left), _form(right)
        difference = plus(times(one.top, two.low), times(two.top, one.low), -1)
    except _OPEN:
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
    started()
    try:
        one, two = (_form(["add", side, ["neg", other]]) for side, other in (left, right))
    except _OPEN:
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


def _form(tree: Tree) -> Quotient:
    value = exact(tree)
    if value is not None:
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
            raise OutOfReach
        return Quotient(constant(value), constant(1))
    handler = _FORMS.get(tree[0])
    if handler is None:
        raise OutOfReach
    return handler(tree)


def _sum(tree: Tree) -> Quotient:
    top, low = _form(tree[1])
    for part in tree[2:]:
        other = _form(part)
        if other.low == low:
            top = plus(top, other.top)
        else:
            top = plus(times(top, other.low), times(other.top, low))
            low = times(low, other.low)
    return quotient(top, low)


def _mul(tree: Tree) -> Quotient:
    top, low = constant(1), constant(1)
    for part in tree[1:]:
        other = _form(part)
        top, low = times(top, other.top), times(low, other.low)
    return quotient(top, low)


def _div(tree: Tree) -> Quotient:
    one, two = _form(tree[1]), _form(tree[2])
    return quotient(times(one.top, two.low), times(one.low, two.top))


def _neg(tree: Tree) -> Quotient:
    inner = _form(tree[1])
    return Quotient({key: -value for key, value in inner.top.items()}, inner.low)


def _pow(tree: Tree) -> Quotient:
    power = exact(tree[2])
    if power is not None and power.denominator == 1:
        return raised(_form(tree[1]), int(power))
    if power is not None:
        if abs(power.numerator) > MAX_POWER or power.denominator > MAX_POWER:
            raise OutOfReach
        return raised(_root_of(power.denominator, tree[1]), power.numerator)
    return _exponential(tree[1], _form(tree[2]))


def _root(tree: Tree) -> Quotient:
    degree = exact(tree[1])
    if degree is None or degree.denominator != 1 or not 1 < degree <= MAX_POWER:
        raise OutOfReach
    value = exact(tree[2])
    if value is not None and value < 0 and degree % 2:
        return _neg(["neg", ["root", tree[1], ["rat", -value.numerator, value.denominator]]])
    return _root_of(int(degree), tree[2])


def _root_of(degree: int, inside: Tree) -> Quotient:
    value = exact(inside)
    if value is not None and degree == 2:
        return square_root(value)
    if value is not None and value > 0:
        return radical(value, degree)
    form = _form(inside)
    nested = denested(form) if degree == 2 else None
    return nested or generator(("radical", degree, key_of(form)))


def _exponential(base: Tree, power: Quotient) -> Quotient:
    """Take a power with unknowns apart: 4^{n+1} is 4 times the square of 2^n."""
    if power.low != constant(1):
        if len(power.low) != 1 or () not in power.low:
            return generator(("power", key_of(_form(base)), key_of(power)))
        power = Quotient({key: value / power.low[()] for key, value in power.top.items()}, constant(1))
    if base == ["const", "e"] and power.top and all((IMAGINARY, 1) in key for key in power.top):
        angle = {
            tuple(part for part in key if part != (IMAGINARY, 1)): value for key, value in power.top.items()
        }
        sine, cosine = sine_and_cosine(Quotient(angle, constant(1)))
        return Quotient(plus(cosine, times(sine, {((IMAGINARY, 1),): Fraction(1)})), constant(1))
    number = exact(base)
    factors: list[tuple[Any, int]]
    if base == ["const", "e"]:
        factors = [("e", 1)]
    elif number is not None and number > 0:
        factors = [*primes(number.numerator).items()]
        factors += [(prime, -count) for prime, count in primes(number.denominator).items()]
    elif base[0] == "sym":
        factors = [(base[1], 1)]
    else:
        return generator(("power", key_of(_form(base)), key_of(power)))
    result = Quotient(constant(1), constant(1))
    for monomial, coefficient in power.top.items():
        if coefficient.denominator != 1 and not monomial:
            return generator(("power", key_of(_form(base)), key_of(power)))
        plain = all(key[0] == "s" for key, _ in monomial) and base[0] != "sym"
        name = "exp" if plain and coefficient.denominator == 1 else "power"
        for prime, count in factors:
            size = int(coefficient.numerator) * count
            if abs(size) > MAX_POWER:
                raise OutOfReach
            if not monomial:
                step = raised(_base_of(prime), size)
            else:
                step = generator((name, str(prime), monomial, coefficient.denominator), size)
            result = Quotient(times(result.top, step.top), times(result.low, step.low))
    return result


def _base_of(prime: Any) -> Quotient:
    if prime == "e":
        return generator(("e",))
    return generator(("s", prime)) if isinstance(prime, str) else Quotient(constant(prime), constant(1))


def _log(tree: Tree) -> Quotient:
    if len(tree) == 4:
        return _div(["div", ["fn", "log", tree[2]], ["fn", "log", tree[3]]])
    value = exact(tree[2])
    if value is None:
        if tree[2] == ["const", "e"]:
            return Quotient(constant(1), constant(1))
        return generator(("fn", "log", key_of(_form(tree[2]))))
    if value <= 0:
        raise OutOfReach
    total: Polynomial = {}
    for sign, number in ((1, value.numerator), (-1, value.denominator)):
        for prime, count in primes(number).items():
            total = plus(total, {((("log", prime), 1),): Fraction(sign * count)})
    return Quotient(total, constant(1))


def _fn(tree: Tree) -> Quotient:
    if tree[1] == "log" and len(tree) in (3, 4):
        return _log(tree)
    if tree[1] == "exp" and len(tree) == 3:
        return _pow(["pow", ["const", "e"], tree[2]])
    if tree[1] in TRIGONOMETRIC and len(tree) == 3:
        sine, cosine = sine_and_cosine(_form(tree[2]))
        one = constant(1)
        top, low = {
            "sin": (sine, one),
            "cos": (cosine, one),
            "tan": (sine, cosine),
            "cot": (cosine, sine),
            "sec": (one, cosine),
            "csc": (one, sine),
        }[tree[1]]
        return quotient(top, low)
    return generator(("fn", tree[1], *(key_of(_form(part)) for part in tree[2:])))


def _opaque(tree: Tree) -> Quotient:
    parts = (key_of(_form(part)) if isinstance(part, list) else part for part in tree[1:])
    return generator((tree[0], *parts))


def _const(tree: Tree) -> Quotient:
    if tree[1] == "oo":
        raise OutOfReach
    return generator((tree[1],))


_FORMS: dict[str, Callable[[Tree], Quotient]] = {
    "sym": lambda tree: generator(("s", tree[1])),
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
