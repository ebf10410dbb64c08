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


def test_many_dense_differences_get_student_t() -> None:
    """(m + margin) / s.e. with P - 1 degrees of freedom, as scipy tests it."""
    from scipy.stats import ttest_1samp

    d = np.random.default_rng(0).normal(0.0, 0.5, 20_000)
    mean, sparse = of(d)
    expected = ttest_1samp(d, -0.006, alternative="greater").pvalue
    assert expected == pytest.approx(noninferiority_p(mean, 0.006, sparse=sparse), rel=0.02)
    assert not sparse


def test_fewer_dense_differences_ask_for_what_rare_losses_would_do() -> None:
    """Student's tail, and beyond it the skewness that losses of that size would have."""
    from scipy.stats import norm, t

    mean = Mean(0.0, 0.01 / 164, 164, 163)
    lost = 0.02
    skew = lost / (0.01 + lost) ** 1.5
    statistic = 0.02 / mean.variance**0.5
    expected = t.sf(statistic, 163)
    expected += skew / 6 / 164**0.5 * (2 * statistic**2 + 1) * norm.pdf(statistic)
    assert noninferiority_p(mean, 0.02, sparse=False) == pytest.approx(max(expected, 0.98**164))


@pytest.mark.parametrize(("problems", "passes"), [(58, False), (59, True)])
def test_what_a_sample_is_too_small_to_have_seen(problems: int, passes: bool) -> None:
    """However alike the runs: a loss of 5 % stays unseen in 58 problems with chance .95^58."""
    mean = Mean(0.0, 1e-8, problems, problems - 1)
    p = noninferiority_p(mean, 0.05, sparse=False)
    assert p == pytest.approx(0.95**problems)
    assert (p <= 0.05) == passes


def test_equivalence_only_where_the_90_percent_interval_lies_within() -> None:
    """A margin below an end of the 90 % interval is never shown; one well beyond both is."""
    interval = paired_t(DENSE, 0.90)
    end = max(-interval.low, interval.high)
    assert equivalence_p(DENSE, end * 0.9999, sparse=False) > 0.05
    assert equivalence_p(DENSE, end * 2, sparse=False) <= 0.05


@pytest.mark.parametrize("attempts", [20, 200])
@pytest.mark.parametrize(("problems", "margin"), [(20, 0.05), (50, 0.02), (164, 0.02)])
def test_size_where_rare_losses_hide_among_chance(
    problems: int, margin: float, attempts: int
) -> None:
    """All problems differ by chance, few are lost: at most 5.5 % (+ 2 s.e.); t lets 8 to 41 %."""
    rng = np.random.default_rng(2)
    p = rng.beta(0.5, 0.5, (2000, problems))
    kept = np.where(rng.random(p.shape) < 2 * margin, 0.0, p)
    d = (rng.binomial(attempts, kept) - rng.binomial(attempts, p)) / attempts
    passed = []
    for row in d:
        mean, sparse = of(row)
        passed.append(noninferiority_p(mean, margin, sparse=sparse) <= 0.05)
    assert np.mean(passed) <= 0.055 + 2 * 0.005


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
