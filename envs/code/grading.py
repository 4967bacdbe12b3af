"""Judge what came back from the walls. Pure, on the trusted side.

Every reply is a claim that the program itself may have forged, so its shape is checked before it is read.
Feedback names public examples and counts hidden tests; it quotes nothing that the program could have filled
with a hidden input, such as the message of an exception.
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

from rlvr_gym.envs.code.compare import same, same_output
from rlvr_gym.envs.code.reference import CallsReference, JudgeReference, ProgramReference
from rlvr_gym.errors import BadTask
from rlvr_gym.types import Outcome, Result, Task, Verdict

__all__ = ["grade"]

_ERRORS = frozenset(
    name
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
)
_SYNTAX = frozenset({"SyntaxError", "IndentationError", "TabError"})
_RIGHT, _WRONG, _OUTPUT, _RAISED = "", "wrong value", "wrong output", "an exception"


def grade(task: Task, result: Result) -> Verdict:
    """Judge a result.

    Args:
        task: with its reference.
        result: of the job that `job` made for it.
    Returns: reward 1 only if every public example and every hidden test is right.
    Raises: BadTask: if the task has lost its reference.
    """
    failed = result.failure()
    if failed is not None:
        return failed
    reference, value = task.reference, result.value
    if type(value) is not dict:
        return _forged()
    if isinstance(reference, CallsReference):
        return _grade_calls(reference, value)
    if isinstance(reference, ProgramReference):
        return _grade_runs(reference, value)
    if isinstance(reference, JudgeReference):
        return _grade_judged(value, reference.entry)
    raise BadTask(f"task {task.id!r} came without its reference; make it again with source.by_id")


def _grade_calls(reference: CallsReference, value: dict[Any, Any]) -> Verdict:
    if set(value) <= {"error", "trace"} and type(value.get("error")) is str:
        return _not_loaded(value["error"], reference.entry)
    cases = (*reference.public, *reference.hidden)
    replies = value.get("calls")
    if set(value) != {"calls"} or type(replies) is not list or len(replies) != len(cases):
        return _forged()
    states: list[str] = []
    for case, reply in zip(cases, replies, strict=True):
        if type(reply) is not dict:
            return _forged()
        if set(reply) == {"ok"}:
            states.append(_RIGHT if same(case.expected, reply["ok"]) else _WRONG)
        elif set(reply) <= {"error", "trace"} and type(reply.get("error")) is str:
            states.append(_kind(reply["error"]) or _RAISED)
        else:
            return _forged()
    return _counted(states, len(reference.public))


def _grade_runs(reference: ProgramReference, value: dict[Any, Any]) -> Verdict:
    wanted = (*reference.public, *reference.hidden)
    replies = value.get("runs")
    if set(value) != {"runs"} or type(replies) is not list or not 0 < len(replies) <= len(wanted):
        return _forged()
    failure = _syntax_error(replies[0])
    if failure:
        return _not_loaded(failure, "")
    states: list[str] = []
    for run, reply in zip(wanted, replies, strict=False):
        if type(reply) is not dict or type(reply.get("exit")) is not int:
            return _forged()
        if reply.get("ending") != "replied" or reply["exit"] != 0:
            states.append(_RAISED)
        else:
            states.append(_RIGHT if same_output(run.stdout, reply.get("stdout")) else _OUTPUT)
    # Runs stop after a crash; those left out are not right.
    states.extend(_RAISED for _ in range(len(wanted) - len(replies)))
    return _counted(states, len(reference.public))


def _syntax_error(reply: Any) -> str:
    """Return the kind of a syntax error that ended a run, from the last line of its traceback."""
    detail = reply.get("detail") if type(reply) is dict and reply.get("exit") == 1 else None
    kind = _kind(detail.rpartition("\n")[2]) if type(detail) is str else ""
    return kind if kind in _SYNTAX else ""


def _grade_judged(value: dict[Any, Any], entry: str) -> Verdict:
    if value.get("passed") is True and set(value) == {"passed"}:
        return Verdict.correct("passed the hidden tests")
    if value.get("passed") is not False or type(value.get("error")) is not str:
        return _forged()
    if value.get("loaded") is False:
        return _not_loaded(value["error"], entry)
    # Which exception it was is the program's choice, and the program knows the hidden inputs by then.
    if _kind(value["error"]) == "AssertionError":
        return Verdict.wrong("failed the hidden tests")
    return Verdict(Outcome.CRASHED, 0.0, "failed the hidden tests")


def _not_loaded(error: str, entry: str) -> Verdict:
    kind = _kind(error)
    if kind in _SYNTAX:
        return Verdict.unparsable(f"the program is not valid Python: {kind}")
    if kind == "AttributeError":
        return Verdict(Outcome.CRASHED, 0.0, f"the program did not load, or does not define {entry}")
    return Verdict(Outcome.CRASHED, 0.0, "the program did not load")


def _kind(error: str) -> str:
    """Return the type of an exception's text where it is a built-in one; its message stays behind."""
    name = error.partition(":")[0].strip()
    return name if name in _ERRORS else ""


def _counted(states: Sequence[str], public: int) -> Verdict:
    first = next((state for state in states if state), _RIGHT)
    if not first:
        return Verdict.correct(f"passed all {len(states) - public} hidden tests")
    parts = [f"public example {n + 1} failed: {state}" for n, state in enumerate(states[:public]) if state]
    hidden = states[public:]
    failure = next((state for state in hidden if state), "")
    if hidden:
        passed = sum(not state for state in hidden)
        parts.append(f"passed {passed} of {len(hidden)} hidden tests")
    if failure:
        # The type of an exception is the program's choice: about hidden tests it says nothing.
        parts.append(f"first hidden failure: {failure if failure in (_WRONG, _OUTPUT) else _RAISED}")
    outcome = Outcome.WRONG if first in (_WRONG, _OUTPUT) else Outcome.CRASHED
    return Verdict(outcome, 0.0, "; ".join(parts))


def _forged() -> Verdict:
    return Verdict(Outcome.FORBIDDEN, 0.0, "the reply was not one that the runner writes")
