"""Attempts of a run as one vector in generation order, and what the order statistics need of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from passatk.errors import DataError
from passatk.stats.outcomes import Outcomes
from passatk.stats.stopping import check_random_order
from passatk.stats.validation import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Sequences:
    """The ordered results of P problems.

    Attributes:
        n, c: attempts and passes of each problem, shape (P,).
        results: every attempt, problem after problem, shape (sum n,).
    """

    n: IntArray
    c: IntArray
    results: BoolArray

    @classmethod
    def of(cls, outcomes: Outcomes) -> Sequences:
        """The sequences of ``outcomes``.

        Raises:
            DataError: only counts are known, so there is no order to look at; or attempts were
                ended by their results, which puts passes last whatever the model did.
        """
        check_random_order(outcomes.stopping, outcomes.n, "a statistic of order")
        return cls.stopped(outcomes)

    @classmethod
    def stopped(cls, outcomes: Outcomes) -> Sequences:
        """As :meth:`of`, for statistics that a stopping rule does not disturb."""
        if outcomes.results is None:
            raise DataError(
                "the order of attempts is not known",
                expected="the result of every attempt, in the order of generation",
                found="counts",
                hint="make the outcomes with from_records, from_frame or from_matrix; the order "
                "in which attempts finished is not the order in which they were made",
            )
        return cls(outcomes.n, outcomes.c, outcomes.results)

    def informative(self) -> Sequences:
        """Only problems with both passes and failures: in others every order looks the same."""
        return self.some(self.mixed)

    def some(self, kept: BoolArray) -> Sequences:
        """Some of the problems."""
        return Sequences(self.n[kept], self.c[kept], self.results[kept[self.owner]])

    @cached_property
    def mixed(self) -> BoolArray:
        """Which problems have both passes and failures, shape (P,)."""
        return (self.c > 0) & (self.c < self.n)

    @cached_property
    def owner(self) -> IntArray:
        """The problem of each attempt, shape (sum n,)."""
        return np.repeat(np.arange(len(self.n)), self.n)

    @cached_property
    def position(self) -> IntArray:
        """The 0-based place of each attempt within its problem, shape (sum n,)."""
        starts = np.cumsum(self.n) - self.n
        return np.arange(len(self.results)) - starts[self.owner]

    def first_pass(self) -> IntArray:
        """The 1-based number of the first attempt that passed; n + 1 where none did."""
        first = self.n + 1
        owner, position = self.owner[self.results], self.position[self.results]
        # Backwards, so that of several passes the first one stays.
        first[owner[::-1]] = position[::-1] + 1
        return first

    def adjacent_passes(self) -> int:
        """How many attempts passed whose predecessor at the same problem passed too."""
        both = self.results[1:] & self.results[:-1] & (self.owner[1:] == self.owner[:-1])
        return int(both.sum())

    def cusum(self) -> FloatArray:
        """S(t) = sum over problems and attempts j <= t of x_ij - c_i/n_i, for t = 1..max n."""
        excess = self.results - (self.c / self.n)[self.owner]
        steps: FloatArray = np.cumsum(np.bincount(self.position, excess))
        return steps
