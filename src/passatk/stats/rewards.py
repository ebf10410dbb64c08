"""pass@k and max@k as training rewards: what each of n attempts contributes to the best of k.

A policy gradient with these rewards follows pass@k (max@k) of the policy without bias: summed over
the attempts they are k times its unbiased estimate, as each k-subset pays its best score to each
of its k members (Walder and Karkhanis 2025, arXiv 2505.15201).
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import DataError
from passatk.stats.graded import finite_rows, top_weights
from passatk.stats.validation import (
    FloatArray,
    check_choice,
    check_enough_attempts,
    check_one_k,
)

Baseline = Literal["none", "leave-one-out", "leave-one-out-1"]
"""What is subtracted from an attempt's reward; it depends on the other attempts alone."""
BASELINES: tuple[Baseline, ...] = get_args(Baseline)


def pass_at_k_rewards(passed: ArrayLike, k: int, *, baseline: Baseline = "none") -> FloatArray:
    """Rewards of attempts that pass or fail, for training towards pass@k.

    With c of n passing, a pass earns k/n and a failure (k/n) (1 - C(n-1-c, k-1) / C(n-1, k-1)),
    the chance that others of its subset pass: as :func:`max_at_k_rewards` of scores 0 and 1, whose
    arguments, shapes and errors these are.

    Args:
        passed: True or False, 1 or 0, shape (..., n): the attempts at a problem along the last
            axis.

    >>> pass_at_k_rewards([1, 0, 0, 0], 2).round(4).tolist()
    [0.5, 0.1667, 0.1667, 0.1667]
    """
    scores = finite_rows(passed)
    if not np.isin(scores, (0.0, 1.0)).all():
        raise DataError(
            "neither passed nor failed",
            field="passed",
            expected="True or False, 1 or 0",
            hint="graded results go to max_at_k_rewards",
        )
    return max_at_k_rewards(scores, k, baseline=baseline)


def max_at_k_rewards(scores: ArrayLike, k: int, *, baseline: Baseline = "none") -> FloatArray:
    """Rewards of graded attempts, for training towards max@k.

    The reward of an attempt is the sum over the k-subsets that hold it of their best score, divided
    by C(n, k). With scores in ascending order,

        s_i = [C(i-1, k-1) y_i + sum_{j > i} C(j-2, k-2) y_j] / C(n, k),

    in O(n log n) by sorting and suffix sums. A baseline lowers the variance of the gradient and
    leaves its mean, as it does not depend on the attempt itself:

        "leave-one-out"    k/(n-1) max@k of the other attempts: their mean reward; needs k < n
        "leave-one-out-1"  k/n max@(k-1) of the other attempts: what each subset would have had
                           without the attempt; nothing at k = 1

    Args:
        scores: finite numbers, shape (..., n): the attempts at a problem along the last axis.
        k: 1 <= k <= n.
        baseline: what is subtracted.

    Returns:
        shape (..., n), in the order of the scores; equal scores get equal rewards.

    Raises:
        DataError: scores that are not finite numbers, or k > n (k >= n for "leave-one-out").
        PassatkError: a k that is not an integer >= 1, or an unknown baseline.

    Source: arXiv 2505.15201, equations 19, 29 and 33.

    >>> max_at_k_rewards([0.0, 0.5, 1.0], 2).round(4).tolist()
    [0.5, 0.5, 0.6667]
    >>> max_at_k_rewards([0.0, 0.5, 1.0], 2, baseline="leave-one-out-1").round(4).tolist()
    [0.0, 0.1667, 0.5]
    """
    table, size = finite_rows(scores), check_one_k(k)
    check_choice("baseline", baseline, BASELINES)
    n = table.shape[-1]
    check_enough_attempts(np.array([n]), np.array([size]))
    order = np.argsort(table, axis=-1, kind="stable")
    y = np.take_along_axis(table, order, axis=-1)
    rewards = _shares(y, size)
    if baseline == "leave-one-out":
        if size == n:
            raise DataError(
                "leaving one attempt out leaves too few",
                field="k",
                expected=f"k <= {n - 1}",
                found=f"k={size}",
                hint="more attempts, or baseline='leave-one-out-1'",
            )
        rewards = rewards - size / (n - 1) * _without_each(y, size)
    elif baseline == "leave-one-out-1" and size > 1:
        rewards = rewards - size / n * _without_each(y, size - 1)
    result = np.empty_like(rewards)
    np.put_along_axis(result, order, rewards, axis=-1)
    return result


def _shares(y: FloatArray, k: int) -> FloatArray:
    """s_i of ascending scores: own best subsets, and those that a better one is best of."""
    n = y.shape[-1]
    own = top_weights(n, np.array([k]))[:, 0]
    if k == 1:
        return own * y
    # C(j-2, k-2) / C(n, k) = C(j-1, k-1) / C(n, k) (k-1) / (j-1).
    with_one = own[1:] * (k - 1) / np.arange(1, n)
    return own * y + _sum_above(with_one * y[..., 1:])


def _without_each(y: FloatArray, k: int) -> FloatArray:
    """max@k of the other n - 1, for each of ascending scores."""
    weights = top_weights(y.shape[-1] - 1, np.array([k]))[:, 0]
    # Those below keep their place among the others, those above move down by one.
    below = np.cumsum(weights * y[..., :-1], axis=-1)
    below = np.concatenate([np.zeros((*y.shape[:-1], 1)), below], axis=-1)
    return below + _sum_above(weights * y[..., 1:])


def _sum_above(terms: FloatArray) -> FloatArray:
    """Suffix sums with a last one of nothing."""
    sums = np.cumsum(terms[..., ::-1], axis=-1)[..., ::-1]
    return np.concatenate([sums, np.zeros((*terms.shape[:-1], 1))], axis=-1)
