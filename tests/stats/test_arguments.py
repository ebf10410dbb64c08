"""What is refused before anything is computed, and in which words."""

import numpy as np
import pytest

from passatk.errors import DataError, PassatkError
from passatk.stats import (
    Outcomes,
    StopAtSuccess,
    compare,
    estimate,
    extrapolate,
    pass_at_k,
    pass_at_k_curve,
    variance_components,
)
from passatk.stats.comparison import compare_repeated, permute_labels, rank_sets, run_components
from passatk.stats.design import (
    Plan,
    Variation,
    best_split,
    power,
    problems_needed,
    smallest_detectable,
    variation,
)
from passatk.stats.extrapolation import good_toulmin
from passatk.stats.rewards import max_at_k_rewards

A = Outcomes.from_counts(10, [1, 4, 8, 3, 5, 6])
B = Outcomes.from_counts(10, [0, 2, 5, 3, 3, 4])
VARIES = Variation.from_variances(0.01, 0.1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: estimate([5, 5], [1, 2]),
        lambda: compare([5, 5], [1, 2]),
        lambda: compare(A, [1, 2]),
        lambda: pass_at_k_curve([5, 5]),
        lambda: extrapolate(np.array([5, 5]), 10),
        lambda: rank_sets({"a": A, "b": [1, 2]}),
    ],
)
def test_bare_arrays_are_shown_the_way_to_outcomes(call) -> None:
    """The first mistake of a new user."""
    with pytest.raises(PassatkError, match=r"expected Outcomes; got (list|ndarray)\n.*from_counts"):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda k: rank_sets({"a": A, "b": B}, k),
        lambda k: run_components([A, A, B], k),
        lambda k: compare_repeated([A], [B], k),
        lambda k: permute_labels(A, B, k),
        lambda k: variance_components(A, k),
        lambda k: variation(A, k=k),
        lambda k: good_toulmin(A, k),
        lambda k: max_at_k_rewards([0.0, 0.5], k),
    ],
)
@pytest.mark.parametrize("k", [(1, 2), [1], np.array([1, 2])])
def test_one_k_where_one_is_answered_for(call, k) -> None:
    """Several were taken for the first of them, or gave an answer to none."""
    with pytest.raises(PassatkError, match="k must be a single integer; got k="):
        call(k)


@pytest.mark.parametrize(
    ("n", "c", "says"),
    [
        ([[5, 5], [5]], [1, 2], "n is not an array"),
        (np.array([2**63], np.uint64), [1], "n must satisfy 1 <= n <= 2147483647 at index 0"),
        (10**30, 1, "n does not hold numbers"),
    ],
)
def test_counts_that_are_no_counts(n, c, says: str) -> None:
    """Ragged lists, and numbers that no integer type of a computer holds."""
    with pytest.raises(DataError, match=says):
        pass_at_k(n, c, 1)


def test_a_k_beyond_all_counts() -> None:
    """As large a number as anybody can type."""
    with pytest.raises(PassatkError, match="k must satisfy 1 <= k <= 2147483647; got k=10000000"):
        pass_at_k(5, 2, 10**30)


@pytest.mark.parametrize("level", [0, 1, 95, "0.95", None, float("nan"), True])
def test_levels(level) -> None:
    """Strictly between 0 and 1, and a number."""
    with pytest.raises(PassatkError, match="level must satisfy 0 < level < 1; got level="):
        estimate(A, 1, level=level)


def test_a_level_in_per_cent_is_told_how_to_say_it() -> None:
    """The usual slip."""
    with pytest.raises(PassatkError, match=r"for 99.9 % say 0.999"):
        estimate(A, 1, level=99.9)


@pytest.mark.parametrize("margin", ["0.02", 0, 1, 2, float("nan")])
def test_margins(margin) -> None:
    """A share of problems."""
    with pytest.raises(PassatkError, match="margin must satisfy 0 < margin < 1"):
        compare(A, B, margin=margin)


@pytest.mark.parametrize("rule", [(1.5, 5), ("1", 5), (1, 5.0), (0, 5), (6, 5)])
def test_stopping_rules(rule) -> None:
    """Whole numbers, and a cap that can be reached."""
    with pytest.raises(PassatkError, match="1 <= successes <= cap, both integers; got successes="):
        StopAtSuccess(*rule)


def test_variance_within_problems_needs_attempts_that_went_on() -> None:
    """Attempts that ended with a pass: n says something about results."""
    stopped = Outcomes.from_counts([3, 8, 8], [1, 1, 0], stopping=StopAtSuccess(1, 8))
    with pytest.raises(DataError, match="a split of the variance needs a number of attempts"):
        variance_components(stopped)
    with pytest.raises(DataError, match="3 to 8 attempts, and nothing says why"):
        variance_components(Outcomes.from_counts([3, 8, 8], [1, 1, 0]))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: Plan(0, 5), "at least one problem"),
        (lambda: Plan(5, 5, 0), "at least one problem, attempt and run"),
        (lambda: power(0.02, 0.0), "error > 0; got effect=0.02"),
        (lambda: power(float("nan"), 0.1), "a finite effect"),
        (lambda: smallest_detectable(-0.1), "error must be >= 0"),
        (lambda: problems_needed(VARIES, 0.02, 5, runs=0), "runs at least 1"),
        (lambda: best_split(VARIES, float("inf")), "budget must be positive and finite"),
        (lambda: best_split(VARIES, float("nan")), "budget must be positive and finite"),
        (lambda: best_split(VARIES, 1000, most_problems=1), "most_problems must be at least 2"),
        (lambda: Variation.from_variances(float("nan"), 0.1), "variances are >= 0"),
    ],
)
def test_plans_that_cannot_be(call, says: str) -> None:
    """No division by zero on the way to a plan."""
    with pytest.raises(PassatkError, match=says):
        call()


def test_a_budget_without_bounds_is_split_as_fast() -> None:
    """The search does not grow with the attempts that could be paid for."""
    assert best_split(VARIES, 1e12, cost_problem=3.0).plan.attempts == 5
