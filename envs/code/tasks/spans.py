"""Families over intervals and schedules."""

# ruff: noqa: E501  (menus are tables, one rule a row)

from __future__ import annotations

import random
from typing import Any

from rlvr_gym.envs.code.tasks.rules import Family, Menu, Rules, Slot, many, one

__all__ = ["INTERVALS", "SCHEDULING"]

_NORMAL: Menu = (
    one("none", "Intervals with a > b are ignored.", "spans = [(a, b) for a, b in spans if a <= b]"),
    one("swap", "Where a > b, the two are swapped.", "spans = [(min(a, b), max(a, b)) for a, b in spans]"),
    many("grow", "Intervals with a > b are ignored; every other one is extended by {k} at both ends (it becomes [a - {k}, b + {k}]).", "spans = [(a - {k}, b + {k}) for a, b in spans if a <= b]", range(1, 5)),
    many("long", "Intervals with a > b or b - a > {k} are ignored.", "spans = [(a, b) for a, b in spans if a <= b <= a + {k}]", range(5, 15)),
    many("short", "Intervals with b - a < {k} are ignored.", "spans = [(a, b) for a, b in spans if a <= b and b - a >= {k}]", range(1, 6)),
    many("shift", "The end b of every interval is reduced by {k}; intervals with a > b after that are ignored.", "spans = [(a, b - {k}) for a, b in spans if a <= b - {k}]", range(1, 5)),
    many("window", "Intervals with a > b are ignored; every other one is cut down to its part from -{k} to {k}, and ignored if it has none.", "spans = [(max(a, -{k}), min(b, {k})) for a, b in spans if max(a, -{k}) <= min(b, {k})]", range(12, 24)),
)  # fmt: skip

_TOUCH: Menu = (many("gap", "{k}", "{k}", range(5)),)

_UNION_END: Menu = (
    one("list", "Return the list of the blocks from left to right, each as a list [a, b].", "return [[a, b] for a, b in blocks]"),
    one("length", "Return the sum of b - a over the blocks.", "return sum(b - a for a, b in blocks)"),
    one("points", "Return the sum of b - a + 1 over the blocks.", "return sum(b - a + 1 for a, b in blocks)"),
    one("gaps", "Return the list of the distances between blocks that follow each other: the a of the later one minus the b of the one before it.", "return [c[0] - b[1] for b, c in zip(blocks, blocks[1:])]"),
    one("longest", "Return the longest block as a list [a, b] (of several, the leftmost), or None if there is no block.", "return list(max(blocks, key=lambda s: (s[1] - s[0], -s[0]))) if blocks else None"),
    many("cover", "Return the tuple of the number of blocks and whether some block contains {k} (ends included).", "return (len(blocks), any(a <= {k} <= b for a, b in blocks))", range(-5, 6)),
    many("multiples", "Return the sum over the blocks of the number of multiples of {k} in the block, ends included (negative multiples and 0 count as well).", "return sum(b // {k} - (a - 1) // {k} for a, b in blocks)", range(2, 8)),
)  # fmt: skip

_WEIGH: Menu = (
    many("least", "Blocks that were made from fewer than {k} intervals are dropped.", "blocks = [block for block in blocks if block[2] >= {k}]", range(2, 4)),
    many("short", "Blocks with b - a < {k} are dropped.", "blocks = [block for block in blocks if block[1] - block[0] >= {k}]", range(2, 9)),
    many("every", "Only the 1st, 3rd, 5th, ... block (from the left) is kept, and each of them is moved to the right by {k}.", "blocks = [(a + {k}, b + {k}, c) for a, b, c in blocks[::2]]", range(6)),
    many("pad", "After merging, the end b of each block made from more than one interval is increased by {k}, whether or not it then meets the next block.", "blocks = [(a, b + {k} * (c > 1), c) for a, b, c in blocks]", range(1, 6)),
)  # fmt: skip

_SIZE: Menu = (
    one("none", "A block may become as long as it comes.", "True"),
    many("limit", "An interval is not merged into a block that already consists of {k} intervals: it begins a new block.", "blocks[-1][2] < {k}", range(2, 5)),
    many("length", "An interval is not merged if the merged block would have b - a > {k}: it begins a new block.", "max(b, blocks[-1][1]) - blocks[-1][0] <= {k}", range(14, 26, 2)),
)  # fmt: skip


def _interval_slots(level: int) -> tuple[Slot, ...]:
    slots = [Slot("normal", _NORMAL), Slot("touch", _TOUCH), Slot("end", _UNION_END)]
    if level >= 2:
        slots.append(Slot("weigh", _WEIGH, "weigh"))
    if level >= 3:
        slots.append(Slot("size", _SIZE))
    if level >= 4:
        slots.append(Slot("again", _WEIGH, "weigh"))
    if level >= 5:
        slots.append(Slot("third", _WEIGH, "weigh"))
    return tuple(slots)


def _interval_prose(level: int) -> str:
    lines = [
        "Each item of `spans` is a list [a, b] of two ints and stands for an interval from a to b.",
        "1. $normal",
        "2. The intervals are sorted by a, those with equal a by b, and merged in this order into blocks: an interval is merged into the current block if its a is at most $touch greater than the block's end b, and begins a new block otherwise. A merged block ends at the greater of the two ends. A single interval is a block too.",
    ]
    rules = ["$size"] if level >= 3 else []
    rules += ["$weigh"] if level >= 2 else []
    rules += ["$again"] if level >= 4 else []
    rules += ["$third"] if level >= 5 else []
    lines += [f"{n}. {rule}" for n, rule in enumerate([*rules, "$end"], 3)]
    return "\n".join(lines)


def _interval_source(level: int) -> str:
    lines = ["def blocks_of(spans):", "    $normal", "    blocks = []", "    for a, b in sorted(spans):"]
    lines.append(
        "        if blocks and a - blocks[-1][1] <= $touch" + (" and ($size):" if level >= 3 else ":")
    )
    lines += [
        "            start, end, count = blocks[-1]",
        "            blocks[-1] = (start, max(end, b), count + 1)",
        "        else:",
        "            blocks.append((a, b, 1))",
    ]
    lines += [f"    ${name}" for name, least in (("weigh", 2), ("again", 4), ("third", 5)) if level >= least]
    return "\n".join([*lines, "    blocks = [(a, b) for a, b, _ in blocks]", "    $end"])


def _spans(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    reach = rng.choice((12, 25, 40))

    def span() -> list[int]:
        a = rng.randint(-reach, reach)
        return [a, a + rng.choice((rng.randint(0, 4), rng.randint(0, 12), rng.randint(-6, 20)))]

    return ([span() for _ in range(rng.randint(3, 9))],)


INTERVALS = Family(
    name="intervals",
    entry="blocks_of",
    signature="(spans: list[list[int]])",
    slots=_interval_slots,
    prose=_interval_prose,
    source=_interval_source,
    inputs=_spans,
    edges=(
        ([],),
        ([[0, 0]],),
        ([[5, 1]],),
        ([[1, 2], [2, 3], [1, 2]],),
        ([[0, 9], [2, 3], [10, 12], [14, 15], [-30, -20]],),
        ([[-30, 30], [0, 1]],),
    ),
)

_PICK: Menu = (
    one("first-come", "the one that arrived first", "(job[1],)"),
    one("last-come", "the one that arrived last", "(-job[1],)"),
    one("shortest", "the one with the least duration", "(job[2],)"),
    one("longest", "the one with the greatest duration", "(-job[2],)"),
    one("urgent", "the one with the greatest priority", "(-job[3],)"),
    one("slack", "the one with the least difference of duration and priority (duration minus priority)", "(job[2] - job[3],)"),
    one("ratio", "the one with the greatest product of priority and time waited so far", "(-job[3] * (now - job[1]),)"),
    many("mod", "the one with the least duration modulo {k}", "(job[2] % {k},)", range(2, 5)),
)  # fmt: skip

_REST: Menu = (
    one("none", "The machine is free again at once when a job ends.", "pause = 0"),
    many("always", "After each job the machine rests for {k} time units before it is free again.", "pause = {k}", range(1, 4)),
    many("long", "After a job with a duration of more than {k}, the machine rests for 2 time units before it is free again.", "pause = 2 if job[2] > {k} else 0", range(2, 6)),
    many("every", "After every {k}th job that it runs, the machine rests for 3 time units before it is free again.", "pause = 3 if (len(done) + 1) % {k} == 0 else 0", range(2, 4)),
    one("priority", "After a job the machine rests for as many time units as the job's priority before it is free again.", "pause = job[3]"),
)  # fmt: skip

_REPORT: Menu = (
    one("order", "Return the list of the positions of the jobs in the input (from 0), in the order in which they are run.", "return [job[0] for job, _, _ in done]"),
    one("ends", "Return the list of the times at which jobs end, in the order in which they are run.", "return [end for _, _, end in done]"),
    one("waiting", "Return the sum over all jobs that are run of the time from arrival to start.", "return sum(start - job[1] for job, start, _ in done)"),
    one("longest-wait", "Return the greatest time from arrival to start of a job that is run (0 if none is run).", "return max((start - job[1] for job, start, _ in done), default=0)"),
    one("by-job", "Return a dict that maps the position in the input (from 0) of each job that is run to its start time.", "return {job[0]: start for job, start, _ in done}"),
    many("late", "Return the tuple of the time at which the last job ends (0 if none is run) and the number of jobs that start more than {k} time units after their arrival.", "return (done[-1][2] if done else 0, sum(start - job[1] > {k} for job, start, _ in done))", range(1, 7)),
)  # fmt: skip

_DROP: Menu = (
    one("none", "No job is ever given up.", "waiting = waiting"),
    many("impatient", "When the machine is free, every job that has waited for more than {k} time units since its arrival is given up and never run.", "waiting = [job for job in waiting if now - job[1] <= {k}]", range(4, 12)),
    many("crowd", "When the machine is free and more than {k} jobs are waiting, those that arrived last (of equal arrivals, those later in the input) are given up, so that {k} stay.", "waiting = sorted(waiting, key=lambda job: (job[1], job[0]))[:{k}]", range(2, 5)),
)  # fmt: skip

_STRETCH: Menu = (
    one("none", "A job runs for exactly its duration.", "length = job[2]"),
    many("start", "A job that starts at a time divisible by {k} takes one time unit longer than its duration.", "length = job[2] + (now % {k} == 0)", range(2, 5)),
    one("repeat", "A job with the same priority as the job run just before it takes one time unit less than its duration, but at least one.", "length = max(1, job[2] - 1) if done and done[-1][0][3] == job[3] else job[2]"),
    many("slow", "From the {k}th job run onwards, each job takes twice its duration.", "length = job[2] * (2 if len(done) + 1 >= {k} else 1)", range(2, 5)),
)  # fmt: skip


def _schedule_slots(level: int) -> tuple[Slot, ...]:
    slots = [Slot("pick", _PICK, "pick"), Slot("rest", _REST), Slot("report", _REPORT)]
    extra = (
        Slot("tie", _PICK, "pick"),
        Slot("stretch", _STRETCH),
        Slot("drop", _DROP),
        Slot("third", _PICK, "pick"),
    )
    return (*slots, *extra[: level - 1])


def _schedule_prose(level: int) -> str:
    lines = [
        "One machine runs jobs, one at a time, without interrupting any. Each job is a list [arrival, duration, priority] of ints with arrival >= 0, duration >= 1 and priority >= 0. The clock starts at 0.",
        "- When the machine is free, the jobs that have arrived (arrival at most the current time) and have not been run are waiting. If none is waiting, the clock moves on to the next arrival.",
    ]
    if level >= 4:
        lines.append(
            "- $drop This happens before the choice; if none is left waiting then, the clock moves on to the next arrival."
        )
    ties = [
        " Of those that are equal in this, it starts $tie." if level >= 2 else "",
        " Of those that are still equal, it starts $third." if level >= 5 else "",
    ]
    lines.append(
        "- Of the waiting jobs the machine starts $pick."
        + "".join(ties)
        + " Any tie that is left goes to the job that comes first in the input."
    )
    if level >= 3:
        lines.append("- $stretch")
    return "\n".join([*lines, "- $rest", "$report"])


def _schedule_source(level: int) -> str:
    key = " + ".join(
        ["$pick", *(["$tie"] if level >= 2 else []), *(["$third"] if level >= 5 else []), "(job[0],)"]
    )
    lines = [
        "def schedule(jobs):",
        "    ahead = sorted(((i, *job) for i, job in enumerate(jobs)), key=lambda job: (job[1], job[0]))",
        "    waiting, done, now = [], [], 0",
        "    while ahead or waiting:",
        "        if not waiting:",
        "            now = max(now, ahead[0][1])",
        "        while ahead and ahead[0][1] <= now:",
        "            waiting.append(ahead.pop(0))",
    ]
    if level >= 4:
        lines += ["        $drop", "        if not waiting:", "            continue"]
    lines += [
        f"        job = min(waiting, key=lambda job: {key})",
        "        waiting.remove(job)",
        "        " + ("$stretch" if level >= 3 else "length = job[2]"),
        "        $rest",
        "        done.append((job, now, now + length))",
        "        now += length + pause",
        "    $report",
    ]
    return "\n".join(lines)


def _jobs(rng: random.Random, level: int, rules: Rules) -> tuple[Any, ...]:
    late = rng.choice((3, 8, 20))
    return ([[rng.randint(0, late), rng.randint(1, 7), rng.randint(0, 3)] for _ in range(rng.randint(3, 8))],)


SCHEDULING = Family(
    name="scheduling",
    entry="schedule",
    signature="(jobs: list[list[int]])",
    slots=_schedule_slots,
    prose=_schedule_prose,
    source=_schedule_source,
    inputs=_jobs,
    edges=(
        ([],),
        ([[5, 1, 0]],),
        ([[0, 4, 1], [0, 4, 1], [0, 4, 1]],),
        ([[9, 2, 0], [0, 6, 2], [3, 1, 3], [3, 1, 1]],),
        ([[0, 9, 0], [1, 2, 1], [2, 3, 2], [3, 1, 0], [4, 5, 3], [5, 2, 1]],),
    ),
)
