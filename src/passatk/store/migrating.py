"""Stores of earlier versions, brought to this one step by step."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, select, update

from passatk.store.schema import SCHEMA_VERSION, meta, run_state

_OF_SCHEMA = meta.c.key == "schema"


def version(connection: Connection) -> int | None:
    """The version of a store's tables; None where it does not say."""
    found = connection.execute(select(meta.c.value).where(_OF_SCHEMA)).scalar_one_or_none()
    return int(found) if found is not None and found.isdigit() else None


def migrate(connection: Connection) -> None:
    """Take every step that is missing. Another process may have taken some before the lock."""
    found = version(connection)
    assert found is not None
    for step in range(found, SCHEMA_VERSION):
        _STEPS[step](connection)
    connection.execute(update(meta).where(_OF_SCHEMA).values(value=str(SCHEMA_VERSION)))


def _add_run_state(connection: Connection) -> None:
    run_state.create(connection)


_STEPS: dict[int, Callable[[Connection], None]] = {1: _add_run_state}
"""What leads from a version to the next."""
