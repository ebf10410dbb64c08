"""Attempts at related problems that share their luck: no effect of order, unless one is there."""

from itertools import permutations

import numpy as np
import pytest

from passatk.stats import Outcomes
from passatk.stats.order import first_pass_test, order_tests, score_trend, slope, trend
from passatk.stats.order.clustered import cluster_test, joint_draws
from passatk.stats.order.sequences import Sequences

CLUSTERS, SIZE, ATTEMPTS = 25, 8, 8


def together(rng: np.random.Generator, *, shared: float = 2.0, drift: float = 0.0) -> np.ndarray:
    """Attempt j at all problems of a cluster is made on a good or a bad day: shape (P, n)."""
    day = np.repeat(rng.normal(0, shared, (CLUSTERS, ATTEMPTS)), SIZE, axis=0)
    logit = rng.normal(0, 1, (CLUSTERS * SIZE, 1)) + day + drift * np.arange(ATTEMPTS)
    return rng.random(day.shape) < 1 / (1 + np.exp(-logit))


LABELS = np.repeat(np.arange(CLUSTERS), SIZE).tolist()


def claims(runs: int, *, clustered: bool, drift: float = 0.0) -> dict[str, float]:
    """How often each test claims an effect at 5 %, by name."""
    rng = np.random.default_rng(1)
    found: dict[str, list[bool]] = {}
    for _ in range(runs):
        table = together(rng, drift=drift)
        labels = LABELS if clustered else None
        outcomes = Outcomes.from_matrix(table, clusters=labels)
        scored = Outcomes.from_matrix(table * 1.0, passing=1.0, clusters=labels)
        for test in (
            *order_tests(outcomes, permutations=199, rng=rng).tests,
            first_pass_test(outcomes),
            score_trend(scored),
        ):
            found.setdefault(test.name, []).append(test.p is not None and test.p <= 0.05)
        line = slope(outcomes)
        truth = drift
        found.setdefault("slope", []).append(not line.low <= truth <= line.high)
    return {name: float(np.mean(each)) for name, each in found.items()}


def test_size_with_clusters_and_without() -> None:
    """5 % with the clusters, within Monte Carlo error; for single problems far more."""
    kept = claims(150, clustered=True)
    assert max(kept.values()) <= 0.11, kept
    lost = claims(50, clustered=False)
    assert min(lost.values()) >= 0.14, lost


def test_power_stays() -> None:
    """A drift common to all clusters is found in most runs."""
    found = claims(20, clustered=True, drift=0.35)
    assert found["trend"] >= 0.8
    assert found["score trend"] >= 0.8


def test_all_problems_of_a_cluster_follow_one_order() -> None:
    """Every statistic of every draw is that of one of the common orders of both problems."""
    rows = np.array([[1, 1, 0, 0], [0, 1, 0, 1]], dtype=bool)
    members = Sequences(np.array([4, 4]), rows.sum(axis=1), rows.ravel())
    possible = {
        (
            tuple(rows[:, order].sum(axis=0).tolist()),
            tuple(np.logical_or.accumulate(rows[:, order], axis=1).sum(axis=0).tolist()),
            int((rows[:, order][:, 1:] & rows[:, order][:, :-1]).sum()),
        )
        for order in map(list, permutations(range(4)))
    }
    seen = set()
    for n, passes, _, drawn in joint_draws(members, 500, np.random.default_rng(0)):
        assert (4, 4) == (n, passes)
        for each in zip(drawn.passed, drawn.solved, drawn.adjacent, strict=True):
            seen.add((tuple(each[0]), tuple(each[1]), int(each[2])))
    assert possible == seen


def test_different_numbers_of_attempts_in_a_cluster() -> None:
    """Each problem keeps its passes, and the longer one its order."""
    results = np.array([1, 0, 0, 0, 1], dtype=bool)
    members = Sequences(np.array([2, 3]), np.array([1, 1]), results)
    for n, passes, block, drawn in joint_draws(members, 300, np.random.default_rng(0)):
        assert 1 == passes
        assert (block.stop - block.start, n) == drawn.passed.shape
        np.testing.assert_array_equal(drawn.passed.sum(axis=1), 1.0)
        assert drawn.passed.mean(axis=0) == pytest.approx([1 / n] * n, abs=0.1)


def test_clusters_of_one_change_nothing_but_the_formula() -> None:
    """Each problem its own cluster: the same permutation test, to the digit."""
    table = np.random.default_rng(2).random((40, 6)) < 0.5
    alone = order_tests(Outcomes.from_matrix(table), permutations=299)
    own = order_tests(Outcomes.from_matrix(table, clusters=range(40)), permutations=299)
    for one, two in zip(alone.tests, own.tests, strict=True):
        if one.name != "prefix":  # standardised by the draws' own deviations there
            assert one.p == two.p
    assert trend(Outcomes.from_matrix(table)).effect == own.tests[0].effect


def test_one_cluster_tells_nothing_by_a_sum() -> None:
    """Student's t needs two sums."""
    assert cluster_test(np.array([1.0, 2.0]), np.array([0, 0])) is None
    assert cluster_test(np.array([1.0, 2.0, 0.0]), np.array([0, 1, 2])) is not None
