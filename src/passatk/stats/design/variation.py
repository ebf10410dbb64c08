"""What varies in a pass@k or in a change of it: problems, and chance in attempts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passatk.errors import DataError, PassatkError
from passatk.stats.aggregation import mean_over_problems
from passatk.stats.comparison.pairing import align, differences, pass_by_problem
from passatk.stats.kernel import distinct_pairs, mean_over_draws, pass_table
from passatk.stats.outcomes import Outcomes
from passatk.stats.stopping import check_random_order
from passatk.stats.validation import check_one_k


@dataclass(frozen=True, slots=True)
class Variation:
    """What varies in a change of pass@k, or in pass@k of one run.

    Made by ``variation`` from runs that exist, or by ``from_variances`` from numbers.

    Attributes:
        k: attempts allowed.
        between: variance over problems of the true value, >= 0.
        failure: mean over problems of (1-p)^m for m = 0..2k, summed over the runs that are
            compared; shape (2k + 1,).
    """

    k: int
    between: float
    failure: tuple[float, ...]

    @classmethod
    def from_variances(cls, between: float, within: float) -> Variation:
        """At k = 1: the variance over problems, and the mean of p(1-p), of one run or summed.

        >>> round(Variation.from_variances(0.04, 0.1).within(10), 6)
        0.01
        """
        if not (between >= 0 and within >= 0 and between + within < np.inf):
            raise PassatkError(f"variances are >= 0; got between={between}, within={within}")
        return cls(1, between, (0.0, 0.0, -within))

    def compared(self, correlation: float) -> Variation:
        """What varies in the change between two runs like this one.

        Args:
            correlation: of their true values over problems, in [-1, 1]: 1 for runs that find the
                same problems hard. between becomes 2 (1 - correlation) between, within doubles.
        """
        if not -1 <= correlation <= 1:
            raise PassatkError(f"correlation must be in [-1, 1]; got {correlation}")
        return Variation(
            self.k,
            2.0 * (1.0 - correlation) * self.between,
            tuple(2.0 * each for each in self.failure),
        )

    def within(self, n: int) -> float:
        """What chance in n attempts adds to the variance at a problem, on average, n >= k.

        Two k-subsets of n attempts share J of them, J hypergeometric; both fail with probability
        E[(1-p)^(2k-J)], and the variance of the unbiased estimator is the mean of this over J,
        less (1-p)^(2k). At k = 1 it is p(1-p) / n.
        """
        if n < self.k:
            raise PassatkError(f"n must be >= k; got n={n}, k={self.k}")
        failure = np.array(self.failure)
        # J is the number among k of n attempts that are one of the k others.
        both = mean_over_draws(np.array([n]), np.array([self.k]), failure[: self.k - 1 : -1])
        # Unbiased moments of few attempts can put a variance below 0.
        return max(float(both[0] - failure[-1]), 0.0)


def variation(a: Outcomes, b: Outcomes | None = None, k: int = 1) -> Variation:
    """What varies, estimated from a run, or from two on the same problems.

    Args:
        a: a run with n >= 2k at every problem.
        b: the run it is compared with; None for planning the value of one run.
        k: attempts allowed.

    Returns:
        the variance of the true value (or change) over problems, which is what is seen less what
        chance adds, at least 0; and the moments that say what chance adds at any n.

    Raises:
        DataError: problems differ, one problem only, or 2k > n: then chance and problems cannot
            be told apart.
    """
    k = check_one_k(k)
    runs = align([a] if b is None else [a, b])
    wide = np.arange(1, 2 * k + 1)
    for each in runs:
        check_random_order(each.stopping, each.n, "planning")
        if int(each.n.min()) < 2 * k:
            raise DataError(
                f"2k={2 * k} is larger than the number of attempts",
                field="k",
                expected="2k <= n at every problem, to tell chance in attempts from problems",
                found=f"n={int(each.n.min())}",
                hint=f"plan for k <= {int(each.n.min()) // 2}, or give the variances yourself",
            )
    seen, chance = _seen(runs, k), 0.0
    failure = np.zeros(2 * k + 1)
    for each in runs:
        pairs = distinct_pairs(each.n, each.c)
        table = np.concatenate([np.zeros((len(pairs.n), 1)), pass_table(pairs.n, pairs.c, wide)], 1)
        mass = np.bincount(pairs.index, each.weights)
        failure += 1.0 - mass @ table / mass.sum()
        # V_i = pass@k's own variance at a problem: g_k^2 - g_2k.
        own = (1.0 - table[:, k]) ** 2 - (1.0 - table[:, 2 * k])
        chance += float(mass @ own / mass.sum())
    return Variation(k, max(seen - chance, 0.0), tuple(failure.tolist()))


def _seen(runs: list[Outcomes], k: int) -> float:
    """The variance over problems of pass@k, or of its difference, as seen.

    It is what a mean over P problems varies by, times P: among related problems that is more than
    their own variance, and a plan for further problems of such families needs it.
    """
    about = runs[0]
    if len(runs) == 2:
        mean = differences(runs[0], runs[1], np.array([k])).mean(0)
    else:
        mean = mean_over_problems(
            pass_by_problem(runs, k)[:, 0],
            weights=about.weights,
            strata=None if about.strata is None else np.array(about.strata),
            clusters=None if about.clusters is None else np.array(about.clusters),
        )
    if mean.variance is None:
        raise DataError("one problem does not vary", expected="at least two problems")
    share = np.ones(len(about)) if about.weights is None else about.weights
    return mean.variance * float(share.sum() ** 2 / (share @ share))
