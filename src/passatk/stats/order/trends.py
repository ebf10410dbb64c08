"""Do later attempts pass more often, or less? Trend, its slope, and the two halves compared."""

from __future__ import annotations

import numpy as np

from passatk.errors import DataError
from passatk.stats.estimation import estimate_values
from passatk.stats.order.result import OrderTest
from passatk.stats.order.sequences import Sequences
from passatk.stats.outcomes import Outcomes
from passatk.stats.result import Estimate
from passatk.stats.validation import FloatArray, IntArray, check_level

# Two-sided 5 % and 80 % power: z_.975 + z_.8, the effect that a test can be asked to see.
DETECTABLE = 2.8015852
_SLOPE_UNIT = "logit per attempt"
_RANK_UNIT = "rank correlation"


def trend(outcomes: Outcomes) -> OrderTest:
    """Whether the chance of a pass rises or falls from attempt to attempt.

    T = sum_i sum_j (j - jbar_i) x_ij has under exchangeability mean 0 and the exact variance
    sum_i [sum_j (j - jbar_i)^2] c_i (n_i - c_i) / (n_i (n_i - 1)) given the counts, whatever the
    difficulty of each problem; p is that of z = T / sd. For few problems the permutation p of
    :func:`passatk.stats.order.order_tests` is exact where this one is an approximation.

    Args:
        outcomes: with the order of generation. Problems never or always solved tell nothing about
            order and drop out; weights, strata and clusters play no part.

    Returns:
        the test; its effect is the slope of :func:`slope`, None where every mixed problem has all
        its passes at one end (the slope is then infinite) or where nothing can be said (p None).

    >>> print(trend(Outcomes.from_matrix([[0, 0, 1, 1], [0, 1, 0, 1], [1, 1, 1, 1]])))
    trend: +1.2200 logit per attempt, p=0.1
    """
    mixed = Sequences.of(outcomes).informative()
    if not len(mixed.n):
        return OrderTest("trend", None, _SLOPE_UNIT, None, None, None)
    score, variance = rank_sum(mixed, mixed.results.astype(np.float64))
    beta, _ = _conditional_slope(mixed.n, mixed.c, score)
    return OrderTest(
        name="trend",
        effect=beta if np.isfinite(beta) else None,
        unit=_SLOPE_UNIT,
        z=score / variance**0.5,
        p=two_sided(score / variance**0.5),
        detectable=DETECTABLE / variance**0.5,
        problems=len(mixed.n),
        # Of a score test: the information at no slope.
        standard_error=variance**-0.5,
    )


def slope(outcomes: Outcomes, *, level: float = 0.95) -> Estimate:
    """The change of the log odds of a pass from one attempt to the next, common to all problems.

    Conditional maximum likelihood for logit P(x_ij = 1) = a_i + beta j given every c_i, which
    frees it of the a_i: their number grows with that of problems, and fitting them would inflate
    beta. With q = e^beta the sum over all orders of c passes is a Gaussian binomial coefficient, so
    with centred positions the score is sum over the factors m of it of (m/2) coth(beta m / 2), and
    a million problems cost as much as n of them. The interval is Wald's.

    Raises:
        DataError: no problem with both passes and failures, or an infinite slope.
        PassatkError: a bad level.
    """
    from scipy.special import ndtri

    check_level(level)
    mixed = Sequences.of(outcomes).informative()
    score = rank_sum(mixed, mixed.results.astype(np.float64))[0] if len(mixed.n) else 0.0
    beta, information = _conditional_slope(mixed.n, mixed.c, score)
    if not np.isfinite(beta):
        raise DataError(
            "no finite slope",
            expected="problems with passes both before and after a failure",
            found=f"{len(mixed.n)} problems with both passes and failures",
            hint="the test of passatk.stats.order.trend needs no finite slope",
        )
    error = information**-0.5
    half = float(ndtri(0.5 + level / 2.0)) * error
    return Estimate(
        metric="slope",
        value=beta,
        standard_error=error,
        low=beta - half,
        high=beta + half,
        level=level,
        method="conditional logistic",
        target="fixed",
        warnings=(),
        k=None,
        problems=len(mixed.n),
        attempts=int(mixed.n.sum()),
    )


def score_trend(outcomes: Outcomes) -> OrderTest:
    """Page's trend test for graded scores: ranks within each problem against the place.

    T = sum_i sum_j (j - jbar_i) r_ij with mid-ranks r, and under exchangeability the variance
    sum_i [sum_j (j - jbar_i)^2] [sum_j (r_ij - rbar_i)^2] / (n_i - 1). For scores 0 and 1 and equal
    n it is the test of :func:`trend`. The effect is the pooled rank correlation of place and score.

    Args:
        outcomes: with scores in the order of generation.

    Raises:
        DataError: no scores (``trend`` is for passes and failures).

    Source: Page 1963, JASA 58:216.

    >>> outcomes = Outcomes.from_matrix([[0.1, 0.4, 0.9], [0.2, 0.2, 0.6]], passing=1.0)
    >>> print(score_trend(outcomes))
    score trend: +0.9354 rank correlation, p=0.0614
    """
    if outcomes.scores is None:
        raise DataError(
            "no scores",
            expected="a graded result of every attempt",
            found="passes and failures",
            hint="use trend, or give scores with passing=",
        )
    every = Sequences.of(outcomes)
    ranks = _mid_ranks(outcomes.scores, every.owner)
    squares = _squares(ranks, every)
    score, variance = rank_sum(every, ranks)
    sd = variance**0.5
    if sd == 0.0:
        return OrderTest("score trend", None, _RANK_UNIT, None, None, None)
    mixed = squares > 0.0
    scale = float(_position_squares(every.n)[mixed].sum() * squares.sum()) ** 0.5
    return OrderTest(
        name="score trend",
        effect=score / scale,
        unit=_RANK_UNIT,
        z=score / sd,
        p=two_sided(score / sd),
        detectable=DETECTABLE * sd / scale,
        problems=int(mixed.sum()),
        standard_error=sd / scale,
    )


def half_difference(outcomes: Outcomes, *, level: float = 0.95) -> Estimate:
    """Share of passes in the second half of the attempts minus that in the first half.

    Mean over problems, each half of floor(n/2) (an odd middle attempt belongs to neither), with
    Student's t over problems: an effect on the scale of pass@1.

    Raises:
        DataError: a problem with a single attempt, or an unknown order.
        PassatkError: a bad level.
    """
    every = Sequences.of(outcomes)
    if int(every.n.min()) < 2:
        raise DataError(
            f"problem {outcomes.problems[int(every.n.argmin())]!r} has no halves",
            field="n",
            expected="at least two attempts at each problem",
            found="1",
        )
    half = every.n // 2
    late = every.position >= (every.n - half)[every.owner]
    early = every.position < half[every.owner]
    difference = np.bincount(every.owner, every.results * (late * 1.0 - early)) / half
    return estimate_values(
        difference,
        outcomes,
        metric="second half - first half",
        bounds=(-1.0, 1.0),
        level=level,
        method="t",
    )


def rank_sum(sequences: Sequences, values: FloatArray) -> tuple[float, float]:
    """sum_i sum_j (j - jbar_i) v_ij, and its variance over all orders of each problem's values."""
    owner, n = sequences.owner, sequences.n
    centred = sequences.position - ((n - 1) / 2)[owner]
    # A problem with a single attempt has no order, and no variance.
    squares = _squares(values, sequences) / np.maximum(n - 1, 1)
    return float(centred @ values), float(_position_squares(n) @ squares)


def two_sided(z: float) -> float:
    """P(|Z| >= |z|) for a standard normal Z."""
    from scipy.special import ndtr

    return float(2.0 * ndtr(-abs(z)))


def _position_squares(n: IntArray) -> FloatArray:
    """sum_j (j - jbar)^2 over n places."""
    squares: FloatArray = n * (n * n - 1.0) / 12.0
    return squares


def _conditional_slope(n: IntArray, c: IntArray, score: float) -> tuple[float, float]:
    """The beta whose expected score is ``score``, and the information there.

    The expected score is sum_i sum_{j=1}^{c_i} [phi(n_i - c_i + j) - phi(j)], which only needs how
    often each m occurs as an argument of phi.
    """
    largest = float(np.sum(c * (n - c))) / 2.0
    if abs(score) >= largest * (1.0 - 1e-12):
        return float(np.copysign(np.inf, score)), 0.0
    occurs = np.zeros(int(n.max()) + 2)
    # Runs n-c+1..n and 1..c as steps up and down, then summed.
    np.add.at(occurs, n - c + 1, 1.0)
    np.add.at(occurs, n + 1, -1.0)
    occurs[1] -= len(n)
    np.add.at(occurs, c + 1, 1.0)
    m = np.arange(1, len(occurs))
    weight = np.cumsum(occurs)[1:]
    # The score rises with beta from -largest to largest: Newton's step where it stays between
    # what is known to be too low and too high, halving where it does not.
    low, high, beta = -64.0, 64.0, 0.0
    for _ in range(200):
        expected, information = _score_moments(m, weight, beta)
        if expected < score:
            low = beta
        else:
            high = beta
        step = (score - expected) / information if information > 0 else np.inf
        if abs(step) <= 1e-13 * max(1.0, abs(beta)):
            break
        beta = beta + step if low < beta + step < high else (low + high) / 2.0
    return beta, information


def _score_moments(m: IntArray, weight: FloatArray, beta: float) -> tuple[float, float]:
    """Mean and variance of the score: phi = (m/2) coth(x) - 1/beta at x = beta m / 2, and phi'."""
    x = beta * m / 2.0
    small = np.abs(x) < 0.02
    y = np.where(small, 1.0, np.clip(x, -300.0, 300.0))
    langevin = np.where(
        small, x / 3.0 - x**3 / 45.0 + 2.0 * x**5 / 945.0, 1.0 / np.tanh(y) - 1.0 / y
    )
    slope_ = np.where(
        small, 1.0 / 3.0 - x**2 / 15.0 + 2.0 * x**4 / 189.0, 1.0 / y**2 - 1.0 / np.sinh(y) ** 2
    )
    return float(weight @ (m / 2.0 * langevin)), float(weight @ (m**2 / 4.0 * slope_))


def _squares(values: FloatArray, sequences: Sequences) -> FloatArray:
    """sum_j (v_ij - vbar_i)^2 of each problem; 0 and not its rounding where all are alike."""
    owner = sequences.owner
    centred: FloatArray = values - (np.bincount(owner, values) / sequences.n)[owner]
    centred[np.abs(centred) < 1e-9] = 0.0
    return np.bincount(owner, centred**2).astype(np.float64)


def _mid_ranks(values: FloatArray, owner: IntArray) -> FloatArray:
    """Ranks of values among those of the same owner, ties sharing the mean of theirs."""
    order = np.lexsort((values, owner))
    new = np.ones(len(values), dtype=np.bool_)
    new[1:] = (owner[order][1:] != owner[order][:-1]) | (values[order][1:] != values[order][:-1])
    run = np.cumsum(new) - 1
    # The mean place of a run of ties, over all owners; only differences within one matter.
    middle = np.bincount(run, np.arange(len(values)).astype(np.float64)) / np.bincount(run)
    ranks = np.empty(len(values))
    ranks[order] = middle[run]
    return ranks
