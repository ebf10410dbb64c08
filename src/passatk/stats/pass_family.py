"""Estimators of what k attempts at a problem achieve, over arrays of counts.

All are means over the k-subsets of the n attempts, and so unbiased if the attempts at a problem
are exchangeable and n was fixed before any was seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import PassatkError
from passatk.stats.kernel import all_pass_table, distinct_pairs, mean_over_draws, pass_table
from passatk.stats.stopping import StopAtSuccess, check_stopping
from passatk.stats.validation import (
    POLICIES,
    FloatArray,
    IntArray,
    Policy,
    check_choice,
    check_counts,
    check_enough_attempts,
    check_k,
    several,
)

CountTable = Callable[[IntArray, IntArray, IntArray], FloatArray]
"""Vectors of U counts n and c and of K sizes k to values of shape (U, K); k > n counts missing
attempts as failures."""


@overload
def pass_at_k(
    n: int, c: int, k: int, *, policy: Policy = ..., stopping: StopAtSuccess | None = ...
) -> float: ...
@overload
def pass_at_k(
    n: ArrayLike,
    c: ArrayLike,
    k: int | Sequence[int],
    *,
    policy: Policy = ...,
    stopping: StopAtSuccess | None = ...,
) -> FloatArray: ...
def pass_at_k(
    n: ArrayLike,
    c: ArrayLike,
    k: int | Sequence[int],
    *,
    policy: Policy = "raise",
    stopping: StopAtSuccess | None = None,
) -> float | FloatArray:
    """The probability that at least one of k attempts passes, estimated without bias.

    pass@k = 1 - C(n-c, k) / C(n, k): the share of the k-subsets of the n attempts that hold a
    pass. Unbiased for 1 - (1-p)^k if the attempts at a problem are exchangeable and n was fixed
    before any was seen. Where attempts ended with the r-th pass, ``stopping`` gives the rule, and
    a problem that reached it counts as 1 - C(n-r, k) / C(n-1, k) for k < n and 1 from k = n on,
    which is unbiased for every k up to the cap.

    Args:
        n: attempts at each problem, integers >= 1.
        c: how many of them passed, 0 <= c <= n. ``n`` and ``c`` broadcast.
        k: attempts allowed, an integer >= 1, or a sequence of K of them.
        policy: where k > n (or k > cap). ``"raise"`` names the places. ``"drop"`` gives NaN there,
            for ``numpy.nanmean`` to pass over. ``"fail"`` adds k - n failures, which gives 1 where
            c > 0 and 0 where c = 0. (The rule "n - c < k gives 1" counts problems that were never
            solved as solved, and is not offered.)
        stopping: the rule that ended the attempts at a problem, if results did.

    Returns:
        values in [0, 1] of the common shape of n and c, with a trailing axis of length K where k
        is a sequence; a float where all three are scalars. Relative error about 1e-14 at n = 1e5.

    Raises:
        DataError: counts that cannot be, or k > n under ``"raise"``.
        PassatkError: a k that is not an integer >= 1, or an unknown policy.

    Source: Chen et al. 2021, arXiv 2107.03374, equation 1.

    >>> round(pass_at_k(10, 3, 5), 4)
    0.9167
    >>> pass_at_k([4, 4], [1, 2], [1, 2]).round(4).tolist()
    [[0.25, 0.5], [0.5, 0.8333]]
    >>> pass_at_k([3, 50], [1, 0], [2, 10], stopping=StopAtSuccess(1, cap=50)).tolist()
    [[0.0, 1.0], [0.0, 0.0]]
    """
    if stopping is None:
        return _over_counts(pass_table, n, c, k, policy)
    attempts, passes = check_counts(n, c)
    places = tuple(f"index {i}" for i in range(attempts.size))
    check_stopping(stopping, attempts.ravel(), passes.ravel(), places)
    return _over_counts(
        lambda n, c, k: pass_table(n, c, k, stopping.successes),
        n,
        c,
        k,
        policy,
        largest=np.full_like(attempts, stopping.cap),
    )


def pass_hat_k(
    n: ArrayLike, c: ArrayLike, k: int | Sequence[int], *, policy: Policy = "raise"
) -> float | FloatArray:
    """pass^k: the probability that all of k attempts pass, C(c, k) / C(n, k).

    Arguments, shapes and errors as in :func:`pass_at_k`.

    Source: Yao et al. 2024, arXiv 2406.12045.

    >>> round(pass_hat_k(10, 8, 3), 4)
    0.4667
    """
    return _over_counts(all_pass_table, n, c, k, policy)


def g_pass_at_k(
    n: ArrayLike, c: ArrayLike, k: int | Sequence[int], tau: float, *, policy: Policy = "raise"
) -> float | FloatArray:
    """G-Pass@k_tau: the probability that at least the share ``tau`` of k attempts passes.

    P(X >= max(ceil(tau k), 1)), X the passes among k of the n attempts (hypergeometric). tau = 1
    is pass^k, tau -> 0 is pass@k. Other arguments, shapes and errors as in :func:`pass_at_k`.

    Args:
        tau: in [0, 1].

    Source: Liu et al. 2024, arXiv 2412.13147.

    >>> round(g_pass_at_k(10, 5, 4, 0.5), 4)
    0.7381
    """
    return _over_counts(g_pass_table(tau), n, c, k, policy)


def mg_pass_at_k(
    n: ArrayLike, c: ArrayLike, k: int | Sequence[int], *, policy: Policy = "raise"
) -> float | FloatArray:
    """mG-Pass@k: G-Pass@k_tau averaged over tau from 0.5 to 1.

    (2/k) sum_{i = ceil(k/2)+1}^{k} P(X >= i) = (2/k) E[max(X - ceil(k/2), 0)], which is 0 for
    k = 1 and at most 2 floor(k/2) / k. Arguments, shapes and errors as in :func:`pass_at_k`.

    Source: Liu et al. 2024, arXiv 2412.13147.

    >>> round(mg_pass_at_k(10, 8, 4), 4)
    0.6
    """
    return _over_counts(mg_pass_table, n, c, k, policy)


def attempts_to_pass(
    n: ArrayLike, c: ArrayLike, k: int | Sequence[int], *, policy: Policy = "raise"
) -> float | FloatArray:
    """The mean number of attempts until the first pass, or k if there is none before: in [1, k].

    sum_{t < k} C(n-c, t) / C(n, t): the restricted mean. (The unrestricted one may be infinite, as
    E[1/p] is where some problems are hardly ever solved.) Arguments, shapes and errors as in
    :func:`pass_at_k`.

    >>> attempts_to_pass(10, 5, [1, 2]).tolist()
    [1.0, 1.5]
    """
    return _over_counts(attempts_table, n, c, k, policy)


def plug_in_pass_at_k(n: ArrayLike, c: ArrayLike, k: int | Sequence[int]) -> float | FloatArray:
    """1 - (1 - c/n)^k, biased low: for comparison with numbers that were made so, and nothing else.

    Any k >= 1 will do. Other arguments, shapes and errors as in :func:`pass_at_k`.

    >>> round(plug_in_pass_at_k(10, 3, 5), 4)
    0.8319
    """
    return _over_counts(plug_in_table, n, c, k, "fail")


def g_pass_table(tau: float) -> CountTable:
    """G-Pass@k for one tau, over distinct counts."""
    if not 0.0 <= tau <= 1.0:
        raise PassatkError(f"tau must satisfy 0 <= tau <= 1; got tau={tau!r}")

    def table(n: IntArray, c: IntArray, k: IntArray) -> FloatArray:
        columns = []
        for each in k.tolist():
            # 0.07 * 100 is a little more than 7 in binary, and must not ask for 8 passes.
            needed = max(math.ceil(round(tau * each, 9)), 1)
            columns.append(mean_over_draws(n, c, (np.arange(each + 1) >= needed).astype(float)))
        return np.stack(columns, axis=1).clip(max=1.0)

    return table


def mg_pass_table(n: IntArray, c: IntArray, k: IntArray) -> FloatArray:
    """mG-Pass@k over distinct counts."""
    columns = []
    for each in k.tolist():
        worth = np.maximum(np.arange(each + 1) - (each + 1) // 2, 0) * 2.0 / each
        columns.append(mean_over_draws(n, c, worth))
    return np.stack(columns, axis=1)


def attempts_table(n: IntArray, c: IntArray, k: IntArray, stop_at: int | None = None) -> FloatArray:
    """Attempts to the first pass over distinct counts."""
    failing = 1.0 - pass_table(n, c, np.arange(1, int(k.max()) + 1), stop_at)
    failing = np.concatenate([np.ones((len(n), 1)), failing[:, :-1]], axis=1)
    table = np.cumsum(failing, axis=1)[:, k - 1]
    if stop_at is None:
        for column, each in enumerate(k.tolist()):
            short = n < each
            if short.any():
                # Failures are added to the attempts as a whole, and can be drawn from the start.
                padded = np.full(int(short.sum()), each)
                table[short, column] = attempts_table(padded, c[short], k[column, None])[:, 0]
    return table


def plug_in_table(n: IntArray, c: IntArray, k: IntArray) -> FloatArray:
    """The plug-in over distinct counts."""
    with np.errstate(divide="ignore"):
        return -np.expm1(np.log1p(-c / n)[:, None] * k)


def _over_counts(
    table: CountTable,
    n: ArrayLike,
    c: ArrayLike,
    k: int | Sequence[int],
    policy: Policy,
    largest: IntArray | None = None,
) -> float | FloatArray:
    """Values of all problems from those of the distinct (n, c); ``largest`` k, n by default."""
    attempts, passes = check_counts(n, c)
    ks = check_k(k)
    check_choice("policy", policy, POLICIES)
    largest = attempts if largest is None else largest
    if policy == "raise":
        check_enough_attempts(largest, ks)
    pairs = distinct_pairs(attempts.ravel(), passes.ravel())
    values = table(pairs.n, pairs.c, ks)[pairs.index].reshape(*attempts.shape, len(ks))
    if policy == "drop":
        values[largest[..., None] < ks] = np.nan
    if several(k):
        return values
    single: FloatArray = values[..., 0]
    return single if single.ndim else float(single)
