"""BigCodeBench results: ``*eval_results.json`` with ``status`` and ``details`` per attempt.

Its samples are EvalPlus lines. Format: bigcode-project/bigcodebench.
"""

from __future__ import annotations

from collections.abc import Iterator

from passatk.attempts.entry import SOLUTION, Entry
from passatk.attempts.fields import Fields
from passatk.attempts.imported import from_word, imported, last_line
from passatk.attempts.readers.evalplus import WORDS, eval_records, first_eval_record
from passatk.attempts.source import Source


def detect(source: Source) -> bool:
    record = first_eval_record(source)
    return record is not None and "status" in record


def entries(source: Source) -> Iterator[Entry]:
    for problem_id, record in eval_records(source):
        yield Entry(
            record,
            problem_id=problem_id,
            text=record.text(SOLUTION) if record.has(SOLUTION) else None,
            verdict=imported(from_word(record, "status", WORDS), _first_failure(record)),
            extra=record.rest("task_id", SOLUTION),
        )


def _first_failure(record: Fields) -> str:
    details = record.inner("details").values if record.has("details") else {}
    for test, traceback in details.items():
        return f"{test}: {last_line(str(traceback))}"
    return ""
