"""Related problems: what is tested over clusters claims what it should, and over problems too much.

Each test is run on data in which nothing is to be found but what problems of a cluster share.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from passatk.analysis import sensitivity
from passatk.analysis.drawn import subject_from_rows, subject_of
from passatk.analysis.sensitivity.manifests import group_runs
from passatk.analysis.sensitivity.problems import categories_left_out
from passatk.analysis.sensitivity.runs import run_variation
from passatk.analysis.subject import Subject
from passatk.records import Status
from passatk.stats import Outcomes
from passatk.stats.comparison import compare_repeated, run_components
from passatk.store import Measured, Outcome

CLUSTERS, SIZE, ATTEMPTS = 24, 8, 10
LABELS = [f"c{i // SIZE}" for i in range(CLUSTERS * SIZE)]
NAMES = [f"p/{i}" for i in range(CLUSTERS * SIZE)]


def run(rng: np.random.Generator, p: np.ndarray, *, clustered: bool) -> Outcomes:
    """Attempts at problems with these chances."""
    labels = LABELS if clustered else None
    return Outcomes.from_counts(
        ATTEMPTS, rng.binomial(ATTEMPTS, p), problems=NAMES, clusters=labels
    )


def shared(rng: np.random.Generator) -> np.ndarray:
    """Something that all problems of a cluster have in common, shape (P,)."""
    return np.repeat(rng.normal(0.0, 1.0, CLUSTERS), SIZE)


def chance(logit: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-logit))


def categories(rng: np.random.Generator, clustered: bool) -> bool:
    """Categories that hold whole clusters, of no other difficulty than any."""
    kind = rng.permutation(np.repeat(["x", "y"], CLUSTERS // 2))
    strata = {
        name: (str(kind[i // SIZE]), None, LABELS[i] if clustered else None)
        for i, name in enumerate(NAMES)
    }
    outcomes = run(rng, chance(2 * shared(rng)), clustered=clustered)
    subject = subject_of(outcomes, strata=strata)
    rows = categories_left_out(subject, outcomes, (1,), 0.95, rng)
    return rows[0].p <= 0.05


def settings(rng: np.random.Generator, clustered: bool) -> bool:
    """A setting that some clusters gain by as much as others lose."""
    base = shared(rng)
    here, there = (
        run(rng, chance(each), clustered=clustered) for each in (base, base + shared(rng))
    )
    return compare_repeated([there], [here]).p <= 0.05


def repeated(rng: np.random.Generator, clustered: bool) -> bool:
    """Runs of the same settings, each better at some clusters and worse at others."""
    runs = [run(rng, chance(shared(rng)), clustered=clustered) for _ in range(4)]
    others = tuple(subject_of(each, name=f"r{i}") for i, each in enumerate(runs[1:]))
    (group,) = group_runs(replace(subject_of(runs[0]), others=others))
    return run_variation(group, (1,), 0.95)[0].p <= 0.05


@pytest.mark.parametrize(("question", "runs"), [(categories, 60), (settings, 150), (repeated, 60)])
def test_size_over_clusters_and_over_problems(question, runs: int, monkeypatch) -> None:
    """About 1 in 20 with the clusters; many more without."""
    monkeypatch.setattr("passatk.analysis.sensitivity.problems._PERMUTATIONS", 199)
    claims = {
        clustered: np.mean(
            [question(np.random.default_rng(seed), clustered) for seed in range(runs)]
        )
        for clustered in (True, False)
    }
    assert claims[True] <= 0.05 + 3 * (0.05 * 0.95 / runs) ** 0.5
    assert claims[False] >= 0.25


def test_a_difference_between_categories_is_still_found() -> None:
    """Whole clusters, one category far easier than the other."""
    rng = np.random.default_rng(0)
    strata = {n: ("xy"[(i // SIZE) % 2], None, LABELS[i]) for i, n in enumerate(NAMES)}
    easier = np.array([strata[name][0] == "x" for name in NAMES])
    outcomes = run(rng, chance(shared(rng) + 3.0 * easier), clustered=True)
    rows = categories_left_out(subject_of(outcomes, strata=strata), outcomes, (1,), 0.95, rng)
    assert rows[0].p_adjusted <= 0.01
    assert "t, clusters" == rows[0].change.method
    assert rows[0].change.high < 0


def test_runs_that_shift_all_clusters_are_still_found() -> None:
    """The components are those of clusters."""
    rng = np.random.default_rng(1)
    base = shared(rng)
    runs = [run(rng, chance(base + shift), clustered=True) for shift in (-0.8, -0.2, 0.3, 0.9)]
    found = run_components(runs)
    assert CLUSTERS == found.units
    assert 0.1 < found.runs**0.5 < 0.2


def timed(seed: int, clustered: bool) -> Subject:
    """Programs of some clusters are slow, of others fast."""
    rng = np.random.default_rng(seed)
    seconds = np.repeat(rng.choice([0.1, 3.0], CLUSTERS), SIZE)
    rows, measured = [], []
    for i, name in enumerate(NAMES):
        for j in range(ATTEMPTS):
            status = Status.PASSED if rng.random() < 0.5 else Status.WRONG_ANSWER
            rows.append(Outcome(name, j, status, None, None, None))
            measured.append(Measured(name, j, status, "", float(seconds[i])))
    strata = {n: (None, None, LABELS[i] if clustered else None) for i, n in enumerate(NAMES)}
    limits = {"settings": {"limits": {"time_limit": 4.0}}}
    return subject_from_rows(rows, measured=measured, strata=strata, manifest=limits)


def test_shorter_limits_are_tried_over_clusters() -> None:
    """The change is the same, its interval that of a few clusters."""
    alone, related = (sensitivity.analyse(timed(2, each)).limits.rows[0] for each in (False, True))
    assert alone.change.value == pytest.approx(related.change.value)
    assert related.change.standard_error > 2 * alone.change.standard_error
    assert ("problems", "clusters of problems") == (alone.units, related.units)
