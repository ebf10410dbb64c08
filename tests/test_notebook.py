"""What notebooks show of our objects, and the data frames that come out of them."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest

import passatk as pk
from passatk.analysis.finding import Finding
from passatk.errors import MissingExtra, PassatkError
from passatk.records import Status
from passatk.report.summary import Summary
from passatk.stats.comparison import rank_sets
from passatk.store import Run, RunSummary

EVIL = "<script>alert(1)</script>\x1b[2J\u202e"


def cells(shown: Any) -> list[str]:
    """The texts of an object's HTML, which holds tables and nothing else."""
    found: list[str] = []
    tags: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert [] == attrs
            tags.add(tag)

        def handle_data(self, data: str) -> None:
            found.append(data)

    html = shown._repr_html_()
    Reader().feed(html)
    assert tags <= {"table", "caption", "thead", "tbody", "tr", "th", "td", "div", "b"}
    assert "\x1b" not in html
    assert "\u202e" not in html
    return found


@pytest.fixture
def outcomes() -> pk.Outcomes:
    return pk.Outcomes.from_counts(10, [0, 3, 9, 10] * 10)


def test_estimates(outcomes: pk.Outcomes) -> None:
    """A list of them is a table; each alone is one too."""
    found = pk.estimate(outcomes, k=(1, 5))
    assert ["pass@1", "0.550", "[0.415, 0.680]", "problems like these"] == cells(found)[7:11]
    assert "pass@5" in cells(found)
    assert "pass@5" not in cells(found[0])
    assert [found[0], found[1]] == found


def test_comparisons(outcomes: pk.Outcomes) -> None:
    """The result line as a table."""
    other = pk.Outcomes.from_counts(10, [1, 4, 9, 10] * 10)
    compared = pk.compare(other, outcomes, k=1)
    assert "improved" in cells(compared)
    assert "improved" in cells(compared[0])
    assert "place" in cells(rank_sets({EVIL: outcomes, "b": other}))


def test_outcomes(outcomes: pk.Outcomes) -> None:
    """Sizes, not values."""
    assert {"40", "400", "220", "30"} <= set(cells(outcomes))


def test_findings_and_runs() -> None:
    """Other people's words are text."""
    finding = Finding(EVIL, "found", EVIL, 0.25, EVIL, 0.1, 0.4, p_adjusted=0.01)
    assert any("<script>" in each for each in cells(finding))
    run = Run(1, EVIL, datetime(2026, 1, 2, tzinfo=UTC), EVIL, None, {})
    assert any("<script>" in each for each in cells(run))
    assert "7" in cells(RunSummary(run, 2, 9, {Status.PASSED: 7}))


def test_a_summary(outcomes: pk.Outcomes) -> None:
    """Estimates, statuses and notes."""
    found = pk.estimate(outcomes, k=1)
    summary = Summary(EVIL, None, 40, 400, {Status.PASSED: 220}, found, [], [EVIL], None)
    assert {"pass@1", "passed", "220"} <= set(cells(summary))


@pytest.mark.parametrize("backend", ["polars", "pyarrow"])
def test_frames(outcomes: pk.Outcomes, backend: str) -> None:
    """Columns come out in the library that is asked for."""
    pytest.importorskip("narwhals")
    pytest.importorskip(backend)
    estimates = pk.estimate(outcomes, k=(1, 5)).to_frame(backend)
    assert type(estimates).__module__.partition(".")[0] == backend
    assert ["pass@1", "pass@5"] == list(
        estimates["metric"].to_pylist() if backend == "pyarrow" else estimates["metric"]
    )
    counts = outcomes.to_frame(backend)
    assert (40, 3) == counts.shape
    compared = pk.compare(outcomes, outcomes, k=(1, 2)).to_frame(backend)
    assert 2 == compared.shape[0]
    assert "change_low" in (compared.column_names if backend == "pyarrow" else compared.columns)
    assert 1 == pk.estimate(outcomes, k=1)[0].to_frame(backend).shape[0]


def test_a_frame_of_attempts() -> None:
    """With known order there is a row for each attempt; it reads back as it was."""
    pytest.importorskip("polars")
    known = pk.Outcomes.from_matrix([[True, False], [True, True]], problems=["a", "b"])
    frame = known.to_frame("polars")
    assert ["a", "a", "b", "b"] == frame["problem"].to_list()
    again = pk.Outcomes.from_frame(frame, problem="problem")
    assert known.c.tolist() == again.c.tolist()


def test_without_a_library(outcomes: pk.Outcomes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names what to install."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"passatk\[frames\]"):
        outcomes.to_frame()


def test_an_unknown_library(outcomes: pk.Outcomes) -> None:
    """It says which there are."""
    with pytest.raises(PassatkError, match="polars, pandas, pyarrow"):
        outcomes.to_frame("excel")
