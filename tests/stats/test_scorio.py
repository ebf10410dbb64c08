"""Side by side with scorio, where the definitions meet: one number from two independent codes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from passatk.stats import Outcomes, estimate, g_pass_at_k

scorio = pytest.importorskip("scorio.eval", reason="scorio is not installed (make setup-dev)")

SIZES = (1, 2, 3, 8, 25)


def table(n: int) -> np.ndarray:
    """Results of 12 problems, never and always solved ones among them."""
    rng = np.random.default_rng(n)
    p = np.concatenate([[0.0, 1.0], rng.beta(0.4, 0.6, 10)])
    return (rng.random((12, n)) < p[:, None]).astype(np.int64)


def ours(results: np.ndarray, k: int, metric: str, **more: float) -> float:
    (one,) = estimate(Outcomes.from_matrix(results), k, metric=metric, **more)
    return one.value


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize(
    ("metric", "theirs"),
    [
        ("pass@k", scorio.pass_at_k),
        ("pass^k", scorio.pass_hat_k),
        ("mg-pass@k", scorio.mg_pass_at_k),
    ],
)
def test_every_k(n: int, metric: str, theirs: Callable[[np.ndarray, int], float]) -> None:
    """The same mean over problems for k = 1..n."""
    results = table(n)
    for k in range(1, n + 1):
        assert theirs(results, k) == pytest.approx(ours(results, k, metric), abs=1e-12)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("tau", [0.0, 0.25, 0.5, 0.6, 0.75, 1.0])
def test_g_pass_for_every_k_and_share(n: int, tau: float) -> None:
    """ceil(tau k) passes, at least one; j/k asks for j."""
    results = table(n)
    for k in range(1, n + 1):
        expected = scorio.g_pass_at_k_tau(results, k, tau)
        assert expected == pytest.approx(ours(results, k, "g-pass@k", tau=tau), abs=1e-12)


def test_g_pass_at_shares_that_are_no_binary_fractions() -> None:
    """tau = j/k asks for j passes, whatever tau k is rounded to."""
    results = table(25)
    n, c = np.full(12, 25), results.sum(axis=1)
    for k in range(1, 26):
        for j in range(1, k + 1):
            expected = scorio.g_pass_at_k_tau(results, k, j / k)
            assert expected == pytest.approx(float(g_pass_at_k(n, c, k, j / k).mean()), abs=1e-12)


@pytest.mark.parametrize("n", SIZES)
def test_strict_majority_of_passes(n: int) -> None:
    """Their maj@k knows passes and no answers: more than half, which is G-Pass at that share."""
    results = table(n)
    for k in range(1, n + 1):
        expected = scorio.maj_at_k(results, k)
        found = ours(results, k, "g-pass@k", tau=(k // 2 + 1) / k)
        assert expected == pytest.approx(found, abs=1e-12)


@pytest.mark.parametrize("n", SIZES)
def test_graded_results(n: int) -> None:
    """max@k of four levels of reward."""
    levels = np.array([0.0, 0.2, 0.7, 1.0])
    codes = np.random.default_rng(n).integers(0, 4, (12, n))
    graded = Outcomes.from_matrix(levels[codes], passing=1.0)
    for k in range(1, n + 1):
        (found,) = estimate(graded, k, metric="max@k")
        assert scorio.max_at_k(codes, k, levels) == pytest.approx(found.value, abs=1e-12)


@pytest.mark.parametrize("n", SIZES)
def test_flat_prior(n: int) -> None:
    """Their interval, a flat prior for each problem, is the one offered here with a warning."""
    results = table(n)
    for k in range(1, n + 1):
        (found,) = estimate(Outcomes.from_matrix(results), k, target="fixed", method="flat-prior")
        _, _, low, high = scorio.pass_at_k_ci(results, k)
        assert (low, high) == pytest.approx((found.low, found.high), abs=1e-7)
        assert "discouraged" in [caveat.code for caveat in found.warnings]
