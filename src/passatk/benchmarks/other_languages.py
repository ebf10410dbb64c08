"""HumanEval-X and MultiPL-E: recognised, so that the answer is a reason and not a puzzle.

HumanEval-X has ``task_id`` ("CPP/0"), ``declaration`` and ``example_test``; MultiPL-E has ``name``,
``language``, ``tests`` and ``stop_tokens``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from passatk.benchmarks.rows import Row


def recognises(record: Mapping[str, Any]) -> bool:
    return {"task_id", "declaration"} <= record.keys() or {"name", "language"} <= record.keys()


def read(row: Row) -> NoReturn:
    """Refuse the record.

    Raises:
        DataError: always.
    """
    field = "language" if "language" in row.record else "task_id"
    raise row.error(
        "this version of passatk judges Python only, and not in this form",
        field,
        expected="a benchmark in Python, such as HumanEval as openai/human-eval has it",
        found=row.text(field).partition("/")[0],
        hint="results that were judged elsewhere can be imported",
    )
