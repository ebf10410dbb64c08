"""Confidence intervals for the mean of values in [0, 1], from its variance.

Every interval has one signature, so that aggregation (weights, strata, clusters) and intervals do
not know each other: ``(mean, variance, units, df, level) -> (low, high)``, where ``variance`` is
that of the mean, ``units`` the number of independent units of equal weight that it is worth, and
``df`` the degrees of freedom of the variance. All broadcast; the ends lie in [0, 1].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from passatk.stats.validation import FloatArray

Method = Literal[
    "augmented-t",
    "t",
    "percentile",
    "bca",
    "studentized",
    "betting",
    "eb-variance",
    "unbiased-variance",
    "plug-in-variance",
    "flat-prior",
    "attempt-bootstrap",
    "two-stage-bootstrap",
]
"""How an interval is made; see :func:`passatk.stats.estimate`."""
Interval = Callable[
    [ArrayLike, ArrayLike, ArrayLike, ArrayLike, float], tuple[FloatArray, FloatArray]
]


def student_t(
    mean: ArrayLike, variance: ArrayLike, units: ArrayLike, df: ArrayLike, level: float
) -> tuple[FloatArray, FloatArray]:
    """mean +- t_df sqrt(variance), clipped to [0, 1].

    Too narrow near 0 and 1, where the sample has not seen the rare problems: nominal 95 % covers
    as little as 19 %. ``units`` is not used.
    """
    return _around(np.asarray(mean, dtype=np.float64), np.asarray(variance), df, level)


def augmented_t(
    mean: ArrayLike, variance: ArrayLike, units: ArrayLike, df: ArrayLike, level: float
) -> tuple[FloatArray, FloatArray]:
    """Student's t after adding two pseudo-units, one of value 0 and one of value 1.

    With P units of values h and N = P + 2, the interval is m' +- t_df s' / sqrt(N), where m' and
    s'^2 (divisor N - 1) are the mean and variance of the h with 0 and 1 appended. Written out,

        m'            = (P m + 1) / N
        (N - 1) s'^2  = P (P - 1) variance + 1/2 + 2 P (m - 1/2)^2 / N,

    it needs only the mean and its variance, and so holds for strata, weights and clusters with P
    their effective number. The interval is clipped to [0, 1], and at levels below 0.7 stretched
    where needed to hold the mean itself. The idea is that of Agresti and Coull for proportions:
    bounded values cannot hide more than two extreme units.
    """
    m, u = np.asarray(mean, dtype=np.float64), np.asarray(units, dtype=np.float64)
    total = u + 2.0
    centre = (u * m + 1.0) / total
    squares = u * (u - 1.0) * np.asarray(variance) + 0.5 + 2.0 * u * (m - 0.5) ** 2 / total
    low, high = _around(centre, squares / (total * (total - 1.0)), df, level)
    return np.minimum(low, m), np.maximum(high, m)


INTERVALS: Mapping[str, Interval] = MappingProxyType({"augmented-t": augmented_t, "t": student_t})


def _around(
    centre: FloatArray, variance: FloatArray, df: ArrayLike, level: float
) -> tuple[FloatArray, FloatArray]:
    # SciPy's special functions take longer to import than all the rest of this room.
    from scipy.special import stdtrit

    half = stdtrit(df, 0.5 + level / 2.0) * np.sqrt(variance)
    return np.clip(centre - half, 0.0, 1.0), np.clip(centre + half, 0.0, 1.0)
