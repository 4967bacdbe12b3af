"""An evaluation keeps what it has, asks for nothing twice, and says what went wrong."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rlvr_gym.errors import AdapterError, BadTask, RlvrError, UnknownEnv
from rlvr_gym.evaluation.records import append_rows, read_rows
from rlvr_gym.evaluation.runner import Subject, evaluate
from rlvr_gym.evaluation.summary import Summary
from rlvr_gym.policies import ReplayPolicy
from rlvr_gym.policies.base import Completion, Request
from rlvr_gym.sources import TableSource
from rlvr_gym.types import Task
from tests.conftest import ROOT
from tests.evaluation.subjects import ENV_ID, Answering, echo_subject


def run(policy: object, out: Path, **changes: object) -> Summary:
    """Evaluate the echo environment with small numbers."""
    plan: dict[str, object] = {"n": 6, "k": 2, "seed": 3, "batch": 4, "subject": echo_subject(), **changes}
    return evaluate(ENV_ID, policy, out=out, **plan)  # type: ignore[arg-type]  # a table of keyword arguments


def refuse(message: str) -> None:
    """Fail on any report of a problem."""
    raise AssertionError(message)


def test_scores_are_those_of_the_verdicts(tmp_path: Path) -> None:
    """Mean, pass@k, outcomes and families come from the transcript; the files hold the same."""
    policy = Answering(lambda index, sample: index if index < 3 or (index == 3 and sample == 1) else "")
    summary = run(policy, tmp_path, problem=refuse)
    assert summary.reward.mean == pytest.approx(7 / 12)
    assert summary.pass_at[1].mean == pytest.approx(7 / 12)
    assert summary.pass_at[2].mean == pytest.approx(4 / 6)
    assert summary.outcomes == {"CORRECT": 7, "UNPARSABLE": 5}
    assert (summary.tasks, summary.judged, summary.errors, summary.no_verdict) == (6, 12, 0, 0)
    assert summary.families["even"].mean == pytest.approx(4 / 6)
    assert json.loads((tmp_path / "scores.json").read_text()) == json.loads(json.dumps(summary.to_json()))
    rows = read_rows(tmp_path / "transcripts.jsonl", refuse)
    assert list(rows) == [(f"fresh/3/{index}", sample) for index in range(6) for sample in range(2)]
    assert [m.role for m in rows["fresh/3/0", 0].messages] == ["system", "user"]


def test_a_finished_record_is_not_asked_for_again(tmp_path: Path) -> None:
    """Running the same evaluation again makes no request and changes no byte."""
    first = run(Answering(), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("*.json*")}
    again = Answering()
    assert run(again, tmp_path) == first
    assert again.asked == []
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.json*")} == before


def test_an_interruption_in_the_policy_loses_only_its_batch(tmp_path: Path) -> None:
    """What an unexpected error cut short goes on from the last batch, with the same end."""

    def stumble(index: int, sample: int) -> int:
        if index == 4:
            raise RuntimeError("power cut")
        return index

    interrupted = Answering(stumble)
    with pytest.raises(RuntimeError, match="power cut"):
        run(interrupted, tmp_path / "a")
    assert len(read_rows(tmp_path / "a" / "transcripts.jsonl", refuse)) == 8
    rest = Answering(lambda index, sample: index)
    resumed = run(rest, tmp_path / "a")
    assert rest.asked == [("fresh/3/4", 0), ("fresh/3/4", 1), ("fresh/3/5", 0), ("fresh/3/5", 1)]
    whole = run(Answering(lambda index, sample: index), tmp_path / "b")
    assert resumed == whole
    for name in ("transcripts.jsonl", "scores.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_killed_evaluation_resumes_to_identical_scores(tmp_path: Path) -> None:
    """SIGKILL in the middle of a batch: the same command ends with the bytes of an undisturbed run."""
    script = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from rlvr_gym.evaluation.runner import Subject, evaluate
        from tests.evaluation.subjects import ENV_ID, Answering, echo_subject
        out, log = Path(sys.argv[1]), Path(sys.argv[2])
        def rule(index, sample):
            time.sleep(0.02)
            return index if index % 3 else "7"
        evaluate(ENV_ID, Answering(rule, log), n=40, k=2, seed=3, batch=5, out=out, subject=echo_subject(),
                 progress=lambda done, total: print(done, flush=True))
    """)
    log = tmp_path / "asked.txt"
    command = [sys.executable, "-c", script, str(tmp_path / "cut"), str(log)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if int(line) >= 30:
                break
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    kept = read_rows(tmp_path / "cut" / "transcripts.jsonl", lambda _: None)
    assert 30 <= len(kept) < 80
    log.unlink()
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True, timeout=60)
    asked = [tuple(line.split()) for line in log.read_text().splitlines()]
    assert len(asked) == len(set(asked)) == 80 - len(kept)
    assert not {(task, int(sample)) for task, sample in asked} & set(kept)
    run(Answering(lambda i, _: i if i % 3 else "7"), tmp_path / "whole", n=40)
    for name in ("transcripts.jsonl", "scores.json"):
        assert (tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_a_torn_last_line_is_asked_for_again(tmp_path: Path) -> None:
    """Half a line is reported, dropped and made again; nothing else is."""
    whole = run(Answering(), tmp_path)
    path = tmp_path / "transcripts.jsonl"
    complete = path.read_bytes()
    path.write_bytes(complete[:-40])
    problems: list[str] = []
    policy = Answering()
    assert run(policy, tmp_path, problem=problems.append) == whole
    assert policy.asked == [("fresh/3/5", 1)]
    assert len(problems) == 1
    assert f"{path}:12" in problems[0]
    assert path.read_bytes() == complete


@pytest.mark.parametrize(
    "damage",
    [b"{not json}", b"[]", b'{"task_id": "fresh/3/1"}', b"\xff\xfe", b"null", b"[" * 100_000, b'"open'],
    ids=["brace", "list", "fields", "utf8", "null", "deep", "open"],
)
def test_a_damaged_line_is_reported_with_its_place_and_made_again(tmp_path: Path, damage: bytes) -> None:
    """A malformed row costs that row only."""
    whole = run(Answering(), tmp_path)
    path = tmp_path / "transcripts.jsonl"
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([*lines[:2], damage, *lines[3:]]) + b"\n")
    problems: list[str] = []
    policy = Answering()
    assert run(policy, tmp_path, problem=problems.append) == whole
    assert policy.asked == [("fresh/3/1", 0)]
    assert f"{path}:3" in problems[0]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cpu_s", "NaN"),
        ("wall_s", "1e999"),
        ("cpu_s", "1" + "0" * 400),
        ("reward", "NaN"),
        ("reward", "true"),
    ],
)
def test_a_number_that_is_none_is_a_malformed_row(tmp_path: Path, field: str, value: str) -> None:
    """Python's JSON reader takes NaN and infinity; a record does not."""
    whole = run(Answering(), tmp_path)
    path = tmp_path / "transcripts.jsonl"
    lines = path.read_text().splitlines()
    row = json.loads(lines[4])
    row["verdict"][field] = "@"
    lines[4] = json.dumps(row).replace('"@"', value)
    path.write_text("\n".join(lines) + "\n")
    problems: list[str] = []
    assert run(Answering(), tmp_path, problem=problems.append) == whole
    assert f"{path}:5" in problems[0]


def test_another_evaluation_is_refused_and_the_difference_named(tmp_path: Path) -> None:
    """A folder whose manifest differs is left alone."""
    run(Answering(), tmp_path)
    before = (tmp_path / "transcripts.jsonl").read_bytes()
    with pytest.raises(RlvrError, match=r"seed was 3 and is 4"):
        run(Answering(), tmp_path, seed=4)
    with pytest.raises(RlvrError, match=r"n was 6 and is 7"):
        run(Answering(), tmp_path, n=7)
    with pytest.raises(RlvrError, match="already holds"):
        run(Answering(), tmp_path, resume=False)
    assert (tmp_path / "transcripts.jsonl").read_bytes() == before


def test_after_a_change_of_the_checker_the_way_out_is_named_and_works(tmp_path: Path) -> None:
    """Old responses are judged again in another folder; other changes name no such way."""
    first = run(Answering(), tmp_path / "old")
    newer = replace(echo_subject(), checker="test/Echo-v0@2")
    transcript = tmp_path / "old" / "transcripts.jsonl"
    with pytest.raises(RlvrError, match="checker was") as caught:
        run(Answering(), tmp_path / "old", subject=newer)
    assert str(caught.value).endswith(f"--policy replay --responses {transcript}")
    again = run(ReplayPolicy(transcript), tmp_path / "new", subject=newer)
    assert (again.reward, again.outcomes) == (first.reward, first.outcomes)
    with pytest.raises(RlvrError, match=r"Choose another folder$"):
        run(Answering(), tmp_path / "old", seed=4)


def test_a_folder_in_which_nothing_was_recorded_is_taken_over(tmp_path: Path) -> None:
    """A first attempt with wrong settings leaves nothing in the way."""
    with pytest.raises(AdapterError, match=r"every request so far was refused: no such model. No answer"):
        run(Refusing(12), tmp_path)
    assert run(Answering(), tmp_path, seed=4).judged == 12


def test_refusals_after_or_among_answers_end_nothing(tmp_path: Path) -> None:
    """Only a beginning of nothing but refusals stops a run; the rows keep each error."""
    summary = run(Refusing(3), tmp_path)
    assert (summary.errors, summary.judged) == (3, 9)
    assert summary.error == "no such model"


class Refusing(Answering):
    """Refuses its first requests."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def generate(self, requests: Sequence[Request]) -> list[Completion]:
        done = super().generate(requests)
        left = max(0, min(len(done), self.times))
        self.times -= left
        return [Completion.failed("no such model", refused=True)] * left + done[left:]


def test_a_full_disk_is_one_line_and_what_was_kept_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder and the system's reason are named; with room again, the run goes on."""
    kept: list[int] = []

    def full(path: Path, rows: Sequence[object]) -> None:
        if kept:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        append_rows(path, rows)  # type: ignore[arg-type]  # rows
        kept.append(len(rows))

    with monkeypatch.context() as patch:
        patch.setattr("rlvr_gym.evaluation.runner.append_rows", full)
        with pytest.raises(RlvrError, match=r"cannot write the record to .*No space left"):
            run(Answering(), tmp_path)
    policy = Answering()
    assert run(policy, tmp_path).judged == 12
    assert len(policy.asked) == 12 - kept[0]


def test_transcripts_without_a_manifest_are_refused(tmp_path: Path) -> None:
    """Rows of unknown origin are neither used nor overwritten."""
    (tmp_path / "transcripts.jsonl").write_text("{}\n")
    with pytest.raises(RlvrError, match="without a manifest"):
        run(Answering(), tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"env_id": 3}'])
def test_a_broken_manifest_is_named(tmp_path: Path, content: str) -> None:
    """The message says which file is unreadable."""
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(BadTask, match=r"manifest\.json"):
        run(Answering(), tmp_path)


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    """Two evaluations never interleave in one folder."""

    def nested(index: int, sample: int) -> int:
        with pytest.raises(RlvrError, match="another evaluation is writing"):
            run(Answering(), tmp_path)
        return index

    assert run(Answering(nested), tmp_path, n=1, k=1).reward.mean == 1.0


def test_tasks_that_cannot_be_made_are_reported_and_left_out(tmp_path: Path) -> None:
    """The evaluation keeps the others."""
    problems: list[str] = []
    summary = run(Answering(), tmp_path, subject=echo_subject(broken=[2]), problem=problems.append)
    assert summary.tasks == 5
    assert len(problems) == 1
    assert "task 2" in problems[0]


def test_a_table_gives_all_its_rows_and_says_that_there_are_no_more(tmp_path: Path) -> None:
    """The manifest holds the number that was used, so that the record is complete."""
    tasks = [Task(f"t/{number}", f"Repeat {number}.", str(number)) for number in range(4)]
    domain = replace(echo_subject().domain, source=TableSource("rows", tasks))
    problems: list[str] = []
    subject = Subject(ENV_ID, domain)
    summary = run("oracle", tmp_path, subject=subject, split="public", n=99, problem=problems.append)
    assert (summary.tasks, summary.reward.mean) == (4, 1.0)
    assert json.loads((tmp_path / "manifest.json").read_text())["n"] == 4
    assert "holds 4 tasks, fewer than the 99" in problems[0]


def test_no_usable_task_is_an_error(tmp_path: Path) -> None:
    """Nothing is written for an empty draw."""
    with pytest.raises(BadTask, match="no usable task"):
        run(Answering(), tmp_path, subject=echo_subject(broken=range(6)), problem=lambda _: None)
    assert list(tmp_path.iterdir()) == []


class Failing(Answering):
    """Gives errors, too few answers, or something that is no text."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self.how = how

    def generate(self, requests: Sequence[Request]) -> list[Completion]:
        if self.how == "raise":
            raise AdapterError("the server is gone")
        if self.how == "few":
            return [Completion("1")]
        if self.how == "type":
            return [Completion(17) for _ in requests]  # type: ignore[arg-type]  # what a careless policy does
        return [Completion.failed("refused") for _ in requests]


@pytest.mark.parametrize("how", ["raise", "few", "type", "rows"])
def test_a_failing_policy_gives_rows_with_errors_and_no_verdict(tmp_path: Path, how: str) -> None:
    """Errors are counted apart, enter no mean, and are asked for again only on request."""
    summary = run(Failing(how), tmp_path)
    assert (summary.errors, summary.judged, summary.reward.tasks) == (12, 0, 0)
    assert summary.to_json()["reward"]["mean"] is None
    untouched = Answering()
    assert run(untouched, tmp_path).errors == 12
    assert untouched.asked == []
    assert run(Answering(), tmp_path, retry_failed=True).errors == 0


def test_no_verdict_is_counted_apart_and_never_a_zero(tmp_path: Path) -> None:
    """Failures of the infrastructure leave the mean of the others alone."""
    rule = lambda index, sample: "fail" if sample == 0 else index  # noqa: E731  # a one-line rule
    summary = run(Answering(rule), tmp_path)
    assert (summary.no_verdict, summary.judged) == (6, 6)
    assert summary.reward.mean == 1.0
    assert summary.outcomes["NO_VERDICT"] == 6
    assert summary.pass_at[2].tasks == 0


def test_a_checker_that_breaks_on_one_response_costs_one_verdict(tmp_path: Path) -> None:
    """The rest of the batch is judged, and the report names the task."""
    problems: list[str] = []
    rule = lambda index, sample: "break" if (index, sample) == (1, 0) else index  # noqa: E731  # as above
    summary = run(Answering(rule), tmp_path, problem=problems.append)
    assert (summary.no_verdict, summary.judged, summary.reward.mean) == (1, 11, 1.0)
    assert "fresh/3/1" in problems[0]


@pytest.mark.parametrize(
    "text",
    ["\ud800 lone", "\x00\x1b[2J", "x" * 10_000_000, '"}\n{"task_id": "forged"}'],
    ids=["surrogate", "control", "long", "forged"],
)
def test_any_response_survives_the_record(tmp_path: Path, text: str) -> None:
    """Lone surrogates, control characters, 10 MB and forged rows are kept as they are."""
    run(Answering(lambda index, sample: text), tmp_path, n=1, k=1)
    rows = read_rows(tmp_path / "transcripts.jsonl", refuse)
    assert [row.response for row in rows.values()] == [text]


def test_unknown_policy_split_and_counts_are_refused(tmp_path: Path) -> None:
    """The message names the nearest valid name."""
    with pytest.raises(UnknownEnv, match="did you mean 'oracle'"):
        run("oracel", tmp_path)
    with pytest.raises(RlvrError, match="at least 1"):
        run(Answering(), tmp_path, n=0)


def test_progress_counts_to_the_end(tmp_path: Path) -> None:
    """It starts with what is there and ends with all rows."""
    seen: list[tuple[int, int]] = []
    run(Answering(), tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 12), (4, 12), (8, 12), (12, 12)]
