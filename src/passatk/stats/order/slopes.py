"""The change of the log odds of a pass from one attempt to the next."""

from __future__ import annotations

import numpy as np

from passatk.errors import DataError
from passatk.stats.order.clustered import cluster_labels, cluster_test
from passatk.stats.order.sequences import Sequences
from passatk.stats.order.sums import rank_sums
from passatk.stats.outcomes import Outcomes
from passatk.stats.result import Estimate
from passatk.stats.validation import FloatArray, IntArray, check_level


def slope(outcomes: Outcomes, *, level: float = 0.95) -> Estimate:
    """The change of the log odds of a pass from one attempt to the next, common to all problems.

    Conditional maximum likelihood for logit P(x_ij = 1) = a_i + beta j given every c_i, which
    frees it of the a_i: their number grows with that of problems, and fitting them would inflate
    beta. With q = e^beta the sum over all orders of c passes is a Gaussian binomial coefficient, so
    with centred positions the score is sum over the factors m of it of (m/2) coth(beta m / 2), and
    a million problems cost as much as n of them. The interval is Wald's; where problems have
    clusters, with the variance of the sums of scores over clusters (a sandwich) and Student's t.

    Raises:
        DataError: no problem with both passes and failures, or an infinite slope.
        PassatkError: a bad level.
    """
    from scipy.special import ndtri, stdtrit

    check_level(level)
    every = Sequences.of(outcomes)
    mixed, labels = every.informative(), cluster_labels(outcomes)
    scores = rank_sums(mixed, mixed.results.astype(np.float64))[0]
    beta, information = conditional_slope(mixed.n, mixed.c, float(scores.sum()))
    if not np.isfinite(beta):
        raise DataError(
            "no finite slope",
            expected="problems with passes both before and after a failure",
            found=f"{len(mixed.n)} problems with both passes and failures",
            hint="the test of passatk.stats.order.trend needs no finite slope",
        )
    error, quantile = information**-0.5, float(ndtri(0.5 + level / 2.0))
    if labels is not None:
        own = labels[every.mixed]
        left = cluster_test(scores - _expected_scores(mixed.n, mixed.c, beta), own)
        error = float("inf") if left is None else left.variance**0.5 / information
        quantile = float(stdtrit(max(len(np.unique(own)) - 1, 1), 0.5 + level / 2.0))
    half = quantile * error
    return Estimate(
        metric="slope",
        value=beta,
        standard_error=error,
        low=beta - half,
        high=beta + half,
        level=level,
        method="conditional logistic",
        target="fixed",
        warnings=(),
        k=None,
        problems=len(mixed.n),
        attempts=int(mixed.n.sum()),
    )


def conditional_slope(n: IntArray, c: IntArray, score: float) -> tuple[float, float]:
    """The beta whose expected score is ``score``, and the information there.

    The expected score is sum_i sum_{j=1}^{c_i} [phi(n_i - c_i + j) - phi(j)], which only needs how
    often each m occurs as an argument of phi.
    """
    largest = float(np.sum(c * (n - c))) / 2.0
    if abs(score) >= largest * (1.0 - 1e-12):
        return float(np.copysign(np.inf, score)), 0.0
    occurs = np.zeros(int(n.max()) + 2)
    # Runs n-c+1..n and 1..c as steps up and down, then summed.
    np.add.at(occurs, n - c + 1, 1.0)
    np.add.at(occurs, n + 1, -1.0)
    occurs[1] -= len(n)
    np.add.at(occurs, c + 1, 1.0)
    m = np.arange(1, len(occurs))
    weight = np.cumsum(occurs)[1:]
    # The score rises with beta from -largest to largest: Newton's step where it stays between
    # what is known to be too low and too high, halving where it does not.
    low, high, beta = -64.0, 64.0, 0.0
    for _ in range(200):
        expected, information = _score_moments(m, weight, beta)
        if expected < score:
            low = beta
        else:
            high = beta
        step = (score - expected) / information if information > 0 else np.inf
        if abs(step) <= 1e-13 * max(1.0, abs(beta)):
            break
        beta = beta + step if low < beta + step < high else (low + high) / 2.0
    return beta, information


def _expected_scores(n: IntArray, c: IntArray, beta: float) -> FloatArray:
    """Of each problem, given its counts: sum over j of phi(n - c + j) - phi(j), j = 1..c."""
    m = np.arange(1, int(n.max()) + 1)
    phi = np.array([_score_moments(m[at : at + 1], np.ones(1), beta)[0] for at in range(len(m))])
    total = np.concatenate([[0.0], np.cumsum(phi)])
    expected: FloatArray = total[n] - total[n - c] - total[c]
    return expected


def _score_moments(m: IntArray, weight: FloatArray, beta: float) -> tuple[float, float]:
    """Mean and variance of the score: phi = (m/2) coth(x) - 1/beta at x = beta m / 2, and phi'."""
    x = beta * m / 2.0
    small = np.abs(x) < 0.02
    y = np.where(small, 1.0, np.clip(x, -300.0, 300.0))
    langevin = np.where(
        small, x / 3.0 - x**3 / 45.0 + 2.0 * x**5 / 945.0, 1.0 / np.tanh(y) - 1.0 / y
    )
    slope_ = np.where(
        small, 1.0 / 3.0 - x**2 / 15.0 + 2.0 * x**4 / 189.0, 1.0 / y**2 - 1.0 / np.sinh(y) ** 2
    )
    return float(weight @ (m / 2.0 * langevin)), float(weight @ (m**2 / 4.0 * slope_))
