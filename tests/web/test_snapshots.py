"""Counts of runs, kept until the run is written to again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from passatk.errors import DataError
from passatk.store import ProblemCounts, Run, Store
from passatk.web.snapshots import Snapshot, Snapshots

from .examples import PROBLEMS, benchmark, judge, results
from .waiting import Clock


@pytest.fixture
def snapshots(store: Store, clock: Clock) -> Iterator[Snapshots]:
    made = Snapshots(store, clock)
    yield made
    made.close()


@pytest.fixture
def run(store: Store) -> Run:
    """A run of which nothing is judged."""
    attempts = [attempt for attempt, _ in results(0)]
    return store.begin_run("own", benchmark(), {"settings": {}}, attempts)


def counting(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the runs that are counted from now on."""
    counted: list[str] = []
    counts = store.counts

    def count(run: Run) -> list[ProblemCounts]:
        counted.append(run.name)
        return counts(run)

    monkeypatch.setattr(store, "counts", count)
    return counted


def fresh(snapshots: Snapshots) -> Snapshot:
    """The snapshot once it is no more stale: it is counted beside those who ask."""
    for _ in range(1000):
        seen, stale = snapshots.of("own")
        if not stale:
            return seen
    raise AssertionError("the run was never counted anew")


def test_a_run_is_counted_once(
    store: Store, snapshots: Snapshots, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it is written to; notes are no writing."""
    counted = counting(store, monkeypatch)
    first, stale = snapshots.of("own")
    store.annotate(run, tags=["x"])
    assert (first, False) == snapshots.of("own")
    assert not stale
    assert ["own"] == counted
    assert snapshots.totals(store.listed())[run.id].attempts == first.attempts == 120
    assert ["own"] == counted


def test_a_run_that_is_written_to(
    store: Store, snapshots: Snapshots, run: Run, clock: Clock
) -> None:
    """It is counted anew, and its estimates are made from the new counts."""
    assert 120 == snapshots.of("own")[0].pending
    assert None is snapshots.of("own")[0].summary
    judge(store, run, PROBLEMS)
    clock.now += 1000.0
    seen = fresh(snapshots)
    assert 0 == seen.pending
    assert seen.summary is not None
    assert ["pass@1", "pass@10"] == [each.metric for each in seen.summary.fixed]


def test_a_rest_after_counting(
    store: Store, snapshots: Snapshots, run: Run, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What took long to count is shown as it was for three times as long."""
    counts = store.counts

    def slowly(run: Run) -> list[ProblemCounts]:
        clock.now += 2.0
        return counts(run)

    monkeypatch.setattr(store, "counts", slowly)
    before, _ = snapshots.of("own")
    counted = counting(store, monkeypatch)
    judge(store, run, 1)
    clock.now += 5.9
    assert (before, True) == snapshots.of("own")
    assert [] == counted
    clock.now += 0.2
    assert before is not fresh(snapshots)
    assert ["own"] == counted


def test_a_run_that_goes(store: Store, snapshots: Snapshots, run: Run) -> None:
    """It is not there any more, whatever was counted; another one of its name is another run."""
    old, _ = snapshots.of("own")
    store.delete_run("own")
    with pytest.raises(DataError, match="no such run"):
        snapshots.of("own")
    store.import_run("own", {}, None, list(results(5))[:10])
    new, stale = snapshots.of("own")
    assert (120, 10, False) == (old.attempts, new.attempts, stale)
