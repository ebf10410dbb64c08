"""Do later attempts pass more often, or less? Trend, graded scores, and the two halves compared."""

from __future__ import annotations

import numpy as np

from passatk.errors import DataError
from passatk.stats.estimation import estimate_values
from passatk.stats.order.clustered import cluster_labels, cluster_test
from passatk.stats.order.result import OrderTest
from passatk.stats.order.sequences import Sequences
from passatk.stats.order.slopes import conditional_slope
from passatk.stats.order.sums import position_squares, rank_sums, squares_within
from passatk.stats.outcomes import Outcomes
from passatk.stats.result import Estimate
from passatk.stats.validation import FloatArray, IntArray

# Two-sided 5 % and 80 % power: z_.975 + z_.8, the effect that a test can be asked to see.
DETECTABLE = 2.8015852
_SLOPE_UNIT = "logit per attempt"
_RANK_UNIT = "rank correlation"


def trend(outcomes: Outcomes) -> OrderTest:
    """Whether the chance of a pass rises or falls from attempt to attempt.

    T = sum_i sum_j (j - jbar_i) x_ij has under exchangeability mean 0 and the exact variance
    sum_i [sum_j (j - jbar_i)^2] c_i (n_i - c_i) / (n_i (n_i - 1)) given the counts, whatever the
    difficulty of each problem; p is that of z = T / sd. For few problems the permutation p of
    :func:`passatk.stats.order.order_tests` is exact where this one is an approximation.

    Args:
        outcomes: with the order of generation. Problems never or always solved tell nothing about
            order and drop out; weights and strata play no part. Where problems have clusters, z is
            Student's t of the sums over clusters.

    Returns:
        the test; its effect is the slope of :func:`slope`, None where every mixed problem has all
        its passes at one end (the slope is then infinite) or where nothing can be said (p None).

    >>> print(trend(Outcomes.from_matrix([[0, 0, 1, 1], [0, 1, 0, 1], [1, 1, 1, 1]])))
    trend: +1.2200 logit per attempt, p=0.1
    """
    every = Sequences.of(outcomes)
    mixed = every.informative()
    if not len(mixed.n):
        return OrderTest("trend", None, _SLOPE_UNIT, None, None, None)
    scores, variances = rank_sums(mixed, mixed.results.astype(np.float64))
    score, information = float(scores.sum()), float(variances.sum())
    beta, _ = conditional_slope(mixed.n, mixed.c, score)
    z, p, error = score / information**0.5, None, information**-0.5
    labels = cluster_labels(outcomes)
    if labels is not None:
        tested = cluster_test(scores, labels[every.mixed])
        if tested is None:
            return OrderTest("trend", None, _SLOPE_UNIT, None, None, None)
        z, p, error = tested.t, tested.p, tested.variance**0.5 / information
    return OrderTest(
        name="trend",
        effect=beta if np.isfinite(beta) else None,
        unit=_SLOPE_UNIT,
        z=z,
        p=two_sided(z) if p is None else p,
        detectable=DETECTABLE * error,
        problems=len(mixed.n),
        # Of a score test: the information at no slope.
        standard_error=error,
    )


def score_trend(outcomes: Outcomes) -> OrderTest:
    """Page's trend test for graded scores: ranks within each problem against the place.

    T = sum_i sum_j (j - jbar_i) r_ij with mid-ranks r, and under exchangeability the variance
    sum_i [sum_j (j - jbar_i)^2] [sum_j (r_ij - rbar_i)^2] / (n_i - 1). For scores 0 and 1 and equal
    n it is the test of :func:`trend`. The effect is the pooled rank correlation of place and score.

    Args:
        outcomes: with scores in the order of generation.

    Raises:
        DataError: no scores (``trend`` is for passes and failures).

    Source: Page 1963, JASA 58:216.

    >>> outcomes = Outcomes.from_matrix([[0.1, 0.4, 0.9], [0.2, 0.2, 0.6]], passing=1.0)
    >>> print(score_trend(outcomes))
    score trend: +0.9354 rank correlation, p=0.0614
    """
    if outcomes.scores is None:
        raise DataError(
            "no scores",
            expected="a graded result of every attempt",
            found="passes and failures",
            hint="use trend, or give scores with passing=",
        )
    every = Sequences.of(outcomes)
    ranks = _mid_ranks(outcomes.scores, every.owner)
    squares = squares_within(ranks, every)
    scores, variances = rank_sums(every, ranks)
    score, sd = float(scores.sum()), float(variances.sum()) ** 0.5
    if sd == 0.0:
        return OrderTest("score trend", None, _RANK_UNIT, None, None, None)
    z, p, labels = score / sd, None, cluster_labels(outcomes)
    if labels is not None:
        tested = cluster_test(np.where(variances > 0.0, scores, 0.0), labels)
        if tested is None:
            return OrderTest("score trend", None, _RANK_UNIT, None, None, None)
        z, p, sd = tested.t, tested.p, tested.variance**0.5
    mixed = squares > 0.0
    scale = float(position_squares(every.n)[mixed].sum() * squares.sum()) ** 0.5
    return OrderTest(
        name="score trend",
        effect=score / scale,
        unit=_RANK_UNIT,
        z=z,
        p=two_sided(z) if p is None else p,
        detectable=DETECTABLE * sd / scale,
        problems=int(mixed.sum()),
        standard_error=sd / scale,
    )


def half_difference(outcomes: Outcomes, *, level: float = 0.95) -> Estimate:
    """Share of passes in the second half of the attempts minus that in the first half.

    Mean over problems, each half of floor(n/2) (an odd middle attempt belongs to neither), with
    Student's t over problems: an effect on the scale of pass@1.

    Raises:
        DataError: a problem with a single attempt, or an unknown order.
        PassatkError: a bad level.
    """
    every = Sequences.of(outcomes)
    if int(every.n.min()) < 2:
        raise DataError(
            f"problem {outcomes.problems[int(every.n.argmin())]!r} has no halves",
            field="n",
            expected="at least two attempts at each problem",
            found="1",
        )
    half = every.n // 2
    late = every.position >= (every.n - half)[every.owner]
    early = every.position < half[every.owner]
    difference = np.bincount(every.owner, every.results * (late * 1.0 - early)) / half
    return estimate_values(
        difference,
        outcomes,
        metric="second half - first half",
        bounds=(-1.0, 1.0),
        level=level,
        method="t",
    )


def two_sided(z: float) -> float:
    """P(|Z| >= |z|) for a standard normal Z."""
    from scipy.special import ndtr

    return float(2.0 * ndtr(-abs(z)))


def _mid_ranks(values: FloatArray, owner: IntArray) -> FloatArray:
    """Ranks of values among those of the same owner, ties sharing the mean of theirs."""
    order = np.lexsort((values, owner))
    new = np.ones(len(values), dtype=np.bool_)
    new[1:] = (owner[order][1:] != owner[order][:-1]) | (values[order][1:] != values[order][:-1])
    run = np.cumsum(new) - 1
    # The mean place of a run of ties, over all owners; only differences within one matter.
    middle = np.bincount(run, np.arange(len(values)).astype(np.float64)) / np.bincount(run)
    ranks = np.empty(len(values))
    ranks[order] = middle[run]
    return ranks
