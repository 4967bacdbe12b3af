"""The command line: data on standard output, messages on standard error, exit 0, 1 or 2."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

import pytest

import rlvr_gym
from rlvr_gym.cli import main
from tests.conftest import ROOT
from tests.policies.server import Reply, chat_server, completion

MATH, CODE = "rlvr/Math-v0", "rlvr/Code-v0"


class Said(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    """Run a command in this process."""

    def command(*arguments: str | Path) -> Said:
        capsys.readouterr()
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as stop:  # argparse ends the process on wrong usage and on --help
            status = int(stop.code or 0)
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return command


def lines(path: Path, *rows: object) -> Path:
    """Write JSON lines; a string is written as it is."""
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def test_list_names_every_environment(run) -> None:
    """One line each, and as JSON lines."""
    said = run("list")
    assert said.status == 0
    assert {line.split()[0] for line in said.out.splitlines()} == set(rlvr_gym.manifests())
    rows = [json.loads(line) for line in run("list", "--json").out.splitlines()]
    assert {row["id"] for row in rows} == set(rlvr_gym.manifests())


@pytest.mark.parametrize("env_id", [MATH, CODE])
def test_show_shows_a_task_and_never_its_reference(run, env_id: str) -> None:
    """The prompt is there; what only the checker sees is not."""
    said = run("show", env_id, "--split", "train", "--seed", "5", "--index", "3")
    task = rlvr_gym.load(env_id).source.task("train", 5, 3)
    assert said.status == 0
    assert task.prompt.splitlines()[0] in said.out
    assert f"task:       {task.id}" in said.out
    assert repr(task.reference) not in said.out
    assert rlvr_gym.find(env_id).canary not in said.out


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["show", "rlvr/Maths-v0"], "did you mean 'rlvr/Math-v0'"),
        (["show", MATH, "--split", "trian"], "did you mean 'train'"),
        (["show", MATH, "--option", "levle=3"], "did you mean 'level'"),
        (["eval", MATH, "--policy", "oracel", "--out", "x"], "did you mean 'oracle'"),
        (["eval", MATH, "--policy", "http", "--out", "x"], "--base-url"),
        (["eval", MATH, "--policy", "replay", "--out", "x"], "--responses"),
        (["eval", MATH], "--policy"),
        (["show", MATH, "--option", 'split="train"'], "it is set by --split"),
        (["show", MATH, "--option", 'level="3"'], "unknown level '3' of rlvr/Math-v0; did you mean 3 (int)?"),
        (["eval", MATH, "--policy", "http", "--out", "x", "--timeout", "nan"], "above 0 and at most 86400"),
        (["eval", MATH, "--policy", "http", "--out", "x", "--timeout", "soon"], "must be a number"),
        (["eval", MATH, "--policy", "http", "--out", "x", "--temperature", "nan"], "at least 0"),
        (["eval", MATH, "--policy", "http", "--out", "x", "--temperature=-1"], "at least 0"),
        (["eval", MATH, "--policy", "empty", "--out", "x", "--n", "0"], "at least 1"),
        (["evla"], "invalid choice"),
        ([], "COMMAND"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_would_be_right(run, arguments: list[str], hint: str) -> None:
    """The message is on standard error; standard output stays empty."""
    said = run(*arguments)
    assert said.status == 2
    assert said.out == ""
    assert hint in said.err


@pytest.mark.parametrize("command", ["", "eval", "verify", "show", "demo", "recompute", "report", "check"])
def test_help_is_available(run, command: str) -> None:
    """Every command explains itself; the ones with many options by example."""
    said = run(*filter(None, [command]), "--help")
    assert said.status == 0
    assert "usage: rlvr-gym" in said.out
    if command in ("", "eval", "verify", "show"):
        assert "examples:\n  rlvr-gym" in said.out


def test_eval_writes_a_record_that_recompute_confirms(run, tmp_path: Path) -> None:
    """Scores as JSON, a page, and a record without difference; tampering makes recompute fail."""
    out, page = tmp_path / "run", tmp_path / "page.html"
    said = run(
        "eval", CODE, "--policy", "oracle", "--n", "4", "--k", "2", "--out", out, "--json", "--html", page
    )
    assert said.status == 0, said.err
    scores = json.loads(said.out)
    assert (scores["reward"]["mean"], scores["judged"]) == (1.0, 8)
    assert json.loads((out / "scores.json").read_text()) == scores
    assert "rlvr/Code-v0" in page.read_text()
    confirmed = run("recompute", out)
    assert (confirmed.status, confirmed.out) == (0, "")
    (out / "scores.json").write_text((out / "scores.json").read_text().replace('"judged": 8', '"judged": 9'))
    tampered = run("recompute", out)
    assert tampered.status == 1
    assert tampered.out.strip() == "scores.judged: 9 in the record, 8 now"
    report = run("report", out, "--html", tmp_path / "again.html")
    assert report.out.strip() == str(tmp_path / "again.html")


def test_eval_prints_a_table(run, tmp_path: Path) -> None:
    """Policy, interval and outcomes on one line."""
    said = run("eval", CODE, "--policy", "empty", "--n", "5", "--out", tmp_path)
    row = next(line for line in said.out.splitlines() if "empty" in line)
    assert "0.000 [0.000, 0.434]" in row
    assert "5 UNPARSABLE" in row


def test_eval_asks_a_server_and_reports_what_it_could_not_get(run, tmp_path: Path) -> None:
    """A refusing server makes rows with errors and exit 1; --retry-failed asks again."""
    task = rlvr_gym.load(CODE).source.task("fresh", 0, 0)
    right = rlvr_gym.load(CODE).oracle(task)
    command = ["eval", CODE, "--policy", "http", "--model", "stub", "--n", "1", "--retries", "0", "--json"]
    with chat_server(
        lambda number, body: completion(right) if number else Reply({"error": {"message": "too busy"}}, 503)
    ) as served:
        first = run(*command, "--base-url", served.url, "--out", tmp_path)
        assert first.status == 1
        assert json.loads(first.out)["errors"] == 1
        assert "1 of 1 requests got no response; most often: " in first.err
        assert "503 Service Unavailable: too busy" in first.err
        assert "--retry-failed" in first.err
        second = run(*command, "--base-url", served.url, "--out", tmp_path, "--retry-failed")
    assert second.status == 0
    assert json.loads(second.out)["reward"]["mean"] == 1.0


def test_a_server_that_refuses_everything_ends_the_evaluation_at_once(run, tmp_path: Path) -> None:
    """A wrong key: one batch, one message, nothing recorded; with the right model the folder is free."""

    def answer(number: int, body: dict) -> Reply:
        if body["model"] == "right":
            return completion("")
        return Reply({"error": {"message": "Incorrect API key provided", "code": "x"}}, 401)

    command = ["eval", CODE, "--policy", "http", "--n", "20", "--batch", "4", "--json", "--out", tmp_path]
    with chat_server(answer) as served:
        command += ["--base-url", served.url]
        first = run(*command, "--model", "wrong", "--concurrency", "2")
        assert first.status == 1
        assert first.out == ""
        assert "401 Unauthorized: Incorrect API key provided" in first.err
        assert len(served.requests) < 10
        second = run(*command, "--model", "right")
    assert second.status == 0, second.err
    assert json.loads(second.out)["judged"] == 20


def test_ctrl_c_keeps_every_answer_and_ends_soon(tmp_path: Path) -> None:
    """Three answers came, the rest hang: they are kept, the exit is 130, and one line says how to go on."""
    free = threading.Event()

    def answer(number: int, body: dict) -> Reply:
        if number >= 3:
            free.wait(30)
        return completion("")

    command = [sys.executable, "-m", "rlvr_gym.cli", "eval", CODE, "--policy", "http", "--model", "m"]
    record = tmp_path / "transcripts.jsonl"
    with chat_server(answer) as served:
        command += ["--base-url", served.url, "--n", "9", "--out", str(tmp_path), "--concurrency", "3"]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as child:
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                if record.exists() and record.read_bytes().count(b"\n") == 3:
                    break
                time.sleep(0.05)
            start = time.monotonic()
            child.send_signal(signal.SIGINT)
            _, said = child.communicate(timeout=30)
            took = time.monotonic() - start
        free.set()
    assert child.returncode == 130
    assert took < 5
    assert said == (
        f"rlvr-gym: interrupted; 3 of 9 responses are kept in {tmp_path}; run the same command again to go on\n"
    )
    assert record.read_bytes().count(b"\n") == 3


def test_responses_cut_off_at_max_tokens_are_counted_and_told(run, tmp_path: Path) -> None:
    """In the message, the scores, the table and the page; recompute confirms the count."""
    page = tmp_path / "page.html"
    command = ["eval", CODE, "--policy", "http", "--model", "m", "--n", "4", "--out", tmp_path / "r"]
    with chat_server(lambda number, body: completion("x", finish_reason="length")) as served:
        said = run(*command, "--base-url", served.url, "--html", page)
    assert said.status == 0, said.err
    assert "4 of 4 responses were cut off at max tokens; raise --max-tokens" in said.err
    assert "4 cut off" in said.out
    assert json.loads((tmp_path / "r" / "scores.json").read_text())["cut_off"] == 4
    assert ">cut off</th>" in page.read_text()
    assert run("recompute", tmp_path / "r").status == 0


def test_a_key_variable_that_is_named_but_not_set_is_told(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A typo in the name would otherwise look like a wrong key."""
    monkeypatch.delenv("MY_KEY", raising=False)
    command = ["eval", CODE, "--policy", "http", "--model", "m", "--n", "1", "--api-key-env", "MY_KEY"]
    with chat_server(lambda number, body: completion("")) as served:
        said = run(*command, "--base-url", served.url, "--out", tmp_path)
    assert "MY_KEY is not set" in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["eval", CODE, "--policy", "empty", "--n", "1", "--out", "{file}"],
        ["eval", CODE, "--policy", "empty", "--n", "1", "--out", "{file}/below"],
        ["eval", CODE, "--policy", "empty", "--n", "1", "--out", "/proc/none"],
        ["eval", CODE, "--policy", "empty", "--n", "1", "--out", "/dev/null"],
        ["eval", CODE, "--policy", "empty", "--n", "1", "--out", "{new}", "--html", "{file}/page.html"],
        ["eval", CODE, "--policy", "empty", "--n", "1", "--out", "{new}", "--html", "{folder}"],
        ["demo", "--n", "1", "--out", "{file}"],
    ],
)
def test_a_place_that_cannot_be_written_is_named_before_any_work(
    run, arguments: list[str], tmp_path: Path
) -> None:
    """One line, exit 1, no record."""
    (tmp_path / "file").write_text("kept")
    places = {"file": tmp_path / "file", "new": tmp_path / "new", "folder": tmp_path}
    said = run(*(argument.format(**places) for argument in arguments))
    assert said.status == 1
    assert "cannot write the" in said.err
    assert not (tmp_path / "new").exists()
    assert (tmp_path / "file").read_text() == "kept"


def test_a_page_cannot_be_written_over_a_folder(run, tmp_path: Path) -> None:
    """`report` says so in one line."""
    assert run("eval", CODE, "--policy", "empty", "--n", "1", "--out", tmp_path / "r").status == 0
    said = run("report", tmp_path / "r", "--html", tmp_path)
    assert said.status == 1
    assert f"cannot write the page {tmp_path}" in said.err


def test_show_lists_the_options_that_messages_send_people_to(run) -> None:
    """Name and default, the environment's own alone."""
    options = next(line for line in run("show", MATH).out.splitlines() if line.startswith("options:"))
    assert "level=None" in options
    assert "limits" not in options


def test_a_flood_of_bad_rows_is_cut_short(run, tmp_path: Path) -> None:
    """Ten messages, then how many more there were."""
    rows = lines(tmp_path / "tasks.jsonl", *[{"id": f"x{n}"} for n in range(300)], calls_row(1))
    said = run("show", CODE, "--data", rows)
    assert said.status == 0, said.err
    assert len(said.err.splitlines()) == 11
    assert "and 290 more like" in said.err.splitlines()[-1]


def test_an_environment_outside_the_package_is_registered_by_its_manifest(tmp_path: Path) -> None:
    """With its folder in PYTHONPATH it is there; without, the message says what is missing."""
    (tmp_path / "toyenv.py").write_text(
        "from tests.evaluation.subjects import echo_subject\n"
        "def domain(*, broken: tuple = ()):\n    return echo_subject(broken).domain\n"
    )
    texts = {"id": "lab/Echo-v0", "entry": "toyenv:domain", "title": "t", "licence": "l", "provenance": "p"}
    manifest = tmp_path / "env.toml"
    manifest.write_text("".join(f'{k} = "{v}"\n' for k, v in {**texts, "canary": "c"}.items()))
    command = [sys.executable, "-m", "rlvr_gym.cli", "show", "lab/Echo-v0", "--manifest", str(manifest)]
    for path, status, message in ((str(tmp_path), 0, ""), ("", 1, "toyenv must be importable")):
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=60,
            check=False,
            env={**os.environ, "PYTHONPATH": path},
        )
        assert done.returncode == status, done.stderr
        assert message in done.stderr
        assert ("options:    broken=()" in done.stdout) == (status == 0)


def test_a_reader_of_verdicts_that_stops_early_is_not_the_file_s_fault(tmp_path: Path) -> None:
    """`verify | head -1` ends quietly."""
    tasks = lines(tmp_path / "tasks.jsonl", calls_row(1))
    responses = lines(tmp_path / "r.jsonl", *[{"task_id": "add/1", "response": ""}] * 3)
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "rlvr_gym.cli", "verify", CODE, "--tasks", str(tasks), "--responses"]
    done = subprocess.run(
        [*command, str(responses)], stdout=writer, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_standard_output_on_a_full_disk_is_one_line() -> None:
    """`rlvr-gym list > FILE` where there is no room left."""
    command = [sys.executable, "-m", "rlvr_gym.cli", "list"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT, timeout=60, check=False
        )
    assert done.returncode == 1
    assert done.stderr == "rlvr-gym: cannot write: No space left on device\n"


def test_verify_says_that_a_file_holds_no_response(run, tmp_path: Path) -> None:
    """An empty file is no success."""
    tasks = lines(tmp_path / "tasks.jsonl", calls_row(1))
    said = run("verify", CODE, "--tasks", tasks, "--responses", lines(tmp_path / "r.jsonl", ""))
    assert (said.status, said.out) == (1, "")
    assert "r.jsonl holds no response" in said.err


def test_data_may_move_between_runs_and_before_a_recompute(run, tmp_path: Path) -> None:
    """The content decides, not the path; where the file is gone, the message names --data."""
    old = lines(tmp_path / "old.jsonl", calls_row(1), calls_row(2))
    command = ["eval", CODE, "--policy", "empty", "--n", "2", "--out", tmp_path / "r"]
    assert run(*command, "--data", old).status == 0
    new = old.rename(tmp_path / "new.jsonl")
    resumed = run(*command, "--data", new)
    assert resumed.status == 0, resumed.err
    lost = run("recompute", tmp_path / "r")
    assert lost.status == 1
    assert "--data FILE" in lost.err
    assert run("recompute", tmp_path / "r", "--data", new).status == 0


def calls_row(number: int) -> dict[str, object]:
    """Return a task row: add a number."""
    calls = [{"args": [n], "kwargs": {}, "expected": n + number} for n in range(3)]
    return {"id": f"add/{number}", "prompt": f"Add {number}.", "entry_point": "add", "calls": calls}


def program(number: int) -> str:
    """Return a response that adds a number."""
    return f"```python\ndef add(n):\n    return n + {number}\n```"


def test_verify_judges_rows_in_order(run, tmp_path: Path) -> None:
    """One verdict a line on standard output, nothing else."""
    tasks = lines(tmp_path / "tasks.jsonl", *map(calls_row, range(1, 4)))
    answers = [("add/3", program(3)), ("add/1", program(2)), ("add/2", ""), ("add/1", program(1))]
    responses = lines(tmp_path / "r.jsonl", *({"task_id": t, "response": r} for t, r in answers))
    said = run("verify", CODE, "--tasks", tasks, "--responses", responses)
    verdicts = [json.loads(line) for line in said.out.splitlines()]
    assert said.status == 0, said.err
    assert [row["task_id"] for row in verdicts] == [task_id for task_id, _ in answers]
    assert [row["outcome"] for row in verdicts] == ["CORRECT", "WRONG", "UNPARSABLE", "CORRECT"]
    assert [row["reward"] for row in verdicts] == [1.0, 0.0, 0.0, 1.0]
    assert all(isinstance(row["feedback"], str) for row in verdicts)


def test_verify_reports_bad_rows_by_file_and_line_and_goes_on(run, tmp_path: Path) -> None:
    """Each bad row is one message; the good rows get their verdicts; the exit status is 1."""
    tasks = lines(tmp_path / "tasks.jsonl", calls_row(1), calls_row(2))
    path = lines(
        tmp_path / "r.jsonl",
        {"task_id": "add/1", "response": program(1)},
        "{torn",
        {"task_id": "add/1"},
        {"response": "x"},
        {"task_id": "add/1", "response": 7},
        {"task_id": "add/11", "response": "x"},
        "[1]",
        "",
        '{"task_id": "add/2", "response": "\\ud800"}',
        {"task_id": "add/2", "response": "x" * 10_000_000},
        {"task_id": "add/2", "response": program(2)},
    )
    said = run("verify", CODE, "--tasks", tasks, "--responses", path)
    assert said.status == 1
    outcomes = [json.loads(line)["outcome"] for line in said.out.splitlines()]
    assert outcomes == ["CORRECT", "UNPARSABLE", "UNPARSABLE", "CORRECT"]
    messages = [line for line in said.err.splitlines() if str(path) in line]
    assert [message.split(f"{path}:")[1].split(":")[0] for message in messages] == list("234567")
    assert "did you mean 'add/1'" in messages[4]
    assert "must be a string, not int" in messages[3]


def test_verify_takes_procedural_tasks_and_standard_input(tmp_path: Path) -> None:
    """Without --tasks the ids are those of the environment; - reads a pipe."""
    domain = rlvr_gym.load(CODE)
    task = domain.source.task("public", 1, 0)
    row = json.dumps({"task_id": task.id, "response": domain.oracle(task)})
    command = [sys.executable, "-m", "rlvr_gym.cli", "verify", CODE, "--responses", "-"]
    done = subprocess.run(
        command, input=row, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "CORRECT"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["verify", CODE, "--responses", "absent.jsonl"], "absent.jsonl"),
        (["verify", CODE, "--tasks", "absent.jsonl", "--responses", "-"], "absent.jsonl"),
        (["recompute", "absent"], "manifest.json"),
        (["report", "absent"], "manifest.json"),
        (["show", CODE, "--data", "absent.jsonl"], "absent.jsonl"),
    ],
)
def test_missing_files_are_named_and_exit_with_1(run, arguments: list[str], message: str) -> None:
    """One line, no traceback."""
    said = run(*arguments)
    assert said.status == 1
    assert message in said.err
    assert "Traceback" not in said.err


def test_bad_task_rows_are_reported_and_the_good_ones_evaluated(run, tmp_path: Path) -> None:
    """An evaluation keeps what it has and goes on."""
    tasks = lines(tmp_path / "tasks.jsonl", calls_row(1), "{torn", {"id": "x"}, calls_row(2))
    said = run("eval", CODE, "--policy", "empty", "--data", tasks, "--out", tmp_path / "o", "--json")
    assert said.status == 0
    assert json.loads(said.out)["tasks"] == 2
    for line in (2, 3):
        assert f"{tasks}:{line}" in said.err


def test_demo_shows_that_only_the_oracle_is_paid(run, tmp_path: Path) -> None:
    """Two environments, six policies, a page and records; the seed makes it repeatable."""
    said = run("demo", "--n", "6", "--seed", "7", "--out", tmp_path)
    assert said.status == 0, said.err
    base = tmp_path / "seed-7"
    scores = {
        p.parent.parent.name + ":" + p.parent.name: json.loads(p.read_text())
        for p in base.rglob("scores.json")
    }
    assert len(scores) == 12
    for name, score in scores.items():
        mean = score["reward"]["mean"]
        assert mean == 1.0 if name.endswith(":oracle") else mean <= 0.5, name
        if name.endswith((":hedger", ":empty", ":cheat")):
            assert mean == 0.0, name
    assert "copy-the-example" in said.out
    assert (tmp_path / "report.html").stat().st_size > 5_000


def test_a_reader_that_stops_early_causes_no_traceback() -> None:
    """`rlvr-gym list | head -c 1` ends quietly."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-u", "-m", "rlvr_gym.cli", "list"]
    done = subprocess.run(
        command, stdout=writer, stderr=subprocess.PIPE, text=True, cwd=ROOT, timeout=60, check=False
    )
    os.close(writer)
    assert done.returncode == 1
    assert done.stderr == ""


def test_the_version_is_that_of_the_package(run) -> None:
    """One number on standard output."""
    assert run("--version").out.strip() == rlvr_gym.__version__
