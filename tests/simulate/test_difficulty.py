"""Distributions of pass probabilities, and their exact pass@k."""

import numpy as np
import pytest
from scipy import integrate, stats

from passatk.errors import PassatkError
from passatk.simulate import Beta, Difficulty, Mixture, Point, zero_inflated

MANY = [
    Beta(0.3, 0.5),
    Beta(0.05, 2),
    Point(0.2),
    zero_inflated(0.4, Beta(2, 5)),
    Mixture((0.2, Point(1.0)), (0.3, Beta(1, 3)), (0.5, Point(0.01))),
]


@pytest.mark.parametrize("difficulty", MANY, ids=repr)
def test_pass_at_k_is_what_many_draws_average_to(difficulty: Difficulty) -> None:
    """E[1 - (1-p)^k] over half a million draws, within four standard errors."""
    p = difficulty.draw(500_000, np.random.default_rng(3))
    assert p.min() >= 0
    assert p.max() <= 1
    for k, exact in zip((1, 3, 20), difficulty.pass_at_k((1, 3, 20)), strict=True):
        values = 1 - (1 - p) ** k
        assert exact == pytest.approx(values.mean(), abs=4 * values.std() / 500_000**0.5 + 1e-12)


@pytest.mark.parametrize("k", [1, 7, 100])
def test_beta_is_the_integral(k: int) -> None:
    """Against numerical integration over the density."""
    expected = integrate.quad(lambda p: (1 - (1 - p) ** k) * stats.beta.pdf(p, 2, 5), 0, 1)[0]
    assert expected == pytest.approx(Beta(2, 5).pass_at_k(k)[0], rel=1e-10)


def test_draws_take_any_shape() -> None:
    """For many benchmarks at once."""
    for difficulty in MANY:
        assert difficulty.draw((3, 4), np.random.default_rng(0)).shape == (3, 4)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Beta(0, 1), "a > 0 and b > 0; got a=0, b=1"),
        (lambda: Point(1.2), "got p=1.2"),
        (lambda: Mixture((0.5, Point(0)), (0.6, Point(1))), r"sum to 1; got \[0.5, 0.6\]"),
    ],
)
def test_what_cannot_be_is_refused(make, says: str) -> None:
    """The message shows the values."""
    with pytest.raises(PassatkError, match=says):
        make()
