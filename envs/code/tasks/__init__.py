"""Procedural code tasks: families whose rules are composed from menus."""

from rlvr_gym.envs.code.tasks.numbering import BASES, BITS, NUMBERS, RECURRENCES
from rlvr_gym.envs.code.tasks.planes import GRAPHS, GRIDS, MATRICES
from rlvr_gym.envs.code.tasks.records import DICTIONARIES, INTERVALS, SCHEDULING
from rlvr_gym.envs.code.tasks.rules import Family
from rlvr_gym.envs.code.tasks.sequences import LISTS, SORTING
from rlvr_gym.envs.code.tasks.strings import ENCODING, STRINGS, TABLES

__all__ = ["FAMILIES"]

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        LISTS,
        SORTING,
        STRINGS,
        ENCODING,
        TABLES,
        NUMBERS,
        BASES,
        BITS,
        RECURRENCES,
        DICTIONARIES,
        INTERVALS,
        SCHEDULING,
        GRIDS,
        MATRICES,
        GRAPHS,
    )
}
