"""Graded results of a run, where there is more to them than passed or not."""

from __future__ import annotations

from passatk.analysis.subject import Subject
from passatk.records import Status
from passatk.stats import Outcomes


def graded_outcomes(subject: Subject) -> Outcomes | None:
    """The score of every attempt with a result, in generation order.

    A program of which no test ran (a syntax error) has passed no share of them: 0.

    Returns:
        None where no attempt has a score other than 0 and 1.
    """
    records: list[tuple[str, int, float]] = []
    graded = False
    for row in subject.rows():
        if row.status is None or row.status is Status.JUDGE_ERROR:
            continue
        score = row.score
        if score is None:
            score = float(row.status is Status.PASSED)
        graded = graded or score not in (0.0, 1.0)
        records.append((row.problem, row.number, score))
    if not graded:
        return None
    scores = [score for _, _, score in records]
    bounds = (min(0.0, *scores), max(1.0, *scores))
    return Outcomes.from_records(
        records, passing=1.0, bounds=bounds, stopping=subject.seen.outcomes.stopping
    )
