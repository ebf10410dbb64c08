"""Looking into runs: counts by aggregation in the database, records as streams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from passatk.errors import DataError
from passatk.records import Status, Verdict
from passatk.store.rows import attempt_of, from_bytes, run_of, status_of, verdict_of
from passatk.store.schema import attempt, judgement, problem, run, source
from passatk.store.views import (
    JudgedAttempt,
    Measured,
    Outcome,
    ProblemCounts,
    RunSummary,
    StoredProblem,
)

_PAGE = 1000
_PAGE_WITH_TEXTS = 100

_problem_of_attempt = and_(
    problem.c.run_id == attempt.c.run_id, problem.c.position == attempt.c.problem
)
_judgement_of_attempt = and_(
    judgement.c.run_id == attempt.c.run_id,
    judgement.c.problem == attempt.c.problem,
    judgement.c.number == attempt.c.judged_as,
)


def summaries(connection: Connection) -> list[RunSummary]:
    """All runs, oldest first."""
    problems: dict[int, int] = dict(
        connection.execute(select(problem.c.run_id, func.count()).group_by(problem.c.run_id)).all()
    )
    statuses: dict[int, dict[Status | None, int]] = {}
    counted = select(attempt.c.run_id, attempt.c.status, func.count()).group_by(
        attempt.c.run_id, attempt.c.status
    )
    for run_id, status, count in connection.execute(counted):
        statuses.setdefault(run_id, {})[status_of(status)] = count
    return [
        RunSummary(
            run=run_of(row),
            problems=problems.get(row.id, 0),
            attempts=sum(statuses.get(row.id, {}).values()),
            statuses=_without_pending(statuses.get(row.id, {})),
        )
        for row in connection.execute(select(run).order_by(run.c.id))
    ]


def counts(connection: Connection, run_id: int) -> list[ProblemCounts]:
    """How the attempts at each problem ended, in benchmark order."""
    statuses: dict[int, dict[Status | None, int]] = {}
    counted = (
        select(attempt.c.problem, attempt.c.status, func.count())
        .where(attempt.c.run_id == run_id)
        .group_by(attempt.c.problem, attempt.c.status)
    )
    for position, status, count in connection.execute(counted):
        statuses.setdefault(position, {})[status_of(status)] = count
    problems = (
        select(
            problem.c.position,
            problem.c.name,
            problem.c.category,
            problem.c.difficulty,
            problem.c.cluster,
        )
        .where(problem.c.run_id == run_id)
        .order_by(problem.c.position)
    )
    return [
        ProblemCounts(
            name=name,
            category=category,
            difficulty=difficulty,
            cluster=cluster,
            attempts=sum(statuses.get(position, {}).values()),
            statuses=_without_pending(statuses.get(position, {})),
        )
        for position, name, category, difficulty, cluster in connection.execute(problems)
    ]


def outcomes(connection: Connection, run_id: int) -> Iterator[Outcome]:
    """What statistics see, in benchmark order, then by number."""
    columns = (judgement.c.tests, judgement.c.score, attempt.c.chain, attempt.c.step)
    rows = connection.execute(_by_problem(run_id, *columns))
    for name, number, value, tests, score, chain, step in rows:
        status = status_of(value)
        share = None if status is None else Verdict(status, tests=tests, score=score).share_passed
        yield Outcome(name, number, status, share, chain, step)


def measured(connection: Connection, run_id: int) -> Iterator[Measured]:
    """Times and tests, in benchmark order, then by number."""
    rows = connection.execute(_by_problem(run_id, judgement.c.tests, judgement.c.cpu_seconds))
    for name, number, value, tests, cpu_seconds in rows:
        yield Measured(name, number, status_of(value), tests or "", cpu_seconds)


def attempts(
    connection: Connection, run_id: int, problem_name: str | None
) -> Iterator[JudgedAttempt]:
    """All attempts in the order they came, or those at one problem by number."""
    query = _judged_attempts().where(attempt.c.run_id == run_id)
    if problem_name is None:
        query = query.order_by(attempt.c.position)
    else:
        position = position_of(connection, run_id, problem_name)
        query = query.where(attempt.c.problem == position).order_by(attempt.c.number)
    for row in connection.execute(query.execution_options(yield_per=_PAGE_WITH_TEXTS)):
        yield JudgedAttempt(attempt_of(row), verdict_of(row))


def one_attempt(
    connection: Connection, run_id: int, problem_name: str, number: int
) -> JudgedAttempt:
    query = _judged_attempts().where(
        attempt.c.run_id == run_id,
        attempt.c.problem == position_of(connection, run_id, problem_name),
        attempt.c.number == number,
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise DataError(
            f"there is no such attempt at {problem_name}",
            expected="the number of an attempt, counted from 0",
            found=number,
        )
    return JudgedAttempt(attempt_of(row), verdict_of(row))


def one_problem(connection: Connection, run_id: int, name: str) -> StoredProblem:
    query = (
        select(problem, source.c.text.label("prompt"))
        .outerjoin(source, source.c.id == problem.c.prompt_id)
        .where(problem.c.run_id == run_id, problem.c.name == name)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise _no_problem(name)
    return StoredProblem(
        name=row.name,
        prompt=None if row.prompt is None else from_bytes(row.prompt),
        title=row.title,
        category=row.category,
        difficulty=row.difficulty,
        cluster=row.cluster,
        entry_point=row.entry_point,
        language=row.language,
    )


def _by_problem(run_id: int, *columns: ColumnElement[Any]) -> Select[Any]:
    """Problem, number, status and these of all attempts, in benchmark order, then by number."""
    return (
        select(problem.c.name, attempt.c.number, attempt.c.status, *columns)
        .select_from(attempt)
        .join(problem, _problem_of_attempt)
        .outerjoin(judgement, _judgement_of_attempt)
        .where(attempt.c.run_id == run_id)
        .order_by(attempt.c.problem, attempt.c.number)
        .execution_options(yield_per=_PAGE)
    )


def _judged_attempts() -> Select[Any]:
    text = source.alias("text")
    columns = attempt.c["number", "chain", "step", "text_field", "text_length", "extra", "status"]
    verdict = judgement.c["trust", "tests", "detail", "output", "score"]
    usage = judgement.c["cpu_seconds", "wall_seconds", "peak_memory_bytes"]
    return (
        select(
            *columns,
            *verdict,
            *usage,
            problem.c.name.label("problem_name"),
            source.c.text.label("program"),
            text.c.text.label("text"),
        )
        .select_from(attempt)
        .join(problem, _problem_of_attempt)
        .join(source, source.c.id == attempt.c.program_id)
        .outerjoin(text, text.c.id == attempt.c.text_id)
        .outerjoin(judgement, _judgement_of_attempt)
    )


def position_of(connection: Connection, run_id: int, name: str) -> int:
    """Where a problem stands in its run; DataError when the run has none of that name."""
    query = select(problem.c.position).where(problem.c.run_id == run_id, problem.c.name == name)
    position: int | None = connection.execute(query).scalar_one_or_none()
    if position is None:
        raise _no_problem(name)
    return position


def _no_problem(name: str) -> DataError:
    return DataError(
        "the run has no such problem", found=name, hint="list its problems with: passatk show RUN"
    )


def _without_pending(statuses: dict[Status | None, int]) -> dict[Status, int]:
    return {status: count for status, count in statuses.items() if status is not None}
