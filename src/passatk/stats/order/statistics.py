"""Trend, prefix curve, lag-1 and change point, held against random orders."""

from __future__ import annotations

import dataclasses

import numpy as np

from passatk.stats.order.permuted import Permuted, adjacent_moments
from passatk.stats.order.prefix import expected_prefix, solved_by, standardised
from passatk.stats.order.result import OrderTest
from passatk.stats.order.sequences import Sequences
from passatk.stats.order.sums import rank_sum
from passatk.stats.order.trends import DETECTABLE, trend
from passatk.stats.outcomes import Outcomes
from passatk.stats.validation import FloatArray


def trend_test(outcomes: Outcomes, mixed: Sequences, null: Permuted, alpha: float) -> OrderTest:
    score, _ = rank_sum(mixed, mixed.results.astype(np.float64))
    p = _p(abs(score), np.abs(null.trend))
    return dataclasses.replace(trend(outcomes), p=p, critical=normal_critical(alpha))


def prefix_test(
    mixed: Sequences, shortest: int, problems: int, null: Permuted, alpha: float
) -> OrderTest:
    mean, _ = expected_prefix(mixed.n, mixed.c, shortest)
    observed = solved_by(mixed, shortest)
    z = standardised(observed - mean, null.prefix_sd)
    at = int(np.abs(z).argmax())
    free = bool(null.prefix_sd.max() > 0)
    return OrderTest(
        name="prefix",
        effect=float(observed[at] - mean[at]) / problems,
        unit="of problems",
        z=float(z[at]),
        p=_p(float(abs(z[at])), null.prefix) if free else None,
        detectable=None,
        at=at + 1,
        problems=len(mixed.n),
        standard_error=float(null.prefix_sd[at]) / problems if free else None,
        critical=_quantile(null.prefix, alpha) if free else None,
    )


def lag_test(mixed: Sequences, null: Permuted, alpha: float) -> OrderTest:
    mean, _ = adjacent_moments(mixed.n, mixed.c)
    places, sd = float(np.sum(mixed.n - 1)), null.adjacent_sd
    if sd == 0.0:
        return OrderTest("lag-1", None, "of attempts", None, None, None)
    excess = mixed.adjacent_passes() - mean
    return OrderTest(
        name="lag-1",
        effect=excess / places,
        unit="of attempts",
        z=excess / sd,
        p=_p(abs(excess), np.abs(null.adjacent - mean)),
        detectable=DETECTABLE * sd / places,
        problems=int(np.sum((mixed.c > 1) & (mixed.c < mixed.n))),
        standard_error=sd / places,
        critical=normal_critical(alpha),
    )


def change_point_test(mixed: Sequences, null: Permuted, alpha: float) -> OrderTest:
    cusum = mixed.cusum()
    at = int(np.abs(cusum).argmax())
    after = float(np.sum(np.maximum(mixed.n - at - 1, 0)))
    before = float(np.sum(np.minimum(mixed.n, at + 1)))
    # From a surplus S before, pass rates fell by S/before + S/after.
    scale = 1.0 / before + 1.0 / after if after else 0.0
    sd = float(null.cusum_sd[at])
    return OrderTest(
        name="change point",
        effect=-float(cusum[at]) * scale,
        unit="of attempts",
        z=None,
        p=_p(float(abs(cusum[at])), null.cusum),
        detectable=None,
        at=at + 1,
        problems=len(mixed.n),
        standard_error=sd * scale if sd * scale > 0 else None,
        critical=_quantile(null.cusum, alpha) / sd if sd > 0 else None,
    )


def normal_critical(alpha: float) -> float:
    """The |z| that a normal statistic reaches with probability alpha."""
    from scipy.special import ndtri

    return float(ndtri(1.0 - alpha / 2.0))


def _quantile(drawn: FloatArray, alpha: float) -> float:
    return float(np.quantile(drawn, 1.0 - alpha, method="higher"))


def _p(observed: float, drawn: FloatArray) -> float:
    """Sums in another order may differ by rounding: a tie counts as extreme."""
    extreme = int(np.sum(drawn >= observed - 1e-9 * max(1.0, observed)))
    return (1 + extreme) / (1 + len(drawn))
