"""The problems that a mean is over, how to judge it, and what comes out about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passatk.stats.aggregation import Labels
from passatk.stats.outcomes import Outcomes
from passatk.stats.result import Caveat
from passatk.stats.validation import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Sample:
    """Counts and labels of P problems; None where there are none."""

    n: IntArray
    c: IntArray
    weights: FloatArray | None
    strata: Labels | None
    clusters: Labels | None

    @classmethod
    def of(cls, outcomes: Outcomes, used: BoolArray | None = None) -> Sample:
        """The problems of a run, or those of them that are ``used``."""
        kept = slice(None) if used is None else used
        weights = None if outcomes.weights is None else outcomes.weights[kept]
        labels = (
            None if each is None else np.array(each, dtype=np.str_)[kept]
            for each in (outcomes.strata, outcomes.clusters)
        )
        return cls(outcomes.n[kept], outcomes.c[kept], weights, *labels)


@dataclass(frozen=True, slots=True, eq=False)
class How:
    """How an interval is made; ``resamples`` and ``rng`` are for bootstraps."""

    method: str
    level: float
    resamples: int
    rng: np.random.Generator


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """A mean of values in [0, 1] at one k: None where the data cannot give a number."""

    value: float
    standard_error: float | None
    low: float | None
    high: float | None
    warnings: tuple[Caveat, ...] = ()
