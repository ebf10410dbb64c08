"""The columns of passatk's own tables: one row an attempt, the same for CSV, JSONL and Parquet.

``status`` and ``trust`` mark a table that passatk wrote: there every column of ``COLUMNS`` means
what it says here. In any other table only ``task_id``, ``attempt``, ``chain``, ``step``, ``code``,
``model`` and the result are known, and the rest is kept as it is.
"""

from __future__ import annotations

from typing import Any

from passatk.attempts.entry import SOLUTION, Entry
from passatk.attempts.fields import Fields
from passatk.attempts.imported import from_word, imported
from passatk.records import Attempt, Status, Verdict

COLUMNS = (
    "task_id",
    "attempt",
    "passed",
    "status",
    "score",
    "tests",
    "detail",
    "output",
    "cpu_seconds",
    "wall_seconds",
    "peak_memory_bytes",
    "trust",
    "chain",
    "step",
    "code",
    "text_field",
    "text",
)
_STATUSES = {str(status): status for status in Status}
_OTHERS = "extra."  # in front of a field of the user's that is named like one of COLUMNS


def is_own(columns: Any) -> bool:
    """Whether these are the columns of a table that passatk wrote."""
    return "status" in columns and "trust" in columns


def to_row(attempt: Attempt, verdict: Verdict) -> dict[str, Any]:
    """One row; what is unknown is left out, and so is a text that is the program itself."""
    row: dict[str, Any] = {
        "task_id": attempt.problem_id,
        "attempt": attempt.number,
        "passed": verdict.passed,
        "status": str(verdict.status),
        "score": verdict.score,
        "tests": verdict.tests or None,
        "detail": verdict.detail or None,
        "output": verdict.output or None,
        "cpu_seconds": verdict.cpu_seconds,
        "wall_seconds": verdict.wall_seconds,
        "peak_memory_bytes": verdict.peak_memory_bytes,
        "trust": str(verdict.trust),
        "chain": attempt.chain,
        "step": attempt.step,
        "code": attempt.program,
    }
    if (attempt.text_field, attempt.text) != (SOLUTION, attempt.program):
        row |= {"text_field": attempt.text_field, "text": attempt.text}
    for name, value in attempt.extra.items():
        row[_OTHERS + name if name in COLUMNS else name] = value
    return {name: value for name, value in row.items() if value is not None or name not in COLUMNS}


def from_row(row: Fields) -> Entry:
    """The inverse of ``to_row``; the verdict's trust becomes ``imported``."""
    code = row.text("code") if row.has("code") else ""
    has_text = row.has("text_field")
    extra = {
        name.removeprefix(_OTHERS): value
        for name, value in row.values.items()
        if name not in COLUMNS
    }
    return Entry(
        row,
        problem_id=row.identifier("task_id"),
        number=row.count("attempt"),
        chain=row.optional_count("chain"),
        step=row.optional_count("step"),
        text=_text(row, "text") if has_text else code,
        text_field=row.text("text_field") if has_text else SOLUTION,
        program=code,
        verdict=imported(
            from_word(row, "status", _STATUSES),
            _text(row, "detail"),
            tests=_text(row, "tests"),
            output=_text(row, "output"),
            score=_number(row, "score"),
            cpu_seconds=_number(row, "cpu_seconds"),
            wall_seconds=_number(row, "wall_seconds"),
            peak_memory_bytes=row.optional_count("peak_memory_bytes"),
        ),
        extra=extra,
    )


def _text(row: Fields, name: str) -> str:
    return row.text(name) if row.has(name) else ""


def _number(row: Fields, name: str) -> float | None:
    return row.number(name) if row.has(name) else None
