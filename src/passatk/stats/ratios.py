"""A ratio of two means over problems, with an interval."""

from __future__ import annotations

import numpy as np

from passatk.stats.estimation import estimate_values
from passatk.stats.outcomes import Outcomes
from passatk.stats.result import Estimate
from passatk.stats.validation import FloatArray


def difference_of_values(
    values: FloatArray, outcomes: Outcomes, metric: str, *, k: int | None, level: float
) -> Estimate:
    """The mean of values that may lie anywhere, such as differences, with Student's t interval."""
    # Wide enough not to clip the interval.
    reach = 1.0 + float(np.abs(values).max())
    return estimate_values(
        values, outcomes, metric=metric, bounds=(-reach, reach), k=k, level=level, method="t"
    )


def ratio_of_means(
    part: FloatArray,
    whole: FloatArray,
    outcomes: Outcomes,
    metric: str,
    *,
    k: int | None,
    level: float,
) -> Estimate | None:
    """mean(part) / mean(whole) over problems, the interval by the delta method.

    Args:
        part, whole: a value for each problem of the outcomes, shape (P,).
        outcomes: what weights, strata and clusters are taken from.

    Returns:
        None where the interval of mean(whole) reaches 0: a ratio over nothing.
    """
    room = difference_of_values(whole, outcomes, "", k=k, level=level)
    if room.low is None or room.low <= 0.0:
        return None
    above, below = (float(np.average(each, weights=outcomes.weights)) for each in (part, whole))
    # To first order a ratio of means is the mean of ratio + (y - ratio x) / mean x.
    influence = (part - above / below * whole) / below
    return difference_of_values(above / below + influence, outcomes, metric, k=k, level=level)
