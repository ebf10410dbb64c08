"""Attempts that end with a pass: unbiased by enumeration, and refused where nothing is known."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from passatk.errors import DataError, PassatkError
from passatk.stats import Outcomes, StopAtSuccess, compare, estimate, pass_at_k, pass_at_k_curve
from passatk.stats.comparison import permute_labels, rank_sets


def laws(r: int, cap: int, p: Fraction) -> list[tuple[int, int, Fraction]]:
    """Every (n, c) that the rule can end in, with its probability."""
    ends = [(t, r, comb(t - 1, r - 1) * p**r * (1 - p) ** (t - r)) for t in range(r, cap + 1)]
    capped = [(cap, c, comb(cap, c) * p**c * (1 - p) ** (cap - c)) for c in range(r)]
    return ends + capped


@pytest.mark.parametrize("p", [Fraction(1, 20), Fraction(2, 5), Fraction(9, 10)])
@pytest.mark.parametrize(("r", "cap"), [(1, 1), (1, 7), (2, 2), (2, 9), (4, 10)])
def test_unbiased_for_every_k_up_to_the_cap(r: int, cap: int, p: Fraction) -> None:
    """The mean over all that can happen is 1 - (1-p)^k."""
    n, c, weights = zip(*laws(r, cap, p), strict=True)
    ks = range(1, cap + 1)
    values = pass_at_k(n, c, ks, stopping=StopAtSuccess(r, cap))
    expected = [float(1 - (1 - p) ** k) for k in ks]
    np.testing.assert_allclose(np.array(weights, dtype=float) @ values, expected, rtol=1e-13)


def test_the_usual_formula_is_far_off() -> None:
    """p = 0.05, first pass or 50 attempts: pass@10 of 0.66 where 0.40 is true."""
    n, c, weights = zip(*laws(1, 50, Fraction(1, 20)), strict=True)
    naive = np.array(weights, dtype=float) @ pass_at_k(n, c, 10, policy="fail")
    assert naive == pytest.approx(0.661, abs=5e-4)
    assert 1 - 0.95**10 == pytest.approx(0.401, abs=5e-4)


def test_outcomes_carry_the_rule_to_estimates_and_curve() -> None:
    """With the first pass as the end, pass@k is the share of problems solved by attempt k."""
    n, c = [1, 3, 3, 8, 8], [1, 1, 1, 1, 0]
    outcomes = Outcomes.from_counts(n, c, stopping=StopAtSuccess(1, cap=8))
    solved_by = [0.2, 0.2, 0.6, 0.6, 0.6, 0.6, 0.6, 0.8]
    assert solved_by == pytest.approx(pass_at_k_curve(outcomes).tolist())
    assert solved_by == pytest.approx([e.value for e in estimate(outcomes, range(1, 9))])
    (mean,) = estimate(outcomes, 8, metric="attempts@k")
    assert mean.value == pytest.approx(np.mean(n))


def test_more_attempts_than_the_cap_are_not_known() -> None:
    """k ends at the cap, whatever the policy."""
    outcomes = Outcomes.from_counts([2, 8], [1, 0], stopping=StopAtSuccess(1, cap=8))
    for policy in ("raise", "fail", "drop"):
        with pytest.raises(DataError, match="got k=9"):
            estimate(outcomes, 9, policy=policy)


def test_metrics_that_need_all_attempts_are_refused() -> None:
    """pass^k needs attempts after the first pass."""
    outcomes = Outcomes.from_counts([2, 8], [1, 0], stopping=StopAtSuccess(1, cap=8))
    with pytest.raises(PassatkError, match=r"pass\^k cannot be had from attempts that end"):
        estimate(outcomes, 2, metric="pass^k")


def test_different_n_need_a_word() -> None:
    """Refused without; with the assertion estimated, and marked."""
    silent = Outcomes.from_counts([4, 10], [1, 0])
    for asked in (lambda: estimate(silent, 1), lambda: pass_at_k_curve(silent)):
        with pytest.raises(DataError, match="4 to 10 attempts, and nothing says why"):
            asked()
    (one,) = estimate(Outcomes.from_counts([4, 10], [1, 0], stopping="independent"), 1)
    assert one.value == pytest.approx(0.125)
    assert "unequal-n" in [caveat.code for caveat in one.warnings]


def test_runs_under_one_rule_are_compared_by_its_estimator() -> None:
    """The change is that of unbiased values, k up to the cap; without the rule it is another."""
    rule = StopAtSuccess(1, cap=8)
    a = Outcomes.from_counts([1, 1, 2, 8, 3], [1, 1, 1, 0, 1], stopping=rule)
    b = Outcomes.from_counts([1, 3, 8, 8, 8], [1, 1, 0, 0, 1], stopping=rule)
    (one, eight) = compare(a, b, (2, 8))
    assert (3 / 5 - 1 / 5, 4 / 5 - 3 / 5) == pytest.approx((one.change.value, eight.change.value))
    assert [each.value for each in estimate(a, (2, 8))] == pytest.approx(
        [one.value.value, eight.value.value]
    )
    ranked = rank_sets({"a": a, "b": b}, k=2).runs
    assert [each.run for each in ranked] == ["a", "b"]


def test_comparisons_do_not_take_stopped_attempts_for_free_ones() -> None:
    """Refused rather than biased: other rules, and tests that need more than unbiased values."""
    stopped = Outcomes.from_counts([2, 8], [1, 0], stopping=StopAtSuccess(1, cap=8))
    other = Outcomes.from_counts([2, 9], [1, 0], stopping=StopAtSuccess(1, cap=9))
    free = Outcomes.from_counts([8, 8], [1, 0])
    for run, baseline in ((stopped, other), (stopped, free)):
        with pytest.raises(DataError, match="ended by different rules"):
            compare(run, baseline, 1)
    with pytest.raises(DataError, match="needs a number of attempts that was fixed"):
        compare(free, stopped, 1)
    with pytest.raises(DataError, match="needs a number of attempts that was fixed"):
        permute_labels(stopped, stopped)


@pytest.mark.parametrize(
    ("n", "c"), [([9], [1]), ([8], [2]), ([4], [0])], ids=["beyond cap", "too many", "too early"]
)
def test_counts_that_the_rule_cannot_give_are_refused(n: list[int], c: list[int]) -> None:
    """The message says what the rule allows."""
    rule = StopAtSuccess(1, cap=8)
    with pytest.raises(DataError, match="was not stopped by"):
        Outcomes.from_counts(n, c, stopping=rule)
    with pytest.raises(DataError, match="was not stopped by"):
        pass_at_k(n, c, 1, stopping=rule)


def test_a_row_that_went_on_after_its_last_pass_is_refused() -> None:
    """The r-th pass has to be the last attempt."""
    rule = StopAtSuccess(1, cap=3)
    assert Outcomes.from_matrix([[0, 0, 1]], stopping=rule).stopping == rule
    with pytest.raises(DataError, match="went on after pass 1"):
        Outcomes.from_matrix([[0, 1, 0]], stopping=rule)


@pytest.mark.parametrize("rule", [(0, 5), (3, 2)])
def test_rules_that_cannot_be_are_refused(rule: tuple[int, int]) -> None:
    """At least one pass, and a cap that allows it."""
    with pytest.raises(PassatkError, match="1 <= successes <= cap"):
        StopAtSuccess(*rule)


def test_an_unknown_word_is_refused() -> None:
    """Only 'independent' is an assertion."""
    with pytest.raises(PassatkError, match="stopping must be"):
        Outcomes.from_counts(3, [1], stopping="fixed")
