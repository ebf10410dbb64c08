"""The kernel against enumeration and exact arithmetic."""

from fractions import Fraction
from itertools import combinations
from math import comb, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.stats.kernel import distinct_pairs, pass_blocks, pass_table

counts = st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


def all_k(n: int, c: int) -> np.ndarray:
    return pass_table(np.array([n]), np.array([c]), np.arange(1, n + 1))[0]


def exact(n: int, c: int, k: int) -> Fraction:
    return 1 - Fraction(comb(n - c, k), comb(n, k))


@pytest.mark.parametrize("n", range(1, 8))
def test_equals_the_share_of_subsets_that_hold_a_pass(n: int) -> None:
    """By definition: enumerate every k-subset of every set of attempts."""
    for c in range(n + 1):
        attempts = [True] * c + [False] * (n - c)
        for k in range(1, n + 1):
            subsets = list(combinations(attempts, k))
            share = Fraction(sum(map(any, subsets)), len(subsets))
            assert float(share) == pytest.approx(all_k(n, c)[k - 1], rel=1e-14, abs=0)


@given(counts)
def test_equals_exact_arithmetic_for_every_k(pair: tuple[int, int]) -> None:
    """Fractions at moderate n."""
    n, c = pair
    expected = [float(exact(n, c, k)) for k in range(1, n + 1)]
    np.testing.assert_allclose(all_k(n, c), expected, rtol=1e-13)


@pytest.mark.parametrize("c", [1, 2, 50, 5_000, 50_000, 99_999])
def test_keeps_twelve_digits_at_a_hundred_thousand_attempts(c: int) -> None:
    """Relative error stays below 1e-12 where a gammaln form is off by 1e-5."""
    n = 100_000
    ks = np.array([1, 2, 10, 1_000, 30_000, 99_999])
    values = pass_table(np.array([n]), np.array([c]), ks)[0]
    for k, value in zip(ks.tolist(), values.tolist(), strict=True):
        # C(n-c, k) / C(n, k) = C(n-k, c) / C(n, c): the product with fewer factors.
        few, many = sorted((c, k))
        # After 4,000 factors of at most 0.7 nothing is left of it in sixteen digits.
        factors = range(min(few, 4_000))
        g = Fraction(prod(max(n - many - j, 0) for j in factors), prod(n - j for j in factors))
        assert abs(Fraction(value) - (1 - g)) <= (1 - g) * Fraction(1, 10**12)


@given(counts)
def test_is_one_exactly_where_failures_run_out_and_zero_without_a_pass(
    pair: tuple[int, int],
) -> None:
    """k > n - c cannot miss; c = 0 cannot hit, and gives 0.0 and not -0.0."""
    n, c = pair
    values = all_k(n, c)
    if c == 0:
        assert [0.0] * n == values.tolist()
        assert not np.signbit(values).any()
    else:
        assert [1.0] * c == values[n - c :].tolist()


@given(counts, st.integers(1, 30))
def test_beyond_n_counts_missing_attempts_as_failures(pair: tuple[int, int], extra: int) -> None:
    """k > n equals n padded to k with failures."""
    n, c = pair
    k = n + extra
    value = pass_table(np.array([n]), np.array([c]), np.array([k]))[0, 0]
    assert float(exact(k, c, k)) == value


@given(st.lists(counts, min_size=1, max_size=30))
def test_distinct_pairs_give_every_problem_back(pairs: list[tuple[int, int]]) -> None:
    """Compression loses nothing and repeats nothing."""
    n, c = (np.array(column) for column in zip(*pairs, strict=True))
    found = distinct_pairs(n, c)
    assert pairs == list(zip(found.n[found.index], found.c[found.index], strict=True))
    assert len(set(pairs)) == len(found.n) == len(found.c)


def test_blocks_cover_every_row_once_in_bounded_memory() -> None:
    """Many rows come in several blocks, which together equal single rows."""
    n = np.full(5_000, 40)
    c = np.arange(5_000) % 41
    ks = np.array([40, 1, 7])
    blocks = list(pass_blocks(n, c, ks))
    assert len(blocks) > 1
    assert list(range(5_000)) == [i for rows, _ in blocks for i in range(5_000)[rows]]
    joined = np.concatenate([values for _, values in blocks])
    np.testing.assert_array_equal(joined[:41], [all_k(40, i)[ks - 1] for i in range(41)])
    np.testing.assert_array_equal(joined[41:82], joined[:41])
