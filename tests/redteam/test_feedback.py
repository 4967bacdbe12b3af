"""Hidden inputs do not travel to the policy in the words of a verdict."""

from __future__ import annotations

import pytest

from rlvr_gym.env import judge
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Verdict
from tests.redteam.arena import DOMAIN, fenced, row, tasks_of

_SEND = """
import os, sys
def send(body, kind=b"V"):
    data = kind + body
    os.write(3, len(data).to_bytes(4, "big") + data)
def text(value):
    return str(value).encode()
"""
# Ways to say something about an input that no prompt shows. Each must sound the same for every input.
_CHANNELS = {
    "exit_code": "os._exit(value[0] if isinstance(value, bytes) else ord(value[0]))",
    "exit_status": "sys.exit(ord(value[0]))",
    "exception_text": "raise ValueError(value)",
    "exception_type": "raise (KeyError if ord(value[0]) % 2 else IndexError)(value)",
    "exception_class": "raise type(value, (Exception,), {})",
    "unknown_tag": """send(b'{"' + text(value) + b'":[]}')""",
    "unknown_nul_tag": """send(b'{"\\\\u0000' + text(value) + b'":"x"}')""",
    "number_text": """send(b'{"\\\\u0000i":"' + text(value) + b'"}')""",
    "hexadecimal_text": """send(b'{"\\\\u0000b":"' + text(value) + b'"}')""",
    "position_of_an_error": "send(b'[' + b'0,' * ord(value[0]) + b'!')",
    "constant": "send(b'[' + (b'NaN' if ord(value[0]) % 2 else b'Infinity') + b']')",
    "key_types": """send(b'{"\\\\u0000d":[[' + (b'[]' if ord(value[0]) % 2 else b'{}') + b',1]]}')""",
    "signal": """
    import ctypes, mmap
    if ord(value[0]) % 2:
        ctypes.string_at(0)  # a segmentation fault
    with open("shrinking", "wb+") as file:
        file.truncate(4096)
        page = mmap.mmap(file.fileno(), 4096)
        file.truncate(0)
        page[0]  # a bus error""",
    "forged_error": """send(b'{"error":"' + text(value) + b': x","trace":""}')""",
    "forged_calls_error": """send(b'{"calls":[{"error":"' + text(value) + b'","trace":""}]}')""",
    "type_name": "return type(value, (), {})()",
    "value_too_deep": "return [value]",
    "printed": "print(value); return 1",
}  # fmt: skip
_HIDDEN = ("Avalue-4711", "Bvalue-8152")


def _judged(sandbox: Sandbox, style: str, hidden: str, body: str) -> Verdict:
    rows = {
        "calls": {
            "id": "calls",
            "prompt": "",
            "entry_point": "solve",
            "calls": [{"args": [hidden], "expected": hidden[::-1]}],
        },
        "program": {"id": "program", "prompt": "", "stdin": [hidden + "\n"], "stdout": [hidden[::-1] + "\n"]},
        "judge": row(f"def check(candidate):\n    assert candidate({hidden!r}) == {hidden[::-1]!r}\n"),
    }
    (task,) = tasks_of(rows[style])
    program = f"{_SEND}def solve(value):\n    {body.strip()}\n"
    if style == "program":
        program += "print(solve(input()))\n"
    return judge(DOMAIN, [(task, fenced(program))], sandbox)[0]


# A forged reply beside the real one is a race that the judge may see or not: it is no channel.
_CASES = [
    (channel, style)
    for channel, body in _CHANNELS.items()
    for style in ("calls", "judge", "program")
    if style != "judge" or "send(" not in body
]


@pytest.mark.parametrize(("channel", "style"), _CASES)
def test_feedback_is_the_same_for_every_hidden_input(cell: Sandbox, style: str, channel: str) -> None:
    """Whatever a program does with a hidden input, the words of the verdict do not depend on it."""
    first, second = (_judged(cell, style, hidden, _CHANNELS[channel]) for hidden in _HIDDEN)
    assert first.reward == second.reward == 0.0
    assert _HIDDEN[0] not in first.feedback
    assert _HIDDEN[0].lower() not in first.feedback.lower()
    assert (first.outcome, first.feedback) == (second.outcome, second.feedback)
