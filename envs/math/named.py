"""Follow what a solution gives a name: "Total = 3 * 20" in one step, "Total = 60" in a later one."""

from __future__ import annotations

from rlvr_gym.envs.math.links import Claim, judge_link
from rlvr_gym.envs.math.quantities import Side

__all__ = ["Named"]

_NEAR = 3  # steps within which a computation is carried out


class Named:
    """The computations that were named and not yet carried out."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[int, Side]] = {}

    def claims(self, text: str, step: int, name: str, side: Side) -> list[Claim]:
        """Take note of a value, and judge it against the computation that it may be the result of.

        Args:
            text: the solution.
            step: index of the step.
            name: what has the value.
            side: the value.
        Returns: one claim where a single number follows a computation of the same name within a few steps; a
            name that is computed twice, as in two cases, is not followed.
        """
        before = self._open.pop(name, None)
        if side.places < 0:
            if before is None:
                self._open[name] = (step, side)
            return []
        if before is None or step - before[0] > _NEAR:
            return []
        made = judge_link(text, before[1], "=", side, False)
        # Its place is this step: the computation was one before.
        return [Claim(made.kind, side.start, side.end, made.right, made.reason, made.numbers, made.result)]
