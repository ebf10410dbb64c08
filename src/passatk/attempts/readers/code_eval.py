"""HF evaluate ``code_eval``: its results, saved as JSON with or without the pass@k before them.

``[{"pass@1": 0.5}, {"0": [[0, {"task_id": 0, "passed": true, "result": "passed",
"completion_id": 0}]]}]``. Problems are known by their position, and programs are not kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from passatk.attempts.entry import Entry
from passatk.attempts.fields import Fields
from passatk.attempts.imported import from_result_text
from passatk.attempts.source import Source


def detect(source: Source) -> bool:
    results = _results(source.head)
    first = next(iter(results.values()), None) if isinstance(results, dict) else None
    return isinstance(first, list) and bool(first) and _is_result(first[0])


def entries(source: Source) -> Iterator[Entry]:
    at = Fields.of(_results(source.document()), source.path)
    ids = source.ids_in_order(len(at.values))
    for position, problem_id in enumerate(ids):
        for index, pair in enumerate(at.items(str(position))):
            if not _is_result(pair):
                raise at.error(
                    "wrong type",
                    f"{position}[{index}]",
                    expected="[completion_id, {...}]",
                    found=repr(pair),
                )
            result = Fields(pair[1], source.path, within=f"{position}[{index}]")
            yield Entry(
                result,
                problem_id=problem_id,
                verdict=from_result_text(result),
                number=result.count("completion_id"),
            )


def _results(document: Any) -> Any:
    return document[1] if isinstance(document, list) and len(document) == 2 else document


def _is_result(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and isinstance(value[1], dict)
