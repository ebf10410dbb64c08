"""estimate() by any metric, values of one's own, and attempts needed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.errors import DataError, PassatkError
from passatk.stats import (
    Outcomes,
    attempts_needed,
    attempts_to_pass,
    estimate,
    estimate_values,
    g_pass_at_k,
    max_at_k,
    mg_pass_at_k,
    pass_at_k,
    pass_at_k_curve,
    pass_hat_k,
    plug_in_pass_at_k,
)

C = np.arange(44) % 11
RUN = Outcomes.from_counts(10, C)


@pytest.mark.parametrize(
    ("metric", "label", "values"),
    [
        ("pass@k", "pass@4", pass_at_k(10, C, 4)),
        ("pass^k", "pass^4", pass_hat_k(10, C, 4)),
        ("mg-pass@k", "mg-pass@4", mg_pass_at_k(10, C, 4)),
        ("attempts@k", "attempts@4", attempts_to_pass(10, C, 4)),
        ("plug-in@k", "plug-in@4", plug_in_pass_at_k(10, C, 4)),
    ],
)
def test_an_estimate_is_the_mean_of_the_metric(metric: str, label: str, values: np.ndarray) -> None:
    """Value, error and interval in the units of the metric."""
    (found,) = estimate(RUN, 4, metric=metric)
    assert found.metric == label
    assert found.value == pytest.approx(values.mean(), rel=1e-12)
    assert found.standard_error == pytest.approx(values.std(ddof=1) / 44**0.5, rel=1e-12)
    assert found.low < found.value < found.high


def test_g_pass_names_its_share() -> None:
    """tau belongs to the metric."""
    (found,) = estimate(RUN, 4, metric="g-pass@k", tau=0.5)
    assert found.metric == "g-pass@4(tau=0.5)"
    assert found.value == pytest.approx(g_pass_at_k(10, C, 4, 0.5).mean())


def test_attempts_have_their_own_range() -> None:
    """Between 1 and k; at k = 1 there is nothing to estimate."""
    one, ten = estimate(Outcomes.from_counts(10, [10] * 30), (1, 10), metric="attempts@k")
    assert (one.value, one.low, one.high) == (1.0, 1.0, 1.0)
    assert ten.value == ten.low == 1.0
    assert 1.0 < ten.high < 3.0


def test_the_plug_in_is_marked() -> None:
    """Nobody should take it for pass@k."""
    (found,) = estimate(RUN, 4, metric="plug-in@k")
    assert "biased" in [caveat.code for caveat in found.warnings]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"metric": "pass@5"}, "metric must be one of pass@k, pass^k"),
        ({"metric": "g-pass@k"}, "tau goes with metric='g-pass@k'"),
        ({"tau": 0.5}, "tau goes with metric='g-pass@k'"),
        ({"metric": "g-pass@k", "tau": 2.0}, "0 <= tau <= 1"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict, says: str) -> None:
    """The message lists what can be."""
    with pytest.raises(PassatkError) as caught:
        estimate(RUN, 4, **arguments)
    assert says in str(caught.value)


def test_answers_cannot_be_padded() -> None:
    """A missing attempt has no vote."""
    outcomes = Outcomes.from_matrix([[1, 0]], answers=[["a", "b"]])
    with pytest.raises(PassatkError, match="policy 'fail' has no maj@k"):
        estimate(outcomes, 3, metric="maj@k", policy="fail")


def test_values_of_ones_own_get_the_same_interval() -> None:
    """Given pass@4 of each problem, estimate_values is estimate."""
    (expected,) = estimate(RUN, 4, level=0.9)
    found = estimate_values(pass_at_k(10, C, 4), RUN, metric="pass@4", k=4, level=0.9)
    assert (expected.metric, expected.k, expected.problems) == (found.metric, 4, found.problems)
    for field in ("value", "standard_error", "low", "high"):
        assert getattr(expected, field) == pytest.approx(getattr(found, field), rel=1e-12)


def test_values_outside_their_bounds_are_refused() -> None:
    """An interval that relies on a range needs the range to hold."""
    outcomes = Outcomes.from_counts(2, [1, 2])
    assert estimate_values([3.0, 5.0], outcomes, metric="x", bounds=(0, 10)).value == 4.0
    with pytest.raises(DataError, match="unusable score at problem '1'"):
        estimate_values([0.5, 1.5], outcomes, metric="x")
    with pytest.raises(DataError, match="expected: 2 values"):
        estimate_values([0.5], outcomes, metric="x")


def test_max_of_binary_scores_is_pass() -> None:
    """One run, two metrics, one number and one interval."""
    table = np.random.default_rng(0).integers(0, 2, (30, 6)).astype(float)
    outcomes = Outcomes.from_matrix(table, passing=1.0)
    best, passes = (estimate(outcomes, 3, metric=m)[0] for m in ("max@k", "pass@k"))
    assert best.value == pytest.approx(passes.value) == pytest.approx(max_at_k(table, 3).mean())
    assert (best.low, best.high) == pytest.approx((passes.low, passes.high))


@given(st.lists(st.integers(0, 12), min_size=2, max_size=30), st.floats(0.01, 0.99))
def test_attempts_needed_is_the_first_k_of_the_curve(c: list[int], share: float) -> None:
    """The quantile and its ends are in order; None where the data do not reach."""
    outcomes = Outcomes.from_counts(12, c)
    found = attempts_needed(outcomes, share)
    reached = np.flatnonzero(pass_at_k_curve(outcomes) >= share - 1e-12) + 1
    if found.value is None:
        assert not len(reached) or reached[0] == 12
    else:
        assert found.value in reached[:2]
    ends = [13 if k is None else k for k in (found.low, found.value, found.high)]
    assert sorted(ends) == ends


def test_attempts_needed_beyond_the_data_say_so() -> None:
    """Never a number that was not seen."""
    found = attempts_needed(Outcomes.from_counts(10, [0] * 20 + [10] * 20), 0.9)
    assert (found.value, found.low, found.high) == (None, None, None)
    assert str(found) == ("attempts to solve 90%: more than 10 [more than 10, more than 10]")
    with pytest.raises(PassatkError, match="0 < share < 1"):
        attempts_needed(RUN, 1.0)
