"""An interval that no distribution can break: betting against every value of the mean.

If values in [0, 1] are independent with mean m, a gambler who stakes the share r of their capital
on "larger than m" at fair odds multiplies it by 1 - r + r x/m with each value x, and who bets on
"smaller" by 1 - r + r (1-x)/(1-m). Neither gains on average, so a capital above 1/alpha has
probability at most alpha (Ville). The interval holds the m against which no gambler got that rich.
Capital is averaged over both sides and over a grid of stakes fixed in advance, which needs no order
of the values and no random numbers.

Source: Waudby-Smith and Ramdas, arXiv 2010.09686, section on the hedged grid-Kelly capital.
"""

from __future__ import annotations

import numpy as np

from passatk.stats.validation import FloatArray, IntArray

_STAKES = 24
_BISECTIONS = 50


def betting_interval(
    table: FloatArray, counts: IntArray, level: float
) -> tuple[FloatArray, FloatArray]:
    """Interval of the mean of independent values in [0, 1], valid at every sample size.

    Log capital is convex in m on either side and at most 0 at the sample mean, so the interval
    contains the sample mean and its ends are found by bisection.

    Args:
        table: distinct values, shape (U, K).
        counts: how often each row occurs, shape (U,).
        level: confidence level.

    Returns:
        low and high, shape (K,).

    >>> low, high = betting_interval(np.array([[0.0], [1.0]]), np.array([30, 70]), 0.95)
    >>> round(float(low[0]), 3), round(float(high[0]), 3)
    (0.543, 0.829)
    """
    # The best stake is of order 1/sqrt(P); the grid reaches from well below that up to all-in.
    stakes = np.geomspace(0.3 / np.sqrt(counts.sum()), 0.99, _STAKES)
    limit = -np.log1p(-level)
    ends = []
    for column in table.T:
        values, where = np.unique(column, return_inverse=True)
        times = np.bincount(where, counts).astype(np.float64)
        ends.append(_ends(values, times, stakes, limit))
    low, high = np.array(ends).T
    return low, high


def _ends(
    values: FloatArray, times: FloatArray, stakes: FloatArray, limit: float
) -> tuple[float, float]:
    mean = float(times @ values / times.sum())

    def too_rich(m: float) -> bool:
        up = times @ np.log1p(stakes * (values[:, None] / m - 1.0))
        down = times @ np.log1p(stakes * ((1.0 - values[:, None]) / (1.0 - m) - 1.0))
        capital = np.logaddexp.reduce(np.concatenate([up, down])) - np.log(2 * len(stakes))
        return bool(capital >= limit)

    found = []
    for end in (0.0, 1.0):
        inside, outside = mean, end
        for _ in range(_BISECTIONS):
            middle = (inside + outside) / 2.0
            if middle in (0.0, 1.0):
                break
            if too_rich(middle):
                outside = middle
            else:
                inside = middle
        # On the safe side of the bisection.
        found.append(outside)
    return found[0], found[1]
