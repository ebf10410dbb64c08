"""Methods in use for these very problems that do not hold their level, for comparison only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passatk.stats.kernel import Pairs
from passatk.stats.pass_family import CountTable
from passatk.stats.uncertainty.binomial_grid import LOGITS, likelihood, log_odds, on_grid
from passatk.stats.validation import FloatArray, IntArray

# Elements of a block of resamples.
_BLOCK = 1 << 21


@dataclass(frozen=True, slots=True)
class Kinds:
    """Problems of equal (n, c) and weight, and how many there are of each kind, shape (U,)."""

    n: IntArray
    c: IntArray
    mass: FloatArray
    counts: IntArray

    @classmethod
    def of(cls, n: IntArray, c: IntArray, weight: FloatArray) -> Kinds:
        rows, counts = np.unique(np.column_stack([n, c, weight]), axis=0, return_counts=True)
        return cls(rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64), rows[:, 2], counts)


def plug_in_variance(pairs: Pairs, table: CountTable, k: IntArray) -> FloatArray:
    """Variance of each problem's value at p = c/n, shape (U, K): 0 where c is 0 or n."""
    variance = np.zeros((len(pairs.n), len(k)))
    for n in np.unique(pairs.n).tolist():
        rows = np.flatnonzero((pairs.n == n) & (pairs.c > 0) & (pairs.c < n))
        if len(rows):
            logits = np.log(pairs.c[rows]) - np.log(n - pairs.c[rows])
            variance[rows] = on_grid(table, n, k, logits).variance
    return variance


def flat_prior_interval(
    pairs: Pairs,
    shares: FloatArray,
    squares: FloatArray,
    table: CountTable,
    k: IntArray,
    level: float,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Standard error and credible interval with p_i ~ Beta(1, 1), independently for each problem.

    Centred on the posterior mean of the truth and not on the mean of values: 50 problems that fail
    100 of 100 attempts have a posterior mean of pass@100 near 0.5.
    """
    from scipy.special import ndtri

    log_p, log_q = log_odds(LOGITS)
    posterior = likelihood(pairs.n, pairs.c, LOGITS) * np.exp(log_p + log_q)
    posterior /= posterior.sum(axis=1, keepdims=True)
    centre, variance = np.zeros(len(k)), np.zeros(len(k))
    for n in np.unique(pairs.n).tolist():
        rows = pairs.n == n
        truth = on_grid(table, n, k).truth
        first, second = posterior[rows] @ truth, posterior[rows] @ truth**2
        centre += shares[rows] @ first
        variance += squares[rows] @ np.maximum(second - first**2, 0.0)
    error = np.sqrt(variance)
    half = float(ndtri(0.5 + level / 2.0)) * error
    return error, (centre - half).clip(0.0, 1.0), (centre + half).clip(0.0, 1.0)


def resampled_attempts(
    kinds: Kinds,
    table: CountTable,
    k: IntArray,
    resamples: int,
    rng: np.random.Generator,
    *,
    problems_too: bool,
) -> FloatArray:
    """Means of runs whose attempts are drawn anew with p = c/n, shape (resamples, K).

    With ``problems_too`` problems are drawn first.
    """
    problems = int(kinds.counts.sum())
    chances, values = [], []
    for n, c in zip(kinds.n.tolist(), kinds.c.tolist(), strict=True):
        passes = np.arange(n + 1)
        attempts = np.full_like(passes, n)
        with np.errstate(divide="ignore"):
            logit = np.log(c) - np.log(n - c) if 0 < c < n else (-50.0 if c == 0 else 50.0)
        chance = likelihood(attempts, passes, np.array([logit]))[:, 0]
        chances.append(chance / chance.sum())
        values.append(table(attempts, passes, k))
    means = np.empty((resamples, len(k)))
    rows = max(1, _BLOCK // (int(kinds.n.max()) + 1))
    for start in range(0, resamples, rows):
        block = slice(start, min(start + rows, resamples))
        size = block.stop - start
        drawn = (
            rng.multinomial(problems, kinds.counts / problems, size=size)
            if problems_too
            else np.tile(kinds.counts, (size, 1))
        )
        total = np.zeros((size, len(k)))
        for at, (chance, value) in enumerate(zip(chances, values, strict=True)):
            total += kinds.mass[at] * (rng.multinomial(drawn[:, at], chance) @ value)
        means[block] = total / (drawn @ kinds.mass)[:, None]
    return means
