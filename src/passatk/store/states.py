"""What changes about a run after it was begun: people's notes, and how often it was written to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, inspect, select

from passatk.errors import DataError
from passatk.store import sqlite
from passatk.store.schema import run, run_state
from passatk.store.views import ListedRun, RunState

MOST_TAGS = 20
LONGEST_TAG = 50
LONGEST_NOTE = 10_000

_UNKNOWN = RunState(revision=None)


def listed(connection: Connection) -> list[ListedRun]:
    known = _all(connection)
    absent = _UNKNOWN if known is None else RunState()
    columns = run.c["id", "name", "created", "benchmark", "benchmark_hash"]
    return [
        ListedRun(
            row.id,
            row.name,
            datetime.fromisoformat(row.created),
            row.benchmark,
            row.benchmark_hash,
            (known or {}).get(row.id, absent),
        )
        for row in connection.execute(select(*columns).order_by(run.c.id))
    ]


def state(connection: Connection, run_id: int) -> RunState:
    if not inspect(connection).has_table(run_state.name):
        return _UNKNOWN
    query = select(run_state).where(run_state.c.run_id == run_id)
    row = connection.execute(query).one_or_none()
    return RunState() if row is None else _state_of(row)


def touch(connection: Connection, run_id: int) -> None:
    """Count a writing to the attempts of a run."""
    connection.execute(
        sqlite.insert_or_update(
            run_state,
            "run_id",
            {"run_id": run_id, "revision": 1},
            {"revision": run_state.c.revision + 1},
        )
    )


def annotate(
    connection: Connection,
    run_id: int,
    *,
    tags: Iterable[str] | None,
    note: str | None,
    archived: bool | None,
) -> None:
    changes: dict[str, Any] = {}
    if tags is not None:
        changes["tags"] = json.dumps(_checked_tags(tags))
    if note is not None:
        changes["note"] = _checked_note(note)
    if archived is not None:
        changes["archived"] = int(archived)
    if changes:
        row = {"run_id": run_id, **changes}
        connection.execute(sqlite.insert_or_update(run_state, "run_id", row, changes))


def _all(connection: Connection) -> dict[int, RunState] | None:
    """By the id of the run; None in a store of an earlier version, which has none."""
    if not inspect(connection).has_table(run_state.name):
        return None
    return {row.run_id: _state_of(row) for row in connection.execute(select(run_state))}


def _state_of(row: Row[Any]) -> RunState:
    return RunState(row.revision, tuple(json.loads(row.tags)), row.note, bool(row.archived))


def _checked_tags(tags: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(each.strip() for each in tags if each.strip()))
    for each in found:
        if len(each) > LONGEST_TAG or not each.isprintable() or "," in each:
            raise DataError(
                "not a tag",
                expected=f"at most {LONGEST_TAG} characters that can be printed, without a comma",
                found=each,
            )
    if len(found) > MOST_TAGS:
        raise DataError("too many tags", expected=f"at most {MOST_TAGS}", found=str(len(found)))
    return found


def _checked_note(note: str) -> str:
    lines = note.replace("\r\n", "\n").strip()
    if len(lines) > LONGEST_NOTE:
        raise DataError(
            "the note is too long",
            expected=f"at most {LONGEST_NOTE:,} characters",
            found=f"{len(lines):,}",
        )
    if not lines.replace("\n", "").replace("\t", "").isprintable():
        raise DataError(
            "the note holds characters that cannot be printed", expected="text", found=lines
        )
    return lines
