"""Logic by trying every case: formulas through a stack, islanders and orders through all possibilities."""

from __future__ import annotations

import itertools
import operator

from tests.derivations.common import Answer, Derivations

__all__ = ["DERIVED"]

TABLES = {
    "&": operator.and_,
    "|": operator.or_,
    ">": lambda a, b: a <= b,
    "=": operator.eq,
    "^": operator.xor,
}


def evaluate(formula: str, row: dict[str, bool]) -> bool:
    """Read prefix notation from its end."""
    stack: list[bool] = []
    for sign in reversed(formula):
        if sign == "!":
            stack.append(not stack.pop())
        elif sign in TABLES:
            stack.append(bool(TABLES[sign](stack.pop(), stack.pop())))
        else:
            stack.append(row[sign])
    (value,) = stack
    return value


def truth_tables(kind: str, params: list[str]) -> Answer:
    names = sorted({sign for sign in "".join(params) if sign.isalpha()})
    rows = [
        dict(zip(names, each, strict=True)) for each in itertools.product((True, False), repeat=len(names))
    ]
    left = [evaluate(params[0], row) for row in rows]
    if kind == "true_rows":
        return sum(left)
    if kind == "false_rows":
        return len(rows) - sum(left)
    right = [evaluate(params[1], row) for row in rows]
    if kind == "agreeing_rows":
        return sum(not a ^ b for a, b in zip(left, right, strict=True))
    return sum(a > b for a, b in zip(left, right, strict=True))


def speaks(said: str, knights: set[int]) -> bool:
    about = [int(digit) for digit in said[1:]]
    there = [i in knights for i in about]
    match said[0]:
        case "e":
            return len(knights) == about[0]
        case "k":
            return there == [True]
        case "n":
            return there == [False]
        case "s":
            return there in ([True, True], [False, False])
        case "d":
            return there in ([True, False], [False, True])
        case "i":
            return there != [True, False]
        case "o":
            return there != [False, False]
        case "b":
            return there == [False, False]
    raise AssertionError(said)


def knights_and_knaves(kind: str, params: list[str]) -> Answer:
    said = params[: len(params) // 2] if kind.startswith("only") else params
    everyone = range(len(said))
    (knights,) = [
        set(chosen)
        for size in range(len(said) + 1)
        for chosen in itertools.combinations(everyone, size)
        if all(speaks(said[i], set(chosen)) is (i in chosen) for i in everyone)
    ]
    if kind == "how_many":
        return len(knights)
    if kind == "kinds":
        return "(" + ",".join("1" if i in knights else "0" for i in everyone) + ")"
    names = params[len(said) :]
    (single,) = knights if kind == "only_knight" else set(everyone) - knights
    return names[single]


def fits(fact: str, order: tuple[int, ...]) -> bool:
    about = [int(digit) for digit in fact[1:]]
    match fact[0]:
        case "f":
            return order[0] != about[0]
        case "l":
            return order[-1] != about[0]
        case "b":
            return about[1] in order[order.index(about[0]) :]
        case "a":
            return tuple(about) in itertools.pairwise(order)
        case "n":
            return any(set(about) == set(pair) for pair in itertools.pairwise(order))
        case "g":
            step = about[2] + 1
            return any({a, b} == set(about[:2]) for a, b in zip(order, order[step:], strict=False))
    raise AssertionError(fact)


def order_puzzles(kind: str, params: list[str]) -> Answer:
    count, *params = params
    asked = {"who": 1, "where": 1, "between": 2}[kind]
    facts = [param for param in params[asked:] if param[1:].isdigit()]
    (order,) = [
        order
        for order in itertools.permutations(range(int(count)))
        if all(fits(fact, order) for fact in facts)
    ]
    if kind == "who":
        return params[asked + len(facts) :][order[int(params[0]) - 1]]
    at = [order.index(int(param)) for param in params[:asked]]
    return at[0] + 1 if kind == "where" else abs(at[0] - at[1]) - 1


DERIVED: Derivations = {
    "knights_and_knaves": knights_and_knaves,
    "order_puzzles": order_puzzles,
    "truth_tables": truth_tables,
}
