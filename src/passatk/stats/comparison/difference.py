"""What a mean difference in [-1, 1] and its variance allow to say: intervals and margins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from passatk.stats.aggregation import Mean

DifferenceMethod = Literal["paired-t", "agresti-min"]


@dataclass(frozen=True, slots=True)
class DifferenceInterval:
    """An interval for a difference, and the standard error it is made with."""

    low: float
    high: float
    standard_error: float
    method: DifferenceMethod


def paired_t(mean: Mean, level: float) -> DifferenceInterval:
    """mean +- t_df sqrt(variance), clipped to [-1, 1]; ``mean.variance`` is not None."""
    from scipy.special import stdtrit

    error = _error(mean)
    half = float(stdtrit(mean.df, 0.5 + level / 2.0)) * error
    return DifferenceInterval(
        max(mean.value - half, -1.0), min(mean.value + half, 1.0), error, "paired-t"
    )


def agresti_min(mean: Mean, level: float) -> DifferenceInterval:
    """The interval of Agresti and Min for differences of which few are not 0.

    With one attempt a problem, the four cells of the table passed/failed by passed/failed each
    get half an observation more, which adds two problems without effect on the difference and
    variance where it was none. In terms of differences d with N = P + 2,

        m' = sum(d) / N,   s'^2 = (sum(d^2) + 1) / N - m'^2,   m' +- z s' / sqrt(N),

    which needs only that d lies in [-1, 1]. The interval is stretched, where needed, to hold the
    difference itself.

    Source: Agresti and Min 2005, Statistics in Medicine 24:729.
    """
    from scipy.special import ndtri

    assert mean.variance is not None
    total = mean.units + 2.0
    squares = mean.units * ((mean.units - 1.0) * mean.variance + mean.value**2)
    centre = mean.units * mean.value / total
    error = float(np.sqrt(((squares + 1.0) / total - centre**2) / total))
    half = float(ndtri(0.5 + level / 2.0)) * error
    return DifferenceInterval(
        max(min(centre - half, mean.value), -1.0),
        min(max(centre + half, mean.value), 1.0),
        error,
        "agresti-min",
    )


def noninferiority_p(mean: Mean, margin: float, *, sparse: bool) -> float:
    """p-value against the hypothesis that the true difference is -margin or less.

    t = (m + margin) / sqrt(V) with mean.df degrees of freedom. A sample says little about losses
    that are rare and large: if 2 % of 50 problems were lost for good, more than a third of the
    samples would show no loss, and pass. So the hypothesis is looked at in the form that is the
    least change to what was seen, a share e = (m + margin) / (1 + m) of further problems lost for
    good (d = -1).

    Where most problems show no difference at all (``sparse``), V is at least what it would then be,

        V >= V + [(1 - e)(s^2 + m^2) + e - margin^2 - s^2] / P,

    as in the score test of Tango for one attempt a problem. Elsewhere chance in the attempts hides
    no more than a few losses, and p is the larger of (1 - e)^P, the chance that none of them was
    seen, and the p-value of t corrected for the skewness that they would cause (Hall),

        P(t_df > t) + g (2 t^2 + 1) phi(t) / (6 sqrt(P)),   g = e / (s^2 + e)^1.5.

    Source: Tango 1998, Statistics in Medicine 17:891, for the idea of the null's variance; Hall
    1992, The Bootstrap and Edgeworth Expansion, section 2.6.
    """
    from scipy.special import stdtr

    assert mean.variance is not None
    variance, above, units = mean.variance, mean.value + margin, mean.units
    if above <= 0.0:
        return 1.0 if variance == 0.0 else float(stdtr(mean.df, -above / np.sqrt(variance)))
    square = variance * units
    lost = above / (1.0 + mean.value)
    if sparse:
        null = (1.0 - lost) * (square + mean.value**2) + lost - margin**2
        variance += max(null - square, 0.0) / units
        return float(stdtr(mean.df, -above / np.sqrt(variance)))
    unseen = float((1.0 - lost) ** units)
    if variance == 0.0:
        return unseen
    t = above / np.sqrt(variance)
    tail = float(stdtr(mean.df, -t)) + skewness_of_losses(lost, square, units, t)
    return min(max(tail, unseen), 1.0)


def skewness_of_losses(lost: float, square: float, units: float, t: float) -> float:
    """What a share ``lost`` of problems lost for good adds to the tail of Student's t beyond t.

    Args:
        lost: in (0, 1].
        square: variance of the other differences.
        units: P.
        t: > 0.
    """
    skewness = lost / (square + lost) ** 1.5
    density = np.exp(-t * t / 2.0) / np.sqrt(2.0 * np.pi)
    return float(skewness * (2.0 * t * t + 1.0) * density / (6.0 * np.sqrt(units)))


def equivalence_p(mean: Mean, margin: float, *, sparse: bool) -> float:
    """p-value against the hypothesis that the true difference is outside (-margin, margin).

    The larger of the two one-sided p-values (Schuirmann 1987).
    """
    return max(
        noninferiority_p(mean, margin, sparse=sparse),
        noninferiority_p(_mirrored(mean), margin, sparse=sparse),
    )


def lower_bound(mean: Mean, level: float, *, sparse: bool) -> float:
    """The one-sided lower confidence bound: minus the smallest margin that would be shown."""
    low, high = -mean.value, 1.0
    for _ in range(60):
        middle = (low + high) / 2.0
        if noninferiority_p(mean, middle, sparse=sparse) <= 1.0 - level:
            high = middle
        else:
            low = middle
    return -high


def probability_positive(mean: Mean) -> float:
    """P(d > 0): how sure the data are that the true difference is positive.

    The confidence distribution of Student's t at 0, which is also the posterior probability under
    a flat prior: 0.5 says nothing about the sign, 0.975 is where a 95 % interval leaves 0.
    """
    from scipy.special import stdtr

    error = _error(mean)
    if error == 0.0:
        return 0.5 + 0.5 * float(np.sign(mean.value))
    return float(stdtr(mean.df, mean.value / error))


def minimum_detectable(standard_error: float, level: float, power: float = 0.8) -> float:
    """The true difference that a two-sided test at 1 - level finds with this power.

    (z_{(1 + level) / 2} + z_power) * standard error.
    """
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 2.0) + ndtri(power)) * standard_error


def _mirrored(mean: Mean) -> Mean:
    return Mean(-mean.value, mean.variance, mean.units, mean.df)


def _error(mean: Mean) -> float:
    assert mean.variance is not None
    return float(np.sqrt(mean.variance))
