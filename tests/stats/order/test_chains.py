"""Chains of dependent steps: unbiased, paired, and never pooled."""

from itertools import combinations

import numpy as np
import pytest

from passatk.errors import DataError, PassatkError
from passatk.simulate import ChainSetting, draw_chains
from passatk.stats import Outcomes, estimate, pass_at_k
from passatk.stats.order import Chains, feedback_lift, mean_steps


def test_pass_of_r_chains_is_the_share_of_subsets() -> None:
    """Every r-subset of the chains of a problem, for every number of steps."""
    solved_at = [[0, 1, 3, 2], [0, 0, 0, 3]]
    chains = Chains.from_solved_at(solved_at, steps=3)
    for steps in (1, 2, 3):
        for r in (1, 2, 3, 4):
            expected = np.mean(
                [
                    any(0 < row[i] <= steps for i in subset)
                    for row in solved_at
                    for subset in combinations(range(4), r)
                ]
            )
            assert estimate(chains.after(steps), k=r)[0].value == pytest.approx(expected)


def test_unbiased_whatever_happens_inside_a_chain() -> None:
    """The mean over 300 simulated runs against the exact chance."""
    rng = np.random.default_rng(1)
    setting = ChainSetting(problems=60, chains=4, steps=3, gain=1.5)
    errors = []
    for _ in range(300):
        drawn = draw_chains(setting, rng)
        chains = Chains.from_solved_at(drawn.solved_at, steps=3)
        found = estimate(chains.after(3), k=2)[0].value
        errors.append(found - drawn.pass_at(2, 3))
    assert abs(np.mean(errors)) < 4 * np.std(errors) / 300**0.5


def test_pooled_steps_would_be_wrong() -> None:
    """Steps that only repeat the first: pooling promises more than chains deliver."""
    chains = Chains.from_solved_at([[1, 0], [0, 0]], steps=2)
    honest = estimate(chains.after(2), k=1)[0].value
    pooled = float(np.mean(pass_at_k([4, 4], [2, 0], 2)))
    assert honest == 0.25
    assert pooled > honest


def test_records_and_table_say_the_same() -> None:
    """Steps from 0 or 1, in any order, stopped at the pass or not."""
    records = [
        ("a", "x", 1, True), ("a", "x", 0, False), ("a", "y", 0, False), ("a", "y", 1, False),
        ("b", 0, 0, True), ("b", 1, 0, False), ("b", 1, 1, True),
    ]  # fmt: skip
    for shift in (0, 1):
        chains = Chains.from_records([(p, c, s + shift, ok) for p, c, s, ok in records])
        assert chains.solved_at.tolist() == [2, 0, 1, 2]
        assert chains.after(2).c.tolist() == [1, 2]
        assert mean_steps(chains, 2).tolist() == [2.0, 1.5]


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([], "no chains"),
        ([("a", 0, 0, True), ("a", 0, 0, True)], "comes twice"),
        ([("a", 0, 0, False), ("a", 0, 2, True)], "steps are missing"),
        ([("a", 0, 0, "yes")], "neither passed nor failed"),
    ],
)
def test_what_cannot_be_a_chain(records: list, message: str) -> None:
    """Refused with the chain's name."""
    with pytest.raises(DataError, match=message):
        Chains.from_records(records)


def test_a_chain_that_ended_early_unsolved() -> None:
    """Its later steps are unknown, not failed."""
    chains = Chains.from_records([("a", 0, 0, False), ("a", 1, 0, False), ("a", 1, 1, False)])
    with pytest.raises(DataError, match="ended unsolved after 1 steps"):
        chains.after(2)
    with pytest.raises(PassatkError, match="steps must be at least 1"):
        chains.after(0)


def test_one_chain_permits_one_chain() -> None:
    """m = 1: pass(2 chains) is an error."""
    with pytest.raises(DataError, match="k must satisfy 1 <= k <= n"):
        estimate(Chains.from_solved_at([[1], [0]], steps=2).after(2), k=2)


def test_feedback_without_effect_has_no_lift() -> None:
    """95 % intervals for a lift of zero hold it, at equal attempts and at equal cost beyond it."""
    rng = np.random.default_rng(2)
    covered, at_cost = [], []
    for _ in range(200):
        drawn = draw_chains(ChainSetting(problems=80, chains=3, steps=4, gain=0.0), rng)
        successes = rng.random((80, 12)) < drawn.p[:, None]
        lift = feedback_lift(
            Chains.from_solved_at(drawn.solved_at, steps=4),
            Outcomes.from_matrix(successes),
            r=2,
            steps=4,
        )
        covered.append(lift.equal_attempts.low <= 0 <= lift.equal_attempts.high)
        at_cost.append(lift.equal_cost.value)
    assert np.mean(covered) == pytest.approx(0.95, abs=0.05)
    # Chains that stop at their pass spend their steps where they are needed.
    assert np.mean(at_cost) > 0


def test_interval_at_equal_cost_covers() -> None:
    """Against the exact lift of the same setting, estimated from one very large run."""
    rng = np.random.default_rng(3)

    def lift(problems: int):
        drawn = draw_chains(ChainSetting(problems=problems, chains=3, steps=3, gain=0.8), rng)
        successes = rng.random((problems, 9)) < drawn.p[:, None]
        chains = Chains.from_solved_at(drawn.solved_at, steps=3)
        return feedback_lift(chains, Outcomes.from_matrix(successes), r=2, steps=3).equal_cost

    truth = lift(200_000).value
    found = [lift(80) for _ in range(300)]
    assert np.mean([each.low <= truth <= each.high for each in found]) == pytest.approx(
        0.95, abs=0.045
    )


def test_both_sides_need_the_same_problems() -> None:
    """The problem that is alone is named."""
    chains = Chains.from_solved_at([[1], [0]], steps=1, problems=["a", "b"])
    with pytest.raises(DataError, match="such as 'b'"):
        feedback_lift(chains, Outcomes.from_counts(3, [1, 1], problems=["a", "c"]), r=1, steps=1)


def test_order_of_problems_does_not_matter() -> None:
    """Pairing is by name."""
    chains = Chains.from_solved_at([[1, 2], [0, 0], [2, 0]], steps=2, problems=["a", "b", "c"])
    one = Outcomes.from_counts(4, [3, 0, 1], problems=["a", "b", "c"])
    two = Outcomes.from_counts(4, [1, 3, 0], problems=["c", "a", "b"])
    assert (
        feedback_lift(chains, one, r=1, steps=2).to_dict()
        == feedback_lift(chains, two, r=1, steps=2).to_dict()
    )
