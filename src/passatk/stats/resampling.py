"""Bootstrap over problems by counts: the cost does not grow with their number."""

from __future__ import annotations

import numpy as np

from passatk.stats.kernel import Pairs
from passatk.stats.outcomes import Outcomes
from passatk.stats.validation import FloatArray

DEFAULT_SEED = 20210707


def pair_masses(outcomes: Outcomes, pairs: Pairs) -> FloatArray:
    """The weight of the problems with each distinct (n, c), shape (U,); their number by default."""
    return np.bincount(pairs.index, outcomes.weights).astype(np.float64)


def resampled_masses(
    outcomes: Outcomes, pairs: Pairs, resamples: int, rng: np.random.Generator
) -> FloatArray:
    """:func:`pair_masses` of resampled outcomes, shape (resamples, U).

    Problems are drawn with replacement, or clusters of them as a whole. Problems that share (n, c)
    and weight are drawn as one multinomial count. For models that are fitted anew to each resample;
    the bootstrap of a mean is in :mod:`passatk.stats.uncertainty.bootstrap`.
    """
    count, width = len(outcomes), len(pairs.n)
    if outcomes.clusters is not None:
        names, cluster = np.unique(np.array(outcomes.clusters), return_inverse=True)
        mass = np.zeros((len(names), width))
        weights = 1.0 if outcomes.weights is None else outcomes.weights
        np.add.at(mass, (cluster, pairs.index), weights)
        drawn = rng.multinomial(len(names), np.full(len(names), 1.0 / len(names)), size=resamples)
        clustered: FloatArray = drawn @ mass
        return clustered
    if outcomes.weights is None:
        shares = np.bincount(pairs.index) / count
        return rng.multinomial(count, shares, size=resamples).astype(np.float64)
    kinds, times = np.unique(
        np.column_stack([pairs.index, outcomes.weights]), axis=0, return_counts=True
    )
    drawn = rng.multinomial(count, times / count, size=resamples)
    masses = np.zeros((width, resamples))
    np.add.at(masses, kinds[:, 0].astype(np.int64), (drawn * kinds[:, 1]).T)
    return masses.T
