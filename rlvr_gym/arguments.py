"""The arguments of the command line, and help that teaches by example."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Any

__all__ = ["environment_options", "parser"]

_DEFAULT = "(default: %(default)s)"

_TOP = """\
examples:
  rlvr-gym demo                                        see what honest checkers pay, in under a minute
  rlvr-gym list                                        the environments
  rlvr-gym show rlvr/Math-v0                           one of them, with a task
  rlvr-gym eval rlvr/Code-v0 --policy random --n 50 --out runs/random
  rlvr-gym verify rlvr/Math-v0 --tasks rows.jsonl --responses responses.jsonl
  rlvr-gym recompute runs/random                       judge a record's responses again
  rlvr-gym data check rows.jsonl                       which rows of a dataset can be served, and which not

Data goes to standard output, messages to standard error.
Exit status: 0 all well, 1 something failed (standard error says what), 2 wrong usage.
"""

_SHOW = """\
examples:
  rlvr-gym show rlvr/Math-v0
  rlvr-gym show rlvr/Code-v0 --split train --seed 3 --index 17 --level 5
"""

_EVAL = """\
examples:
  rlvr-gym eval rlvr/Math-v0 --policy oracle --n 20 --out runs/oracle
  rlvr-gym eval rlvr/Code-v0 --policy http --base-url http://127.0.0.1:8000/v1 --model my-model \\
      --n 200 --k 4 --max-tokens 2048 --out runs/my-model
  rlvr-gym eval rlvr/Math-v0 --policy replay --responses answers.jsonl --out runs/answers
  rlvr-gym eval rlvr/Code-v0 --policy oracle --data HumanEval.jsonl --n 164 --out runs/humaneval

Interrupted? Run the same command again: what is in --out is kept and nothing is asked for twice.
An API key is read from the environment variable named by --api-key-env.
"""

_VERIFY = """\
examples:
  rlvr-gym verify rlvr/Math-v0 --tasks rows.jsonl --responses responses.jsonl > verdicts.jsonl
  rlvr-gym verify rlvr/Code-v0 --responses - < responses.jsonl     (task ids of procedural tasks)

A response row is {"task_id": "...", "response": "..."}. One verdict a line comes out, in their order:
{"task_id": "...", "outcome": "CORRECT", "reward": 1.0, "feedback": "", ...}
A bad row is reported on standard error with file and line; the others are judged; the exit status is 1.
"""

_DATA_CHECK = """\
examples:
  rlvr-gym data check rows.jsonl                       the format is recognised by the columns
  rlvr-gym data check rows.csv --format minerva --all  all golds against themselves, algebra included
  rlvr-gym data check hub:openai/gsm8k@COMMIT:main:test --limit 500
  rlvr-gym data check HumanEval.jsonl.gz --env rlvr/Code-v0 --all
  rlvr-gym data check rows.parquet --json | jq '.skipped[].where'

Files are JSON lines, or by their names .json, .csv and .parquet (pip install "rlvr-gym[data]"); all but the
last may end in .gz. Three kinds of findings, each row with its place:
  not served                               malformed, empty, repeated, a proof, needs an image, ...
  served, but its own answer is not paid   the gold, or the known solution, was judged and earned nothing
  served, but look at it                   for instance a gold that is compared as text, for it does not parse
The exit status is 1 where a row has one of the first two, else 0.
"""

_SANDBOX_BUILD = """\
examples:
  rlvr-gym sandbox build                               all images, from whatever base can be had here
  rlvr-gym sandbox build python --base debian          one image, from Debian packages: no registry is needed

Without --base: the base that is here, else python:3.12-slim from the registry, else Debian packages by
mmdebstrap or debootstrap. An image is named after the sources in it; after a change of them build again.
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="rlvr-gym",
        description="Text environments whose reward is verified.",
        epilog=_TOP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="store_true", help="print the version and stop")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")

    def command(name: str, summary: str, examples: str = "") -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog=examples,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    listing = command("list", "list the environments")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    _add_manifest(listing)
    _add_show(command("show", "show an environment and one of its tasks", _SHOW))
    _add_eval(command("eval", "evaluate a policy and keep the record", _EVAL))
    check = command("check", "run the certificate that every environment must earn")
    check.add_argument("id", metavar="ID", help="environment id")
    _add_manifest(check)
    _add_verify(command("verify", "judge a file of responses", _VERIFY))
    _add_recompute(command("recompute", "judge a record's responses again and compare every score"))
    report = command("report", "write one HTML page about one or more records")
    report.add_argument("dirs", metavar="DIR", nargs="+", help="folder that eval wrote")
    report.add_argument("--html", metavar="FILE", default="report.html", help=f"the page {_DEFAULT}")
    row = command("row", "print the leaderboard row of a complete record (see leaderboards/README.md)")
    row.add_argument("dir", metavar="DIR", help="folder that eval wrote")
    _add_data(command("data", "check a dataset before it is used (data check)"))
    _add_demo(command("demo", "evaluate scripted policies on fresh tasks and write a page about it"))
    _add_sandbox(command("sandbox", "build images, try the walls (doctor), watch the workers (top)"))
    return top


def environment_options(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the options for the environment that were given."""
    options: dict[str, Any] = {}
    if arguments.level is not None:
        options["level"] = arguments.level
    if arguments.families:
        options["families"] = tuple(name.strip() for name in arguments.families.split(",") if name.strip())
    if arguments.data is not None:
        options["data"] = arguments.data
    options.update(arguments.option)
    return options


def _add_show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="environment id, for instance rlvr/Math-v0")
    parser.add_argument("--index", type=_whole, default=0, help="of the task shown " + _DEFAULT)
    _add_draw(parser)


def _add_eval(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="environment id, for instance rlvr/Math-v0")
    parser.add_argument(
        "--policy",
        required=True,
        metavar="NAME",
        help="oracle, hedger, empty, random, copy-the-example, cheat, http or replay",
    )
    parser.add_argument("--n", type=_positive, default=100, help="tasks " + _DEFAULT)
    parser.add_argument("--k", type=_positive, default=1, help="samples of each task " + _DEFAULT)
    _add_draw(parser)
    parser.add_argument(
        "--out", metavar="DIR", required=True, help="folder of the record; resumed if it holds one"
    )
    parser.add_argument("--html", metavar="FILE", help="write a page about the record")
    parser.add_argument("--json", action="store_true", help="print the scores as JSON instead of a table")
    parser.add_argument("--no-resume", action="store_true", help="fail if DIR already holds a record")
    parser.add_argument("--retry-failed", action="store_true", help="ask again where there was no verdict")
    parser.add_argument(
        "--batch",
        type=_positive,
        default=64,
        help="responses at a time; those of a server are kept as they arrive " + _DEFAULT,
    )
    replay = parser.add_argument_group("for --policy replay")
    replay.add_argument("--responses", metavar="FILE", help="JSON lines with task_id and response")
    http = parser.add_argument_group("for --policy http (any server with OpenAI's chat completions)")
    http.add_argument("--base-url", metavar="URL", help="for instance http://127.0.0.1:8000/v1")
    http.add_argument("--model", metavar="NAME", help="as the server knows it")
    http.add_argument("--api-key-env", metavar="VAR", help="(default: OPENAI_API_KEY)")
    http.add_argument("--concurrency", type=_positive, default=8, help="requests in flight " + _DEFAULT)
    http.add_argument("--temperature", type=_temperature, default=1.0, help=_DEFAULT)
    http.add_argument("--max-tokens", type=_positive, help="most tokens of a response")
    http.add_argument("--timeout", type=_timeout, default=120.0, metavar="S", help="seconds " + _DEFAULT)
    http.add_argument("--retries", type=_whole, default=5, help="after the first try " + _DEFAULT)


def _add_verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="environment id, for instance rlvr/Math-v0")
    parser.add_argument(
        "--tasks", metavar="FILE", help="task rows (JSON lines); without it, procedural tasks"
    )
    parser.add_argument(
        "--responses", metavar="FILE", required=True, help="response rows; - is standard input"
    )
    parser.add_argument(
        "--option", action="append", type=_option, default=[], metavar="KEY=VALUE", help=_OPTION
    )
    _add_manifest(parser)


def _add_recompute(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dir", metavar="DIR", help="folder that eval wrote")
    parser.add_argument("--data", metavar="FILE", help="where the task rows lie now, if they moved")
    _add_manifest(parser)


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", metavar="DIR", default="runs/demo", help="folder " + _DEFAULT)
    parser.add_argument("--n", type=_positive, default=40, help="tasks of each environment " + _DEFAULT)
    parser.add_argument("--seed", type=_whole, help="of the draw (default: from the system's randomness)")


def _add_data(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser(
        "check",
        help="which rows are served, which are not and why, and which golds do not parse",
        description="Read a dataset and report every row that is not served, does not pay its own answer, or "
        "looks odd.",
        epilog=_DATA_CHECK,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    check.add_argument("data", metavar="DATA", help="a file, or hub:org/name@revision[:config[:split]]")
    check.add_argument("--env", metavar="ID", default="rlvr/Math-v0", help="who serves it " + _DEFAULT)
    check.add_argument("--format", metavar="NAME", default="auto", help="layout of the rows " + _DEFAULT)
    check.add_argument("--limit", type=_positive, metavar="N", help="read the first N rows alone")
    check.add_argument("--all", action="store_true", help="judge also what takes a sandbox (slower)")
    check.add_argument("--json", action="store_true", help="one JSON object with every finding")


def _add_sandbox(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    build = actions.add_parser(
        "build",
        help="build images; prints their names",
        description="Build images and print their names.",
        epilog=_SANDBOX_BUILD,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    build.add_argument(
        "names",
        metavar="NAME",
        nargs="*",
        help="python, sympy, numpy, compiled or lean (default: the small ones)",
    )
    build.add_argument("--base", choices=("registry", "debian"), help="where Python comes from")
    build.add_argument(
        "--prune", action="store_true", help="remove images of other sources now, not after a day"
    )
    pins = actions.add_parser(
        "pins",
        help="print or renew the lines that pin images in an env.toml",
        description="Print the lines of [sandbox.images] that pin an env.toml to these sources, or write "
        "them over the recipes that manifests hold.",
        allow_abbrev=False,
    )
    pins.add_argument(
        "--write",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE",
        help="renew the recipes in these manifests",
    )
    doctor = actions.add_parser(
        "doctor",
        help="try every wall on this host and say what to do",
        description="Try every wall on this host: what the kernel grants, whether a worker of each backend "
        "starts, and what a hostile program inside it can reach. Exit status 0 where a backend can be used.",
        allow_abbrev=False,
    )
    doctor.add_argument("--backend", choices=("native", "docker"), help="try this one alone (default: both)")
    doctor.add_argument("--json", action="store_true", help="print a list of findings as JSON")
    top = actions.add_parser(
        "top",
        help="what the running sandboxes of this user are doing",
        description="Show the running sandboxes of this user on this host: workers, checks a second, times, "
        "retries, and how checks ended. RLVR_GYM_STATISTICS=0 hides a process.",
        allow_abbrev=False,
    )
    top.add_argument("--once", action="store_true", help="print one table and leave, as without a terminal")
    top.add_argument("--interval", type=_timeout, default=1.0, metavar="S", help="seconds between two looks")
    top.add_argument("--json", action="store_true", help="print the statistics once as JSON")


def _add_draw(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--split", help="train, public, fresh or held (default: fresh, or the only one served)"
    )
    parser.add_argument("--seed", type=_whole, default=0, help="of the draw " + _DEFAULT)
    parser.add_argument("--level", type=int, help="difficulty 1..5 of procedural tasks")
    parser.add_argument("--families", metavar="A,B", help="families of procedural tasks")
    parser.add_argument("--data", metavar="FILE", help="task rows (JSON lines) instead of procedural tasks")
    parser.add_argument(
        "--option", action="append", type=_option, default=[], metavar="KEY=VALUE", help=_OPTION
    )
    _add_manifest(parser)


def _add_manifest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--manifest",
        action="append",
        default=[],
        metavar="FILE",
        help="env.toml of an environment outside the package, to register first; may be repeated",
    )


_OPTION = "any other option of the environment; VALUE is JSON, or else taken as text"


def _option(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not (equals and key.isidentifier()):
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    try:
        return key, json.loads(value)
    except (ValueError, RecursionError):
        return key, value


def _positive(text: str) -> int:
    number = _whole(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, not {text}")
    return number


def _whole(text: str) -> int:
    try:
        number = int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"must be a whole number, not {text!r}") from error
    if number < 0:
        raise argparse.ArgumentTypeError(f"must not be negative: {text}")
    return number


def _timeout(text: str) -> float:
    seconds = _number(text)
    if not 0 < seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"must be above 0 and at most 86400 seconds, not {text}")
    return seconds


def _temperature(text: str) -> float:
    temperature = _number(text)
    if not 0 <= temperature < math.inf:
        raise argparse.ArgumentTypeError(f"must be a finite number of at least 0, not {text}")
    return temperature


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"must be a number, not {text!r}") from error
