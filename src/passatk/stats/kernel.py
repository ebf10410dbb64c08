"""pass@k of single problems for every k at once, and the few distinct problems there are.

With n attempts of which c passed, the probability that k attempts drawn without replacement all
fail is C(n-c, k) / C(n, k) = prod_{j<k} (1 - c/(n-j)) (arXiv 2107.03374). Its logarithm is a
running sum over j, so one pass gives every k; ``log1p`` and ``expm1`` keep full relative precision
where pass@k is tiny. The usual alternatives lose it: at n=1e5, c=1 a product of rounded factors is
off by 1e-12 and ``gammaln`` by 1e-5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from passatk.stats.validation import FloatArray, IntArray

# Elements a block: three float64 arrays of this size stay within an L2 cache.
_BLOCK = 1 << 15


@dataclass(frozen=True, slots=True)
class Pairs:
    """The distinct (n, c) among many problems: ``n[index]``, ``c[index]`` give them all back."""

    n: IntArray
    c: IntArray
    index: IntArray


def distinct_pairs(n: IntArray, c: IntArray) -> Pairs:
    """Compress problems to their distinct (n, c): problems are many, pairs are few.

    Args:
        n, c: vectors of the same length, 0 <= c <= n.
    """
    width = int(n.max()) + 1 if n.size else 1
    keys, index = np.unique(n * width + c, return_inverse=True)
    return Pairs(n=keys // width, c=keys % width, index=index)


def pass_blocks(n: IntArray, c: IntArray, k: IntArray) -> Iterator[tuple[slice, FloatArray]]:
    """pass@k of each (n, c) for each k, a block of rows at a time.

    Where k > n the value is that of n padded to k with failures: 1 if c > 0, else 0.

    Args:
        n, c: vectors of U counts, 0 <= c <= n, n >= 1.
        k: vector of K integers >= 1, in any order.

    Yields:
        a slice of the U rows and their values, shape (rows, K), in [0, 1]. The working memory is
        that of one block, or of one row of ``max(k)`` values where that is more.
    """
    drawn = np.arange(int(k.max()))
    rows = max(1, _BLOCK // len(drawn))
    for start in range(0, len(n), rows):
        block = slice(start, start + rows)
        left = np.maximum(n[block, None] - drawn, 1)
        with np.errstate(divide="ignore"):
            # The share of passes among those left reaches 1 where k > n - c: log 0, pass@k = 1.
            steps = np.log1p(-np.minimum(c[block, None] / left, 1.0))
        yield block, -np.expm1(np.cumsum(steps, axis=1)[:, k - 1])


def pass_table(n: IntArray, c: IntArray, k: IntArray) -> FloatArray:
    """The blocks of :func:`pass_blocks` as one array of shape (U, K)."""
    table = np.empty((len(n), len(k)))
    for block, values in pass_blocks(n, c, k):
        table[block] = values
    return table
