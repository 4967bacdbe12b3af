"""Make a task out of a family: choose rules, write prose and reference, draw examples and hidden tests.

Expected values come from our own reference, which runs here, on the trusted side. Hidden tests are drawn
until
every neighbouring rule set (one rule replaced) is told apart by at least one of them.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from rlvr_gym.envs.code.compare import same
from rlvr_gym.envs.code.reference import CallsReference, Case, ProgramReference, Run
from rlvr_gym.envs.code.tasks.rules import Family, Piece, Rules, choose, neighbours, weave
from rlvr_gym.errors import BadTask
from rlvr_gym.sources import Draft, Generator

__all__ = ["compiled", "generator", "key_of", "source_of"]

HIDDEN = 14  # calls at the least; more where mistakes would slip through
MOST_HIDDEN = 32
_SAMPLES = 8  # inputs by which a draw of rules is judged; two of them become the public examples
_REDRAWS = 200
_MISTAKES_PER_SLOT = 3
_PATIENCE = 25  # further draws for one mistake before it is taken to be no mistake


def generator(family: Family) -> Generator:
    """Return the generator of a family for a `ProceduralSource`."""

    def draft(rng: random.Random, level: int) -> Draft:
        for _ in range(_REDRAWS):
            rules = choose(family.slots(level), rng)
            seed = rng.getrandbits(64)
            source = source_of(family, level, rules)
            public = _public(family, level, rules, compiled(family, source), seed)
            if public is not None:
                break
        else:
            raise BadTask(
                f"family {family.name!r} level {level}: every task drawn had nearly constant results"
            )
        reference: CallsReference | ProgramReference
        if family.entry:
            reference = CallsReference(
                family.entry,
                tuple(Case(args, {}, value) for args, value in public),
                lambda: tuple(Case(args, {}, value) for args, value in _hidden(family, level, rules, seed)),
                source,
            )
        else:
            reference = ProgramReference(
                tuple(Run(args[0], value) for args, value in public),
                lambda: tuple(Run(args[0], value) for args, value in _hidden(family, level, rules, seed)),
                source,
            )
        return Draft(key_of(rules), _prompt(family, level, rules, public), reference)

    return draft


def key_of(rules: Rules) -> str:
    """Return the canonical content: which piece fills which slot."""
    return ";".join(f"{slot}={piece.key}" for slot, piece in sorted(rules.items()))


def source_of(family: Family, level: int, rules: Rules) -> str:
    """Return the reference solution as Python source."""
    body = weave(family.source(level), rules, "code").strip("\n") + "\n"
    if family.entry:
        return body
    return f"import sys\n\n\n{body}\n\n{_MAIN}"


def compiled(family: Family, source: str) -> Callable[..., Any]:
    """Return the function of a reference source. The source is ours, never a response."""
    scope: dict[str, Any] = {"__name__": "reference"}
    exec(compile(source, f"<reference of {family.name}>", "exec"), scope)
    function: Callable[..., Any] = scope[family.entry or "solve"]
    return function


_MAIN = 'if __name__ == "__main__":\n    sys.stdout.write(solve(sys.stdin.read()))\n'
Pair = tuple[tuple[Any, ...], Any]


def _run(function: Callable[..., Any], args: tuple[Any, ...]) -> Pair:
    # A reference may change its arguments in place; what is recorded is what was handed over.
    return args, function(*copy.deepcopy(args))


def _public(
    family: Family, level: int, rules: Rules, function: Callable[..., Any], seed: int
) -> tuple[Pair, Pair] | None:
    """Return two examples with different results, or None where these rules make results too much alike."""
    rng = random.Random(seed)
    pairs = [_run(function, family.inputs(rng, level, rules)) for _ in range(_SAMPLES)]
    shown = [repr(value) for _, value in pairs]
    if max(map(shown.count, shown)) > _SAMPLES // 2:
        return None
    second = next(pair for pair, text in zip(pairs, shown, strict=True) if text != shown[0])
    return (pairs[0], second)


def _hidden(family: Family, level: int, rules: Rules, seed: int) -> tuple[Pair, ...]:
    """Return the hidden tests: edges, random inputs, and inputs that expose each neighbouring rule."""
    function = compiled(family, source_of(family, level, rules))
    shown = {repr(args) for args, _ in _public(family, level, rules, function, seed) or ()}
    rng = random.Random(seed ^ 0x5DEECE66D)
    tests: list[Pair] = []

    def add(args: tuple[Any, ...]) -> None:
        if repr(args) not in shown:
            shown.add(repr(args))
            tests.append(_run(function, args))

    for args in family.edges:
        add(args)
    for _ in range(10 * HIDDEN):
        if len(tests) >= max(HIDDEN, len(family.edges) + 8):
            break
        add(family.inputs(rng, level, rules))
    for wrong_rules in neighbours(family.slots(level), rules, rng, _MISTAKES_PER_SLOT):
        wrong = compiled(family, source_of(family, level, wrong_rules))
        if len(tests) >= MOST_HIDDEN or any(_differs(wrong, pair) for pair in tests):
            continue
        for _ in range(_PATIENCE):
            pair = _run(function, family.inputs(rng, level, rules))
            if repr(pair[0]) not in shown and _differs(wrong, pair):
                shown.add(repr(pair[0]))
                tests.append(pair)
                break
    return tuple(tests)


def _differs(wrong: Callable[..., Any], pair: Pair) -> bool:
    args, value = pair
    try:
        claimed = wrong(*copy.deepcopy(args))
    except Exception:  # a wrong rule may divide by zero or index too far: told apart
        return True
    return not same(value, claimed)


def _prompt(family: Family, level: int, rules: dict[str, Piece], public: tuple[Pair, ...]) -> str:
    prose = weave(family.prose(level), rules, "text").strip()
    if family.entry:
        head = f"Write a Python function\n\n    def {family.entry}{family.signature}:\n\n"
        shown = [f"    {family.entry}({', '.join(map(repr, args))}) == {value!r}" for args, value in public]
    else:
        head = "Write a Python program that reads standard input and writes standard output.\n\n"
        shown = [
            f"Input:\n```\n{args[0].rstrip()}\n```\nOutput:\n```\n{value.rstrip()}\n```"
            for args, value in public
        ]
    examples = "\n\n".join(shown)
    return f"{head}{prose}\n\nExamples:\n\n{examples}\n"
