"""Rank sums of attempts against their place, problem by problem."""

from __future__ import annotations

import numpy as np

from passatk.stats.order.sequences import Sequences
from passatk.stats.validation import FloatArray, IntArray


def rank_sums(sequences: Sequences, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """sum_j (j - jbar_i) v_ij of each problem, and its variance over all orders of its values."""
    owner, n = sequences.owner, sequences.n
    centred = sequences.position - ((n - 1) / 2)[owner]
    # A problem with a single attempt has no order, and no variance.
    squares = squares_within(values, sequences) / np.maximum(n - 1, 1)
    scores: FloatArray = np.bincount(owner, centred * values, len(n)).astype(np.float64)
    return scores, position_squares(n) * squares


def rank_sum(sequences: Sequences, values: FloatArray) -> tuple[float, float]:
    """:func:`rank_sums` over all problems."""
    scores, variances = rank_sums(sequences, values)
    return float(scores.sum()), float(variances.sum())


def position_squares(n: IntArray) -> FloatArray:
    """sum_j (j - jbar)^2 over n places."""
    squares: FloatArray = n * (n * n - 1.0) / 12.0
    return squares


def squares_within(values: FloatArray, sequences: Sequences) -> FloatArray:
    """sum_j (v_ij - vbar_i)^2 of each problem; 0 and not its rounding where all are alike."""
    owner = sequences.owner
    centred: FloatArray = values - (np.bincount(owner, values) / sequences.n)[owner]
    centred[np.abs(centred) < 1e-9] = 0.0
    return np.bincount(owner, centred**2).astype(np.float64)
