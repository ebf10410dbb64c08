"""The variance of a run at these very problems, with what the other problems tell about each.

Given its p_i, a problem contributes Var_{p_i}(h) to the variance of a repeated run, and p_i is not
known: the plug-in c_i/n_i says zero for every problem that was always or never solved, although
many of those are not certain. Here p_i gets a prior estimated from all problems, and the variance
is E[Var_p(h) | c_i]. The estimate itself stays the unbiased mean of h.

Two priors are tried and the wider interval is taken, as neither serves everywhere. A Beta
distribution fitted by maximum likelihood is good for the spread-out difficulties of real
benchmarks, but may put problems of a small p at p = 0 where problems come in a few kinds. The same
prior after 500 steps of the EM algorithm (Laird 1978) is close to the unrestricted maximum
likelihood: good for kinds, too sure of itself with few problems.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passatk.stats.beta_binomial import Tails, fit_beta
from passatk.stats.pass_family import CountTable
from passatk.stats.uncertainty.binomial_grid import LOGITS, OnGrid, likelihood, log_odds, on_grid
from passatk.stats.validation import FloatArray, IntArray

_EM_STEPS = 500
_SMALLEST = 1e-300


@dataclass(frozen=True, slots=True)
class Design:
    """What is known before any result: which (n, c) there can be, and the metric at each n.

    Attributes:
        n, c: the distinct counts, shape (U,).
        chance: of c at each p of the grid, shape (U, G), each row up to a factor.
        metric: for each distinct n, the rows of that n and the metric on the grid.
    """

    n: IntArray
    c: IntArray
    chance: FloatArray
    metric: tuple[tuple[IntArray, OnGrid], ...]

    @classmethod
    def of(cls, n: IntArray, c: IntArray, table: CountTable, k: IntArray) -> Design:
        """For distinct (n, c) and the k asked for."""
        metric = tuple(
            (np.flatnonzero(n == each), on_grid(table, int(each), k)) for each in np.unique(n)
        )
        return cls(n, c, likelihood(n, c, LOGITS, relative=True), metric)


def beta_prior(a: FloatArray, b: FloatArray) -> FloatArray:
    """Beta(a, b) on the grid, shape (..., G), up to a factor."""
    log_p, log_q = log_odds(LOGITS)
    log_density = np.asarray(a)[..., None] * log_p + np.asarray(b)[..., None] * log_q
    density: FloatArray = np.exp(log_density - log_density.max(axis=-1, keepdims=True))
    return density


def posterior_moments(
    design: Design, prior: FloatArray, shares: FloatArray, squares: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Posterior means of the truth and of the variance of a weighted mean of h.

    Args:
        design: of U distinct counts and K values of k.
        prior: on the grid, shape (..., G).
        shares: sum of the shares of the problems with each (n, c), shape (..., U).
        squares: sum of their squares.

    Returns:
        sum share_i E[truth(p_i) | c_i] and sum share_i^2 E[variance(p_i) | c_i], shape (..., K).
    """
    evidence = np.maximum(prior @ design.chance.T, _SMALLEST)
    sizes = (*prior.shape[:-1], design.metric[0][1].truth.shape[-1])
    truth, variance = np.zeros(sizes), np.zeros(sizes)
    for rows, metric in design.metric:
        given = prior * ((shares[..., rows] / evidence[..., rows]) @ design.chance[rows])
        truth += given @ metric.truth
        given = prior * ((squares[..., rows] / evidence[..., rows]) @ design.chance[rows])
        variance += given @ metric.variance
    return truth, variance


def empirical_bayes_interval(
    mean: FloatArray,
    design: Design,
    counts: FloatArray,
    shares: FloatArray,
    squares: FloatArray,
    level: float,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Variance and interval of a weighted mean of h over these problems.

    With V and theta the expected variance and truth under a prior, the mean is worth
    m = theta (1-theta) / V coin tosses. The interval is the smallest that holds both
    mean +- z sqrt(V) and Wilson's interval for m tosses: the first is right where a few problems
    hold all the uncertainty, the second where all share it and the mean is near 0 or 1.

    Args:
        mean: of h, shape (..., K). Leading axes are independent data sets of one design.
        design: as they have it.
        counts: number of problems with each (n, c), shape (..., U).
        shares, squares: sums of their shares in the mean and of their squares, shape (..., U).
        level: confidence level.

    Returns:
        variance, low and high, shape (..., K).
    """
    from scipy.special import ndtri

    z = float(ndtri(0.5 + level / 2.0))
    variance, low, high = np.zeros_like(mean), mean, mean
    for truth, each in _moments(mean, design, counts, shares, squares):
        half = z * np.sqrt(each)
        tosses = np.maximum(truth * (1.0 - truth), _SMALLEST) / np.maximum(each, _SMALLEST)
        # No more uncertain than a toss for each problem, which bounds any h in [0, 1].
        pull = z * z / np.maximum(tosses, 1.0 / squares.sum(axis=-1)[..., None])
        centre = (mean + pull / 2.0) / (1.0 + pull)
        wilson = np.sqrt(pull * mean * (1.0 - mean) + pull * pull / 4.0) / (1.0 + pull)
        variance = np.maximum(variance, each)
        low = np.minimum(low, np.minimum(mean - half, centre - wilson))
        high = np.maximum(high, np.maximum(mean + half, centre + wilson))
    return variance, low.clip(0.0, 1.0), high.clip(0.0, 1.0)


def _moments(
    mean: FloatArray, design: Design, counts: FloatArray, shares: FloatArray, squares: FloatArray
) -> list[tuple[FloatArray, FloatArray]]:
    if design.n.max() == 1:
        # One attempt each tells nothing about how problems differ: all alike is the widest case.
        return [(mean, mean * (1.0 - mean) * squares.sum(axis=-1)[..., None])]
    prior = beta_prior(*fit_beta(_tails(design, counts)))
    first = posterior_moments(design, prior, shares, squares)
    for _ in range(_EM_STEPS):
        prior = prior / prior.sum(axis=-1, keepdims=True)
        evidence = np.maximum(prior @ design.chance.T, _SMALLEST)
        prior = prior * ((counts / evidence) @ design.chance)
    return [first, posterior_moments(design, prior, shares, squares)]


def _tails(design: Design, counts: FloatArray) -> Tails:
    """Tails of every data set; ``c > j`` is a matrix shared by all of them."""
    j = np.arange(int(design.n.max()))
    above = (values[:, None] > j for values in (design.c, design.n - design.c, design.n))
    return Tails(*(counts @ each.astype(np.float64) for each in above))
