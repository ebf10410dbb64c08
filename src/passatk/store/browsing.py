"""Pages of attempts for people who look around: everything but the texts."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, func, select

from passatk.errors import DataError
from passatk.records import Status
from passatk.store.reading import position_of
from passatk.store.rows import from_bytes, status_of
from passatk.store.schema import attempt, judgement
from passatk.store.views import AttemptLine, ProgramGroup


def attempt_lines(
    connection: Connection,
    run_id: int,
    problem: str,
    status: Status | Literal["pending"] | None,
    program: int | None,
    offset: int,
    limit: int,
) -> list[AttemptLine]:
    wanted = [_at(connection, run_id, problem)]
    if status is not None:
        pending = status == "pending"
        wanted.append(attempt.c.status.is_(None) if pending else attempt.c.status == str(status))
    if program is not None:
        wanted.append(attempt.c.program_id == program)
    page = (
        select(*attempt.c["run_id", "problem", "number", "status", "program_id", "judged_as"])
        .where(*wanted)
        .order_by(attempt.c.number)
        .offset(offset)
        .limit(limit)
        .subquery("page")
    )
    query = (
        select(
            page.c.number,
            page.c.status,
            page.c.program_id,
            judgement.c.tests,
            judgement.c.detail,
            judgement.c.cpu_seconds,
            judgement.c.trust,
        )
        .outerjoin_from(
            page,
            judgement,
            and_(
                judgement.c.run_id == page.c.run_id,
                judgement.c.problem == page.c.problem,
                judgement.c.number == page.c.judged_as,
            ),
        )
        .order_by(page.c.number)
    )
    return [
        AttemptLine(
            number,
            status_of(value),
            program_id,
            tests,
            "" if detail is None else from_bytes(detail),
            cpu_seconds,
            trust,
        )
        for number, value, program_id, tests, detail, cpu_seconds, trust in connection.execute(
            query
        )
    ]


def program_groups(
    connection: Connection, run_id: int, problem: str, limit: int
) -> list[ProgramGroup]:
    count = func.count()
    first = func.min(attempt.c.number)
    query = (
        # Pending attempts and imported results may differ in status with the same program.
        select(attempt.c.program_id, attempt.c.status, count, first)
        .where(_at(connection, run_id, problem))
        .group_by(attempt.c.program_id, attempt.c.status)
        .order_by(count.desc(), first)
        .limit(limit)
    )
    return [
        ProgramGroup(program, status_of(value), attempts, lowest)
        for program, value, attempts, lowest in connection.execute(query)
    ]


def program_count(connection: Connection, run_id: int, problem: str) -> int:
    query = select(func.count(attempt.c.program_id.distinct())).where(
        _at(connection, run_id, problem)
    )
    return connection.execute(query).scalar_one()


def neighbours(
    connection: Connection, run_id: int, problem: str, number: int
) -> tuple[int | None, int | None]:
    here = _at(connection, run_id, problem)
    before = select(func.max(attempt.c.number)).where(here, attempt.c.number < number)
    after = select(func.min(attempt.c.number)).where(here, attempt.c.number > number)
    return connection.execute(before).scalar(), connection.execute(after).scalar()


def program_id(connection: Connection, run_id: int, problem: str, number: int) -> int:
    query = select(attempt.c.program_id).where(
        _at(connection, run_id, problem), attempt.c.number == number
    )
    found: int | None = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise DataError(
            f"there is no such attempt at {problem}",
            expected="the number of an attempt, counted from 0",
            found=number,
        )
    return found


def _at(connection: Connection, run_id: int, problem: str) -> ColumnElement[bool]:
    """The attempts at a problem of a run; DataError when the run has no such problem."""
    position: Any = position_of(connection, run_id, problem)
    return and_(attempt.c.run_id == run_id, attempt.c.problem == position)
