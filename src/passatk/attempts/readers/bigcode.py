"""bigcode-evaluation-harness: ``generations_<task>.json``, whole programs in dataset order."""

from __future__ import annotations

from collections.abc import Iterator

from passatk.attempts.entry import Entry
from passatk.attempts.source import Source


def detect(source: Source) -> bool:
    head = source.head
    return (
        isinstance(head, list)
        and bool(head)
        and isinstance(head[0], list)
        and all(isinstance(program, str) for program in head[0])
    )


def entries(source: Source) -> Iterator[Entry]:
    at = source.parts()
    for position, problem_id in enumerate(source.ids_in_order(len(at.values))):
        for program in at.texts(f"[{position}]"):
            yield Entry(at, problem_id=problem_id, text=program)
