"""Absolute values and inequalities.

Example (`inequalities`, level 3): `Solve x^2 - x - 6 < 0. Answer in interval notation.` -> (-2, 3).
"""

from __future__ import annotations

import operator
import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

from rlvr_gym.envs.math.tasks.coefficients import factor, from_roots, product, value_at
from rlvr_gym.envs.math.tasks.drafting import draft, latex, nonzero, polynomial
from rlvr_gym.sources import Draft

__all__ = ["absolute_value", "inequalities"]

_ALL = (
    "Find all real solutions of ${shown}$. Separate them by commas.",
    "Solve ${shown}$ over the real numbers. List all solutions, separated by commas.",
    "Which real numbers $x$ satisfy ${shown}$? List them all, separated by commas.",
)
_ONLY = (
    "Find the only real solution of ${shown}$.",
    "Exactly one real number $x$ satisfies ${shown}$. What is it?",
    "Solve ${shown}$ over the real numbers; there is one solution.",
)
_LEAST = (
    "What is the least value of ${shown}$ for real $x$?",
    "Let $x$ run over all real numbers. Find the minimum of ${shown}$.",
    "Determine the smallest value that ${shown}$ takes on the real line.",
)
_COUNT = (
    "How many integers $x$ satisfy ${shown}$?",
    "Count the integers $x$ with ${shown}$.",
    "For how many integers $x$ is the inequality ${shown}$ true?",
)
_INTERVAL = (
    "Solve the inequality ${shown}$ over the real numbers. Answer in interval notation.",
    "For which real numbers $x$ is ${shown}$? Write the set of solutions in interval notation.",
    "Find the solution set of ${shown}$ in the real numbers, in interval notation.",
)


def absolute_value(rng: random.Random, level: int) -> Draft:
    """Draw an equation, a least value or an inequality with absolute values."""
    if level == 1:
        a, b, c = nonzero(rng, -9, 9), nonzero(rng, -20, 20), rng.randint(1, 30)
        gold = _listed(Fraction(c - b, a), Fraction(-c - b, a))
        shown = f"|{polynomial((b, a))}| = {c}"
        return draft(rng, "one_bar", (a, b, c), _ALL, gold, steps=4, shown=shown)
    if level == 2:
        while True:
            a, b, c, d = (nonzero(rng, -9, 9) for _ in range(4))
            if abs(a) != abs(c) and a * d != b * c:
                break
        gold = _listed(Fraction(d - b, a - c), Fraction(-d - b, a + c))
        shown = f"|{polynomial((b, a))}| = |{polynomial((d, c))}|"
        return draft(rng, "two_bars", (a, b, c, d), _ALL, gold, steps=7, shown=shown)
    if level == 3:
        return _one_sided(rng)
    if level == 4:
        return _nested(rng) if rng.random() < 0.5 else _least(rng, 3)
    return _least(rng, 5) if rng.random() < 0.5 else _count(rng)


def _listed(*solutions: Fraction) -> str:
    return ", ".join(latex(solution) for solution in sorted(set(solutions)))


def _one_sided(rng: random.Random) -> Draft:
    """Draw |ax + b| = cx + d of which one candidate fails the sign of the right side."""
    while True:
        a, b, c, d = (nonzero(rng, -9, 9) for _ in range(4))
        if abs(a) == abs(c) or a * d == b * c:
            continue
        candidates = (Fraction(d - b, a - c), Fraction(-d - b, a + c))
        kept = [x for x in candidates if c * x + d >= 0]
        if len(kept) == 1:
            break
    shown = f"|{polynomial((b, a))}| = {polynomial((d, c))}"
    return draft(rng, "one_sided", (a, b, c, d), _ONLY, kept[0], steps=9, shown=shown)


def _nested(rng: random.Random) -> Draft:
    """Draw ||ax + p| - q| = r with 0 < r < q: four solutions."""
    a, p, q = rng.randint(1, 5), nonzero(rng, -15, 15), rng.randint(2, 15)
    r = rng.randint(1, q - 1)
    gold = _listed(*(Fraction(sign * outer - p, a) for outer in (q + r, q - r) for sign in (1, -1)))
    shown = f"\\big| |{polynomial((p, a))}| - {q} \\big| = {r}"
    return draft(rng, "nested", (a, p, q, r), _ALL, gold, steps=12, shown=shown)


def _bars(weights: list[int], points: list[int]) -> str:
    parts = (
        f"{'' if weight == 1 else weight}|{factor(-point)}|"
        for weight, point in zip(weights, points, strict=True)
    )
    return " + ".join(parts)


def _least(rng: random.Random, count: int) -> Draft:
    points = rng.sample(range(-15, 16), count)
    weights = [rng.randint(1, 5) for _ in points]
    spread = sorted(point for weight, point in zip(weights, points, strict=True) for _ in range(weight))
    middle = spread[len(spread) // 2]  # a weighted median
    gold = sum(abs(point - middle) for point in spread)
    key = (" ".join(map(str, weights)), " ".join(map(str, points)))
    steps = 12 if count == 3 else 21
    return draft(rng, "least", key, _LEAST, gold, steps=steps, shown=_bars(weights, points))


def _count(rng: random.Random) -> Draft:
    a, b, p, q = rng.randint(1, 4), rng.randint(1, 4), *rng.sample(range(-20, 21), 2)
    bound = min(a, b) * abs(p - q) + rng.randint(5, 80)
    inside = range(-150, 151)
    gold = sum(a * abs(x - p) + b * abs(x - q) <= bound for x in inside)
    shown = f"{_bars([a, b], [p, q])} \\le {bound}"
    return draft(rng, "count", (a, p, b, q, bound), _COUNT, gold, steps=18, shown=shown)


_RELATIONS: dict[str, tuple[str, Callable[[Fraction, Fraction], bool]]] = {
    "less": ("<", operator.lt),
    "at_most": ("\\le", operator.le),
    "more": (">", operator.gt),
    "at_least": ("\\ge", operator.ge),
}


def inequalities(rng: random.Random, level: int) -> Draft:
    """Draw an inequality whose solution set is an interval or a union of intervals."""
    name = rng.choice(sorted(_RELATIONS))
    sign, relation = _RELATIONS[name]
    if level == 1:
        a, b, c = rng.choice((1, -1)) * rng.randint(2, 9), nonzero(rng, -30, 30), rng.randint(-30, 30)
        gold = _solution([Fraction(c - b, a)], lambda x: relation(a * x + b, Fraction(c)))
        shown = f"{polynomial((b, a))} {sign} {c}"
        return draft(rng, "line", (a, b, name, c), _INTERVAL, gold, steps=3, shown=shown)
    if level == 2:
        return _between(rng) if rng.random() < 0.5 else _bar(rng, name)
    if level == 4:
        return _fraction(rng, name)
    if level == 5 and rng.random() < 0.5:
        return _quotient(rng, name)
    if level == 3:
        while True:
            roots = [Fraction(rng.randint(-20, 20), rng.randint(1, 5)) for _ in range(2)]
            if roots[0] != roots[1]:
                break
        steps = 8
    else:
        roots = [Fraction(root) for root in rng.sample(range(-7, 8), rng.choice((3, 3, 4)))]
        steps = 5 * len(roots) + 1
    lead = rng.choice((1, -1))
    coefficients = [lead * c for c in product([(-root.numerator, root.denominator) for root in roots])]
    gold = _solution(roots, lambda x: relation(value_at(coefficients, x), Fraction(0)))
    shown = f"{polynomial(coefficients)} {sign} 0"
    return draft(rng, "polynomial", (name, *coefficients), _INTERVAL, gold, steps=steps, shown=shown)


def _solution(points: Sequence[Fraction], holds: Callable[[Fraction], bool]) -> str:
    """Write the set where a condition holds that can only change at the given points."""
    ends = sorted(set(points))
    inner = [(low + high) / 2 for low, high in pairwise(ends)]
    pieces, start = [], "(-\\infty" if holds(ends[0] - 1) else ""
    for end, after in zip(ends, [*inner, ends[-1] + 1], strict=True):
        at, right = holds(end), holds(after)
        if start and not (at and right):
            pieces.append(f"{start}, {latex(end)}{']' if at else ')'}")
            start = ""
        if right and not start:
            start = f"{'[' if at else '('}{latex(end)}"
    if start:
        pieces.append(f"{start}, \\infty)")
    return " \\cup ".join(pieces)


def _between(rng: random.Random) -> Draft:
    a, b, low = rng.choice((1, -1)) * rng.randint(2, 9), nonzero(rng, -20, 20), rng.randint(-30, 20)
    high = low + rng.randint(1, 30)
    ends = [Fraction(low - b, a), Fraction(high - b, a)]
    gold = _solution(ends, lambda x: low <= a * x + b < high)
    shown = f"{low} \\le {polynomial((b, a))} < {high}"
    return draft(rng, "between", (low, a, b, high), _INTERVAL, gold, steps=5, shown=shown)


def _bar(rng: random.Random, name: str) -> Draft:
    sign, relation = _RELATIONS[name]
    a, b, c = rng.randint(2, 9), nonzero(rng, -20, 20), rng.randint(1, 30)
    ends = [Fraction(c - b, a), Fraction(-c - b, a)]
    gold = _solution(ends, lambda x: relation(abs(a * x + b), Fraction(c)))
    shown = f"|{polynomial((b, a))}| {sign} {c}"
    return draft(rng, "bar", (a, b, name, c), _INTERVAL, gold, steps=5, shown=shown)


def _fraction(rng: random.Random, name: str) -> Draft:
    """Draw (ax + b) / (x - r) compared with k: the pole and the equality are where it can change."""
    sign, relation = _RELATIONS[name]
    while True:
        a, b, r, k = rng.randint(-6, 6), nonzero(rng, -12, 12), rng.randint(-9, 9), rng.randint(-5, 5)
        if a != k and a * r + b and a:
            break
    ends = [Fraction(-b - k * r, a - k), Fraction(r)]
    gold = _solution(ends, lambda x: x != r and relation((a * x + b) / (x - r), Fraction(k)))
    shown = f"\\frac{{{polynomial((b, a))}}}{{{factor(-r)}}} {sign} {k}"
    return draft(rng, "fraction", (a, b, r, name, k), _INTERVAL, gold, steps=11, shown=shown)


def _quotient(rng: random.Random, name: str) -> Draft:
    sign, relation = _RELATIONS[name]
    r, s, t = rng.sample(range(-9, 10), 3)
    top = from_roots(r, s)
    gold = _solution(
        [Fraction(r), Fraction(s), Fraction(t)],
        lambda x: x != t and relation(value_at(top, x) / (x - t), Fraction(0)),
    )
    shown = f"\\frac{{{polynomial(top)}}}{{{factor(-t)}}} {sign} 0"
    return draft(rng, "quotient", (*top, t, name), _INTERVAL, gold, steps=15, shown=shown)
