"""What statistics see of a run: per problem, its attempts in order, or only their counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import DataError
from passatk.stats.ordering import FlatResults, flatten_columns, flatten_table
from passatk.stats.validation import (
    BoolArray,
    FloatArray,
    IntArray,
    check_counts,
    check_labels,
    check_length,
    check_names,
    check_weights,
)

PerProblem = Sequence[Any] | Mapping[str, Any] | FloatArray
"""One value for each problem: in the order of the problems, or by problem name."""


class Frame(Protocol):
    """Columns by name: a pandas or Polars data frame, or a dict of lists."""

    def __getitem__(self, name: str, /) -> Any: ...
    def __contains__(self, name: object, /) -> bool: ...


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Outcomes:
    """The results of a run's attempts, problem by problem.

    Made by ``from_counts``, ``from_matrix``, ``from_records`` or ``from_frame``, which refuse what
    cannot be with a DataError that names the problem and the value at fault. Each takes
    ``weights``, ``strata`` and ``clusters``: one value for each problem, as a sequence in the order
    of the problems or as a mapping by problem name. Weights are positive numbers of any sum;
    strata are parts of the benchmark with a fixed share in it; clusters are families of related
    problems, which are not independent of each other.

    Attributes:
        problems: names, all different.
        n: attempts at each problem, int64, >= 1. Read-only, like all arrays here.
        c: passes of each problem, int64, 0 <= c <= n.
        results: every attempt's result as one boolean each, in generation order, one problem after
            the other; None where only counts are known. See :meth:`rows`.
        weights: float64, or None for equal weights.
        strata, clusters: labels, or None.
    """

    problems: tuple[str, ...]
    n: IntArray
    c: IntArray
    results: BoolArray | None = None
    weights: FloatArray | None = None
    strata: tuple[str, ...] | None = None
    clusters: tuple[str, ...] | None = None

    @classmethod
    def from_counts(
        cls,
        n: ArrayLike,
        c: ArrayLike,
        *,
        problems: Sequence[object] | None = None,
        weights: PerProblem | None = None,
        strata: PerProblem | None = None,
        clusters: PerProblem | None = None,
    ) -> Outcomes:
        """From the number of attempts and of passes of each problem; their order stays unknown.

        Args:
            n: attempts, integers >= 1, shape (P,), or one for all.
            c: passes, integers in 0..n, shape (P,).
            problems: P different names; by default "0", "1", ...

        >>> Outcomes.from_counts(10, [0, 3, 10])
        Outcomes(problems=3, attempts=30, passed=13)
        """
        names = None if problems is None else check_names(problems, max(np.size(n), np.size(c)))
        attempts, passes = (np.atleast_1d(each) for each in check_counts(n, c, names))
        if attempts.ndim != 1:
            raise DataError(
                "counts are one number for each problem",
                expected="n and c of shape (problems,)",
                found=f"shape {attempts.shape}",
                hint="results of single attempts go to Outcomes.from_matrix",
            )
        if names is None:
            names = check_names(range(len(attempts)), len(attempts))
        return _outcomes(names, attempts, passes, None, weights, strata, clusters)

    @classmethod
    def from_matrix(
        cls,
        results: ArrayLike,
        *,
        problems: Sequence[object] | None = None,
        weights: PerProblem | None = None,
        strata: PerProblem | None = None,
        clusters: PerProblem | None = None,
    ) -> Outcomes:
        """From a table with one row a problem and one column an attempt, in generation order.

        Args:
            results: shape (P, n), True or False, 1 or 0. NaN fills up rows with fewer attempts,
                at their end only: a NaN followed by a result is refused, since closing the gap
                would move later attempts forward in an order that some analyses read.
            problems: P different names; by default "0", "1", ...

        >>> Outcomes.from_matrix([[1, 0, 1], [0, 0, float("nan")]])
        Outcomes(problems=2, attempts=5, passed=2)
        """
        return _ordered(flatten_table(results, problems), weights, strata, clusters)

    @classmethod
    def from_records(
        cls,
        records: Iterable[tuple[object, int, object]],
        *,
        weights: PerProblem | None = None,
        strata: PerProblem | None = None,
        clusters: PerProblem | None = None,
    ) -> Outcomes:
        """From (problem, attempt, passed) triples in any order.

        Args:
            records: problem name, number of the attempt in generation order, True/False or 1/0.
                Problems keep the order of their first appearance; attempts are sorted by number.
                Numbers may start anywhere and leave gaps, which are closed; none may come twice.

        >>> Outcomes.from_records([("a", 1, True), ("b", 0, False), ("a", 0, False)])
        Outcomes(problems=2, attempts=3, passed=1)
        """
        problems: list[object] = []
        attempts: list[int] = []
        passed: list[object] = []
        for problem, attempt, result in records:
            problems.append(problem)
            attempts.append(attempt)
            passed.append(result)
        flat = flatten_columns(problems, attempts, passed)
        return _ordered(flat, weights, strata, clusters)

    @classmethod
    def from_frame(
        cls,
        frame: Frame,
        *,
        problem: str = "task_id",
        attempt: str | None = "attempt",
        passed: str = "passed",
        weights: PerProblem | None = None,
        strata: PerProblem | None = None,
        clusters: PerProblem | None = None,
    ) -> Outcomes:
        """From a data frame with one row an attempt.

        Args:
            frame: pandas, Polars, or a dict of lists: columns by name is all that is asked.
            problem, attempt, passed: the columns, as in :meth:`from_records`. ``attempt=None``
                takes the rows of each problem to be in generation order.

        >>> Outcomes.from_frame({"task_id": ["a", "a"], "attempt": [0, 1], "passed": [True, False]})
        Outcomes(problems=1, attempts=2, passed=1)
        """
        columns: Any = getattr(frame, "columns", frame)
        for name in (problem, attempt, passed):
            if name is not None and name not in frame:
                raise DataError(
                    f"the frame has no column {name!r}",
                    field=name,
                    found=", ".join(map(str, columns)),
                    hint="name the columns with problem=, attempt= and passed=",
                )
        names = list(frame[problem])
        attempts = range(len(names)) if attempt is None else list(frame[attempt])
        flat = flatten_columns(names, attempts, list(frame[passed]))
        return _ordered(flat, weights, strata, clusters)

    def __len__(self) -> int:
        """The number of problems."""
        return len(self.problems)

    def __repr__(self) -> str:
        return (
            f"Outcomes(problems={len(self)}, attempts={int(self.n.sum())}, "
            f"passed={int(self.c.sum())})"
        )

    def rows(self) -> list[BoolArray]:
        """The results of each problem's attempts in generation order, without copying.

        Raises:
            DataError: only counts are known.
        """
        if self.results is None:
            raise DataError(
                "the order of attempts is not known",
                expected="the result of every attempt",
                found="counts",
                hint="make the outcomes with from_records, from_frame or from_matrix",
            )
        return np.split(self.results, np.cumsum(self.n)[:-1])


def _ordered(
    flat: FlatResults,
    weights: PerProblem | None,
    strata: PerProblem | None,
    clusters: PerProblem | None,
) -> Outcomes:
    """From single results; their counts follow."""
    count = len(flat.problems)
    n, c = check_counts(
        np.bincount(flat.owner, minlength=count),
        np.bincount(flat.owner[flat.results], minlength=count),
        flat.problems,
    )
    return _outcomes(flat.problems, n, c, flat.results, weights, strata, clusters)


def _outcomes(
    names: tuple[str, ...],
    n: IntArray,
    c: IntArray,
    results: BoolArray | None,
    weights: PerProblem | None,
    strata: PerProblem | None,
    clusters: PerProblem | None,
) -> Outcomes:
    """The one place where outcomes are put together, and the last check."""
    if not names:
        raise DataError("no problems", expected="at least one problem with one attempt")
    weight = _aligned("weights", weights, names)
    stratum = _aligned("strata", strata, names)
    cluster = _aligned("clusters", clusters, names)
    count = len(names)
    weight_array = None if weight is None else check_weights(weight, names)
    for array in (n, c, results, weight_array):
        if array is not None:
            array.flags.writeable = False
    return Outcomes(
        problems=names,
        n=n,
        c=c,
        results=results,
        weights=weight_array,
        strata=None if stratum is None else check_labels("strata", stratum, count),
        clusters=None if cluster is None else check_labels("clusters", cluster, count),
    )


def _aligned(field: str, values: PerProblem | None, names: tuple[str, ...]) -> list[Any] | None:
    """The value of each problem, in the order of the problems."""
    if values is None:
        return None
    if isinstance(values, Mapping):
        missing = [name for name in names if name not in values]
        if missing:
            raise DataError(
                f"{field} say nothing about problem {missing[0]!r}",
                field=field,
                expected=f"a value for each of {len(names)} problems",
                found=f"{len(missing)} missing",
            )
        return [values[name] for name in names]
    check_length(field, values, len(names))
    return list(values)
