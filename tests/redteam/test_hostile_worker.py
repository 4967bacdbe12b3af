"""A worker that was taken over writes what it likes to the host: a job may fail by it, the host may not."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr_gym.errors import SandboxError
from rlvr_gym.sandbox import Sandbox, wire
from rlvr_gym.types import Job, Limits, Result

_HELLO = wire.frame({"ready": True, "landlock": 0}, b"")
_JOB = Job("python_calls", {"source": "", "entry": "solve", "calls": [[[1], {}]]}, Limits(1, 1, 64, 64))
_PROGRAM = Job("python_program", {"source": "", "stdin": ["a", "b"]}, Limits(1, 1, 64, 64))
_RUN = {
    "ending": "replied", "detail": "", "exit": 0, "cpu_s": 0.1, "peak_mb": 1.0, "reply": 2, "out": 0,
}  # fmt: skip
_HEADER = {"id": 0, "wall_s": 0.1, "worker_mb": 9.0, "runs": [_RUN]}


class _Written:
    """A link to a worker that greets, and says what it was told to when it gets its first job."""

    pid, name, ahead, group = None, "a worker taken over", 2, None

    def __init__(self, greeting: bytes, words: bytes, hold: bool) -> None:
        self.source, self.to = os.pipe()
        os.set_blocking(self.source, False)
        os.set_blocking(self.to, False)
        self._words, self._hold, self._spoken = words, hold, False
        os.write(self.to, greeting)
        self._open = [self.source, self.to]
        if greeting != _HELLO and not hold:
            os.close(self._open.pop())

    def read(self) -> bytes:
        return os.read(self.source, 1 << 18)

    def write(self, data: bytes | bytearray) -> int:
        if not self._spoken:
            self._spoken = True
            os.write(self.to, self._words)
            if not self._hold:  # the end of its stream comes after its words
                null = os.open("/dev/null", os.O_WRONLY)
                os.dup2(null, self.to)
                os.close(null)
        return len(data)

    def last_words(self) -> str:
        return ""

    def close(self) -> None:
        while self._open:
            os.close(self._open.pop())

    forget = close


def _answered(
    words: bytes, job: Job = _JOB, hold: bool = True, greeting: bytes = _HELLO
) -> Result | SandboxError:
    """Run one job on workers that say those words; every one of them the same."""
    started = time.monotonic()
    with Sandbox("native", workers=1) as host:
        host._backend.launch = lambda image: _Written(greeting, words, hold)  # type: ignore[method-assign]  # the seam
        (outcome,) = host.attempt([job])
    assert time.monotonic() - started < 5
    assert isinstance(outcome, Result | SandboxError)
    return outcome


def _frame(header: Any, body: bytes = b"{}") -> bytes:
    return wire.frame(header, body)


_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_QUICK = settings(max_examples=150, deadline=None)


def test_honest_frame_is_a_result() -> None:
    """What is thrown at the host here is an honest frame but for one thing."""
    outcome = _answered(_frame(_HEADER))
    assert isinstance(outcome, Result)
    assert outcome.value == {}


@_QUICK
@given(words=st.binary(max_size=200))
def test_any_bytes_instead_of_a_frame_fail_that_job_alone(words: bytes) -> None:
    """No bytes of a worker raise anything but the error of the job that it had."""
    _answered(words, hold=False)


@_QUICK
@given(header=_JSON, body=st.binary(max_size=30))
def test_any_header_fails_that_job_alone(header: Any, body: bytes) -> None:
    """A header of any JSON is no result."""
    assert isinstance(_answered(_frame(header, body), hold=False), SandboxError)


@_QUICK
@given(key=st.sampled_from(sorted({*_HEADER} - {"id"})), value=_JSON, job=st.sampled_from([_JOB, _PROGRAM]))
def test_any_field_of_a_header_may_be_wrong(key: str, value: Any, job: Job) -> None:
    """A header with one field of any kind is a result or the error of that job."""
    _answered(_frame({**_HEADER, key: value}), job, hold=False)


@_QUICK
@given(key=st.sampled_from(sorted(_RUN)), value=_JSON, job=st.sampled_from([_JOB, _PROGRAM]))
def test_any_field_of_a_run_may_be_wrong(key: str, value: Any, job: Job) -> None:
    """A run with one field of any kind is a result or the error of that job."""
    _answered(_frame({**_HEADER, "runs": [{**_RUN, key: value}]}), job, hold=False)


@pytest.mark.parametrize(
    "words",
    [
        b"\xff" * 8,
        b"\x00\x00\x00\x02\xff\xff\xff\xff{}",
        b"\x00\x00\x00\x02\x10\x00\x00\x00{}",
        b"\x00\x00\x00\x00\x00\x00\x00\x00",
        (50000).to_bytes(4, "big") + bytes(4) + b"[" * 50000,
    ],
    ids=["all_ones", "4_gb", "268_mb", "nothing", "deep"],
)
def test_announced_sizes_are_bounded(words: bytes) -> None:
    """A frame larger than its job can have is refused at its head: the host neither waits nor stores."""
    assert isinstance(_answered(words), SandboxError)


@pytest.mark.parametrize(
    "runs", [[], [{**_RUN, "ending": "compiled"}], [_RUN] * 5, [{**_RUN, "reply": 1 << 40}]]
)
def test_runs_that_do_not_add_up_are_no_result(runs: list[Any]) -> None:
    """No run, too many, or sizes beyond the body are not a result."""
    assert isinstance(_answered(_frame({**_HEADER, "runs": runs})), SandboxError)


@pytest.mark.parametrize(
    "greeting",
    [b"\0\0\0\2\0\0\0\0[]", wire.frame({"wall": "x"}, b""), b"\xff" * 40, _HELLO + _HELLO],
    ids=["a_list", "half_a_refusal", "all_ones", "twice"],
)
def test_odd_greeting_is_an_error_of_the_sandbox(greeting: bytes) -> None:
    """Workers whose first words are odd are not replaced for ever: the batch ends with an error."""
    with pytest.raises(SandboxError):
        _answered(b"", hold=False, greeting=greeting)
