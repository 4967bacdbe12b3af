"""Answers that are to hang, crash or run code, judged from every kind of caller."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from math_host import CANARY
from math_hosts import Host, Lost
from math_rows import Pair, bombs, payloads, pointed_at

__all__ = ["WAYS", "attack", "hazardous"]

WAYS = {"main thread": "main", "worker thread": "thread", "asyncio": "asyncio", "process": "process"}
_HANG_S = 30.0  # an answer that takes longer counts as a hang
_SETTLE_S = 0.3  # for a payload that was left running
_HONEST = [
    Pair("honest-1", "\\frac{1}{2}", "$\\boxed{0.5}$", True),
    Pair("honest-2", "x^2-1", "$\\boxed{(x-1)(x+1)}$", True),
    Pair("honest-3", "x^2-1", "$\\boxed{(x-1)(x+2)}$", False),
]


def hazardous(cases: Sequence[Pair], marker: Path) -> list[Pair]:
    """Return the hazardous rows of the cases, and bombs and payloads of this benchmark's own."""
    return [*(pointed_at(pair, marker) for pair in cases), *bombs(), *payloads(marker, CANARY)]


def attack(
    make: Callable[[], Host],
    cases: Sequence[Pair],
    say: Callable[[str], None],
    pick: Callable[..., list[Pair]],
) -> dict[str, Any]:
    """Judge hazardous pairs one at a time, in one warm process as long as it lives.

    Args:
        make: starts the checker.
        cases: hazardous rows; bombs and payloads are added.
        pick: takes a sample of the pairs, or all.
    Returns: counts, the worst time, and the pairs that did harm or were judged wrongly; `honest_after` tells
        whether honest answers after all of them were judged rightly.
    """
    with tempfile.TemporaryDirectory(prefix="rlvr-marker-") as folder:
        os.chmod(folder, 0o777)  # a payload may run as somebody else
        marker = Path(folder) / "marker"
        pairs = pick(hazardous(cases, marker))
        host = make()
        counts = dict.fromkeys(("hang", "crash", "raise", "executed", "no verdict", "accepted", "refused"), 0)
        times: list[tuple[float, str]] = []
        harm: list[dict[str, str]] = []
        for pair in pairs:
            what, took = _one(host, pair, marker)
            times.append((took, pair.id))
            if what:
                counts[what] += 1
                harm.append({"id": pair.id, "what": what, "response": pair.response[-100:]})
        time.sleep(_SETTLE_S)
        late = marker.exists()
        counts["executed"] += late
        try:
            honest = list(host.ask(_HONEST, _HANG_S).accepted) == [pair.label for pair in _HONEST]
        except Lost:
            honest = False
        host.close()
    worst, slowest = max(times)
    say(f"{host.name}: {len(pairs)} hazardous pairs, worst {worst:.3f} s")
    return {
        "pairs": len(pairs), **counts, "worst_s": worst, "slowest": slowest,
        "over_1_s": sum(took > 1 for took, _ in times), "honest_after": honest, "harm": harm,
    }  # fmt: skip


def _one(host: Host, pair: Pair, marker: Path) -> tuple[str, float]:
    began = time.perf_counter()
    try:
        seen = host.ask([pair], _HANG_S)
    except Lost as lost:
        took = time.perf_counter() - began
        host.restart()
        return lost.what, took
    if seen.touched or marker.exists():
        marker.unlink(missing_ok=True)
        host.restart()
        return "executed", seen.times[0]
    mark = seen.accepted[0]
    if mark is None:
        return "no verdict", seen.times[0]
    # A convention may go either way: it is no mistake.
    wrong = not pair.policy and mark != pair.label
    return ("accepted" if mark else "refused") if wrong else "", seen.times[0]
