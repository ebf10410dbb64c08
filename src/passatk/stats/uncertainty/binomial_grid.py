"""What a count-based metric does at given pass probabilities: mean and variance over the binomial.

If a metric gives h(n, c) to a problem of n attempts and c passes, then at pass probability p

    truth(p)    = E[h(n, C)],   C ~ Binomial(n, p)
    variance(p) = Var h(n, C)

are plain sums over c = 0..n. They need no formula of the metric's own, and serve all k at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passatk.stats.pass_family import CountTable
from passatk.stats.validation import FloatArray, IntArray

# Elements of a block of the binomial table.
_BLOCK = 1 << 20

LOGITS = np.arange(-20.0, 20.01, 0.15)
"""A grid of 267 logits of p, dense near 0 and 1 where pass probabilities of code are."""


@dataclass(frozen=True, slots=True)
class OnGrid:
    """A metric at n attempts, for each pass probability of a grid of size G and each k.

    Attributes:
        truth: its mean, shape (G, K).
        variance: its variance, shape (G, K).
    """

    truth: FloatArray
    variance: FloatArray


def log_odds(logits: FloatArray) -> tuple[FloatArray, FloatArray]:
    """log p and log(1-p), both with full relative precision."""
    return -np.logaddexp(0.0, -logits), -np.logaddexp(0.0, logits)


def likelihood(
    n: IntArray, c: IntArray, logits: FloatArray, *, relative: bool = False
) -> FloatArray:
    """Binomial probabilities of c in n, shape (U, G).

    Args:
        relative: divided by the largest of each row. From a million attempts on, the p that c
            comes from may lie so far from the nearest of the grid that none has a probability
            which a float can hold.
    """
    from scipy.special import gammaln

    log_p, log_q = log_odds(logits)
    choose = gammaln(n + 1.0) - gammaln(c + 1.0) - gammaln(n - c + 1.0)
    logs = choose[:, None] + c[:, None] * log_p[None, :] + (n - c)[:, None] * log_q[None, :]
    if relative:
        logs -= logs.max(axis=1, keepdims=True)
    table: FloatArray = np.exp(logs)
    return table


def on_grid(table: CountTable, n: int, k: IntArray, logits: FloatArray = LOGITS) -> OnGrid:
    """Mean and variance of a metric at n attempts, summed over c block by block.

    Args:
        table: the metric.
        n: attempts.
        k: K integers >= 1.
        logits: of p, shape (G,).
    """
    first = np.zeros((len(logits), len(k)))
    second = np.zeros_like(first)
    rows = max(1, _BLOCK // len(logits))
    for start in range(0, n + 1, rows):
        c = np.arange(start, min(start + rows, n + 1))
        attempts = np.full_like(c, n)
        chance = likelihood(attempts, c, logits).T
        h = table(attempts, c, k)
        first += chance @ h
        second += chance @ (h * h)
    return OnGrid(first.clip(0.0, 1.0), np.maximum(second - first * first, 0.0))
