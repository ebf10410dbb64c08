"""Are the first attempts better than any others? The prefix curve against pass@k."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.stats.estimation import estimate_values
from passatk.stats.kernel import distinct_pairs, pass_blocks
from passatk.stats.order.sequences import Sequences
from passatk.stats.outcomes import Outcomes
from passatk.stats.result import Estimate
from passatk.stats.validation import FloatArray, IntArray, check_level


@dataclass(frozen=True, slots=True)
class PrefixCurve:
    """What the first t attempts achieved, beside what any t attempts would.

    Attributes:
        t: 1..T, where T is the smallest n.
        observed: F(t), the share of problems with a pass among their first t attempts.
        expected: pass@t, the mean of F(t) over all orders of the same results.
        standard_error: of F(t) - pass@t under exchangeability given the counts; 0 at t = n.
            Bands from it hold for one t chosen beforehand, never for the curve: the joint test is
            that of :func:`passatk.stats.order.order_tests`.
        best_first: F(1) - pass@1 with an interval for problems like these; a model, or a wrapper
            around it, that shows its best attempt first has it above 0.
    """

    t: IntArray
    observed: FloatArray
    expected: FloatArray
    standard_error: FloatArray
    best_first: Estimate

    @property
    def z(self) -> FloatArray:
        """(F(t) - pass@t) / standard error; 0 where there is no freedom left."""
        return standardised(self.observed - self.expected, self.standard_error)

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        names = ("t", "observed", "expected", "standard_error", "z")
        return {name: getattr(self, name).tolist() for name in names} | {
            "best_first": self.best_first.to_dict()
        }


def prefix_curve(outcomes: Outcomes, *, level: float = 0.95) -> PrefixCurve:
    """F(t), pass@t and the standard error of their difference, for t up to the smallest n.

    Under exchangeability the first t attempts are a random t-subset, so that the difference has
    mean 0 and variance sum_i h_i (1 - h_i) / P^2 with h_i the pass@t of problem i. Problems count
    alike; weights, strata and clusters play a part in ``best_first`` only.

    Args:
        outcomes: with the order of generation.
        level: of the interval for ``best_first``.
    """
    check_level(level)
    every = Sequences.of(outcomes)
    shortest = int(every.n.min())
    expected, variance = expected_prefix(every.n, every.c, shortest)
    first = every.results[every.position == 0] - every.c / every.n
    count = len(every.n)
    return PrefixCurve(
        t=np.arange(1, shortest + 1),
        observed=solved_by(every, shortest) / count,
        expected=expected / count,
        standard_error=np.sqrt(variance) / count,
        best_first=estimate_values(
            first,
            outcomes,
            metric="best-first gain",
            bounds=(-1.0, 1.0),
            k=1,
            level=level,
            method="t",
        ),
    )


def solved_by(sequences: Sequences, shortest: int) -> FloatArray:
    """How many problems have a pass among their first t attempts, for t = 1..shortest."""
    first = sequences.first_pass()
    solved = np.bincount(first, minlength=shortest + 2)[1 : shortest + 1]
    return np.cumsum(solved).astype(np.float64)


def expected_prefix(n: IntArray, c: IntArray, shortest: int) -> tuple[FloatArray, FloatArray]:
    """The mean and variance of :func:`solved_by` under exchangeability."""
    pairs = distinct_pairs(n, c)
    problems = np.bincount(pairs.index)
    mean, variance = np.zeros(shortest), np.zeros(shortest)
    for block, values in pass_blocks(pairs.n, pairs.c, np.arange(1, shortest + 1)):
        mean += problems[block] @ values
        variance += problems[block] @ (values * (1.0 - values))
    return mean, variance


def standardised(difference: FloatArray, deviation: FloatArray) -> FloatArray:
    """difference / deviation, 0 where the deviation is nothing but rounding."""
    free = deviation > 1e-9 * max(float(deviation.max(initial=0.0)), 1e-300)
    return np.divide(difference, deviation, out=np.zeros_like(difference), where=free)
