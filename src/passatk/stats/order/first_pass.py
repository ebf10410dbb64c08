"""The chance of a first pass at attempt t, for problems without one so far."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.stats.kernel import distinct_pairs, pass_blocks
from passatk.stats.order.clustered import cluster_labels, cluster_test
from passatk.stats.order.result import OrderTest
from passatk.stats.order.sequences import Sequences
from passatk.stats.order.trends import DETECTABLE, two_sided
from passatk.stats.outcomes import Outcomes
from passatk.stats.stopping import StopAtSuccess, check_fixed_n
from passatk.stats.validation import FloatArray, IntArray, check_level


@dataclass(frozen=True, slots=True)
class Hazard:
    """First passes attempt by attempt, and what exchangeable attempts would show.

    Attributes:
        t: 1..max n.
        at_risk: problems with an attempt t and no pass before it.
        first_passes: how many of them passed at t.
        hazard: first_passes / at_risk; NaN where nobody is at risk.
        exchangeable: the hazard that random order within each problem would give. It falls too:
            easy problems leave first. Only a departure from it says something about order. None
            where attempts ended with a pass: what would have followed is not known.
        unsolved: Kaplan-Meier's share of problems without a pass after t attempts.
        low, high: its interval at each t, log(-log) with Greenwood's variance; NaN where
            the share is 0 or 1.
        level: of the intervals.
    """

    t: IntArray
    at_risk: IntArray
    first_passes: IntArray
    hazard: FloatArray
    exchangeable: FloatArray | None
    unsolved: FloatArray
    low: FloatArray
    high: FloatArray
    level: float

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON; NaN becomes None."""
        return {field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}


def hazard(outcomes: Outcomes, *, level: float = 0.95) -> Hazard:
    """The hazard of a first pass, and the Kaplan-Meier curve of problems still unsolved.

    Problems may have different n: one that ends without a pass is censored there, which is right if
    its budget did not depend on what happened. Attempts after the first pass serve only the
    comparison: among problems with at least t attempts, random order has the hazard
    sum (g_{t-1} - g_t) / sum g_{t-1} with g_t = C(n-c, t)/C(n, t).

    Args:
        outcomes: with the order of generation, stopped at a pass or not; weights, strata and
            clusters play no part.
        level: of the intervals, which hold for one t and for problems like these.

    Source: Kaplan and Meier 1958; Kalbfleisch and Prentice 2002 for the log(-log) interval.

    >>> found = hazard(Outcomes.from_matrix([[1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 1]]))
    >>> found.hazard.round(3).tolist(), found.unsolved.round(3).tolist()
    ([0.25, 0.333, 0.5], [0.75, 0.5, 0.25])
    """
    from scipy.special import ndtri

    check_level(level)
    check_fixed_n(outcomes.stopping, outcomes.n)
    every = Sequences.stopped(outcomes)
    longest = int(every.n.max())
    first = every.first_pass()
    passes = np.bincount(first[first <= every.n], minlength=longest + 1)[1:]
    leaves = np.bincount(np.minimum(first, every.n), minlength=longest + 1)[1:]
    at_risk = len(first) - np.concatenate(([0], np.cumsum(leaves)[:-1]))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(at_risk > 0, passes / at_risk, np.nan)
        unsolved = np.cumprod(1.0 - np.nan_to_num(rate), dtype=np.float64)
        greenwood = np.cumsum(np.nan_to_num(passes / (at_risk * (at_risk - passes))))
        log = np.log(unsolved)
        spread = float(ndtri(0.5 + level / 2.0)) * np.sqrt(greenwood) / np.abs(log)
        open_ = (unsolved > 0.0) & (unsolved < 1.0)
        low = np.where(open_, np.exp(log * np.exp(spread)), np.nan)
        high = np.where(open_, np.exp(log * np.exp(-spread)), np.nan)
    return Hazard(
        t=np.arange(1, longest + 1),
        at_risk=at_risk,
        first_passes=passes,
        hazard=rate,
        exchangeable=None
        if isinstance(outcomes.stopping, StopAtSuccess)
        else _exchangeable(every.n, every.c, longest),
        unsolved=unsolved,
        low=low,
        high=high,
        level=level,
    )


def first_pass_test(outcomes: Outcomes) -> OrderTest:
    """Whether the first pass comes sooner or later than random order would have it.

    T_i is the number of attempts until the first pass, cut off at K = min n. Under exchangeability
    P(T_i > t) = g_t = C(n-c, t) / C(n, t), so that min(T_i, K) has the mean sum_{t<K} g_t and the
    second moment sum_{t<K} (2t+1) g_t; z is the summed deviation over its standard deviation. It
    is the hazard against the exchangeable hazard in one number: where the first passes come at a
    higher rate than random order gives, T is smaller.

    Args:
        outcomes: with the order of generation; weights and strata play no part. Where problems
            have clusters, z is Student's t of the sums over clusters.

    Returns:
        the test; its effect is the mean of T minus its mean in random order, over all problems, in
        attempts. p None where no problem has both passes and failures.

    Raises:
        DataError: as :meth:`Sequences.of`.

    >>> print(first_pass_test(Outcomes.from_matrix([[1, 0, 0], [1, 0, 0], [0, 1, 1]] * 9)))
    first pass: -0.4444 attempts, p=0.00134
    """
    every = Sequences.of(outcomes)
    shortest = int(every.n.min())
    pairs = distinct_pairs(every.n, every.c)
    counted = np.bincount(pairs.index)
    t = np.arange(shortest)
    means, variances = np.zeros(len(pairs.n)), np.zeros(len(pairs.n))
    for block, values in pass_blocks(pairs.n, pairs.c, np.arange(1, shortest + 1)):
        later = np.concatenate([np.ones((len(values), 1)), 1.0 - values[:, :-1]], axis=1)
        first, second = later.sum(axis=1), later @ (2.0 * t + 1.0)
        means[block], variances[block] = first, np.maximum(second - first**2, 0.0)
    variance = float(counted @ variances)
    if variance < 1e-9:
        return OrderTest("first pass", None, "attempts", None, None, None)
    problems = len(every.n)
    sooner = np.minimum(every.first_pass(), shortest) - means[pairs.index]
    z, p, labels = float(sooner.sum()) / variance**0.5, None, cluster_labels(outcomes)
    if labels is not None:
        tested = cluster_test(np.where(variances[pairs.index] > 1e-12, sooner, 0.0), labels)
        if tested is None:
            return OrderTest("first pass", None, "attempts", None, None, None)
        z, p, variance = tested.t, tested.p, tested.variance
    error = variance**0.5 / problems
    return OrderTest(
        name="first pass",
        effect=float(sooner.sum()) / problems,
        unit="attempts",
        z=z,
        p=two_sided(z) if p is None else p,
        detectable=DETECTABLE * error,
        problems=int(np.sum((every.c > 0) & (every.c < every.n))),
        standard_error=error,
    )


def _exchangeable(n: IntArray, c: IntArray, longest: int) -> FloatArray:
    pairs = distinct_pairs(n, c)
    problems = np.bincount(pairs.index)
    t = np.arange(1, longest + 1)
    before, after = np.zeros(longest), np.zeros(longest)
    for block, solved in pass_blocks(pairs.n, pairs.c, t):
        counted = problems[block, None] * (t <= pairs.n[block, None])
        unsolved = np.concatenate([np.ones((len(solved), 1)), 1.0 - solved], axis=1)
        before += (counted * unsolved[:, :-1]).sum(axis=0)
        after += (counted * unsolved[:, 1:]).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(before > 0, (before - after) / before, np.nan)


def _plain(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    return [None if each != each else each for each in value.tolist()]
