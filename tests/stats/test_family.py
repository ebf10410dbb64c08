"""The relatives of pass@k against enumeration of all subsets."""

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from math import ceil, comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from passatk.errors import DataError, PassatkError
from passatk.stats import (
    attempts_to_pass,
    g_pass_at_k,
    mg_pass_at_k,
    pass_at_k,
    pass_hat_k,
    plug_in_pass_at_k,
)

counts = st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


def over_subsets(n: int, c: int, k: int, worth: Callable[[int], Fraction]) -> float:
    attempts = [1] * c + [0] * (n - c)
    values = [worth(sum(subset)) for subset in combinations(attempts, k)]
    return float(sum(values, Fraction(0)) / len(values))


@pytest.mark.parametrize("n", range(1, 8))
def test_every_member_is_a_mean_over_subsets(n: int) -> None:
    """By definition, for all c and k."""
    for c in range(n + 1):
        for k in range(1, n + 1):
            half = ceil(k / 2)

            def all_pass(x: int, k: int = k) -> Fraction:
                return Fraction(x == k)

            def two_thirds(x: int, k: int = k) -> Fraction:
                return Fraction(3 * x >= 2 * k and x > 0)

            def majority(x: int, k: int = k, half: int = half) -> Fraction:
                return Fraction(2 * sum(x >= i for i in range(half + 1, k + 1)), k)

            close = {"rel": 1e-13, "abs": 1e-16}
            assert over_subsets(n, c, k, all_pass) == pytest.approx(pass_hat_k(n, c, k), **close)
            assert over_subsets(n, c, k, two_thirds) == pytest.approx(
                g_pass_at_k(n, c, k, 2 / 3), **close
            )
            assert over_subsets(n, c, k, majority) == pytest.approx(mg_pass_at_k(n, c, k), **close)


@given(counts)
def test_pass_hat_k_equals_exact_arithmetic(pair: tuple[int, int]) -> None:
    """C(c, k) / C(n, k) for every k, exactly 0 beyond c."""
    n, c = pair
    expected = [float(Fraction(comb(c, k), comb(n, k))) for k in range(1, n + 1)]
    np.testing.assert_allclose(pass_hat_k(n, c, range(1, n + 1)), expected, rtol=1e-13)


@pytest.mark.parametrize(("c", "k"), [(99_999, 50_000), (90_000, 100), (5_000, 5), (60_000, 1_000)])
def test_pass_hat_k_keeps_twelve_digits_at_a_hundred_thousand_attempts(c: int, k: int) -> None:
    """No cancellation, large or tiny."""
    n = 100_000
    few, many = sorted((n - c, k))
    expected = Fraction(1)
    if few < k:  # C(c, k) / C(n, k) = prod_{j < n-c} (n-k-j) / (n-j)
        for j in range(few):
            expected *= Fraction(n - many - j, n - j)
    else:
        for j in range(k):
            expected *= Fraction(c - j, n - j)
    assert abs(Fraction(pass_hat_k(n, c, k)) - expected) <= expected * Fraction(1, 10**12)


@given(counts, st.floats(0, 1))
def test_g_pass_equals_the_hypergeometric_tail_of_scipy(pair: tuple[int, int], tau: float) -> None:
    """An independent implementation, for all k at once."""
    n, c = pair
    ks = np.arange(1, n + 1)
    needed = np.maximum(np.ceil(np.round(tau * ks, 9)), 1)
    expected = hypergeom.sf(needed - 1, n, c, ks)
    np.testing.assert_allclose(g_pass_at_k(n, c, ks, tau), expected, rtol=1e-9, atol=1e-12)


@given(counts)
def test_g_pass_lies_between_pass_hat_and_pass(pair: tuple[int, int]) -> None:
    """tau = 1 is pass^k, tau = 0 is pass@k, and more is asked in between."""
    n, c = pair
    ks = range(1, n + 1)
    by_tau = [g_pass_at_k(n, c, ks, tau) for tau in (0, 0.25, 0.5, 0.75, 1)]
    assert (np.diff(by_tau, axis=0) <= 1e-15).all()
    np.testing.assert_allclose(by_tau[0], pass_at_k(n, c, ks), rtol=1e-12)
    np.testing.assert_allclose(by_tau[-1], pass_hat_k(n, c, ks), rtol=1e-12)


def test_g_pass_keeps_ten_digits_at_large_n() -> None:
    """n = 20,000 against exact arithmetic, in the far tail and in the middle."""
    n, c, k = 20_000, 6_000, 40
    for tau in (0.1, 0.3, 0.9):
        m = ceil(Fraction(str(tau)) * k)
        terms = (comb(c, x) * comb(n - c, k - x) for x in range(m, k + 1))
        expected = Fraction(sum(terms), comb(n, k))
        assert abs(Fraction(g_pass_at_k(n, c, k, tau)) - expected) <= expected / 10**10


def test_tau_is_a_decimal_share() -> None:
    """0.07 of 100 is 7 attempts, though 0.07 * 100 > 7 in binary."""
    assert 0.07 * 100 > 7
    assert g_pass_at_k(100, 7, 100, 0.07) == 1.0
    assert g_pass_at_k(100, 6, 100, 0.07) == 0.0


@given(counts)
def test_attempts_to_pass_is_the_mean_first_pass_over_orders(pair: tuple[int, int]) -> None:
    """sum_t t P(first pass at t), cut off at k."""
    n, c = pair
    ks = np.arange(1, n + 1)
    solved = np.concatenate([[0.0], pass_at_k(n, c, range(1, n + 1))])
    expected = [np.sum(np.arange(1, k) * np.diff(solved[:k])) + k * (1 - solved[k - 1]) for k in ks]
    np.testing.assert_allclose(attempts_to_pass(n, c, ks), expected, rtol=1e-12)


@given(counts, st.integers(1, 60))
def test_plug_in_is_what_it_says(pair: tuple[int, int], k: int) -> None:
    """1 - (1 - c/n)^k, never above pass@k."""
    n, c = pair
    value = plug_in_pass_at_k(n, c, k)
    assert 1 - (1 - c / n) ** k == pytest.approx(value, abs=1e-14)
    if k <= n:
        assert value <= pass_at_k(n, c, k) + 1e-14


@pytest.mark.parametrize("metric", [pass_hat_k, mg_pass_at_k, attempts_to_pass])
def test_policies_are_those_of_pass_at_k(metric: Callable) -> None:
    """raise names the place, drop leaves NaN, fail adds failures."""
    with pytest.raises(DataError, match=r"k must satisfy 1 <= k <= n \(.*; got k=3"):
        metric([2, 4], [2, 2], 3)
    dropped = metric([2, 4], [2, 2], 3, policy="drop")
    assert np.isnan(dropped).tolist() == [True, False]
    assert metric(2, 1, 3, policy="fail") == pytest.approx(metric(3, 1, 3), rel=1e-14)


@pytest.mark.parametrize("tau", [-0.1, 1.5, float("nan")])
def test_a_tau_that_is_no_share_is_refused(tau: float) -> None:
    """The message echoes it."""
    with pytest.raises(PassatkError, match="tau must satisfy 0 <= tau <= 1"):
        g_pass_at_k(3, 1, 2, tau)
