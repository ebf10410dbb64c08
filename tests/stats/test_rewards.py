"""Rewards by enumeration of all subsets, and what a gradient made of them follows."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk import rewards_torch
from passatk.errors import MissingExtra, PassatkError
from passatk.stats import max_at_k, max_at_k_rewards, pass_at_k, pass_at_k_rewards

groups = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0, -2.0]), min_size=2, max_size=7)


def best(scores: np.ndarray, subset: list[int]) -> float:
    return max(scores[subset]) if subset else 0.0


@given(groups, st.data())
def test_rewards_and_baselines_equal_enumeration(scores: list[float], data: st.DataObject) -> None:
    """Best score of each subset for each of its members, with and without the member."""
    y, n = np.array(scores), len(scores)
    k = data.draw(st.integers(1, n))
    with_it, without_it, others = np.zeros(n), np.zeros(n), np.zeros(n)
    for subset in combinations(range(n), k):
        for i in subset:
            with_it[i] += best(y, list(subset)) / comb(n, k)
            without_it[i] += best(y, [j for j in subset if j != i]) / comb(n, k)
    np.testing.assert_allclose(max_at_k_rewards(y, k), with_it, atol=1e-13)
    np.testing.assert_allclose(
        max_at_k_rewards(y, k, baseline="leave-one-out-1"), with_it - without_it, atol=1e-13
    )
    if k < n:
        for i in range(n):
            rest = np.delete(y, i)
            means = [best(rest, list(s)) for s in combinations(range(n - 1), k)]
            others[i] = k / (n - 1) * np.mean(means)
        np.testing.assert_allclose(
            max_at_k_rewards(y, k, baseline="leave-one-out"), with_it - others, atol=1e-13
        )


@given(st.integers(2, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), st.data())
def test_binary_rewards_follow_their_formula(pair: tuple[int, int], data: st.DataObject) -> None:
    """k/n for a pass, (k/n) rho(n-1, c, k-1) for a failure."""
    n, c = pair
    k = data.draw(st.integers(1, n))
    rewards = pass_at_k_rewards([True] * c + [False] * (n - c), k)
    np.testing.assert_allclose(rewards[:c], k / n, rtol=1e-12)
    helped = pass_at_k(n - 1, c, k - 1) if k > 1 and c < n else 0.0
    np.testing.assert_allclose(rewards[c:], k / n * helped, rtol=1e-11, atol=1e-14)


@given(groups, st.data())
def test_rewards_sum_to_k_times_max_at_k(scores: list[float], data: st.DataObject) -> None:
    """Each subset pays its best to k members."""
    k = data.draw(st.integers(1, len(scores)))
    assert k * max_at_k(scores, k) == pytest.approx(max_at_k_rewards(scores, k).sum(), abs=1e-12)


@given(groups, st.randoms())
def test_equal_scores_get_equal_rewards_in_any_order(scores: list[float], random) -> None:
    """Order within ties does not matter."""
    for baseline in ("none", "leave-one-out", "leave-one-out-1"):
        k = random.randint(1, len(scores) - 1)
        rewards = max_at_k_rewards(scores, k, baseline=baseline)
        order = random.sample(range(len(scores)), len(scores))
        shuffled = max_at_k_rewards(np.array(scores)[order], k, baseline=baseline)
        np.testing.assert_allclose(shuffled, rewards[order], atol=1e-13)
        for score in set(scores):
            assert np.ptp(rewards[np.array(scores) == score]) < 1e-13


@pytest.mark.parametrize("baseline", ["none", "leave-one-out", "leave-one-out-1"])
def test_the_gradient_is_that_of_pass_at_k(baseline: str) -> None:
    """Exact mean of sum_i s_i d/dp log P(x_i) over Bernoulli attempts: k (1-p)^(k-1)."""
    n, k, p = 5, 3, 0.3
    gradient = 0.0
    for c in range(n + 1):
        x = np.array([1.0] * c + [0.0] * (n - c))
        score = np.where(x == 1, 1 / p, -1 / (1 - p))
        chance = comb(n, c) * p**c * (1 - p) ** (n - c)
        gradient += chance * float(pass_at_k_rewards(x, k, baseline=baseline) @ score)
    assert k * (1 - p) ** (k - 1) == pytest.approx(gradient, rel=1e-12)


def test_baselines_lower_the_variance_of_the_gradient() -> None:
    """Why they are there: same mean, less spread."""
    rng = np.random.default_rng(0)
    n, k, p = 16, 4, 0.2
    x = (rng.random((4_000, n)) < p).astype(float)
    score = np.where(x == 1, 1 / p, -1 / (1 - p))
    spread = {
        baseline: (pass_at_k_rewards(x, k, baseline=baseline) * score).sum(axis=1).std()
        for baseline in ("none", "leave-one-out", "leave-one-out-1")
    }
    assert spread["leave-one-out-1"] < spread["leave-one-out"] < spread["none"]


def test_groups_of_problems_come_in_one_array() -> None:
    """Leading axes are problems; each is rewarded alone."""
    scores = np.random.default_rng(0).random((3, 2, 8))
    rewards = max_at_k_rewards(scores, 3, baseline="leave-one-out")
    assert rewards.shape == scores.shape
    np.testing.assert_allclose(
        rewards[1, 0], max_at_k_rewards(scores[1, 0], 3, baseline="leave-one-out"), rtol=1e-14
    )


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: pass_at_k_rewards([0.5, 1], 1), "graded results go to max_at_k_rewards"),
        (lambda: max_at_k_rewards([0.5, float("nan")], 1), "unusable score"),
        (lambda: max_at_k_rewards([0.5, 1], 3), "k must satisfy 1 <= k <= n (n=2); got k=3"),
        (lambda: max_at_k_rewards([0.5, 1], 2, baseline="leave-one-out"), "k <= 1"),
        (lambda: max_at_k_rewards([0.5, 1], 0), "k must satisfy"),
        (lambda: max_at_k_rewards([0.5, 1], 1, baseline="mean"), "baseline must be one of"),
    ],
)
def test_what_cannot_be_is_refused(call, says: str) -> None:
    """The message says what and why."""
    with pytest.raises(PassatkError) as caught:
        call()
    assert says in str(caught.value)


def test_without_pytorch_its_form_says_what_to_install() -> None:
    """The module itself can be imported."""
    try:
        import torch  # noqa: F401
    except ImportError:
        with pytest.raises(MissingExtra, match=r"passatk\[torch\]"):
            rewards_torch.pass_at_k_rewards([1, 0], 1)
    else:
        pytest.skip("PyTorch is installed")


def test_with_pytorch_the_numbers_are_identical() -> None:
    """Values, dtype, and no gradient through a constant."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    drawn = np.random.default_rng(0).random((4, 8))
    scores = torch.tensor(drawn, dtype=torch.float64, requires_grad=True)
    for baseline in ("none", "leave-one-out", "leave-one-out-1"):
        rewards = rewards_torch.max_at_k_rewards(scores, 3, baseline=baseline)
        expected = max_at_k_rewards(scores.detach().numpy(), 3, baseline=baseline)
        np.testing.assert_array_equal(rewards.numpy(), expected)
        assert not rewards.requires_grad
    passed = torch.tensor([True, False, False])
    rewards = rewards_torch.pass_at_k_rewards(passed, 2)
    assert rewards.dtype == torch.get_default_dtype()
    np.testing.assert_allclose(rewards.numpy(), pass_at_k_rewards([1, 0, 0], 2), rtol=1e-6)
    half = rewards_torch.max_at_k_rewards(scores.detach().to(torch.bfloat16), 3)
    assert half.dtype == torch.bfloat16
    with pytest.raises(PassatkError, match=r"k must satisfy 1 <= k <= n \(n=8\); got k=9"):
        rewards_torch.max_at_k_rewards(scores, 9)
