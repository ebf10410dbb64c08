"""How many kinds there are among things that come in kinds: Hill numbers and rarefaction."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import PassatkError
from passatk.stats.diversity.clusters import check_clusters
from passatk.stats.kernel import distinct_pairs, pass_table
from passatk.stats.validation import FloatArray, check_enough_attempts, check_k, several


def hill_number(sizes: ArrayLike, q: float) -> float:
    """The effective number of kinds of order q: so many equally common kinds would be as diverse.

    (sum_g p_g^q)^(1/(1-q)) with p_g = n_g / n; for q = 1 its limit exp(-sum_g p_g log p_g). q = 0
    counts kinds, q = 1 weighs them by how common they are, q = 2 is one over the chance that two
    attempts (drawn with replacement) are of one kind.

    Args:
        sizes: attempts of each of G kinds, integers >= 1.
        q: >= 0 and finite.

    Returns:
        in [1, G]. It grows with n: to compare different n, rarefy (:func:`rarefied_richness`).

    Raises:
        DataError: no kinds, or sizes that are not counts.
        PassatkError: q is negative or not finite.

    Source: Hill 1973, Ecology 54:427.

    >>> [round(hill_number([8, 1, 1], q), 3) for q in (0, 1, 2)]
    [3.0, 1.895, 1.515]
    """
    n, _ = check_clusters(sizes, 0)
    if not (np.isfinite(q) and q >= 0):
        raise PassatkError(f"q must satisfy 0 <= q < infinity; got q={q!r}")
    shares = n / n.sum()
    if q == 1:
        return float(np.exp(-(shares * np.log(shares)).sum()))
    return float(np.exp(np.log((shares**q).sum()) / (1.0 - q)))


def rarefied_richness(sizes: ArrayLike, k: int | Sequence[int]) -> float | FloatArray:
    """The mean number of kinds among k of the n attempts, for comparing runs of different n.

    sum_g [1 - C(n-n_g, k) / C(n, k)]: each kind is there if one of its attempts is drawn.

    Args:
        sizes: attempts of each of G kinds, integers >= 1.
        k: attempts drawn, an integer in 1..n, or a sequence of K of them.

    Returns:
        in [1, min(k, G)]; shape (K,) where k is a sequence.

    Raises:
        DataError: no kinds, sizes that are not counts, or k > n.
        PassatkError: a k that is not an integer >= 1.

    Source: Hurlbert 1971, Ecology 52:577.

    >>> rarefied_richness([8, 1, 1], [1, 2, 10]).round(3).tolist()
    [1.0, 1.378, 3.0]
    """
    n, _ = check_clusters(sizes, 0)
    ks = check_k(k)
    check_enough_attempts(np.array([n.sum()]), ks)
    pairs = distinct_pairs(np.full_like(n, n.sum()), n)
    times = np.bincount(pairs.index, minlength=len(pairs.n))
    kinds: FloatArray = times @ pass_table(pairs.n, pairs.c, ks)
    return kinds if several(k) else float(kinds[0])
