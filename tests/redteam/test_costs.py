"""What hostile answers cost the trusted side: time outside the walls, memory of the worker."""

from __future__ import annotations

import time

import pytest

from rlvr_gym.env import judge
from rlvr_gym.sandbox import Sandbox
from tests.redteam.arena import BRIEF_DOMAIN, DOMAIN, HOST_S, fenced, judged, quiet, row, tasks_of

_SEND = '''
import os
from rlvr_gym.sandbox import wire
def send(body, kind=b"V"):
    data = kind + body
    view = memoryview(len(data).to_bytes(4, "big") + data)
    while view:
        view = view[os.write(3, view):]
def written(items, sample):
    """The wire's own words for a container, filled with other items."""
    head, tail = wire.encode(sample, 999).split(b"1,2")
    return head + b",".join(items) + tail
def big(number):
    return wire.encode(number, 99)
PRIME = 2**61 - 1
'''
_ANSWERS = {
    "set_that_collides": "send(written([big(PRIME * (n + 9)) for n in range(20000)], {1, 2}))",
    "half_of_a_set_collides": """
    items = [big(PRIME * (n + 9)) for n in range(18000)] + [b"%d" % n for n in range(18000)]
    send(written(items, {1, 2}))""",
    "a_third_of_a_set_collides": """
    items = [big(PRIME * (n + 9)) for n in range(14000)] + [b"%d" % n for n in range(28000)]
    send(written(items, {1, 2}))""",
    "tuples_that_collide": """
    import itertools
    rows = itertools.product((b"-1", b"-2"), repeat=14)
    items = [written(list(row), (1, 2)) for row in itertools.islice(rows, 6000)]
    send(written(items + [b"%d" % n for n in range(6000)], {1, 2}))""",
    "keys_of_a_dict_collide": """
    pairs = [b"[" + big(PRIME * (n + 9)) + b",0]" for n in range(18000)] + [b"[%d,0]" % n for n in range(18000)]
    head, tail = wire.encode({1: 2}, 99).split(b"[1,2]")
    send(head + b",".join(pairs) + tail)""",
    "many_small_sets_that_collide": """
    items = [big(PRIME * (n + 9)) for n in range(64)]
    send(written([written(items, {1, 2})] * 400, [1, 2]))""",
    "many_empty_containers": "send(written([wire.encode(frozenset(), 99)] * 60000, [1, 2]))",
    "long_decimal_number": "send(b'9' * 1000000)",
    "long_decimal_fraction": "send(b'[0.' + b'1' * 1000000 + b']')",
    "many_long_numbers": "send(b'[' + b','.join([b'9' * 4290] * 240) + b']')",
    "long_hexadecimal_number": "send(wire.encode(1 << 4000000, 1 << 20))",
    "deep_lists": "send(b'[' * 500000 + b']' * 500000)",
    "deep_open_lists": "send(b'[' * 1000000)",
    "deep_tuples": """send(b'{"\\u0000t":[' * 60000 + b']}' * 60000)""",
    "megabyte_of_text": "return 'x' * 1000000",
    "lone_surrogates": "return '\\ud800' * 100000",
    "nan_keys": "return {float('nan'): n for n in range(30000)}",
    "wide_list": "return [0] * 400000",
    "list_of_pairs": "return [[n] for n in range(100000)]",
}  # fmt: skip


def _program(body: str) -> str:
    return f"{_SEND}def solve(value):\n    {body.strip()}\n    return 1\n"


@pytest.mark.parametrize("style", ["calls", "program"])
@pytest.mark.parametrize("answer", _ANSWERS)
def test_reading_an_answer_costs_little(cell: Sandbox, style: str, answer: str) -> None:
    """Whatever bytes a child replies, reading and comparing them takes a fraction of a second on the host."""
    with quiet(cell):
        verdict = judged(cell, style, _program(_ANSWERS[answer]))
    assert verdict.reward == 0.0, verdict


@pytest.mark.parametrize(
    "output", ["'\\n' * 1000000", "' \\n' * 500000", "'x' * 1000000", "'\\u2028' * 300000"]
)
def test_reading_the_output_of_many_runs_costs_little(cell: Sandbox, output: str) -> None:
    """A program that prints a megabyte for each of sixteen inputs costs the host little."""
    words = [f"word{number}\n" for number in range(16)]
    (task,) = tasks_of({"id": "many", "prompt": "", "stdin": words, "stdout": words})
    program = f"import sys\nsys.stdout.write({output})\n"
    with quiet(cell):
        verdict = judge(DOMAIN, [(task, fenced(program))], cell)[0]
    assert verdict.reward == 0.0, verdict


@pytest.mark.parametrize(
    "response",
    [
        "\n" * (1 << 20),
        "```\n" * (1 << 18),
        "~~~py\n~~~\n" * 90_000,
        "`" * (1 << 20),
        "<think>" * 100_000,
        "</think>" * 100_000,
        "import " + "solve " * 150_000,
        "def " + " " * 900_000 + "solve",
        "solve" + " " * 900_000,
        "solve:" * 150_000,
        "```" + "{." * 400_000,
        "\r\n" * 500_000,
        " `\n" * 300_000,
    ],
    ids=range(13),
)
def test_reading_a_response_costs_little(cell: Sandbox, response: str) -> None:
    """A megabyte of fences, marks or blank lines is read in a fraction of a second."""
    (task,) = tasks_of(row("def check(candidate):\n    assert candidate('ab') == 'ba'\n"))
    started = time.thread_time()
    DOMAIN.job(task, response)
    assert time.thread_time() - started < HOST_S


_FLOOD = {
    "while_the_judge_reads_slowly": """
    blob = b"V" + wire.encode({"ok": "a" * 900000}, 1 << 20)
    blob = len(blob).to_bytes(4, "big") + blob
    while True:
        os.write(3, blob)""",
    "of_small_replies": """
    blob = b"V" + wire.encode({"ok": 0}, 99)
    blob = (len(blob).to_bytes(4, "big") + blob) * 3000
    while True:
        os.write(3, blob)""",
}


@pytest.mark.parametrize("flood", _FLOOD)
def test_unread_replies_do_not_pile_up_in_the_worker(cell: Sandbox, flood: str) -> None:
    """A candidate that answers without being asked is held up, or ended: the worker stores no gigabytes."""
    slow = "def check(candidate):\n    candidate('x')\n    while True:\n        pass\n"
    (task,) = tasks_of(row(slow))
    with quiet(cell):
        verdict = judge(BRIEF_DOMAIN, [(task, fenced(_program(_FLOOD[flood])))], cell)[0]
    assert verdict.reward == 0.0, verdict
