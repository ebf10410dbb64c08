"""Chains or independent attempts, and when to start afresh: against enumeration and the truth."""

from itertools import permutations

import numpy as np
import pytest

from passatk.errors import DataError, PassatkError
from passatk.simulate import Beta, ChainSetting, draw_chains
from passatk.stats import Outcomes
from passatk.stats.decisions import best_policy, next_steps
from passatk.stats.order import Chains


def test_every_order_of_the_chains() -> None:
    """Solved, attempts and cost of each policy, walking through the chains in every order."""
    rows = [[0, 2, 3], [1, 0, 0], [3, 3, 2], [0, 0, 0]]
    weights = [1.0, 2.0, 5.0]
    found = best_policy(
        Chains.from_solved_at(rows, 3), value=1.0, cost=0.1, step_costs=weights, resamples=10
    )
    assert 10 == len(found.policies)
    for policy in found.policies[1:]:
        solved = made = spent = 0.0
        for row in rows:
            for order in permutations(row):
                for at in order[: policy.chains]:
                    steps = at if 0 < at <= policy.steps else policy.steps
                    made += steps / 24
                    spent += sum(weights[:steps]) / 24
                    if 0 < at <= policy.steps:
                        solved += 1 / 24
                        break
        assert (solved, made) == pytest.approx((policy.solved, policy.attempts))
        assert policy.cost == pytest.approx(0.1 * spent)
        assert policy.utility == pytest.approx(solved - 0.1 * spent)


def truth(drawn, chains: int, steps: int) -> tuple[float, float]:
    """Solved and attempts of a policy, from the chances behind a draw."""
    fails = np.cumprod(np.hstack([np.ones((len(drawn.p), 1)), 1 - drawn.chances]), axis=1)
    end = fails[:, steps]
    made = sum(end**i * fails[:, :steps].sum(axis=1) for i in range(chains))
    return float(np.mean(1 - end**chains)), float(np.mean(made))


def test_unbiased_with_missing_results() -> None:
    """The mean over 200 simulated runs, one result in fifty missing, against the exact values."""
    rng = np.random.default_rng(1)
    errors = []
    for _ in range(200):
        drawn = draw_chains(ChainSetting(60, 7, 3, gain=0.7), rng)
        lost = rng.random((60, 7, 3)) < 0.02
        chains = Chains.from_records(
            (i, c, s, None if lost[i, c, s - 1] else s == at)
            for i, row in enumerate(drawn.solved_at.tolist())
            for c, at in enumerate(row)
            for s in range(1, (at or 3) + 1)
        )
        found = best_policy(chains, value=1.0, cost=0.02, resamples=1)
        (policy,) = [p for p in found.policies if (p.chains, p.steps) == (2, 3)]
        solved, made = truth(drawn, 2, 3)
        errors.append((policy.solved - solved, policy.attempts - made))
    means, deviations = np.mean(errors, axis=0), np.std(errors, axis=0)
    assert (np.abs(means) < 4 * deviations / 200**0.5).all()


def test_feedback_that_helps_makes_long_chains() -> None:
    """And feedback that harms makes independent attempts; the gain says how sure that is."""
    rng = np.random.default_rng(2)
    found = {}
    for gain in (1.5, -1.5):
        drawn = draw_chains(ChainSetting(200, 6, 4, Beta(1, 1.5), gain), rng)
        found[gain] = best_policy(Chains.from_solved_at(drawn.solved_at, 4), value=1.0, cost=0.05)
    helps, harms = found[1.5], found[-1.5]
    assert 4 == helps.best.steps
    assert helps.low > 0
    assert helps.fed.cost <= max(p.cost for p in helps.policies if p.steps == 1)
    assert (1, harms.independent) == (harms.best.steps, harms.best)
    assert harms.high < 0
    for each in found.values():
        assert 1.0 == pytest.approx(sum(policy.best_in for policy in each.policies))
        assert each.best.regret < 0.01


def test_the_gain_covers() -> None:
    """Nothing gained on average where a step is worth an independent attempt; 95 % intervals."""
    rng = np.random.default_rng(3)
    claims = 0
    for _ in range(100):
        # Alike problems: a failure says nothing about a problem, and neither does feedback.
        drawn = draw_chains(ChainSetting(100, 4, 2, Beta(400, 600), 0.0), rng)
        found = next_steps(Chains.from_solved_at(drawn.solved_at, 2))
        claims += found[0].advice != "cannot tell"
    assert claims <= 12


def test_the_next_step_against_a_fresh_attempt() -> None:
    """Both rates on the problems that are left, within their intervals of the exact ones."""
    drawn = draw_chains(ChainSetting(400, 4, 3, gain=0.8), np.random.default_rng(4))
    chains = Chains.from_solved_at(drawn.solved_at, 3)
    rng = np.random.default_rng(5)
    alone = Outcomes.from_matrix(rng.random((400, 8)) < drawn.p[:, None])
    fails = np.cumprod(1 - drawn.chances, axis=1)
    for found in (next_steps(chains), next_steps(chains, independent=alone)):
        for step in found:
            left = fails[:, step.after - 1]
            going_on = np.mean(left * drawn.chances[:, step.after]) / left.mean()
            afresh = np.mean(left * drawn.p) / left.mean()
            assert step.going_on.low < going_on < step.going_on.high
            assert step.afresh.low < afresh < step.afresh.high
            assert "go on" == step.advice


def test_steps_that_cost_more_are_not_worth_it() -> None:
    """The same chances, with a prompt that has grown tenfold."""
    drawn = draw_chains(ChainSetting(400, 4, 2, gain=0.3), np.random.default_rng(6))
    chains = Chains.from_solved_at(drawn.solved_at, 2)
    assert ["go on"] == [each.advice for each in next_steps(chains)]
    (dear,) = next_steps(chains, step_costs=[1.0, 10.0])
    assert "start afresh" == dear.advice
    assert 10.0 == dear.step_cost
    cheap = best_policy(chains, value=1.0, cost=0.02)
    costly = best_policy(chains, value=1.0, cost=0.02, step_costs=[1.0, 10.0])
    assert (2, 1) == (cheap.best.steps, costly.best.steps)


def test_single_chains_cannot_tell_of_fresh_attempts() -> None:
    """Unless there are independent ones."""
    chains = Chains.from_solved_at([[1], [2], [0]] * 20, 2)
    (step,) = next_steps(chains)
    assert (None, "cannot tell") == (step.afresh, step.advice)
    alone = Outcomes.from_counts(5, [5, 0, 0] * 20)
    (step,) = next_steps(chains, independent=alone)
    assert "go on" == step.advice


def test_clusters_are_resampled_as_a_whole() -> None:
    """Related problems that are alike: intervals as for a fifth of the problems."""
    rng = np.random.default_rng(7)
    drawn = draw_chains(ChainSetting(40, 4, 2, gain=0.5), rng).solved_at
    rows = np.repeat(drawn, 5, axis=0)
    labels = np.repeat(np.arange(40), 5)
    widths = []
    for chains in (
        Chains.from_solved_at(rows, 2),
        Chains.from_solved_at(rows, 2, clusters=labels.tolist()),
    ):
        (step,) = next_steps(chains)
        found = best_policy(chains, value=1.0, cost=0.05)
        widths.append((step.advantage.high - step.advantage.low, found.high - found.low))
    assert widths[1][0] > 1.8 * widths[0][0]
    assert widths[1][1] > 1.5 * widths[0][1]


def test_nothing_that_pays() -> None:
    """No chain at all is an answer."""
    chains = Chains.from_solved_at([[0, 2], [1, 0]], 2)
    found = best_policy(chains, value=1.0, cost=2.0, resamples=10)
    assert (0, 0.0) == (found.best.chains, found.best.utility)
    assert found.best.cost_per_solved is None


@pytest.mark.parametrize(
    ("wrong", "error", "match"),
    [
        ({"value": -1.0}, PassatkError, "value"),
        ({"cost": float("nan")}, PassatkError, "cost"),
        ({"step_costs": [1.0]}, DataError, "step_costs"),
        ({"independent": Outcomes.from_counts(3, [1], problems=["x"])}, DataError, "such as '0'"),
    ],
)
def test_impossible_questions(wrong: dict, error: type[Exception], match: str) -> None:
    """Named with what was found."""
    chains = Chains.from_solved_at([[0, 2], [1, 0]], 2)
    with pytest.raises(error, match=match):
        best_policy(chains, **({"value": 1.0, "cost": 0.1} | wrong))
