"""Who and what stories are about: names, goods and numbers that look as if they mattered."""

from __future__ import annotations

import random

__all__ = ["NAMES", "aside", "people", "plural"]

NAMES = (
    *("Ada", "Bela", "Chen", "Dina", "Emil", "Farah", "Goran", "Hana", "Ivo", "Jun", "Kofi", "Lena", "Malik"),
    *("Nora", "Omar", "Petra", "Quinn", "Rosa", "Sven", "Tara", "Umar", "Vera", "Wanda", "Yara", "Zoe"),
)
_ASIDES = (
    "The shop next door has {n} windows.",
    "The room has {n} chairs.",
    "{name}, a neighbour, came {n} minutes early.",
    "The nearest bus stop is {n} steps away.",
    "There are {n} pictures on the wall.",
    "A radio in the corner plays song number {n} of a list.",
    "{name}, a neighbour, lives on floor {n} of a tower.",
)
_NEIGHBOURS = ("Ms Falk", "Mr Ito", "Ms Okoye", "Mr Lund", "Ms Reyes", "Mr Haas")  # none of NAMES


def people(rng: random.Random, count: int) -> list[str]:
    """Draw different names."""
    return rng.sample(NAMES, count)


def plural(count: int, thing: str) -> str:
    """Write a count with its noun: "1 coin", "2 coins"."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def aside(rng: random.Random) -> str:
    """Draw a sentence with a number that is beside the point, or nothing; it ends with a space."""
    if rng.random() < 0.5:
        return ""
    return rng.choice(_ASIDES).format(n=rng.randint(2, 28), name=rng.choice(_NEIGHBOURS)) + " "
