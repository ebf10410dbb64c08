"""Beyond n: likelihoods against brute force, known truths, and what may not be claimed."""

import numpy as np
import pytest

from passatk.errors import DataError, PassatkError
from passatk.simulate import Beta, Setting, draw, zero_inflated
from passatk.stats import Outcomes
from passatk.stats.extrapolation import (
    BetaBinomial,
    PowerLaw,
    ZeroInflated,
    extrapolate,
    good_toulmin,
)
from passatk.stats.extrapolation.checks import lack_of_fit, largest_gap
from passatk.stats.extrapolation.models import Cells, _zero_inflated_loss
from passatk.stats.kernel import distinct_pairs
from passatk.stats.resampling import pair_masses, resampled_masses
from passatk.stats.stopping import StopAtSuccess


def cells_of(outcomes: Outcomes) -> Cells:
    pairs = distinct_pairs(outcomes.n, outcomes.c)
    return Cells(pairs.n, pairs.c, pair_masses(outcomes, pairs))


def test_beta_binomial_curve_and_counts() -> None:
    """pass@k and the distribution of c, against SciPy."""
    from scipy.stats import betabinom

    model = BetaBinomial(0.3, 1.1)
    np.testing.assert_allclose(model.pmf(7), betabinom.pmf(np.arange(8), 7, 0.3, 1.1), rtol=1e-10)
    k = np.array([1, 10, 1000])
    np.testing.assert_allclose(model.solved(k), 1 - betabinom.pmf(0, k, 0.3, 1.1), rtol=1e-9)


def test_zero_inflated_likelihood() -> None:
    """Value and gradient against the mixture written out, for unequal n."""
    from scipy.stats import betabinom

    cells = Cells(np.array([4, 4, 6, 6]), np.array([0, 3, 0, 6]), np.array([5.0, 2.0, 3.0, 1.0]))

    def loss(at: np.ndarray) -> float:
        zero, (a, b) = 1 / (1 + np.exp(-at[2])), np.exp(at[:2])
        mix = (1 - zero) * betabinom.pmf(cells.c, cells.n, a, b) + zero * (cells.c == 0)
        ridge = 0.5 * float(at**2 @ np.array([1 / 9, 1 / 9, 1 / 25]))
        return ridge - float(cells.mass @ np.log(mix))

    at = np.array([-0.5, 0.3, -1.0])
    found, gradient = _zero_inflated_loss(at, cells)
    base = np.zeros(3)
    constant = loss(base) - _zero_inflated_loss(base, cells)[0]
    assert found + constant == pytest.approx(loss(at), rel=1e-10)
    for i in range(3):
        step = np.zeros(3)
        step[i] = 1e-6
        numeric = (loss(at + step) - loss(at - step)) / 2e-6
        assert gradient[i] == pytest.approx(numeric, rel=1e-5)


def test_models_find_the_truth_they_assume() -> None:
    """Parameters and pass@1000 from many problems."""
    rng = np.random.default_rng(1)
    plain = Setting(problems=4000, attempts=30, difficulty=Beta(0.4, 1.2))
    model = BetaBinomial.fit(cells_of(draw(plain, rng).outcomes))
    assert (model.a, model.b) == pytest.approx((0.4, 1.2), rel=0.1)
    inflated = Setting(problems=4000, attempts=60, difficulty=zero_inflated(0.2, Beta(0.8, 1.2)))
    mixed = ZeroInflated.fit(cells_of(draw(inflated, rng).outcomes))
    assert mixed.zero == pytest.approx(0.2, abs=0.03)
    truth = float(np.squeeze(inflated.difficulty.pass_at_k(1000)))
    assert mixed.solved(np.array([1000]))[0] == pytest.approx(truth, abs=0.03)


def test_power_law_of_a_power_law() -> None:
    """Counts whose curve is exp(-A k^-b): the curve is met at every k it was fitted to."""
    outcomes = draw(Setting(problems=500, attempts=64), np.random.default_rng(2)).outcomes
    cells = cells_of(outcomes)
    model = PowerLaw.fit(cells)
    assert largest_gap(model, cells) < 0.05
    assert np.isnan(PowerLaw.fit(Cells(np.array([4]), np.array([0]), np.array([3.0]))).scale)


def test_the_ensemble_holds_the_truth() -> None:
    """pass@200 from 20 attempts lies in the range for most runs of a beta world."""
    rng = np.random.default_rng(3)
    setting = Setting(problems=150, attempts=20, difficulty=Beta(0.3, 1.0))
    truth = float(np.squeeze(setting.difficulty.pass_at_k(200)))
    inside = []
    for _ in range(15):
        (found,) = extrapolate(draw(setting, rng).outcomes, 200, resamples=40, rng=rng).estimates
        inside.append(found.low <= truth <= found.high)
        assert found.warnings[0].code == "extrapolated"
    assert np.mean(inside) >= 0.8


def test_a_world_of_another_shape_shows_as_lack_of_fit() -> None:
    """Half of the problems at p = .3, half at .7: no beta-binomial, and it says so."""
    rng = np.random.default_rng(4)
    p = np.repeat([0.3, 0.7], 300)
    outcomes = Outcomes.from_counts(40, rng.binomial(40, p))
    cells = cells_of(outcomes)
    assert lack_of_fit(BetaBinomial.fit(cells), cells) < 1e-6
    beta = draw(Setting(problems=600, attempts=40), rng).outcomes
    assert lack_of_fit(BetaBinomial.fit(cells_of(beta)), cells_of(beta)) > 0.001
    codes = {w.code for w in extrapolate(outcomes, 80, resamples=20).estimates[0].warnings}
    assert "lack-of-fit" in codes


def test_backtest_is_part_of_the_answer() -> None:
    """A fifth of 50 attempts predicts all 50; with 8 attempts there is nothing to hold out."""
    rng = np.random.default_rng(5)
    found = extrapolate(draw(Setting(attempts=50), rng).outcomes, 100, resamples=20)
    for member in found.members:
        assert (member.backtest.fitted_attempts, member.backtest.k) == (10, 50)
        assert member.backtest.predicted == pytest.approx(member.backtest.observed, abs=0.1)
    few = extrapolate(draw(Setting(attempts=8), rng).outcomes, 100, resamples=20)
    assert few.members[0].backtest is None
    assert "no-backtest" in {w.code for w in few.estimates[0].warnings}


def test_refusals() -> None:
    """k within n, too far, nothing to go by, and what the user may override."""
    outcomes = draw(Setting(problems=30, attempts=4), np.random.default_rng(6)).outcomes
    with pytest.raises(DataError, match="within the attempts made"):
        extrapolate(outcomes, 4)
    with pytest.raises(DataError, match="too far beyond"):
        extrapolate(outcomes, 401)
    (forced,) = extrapolate(outcomes, 401, force=True, resamples=20).estimates
    assert forced.warnings[0].code == "forced"
    for c in (0, 4):
        with pytest.raises(DataError, match="nothing to extrapolate from"):
            extrapolate(Outcomes.from_counts(4, [c] * 5), 8)
    stopped = Outcomes.from_counts([1, 2], [1, 1], stopping=StopAtSuccess(1, cap=4))
    with pytest.raises(DataError, match="fixed before any was seen"):
        extrapolate(stopped, 8)
    with pytest.raises(PassatkError, match="models must be among"):
        extrapolate(outcomes, 8, models=["linear"])


def test_unequal_numbers_of_attempts() -> None:
    """Asserted to be independent of results, they are no obstacle."""
    n = np.array([8, 9, 10] * 20)
    c = np.random.default_rng(7).binomial(n, np.tile(np.linspace(0, 0.9, 12), 5))
    outcomes = Outcomes.from_counts(n, c, stopping="independent")
    (found,) = extrapolate(outcomes, 40, resamples=20).estimates
    assert 0 < found.low < found.value < found.high <= 1


def test_good_toulmin_is_unbiased_for_rare_passes() -> None:
    """Mean over 2000 runs at small p, up to twice the attempts."""
    rng = np.random.default_rng(8)
    p = np.linspace(0.001, 0.06, 40)
    for k in (30, 40):
        found = [
            good_toulmin(Outcomes.from_counts(20, rng.binomial(20, p)), k).value
            for _ in range(2000)
        ]
        truth = float(np.mean(1 - (1 - p) ** k))
        assert np.mean(found) == pytest.approx(truth, abs=0.02)


def test_good_toulmin_stays_within_its_range() -> None:
    """n < k <= 2n, and problems always solved stay solved."""
    outcomes = Outcomes.from_counts(10, [0, 1, 10, 10])
    assert good_toulmin(Outcomes.from_counts(10, [10, 10, 9]), 20).value == 1.0
    for k in (10, 21):
        with pytest.raises(DataError, match="out of reach"):
            good_toulmin(outcomes, k)


def test_resampling_by_counts_is_resampling() -> None:
    """Mean and variance of resampled masses, plain, weighted and clustered."""
    rng = np.random.default_rng(9)
    c = [0, 1, 1, 2, 2, 2]
    for extra in (
        {},
        {"weights": [1, 2, 3, 1, 2, 3]},
        {"clusters": list("aabbcc")},
    ):
        outcomes = Outcomes.from_counts(2, c, **extra)
        pairs = distinct_pairs(outcomes.n, outcomes.c)
        found = resampled_masses(outcomes, pairs, 40_000, rng)
        weights = np.array(extra.get("weights", np.ones(6)))
        unit = np.array(extra.get("clusters", np.arange(6)))
        mass = np.zeros((len(np.unique(unit)), 3))
        np.add.at(mass, (np.unique(unit, return_inverse=True)[1], pairs.index), weights)
        np.testing.assert_allclose(found.mean(axis=0), mass.sum(axis=0), rtol=0.03)
        variance = len(mass) * mass.var(axis=0)
        np.testing.assert_allclose(found.var(axis=0), variance, rtol=0.05, atol=0.01)


@pytest.mark.parametrize(
    ("n", "c"), [(20, [19, 20, 20] * 10), (2, [1, 1] * 10), (20, [20] * 29 + [19])]
)
def test_a_model_without_a_fit_is_left_out(n: int, c: list[int]) -> None:
    """pass@2 is 1: the power law has one point, and the others are the range."""
    found = extrapolate(Outcomes.from_counts(n, c), k=(5 * n, 50 * n), resamples=50)
    assert [each.model for each in found.members] == ["beta-binomial", "zero-inflated"]
    for each in found.estimates:
        assert 0 < each.low <= each.value <= each.high <= 1
        assert "left-out" in [caveat.code for caveat in each.warnings]
        assert "power law" not in each.method


def test_what_cannot_be_extrapolated() -> None:
    """No model left, or no second problem."""
    with pytest.raises(DataError, match="no model can be fitted"):
        extrapolate(Outcomes.from_counts(2, [1, 1]), k=10, models=["power law"])
    with pytest.raises(DataError, match="one problem says nothing about others"):
        extrapolate(Outcomes.from_counts(10, [5]), k=20)
