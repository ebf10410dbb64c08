"""From outcomes to labelled estimates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from passatk.errors import DataError
from passatk.stats.aggregation import Labels, Mean, mean_over_problems
from passatk.stats.intervals import INTERVALS, Method
from passatk.stats.kernel import distinct_pairs, pass_blocks, pass_table
from passatk.stats.outcomes import Outcomes
from passatk.stats.result import Caveat, Estimate
from passatk.stats.validation import (
    POLICIES,
    BoolArray,
    FloatArray,
    Policy,
    check_choice,
    check_enough_attempts,
    check_k,
    check_level,
)

# Below this many expected solved (or unsolved) problems the interval is mostly the two
# pseudo-problems; below this many clusters their variance is too small on average.
_FEW_EXTREME = 5.0
_FEW_CLUSTERS = 30


def estimate(
    outcomes: Outcomes,
    k: int | Sequence[int] = (1, 10, 100),
    *,
    level: float = 0.95,
    policy: Policy = "raise",
    method: Method = "augmented-t",
) -> list[Estimate]:
    """pass@k of a run, averaged over problems, each with a confidence interval.

    The value is the mean over problems of the unbiased pass@k (see :func:`pass_at_k`), weighted
    if the outcomes carry weights. The interval is for problems like these
    (``target="superpopulation"``): problems, or clusters of them, are the units that were drawn.

    Args:
        outcomes: attempts and passes of each problem, with optional weights, strata or clusters.
        k: attempts allowed, one integer >= 1 or several.
        level: confidence level, in (0, 1).
        policy: for problems with fewer than k attempts. ``"raise"`` names them, ``"drop"`` leaves
            them out, ``"fail"`` counts the missing attempts as failures; the last two leave a
            caveat with the number of problems concerned.
        method: ``"augmented-t"`` adds two pseudo-problems, one never and one always solved, and
            keeps its coverage near 0 and 1; ``"t"`` is Student's t, and does not.

    Returns:
        one :class:`Estimate` for each k, in the order asked. ``standard_error`` is that of the
        value, whatever the interval's method. A single problem cannot speak for others: its
        estimate has no standard error and no interval (None), and says so.

        Codes of caveats: ``boundary`` (nearly all or nearly no problems solved), ``dropped``,
        ``padded``, ``few-clusters``, ``single-problem``.

    Raises:
        DataError: k > n under ``"raise"``, no problem left under ``"drop"``, a stratum of one
            problem, a single cluster, or strata and clusters together.
        PassatkError: a bad k, level, policy or method.

    >>> for each in estimate(Outcomes.from_counts(10, [0, 3, 9, 10] * 10), k=(1, 5)):
    ...     print(each)
    pass@1 0.550 [0.415, 0.680]
    pass@5 0.729 [0.583, 0.854]
    """
    ks = check_k(k)
    check_level(level)
    check_choice("policy", policy, POLICIES)
    check_choice("method", method, INTERVALS)
    if policy == "raise":
        check_enough_attempts(outcomes.n, ks, outcomes.problems)
    pairs = distinct_pairs(outcomes.n, outcomes.c)
    table = pass_table(pairs.n, pairs.c, ks)
    strata, clusters = _labels(outcomes.strata), _labels(outcomes.clusters)

    estimates = []
    for column, each_k in enumerate(ks.tolist()):
        short = outcomes.n < each_k
        used = ~short if policy == "drop" else np.ones_like(short)
        if not used.any():
            raise DataError(
                f"no problem has {each_k} attempts",
                field="k",
                expected=f"1 <= k <= {outcomes.n.max()}",
                found=f"k={each_k}",
            )
        mean = mean_over_problems(
            table[pairs.index[used], column],
            weights=None if outcomes.weights is None else outcomes.weights[used],
            strata=None if strata is None else strata[used],
            clusters=None if clusters is None else clusters[used],
        )
        low, high = _interval(mean, level, method)
        estimates.append(
            Estimate(
                metric=f"pass@{each_k}",
                value=mean.value,
                standard_error=None if mean.variance is None else mean.variance**0.5,
                low=low,
                high=high,
                level=level,
                method=method,
                target="superpopulation",
                warnings=(
                    *_about_attempts(short, each_k, policy),
                    *_about_interval(mean, method, clustered=clusters is not None),
                ),
                k=each_k,
                problems=int(used.sum()),
                attempts=int(outcomes.n[used].sum()),
            )
        )
    return estimates


def pass_at_k_curve(outcomes: Outcomes) -> FloatArray:
    """pass@k for every k that all problems have attempts for, averaged over problems.

    Args:
        outcomes: attempts and passes of each problem; weights count, strata and clusters do not
            change a mean.

    Returns:
        shape (min n,), the value for k at index k - 1, in [0, 1], never decreasing but for
        rounding. Time is U * min n for U distinct (n, c), memory that of a few curves.

    >>> pass_at_k_curve(Outcomes.from_counts(3, [0, 1, 3])).round(4).tolist()
    [0.4444, 0.5556, 0.6667]
    """
    pairs = distinct_pairs(outcomes.n, outcomes.c)
    mass = np.bincount(pairs.index, outcomes.weights)
    ks = np.arange(1, int(outcomes.n.min()) + 1)
    curve = np.zeros(len(ks))
    for block, values in pass_blocks(pairs.n, pairs.c, ks):
        curve += mass[block] @ values
    curve /= mass.sum()
    # Rounding of the sums may overshoot 1 by an ulp.
    return curve.clip(max=1.0)


def _labels(labels: tuple[str, ...] | None) -> Labels | None:
    return None if labels is None else np.array(labels, dtype=np.str_)


def _interval(mean: Mean, level: float, method: Method) -> tuple[float | None, float | None]:
    if mean.variance is None:
        return None, None
    low, high = INTERVALS[method](mean.value, mean.variance, mean.units, mean.df, level)
    return float(low), float(high)


def _about_attempts(short: BoolArray, k: int, policy: Policy) -> list[Caveat]:
    if not short.any():
        return []
    who = f"{int(short.sum())} of {len(short)} problems have fewer than {k} attempts"
    if policy == "drop":
        return [Caveat("dropped", f"{who} and are left out")]
    return [
        Caveat(
            "padded", f"{who}; the missing ones count as failures, which can only lower pass@{k}"
        )
    ]


def _about_interval(mean: Mean, method: Method, *, clustered: bool) -> list[Caveat]:
    if mean.variance is None:
        return [
            Caveat("single-problem", "one problem says nothing about others: there is no interval")
        ]
    caveats = []
    if mean.units * min(mean.value, 1.0 - mean.value) < _FEW_EXTREME:
        message = {
            "augmented-t": "interval dominated by the bounded-support prior; only more problems "
            "can narrow it",
            "t": "the interval is too narrow so close to 0 or 1; use method='augmented-t'",
        }[method]
        caveats.append(Caveat("boundary", message))
    if clustered and mean.df + 1 < _FEW_CLUSTERS:
        caveats.append(
            Caveat("few-clusters", f"{mean.df + 1} clusters; the interval is rough below 30")
        )
    return caveats
