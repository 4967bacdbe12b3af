"""What only the checker sees of a code task. None of these objects can be pickled or shows itself in a
repr."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

__all__ = ["CallsReference", "Case", "JudgeReference", "ProgramReference", "Run"]


class Case(NamedTuple):
    """One call of a function and the value that it must return."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    expected: Any


class Run(NamedTuple):
    """One run of a program and the text that it must print."""

    stdin: str
    stdout: str


class _Hidden:
    """Keeps a reference on the trusted side."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("the hidden reference of a task does not leave the process that checks it")

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class CallsReference(_Hidden):
    """A function judged by calls: `public` ones are shown in the prompt, `hidden` ones are made on first
    use."""

    __slots__ = ("_hidden", "_make", "entry", "public", "source")

    def __init__(
        self,
        entry: str,
        public: tuple[Case, ...],
        hidden: Callable[[], tuple[Case, ...]],
        source: str | None = None,
    ) -> None:
        self.entry, self.public, self.source = entry, public, source
        self._make = hidden
        self._hidden: tuple[Case, ...] | None = None

    @property
    def hidden(self) -> tuple[Case, ...]:
        """The calls that no prompt shows."""
        if self._hidden is None:
            self._hidden = self._make()
        return self._hidden


class ProgramReference(_Hidden):
    """A program judged by what it prints: `public` runs are shown in the prompt, `hidden` ones made on first
    use."""

    __slots__ = ("_hidden", "_make", "public", "source")

    def __init__(
        self, public: tuple[Run, ...], hidden: Callable[[], tuple[Run, ...]], source: str | None = None
    ) -> None:
        self.public, self.source = public, source
        self._make = hidden
        self._hidden: tuple[Run, ...] | None = None

    @property
    def hidden(self) -> tuple[Run, ...]:
        """The runs that no prompt shows."""
        if self._hidden is None:
            self._hidden = self._make()
        return self._hidden


class JudgeReference(_Hidden):
    """A function judged by test code of its dataset, which runs in a walled child of its own.

    Args:
        entry: name of the function.
        prompt: code that a completion continues; empty where completions are not accepted.
        preamble: the lines of the prompt before the entry point: imports and helper functions.
        setup: code that the tests need first.
        test: the test code.
        mode: "check" (defines check(candidate)) or "asserts".
        source: a known solution, or None.
    """

    __slots__ = ("entry", "mode", "preamble", "prompt", "setup", "source", "test")

    def __init__(
        self,
        entry: str,
        test: str,
        mode: str,
        *,
        prompt: str = "",
        preamble: str = "",
        setup: str = "",
        source: str | None = None,
    ) -> None:
        self.entry, self.test, self.mode = entry, test, mode
        self.prompt, self.preamble, self.setup, self.source = prompt, preamble, setup, source
