"""What is left to judge, and filing verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)

from passatk.errors import DataError
from passatk.records import Status, Verdict
from passatk.store import sqlite
from passatk.store.rows import from_bytes, judgement_row
from passatk.store.schema import attempt, judgement, problem, source
from passatk.store.views import PendingProgram, Progress

Recorded = tuple[str, int, Verdict]
"""Problem name, program id (of a ``PendingProgram``) and the verdict on it."""


class Place(NamedTuple):
    """Where a page of pending programs ended."""

    problem: int
    program_id: int


START = Place(-1, -1)


def pending_page(
    connection: Connection, run_id: int, after: Place, size: int
) -> list[tuple[Place, PendingProgram]]:
    """The next programs without a verdict, in benchmark order, ``size`` at most."""
    key = tuple_(attempt.c.problem, attempt.c.program_id)
    page = (
        select(attempt.c.problem, attempt.c.program_id)
        .distinct()
        .where(
            attempt.c.run_id == run_id,
            attempt.c.status.is_(None),
            key > tuple_(literal(after.problem), literal(after.program_id)),
        )
        .order_by(attempt.c.problem, attempt.c.program_id)
        .limit(size)
        .subquery()
    )
    query = (
        select(page.c.problem, page.c.program_id, problem.c.name, source.c.text)
        .join(problem, and_(problem.c.run_id == run_id, problem.c.position == page.c.problem))
        .join(source, source.c.id == page.c.program_id)
        .order_by(page.c.problem, page.c.program_id)
    )
    return [
        (Place(position, program_id), PendingProgram(name, program_id, from_bytes(text)))
        for position, program_id, name, text in connection.execute(query).all()
    ]


def progress(connection: Connection, run_id: int) -> Progress:
    of_run = attempt.c.run_id == run_id
    attempts, judged = connection.execute(
        select(func.count(), func.count(attempt.c.status)).where(of_run)
    ).one()
    programs = (
        select(attempt.c.problem, attempt.c.program_id)
        .distinct()
        .where(of_run, attempt.c.status.is_(None))
        .subquery()
    )
    pending = connection.execute(select(func.count()).select_from(programs)).scalar_one()
    return Progress(attempts, judged, pending)


def record(connection: Connection, run_id: int, verdicts: Iterable[Recorded]) -> None:
    """File verdicts for all attempts with the judged programs.

    A program that has a verdict keeps it, so that recording twice changes nothing.
    """
    by_name: dict[tuple[str, int], Verdict] = {}
    for name, program, verdict in verdicts:
        by_name.setdefault((name, program), verdict)
    if not by_name:
        return
    first = _first_pending(connection, run_id, list(by_name))
    judgements, settled = [], []
    for key, verdict in by_name.items():
        if key not in first:
            raise DataError(
                "a verdict is for a program that the run does not have",
                expected="a problem and a program id as they were pending",
                found=key,
                hint="if the run was deleted or replaced meanwhile, repeat the command",
            )
        position, number = first[key]
        if number is not None:
            judgements.append(judgement_row(run_id, position, number, verdict))
            settled.append((position, key[1], verdict.status.value, number))
    if judgements:
        sqlite.insert_rows(connection, insert(judgement), judgements)
        _settle(connection, run_id, settled)


def adopt_judgements(connection: Connection, run_id: int, from_position: int) -> None:
    """Give attempts that came later the verdict that their program has already."""
    old, new = attempt.alias("old"), attempt.alias("new")
    # Correlated for the same reason as in _first_pending.
    same_program = and_(
        old.c.run_id == run_id,
        old.c.problem == new.c.problem,
        old.c.program_id == new.c.program_id,
        old.c.status.is_not(None),
    )
    query = (
        select(
            new.c.problem,
            new.c.program_id,
            select(func.min(old.c.status)).where(same_program).scalar_subquery(),
            select(func.min(old.c.judged_as)).where(same_program).scalar_subquery(),
        )
        .distinct()
        .where(new.c.run_id == run_id, new.c.position >= from_position, new.c.status.is_(None))
    )
    settled = [
        (position, program, status, judged_as)
        for position, program, status, judged_as in connection.execute(query)
        if status is not None
    ]
    if settled:
        _settle(connection, run_id, settled)


def retry_errors(connection: Connection, run_id: int) -> int:
    """Make what ended in ``judge_error`` pending again; the number of attempts."""
    error = Status.JUDGE_ERROR.value
    connection.execute(
        delete(judgement).where(judgement.c.run_id == run_id, judgement.c.status == error)
    )
    cleared = connection.execute(
        update(attempt)
        .where(attempt.c.run_id == run_id, attempt.c.status == error)
        .values(status=None, judged_as=None)
    )
    return cleared.rowcount


def _first_pending(
    connection: Connection, run_id: int, keys: list[tuple[str, int]]
) -> dict[tuple[str, int], tuple[int, int | None]]:
    """Per (problem name, program id): the problem's position and the first pending attempt."""
    names = {name for name, _program in keys}
    known = select(problem.c.position, problem.c.name).where(
        problem.c.run_id == run_id, problem.c.name.in_(names)
    )
    name_of: dict[int, str] = dict(connection.execute(known).all())
    position_of = {name: position for position, name in name_of.items()}
    wanted = sqlite.pairs([(position_of[name], id) for name, id in keys if name in position_of])
    # Correlated, so that every key is looked up: planners would rather join by reading the run.
    same_program = and_(
        attempt.c.run_id == run_id,
        attempt.c.problem == wanted.c.first,
        attempt.c.program_id == wanted.c.second,
    )
    first = select(func.min(attempt.c.number)).where(same_program, attempt.c.status.is_(None))
    query = select(wanted.c.first, wanted.c.second, first.scalar_subquery()).where(
        select(attempt.c.number).where(same_program).exists()
    )
    return {
        (name_of[position], program): (position, number)
        for position, program, number in connection.execute(query)
    }


def _settle(connection: Connection, run_id: int, settled: list[tuple[int, int, str, int]]) -> None:
    """Write (problem, program id, status, judged as) into the attempts that are pending."""
    rows: list[dict[str, Any]] = [
        {"at": at, "program": program, "new_status": status, "as": number}
        for at, program, status, number in settled
    ]
    connection.execute(
        update(attempt)
        .where(
            attempt.c.run_id == run_id,
            attempt.c.problem == bindparam("at"),
            attempt.c.program_id == bindparam("program"),
            attempt.c.status.is_(None),
        )
        .values(status=bindparam("new_status"), judged_as=bindparam("as")),
        rows,
    )
