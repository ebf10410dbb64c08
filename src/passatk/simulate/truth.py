"""The exact pass@k of given problems: what a run at them would show if it never ended."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import DataError
from passatk.stats.validation import FloatArray, check_k


def pass_at_k_of(p: ArrayLike, k: int | Sequence[int]) -> FloatArray:
    """theta_k = mean_i [1 - (1-p_i)^k], for independent attempts at problems of probability p_i.

    Args:
        p: pass probabilities, shape (..., P); the mean is over the last axis.
        k: K integers >= 1.

    Returns:
        shape (..., K).

    >>> pass_at_k_of([0.0, 0.5, 1.0], [1, 2]).round(4).tolist()
    [0.5, 0.5833]
    """
    fails = 1.0 - np.asarray(p, dtype=np.float64)
    kept: FloatArray = np.stack(
        [(fails**each).mean(axis=-1) for each in check_k(k).tolist()], axis=-1
    )
    return 1.0 - kept


def pass_at_k_with_duplicates(
    p: ArrayLike, k: int | Sequence[int], duplicates: float
) -> FloatArray:
    """theta_k where two attempts at a problem are the same program with that probability.

    Programs repeat as in a Chinese restaurant of concentration alpha = 1/duplicates - 1, each new
    one passes with p_i, and so k attempts all fail with probability
    prod_{j<k} (alpha (1-p_i) + j) / (alpha + j).

    Args:
        p: pass probabilities, shape (P,).
        k: K integers >= 1.
        duplicates: in [0, 1).

    Returns:
        shape (K,).
    """
    if duplicates == 0:
        return pass_at_k_of(p, k)
    ks, fails = check_k(k), 1.0 - np.asarray(p, dtype=np.float64)
    alpha = 1.0 / duplicates - 1.0
    drawn = np.arange(ks.max())
    steps = (alpha * fails[:, None] + drawn) / (alpha + drawn)
    kept: FloatArray = np.cumprod(steps, axis=1)[:, ks - 1].mean(axis=0)
    return 1.0 - kept


def pass_at_k_of_steps(chances: ArrayLike, k: int | Sequence[int]) -> FloatArray:
    """pass@k of independent attempts whose chances differ: over all k-subsets of the n attempts.

    This is what the estimator pass@k means where attempts drift, 1 - e_k(1-p_1, ..., 1-p_n) /
    C(n, k) with e_k the elementary symmetric polynomial.

    Args:
        chances: pass probability of each attempt, shape (P, n).
        k: K integers, 1 <= k <= n.

    Returns:
        shape (K,), the mean over problems.

    >>> pass_at_k_of_steps([[1.0, 0.0]], [1, 2]).tolist()
    [0.5, 1.0]
    """
    fails = 1.0 - np.asarray(chances, dtype=np.float64)
    ks, n = check_k(k), fails.shape[1]
    if ks.max() > n:
        raise DataError(f"k={ks.max()} of {n} attempts", field="k", expected=f"1 <= k <= {n}")
    # Row j: the mean over j-subsets of the attempts seen so far, which cannot overflow.
    means = np.zeros((n + 1, len(fails)))
    means[0] = 1.0
    for seen in range(1, n + 1):
        drawn = np.arange(1, seen + 1)[:, None] / seen
        means[1 : seen + 1] = (1 - drawn) * means[1 : seen + 1] + drawn * (
            fails[:, seen - 1] * means[:seen]
        )
    kept: FloatArray = means[ks].mean(axis=1)
    return 1.0 - kept


def prefix_pass(chances: ArrayLike) -> FloatArray:
    """The chance that one of the first t attempts passes, for t = 1..n, averaged over problems.

    Args:
        chances: pass probability of each attempt, shape (P, n).

    Returns:
        shape (n,).
    """
    fails = 1.0 - np.asarray(chances, dtype=np.float64)
    kept: FloatArray = np.cumprod(fails, axis=1).mean(axis=0)
    return 1.0 - kept
