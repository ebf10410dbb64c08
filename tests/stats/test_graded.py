"""Graded results: max@k by enumeration, and scores made of runtimes."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.errors import DataError
from passatk.stats import (
    Outcomes,
    beyond_scores,
    efficiency_scores,
    estimate,
    max_at_k,
    pass_at_k,
)
from passatk.stats.graded import top_weights

rows = st.lists(st.floats(-5, 5), min_size=1, max_size=8)


@given(rows)
def test_is_the_mean_best_of_all_subsets(scores: list[float]) -> None:
    """By definition, for all k at once."""
    ks = range(1, len(scores) + 1)
    expected = [np.mean([max(s) for s in combinations(scores, k)]) for k in ks]
    np.testing.assert_allclose(max_at_k(scores, ks), expected, atol=1e-13)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_scores_of_zero_and_one_give_pass_at_k(pair: tuple[int, int]) -> None:
    """pass@k is max@k of results."""
    n, c = pair
    ks = range(1, n + 1)
    values = max_at_k([1.0] * c + [0.0] * (n - c), ks)
    np.testing.assert_allclose(values, pass_at_k(n, c, ks), rtol=1e-12)


def test_weights_sum_to_one_at_a_hundred_thousand_attempts() -> None:
    """Products from the top neither overflow nor drift."""
    sums = top_weights(100_000, np.array([1, 2, 50, 5_000, 100_000])).sum(axis=0)
    np.testing.assert_allclose(sums, 1.0, rtol=1e-11)


def test_shapes_follow_the_scores() -> None:
    """Leading axes stay, k comes last."""
    scores = np.random.default_rng(0).random((3, 4, 6))
    assert max_at_k(scores, 2).shape == (3, 4)
    assert max_at_k(scores, [1, 2]).shape == (3, 4, 2)
    np.testing.assert_allclose(max_at_k(scores, 1), scores.mean(axis=-1))
    np.testing.assert_allclose(max_at_k(scores, 6), scores.max(axis=-1))


def test_estimates_of_graded_outcomes_stay_within_their_bounds() -> None:
    """Rewards from -1 to 3: value, error and interval in their own units."""
    rng = np.random.default_rng(1)
    rewards = rng.uniform(-1, 3, (60, 8))
    outcomes = Outcomes.from_matrix(rewards, passing=2.5, bounds=(-1, 3))
    two, eight = estimate(outcomes, (2, 8), metric="max@k")
    per_problem = max_at_k(rewards, 2)
    assert two.metric == "max@2"
    assert two.value == pytest.approx(per_problem.mean())
    assert two.standard_error == pytest.approx(per_problem.std(ddof=1) / 60**0.5)
    assert -1 <= two.low < two.value < two.high <= 3
    assert eight.value == pytest.approx(rewards.max(axis=1).mean())
    assert outcomes.c.tolist() == (rewards >= 2.5).sum(axis=1).tolist()


def test_rows_of_different_length_each_count_their_own() -> None:
    """Compressed by length, equal to one call a problem; missing attempts are worth nothing."""
    rows = [[0.1, 0.9], [0.5, 0.2, 0.7], [0.3, 0.3, 1.0]]
    table = [[*row, *[float("nan")] * (3 - len(row))] for row in rows]
    outcomes = Outcomes.from_matrix(table, passing=1.0, stopping="independent")
    (two,) = estimate(outcomes, 2, metric="max@k")
    assert two.value == pytest.approx(np.mean([max_at_k(row, 2) for row in rows]))
    (three,) = estimate(outcomes, 3, metric="max@k", policy="fail")
    assert three.value == pytest.approx(np.mean([0.9, 0.7, 1.0]))
    assert "padded" in [caveat.code for caveat in three.warnings]


def test_efficiency_is_relative_to_reference_and_limit() -> None:
    """1 at the reference, 0 from the limit on and for failures, more than 1 if faster."""
    seconds = [0.5, 1.0, 2.0, 3.0, 5.0, float("nan")]
    scores = efficiency_scores(seconds, [True] * 5 + [False], limit=3.0, reference=1.0)
    assert [1.25, 1.0, 0.5, 0.0, 0.0, 0.0] == scores.tolist()


def test_beyond_is_the_place_between_known_solutions() -> None:
    """Clipped to their range; a failure is worth nothing."""
    scores = beyond_scores([1.0, 3.0, 9.0, 2.0], [1, 1, 1, 0], fastest=2.0, slowest=4.0)
    assert [1.0, 0.5, 0.0, 0.0] == scores.tolist()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: max_at_k([0.1, float("nan")], 1), "unusable score at index (1,)"),
        (lambda: max_at_k([], 1), "no attempts"),
        (lambda: max_at_k([0.1], 2), "k must satisfy 1 <= k <= n (n=1); got k=2"),
        (lambda: max_at_k(["a"], 1), "not a table of numbers"),
        (lambda: efficiency_scores([1], [True], limit=1, reference=1), "not faster than the limit"),
        (lambda: efficiency_scores([float("nan")], [True], limit=2, reference=1), "without a time"),
        (lambda: beyond_scores([1], [True], fastest=2, slowest=2), "span no range"),
        (lambda: Outcomes.from_matrix([[0.5, 1.2]], passing=1.0), "0 <= score <= 1"),
        (lambda: Outcomes.from_records([("a", 3, -1.0)], passing=1.0), "'a', attempt 3"),
        (lambda: estimate(Outcomes.from_counts(3, [1]), 1, metric="max@k"), "have no scores"),
    ],
)
def test_what_cannot_be_is_refused(call, says: str) -> None:
    """The message says where and what."""
    with pytest.raises(DataError) as caught:
        call()
    assert says in str(caught.value)
