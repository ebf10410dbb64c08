"""The summary of a run of chains, with results that are missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from passatk.analysis.drawn import subject_from_rows
from passatk.analysis.subject import Subject
from passatk.errors import DataError
from passatk.records import Status
from passatk.report.chained import chains_as_attempts, chains_of, summarize_chains
from passatk.report.summary import Summary
from passatk.simulate import ChainDraw, ChainSetting, draw_chains
from passatk.store import Outcome

STEPS = 3


def sampled(cluster_size: int = 1) -> tuple[Subject, ChainDraw]:
    """A run of 100 problems with 4 chains of up to 3 steps, as passatk run makes it."""
    drawn = draw_chains(ChainSetting(100, 4, STEPS, gain=0.5), np.random.default_rng(1))
    rows = [
        Outcome(
            f"p/{i}",
            STEPS * chain + step,
            Status.PASSED if step + 1 == at else Status.WRONG_ANSWER,
            None,
            chain,
            step,
        )
        for i, solved in enumerate(drawn.solved_at.tolist())
        for chain, at in enumerate(solved)
        for step in range(at or STEPS)
    ]
    strata = {f"p/{i}": (None, None, f"c{i // cluster_size}") for i in range(100)}
    manifest = {"plan": {"attempts": 4, "steps": STEPS}}
    return subject_from_rows(rows, manifest=manifest, strata=strata), drawn


def summary(subject: Subject, rows: list[Outcome]) -> Summary:
    return summarize_chains(subject.run, subject.counts, rows)


def test_a_judge_error_is_said_and_nothing_else_is_lost() -> None:
    """The other chains count; the one with the fault counts up to there."""
    subject, _ = sampled()
    rows = list(subject.rows())
    at = next(i for i, row in enumerate(rows) if row.step == 1)
    faulty = [*rows[:at], rows[at]._replace(status=Status.JUDGE_ERROR), *rows[at + 1 :]]
    whole, found = summary(subject, rows), summary(subject, faulty)
    assert "pass(1 chain, 3 steps)" == found.estimates[1].metric
    assert whole.estimates[1].value == pytest.approx(found.estimates[1].value, abs=0.003)
    (caveat,) = [each for each in found.estimates[1].warnings if each.code == "missing"]
    assert caveat.message.startswith("1 of 400 chains have a step without a result")
    assert () == whole.estimates[1].warnings


def test_a_run_that_is_under_way_has_numbers() -> None:
    """Steps that are not made or judged yet are missing, not failed."""
    subject, drawn = sampled()
    rng = np.random.default_rng(2)
    rows: list[Outcome] = []
    stopped: set[tuple[str, int | None]] = set()
    for row in subject.rows():
        if (row.problem, row.chain) not in stopped:
            rows.append(row)
        if rng.random() < 0.1:
            stopped.add((row.problem, row.chain))
    found = summary(subject, rows).estimates[1]
    assert found.low < drawn.pass_at(1, STEPS) < found.high
    assert "missing" in [each.code for each in found.warnings]


def test_clusters_widen_the_interval() -> None:
    """Chains at related problems do not tell as much as at independent ones."""
    subject, _ = sampled(cluster_size=5)
    clustered = summary(subject, list(subject.rows())).estimates[1]
    single = tuple(replace(each, cluster=None) for each in subject.counts)
    alone = summary(replace(subject, counts=single), list(subject.rows())).estimates[1]
    assert clustered.value == alone.value
    assert clustered.standard_error != pytest.approx(alone.standard_error)


def test_a_comparison_leaves_few_chains_out_and_refuses_many() -> None:
    """One in a hundred, with how far that can move the rate; beyond that it is an error."""
    subject, _ = sampled()
    rows = list(subject.rows())
    second = [i for i, row in enumerate(rows) if row.step == 1]

    def attempts(faults: int):
        at = set(second[:faults])
        faulty = [
            row._replace(status=Status.JUDGE_ERROR) if i in at else row
            for i, row in enumerate(rows)
        ]
        return chains_as_attempts(subject.run, chains_of(subject.run, faulty), STEPS)

    outcomes, notes = attempts(2)
    assert 398 == int(outcomes.n.sum())
    assert "2 chains with a step without a verdict are left out" in notes[1]
    with pytest.raises(DataError, match="8 of 400 chains have a step without a verdict"):
        attempts(8)
