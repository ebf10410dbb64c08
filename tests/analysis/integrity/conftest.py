"""Runs made by hand: programs with their results, as the detectors see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from passatk.analysis.integrity import IntegrityReport, conclude, examine
from passatk.analysis.subject import ProblemAttempts, Subject
from passatk.outcomes import from_rows
from passatk.records import Attempt, Problem, Status, Verdict
from passatk.store import Outcome, ProblemCounts, Run

Tried = tuple[str, bool] | tuple[str, Verdict | None]
"""A program, and whether it passed or its whole verdict."""


def verdict_of(result: bool | Verdict | None) -> Verdict | None:
    if isinstance(result, bool):
        return Verdict(Status.PASSED if result else Status.WRONG_ANSWER)
    return result


@pytest.fixture(scope="session")
def attempts_at() -> Callable[..., ProblemAttempts]:
    """The attempts at a problem, numbered from 0."""

    def made(name: str, tried: Sequence[Tried], problem: Problem | None = None) -> ProblemAttempts:
        return ProblemAttempts(
            name,
            tuple(
                (Attempt(name, i, program, program), verdict_of(result))
                for i, (program, result) in enumerate(tried)
            ),
            problem,
        )

    return made


@pytest.fixture(scope="session")
def subject_of() -> Callable[..., Subject]:
    """A run of such attempts."""

    def made(
        problems: Sequence[ProblemAttempts],
        strata: Mapping[str, tuple[str | None, str | None]] | None = None,
        stopping: str | None = None,
    ) -> Subject:
        rows = [
            Outcome(p.name, a.number, None if v is None else v.status, None, a.chain, a.step)
            for p in problems
            for a, v in p.attempts
        ]
        counts = tuple(
            ProblemCounts(p.name, *(strata or {}).get(p.name, (None, None)), None, 0, {})
            for p in problems
        )
        return Subject(
            Run(1, "run", datetime(2026, 1, 1, tzinfo=UTC), None, None, {}),
            counts,
            from_rows(rows, stopping),
            lambda: iter(problems),
        )

    return made


@pytest.fixture(scope="session")
def report_on(subject_of: Callable[..., Subject]) -> Callable[..., IntegrityReport]:
    """All detectors over a run."""

    def made(problems: Sequence[ProblemAttempts], **options: Any) -> IntegrityReport:
        how = {name: options.pop(name) for name in ("strata", "stopping") if name in options}
        subject = subject_of(problems, **how)
        return conclude([examine(each) for each in subject.programs()], subject, **options)

    return made
