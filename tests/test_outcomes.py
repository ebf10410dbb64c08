"""From the counts of a store to outcomes: what missing results and unequal numbers mean."""

from dataclasses import dataclass

import pytest

from passatk import outcomes
from passatk.errors import DataError, PassatkError
from passatk.outcomes import from_counts
from passatk.records import Status
from passatk.report.summary import summarize
from passatk.stats import StopAtSuccess
from passatk.store import ProblemCounts


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
