"""The best of k attempts where results are graded: max@k, and the scores that runtimes make."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import DataError
from passatk.stats.validation import (
    BoolArray,
    FloatArray,
    IntArray,
    check_enough_attempts,
    check_k,
    several,
)

# Scores sorted at a time: a few megabytes of working memory.
_BLOCK = 1 << 18


def max_at_k(scores: ArrayLike, k: int | Sequence[int]) -> FloatArray:
    """The expected best score of k attempts, estimated without bias.

    max@k = sum_i y_(i) C(i-1, k-1) / C(n, k) over scores in ascending order: the mean over the
    k-subsets of the n attempts of their best. With scores 0 and 1 it is pass@k.

    Args:
        scores: finite numbers of any range, shape (..., n), attempts along the last axis.
        k: attempts allowed, an integer in 1..n, or a sequence of K of them.

    Returns:
        shape (...), with a trailing axis of length K where k is a sequence.

    Raises:
        DataError: scores that are not finite numbers, or k > n.
        PassatkError: a k that is not an integer >= 1.

    >>> max_at_k([0.1, 0.5, 0.9], [1, 2, 3]).round(4).tolist()
    [0.5, 0.7667, 0.9]
    """
    table, ks = finite_rows(scores), check_k(k)
    n = table.shape[-1]
    check_enough_attempts(np.array([n]), ks)
    values = np.sort(table, axis=-1) @ top_weights(n, ks)
    return values if several(k) else values[..., 0]


def top_weights(n: int, k: IntArray) -> FloatArray:
    """C(i-1, k-1) / C(n, k), the probability that the i-th smallest of n is the best of k drawn.

    From the top, where it is k/n, each weight is the one above times 1 - (k-1)/i. Where k > n all
    weight is on the top: the missing attempts are worth no more than any there is.

    Returns:
        shape (n, K), columns that sum to 1.
    """
    i = np.arange(n - 1, 0, -1)[:, None]
    top = np.minimum(k / n, 1.0)[None, :]
    steps = np.maximum(1.0 - (k - 1) / i, 0.0)
    return np.cumprod(np.concatenate([top, steps]), axis=0)[::-1]


def max_table(scores: FloatArray, n: IntArray, k: IntArray) -> FloatArray:
    """max@k of each problem for each k, shape (P, K), from flat scores, problem after problem."""
    table = np.empty((len(n), len(k)))
    starts = np.cumsum(n) - n
    for size in np.unique(n).tolist():
        weights = top_weights(size, k)
        members = np.flatnonzero(n == size)
        for some in np.array_split(members, 1 + members.size * size // _BLOCK):
            rows = scores[starts[some, None] + np.arange(size)]
            rows.sort(axis=1)
            table[some] = rows @ weights
    return table


def efficiency_scores(
    seconds: ArrayLike, passed: ArrayLike, *, limit: ArrayLike, reference: ArrayLike
) -> FloatArray:
    """Scores whose max@k is eff@k: max(0, T - t) / (T - t_ref), and 0 for a failed program.

    1 is as fast as the reference, more is faster, at most T / (T - t_ref).

    Args:
        seconds: the time t of each program, >= 0; that of a failed one is not read. All arguments
            broadcast.
        passed: whether it passed.
        limit: T, from which on a program scores nothing.
        reference: t_ref < T, the time of the reference solution.

    Raises:
        DataError: a reference that is not below the limit, or a passing program without a time.

    Source: Qiu et al. 2024, arXiv 2406.06647, for one level of tests.

    >>> efficiency_scores([1.0, 2.0, 9.0], [True, True, False], limit=3, reference=1).tolist()
    [1.0, 0.5, 0.0]
    """
    t, solved = _times(seconds, passed)
    most, best = np.asarray(limit, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    if not np.all((best >= 0) & (best < most)):
        raise DataError(
            "a reference is not faster than the limit", expected="0 <= reference < limit"
        )
    return np.where(solved, np.maximum(most - t, 0.0) / (most - best), 0.0)


def beyond_scores(
    seconds: ArrayLike, passed: ArrayLike, *, fastest: ArrayLike, slowest: ArrayLike
) -> FloatArray:
    """Scores whose max@k is Beyond@k: where a program lies between the slowest and the fastest.

    (slowest - t) / (slowest - fastest) with t clipped to that range, 0 for a failed program: in
    [0, 1]. Arguments as in :func:`efficiency_scores`.

    Args:
        fastest, slowest: the range of the runtimes of known solutions.

    Raises:
        DataError: an empty range, or a passing program without a time.

    Source: Du et al. 2024, arXiv 2402.07844.

    >>> beyond_scores([1.0, 2.5, 9.0], [True, True, False], fastest=2, slowest=4).tolist()
    [1.0, 0.75, 0.0]
    """
    t, solved = _times(seconds, passed)
    low, high = np.asarray(fastest, dtype=np.float64), np.asarray(slowest, dtype=np.float64)
    if not np.all((low >= 0) & (low < high)):
        raise DataError("known solutions span no range", expected="0 <= fastest < slowest")
    return np.where(solved, (high - np.clip(t, low, high)) / (high - low), 0.0)


def finite_rows(scores: ArrayLike) -> FloatArray:
    """Scores as floats with attempts along the last axis, at least one and all finite."""
    try:
        table = np.asarray(scores, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(
            "scores are not a table of numbers", field="scores", expected="shape (..., attempts)"
        ) from error
    if table.ndim == 0 or table.shape[-1] == 0:
        raise DataError(
            "no attempts", field="scores", expected="shape (..., attempts)", found=table.shape
        )
    wrong = ~np.isfinite(table)
    if wrong.any():
        at = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise DataError(
            f"unusable score at index {at}",
            field="scores",
            expected="a finite number",
            found=f"{table[at]}",
        )
    return table


def _times(seconds: ArrayLike, passed: ArrayLike) -> tuple[FloatArray, BoolArray]:
    solved = np.asarray(passed, dtype=np.bool_)
    t = np.where(solved, np.asarray(seconds, dtype=np.float64), np.inf)
    if np.any(solved & ~((t >= 0) & np.isfinite(t))):
        raise DataError(
            "a passing program without a time", field="seconds", expected="a finite number >= 0"
        )
    return t, solved
