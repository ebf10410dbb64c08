"""Estimators of what k attempts at a problem achieve, over arrays of counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from passatk.stats.kernel import distinct_pairs, pass_table
from passatk.stats.validation import (
    POLICIES,
    FloatArray,
    Policy,
    check_choice,
    check_counts,
    check_enough_attempts,
    check_k,
    several,
)


@overload
def pass_at_k(n: int, c: int, k: int, *, policy: Policy = ...) -> float: ...
@overload
def pass_at_k(
    n: ArrayLike, c: ArrayLike, k: int | Sequence[int], *, policy: Policy = ...
) -> FloatArray: ...
def pass_at_k(
    n: ArrayLike, c: ArrayLike, k: int | Sequence[int], *, policy: Policy = "raise"
) -> float | FloatArray:
    """The probability that at least one of k attempts passes, estimated without bias.

    pass@k = 1 - C(n-c, k) / C(n, k): the share of the k-subsets of the n attempts that hold a
    pass. Unbiased for 1 - (1-p)^k if the attempts at a problem are exchangeable and n was fixed
    before any was seen; an n that depends on results (stop at the first pass) breaks it.

    Args:
        n: attempts at each problem, integers >= 1.
        c: how many of them passed, 0 <= c <= n. ``n`` and ``c`` broadcast.
        k: attempts allowed, an integer >= 1, or a sequence of K of them.
        policy: where k > n. ``"raise"`` names the places. ``"drop"`` gives NaN there, for
            ``numpy.nanmean`` to pass over. ``"fail"`` adds k - n failures, which gives 1 where
            c > 0 and 0 where c = 0. (The rule "n - c < k gives 1" counts problems that were never
            solved as solved, and is not offered.)

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
    """
    attempts, passes = check_counts(n, c)
    ks = check_k(k)
    check_choice("policy", policy, POLICIES)
    if policy == "raise":
        check_enough_attempts(attempts, ks)
    pairs = distinct_pairs(attempts.ravel(), passes.ravel())
    table = pass_table(pairs.n, pairs.c, ks)
    if policy == "drop":
        table[pairs.n[:, None] < ks] = np.nan
    values = table[pairs.index].reshape(*attempts.shape, len(ks))
    if several(k):
        return values
    single = values[..., 0]
    return single if single.ndim else float(single)
