"""For problems like these: problems, or clusters of them, are what was drawn."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from passatk.errors import PassatkError
from passatk.stats.aggregation import Mean, mean_over_problems
from passatk.stats.intervals import INTERVALS, Interval
from passatk.stats.result import Caveat
from passatk.stats.uncertainty.betting import betting_interval
from passatk.stats.uncertainty.bootstrap import BOOTSTRAPS, bootstrap_interval, kinds_of_units
from passatk.stats.uncertainty.sample import How, Sample, Uncertainty
from passatk.stats.validation import FloatArray, IntArray

SUPERPOPULATION_METHODS: tuple[str, ...] = (*INTERVALS, *BOOTSTRAPS, "betting")
"""The first is the default."""

# Below this many expected solved (or unsolved) problems the data hardly speak; below this many
# clusters their variance is too small on average.
_FEW_EXTREME = 5.0
FEW_CLUSTERS = 30
# A quantile with fewer resamples beyond it is one of the most extreme of them.
_FEWEST_BEYOND = 5.0

_TOO_NARROW = "the interval is too narrow so close to 0 or 1; use method='augmented-t'"
_NEAR_THE_BOUNDARY: Mapping[str, str] = MappingProxyType(
    {
        "augmented-t": "interval dominated by the bounded-support prior; only more problems can "
        "narrow it",
        "betting": "few problems differ from the rest; the interval holds, and is wide",
    }
)


def over_problems(
    table: FloatArray,
    index: IntArray,
    sample: Sample,
    how: How,
) -> list[Uncertainty]:
    """The mean over problems for every k, with an interval for problems like these.

    Args:
        table: distinct values in [0, 1], shape (U, K).
        index: the row of each problem, shape (P,).
        sample: the problems; their weights, strata and clusters count.
        how: with a method of :data:`SUPERPOPULATION_METHODS`. In a bootstrap all k see the same
            resamples.

    Returns:
        one for each k. A single problem has no standard error and no interval.
    """
    means = _means(table, index, sample)
    if means[0].variance is None:
        alone = Caveat(
            "single-problem", "one problem says nothing about others: there is no interval"
        )
        return [Uncertainty(mean.value, None, None, None, (alone,)) for mean in means]
    if how.method == "betting":
        low, high = _betting(table, index, sample, how.level)
    elif how.method in BOOTSTRAPS:
        kinds = kinds_of_units(
            table,
            index,
            weights=sample.weights,
            strata=sample.strata,
            clusters=sample.clusters,
        )
        low, high = bootstrap_interval(
            kinds, how.method, how.level, resamples=how.resamples, rng=how.rng
        )
    else:
        low, high = _by_moments(means, INTERVALS[how.method], how.level)
    return [
        Uncertainty(
            mean.value,
            None if mean.variance is None else mean.variance**0.5,
            float(low[at]),
            float(high[at]),
            tuple(_about(mean, how, clustered=sample.clusters is not None)),
        )
        for at, mean in enumerate(means)
    ]


def _means(table: FloatArray, index: IntArray, sample: Sample) -> list[Mean]:
    count = len(index)
    labelled = (sample.weights, sample.strata, sample.clusters)
    if count == 1 or any(each is not None for each in labelled):
        weights, strata, clusters = labelled
        return [
            mean_over_problems(column[index], weights=weights, strata=strata, clusters=clusters)
            for column in table.T
        ]
    # Independent problems that count alike: as many terms as there are distinct values.
    times = np.bincount(index, minlength=len(table))
    values = times @ table / count
    variances = times @ (table - values) ** 2 / (count * (count - 1))
    pairs = zip(values.tolist(), variances.tolist(), strict=True)
    return [Mean(value, variance, float(count), count - 1) for value, variance in pairs]


def _by_moments(
    means: list[Mean], interval: Interval, level: float
) -> tuple[FloatArray, FloatArray]:
    columns = [[m.value, m.variance, m.units, m.df] for m in means]
    value, variance, units, df = np.array(columns, dtype=np.float64).T
    return interval(value, variance, units, df, level)


def _betting(
    table: FloatArray, index: IntArray, sample: Sample, level: float
) -> tuple[FloatArray, FloatArray]:
    for name in ("weights", "strata", "clusters"):
        if getattr(sample, name) is not None:
            raise PassatkError(
                f"betting is for independent problems that count alike, and these have {name}; "
                "use method='augmented-t'"
            )
    counts = np.bincount(index, minlength=len(table))
    return betting_interval(table[counts > 0], counts[counts > 0], level)


def few_clusters(units: float) -> Caveat:
    """What to say of clusters that are worth fewer than 30 of equal size."""
    return Caveat(
        "few-clusters",
        f"the clusters are worth {units:.0f} of equal size; the interval is rough below "
        f"{FEW_CLUSTERS}",
    )


def _about(mean: Mean, how: How, *, clustered: bool) -> list[Caveat]:
    caveats = []
    if mean.units * min(mean.value, 1.0 - mean.value) < _FEW_EXTREME:
        caveats.append(Caveat("boundary", _NEAR_THE_BOUNDARY.get(how.method, _TOO_NARROW)))
    if clustered and mean.units < FEW_CLUSTERS:
        caveats.append(few_clusters(mean.units))
    beyond = how.resamples * (1.0 - how.level) / 2.0
    if how.method in BOOTSTRAPS and beyond < _FEWEST_BEYOND:
        caveats.append(
            Caveat(
                "few-resamples",
                f"{beyond:.2g} of {how.resamples} resamples lie beyond each end; "
                f"{_FEWEST_BEYOND:g} should, or take method='augmented-t'",
            )
        )
    return caveats
