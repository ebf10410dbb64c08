"""Bounds for these problems where every attempt failed, or every one passed.

No variance can be estimated then. But pass probabilities under which such a run would be rarer than
alpha are ruled out, and the largest (or smallest) pass@k among those left is a bound that holds
whatever the problems are, alike or not. For a single probability this is Clopper and Pearson's.
"""

from __future__ import annotations

import numpy as np

from passatk.stats.pass_family import CountTable
from passatk.stats.uncertainty.binomial_grid import log_odds, on_grid
from passatk.stats.validation import FloatArray, IntArray

# Finer than the grid for variances: a bound should not be short by its spacing.
_LOGITS = np.arange(-25.0, 25.001, 0.02)
_BISECTIONS = 60


def edge_interval(
    mean: FloatArray,
    n: IntArray,
    shares: FloatArray,
    table: CountTable,
    k: IntArray,
    *,
    all_passed: bool,
    alpha: float,
) -> tuple[FloatArray, FloatArray]:
    """From the mean that all attempts have in common to the furthest truth they leave possible.

    The p_i that are not ruled out satisfy sum_i n_i y_i <= log(1/alpha), y_i = -log(1-p_i) for
    failures and -log p_i for passes. The bound maximises sum_i share_i d(p_i) over them, where d is
    the distance of the metric's truth from its value at the edge, through its Lagrange dual

        min_{t >= 0}  t log(1/alpha) + sum_i max_p [share_i d(p) - t n_i y(p)],

    with n_i y(p) <= log(1/alpha). It is exact where d is concave in y, as for pass@k after failures
    (the p_i are then equal if the n_i are), and errs on the safe side elsewhere.

    Args:
        mean: of the metric, shape (K,).
        n: attempts of each problem, shape (P,).
        shares: of each problem in the mean, summing to 1.
        table, k: the metric, monotone in p, and its K sizes.
        all_passed: which edge.
        alpha: the chance of error.

    Returns:
        low and high, shape (K,), one of them the mean.
    """
    budget = -np.log(alpha)
    kinds, counts = np.unique(np.column_stack([n, shares]), axis=0, return_counts=True)
    prices: dict[int, FloatArray] = {}
    distances: dict[int, FloatArray] = {}
    rises = np.zeros(len(k), dtype=np.bool_)
    for each in np.unique(n).tolist():
        logits = _affordable(each, budget, all_passed=all_passed)
        log_p, log_q = log_odds(logits)
        prices[each] = -each * (log_p if all_passed else log_q)[:, None]
        passes = np.array([each if all_passed else 0])
        away = on_grid(table, each, k, logits).truth - table(np.array([each]), passes, k)
        rises |= away.max(axis=0) > -away.min(axis=0)
        distances[each] = np.abs(away)

    def spent(price: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The dual at a price for each k, and how much of the budget is spent at it."""
        value, used = price * budget, np.zeros_like(price)
        for (attempts, share), count in zip(kinds.tolist(), counts.tolist(), strict=True):
            spend = prices[int(attempts)]
            gain = share * distances[int(attempts)] - price * spend
            best = gain.argmax(axis=0)
            top = gain[best, np.arange(len(price))]
            # p = 0 (or 1) costs nothing and lies beyond the end of the grid.
            taken = top > 0.0
            value = value + count * np.where(taken, top, 0.0)
            used = used + count * np.where(taken, spend[best, 0], 0.0)
        return value, used

    low, high = np.full(len(k), -60.0), np.full(len(k), 10.0)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2.0
        over = spent(np.exp(middle))[1] > budget
        low, high = np.where(over, middle, low), np.where(over, high, middle)
    far = np.minimum(spent(np.exp(low))[0], spent(np.exp(high))[0])
    return (
        np.where(rises, mean, mean - far).clip(0.0, 1.0),
        np.where(rises, mean + far, mean).clip(0.0, 1.0),
    )


def _affordable(n: int, budget: float, *, all_passed: bool) -> FloatArray:
    """The grid of p as far as one problem of n attempts can go with all of the budget."""
    last = np.log(np.expm1(budget / n))
    if all_passed:
        return np.append(_LOGITS[-last < _LOGITS], -last)
    return np.append(_LOGITS[last > _LOGITS], last)
