"""Related problems whose attempts may share more than their difficulty.

Attempts with the same number at the problems of a cluster may have been made together: in one
conversation, at one moment, with one seed. Then their results are alike whatever the order does,
and random orders drawn for each problem by itself take that for an effect of order. Drawn for a
cluster as a whole, they keep it. Sums over clusters are independent either way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from passatk.stats.order.null import NullDraws
from passatk.stats.order.sequences import Sequences
from passatk.stats.outcomes import Outcomes
from passatk.stats.validation import BoolArray, FloatArray, IntArray

# Elements of a block of draws.
_BLOCK = 1 << 21


def cluster_labels(outcomes: Outcomes) -> IntArray | None:
    """The cluster of each problem as a number, shape (P,); None without clusters."""
    if outcomes.clusters is None:
        return None
    index: IntArray = np.unique(outcomes.clusters, return_inverse=True)[1]
    return index


@dataclass(frozen=True, slots=True)
class ClusterTest:
    """Student's t for a sum of deviations with mean 0, over G clusters.

    Attributes:
        t: the sum over its standard error, df = G - 1.
        p: two-sided.
        variance: of the sum.
    """

    t: float
    p: float
    variance: float


def cluster_test(deviations: FloatArray, labels: IntArray) -> ClusterTest | None:
    """Test deviations of problems, shape (P,), summed over clusters; None with fewer than two.

    Clusters without any deviation tell nothing and are left out.
    """
    from scipy.special import stdtr

    informative = np.bincount(labels, np.abs(deviations)) > 0
    sums = np.bincount(labels, deviations)[informative]
    count = len(sums)
    if count < 2:
        return None
    variance = count * float(sums.var(ddof=1))
    if variance < 1e-18:
        return None
    t = float(sums.sum()) / variance**0.5
    return ClusterTest(t, float(2.0 * stdtr(count - 1, -abs(t))), variance)


def joint_draws(
    members: Sequences, draws: int, rng: np.random.Generator
) -> Iterator[tuple[int, int, slice, NullDraws]]:
    """Random orders of the problems of one cluster, which all follow the same one.

    Problems with fewer attempts follow the order of their own, within the one of the longest.

    Yields:
        n, the passes of all problems with n attempts, the slice of the draws, and what happened.
    """
    longest = int(members.n.max())
    size = max(1, _BLOCK // (longest * len(members.n)))
    starts = np.cumsum(members.n) - members.n
    groups = [
        (n, members.results[starts[members.n == n][:, None] + np.arange(n)])
        for n in np.unique(members.n).tolist()
    ]
    for start in range(0, draws, size):
        block = slice(start, min(start + size, draws))
        keys = rng.random((block.stop - block.start, longest))
        for n, rows in groups:
            order = np.argsort(keys[:, :n], axis=1)
            yield n, int(rows.sum()), block, _what_happened(rows[:, order])


def _what_happened(results: BoolArray) -> NullDraws:
    """Of results in random orders, shape (problems, B, n)."""
    return NullDraws(
        passed=results.sum(axis=0).astype(np.float64),
        solved=np.logical_or.accumulate(results, axis=2).sum(axis=0).astype(np.float64),
        adjacent=(results[:, :, 1:] & results[:, :, :-1]).sum(axis=(0, 2)).astype(np.float64),
    )
