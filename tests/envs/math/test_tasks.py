"""Every family's gold is derived again by another road: brute force, integration, sympy."""

from __future__ import annotations

import itertools
import random
import re
from fractions import Fraction

import pytest

from rlvr_gym.envs.math.checker import Gold, Ruling, check
from rlvr_gym.envs.math.env import ENV_ID
from rlvr_gym.envs.math.parse import parse
from rlvr_gym.envs.math.tasks import FAMILIES
from rlvr_gym.sandbox.runners.symbolic import run
from rlvr_gym.seeding import SPLITS, split_of
from rlvr_gym.sources import Draft, ProceduralSource
from tests.derivations import DERIVED

LEVELS = (1, 2, 3, 4, 5)


def accepts(gold: Gold, answer: str) -> bool:
    decision = check(f"\\boxed{{{answer}}}", gold)
    if decision.ruling is Ruling.ASK:
        return run({"pairs": [[left, right] for left, right in decision.pairs]})["equal"] is True
    return decision.ruling is Ruling.RIGHT


def drafts(family: str, level: int, count: int) -> list[Draft]:
    rng = random.Random(f"{family}/{level}")
    return [FAMILIES[family](rng, level) for _ in range(count)]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_gold_agrees_with_an_independent_derivation(family: str, level: int) -> None:
    """The parameters in a draft's key lead to its gold by a second road."""
    for draft in drafts(family, level, 15):
        kind, _, params = draft.key.partition(":")
        derived = DERIVED[family](kind, params.split(","))
        gold = draft.reference
        if isinstance(derived, int | Fraction):
            assert gold.value == derived, draft
        else:
            written = derived if isinstance(derived, str) else ", ".join(derived)
            assert accepts(gold, written), (draft, written)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_level_has_plenty_of_content_in_every_split(family: str, level: int) -> None:
    """No level runs dry: each split finds at least 40 distinct problems among 1,000 draws."""
    rng = random.Random(f"{family}/{level}")
    found: dict[str, set[str]] = {split: set() for split in SPLITS}
    for _ in range(1000):
        key = FAMILIES[family](rng, level).key
        found[split_of(ENV_ID, f"{family}:{key}")].add(key)
        if min(map(len, found.values())) >= 40:
            break
    counts = {split: len(keys) for split, keys in found.items()}
    assert min(counts.values()) >= 40, counts


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_wording_varies_without_changing_the_content(family: str) -> None:
    """A family has several wordings, and none leaves a placeholder."""
    found = [draft for level in LEVELS for draft in drafts(family, level, 40)]
    shapes = {re.sub(r"[^A-Za-z ]|[a-z]\b", "", draft.prompt)[:25] for draft in found}
    assert len(shapes) >= 2
    assert not any("None" in draft.prompt or re.search(r"\{[a-z]+\}\}?$", draft.prompt) for draft in found)
    assert all(draft.reference.text not in draft.key.split(":")[0] for draft in found)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_echoing_a_formula_of_the_prompt_earns_nothing(family: str) -> None:
    """No formula that stands in the prompt is an answer to it."""
    for level in LEVELS:
        for draft in drafts(family, level, 40):
            for formula in re.findall(r"\$([^$]+)\$", draft.prompt):
                if _number(formula) is None or _number(formula) != draft.reference.value:
                    assert not accepts(draft.reference, formula), (draft.prompt, formula)


def _number(formula: str) -> Fraction | None:
    """The value of a given number such as `5` or `a_1 = 5`, which may happen to be the answer."""
    found = re.fullmatch(r"(?:\w+ = )?(-?\d+)", formula)
    return Fraction(found[1]) if found else None


def test_splits_share_no_content() -> None:
    """The same seeds in different splits never give the same problem."""
    source = ProceduralSource(ENV_ID, FAMILIES)
    seen: dict[str, set[str]] = {
        split: {source.task(split, 0, index).prompt for index in range(150)} for split in SPLITS
    }
    for one, two in itertools.combinations(SPLITS, 2):
        assert not seen[one] & seen[two]


def test_gold_trees_parse_from_their_own_text() -> None:
    """Each gold that is not text is what the parser reads from it."""
    for family in FAMILIES:
        for draft in drafts(family, 4, 10):
            if draft.reference.kind != "text":
                assert draft.reference.tree == parse(draft.reference.text)
