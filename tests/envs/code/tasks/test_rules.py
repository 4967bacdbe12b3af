"""Rule pieces and their weaving."""

from __future__ import annotations

import random

from rlvr_gym.envs.code.tasks.rules import Piece, Slot, choose, many, neighbours, numbers, one, weave

MENU = (many("add", "Add {k}.", "x += {k}", (1, 2, 3)), one("flip", "Flip.", "x = -x\ny = x"))


def test_multi_line_piece_takes_the_indentation_of_its_hole() -> None:
    """A hole on a line of its own is filled with all lines of the piece; elsewhere it is filled in place."""
    rules = {"a": MENU[1][0], "b": Piece("n", "n of $a", "n")}
    assert (
        weave("def f():\n    $a\n    return $b", rules, "code")
        == "def f():\n    x = -x\n    y = x\n    return n"
    )
    assert weave("- $b", rules, "text") == "- n of Flip."


def test_constants_and_ordinals_stand_in_text_and_code() -> None:
    """Ordinals read as English."""
    group = many("k", "the {k}th of {k}", "v[{k}]", (1, 2, 3, 4))
    assert [piece.text for piece in group] == ["the 1st of 1", "the 2nd of 2", "the 3rd of 3", "the 4th of 4"]
    assert group[2] == Piece("k:3", "the 3rd of 3", "v[3]")


def test_slots_of_one_pool_take_different_rules() -> None:
    """No pipeline does the same thing twice, even with other constants."""
    slots = (Slot("a", MENU, "steps"), Slot("b", MENU, "steps"))
    for seed in range(20):
        rules = choose(slots, random.Random(seed))
        assert rules["a"].key.split(":")[0] != rules["b"].key.split(":")[0]


def test_neighbours_differ_in_exactly_one_slot() -> None:
    """Each is one mistake."""
    slots = (Slot("a", MENU), Slot("b", numbers(1, 3)))
    rules = choose(slots, random.Random(1))
    found = neighbours(slots, rules, random.Random(2), 9)
    assert len(found) == 3 + 2
    for wrong in found:
        assert sum(wrong[name] != rules[name] for name in rules) == 1
