"""The betting interval: what it promises, and how it is computed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.errors import PassatkError
from passatk.stats import Outcomes, estimate
from passatk.stats.uncertainty.betting import betting_interval

values = st.lists(st.floats(0, 1), min_size=2, max_size=12)


def interval(h: list[float], level: float = 0.95) -> tuple[float, float]:
    low, high = betting_interval(np.array(h)[:, None], np.ones(len(h), dtype=int), level)
    return float(low[0]), float(high[0])


@given(values)
def test_holds_the_mean_within_the_unit_interval(h: list[float]) -> None:
    """And is wider at a higher level."""
    low, high = interval(h)
    lower, higher = interval(h, 0.99)
    assert 0 <= lower <= low <= np.mean(h) + 1e-12
    assert np.mean(h) - 1e-12 <= high <= higher <= 1


@given(values)
def test_order_does_not_count(h: list[float]) -> None:
    """Nor whether equal values are counted or listed."""
    assert interval(h) == pytest.approx(interval(h[::-1]), abs=1e-9)
    table, counts = np.unique(h * 2, return_counts=True)
    low, high = betting_interval(table[:, None], counts, 0.95)
    assert interval(h * 2) == pytest.approx((low[0], high[0]), abs=1e-9)


def test_no_bet_gains_on_average() -> None:
    """Whatever is staked: over all outcomes of three coins at the true mean, capital averages 1."""
    p, stakes = 0.3, (0.1, 0.9)
    for stake in stakes:
        capital = 0.0
        for heads in range(4):
            chance = [0.343, 0.441, 0.189, 0.027][heads]
            won = (1 - stake + stake / p) ** heads * (1 - stake) ** (3 - heads)
            capital += chance * won
        assert capital == pytest.approx(1.0)


def test_covers_where_t_does_not() -> None:
    """Rarely failing problems: P = 20, Beta(1.5, .1), where t covers 19 %."""
    from passatk.simulate import Beta, Setting, draw

    rng = np.random.default_rng(0)
    difficulty = Beta(1.5, 0.1)
    truth = difficulty.pass_at_k(10)[0]
    covered = []
    for _ in range(200):
        run = draw(Setting(20, 20, difficulty), rng)
        (ten,) = estimate(run.outcomes, 10, method="betting")
        covered.append(ten.low <= truth <= ten.high)
    assert np.mean(covered) >= 0.95


def test_refuses_what_it_cannot_promise() -> None:
    """Related problems and weights."""
    related = Outcomes.from_counts(10, [1, 2, 3, 4], clusters=["a", "a", "b", "b"])
    with pytest.raises(PassatkError, match="these have clusters; use method='augmented-t'"):
        estimate(related, 1, method="betting")
