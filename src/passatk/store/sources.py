"""Programs and other texts, kept once each by their SHA-256."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, delete, select, union

from passatk.store import sqlite
from passatk.store.rows import to_bytes
from passatk.store.schema import attempt, problem, source

_KEYS_PER_QUERY = 4096  # databases bound the parameters of a statement

_find = select(source.c.sha256, source.c.id).where(
    source.c.sha256.in_(bindparam("keys", expanding=True))
)


def store_sources(connection: Connection, texts: Mapping[bytes, str]) -> dict[bytes, int]:
    """Store what is not there yet; the id of every text by its key (``program_key``)."""
    sqlite.insert_rows(
        connection,
        sqlite.insert_missing(source, "sha256"),
        [{"sha256": key, "text": to_bytes(text)} for key, text in texts.items()],
    )
    ids: dict[bytes, int] = {}
    keys = list(texts)
    for start in range(0, len(keys), _KEYS_PER_QUERY):
        found = connection.execute(_find, {"keys": keys[start : start + _KEYS_PER_QUERY]})
        ids.update(found.all())
    return ids


def drop_unused_sources(connection: Connection) -> None:
    """Delete the texts that no run refers to any more."""
    used = union(
        select(attempt.c.program_id),
        select(attempt.c.text_id).where(attempt.c.text_id.is_not(None)),
        select(problem.c.prompt_id).where(problem.c.prompt_id.is_not(None)),
    )
    connection.execute(delete(source).where(source.c.id.not_in(used)))
