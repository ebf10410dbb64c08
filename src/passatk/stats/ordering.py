"""Results of single attempts, brought into one vector: problem after problem, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import DataError
from passatk.stats.validation import (
    BoolArray,
    IntArray,
    check_length,
    check_names,
    check_passed,
    check_whole,
)


@dataclass(frozen=True, slots=True)
class FlatResults:
    """``results[j]`` belongs to problem ``problems[owner[j]]``; ``owner`` ascends."""

    problems: tuple[str, ...]
    owner: IntArray
    results: BoolArray


def flatten_table(results: ArrayLike, problems: Sequence[object] | None) -> FlatResults:
    """From one row a problem and one column an attempt; NaN only after a row's last attempt."""
    table = _table(results)
    names = check_names(range(len(table)) if problems is None else problems, len(table))
    given = ~np.isnan(table) if table.dtype.kind == "f" else np.ones(table.shape, dtype=np.bool_)
    gap = given[:, 1:] & ~given[:, :-1]
    if gap.any():
        row, column = (int(i) for i in np.argwhere(gap)[0])
        raise DataError(
            f"an attempt is missing before others at problem {names[row]!r}, column {column}",
            field="results",
            expected="NaN only after the last attempt of a row",
            found=f"NaN, then {table[row, column + 1]}",
            hint="close the gap, if the order of attempts does not matter to you",
        )
    owner = np.repeat(np.arange(len(table)), given.sum(axis=1))
    passed = check_passed(table[given], lambda i: f"at problem {names[owner[i]]!r}")
    return FlatResults(names, owner, passed)


def flatten_columns(
    problems: Sequence[object], attempts: Sequence[int], passed: Sequence[object]
) -> FlatResults:
    """From one row an attempt: problems by first appearance, their attempts by number."""
    check_length("attempt", attempts, len(problems))
    check_length("passed", passed, len(problems))
    codes: dict[object, int] = {}
    owner = np.array([codes.setdefault(name, len(codes)) for name in problems], dtype=np.int64)
    names = check_names(codes, len(codes))
    numbers = check_whole(attempts, "attempt")
    results = check_passed(
        passed, lambda i: f"at problem {names[owner[i]]!r}, attempt {numbers[i]}"
    )
    order = np.lexsort((numbers, owner))
    owner, numbers = owner[order], numbers[order]
    twice = (owner[1:] == owner[:-1]) & (numbers[1:] == numbers[:-1])
    if twice.any():
        at = int(twice.argmax())
        raise DataError(
            f"problem {names[owner[at]]!r} has attempt {numbers[at]} more than once",
            field="attempt",
            expected="each (problem, attempt) once",
            hint="remove the repetition, or number the attempts of each problem apart",
        )
    return FlatResults(names, owner, results[order])


def _table(results: ArrayLike) -> np.ndarray[Any, Any]:
    shape = "one row a problem, one column an attempt"
    try:
        table = np.asarray(results)
    except ValueError as error:
        raise DataError(
            "rows of different lengths",
            field="results",
            expected=shape,
            hint="fill up short rows with NaN",
        ) from error
    if table.ndim != 2:
        raise DataError(
            "results are not a table", field="results", expected=shape, found=f"{table.shape}"
        )
    return table
