"""What statistics see of a run: per problem, its attempts in order, or only their counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from passatk import notebook
from passatk.errors import DataError, PassatkError
from passatk.frames import frame
from passatk.stats.ordering import (
    FlatResults,
    Scale,
    flatten_columns,
    flatten_records,
    flatten_table,
)
from passatk.stats.per_problem import About, PerProblem
from passatk.stats.stopping import StopAtSuccess, Stopping, check_ends, check_stopping
from passatk.stats.validation import (
    BoolArray,
    FloatArray,
    IntArray,
    check_counts,
    check_names,
)

_UNIT = (0.0, 1.0)


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
    problems, which are not independent of each other. ``stopping`` says what ended the attempts at
    a problem, if results did (:class:`StopAtSuccess`), or ``"independent"`` if their number,
    though it differs between problems, had nothing to do with results.

    Where results are graded (rewards, shares of tests passed), ``passing`` gives the score from
    which on an attempt counts as passed, and results are scores within ``bounds``.

    Attributes:
        problems: names, all different.
        n: attempts at each problem, int64, >= 1. Read-only, like all arrays here.
        c: passes of each problem, int64, 0 <= c <= n.
        results: every attempt's result as one boolean each, in generation order, one problem after
            the other; None where only counts are known. See :meth:`rows`.
        scores: every attempt's graded result, float64, in the order of ``results``; or None.
        bounds: the range in which scores can lie.
        answers: every attempt's answer as a code, int64, in the order of ``results``: two attempts
            at a problem answered the same if their codes are equal. Or None.
        stopping: what ended the attempts; None where nobody said.
        weights: float64, or None for equal weights.
        strata, clusters: labels, or None.
    """

    problems: tuple[str, ...]
    n: IntArray
    c: IntArray
    results: BoolArray | None = None
    scores: FloatArray | None = None
    bounds: tuple[float, float] = _UNIT
    answers: IntArray | None = None
    stopping: Stopping | None = None
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
        stopping: Stopping | None = None,
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
        about = About(stopping, weights, strata, clusters)
        return _outcomes(names, attempts, passes, about)

    @classmethod
    def from_matrix(
        cls,
        results: ArrayLike,
        *,
        problems: Sequence[object] | None = None,
        answers: ArrayLike | None = None,
        passing: float | None = None,
        bounds: tuple[float, float] = _UNIT,
        stopping: Stopping | None = None,
        weights: PerProblem | None = None,
        strata: PerProblem | None = None,
        clusters: PerProblem | None = None,
    ) -> Outcomes:
        """From a table with one row a problem and one column an attempt, in generation order.

        Args:
            results: shape (P, n), True or False, 1 or 0; scores with ``passing``. NaN fills up
                rows with fewer attempts, at their end only: a NaN followed by a result is refused,
                since closing the gap would move later attempts forward in an order that some
                analyses read.
            problems: P different names; by default "0", "1", ...
            answers: shape (P, n), what each attempt answered, for majority voting.

        >>> Outcomes.from_matrix([[1, 0, 1], [0, 0, float("nan")]])
        Outcomes(problems=2, attempts=5, passed=2)
        >>> Outcomes.from_matrix([[0.2, 1.0], [0.5, 0.9]], passing=0.9)
        Outcomes(problems=2, attempts=4, passed=2)
        """
        scale = None if passing is None else Scale(passing, bounds)
        flat = flatten_table(results, problems, answers, scale)
        return _ordered(flat, scale, About(stopping, weights, strata, clusters))

    @classmethod
    def from_records(
        cls,
        records: Iterable[tuple[Any, ...]],
        *,
        passing: float | None = None,
        bounds: tuple[float, float] = _UNIT,
        stopping: Stopping | None = None,
        weights: PerProblem | None = None,
        strata: PerProblem | None = None,
        clusters: PerProblem | None = None,
    ) -> Outcomes:
        """From (problem, attempt, passed) or (problem, attempt, passed, answer) in any order.

        Args:
            records: problem name, number of the attempt in generation order, True/False or 1/0
                (a score with ``passing``), and in all of them or in none the answer. Problems keep
                the order of their first appearance; attempts are sorted by number. Numbers may
                start anywhere and leave gaps, which are closed; none may come twice.

        >>> Outcomes.from_records([("a", 1, True), ("b", 0, False), ("a", 0, False)])
        Outcomes(problems=2, attempts=3, passed=1)
        """
        scale = None if passing is None else Scale(passing, bounds)
        flat = flatten_records(records, scale)
        return _ordered(flat, scale, About(stopping, weights, strata, clusters))

    @classmethod
    def from_frame(
        cls,
        frame: Frame,
        *,
        problem: str = "task_id",
        attempt: str | None = "attempt",
        passed: str = "passed",
        answer: str | None = None,
        passing: float | None = None,
        bounds: tuple[float, float] = _UNIT,
        stopping: Stopping | None = None,
        weights: PerProblem | None = None,
        strata: PerProblem | None = None,
        clusters: PerProblem | None = None,
    ) -> Outcomes:
        """From a data frame with one row an attempt.

        Args:
            frame: pandas, Polars, or a dict of lists: columns by name is all that is asked.
            problem, attempt, passed, answer: the columns, as in :meth:`from_records`.
                ``attempt=None`` takes the rows of each problem to be in generation order.

        >>> Outcomes.from_frame({"task_id": ["a", "a"], "attempt": [0, 1], "passed": [True, False]})
        Outcomes(problems=1, attempts=2, passed=1)
        """
        columns: Any = getattr(frame, "columns", frame)
        for name in (problem, attempt, passed, answer):
            if name is not None and name not in frame:
                raise DataError(
                    f"the frame has no column {name!r}",
                    field=name,
                    found=", ".join(map(str, columns)),
                    hint="name the columns with problem=, attempt=, passed= and answer=",
                )
        names = list(frame[problem])
        attempts = range(len(names)) if attempt is None else list(frame[attempt])
        answers = None if answer is None else list(frame[answer])
        scale = None if passing is None else Scale(passing, bounds)
        flat = flatten_columns(names, attempts, list(frame[passed]), answers, scale)
        return _ordered(flat, scale, About(stopping, weights, strata, clusters))

    def __len__(self) -> int:
        """The number of problems."""
        return len(self.problems)

    def __repr__(self) -> str:
        return (
            f"Outcomes(problems={len(self)}, attempts={int(self.n.sum())}, "
            f"passed={int(self.c.sum())})"
        )

    def to_frame(self, backend: str | None = None) -> Any:
        """One row an attempt (problem, attempt, passed, and score where there is one), or one row
        a problem (problem, n, c) where only counts are known.

        Args:
            backend: "polars", "pandas" or "pyarrow"; by default the first that is installed.

        Raises:
            MissingExtra: none of them is.
        """
        if self.results is None:
            return frame(
                {"problem": list(self.problems), "n": self.n.tolist(), "c": self.c.tolist()},
                backend,
            )
        columns: dict[str, list[Any]] = {
            "problem": np.repeat(np.array(self.problems, dtype=object), self.n).tolist(),
            "attempt": [number for n in self.n.tolist() for number in range(n)],
            "passed": self.results.tolist(),
        }
        if self.scores is not None:
            columns["score"] = self.scores.tolist()
        return frame(columns, backend)

    def _repr_html_(self) -> str:
        n, solved = self.n, int((self.c > 0).sum())
        spread = f"{n.min()}" if n.min() == n.max() else f"{n.min()} to {n.max()}"
        row = {
            "problems": len(self),
            "attempts": int(n.sum()),
            "a problem": spread,
            "passed": int(self.c.sum()),
            "problems solved at least once": solved,
            "order of attempts": "unknown" if self.results is None else "known",
        }
        return notebook.table([row])

    @property
    def largest_k(self) -> IntArray:
        """The largest k that each problem speaks for: its n, or the cap of the stopping rule."""
        if isinstance(self.stopping, StopAtSuccess):
            return np.full_like(self.n, self.stopping.cap)
        return self.n

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


def check_outcomes(value: object) -> None:
    """Refuse what is not outcomes, such as bare arrays.

    Raises:
        PassatkError: with the way from counts to outcomes.
    """
    if not isinstance(value, Outcomes):
        raise PassatkError(
            f"expected Outcomes; got {type(value).__name__}\n"
            "  next: Outcomes.from_counts(n, c) makes them from attempts and passes of each "
            "problem, from_matrix, from_records and from_frame from single results"
        )


def _ordered(flat: FlatResults, scale: Scale | None, about: About) -> Outcomes:
    """From single results; their counts follow."""
    count = len(flat.problems)
    n, c = check_counts(
        np.bincount(flat.owner, minlength=count),
        np.bincount(flat.owner[flat.results], minlength=count),
        flat.problems,
    )
    return _outcomes(flat.problems, n, c, about, flat, scale)


def _outcomes(
    names: tuple[str, ...],
    n: IntArray,
    c: IntArray,
    about: About,
    flat: FlatResults | None = None,
    scale: Scale | None = None,
) -> Outcomes:
    """The one place where outcomes are put together, and the last check."""
    if not names:
        raise DataError("no problems", expected="at least one problem with one attempt")
    check_stopping(about.stopping, n, c, names)
    if flat is not None:
        check_ends(about.stopping, n, c, flat.results, names)
    weights, strata, clusters = about.aligned(names)
    outcomes = Outcomes(
        problems=names,
        n=n,
        c=c,
        results=None if flat is None else flat.results,
        scores=None if flat is None else flat.scores,
        bounds=_UNIT if scale is None else scale.bounds,
        answers=None if flat is None else flat.answers,
        stopping=about.stopping,
        weights=weights,
        strata=strata,
        clusters=clusters,
    )
    for name in ("n", "c", "results", "scores", "answers", "weights"):
        array = getattr(outcomes, name)
        if array is not None:
            array.flags.writeable = False
    return outcomes
