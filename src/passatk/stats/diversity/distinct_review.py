"""pass@k of a reviewer who is shown each approach once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from passatk.stats.diversity.clusters import check_clusters
from passatk.stats.validation import FloatArray, IntArray, check_enough_attempts, check_k, several

# Up to here clusters of one size are added one by one, above as a binomial number of them.
_FEW = 8


def distinct_review_pass_at_k(
    sizes: ArrayLike, passes: ArrayLike, k: int | Sequence[int]
) -> float | FloatArray:
    """The chance of a pass among the first k different approaches, attempts in random order.

    A reviewer passes copies over, so that k reviews reach further than k attempts. An approach that
    passes now and then counts as two, one that passes and one that fails. Let every attempt arrive
    at a time uniform in [0, 1]. The first of the c passes arrives at t with density
    c (1-t)^{c-1}, a failing approach of n_g attempts before t with chance 1 - (1-t)^{n_g}:

        int_0^1 c (1-t)^{c-1} P(fewer than k failing approaches arrived before t) dt.

    The integrand is a polynomial, which Gauss and Legendre's rule integrates exactly.

    The value less pass@k is what looking at copies wastes. With all attempts different it is
    pass@k; it is 1 where something passes and fewer than k approaches fail.

    Args:
        sizes, passes: attempts n_g and passes c_g of each approach at one problem, shape (G,).
        k: approaches looked at, an integer in 1..n, or a sequence of K of them.

    Returns:
        in [0, 1]; shape (K,) where k is a sequence.

    Raises:
        DataError: counts that cannot be, or k > n.
        PassatkError: a k that is not an integer >= 1.

    >>> distinct_review_pass_at_k([3, 1], [0, 1], [1, 2]).round(4).tolist()
    [0.25, 1.0]
    """
    n, c = check_clusters(sizes, passes)
    ks = check_k(k)
    check_enough_attempts(np.array([n.sum()]), ks)
    passing = int(c.sum())
    failing = (n - c)[n > c]
    if passing == 0:
        values = np.zeros(len(ks))
    else:
        left, weight = _rule((int(n.sum()) + 1) // 2)
        density = weight * passing * left ** (passing - 1)
        most = min(int(ks.max()), len(failing) + 1)
        fewer = np.cumsum(_arrived(failing, left, most), axis=0) @ density
        values = np.where(ks > len(failing), 1.0, fewer[np.minimum(ks, most) - 1])
    values = values.clip(0.0, 1.0)
    return values if several(k) else float(values[0])


@lru_cache(maxsize=16)
def _rule(points: int) -> tuple[FloatArray, FloatArray]:
    """Points 1-t in (0, 1) and weights, exact for polynomials of degree 2 points - 1."""
    nodes, weights = np.polynomial.legendre.leggauss(points)
    return (nodes + 1.0) / 2.0, weights / 2.0


def _arrived(sizes: IntArray, left: FloatArray, most: int) -> FloatArray:
    """The chance that 0, 1, ..., most - 1 clusters have arrived, shape (most, points)."""
    chance = np.zeros((most, len(left)))
    chance[0] = 1.0
    for size, count in zip(*np.unique(sizes, return_counts=True), strict=True):
        away = left ** int(size)
        if count <= _FEW:
            for _ in range(count):
                later = chance * away
                later[1:] += chance[:-1] * (1.0 - away)
                chance = later
        else:
            together = _binomial(int(count), away, most)
            later = np.zeros_like(chance)
            for j, each in enumerate(together):
                later[j:] += chance[: most - j] * each
            chance = later
    return chance


def _binomial(count: int, away: FloatArray, most: int) -> FloatArray:
    """The chance that j < most of ``count`` alike have arrived, each with chance 1 - away."""
    x = np.arange(min(count + 1, most))[:, None]
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, count + 1)))])
    logs = log_factorial[count] - log_factorial[x] - log_factorial[count - x]
    chances: FloatArray = np.exp(logs + x * np.log1p(-away) + (count - x) * np.log(away))
    return chances
