"""n@k: a ranker puts k attempts in order, and the first n of them are submitted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import PassatkError
from passatk.stats.graded import finite_rows
from passatk.stats.kernel import pass_table
from passatk.stats.validation import (
    BoolArray,
    FloatArray,
    IntArray,
    check_enough_attempts,
    check_k,
    check_length,
    check_passed,
    several,
)


def n_at_k(
    passed: ArrayLike, ranks: ArrayLike, submissions: int, k: int | Sequence[int]
) -> float | FloatArray:
    """The probability that a pass is among the ``submissions`` best-ranked of k attempts.

    The mean over the k-subsets of a problem's N attempts and over random orders of attempts of
    equal rank, computed exactly. With ``submissions`` = k it is pass@k, whatever the ranks.

    A pass with a failures ranked above it and b attempts ranked below is the first pass submitted
    if no other pass above it is drawn, and fewer than ``submissions`` of the failures above are:

        sum over passes of sum_{j < submissions} C(a, j) C(b, k-1-j) / C(N, k).

    Args:
        passed: True or False of each attempt, N values.
        ranks: the ranker's score of each attempt, higher is submitted earlier; N finite numbers
            that do not depend on which other attempts were drawn.
        submissions: how many may be submitted, >= 1.
        k: attempts that are ranked, an integer in 1..N, or a sequence of K of them.

    Returns:
        in [0, 1]; shape (K,) where k is a sequence.

    Raises:
        DataError: lengths that differ, values that are not numbers, or k > N.
        PassatkError: k or submissions that are not integers >= 1.

    Source: Li et al. 2022, arXiv 2203.07814, for the metric; the estimator is ours.

    >>> n_at_k([False, True, True], [0.9, 0.5, 0.1], 1, [1, 2, 3]).round(4).tolist()
    [0.6667, 0.3333, 0.0]
    """
    scores = finite_rows(ranks).ravel()
    check_length("passed", np.atleast_1d(passed), len(scores))
    results = check_passed(passed, lambda i: f"index {i}")
    ks = check_k(k)
    if not isinstance(submissions, int | np.integer) or submissions < 1:
        raise PassatkError(f"submissions must be an integer >= 1; got {submissions!r}")
    total = len(scores)
    check_enough_attempts(np.array([total]), ks)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, total + 1)))])
    values = np.full(len(ks), _of_all(results, scores, submissions))
    drawn = np.flatnonzero(ks < total).tolist()
    if drawn:
        a, b, weight = _passes_in_order(results, scores, log_factorial)
    j = np.arange(submissions)
    for column in drawn:
        each = int(ks[column])
        logs = _log_comb(log_factorial, a[:, None], j)
        logs = logs + _log_comb(log_factorial, b[:, None], each - 1 - j)
        logs -= _log_comb(log_factorial, np.array(total), np.array(each))
        values[column] = weight @ np.exp(logs).sum(axis=1)
    values = values.clip(max=1.0)
    return values if several(k) else float(values[0])


def _of_all(passed: BoolArray, ranks: FloatArray, submissions: int) -> float:
    """k = N, where nothing is drawn: groups of equal rank are submitted from the highest down.

    Only of the last group some are submitted and some not, at random.
    """
    _, group, sizes = np.unique(-ranks, return_inverse=True, return_counts=True)
    passes = np.bincount(group, passed, len(sizes)).astype(np.int64)
    for size, right in zip(sizes.tolist(), passes.tolist(), strict=True):
        drawn = min(size, submissions)
        if right > size - drawn:
            return 1.0
        if right and drawn:
            return float(pass_table(np.array([size]), np.array([right]), np.array([drawn]))[0, 0])
        submissions -= drawn
    return 0.0


def _passes_in_order(
    passed: BoolArray, ranks: FloatArray, log_factorial: FloatArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """Of each pass: failures above, attempts below, and the probability of this place.

    In a group of equal rank with s passes and w failures, the place q holds a pass with probability
    s / (s + w), with hypergeometric failures above it.
    """
    above, below, weights = [], [], []
    failures_above, left = 0, len(ranks)
    for rank in np.unique(ranks)[::-1]:
        group = passed[ranks == rank]
        size, failures = len(group), int((~group).sum())
        left -= size
        if failures < size:
            place, x = np.meshgrid(np.arange(size), np.arange(failures + 1), indexing="ij")
            logs = _log_comb(log_factorial, np.array(failures), x)
            logs = logs + _log_comb(log_factorial, np.array(size - 1 - failures), place - x)
            logs -= _log_comb(log_factorial, np.array(size - 1), place)
            here = logs > -np.inf
            above.append(failures_above + x[here])
            below.append(left + size - 1 - place[here])
            weights.append(np.exp(logs[here]) * (size - failures) / size)
        failures_above += failures
    empty = np.zeros(0, dtype=np.int64)
    return (
        np.concatenate([empty, *above]),
        np.concatenate([empty, *below]),
        np.concatenate([np.zeros(0), *weights]),
    )


def _log_comb(log_factorial: FloatArray, n: IntArray, j: IntArray) -> FloatArray:
    """log C(n, j), which is log 0 outside 0 <= j <= n."""
    possible = (j >= 0) & (j <= n)
    n, j = np.where(possible, n, 0), np.where(possible, j, 0)
    logs = log_factorial[n] - log_factorial[j] - log_factorial[n - j]
    return np.where(possible, logs, -np.inf)
