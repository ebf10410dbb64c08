"""The Good-Toulmin series: how many more problems twice the attempts would solve."""

from __future__ import annotations

import numpy as np

from passatk.errors import DataError
from passatk.stats.aggregation import Labels, mean_over_problems
from passatk.stats.outcomes import Outcomes
from passatk.stats.result import Caveat, Estimate
from passatk.stats.stopping import check_random_order
from passatk.stats.validation import check_k, check_level


def good_toulmin(outcomes: Outcomes, k: int, *, level: float = 0.95) -> Estimate:
    """pass@k for n < k <= 2n from how many problems passed once, twice, three times, ...

    With t = k/n - 1, a problem that passed c times of n counts 1 - (-t)^c, and one that never
    passed counts 0: for small p the mean of this is 1 - exp(-p k) with no model of how p varies.
    Problems with c > n/2 count 1: the series is meant for rare passes, there is nothing left to
    gain at those, and (-t)^c would only bring noise.

    Args:
        outcomes: counts suffice.
        k: n < k <= 2n for every problem.
        level: of the interval, Student's t over problems (or clusters).

    Raises:
        DataError: k outside that range: from 2n on the series explodes.

    Source: Good and Toulmin 1956, Biometrika 43:45; Efron and Thisted 1976.

    >>> print(good_toulmin(Outcomes.from_counts(10, [0, 0, 1, 1, 2, 3, 5, 9]), 15))
    pass@15 0.863 [0.371, 1.000]
    """
    from scipy.special import stdtrit

    check_level(level)
    (wanted,) = check_k(k).tolist()
    check_random_order(outcomes.stopping, outcomes.n, "the Good-Toulmin series")
    n, c = outcomes.n, outcomes.c
    if not (int(n.max()) < wanted <= 2 * int(n.min())):
        raise DataError(
            f"k={wanted} is out of reach for the Good-Toulmin series",
            field="k",
            expected=f"{n.max()} < k <= {2 * n.min()}",
            found=f"k={wanted}",
            hint="up to n use estimate, beyond 2n passatk.stats.extrapolation.extrapolate",
        )
    t = wanted / n - 1.0
    series = 1.0 - (-t) ** np.minimum(c, n // 2 + 1)
    h = np.where(2 * c > n, 1.0, np.where(c == 0, 0.0, series))
    mean = mean_over_problems(
        h,
        weights=outcomes.weights,
        strata=_labels(outcomes.strata),
        clusters=_labels(outcomes.clusters),
    )
    error = None if mean.variance is None else mean.variance**0.5
    half = 0.0 if error is None else float(stdtrit(mean.df, 0.5 + level / 2.0)) * error
    value = float(np.clip(mean.value, 0.0, 1.0))
    return Estimate(
        metric=f"pass@{wanted}",
        value=value,
        standard_error=error,
        low=None if error is None else max(0.0, value - half),
        high=None if error is None else min(1.0, value + half),
        level=level,
        method="good-toulmin",
        target="superpopulation",
        warnings=(Caveat("extrapolated", f"no problem has {wanted} attempts"),),
        k=wanted,
        problems=len(outcomes),
        attempts=int(n.sum()),
    )


def _labels(labels: tuple[str, ...] | None) -> Labels | None:
    return None if labels is None else np.array(labels, dtype=np.str_)
