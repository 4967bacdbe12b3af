"""The page shows what was measured, escapes everything, and needs nothing from elsewhere."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rlvr_gym.errors import BadTask
from rlvr_gym.evaluation.report import load_record, render, write_report
from rlvr_gym.evaluation.runner import evaluate
from tests.evaluation.subjects import ENV_ID, Answering, echo_subject

_HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m\ud800{{ 7*7 }}"
_VOID = {"meta", "link", "br", "img", "hr", "input"}


class Balance(HTMLParser):
    """Checks that every element that opens also closes, and collects tags and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def page_of(tmp_path: Path, **rules: object) -> str:
    """Render one record for each named rule."""
    records = []
    for name, rule in rules.items():
        policy = Answering(rule)
        policy.name = name
        evaluate(ENV_ID, policy, n=8, k=2, out=tmp_path / name, subject=echo_subject())
        records.append(load_record(tmp_path / name))
    return render(records, title="A <title>")


def test_hostile_transcripts_are_escaped(tmp_path: Path) -> None:
    """No tag, no attribute and no template expression of a response comes to life."""
    page = page_of(tmp_path, hostile=lambda index, sample: _HOSTILE)
    parsed = Balance()
    parsed.feed(page)
    assert parsed.open == []
    assert not parsed.tags & {"script", "img", "iframe", "object", "base", "form"}
    assert not [name for name, _ in parsed.attributes if name.startswith("on")]
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ 7*7 }}" in page
    assert "\\x1b[31m\\ud800" in page


def test_the_page_is_self_contained(tmp_path: Path) -> None:
    """No address, no import, no source outside the page."""
    page = page_of(tmp_path, right=lambda index, sample: index, wrong=lambda index, sample: "x")
    assert not re.search(r"""(?:src|href)\s*=|url\(|@import|https?://""", page)
    assert "default-src 'none'" in page


def test_the_plots_show_means_intervals_and_outcomes(tmp_path: Path) -> None:
    """Bars end at the means, whiskers at the bounds; stacks fill the width; the legend names what occurs."""
    page = page_of(
        tmp_path,
        right=lambda index, sample: index,
        mixed=lambda index, sample: index if index < 4 else ("" if sample else "x"),
    )
    svgs = [ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]
    assert len(svgs) == 2
    bars = [rect.get("width") for rect in svgs[0].iter("rect") if rect.get("class") == "bar"]
    assert bars == ["100.000%", "50.000%"]
    low, high = load_record(tmp_path / "mixed").summary.reward[1:3]
    lines = [line for line in svgs[0].iter("line") if line.get("class") == "whisker"]
    whiskers = [(line.get("x1"), line.get("x2")) for line in lines]
    assert (f"{100 * low:.3f}%", f"{100 * high:.3f}%") in whiskers
    shares = [float(str(rect.get("width"))[:-1]) for rect in svgs[1].iter("rect")]
    assert shares == [100.0, 50.0, 25.0, 25.0]
    legend = re.findall(r"<li><i [^>]*></i>(\w+)</li>", page)
    assert legend == ["CORRECT", "WRONG", "UNPARSABLE"]
    assert re.search(r'<th scope="row">even</th>\s*<td[^>]*>1\.00</td>\s*<td[^>]*>0\.50</td>', page)


def test_records_of_different_draws_never_share_a_plot(tmp_path: Path) -> None:
    """Each draw has its own section, which says how many tasks it had."""
    records = []
    for n in (3, 5):
        evaluate(ENV_ID, Answering(), n=n, out=tmp_path / str(n), subject=echo_subject())
        records.append(load_record(tmp_path / str(n)))
    page = render(records)
    assert page.count(f"<h2>{ENV_ID}") == 2
    assert "3 tasks of split fresh" in page
    assert "5 tasks of split fresh" in page


def test_two_records_of_one_policy_have_names_that_tell_them_apart(tmp_path: Path) -> None:
    """By their settings where those differ, else by their folders; a lone record keeps its name."""
    records = []
    for folder, settings in (("a", {"temperature": 0.2}), ("b", {"temperature": 1.0}), ("c", {})):
        policy = Answering()
        policy.name = "lone" if folder == "c" else "model"
        policy.settings = settings  # type: ignore[attr-defined]  # as policies with settings have them
        evaluate(ENV_ID, policy, n=3, out=tmp_path / folder, subject=echo_subject())
        records.append(load_record(tmp_path / folder))
    page = render(records)
    for name in ("model (temperature 0.2)", "model (temperature 1.0)", "lone"):
        assert f'<th scope="row">{name}</th>' in page
    page = render([records[0], replace(records[0], folder="elsewhere")])
    assert '<th scope="row">model (elsewhere)</th>' in page


def test_rows_without_verdict_are_shown_as_such(tmp_path: Path) -> None:
    """A record in which nothing was judged has no mean, and its page says so."""
    page = page_of(tmp_path, fallen=lambda index, sample: "fail")
    assert "nothing judged" in page
    assert "NO_VERDICT" in page
    assert ">nan" not in page.lower()


def test_long_texts_are_cut_and_the_cut_is_told(tmp_path: Path) -> None:
    """A 10 MB response does not make a 10 MB page."""
    page = page_of(tmp_path, long=lambda index, sample: "y" * 10_000_000)
    assert "more characters]" in page
    assert len(page) < 100_000


def test_a_report_needs_a_record(tmp_path: Path) -> None:
    """Without one, or with a folder that holds none, the message says what is missing."""
    with pytest.raises(BadTask, match="at least one record"):
        render([])
    with pytest.raises(BadTask, match=r"manifest\.json"):
        load_record(tmp_path)


def test_the_page_is_written_where_asked(tmp_path: Path) -> None:
    """Missing folders are made."""
    evaluate(ENV_ID, Answering(), n=2, out=tmp_path / "r", subject=echo_subject())
    path = write_report([load_record(tmp_path / "r")], tmp_path / "deep" / "page.html")
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
