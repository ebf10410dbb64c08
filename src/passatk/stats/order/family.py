"""Is the order of the attempts worth anything? Four tests and Holm's correction over them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.errors import PassatkError
from passatk.stats.multiplicity import holm
from passatk.stats.order.clustered import cluster_labels
from passatk.stats.order.permuted import permute
from passatk.stats.order.prefix import PrefixCurve, prefix_curve
from passatk.stats.order.result import OrderTest
from passatk.stats.order.sequences import Sequences
from passatk.stats.order.statistics import (
    change_point_test,
    lag_test,
    prefix_test,
    trend_test,
)
from passatk.stats.outcomes import Outcomes
from passatk.stats.resampling import DEFAULT_SEED
from passatk.stats.validation import check_level

_TESTS = 4


@dataclass(frozen=True, slots=True)
class OrderReport:
    """What the order of a run's attempts says.

    Attributes:
        tests: trend, prefix, lag-1 and change point, with Holm-adjusted p.
        prefix: the prefix curve with the best-first gain.
        problems: how many problems there are.
        informative: how many of them have both passes and failures; no other can tell an order.
        level: 1 - level is what the adjusted p are held against.
        permutations: random orders drawn.
    """

    tests: tuple[OrderTest, ...]
    prefix: PrefixCurve
    problems: int
    informative: int
    level: float
    permutations: int

    @property
    def found(self) -> tuple[OrderTest, ...]:
        """The tests that reject exchangeability after the correction."""
        return tuple(
            test
            for test in self.tests
            if test.p_adjusted is not None and test.p_adjusted <= 1.0 - self.level + 1e-12
        )

    @property
    def conclusion(self) -> str:
        """``"order effect"``, ``"no order effect found"`` or ``"no information"``."""
        if all(test.p is None for test in self.tests):
            return "no information"
        return "order effect" if self.found else "no order effect found"

    def to_dict(self) -> dict[str, Any]:
        """Every field and the conclusion as plain data for JSON."""
        return {
            "conclusion": self.conclusion,
            "tests": [test.to_dict() for test in self.tests],
            "prefix": self.prefix.to_dict(),
            "problems": self.problems,
            "informative": self.informative,
            "level": self.level,
            "permutations": self.permutations,
        }


def order_tests(
    outcomes: Outcomes,
    *,
    permutations: int = 9999,
    level: float = 0.95,
    family: int | None = None,
    rng: np.random.Generator | None = None,
) -> OrderReport:
    """Test whether the attempts at each problem are exchangeable, in four ways at once.

    * ``trend``: do later attempts pass more often (see :func:`trend`)?
    * ``prefix``: max over t of |F(t) - pass@t| / sd, one test for the whole prefix curve.
    * ``lag-1``: does a pass follow a pass more often than c(c-1)/n times?
    * ``change point``: max over t of |S(t)|, S the sum of x_ij - c_i/n_i up to attempt t.

    Each p is (1 + #{draws at least as extreme}) / (1 + permutations) over random orders within each
    problem, and so valid whatever the difficulties; Holm's correction covers the family. pass@k
    itself assumes exchangeability, and this is its check. Where problems have clusters, the
    problems of each follow the same random order, so that what attempts at related problems have in
    common is not taken for an effect of order.

    Args:
        outcomes: with the order of generation.
        permutations: random orders; the time grows with permutations * n * min(problems, 30 n),
            about a second for 164 problems with 100 attempts.
        level: one minus the error rate that ``found`` and ``conclusion`` keep.
        family: how many tests ``critical`` of each is for, if others are corrected together with
            these four. The adjusted p here are for the four.
        rng: draws the orders; by default a fixed seed, so that the same data give the same p.

    Raises:
        DataError: the order of attempts is not known.
        PassatkError: a bad level or number of permutations.

    >>> outcomes = Outcomes.from_matrix([[1, 1, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0]] * 20)
    >>> report = order_tests(outcomes, permutations=999)
    >>> report.conclusion, report.informative
    ('order effect', 20)
    >>> order_tests(Outcomes.from_matrix([[1, 1], [0, 0]])).conclusion
    'no information'
    """
    check_level(level)
    if permutations < 1:
        raise PassatkError(f"permutations must be at least 1; got permutations={permutations}")
    rng = np.random.default_rng(DEFAULT_SEED) if rng is None else rng
    every = Sequences.of(outcomes)
    mixed = every.informative()
    shortest = int(every.n.min())
    tests: tuple[OrderTest, ...]
    if len(mixed.n):
        labels = cluster_labels(outcomes)
        clusters = None if labels is None else labels[every.mixed]
        null = permute(mixed, clusters, shortest, permutations, rng)
        alpha = (1.0 - level) / (family or _TESTS)
        tests = (
            trend_test(outcomes, mixed, null, alpha),
            prefix_test(mixed, shortest, len(every.n), null, alpha),
            lag_test(mixed, null, alpha),
            change_point_test(mixed, null, alpha),
        )
    else:
        tests = tuple(
            OrderTest(name, None, unit, None, None, None)
            for name, unit in (
                ("trend", "logit per attempt"),
                ("prefix", "of problems"),
                ("lag-1", "of attempts"),
                ("change point", "of attempts"),
            )
        )
    return OrderReport(
        tests=_holm(tests),
        prefix=prefix_curve(outcomes, level=level),
        problems=len(every.n),
        informative=len(mixed.n),
        level=level,
        permutations=permutations,
    )


def _holm(tests: tuple[OrderTest, ...]) -> tuple[OrderTest, ...]:
    known = [test.p for test in tests if test.p is not None]
    adjusted = iter(holm(known).tolist() if known else [])
    return tuple(
        test if test.p is None else dataclasses.replace(test, p_adjusted=next(adjusted))
        for test in tests
    )
