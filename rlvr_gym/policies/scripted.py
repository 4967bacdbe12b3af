"""Policies that need no model: what an honest checker pays in full, and what it must never pay.

    oracle            the reference solution
    hedger            several answers at once, the right one among them
    empty             nothing
    random            a random integer, or a function that returns a random constant
    copy-the-example  the last number of the prompt, or a table of the examples that it shows
    cheat             a tautology, or an object that claims to equal everything

On a fresh task all but the oracle should earn close to nothing; where they do not, the checker leaks.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rlvr_gym.errors import BadTask, UnknownEnv, nearest
from rlvr_gym.policies import answers, programs
from rlvr_gym.policies.base import Completion, Policy, Request
from rlvr_gym.seeding import stream
from rlvr_gym.types import Task

if TYPE_CHECKING:
    from rlvr_gym.env import Domain

__all__ = ["SCRIPTED", "ScriptedPolicy", "scripted"]

Writer = Callable[["Domain", Task, random.Random], str]


@dataclass(frozen=True, slots=True)
class ScriptedPolicy:
    """A policy that looks tasks up by their id and writes by a fixed rule.

    Args:
        name: for records.
        domain: whose tasks it answers.
        write: maps (domain, task, random stream) to a response.
    """

    name: str
    domain: Domain
    write: Writer

    def generate(self, requests: Sequence[Request]) -> list[Completion]:
        """Answer each request; a task that cannot be made or has no solution gives an error."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: Request) -> Completion:
        rng = stream("policy", self.name, request.seed, request.task_id, request.sample)
        try:
            return Completion(self.write(self.domain, self.domain.source.by_id(request.task_id), rng))
        except BadTask as error:
            return Completion.failed(str(error))


def scripted(name: str, domain: Domain) -> Policy:
    """Return the scripted policy of that name for a domain.

    Args:
        name: one of `SCRIPTED`.
        domain: whose tasks it will answer.
    Raises: UnknownEnv: naming the nearest valid name.
    """
    if name not in SCRIPTED:
        raise UnknownEnv(f"unknown policy {name!r}{nearest(str(name), SCRIPTED)}")
    return ScriptedPolicy(name, domain, SCRIPTED[name])


def _oracle(domain: Domain, task: Task, rng: random.Random) -> str:
    return domain.oracle(task)


def _hedger(domain: Domain, task: Task, rng: random.Random) -> str:
    solution = domain.oracle(task)
    if _wants_program(domain, task):
        program = programs.program_in(solution)
        return programs.hedge(programs.signature_of(task, program), program, rng)
    return answers.hedge(answers.stated_answer(solution), rng)


def _empty(domain: Domain, task: Task, rng: random.Random) -> str:
    return ""


def _random(domain: Domain, task: Task, rng: random.Random) -> str:
    if _wants_program(domain, task):
        return programs.guess(_signature(domain, task), rng)
    return answers.guess(rng)


def _copy(domain: Domain, task: Task, rng: random.Random) -> str:
    if _wants_program(domain, task):
        return programs.copy(_signature(domain, task), task.prompt)
    return answers.copy(task.prompt)


def _cheat(domain: Domain, task: Task, rng: random.Random) -> str:
    if _wants_program(domain, task):
        return programs.cheat(_signature(domain, task))
    return answers.cheat(rng)


SCRIPTED: dict[str, Writer] = {
    "oracle": _oracle,
    "hedger": _hedger,
    "empty": _empty,
    "random": _random,
    "copy-the-example": _copy,
    "cheat": _cheat,
}


def _wants_program(domain: Domain, task: Task) -> bool:
    """Tell by the instructions; where they leave it open (a mixture of environments), by the solution."""
    if "```" in domain.system or "\\boxed" in domain.system:
        return "```" in domain.system
    try:
        return "```" in domain.oracle(task)
    except BadTask:
        return "```" in task.prompt


def _signature(domain: Domain, task: Task) -> programs.Signature:
    signature = programs.signature_of(task)
    if signature.name:
        return signature
    try:
        return programs.signature_of(task, programs.program_in(domain.oracle(task)))
    except BadTask:
        return signature
