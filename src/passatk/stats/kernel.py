"""What k attempts at single problems achieve, and the few distinct problems there are.

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


def pass_blocks(
    n: IntArray, c: IntArray, k: IntArray, stop_at: int | None = None
) -> Iterator[tuple[slice, FloatArray]]:
    """pass@k of each (n, c) for each k, a block of rows at a time.

    Where k > n the value is that of n padded to k with failures: 1 if c > 0, else 0.

    With ``stop_at`` = r, attempts ended with the r-th pass: a row with c = r has it at its n-th
    attempt. What came before are n - 1 exchangeable attempts with r - 1 passes, so that

        pass@k = 1 - C(n-r, k) / C(n-1, k) for k < n, and 1 from k = n on.

    The other rows were ended by the cap, and keep the usual formula.

    Args:
        n, c: vectors of U counts, 0 <= c <= n, n >= 1.
        k: vector of K integers >= 1, in any order.
        stop_at: r >= 1, or None if n did not depend on results.

    Yields:
        a slice of the U rows and their values, shape (rows, K), in [0, 1]. The working memory is
        that of one block, or of one row of ``max(k)`` values where that is more.
    """
    drawn = np.arange(int(k.max()))
    rows = max(1, _BLOCK // len(drawn))
    for start in range(0, len(n), rows):
        block = slice(start, start + rows)
        stopped = np.zeros(len(n[block]), np.int64) if stop_at is None else c[block] == stop_at
        left = np.maximum((n[block] - stopped)[:, None] - drawn, 1)
        with np.errstate(divide="ignore"):
            # The share of passes among those left reaches 1 where k > n - c: log 0, pass@k = 1.
            steps = np.log1p(-np.minimum((c[block] - stopped)[:, None] / left, 1.0))
        values = -np.expm1(np.cumsum(steps, axis=1)[:, k - 1])
        if stop_at is not None:
            values[stopped[:, None] & (k >= n[block, None])] = 1.0
        yield block, values


def pass_table(n: IntArray, c: IntArray, k: IntArray, stop_at: int | None = None) -> FloatArray:
    """The blocks of :func:`pass_blocks` as one array of shape (U, K)."""
    table = np.empty((len(n), len(k)))
    for block, values in pass_blocks(n, c, k, stop_at):
        table[block] = values
    return table


def all_pass_table(n: IntArray, c: IntArray, k: IntArray) -> FloatArray:
    """The probability C(c, k) / C(n, k) that k attempts all pass, shape (U, K); 0 where k > n.

    A product of shares keeps its relative precision here, as nothing is subtracted from it.
    """
    drawn = np.arange(int(k.max()))
    table = np.empty((len(n), len(k)))
    rows = max(1, _BLOCK // len(drawn))
    for start in range(0, len(n), rows):
        block = slice(start, start + rows)
        passes = np.maximum(c[block, None] - drawn, 0)
        left = np.maximum(n[block, None] - drawn, 1)
        table[block] = np.cumprod(passes / left, axis=1)[:, k - 1]
    return table


def mean_over_draws(n: IntArray, c: IntArray, worth: FloatArray) -> FloatArray:
    """E[worth[X]], X the number of passes among k attempts drawn without replacement.

    X is hypergeometric. Its probabilities are built up from their ratios and divided by their sum,
    which needs no binomial coefficient and neither overflows nor cancels. Where k > n, the k - n
    missing attempts count as failures.

    Args:
        n, c: vectors of U counts, 0 <= c <= n.
        worth: what 0, 1, ..., k passes are worth, shape (k + 1,).

    Returns:
        shape (U,).
    """
    k = len(worth) - 1
    x = np.arange(k + 1)
    values = np.empty(len(n))
    rows = max(1, _BLOCK // len(x))
    for start in range(0, len(n), rows):
        block = slice(start, start + rows)
        passes, attempts = c[block, None], np.maximum(n[block, None], k)
        spare = attempts - passes - k  # X = x leaves spare + x failures undrawn
        possible = (x <= passes) & (spare + x >= 0)
        more = ((passes - x) * (k - x))[:, :-1]
        fewer = x[1:] * (spare + x[1:])
        both = possible[:, :-1] & possible[:, 1:]
        steps = np.where(both, more, 1) / np.where(both, fewer, 1)
        logs = np.zeros(possible.shape)
        np.cumsum(np.log(steps), axis=1, out=logs[:, 1:])
        logs[~possible] = -np.inf
        weights = np.exp(logs - logs.max(axis=1, keepdims=True))
        values[block] = (weights @ worth) / weights.sum(axis=1)
    return values
