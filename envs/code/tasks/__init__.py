"""Procedural code tasks: families whose rules are composed from menus."""

from rlvr_gym.envs.code.tasks.graphs import GRAPHS
from rlvr_gym.envs.code.tasks.languages import PARSING, SCORING
from rlvr_gym.envs.code.tasks.machines import SIMULATION, STACKS
from rlvr_gym.envs.code.tasks.numbering import NUMBERS, RECURRENCES
from rlvr_gym.envs.code.tasks.planes import GRIDS, MATRICES
from rlvr_gym.envs.code.tasks.programs import LEDGER
from rlvr_gym.envs.code.tasks.records import DICTIONARIES
from rlvr_gym.envs.code.tasks.reports import REPORT
from rlvr_gym.envs.code.tasks.rules import Family
from rlvr_gym.envs.code.tasks.sequences import LISTS, SORTING
from rlvr_gym.envs.code.tasks.spans import INTERVALS, SCHEDULING
from rlvr_gym.envs.code.tasks.strings import ENCODING, STRINGS
from rlvr_gym.envs.code.tasks.tables import TABLES
from rlvr_gym.envs.code.tasks.words import BASES, BITS

__all__ = ["FAMILIES"]

_FAMILIES = (
    *(LISTS, SORTING, STRINGS, ENCODING, TABLES, NUMBERS, RECURRENCES, BASES, BITS, DICTIONARIES, INTERVALS),
    *(SCHEDULING, GRIDS, MATRICES, GRAPHS, STACKS, SIMULATION, SCORING, PARSING, LEDGER, REPORT),
)
FAMILIES: dict[str, Family] = {family.name: family for family in _FAMILIES}
