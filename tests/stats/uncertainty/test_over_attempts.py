"""Intervals for these very problems."""

from math import comb

import numpy as np
import pytest
from scipy import stats

from passatk.errors import PassatkError
from passatk.simulate import Beta, Mixture, Point, Setting, draw, pass_at_k_of
from passatk.stats import Estimate, Outcomes, StopAtSuccess, estimate
from passatk.stats.kernel import pass_table
from passatk.stats.uncertainty.binomial_grid import LOGITS, likelihood, on_grid


def fixed(outcomes: Outcomes, k=1, **options) -> list[Estimate]:
    return estimate(outcomes, k, target="fixed", **options)


def codes(result: Estimate) -> list[str]:
    return [caveat.code for caveat in result.warnings]


def mixed() -> Outcomes:
    return draw(Setting(80, 20, Beta(0.4, 0.7)), np.random.default_rng(3)).outcomes


def test_grid_is_the_sum_over_outcomes() -> None:
    """Mean and variance of pass@3 at n = 7, against exact binomial sums; the mean is the truth."""
    p = np.array([0.02, 0.3, 0.9])
    found = on_grid(pass_table, 7, np.array([3]), np.log(p / (1 - p)))
    for at, each in enumerate(p):
        chance = [comb(7, c) * each**c * (1 - each) ** (7 - c) for c in range(8)]
        h = [1 - comb(7 - c, 3) / comb(7, 3) for c in range(8)]
        first = np.dot(chance, h)
        assert first == pytest.approx(found.truth[at, 0])
        assert 1 - (1 - each) ** 3 == pytest.approx(found.truth[at, 0])
        assert np.dot(chance, np.square(h)) - first**2 == pytest.approx(found.variance[at, 0])


def test_the_value_is_the_same_for_either_target() -> None:
    """Only what the interval is for differs; these problems again vary less than others would."""
    ours, others = fixed(mixed(), (1, 5)), estimate(mixed(), (1, 5))
    for these, like_these in zip(ours, others, strict=True):
        assert these.value == pytest.approx(like_these.value, rel=1e-12)
        assert (these.target, these.method) == ("fixed", "eb-variance")
        assert these.standard_error < like_these.standard_error / 2
        assert these.low <= these.value <= these.high


def test_problems_without_chance_have_almost_no_variance() -> None:
    """Always or never solved in 100 attempts: hardly anything can change."""
    (one,) = fixed(Outcomes.from_counts(100, [0] * 40 + [100] * 40))
    assert 0 < one.high - one.low < 0.006


def test_homogeneous_problems_are_one_binomial() -> None:
    """40 problems of 25 attempts at p = .3: the standard error is that of 1,000 coin tosses."""
    c = np.random.default_rng(0).binomial(25, 0.3, 40)
    (one,) = fixed(Outcomes.from_counts(25, c))
    p = c.mean() / 25
    assert (p * (1 - p) / 1000) ** 0.5 == pytest.approx(one.standard_error, rel=0.05)


def test_weights_count() -> None:
    """All weight on certain problems leaves no variance to speak of."""
    c = [0] * 20 + [10] * 20
    (even,) = fixed(Outcomes.from_counts(20, c))
    (certain,) = fixed(Outcomes.from_counts(20, c, weights=[1000] * 20 + [1] * 20))
    assert certain.high - certain.low < (even.high - even.low) / 2


def test_unequal_attempts() -> None:
    """More attempts at the uncertain problems narrow the interval."""
    few = Outcomes.from_counts([10] * 40, [0, 5] * 20)
    more = Outcomes.from_counts([10, 100] * 20, [0, 50] * 20, stopping="independent")
    narrow, wide = fixed(more)[0], fixed(few)[0]
    assert narrow.high - narrow.low < (wide.high - wide.low) / 2


def test_a_single_problem_can_be_attempted_again() -> None:
    """Unlike for other problems, one problem has an interval: about that of its coin tosses."""
    (one,) = fixed(Outcomes.from_counts(100, [40]))
    low, high = stats.binomtest(40, 100).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((one.low, one.high), abs=0.02)


def test_all_failed_is_the_clopper_pearson_bound() -> None:
    """Equal n: the worst that is left is all p alike, and the bound is the pooled one."""
    one, ten = fixed(Outcomes.from_counts(20, [0] * 50), (1, 10))
    p = stats.binomtest(0, 1000).proportion_ci(0.95).high
    assert (0.0, pytest.approx(p, rel=1e-3)) == (one.low, one.high)
    assert (0.0, pytest.approx(1 - (1 - p) ** 10, rel=1e-3)) == (ten.low, ten.high)
    assert codes(one) == ["one-sided"]


def test_all_failed_with_unequal_attempts_supposes_nothing() -> None:
    """Two problems, n = 1 and 100: the worst case is all in the first, found by search."""
    (one,) = fixed(Outcomes.from_counts([1, 100], [0, 0], stopping="independent"))
    spent = np.linspace(0, np.log(40), 100_001)
    truth = (1 - np.exp(-spent) + 1 - np.exp(-(np.log(40) - spent) / 100)) / 2
    assert truth.max() == pytest.approx(one.high, abs=1e-3)


def test_all_passed_is_a_bound_whatever_the_problems() -> None:
    """k = 1 is Clopper-Pearson; for k = 2 the worst case is one bad problem, found by search."""
    one, two = fixed(Outcomes.from_counts(20, [20] * 50), (1, 2))
    p = stats.binomtest(1000, 1000).proportion_ci(0.95).low
    assert (pytest.approx(p, abs=1e-5), 1.0) == (one.low, one.high)
    worst = (1 - np.exp(-np.log(40) / 20)) ** 2 / 50
    assert (pytest.approx(1 - worst, abs=1e-5), 1.0) == (two.low, two.high)
    assert worst > (1 - p) ** 2


@pytest.mark.parametrize("passes", [0, 20])
@pytest.mark.parametrize("metric", ["pass^k", "attempts@k", "mg-pass@k"])
def test_bounds_for_other_metrics(metric: str, passes: int) -> None:
    """They leave the value in one direction, within the metric's range."""
    (three,) = fixed(Outcomes.from_counts(20, [passes] * 30), 3, metric=metric)
    assert three.value in (pytest.approx(three.low), pytest.approx(three.high))
    assert 0 < three.high - three.low < 0.1


def test_unbiased_variance_is_a_mean_of_pairs() -> None:
    """k = 1: the textbook p(1-p)/n with n - 1."""
    c = np.array([2, 5, 9])
    (one,) = fixed(Outcomes.from_counts(10, c), method="unbiased-variance")
    expected = np.sum(c * (10 - c) / 10 / 10 / 9) / 9
    assert expected**0.5 == pytest.approx(one.standard_error)
    assert codes(one) == []


def test_plug_in_variance_is_that_at_the_observed_rate() -> None:
    """And it warns."""
    c = np.array([0, 5, 9])
    (one,) = fixed(Outcomes.from_counts(10, c), method="plug-in-variance")
    p = c / 10
    assert np.sum(p * (1 - p) / 10) ** 0.5 / 3 == pytest.approx(one.standard_error)
    assert codes(one) == ["discouraged"]


def test_flat_priors_solve_the_unsolvable() -> None:
    """50 problems that fail 100 of 100 attempts: a pass@100 of about one half."""
    (hundred,) = fixed(Outcomes.from_counts(100, [0] * 50), 100, method="flat-prior")
    assert hundred.value == 0.0
    assert 0.4975 == pytest.approx((hundred.low + hundred.high) / 2, abs=0.005)
    assert codes(hundred) == ["discouraged"]


def test_attempt_bootstrap_is_centred_on_the_plug_in() -> None:
    """Which lies below the value."""
    outcomes = mixed()
    (ten,) = fixed(outcomes, 10, method="attempt-bootstrap", resamples=2_000)
    plug_in = np.mean(1 - (1 - outcomes.c / outcomes.n) ** 10)
    assert plug_in == pytest.approx((ten.low + ten.high) / 2, abs=0.004)
    assert plug_in < ten.value - 0.01
    (two,) = fixed(outcomes, 10, method="two-stage-bootstrap", resamples=2_000)
    (problems,) = estimate(outcomes, 10, method="percentile")
    assert problems.standard_error < two.standard_error
    assert codes(two) == ["discouraged"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"method": "t"}, "method='t' is for target='superpopulation'; got target='fixed'"),
        ({"method": "wald"}, "method must be one of eb-variance, unbiased-variance"),
        ({"method": "unbiased-variance", "metric": "pass^k"}, "is for pass@k; got metric='pass"),
        ({"method": "unbiased-variance", "k": 6}, "the variance of pass@6 needs n >= 12"),
        ({"target": "both"}, "target must be one of superpopulation, fixed"),
    ],
)
def test_what_does_not_go_together(arguments: dict, says: str) -> None:
    """The message says what does."""
    with pytest.raises(PassatkError) as caught:
        estimate(Outcomes.from_counts(10, [1, 2]), **{"k": 1, "target": "fixed", **arguments})
    assert says in str(caught.value)


def test_needs_a_fixed_number_of_attempts() -> None:
    """Attempts that ended with a pass have no binomial to go by."""
    stopped = Outcomes.from_counts([3, 5], [1, 0], stopping=StopAtSuccess(1, 5))
    with pytest.raises(PassatkError, match="use target='superpopulation'"):
        fixed(stopped)


@pytest.mark.parametrize(
    "difficulty",
    [Beta(0.3, 0.5), Beta(0.05, 2), Point(0.01), Mixture((0.8, Point(0.002)), (0.2, Point(0.6)))],
    ids=repr,
)
def test_covers_where_the_plug_in_does_not(difficulty) -> None:
    """k = n = 50, P = 50: at least 90 % of 100 runs, less two standard errors (6 %)."""
    rng = np.random.default_rng(11)
    hits = {"eb-variance": 0, "plug-in-variance": 0}
    for _ in range(100):
        run = draw(Setting(50, 50, difficulty), rng)
        truth = pass_at_k_of(run.p, 50)[0]
        for method in hits:
            (one,) = fixed(run.outcomes, 50, method=method)
            hits[method] += one.low <= truth <= one.high
    assert hits["eb-variance"] >= 84
    assert hits["plug-in-variance"] < hits["eb-variance"]


def test_a_million_attempts_and_more_keep_their_likelihood() -> None:
    """Nearest of the grid, p is 37 standard deviations away from 1/2 and its neighbours."""
    n = np.array([10**6, 10**8])
    chance = likelihood(n, n // 3 * 2, LOGITS, relative=True)
    assert chance.max(axis=1).tolist() == [1.0, 1.0]
    prior = np.ones((1, len(LOGITS)))
    assert (prior @ chance.T > 0.9).all()
