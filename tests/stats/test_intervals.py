"""Intervals against their definitions, and how often they cover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from passatk.stats import pass_at_k
from passatk.stats.intervals import augmented_t, student_t

values = st.integers(2, 12).flatmap(lambda p: arrays(np.float64, p, elements=st.floats(0, 1)))


def of_mean(interval, h: np.ndarray, level: float = 0.95) -> tuple[float, float]:
    p = len(h)
    low, high = interval(h.mean(), h.var(ddof=1) / p, p, p - 1, level)
    return float(low), float(high)


@given(values)
def test_augmented_t_is_t_with_a_zero_and_a_one_appended(h: np.ndarray) -> None:
    """The closed form equals doing it, with the degrees of freedom of the real problems."""
    more = np.append(h, [0.0, 1.0])
    half = stats.t.ppf(0.975, len(h) - 1) * more.std(ddof=1) / np.sqrt(len(more))
    expected = np.clip([more.mean() - half, more.mean() + half], 0, 1)
    np.testing.assert_allclose(of_mean(augmented_t, h), expected, atol=1e-9)


def test_t_is_the_textbook_interval() -> None:
    """Against scipy.stats."""
    h = np.array([0.2, 0.4, 0.5, 0.7])
    expected = stats.t.interval(0.9, 3, loc=h.mean(), scale=stats.sem(h))
    np.testing.assert_allclose(of_mean(student_t, h, 0.9), expected, rtol=1e-12)


@given(values, st.floats(0.01, 0.999))
def test_augmented_t_holds_the_mean_and_stays_in_the_unit_interval(
    h: np.ndarray, level: float
) -> None:
    """Whatever the level."""
    low, high = of_mean(augmented_t, h, level)
    assert 0 <= low <= h.mean() <= high <= 1


@given(values)
def test_failure_rates_get_the_mirrored_interval(h: np.ndarray) -> None:
    """h and 1 - h are treated alike."""
    low, high = of_mean(augmented_t, h)
    assert (1 - high, 1 - low) == pytest.approx(of_mean(augmented_t, 1 - h), abs=1e-9)


def test_no_problem_solved_still_leaves_room() -> None:
    """All zero: t collapses to a point, augmented-t gives about 4/P."""
    h = np.zeros(50)
    assert of_mean(student_t, h) == (0.0, 0.0)
    low, high = of_mean(augmented_t, h)
    assert low == 0.0
    assert 0.03 < high < 0.08


@pytest.mark.parametrize("problems", [20, 164])
@pytest.mark.parametrize(
    ("a", "b", "n", "k", "interior"),
    [
        (0.3, 0.5, 100, 10, True),
        (0.3, 0.5, 100, 100, False),
        (0.2, 1.8, 20, 1, False),
        (0.05, 2.0, 20, 1, False),
        (1.5, 0.1, 20, 10, False),
    ],
)
def test_augmented_t_covers(
    a: float, b: float, n: int, k: int, interior: bool, problems: int
) -> None:
    """Nominal 95 % covers at least 93.5 % for p ~ Beta(a, b), and wastes little in the middle.

    2,000 seeded repetitions; the Monte Carlo standard error of a coverage of 95 % is 0.5 %.
    """
    from scipy.special import betaln

    rng = np.random.default_rng(20_240_607)
    truth = 1 - np.exp(betaln(a, b + k) - betaln(a, b))
    h = pass_at_k(n, np.arange(n + 1), k)[rng.binomial(n, rng.beta(a, b, (2_000, problems)))]
    low, high = augmented_t(
        h.mean(axis=1), h.var(axis=1, ddof=1) / problems, problems, problems - 1, 0.95
    )
    coverage = np.mean((low <= truth) & (truth <= high))
    assert coverage >= 0.935
    if interior and problems >= 50:
        assert coverage <= 0.97


def test_t_does_not_cover_near_one() -> None:
    """Why t is not the default: Beta(1.5, .1), n=20, k=10, P=20 covers about 19 %."""
    from scipy.special import betaln

    rng = np.random.default_rng(1)
    truth = 1 - np.exp(betaln(1.5, 10.1) - betaln(1.5, 0.1))
    h = pass_at_k(20, np.arange(21), 10)[rng.binomial(20, rng.beta(1.5, 0.1, (2_000, 20)))]
    low, high = student_t(h.mean(axis=1), h.var(axis=1, ddof=1) / 20, 20, 19, 0.95)
    assert np.mean((low <= truth) & (truth <= high)) < 0.25
