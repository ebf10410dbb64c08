"""Is the order of the attempts worth anything? Four tests and Holm's correction over them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.errors import PassatkError
from passatk.stats.multiplicity import holm
from passatk.stats.order.null import null_draws
from passatk.stats.order.prefix import (
    PrefixCurve,
    expected_prefix,
    prefix_curve,
    solved_by,
    standardised,
)
from passatk.stats.order.result import OrderTest
from passatk.stats.order.sequences import Sequences
from passatk.stats.order.trends import DETECTABLE, rank_sum, trend
from passatk.stats.outcomes import Outcomes
from passatk.stats.resampling import DEFAULT_SEED
from passatk.stats.validation import FloatArray, IntArray, check_level

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
    itself assumes exchangeability, and this is its check.

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
        null = _draw(mixed, shortest, permutations, rng)
        alpha = (1.0 - level) / (family or _TESTS)
        tests = (
            _trend(outcomes, mixed, null, alpha),
            _prefix(mixed, shortest, len(every.n), null, alpha),
            _lag(mixed, null, alpha),
            _change_point(mixed, null, alpha),
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


@dataclass(frozen=True, slots=True)
class _Null:
    """The statistics of every draw, each of shape (B,)."""

    trend: FloatArray
    prefix: FloatArray
    adjacent: FloatArray
    cusum: FloatArray


def _draw(mixed: Sequences, shortest: int, draws: int, rng: np.random.Generator) -> _Null:
    longest = int(mixed.n.max())
    trend_, adjacent = np.zeros(draws), np.zeros(draws)
    solved, cusum = np.zeros((draws, shortest)), np.zeros((draws, longest))
    for n in np.unique(mixed.n).tolist():
        passes = mixed.c[mixed.n == n]
        centred = np.arange(n) - (n - 1) / 2
        rate = float(passes.sum()) / n
        for block, drawn in null_draws(n, passes, draws, rng):
            trend_[block] += drawn.passed @ centred
            adjacent[block] += drawn.adjacent
            solved[block] += drawn.solved[:, :shortest]
            # Beyond its last attempt a problem adds nothing: its sum has returned to 0.
            cusum[block, :n] += np.cumsum(drawn.passed - rate, axis=1)
    mean, variance = expected_prefix(mixed.n, mixed.c, shortest)
    z = np.abs(solved - mean) * standardised(np.ones(shortest), np.sqrt(variance))
    return _Null(trend_, z.max(axis=1), adjacent, np.abs(cusum).max(axis=1))


def _trend(outcomes: Outcomes, mixed: Sequences, null: _Null, alpha: float) -> OrderTest:
    score, _ = rank_sum(mixed, mixed.results.astype(np.float64))
    p = _p(abs(score), np.abs(null.trend))
    return dataclasses.replace(trend(outcomes), p=p, critical=normal_critical(alpha))


def _prefix(mixed: Sequences, shortest: int, problems: int, null: _Null, alpha: float) -> OrderTest:
    mean, variance = expected_prefix(mixed.n, mixed.c, shortest)
    observed = solved_by(mixed, shortest)
    z = standardised(observed - mean, np.sqrt(variance))
    at = int(np.abs(z).argmax())
    free = bool(variance.max() > 0)
    return OrderTest(
        name="prefix",
        effect=float(observed[at] - mean[at]) / problems,
        unit="of problems",
        z=float(z[at]),
        p=_p(float(abs(z[at])), null.prefix) if free else None,
        detectable=None,
        at=at + 1,
        problems=len(mixed.n),
        standard_error=float(variance[at]) ** 0.5 / problems if free else None,
        critical=_quantile(null.prefix, alpha) if free else None,
    )


def _lag(mixed: Sequences, null: _Null, alpha: float) -> OrderTest:
    mean, variance = adjacent_moments(mixed.n, mixed.c)
    places = float(np.sum(mixed.n - 1))
    if variance == 0.0:
        return OrderTest("lag-1", None, "of attempts", None, None, None)
    excess = mixed.adjacent_passes() - mean
    return OrderTest(
        name="lag-1",
        effect=excess / places,
        unit="of attempts",
        z=excess / variance**0.5,
        p=_p(abs(excess), np.abs(null.adjacent - mean)),
        detectable=DETECTABLE * variance**0.5 / places,
        problems=int(np.sum((mixed.c > 1) & (mixed.c < mixed.n))),
        standard_error=variance**0.5 / places,
        critical=normal_critical(alpha),
    )


def _change_point(mixed: Sequences, null: _Null, alpha: float) -> OrderTest:
    cusum = mixed.cusum()
    at = int(np.abs(cusum).argmax())
    after = float(np.sum(np.maximum(mixed.n - at - 1, 0)))
    before = float(np.sum(np.minimum(mixed.n, at + 1)))
    # From a surplus S before, pass rates fell by S/before + S/after.
    scale = 1.0 / before + 1.0 / after if after else 0.0
    sd = _cusum_variance(mixed.n, mixed.c, at + 1) ** 0.5
    return OrderTest(
        name="change point",
        effect=-float(cusum[at]) * scale,
        unit="of attempts",
        z=None,
        p=_p(float(abs(cusum[at])), null.cusum),
        detectable=None,
        at=at + 1,
        problems=len(mixed.n),
        standard_error=sd * scale if sd * scale > 0 else None,
        critical=_quantile(null.cusum, alpha) / sd if sd > 0 else None,
    )


def _cusum_variance(n: IntArray, c: IntArray, t: int) -> float:
    """Of S(t) over all orders: passes among t of n drawn without replacement."""
    drawn = np.minimum(t, n)
    return float(np.sum(drawn * (n - drawn) / n * c * (n - c) / n / np.maximum(n - 1, 1)))


def normal_critical(alpha: float) -> float:
    """The |z| that a normal statistic reaches with probability alpha."""
    from scipy.special import ndtri

    return float(ndtri(1.0 - alpha / 2.0))


def _quantile(drawn: FloatArray, alpha: float) -> float:
    return float(np.quantile(drawn, 1.0 - alpha, method="higher"))


def adjacent_moments(n: IntArray, c: IntArray) -> tuple[float, float]:
    """Mean and variance of the number of passes that follow a pass, over all orders.

    With c passes in R runs there are c - R of them, and R is hypergeometric: c draws from
    n - c + 1 places for a run and c - 1 others. The mean is sum c(c-1)/n.
    """
    mean = np.sum(c * (c - 1) / n)
    variance = np.sum(c * (n - c + 1) / n * (c - 1) / n * (n - c) / np.maximum(n - 1, 1))
    return float(mean), float(variance)


def _p(observed: float, drawn: FloatArray) -> float:
    """Sums in another order may differ by rounding: a tie counts as extreme."""
    extreme = int(np.sum(drawn >= observed - 1e-9 * max(1.0, observed)))
    return (1 + extreme) / (1 + len(drawn))


def _holm(tests: tuple[OrderTest, ...]) -> tuple[OrderTest, ...]:
    known = [test.p for test in tests if test.p is not None]
    adjusted = iter(holm(known).tolist() if known else [])
    return tuple(
        test if test.p is None else dataclasses.replace(test, p_adjusted=next(adjusted))
        for test in tests
    )
