"""Families over integers: searches by conditions, and recurrences."""

# ruff: noqa: E501  (menus are tables, one rule a row)

from __future__ import annotations

import random
from typing import Any

from rlvr_gym.envs.code.tasks.rules import Family, Menu, Rules, Slot, many, numbers, one

__all__ = ["NUMBERS", "RECURRENCES"]

_CONDITIONS: Menu = (
    many("divisible", "n is divisible by {k}", "n % {k} == 0", range(2, 10)),
    many("remainder", "n leaves remainder 1 when divided by {k}", "n % {k} == 1", range(3, 10)),
    many("digit-sum", "the sum of the decimal digits of n is divisible by {k}", "sum(map(int, str(n))) % {k} == 0", range(2, 8)),
    many("has-digit", "the decimal digits of n include the digit {k}", "'{k}' in str(n)", range(1, 10)),
    many("digit-count", "n has exactly {k} different decimal digits", "len(set(str(n))) == {k}", range(1, 4)),
    many("ones", "the number of ones in the binary form of n is divisible by {k}", "bin(n).count('1') % {k} == 0", range(2, 5)),
    many("near-square", "there is an integer m with |n - m*m| <= {k}", "min(n - math.isqrt(n) ** 2, (math.isqrt(n) + 1) ** 2 - n) <= {k}", range(5)),
    many("coprime", "n and {k} have no common divisor greater than 1", "math.gcd(n, {k}) == 1", (6, 10, 12, 14, 15, 21, 30, 35, 42)),
    one("palindrome", "the decimal form of n reads the same backwards", "str(n) == str(n)[::-1]"),
    one("prime", "n is a prime number", "n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1))"),
    one("rising", "the decimal digits of n never decrease from left to right", "list(str(n)) == sorted(str(n))"),
    one("even-digits", "n has an even number of decimal digits", "len(str(n)) % 2 == 0"),
    one("last-largest", "no decimal digit of n is greater than its last one", "max(str(n)) == str(n)[-1]"),
    one("harshad", "n is positive and divisible by the sum of its decimal digits", "n > 0 and n % sum(map(int, str(n))) == 0"),
)  # fmt: skip

_JOIN: Menu = (
    one("and", "both hold", "a and b"),
    one("or", "at least one of them holds", "a or b"),
    one("xor", "exactly one of them holds", "a != b"),
    one("without", "A holds and B does not hold", "a and not b"),
)

_GATHER: Menu = (
    one("count", "Return how many such n there are.", "len(found)"),
    one("sum", "Return the sum of all such n (0 if there are none).", "sum(found)"),
    one("list", "Return the ascending list of all such n.", "found"),
    one("gap", "Return the greatest difference of two such n that follow each other in ascending order (0 if there are fewer than two).", "max((b - a for a, b in zip(found, found[1:])), default=0)"),
    one("ends", "Return the tuple of the least and the greatest such n, or None if there are none.", "(found[0], found[-1]) if found else None"),
    many("pick", "Return the {k}th such n in ascending order, or -1 if there are fewer than {k}.", "found[{k} - 1] if len(found) >= {k} else -1", range(3, 10)),
    many("mod", "Return the sum of the squares of all such n, modulo {k}.", "sum(n * n for n in found) % {k}", (97, 101, 997, 1009, 10007)),
)  # fmt: skip

_TURN: Menu = (
    one("itself", "n itself", "n"),
    many("plus", "n + {k}", "n + {k}", range(1, 9)),
    many("times", "{k}*n", "{k} * n", (3, 7, 9, 11)),
    one("square", "n*n", "n * n"),
    one("mirror", "the number whose decimal digits are those of n in reverse order (leading zeros dropped)", "int(str(n)[::-1])"),
)  # fmt: skip


def _numbers_slots(level: int) -> tuple[Slot, ...]:
    slots = [
        Slot("a", _CONDITIONS, "conditions"),
        Slot("b", _CONDITIONS, "conditions"),
        Slot("join", _JOIN),
        Slot("gather", _GATHER),
    ]
    if level >= 3:
        slots.append(Slot("c", _CONDITIONS, "conditions"))
    if level >= 4:
        slots.append(Slot("turn", _TURN))
    if level >= 5:
        slots.append(Slot("d", _CONDITIONS, "conditions"))
    return tuple(slots if level > 1 else slots[:2] + slots[3:])


def _numbers_prose(level: int) -> str:
    lines = [
        "It looks at the integers n with low <= n <= high, where 0 <= low; the range is empty if low > high."
    ]
    lines += ["- Condition A: $a.", "- Condition B: $b."]
    rule = "both hold" if level == 1 else "$join"
    lines.append(f"- An n is taken if, of the conditions A and B, {rule}.")
    if level >= 3:
        lines.append("- Of these, an n is dropped where condition C holds: $c.")
    if level >= 5:
        lines.append("- Whatever A, B and C say, an n is dropped if it is odd and condition D holds: $d.")
    if level >= 4:
        lines.append(
            "- All conditions are about n, but from here on each n that was taken is replaced by $turn; equal results are kept once."
        )
    lines.append("$gather")
    return "\n".join(lines)


def _numbers_source(level: int) -> str:
    lines = [
        "import math",
        "",
        "",
        "def search(low, high):",
        "    found = []",
        "    for n in range(low, high + 1):",
    ]
    lines += ["        a = $a", "        b = $b", "        taken = " + ("a and b" if level == 1 else "$join")]
    if level >= 3:
        lines += ["        if $c:", "            taken = False"]
    if level >= 5:
        lines += ["        if n % 2 == 1 and ($d):", "            taken = False"]
    lines += ["        if taken:", "            found.append(" + ("$turn" if level >= 4 else "n") + ")"]
    if level >= 4:
        lines.append("    found = sorted(set(found))")
    return "\n".join([*lines, "    return $gather"])


def _ranges(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    low = rng.choice((rng.randint(0, 30), rng.randint(50, 200), rng.randint(800, 1200)))
    return (low, low + rng.randint(20, 260))


NUMBERS = Family(
    name="numbers",
    entry="search",
    signature="(low: int, high: int)",
    slots=_numbers_slots,
    prose=_numbers_prose,
    source=_numbers_source,
    inputs=_ranges,
    edges=((5, 4), (0, 0), (1, 1), (0, 130), (2, 2), (95, 125), (900, 1111)),
)

_SPECIAL: Menu = (
    many("divisible", "n is divisible by {k}", "n % {k} == 0", range(2, 7)),
    many("previous-even", "f(n-1) is divisible by {k}", "values[-1] % {k} == 0", range(2, 5)),
    one("falls", "f(n-1) < f(n-2)", "values[-1] < values[-2]"),
    many("large", "f(n-1) > {k}", "values[-1] > {k}", (10, 20, 50, 100)),
)  # fmt: skip

_BENDS: Menu = (
    many("back", "f(n) = f(n-2) + {k}", "values[-2] + {k}", range(1, 6)),
    many("drop", "f(n) = f(n-1) // {k} (rounded down)", "values[-1] // {k}", range(2, 5)),
    one("difference", "f(n) = |f(n-1) - f(n-2)|", "abs(values[-1] - values[-2])"),
    one("index", "f(n) = f(n-1) + n*n", "values[-1] + n * n"),
    many("minus", "f(n) = f(n-1) - {k}", "values[-1] - {k}", range(1, 9)),
)  # fmt: skip

_YIELD: Menu = (
    one("term", "Return f(n).", "return values[n]"),
    one("sum", "Return f(0) + f(1) + ... + f(n).", "return sum(values[: n + 1])"),
    one("largest", "Return the greatest of f(0), ..., f(n).", "return max(values[: n + 1])"),
    one("list", "Return the list [f(0), ..., f(n)].", "return values[: n + 1]"),
    one("distinct", "Return how many different values there are among f(0), ..., f(n).", "return len(set(values[: n + 1]))"),
    one("changes", "Return how many i with 1 <= i <= n have f(i) < f(i-1).", "return sum(b < a for a, b in zip(values[:n], values[1 : n + 1]))"),
)  # fmt: skip

_MODULI: Menu = (many("mod", "{k}", "{k}", (11, 17, 23, 37, 53, 101, 211, 1009)),)


def _recurrence_slots(level: int) -> tuple[Slot, ...]:
    slots = [
        Slot("first", numbers(0, 6)),
        Slot("second", numbers(1, 9)),
        Slot("p", numbers(1, 4)),
        Slot("q", numbers(1, 4)),
        Slot("r", numbers(0, 5)),
    ]
    # Without a modulus nothing ever falls, so the last two menu entries would say nothing.
    slots.append(Slot("yield", _YIELD if level >= 2 else _YIELD[:-2]))
    if level >= 2:
        slots.append(Slot("modulus", _MODULI))
    for number in range(1, min(level, 4) - 1 + (level == 5)):
        slots += [Slot(f"special{number}", _SPECIAL, "special"), Slot(f"bend{number}", _BENDS, "bends")]
    return tuple(slots)


def _bend_count(level: int) -> int:
    return len(range(1, min(level, 4) - 1 + (level == 5)))


def _recurrence_prose(level: int) -> str:
    lines = [
        "A sequence begins with f(0) = $first and f(1) = $second. For n >= 2 the first rule that applies gives f(n):"
    ]
    lines += [f"- if $special{n}: $bend{n}" for n in range(1, _bend_count(level) + 1)]
    lines.append("- otherwise: f(n) = $p*f(n-1) + $q*f(n-2) + $r")
    if level >= 2:
        lines.append(
            "The value from the rule is reduced modulo $modulus (as Python's % does) before it becomes f(n)."
        )
    return "\n".join([*lines, "Given n >= 0: $yield"])


def _recurrence_source(level: int) -> str:
    lines = [
        "def term(n):",
        "    stop = n",
        "    values = [$first, $second]",
        "    for n in range(2, stop + 1):",
    ]
    word = "if"
    for number in range(1, _bend_count(level) + 1):
        lines += [f"        {word} $special{number}:", f"            value = $bend{number}"]
        word = "elif"
    general = "value = $p * values[-1] + $q * values[-2] + $r"
    lines += ["        else:", f"            {general}"] if word == "elif" else [f"        {general}"]
    lines.append("        values.append(value" + (" % $modulus)" if level >= 2 else ")"))
    return "\n".join([*lines, "    n = stop", "    $yield"])


RECURRENCES = Family(
    name="recurrences",
    entry="term",
    signature="(n: int)",
    slots=_recurrence_slots,
    prose=_recurrence_prose,
    source=_recurrence_source,
    inputs=lambda rng, level, rules: (rng.randint(3, 24 + 4 * level),),
    edges=((0,), (1,), (2,), (3,), (7,), (12,), (40,)),
)
