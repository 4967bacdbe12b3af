"""Make a task out of a family: choose rules, write prose and reference, draw examples and hidden tests.

Expected values come from our own reference, which runs here, on the trusted side. Hidden tests are drawn
until every neighbouring rule set (one rule replaced) is told apart by at least one of them, and until no
single value answers more than half of them.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any, NamedTuple

from rlvr_gym.envs.code.compare import same
from rlvr_gym.envs.code.reference import CallsReference, Case, ProgramReference, Run
from rlvr_gym.envs.code.tasks.rules import Family, Piece, Rules, choose, neighbours, weave
from rlvr_gym.errors import BadTask
from rlvr_gym.sources import Draft, Generator

__all__ = ["Drawn", "compiled", "draw", "generator", "hidden_tests", "key_of", "source_of", "tells_apart"]

HIDDEN = 14  # calls at the least; more where mistakes would slip through
HIDDEN_RUNS = 12  # of a whole program: each run is a process of its own
MOST_HIDDEN = 32
_SAMPLES = 8  # inputs by which a draw of rules is judged; two of them become the public examples
_REDRAWS = 200
Pair = tuple[tuple[Any, ...], Any]  # arguments and the value for them
_MISTAKES_PER_SLOT = 3
_PATIENCE = 25  # further draws for one mistake before it is taken to be no mistake


class Drawn(NamedTuple):
    """One draw of a family: its rules, the seed of its tests, its reference and its public examples."""

    rules: dict[str, Piece]
    seed: int
    source: str
    public: tuple[Pair, Pair]


def draw(family: Family, rng: random.Random, level: int) -> Drawn:
    """Draw rules until their results are not nearly all the same.

    Raises: BadTask: if that takes too long, which only a broken family can bring about.
    """
    for _ in range(_REDRAWS):
        rules = choose(family.slots(level), rng)
        seed = rng.getrandbits(64)
        source = source_of(family, level, rules)
        public = _public(family, level, rules, compiled(family, source), seed)
        if public is not None:
            return Drawn(rules, seed, source, public)
    raise BadTask(f"family {family.name!r} level {level}: every task drawn had nearly constant results")


def generator(family: Family) -> Generator:
    """Return the generator of a family for a `ProceduralSource`."""

    def draft(rng: random.Random, level: int) -> Draft:
        drawn = draw(family, rng, level)

        def hidden() -> tuple[Pair, ...]:
            return hidden_tests(family, level, drawn.rules, drawn.seed)

        reference: CallsReference | ProgramReference
        if family.entry:
            public = tuple(Case(args, {}, value) for args, value in drawn.public)
            reference = CallsReference(
                family.entry,
                public,
                lambda: tuple(Case(args, {}, value) for args, value in hidden()),
                drawn.source,
            )
        else:
            reference = ProgramReference(
                tuple(Run(args[0], value) for args, value in drawn.public),
                lambda: tuple(Run(args[0], value) for args, value in hidden()),
                drawn.source,
            )
        info = {"entry_point": family.entry} if family.entry else {}
        return Draft(key_of(drawn.rules), _prompt(family, level, drawn), reference, info)

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


def hidden_tests(family: Family, level: int, rules: Rules, seed: int) -> tuple[Pair, ...]:
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
    least = max(HIDDEN if family.entry else HIDDEN_RUNS, len(family.edges) + 8)
    for _ in range(10 * HIDDEN):
        if len(tests) >= least:
            break
        add(family.inputs(rng, level, rules))
    for wrong_rules in neighbours(family.slots(level), rules, rng, _MISTAKES_PER_SLOT):
        wrong = compiled(family, source_of(family, level, wrong_rules))
        if len(tests) >= MOST_HIDDEN or any(tells_apart(wrong, pair) for pair in tests):
            continue
        for _ in range(_PATIENCE):
            pair = _run(function, family.inputs(rng, level, rules))
            if repr(pair[0]) not in shown and tells_apart(wrong, pair):
                shown.add(repr(pair[0]))
                tests.append(pair)
                break
    for _ in range(4 * _PATIENCE):
        values = [repr(value) for _, value in tests]
        if 2 * max(map(values.count, values)) <= len(values) or len(tests) >= MOST_HIDDEN:
            break
        pair = _run(function, family.inputs(rng, level, rules))
        if repr(pair[0]) not in shown and values.count(repr(pair[1])) < len(values) // 3:
            shown.add(repr(pair[0]))
            tests.append(pair)
    return tuple(tests)


def tells_apart(wrong: Callable[..., Any], pair: Pair) -> bool:
    """Return whether a wrong function answers this test differently."""
    args, value = pair
    try:
        claimed = wrong(*copy.deepcopy(args))
    except Exception:  # a wrong rule may divide by zero or index too far: told apart
        return True
    return not same(value, claimed)


def _prompt(family: Family, level: int, drawn: Drawn) -> str:
    prose, public = weave(family.prose(level), drawn.rules, "text").strip(), drawn.public
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
