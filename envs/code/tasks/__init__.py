"""Procedural code tasks: families whose rules are composed from menus."""

from rlvr_gym.envs.code.tasks.rules import Family
from rlvr_gym.envs.code.tasks.sequences import LISTS, SORTING

__all__ = ["FAMILIES"]

FAMILIES: dict[str, Family] = {family.name: family for family in (LISTS, SORTING)}
