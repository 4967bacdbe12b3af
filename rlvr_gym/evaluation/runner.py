"""Evaluates a policy: draws tasks, asks for samples, judges them, keeps every line, resumes after a fall.

OUT/manifest.json      what was evaluated; a run resumes only where this still holds
OUT/transcripts.jsonl  one line for each (task, sample), flushed as they are judged; sorted at the end
OUT/scores.json        the summary, a pure function of the transcript
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rlvr_gym.env import Domain, judge, messages
from rlvr_gym.errors import BadTask, CheckerError, RlvrError
from rlvr_gym.evaluation.asking import answers
from rlvr_gym.evaluation.folder import only_writer, open_record, writing
from rlvr_gym.evaluation.manifest import RunManifest
from rlvr_gym.evaluation.records import Key, Row, append_rows, prompt_hash, read_rows, write_json, write_rows
from rlvr_gym.evaluation.summary import Summary, summarise
from rlvr_gym.policies.base import Completion, Policy, Request, settings_of
from rlvr_gym.policies.scripted import scripted
from rlvr_gym.registry import checker_digest, find, load
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Limits, Task, Verdict

__all__ = ["Subject", "draw", "evaluate", "judge_pairs", "load_subject"]

_log = logging.getLogger(__name__)

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Subject:
    """An environment as an evaluation sees it.

    Args:
        env_id: versioned id.
        domain: tasks, jobs and grades.
        checker: digest of what judges.
        limits: of each check.
    """

    env_id: str
    domain: Domain
    checker: str = ""
    limits: Limits = field(default_factory=Limits)

    def manifest(
        self,
        options: Mapping[str, Any],
        split: str,
        seed: int,
        n: int,
        k: int,
        policy: Mapping[str, Any],
    ) -> RunManifest:
        """Return the manifest of an evaluation of this environment that starts now."""
        return RunManifest.of_now(
            env_id=self.env_id,
            options=options,
            split=split,
            seed=seed,
            n=n,
            k=k,
            policy=policy,
            limits=asdict(self.limits),
            checker=self.checker,
        )


def load_subject(env_id: str, options: Mapping[str, Any], sandbox: Sandbox | None = None) -> Subject:
    """Load an environment for evaluation.

    Args:
        env_id: versioned id.
        options: of its entry function.
        sandbox: where its responses will be judged, for the checker's digest; the shared one if None.
    Raises: UnknownEnv: for an unknown id or option; BadTask: for a bad value.
    """
    return Subject(env_id, load(env_id, **options), checker_digest(env_id, sandbox), find(env_id).limits)


def evaluate(
    env_id: str,
    policy: Policy | str,
    *,
    n: int,
    out: str | Path,
    k: int = 1,
    seed: int = 0,
    split: str = "fresh",
    options: Mapping[str, Any] | None = None,
    sandbox: Sandbox | None = None,
    resume: bool = True,
    retry_failed: bool = False,
    batch: int = 64,
    progress: Callable[[int, int], None] | None = None,
    problem: Report | None = None,
    subject: Subject | None = None,
) -> Summary:
    """Evaluate a policy on n tasks with k samples each and write the record to a folder.

    Args:
        env_id: versioned environment id.
        policy: a policy, or the name of a scripted one.
        n: tasks 0..n-1 of the split; a table with fewer rows gives them all.
        out: folder of the record; made if missing.
        k: samples of each task.
        seed, split: of the draw; the seed is also the policy's.
        options: of the environment, as for `registry.load`.
        sandbox: where to judge; the shared one if None.
        resume: go on with the record in `out`; if False, `out` must hold none.
        retry_failed: when resuming, ask again where the policy failed or there was no verdict.
        batch: responses asked for and judged at a time; a policy that streams is asked for all at once,
            and its answers are judged and kept as they arrive.
        progress: told (rows done, rows in all) after each batch.
        problem: told about bad tasks and rows that were left out; the log if None.
        subject: an environment that is already loaded, instead of `env_id` and `options`.
    Returns: the summary, as written to scores.json.
    Raises:
        UnknownEnv, BadTask: if the environment, an option or the split is unknown, or no task can be made.
        RlvrError: if `out` holds another evaluation, or one that is still running, or cannot be written.
        AdapterError: if the policy refused every one of the first requests.
        SandboxUnavailable: if there are no walls to judge in.
    """
    if n < 1 or k < 1 or batch < 1:
        raise RlvrError(f"n, k and batch must be at least 1, not {n}, {k} and {batch}")
    report = problem or _log.warning
    chosen = subject or load_subject(env_id, options or {}, sandbox)
    if isinstance(policy, str):
        policy = scripted(policy, chosen.domain)
    size = chosen.domain.source.size(split)
    if size is not None and size < n:
        report(f"split {split!r} holds {size} tasks, fewer than the {n} asked for: using them all")
        n = size
    tasks = draw(chosen.domain, n, split=split, seed=seed, report=report)
    manifest = chosen.manifest(options or {}, split, seed, n, k, settings_of(policy))
    folder = Path(out)
    with only_writer(folder):
        with writing(folder):
            open_record(folder, manifest, resume)
        run = _Run(chosen, policy, tasks, manifest, folder, report)
        return run.go(run.kept(retry_failed), sandbox, batch, progress)


def draw(domain: Domain, n: int, *, split: str, seed: int, report: Report) -> list[Task]:
    """Return tasks 0..n-1 of a split, leaving out those that cannot be made.

    Raises: UnknownEnv: for a split that the source does not serve; BadTask: if no task is left.
    """
    tasks = []
    for index in range(n):
        try:
            tasks.append(domain.source.task(split, seed, index))
        except BadTask as error:
            report(f"left out task {index} of split {split!r}: {error}")
    if not tasks:
        raise BadTask(f"split {split!r} with seed {seed} gave no usable task")
    return tasks


def judge_pairs(
    subject: Subject, pairs: Sequence[tuple[Task, str]], sandbox: Sandbox | None, report: Report
) -> list[Verdict]:
    """Judge a batch; a checker that breaks on one response costs that one its verdict, not the batch.

    Raises: SandboxUnavailable: if there are no walls; nothing would ever get a verdict.
    """
    try:
        return judge(subject.domain, pairs, sandbox, subject.checker)
    except CheckerError as error:
        if len(pairs) > 1:
            return [judge_pairs(subject, [pair], sandbox, report)[0] for pair in pairs]
        report(f"no verdict for task {pairs[0][0].id!r}: {error}")
        return [Verdict.no_verdict(str(error))]


@dataclass(frozen=True, slots=True)
class _Run:
    subject: Subject
    policy: Policy
    tasks: list[Task]
    manifest: RunManifest
    folder: Path
    report: Report

    @property
    def path(self) -> Path:
        return self.folder / "transcripts.jsonl"

    def kept(self, retry_failed: bool) -> dict[Key, Row]:
        """Return the rows of an interrupted run that still belong to this one, and keep only them."""
        found = read_rows(self.path, self.report)
        prompts = {task.id: prompt_hash(messages(self.subject.domain, task)) for task in self.tasks}
        kept = {}
        for key, row in found.items():
            if prompts.get(row.task_id) != prompt_hash(row.messages) or row.sample >= self.manifest.k:
                self.report(f"{self.path}: left out a row of another draw, task {row.task_id!r}")
            elif not retry_failed or (row.verdict is not None and row.verdict.reward is not None):
                kept[key] = row
        if self.path.exists():
            with writing(self.folder):
                write_rows(self.path, kept.values())
        return kept

    def go(
        self,
        rows: dict[Key, Row],
        sandbox: Sandbox | None,
        batch: int,
        progress: Callable[[int, int], None] | None,
    ) -> Summary:
        """Ask for and judge what is missing, then write all rows in canonical order and their scores."""
        order = [(task, sample) for task in self.tasks for sample in range(self.manifest.k)]
        missing = [(task, sample) for task, sample in order if (task.id, sample) not in rows]
        if progress is not None:
            progress(len(order) - len(missing), len(order))
        requests = [
            Request(task.id, messages(self.subject.domain, task), sample, self.manifest.seed)
            for task, sample in missing
        ]
        with closing(answers(self.policy, requests, batch)) as groups:
            for group in groups:
                fresh = self._judged(
                    [(missing[place][0], requests[place], completion) for place, completion in group], sandbox
                )
                with writing(self.folder):
                    append_rows(self.path, fresh)
                rows.update((row.key, row) for row in fresh)
                if progress is not None:
                    progress(len(rows), len(order))
        return self._finish([rows[task.id, sample] for task, sample in order])

    def _finish(self, ordered: Sequence[Row]) -> Summary:
        plan = self.manifest
        summary = summarise(
            ordered,
            env_id=plan.env_id,
            policy=self.policy.name,
            split=plan.split,
            seed=plan.seed,
            samples=plan.k,
        )
        with writing(self.folder):
            write_rows(self.path, ordered)
            write_json(self.folder / "scores.json", summary.to_json())
        return summary

    def _judged(
        self, completed: Sequence[tuple[Task, Request, Completion]], sandbox: Sandbox | None
    ) -> list[Row]:
        answered = [(task, completion.text) for task, _, completion in completed if completion.error is None]
        verdicts = iter(judge_pairs(self.subject, answered, sandbox, self.report) if answered else ())
        return [
            Row(
                task_id=task.id,
                sample=request.sample,
                family=task.family,
                level=task.level,
                messages=request.messages,
                response=completion.text,
                finish=completion.finish,
                tokens=completion.tokens,
                error=completion.error,
                verdict=next(verdicts) if completion.error is None else None,
            )
            for task, request, completion in completed
        ]
