"""The bootstrap over problems, against SciPy and against brute force."""

import numpy as np
import pytest
from scipy import stats

from passatk.errors import PassatkError
from passatk.stats import Outcomes, estimate, pass_at_k
from passatk.stats.uncertainty.bootstrap import bootstrap_interval, kinds_of_units

RESAMPLES = 20_000
KS = (1, 5, 10)


def interval(method: str, values: np.ndarray, seed: int = 1, **labels) -> np.ndarray:
    """From one row of values a problem."""
    table, index = np.unique(values, axis=0, return_inverse=True)
    kinds = kinds_of_units(table, index.ravel(), **labels)
    rng = np.random.default_rng(seed)
    return np.array(bootstrap_interval(kinds, method, 0.95, resamples=RESAMPLES, rng=rng))


def run(problems: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    c = rng.binomial(20, rng.beta(0.4, 0.8, problems))
    return pass_at_k(np.full(problems, 20), c, KS)


def brute(values: np.ndarray, statistic, units: int, seed: int = 9) -> np.ndarray:
    """``statistic(drawn)`` for resampled units, drawn one by one."""
    rng = np.random.default_rng(seed)
    return np.array([statistic(rng.integers(0, units, units)) for _ in range(4_000)])


@pytest.mark.parametrize(("ours", "theirs"), [("percentile", "percentile"), ("bca", "BCa")])
@pytest.mark.parametrize("problems", [25, 164])
def test_equals_scipy(ours: str, theirs: str, problems: int) -> None:
    """The same ends within Monte Carlo error: 2 % of the interval at 20,000 resamples each."""
    values = run(problems)
    low, high = interval(ours, values)
    expected = stats.bootstrap(
        (values.T,),
        np.mean,
        axis=1,
        n_resamples=RESAMPLES,
        method=theirs,
        batch=1_000,
        rng=np.random.default_rng(2),
    ).confidence_interval
    tolerance = 0.02 * (high - low)
    assert (np.abs(low - expected.low) <= tolerance).all()
    assert (np.abs(high - expected.high) <= tolerance).all()


def test_studentized_is_its_definition() -> None:
    """m - t* se, with t* from resamples drawn one by one."""
    h = run(60)[:, 1]
    rng = np.random.default_rng(4)
    drawn = h[rng.integers(0, 60, (RESAMPLES, 60))]
    t = (drawn.mean(axis=1) - h.mean()) / (drawn.std(axis=1, ddof=1) / 60**0.5)
    error = h.std(ddof=1) / 60**0.5
    expected = h.mean() - np.quantile(t, [0.975, 0.025]) * error
    low, high = interval("studentized", h[:, None])
    np.testing.assert_allclose([low[0], high[0]], expected, atol=0.02 * (high - low)[0])


def test_many_problems_are_drawn_as_counts_and_few_one_by_one() -> None:
    """Both ways give the same interval: ten copies of a benchmark, against scaled-down spread."""
    values = run(60)
    many = np.repeat(values, 40, axis=0)
    low, high = interval("percentile", many)
    h = many.mean(axis=0)
    half = 1.96 * many.std(axis=0) / len(many) ** 0.5
    np.testing.assert_allclose(low, h - half, atol=0.05 * half.max())
    np.testing.assert_allclose(high, h + half, atol=0.05 * half.max())


def test_all_k_see_the_same_resamples() -> None:
    """A k asked for alone has the interval it has among others."""
    outcomes = Outcomes.from_counts(20, np.arange(60) % 21)
    together = estimate(outcomes, KS, method="percentile")
    alone = [estimate(outcomes, k, method="percentile")[0] for k in KS]
    for a, b in zip(together, alone, strict=True):
        assert (a.low, a.high) == pytest.approx((b.low, b.high), abs=1e-12)


def test_clusters_are_drawn_as_a_whole() -> None:
    """Against drawing families one by one, of unequal size."""
    h = run(45)[:, 0]
    family = np.repeat(np.arange(12), [1, 2, 3, 4, 5, 6, 7, 5, 4, 3, 3, 2])
    members = [np.flatnonzero(family == each) for each in range(12)]
    means = brute(h, lambda drawn: h[np.concatenate([members[i] for i in drawn])].mean(), 12)
    low, high = interval("percentile", h[:, None], clusters=family.astype(str))
    np.testing.assert_allclose(
        [low[0], high[0]], np.quantile(means, [0.025, 0.975]), atol=0.05 * (high - low)[0]
    )


def test_weights_go_along_with_their_problem() -> None:
    """The resampled statistic is the weighted mean of those drawn."""
    h, weight = run(40)[:, 0], np.random.default_rng(1).uniform(0.5, 3, 40)
    means = brute(h, lambda drawn: np.average(h[drawn], weights=weight[drawn]), 40)
    low, high = interval("percentile", h[:, None], weights=weight)
    np.testing.assert_allclose(
        [low[0], high[0]], np.quantile(means, [0.025, 0.975]), atol=0.05 * (high - low)[0]
    )


def test_strata_keep_their_size() -> None:
    """Problems are drawn within strata, whose shares are known."""
    h = np.concatenate([run(30)[:, 0] * 0.2, 1 - run(20, seed=5)[:, 0] * 0.2])
    strata = np.repeat(["hard", "easy"], [30, 20])
    rng = np.random.default_rng(2)
    first, second = (
        h[:30][rng.integers(0, 30, (8_000, 30))],
        h[30:][rng.integers(0, 20, (8_000, 20))],
    )
    means = 0.6 * first.mean(axis=1) + 0.4 * second.mean(axis=1)
    for method in ("percentile", "bca", "studentized"):
        low, high = interval(method, h[:, None], strata=strata)
        np.testing.assert_allclose(
            [low[0], high[0]], np.quantile(means, [0.025, 0.975]), atol=0.25 * np.ptp(means)
        )
    low, high = interval("percentile", h[:, None], strata=strata)
    np.testing.assert_allclose(
        [low[0], high[0]], np.quantile(means, [0.025, 0.975]), atol=0.05 * (high - low)[0]
    )


@pytest.mark.parametrize("method", ["percentile", "bca", "studentized"])
def test_problems_all_alike_have_no_spread(method: str) -> None:
    """The interval is the value, and not NaN."""
    low, high = interval(method, np.full((10, 1), 0.4))
    np.testing.assert_allclose([low[0], high[0]], [0.4, 0.4], atol=1e-12)


def test_a_bootstrap_needs_resamples() -> None:
    """One is no distribution."""
    with pytest.raises(PassatkError, match="got resamples=1"):
        estimate(Outcomes.from_counts(10, [1, 2]), 1, method="percentile", resamples=1)


def test_the_same_data_give_the_same_interval() -> None:
    """By default a fixed seed; another generator gives another interval, about the same."""
    outcomes = Outcomes.from_counts(10, np.arange(40) % 11)
    first, again = (estimate(outcomes, 1, method="bca") for _ in range(2))
    (other,) = estimate(outcomes, 1, method="bca", rng=np.random.default_rng(3))
    assert first == again
    assert first[0].low != other.low
    assert first[0].low == pytest.approx(other.low, abs=0.01)


def test_tails_that_the_resamples_do_not_reach_are_marked() -> None:
    """Five of 10,000 lie beyond an end at 99.9 %; at 99.99 % it is half of one."""
    run = Outcomes.from_counts(10, list(range(11)) * 5)
    marked = {
        level: [w.code for w in estimate(run, 1, level=level, method="percentile")[0].warnings]
        for level in (0.999, 0.9999)
    }
    assert marked == {0.999: [], 0.9999: ["few-resamples"]}
    assert estimate(run, 1, level=0.9999)[0].warnings == ()
