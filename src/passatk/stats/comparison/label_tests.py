"""Tests that two runs are alike at every single problem, on this benchmark.

They ask less than :func:`passatk.stats.compare` and know no interval: the hypothesis is that both
runs have the same pass probability at each problem, and a small p-value says that they differ
somewhere, not by how much or for problems like these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from passatk.errors import DataError, PassatkError
from passatk.stats.comparison.pairing import align
from passatk.stats.kernel import pass_table
from passatk.stats.outcomes import Outcomes
from passatk.stats.stopping import StopAtSuccess
from passatk.stats.validation import FloatArray, IntArray, check_enough_attempts, check_one_k

_DRAWS = 9999
_ROUNDING = 1e-9
_MOST_STEPS = 1 << 24


@dataclass(frozen=True, slots=True)
class LabelTest:
    """A test without an interval.

    Attributes:
        effect: mean difference of pass@k over problems, in [-1, 1].
        p: two-sided.
        method: how p was made.
        better, worse: problems on which the run scored higher, lower.
    """

    effect: float
    p: float
    method: str
    better: int
    worse: int

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


def mcnemar(a: Outcomes, b: Outcomes) -> LabelTest:
    """McNemar's exact test, for one attempt a problem in both runs.

    Of the problems that only one run solved, each run has half if they are alike: the binomial
    test. It equals the sign-flip test of ``compare``.

    Raises:
        DataError: the problems differ, or one has several attempts.

    Source: McNemar 1947, Psychometrika 12:153.

    >>> a, b = Outcomes.from_counts(1, [1] * 9 + [0] * 4), Outcomes.from_counts(1, [0] * 13)
    >>> round(mcnemar(a, b).p, 4)
    0.0039
    """
    from scipy.stats import binomtest

    a, b = align([a, b])
    if not ((a.n == 1).all() and (b.n == 1).all()):
        raise DataError(
            "McNemar's test takes one attempt a problem",
            expected="n = 1 at every problem of both runs",
            found=f"n up to {max(int(a.n.max()), int(b.n.max()))}",
            hint="use compare, or permute_labels",
        )
    better = int((a.c > b.c).sum())
    worse = int((a.c < b.c).sum())
    p = float(binomtest(better, better + worse).pvalue) if better + worse else 1.0
    return LabelTest((better - worse) / len(a), p, "McNemar, exact", better, worse)


def permute_labels(
    a: Outcomes,
    b: Outcomes,
    k: int = 1,
    *,
    draws: int = _DRAWS,
    rng: np.random.Generator | None = None,
) -> LabelTest:
    """Which attempt at a problem belongs to which run is permuted, problem by problem.

    If both runs pass a problem alike, its passes fall on them as balls drawn from an urn
    (hypergeometric). The statistic is the sum over problems of the difference in pass@k, whose
    mean under permutation is 0. At k = 1, with the same n at all problems of a run, its
    distribution is computed; otherwise 9999 permutations are drawn.

    Args:
        a, b: two runs on the same problems; weights and groups are not used.
        k: attempts allowed, 1 <= k <= n.
        draws: permutations, where the distribution is not computed.
        rng: by default ``numpy.random.default_rng(0)``.

    >>> a, b = Outcomes.from_counts(5, [5, 4, 3]), Outcomes.from_counts(5, [2, 1, 1])
    >>> test = permute_labels(a, b)
    >>> round(test.p, 4), test.method
    (0.0093, 'label permutation, exact')
    """
    a, b = align([a, b])
    ks = np.array([check_one_k(k)])
    if draws < 1:
        raise PassatkError(f"draws must be at least 1; got draws={draws}")
    for each in (a, b):
        if isinstance(each.stopping, StopAtSuccess):
            raise DataError("attempts that end with a pass cannot change places between runs")
        check_enough_attempts(each.n, ks, each.problems)
    (d,) = (pass_table(a.n, a.c, ks) - pass_table(b.n, b.c, ks)).T
    better, worse = int((d > 0).sum()), int((d < 0).sum())
    n_a, n_b = np.unique(a.n), np.unique(b.n)
    steps = len(d) * int(a.n.sum())
    if int(ks[0]) == 1 and len(n_a) == len(n_b) == 1 and steps <= _MOST_STEPS:
        p, method = _exact(a, b, int(n_a[0]), int(n_b[0])), "label permutation, exact"
    else:
        rng = np.random.default_rng(0) if rng is None else rng
        p = _drawn(a, b, ks, float(d.sum()), draws, rng)
        method = f"label permutation, {draws} draws"
    return LabelTest(float(d.mean()), p, method, better, worse)


def _urns(a: Outcomes, b: Outcomes) -> list[tuple[int, int, int, int]]:
    """Distinct (n_a, n_b, passes of both) and how many problems have them."""
    rows, counts = np.unique(np.stack([a.n, b.n, a.c + b.c], axis=1), axis=0, return_counts=True)
    return [(*row, count) for row, count in zip(rows.tolist(), counts.tolist(), strict=True)]


def _chances(n_a: int, n_b: int, passes: int) -> tuple[IntArray, FloatArray]:
    """What c_a can be, and how likely each is."""
    from scipy.stats import hypergeom

    c_a = np.arange(max(0, passes - n_b), min(n_a, passes) + 1)
    return c_a, hypergeom.pmf(c_a, n_a + n_b, passes, n_a)


def _exact(a: Outcomes, b: Outcomes, n_a: int, n_b: int) -> float:
    """The distribution of sum(c_a) by convolution; sum(c_a) + sum(c_b) is fixed."""
    low, chance = 0, np.ones(1)
    for _, _, passes, count in _urns(a, b):
        c_a, one = _chances(n_a, n_b, passes)
        for _ in range(count):
            chance = np.convolve(chance, one)
        low += count * int(c_a[0])
    total = int(a.c.sum() + b.c.sum())
    expected = total * n_a / (n_a + n_b)
    away = np.abs(low + np.arange(len(chance)) - expected)
    observed = abs(int(a.c.sum()) - expected)
    return min(float(chance[away >= observed - _ROUNDING].sum()), 1.0)


def _drawn(
    a: Outcomes, b: Outcomes, k: IntArray, observed: float, draws: int, rng: np.random.Generator
) -> float:
    total = np.zeros(draws)
    for n_a, n_b, passes, count in _urns(a, b):
        c_a, chance = _chances(n_a, n_b, passes)
        attempts_a, attempts_b = np.full_like(c_a, n_a), np.full_like(c_a, n_b)
        d = (pass_table(attempts_a, c_a, k) - pass_table(attempts_b, passes - c_a, k))[:, 0]
        total += rng.multinomial(count, chance / chance.sum(), size=draws) @ d
    reached = int((np.abs(total) >= abs(observed) - _ROUNDING).sum())
    return (1 + reached) / (1 + draws)
