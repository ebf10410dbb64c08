"""Beginning, importing, finding and deleting runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from passatk.errors import DataError
from passatk.records import Attempt, Benchmark, Verdict
from passatk.store.comparing import refuse_other_attempts, refuse_other_settings
from passatk.store.inserting import Pair, insert_attempts, insert_problems
from passatk.store.judging import adopt_judgements
from passatk.store.rows import run_of, to_json
from passatk.store.schema import attempt, run
from passatk.store.sources import drop_unused_sources
from passatk.store.views import Run


def find_run(connection: Connection, name: str) -> Run | None:
    if not name.isprintable() or not name.strip():
        raise DataError(
            "a run needs a name that can be printed", expected="letters, digits, -, _", found=name
        )
    row = connection.execute(select(run).where(run.c.name == name)).one_or_none()
    return None if row is None else run_of(row)


def get_run(connection: Connection, name: str) -> Run:
    found = find_run(connection, name)
    if found is None:
        names = connection.execute(select(run.c.name).order_by(run.c.id)).scalars().all()
        near = get_close_matches(name, names, n=3) or names[-3:]
        raise DataError(
            "there is no such run in the store",
            expected=", ".join(near) if near else "a run, but the store is empty",
            found=name,
            hint="list the runs with: passatk runs",
        )
    return found


def begin_run(
    connection: Connection,
    name: str,
    benchmark: Benchmark,
    manifest: Mapping[str, Any],
    attempts: Iterable[Attempt] | None,
    *,
    replace: bool,
    now: datetime,
) -> Run:
    stored = find_run(connection, name)
    if stored is not None and not replace:
        refuse_other_settings(stored, benchmark.hash, manifest)
        if attempts is not None:
            refuse_other_attempts(connection, stored, attempts)
        return stored
    pairs = ((each, None) for each in attempts or ())
    return _store_run(connection, stored, name, manifest, benchmark, pairs, now)


def add_attempts(connection: Connection, to: Run, attempts: Iterable[Attempt]) -> None:
    last = select(func.max(attempt.c.position)).where(attempt.c.run_id == to.id)
    position = connection.execute(last).scalar()
    first = 0 if position is None else position + 1
    pairs = ((each, None) for each in attempts)
    insert_attempts(connection, to.id, pairs, first_position=first)
    adopt_judgements(connection, to.id, first)


def import_run(
    connection: Connection,
    name: str,
    manifest: Mapping[str, Any],
    benchmark: Benchmark | None,
    results: Iterable[tuple[Attempt, Verdict]],
    *,
    replace: bool,
    now: datetime,
) -> Run:
    stored = find_run(connection, name)
    if stored is not None and not replace:
        raise DataError(
            f"run {name!r} is there already",
            hint="choose another name, or replace the run with --replace",
        )
    return _store_run(connection, stored, name, manifest, benchmark, results, now)


def delete_run(connection: Connection, name: str) -> None:
    found = get_run(connection, name)
    connection.execute(delete(run).where(run.c.id == found.id))
    drop_unused_sources(connection)


def _store_run(
    connection: Connection,
    replaced: Run | None,
    name: str,
    manifest: Mapping[str, Any],
    benchmark: Benchmark | None,
    pairs: Iterable[Pair],
    now: datetime,
) -> Run:
    if replaced is not None:
        connection.execute(delete(run).where(run.c.id == replaced.id))
    connection.execute(
        insert(run),
        {
            "name": name,
            "created": now.isoformat(timespec="seconds"),
            "benchmark": None if benchmark is None else benchmark.name,
            "benchmark_hash": None if benchmark is None else benchmark.hash,
            "manifest": to_json(manifest),
        },
    )
    begun = get_run(connection, name)
    if benchmark is not None:
        insert_problems(connection, begun.id, benchmark.problems.values())
    insert_attempts(connection, begun.id, pairs, discover_problems=benchmark is None)
    if replaced is not None:
        drop_unused_sources(connection)
    return begun
