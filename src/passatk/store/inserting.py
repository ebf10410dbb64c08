"""Streaming attempts into a run, with their verdicts where they have one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, insert, select, tuple_
from sqlalchemy.exc import IntegrityError

from passatk.errors import DataError
from passatk.records import Attempt, Problem, Verdict, program_key
from passatk.store import sqlite
from passatk.store.rows import EncodedAttempt, encode_attempt, judgement_row, problem_row
from passatk.store.schema import attempt, judgement, problem
from passatk.store.sources import store_sources

Pair = tuple[Attempt, Verdict | None]

_BATCH_ATTEMPTS = 4096
_BATCH_CHARACTERS = 16 * 1024 * 1024


def insert_problems(connection: Connection, run_id: int, problems: Iterable[Problem]) -> None:
    stored = list(problems)
    prompts = {program_key(each.prompt): each.prompt for each in stored}
    ids = store_sources(connection, prompts)
    rows = [
        problem_row(run_id, position, each, ids[program_key(each.prompt)])
        for position, each in enumerate(stored)
    ]
    sqlite.insert_rows(connection, insert(problem), rows)


def insert_attempts(
    connection: Connection,
    run_id: int,
    pairs: Iterable[Pair],
    *,
    first_position: int = 0,
    discover_problems: bool = False,
) -> None:
    """Append attempts to a run, a bounded batch at a time.

    Args:
        first_position: where the first one stands in the order of the run's attempts.
        discover_problems: a problem that the run does not have is added to it.

    Raises:
        DataError: an unknown problem, a second attempt with the same problem and number, or a
            number or name that no column holds.
    """
    stored = select(problem.c.name, problem.c.position).where(problem.c.run_id == run_id)
    problems = dict(connection.execute(stored).all())
    position = first_position
    for batch in _batches(pairs):
        encoded = [encode_attempt(each) for each, _ in batch]
        unknown = list(dict.fromkeys(e.problem for e in encoded if e.problem not in problems))
        if unknown:
            if not discover_problems:
                raise _unknown_problem(unknown[0], problems)
            _add_problems(connection, run_id, unknown, problems)
        _insert_batch(connection, run_id, problems, position, batch, encoded)
        position += len(batch)


def _batches(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    batch: list[Pair] = []
    characters = 0
    for pair in pairs:
        batch.append(pair)
        characters += len(pair[0].program)
        if len(batch) == _BATCH_ATTEMPTS or characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _add_problems(
    connection: Connection, run_id: int, names: list[str], problems: dict[str, int]
) -> None:
    positions = {name: position for position, name in enumerate(names, start=len(problems))}
    sqlite.insert_rows(
        connection,
        insert(problem),
        [{"run_id": run_id, "position": at, "name": name} for name, at in positions.items()],
    )
    problems.update(positions)


def _insert_batch(
    connection: Connection,
    run_id: int,
    problems: dict[str, int],
    position: int,
    batch: list[Pair],
    encoded: list[EncodedAttempt],
) -> None:
    texts: dict[bytes, str] = {}
    for (each, _), row in zip(batch, encoded, strict=True):
        texts[row.program] = each.program
        if row.text is not None:
            texts[row.text] = each.text
    ids = store_sources(connection, texts)
    attempts: list[dict[str, Any]] = []
    judgements: list[dict[str, Any]] = []
    for place, ((_, verdict), row) in enumerate(zip(batch, encoded, strict=True), position):
        at = problems[row.problem]
        attempts.append(
            {
                "run_id": run_id,
                "problem": at,
                "number": row.number,
                "position": place,
                "program_id": ids[row.program],
                "status": None if verdict is None else verdict.status.value,
                "judged_as": None if verdict is None else row.number,
                "chain": row.chain,
                "step": row.step,
                "text_field": row.text_field,
                "text_length": row.text_length,
                "text_id": None if row.text is None else ids[row.text],
                "extra": row.extra,
            }
        )
        if verdict is not None:
            judgements.append(judgement_row(run_id, at, row.number, verdict))
    try:
        with connection.begin_nested():
            sqlite.insert_rows(connection, insert(attempt), attempts)
    except IntegrityError as error:
        raise _repeated_attempt(connection, run_id, problems, encoded) from error
    sqlite.insert_rows(connection, insert(judgement), judgements)


def _unknown_problem(name: str, problems: dict[str, int]) -> DataError:
    return DataError(
        "an attempt is at a problem that the benchmark does not have",
        expected=f"one of {len(problems)} problems, such as {next(iter(problems), 'none at all')}",
        found=name,
        hint="give the problems that the attempts were made for",
    )


def _repeated_attempt(
    connection: Connection, run_id: int, problems: dict[str, int], encoded: list[EncodedAttempt]
) -> DataError:
    """Name the first attempt of a refused batch that is there twice."""
    key = tuple_(attempt.c.problem, attempt.c.number)
    wanted = Counter((problems[row.problem], row.number) for row in encoded)
    stored = select(attempt.c.problem, attempt.c.number).where(
        attempt.c.run_id == run_id, key.in_(list(wanted))
    )
    wanted.update(connection.execute(stored))
    twice = next(
        (row for row in encoded if wanted[problems[row.problem], row.number] > 1), encoded[0]
    )
    return DataError(
        "two attempts have the same problem and number",
        expected="every attempt once",
        found=f"{twice.problem} number {twice.number}, twice",
        hint="remove one of the two, or number them apart",
    )
