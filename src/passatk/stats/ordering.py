"""Results of single attempts, brought into one vector: problem after problem, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import DataError
from passatk.stats.validation import (
    BoolArray,
    FloatArray,
    IntArray,
    check_length,
    check_names,
    check_passed,
    check_scores,
    check_whole,
)

Where = Callable[[int], str]
"""Words the place of the i-th result for a message."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What a graded result is held against: from ``passing`` on it counts as passed, and it lies
    within ``bounds``."""

    passing: float
    bounds: tuple[float, float]


@dataclass(frozen=True, slots=True)
class FlatResults:
    """``results[j]`` belongs to problem ``problems[owner[j]]``; ``owner`` ascends.

    ``scores`` are there if results are graded, ``answers`` (codes) if attempts have them.
    """

    problems: tuple[str, ...]
    owner: IntArray
    results: BoolArray
    scores: FloatArray | None
    answers: IntArray | None


def flatten_table(
    results: ArrayLike,
    problems: Sequence[object] | None,
    answers: ArrayLike | None,
    scale: Scale | None,
) -> FlatResults:
    """From one row a problem and one column an attempt; NaN only after a row's last attempt."""
    table = _table(results, "results")
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

    def where(i: int) -> str:
        return f"problem {names[owner[i]]!r}"

    codes = None
    if answers is not None:
        said = _table(answers, "answers")
        if said.shape != table.shape:
            raise DataError(
                "answers do not match the results",
                field="answers",
                expected=f"shape {table.shape}",
                found=f"shape {said.shape}",
            )
        codes = _codes(said[given].tolist(), where)
    passed, scores = _judged(table[given], scale, where)
    return FlatResults(names, owner, passed, scores, codes)


def flatten_records(records: Iterable[tuple[Any, ...]], scale: Scale | None) -> FlatResults:
    """From (problem, attempt, result) or (problem, attempt, result, answer), all of one kind."""
    rows = list(records)
    widths = {len(row) for row in rows} or {3}
    if len(widths) > 1 or not widths <= {3, 4}:
        raise DataError(
            "records are not all alike",
            field="records",
            expected="(problem, attempt, passed) or (problem, attempt, passed, answer)",
            found=f"{' and '.join(map(str, sorted(widths)))} values",
        )
    columns = list(zip(*rows, strict=True)) if rows else [(), (), ()]
    answers = columns[3] if len(columns) == 4 else None
    return flatten_columns(columns[0], columns[1], columns[2], answers, scale)


def flatten_columns(
    problems: Sequence[object],
    attempts: Sequence[int],
    results: Sequence[object],
    answers: Sequence[object] | None,
    scale: Scale | None,
) -> FlatResults:
    """From one row an attempt: problems by first appearance, their attempts by number."""
    check_length("attempt", attempts, len(problems))
    check_length("passed", results, len(problems))
    known: dict[object, int] = {}
    owner = np.array([known.setdefault(name, len(known)) for name in problems], dtype=np.int64)
    names = check_names(known, len(known))
    numbers = check_whole(attempts, "attempt")

    def where(i: int) -> str:
        return f"problem {names[owner[i]]!r}, attempt {numbers[i]}"

    passed, scores = _judged(results, scale, where)
    codes = None
    if answers is not None:
        check_length("answers", answers, len(problems))
        codes = _codes(answers, where)
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
    return FlatResults(
        names,
        owner,
        passed[order],
        None if scores is None else scores[order],
        None if codes is None else codes[order],
    )


def _judged(values: Any, scale: Scale | None, where: Where) -> tuple[BoolArray, FloatArray | None]:
    """Passed or not, and the scores behind it where results are graded."""
    if scale is None:
        return check_passed(values, where), None
    scores = check_scores(values, scale.bounds, where)
    return scores >= scale.passing, scores


def _codes(answers: Sequence[object], where: Where) -> IntArray:
    """Equal answers get equal numbers."""
    known: dict[object, int] = {}
    codes = np.empty(len(answers), dtype=np.int64)
    for i, answer in enumerate(answers):
        if answer is None or (isinstance(answer, float) and answer != answer):
            raise DataError(
                f"no answer at {where(i)}",
                field="answers",
                expected="what the attempt answered, as text or a number",
                found=repr(answer),
                hint="give attempts without an answer a name of their own, which then is a vote",
            )
        codes[i] = known.setdefault(answer, len(known))
    return codes


def _table(values: ArrayLike, field: str) -> np.ndarray[Any, Any]:
    shape = "one row a problem, one column an attempt"
    try:
        table = np.asarray(values)
    except ValueError as error:
        raise DataError(
            "rows of different lengths",
            field=field,
            expected=shape,
            hint="fill up short rows with NaN",
        ) from error
    if table.ndim != 2:
        raise DataError(f"{field} are not a table", field=field, expected=shape, found=table.shape)
    return table
