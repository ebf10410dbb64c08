"""Drawn runs, against the truth they come with."""

import numpy as np
import pytest

from passatk.errors import PassatkError
from passatk.simulate import (
    Beta,
    ChainSetting,
    Point,
    ScoreSetting,
    Setting,
    draw,
    draw_chains,
    draw_runs,
    draw_scores,
    pass_at_k_of_steps,
    pass_at_k_with_duplicates,
    prefix_pass,
)
from passatk.stats import StopAtSuccess, estimate, max_at_k, pass_at_k_curve


def average(values: list) -> tuple[np.ndarray, np.ndarray]:
    """Mean and four standard errors of repeated results."""
    table = np.array(values)
    return table.mean(axis=0), 4 * table.std(axis=0) / len(values) ** 0.5 + 1e-12


def test_a_seed_is_a_run() -> None:
    """To the last attempt."""
    first, again = (draw(Setting(), np.random.default_rng(5)) for _ in range(2))
    assert first.results.tolist() == again.results.tolist()
    assert first.outcomes.c.tolist() == first.results.sum(axis=1).tolist()


def test_the_same_benchmark_again() -> None:
    """Given p, only attempts are drawn; the estimate is unbiased for the truth."""
    rng = np.random.default_rng(1)
    setting = Setting(problems=30, attempts=8)
    p = draw(setting, rng).p
    runs = [draw(setting, rng, p=p) for _ in range(400)]
    assert all(run.p is p for run in runs)
    mean, error = average([pass_at_k_curve(run.outcomes) for run in runs])
    assert (np.abs(mean - pass_at_k_of_steps(runs[0].chances, range(1, 9))) <= error).all()


def test_drift_moves_attempts_and_pass_at_k_averages_over_them() -> None:
    """pass@k estimates the mean over subsets; the first k attempts are worse where p rises."""
    rng = np.random.default_rng(2)
    setting = Setting(problems=30, attempts=8, difficulty=Beta(2, 4), drift=0.5)
    first = draw(setting, rng)
    assert (np.diff(first.chances, axis=1) > 0).all()
    runs = [draw(setting, rng, p=first.p) for _ in range(400)]
    subsets = pass_at_k_of_steps(first.chances, range(1, 9))
    mean, error = average([pass_at_k_curve(run.outcomes) for run in runs])
    assert (np.abs(mean - subsets) <= error).all()
    prefix, error = average(
        [np.logical_or.accumulate(run.results, axis=1).mean(axis=0) for run in runs]
    )
    assert (np.abs(prefix - prefix_pass(first.chances)) <= error).all()
    assert prefix_pass(first.chances)[0] < subsets[0] - 0.1


def test_duplicates_repeat_programs_and_their_results() -> None:
    """Any two attempts are the same program with the probability asked for; pass@k stays right."""
    rng = np.random.default_rng(3)
    setting = Setting(problems=200, attempts=6, difficulty=Beta(2, 3), duplicates=0.3)
    runs = [draw(setting, rng) for _ in range(200)]
    same = [(run.programs[:, 0] == run.programs[:, 5]).mean() for run in runs]
    mean, error = average(same)
    assert abs(mean - 0.3) <= error
    for run in runs[:5]:
        np.testing.assert_array_equal(
            run.results, np.take_along_axis(run.results, run.programs, axis=1)
        )
    off = [
        pass_at_k_curve(run.outcomes) - pass_at_k_with_duplicates(run.p, range(1, 7), 0.3)
        for run in runs
    ]
    mean, error = average(off)
    assert (np.abs(mean) <= error).all()


def test_clusters_are_alike_and_leave_each_problem_as_it_was() -> None:
    """The correlation of p within a family is the share; its distribution does not change."""
    rng = np.random.default_rng(4)
    setting = Setting(
        problems=40_000, attempts=1, difficulty=Beta(2, 2), cluster_size=2, cluster_share=0.6
    )
    run = draw(setting, rng)
    pairs = run.p.reshape(-1, 2)
    assert 0.6 == pytest.approx(np.corrcoef(pairs.T)[0, 1], abs=0.02)
    assert 0.5 == pytest.approx(run.p.mean(), abs=0.01)
    assert 1 / 20 == pytest.approx(run.p.var(), rel=0.03)
    assert run.outcomes.clusters[:4] == ("0", "0", "1", "1")


def test_runs_share_problems() -> None:
    """Without run effects they differ by attempts alone; a run effect moves all problems."""
    rng = np.random.default_rng(5)
    same = draw_runs(Setting(problems=20), 3, rng)
    np.testing.assert_allclose(same[0].p, same[2].p)
    moved = draw_runs(Setting(problems=20, difficulty=Point(0.5)), 2, rng, run_sd=1.0)
    assert len(set(moved[0].p.tolist())) == 1
    assert moved[0].p[0] != moved[1].p[0]
    mixed = draw_runs(Setting(problems=20, difficulty=Point(0.5)), 2, rng, interaction_sd=1.0)
    assert len(set(mixed[0].p.tolist())) == 20


def test_stopping_ends_attempts_and_is_said() -> None:
    """At the second pass or the cap; the estimate for that rule is unbiased."""
    rng = np.random.default_rng(6)
    setting = Setting(problems=50, attempts=12, difficulty=Beta(1, 3), stop_after=2)
    runs = [draw(setting, rng) for _ in range(300)]
    for run in runs[:3]:
        assert StopAtSuccess(2, 12) == run.outcomes.stopping
        for row, passed in zip(run.outcomes.rows(), run.results, strict=True):
            assert row.tolist() == passed[: len(row)].tolist()
            assert (row.sum() == 2 and row[-1]) or len(row) == 12
    off = [
        [each.value for each in estimate(run.outcomes, (1, 5))]
        - pass_at_k_of_steps(run.chances, (1, 5))
        for run in runs
    ]
    mean, error = average(off)
    assert (np.abs(mean) <= error).all()


def test_chains_are_solved_as_often_as_they_say() -> None:
    """Within each number of steps, for one chain and for several."""
    rng = np.random.default_rng(7)
    run = draw_chains(ChainSetting(problems=4_000, chains=3, steps=4, gain=0.8), rng)
    solved = run.solved_at > 0
    for steps in (1, 2, 4):
        within = solved & (run.solved_at <= steps)
        assert run.pass_at(1, steps) == pytest.approx(within.mean(), abs=0.02)
        assert run.pass_at(3, steps) == pytest.approx(within.any(axis=1).mean(), abs=0.025)
    assert run.pass_at(1, 2) > 1 - ((1 - run.p) ** 2).mean()


def test_scores_have_the_best_of_k_that_they_say() -> None:
    """max@k is unbiased for the truth; a score of 1 is a pass."""
    rng = np.random.default_rng(8)
    off = []
    for _ in range(300):
        run = draw_scores(ScoreSetting(problems=20, attempts=6, tests=4), rng)
        off.append(max_at_k(run.scores, (1, 3)).mean(axis=0) - run.max_at_k((1, 3)))
        assert run.outcomes.c.tolist() == (run.scores == 1).sum(axis=1).tolist()
    mean, error = average(off)
    assert (np.abs(mean) <= error).all()
    np.testing.assert_allclose(run.chances.sum(axis=1), 1.0)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"problems": 0}, "problems must be >= 1"),
        ({"duplicates": 1.0}, r"duplicates must be in \[0, 1\)"),
        ({"cluster_share": 2}, r"cluster_share must be in \[0, 1\]"),
        ({"stop_after": 21}, r"stop_after must be in 1..attempts \(20\)"),
    ],
)
def test_settings_that_cannot_be(settings: dict, says: str) -> None:
    """Refused when made."""
    with pytest.raises(PassatkError, match=says):
        Setting(**settings)
