"""The statistics of order in random orders of the attempts at each problem, or each cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from passatk.stats.kernel import distinct_pairs
from passatk.stats.order.clustered import joint_draws
from passatk.stats.order.null import NullDraws, null_draws
from passatk.stats.order.prefix import expected_prefix, standardised
from passatk.stats.order.sequences import Sequences
from passatk.stats.validation import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Permuted:
    """The statistics of B draws, and their deviations.

    Attributes:
        trend, adjacent: shape (B,).
        prefix: max over t of |F(t) - pass@t| / ``prefix_sd``, shape (B,).
        cusum: max over t of |S(t)|, shape (B,).
        prefix_sd: of the number of problems solved by t, for t = 1..shortest.
        cusum_sd: of S(t), for t = 1..max n.
        adjacent_sd: of ``adjacent``.
    """

    trend: FloatArray
    adjacent: FloatArray
    prefix: FloatArray
    cusum: FloatArray
    prefix_sd: FloatArray
    cusum_sd: FloatArray
    adjacent_sd: float


def permute(
    mixed: Sequences,
    clusters: IntArray | None,
    shortest: int,
    draws: int,
    rng: np.random.Generator,
) -> Permuted:
    """Draw random orders.

    Args:
        mixed: problems with both passes and failures.
        clusters: the cluster of each, whose problems all follow the same order; None for problems
            that are independent. Deviations are then exact, and otherwise those of the draws.
        shortest: how far the prefix curve goes.
    """
    longest = int(mixed.n.max())
    trend, adjacent = np.zeros(draws), np.zeros(draws)
    solved, cusum = np.zeros((draws, shortest)), np.zeros((draws, longest))
    for n, passes, block, drawn in _orders(mixed, clusters, draws, rng):
        trend[block] += drawn.passed @ (np.arange(n) - (n - 1) / 2)
        adjacent[block] += drawn.adjacent
        solved[block] += drawn.solved[:, :shortest]
        # Beyond its last attempt a problem adds nothing: its sum has returned to 0.
        cusum[block, :n] += np.cumsum(drawn.passed - passes / n, axis=1)
    mean, variance = expected_prefix(mixed.n, mixed.c, shortest)
    if clusters is None:
        prefix_sd = np.sqrt(variance)
        cusum_sd = _cusum_sd(mixed.n, mixed.c)
        adjacent_sd = adjacent_moments(mixed.n, mixed.c)[1] ** 0.5
    else:
        prefix_sd, cusum_sd = solved.std(axis=0), cusum.std(axis=0)
        adjacent_sd = float(adjacent.std())
    z = np.abs(solved - mean) * standardised(np.ones(shortest), prefix_sd)
    return Permuted(
        trend, adjacent, z.max(axis=1), np.abs(cusum).max(axis=1), prefix_sd, cusum_sd, adjacent_sd
    )


def adjacent_moments(n: IntArray, c: IntArray) -> tuple[float, float]:
    """Mean and variance of the number of passes that follow a pass, over all orders.

    With c passes in R runs there are c - R of them, and R is hypergeometric: c draws from
    n - c + 1 places for a run and c - 1 others. The mean is sum c(c-1)/n.
    """
    mean = np.sum(c * (c - 1) / n)
    variance = np.sum(c * (n - c + 1) / n * (c - 1) / n * (n - c) / np.maximum(n - 1, 1))
    return float(mean), float(variance)


def _cusum_sd(n: IntArray, c: IntArray) -> FloatArray:
    """Of S(t) over all orders, t = 1..max n: passes among t of n drawn without replacement."""
    pairs = distinct_pairs(n, c)
    spread = np.bincount(pairs.index) * pairs.c * (pairs.n - pairs.c)
    spread = spread / pairs.n**2 / np.maximum(pairs.n - 1, 1)
    drawn = (np.minimum(t, pairs.n) for t in range(1, int(n.max()) + 1))
    return np.sqrt([float(spread @ (each * (pairs.n - each))) for each in drawn])


def _orders(
    mixed: Sequences, clusters: IntArray | None, draws: int, rng: np.random.Generator
) -> Iterator[tuple[int, int, slice, NullDraws]]:
    """n, passes of the problems, the slice of the draws, and what happened; group by group."""
    alone = np.ones(len(mixed.n), dtype=np.bool_)
    if clusters is not None:
        alone = np.bincount(clusters)[clusters] == 1
        for label in np.unique(clusters[~alone]):
            yield from joint_draws(mixed.some(clusters == label), draws, rng)
    for n in np.unique(mixed.n[alone]).tolist():
        passes = mixed.c[alone & (mixed.n == n)]
        for block, drawn in null_draws(n, passes, draws, rng):
            yield n, int(passes.sum()), block, drawn
