"""Two runs on the same problems: by how much they differ, and what may be concluded."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Literal

import numpy as np

from passatk.errors import DataError, PassatkError
from passatk.stats.aggregation import Mean
from passatk.stats.comparison import difference
from passatk.stats.comparison.change import Comparison, Comparisons, Conclusion
from passatk.stats.comparison.difference import DifferenceInterval, DifferenceMethod
from passatk.stats.comparison.pairing import align, differences, subset
from passatk.stats.comparison.sign_flip import sign_flip
from passatk.stats.estimation import estimate
from passatk.stats.metrics import MetricName
from passatk.stats.outcomes import Outcomes, check_outcomes
from passatk.stats.result import Caveat, Estimate
from passatk.stats.uncertainty.over_problems import FEW_CLUSTERS, few_clusters
from passatk.stats.validation import (
    POLICIES,
    IntArray,
    Policy,
    check_choice,
    check_k,
    check_level,
)

# Fewer differing problems than this, and a normal distribution of their mean is out of the
# question.
_FEW_DIFFERENT = 10
# The variance of equal differences, but for rounding.
_NO_SPREAD = 1e-24
_POWER = 0.8


def compare(
    a: Outcomes,
    b: Outcomes,
    k: int | Sequence[int] = 1,
    *,
    metric: MetricName = "pass@k",
    tau: float | None = None,
    margin: float | None = None,
    level: float = 0.95,
    policy: Policy = "raise",
    intersection: bool = False,
    method: DifferenceMethod | Literal["auto"] = "auto",
    rng: np.random.Generator | None = None,
) -> Comparisons:
    """Compare a run with a baseline on the same problems.

    The change at a problem is d = pass@k of a - pass@k of b (or another metric); the value is its
    mean over problems and stands for problems like these. Pairing takes away what makes problems
    hard for both.

    - interval: paired t over problems, over clusters if there are any; Agresti and Min's where
      each problem has one attempt in both runs, where fewer than 10 problems and less than half
      of them differ, or where all differ by the same.
    - p: sign-flip test; exact up to 2^20 patterns, else by 9999 draws; p_adjusted holds for all k
      asked together (largest statistic over k, the same flips for every k).
    - margin: two one-sided tests, see :func:`passatk.stats.comparison.difference.noninferiority_p`.

    Conclusions, with alpha = 1 - level: "equivalent within the margin" if p_equivalent <= alpha,
    even where the change is significant: the margin says that it does not matter. Else "improved"
    or "regressed" if p_adjusted <= alpha and the interval leaves 0 out. Else "inconclusive",
    which does not mean equal.

    Args:
        a, b: the run and its baseline. Weights, strata and clusters may come with either.
        k: attempts allowed, one or several.
        metric, tau: what is compared, as in ``estimate``; metrics within [0, 1].
        margin: the largest change that does not matter, in (0, 1); there is no default for what
            matters to you, and without it nothing is called equivalent.
        level: confidence level of the intervals; alpha is 1 - level.
        policy: for problems with fewer than k attempts in either run, as in ``estimate``.
        intersection: compare the common problems, where each run has problems of its own.
        method: ``"paired-t"`` or ``"agresti-min"`` insists on one of the intervals.
        rng: for drawn sign patterns and the adjusted p-values of large runs; by default
            ``numpy.random.default_rng(0)``, so that results repeat.

    Returns:
        one :class:`Comparison` for each k, in the order asked.

        Codes of caveats: ``few-differences``, ``few-clusters``, ``dropped``, ``padded``,
        ``intersection``.

    Raises:
        DataError: problems differ (without ``intersection``), fewer than two problems, k > n
            under ``"raise"``, weights, strata or clusters that disagree, or attempts that were
            ended by results under rules that differ (under one rule they are compared).
        PassatkError: a bad k, level, margin, policy or method.

    Source: paired analysis of evaluations, arXiv 2411.00640; sign-flip: Fisher 1935, §21.

    >>> run = Outcomes.from_counts(10, [9, 4, 6, 8, 2, 0, 10, 5] * 5)
    >>> baseline = Outcomes.from_counts(10, [7, 3, 5, 8, 1, 0, 10, 3] * 5)
    >>> (one,) = compare(run, baseline, k=1)
    >>> print(one)
    pass@1 0.550 [0.442, 0.653]  change +8.8 pp [+6.2, +11.3], p<0.001: improved
    """
    ks = check_k(k)
    check_level(level)
    check_margin(margin)
    check_choice("policy", policy, POLICIES)
    check_choice("method", method, ("auto", "paired-t", "agresti-min"))
    if rng is None:
        rng = np.random.default_rng(0)
    for run in (a, b):
        check_outcomes(run)
    alone = len(set(a.problems) ^ set(b.problems)) if a.problems != b.problems else 0
    a, b = align([a, b], intersection=intersection, by_rule=True)
    d = differences(a, b, ks, metric, tau=tau, policy=policy)
    flipped = sign_flip(*d.units(), rng)
    single = bool((a.n == 1).all() and (b.n == 1).all()) and a.clusters is None
    fewest = np.minimum(a.largest_k, b.largest_k)

    comparisons = []
    for column, each_k in enumerate(ks.tolist()):
        mean = d.mean(column)
        if mean.variance is None:
            raise DataError(
                "one problem says nothing about others",
                expected="at least two problems to compare on",
            )
        better, worse, equal = d.signs(column)
        used = fewest >= each_k if policy == "drop" else np.ones_like(fewest, dtype=np.bool_)
        value, baseline = (
            estimate(
                run if used.all() else subset(run, np.flatnonzero(used).tolist()),
                each_k,
                metric=metric,
                tau=tau,
                level=level,
                policy=policy,
            )[0]
            for run in (a, b)
        )
        found = interval(mean, better + worse, equal, level, method, single=single)
        sparse = better + worse < equal
        p_adjusted = float(flipped.p_adjusted[column])
        p_equivalent = (
            None if margin is None else difference.equivalence_p(mean, margin, sparse=sparse)
        )
        comparisons.append(
            Comparison(
                metric=d.labels[column],
                k=each_k,
                value=value,
                baseline=baseline,
                change=Estimate(
                    metric=f"change of {d.labels[column]}",
                    value=mean.value,
                    standard_error=found.standard_error,
                    low=found.low,
                    high=found.high,
                    level=level,
                    method=found.method,
                    target="superpopulation",
                    warnings=(
                        *_about_problems(alone, fewest, each_k, policy),
                        *_about_change(a, mean, better + worse),
                    ),
                    k=each_k,
                    problems=better + worse + equal,
                    attempts=int((a.n + b.n)[used].sum()),
                ),
                p=float(flipped.p[column]),
                p_adjusted=p_adjusted,
                test=flipped.method,
                probability_positive=difference.probability_positive(mean),
                better=better,
                worse=worse,
                equal=equal,
                minimum_detectable=difference.minimum_detectable(
                    found.standard_error, level, _POWER
                ),
                margin=margin,
                p_noninferior=None
                if margin is None
                else difference.noninferiority_p(mean, margin, sparse=sparse),
                p_equivalent=p_equivalent,
                lower_bound=difference.lower_bound(mean, level, sparse=sparse),
                conclusion=_conclude(found, p_adjusted, p_equivalent, 1.0 - level),
            )
        )
    return Comparisons(comparisons)


def check_margin(margin: float | None) -> None:
    """Refuse a margin that is not a share of problems."""
    if margin is not None and not (isinstance(margin, Real) and 0.0 < margin < 1.0):
        raise PassatkError(
            f"margin must satisfy 0 < margin < 1 (0.02 is two points); got margin={margin!r}"
        )


def interval(
    mean: Mean,
    different: int,
    equal: int,
    level: float,
    method: DifferenceMethod | Literal["auto"],
    *,
    single: bool,
) -> DifferenceInterval:
    """The interval of a change: Agresti and Min's where problems have one attempt, where few
    differ, and where all differ by the same.

    Args:
        different, equal: how many problems differ between the runs, and how many do not.
        method: "auto" chooses; the others insist.
        single: whether there is one attempt a problem, and no clusters.
    """
    assert mean.variance is not None
    rare = different < _FEW_DIFFERENT and different < equal
    # Problems that all differ by the same have no spread, which is not to say that others do not.
    plain = mean.variance > _NO_SPREAD and not (single or rare)
    if method == "agresti-min" or (method == "auto" and not plain):
        return difference.agresti_min(mean, level)
    return difference.paired_t(mean, level)


def _conclude(
    interval: DifferenceInterval, p_adjusted: float, p_equivalent: float | None, alpha: float
) -> Conclusion:
    if p_equivalent is not None and p_equivalent <= alpha:
        return "equivalent within the margin"
    if p_adjusted <= alpha and interval.low > 0:
        return "improved"
    if p_adjusted <= alpha and interval.high < 0:
        return "regressed"
    return "inconclusive"


def _about_problems(alone: int, fewest: IntArray, k: int, policy: Policy) -> list[Caveat]:
    caveats = []
    if alone:
        caveats.append(Caveat("intersection", f"{alone} problems of one run only are left out"))
    short = int((fewest < k).sum())
    if short:
        who = f"{short} of {len(fewest)} problems have fewer than {k} attempts in a run"
        caveats.append(
            Caveat("dropped", f"{who} and are left out")
            if policy == "drop"
            else Caveat("padded", f"{who}; the missing ones count as failures")
        )
    return caveats


def _about_change(about: Outcomes, mean: Mean, different: int) -> list[Caveat]:
    caveats = []
    if different < _FEW_DIFFERENT:
        caveats.append(
            Caveat(
                "few-differences",
                f"the runs differ on {different} problems; the interval is rough below "
                f"{_FEW_DIFFERENT}",
            )
        )
    if about.clusters is not None and mean.units < FEW_CLUSTERS:
        caveats.append(few_clusters(mean.units))
    return caveats
