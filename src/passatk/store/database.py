"""A database file: its transactions, what its errors mean, and whether it is a store at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, insert, inspect
from sqlalchemy.exc import DBAPIError

from passatk.errors import StoreError, StoreTooNew
from passatk.store import migrating, sqlite
from passatk.store.schema import SCHEMA_VERSION, meta, metadata


class Database:
    """The database file at a path, which is created when it is not there.

    Its transactions raise StoreErrors, whatever the database says.
    """

    def __init__(self, path: Path, *, read_only: bool, wait_seconds: float) -> None:
        self.path = path
        self._engine = sqlite.engine(path, read_only=read_only, wait_seconds=wait_seconds)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees the database as it is when it begins."""
        with self._faults(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that takes the write lock at once; an error undoes it."""
        with (
            self._faults(),
            self._engine.connect().execution_options(**sqlite.WRITING) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """The one place where the database's errors become passatk's."""
        try:
            yield
        except DBAPIError as error:
            raise sqlite.store_error(error.orig, self.path) from error

    def prepare(self, *, create: bool) -> None:
        """See that this is a store, bring it to this version, and make an empty database one.

        A store of an earlier version that is only read stays as it is.
        """
        version = self.version()
        if version is None and not create:
            raise self._not_a_store()
        if version is None:
            self._create()
        elif create and version < SCHEMA_VERSION:
            with self.writing() as connection:
                migrating.migrate(connection)

    def _create(self) -> None:
        with self._faults():
            sqlite.use_write_ahead_log(self._engine)
        with self.writing() as connection:
            # Another process may have been here between the look and the lock.
            if not inspect(connection).has_table(meta.name):
                metadata.create_all(connection)
                written = {"key": "schema", "value": str(SCHEMA_VERSION)}
                connection.execute(insert(meta), written)

    def version(self) -> int | None:
        """None for an empty database; raises for one of another kind or of a later version."""
        with self.reading() as connection:
            tables = inspect(connection).get_table_names()
            if not tables:
                return None
            if meta.name not in tables:
                raise self._not_a_store()
            found = migrating.version(connection)
        if found is None:
            raise self._not_a_store()
        if found > SCHEMA_VERSION:
            raise StoreTooNew(
                f"{self.path}: a later version of passatk wrote this store\n"
                f"  expected: schema {SCHEMA_VERSION} at most\n"
                f"  found: schema {found}\n"
                "  next: upgrade passatk, or name another store with --store"
            )
        return found

    def _not_a_store(self) -> StoreError:
        return StoreError(
            f"{self.path}: a database, but not a store of passatk\n"
            "  next: name another file with --store; a new one is created"
        )
