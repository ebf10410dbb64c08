"""Luck within problems and differences between them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk import simulate
from passatk.errors import DataError, PassatkError
from passatk.stats import Outcomes, pass_at_k
from passatk.stats.gap import gap_report


def test_luck_is_pass_at_2_minus_pass_at_1() -> None:
    """E[p(1-p)], exactly, and the ICC follows from it."""
    n, c = 10, [0, 1, 4, 7, 10, 10]
    report = gap_report(Outcomes.from_counts(n, c), 5)
    one, two = (pass_at_k(n, np.array(c), k).mean() for k in (1, 2))
    assert report.luck.value == pytest.approx(two - one, abs=1e-12)
    h = np.array(c) / n
    total = h.mean() * (1 - h.mean()) + h.var(ddof=1) / len(c)
    assert report.icc.value == pytest.approx(1 - (two - one) / total, abs=1e-12)


@given(
    st.lists(st.integers(0, 12), min_size=2, max_size=30),
    st.integers(2, 12),
)
def test_gain_is_that_of_problems_alike_minus_the_loss(c: list[int], k: int) -> None:
    """Whatever the counts; and the gain is that of the curve."""
    outcomes = Outcomes.from_counts(12, c)
    gap = gap_report(outcomes, k, resamples=5).gaps[0]
    assert gap.gain.value == pytest.approx(gap.alike.value - gap.loss.value, abs=1e-12)
    curve = pass_at_k(12, np.array(c), [1, k]).mean(axis=0)
    assert gap.gain.value == pytest.approx(curve[1] - curve[0], abs=1e-12)


def test_the_truth_is_found() -> None:
    """ICC of a Beta(a, b) is 1 / (a + b + 1); problems that are all alike lose nothing."""
    rng = np.random.default_rng(0)
    mixed = simulate.Setting(2000, 20, difficulty=simulate.Beta(0.6, 1.4))
    report = gap_report(simulate.draw(mixed, rng).outcomes, 10)
    assert report.icc.low < 1 / 3 < report.icc.high
    assert report.icc.value == pytest.approx(1 / 3, abs=0.03)
    alike = simulate.Setting(2000, 20, difficulty=simulate.Point(0.3))
    (gap,) = gap_report(simulate.draw(alike, rng).outcomes, 10).gaps
    assert gap.loss.value == pytest.approx(0.0, abs=0.01)


def test_what_cannot_be_split() -> None:
    """A single problem, k = 1, more than was made; problems alike in everything have no ICC."""
    with pytest.raises(DataError, match="does not differ"):
        gap_report(Outcomes.from_counts(10, [3]), 5)
    with pytest.raises(PassatkError, match="at least 2"):
        gap_report(Outcomes.from_counts(10, [3, 4]), 1)
    with pytest.raises(DataError, match="11"):
        gap_report(Outcomes.from_counts(10, [3, 4]), 11)
    assert gap_report(Outcomes.from_counts(10, [10, 10]), 5).icc is None
