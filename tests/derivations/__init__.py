"""A second, independent computation of the gold of every procedural family of mathematics.

`DERIVED[family](kind, params)` gets the parts of a draft's key (`kind:param,param,...`) and returns the answer:
a number, LaTeX text, or a list of LaTeX texts for several solutions.
"""

from __future__ import annotations

from tests.derivations import (
    bases,
    calendars,
    chances,
    divisors,
    first,
    games,
    logic,
    modular,
    selections,
    stories,
    summaries,
)
from tests.derivations.common import Derivations

DERIVED: Derivations = {
    **bases.DERIVED,
    **calendars.DERIVED,
    **chances.DERIVED,
    **divisors.DERIVED,
    **first.DERIVED,
    **games.DERIVED,
    **logic.DERIVED,
    **modular.DERIVED,
    **selections.DERIVED,
    **stories.DERIVED,
    **summaries.DERIVED,
}
from tests.derivations import algebra, expressions, first
from tests.derivations import algebra, expressions, first, space, trigonometry
from tests.derivations import algebra, expressions, first, linear, space, trigonometry
from tests.derivations import algebra, analysis, expressions, first, linear, space, trigonometry
from tests.derivations import algebra, analysis, expressions, first, integrals, linear, space, trigonometry
    algebra,
    analysis,
    expressions,
    first,
    integrals,
    linear,
    sequences,
    space,
    trigonometry,
)
from tests.derivations.common import Derivations

DERIVED: Derivations = {
    **algebra.DERIVED,
    **analysis.DERIVED,
    **expressions.DERIVED,
    **first.DERIVED,
    **integrals.DERIVED,
    **linear.DERIVED,
    **sequences.DERIVED,
    **space.DERIVED,
    **trigonometry.DERIVED,
}
