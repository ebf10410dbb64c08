"""Counts and estimates of runs, kept until the run is written to again.

Counting a million attempts takes longer than a page may. So a page gets what was counted last,
and a run that has changed is counted anew beside it: at once where that is quick, and else in the
background, one run at a time and never more than a share of the time. ``stale`` says which it is.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, replace
from functools import cached_property

from passatk.errors import PassatkError
from passatk.records import Status
from passatk.report.chained import summary_of
from passatk.report.summary import Summary
from passatk.stats import Estimate
from passatk.store import ListedRun, ProblemCounts, Run, Store

_KEPT = 48  # runs whose counts by problem stay in memory
_PATIENCE_SECONDS = 0.05  # what a page waits for fresh counts before it takes the last ones
_REST = 3.0  # after counting, so many times as long nothing is counted


@dataclass(frozen=True)
class Snapshot:
    """A run as it was when it was counted.

    ``summary`` is what ``passatk show`` prints; it is None where there is no estimate, and
    ``trouble`` then says why.
    """

    run: Run
    revision: int | None
    counts: tuple[ProblemCounts, ...]
    summary: Summary | None = None
    trouble: str | None = None

    @property
    def subject(self) -> tuple[object, ...]:
        """What tells the run from others; the id of a deleted run may come again."""
        return self.run.id, self.run.name, self.run.created

    @property
    def state(self) -> str:
        """What tells this state of the run from others."""
        return f"{self.revision}-{self.attempts}-{self.judged}"

    @property
    def key(self) -> tuple[object, ...]:
        return *self.subject, self.state

    @cached_property
    def statuses(self) -> dict[Status, int]:
        """The statuses that occur, in the order of their set."""
        total: Counter[Status] = Counter()
        for each in self.counts:
            total.update(each.statuses)
        return {each: total[each] for each in Status if total[each]}

    @cached_property
    def attempts(self) -> int:
        return sum(each.attempts for each in self.counts)

    @cached_property
    def judged(self) -> int:
        return sum(self.statuses.values())

    @property
    def known(self) -> int:
        """Attempts with a result; the judge's own errors are none."""
        return self.judged - self.statuses.get(Status.JUDGE_ERROR, 0)

    @property
    def pending(self) -> int:
        return self.attempts - self.judged

    @cached_property
    def by_name(self) -> dict[str, ProblemCounts]:
        return {each.name: each for each in self.counts}


@dataclass(frozen=True, slots=True)
class Totals:
    """What a list of runs shows of one.

    ``headline`` is pass@1, or what one chain achieves; None while there is no estimate.
    """

    revision: int | None
    problems: int
    attempts: int
    judged: int
    statuses: Mapping[Status, int]
    headline: Estimate | None


class Snapshots:
    """Snapshots of the runs of a store, shared by all requests."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, Snapshot] = OrderedDict()
        self._totals: dict[int, Totals] = {}
        self._counting: dict[int, Future[Snapshot]] = {}
        self._rest_until: dict[int, float] = {}
        self._workers = ThreadPoolExecutor(2, thread_name_prefix="counting")

    def close(self) -> None:
        self._workers.shutdown(wait=False, cancel_futures=True)

    def of(self, name: str) -> tuple[Snapshot, bool]:
        """The snapshot of a run, and whether the run has been written to since.

        Raises:
            DataError: no run of that name.
        """
        run = self._store.run(name)
        revision = self._store.state(run.id).revision
        with self._lock:
            kept = self._kept.get(run.id)
            if kept is not None:
                self._kept.move_to_end(run.id)
                if revision is not None and kept.revision == revision:
                    return kept, False
                if self._clock() < self._rest_until.get(run.id, 0.0):
                    return kept, True
        counting = self._begin(run.id, name)
        try:
            fresh = counting.result(None if kept is None else _PATIENCE_SECONDS)
        except NotYet:
            assert kept is not None
            return kept, True
        return fresh, revision is not None and fresh.revision != revision

    def totals(self, runs: Sequence[ListedRun], patience: float = 0.1) -> dict[int, Totals]:
        """What is known of these runs; those that take long to count are left out at first."""
        started = []
        with self._lock:
            for each in runs:
                known = self._totals.get(each.id)
                fresh = known and known.revision == each.state.revision is not None
                if not fresh and self._clock() >= self._rest_until.get(each.id, 0.0):
                    started.append(each)
        waiting = [self._begin(each.id, each.name) for each in started]
        wait(waiting, timeout=patience)
        with self._lock:
            return {each.id: self._totals[each.id] for each in runs if each.id in self._totals}

    def _begin(self, run_id: int, name: str) -> Future[Snapshot]:
        """Count a run in the background, unless it is being counted already."""
        with self._lock:
            counting = self._counting.get(run_id)
            if counting is None:
                counting = self._workers.submit(self._count, run_id, name)
                self._counting[run_id] = counting
        return counting

    def _count(self, run_id: int, name: str) -> Snapshot:
        started = self._clock()
        try:
            run = self._store.run(name)
            revision = self._store.state(run.id).revision  # before: what comes later is stale
            made = self._summed_up(Snapshot(run, revision, tuple(self._store.counts(run))))
            totals = _totals(made)
        finally:
            with self._lock:
                self._counting.pop(run_id, None)
        with self._lock:
            now = self._clock()
            self._rest_until[run.id] = now + _REST * (now - started)
            self._totals[run.id] = totals
            self._kept[run.id] = made
            self._kept.move_to_end(run.id)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made

    def _summed_up(self, made: Snapshot) -> Snapshot:
        try:
            summary = summary_of(self._store, made.run, made.counts)
        except PassatkError as error:
            return replace(made, trouble=str(error))
        return replace(made, summary=summary)


def _totals(made: Snapshot) -> Totals:
    estimates = made.summary.estimates if made.summary else ()
    return Totals(
        made.revision,
        len(made.counts),
        made.attempts,
        made.judged,
        made.statuses,
        # Chains are estimated after their first step and after all: the last is what they achieve.
        next((each for each in reversed(estimates) if each.k == 1), None),
    )
