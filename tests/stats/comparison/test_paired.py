"""A run against a baseline: numbers, conclusions, refusals."""

import itertools
import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passatk.errors import DataError, PassatkError
from passatk.stats import Comparison, Outcomes, compare, pass_at_k
from passatk.stats.comparison.pairing import differences
from passatk.stats.comparison.sign_flip import sign_flip

counts = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=7)


def two(rows: list[tuple[int, int]], n: int = 6) -> tuple[Outcomes, Outcomes]:
    a, b = zip(*rows, strict=True)
    return Outcomes.from_counts(n, a), Outcomes.from_counts(n, b)


def single(both: int, only_a: int, only_b: int, neither: int) -> tuple[Outcomes, Outcomes]:
    """One attempt a problem, from the four cells."""
    a = [1] * (both + only_a) + [0] * (only_b + neither)
    b = [1] * both + [0] * only_a + [1] * only_b + [0] * neither
    return Outcomes.from_counts(1, a), Outcomes.from_counts(1, b)


def by_hand(differences: list[Fraction]) -> Fraction:
    """Two-sided sign-flip p-value by going through all signs."""
    observed = abs(sum(differences))
    signs = itertools.product([1, -1], repeat=len(differences))
    sums = [abs(sum(s * d for s, d in zip(each, differences, strict=True))) for each in signs]
    return Fraction(sum(each >= observed for each in sums), len(sums))


def codes(result: Comparison) -> list[str]:
    return [caveat.code for caveat in result.warnings]


@given(counts)
@settings(max_examples=60)
def test_p_is_that_of_going_through_all_signs(rows: list) -> None:
    """Exact fractions against the compressed enumeration."""
    (one,) = compare(*two(rows))
    assert float(by_hand([Fraction(a - b, 6) for a, b in rows])) == pytest.approx(one.p, rel=1e-9)
    assert one.p == one.p_adjusted
    assert one.test == "sign-flip, enumerated"


@given(counts)
@settings(max_examples=30)
def test_family_of_k_by_going_through_all_signs(rows: list) -> None:
    """The adjusted p is the chance that the largest standardised sum over k reaches that of k."""
    a, b = two(rows)
    d = pass_at_k(a.n, a.c, [1, 2, 5]) - pass_at_k(b.n, b.c, [1, 2, 5])
    scale = np.sqrt((d**2).sum(axis=0))
    scale[scale == 0] = 1
    signs = np.array(list(itertools.product([1, -1], repeat=len(d))))
    sums = np.abs(signs @ d) / scale
    observed = np.abs(d.sum(axis=0)) / scale
    expected = (sums.max(axis=1)[:, None] >= observed - 1e-9).mean(axis=0)
    results = compare(a, b, [1, 2, 5])
    assert expected.tolist() == pytest.approx([each.p_adjusted for each in results], abs=1e-9)
    assert all(each.p <= each.p_adjusted + 1e-12 for each in results)


@given(st.floats(1e-11, 1.0), st.sampled_from([1, -1]))
def test_one_problem_that_differs_is_no_evidence(size: float, sign: int) -> None:
    """It is as likely to differ the other way, however little it differs."""
    found = sign_flip(np.array([[sign * size], [0.0]]), np.array([1, 80]), np.random.default_rng(0))
    assert (1.0, 1.0) == (found.p[0], found.p_adjusted[0])


def test_many_problems_agree_with_scipy() -> None:
    """Drawn signs against scipy.stats.permutation_test, within the error of both."""
    from scipy.stats import permutation_test

    rng = np.random.default_rng(3)
    a, b = rng.binomial(90, 0.5, 60), rng.binomial(90, 0.49, 60)
    (ours,) = compare(Outcomes.from_counts(90, a), Outcomes.from_counts(90, b))
    theirs = permutation_test(
        ((a - b) / 90,), np.mean, permutation_type="samples", n_resamples=9999, rng=rng
    )
    assert ours.test == "sign-flip, 9999 draws"
    assert theirs.pvalue == pytest.approx(ours.p, abs=0.02)


def test_interval_is_student_t_of_the_differences() -> None:
    """As scipy computes it from the differences."""
    from scipy.stats import ttest_rel

    rng = np.random.default_rng(4)
    a, b = rng.binomial(10, 0.6, 50), rng.binomial(10, 0.4, 50)
    (one,) = compare(Outcomes.from_counts(10, a), Outcomes.from_counts(10, b))
    expected = ttest_rel(a / 10, b / 10).confidence_interval(0.95)
    assert (expected.low, expected.high) == pytest.approx((one.change.low, one.change.high))
    assert one.change.value == pytest.approx(one.value.value - one.baseline.value)
    assert one.change.method == "paired-t"


def test_single_attempts_get_agresti_min() -> None:
    """Half an observation more in each of the four cells, then Wald."""
    (one,) = compare(*single(30, 12, 5, 20))
    n, b, c = 67 + 2, 12.5, 5.5
    centre, error = (b - c) / n, ((b + c - (b - c) ** 2 / n) ** 0.5) / n
    expected = (centre - 1.959964 * error, centre + 1.959964 * error)
    assert expected == pytest.approx((one.change.low, one.change.high), abs=1e-6)
    assert (one.better, one.worse, one.equal) == (12, 5, 50)
    assert one.discordance == pytest.approx(17 / 67)


def test_clusters_agree_with_statsmodels() -> None:
    """The standard error of a regression on a constant, clustered (CR1 without its P factor)."""
    linear_model = pytest.importorskip("statsmodels.regression.linear_model")
    rng = np.random.default_rng(5)
    family = np.repeat(np.arange(40), 3)
    a, b = rng.binomial(10, 0.5, 120), rng.binomial(10, 0.4, 120)
    (one,) = compare(Outcomes.from_counts(10, a, clusters=family), Outcomes.from_counts(10, b))
    fit = linear_model.OLS((a - b) / 10, np.ones(120)).fit(
        cov_type="cluster", cov_kwds={"groups": family, "df_correction": True}
    )
    # statsmodels multiplies by (P - 1) / (P - 1) = 1 for one parameter, and by G / (G - 1).
    assert fit.bse[0] == pytest.approx(one.change.standard_error, rel=1e-9)


@pytest.mark.parametrize(
    ("rows", "margin", "expected"),
    [
        ([(6, 3), (5, 4), (4, 1), (6, 5)] * 6, None, "improved"),
        ([(3, 6), (4, 5), (1, 4), (5, 6)] * 6, None, "regressed"),
        ([(3, 3), (4, 5), (5, 4), (2, 2), (6, 6)] * 60, 0.05, "equivalent within the margin"),
        ([(3, 3), (4, 5), (5, 4), (2, 2), (6, 6)] * 60, None, "inconclusive"),
        ([(3, 3), (4, 5), (5, 3)], 0.05, "inconclusive"),
        # Significant, and yet too small to matter.
        ([(4, 3), (3, 3)] * 200, 0.2, "equivalent within the margin"),
    ],
)
def test_four_conclusions(rows: list, margin: float | None, expected: str) -> None:
    """Nothing is called equivalent without a margin."""
    (one,) = compare(*two(rows), margin=margin)
    assert expected == one.conclusion


def test_line_is_one_a_reader_understands() -> None:
    """Value, change in points, p, verdict."""
    rows = [(3, 3), (4, 5), (5, 4), (2, 2), (6, 6)] * 60
    (one,) = compare(*two(rows), margin=0.05)
    assert str(one) == (
        "pass@1 0.667 [0.638, 0.693]  change +0.0 pp [-1.2, +1.2], p=1.000: "
        "equivalent within 5.0 pp"
    )


def test_swapping_the_runs_mirrors_everything() -> None:
    """The change of a against b is minus that of b against a."""
    rng = np.random.default_rng(6)
    a, b = two(list(zip(rng.binomial(6, 0.5, 30), rng.binomial(6, 0.4, 30), strict=True)))
    (there,), (back,) = compare(a, b, 2, margin=0.1), compare(b, a, 2, margin=0.1)
    assert there.change.value == pytest.approx(-back.change.value)
    assert (there.change.low, there.change.high) == pytest.approx(
        (-back.change.high, -back.change.low)
    )
    assert there.p_equivalent == pytest.approx(back.p_equivalent)
    assert there.probability_positive == pytest.approx(1 - back.probability_positive)
    assert (there.better, there.worse) == (back.worse, back.better)


def test_order_of_problems_does_not_matter() -> None:
    """Problems are matched by name."""
    rng = np.random.default_rng(7)
    names = [f"p{i}" for i in range(25)]
    c_a, c_b = rng.integers(0, 9, 25), rng.integers(0, 9, 25)
    mixed = rng.permutation(25)
    a = Outcomes.from_counts(8, c_a, problems=names)
    b = Outcomes.from_counts(8, c_b, problems=names)
    shuffled = Outcomes.from_counts(8, c_b[mixed], problems=[names[i] for i in mixed])
    assert compare(a, b, (1, 4)) == compare(a, shuffled, (1, 4))


def test_other_problems_are_refused_or_left_out() -> None:
    """An error names them; intersection uses the common ones and says so."""
    a = Outcomes.from_counts(4, [1, 2, 3, 4], problems=["w", "x", "y", "z"])
    b = Outcomes.from_counts(4, [0, 2, 2, 1], problems=["v", "x", "y", "z"])
    with pytest.raises(DataError, match=r"1 of run 1 not in all \(w\); 1 of run 2 .* \(v\)"):
        compare(a, b)
    (one,) = compare(a, b, intersection=True)
    assert one.change.problems == 3
    assert one.change.value == pytest.approx((0 + 1 + 3) / 12)
    assert "intersection" in codes(one)
    assert one.value.value == pytest.approx(9 / 12)


def test_drop_compares_the_same_problems() -> None:
    """A problem short of attempts in one run is left out of both values too."""
    about = {"stopping": "independent"}
    a = Outcomes.from_counts([5, 5, 5, 2], [5, 3, 1, 2], **about)
    b = Outcomes.from_counts([5, 2, 5, 5], [1, 2, 2, 0], **about)
    (four,) = compare(a, b, 4, policy="drop")
    assert (four.change.problems, four.value.problems, four.baseline.problems) == (2, 2, 2)
    assert four.change.value == pytest.approx(four.value.value - four.baseline.value)
    assert "dropped" in codes(four)
    (padded,) = compare(a, b, 4, policy="fail")
    assert (padded.change.problems, "padded" in codes(padded)) == (4, True)


def test_weights_weigh_the_change() -> None:
    """Given with one run, they hold for both."""
    a = Outcomes.from_counts(10, [5, 9, 3, 4], weights=[3, 1, 1, 1])
    (one,) = compare(a, Outcomes.from_counts(10, [3, 9, 4, 4]))
    assert one.change.value == pytest.approx((3 * 0.2 - 0.1) / 6)
    assert one.baseline.value == pytest.approx((0.9 + 0.9 + 0.4 + 0.4) / 6)
    other = Outcomes.from_counts(10, [3, 9, 4, 4], weights=[1, 1, 1, 2])
    with pytest.raises(DataError, match="different weights"):
        compare(a, other)


def test_equal_runs_are_not_proof_of_equality() -> None:
    """Few differences cannot rule out rare losses that a larger set would show."""
    runs = two([(6, 6), (0, 0)] * 10)
    (few,) = compare(*runs, margin=0.02)
    assert (few.p, few.conclusion, codes(few)) == (1.0, "inconclusive", ["few-differences"])
    assert few.lower_bound < -0.02
    (many,) = compare(*two([(6, 6), (0, 0)] * 500), margin=0.02)
    assert many.conclusion == "equivalent within the margin"


def test_two_to_the_twenty_patterns_are_enumerated_and_one_more_is_not() -> None:
    """Twenty unlike differences are exact, twenty-one are drawn."""
    rng = np.random.default_rng(8)
    values = rng.normal(size=(21, 1))
    exact = sign_flip(values[:20], np.ones(20, dtype=np.int64), rng)
    drawn = sign_flip(values, np.ones(21, dtype=np.int64), rng)
    assert (exact.method, drawn.method) == ("sign-flip, enumerated", "sign-flip, 9999 draws")


def test_limit_for_many_problems_agrees_with_draws() -> None:
    """The normal limit is what draws approach."""
    rng = np.random.default_rng(9)
    d = rng.uniform(-1, 1.02, (10_001, 2))
    counts = np.ones(len(d), dtype=np.int64)
    limit = sign_flip(d, counts, rng)
    drawn = sign_flip(d[1:], counts[1:], rng, flips=2000)
    assert (limit.method, drawn.method) == ("sign-flip, normal limit", "sign-flip, 2000 draws")
    np.testing.assert_allclose(limit.p, drawn.p, atol=0.04)
    np.testing.assert_allclose(limit.p_adjusted, drawn.p_adjusted, atol=0.04)


def test_very_many_problems() -> None:
    """Only distinct counts are worked on."""
    rng = np.random.default_rng(10)
    p = rng.beta(0.3, 0.5, 300_000)
    names = [str(i) for i in range(len(p))]
    a = Outcomes.from_counts(20, rng.binomial(20, p), problems=names)
    b = Outcomes.from_counts(20, rng.binomial(20, p), problems=names)
    one, ten = compare(a, b, (1, 10), margin=0.01)
    assert one.conclusion == ten.conclusion == "equivalent within the margin"
    assert abs(one.change.value) < 5 * one.change.standard_error


def test_to_dict_is_json() -> None:
    """Plain data with all that a reader needs."""
    (one,) = compare(*two([(6, 3), (5, 4), (4, 1)] * 6), margin=0.02)
    document = json.loads(json.dumps(one.to_dict()))
    assert document["conclusion"] == "improved"
    assert {"change", "p", "p_adjusted", "minimum_detectable", "discordance"} <= document.keys()
    assert document["change"]["low"] == one.change.low


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"margin": 2}, "margin must satisfy 0 < margin < 1"),
        ({"level": 95}, "level must satisfy"),
        ({"k": 7}, "got k=7"),
        ({"method": "wald"}, "method must be one of"),
        ({"policy": "skip"}, "policy must be one of"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict, says: str) -> None:
    """What was given stands in the message."""
    with pytest.raises(PassatkError) as caught:
        compare(*two([(1, 2), (3, 3)]), **arguments)
    assert says in str(caught.value)


def test_one_problem_is_refused() -> None:
    """It says nothing about others."""
    with pytest.raises(DataError, match="one problem says nothing"):
        compare(*two([(1, 2)]))


@pytest.mark.parametrize("ks", [[1], [1, 3, 10]])
def test_size_and_power(ks: list[int]) -> None:
    """Alike on average, with skewed differences: at most 5.5 % (+ 2 s.e.) for any k; 8 points more
    are found in most samples."""
    rng = np.random.default_rng(11)
    claimed: dict[float, list[bool]] = {0.0: [], 0.08: []}
    for shift, found in claimed.items():
        for _ in range(400):
            p = 0.1 + 0.5 * rng.beta(0.5, 0.5, 60)
            moved = p + shift + np.where(rng.random(60) < 0.2, 0.2, -0.05)
            if len(ks) > 1:
                # Alike at every k only if p is the same.
                moved = p + shift
            runs = [Outcomes.from_counts(40, rng.binomial(40, each)) for each in (moved, p)]
            d = differences(*runs, np.array(ks))
            found.append(bool((sign_flip(*d.units(), rng, 499).p_adjusted <= 0.05).any()))
    assert np.mean(claimed[0.0]) <= 0.055 + 2 * 0.011
    assert np.mean(claimed[0.08]) > 0.9


def test_other_metrics_compare_too() -> None:
    """pass^k: the difference of the shares of problems on which all pass."""
    (one,) = compare(*two([(6, 6), (6, 3), (0, 0), (5, 6)] * 5), 6, metric="pass^k")
    assert (one.metric, one.change.value) == ("pass^6", 0.0)
    (one,) = compare(*two([(6, 6), (6, 3), (0, 0), (5, 5)] * 5), 6, metric="pass^k")
    assert one.change.value == pytest.approx(0.25)
    with pytest.raises(PassatkError, match=r"attempts@k is not in \[0, 1\]"):
        compare(*two([(6, 6), (6, 3)]), 6, metric="attempts@k")


@pytest.mark.parametrize("passes", [(10, 0), (6, 5), (5, 6)])
def test_problems_that_all_differ_by_the_same_leave_room(passes: tuple[int, int]) -> None:
    """No spread was seen; that there is none is more than 30 problems can say."""
    runs = [Outcomes.from_counts(10, [each] * 30) for each in passes]
    (one,) = compare(*runs)
    change = (passes[0] - passes[1]) / 10
    assert one.change.low <= change <= one.change.high
    assert one.change.high - one.change.low > 0.1
    assert one.change.method == "agresti-min"
