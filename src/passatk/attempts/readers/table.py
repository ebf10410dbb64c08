"""The generic table, one row an attempt: CSV, JSON Lines or Parquet.

Columns: ``task_id``, ``attempt`` and one result: ``passed``, or ``reward`` or ``score``. A reward
or score that is 0 or 1 in every row is a binary result; any other value makes all of them graded:
``Verdict.score`` keeps the value, and an attempt passed if it is 1 or more. ``code`` is needed to
judge, ``chain``, ``step`` and ``model`` are optional, and further columns are kept.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from passatk.attempts.entry import COMPLETION, SOLUTION, Entry
from passatk.attempts.fields import Fields
from passatk.attempts.imported import binary, graded
from passatk.attempts.source import Source
from passatk.attempts.table_columns import from_row, is_own
from passatk.errors import DataError, MissingExtra
from passatk.files import MAX_LINE_BYTES, open_text, read_json_lines
from passatk.records import Verdict

_RESULTS = ("passed", "reward", "score")
_FLAGS = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}
_CELLS: dict[str, Callable[[str], Any]] = {
    "passed": lambda cell: _FLAGS[cell.lower()],
    **dict.fromkeys(("attempt", "chain", "step", "peak_memory_bytes"), int),
    **dict.fromkeys(("reward", "score", "cpu_seconds", "wall_seconds"), float),
}


def detect(source: Source) -> bool:
    """A table that passatk wrote may have any further field, also those of other formats."""
    if source.kind == "parquet":
        return True
    if source.kind != "csv" and not isinstance(source.head, dict):
        return False
    columns = set(source.head)
    return {"task_id", "attempt"} <= columns and (
        is_own(columns) or not {COMPLETION, SOLUTION} & columns
    )


def entries(source: Source) -> Iterator[Entry]:
    """Two passes: what the result column holds, and how many models, shows at the end only."""
    models: dict[str, None] = {}
    is_graded = False
    for row in _rows(source):
        if row.has("model"):
            models[row.identifier("model")] = None
        result = _result_column(row)
        if result in _RESULTS[1:] and row.number(result) not in (0, 1):
            is_graded = True
    _check_choice(source, list(models))
    for row in _rows(source):
        if source.select is None or (row.has("model") and row.identifier("model") == source.select):
            yield from_row(row) if is_own(row.values) else _entry(row, is_graded)


def _entry(row: Fields, is_graded: bool) -> Entry:
    result = _result_column(row)
    used = ("task_id", "attempt", "chain", "step", "code", result)
    return Entry(
        row,
        problem_id=row.identifier("task_id"),
        number=row.count("attempt"),
        chain=row.optional_count("chain"),
        step=row.optional_count("step"),
        text=row.text("code") if row.has("code") else None,
        verdict=_verdict(row, result, is_graded) if result else None,
        extra={name: value for name, value in row.values.items() if name not in used},
    )


def _result_column(row: Fields) -> str | None:
    return next((name for name in _RESULTS if row.has(name)), None)


def _verdict(row: Fields, result: str, is_graded: bool) -> Verdict:
    if result == "passed" or not is_graded:
        return binary(row.flag(result))
    return graded(row.number(result))


def _check_choice(source: Source, models: list[str]) -> None:
    if source.select is None and len(models) > 1:
        raise DataError(
            "the table has several models, and a run is of one",
            path=source.path,
            field="model",
            expected="one model, or a choice",
            found=", ".join(models),
            hint="select the model whose rows are wanted",
        )
    if source.select is not None and source.select not in models:
        raise DataError(
            "no such model",
            path=source.path,
            field="model",
            expected=source.select,
            found=", ".join(models) or "no model",
        )


def _rows(source: Source) -> Iterator[Fields]:
    if source.kind == "csv":
        yield from _csv(source.path)
    elif source.kind == "parquet":
        yield from _parquet(source.path)
    else:
        for line, record in read_json_lines(source.path):
            yield Fields(record, source.path, line)


def _csv(path: Path) -> Iterator[Fields]:
    # Models write programs longer than the csv module's own limit; it has one for the process.
    csv.field_size_limit(MAX_LINE_BYTES)
    with open_text(path) as stream:
        reader = csv.DictReader(stream, strict=True)
        rows = iter(reader)
        while True:
            try:
                row = next(rows, None)
            except csv.Error as error:
                raise DataError(
                    f"not valid CSV: {error}", path=path, line=reader.line_num
                ) from error
            if row is None:
                return
            yield _csv_row(row, path, reader.line_num)


def _csv_row(row: dict[str | Any, str | Any], path: Path, line: int) -> Fields:
    """Known columns as the values they stand for; an empty cell is no value, or an empty text."""
    if None in row or None in row.values():
        raise DataError(
            "another number of cells than in the first line",
            path=path,
            line=line,
            expected=f"{len([name for name in row if name is not None])} cells",
            found=", ".join(map(str, chain.from_iterable(row.items()))),
        )
    values = {
        name: _cell(name, cell) for name, cell in row.items() if cell or name in ("code", "text")
    }
    return Fields(values, path, line)


def _cell(name: str, cell: str) -> Any:
    try:
        return _CELLS[name](cell)
    except (KeyError, ValueError):
        return cell


def _parquet(path: Path) -> Iterator[Fields]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtra(f"{path}: reading Parquet", "parquet") from None
    number = 0
    try:
        with pyarrow.parquet.ParquetFile(path) as table:
            for batch in table.iter_batches():
                for row in batch.to_pylist():
                    values = {name: value for name, value in row.items() if value is not None}
                    yield Fields(values, path, within=f"row {number}")
                    number += 1
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
        # Damaged pages, texts that are no UTF-8 and odd times are no errors of Arrow's own.
        raise DataError(f"not a readable Parquet file: {error}", path=path) from error
