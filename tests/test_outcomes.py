"""From the counts of a store to outcomes: what missing results and unequal numbers mean."""

from dataclasses import dataclass
from pathlib import Path

import pytest

import passatk as pk
from passatk import outcomes
from passatk.errors import DataError, PassatkError, StoreError
from passatk.outcomes import from_counts
from passatk.records import Attempt, Status, Verdict
from passatk.report.summary import summarize
from passatk.stats import StopAtSuccess
from passatk.store import Outcome, ProblemCounts, open_store


@dataclass
class Run:
    """As much of a run as a summary reads."""

    name: str = "run"
    benchmark: str | None = None
    manifest: dict = None

    def __post_init__(self) -> None:
        self.manifest = {}


def counts(*problems: dict[Status, int], pending: int = 0) -> list[ProblemCounts]:
    return [
        ProblemCounts(f"p{i}", None, None, None, sum(each.values()) + pending, each)
        for i, each in enumerate(problems)
    ]


PASSED, WRONG, ERROR = Status.PASSED, Status.WRONG_ANSWER, Status.JUDGE_ERROR


def test_missing_verdicts_are_independent_of_results() -> None:
    """Ten attempts each, some of which could not be judged: estimated, and marked."""
    known = from_counts(counts({PASSED: 4, WRONG: 6}, {PASSED: 1, WRONG: 6, ERROR: 3}))
    assert known.outcomes.stopping == "independent"
    assert known.outcomes.n.tolist() == [10, 7]
    assert known.judge_errors == 3
    summary = summarize(Run(), counts({PASSED: 4, WRONG: 6}, {PASSED: 1, WRONG: 6, ERROR: 3}))
    assert [each.metric for each in summary.estimates] == ["pass@1"]
    assert "unequal-n" in [caveat.code for caveat in summary.estimates[0].warnings]


def test_unequal_numbers_of_attempts_need_a_word() -> None:
    """Without, no pass@k: a note by default, an error where a k was asked for."""
    unequal = counts({PASSED: 1}, {WRONG: 9, PASSED: 1})
    assert from_counts(unequal).unexplained
    summary = summarize(Run(), unequal)
    assert summary.estimates == []
    assert "1 to 10 attempts; say what ended them with --stopping" in summary.notes[0]
    with pytest.raises(DataError, match="nothing says why"):
        summarize(Run(), unequal, (1,))
    (one,) = summarize(Run(), unequal, (1,), stopping="independent").estimates
    assert one.value == pytest.approx(0.55)


def test_the_rule_that_ended_attempts_is_used() -> None:
    """First pass or ten attempts: every k up to ten is known."""
    ended = counts({PASSED: 1}, {WRONG: 9, PASSED: 1}, {WRONG: 10})
    summary = summarize(Run(), ended, stopping="1/10")
    assert [each.value for each in summary.estimates] == pytest.approx([1 / 3, 2 / 3])
    with pytest.raises(DataError, match="was not stopped by"):
        from_counts(ended, "1/20")


def test_stopping_in_words() -> None:
    """independent, or R/CAP; anything else is refused."""
    assert outcomes.parse_stopping(None) is None
    assert outcomes.parse_stopping("independent") == "independent"
    assert outcomes.parse_stopping("2/50") == StopAtSuccess(2, 50)
    for text in ("first", "1/", "1-50", "/5", ""):
        with pytest.raises(PassatkError, match="not a stopping rule"):
            outcomes.parse_stopping(text)


def related(*clusters: str | None) -> list[ProblemCounts]:
    """Ten attempts at each of as many problems as there are clusters."""
    return [
        ProblemCounts(f"p{i}", None, None, each, 10, {PASSED: i % 11, WRONG: 10 - i % 11})
        for i, each in enumerate(clusters)
    ]


def test_clusters_of_a_benchmark_reach_the_statistics() -> None:
    """Families are taken together, problems without one stand alone, and the summary says so."""
    together = related(*[name for name in "abcdef" for _ in range(3)], None, None)
    known = from_counts(together).outcomes
    assert known.clusters[:4] == ("a", "a", "a", "b")
    assert len(set(known.clusters)) == 8
    summary = summarize(Run(), together, (1,))
    assert "few-clusters" in [caveat.code for caveat in summary.estimates[0].warnings]
    assert any("intervals are for 8 clusters (CR2)" in note for note in summary.notes)
    alone = summarize(Run(), related(*[None] * 20), (1,))
    assert summary.estimates[0].high - summary.estimates[0].low > (
        alone.estimates[0].high - alone.estimates[0].low
    )
    assert summary.fixed == alone.fixed


def test_clusters_that_say_nothing() -> None:
    """None shared: independent problems. One for all: independent too, and a note."""
    assert from_counts(related("a", "b", "c", None)).outcomes.clusters is None
    every = related("a", "a", "a")
    assert from_counts(every).outcomes.clusters is None
    assert any("all problems are of cluster 'a'" in note for note in summarize(Run(), every).notes)


def test_rows_have_clusters_too() -> None:
    """As the counts, for what needs the order of attempts."""
    rows = [Outcome(f"p{i}", j, PASSED, None, None, None) for i in range(3) for j in range(2)]
    clusters = {"p0": "a", "p1": "a", "p2": None}
    assert outcomes.from_rows(rows).outcomes.clusters is None
    assert outcomes.from_rows(rows, clusters=clusters).outcomes.clusters == (
        *("a", "a"),
        "p2 (alone)",
    )


def test_a_summary_has_intervals_for_both_targets() -> None:
    """The same values; those for this benchmark run again are narrower."""
    summary = summarize(Run(), related(*[None] * 20), (1, 10))
    assert [each.target for each in summary.estimates] == ["superpopulation"] * 2
    assert [each.target for each in summary.fixed] == ["fixed"] * 2
    for new, same in zip(summary.estimates, summary.fixed, strict=True):
        assert new.value == pytest.approx(same.value, abs=1e-12)
        assert new.low < same.low < same.high < new.high
    assert summary.to_dict()["fixed"][0]["method"] == "eb-variance"


def test_the_recorded_rule_holds_until_another_is_given() -> None:
    """What the manifest says is used by itself; the option goes before it."""
    ended = counts({PASSED: 1}, {WRONG: 9, PASSED: 1}, {WRONG: 10})
    recorded = Run()
    recorded.manifest["stopping"] = "1/10"
    summary = summarize(recorded, ended)
    assert [each.value for each in summary.estimates] == pytest.approx([1 / 3, 2 / 3])
    assert summary.fixed == []
    assert any("ended with pass 1 or at 10" in note for note in summary.notes)
    asserted = summarize(recorded, ended, stopping="independent")
    assert [each.metric for each in asserted.estimates] == ["pass@1"]


def test_a_run_is_loaded_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the store named, from the environment's, or from that of the working directory."""
    path = tmp_path / "passatk.db"
    passed, failed = Verdict(Status.PASSED), Verdict(Status.WRONG_ANSWER)
    results = [
        (Attempt(f"p{problem}", number, "x", "x"), passed if number < problem else failed)
        for problem in range(3)
        for number in range(4)
    ]
    with open_store(path) as store:
        store.import_run("mine", {}, None, results)
    monkeypatch.setenv("PASSATK_STORE", str(tmp_path / "other.db"))
    assert [0, 1, 2] == pk.load("mine", str(path)).c.tolist()
    with pytest.raises(StoreError, match="no store"):
        pk.load("mine")
    monkeypatch.setenv("PASSATK_STORE", str(path))
    assert [4, 4, 4] == pk.load("mine").n.tolist()
    monkeypatch.delenv("PASSATK_STORE")
    monkeypatch.chdir(tmp_path)
    assert ("p0", "p1", "p2") == tuple(pk.load("mine").problems or ())
    with pytest.raises(DataError, match="yours"):
        pk.load("yours")
