"""Mean and variance over problems against their textbook forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from passatk.errors import DataError
from passatk.stats.aggregation import mean_over_problems
from passatk.stats.comparison.difference import paired_t

H = np.array([0.0, 0.2, 0.9, 1.0, 0.4, 0.4])
values = st.integers(2, 12).flatmap(lambda p: arrays(np.float64, p, elements=st.floats(0, 1)))


@given(values)
def test_plain_mean_has_variance_s2_over_p(h: np.ndarray) -> None:
    """Without weights: the sample mean and its standard error."""
    mean = mean_over_problems(h)
    assert h.mean() == mean.value
    assert h.var(ddof=1) / len(h) == pytest.approx(mean.variance, abs=1e-15)
    assert len(h) == pytest.approx(mean.units)
    assert len(h) - 1 == mean.df


def test_strata_follow_the_stratified_formula() -> None:
    """sum W_s m_s and sum W_s^2 s_s^2 / P_s, with shares set through weights."""
    strata = np.array(["x", "x", "y", "y", "y", "y"])
    shares = {"x": 0.7, "y": 0.3}
    weights = np.array([shares[s] / (strata == s).sum() for s in strata])
    mean = mean_over_problems(H, weights=weights, strata=strata)
    parts = [(shares[s], H[strata == s]) for s in shares]
    assert sum(w * h.mean() for w, h in parts) == pytest.approx(mean.value)
    expected = sum(w**2 * h.var(ddof=1) / len(h) for w, h in parts)
    assert expected == pytest.approx(mean.variance)
    assert mean.df == 4


def test_strata_take_out_the_variance_between_them() -> None:
    """All spread between strata: no variance is left."""
    mean = mean_over_problems(np.array([0.0, 0, 1, 1]), strata=np.array(["a", "a", "b", "b"]))
    assert (mean.value, mean.variance) == (0.5, 0.0)


def test_clusters_of_one_size_follow_cr1() -> None:
    """(G/(G-1)) sum_g (sum_{i in g} (h_i - m))^2 / P^2."""
    clusters = np.array(["a", "b", "a", "c", "b", "c"])
    mean = mean_over_problems(H, clusters=clusters)
    sums = [(H[clusters == g] - H.mean()).sum() for g in "abc"]
    assert 3 / 2 * sum(s**2 for s in sums) / 6**2 == pytest.approx(mean.variance)
    assert (mean.df, mean.units) == (2, pytest.approx(3))


UNEQUAL = np.array(["a", "b", "a", "c", "b", "a"])


def test_clusters_of_unequal_size_follow_cr2() -> None:
    """Residuals of a regression on a constant, times (I - H_gg)^(-1/2), summed over clusters."""
    left = H - H.mean()
    hat = np.full((6, 6), 1 / 6)
    expected = 0.0
    for g in "abc":
        own = UNEQUAL == g
        values, vectors = np.linalg.eigh(np.eye(own.sum()) - hat[np.ix_(own, own)])
        expected += (vectors @ np.diag(values**-0.5) @ vectors.T @ left[own]).sum() ** 2 / 36
    assert expected == pytest.approx(mean_over_problems(H, clusters=UNEQUAL).variance)


@pytest.mark.parametrize("weights", [None, np.array([3.0, 1, 1, 2, 1, 1])])
def test_the_variance_of_related_problems_is_right_on_average(weights: np.ndarray | None) -> None:
    """All 64 results of six independent coins, whose weighted mean varies by sum(share^2) / 4.

    Unequal weights without clusters, unequal clusters with weights alike.
    """
    coins = (np.arange(64)[:, None] >> np.arange(6) & 1).astype(float)
    clusters = UNEQUAL if weights is None else None
    share = np.ones(6) / 6 if weights is None else weights / weights.sum()
    if weights is not None:
        # Coins that vary the less the more they weigh: then 1 - share is exact.
        coins = 0.5 + (coins - 0.5) / np.sqrt(weights)
    found = [mean_over_problems(h, weights=weights, clusters=clusters).variance for h in coins]
    truth = np.var(coins @ share)
    assert truth == pytest.approx(np.mean(found))


def test_degrees_of_freedom_count_clusters_by_weight() -> None:
    """Half of the problems in one family: 1 / (1/4 + ...) - 1, and never less than one."""
    clusters = np.array(["big"] * 8 + [str(i) for i in range(8)])
    mean = mean_over_problems(np.linspace(0, 1, 16), clusters=clusters)
    assert mean.df == pytest.approx(1 / (1 / 4 + 8 / 256) - 1)
    clusters = np.array(["big"] * 99 + ["small"])
    assert mean_over_problems(np.linspace(0, 1, 100), clusters=clusters).df == 1


def test_the_interval_holds_with_families_of_very_different_size() -> None:
    """Changes in 20 families of log-normal size, nominal 95 %: CR1 with G - 1 holds 88 %."""
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(1000):
        sizes = np.maximum(1, np.exp(rng.normal(1, 1.2, 20))).astype(int)
        family = np.repeat(np.arange(20), sizes)
        d = rng.normal(0, 0.1, 20)[family] + rng.normal(0, 0.15, len(family))
        around = paired_t(mean_over_problems(d, clusters=family.astype(str)), 0.95)
        held += around.low <= 0 <= around.high
    assert 920 <= held <= 970


def test_clusters_of_one_are_no_clusters() -> None:
    """Every problem its own cluster: the plain variance."""
    alone = mean_over_problems(H, clusters=np.array(list("abcdef")))
    plain = mean_over_problems(H)
    assert plain.variance == pytest.approx(alone.variance)
    assert plain.units == pytest.approx(alone.units)


@given(values, st.floats(0.01, 100))
def test_equal_weights_change_nothing(h: np.ndarray, weight: float) -> None:
    """Only ratios of weights count."""
    weighted, plain = mean_over_problems(h, weights=np.full(len(h), weight)), mean_over_problems(h)
    assert plain.value == pytest.approx(weighted.value, abs=1e-15)
    assert plain.variance == pytest.approx(weighted.variance, abs=1e-15)
    assert plain.units == pytest.approx(weighted.units)


def test_unequal_weights_are_worth_fewer_problems() -> None:
    """Kish: (sum w)^2 / sum w^2."""
    mean = mean_over_problems(H[:3], weights=np.array([2.0, 1.0, 1.0]))
    assert mean.units == pytest.approx(16 / 6)
    assert mean.value == pytest.approx((2 * 0.0 + 0.2 + 0.9) / 4)


def test_one_problem_has_a_mean_and_no_variance() -> None:
    """Nothing can be said about others."""
    mean = mean_over_problems(np.array([0.3]))
    assert (mean.value, mean.variance, mean.df) == (0.3, None, 0)


@pytest.mark.parametrize(
    ("groups", "says"),
    [
        ({"strata": np.array(["a", "a", "a", "a", "a", "b"])}, "stratum 'b' has a single problem"),
        ({"clusters": np.array(["a"] * 6)}, "a single cluster"),
        ({"clusters": np.array(["a"] * 6), "strata": np.array(["a"] * 6)}, "strata and clusters"),
    ],
)
def test_groups_that_give_no_variance_are_refused(groups: dict, says: str) -> None:
    """Better no interval than a wrong one."""
    with pytest.raises(DataError) as caught:
        mean_over_problems(H, **groups)
    assert says in str(caught.value)
