"""From outcomes to estimates: values, intervals, caveats, refusals."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad
from scipy.special import beta as beta_function

from passatk.errors import DataError, PassatkError
from passatk.stats import Estimate, Outcomes, compare, estimate, pass_at_k, pass_at_k_curve
from passatk.stats.beta_binomial import Tails, fit_beta

runs = st.lists(
    st.integers(4, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    min_size=2,
    max_size=20,
)


def codes(result: Estimate) -> list[str]:
    return [caveat.code for caveat in result.warnings]


def mixed(problems: int = 40) -> Outcomes:
    return Outcomes.from_counts(10, np.arange(problems) % 11)


@given(runs, st.randoms())
def test_value_is_the_mean_over_problems_in_any_order(run: list, random) -> None:
    """The macro mean of pass_at_k, whatever the order of problems."""
    n, c = zip(*run, strict=True)
    first = estimate(Outcomes.from_counts(n, c, stopping="independent"), k=(1, 4))
    random.shuffle(run)
    n, c = zip(*run, strict=True)
    again = estimate(Outcomes.from_counts(n, c, stopping="independent"), k=(1, 4))
    expected = pass_at_k(n, c, [1, 4]).mean(axis=0)
    assert expected.tolist() == pytest.approx([e.value for e in first], rel=1e-14)
    for a, b in zip(first, again, strict=True):
        assert (a.low, a.high) == pytest.approx((b.low, b.high), abs=1e-12)
        assert a.low <= a.value <= a.high


@given(runs)
def test_curve_is_the_estimate_for_every_k(run: list) -> None:
    """The streamed curve equals single estimates and never decreases."""
    outcomes = Outcomes.from_counts(*zip(*run, strict=True), stopping="independent")
    curve = pass_at_k_curve(outcomes)
    ks = range(1, int(outcomes.n.min()) + 1)
    np.testing.assert_allclose(curve, [e.value for e in estimate(outcomes, ks)], rtol=1e-13)
    assert (np.diff(curve) >= -1e-15).all()
    assert curve.max() <= 1.0


def test_curve_counts_weights() -> None:
    """A weighted curve is the weighted mean of single curves."""
    outcomes = Outcomes.from_counts(4, [1, 1, 3], weights=[5, 1, 2])
    expected = np.average(pass_at_k([4] * 3, [1, 1, 3], range(1, 5)), axis=0, weights=[5, 1, 2])
    np.testing.assert_allclose(pass_at_k_curve(outcomes), expected, rtol=1e-14)


def test_an_estimate_says_what_it_is() -> None:
    """Every field, in the order of k asked."""
    ten, one = estimate(mixed(), k=(10, 1), level=0.9)
    assert (ten.metric, one.metric) == ("pass@10", "pass@1")
    assert (one.level, one.method, one.target) == (0.9, "augmented-t", "superpopulation")
    assert (one.k, one.problems, one.attempts) == (1, 40, 400)
    share = np.arange(40) % 11 / 10
    assert share.std(ddof=1) / 40**0.5 == pytest.approx(one.standard_error)
    assert one.warnings == ()
    assert f"pass@1 {one.value:.3f} [{one.low:.3f}, {one.high:.3f}]" == str(one)


def test_one_k_or_several() -> None:
    """A single k is a list of one."""
    assert estimate(mixed(), k=5) == estimate(mixed(), k=[5])


def test_results_print_one_a_line() -> None:
    """As each of them prints itself; a list alone would show every field."""
    run = Outcomes.from_counts(10, [0, 3, 9, 10] * 10)
    for found in (estimate(run, k=(1, 5)), compare(run, run, k=(1, 5))):
        lines = str(found).splitlines()
        assert lines == [str(each) for each in found]
        assert [line.split()[0] for line in lines] == ["pass@1", "pass@5"]


def test_to_dict_is_json() -> None:
    """Plain data, warnings with code and message."""
    (solved,) = estimate(Outcomes.from_counts(10, [10] * 5), k=1)
    document = json.loads(json.dumps(solved.to_dict()))
    keys = {"metric", "value", "low", "high", "level", "method", "target", "warnings"}
    assert keys <= document.keys()
    assert [warning["code"] for warning in document["warnings"]] == ["boundary"]
    assert document["value"] == 1.0


def test_default_k_needs_a_hundred_attempts() -> None:
    """k=(1, 10, 100) on ten attempts names the problems instead of leaving out a k."""
    with pytest.raises(DataError, match=r"got k=100: .* problem '0' \(n=10\).* and 35 more"):
        estimate(mixed())


def test_drop_leaves_problems_out_and_says_so() -> None:
    """Each k uses the problems that have enough attempts."""
    outcomes = Outcomes.from_counts([4, 10, 10, 10], [4, 0, 5, 5], stopping="independent")
    one, ten = estimate(outcomes, k=(1, 10), policy="drop")
    assert (one.problems, one.attempts, "dropped" in codes(one)) == (4, 34, False)
    assert (ten.problems, ten.attempts) == (3, 30)
    assert ten.value == pytest.approx(2 / 3)
    assert "dropped" in codes(ten)
    assert "1 of 4 problems have fewer than 10 attempts" in str(ten.warnings[0])


def test_drop_that_leaves_nothing_is_refused() -> None:
    """An empty mean is not a number."""
    with pytest.raises(DataError, match="no problem has 11 attempts"):
        estimate(mixed(), k=11, policy="drop")


def test_model_expects_of_short_problems_what_all_problems_say() -> None:
    """The posterior mean under the fitted Beta, by quadrature; others keep their unbiased value."""
    rng = np.random.default_rng(0)
    n = np.where(np.arange(300) < 60, 6, 40)
    c = rng.binomial(n, rng.beta(0.6, 0.9, 300))
    outcomes = Outcomes.from_counts(n, c, stopping="independent")
    (one,) = estimate(outcomes, 20, policy="model")
    a, b = fit_beta(Tails.of(n, c))
    expected = pass_at_k(n, c, 20, policy="fail")
    for i in range(60):
        posterior = stats.beta(a + c[i], b + n[i] - c[i])
        expected[i] = quad(lambda p, law=posterior: (1 - (1 - p) ** 20) * law.pdf(p), 0, 1)[0]
    assert expected.mean() == pytest.approx(one.value, abs=1e-6)
    assert [caveat.code for caveat in one.warnings] == ["modelled", "unequal-n"]
    (short,) = estimate(outcomes, 5, policy="model")
    assert pass_at_k(n, c, 5).mean() == pytest.approx(short.value, rel=1e-12)


def test_model_has_little_bias_where_padding_has_much() -> None:
    """Half the problems have 5 attempts of the 20 asked for, at random."""
    rng = np.random.default_rng(1)
    found = {"model": [], "fail": []}
    for _ in range(40):
        p = rng.beta(0.5, 1.0, 200)
        n = np.where(rng.random(200) < 0.5, 5, 20)
        outcomes = Outcomes.from_counts(n, rng.binomial(n, p), stopping="independent")
        for policy, values in found.items():
            values.append(estimate(outcomes, 20, policy=policy)[0].value)
    truth = 1 - beta_function(0.5, 21.0) / beta_function(0.5, 1.0)
    error = {policy: abs(np.mean(values) - truth) for policy, values in found.items()}
    assert error["model"] < 0.01 < 0.04 < error["fail"]


def test_model_is_for_pass_at_k_of_a_fixed_number_of_attempts() -> None:
    """Elsewhere it is refused, as it is by functions of bare counts."""
    outcomes = Outcomes.from_counts([3, 9], [1, 2], stopping="independent")
    with pytest.raises(PassatkError, match="policy='model' is for pass@k"):
        estimate(outcomes, 5, metric="pass^k", policy="model")
    with pytest.raises(PassatkError, match="policy='model' is for target"):
        estimate(outcomes, 5, target="fixed", policy="model")
    with pytest.raises(PassatkError, match="policy must be one of raise, drop, fail; got"):
        pass_at_k(3, 1, 5, policy="model")


def test_fail_counts_missing_attempts_as_failures_and_says_so() -> None:
    """Never solved stays never solved."""
    outcomes = Outcomes.from_counts([4, 4, 10], [0, 1, 0], stopping="independent")
    (ten,) = estimate(outcomes, k=10, policy="fail")
    assert ten.value == pytest.approx(1 / 3)
    assert (ten.problems, codes(ten)[0]) == (3, "padded")


def test_boundary_is_marked_for_either_method() -> None:
    """Fewer than five problems' worth of solved or unsolved."""
    few = Outcomes.from_counts(10, [0] * 50 + [10] * 4)
    enough = Outcomes.from_counts(10, [0] * 50 + [10] * 6)
    for method in ("augmented-t", "t"):
        assert codes(estimate(few, 1, method=method)[0]) == ["boundary"]
        assert codes(estimate(enough, 1, method=method)[0]) == []


def test_one_problem_has_a_value_and_no_interval() -> None:
    """It cannot speak for others, and says so."""
    (only,) = estimate(Outcomes.from_counts(10, [5]), k=1)
    assert (only.value, only.standard_error, only.low, only.high) == (0.5, None, None, None)
    assert codes(only) == ["single-problem"]
    assert str(only) == "pass@1 0.500 [no interval]"


def test_strata_narrow_and_related_problems_widen_the_interval() -> None:
    """Known groups of alike problems: as strata they inform, as clusters they warn."""
    c = np.repeat([0, 2, 8, 10], 10)
    groups = np.repeat(["a", "b", "c", "d"], 10)
    (plain,) = estimate(Outcomes.from_counts(10, c), 1)
    (strata,) = estimate(Outcomes.from_counts(10, c, strata=groups), 1)
    (clusters,) = estimate(Outcomes.from_counts(10, c, clusters=groups), 1)
    assert plain.value == strata.value == clusters.value
    assert strata.high - strata.low < plain.high - plain.low < clusters.high - clusters.low
    assert "few-clusters" in codes(clusters)


def test_weights_weigh() -> None:
    """A problem of weight 3 counts three times in the value, not as three problems."""
    (weighted,) = estimate(Outcomes.from_counts(10, [10, 0, 5], weights=[3, 1, 1]), 1)
    assert weighted.value == pytest.approx(3.5 / 5)
    assert weighted.problems == 3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"level": 95}, "level must satisfy 0 < level < 1; got level=95"),
        (
            {"method": "wald"},
            "method must be one of augmented-t, t, percentile, bca, studentized, betting; got",
        ),
        ({"policy": "ignore"}, "policy must be one of raise, drop, fail"),
        ({"k": 0}, "k must satisfy k >= 1; got k=0"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict, says: str) -> None:
    """The message echoes what was given and lists what can be."""
    with pytest.raises(PassatkError) as caught:
        estimate(mixed(), **{"k": 1, **arguments})
    assert says in str(caught.value)


@pytest.mark.parametrize("design", ["unequal weights", "unequal clusters"])
def test_intervals_cover_when_problems_do_not_count_alike(design: str) -> None:
    """Two clusters hold most of the problems, or a few weights dominate: still at least 93.5 %."""
    from scipy.special import betaincinv, betaln, ndtr

    rng = np.random.default_rng(7)
    sizes = [20, 20, *[2] * 18]
    cluster = np.repeat(np.arange(20), sizes)
    truth = 1 - np.exp(betaln(0.3, 0.5 + 5) - betaln(0.3, 0.5))
    covered = []
    for _ in range(500):
        if design == "unequal clusters":
            # A Gaussian copula: problems of a cluster share half of what makes them hard.
            z = (rng.normal(size=20)[cluster] + rng.normal(size=len(cluster))) / 2**0.5
            groups = {"clusters": cluster}
        else:
            z = rng.normal(size=50)
            groups = {"weights": rng.lognormal(0, 1, 50)}
        passes = rng.binomial(20, betaincinv(0.3, 0.5, ndtr(z)))
        (five,) = estimate(Outcomes.from_counts(20, passes, **groups), 5)
        covered.append(five.low <= truth <= five.high)
    assert np.mean(covered) >= 0.935
