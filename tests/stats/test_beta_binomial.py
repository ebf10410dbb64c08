"""The Beta distribution behind counts, against direct maximisation."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import betaln

from passatk.stats.beta_binomial import Tails, fit_beta


def penalised(at: np.ndarray, n: np.ndarray, c: np.ndarray) -> float:
    a, b = np.exp(at)
    return float(-(betaln(a + c, b + n - c) - betaln(a, b)).sum() + (at @ at) / 18)


@pytest.mark.parametrize(
    ("a", "b", "problems"),
    [(0.3, 0.5, 164), (0.05, 2, 50), (1.5, 0.1, 20), (30, 30, 200), (0.01, 0.01, 50), (1, 1, 1)],
)
def test_equals_a_general_optimiser(a: float, b: float, problems: int) -> None:
    """With unequal n; no worse than Nelder-Mead from three starts."""
    rng = np.random.default_rng(1)
    n = rng.integers(1, 40, problems)
    c = rng.binomial(n, rng.beta(a, b, problems))
    fitted = np.log(fit_beta(Tails.of(n, c)))
    best = min(
        minimize(penalised, [x, x], args=(n, c), method="Nelder-Mead", tol=1e-9).fun
        for x in (-1.0, 0.0, 2.0)
    )
    assert penalised(fitted, n, c) <= best + 1e-6


def test_many_data_sets_at_once() -> None:
    """Histograms of equal n, each fitted as if alone."""
    rng = np.random.default_rng(2)
    c = rng.binomial(12, rng.beta(0.5, 1, (30, 40)))
    histogram = np.stack([np.bincount(row, minlength=13) for row in c]).astype(float)
    together = np.stack(fit_beta(Tails.of_histogram(histogram)), axis=1)
    alone = [fit_beta(Tails.of(np.full(40, 12), row)) for row in c]
    np.testing.assert_allclose(together, alone, rtol=1e-6)


def test_recovers_what_was_drawn() -> None:
    """20,000 problems."""
    rng = np.random.default_rng(3)
    c = rng.binomial(20, rng.beta(0.3, 0.5, 20_000))
    a, b = fit_beta(Tails.of(np.full(20_000, 20), c))
    assert (0.3, 0.5) == pytest.approx((a, b), rel=0.05)


def test_counts_stand_for_repetition() -> None:
    """A pair counted five times is five problems."""
    n, c = np.array([10, 10, 4]), np.array([0, 3, 4])
    listed = fit_beta(Tails.of(np.repeat(n, 5), np.repeat(c, 5)))
    assert listed == pytest.approx(fit_beta(Tails.of(n, c, [5, 5, 5])))
