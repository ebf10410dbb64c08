"""The variance within problems and between them."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from passatk.errors import DataError
from passatk.simulate import Beta, Setting, draw
from passatk.stats import Outcomes
from passatk.stats.kernel import pass_table
from passatk.stats.within import variance_components, within_variance


@pytest.mark.parametrize(("n", "k"), [(2, 1), (5, 2), (8, 3), (9, 4)])
def test_unbiased_for_the_variance_of_pass_at_k(n: int, k: int) -> None:
    """Exact enumeration over all outcomes at several p: E[V] = Var(h)."""
    for p in (Fraction(1, 10), Fraction(1, 2), Fraction(7, 9)):
        chance = [comb(n, c) * p**c * (1 - p) ** (n - c) for c in range(n + 1)]
        h = [1 - Fraction(comb(n - c, k), comb(n, k)) for c in range(n + 1)]
        mean = sum(a * b for a, b in zip(chance, h, strict=True))
        variance = sum(a * (b - mean) ** 2 for a, b in zip(chance, h, strict=True))
        v = within_variance(n, np.arange(n + 1), k)
        assert float(variance) == pytest.approx(float(np.dot([float(a) for a in chance], v)))
        assert v.min() >= 0


def test_components_are_those_of_the_simulation() -> None:
    """Averaged over runs: Var(1-(1-p)^k) between, E Var_p(h) within, and their sum in all."""
    rng = np.random.default_rng(0)
    runs = [draw(Setting(60, 8, Beta(1, 2)), rng).outcomes for _ in range(500)]
    parts = [variance_components(run, 2) for run in runs]
    p = Beta(1, 2).draw(400_000, rng)
    h = pass_table(np.full(9, 8), np.arange(9), np.array([2]))[:, 0][rng.binomial(8, p)]
    truth = 1 - (1 - p) ** 2
    assert truth.var() == pytest.approx(np.mean([part.between for part in parts]), rel=0.03)
    assert (h - truth).var() == pytest.approx(np.mean([part.within for part in parts]), rel=0.03)
    assert h.var() == pytest.approx(np.mean([part.total for part in parts]), rel=0.03)


def test_less_spread_than_luck_gives_is_shown_as_none() -> None:
    """Equal counts at p = 1/2: nothing between problems, with a caveat."""
    parts = variance_components(Outcomes.from_counts(4, [2] * 10))
    assert (parts.total, parts.between) == (0.0, 0.0)
    assert [caveat.code for caveat in parts.warnings] == ["clipped"]
    assert parts.to_dict()["warnings"][0]["code"] == "clipped"


def test_needs_twice_k_attempts_and_two_problems() -> None:
    """No attempts left over, no comparison."""
    with pytest.raises(DataError, match=r"needs n >= 6; 1 of 2 problems have less"):
        variance_components(Outcomes.from_counts([5, 6], [1, 1], stopping="independent"), 3)
    with pytest.raises(DataError, match="one problem"):
        variance_components(Outcomes.from_counts(4, [1]))
