"""The HTTP policy keeps order, retries what may pass, gives up in time, and never invents a response."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from rlvr_gym.errors import AdapterError
from rlvr_gym.policies import HttpPolicy, Request
from rlvr_gym.policies.base import settings_of
from rlvr_gym.types import Message
from tests.policies.server import Reply, Served, chat_server, completion


def request(number: int = 0, sample: int = 0) -> Request:
    """Return one of many distinct requests."""
    return Request(f"t/{number}", (Message("system", "Be brief."), Message("user", f"n={number}")), sample, 9)


def policy(served: Served, waits: list[float] | None = None, **changes: object) -> HttpPolicy:
    """Return a policy that notes its waits instead of sleeping."""
    settings: dict[str, object] = {"timeout_s": 5.0, "sleep": (waits if waits is not None else []).append}
    return HttpPolicy(served.url, "stub", **{**settings, **changes})  # type: ignore[arg-type]  # a table


def test_completions_come_back_in_the_order_of_the_requests() -> None:
    """Slow and fast answers overlap, and each goes to its own request."""

    def answer(number: int, body: dict) -> Reply:
        text = body["messages"][-1]["content"]
        time.sleep(0.05 if text.endswith(("0", "5")) else 0)
        return completion(text)

    with chat_server(answer) as served:
        done = policy(served).generate([request(n) for n in range(20)])
    assert [c.text for c in done] == [f"n={n}" for n in range(20)]
    assert {(c.finish, c.tokens, c.error) for c in done} == {("stop", 5, None)}


def test_no_more_requests_are_in_flight_than_allowed() -> None:
    """Concurrency is a bound, and it is used."""
    lock = threading.Lock()
    now, most = [0], [0]

    def answer(number: int, body: dict) -> Reply:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.03)
        with lock:
            now[0] -= 1
        return completion("x")

    with chat_server(answer) as served:
        policy(served, concurrency=3).generate([request(n) for n in range(12)])
    assert most[0] == 3


def test_the_request_says_what_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Model, messages, temperature, length, key, and a seed that depends on task and sample alone."""
    monkeypatch.setenv("STUB_KEY", "secret-1")
    with chat_server(lambda number, body: completion("x")) as served:
        asked = policy(served, api_key_env="STUB_KEY", temperature=0.3, max_tokens=77, concurrency=1)
        asked.generate([request(1), request(1, sample=1), request(1)])
    headers, body = served.requests[0]
    assert headers["Authorization"] == "Bearer secret-1"
    assert [m["role"] for m in body["messages"]] == ["system", "user"]
    assert [m["content"] for m in body["messages"]] == ["Be brief.", "n=1"]
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("stub", 0.3, 77)
    seeds = [body["seed"] for _, body in served.requests]
    assert seeds[0] == seeds[2] != seeds[1]
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert "secret-1" not in repr(asked) + str(settings_of(asked))


def test_no_key_is_sent_where_none_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """A local server needs none."""
    monkeypatch.delenv("STUB_KEY", raising=False)
    with chat_server(lambda number, body: completion("x")) as served:
        policy(served, api_key_env="STUB_KEY").generate([request()])
    assert "Authorization" not in served.requests[0][0]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_passing_failures_are_retried_with_growing_waits(status: int) -> None:
    """Three failures, then an answer: the waits double, with jitter between half and whole."""

    def answer(number: int, body: dict) -> Reply:
        return Reply({"error": "busy"}, status) if number < 3 else completion("at last")

    waits: list[float] = []
    with chat_server(answer) as served:
        done = policy(served, waits, backoff_s=1.0).generate([request()])
    assert done[0].text == "at last"
    assert len(waits) == 3
    for attempt, wait in enumerate(waits):
        assert 0.5 * 2**attempt <= wait <= 2**attempt


def test_the_server_may_ask_for_a_longer_wait() -> None:
    """Retry-After is honoured as seconds and as a date, up to a minute; nonsense is not waited for."""
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    asked_for = ["7", later, "86400", "soon", "-5", "nan"]

    def answer(number: int, body: dict) -> Reply:
        if number < len(asked_for):
            return Reply({}, 429, {"Retry-After": asked_for[number]})
        return completion("ok")

    waits: list[float] = []
    with chat_server(answer) as served:
        done = policy(served, waits, backoff_s=0.01, retries=6).generate([request()])
    assert done[0].text == "ok"
    assert waits[0] == 7.0
    assert 25 <= waits[1] <= 30
    assert waits[2] == 60.0
    assert max(waits[3:]) < 1


def test_retries_are_bounded_and_end_in_an_error() -> None:
    """The completion says what the server said and how often it was asked; it holds no text."""
    with chat_server(lambda number, body: Reply({"error": "overloaded"}, 503)) as served:
        done = policy(served, retries=2).generate([request()])
    assert len(served.requests) == 3
    assert done[0].text == ""
    assert done[0].error is not None
    assert "503" in done[0].error
    assert "overloaded" in done[0].error
    assert "3 attempts" in done[0].error


@pytest.mark.parametrize("status", [400, 401, 404, 422])
def test_a_refusal_is_not_retried(status: int) -> None:
    """Asking again would not help."""
    with chat_server(lambda number, body: Reply({"error": "no"}, status)) as served:
        done = policy(served).generate([request()])
    assert len(served.requests) == 1
    assert str(status) in str(done[0].error)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>proxy error</html>",
        b"[]",
        b"null",
        b'{"choices": []}',
        b'{"choices": [{"message": {}}]}',
        b'{"choices": [{"message": {"content": 3}}]}',
        b'{"choices": [{"message": {"content": "cut',
        b"[" * 100_000,
        b"\xff\xfe\x00",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_malformed_answer_is_retried_and_then_an_error(body: bytes) -> None:
    """Half an answer is no answer."""
    with chat_server(lambda number, _: Reply(body)) as served:
        done = policy(served, retries=1).generate([request()])
        assert len(served.requests) == 2
        assert done[0].text == ""
        assert "no chat completion" in str(done[0].error)
    with chat_server(lambda number, _: completion("fine") if number else Reply(body)) as served:
        assert policy(served, retries=1).generate([request()])[0].text == "fine"


def test_null_content_is_an_empty_response() -> None:
    """A model that spent its tokens before answering has answered nothing: that is judged, not retried."""
    with chat_server(lambda number, body: completion(None, finish_reason="length")) as served:
        done = policy(served).generate([request()])
    assert (done[0].text, done[0].finish, done[0].error) == ("", "length", None)


def test_hang_ups_and_timeouts_are_retried() -> None:
    """A broken connection and a silent server cost an attempt each."""

    def answer(number: int, body: dict) -> Reply:
        if number == 0:
            return Reply(hang_up=True)
        if number == 1:
            time.sleep(0.6)
        return completion("third")

    waits: list[float] = []
    with chat_server(answer) as served:
        done = policy(served, waits, timeout_s=0.2, retries=3).generate([request()])
    assert done[0].text == "third"
    assert len(waits) == 2


def test_an_absent_server_is_an_error_on_every_row() -> None:
    """Nothing listens: each completion says so."""
    nowhere = HttpPolicy("http://127.0.0.1:9/v1", "stub", retries=1, timeout_s=1, sleep=lambda seconds: None)
    done = nowhere.generate([request(0), request(1)])
    assert all("ConnectError" in str(c.error) for c in done)


def test_one_bad_row_leaves_the_others_alone() -> None:
    """Failures are by request."""

    def answer(number: int, body: dict) -> Reply:
        bad = body["messages"][-1]["content"] == "n=1"
        return Reply({}, 400) if bad else completion("ok")

    with chat_server(answer) as served:
        done = policy(served).generate([request(n) for n in range(3)])
    assert [c.error is None for c in done] == [True, False, True]


def test_settings_that_cannot_work_are_refused() -> None:
    """At once, with the reason."""
    with pytest.raises(AdapterError, match="http://"):
        HttpPolicy("localhost:8000", "m")
    with pytest.raises(AdapterError, match="concurrency"):
        HttpPolicy("http://localhost", "m", concurrency=0)
    assert HttpPolicy("http://localhost", "m").generate([]) == []


@pytest.mark.parametrize(
    "setting", [{"timeout_s": float("nan")}, {"timeout_s": float("inf")}, {"temperature": float("nan")}]
)
def test_numbers_that_are_none_are_refused(setting: dict[str, float]) -> None:
    """NaN passes every comparison that is not written with it in mind."""
    with pytest.raises(AdapterError, match=next(iter(setting))):
        HttpPolicy("http://localhost", "m", **setting)  # type: ignore[arg-type]  # a table


def test_answers_are_handed_over_as_they_arrive() -> None:
    """The fast ones do not wait for the slow one."""
    free = threading.Event()

    def answer(number: int, body: dict) -> Reply:
        if body["messages"][-1]["content"] == "n=0":
            free.wait(10)
        return completion("x")

    with chat_server(answer) as served:
        arrived: list[int] = []
        for group in policy(served, timeout_s=20.0, concurrency=2).stream([request(n) for n in range(5)]):
            arrived += [place for place, _ in group]
            if len(arrived) == 4:
                free.set()
    assert sorted(arrived[:4]) == [1, 2, 3, 4]
    assert arrived[4] == 0


def test_a_closed_stream_starts_nothing_more_and_waits_a_second_at_most() -> None:
    """Whoever stops listening gets control back, whatever the server does."""
    free = threading.Event()

    def answer(number: int, body: dict) -> Reply:
        if number:
            free.wait(20)
        return completion("x")

    with chat_server(answer) as served:
        stream = policy(served, timeout_s=20.0, concurrency=2).stream([request(n) for n in range(50)])
        assert len(next(stream)) == 1
        start = time.monotonic()
        stream.close()
        took = time.monotonic() - start
        free.set()
        asked = len(served.requests)
    assert took < 3
    assert asked <= 3


def test_only_what_asking_again_would_not_change_is_a_refusal() -> None:
    """A wrong key is one; a busy server is none. The message is the server's own."""
    with chat_server(lambda number, body: Reply({"error": {"message": "Incorrect key"}}, 401)) as served:
        refused = policy(served).generate([request()])[0]
    assert refused.refused
    assert str(refused.error).endswith("answered 401 Unauthorized: Incorrect key")
    with chat_server(lambda number, body: Reply({}, 429)) as served:
        assert not policy(served, retries=0).generate([request()])[0].refused
