"""Subjects without a store: simulated runs and outcomes that are at hand already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from passatk.analysis.subject import Subject
from passatk.outcomes import RunOutcomes, from_rows
from passatk.records import Status
from passatk.stats import Outcomes
from passatk.store import Measured, Outcome, ProblemCounts, Run

Strata = Mapping[str, tuple[str | None, str | None, str | None]]
"""Category, difficulty and cluster by problem."""


def subject_of(
    outcomes: Outcomes,
    *,
    name: str = "run",
    strata: Strata | None = None,
    manifest: Mapping[str, Any] | None = None,
) -> Subject:
    """Outcomes as the subject of analyses; there are no programs and no verdicts behind them.

    Args:
        outcomes: of a run; where only counts are known, its order is not.
        strata: what is known of the problems.
        manifest: what the run was made with, ``settings`` and ``source`` in particular.

    >>> subject_of(Outcomes.from_matrix([[1, 0], [0, 0]])).seen.outcomes
    Outcomes(problems=2, attempts=4, passed=1)
    """
    rows = [] if outcomes.results is None else list(_rows(outcomes))
    counts = {
        problem: (int(n), int(c))
        for problem, n, c in zip(outcomes.problems, outcomes.n, outcomes.c, strict=True)
    }
    return Subject(
        _run(name, manifest),
        tuple(_counts(problem, *each, strata) for problem, each in counts.items()),
        RunOutcomes(outcomes, judge_errors=0, pending=0, left_out=()),
        lambda: iter(()),
        rows=lambda: iter(rows),
    )


def subject_from_rows(
    rows: Iterable[Outcome],
    *,
    measured: Iterable[Measured] = (),
    name: str = "run",
    strata: Strata | None = None,
    manifest: Mapping[str, Any] | None = None,
    stopping: str | None = None,
) -> Subject:
    """Single results, scores and steps of chains as the subject of analyses.

    Args:
        rows: problem after problem, by number.
        measured: what they took and which tests they passed, in the same order.
        strata, manifest: as for :func:`subject_of`.
        stopping: as for :func:`passatk.outcomes.from_rows`.

    Raises:
        DataError: no row has a result.
    """
    known, taken = list(rows), list(measured)
    statuses: dict[str, dict[Status, int]] = {}
    attempts: dict[str, int] = {}
    for row in known:
        attempts[row.problem] = attempts.get(row.problem, 0) + 1
        own = statuses.setdefault(row.problem, {})
        if row.status is not None:
            own[row.status] = own.get(row.status, 0) + 1
    counts = tuple(
        ProblemCounts(
            problem, *(strata or {}).get(problem, (None, None, None)), attempts[problem], each
        )
        for problem, each in statuses.items()
    )
    return Subject(
        _run(name, manifest),
        counts,
        from_rows(known, stopping, {each.name: each.cluster for each in counts}),
        lambda: iter(()),
        rows=lambda: iter(known),
        measured=lambda: iter(taken),
    )


def _rows(outcomes: Outcomes) -> Iterable[Outcome]:
    at = 0
    for problem, results in zip(outcomes.problems, outcomes.rows(), strict=True):
        for number, passed in enumerate(results.tolist()):
            status = Status.PASSED if passed else Status.WRONG_ANSWER
            score = None if outcomes.scores is None else float(outcomes.scores[at])
            yield Outcome(problem, number, status, score, None, None)
            at += 1


def _counts(problem: str, n: int, c: int, strata: Strata | None) -> ProblemCounts:
    category, difficulty, cluster = (strata or {}).get(problem, (None, None, None))
    statuses = {Status.PASSED: c, Status.WRONG_ANSWER: n - c}
    return ProblemCounts(problem, category, difficulty, cluster, n, statuses)


def _run(name: str, manifest: Mapping[str, Any] | None) -> Run:
    return Run(0, name, datetime(1970, 1, 1, tzinfo=UTC), None, None, dict(manifest or {}))
