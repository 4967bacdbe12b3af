"""How right and how fast the math checker is, beside math-verify, on the same pairs in the same run.

    python benchmarks/math_checker.py                       everything, two or three minutes
    python benchmarks/math_checker.py --quick --no-peer     a sample, ours alone: under a minute
    python benchmarks/math_checker.py --cases mine.jsonl    other labelled pairs; needs no dataset
    python benchmarks/math_checker.py --verbose --out figures.json

Sections:
  cases       labelled pairs by group. `core` are rows without a convention and without a hazard whose kind
              does not begin with adv_, inj_, dos or multibox; those are `adversarial`. `conventions` are rows
              that name one (`policy`): reasonable graders differ, so they stand apart and count for nothing.
  gold        each gold answer of a dataset against itself (right), and against itself with one integer
              changed by the seed (wrong).
  outputs     solutions of models with the labels of their publishers; --verbose lists each disagreement.
  throughput  pairs a second. `one` calls `verify` for each pair, as a reward function is called; `batch` is
              `verify_batch` with 64 pairs, on as many workers as there are cores. math-verify is called pair
              by pair in the main thread with its own time limits. All are warm processes that see each pair
              once, in turns of 64 pairs, so that drift of the machine hits all alike. p50, p99 and worst are
              of single calls.
  hazards     denial of service and code in the place of answers, the hazardous rows of the cases and some of
              this benchmark's own, from the main thread, a worker thread, an event loop and a spawned
              process, one pair at a time. `executed`: code of a response made a marker file or set a variable
              in the checker's process. An honest answer after all of them must be judged rightly.

FN is the share of right answers that were refused, FP the share of wrong ones that were accepted. Absolute
times drift with the machine: quote the ratios. The aims stand at the end; the exit status does not depend on
them.

A file of cases has one row a line; `policy`, `question` and `hazard` may be left out:
  {"id": "m1", "kind": "integer", "gold": "42", "response": "... $\\\\boxed{042}$.", "label": true,
   "policy": "", "question": "", "hazard": false}
math-verify is installed into .bench/math-peers on first use.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import math_report as report
import math_rows as rows
from math_hazards import WAYS, attack
from math_hosts import PEER, VERSION, Host, Lost, ours, peer
from math_rows import Pair
from math_score import Seen
from peers import Unfit

ROOT = Path(__file__).resolve().parents[1]
CHUNK = 64  # pairs of one turn, and of one batch
_LIMIT_S = 600.0  # for one turn
_QUICK = 96  # pairs of a set at most
_AIME = 400
_CASES_HELP = "labelled pairs instead of DIR/math/answer_cases.jsonl; without --data nothing else is read"


def say(line: str) -> None:
    """Tell the reader what goes on; figures go to the other stream."""
    print(line, file=sys.stderr, flush=True)


def judge(hosts: Sequence[Host], pairs: Sequence[Pair]) -> dict[str, Seen]:
    """Let every checker judge all pairs, in turns.

    Returns: what each said. A pair that a checker was lost at has no verdict.
    """
    found: dict[str, list[Seen]] = {host.name: [] for host in hosts}
    for turn, start in enumerate(range(0, len(pairs), CHUNK)):
        chunk = pairs[start : start + CHUNK]
        first = turn % len(hosts)
        for host in [*hosts[first:], *hosts[:first]]:
            found[host.name].append(_attempt(host, chunk))
    return {name: _joined(parts) for name, parts in found.items()}


def _attempt(host: Host, chunk: Sequence[Pair]) -> Seen:
    try:
        return host.ask(chunk, _LIMIT_S)
    except Lost as lost:
        host.restart()
        if len(chunk) > 1:
            return _joined([_attempt(host, [pair]) for pair in chunk])
        say(f"{host.name} was lost at {chunk[0].id}: {lost}")
        return Seen([None], [f"lost: {lost}"], [], 0.0)


def _joined(parts: Sequence[Seen]) -> Seen:
    return Seen(
        [mark for part in parts for mark in part.accepted],
        [word for part in parts for word in part.said],
        [took for part in parts for took in part.times],
        sum(part.wall_s for part in parts),
        any(part.touched for part in parts),
    )


def sets(options: argparse.Namespace, cases: Sequence[Pair]) -> dict[str, list[Pair]]:
    """Return all pairs to be judged, by the name of their set; hazards are apart."""
    rng = random.Random(options.seed)
    made = {"cases": [pair for pair in cases if not pair.hazard]}
    made["AIME-like"] = rows.own_and_changed(rows.aime_like(_AIME, rng), rng)
    if options.data is not None:
        folder = options.data / "math"
        for name in rows.GOLDS:
            made[name] = rows.own_and_changed(rows.golds(folder, name), rng)
        for name in rows.OUTPUTS:
            made[name] = rows.outputs(folder, name)
    if options.quick:
        made = {name: rows.sample(pairs, _QUICK, rng) for name, pairs in made.items()}
    return {name: pairs for name, pairs in made.items() if pairs}


def hazards(options: argparse.Namespace, cases: Sequence[Pair], beside: bool) -> dict[str, Any]:
    """Judge what is to do harm, from every kind of caller."""

    def pick(pairs: Sequence[Pair]) -> list[Pair]:
        return rows.sample(pairs, _QUICK // 3, random.Random(options.seed)) if options.quick else list(pairs)

    found = {title: attack(lambda way=way: ours(way), cases, say, pick) for title, way in WAYS.items()}
    if beside and options.peer_hazards:
        found[PEER] = attack(lambda: peer(say), cases, say, pick)
    return found


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder with math/; default ../shared/data")
    parser.add_argument("--cases", type=Path, nargs="+", metavar="FILE", help=_CASES_HELP)
    parser.add_argument("--quick", action="store_true", help=f"at most {_QUICK} pairs of each set")
    parser.add_argument("--no-peer", action="store_true", help="ours alone: no ratios")
    parser.add_argument(
        "--peer-hazards", action="store_true", help="hazards for math-verify, too: minutes more"
    )
    parser.add_argument("--seed", type=int, default=0, help="of changed integers and samples; default 0")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write all figures and mistakes as JSON")
    parser.add_argument("--verbose", action="store_true", help="list every mistake of ours")
    options = parser.parse_args()
    if options.data is None and options.cases is None:
        options.data = ROOT / ".." / "shared" / "data"
    if options.data is not None and not (options.data / "math").is_dir():
        parser.error(f"no folder {options.data / 'math'}: name the data by --data, or pairs by --cases")
    if options.cases is None:
        options.cases = [options.data / "math" / "answer_cases.jsonl"]
    return options


def main() -> None:
    """Judge everything, print tables, write JSON."""
    options = arguments()
    cases = rows.read_cases(options.cases)
    wanted = sets(options, cases)
    left_out = "left out by --no-peer"
    with ExitStack() as held:
        try:
            hosts = [ours("main"), ours("batch")]
        except Unfit as why:
            raise SystemExit(str(why)) from None
        if not options.no_peer:
            try:
                hosts.append(peer(say))
                left_out = ""
            except Unfit as why:
                left_out = str(why)
        for host in hosts:
            held.callback(host.close)
        judged = {}
        for name, pairs in wanted.items():
            say(f"{name}: {len(pairs)} pairs")
            judged[name] = judge(hosts, pairs)
    dangerous = hazards(options, [pair for pair in cases if pair.hazard], beside=not left_out)
    found = report.figures(wanted, judged, dangerous)
    found["run"] = {
        "peer": left_out or f"{PEER} {VERSION}", "seed": options.seed, "quick": options.quick,
        "cases": [file.name for file in options.cases],
    }  # fmt: skip
    report.show(found, verbose=options.verbose)
    if options.out is not None:
        options.out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        say(f"written: {options.out}")


if __name__ == "__main__":
    main()
