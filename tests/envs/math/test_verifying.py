"""The checker as a library call: alone, in batches, from threads, an event loop and another process; the shim."""

from __future__ import annotations

import asyncio
import multiprocessing
from concurrent.futures import ThreadPoolExecutor

import pytest

from rlvr_gym.envs.math import AnswerPolicy, averify, verify, verify_batch
from rlvr_gym.envs.math import math_verify as shim
from rlvr_gym.errors import BadResponse, BadTask
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Outcome

# The answer needs algebra, so that the sandbox is asked.
GOLD, RIGHT, WRONG = "\\frac{\\pi}{4}", "So it is $\\boxed{\\arctan 1}$.", "So it is $\\boxed{\\arctan 2}$."


def in_another_process(queue: multiprocessing.Queue[float | None]) -> None:
    """Judge where nothing was set up before."""
    queue.put(verify(GOLD, RIGHT).reward)


def test_a_verdict_says_what_it_rests_on(sandbox: Sandbox) -> None:
    """Exact where arithmetic decided, proved or probed where algebra did."""
    assert verify("\\frac{1}{2}", "\\boxed{0.5}", sandbox=sandbox).evidence == "exact"
    assert verify(GOLD, RIGHT, sandbox=sandbox).evidence == "proved"
    probed = "\\boxed{\\log_5 z^3}"
    assert verify("3\\log_5 z", probed, sandbox=sandbox).evidence == "probed"
    strict = verify("3\\log_5 z", probed, policy=AnswerPolicy(probed=False), sandbox=sandbox)
    assert (strict.reward, strict.outcome) == (0.0, Outcome.WRONG)


def test_a_batch_keeps_its_order_and_mixes_what_needs_the_sandbox_with_what_does_not(
    sandbox: Sandbox,
) -> None:
    """One verdict a response, in order."""
    golds = [GOLD, "5", GOLD, "7"]
    responses = [RIGHT, "\\boxed{5}", WRONG, "nothing"]
    verdicts = verify_batch(golds, responses, sandbox=sandbox)
    assert [verdict.reward for verdict in verdicts] == [1.0, 1.0, 0.0, 0.0]
    assert verify_batch([], []) == []


def test_threads_event_loops_and_processes_judge_alike(sandbox: Sandbox) -> None:
    """No signal is needed in the caller, so that it may be anywhere."""
    with ThreadPoolExecutor(4) as threads:
        rewards = list(
            threads.map(lambda text: verify(GOLD, text, sandbox=sandbox).reward, [RIGHT, WRONG] * 4)
        )
    assert rewards == [1.0, 0.0] * 4

    async def together() -> list[float | None]:
        verdicts = await asyncio.gather(*(averify(GOLD, text, sandbox=sandbox) for text in (RIGHT, WRONG)))
        return [verdict.reward for verdict in verdicts]

    assert asyncio.run(together()) == [1.0, 0.0]
    spawn = multiprocessing.get_context("spawn")
    queue: multiprocessing.Queue[float | None] = spawn.Queue()
    process = spawn.Process(target=in_another_process, args=(queue,))
    process.start()
    assert queue.get(timeout=60) == 1.0
    process.join(timeout=60)
    assert process.exitcode == 0


def test_an_answer_that_takes_too_long_is_a_timeout_and_costs_its_limit_at_most(sandbox: Sandbox) -> None:
    """It is named so, for it is no wrong answer; the next one is judged as ever."""
    found = verify("5^x", "\\boxed{\\sqrt[\\frac{1}{10!}]{-11}+x}", sandbox=sandbox)
    assert found.outcome is Outcome.TIMEOUT
    assert found.reward == 0
    assert found.cpu_s < 1.5
    assert verify(GOLD, RIGHT, sandbox=sandbox).reward == 1


def test_bad_input_is_named() -> None:
    """An empty gold, a response that is no text, lists of different lengths."""
    with pytest.raises(BadTask, match="empty"):
        verify("", "\\boxed{5}")
    with pytest.raises(BadResponse):
        verify("5", 5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"golds \(1\).*responses \(2\)"):
        verify_batch(["5"], ["5", "5"])


def test_the_shim_has_the_shape_of_math_verify(sandbox: Sandbox) -> None:
    """`verify(parse(gold), parse(answer))`, gold first; nothing is an empty list, and is never right."""
    assert shim.verify(shim.parse("$\\frac12$"), shim.parse("... so it is $\\boxed{0.5}$"))
    assert not shim.verify(shim.parse("$\\frac12$"), shim.parse("The answer is 2."))
    assert shim.parse("  ") == []
    assert not shim.verify(shim.parse("3"), shim.parse("It is 3 or 4."))
    assert not shim.verify(shim.parse("3"), [])
