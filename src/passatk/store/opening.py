"""Opening a store, and seeing whether one could be opened."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from passatk.errors import StoreError, StoreReadOnly
from passatk.store.database import Database
from passatk.store.store import Store


def _utc_now() -> datetime:
    return datetime.now(UTC)


def open_store(
    location: str | Path,
    *,
    read_only: bool = False,
    wait_seconds: float = 60.0,
    now: Callable[[], datetime] = _utc_now,
) -> Store:
    """Open the store at ``location``, and create it where there is none.

    Args:
        location: a path, or ``sqlite:///`` followed by one.
        read_only: change nothing and create nothing; works in a folder that cannot be written.
        wait_seconds: how long to wait while another process is writing.
        now: the clock for the time at which runs are created, in UTC.

    Raises:
        StoreTooNew: a later passatk wrote the store; nothing is changed.
        StoreReadOnly, StoreFull, StoreLocked: as their names say.
        StoreError: there is no store at the location, or what is there is not one.
    """
    path = _path(location)
    if not path.parent.is_dir():
        raise StoreError(
            f"{path}: the store's folder does not exist\n"
            f"  next: create it with mkdir -p {path.parent}, or name another place with --store"
        )
    if read_only and not path.exists():
        raise StoreError(
            f"{path}: there is no store here yet\n"
            "  next: judge or import something first, or name another store with --store"
        )
    database = Database(path, read_only=read_only, wait_seconds=wait_seconds)
    try:
        database.prepare(create=not read_only)
    except BaseException:
        database.close()
        raise
    return Store(database, now)


def probe_store(location: str | Path) -> bool:
    """Whether there is a store at the location; changes nothing.

    Raises:
        StoreError: a kind of it that says why nothing could be stored there.
    """
    path = _path(location)
    if not path.exists():
        if not os.access(path.parent, os.W_OK | os.X_OK):
            raise StoreReadOnly(
                f"{path}: a store cannot be created here\n"
                f"  found: {path.parent} is no folder that you can write to\n"
                "  next: name another place with --store"
            )
        return False
    with closing(Database(path, read_only=False, wait_seconds=1.0)) as database:
        found = database.version()
        with database.writing():
            return found is not None


def _path(location: str | Path) -> Path:
    """The database file of a URL or a bare path."""
    if isinstance(location, str) and "://" in location:
        scheme, _, rest = location.partition("://")
        if scheme != "sqlite" or not rest.startswith("/") or rest == "/":
            raise StoreError(
                f"{scheme}://...: not a place for a store\n"  # the rest may hold a password
                "  expected: a path, or sqlite:/// followed by one\n"
                "  next: for example --store sqlite:///passatk.db"
            )
        location = rest[1:]
    path = Path(location)
    if not path.name or path.is_dir():
        raise StoreError(
            f"{location}: a store is a file, and this is a folder\n"
            f"  next: for example --store {path / 'passatk.db'}"
        )
    return path.absolute()
