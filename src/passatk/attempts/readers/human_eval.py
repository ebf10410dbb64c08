"""openai/human-eval: JSON Lines with ``task_id`` and ``completion``.

The results that its ``evaluate_functional_correctness`` writes are the same lines with ``result``
and ``passed``.
"""

from __future__ import annotations

from collections.abc import Iterator

from passatk.attempts.entry import COMPLETION, SOLUTION, Entry
from passatk.attempts.fields import Fields
from passatk.attempts.imported import from_result_text
from passatk.attempts.source import Source
from passatk.files import read_json_lines


def detect(source: Source) -> bool:
    return source.head_has("task_id", COMPLETION) and not source.head_has(SOLUTION)


def entries(source: Source) -> Iterator[Entry]:
    for line, record in read_json_lines(source.path):
        at = Fields(record, source.path, line)
        if COMPLETION not in record and SOLUTION in record:
            raise at.error(
                "a line of another format",
                expected=f"{COMPLETION}, as in the first line",
                found=SOLUTION,
                hint="the format 'evalplus' takes both",
            )
        yield sample_entry(at, COMPLETION)


def sample_entry(at: Fields, text_field: str) -> Entry:
    """A line with the text in ``text_field``, and the verdict where the line has one."""
    number = next((at.count(name) for name in ("completion_id", "attempt") if at.has(name)), None)
    return Entry(
        at,
        problem_id=at.identifier("task_id"),
        text=at.text(text_field),
        text_field=text_field,
        verdict=from_result_text(at) if at.has("passed") else None,
        number=number,
        extra=at.rest("task_id", text_field, dropped=("result", "passed")),
    )
