"""A second, independent computation of the gold of every procedural family of mathematics.

`DERIVED[family](kind, params)` gets the parts of a draft's key (`kind:param,param,...`) and returns the answer:
a number, LaTeX text, or a list of LaTeX texts for several solutions.
"""

from __future__ import annotations

from tests.derivations import (
    algebra,
    analysis,
    bases,
    calendars,
    chances,
    divisors,
    expressions,
    first,
    games,
    integrals,
    linear,
    logic,
    modular,
    selections,
    sequences,
    space,
    stories,
    summaries,
    trigonometry,
)
from tests.derivations.common import Derivations

DERIVED: Derivations = {
    **algebra.DERIVED,
    **analysis.DERIVED,
    **bases.DERIVED,
    **calendars.DERIVED,
    **chances.DERIVED,
    **divisors.DERIVED,
    **expressions.DERIVED,
    **first.DERIVED,
    **games.DERIVED,
    **integrals.DERIVED,
    **linear.DERIVED,
    **logic.DERIVED,
    **modular.DERIVED,
    **selections.DERIVED,
    **sequences.DERIVED,
    **space.DERIVED,
    **stories.DERIVED,
    **summaries.DERIVED,
    **trigonometry.DERIVED,
}
