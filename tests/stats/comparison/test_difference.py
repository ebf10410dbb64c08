"""Margins: what may be called no worse, and what equivalent."""

import numpy as np
import pytest

from passatk.stats.aggregation import Mean
from passatk.stats.comparison.difference import (
    equivalence_p,
    lower_bound,
    minimum_detectable,
    noninferiority_p,
    paired_t,
    probability_positive,
)

DENSE = Mean(0.01, 0.0001, 100, 99)


def of(differences: np.ndarray) -> tuple[Mean, bool]:
    count = len(differences)
    variance = float(differences.var(ddof=1)) / count
    return Mean(float(differences.mean()), variance, count, count - 1), bool(
        2 * np.count_nonzero(differences) < count
    )


def test_dense_differences_get_student_t() -> None:
    """(m + margin) / s.e. with P - 1 degrees of freedom, as scipy tests it."""
    from scipy.stats import ttest_1samp

    d = np.random.default_rng(0).normal(0.0, 0.1, 80)
    mean, sparse = of(d)
    expected = ttest_1samp(d, -0.03, alternative="greater").pvalue
    assert expected == pytest.approx(noninferiority_p(mean, 0.03, sparse=sparse))
    assert not sparse


def test_equivalence_is_where_the_90_percent_interval_lies_within() -> None:
    """p <= 0.05 exactly for margins beyond both ends of the 90 % interval."""
    interval = paired_t(DENSE, 0.90)
    end = max(-interval.low, interval.high)
    assert equivalence_p(DENSE, end * 1.0001, sparse=False) <= 0.05
    assert equivalence_p(DENSE, end * 0.9999, sparse=False) > 0.05


@pytest.mark.parametrize("sparse", [True, False])
def test_lower_bound_is_the_margin_that_just_passes(sparse: bool) -> None:
    """The bound inverts the test."""
    bound = lower_bound(DENSE, 0.95, sparse=sparse)
    assert noninferiority_p(DENSE, -bound, sparse=sparse) == pytest.approx(0.05, abs=1e-6)


def test_rare_losses_that_no_sample_has_seen() -> None:
    """50 of 50 unchanged cannot rule out a loss of 2 %: 36 % of samples would look so."""
    mean, _ = of(np.zeros(50))
    assert noninferiority_p(mean, 0.02, sparse=True) > 0.05
    assert noninferiority_p(mean, 0.2, sparse=True) < 0.05


@pytest.mark.parametrize(("problems", "margin"), [(50, 0.02), (50, 0.05), (164, 0.02), (164, 0.05)])
@pytest.mark.parametrize("kind", ["losses", "both ways"])
def test_size_where_few_problems_differ(problems: int, margin: float, kind: str) -> None:
    """At a true loss of the margin, at most 5.5 % (+ 2 s.e.) pass; Student's t lets up to 36 %."""
    rng = np.random.default_rng(1)
    passed = []
    for _ in range(1500):
        u = rng.random(problems)
        rate = 0.0 if kind == "losses" else 0.03
        d = np.where(u < rate, 1.0, np.where(u < 2 * rate + margin, -1.0, 0.0))
        mean, sparse = of(d)
        passed.append(noninferiority_p(mean, margin, sparse=sparse) <= 0.05)
    assert np.mean(passed) <= 0.055 + 2 * 0.006


def test_probability_positive_and_detectable() -> None:
    """0.975 where the 95 % interval begins at 0; 2.80 standard errors at power 0.8."""
    from scipy.stats import t

    edge = Mean(float(t.ppf(0.975, 99)) * 0.01, 0.0001, 100, 99)
    assert probability_positive(edge) == pytest.approx(0.975)
    assert minimum_detectable(0.01, 0.95) == pytest.approx(0.0280, abs=1e-4)
