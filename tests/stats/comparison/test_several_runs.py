"""Rank sets, and several runs of a model."""

import json

import numpy as np
import pytest
from scipy import stats

from passatk.errors import DataError, PassatkError
from passatk.stats import Outcomes, compare
from passatk.stats.comparison import compare_repeated, rank_sets, run_components


def drawn(rng, p, n=10, **about) -> Outcomes:
    return Outcomes.from_counts(n, rng.binomial(n, np.clip(p, 0, 1)), **about)


def test_two_runs_rank_as_the_paired_interval_says() -> None:
    """With one pair the simultaneous interval is Student's, up to the error of 20,000 draws."""
    rng = np.random.default_rng(0)
    p = rng.uniform(0.2, 0.7, 60)
    runs = {"a": drawn(rng, p + 0.15), "b": drawn(rng, p)}
    ranking = rank_sets(runs)
    (one,) = compare(runs["a"], runs["b"])
    (pair,) = ranking.pairs
    assert pair.change.value == pytest.approx(one.change.value)
    assert pair.change.standard_error == pytest.approx(one.change.standard_error)
    assert pair.change.low == pytest.approx(one.change.low, abs=0.001)
    assert [each.places for each in ranking.runs] == ["1", "2"]


@pytest.mark.parametrize("about", ["weights", "strata", "clusters"])
def test_covariance_follows_weights_and_groups(about: str) -> None:
    """The standard errors of pairs are those of the paired comparison."""
    rng = np.random.default_rng(1)
    p = rng.uniform(0.2, 0.7, 30)
    given = {"weights": rng.uniform(1, 3, 30), "strata": ["x", "y", "z"] * 10}
    given["clusters"] = [str(i // 3) for i in range(30)]
    runs = {name: drawn(rng, p, **{about: given[about]}) for name in "abc"}
    for pair in rank_sets(runs).pairs:
        (one,) = compare(runs[pair.run], runs[pair.baseline], method="paired-t")
        assert pair.change.standard_error == pytest.approx(one.change.standard_error)


@pytest.mark.parametrize("problems", [12, 400])
def test_multiplier_bootstrap_gives_the_same_critical_value(problems: int) -> None:
    """Multipliers of a common length, problem by problem, beside drawing what the runs span."""
    rng = np.random.default_rng(2)
    p = rng.uniform(0.1, 0.9, problems)
    c = rng.binomial(10, p[:, None], (problems, 4))
    ranking = rank_sets({str(i): Outcomes.from_counts(10, c[:, i]) for i in range(4)})
    multipliers = rng.normal(size=(20_000, problems))
    multipliers /= np.linalg.norm(multipliers, axis=1, keepdims=True)
    largest = np.zeros(20_000)
    for i in range(4):
        for j in range(i):
            d = c[:, i] - c[:, j]
            cosine = multipliers @ ((d - d.mean()) / np.linalg.norm(d - d.mean()))
            t = ((problems - 1) / (1 - cosine**2)) ** 0.5 * cosine
            largest = np.maximum(largest, np.abs(t))
    assert np.quantile(largest, 0.95) == pytest.approx(ranking.critical, rel=0.02)


def test_one_pair_has_the_p_value_of_students_t() -> None:
    """Random directions are exact there, up to the number of draws."""
    rng = np.random.default_rng(5)
    p = rng.uniform(0.2, 0.7, 9)
    runs = {"a": drawn(rng, p + 0.1), "b": drawn(rng, p)}
    (one,) = rank_sets(runs, draws=200_000).pairs
    d = (runs["a"].c - runs["b"].c) / 10
    t = stats.ttest_1samp(d, 0.0).pvalue
    assert one.p_adjusted == pytest.approx(t, abs=3 * (t * (1 - t) / 200_000) ** 0.5)


def test_clear_and_unclear_places() -> None:
    """Two alike above one that is worse; identical runs share all places."""
    rng = np.random.default_rng(3)
    p = rng.uniform(0.3, 0.7, 100)
    first = drawn(rng, p + 0.2)
    ranking = rank_sets({"low": drawn(rng, p), "one": first, "two": first})
    places = {each.run: each.places for each in ranking.runs}
    assert places == {"one": "1-2", "two": "1-2", "low": "3"}
    assert json.loads(json.dumps(ranking.to_dict()))["runs"][2]["run"] == "low"
    assert next(p.p_adjusted for p in ranking.pairs if p.baseline == "two") == 1.0


def test_rank_sets_hold_together() -> None:
    """Ten alike runs, few problems: one is called better in at most 5.5 % (+ 2 s.e.)."""
    rng = np.random.default_rng(4)
    wrong = []
    for _ in range(300):
        p = rng.uniform(0.2, 0.8, 20)
        runs = {str(i): drawn(rng, p + rng.uniform(-0.1, 0.1, 20)) for i in range(10)}
        wrong.append(any(each.best > 1 for each in rank_sets(runs, draws=2000, rng=rng).runs))
    assert np.mean(wrong) <= 0.055 + 2 * 0.0126


def test_families_of_unequal_size_do_not_rank_runs_that_are_alike() -> None:
    """Six alike runs on 12 families of log-normal size: the t of any one pair tells apart 20 %."""
    rng = np.random.default_rng(11)
    wrong = []
    for _ in range(100):
        sizes = np.maximum(1, np.exp(rng.normal(1, 1.2, 12))).astype(int)
        family = np.repeat(np.arange(12), sizes)
        p = (0.2 + 0.6 * rng.random(12))[family]
        runs = {}
        for i in range(6):
            truth = np.clip(p + rng.uniform(-0.15, 0.15, 12)[family], 0, 1)
            runs[str(i)] = Outcomes.from_counts(10, rng.binomial(10, truth), clusters=family)
        ranking = rank_sets(runs, draws=2000, rng=rng)
        wrong.append(any(each.best > 1 for each in ranking.runs))
    assert np.mean(wrong) <= 0.055 + 2 * 0.023
    assert [each.code for each in ranking.pairs[0].change.warnings] == ["few-clusters"]


def test_equal_runs_are_equal_to_the_last_digit() -> None:
    """Whatever place a run has among others, its mean is that of another with the same results."""
    rng = np.random.default_rng(12)
    for problems in (50, 51, 163):
        base = rng.random(problems) < 0.5
        changed = rng.random((10, problems)) < 0.02
        changed[5:] = changed[:5]
        runs = {str(i): Outcomes.from_counts(1, each ^ base) for i, each in enumerate(changed)}
        places = {each.run: each.places for each in rank_sets(runs, draws=500).runs}
        assert set(places.values()) == {"1-10"}


def test_one_run_is_no_ranking() -> None:
    """Two at least."""
    with pytest.raises(PassatkError, match="at least two runs; got 1"):
        rank_sets({"a": Outcomes.from_counts(2, [1, 2])})


def test_one_problem_is_no_ranking() -> None:
    """It says nothing about others, as for a comparison of two."""
    with pytest.raises(DataError, match="one problem says nothing about others"):
        rank_sets({name: Outcomes.from_counts(4, [c]) for name, c in {"a": 1, "b": 3}.items()})


def test_components_are_those_of_the_analysis_of_variance() -> None:
    """Drawn from the model itself: each component is found, on average."""
    rng = np.random.default_rng(5)
    found = []
    for _ in range(60):
        p = 0.5 + 0.1 * rng.choice([-1, 1], 100)
        shifted = [p + run for run in rng.normal(0, 0.05, 5)]
        found.append(run_components([drawn(rng, each, 20) for each in shifted]))
    assert np.mean([each.problems for each in found]) == pytest.approx(0.01, rel=0.1)
    assert np.mean([each.runs for each in found]) == pytest.approx(0.0025, rel=0.3)
    assert np.mean([each.rest for each in found]) == pytest.approx(0.24 / 20, rel=0.05)


def test_fewer_than_three_runs_do_not_tell_how_runs_differ() -> None:
    """Not estimable is None, never zero, and the comparison says whom it speaks for."""
    rng = np.random.default_rng(6)
    p = rng.uniform(0.2, 0.8, 50)
    two = [drawn(rng, p) for _ in range(2)]
    assert run_components(two).runs is None
    assert run_components(two[:1]).rest is None
    result = compare_repeated(two, [drawn(rng, p) for _ in range(3)])
    assert result.runs_variance[0] is None
    assert result.runs_variance[1] is not None
    assert [each.code for each in result.change.warnings] == ["runs-not-estimable"]
    json.dumps(result.to_dict())


def test_single_runs_compare_as_pairs_do() -> None:
    """R = 1 on either side is the paired comparison."""
    rng = np.random.default_rng(7)
    p = rng.uniform(0.2, 0.7, 50)
    a, b = drawn(rng, p + 0.1), drawn(rng, p)
    (one,) = compare(a, b)
    result = compare_repeated([a], [b])
    assert (result.change.low, result.change.high) == pytest.approx(
        (one.change.low, one.change.high)
    )


@pytest.mark.parametrize("runs", [3, 5])
def test_size_when_runs_differ_by_chance(runs: int) -> None:
    """Equal models whose runs shift by 3 points: at most 5.5 % (+ 2 s.e.); pairing alone errs."""
    rng = np.random.default_rng(8)
    wrong, naive = [], []
    for _ in range(300):
        p = rng.uniform(0.2, 0.8, 100)
        sides = [[drawn(rng, p + s) for s in rng.normal(0, 0.03, runs)] for _ in "ab"]
        result = compare_repeated(*sides)
        wrong.append(result.p <= 0.05)
        naive.append(abs(result.change.value) > 1.98 * result.problems_variance**0.5)
    assert np.mean(wrong) <= 0.055 + 2 * 0.0126
    assert np.mean(naive) > 0.2
