"""The metrics that outcomes can be summed up by: one value for each problem and k.

Every metric is a mean over problems of something a problem's attempts tell without bias, within a
known range; so all share aggregation and intervals (:mod:`passatk.stats.estimation`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from passatk.errors import DataError, PassatkError
from passatk.stats.beta_binomial import expected_pass
from passatk.stats.graded import max_table
from passatk.stats.kernel import all_pass_table, distinct_pairs, pass_table
from passatk.stats.majority import majority_table
from passatk.stats.outcomes import Outcomes
from passatk.stats.pass_family import (
    CountTable,
    attempts_table,
    g_pass_table,
    mg_pass_table,
    plug_in_table,
)
from passatk.stats.stopping import StopAtSuccess, check_fixed_n
from passatk.stats.validation import (
    ESTIMATE_POLICIES,
    EstimatePolicy,
    FloatArray,
    IntArray,
    check_choice,
    check_enough_attempts,
)

MetricName = Literal[
    "pass@k", "pass^k", "g-pass@k", "mg-pass@k", "attempts@k", "plug-in@k", "max@k", "maj@k"
]
"""What to estimate; see :func:`passatk.stats.estimate`."""
METRICS: tuple[MetricName, ...] = get_args(MetricName)


@dataclass(frozen=True, slots=True)
class ProblemValues:
    """The values of P problems for K sizes k, problems of equal value stored once.

    Attributes:
        table: the distinct values as shares of the metric's range, in [0, 1], shape (U, K).
        index: the row of each problem, shape (P,): ``table[index]`` has one row a problem.
        low, high: the metric's range for each k, shape (K,); [0, 1] for probabilities.
        labels: the metric's name for each k, ``"pass@10"``.
        of_counts: such shares from (n, c), where n was fixed and nothing else counts; else None.
    """

    table: FloatArray
    index: IntArray
    low: FloatArray
    high: FloatArray
    labels: tuple[str, ...]
    of_counts: CountTable | None


def problem_values(
    outcomes: Outcomes,
    k: IntArray,
    metric: MetricName = "pass@k",
    *,
    tau: float | None = None,
    policy: EstimatePolicy = "raise",
) -> ProblemValues:
    """What each problem's attempts say about a metric, for every k.

    Where a problem has fewer than k attempts its value is that with failures added (under "fail"
    and "drop"; leaving it out is up to the caller), or what its results let expect under a Beta
    distribution of p over problems, fitted to all (under "model").

    Raises:
        DataError: k > n under "raise"; numbers of attempts that differ and nothing that says why;
            outcomes without the scores or answers that the metric needs.
        PassatkError: an unknown metric, a ``tau`` missing or given to a metric without one, or a
            metric that the stopping rule or policy does not go with.
    """
    check_choice("metric", metric, METRICS)
    check_choice("policy", policy, ESTIMATE_POLICIES)
    if policy == "model" and (metric != "pass@k" or isinstance(outcomes.stopping, StopAtSuccess)):
        raise PassatkError(
            f"policy='model' is for pass@k of a number of attempts that results did not decide; "
            f"got metric={metric!r}, stopping={outcomes.stopping!r}"
        )
    if (tau is not None) != (metric == "g-pass@k"):
        raise PassatkError(
            f"tau goes with metric='g-pass@k' and with no other; got metric={metric!r}, tau={tau}"
        )
    check_fixed_n(outcomes.stopping, outcomes.n)
    if policy == "raise" or isinstance(outcomes.stopping, StopAtSuccess):
        check_enough_attempts(outcomes.largest_k, k, outcomes.problems)
    labels = tuple(_label(metric, each, tau) for each in k.tolist())
    low, high = np.zeros(len(k)), np.ones(len(k))
    everyone = np.arange(len(outcomes))
    of_counts = None
    if metric == "max@k":
        if outcomes.scores is None:
            raise _missing("scores", "passing=, the score from which on an attempt passes")
        low, high = low + outcomes.bounds[0], low + outcomes.bounds[1]
        table, index = max_table(outcomes.scores, outcomes.n, k), everyone
    elif metric == "maj@k":
        if outcomes.answers is None or outcomes.results is None:
            raise _missing("answers", "answers= or answer=")
        if policy == "fail":
            raise PassatkError("a missing attempt has no answer: policy 'fail' has no maj@k")
        passed = outcomes.results.astype(np.int64)
        table, index = majority_table(outcomes.answers, passed, outcomes.n, k), everyone
    else:
        count_table = _count_table(metric, outcomes.stopping, tau)
        pairs = distinct_pairs(outcomes.n, outcomes.c)
        table, index = count_table(pairs.n, pairs.c, k), pairs.index
        if policy == "model" and (pairs.n < k.max()).any():
            expected = expected_pass(outcomes.n, outcomes.c, pairs.n, pairs.c, k)
            table = np.where(pairs.n[:, None] < k, expected, table)
        if metric == "attempts@k":
            low, high = low + 1.0, k.astype(np.float64)
        if not isinstance(outcomes.stopping, StopAtSuccess):
            of_counts = _as_shares(count_table) if metric == "attempts@k" else count_table
    width = np.where(high > low, high - low, 1.0)
    shares = ((table - low) / width).clip(0.0, 1.0)
    return ProblemValues(shares, index, low, high, labels, of_counts)


def _count_table(metric: MetricName, stopping: object, tau: float | None) -> CountTable:
    if isinstance(stopping, StopAtSuccess):
        by_rule: dict[MetricName, Callable[..., FloatArray]] = {
            "pass@k": pass_table,
            "attempts@k": attempts_table,
        }
        if metric not in by_rule:
            raise PassatkError(
                f"{metric} cannot be had from attempts that end with a pass "
                f"({stopping}); metrics that can: {', '.join(by_rule)}"
            )
        return lambda n, c, k: by_rule[metric](n, c, k, stopping.successes)
    if tau is not None:
        return g_pass_table(tau)
    tables: dict[MetricName, CountTable] = {
        "pass@k": pass_table,
        "pass^k": all_pass_table,
        "mg-pass@k": mg_pass_table,
        "attempts@k": attempts_table,
        "plug-in@k": plug_in_table,
    }
    return tables[metric]


def _as_shares(attempts: CountTable) -> CountTable:
    """attempts@k in [1, k] as shares of that range."""
    return lambda n, c, k: (attempts(n, c, k) - 1.0) / np.maximum(k - 1, 1)


def _label(metric: MetricName, k: int, tau: float | None) -> str:
    name = f"{metric[:-1]}{k}"
    return name if tau is None else f"{name}(tau={tau:g})"


def _missing(field: str, hint: str) -> DataError:
    return DataError(
        f"these outcomes have no {field}",
        field=field,
        expected=f"outcomes made from single attempts with {field}",
        hint=f"make them with from_matrix, from_records or from_frame and {hint}",
    )
