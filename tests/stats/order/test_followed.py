"""Chains with missing results: followed up to there, never counted as failed, never left out."""

from itertools import product

import numpy as np
import pytest

from passatk.errors import DataError
from passatk.simulate import ChainSetting, draw_chains
from passatk.stats import Outcomes, estimate
from passatk.stats.order import Chains, feedback_lift, pass_of_chains
from passatk.stats.order.followed import Followed, reached

# A chain is of one of two kinds, so that its steps depend on each other; a result may be missing
# with a chance that depends on the step.
KINDS = ((0.4, (0.7, 0.5)), (0.6, (0.1, 0.3)))
MISSING = (0.2, 0.3)
# What may be seen of a chain of two steps: (solved_at, lost_at).
SEEN = ((1, 0), (2, 0), (0, 0), (0, 1), (0, 2))


def chance_of(seen: tuple[int, int]) -> float:
    """Of seeing that of a chain."""
    total = 0.0
    for share, (first, second) in KINDS:
        fails = (1 - MISSING[0]) * (1 - first)
        total += (
            share
            * {
                (1, 0): (1 - MISSING[0]) * first,
                (2, 0): fails * (1 - MISSING[1]) * second,
                (0, 0): fails * (1 - MISSING[1]) * (1 - second),
                (0, 1): MISSING[0],
                (0, 2): fails * MISSING[1],
            }[seen]
        )
    return total


def unsolved(steps: int) -> float:
    """The truth without missing results."""
    return sum(share * np.prod([1 - p for p in ps[:steps]]) for share, ps in KINDS)


def chains_at_a_problem(states: tuple[tuple[int, int], ...]) -> Chains:
    return Chains(
        problems=("p",),
        owner=np.zeros(len(states), dtype=np.int64),
        length=np.array([2 if solved == 0 else solved for solved, _ in states]),
        solved_at=np.array([solved for solved, _ in states]),
        lost_at=np.array([lost for _, lost in states]),
    )


@pytest.mark.parametrize("powers", [(1, 1), (2, 2), (2, 1), (3, 1), (3, 0)])
def test_unbiased_by_enumeration(powers: tuple[int, int]) -> None:
    """Over all that three chains can show; where too few are left, the truth goes on from there."""
    hazards = 1 - unsolved(1), 1 - unsolved(2) / unsolved(1)
    truth = np.prod([(1 - h) ** q for h, q in zip(hazards, powers, strict=True)])
    mean = total = 0.0
    for states in product(SEEN, repeat=3):
        chance = float(np.prod([chance_of(each) for each in states]))
        chains = chains_at_a_problem(states)
        value = Followed.of(chains, 2).all_fail(powers)[0]
        if np.isnan(value):
            begun = Followed.of(chains, 1).all_fail(powers[:1])[0]
            value = (1 - hazards[1]) ** powers[1]
            value *= (1 - hazards[0]) ** powers[0] if np.isnan(begun) else begun
        mean += chance * value
        total += chance
    assert 1.0 == pytest.approx(total)
    assert truth == pytest.approx(mean, rel=1e-12)


def test_leaving_chains_out_would_promise_too_much() -> None:
    """By enumeration: of the chains known to the end, more were solved than of all."""
    known = [each for each in SEEN if each[1] == 0]
    kept = sum(chance_of(each) for each in known)
    share = sum(chance_of(each) for each in known if each[0]) / kept
    assert share > 1 - unsolved(2) + 0.05


@pytest.mark.parametrize("r", [1, 2, 3])
def test_bounds_hold_what_is_found(r: int) -> None:
    """All that three chains can show: missing results as unsolved, as found, as solved."""
    for states in product(SEEN, repeat=3):
        known = reached(chains_at_a_problem(states), r, 2)
        assert known.as_unsolved <= known.low + 1e-12
        assert known.low <= known.values <= known.high
        assert known.high <= known.as_solved + 1e-12
        if not any(lost for _, lost in states):
            solved = sum(solved > 0 for solved, _ in states)
            (expected,) = estimate(Outcomes.from_counts([3], [solved]), k=r)
            assert expected.value == pytest.approx(known.values[0])


def with_missing(
    solved_at: np.ndarray, steps: int, chance: float, rng: np.random.Generator
) -> Chains:
    """Chains whose every result is missing with some chance, whatever it would have been."""
    whole = Chains.from_solved_at(solved_at, steps)
    gone = rng.random((len(whole.owner), steps)) < chance
    first = np.where(gone.any(axis=1), gone.argmax(axis=1) + 1, 0)
    lost = np.where((first > 0) & (first <= whole.length), first, 0)
    return Chains(
        whole.problems, whole.owner, whole.length, np.where(lost > 0, 0, whole.solved_at), lost
    )


def test_missing_results_do_not_move_the_number() -> None:
    """One result in twenty missing: the mean error is 0 and intervals cover; not so without."""
    rng = np.random.default_rng(4)
    setting = ChainSetting(problems=80, chains=5, steps=4, gain=0.4)
    errors, left_out, covered = [], [], []
    for _ in range(300):
        drawn = draw_chains(setting, rng)
        chains = with_missing(drawn.solved_at, 4, 0.05, rng)
        found = pass_of_chains(chains, steps=4)
        truth = drawn.pass_at(1, 4)
        errors.append(found.value - truth)
        whole = chains.lost_at == 0
        left_out.append((chains.solved_at[whole] > 0).mean() - truth)
        covered.append(found.low <= truth <= found.high)
    assert abs(np.mean(errors)) < 4 * np.std(errors) / 300**0.5
    assert np.mean(left_out) > 0.02
    assert np.mean(covered) >= 0.93


def test_single_chains_leave_problems_unknown() -> None:
    """Nothing can stand in for the chain; value and interval say what that may cost."""
    records = [(i, 0, 0, i % 2 == 0) for i in range(20)]
    records += [(i, 0, 1, None if i == 1 else False) for i in range(1, 20, 2)]
    found = pass_of_chains(Chains.from_records(records), steps=2)
    assert 10.5 / 20 == pytest.approx(found.value)
    bounds = [
        pass_of_chains(Chains.from_records([*records[:20], *rest]), steps=2)
        for rest in (
            [(i, 0, 1, False) for i in range(1, 20, 2)],
            [(i, 0, 1, i == 1) for i in range(1, 20, 2)],
        )
    ]
    assert (bounds[0].low, bounds[1].high) == (found.low, found.high)
    assert ["missing", "unknown"] == [each.code for each in found.warnings]
    assert "0.500 to 0.550" in found.warnings[0].message
    assert found.warnings[1].message.startswith("1 of 20 problems")


@pytest.mark.parametrize(("problems", "said"), [(20, True), (40, False)])
def test_too_much_that_is_missing(problems: int, said: bool) -> None:
    """More than a tenth of the problems unknown is said in as many words."""
    records = [(i, 0, 0, None if i < 3 else True) for i in range(problems)]
    found = pass_of_chains(Chains.from_records(records), steps=1)
    assert said == ("too-much-missing" in [each.code for each in found.warnings])


def test_a_result_missing_after_the_pass_costs_nothing() -> None:
    """The chain was solved before; what comes after a missing result is not looked at."""
    chains = Chains.from_records(
        [("a", 0, 0, True), ("a", 0, 1, None), ("a", 1, 0, None), ("a", 1, 1, True)]
    )
    assert [1, 0] == chains.solved_at.tolist()
    assert [0, 1] == chains.lost_at.tolist()
    assert 1 == chains.lost
    with pytest.raises(DataError, match="has no result at step 1"):
        chains.after(1)


def test_the_lift_covers_in_spite_of_missing_results() -> None:
    """Against the truth of the draw, at equal attempts; leaving chains out would not."""
    rng = np.random.default_rng(5)
    covered, spent = [], []
    for _ in range(200):
        drawn = draw_chains(ChainSetting(problems=100, chains=4, steps=3, gain=0.5), rng)
        alone = Outcomes.from_matrix(rng.random((100, 6)) < drawn.p[:, None])
        chains = with_missing(drawn.solved_at, 3, 0.05, rng)
        lift = feedback_lift(chains, alone, r=1, steps=3)
        truth = drawn.pass_at(1, 3) - float(np.mean(1 - (1 - drawn.p) ** 3))
        covered.append(lift.equal_attempts.low <= truth <= lift.equal_attempts.high)
        whole = feedback_lift(Chains.from_solved_at(drawn.solved_at, 3), alone, r=1, steps=3)
        spent.append(lift.attempts_spent - whole.attempts_spent)
    assert np.mean(covered) >= 0.91
    assert abs(np.mean(spent)) < 0.01
