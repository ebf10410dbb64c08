"""Looking into runs."""

from __future__ import annotations

import pytest

from passatk.errors import DataError
from passatk.records import Status, Trust, Verdict
from passatk.store import Outcome, Store, StoredProblem

from .examples import MANIFEST, attempt, attempts, benchmark, judge


@pytest.fixture
def results() -> list[tuple[object, Verdict]]:
    """Interleaved attempts at two problems of three, numbers not in the order they came."""
    return [
        (attempt(1, 1), Verdict(Status.PASSED, Trust.IMPORTED, tests="pp")),
        (attempt(0, 0), Verdict(Status.WRONG_ANSWER, Trust.IMPORTED, tests="pwww")),
        (attempt(1, 0), Verdict(Status.JUDGE_ERROR, Trust.IMPORTED)),
        (attempt(1, 2), Verdict(Status.PASSED, Trust.IMPORTED, score=0.75)),
    ]


def test_counts_cover_every_problem(store: Store, results: list) -> None:  # type: ignore[type-arg]
    """Counts are in benchmark order; a problem without attempts is there with none."""
    run = store.import_run("a", {}, benchmark(), results)
    found = store.counts(run)
    assert [(each.name, each.attempts, each.statuses) for each in found] == [
        ("task/0", 1, {Status.WRONG_ANSWER: 1}),
        ("task/1", 3, {Status.PASSED: 2, Status.JUDGE_ERROR: 1}),
        ("task/2", 0, {}),
    ]
    assert [each.category for each in found] == ["c0", "c1", "c0"]


def test_counts_tell_what_is_pending(store: Store) -> None:
    """Attempts without a status are counted as attempts, under no status."""
    run = store.begin_run("a", benchmark(), MANIFEST, attempts())
    judge(store, run, limit=3)
    assert [each.pending for each in store.counts(run)] == [0, 4, 4]


def test_outcomes_are_ordered_and_graded(store: Store, results: list) -> None:  # type: ignore[type-arg]
    """Outcomes come by problem and number; the score is the share of tests, or the graded one."""
    run = store.import_run("a", {}, benchmark(), results)
    assert [
        Outcome("task/0", 0, Status.WRONG_ANSWER, 0.25, None, None),
        Outcome("task/1", 0, Status.JUDGE_ERROR, None, None, None),
        Outcome("task/1", 1, Status.PASSED, 1.0, None, None),
        Outcome("task/1", 2, Status.PASSED, 0.75, None, None),
    ] == list(store.outcomes(run))


def test_outcomes_of_what_is_not_judged(store: Store) -> None:
    """An attempt that is not judged has neither status nor score."""
    run = store.begin_run("a", benchmark(), MANIFEST, [attempt(0, 0)])
    assert [Outcome("task/0", 0, None, None, None, None)] == list(store.outcomes(run))


def test_attempts_in_file_order_or_by_number(store: Store, results: list) -> None:  # type: ignore[type-arg]
    """A whole run comes in the order it came in, one problem by number."""
    run = store.import_run("a", {}, benchmark(), results)
    assert results == list(store.attempts(run))
    assert [each.number for each, _ in store.attempts(run, "task/1")] == [0, 1, 2]


def test_runs_are_summed_up(store: Store, results: list) -> None:  # type: ignore[type-arg]
    """Each run with its sizes, oldest first."""
    first = store.begin_run("b", benchmark(2), MANIFEST, attempts(problems=2))
    second = store.import_run("a", {}, benchmark(), results)
    store.begin_run("empty", benchmark(1), MANIFEST, [])
    found = store.runs()
    assert [first, second] == [each.run for each in found[:2]]
    assert [(each.problems, each.attempts, each.judged) for each in found] == [
        (2, 8, 0),
        (3, 4, 4),
        (1, 0, 0),
    ]


def test_a_problem_comes_back(store: Store) -> None:
    """A store shows the problem an attempt was made for."""
    run = store.begin_run("a", benchmark(), MANIFEST, [])
    assert store.problem(run, "task/1") == StoredProblem(
        "task/1", "def f1():\n", category="c1", entry_point="f1", language="python"
    )


def test_what_is_not_there_is_an_error(store: Store) -> None:
    """Asking for a problem or an attempt that the run has not says so."""
    run = store.begin_run("a", benchmark(), MANIFEST, attempts())
    with pytest.raises(DataError, match="task/7"):
        store.problem(run, "task/7")
    with pytest.raises(DataError, match="task/7"):
        list(store.attempts(run, "task/7"))
    with pytest.raises(DataError, match="found: 99"):
        store.attempt(run, "task/0", 99)
