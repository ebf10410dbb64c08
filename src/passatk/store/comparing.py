"""Whether a run that is there is the one that is asked for, and what differs if not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, zip_longest
from typing import Any

from sqlalchemy import Connection, select

from passatk.errors import DataError
from passatk.records import Attempt
from passatk.store.rows import EncodedAttempt, encode_attempt, to_json
from passatk.store.schema import attempt, problem, source
from passatk.store.views import Run

SETTINGS = "settings"
"""The part of a manifest that must be the same for a run to be continued."""

_SHOWN = 5
_PAGE = 1000


def refuse_other_settings(
    stored: Run, benchmark_hash: str | None, manifest: Mapping[str, Any]
) -> None:
    """Raise DataError unless benchmark and ``manifest["settings"]`` are those of the run."""
    given = json.loads(to_json(manifest)).get(SETTINGS, {})
    before = {"benchmark": stored.benchmark_hash, **_flat(stored.manifest.get(SETTINGS, {}))}
    now = {"benchmark": benchmark_hash, **_flat(given)}
    absent = object()
    differing = [
        f"{key}: {_shown(before, key)} before, {_shown(now, key)} now"
        for key in {**before, **now}
        if before.get(key, absent) != now.get(key, absent)
    ]
    if differing:
        raise _other_run(stored, "settings", differing)


def refuse_other_attempts(connection: Connection, stored: Run, attempts: Iterable[Attempt]) -> None:
    """Raise DataError unless the attempts are those of the run, in the same order."""
    before = _stored_attempts(connection, stored.id)
    now = (encode_attempt(each) for each in attempts)
    differing = (_difference(old, new) for old, new in zip_longest(before, now) if old != new)
    first = list(islice(differing, _SHOWN + 1))
    if len(first) > _SHOWN:
        first[_SHOWN] = "and more"
    if first:
        raise _other_run(stored, "attempts", first)


def _stored_attempts(connection: Connection, run_id: int) -> Iterator[EncodedAttempt]:
    text = source.alias("text")
    query = (
        select(
            problem.c.name,
            attempt.c.number,
            source.c.sha256,
            text.c.sha256,
            attempt.c.text_length,
            attempt.c.text_field,
            attempt.c.chain,
            attempt.c.step,
            attempt.c.extra,
        )
        .select_from(attempt)
        .join(
            problem,
            (problem.c.run_id == attempt.c.run_id) & (problem.c.position == attempt.c.problem),
        )
        .join(source, source.c.id == attempt.c.program_id)
        .outerjoin(text, text.c.id == attempt.c.text_id)
        .where(attempt.c.run_id == run_id)
        .order_by(attempt.c.position)
        .execution_options(yield_per=_PAGE)
    )
    return map(EncodedAttempt._make, connection.execute(query))


def _difference(old: EncodedAttempt | None, new: EncodedAttempt | None) -> str:
    if new is None:
        assert old is not None
        return f"{old.problem} number {old.number}: missing now"
    if old is None:
        return f"{new.problem} number {new.number}: not there before"
    if (old.problem, old.number) != (new.problem, new.number):
        return f"{old.problem} number {old.number} before, {new.problem} number {new.number} now"
    fields = [
        "text" if name == "text_length" else name
        for name in EncodedAttempt._fields
        if getattr(old, name) != getattr(new, name)
    ]
    return f"{new.problem} number {new.number}: another {', '.join(dict.fromkeys(fields))}"


def _other_run(stored: Run, what: str, differing: list[str]) -> DataError:
    return DataError(
        f"run {stored.name!r} is there already, with other {what}:\n    "
        + "\n    ".join(differing),
        hint="choose another name, replace the run with --replace, or give it what it was begun "
        "with to continue",
    )


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings as one level, with dotted keys."""
    flat: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, Mapping) and value:
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _shown(settings: Mapping[str, Any], key: str) -> str:
    return json.dumps(settings[key]) if key in settings else "nothing"
