"""One math checker in a process of its own: it judges the pairs of each line of input, and times each call.

    python benchmarks/math_host.py main|batch|thread|asyncio|process
    .bench/math-peers/bin/python benchmarks/math_host.py math-verify

The first five are this project's: `verify` in the main thread, `verify_batch`, `verify` in a worker thread,
`averify` on an event loop, `verify` in a spawned process. The last runs in the peers' environment, called as
its own page says and with its own time limits. A line is a JSON list of [gold, response, question]; the
answer is one line. Times are what the caller waits; a batch has one time for all.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import json
import logging
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Sequence

CANARY = "RLVR_GYM_BENCHMARK_CANARY"
Row = Sequence[str]  # gold, response, question ("" where it is not known)
Judge = Callable[[Sequence[Row]], tuple[list[bool | None], list[str], list[float]]]


def told(row: Row) -> tuple[bool | None, str]:
    """Judge one pair by `verify`; None where there is no verdict."""
    from rlvr_gym.envs.math import verify

    verdict = verify(row[0], row[1], question=row[2] or None)
    accepted = None if verdict.reward is None else verdict.reward == 1
    return accepted, f"{verdict.outcome}: {verdict.feedback}"


def one_by_one(call: Callable[[Row], tuple[bool | None, str]]) -> Judge:
    """Return a judge that calls for each pair, and times each call."""

    def judge(rows: Sequence[Row]) -> tuple[list[bool | None], list[str], list[float]]:
        accepted, said, times = [], [], []
        for row in rows:
            began = time.perf_counter()
            mark, word = call(row)
            times.append(time.perf_counter() - began)
            accepted.append(mark)
            said.append(word)
        return accepted, said, times

    return judge


def batch(rows: Sequence[Row]) -> tuple[list[bool | None], list[str], list[float]]:
    """Judge all pairs by one call of `verify_batch`."""
    from rlvr_gym.envs.math import verify_batch

    golds, responses, questions = zip(*rows, strict=True)
    began = time.perf_counter()
    verdicts = verify_batch(golds, responses, questions=[question or None for question in questions])
    took = time.perf_counter() - began
    accepted = [None if verdict.reward is None else verdict.reward == 1 for verdict in verdicts]
    return accepted, [f"{verdict.outcome}: {verdict.feedback}" for verdict in verdicts], [took]


def on_a_loop(rows: Sequence[Row]) -> tuple[list[bool | None], list[str], list[float]]:
    """Judge the pairs one after another on an event loop, by `averify`."""
    from rlvr_gym.envs.math import averify

    async def all_of_them() -> tuple[list[bool | None], list[str], list[float]]:
        accepted: list[bool | None] = []
        said, times = [], []
        for gold, response, question in rows:
            began = time.perf_counter()
            verdict = await averify(gold, response, question=question or None)
            times.append(time.perf_counter() - began)
            accepted.append(None if verdict.reward is None else verdict.reward == 1)
            said.append(f"{verdict.outcome}: {verdict.feedback}")
        return accepted, said, times

    return asyncio.run(all_of_them())


def math_verify() -> Judge:
    """What math-verify's page shows: parse both sides, then verify, in the main thread."""
    from math_verify import parse, verify

    logging.disable(logging.CRITICAL)  # it logs every time limit that it hits
    return one_by_one(lambda row: (bool(verify(parse(f"${row[0]}$"), parse(row[1]))), ""))


def judge_of(way: str) -> Judge:
    """Return the judge of that name."""
    if way == "math-verify":
        return math_verify()
    if way == "batch":
        return batch
    if way == "asyncio":
        return on_a_loop
    if way == "thread":
        threads = concurrent.futures.ThreadPoolExecutor(1)
        return one_by_one(lambda row: threads.submit(told, row).result())
    if way == "process":
        context = multiprocessing.get_context("spawn")
        processes = concurrent.futures.ProcessPoolExecutor(1, mp_context=context, initializer=quiet)
        return one_by_one(lambda row: processes.submit(watched, row).result())
    return one_by_one(told)


def quiet() -> None:
    """Keep this process's words off the answers' pipe."""
    os.dup2(2, 1)


def watched(row: Row) -> tuple[bool | None, str]:
    """Judge one pair in a process of its own; what a payload did to that one's environment is said, too."""
    accepted, said = told(row)
    return accepted, CANARY if CANARY in os.environ else said


def main() -> None:
    """Answer one line for each line of input."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    quiet()  # whatever a checker prints is no answer
    judge = judge_of(sys.argv[1])
    print(json.dumps({"ready": True}), file=out)
    for line in sys.stdin:
        rows = json.loads(line)
        began = time.perf_counter()
        try:
            accepted, said, times = judge(rows)
        except Exception as error:
            print(json.dumps({"raised": f"{type(error).__name__}: {error}"}), file=out)
            continue
        wall = time.perf_counter() - began
        touched = CANARY in os.environ or CANARY in said
        answer = {"accepted": accepted, "said": said, "times": times, "wall_s": wall, "touched": touched}
        print(json.dumps(answer), file=out)


if __name__ == "__main__":
    main()
