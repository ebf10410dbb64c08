"""Plans: variances, power, and what a budget buys."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.errors import DataError, PassatkError
from passatk.stats import Outcomes, estimate, pass_at_k
from passatk.stats.aggregation import Mean
from passatk.stats.comparison.difference import noninferiority_p, paired_t
from passatk.stats.comparison.pairing import differences
from passatk.stats.design import (
    Plan,
    Variation,
    best_split,
    power,
    problems_for_gate,
    problems_needed,
    ruled_out,
    smallest_detectable,
    standard_error,
    variation,
)


@given(st.integers(1, 4), st.integers(0, 6), st.fractions(0, 1, max_denominator=9))
def test_chance_in_attempts_is_the_exact_variance(k: int, more: int, p: Fraction) -> None:
    """Var of the unbiased estimator at a known p, summed over the binomial distribution of c."""
    n, q = k + more, 1 - p
    values = [1 - Fraction(comb(n - c, k), comb(n, k)) for c in range(n + 1)]
    chances = [comb(n, c) * p**c * q ** (n - c) for c in range(n + 1)]
    mean = sum(x * w for x, w in zip(values, chances, strict=True))
    variance = sum((x - mean) ** 2 * w for x, w in zip(values, chances, strict=True))
    varies = Variation(k, 0.0, tuple(float(q**m) for m in range(2 * k + 1)))
    assert float(variance) == pytest.approx(varies.within(n), abs=1e-12)


def test_variation_is_found_from_runs() -> None:
    """Between and within, against the truth behind the draws."""
    rng = np.random.default_rng(0)
    p = rng.beta(2, 3, 40_000)
    a, b = p, np.clip(p + rng.uniform(-0.1, 0.1, len(p)), 0, 1)
    runs = [Outcomes.from_counts(8, rng.binomial(8, each)) for each in (a, b)]
    change = [1 - (1 - each) ** 3 for each in (a, b)]
    varies = variation(*runs, k=3)
    assert np.var(change[0] - change[1]) == pytest.approx(varies.between, rel=0.1)
    assert np.var(change[0]) == pytest.approx(variation(runs[0], k=3).between, rel=0.05)
    drawn = pass_at_k(50, rng.binomial(50, a), 3) - pass_at_k(50, rng.binomial(50, b), 3)
    assert np.var(drawn) == pytest.approx(varies.between + varies.within(50), rel=0.05)


@pytest.mark.parametrize("two", [False, True])
def test_related_problems_vary_by_more_than_their_own(two: bool) -> None:
    """The same plan as the pilot has its standard error, families and all; it had that of 1/5."""
    rng = np.random.default_rng(2)
    family = np.repeat(np.arange(40), 5)
    runs = [
        Outcomes.from_counts(
            20, rng.binomial(20, np.repeat(rng.beta(2, 3, 40), 5)), clusters=family.tolist()
        )
        for _ in range(1 + two)
    ]
    planned = standard_error(variation(*runs), Plan(200, 20))
    seen = differences(*runs, np.array([1])).mean(0).variance ** 0.5 if two else None
    seen = seen or estimate(runs[0], 1)[0].standard_error
    assert planned == pytest.approx(seen, rel=0.02)


def test_two_runs_like_one_known() -> None:
    """Chance doubles; problems that are hard for both cancel."""
    one = Variation.from_variances(0.1, 0.2)
    both = one.compared(0.9)
    assert both.between == pytest.approx(0.02)
    assert both.within(10) == pytest.approx(2 * one.within(10))


def test_standard_error_is_the_formula() -> None:
    """(between + within / (n R)) / P + tau^2 / R for each model."""
    varies = Variation.from_variances(0.01, 0.3)
    error = standard_error(varies, Plan(100, 5, runs=3), run_variances=(0.0004, 0.0002))
    assert ((0.01 + 0.3 / 15) / 100 + 0.0006 / 3) ** 0.5 == pytest.approx(error)


def test_needed_problems_detect_the_effect() -> None:
    """What is needed for an effect can detect it, and one problem fewer cannot."""
    varies = Variation.from_variances(0.01, 0.3)
    for sides in (1, 2):
        needed = problems_needed(varies, 0.02, 10, sides=sides)
        found = [
            smallest_detectable(standard_error(varies, Plan(p, 10)), sides=sides)
            for p in (needed, needed - 1)
        ]
        assert found[0] <= 0.02 < found[1]
        error = standard_error(varies, Plan(needed, 10))
        assert power(0.02, error, sides=sides) == pytest.approx(0.8, abs=0.002)


def test_a_gate_passes_as_often_as_planned() -> None:
    """What is planned for power 0.8, where attempts are many and the problems the limit too."""
    rng = np.random.default_rng(4)

    def drawn(shape: tuple[int, ...], attempts: int) -> np.ndarray:
        p = 0.15 + 0.7 * rng.beta(0.3, 0.5, shape)
        moved = np.clip(p + rng.uniform(-0.08, 0.08, shape), 0, 1)
        return (rng.binomial(attempts, moved) - rng.binomial(attempts, p)) / attempts

    for problems, attempts in ((60, 20), (164, 20), (164, 100)):
        error = (drawn((100_000,), attempts).var() / problems) ** 0.5
        margin = ruled_out(error, problems)
        assert margin > smallest_detectable(error, sides=1)
        d = drawn((1000, problems), attempts)
        passed = [
            noninferiority_p(
                Mean(row.mean(), row.var(ddof=1) / problems, problems, problems - 1),
                margin,
                sparse=False,
            )
            <= 0.05
            for row in d
        ]
        assert np.mean(passed) == pytest.approx(0.8, abs=0.04)


def test_problems_for_a_gate() -> None:
    """The smallest number that does; 59 at least for 5 points, and None where runs vary more."""
    varies = Variation.from_variances(0.01, 0.3)
    needed = problems_for_gate(varies, 0.02, 10)
    found = [ruled_out(standard_error(varies, Plan(p, 10)), p) for p in (needed, needed - 1)]
    assert found[0] <= 0.02 * (1 + 1e-6) < found[1]
    assert problems_for_gate(Variation.from_variances(0.0, 0.0), 0.05, 10) == 59
    assert problems_for_gate(varies, 0.02, 10, run_variances=(0.0004, 0.0004)) is None


def test_no_number_of_problems_beats_runs_that_differ() -> None:
    """Where runs vary more than the effect, only more runs help."""
    varies = Variation.from_variances(0.01, 0.1)
    assert problems_needed(varies, 0.02, 10, run_variances=(0.0004, 0.0004)) is None
    assert problems_needed(varies, 0.02, 10, runs=20, run_variances=(0.0004, 0.0004)) > 0


def test_planned_power_is_what_simulation_gives() -> None:
    """Plan from the truth, simulate intervals: power within the error of 400 repetitions."""
    rng = np.random.default_rng(1)
    problems, n, effect = 120, 5, 0.08

    def draw(count: int) -> list[Outcomes]:
        p = rng.uniform(0.2, 0.7, count)
        moved = p + effect + rng.uniform(-0.1, 0.1, count)
        return [Outcomes.from_counts(n, rng.binomial(n, each)) for each in (moved, p)]

    varies = variation(*draw(100_000))
    planned = power(effect, standard_error(varies, Plan(problems, n)))
    found = []
    for _ in range(400):
        mean = differences(*draw(problems), np.array([1])).mean(0)
        found.append(paired_t(mean, 0.95).low > 0)
    assert 0.5 < planned < 0.95
    assert np.mean(found) == pytest.approx(planned, abs=0.06)


def test_best_split_is_the_formula_and_the_best_of_all() -> None:
    """n* = sqrt(within / between * cost ratio), and no other n gives a smaller error."""
    varies = Variation.from_variances(0.01, 0.16)
    split = best_split(varies, 10_000, cost_problem=4.0)
    assert split.unconstrained == pytest.approx(8.0)
    assert split.plan == Plan(833, 8)
    errors = [standard_error(varies, Plan(int(10_000 // (4 + n)), n)) for n in range(2, 400)]
    assert min(errors) == split.standard_error


def test_limits_of_a_split() -> None:
    """At least 2k attempts unless told otherwise, and no more problems than there are."""
    varies = Variation.from_variances(0.05, 0.1)
    assert best_split(varies, 1000).plan == Plan(500, 2)
    assert best_split(varies, 1000, fewest_attempts=1).plan == Plan(1000, 1)
    assert best_split(varies, 1000, most_problems=50).plan == Plan(50, 20)
    with pytest.raises(PassatkError, match="does not pay for two problems"):
        best_split(varies, 3)


def test_what_cannot_be_told_apart_is_refused() -> None:
    """2k > n: chance and problems look the same."""
    with pytest.raises(DataError, match="2k=6 is larger"):
        variation(Outcomes.from_counts(5, [1, 2, 3]), k=3)
    with pytest.raises(PassatkError, match="variances are >= 0"):
        Variation.from_variances(-1, 0)
    with pytest.raises(PassatkError, match="sides must be 1 or 2"):
        smallest_detectable(0.1, sides=3)
