"""A model behind any server that speaks OpenAI's chat completions (vLLM, SGLang, llama.cpp, hosted ones).

Source: OpenAI API reference, "Create chat completion"; Retry-After: RFC 9110, section 10.2.3.
"""

from __future__ import annotations

import json
import math
import os
import queue
import random
import threading
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from rlvr_gym.errors import AdapterError
from rlvr_gym.policies.base import Completion, Request
from rlvr_gym.seeding import digest

if TYPE_CHECKING:
    import httpx

__all__ = ["HttpPolicy"]

_RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_LONGEST_WAIT_S = 60.0
_LONGEST_TIMEOUT_S = 86_400.0
_LAST_WAIT_S = 1.0  # for requests still running when the caller wants no more of them


class _RetryError(Exception):
    """This attempt failed in a way that another may not; `wait_s` is what the server asked for."""

    def __init__(self, message: str, wait_s: float | None = None) -> None:
        super().__init__(message)
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class HttpPolicy:
    """Asks a chat-completions server, several requests at a time.

    A request that still fails after the retries becomes a `Completion` with an error: never a response.

    Args:
        base_url: up to and with the version, for instance "http://127.0.0.1:8000/v1".
        model: the name that the server knows.
        api_key_env: environment variable that holds the key; no key is sent where it is unset.
        concurrency: requests in flight.
        temperature: of sampling.
        max_tokens: most tokens of a response, or the server's default where None.
        timeout_s: seconds without an answer before an attempt is given up.
        retries: attempts after the first.
        backoff_s: seconds before the second attempt; doubles each time, with jitter, up to 60.
        sleep: waits that many seconds; tests replace it.
    Raises: AdapterError: on settings that cannot work.
    """

    base_url: str
    model: str
    api_key_env: str = "OPENAI_API_KEY"
    concurrency: int = 8
    temperature: float = 1.0
    max_tokens: int | None = None
    timeout_s: float = 120.0
    retries: int = 5
    backoff_s: float = 0.5
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.base_url.startswith(("http://", "https://")):
            raise AdapterError(f"base_url must start with http:// or https://, not {self.base_url!r}")
        if self.concurrency < 1 or self.retries < 0:
            raise AdapterError("concurrency must be at least 1 and retries at least 0")
        if not 0 < self.timeout_s <= _LONGEST_TIMEOUT_S:
            raise AdapterError(
                f"timeout_s must be above 0 and at most {_LONGEST_TIMEOUT_S:g}, not {self.timeout_s}"
            )
        if not 0 <= self.temperature < math.inf:
            raise AdapterError(f"temperature must be a finite number of at least 0, not {self.temperature}")

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model

    @property
    def settings(self) -> dict[str, Any]:
        """What a record needs to name the same policy again; holds no key and no address."""
        return {"kind": "http", "temperature": self.temperature, "max_tokens": self.max_tokens}

    def generate(self, requests: Sequence[Request]) -> list[Completion]:
        """Answer each request, in order; failures are completions with an error."""
        found: dict[int, Completion] = {}
        for group in self.stream(requests):
            found.update(group)
        return [found[place] for place in range(len(requests))]

    def stream(self, requests: Sequence[Request]) -> Generator[list[tuple[int, Completion]]]:
        """Yield groups of (place of the request, completion) as answers arrive.

        Closing the generator starts no further request and waits a second at most for those that run.
        """
        if not requests:
            return
        import httpx

        headers = {}
        if key := os.environ.get(self.api_key_env, "").strip():
            headers["Authorization"] = f"Bearer {key}"
        limits = httpx.Limits(max_connections=self.concurrency)
        client = httpx.Client(headers=headers, timeout=self.timeout_s, limits=limits)
        crew = _Crew(lambda request: self._ask(client, request), requests, self.concurrency)
        try:
            yield from crew.groups()
        finally:
            crew.dismiss()
            client.close()

    def _ask(self, client: httpx.Client, request: Request) -> Completion:
        body = self._body(request)
        rng = random.Random(body["seed"])
        for attempt in range(self.retries + 1):
            try:
                return self._attempt(client, body)
            except _RetryError as failure:
                if attempt == self.retries:
                    attempts = f"{attempt + 1} attempt{'s' if attempt else ''}"
                    return Completion.failed(f"{failure} (gave up after {attempts})")
                backoff = min(_LONGEST_WAIT_S, self.backoff_s * 2**attempt) * rng.uniform(0.5, 1.0)
                self.sleep(max(backoff, min(_LONGEST_WAIT_S, failure.wait_s or 0.0)))
            except AdapterError as error:
                return Completion.failed(str(error), refused=True)
        raise AssertionError("unreachable: the last attempt returns")

    def _body(self, request: Request) -> dict[str, Any]:
        seed = int.from_bytes(digest("http", request.seed, request.task_id, request.sample)[:4], "big") >> 1
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": m.role, "content": m.content} for m in request.messages],
            "temperature": self.temperature,
            "seed": seed,
        }
        if self.max_tokens is not None:
            body["max_tokens"] = self.max_tokens
        return body

    def _attempt(self, client: httpx.Client, body: dict[str, Any]) -> Completion:
        import httpx

        url = f"{self.base_url.rstrip('/')}/chat/completions"
        try:
            answer = client.post(url, json=body)
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _RetryError(f"{url}: {type(error).__name__}: {error}") from error
        except (httpx.InvalidURL, httpx.HTTPError, UnicodeError) as error:
            raise AdapterError(f"{url}: {type(error).__name__}: {error}") from error
        if answer.status_code in _RETRIED:
            wait_s = _retry_after(answer.headers.get("Retry-After"))
            raise _RetryError(f"{url} answered {_refusal(answer)}", wait_s)
        if answer.status_code != 200:
            raise AdapterError(f"{url} answered {_refusal(answer)}")
        try:
            return _completion(answer.json())
        except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
            message = f"{url} answered something that is no chat completion ({type(error).__name__}: {error})"
            raise _RetryError(f"{message}: {_excerpt(answer.text)}") from error


class _Crew:
    """Threads that answer requests; they are daemons, so one that waits for a server holds up nobody."""

    def __init__(
        self, ask: Callable[[Request], Completion], requests: Sequence[Request], workers: int
    ) -> None:
        self._ask = ask
        self._left = len(requests)
        self._todo: queue.SimpleQueue[tuple[int, Request]] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[int, Completion | BaseException]] = queue.SimpleQueue()
        self._stop = threading.Event()
        for item in enumerate(requests):
            self._todo.put(item)
        self._threads = [
            threading.Thread(target=self._work, daemon=True) for _ in range(min(workers, len(requests)))
        ]
        for thread in self._threads:
            thread.start()

    def groups(self) -> Generator[list[tuple[int, Completion]]]:
        """Yield what has arrived, at least one answer at a time, until all are there."""
        while self._left:
            arrived = [self._done.get()]
            while not self._done.empty():
                arrived.append(self._done.get())
            group = []
            for place, answer in arrived:
                if isinstance(answer, BaseException):
                    raise answer
                group.append((place, answer))
            self._left -= len(group)
            yield group

    def dismiss(self) -> None:
        """Start nothing more; wait a moment for what runs."""
        self._stop.set()
        deadline = time.monotonic() + _LAST_WAIT_S
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                place, request = self._todo.get_nowait()
            except queue.Empty:
                return
            try:
                self._done.put((place, self._ask(request)))
            except BaseException as error:  # handed to the caller, who raises it
                self._done.put((place, error))


def _completion(answer: Any) -> Completion:
    choice = answer["choices"][0]
    # Null content is an empty response: a model that spent all its tokens on reasoning sends that.
    text = choice["message"]["content"] or ""
    if not isinstance(text, str):
        raise TypeError(f"content is {type(text).__name__}, not a string")
    usage = answer.get("usage") or {}
    tokens = usage.get("completion_tokens") if isinstance(usage, dict) else None
    finish = choice.get("finish_reason")
    return Completion(
        text,
        finish=finish if isinstance(finish, str) else "stop",
        tokens=tokens if type(tokens) is int else None,
    )


def _retry_after(value: str | None) -> float | None:
    """Return the seconds of a Retry-After header, which is a number or an HTTP date."""
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _refusal(answer: httpx.Response) -> str:
    """Return status, reason and, where the server sends OpenAI's error object, only its message."""
    text = answer.text
    try:
        error = json.loads(text)["error"]
        text = error if isinstance(error, str) else str(error["message"])
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        pass  # any other body is shown as it is
    return f"{answer.status_code} {answer.reason_phrase}: {_excerpt(text)}".replace(" :", ":")


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line[:200] + ("..." if len(line) > 200 else "")
