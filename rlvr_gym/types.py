"""The words of the project as types: task, job, result, verdict.

Everything here is frozen plain data. A `Job` travels into the walls and holds no expected answer;
a `Result` comes back and is only a claim; a `Verdict` is made on the trusted side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

__all__ = [
    "Ending",
    "Job",
    "Limits",
    "Message",
    "Outcome",
    "Result",
    "StepVerdict",
    "Task",
    "Verdict",
]


class Outcome(StrEnum):
    """How a response was judged."""

    CORRECT = "CORRECT"
    WRONG = "WRONG"
    UNPARSABLE = "UNPARSABLE"
    CRASHED = "CRASHED"
    TIMEOUT = "TIMEOUT"
    MEMORY = "MEMORY"
    OUTPUT_LIMIT = "OUTPUT_LIMIT"
    FORBIDDEN = "FORBIDDEN"
    NO_VERDICT = "NO_VERDICT"


class Ending(StrEnum):
    """How the walled child of a job ended."""

    REPLIED = "replied"  # it sent one complete reply (for a program: it ran to its end)
    EXITED = "exited"  # it ended by itself without a reply
    SIGNALLED = "signalled"  # a signal ended it (segmentation fault, refused system call, ...)
    CPU = "cpu"  # it used up its CPU time and was killed
    WALL = "wall"  # it used up its wall time and was killed
    MEMORY = "memory"  # it ran out of its memory
    OUTPUT = "output"  # it wrote more than it may
    GARBLED = "garbled"  # its reply was not a well-formed frame of plain data


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message; `role` is "system", "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What one walled child may use. A job with several children grants them to each.

    Args:
        cpu_s: CPU seconds (user + system).
        wall_s: wall-clock seconds, a generous backstop so that a busy host does not flip verdicts.
        memory_mb: address space in MiB.
        output_kb: KiB that the child may write to its reply, and again to its standard output.
    """

    cpu_s: float = 2.0
    wall_s: float = 20.0
    memory_mb: int = 512
    output_kb: int = 1024

    def __post_init__(self) -> None:
        for name in ("cpu_s", "wall_s", "memory_mb", "output_kb"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
                raise ValueError(f"Limits.{name} must be a positive number, not {value!r}")
            # A worker packs sizes as whole numbers; half a MiB would take it down.
            if name in ("memory_mb", "output_kb") and not isinstance(value, int):
                raise ValueError(f"Limits.{name} must be a whole number, not {value!r}")


@dataclass(frozen=True, slots=True)
class Task:
    """One problem. `reference` is for the trusted side alone and leaves it in no repr and no pickle.

    Args:
        id: unique within its source, enough to make the task again.
        prompt: what the policy sees.
        reference: what only the checker sees; None after a round trip through pickle.
        family: the generator or dataset that it comes from.
        level: difficulty 1 (easiest) to 5, or None where that is not known.
        info: public extra fields.
    """

    id: str
    prompt: str
    reference: Any = field(default=None, repr=False, compare=False)
    family: str = ""
    level: int | None = None
    info: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __reduce__(self) -> tuple[Any, ...]:
        # A pickle may cross into a process that a policy controls: the reference stays behind.
        return Task, (self.id, self.prompt, None, self.family, self.level, dict(self.info))

    def __copy__(self) -> Task:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Task:
        return self


@dataclass(frozen=True, slots=True)
class Job:
    """What is sent into the walls for one response; it holds no expected answer.

    Args:
        runner: name of a module in `sandbox/runners` ("python_calls", "python_program", "cpp_program", ...).
        payload: plain data for that runner.
        limits: for each child of the job.
        image: which worker runs it: "python" (standard library), "sympy", or "compiled" (C++, JavaScript;
            payloads and values are in docs/languages.md).
    """

    runner: str
    payload: Mapping[str, Any] = field(repr=False)
    limits: Limits = Limits()
    image: str = "python"


@dataclass(frozen=True, slots=True)
class Result:
    """What came back from the walls: claims, never a verdict.

    Args:
        ending: how the child ended; for jobs with several children, the first that did not reply.
        value: plain data that the runner replied, or None.
        detail: one line for people and logs; the program may have chosen its words, so it is never feedback.
        cpu_s: CPU seconds of all children.
        wall_s: wall seconds in the worker, time in queues not counted.
        peak_mb: largest resident memory of a child.
        profile: the walls that held: backend, interpreter and digest of the worker's source.
    """

    ending: Ending
    value: Any = field(default=None, repr=False)
    detail: str = ""
    cpu_s: float = field(default=0.0, compare=False)
    wall_s: float = field(default=0.0, compare=False)
    peak_mb: float = field(default=0.0, compare=False)
    profile: str = ""

    def failure(self) -> Verdict | None:
        """Return the verdict that this ending alone decides, or None where the child replied."""
        if self.ending is Ending.REPLIED:
            return None
        outcome, sentence = _ENDINGS[self.ending]
        return Verdict(outcome, 0.0, sentence, cpu_s=self.cpu_s, wall_s=self.wall_s)


@dataclass(frozen=True, slots=True)
class StepVerdict:
    """The judgement of one step of a solution.

    Args:
        step: its number, from 1.
        right: None where the checker abstains.
        reason: in words, where it is wrong.
        span: its place in the response, characters, where that is known.
        credit: in [-1, 1], for trainers that reward steps: those of a response add up to at most 1.
    """

    step: int
    right: bool | None
    reason: str = ""
    span: tuple[int, int] | None = None
    credit: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON-ready data."""
        span = None if self.span is None else list(self.span)
        return {
            "step": self.step,
            "right": self.right,
            "reason": self.reason,
            "span": span,
            "credit": round(self.credit, 6),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """The trusted judgement of one response.

    Args:
        outcome: what happened.
        reward: in [0, 1]; None exactly when the outcome is NO_VERDICT.
        feedback: for the policy; never holds a hidden reference.
        steps: per-step judgements, where the environment makes them.
        checker: digest of what judged: environment version, checker source, walls.
        evidence: what a right answer rests on, where the environment tells it: "exact" (arithmetic, structure
            or text), "proved" (by algebra), "probed" (agreement at every point tried, without a proof).
        cpu_s, wall_s: seconds spent in the walls; not part of equality.
    """

    outcome: Outcome
    reward: float | None
    feedback: str = ""
    steps: tuple[StepVerdict, ...] = ()
    checker: str = ""
    evidence: str = ""
    cpu_s: float = field(default=0.0, compare=False)
    wall_s: float = field(default=0.0, compare=False)

    def __post_init__(self) -> None:
        if (self.reward is None) != (self.outcome is Outcome.NO_VERDICT):
            raise ValueError(f"reward {self.reward!r} does not go with outcome {self.outcome}")
        if self.reward is not None and not 0.0 <= self.reward <= 1.0:
            raise ValueError(f"reward must be in [0, 1], not {self.reward!r}")

    @classmethod
    def correct(cls, feedback: str = "", evidence: str = "") -> Verdict:
        """The response solves the task: reward 1."""
        return cls(Outcome.CORRECT, 1.0, feedback, evidence=evidence)

    @classmethod
    def wrong(cls, feedback: str = "") -> Verdict:
        """The response was understood and does not solve the task: reward 0."""
        return cls(Outcome.WRONG, 0.0, feedback)

    @classmethod
    def unparsable(cls, feedback: str) -> Verdict:
        """No answer could be read from the response: reward 0."""
        return cls(Outcome.UNPARSABLE, 0.0, feedback)

    @classmethod
    def no_verdict(cls, cause: str) -> Verdict:
        """Our infrastructure failed: there is no reward."""
        return cls(Outcome.NO_VERDICT, None, cause)

    def measured(self, result: Result, checker: str) -> Verdict:
        """Return this verdict with the costs of a result and the checker's digest."""
        return replace(self, cpu_s=result.cpu_s, wall_s=result.wall_s, checker=checker)

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON-ready data (`reward` null for NO_VERDICT)."""
        return {
            "outcome": self.outcome.value,
            "reward": self.reward,
            "feedback": self.feedback,
            "steps": [step.to_json() for step in self.steps],
            "checker": self.checker,
            "evidence": self.evidence,
            "cpu_s": round(self.cpu_s, 6),
            "wall_s": round(self.wall_s, 6),
        }


# Fixed words: what else is known of an ending (an exit code, a signal) is the program's choice, and a program
# that has seen a hidden input could write it there for its policy to read.
_ENDINGS = {
    Ending.EXITED: (Outcome.CRASHED, "the program ended without an answer"),
    Ending.SIGNALLED: (Outcome.CRASHED, "the program ended without an answer"),
    Ending.GARBLED: (Outcome.FORBIDDEN, "the reply was not one that the runner writes"),
    Ending.CPU: (Outcome.TIMEOUT, "the program used up its CPU time"),
    Ending.WALL: (Outcome.TIMEOUT, "the program used up its time"),
    Ending.MEMORY: (Outcome.MEMORY, "the program ran out of memory"),
    Ending.OUTPUT: (Outcome.OUTPUT_LIMIT, "the program wrote more than it may"),
}
