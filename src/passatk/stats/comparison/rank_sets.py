"""Several runs on the same problems: which places in the ranking the data allow each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from passatk import notebook
from passatk.errors import DataError, PassatkError
from passatk.stats.aggregation import unit_factors
from passatk.stats.comparison.pairing import (
    align,
    pass_by_problem,
    sum_over_clusters,
    sum_over_units,
)
from passatk.stats.comparison.sign_flip import sign_flip
from passatk.stats.estimation import estimate
from passatk.stats.outcomes import Outcomes
from passatk.stats.result import Caveat, Estimate, percent
from passatk.stats.uncertainty.over_problems import FEW_CLUSTERS, few_clusters
from passatk.stats.validation import (
    FloatArray,
    IntArray,
    check_level,
)

_DRAWS = 20_000
_BLOCK = 1 << 22
_TINY = np.finfo(np.float64).tiny
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Ranked:
    """A run with the places it may have, 1 being the best.

    Attributes:
        run: its name.
        value: its estimate.
        best, worst: the rank set: places best..worst are compatible with the data.
    """

    run: str
    value: Estimate
    best: int
    worst: int

    @property
    def places(self) -> str:
        """The rank set as text: "2" or "1-3"."""
        return str(self.best) if self.best == self.worst else f"{self.best}-{self.worst}"

    def __str__(self) -> str:
        return f"{self.places} {self.run} {self.value}"


@dataclass(frozen=True, slots=True)
class PairwiseChange:
    """One run minus another, with an interval and p-value that hold for all pairs together."""

    run: str
    baseline: str
    change: Estimate
    p_adjusted: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Runs by falling pass@k, with rank sets.

    Attributes:
        metric: ``"pass@1"``.
        runs: best first.
        pairs: every pair, the run with the higher value first.
        level: all rank sets hold together with this confidence.
        critical: how many standard errors the simultaneous intervals reach.
    """

    metric: str
    runs: tuple[Ranked, ...]
    pairs: tuple[PairwiseChange, ...]
    level: float
    critical: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "metric": self.metric,
            "level": self.level,
            "critical": self.critical,
            "runs": [
                {"run": r.run, "best": r.best, "worst": r.worst, "value": r.value.to_dict()}
                for r in self.runs
            ],
            "pairs": [
                {
                    "run": p.run,
                    "baseline": p.baseline,
                    "change": p.change.to_dict(),
                    "p_adjusted": p.p_adjusted,
                }
                for p in self.pairs
            ],
        }

    def _repr_html_(self) -> str:
        rows = [
            {
                "place": each.places,
                "run": each.run,
                self.metric: f"{each.value.value:.3f}",
                f"{percent(each.value.level)} interval": notebook.interval(
                    each.value.low, each.value.high
                ),
            }
            for each in self.runs
        ]
        return notebook.table(rows, notes=[f"places hold together at {percent(self.level)}"])


def rank_sets(
    runs: Mapping[str, Outcomes],
    k: int = 1,
    *,
    level: float = 0.95,
    intersection: bool = False,
    draws: int = _DRAWS,
    rng: np.random.Generator | None = None,
) -> Ranking:
    """Rank runs by pass@k, each with the set of places that the data allow.

    All pairs are compared at once: the interval of a difference is +- critical standard errors,
    where critical is the quantile of the largest |difference| / standard error over all pairs, if
    no run differed from another. A run's rank set reaches from 1 + the number of runs surely
    better to M - the number surely worse; with probability ``level`` all of them hold the truth.

    The quantile is that of a studentised multiplier bootstrap, paired over problems or clusters.
    Normal multipliers are scaled to a common length, which makes them a random direction, and a
    pair's statistic is Student's t of the angle between that direction and its differences. With
    two runs this is the paired t interval; with more, statistics depend on each other as those of
    pairs with a variance of their own do. (Normal statistics exchanged for Student's t one by one
    have too few joint extremes: ten runs alike were told apart in 6.7 % of samples of 20
    problems.) Only the part of the direction that the runs span is drawn, and the length of the
    rest, so that the cost does not grow with the number of problems. With clusters, whose sizes may
    differ, runs are told apart only where the sign-flip test of the largest difference over all
    pairs does so too.

    Args:
        runs: at least two, by name, on the same problems.
        k: attempts allowed.
        level: simultaneous confidence.
        intersection: rank on the problems that all runs have.
        draws: of the largest statistic over pairs.
        rng: by default ``numpy.random.default_rng(0)``.

    Raises:
        DataError: problems differ, there is only one, or k > n.
        PassatkError: fewer than two runs, a bad k or level.

    Source: simultaneous rank sets, Mogstad et al. 2024, Review of Economic Studies 91:476;
    multiplier bootstrap, arXiv 1212.6906; random directions, Langsrud 2005, Statistics and
    Computing 15:53.

    >>> good, bad = [9, 8, 10, 7, 9, 8] * 6, [4, 2, 5, 3, 5, 1] * 6
    >>> runs = {"x": bad, "y": good, "z": good[::-1]}
    >>> ranking = rank_sets({name: Outcomes.from_counts(10, c) for name, c in runs.items()})
    >>> [(each.run, each.best, each.worst) for each in ranking.runs]
    [('y', 1, 2), ('z', 1, 2), ('x', 3, 3)]
    """
    check_level(level)
    if len(runs) < 2:
        raise PassatkError(f"a ranking needs at least two runs; got {len(runs)}")
    rng = np.random.default_rng(0) if rng is None else rng
    same = align(list(runs.values()), intersection=intersection, by_rule=True)
    if len(same[0]) < 2:
        raise DataError(
            "one problem says nothing about others",
            expected="at least two problems to rank on",
        )
    aligned = dict(zip(runs, same, strict=True))
    values = {name: estimate(run, k, level=level)[0] for name, run in aligned.items()}
    names = sorted(aligned, key=lambda name: -values[name].value)
    means, covariance, df = _means([aligned[name] for name in names], k)
    first, second = np.array(list(combinations(range(len(names)), 2))).T
    variance = np.diag(covariance)
    errors = np.sqrt(
        np.maximum(variance[first] + variance[second] - 2 * covariance[first, second], 0.0)
    )
    differences = means[first] - means[second]
    largest = _largest(covariance, df, first, second, errors, draws, rng)
    # No draws differ where all runs are the same; any critical value then says so.
    critical = float(np.quantile(largest, level))
    # Runs with the same result at every problem differ by 0 for sure, which ranks neither first.
    ratios = np.abs(differences) / np.where(errors > 0, errors, 1.0)
    reached = len(largest) - np.searchsorted(np.sort(largest), ratios)
    p_adjusted = (1 + reached) / (1 + len(largest))
    warnings: tuple[Caveat, ...] = ()
    apart = np.abs(differences) > critical * errors + _ROUNDING
    if same[0].clusters is not None:
        # Few clusters of unequal size have tails far from Student's; signs hold whatever the sizes.
        h = pass_by_problem([aligned[name] for name in names], k)
        units = sum_over_units(h[:, first] - h[:, second], same[0])
        flipped = sign_flip(units, np.ones(len(units), dtype=np.int64), rng).p_adjusted
        p_adjusted = np.maximum(p_adjusted, flipped)
        apart &= flipped <= 1.0 - level
        if df + 1.0 < FEW_CLUSTERS:
            warnings = (few_clusters(df + 1.0),)

    surely = np.zeros((len(names), len(names)), dtype=bool)
    surely[first, second] = apart & (differences > 0)
    surely[second, first] = apart & (differences < 0)
    ranked = tuple(
        Ranked(name, values[name], 1 + int(surely[:, i].sum()), len(names) - int(surely[i].sum()))
        for i, name in enumerate(names)
    )
    half = critical * errors
    pairs = tuple(
        PairwiseChange(
            names[a],
            names[b],
            Estimate(
                metric=f"change of pass@{k}",
                value=float(differences[i]),
                standard_error=float(errors[i]),
                low=max(float(differences[i] - half[i]), -1.0),
                high=min(float(differences[i] + half[i]), 1.0),
                level=level,
                method="simultaneous",
                target="superpopulation",
                warnings=warnings,
                k=k,
                problems=values[names[a]].problems,
                attempts=values[names[a]].attempts + values[names[b]].attempts,
            ),
            float(p_adjusted[i]) if errors[i] > 0 else 1.0,
        )
        for i, (a, b) in enumerate(zip(first.tolist(), second.tolist(), strict=True))
    )
    return Ranking(f"pass@{k}", ranked, pairs, level, critical)


def _means(runs: list[Outcomes], k: int) -> tuple[FloatArray, FloatArray, float]:
    """The mean of each run, their covariance matrix, and its degrees of freedom.

    The variance of :func:`passatk.stats.aggregation.mean_over_problems`, for several means.
    """
    h, about = pass_by_problem(runs, k), runs[0]
    weights = np.ones(len(h)) if about.weights is None else about.weights
    share = weights / weights.sum()
    # Column by column the same additions, so that equal runs have equal means.
    means: FloatArray = (share[:, None] * h).sum(axis=0)
    if about.clusters is not None:
        scores = sum_over_clusters(share[:, None] * (h - means), about)
        share = sum_over_clusters(share[:, None], about)[:, 0]
        stratum = np.zeros(len(scores), dtype=np.intp)
    else:
        stratum = (
            np.zeros(len(h), dtype=np.intp)
            if about.strata is None
            else np.unique(about.strata, return_inverse=True)[1]
        )
        centre = np.zeros((int(stratum.max()) + 1, h.shape[1]))
        np.add.at(centre, stratum, share[:, None] * h)
        centre /= np.bincount(stratum, share)[:, None]
        scores = share[:, None] * (h - centre[stratum])
    factors, df = unit_factors(share, stratum)
    scores *= np.sqrt(factors)[:, None]
    return means, scores.T @ scores, df


def _largest(
    covariance: FloatArray,
    df: float,
    first: IntArray,
    second: IntArray,
    errors: FloatArray,
    count: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Draws of the largest |difference| / error over pairs, if all runs were alike."""
    differ = errors > 0
    if not differ.any():
        return np.zeros(count)
    values, vectors = np.linalg.eigh(covariance)
    # The scores of the units have df + 1 dimensions, of which the runs span these. Where few
    # units hold most of the weight, the runs span more than that is worth, and df is what they do.
    spanned = max(int((values > _ROUNDING * values[-1]).sum()), 1)
    df = max(df, spanned - 1.0 + _ROUNDING)
    root = (np.sqrt(np.maximum(values, 0.0))[:, None] * vectors.T)[-spanned:]
    contrasts = (root[:, first] - root[:, second])[:, differ] / errors[differ]
    cosine = np.empty(count)
    step = max(1, _BLOCK // contrasts.shape[1])
    for start in range(0, count, step):
        rows = min(step, count - start)
        within = rng.standard_normal((rows, spanned))
        beyond = rng.chisquare(df + 1 - spanned, rows)
        length = np.sqrt((within**2).sum(axis=1) + beyond)
        cosine[start : start + rows] = np.abs(within @ contrasts).max(axis=1) / length
    largest: FloatArray = np.sqrt(df) * cosine / np.sqrt(np.maximum(1.0 - cosine**2, _TINY))
    return largest
