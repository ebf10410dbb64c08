"""Everything that is peculiar to SQLite: connecting, transactions, and what its errors mean."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    Insert,
    QueuePool,
    Subquery,
    Table,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects import sqlite as dialect

from passatk.errors import DataError, StoreError, StoreFull, StoreLocked, StoreReadOnly

WRITING = {"passatk_begin": "BEGIN IMMEDIATE"}
"""Execution options of a connection whose transactions are going to write."""

# The system has more of the file in memory. 64 MiB here would save 15 microseconds an attempt,
# a hundredth of what judging one takes.
_CACHE_KIB = 8 * 1024
_LOG_BYTES = 64 * 1024 * 1024
_FULL_BELOW_BYTES = 64 * 1024


def engine(path: Path, *, read_only: bool, wait_seconds: float) -> Engine:
    """An engine on the database file at ``path``, which is created when it is not there.

    Writing transactions take the write lock when they begin, so that two writers wait for each
    other (``wait_seconds`` at most) instead of failing half way.
    """
    uri = f"file:{quote(os.fsencode(path))}?{_reading_mode(path) if read_only else 'mode=rwc'}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            uri,
            uri=True,
            timeout=wait_seconds,
            isolation_level=None,  # transactions begin where _begin says, nowhere else
            check_same_thread=False,  # the pool hands a connection to one thread at a time
        )

    made = create_engine("sqlite://", creator=connect, poolclass=QueuePool)

    @event.listens_for(made, "connect")
    def _configure(connection: sqlite3.Connection, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        connection.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
        if read_only:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get("passatk_begin", "BEGIN")
        if statement is not None:
            connection.exec_driver_sql(statement)

    return made


def use_write_ahead_log(engine: Engine) -> None:
    """Let readers read while a writer writes; the file remembers it."""
    with engine.connect().execution_options(passatk_begin=None) as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def insert_missing(table: Table, key: str) -> Insert:
    """INSERT that leaves a row alone whose ``key`` is there already."""
    return dialect.insert(table).on_conflict_do_nothing(index_elements=[key])


def insert_or_update(
    table: Table, key: str, row: Mapping[str, Any], changes: Mapping[str, Any]
) -> Insert:
    """INSERT of a row, or ``changes`` to the one whose ``key`` is there already."""
    new = dialect.insert(table).values(row)
    return new.on_conflict_do_update(index_elements=[key], set_=changes)


def insert_rows(
    connection: Connection, statement: Insert, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert many rows, all with the same keys.

    Hands them to the driver as they are: for a million rows SQLAlchemy's own work for every single
    one would take longer than the database's.

    Raises:
        DataError: a number is too large, or a name is no Unicode text.
    """
    if rows:
        compiled = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))
        values = itemgetter(*compiled.positiontup or ())
        try:
            connection.exec_driver_sql(compiled.string, [values(row) for row in rows])
        except (OverflowError, UnicodeEncodeError) as error:
            raise DataError(
                f"a value for the table {statement.table.name} cannot be stored",
                expected="numbers of at most 63 bits, names without lone surrogates",
                found=str(error),
            ) from error


def pairs(rows: Sequence[tuple[int, int]]) -> Subquery:
    """Pairs of whole numbers as a table with the columns ``first`` and ``second``.

    They travel as one parameter: a VALUES list of their number would be compiled anew every time.
    """
    each = func.json_each(json.dumps(rows)).table_valued("value", name="pairs")
    return select(
        func.json_extract(each.c.value, "$[0]", type_=BigInteger).label("first"),
        func.json_extract(each.c.value, "$[1]", type_=BigInteger).label("second"),
    ).subquery("wanted")


def store_error(error: BaseException | None, path: Path) -> StoreError:
    """What an error of the database driver means to the one who reads the message."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    folder = path.parent
    if primary == sqlite3.SQLITE_READONLY or (
        primary == sqlite3.SQLITE_CANTOPEN and folder.is_dir() and not os.access(folder, os.W_OK)
    ):
        return StoreReadOnly(
            f"{path}: the store cannot be written\n"
            f"  cause: {error}; the file, its folder or this opening of it is read-only\n"
            "  next: make the folder writable, or put the store elsewhere with --store"
        )
    if primary == sqlite3.SQLITE_FULL or (primary == sqlite3.SQLITE_IOERR and _is_full(folder)):
        return StoreFull(
            f"{path}: no space left for the store\n"
            f"  cause: {error}; nothing of the last step was stored\n"
            f"  next: free space in {folder} and repeat the command: it continues"
        )
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreLocked(
            f"{path}: another process is writing to the store\n"
            f"  cause: {error}, and remained so for as long as this one may wait\n"
            "  next: wait for the other passatk to end and repeat the command: it continues"
        )
    if primary in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return StoreError(
            f"{path}: not a store, or a damaged one\n"
            f"  cause: {error}\n"
            "  next: name another file with --store, or restore this one from a copy"
        )
    if primary == sqlite3.SQLITE_CANTOPEN:
        return StoreError(
            f"{path}: the store cannot be opened\n"
            f"  cause: {error}\n"
            f"  next: see that {folder} is a folder, and {path.name} a file that you may read"
        )
    return StoreError(
        f"{path}: the store cannot be used\n"
        f"  cause: {error}\n"
        "  next: repeat the command; if it fails again, put the store elsewhere with --store"
    )


def _reading_mode(path: Path) -> str:
    """How to open a file for reading only.

    Readers of a write-ahead log share a small file beside the database. Where it cannot be
    written, SQLite reads a database without a log if it may take the file for unchangeable; with
    a log that a writer left or uses, it needs that writer's own files.
    """
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return "mode=rw"
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size > 0:
        return "mode=ro"
    return "immutable=1"


def _is_full(folder: Path) -> bool:
    return folder.is_dir() and shutil.disk_usage(folder).free < _FULL_BELOW_BYTES
