"""Decide with sympy whether pairs of answers are equal. Runs inside the walls: standard library and sympy.

The trees come from the bounded parser of the math environment as nested lists. Every sympy object is built
here node by node with constructors; no text is ever handed to sympy's parsers, which evaluate.

Two expressions are unequal once they differ at one point where both are finite. They are "proved" equal where
algebra shows it within its share of the time, and "probed" equal where they only agree, with 50 digits, at
every point that was tried; the caller decides what that is worth.
"""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

import sympy
from sympy import Expr, Integer, Rational, Symbol

__all__ = ["run"]

_MAX_NODES = 3000
_MAX_DEPTH = 120
_POINTS = 14
# Where points lie, in hundred-and-firsts: of both signs, and large ones, which tell |x - 9| from 9 - x.
_RANGES = ((1, 300), (-300, 300), (400, 4000), (-4000, -400), (101, 199), (9000, 90_000), (-90_000, -9000))
_NOT_FINITE = (sympy.nan, sympy.zoo, sympy.oo, -sympy.oo)
_STEPS = (sympy.floor, sympy.ceiling, sympy.Max, sympy.Min)
_ENOUGH = 4  # points at which both must be finite for their agreement to count
_DIGITS = 50
_CONSTANT_DIGITS = 300  # constants have one point only
_PROOFS_S = 0.5  # CPU seconds for all proofs of a job; the rest of its time is for building and probing


class _NotExpression(ValueError):
    """The tree is no expression that can be built."""


class _OutOfTime(BaseException):  # no Exception: sympy catches those
    """The share of the time for proofs is used up."""


class Same(IntEnum):
    """What is known about the equality of two answers; of several parts the least counts."""

    NO = 0
    OPEN = 1
    PROBED = 2
    PROVED = 3


def run(payload: Any) -> dict[str, Any]:
    """Decide whether all pairs of trees are equal.

    Args:
        payload: {"pairs": [[tree, tree], ...]}; trees as described in the math environment's parser. With
            {"pairs": [], "checks": [[tree, tree], ...]} each pair is an equality of its own.
    Returns: {"equal": True, False or None (undecided), "evidence": "proved" or "probed", "why": words}; for
        checks {"checks": [True, False or None, ...]} and no ruling.
    """
    _clock.left = _PROOFS_S
    if "checks" in payload:
        return {"checks": [_check(left, right) for left, right in payload["checks"]]}
    worst = Same.PROVED
    for left, right in payload["pairs"]:
        if _size(left) + _size(right) > _MAX_NODES:
            return _claim(Same.OPEN, "too many nodes")
        try:
            worst = min(worst, _same(left, right))
        except _NotExpression as error:
            return _claim(Same.OPEN, str(error))
        if worst is Same.NO:
            return _claim(worst, "they differ")
    return _claim(worst, "equality could not be shown" if worst is Same.OPEN else "")


def _check(left: list[Any], right: list[Any]) -> bool | None:
    if _size(left) + _size(right) > _MAX_NODES:
        return None
    try:
        same = _same(left, right)
    except _NotExpression:
        return None
    return {Same.NO: False, Same.OPEN: None}.get(same, True)


def _claim(same: Same, why: str) -> dict[str, Any]:
    equal = {Same.NO: False, Same.OPEN: None}.get(same, True)
    return {"equal": equal, "evidence": same.name.lower() if equal else "", "why": why}


class _Clock:
    """What is left of the CPU seconds for proofs."""

    left = _PROOFS_S


_clock = _Clock()


@contextmanager
def _timed() -> Iterator[None]:
    """Let a proof run for what is left of the time. Raises _OutOfTime."""
    if _clock.left <= 0.001:
        raise _OutOfTime

    def stop(number: int, frame: object) -> None:
        raise _OutOfTime

    before = signal.signal(signal.SIGVTALRM, stop)
    start = time.process_time()
    try:
        # Again and again, for a clause in sympy may swallow the first one.
        signal.setitimer(signal.ITIMER_VIRTUAL, _clock.left, 0.01)
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        _clock.left -= time.process_time() - start


def _size(tree: Any, depth: int = 0) -> int:
    if not isinstance(tree, list):
        return 1
    if depth > _MAX_DEPTH:
        return _MAX_NODES + 1
    return 1 + sum(_size(part, depth + 1) for part in tree)


# --- structure ------------------------------------------------------------------------------------------


def _same(left: list[Any], right: list[Any]) -> Same:
    kind = left[0]
    if kind in ("seq", "matrix", "ratio"):
        start = {"seq": 3, "matrix": 3, "ratio": 1}[kind]
        if right[0] != kind or len(left) != len(right) or left[1:start] != right[1:start]:
            return Same.NO
        return _all(_same(a, b) for a, b in zip(left[start:], right[start:], strict=True))
    if kind in ("set", "list", "cup", "cap"):
        if right[0] != kind:
            return Same.NO
        return _match(_parts(left), _parts(right), distinct=kind == "set")
    if kind == "rel":
        return _relation(left, right)
    if kind == "unit":
        return _same(left[1], right[1] if right[0] == "unit" else right)
    if right[0] == "unit":
        return _same(left, right[1])
    if kind in ("text", "empty") or right[0] in ("text", "empty", "seq", "set", "list", "rel", "matrix"):
        return Same.PROVED if left == right else Same.NO
    return _equal(_build(left), _build(right))


def _all(answers: Iterable[Same]) -> Same:
    """Return the least of several, and stop at the first difference."""
    least = Same.PROVED
    for answer in answers:
        least = min(least, answer)
        if least is Same.NO:
            break
    return least


def _parts(tree: list[Any]) -> list[Any]:
    parts: list[Any] = []
    for part in tree[1:]:
        if part[0] == "pm":
            parts += [["add", part[1], part[2]], ["add", part[1], ["neg", part[2]]]]
        else:
            parts.append(part)
    return parts


def _match(left: list[Any], right: list[Any], distinct: bool) -> Same:
    """Match items in any order. Equality is transitive, so the first partner found is as good as any."""
    if distinct:
        left, right = _distinct(left), _distinct(right)
    if len(left) != len(right):
        return Same.NO
    rest, least = list(right), Same.PROVED
    for item in left:
        best, place = Same.NO, -1
        for number, other in enumerate(rest):
            same = _same(item, other)
            if same > best:
                best, place = same, number
            if best is Same.PROVED:
                break
        least = min(least, best)
        if least is Same.NO:
            return least
        if best > Same.OPEN:
            del rest[place]
    return least


def _distinct(items: list[Any]) -> list[Any]:
    found: list[Any] = []
    for item in items:
        if not any(_same(item, other) > Same.OPEN for other in found):
            found.append(item)
    return found


def _relation(left: list[Any], right: list[Any]) -> Same:
    """Compare equations: equal where their differences are proportional; other relations side by side."""
    if right[0] != "rel" or len(left) != len(right) or left[2::2] != right[2::2]:
        return Same.NO
    if len(left) == 4 and left[2] == "=":
        ours = _build(left[1]) - _build(left[3])
        theirs = _build(right[1]) - _build(right[3])
        if any(side.has(*_NOT_FINITE) for side in (ours, theirs)):
            return Same.NO
        if _is_zero(ours) or _is_zero(theirs):
            return Same.NO  # a tautology holds everywhere, and says nothing
        return _proportional(ours, theirs)
    return _all(_same(a, b) for a, b in zip(left[1::2], right[1::2], strict=True))


def _proportional(ours: Expr, theirs: Expr) -> Same:
    try:
        with _timed():
            ratio = sympy.cancel(ours / theirs)
    except _OutOfTime:
        return Same.OPEN
    except _NO_PROOF:
        return Same.OPEN
    if ratio.free_symbols or ratio.has(*_NOT_FINITE):
        return Same.NO
    return Same.PROVED if ratio.is_finite and ratio.is_nonzero else Same.NO


# --- expressions ----------------------------------------------------------------------------------------


def _equal(left: Expr, right: Expr) -> Same:
    if left == right:
        return Same.NO if left.has(sympy.nan, sympy.zoo) else Same.PROVED
    difference = left - right
    if difference.has(*_NOT_FINITE) or (difference.is_Rational and difference != 0):
        return Same.NO
    agreed = _probe(left, right)
    if agreed is Same.PROBED and difference.has(*_STEPS):
        agreed = Same.OPEN  # constant on stretches: no number of points shows that two such are equal
    if agreed is Same.NO:
        return Same.NO
    return Same.PROVED if _is_zero(difference) else agreed


def _probe(left: Expr, right: Expr) -> Same:
    """Compare values: NO where they differ at one point, PROBED where they agree at enough, else OPEN.

    Points at which one side is not real count only where there are too few others: log x^3 is 3 log x.
    """
    names = sorted(left.free_symbols | right.free_symbols, key=str)
    chance = random.Random(20240917)
    agreed = 0
    beyond: list[bool] = []  # agreement at points beyond the real domain, where conventions differ
    digits = _DIGITS if names else _CONSTANT_DIGITS
    for attempt in range(_POINTS if names else 1):
        low, high = _RANGES[attempt % len(_RANGES)]
        point = {name: Rational(chance.randint(low, high) * 1000 + 7, 101_000) for name in names}
        a, b = _value(left, point, digits), _value(right, point, digits)
        if a is None or b is None:
            continue  # a removable singularity or the edge of a domain proves nothing
        same = bool(abs(a - b) <= (abs(a) + abs(b)) / Integer(10) ** (digits - 10))
        if names and not (a.is_real and b.is_real):
            beyond.append(same)
            continue
        if not same:
            return Same.NO
        agreed += 1
        if agreed == len(_RANGES):
            break
    if agreed < _ENOUGH and beyond:
        if not all(beyond):
            return Same.NO
        agreed += len(beyond)
    return Same.PROBED if agreed >= (_ENOUGH if names else 1) else Same.OPEN


def _value(expression: Expr, point: dict[Any, Any], digits: int) -> Any:
    try:
        value = expression.evalf(digits, subs=point, maxn=max(400, digits + 100))
    except (ValueError, TypeError, OverflowError, ZeroDivisionError, RecursionError):
        return None
    return value if value.is_number and value.is_finite else None


def _is_zero(difference: Expr) -> bool:
    """Prove that an expression is zero; False where no proof is found in time."""
    if difference == 0:
        return True
    if difference.is_number and abs(sympy.N(difference, 20)) > Rational(1, 10**15):
        return False
    try:
        with _timed():
            return any(_succeeds(attempt, difference) for attempt in _PROOFS)
    except _OutOfTime:
        return False


def _succeeds(attempt: Callable[[Expr], Any], difference: Expr) -> bool:
    try:
        return bool(attempt(difference) == 0)
    except _NO_PROOF:
        return False


# What sympy raises where a method does not apply; the next method is tried then.
_NO_PROOF = (ValueError, TypeError, NotImplementedError, ArithmeticError, RecursionError, AttributeError)


def _by_roots(expression: Expr) -> Expr:
    if expression.free_symbols or not expression.is_algebraic:
        return expression
    return Integer(0) if sympy.minimal_polynomial(expression, Symbol("z")) == Symbol("z") else expression


_PROOFS: tuple[Callable[[Expr], Expr], ...] = (
    sympy.cancel,
    lambda e: sympy.expand(e, trig=True, complex=False),
    sympy.simplify,
    lambda e: sympy.simplify(e.rewrite(sympy.exp)),
    lambda e: sympy.simplify(sympy.expand_func(e)),
    sympy.radsimp,
    _by_roots,
    lambda e: 0 if e.equals(0) else 1,
)


def _binomial(top: Expr, low: Expr) -> Expr:
    return sympy.binomial(top, low)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tan": sympy.tan,
    "cot": sympy.cot,
    "sec": sympy.sec,
    "csc": sympy.csc,
    "asin": sympy.asin,
    "acos": sympy.acos,
    "atan": sympy.atan,
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
    "tanh": sympy.tanh,
    "log": sympy.log,
    "exp": sympy.exp,
    "floor": sympy.floor,
    "ceil": sympy.ceiling,
    "gcd": sympy.gcd,
    "lcm": sympy.lcm,
    "max": sympy.Max,
    "min": sympy.Min,
    "binom": _binomial,
}
_CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "oo": sympy.oo}


def _build(tree: list[Any]) -> Expr:
    """Build a sympy expression from a tree. Raises _NotExpression where the tree is none."""
    leaf = _LEAVES.get(tree[0])
    if leaf is not None:
        return leaf(tree)
    if tree[0] == "fn":
        function = _FUNCTIONS.get(tree[1])
        if function is None:
            raise _NotExpression(f"no function {tree[1]!r}")
        return _call(function, [_build(part) for part in tree[2:]])
    if tree[0] == "call":
        return sympy.Function(tree[1])(*[_build(part) for part in tree[2:]])
    combine = _NODES.get(tree[0])
    if combine is None:
        raise _NotExpression(f"{tree[0]} is no expression")
    return _call(combine, [_build(part) for part in tree[1:]])


def _call(function: Callable[..., Any], parts: list[Expr]) -> Expr:
    try:
        value = function(*parts)
    except (TypeError, ValueError, AttributeError) as error:
        raise _NotExpression(f"{type(error).__name__}: {error}") from error
    if not isinstance(value, Expr):
        raise _NotExpression("no expression")
    return value


_LEAVES: dict[str, Callable[[list[Any]], Expr]] = {
    "int": lambda t: Integer(t[1]),
    "dec": lambda t: Rational(t[1], 10 ** t[2]),
    "rat": lambda t: Rational(t[1], t[2]),
    "sci": lambda t: _build(t[1]) * Integer(10) ** t[2],
    "mixed": lambda t: t[1] + Rational(t[2], t[3]),
    "based": lambda t: Integer(int(t[1], t[2])),
    "sym": lambda t: Symbol(t[1], real=True),
    "const": lambda t: _CONSTANTS[t[1]],
}
_NODES: dict[str, Callable[..., Any]] = {
    "neg": lambda a: -a,
    "add": sympy.Add,
    "mul": sympy.Mul,
    "div": lambda a, b: a / b,
    "pow": sympy.Pow,
    "root": lambda degree, a: sympy.real_root(a, degree) if a.is_negative else a ** (1 / degree),
    "fact": sympy.factorial,
    "pct": lambda a: a / 100,
    "deg": lambda a: a * sympy.pi / 180,
    "abs": sympy.Abs,
}
