"""maj@k: how often the answer that most of k attempts agree on is right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from operator import mul

import numpy as np
from numpy.typing import ArrayLike

from passatk.errors import DataError
from passatk.stats.validation import (
    FloatArray,
    IntArray,
    check_enough_attempts,
    check_k,
    check_length,
    check_passed,
    several,
)

# A count of this probability adds nothing to sixteen digits.
_NEGLIGIBLE = 1e-18


def maj_at_k(
    answers: Sequence[object], passed: ArrayLike, k: int | Sequence[int]
) -> float | FloatArray:
    """The probability that the most frequent answer among k attempts passes.

    The mean over the k-subsets of the n attempts, computed exactly. Ties are broken at random
    among the most frequent answers; where some attempts of an answer pass and others fail (answers
    that agree on a few inputs only), one of those drawn is submitted at random.

    Args:
        answers: what each attempt answered, n values of any kind that can be compared.
        passed: whether it passed, n of True or False.
        k: attempts allowed, an integer in 1..n, or a sequence of K of them.

    Returns:
        in [0, 1]; shape (K,) where k is a sequence.

    Raises:
        DataError: lengths that differ, results that are not pass or fail, or k > n.
        PassatkError: a k that is not an integer >= 1.

    Source: Wang et al. 2022, arXiv 2203.11171, for the vote; the estimator is ours.

    >>> maj_at_k(["4", "4", "5", "7"], [True, True, False, False], [1, 3]).round(4).tolist()
    [0.5, 0.6667]
    """
    check_length("passed", np.atleast_1d(passed), len(answers))
    if not len(answers):
        raise DataError("no attempts", field="answers", expected="at least one")
    results = check_passed(passed, lambda i: f"index {i}")
    ks = check_k(k)
    check_enough_attempts(np.array([len(answers)]), ks)
    known: dict[object, int] = {}
    codes = np.array([known.setdefault(answer, len(known)) for answer in answers])
    values = _one_problem(codes, results.astype(np.int64), ks)
    return values if several(k) else float(values[0])


def majority_table(answers: IntArray, passed: IntArray, n: IntArray, k: IntArray) -> FloatArray:
    """maj@k of each problem for each k, shape (P, K), from flat codes, problem after problem."""
    ends = np.cumsum(n)
    return np.stack(
        [
            _one_problem(answers[end - size : end], passed[end - size : end], k)
            for size, end in zip(n.tolist(), ends.tolist(), strict=True)
        ]
    )


def _one_problem(codes: IntArray, passed: IntArray, k: IntArray) -> FloatArray:
    _, group = np.unique(codes, return_inverse=True)
    sizes = np.bincount(group)
    share = np.bincount(group, passed) / sizes
    histogram = tuple(zip(*(a.tolist() for a in np.unique(sizes, return_counts=True)), strict=True))
    values = np.empty(len(k))
    for column, each in enumerate(k.tolist()):
        # An attempt of the winning answer is a random one of its answer: it passes with its share.
        wins = _wins(histogram, each)
        values[column] = sum(
            wins[size] * right for size, right in zip(sizes.tolist(), share.tolist(), strict=True)
        )
    return values.clip(max=1.0)


@lru_cache(maxsize=256)
def _unit_nodes(count: int) -> tuple[FloatArray, FloatArray]:
    """Gauss-Legendre nodes and weights on [0, 1], exact for polynomials below degree 2 count."""
    nodes, mass = np.polynomial.legendre.leggauss(count)
    return (1.0 + nodes) / 2.0, mass / 2.0


@lru_cache(maxsize=4096)
def _wins(histogram: tuple[tuple[int, int], ...], k: int) -> dict[int, float]:
    """For an answer of each size, the probability that it wins; histogram: (size, answers) pairs.

    Attempts drawn with probability s = k/n each, independently, are a draw of k once their number
    is k; so binomial counts per answer, convolved to a total of k and divided by the probability
    of that total, are the hypergeometric ones. An answer that is drawn m times wins if no other is
    drawn more often and it wins the tie: give each answer a uniform number, and let the highest win
    among the tied. To an answer with number u, each other one is then no obstacle with weight

        sum_{j < m} P(j) z^j + u P(m) z^m.

    The coefficient of z^(k-m) in the product of these weights comes from its values at the roots of
    unity, and its integral over u is exact with Gauss-Legendre nodes, as at most k/m others tie.
    """
    n = sum(size * answers for size, answers in histogram)
    drawn = np.arange(n + 1)
    total = _binomial(n, k / n, drawn)[k]
    law = [_binomial(size, k / n, drawn) for size, _ in histogram]
    wins = dict.fromkeys((size for size, _ in histogram), 0.0)
    for m in range(1, min(k, histogram[-1][0]) + 1):
        if all(each[m] <= _NEGLIGIBLE for each in law):
            continue
        u, mass = _unit_nodes((k // m) // 2 + 1)
        one = [
            np.fft.rfft(np.where(drawn == m, u[:, None], drawn < m) * each, axis=1) for each in law
        ]
        others = [each ** (answers - 1) for each, (_, answers) in zip(one, histogram, strict=True)]
        every = [a * b for a, b in zip(one, others, strict=True)]
        unit = np.ones_like(one[0])
        before = list(accumulate(every[:-1], mul, initial=unit))
        after = list(accumulate(every[:0:-1], mul, initial=unit))[::-1]
        for i, (own, _) in enumerate(histogram):
            product = np.fft.irfft(before[i] * others[i] * after[i], n + 1, axis=1)
            wins[own] += float(law[i][m]) * max(float(mass @ product[:, k - m]), 0.0) / total
    return wins


def _binomial(size: int, chance: float, drawn: IntArray) -> FloatArray:
    """Probabilities of ``drawn`` among ``size``."""
    from scipy.special import betaln, xlog1py, xlogy

    j = np.minimum(drawn, size)
    logs = xlogy(j, chance) + xlog1py(size - j, -chance) - betaln(j + 1, size - j + 1)
    return np.where(drawn <= size, np.exp(logs) / (size + 1), 0.0)
