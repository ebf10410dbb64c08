"""pass_at_k as a user calls it: shapes, policies, properties, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.errors import DataError, PassatkError
from passatk.stats import Outcomes, pass_at_k

counts = st.integers(1, 200).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


def test_scalars_give_a_float() -> None:
    """5 of 10 attempts, 3 of them passing: 1 - C(7,5)/C(10,5) = 11/12."""
    value = pass_at_k(10, 3, 5)
    assert type(value) is float
    assert value == pytest.approx(11 / 12, rel=1e-15)


def test_n_and_c_broadcast_and_several_k_add_an_axis() -> None:
    """Shapes follow NumPy; k comes last, in the order asked."""
    c = np.array([[0, 3], [5, 10]])
    assert pass_at_k(10, c, 5).shape == (2, 2)
    values = pass_at_k(10, c, [10, 1])
    assert values.shape == (2, 2, 2)
    np.testing.assert_allclose(values[..., 1], c / 10, rtol=1e-15)
    np.testing.assert_array_equal(values[..., 0], c > 0)


def test_numpy_integers_and_an_empty_batch_are_fine() -> None:
    """What NumPy code hands over works without conversion."""
    assert pass_at_k(10, 3, 5) == pass_at_k(np.int32(10), np.uint8(3), np.int64(5))
    assert pass_at_k(np.array([], dtype=int), np.array([], dtype=int), [1, 2]).shape == (0, 2)


@given(counts)
def test_never_decreases_in_k_and_stays_a_probability(pair: tuple[int, int]) -> None:
    """More attempts never hurt."""
    n, c = pair
    values = pass_at_k(n, c, range(1, n + 1))
    assert (np.diff(values) >= 0).all()
    assert values.min() >= 0
    assert values.max() <= 1


@given(counts)
def test_pass_at_1_is_the_share_of_passes(pair: tuple[int, int]) -> None:
    """pass@1 = c/n."""
    n, c = pair
    assert c / n == pytest.approx(pass_at_k(n, c, 1), rel=1e-15, abs=0)


@given(counts, st.integers(1, 200))
def test_another_pass_never_lowers_it(pair: tuple[int, int], k: int) -> None:
    """Monotone in c."""
    n, c = pair
    if c < n and k <= n:
        assert pass_at_k(n, c, k) <= pass_at_k(n, c + 1, k)


@given(st.lists(counts, min_size=1, max_size=20), st.randoms())
def test_each_problem_is_judged_alone(pairs: list[tuple[int, int]], random) -> None:
    """Compression equals one call a problem, and order of problems changes nothing."""
    n, c = (np.array(column) for column in zip(*pairs, strict=True))
    k = [1, int(n.min())]
    batch = pass_at_k(n, c, k)
    np.testing.assert_array_equal([pass_at_k(a, b, k) for a, b in pairs], batch)
    order = list(range(len(pairs)))
    random.shuffle(order)
    np.testing.assert_array_equal(batch[order], pass_at_k(n[order], c[order], k))


def test_unbiased_for_exchangeable_attempts() -> None:
    """The mean over Binomial(n, p) equals 1 - (1-p)^k."""
    n, p, k = 12, 0.17, 5
    from scipy.stats import binom

    c = np.arange(n + 1)
    expected = 1 - (1 - p) ** k
    assert expected == pytest.approx(float(binom.pmf(c, n, p) @ pass_at_k(n, c, k)), rel=1e-13)


def test_too_few_attempts_are_refused_and_named() -> None:
    """By default k > n is an error that says where and what to do."""
    with pytest.raises(DataError) as caught:
        pass_at_k([10, 3, 7], [1, 1, 1], [1, 8])
    message = str(caught.value)
    assert "k must satisfy 1 <= k <= n (smallest n=3); got k=8" in message
    assert "2 of 3 problems have fewer attempts: index 1 (n=3), index 2 (n=7)" in message
    assert "ask for k <= 3" in message
    with pytest.raises(DataError) as caught:
        pass_at_k(5, 1, 7)
    assert str(caught.value).startswith("k must satisfy 1 <= k <= n (n=5); got k=7\n")


def test_all_problems_at_fault_are_counted_and_some_named() -> None:
    """The first, the next four, and how many in all."""
    with pytest.raises(DataError) as caught:
        pass_at_k(5, [1, 6, 7, 2], 1)
    assert "c must satisfy 0 <= c <= n at index 1 and 1 more (index 2)" in str(caught.value)
    names = [f"p{i}" for i in range(9)]
    with pytest.raises(DataError) as caught:
        Outcomes.from_counts(3, [5] * 9, problems=names)
    assert "at problem 'p0' and 8 more (problem 'p1', problem 'p2'," in str(caught.value)
    assert "problem 'p4', ...)" in str(caught.value)


def test_policies_for_too_few_attempts() -> None:
    """drop leaves NaN; fail adds failures; a problem never solved is never counted as solved."""
    n, c = [2, 2, 2, 3, 4], [0, 1, 2, 0, 1]
    dropped, failed = (pass_at_k(n, c, 3, policy=policy) for policy in ("drop", "fail"))
    np.testing.assert_allclose(dropped, [np.nan, np.nan, np.nan, 0, 0.75], rtol=1e-15)
    np.testing.assert_allclose(failed, [0, 1, 1, 0, 0.75], rtol=1e-15)


@pytest.mark.parametrize(
    ("n", "c", "says"),
    [
        (5, 7, "c=7, n=5"),
        ([5, 5], [1, -1], "at index 1"),
        (0, 0, "n=0"),
        ([3, float("nan")], [1, 1], "n=nan"),
        (3, 1.5, "c=1.5"),
        (float("inf"), 1, "n=inf"),
        (10**12, 5, "n=1000000000000"),
        ("five", 1, "n does not hold numbers"),
        ([5, 5, 5], [1, 2], "n of shape (3,), c of shape (2,)"),
        ([[5, 5]], [[1, 6]], "index (0, 1)"),
    ],
)
def test_impossible_counts_are_refused(n: object, c: object, says: str) -> None:
    """The message echoes the value and the place."""
    with pytest.raises(DataError) as caught:
        pass_at_k(n, c, 1)
    assert says in str(caught.value)


@pytest.mark.parametrize("k", [0, -1, 2.0, 2.5, True, "2", [], [1, 0], [[1, 2]], None])
def test_impossible_k_is_refused(k: object) -> None:
    """k is an integer >= 1, or several; 2.0 is not an integer."""
    with pytest.raises(PassatkError, match=r"k must"):
        pass_at_k(10, 3, k)


def test_unknown_policy_is_refused() -> None:
    """A misspelt policy must not fall back to another."""
    with pytest.raises(PassatkError, match=r"policy must be one of raise, drop, fail; got .*'pad'"):
        pass_at_k(10, 3, 1, policy="pad")
