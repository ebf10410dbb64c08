"""The bootstrap over problems, for every k at once.

A resample is known by how often each kind of problem occurs in it, and problems are of one kind if
they have the same values and weight. So a resample is one multinomial draw over the kinds, all its
means are one product of a matrix, and a million problems cost no more than a thousand. All k see
the same resamples.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from passatk.stats.aggregation import Labels
from passatk.stats.validation import FloatArray, IntArray

BOOTSTRAPS = ("percentile", "bca", "studentized")

# Elements of a block of resamples, which then stays in a cache.
_BLOCK = 1 << 17
# A multinomial draw takes as long for a kind as this many units do one by one.
_UNITS_A_KIND = 8
# Sums of the same numbers in another order differ by less.
_SAME = 1e-12


@dataclass(frozen=True, slots=True)
class Kinds:
    """The units of one stratum that are drawn with replacement: problems, or clusters of them.

    Attributes:
        counts: how many units there are of each kind, shape (U,).
        mass: the weight of a unit, shape (U,).
        total: the weighted sum of its problems' values, shape (U, K).
        share: of the stratum in the mean.
    """

    counts: IntArray
    mass: FloatArray
    total: FloatArray
    share: float


def kinds_of_units(
    table: FloatArray,
    index: IntArray,
    *,
    weights: FloatArray | None = None,
    strata: Labels | None = None,
    clusters: Labels | None = None,
) -> list[Kinds]:
    """Compress problems to kinds of units, stratum by stratum.

    Args:
        table: distinct values, shape (U, K).
        index: the row of each problem, shape (P,).
        weights, strata, clusters: of each problem, as in
            :func:`passatk.stats.aggregation.mean_over_problems`.
    """
    weight = np.ones(len(index)) if weights is None else weights
    if clusters is not None:
        names, cluster = np.unique(clusters, return_inverse=True)
        total = np.zeros((len(names), table.shape[1]))
        np.add.at(total, cluster, weight[:, None] * table[index])
        mass: FloatArray = np.bincount(cluster, weight).astype(np.float64)
        return [Kinds(np.ones(len(names), dtype=np.int64), mass, total, 1.0)]
    if strata is None:
        stratum = np.zeros(len(index), dtype=np.intp)
    else:
        stratum = np.unique(strata, return_inverse=True)[1]
    kinds = []
    for each in range(int(stratum.max()) + 1):
        here = stratum == each
        if weights is None:
            times = np.bincount(index[here])
            rows = np.flatnonzero(times)
            counts = times[rows]
            mass = np.ones(len(rows), dtype=np.float64)
        else:
            columns = np.column_stack([index[here], weight[here]])
            pairs, counts = np.unique(columns, axis=0, return_counts=True)
            rows, mass = pairs[:, 0].astype(np.int64), pairs[:, 1]
        share = float(weight[here].sum() / weight.sum())
        kinds.append(Kinds(counts, mass, mass[:, None] * table[rows], share))
    return kinds


def bootstrap_interval(
    strata: Sequence[Kinds],
    method: str,
    level: float,
    *,
    resamples: int,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Interval of the mean of values in [0, 1], from resampled units.

    ``percentile`` takes quantiles of the resampled means. ``bca`` corrects them for bias and
    skewness, the latter by the jackknife. ``studentized`` takes quantiles of
    t* = (m* - m) / se(m*) and gives m - t* se(m); a resample without variance counts as infinitely
    far off.

    Returns:
        low and high, shape (K,).

    Source: Efron and Tibshirani 1993, chapters 12 to 14.
    """
    tails = np.array([0.5 - level / 2.0, 0.5 + level / 2.0])
    centre = _total(_mean(each.counts[None, :], each)[:, 0] for each in strata)
    means = np.empty((len(centre), resamples))
    variances = np.empty_like(means) if method == "studentized" else None
    for block, draws in _draws(strata, resamples, rng):
        pairs = list(zip(strata, draws, strict=True))
        means[:, block] = _total(_mean(drawn, each) for each, drawn in pairs)
        if variances is not None:
            variances[:, block] = _total(
                each.share**2 * _variance(drawn, each) for each, drawn in pairs
            )
    if variances is not None:
        spread = _total(
            each.share**2 * _variance(each.counts[None, :], each)[:, 0] for each in strata
        )
        low, high = _studentized(means, variances, centre, spread, tails)
    elif method == "bca":
        low, high = _bca(means, centre, _acceleration(strata), tails)
    else:
        low, high = _quantiles(means, tails[None, :])
    return low.clip(0.0, 1.0), high.clip(0.0, 1.0)


def _draws(
    strata: Sequence[Kinds], resamples: int, rng: np.random.Generator
) -> Iterator[tuple[slice, list[IntArray]]]:
    """How often each kind occurs in each resample, a block of resamples at a time."""
    rows = max(1, _BLOCK // sum(max(len(each.counts), _width(each.counts)) for each in strata))
    for start in range(0, resamples, rows):
        size = min(rows, resamples - start)
        yield slice(start, start + size), [_drawn(each.counts, size, rng) for each in strata]


def _width(counts: IntArray) -> int:
    """Random numbers for one resample: one a unit, or one a kind where units are many."""
    units = int(counts.sum())
    return units if units <= _UNITS_A_KIND * len(counts) else len(counts)


def _drawn(counts: IntArray, size: int, rng: np.random.Generator) -> IntArray:
    units, kinds = int(counts.sum()), len(counts)
    if _width(counts) == kinds:
        return rng.multinomial(units, counts / units, size=size)
    small = np.uint16 if units < 1 << 16 else np.int64
    kind = np.repeat(np.arange(kinds), counts)[rng.integers(0, units, (size, units), dtype=small)]
    kind += np.arange(size)[:, None] * kinds
    return np.bincount(kind.ravel(), minlength=size * kinds).reshape(size, kinds)


def _total(parts: Iterable[FloatArray]) -> FloatArray:
    return reduce(np.add, parts)


def _mean(drawn: IntArray, kinds: Kinds) -> FloatArray:
    """Weighted means of resamples times the stratum's share, shape (K, resamples)."""
    shares = drawn * (kinds.share / (drawn @ kinds.mass))[:, None]
    mean: FloatArray = kinds.total.T @ shares.T
    return mean


def _variance(drawn: IntArray, kinds: Kinds) -> FloatArray:
    """Of :func:`_mean`, from the units of each resample, shape (K, resamples)."""
    times = drawn.T.astype(np.float64)
    units, mass = times.sum(axis=0), kinds.mass @ times
    mean = (kinds.total.T @ times) / mass
    squares = (
        (kinds.total**2).T @ times
        - 2.0 * mean * ((kinds.total * kinds.mass[:, None]).T @ times)
        + mean**2 * (kinds.mass**2 @ times)
    )
    # What is left of cancellation is not variance.
    squares = np.where(squares > _SAME * mass**2 / units, squares, 0.0)
    variance: FloatArray = units / np.maximum(units - 1.0, 1.0) * squares / mass**2
    return variance


def _studentized(
    means: FloatArray,
    variances: FloatArray,
    centre: FloatArray,
    spread: FloatArray,
    tails: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    away = means - centre[:, None]
    away[np.abs(away) <= _SAME] = 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        t = away / np.sqrt(variances)
    t[np.isnan(t)] = 0.0
    # Quantiles that are observed, as an infinite one cannot be interpolated.
    low_t = np.quantile(t, tails[0], axis=1, method="lower")
    high_t = np.quantile(t, tails[1], axis=1, method="higher")
    error = np.sqrt(spread)
    with np.errstate(invalid="ignore"):
        low, high = centre - high_t * error, centre - low_t * error
    # No spread at all: the mean is all there is.
    return np.where(error > 0, low, centre), np.where(error > 0, high, centre)


def _bca(
    means: FloatArray, centre: FloatArray, acceleration: FloatArray, tails: FloatArray
) -> tuple[FloatArray, FloatArray]:
    from scipy.special import ndtr, ndtri

    away = means - centre[:, None]
    below = np.mean(away < -_SAME, axis=1) + 0.5 * np.mean(np.abs(away) <= _SAME, axis=1)
    bias = ndtri(below)[:, None]
    shifted = bias + ndtri(tails)
    at = ndtr(bias + shifted / (1.0 - acceleration[:, None] * shifted))
    return _quantiles(means, at)


def _quantiles(rows: FloatArray, at: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Two quantiles of each row, interpolated linearly; sorts the rows in place.

    Sorting is vectorised, and so several times faster than selecting a few places at once.

    Args:
        rows: shape (K, N).
        at: in [0, 1], shape (K, 2) or (1, 2).
    """
    rows.sort(axis=1)
    last = rows.shape[1] - 1
    place = np.broadcast_to(at * last, (len(rows), 2))
    below = np.floor(place).astype(np.intp)
    low = np.take_along_axis(rows, below, axis=1)
    high = np.take_along_axis(rows, np.minimum(below + 1, last), axis=1)
    ends = low + (place - below) * (high - low)
    return ends[:, 0], ends[:, 1]


def _acceleration(strata: Sequence[Kinds]) -> FloatArray:
    """Skewness of the mean over its units, by leaving out one unit at a time, shape (K,)."""
    squares, cubes = 0.0, 0.0
    for each in strata:
        units = each.counts.sum()
        if units == 1:
            continue
        total, mass = each.counts @ each.total, each.counts @ each.mass
        without = (total - each.total) / (mass - each.mass)[:, None]
        influence = each.share * (each.counts @ without / units - without) * (units - 1) / units
        squares = squares + each.counts @ influence**2
        cubes = cubes + each.counts @ influence**3
    with np.errstate(divide="ignore", invalid="ignore"):
        acceleration = np.asarray(cubes / np.asarray(squares) ** 1.5 / 6.0)
    return np.nan_to_num(acceleration)
