"""pass@k where variants of an approach do not count: only its first attempt does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from passatk.stats.diversity.clusters import check_clusters
from passatk.stats.validation import FloatArray, IntArray, check_enough_attempts, check_k, several


def first_variant_pass_at_k(
    sizes: ArrayLike, passes: ArrayLike, k: int | Sequence[int]
) -> float | FloatArray:
    """fpass@k: the chance that a first attempt of its approach passes, among k attempts.

    k of the n attempts are drawn in random order; of each approach only the attempt drawn first
    counts. It passes with probability r_g = c_g / n_g whatever came before, so that

        fpass@k = 1 - [z^k] prod_g (1 + (1-r_g) ((1+z)^{n_g} - 1)) / C(n, k).

    fpass@1 is pass@1, attempts that are all different give pass@k, one approach alone gives c/n,
    and fpass@k <= pass@k.

    The coefficient is taken of a product of binomial distributions with success probability k/n
    (a change of z that cancels), whose terms neither overflow nor vanish near k.

    Args:
        sizes, passes: attempts n_g and passes c_g of each approach at one problem, shape (G,).
        k: attempts drawn, an integer in 1..n, or a sequence of K of them.

    Returns:
        in [0, 1], to about 1e-12; shape (K,) where k is a sequence.

    Raises:
        DataError: counts that cannot be, or k > n.
        PassatkError: a k that is not an integer >= 1.

    >>> first_variant_pass_at_k([3, 1], [1, 1], [1, 2, 4]).round(4).tolist()
    [0.5, 0.6667, 1.0]
    """
    n, c = check_clusters(sizes, passes)
    ks = check_k(k)
    total = int(n.sum())
    check_enough_attempts(np.array([total]), ks)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, total + 1)))])
    failing = (n - c) / n
    values = np.array([1.0 - _all_first_fail(n, failing, each, log_factorial) for each in ks])
    values = values.clip(0.0, 1.0)
    return values if several(k) else float(values[0])


def _all_first_fail(n: IntArray, failing: FloatArray, k: int, log_factorial: FloatArray) -> float:
    """The chance that no first attempt passes; ``failing`` is 1 - r_g."""
    total = int(n.sum())
    if k == total:
        return float(np.prod(failing))
    share = k / total

    def drawn(size: int) -> FloatArray:
        """The chance that 0, 1, ... of ``size`` attempts are drawn if each is with chance k/n."""
        x = np.arange(min(size, k) + 1)
        logs = log_factorial[size] - log_factorial[x] - log_factorial[size - x]
        chances: FloatArray = np.exp(logs + x * np.log(share) + (size - x) * np.log1p(-share))
        return chances

    mixed = (failing > 0.0) & (failing < 1.0)
    # Approaches that always fail make no difference between them, and one that always passes
    # must not be drawn at all.
    product = drawn(int(n[failing == 1.0].sum()))
    product = product * np.exp(n[failing == 0.0].sum() * np.log1p(-share))
    for size, chance in zip(n[mixed].tolist(), failing[mixed].tolist(), strict=True):
        factor = drawn(size)
        factor[1:] *= chance
        product = np.convolve(product, factor)[: k + 1]
    if len(product) <= k:
        return 0.0
    return float(product[k] / drawn(total)[k])
