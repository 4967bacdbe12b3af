"""The command line, the only module that prints: data on standard output, messages on standard error."""

from __future__ import annotations

import argparse
import errno
import json
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from rlvr_gym.arguments import environment_options, parser
from rlvr_gym.console import Sparing, lines_of, logged_by, printable, progress_bar
from rlvr_gym.errors import RlvrError, UnknownEnv

if TYPE_CHECKING:
    from rlvr_gym.evaluation.summary import Summary

__all__ = ["main"]

OK, FAILED, USAGE = 0, 1, 2
_INTERRUPTED = 130  # what a shell reports for a program ended by Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: of the command line; those of this process if None.
    Returns: the exit status: 0 all well, 1 failed, 2 wrong usage.
    """
    chosen = parser().parse_args(arguments)
    if chosen.version:
        from importlib.metadata import version

        print(version("rlvr-gym"))
        return OK
    if chosen.command is None:
        parser().print_help(sys.stderr)
        return USAGE
    with logged_by(_say):
        try:
            status = _run(chosen)
            sys.stdout.flush()
            return status
        except BrokenPipeError:
            # The reader has seen enough; the interpreter must not complain about it when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return FAILED
        except KeyboardInterrupt:
            _say("interrupted")
            return _INTERRUPTED
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            _say(f"cannot write: {error.strerror}")
            return FAILED


def _run(chosen: argparse.Namespace) -> int:
    from rlvr_gym.choices import register_manifests

    try:
        register_manifests(getattr(chosen, "manifest", []))
        return _COMMANDS[chosen.command](chosen)
    except RlvrError as error:
        _say(str(error))
        return USAGE if isinstance(error, UnknownEnv) else FAILED


def _list(arguments: argparse.Namespace) -> int:
    from rlvr_gym.registry import manifests

    known = sorted(manifests().items())
    if arguments.json:
        for env_id, manifest in known:
            print(json.dumps({"id": env_id, "title": manifest.title, "licence": manifest.licence}))
        return OK
    width = max((len(env_id) for env_id, _ in known), default=0)
    for env_id, manifest in known:
        print(f"{env_id:<{width}}  {manifest.title}")
    return OK


def _show(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from rlvr_gym.choices import check_options, chosen_split, own_options
    from rlvr_gym.registry import find, load

    manifest = find(arguments.id)
    options = environment_options(arguments)
    check_options(arguments.id, options)
    domain = load(arguments.id, **options)
    split = chosen_split(arguments.split, domain)
    task = domain.source.task(split, arguments.seed, arguments.index)
    size = domain.source.size(split)
    facts = {
        "id": arguments.id,
        "title": manifest.title,
        "licence": manifest.licence,
        "provenance": manifest.provenance,
        "splits": ", ".join(domain.source.splits),
        "tasks": "without end" if size is None else str(size),
        "limits": ", ".join(f"{name} {value:g}" for name, value in asdict(manifest.limits).items()),
        "options": ", ".join(f"{name}={value!r}" for name, value in own_options(arguments.id).items()),
        "task": task.id,
    }
    for name, value in facts.items():
        print(f"{name + ':':<12}{value}")
    for title, text in (("system prompt", domain.system), ("prompt", task.prompt)):
        if text:
            print(f"\n--- {title} ---\n{printable(text)}")
    return OK


def _eval(arguments: argparse.Namespace) -> int:
    from rlvr_gym.evaluation.folder import check_page
    from rlvr_gym.evaluation.report import load_record, write_report

    if arguments.html:
        check_page(Path(arguments.html))
    done: list[int] = []
    try:
        summary = _evaluated(arguments, done)
    except KeyboardInterrupt:
        kept = "nothing was asked for yet"
        if done:
            kept = f"{done[0]} of {done[1]} responses are kept in {arguments.out}"
        _say(f"interrupted; {kept}; run the same command again to go on")
        return _INTERRUPTED
    if arguments.json:
        print(json.dumps(summary.to_json()))
    else:
        _print_table([summary])
    if arguments.html:
        _say(f"wrote {write_report([load_record(arguments.out)], arguments.html)}")
    _say(f"the record is in {arguments.out}")
    return _incomplete([summary])


def _evaluated(arguments: argparse.Namespace, done: list[int]) -> Summary:
    """Evaluate; `done` gets how many responses are in the record, and of how many."""
    from rlvr_gym.choices import check_options, chosen_policy, chosen_split
    from rlvr_gym.evaluation.runner import evaluate, load_subject

    options = environment_options(arguments)
    check_options(arguments.id, options)
    subject = load_subject(arguments.id, options)
    policy = chosen_policy(arguments, subject.domain)
    with (
        progress_bar(f"{arguments.id} {policy.name}") as progress,
        closing(Sparing(_say)) as problem,
    ):

        def count(now: int, total: int) -> None:
            done[:] = now, total
            progress(now, total)

        return evaluate(
            arguments.id,
            policy,
            n=arguments.n,
            k=arguments.k,
            seed=arguments.seed,
            split=chosen_split(arguments.split, subject.domain),
            out=arguments.out,
            options=options,
            resume=not arguments.no_resume,
            retry_failed=arguments.retry_failed,
            batch=arguments.batch,
            progress=count,
            problem=problem,
            subject=subject,
        )


def _check(arguments: argparse.Namespace) -> int:
    from rlvr_gym.testing import check_env

    checks = check_env(arguments.id)
    for check in checks:
        print(
            printable(
                f"{'ok  ' if check.ok else 'FAIL'}  {check.name}" + f": {check.detail}" * bool(check.detail)
            )
        )
    failed = sum(not check.ok for check in checks)
    _say(f"{failed} of {len(checks)} checks failed" if failed else f"{arguments.id} earns its certificate")
    return FAILED if failed else OK


def _verify(arguments: argparse.Namespace) -> int:
    from rlvr_gym.choices import check_options
    from rlvr_gym.evaluation.runner import load_subject
    from rlvr_gym.evaluation.verify import verify

    options = dict(arguments.option)
    if arguments.tasks is not None:
        options["data"] = arguments.tasks
    check_options(arguments.id, options)
    subject = load_subject(arguments.id, options)
    failures: list[str] = []

    def problem(message: str) -> None:
        failures.append(message)
        _say(message)

    name = "standard input" if arguments.responses == "-" else arguments.responses
    judged = 0
    for row in verify(subject, lines_of(arguments.responses), name=name, sandbox=None, problem=problem):
        if row["reward"] is None:
            problem(f"no verdict for task {row['task_id']!r}: {row['feedback']}")
        print(json.dumps(row))
        judged += 1
    if not (judged or failures):
        problem(f"{name} holds no response")
    return FAILED if failures else OK


def _recompute(arguments: argparse.Namespace) -> int:
    from rlvr_gym.evaluation.recompute import recompute

    differences = recompute(arguments.dir, data=arguments.data)
    for line in differences:
        print(line)
    if not differences:
        _say(f"every score in {arguments.dir} is confirmed")
    return FAILED if differences else OK


def _report(arguments: argparse.Namespace) -> int:
    from rlvr_gym.evaluation.report import load_record, write_report

    print(write_report([load_record(folder) for folder in arguments.dirs], arguments.html))
    return OK


def _row(arguments: argparse.Namespace) -> int:
    from rlvr_gym.evaluation.board import make_row

    print(json.dumps(make_row(arguments.dir)))
    return OK


def _data(arguments: argparse.Namespace) -> int:
    from rlvr_gym.choices import auditor
    from rlvr_gym.console import audit_lines

    check = auditor(arguments.env)
    with progress_bar(f"check {arguments.data}") as progress:
        found = check(
            arguments.data,
            format=arguments.format,
            limit=arguments.limit,
            everything=arguments.all,
            reading=lambda rows: progress(rows, arguments.limit),
            progress=progress,
        )
    if arguments.json:
        print(json.dumps(found.to_json(), indent=1))
    else:
        for line in audit_lines(found):
            print(printable(line))
    lacks = [f"{len(found.skipped)} rows are not served"] * bool(found.skipped)
    lacks += [f"{len(found.failed)} do not pay their own answer"] * bool(found.failed)
    lacks += ["no row is served"] * (not found.served)
    _say(
        ", ".join(lacks)
        if lacks
        else "every row is served and none was found that does not pay its own answer"
    )
    return OK if found.ok else FAILED


def _demo(arguments: argparse.Namespace) -> int:
    from rlvr_gym.evaluation.demo import demonstrate

    seed = secrets.randbits(31) if arguments.seed is None else arguments.seed
    _say(f"fresh tasks with seed {seed}: repeat this with rlvr-gym demo --seed {seed}")
    with progress_bar("demo") as progress:
        records, page = demonstrate(
            Path(arguments.out), n=arguments.n, seed=seed, progress=progress, problem=_say
        )
    summaries = [record.summary for record in records]
    _print_table(summaries)
    _say(f"wrote {page}")
    return _incomplete(summaries)


def _sandbox(arguments: argparse.Namespace) -> int:
    return {"build": _build, "doctor": _doctor, "pins": _pins, "top": _top}[arguments.action](arguments)


def _doctor(arguments: argparse.Namespace) -> int:
    from rlvr_gym.console import findings_table, table_console
    from rlvr_gym.sandbox.doctor import examine, usable

    backends = (arguments.backend,) if arguments.backend else ("native", "docker")
    found = examine(backends, _say)
    if arguments.json:
        print(json.dumps([one._asdict() for one in found], indent=1))
    else:
        table_console().print(findings_table(found))
    good = usable(found, backends)
    _say(f"usable: {', '.join(good)}" if good else "no backend can be used here: see the lines that say FAIL")
    return OK if good else FAILED


def _top(arguments: argparse.Namespace) -> int:
    from rlvr_gym.console import follow, statistics_table, table_console
    from rlvr_gym.sandbox.statistics import read_all

    if arguments.json:
        print(json.dumps(read_all(), indent=1))
    elif arguments.once or not sys.stdout.isatty():
        found = read_all()
        if found:
            table_console().print(statistics_table(found, []))
        else:
            _say("no sandbox of this user is running")
    else:
        follow(read_all, arguments.interval)
    return OK


def _build(arguments: argparse.Namespace) -> int:
    from rlvr_gym.sandbox.build import build

    for tag in build(arguments.names, arguments.base, _say, prune=arguments.prune):
        print(tag)
    return OK


def _pins(arguments: argparse.Namespace) -> int:
    from rlvr_gym.sandbox.pins import pin_lines, renew_pins

    if not arguments.write:
        print("\n".join(pin_lines()))
    for path in arguments.write:
        _say(f"{path}: {renew_pins(path)} pins renewed")
    return OK


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "show": _show,
    "eval": _eval,
    "check": _check,
    "verify": _verify,
    "recompute": _recompute,
    "report": _report,
    "row": _row,
    "data": _data,
    "demo": _demo,
    "sandbox": _sandbox,
}


def _incomplete(summaries: Sequence[Summary]) -> int:
    """Say what is missing from the scores; what has no score is a failure of the run, not of the policy."""
    for summary in summaries:
        total = summary.judged + summary.no_verdict + summary.errors
        if summary.errors:
            _say(
                f"{summary.errors} of {total} requests got no response; most often: {summary.error}; "
                "--retry-failed asks for them again"
            )
        if summary.no_verdict:
            _say(f"{summary.no_verdict} responses got no verdict; --retry-failed judges them again")
        if summary.cut_off:
            cut = f"{summary.cut_off} of {total - summary.errors} responses were cut off at max tokens"
            _say(f"{cut}; raise --max-tokens")
    return FAILED if any(summary.errors or summary.no_verdict for summary in summaries) else OK


def _print_table(summaries: Sequence[Summary]) -> None:
    from rlvr_gym.console import results_table, table_console

    table_console().print(results_table(summaries))


def _say(message: str) -> None:
    print(f"rlvr-gym: {printable(message)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
