"""The hazard of a first pass: enumeration, censoring, and the trap of a falling hazard."""

from itertools import combinations

import numpy as np
import pytest

from passatk.simulate import Setting, draw
from passatk.stats import Outcomes
from passatk.stats.order import hazard
from passatk.stats.stopping import StopAtSuccess


def test_exchangeable_hazard_is_the_mean_over_all_orders() -> None:
    """Expected first passes over expected at risk, problems with other n included."""
    counts = [(4, 1), (4, 3), (2, 1), (3, 0)]
    table = np.full((4, 4), np.nan)
    for i, (n, c) in enumerate(counts):
        table[i, :n] = np.arange(n) < c
    found = hazard(Outcomes.from_matrix(table, stopping="independent"))
    for t in range(1, 5):
        passes = risk = 0.0
        for n, c in counts:
            if n < t:
                continue
            firsts = [min(held, default=n) for held in combinations(range(n), c)]
            passes += np.mean([first == t - 1 for first in firsts])
            risk += np.mean([first >= t - 1 for first in firsts])
        expected = passes / risk if risk else np.nan
        assert found.exchangeable[t - 1] == pytest.approx(expected, nan_ok=True)


def test_kaplan_meier_of_censored_budgets() -> None:
    """By hand: 3 at risk, one passes; one budget ends; of the last two one passes."""
    table = [[1, 0, 0], [0, np.nan, np.nan], [0, 0, 1], [0, 0, 0]]
    found = hazard(Outcomes.from_matrix(table, stopping="independent"))
    assert found.at_risk.tolist() == [4, 2, 2]
    assert found.first_passes.tolist() == [1, 0, 1]
    assert found.unsolved.tolist() == pytest.approx([0.75, 0.75, 0.375])
    assert (found.low[0] < 0.75) & (0.75 < found.high[0])


def test_a_falling_hazard_is_no_sign_of_order() -> None:
    """Exchangeable attempts at unlike problems: the hazard falls, and so does its comparison."""
    found = hazard(draw(Setting(problems=3000), np.random.default_rng(1)).outcomes)
    assert found.hazard[0] > 2 * found.hazard[5]
    sd = np.sqrt(found.exchangeable * (1 - found.exchangeable) / found.at_risk)
    assert (np.abs(found.hazard - found.exchangeable) < 4.5 * sd).all()


def test_attempts_that_end_with_a_pass() -> None:
    """The same hazard, and nothing to compare with."""
    full = [[0, 1, 1], [1, 0, 0], [0, 0, 0]]
    ended = [[0, 1, np.nan], [1, np.nan, np.nan], [0, 0, 0]]
    one = hazard(Outcomes.from_matrix(full))
    other = hazard(Outcomes.from_matrix(ended, stopping=StopAtSuccess(1, cap=3)))
    assert other.hazard.tolist() == one.hazard.tolist()
    assert other.exchangeable is None
    assert other.to_dict()["low"][0] is not None


def test_coverage_of_the_interval() -> None:
    """The share unsolved after 5 attempts lies in the 95 % interval in about 95 % of runs."""
    rng = np.random.default_rng(2)
    setting = Setting(problems=100, attempts=5)
    truth = 1 - float(np.squeeze(setting.difficulty.pass_at_k(5)))
    covered = []
    for _ in range(400):
        found = hazard(draw(setting, rng).outcomes)
        covered.append(found.low[4] <= truth <= found.high[4])
    assert np.mean(covered) == pytest.approx(0.95, abs=0.04)
