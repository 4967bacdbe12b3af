"""Evaluates a policy: draws tasks, asks for samples, judges them, keeps every line, resumes after a fall.

OUT/manifest.json      what was evaluated; a run resumes only where this still holds
OUT/transcripts.jsonl  one line for each (task, sample), flushed with its batch; sorted at the end
OUT/scores.json        the summary, a pure function of the transcript
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from rlvr_gym.env import Domain, judge, messages
from rlvr_gym.errors import AdapterError, BadTask, CheckerError, RlvrError
from rlvr_gym.evaluation.manifest import RunManifest, read_manifest
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
        batch: responses asked for and judged at a time.
        progress: told (rows done, rows in all) after each batch.
        problem: told about bad tasks and rows that were left out; the log if None.
        subject: an environment that is already loaded, instead of `env_id` and `options`.
    Returns: the summary, as written to scores.json.
    Raises:
        UnknownEnv, BadTask: if the environment, an option or the split is unknown, or no task can be made.
        RlvrError: if `out` holds another evaluation, or one that is still running.
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
    folder.mkdir(parents=True, exist_ok=True)
    with _only_writer(folder):
        _open_record(folder, manifest, resume)
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
        for start in range(0, len(missing), batch):
            fresh = self._batch(missing[start : start + batch], sandbox)
            append_rows(self.path, fresh)
            rows.update((row.key, row) for row in fresh)
            if progress is not None:
                progress(len(rows), len(order))
        ordered = [rows[task.id, sample] for task, sample in order]
        write_rows(self.path, ordered)
        plan = self.manifest
        summary = summarise(
            ordered,
            env_id=plan.env_id,
            policy=self.policy.name,
            split=plan.split,
            seed=plan.seed,
            samples=plan.k,
        )
        write_json(self.folder / "scores.json", summary.to_json())
        return summary

    def _batch(self, wanted: Sequence[tuple[Task, int]], sandbox: Sandbox | None) -> list[Row]:
        requests = [
            Request(task.id, messages(self.subject.domain, task), sample, self.manifest.seed)
            for task, sample in wanted
        ]
        completions = _generate(self.policy, requests)
        answered = [
            (task, completion.text)
            for (task, _), completion in zip(wanted, completions, strict=True)
            if completion.error is None
        ]
        verdicts = iter(judge_pairs(self.subject, answered, sandbox, self.report) if answered else ())
        return [
            Row(
                task_id=task.id,
                sample=sample,
                family=task.family,
                level=task.level,
                messages=request.messages,
                response=completion.text,
                finish=completion.finish,
                tokens=completion.tokens,
                error=completion.error,
                verdict=next(verdicts) if completion.error is None else None,
            )
            for (task, sample), request, completion in zip(wanted, requests, completions, strict=True)
        ]


def _generate(policy: Policy, requests: Sequence[Request]) -> list[Completion]:
    """Ask the policy; what it cannot or may not answer becomes a completion with an error."""
    try:
        completions = policy.generate(requests)
    except AdapterError as error:
        return [Completion.failed(str(error)) for _ in requests]
    if len(completions) != len(requests):
        wrong = f"policy {policy.name!r} gave {len(completions)} completions for {len(requests)} requests"
        return [Completion.failed(wrong) for _ in requests]
    return [_checked(completion) for completion in completions]


def _checked(completion: Completion) -> Completion:
    if completion.error is not None:
        return replace(completion, text="", finish="error")
    text: object = completion.text  # a policy from outside may not keep to the types
    if not isinstance(text, str):
        return Completion.failed(f"the policy answered {type(text).__name__}, not text")
    return completion


def _open_record(folder: Path, manifest: RunManifest, resume: bool) -> None:
    path = folder / "manifest.json"
    if not path.exists():
        if (folder / "transcripts.jsonl").exists():
            raise RlvrError(f"{folder} holds transcripts without a manifest; choose another --out")
        write_json(path, manifest.to_json())
        return
    if not resume:
        raise RlvrError(f"{folder} already holds an evaluation; choose another folder, or resume it")
    changed = read_manifest(path).differences(manifest)
    if changed:
        raise RlvrError(f"{folder} holds another evaluation: {'; '.join(changed)}. Choose another folder")


@contextmanager
def _only_writer(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system frees when this process ends, however it ends."""
    if sys.platform == "win32":  # no flock there; two runs in one folder are the caller's affair
        yield
        return
    import fcntl

    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RlvrError(f"another evaluation is writing to {folder}; wait or choose another") from error
        yield
    finally:
        os.close(lock)
