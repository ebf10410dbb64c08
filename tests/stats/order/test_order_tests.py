"""Tests of order: exact moments, known signals, size under exchangeability, power under drift."""

from fractions import Fraction
from itertools import combinations, pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passatk.errors import DataError, PassatkError
from passatk.simulate import Beta, Setting, draw
from passatk.stats import Outcomes
from passatk.stats.order import (
    half_difference,
    order_tests,
    prefix_curve,
    score_trend,
    slope,
    trend,
)
from passatk.stats.order.permuted import adjacent_moments
from passatk.stats.order.prefix import expected_prefix
from passatk.stats.order.sequences import Sequences
from passatk.stats.order.slopes import conditional_slope
from passatk.stats.order.sums import rank_sum
from passatk.stats.stopping import StopAtSuccess

small = st.integers(2, 7).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
tables = st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=1, max_size=8)


def orders(n: int, c: int) -> list[tuple[int, ...]]:
    return [tuple(int(j in held) for j in range(n)) for held in combinations(range(n), c)]


def moments(values: list[Fraction]) -> tuple[Fraction, Fraction]:
    mean = sum(values, Fraction(0)) / len(values)
    return mean, sum(((v - mean) ** 2 for v in values), Fraction(0)) / len(values)


@given(small)
def test_moments_of_the_trend(pair: tuple[int, int]) -> None:
    """Mean 0 and the stated variance, by enumeration of all orders."""
    n, c = pair
    centre = Fraction(n - 1, 2)
    mean, variance = moments([sum(x * (j - centre) for j, x in enumerate(o)) for o in orders(n, c)])
    row = Sequences(np.array([n]), np.array([c]), np.arange(n) < c)
    assert mean == 0
    assert rank_sum(row, row.results * 1.0)[1] == pytest.approx(float(variance), abs=1e-12)


@given(small)
def test_moments_of_adjacent_passes(pair: tuple[int, int]) -> None:
    """Mean c(c-1)/n and the variance of the hypergeometric number of runs."""
    n, c = pair
    mean, variance = moments([Fraction(sum(a * b for a, b in pairwise(o))) for o in orders(n, c)])
    found = adjacent_moments(np.array([n]), np.array([c]))
    assert found == pytest.approx((float(mean), float(variance)), abs=1e-12)


@given(small)
def test_moments_of_the_prefix_curve(pair: tuple[int, int]) -> None:
    """pass@t and h(1-h), by enumeration."""
    n, c = pair
    mean, variance = expected_prefix(np.array([n]), np.array([c]), n)
    for t in range(1, n + 1):
        exact = moments([Fraction(int(any(o[:t]))) for o in orders(n, c)])
        assert (mean[t - 1], variance[t - 1]) == pytest.approx(tuple(map(float, exact)), abs=1e-12)


@given(tables, st.floats(-2, 2))
def test_moments_at_any_slope(table: list[list[bool]], beta: float) -> None:
    """The closed form of the conditional likelihood's score equals a sum over all orders."""
    from passatk.stats.order.slopes import _score_moments

    n, c = 4, [sum(row) for row in table]
    mean = variance = 0.0
    for passes in c:
        scores = np.array([sum((j - 1.5) * x for j, x in enumerate(o)) for o in orders(n, passes)])
        weight = np.exp(beta * scores)
        centre = float(np.average(scores, weights=weight))
        mean += centre
        variance += float(np.average((scores - centre) ** 2, weights=weight))
    m = np.arange(1, n + 1)
    occurs = sum((m > n - passes).astype(float) - (m <= passes).astype(float) for passes in c)
    found = _score_moments(m, occurs, beta)
    assert found == pytest.approx((mean, variance), abs=1e-9)


@pytest.mark.parametrize("beta", [-1.5, -0.02, 0.0, 1e-4, 0.3, 4.0])
def test_slope_solves_its_equation(beta: float) -> None:
    """From the expected score at a slope back to that slope."""
    from passatk.stats.order.slopes import _score_moments

    n, c = np.array([6, 9]), np.array([2, 5])
    m = np.arange(1, 10)
    weight = sum(
        ((m > a - b) & (m <= a)).astype(float) - (m <= b) for a, b in zip(n, c, strict=True)
    )
    score, information = _score_moments(m, weight, beta)
    found = conditional_slope(n, c, score)
    assert found == pytest.approx((beta, information), rel=1e-6, abs=1e-9)


def test_slope_agrees_with_statsmodels() -> None:
    """Conditional logistic regression of statsmodels on the same attempts."""
    conditional = pytest.importorskip("statsmodels.discrete.conditional_models")
    outcomes = draw(
        Setting(problems=40, attempts=8, drift=0.15, difficulty=Beta(2, 2)),
        np.random.default_rng(4),
    ).outcomes
    rows = Sequences.of(outcomes).informative()
    fitted = conditional.ConditionalLogit(
        rows.results.astype(float), rows.position[:, None].astype(float), groups=rows.owner
    ).fit(disp=False)
    found = slope(outcomes)
    assert found.value == pytest.approx(float(fitted.params[0]), abs=1e-6)
    assert found.standard_error == pytest.approx(float(fitted.bse[0]), rel=1e-3)
    assert trend(outcomes).effect == found.value


def test_score_trend_agrees_with_page() -> None:
    """SciPy's asymptotic Page test: one-sided p of the same z."""
    from scipy.stats import page_trend_test

    scores = np.random.default_rng(5).random((12, 6)) + 0.05 * np.arange(6)
    found = score_trend(Outcomes.from_matrix(scores, passing=1.0, bounds=(0.0, 2.0)))
    expected = page_trend_test(scores, method="asymptotic").pvalue
    assert found.z > 0
    assert found.p / 2 == pytest.approx(expected, rel=1e-10)


def test_score_trend_of_passes_is_the_trend() -> None:
    """Scores 0 and 1 are passes and failures."""
    table = np.random.default_rng(6).random((20, 10)) < 0.4
    binary = trend(Outcomes.from_matrix(table))
    graded = score_trend(Outcomes.from_matrix(table.astype(float), passing=1.0))
    assert graded.z == pytest.approx(binary.z, rel=1e-12)


def test_every_signal_is_found_by_the_test_made_for_it() -> None:
    """A best-first model, bursts, and a change half way."""
    rng = np.random.default_rng(7)
    flat = rng.random((120, 12)) < 0.3
    best_first = flat.copy()
    best_first[:, 0] = rng.random(120) < 0.9
    bursts = np.repeat(rng.random((120, 6)) < 0.3, 2, axis=1)
    change = rng.random((120, 12)) < np.where(np.arange(12) < 6, 0.2, 0.5)

    def p(table: np.ndarray, name: str) -> float:
        report = order_tests(Outcomes.from_matrix(table), permutations=999)
        return next(test.p_adjusted for test in report.tests if test.name == name)

    assert p(best_first, "prefix") < 0.01
    assert p(bursts, "lag-1") < 0.01
    assert p(change, "trend") < 0.01
    assert p(change, "change point") < 0.01
    assert min(p(flat, name) for name in ("trend", "prefix", "lag-1", "change point")) > 0.05


def test_change_point_finds_its_place_and_size() -> None:
    """From 0.2 to 0.7 after attempt 8 of 20."""
    rng = np.random.default_rng(8)
    table = rng.random((400, 20)) < np.where(np.arange(20) < 8, 0.2, 0.7)
    found = order_tests(Outcomes.from_matrix(table), permutations=199).tests[3]
    assert found.at == 8
    assert found.effect == pytest.approx(0.5, abs=0.05)


def test_best_first_gain_and_halves() -> None:
    """The first attempt always passes, the others never."""
    table = np.zeros((10, 4), dtype=bool)
    table[:, 0] = True
    outcomes = Outcomes.from_matrix(table)
    assert prefix_curve(outcomes).best_first.value == pytest.approx(0.75)
    assert half_difference(outcomes).value == pytest.approx(-0.5)
    with pytest.raises(DataError, match="has no halves"):
        half_difference(Outcomes.from_matrix([[1], [0]]))


def test_no_information_is_an_answer() -> None:
    """Problems always or never solved look the same in any order."""
    outcomes = Outcomes.from_matrix([[1, 1, 1], [0, 0, 0]])
    report = order_tests(outcomes)
    assert report.conclusion == "no information"
    assert [test.p for test in report.tests] == [None] * 4
    assert trend(outcomes).p is None
    assert "no information" in str(report.tests[0])
    with pytest.raises(DataError, match="no finite slope"):
        slope(outcomes)


def test_infinite_slope_still_has_a_test() -> None:
    """All passes after all failures: no finite slope, a p all the same."""
    found = trend(Outcomes.from_matrix([[0, 0, 1, 1]] * 5))
    assert found.effect is None
    assert found.p < 0.001
    assert "no finite slope" in str(found)


def test_order_has_to_be_known_and_free() -> None:
    """Counts have no order, stopped attempts none of their own."""
    with pytest.raises(DataError, match="order of attempts is not known"):
        order_tests(Outcomes.from_counts(4, [1, 2]))
    stopped = Outcomes.from_matrix([[0, 1]], stopping=StopAtSuccess(1, cap=4))
    with pytest.raises(DataError, match="fixed before any was seen"):
        trend(stopped)
    with pytest.raises(PassatkError, match="permutations"):
        order_tests(Outcomes.from_matrix([[0, 1]]), permutations=0)


def test_unequal_numbers_of_attempts() -> None:
    """p of a tiny case by enumeration of all orders of both problems."""
    rows = [[0, 0, 1], [0, 1, 0, 1, 1]]
    table = np.full((2, 5), np.nan)
    for i, row in enumerate(rows):
        table[i, : len(row)] = row
    outcomes = Outcomes.from_matrix(table, stopping="independent")
    report = order_tests(outcomes, permutations=20_000)

    def score(row: tuple[int, ...]) -> float:
        return sum((j - (len(row) - 1) / 2) * x for j, x in enumerate(row))

    observed = abs(sum(score(tuple(row)) for row in rows))
    both = [
        abs(score(a) + score(b))
        for a in set(permutations(rows[0]))
        for b in set(permutations(rows[1]))
    ]
    expected = np.mean([each >= observed - 1e-9 for each in both])
    assert report.tests[0].p == pytest.approx(expected, abs=0.012)


@settings(max_examples=25)
@given(tables)
def test_p_values_are_p_values(table: list[list[bool]]) -> None:
    """In (0, 1], Holm never smaller, the same again with the same seed."""
    outcomes = Outcomes.from_matrix(table)
    one, two = (order_tests(outcomes, permutations=49) for _ in range(2))
    assert one.to_dict() == two.to_dict()
    for test in one.tests:
        if test.p is not None:
            assert 0.0 < test.p <= test.p_adjusted <= 1.0


def test_size_and_power_of_the_trend() -> None:
    """At P=164, n=20: 5 % under exchangeability, and .9 at a slope of -.03 logit per attempt."""
    rng = np.random.default_rng(9)

    def rejected(drift: float, reps: int) -> float:
        setting = Setting(problems=164, attempts=20, drift=drift)
        return float(np.mean([trend(draw(setting, rng).outcomes).p < 0.05 for _ in range(reps)]))

    assert rejected(0.0, 600) == pytest.approx(0.05, abs=0.03)
    assert rejected(-0.03, 300) == pytest.approx(0.895, abs=0.06)


def test_size_of_the_family() -> None:
    """Any claim after Holm in at most 5.5 % of exchangeable runs (here within sampling error)."""
    rng = np.random.default_rng(10)
    setting = Setting(problems=30, attempts=10)
    claims = [
        order_tests(draw(setting, rng).outcomes, permutations=199, rng=rng).conclusion
        == "order effect"
        for _ in range(300)
    ]
    assert np.mean(claims) < 0.055 + 3 * (0.055 * 0.945 / 300) ** 0.5
