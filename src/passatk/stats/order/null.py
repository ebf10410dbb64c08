"""Draws from the exchangeable null: the passes of each problem, put in random order.

The order statistics of a run are sums over problems, so a draw needs no single problem, only how
many of them passed at each place, how many have passed at least once, and how many passes follow a
pass. Attempt after attempt, a problem with r passes left among l attempts passes with probability
r / l. Few problems are followed one by one; many are followed as counts of problems in the same
state, whose cost does not depend on their number. Both draw exactly from the permutation
distribution.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from passatk.stats.validation import FloatArray, IntArray

# Elements of a block of draws: a few arrays of this size stay within an L2 cache.
_BLOCK = 1 << 17
# Following a state costs as much as following about ten problems (measured).
_STATE_COST = 10


@dataclass(frozen=True, slots=True)
class NullDraws:
    """B draws for problems with the same n.

    Attributes:
        passed: how many problems passed at each attempt, shape (B, n).
        solved: how many have passed by each attempt, shape (B, n).
        adjacent: how many attempts passed whose predecessor passed too, shape (B,).
    """

    passed: FloatArray
    solved: FloatArray
    adjacent: FloatArray


def null_draws(
    n: int, passes: IntArray, draws: int, rng: np.random.Generator
) -> Iterator[tuple[slice, NullDraws]]:
    """Random orders of problems with n attempts each, in blocks of draws.

    Args:
        n: attempts at each problem.
        passes: of each problem, shape (M,), in 0..n.
        draws: how many random orders.

    Yields:
        the slice of the draws, and what happened in them.
    """
    states = 3 * (int(passes.max()) + 1)
    by_state = len(passes) > _STATE_COST * states
    width = states if by_state else len(passes)
    size = max(1, _BLOCK // max(width, n))
    follow = _follow_states if by_state else _follow_problems
    for start in range(0, draws, size):
        block = slice(start, min(start + size, draws))
        yield block, follow(n, passes, block.stop - block.start, rng)


def _follow_problems(n: int, passes: IntArray, draws: int, rng: np.random.Generator) -> NullDraws:
    out = _empty(n, draws)
    left = np.tile(passes.astype(np.uint32), (draws, 1))
    before = np.zeros(left.shape, dtype=np.bool_)
    solved = before.copy()
    for t in range(n):
        hit = rng.integers(n - t, size=left.shape, dtype=np.uint32) < left
        out.passed[:, t] = hit.sum(axis=1)
        out.adjacent[:] += (hit & before).sum(axis=1)
        solved |= hit
        out.solved[:, t] = solved.sum(axis=1)
        left -= hit
        before = hit
    return out


def _follow_states(n: int, passes: IntArray, draws: int, rng: np.random.Generator) -> NullDraws:
    out = _empty(n, draws)
    # Problems by what came before (nothing yet, a pass just now, a failure since) and passes left.
    fresh, passed, failed = 0, 1, 2
    histogram = np.bincount(passes)
    left = np.arange(len(histogram))
    count = np.zeros((3, draws, len(left)), dtype=np.int64)
    count[fresh] = histogram
    for t in range(n):
        # States with more passes left than attempts are empty; only their probability is clipped.
        hit = rng.binomial(count, np.minimum(left / (n - t), 1.0))
        moved = hit.sum(axis=0)
        out.passed[:, t] = moved.sum(axis=1)
        out.adjacent[:] += hit[passed].sum(axis=1)
        count -= hit
        out.solved[:, t] = len(passes) - count[fresh].sum(axis=1)
        count[failed] += count[passed]
        count[passed] = 0
        count[passed, :, :-1] = moved[:, 1:]
    return out


def _empty(n: int, draws: int) -> NullDraws:
    return NullDraws(np.empty((draws, n)), np.empty((draws, n)), np.zeros(draws))
