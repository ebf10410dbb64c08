"""Does the first pass come sooner than in random order? Standard errors of all tests of order."""

import itertools

import numpy as np
import pytest

from passatk import simulate
from passatk.stats import Outcomes
from passatk.stats.order import first_pass_test, order_tests


def test_mean_and_variance_by_enumeration() -> None:
    """All orders of 2 passes in 5 attempts."""
    rows = sorted(set(itertools.permutations([1, 1, 0, 0, 0])))
    first = np.array([row.index(1) + 1 for row in rows])
    for row in rows:
        test = first_pass_test(Outcomes.from_matrix([row]))
        assert test.effect == pytest.approx(row.index(1) + 1 - first.mean(), abs=1e-12)
        assert test.standard_error == pytest.approx(first.std(), abs=1e-12)


def test_size_and_power() -> None:
    """5 % under exchangeability; a decline is found, with the sign that says sooner."""
    rng = np.random.default_rng(0)
    p = [
        first_pass_test(simulate.draw(simulate.Setting(60, 10), rng).outcomes).p for _ in range(400)
    ]
    assert 0.02 <= np.mean(np.array(p) <= 0.05) <= 0.085
    falling = simulate.draw(simulate.Setting(164, 20, drift=-0.15), rng).outcomes
    test = first_pass_test(falling)
    assert test.p < 0.01
    assert test.effect < 0


def test_no_information() -> None:
    """Problems always or never solved."""
    assert first_pass_test(Outcomes.from_matrix([[1, 1], [0, 0]])).p is None


def test_the_intervals_of_a_family_hold_together() -> None:
    """Under exchangeability all hold 0 in about 19 of 20 runs, or more."""
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(100):
        outcomes = simulate.draw(simulate.Setting(40, 10), rng).outcomes
        report = order_tests(outcomes, permutations=199, rng=rng)
        ends = [test.interval for test in report.tests if test.name != "trend"]
        held += all(low <= 0 <= high for low, high in ends)
    assert held >= 89


def test_what_a_test_could_have_seen_is_more_than_its_critical_value() -> None:
    """For every test with information, and more where more tests are corrected together."""
    outcomes = simulate.draw(simulate.Setting(40, 10), np.random.default_rng(2)).outcomes
    four, ten = (order_tests(outcomes, permutations=999, family=m).tests for m in (4, 10))
    for one, other in zip(four, ten, strict=True):
        assert one.critical * one.standard_error < one.detectable_in_family
        assert one.detectable_in_family <= other.detectable_in_family
        assert one.p == other.p
