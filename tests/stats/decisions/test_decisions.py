"""Reviewing, giving up and ranking: against brute force and known best answers."""

from dataclasses import replace
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passatk.errors import DataError, PassatkError
from passatk.simulate import Beta, Setting, draw
from passatk.stats import Outcomes, estimate
from passatk.stats.decisions import (
    Reviewing,
    agreement_scores,
    best_k,
    code_t_scores,
    ranker_value,
    review_curve,
    when_to_give_up,
)
from passatk.stats.stopping import StopAtSuccess


@settings(max_examples=20)
@given(
    st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    st.floats(0.1, 1),
    st.floats(0, 1),
)
def test_review_of_every_order(pair: tuple[int, int], s: float, f: float) -> None:
    """Right, wrong and reviews against walking through every order of the candidates."""
    n, c = pair
    curve = review_curve(Outcomes.from_counts(n, [c]), Reviewing(sensitivity=s, false_accept=f))
    for k in range(n + 1):
        right = wrong = reviews = 0.0
        orders = set(permutations([True] * c + [False] * (n - c)))
        for order in orders:
            still = 1.0
            for good in order[:k]:
                reviews += still / len(orders)
                accept = s if good else f
                right += still * accept * good / len(orders)
                wrong += still * accept * (not good) / len(orders)
                still *= 1 - accept
        found = (curve.right[k], curve.wrong[k], curve.reviews[k])
        assert found == pytest.approx((right, wrong, reviews), abs=1e-12)


@settings(max_examples=20)
@given(
    st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=1, max_size=5),
    st.floats(0.1, 1),
    st.floats(0, 1),
)
def test_review_as_candidates_were_made(rows: list[list[bool]], s: float, f: float) -> None:
    """Walking through the candidates of each problem in their own order."""
    reviewer = Reviewing(sensitivity=s, false_accept=f)
    curve = review_curve(Outcomes.from_matrix(rows), reviewer, order="generation")
    for k in range(5):
        right = wrong = reviews = 0.0
        for row in rows:
            still = 1.0
            for good in row[:k]:
                reviews += still / len(rows)
                right += still * s * good / len(rows)
                wrong += still * f * (not good) / len(rows)
                still *= 1 - (s if good else f)
        found = (curve.right[k], curve.wrong[k], curve.reviews[k])
        assert found == pytest.approx((right, wrong, reviews), abs=1e-12)


def test_a_best_first_model_needs_fewer_reviews_as_made() -> None:
    """The first attempt is right wherever one is: reviewing a second one pays in random order."""
    outcomes = Outcomes.from_matrix([[1, 0, 0, 0], [0, 0, 0, 0]] * 20)
    about = Reviewing(review_cost=0.05)
    made = best_k(outcomes, about, order="generation", resamples=50)
    assert (1, "generation") == (made.k, made.order)
    assert 4 == best_k(outcomes, about, resamples=50).k
    with pytest.raises(DataError, match="order of attempts is not known"):
        best_k(Outcomes.from_counts(4, [1, 0]), about, order="generation")


def test_a_perfect_reviewer_gets_pass_at_k() -> None:
    """s = 1, f = 0: the chance of a right program is pass@k."""
    outcomes = draw(Setting(problems=50, attempts=12), np.random.default_rng(1)).outcomes
    curve = review_curve(outcomes, Reviewing())
    expected = [each.value for each in estimate(outcomes, range(1, 13))]
    np.testing.assert_allclose(curve.right[1:], expected, rtol=1e-12)
    assert curve.wrong.max() == 0.0


def test_false_accepts_cap_the_useful_k() -> None:
    """Free candidates: all of them with a perfect reviewer, few with a hasty one."""
    outcomes = draw(
        Setting(problems=200, attempts=60, difficulty=Beta(0.3, 1.0)), np.random.default_rng(2)
    ).outcomes
    assert best_k(outcomes, Reviewing(), resamples=50).at_the_edge
    hasty = best_k(outcomes, Reviewing(false_accept=0.1, loss=1.0), resamples=50)
    assert 1 <= hasty.k < 15
    assert not hasty.at_the_edge


def test_the_best_k_comes_with_its_doubt() -> None:
    """A distribution over k, an interval around the best, and the regret of not knowing."""
    outcomes = draw(Setting(problems=60, attempts=20), np.random.default_rng(3)).outcomes
    found = best_k(outcomes, Reviewing(false_accept=0.03, review_cost=0.02), resamples=500)
    assert found.distribution.sum() == pytest.approx(1.0)
    assert found.low <= found.k <= found.high
    assert found.regret.min() >= 0.0
    assert found.regret[found.k] < 0.02
    assert found.curve.cost_per_solved[found.k] == pytest.approx(
        found.curve.cost[found.k] / found.curve.right[found.k]
    )
    assert found.to_dict()["curve"]["cost_per_solved"][0] is None


def test_no_review_is_an_answer() -> None:
    """Looking costs more than a right program is worth."""
    assert best_k(Outcomes.from_counts(5, [1, 2]), Reviewing(review_cost=2.0), resamples=20).k == 0


def test_latency_in_parallel_is_paid_once() -> None:
    """Sequential candidates wait k times, parallel ones once."""
    outcomes = Outcomes.from_counts(5, [1, 2])
    one = review_curve(outcomes, Reviewing(latency_cost=0.1))
    two = review_curve(outcomes, Reviewing(latency_cost=0.1, latency="parallel"))
    np.testing.assert_allclose(one.cost, 0.1 * np.arange(6))
    np.testing.assert_allclose(two.cost, [0, 0.1, 0.1, 0.1, 0.1, 0.1])


@pytest.mark.parametrize(
    "wrong",
    [{"sensitivity": 0.0}, {"false_accept": 1.5}, {"loss": -1.0}, {"review_cost": float("nan")}],
)
def test_impossible_assumptions(wrong: dict[str, float]) -> None:
    """Named with what was found."""
    with pytest.raises(PassatkError, match=next(iter(wrong))):
        Reviewing(**wrong)


def test_reviews_need_a_free_number_of_attempts() -> None:
    """Stopped attempts, or more candidates than there are."""
    with pytest.raises(DataError, match="fixed before any was seen"):
        best_k(Outcomes.from_counts([1], [1], stopping=StopAtSuccess(1, 3)), Reviewing())
    with pytest.raises(DataError, match="largest k=6"):
        review_curve(Outcomes.from_counts(5, [1]), Reviewing(), largest=6)


def test_giving_up_is_the_best_rule() -> None:
    """No other number of failures has a larger expected gain under the fitted distribution."""
    outcomes = draw(Setting(problems=300, attempts=20), np.random.default_rng(4)).outcomes
    rule = when_to_give_up(outcomes, value=1.0, cost=0.03, resamples=20)
    still = np.cumprod([1.0, *(1 - rule.chance(j) for j in range(200))])
    gain = np.cumsum([0.0, *(still[j] * (rule.chance(j) - 0.03) for j in range(200))])
    assert rule.attempts == int(gain.argmax())
    assert rule.low <= rule.attempts <= rule.high
    dear = when_to_give_up(outcomes, value=1.0, cost=5.0, resamples=20)
    assert (dear.attempts, dear.low) == (0, 0)
    with pytest.raises(PassatkError, match="cost must be positive"):
        when_to_give_up(outcomes, value=1.0, cost=0.0)


def test_giving_up_learns_from_stopped_attempts_too() -> None:
    """The likelihood does not mind a stopping rule: nearly the same distribution."""
    setting = Setting(problems=3000, attempts=20, difficulty=Beta(0.5, 1.0))
    stopped = Setting(problems=3000, attempts=20, difficulty=Beta(0.5, 1.0), stop_after=2)
    rng = np.random.default_rng(5)
    one = when_to_give_up(draw(setting, rng).outcomes, value=1.0, cost=0.02, resamples=20)
    outcomes = replace(draw(stopped, rng).outcomes, stopping=StopAtSuccess(2, cap=20))
    two = when_to_give_up(outcomes, value=1.0, cost=0.02, resamples=20)
    assert two.a == pytest.approx(one.a, rel=0.25)
    assert two.attempts == pytest.approx(one.attempts, rel=0.25)


def test_scores() -> None:
    """Votes by behaviour; tests passed times the root of those who pass the same."""
    assert agreement_scores([(1, 2), (1, 2), (0, 0), (1, 2)]).tolist() == [3, 3, 1, 3]
    found = code_t_scores([[1, 1, 1], [1, 1, 1], [1, 0, 0], [0, 0, 0]])
    assert found == pytest.approx([3 * 2**0.5, 3 * 2**0.5, 1.0, 0.0])
    with pytest.raises(DataError, match="not a table"):
        code_t_scores([1, 0])


def test_ranker_value_by_enumeration() -> None:
    """Top of every 2-subset, ties broken at random; random and oracle are pass@1 and pass@2."""
    passed = [[1, 0, 0, 1], [0, 0, 1, 0], [0, 0, 0, 0]]
    scores = [[2, 2, 1, 0], [1, 2, 3, 3], [0, 0, 0, 0]]
    outcomes = Outcomes.from_matrix(passed)
    found = ranker_value(outcomes, scores, k=2)
    expected = []
    for results, ranks in zip(passed, scores, strict=True):
        for pair in combinations(range(4), 2):
            best = max(ranks[i] for i in pair)
            expected.append(np.mean([results[i] for i in pair if ranks[i] == best]))
    assert found.ranker.value == pytest.approx(np.mean(expected))
    one, two = estimate(outcomes, (1, 2))
    assert (found.random.value, found.oracle.value) == pytest.approx((one.value, two.value))
    assert found.gain.value == pytest.approx(found.ranker.value - found.random.value)


def test_an_oracle_is_worth_one_and_chance_nothing() -> None:
    """Selection efficiency at its two ends; undefined without anything to select."""
    rng = np.random.default_rng(6)
    passed = rng.random((80, 10)) < rng.beta(0.5, 0.5, 80)[:, None]
    outcomes = Outcomes.from_matrix(passed)
    oracle = ranker_value(outcomes, list(passed.astype(float)), k=10)
    assert oracle.efficiency.value == pytest.approx(1.0)
    chance = ranker_value(outcomes, [np.zeros(10)] * 80, k=10)
    assert chance.efficiency.value == pytest.approx(0.0, abs=1e-12)
    noise = ranker_value(outcomes, list(rng.random((80, 10))), k=10)
    assert noise.efficiency.low < 0 < noise.efficiency.high
    settled = ranker_value(Outcomes.from_matrix([[1, 1], [0, 0]] * 5), [[1, 0], [0, 1]] * 5, k=2)
    assert settled.efficiency is None
    assert settled.to_dict()["efficiency"] is None
