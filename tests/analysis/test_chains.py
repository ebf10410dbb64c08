"""What attempts gain that saw feedback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from passatk import simulate
from passatk.analysis import chains, order, profile, sensitivity
from passatk.analysis.chained import chains_of, independent_attempts
from passatk.analysis.drawn import subject_from_rows, subject_of
from passatk.analysis.subject import ProblemAttempts, Subject
from passatk.errors import DataError
from passatk.records import Attempt, Status
from passatk.simulate import ChainSetting, draw_chains
from passatk.stats import Outcomes
from passatk.stats.order import Chains, feedback_lift
from passatk.store import Outcome


def chained(setting: ChainSetting, seed: int = 0) -> tuple[Subject, simulate.ChainDraw]:
    """A run of chains that stop when solved, and the truth behind it."""
    drawn = draw_chains(setting, np.random.default_rng(seed))
    rows = []
    for i, solved in enumerate(drawn.solved_at.tolist()):
        number = 0
        for chain, at in enumerate(solved):
            for step in range(at or setting.steps):
                passed = Status.PASSED if step + 1 == at else Status.WRONG_ANSWER
                rows.append(Outcome(f"p/{i}", number, passed, None, chain, step))
                number += 1
    return subject_from_rows(rows), drawn


def control(drawn: simulate.ChainDraw, attempts: int, seed: int = 9) -> Subject:
    rng = np.random.default_rng(seed)
    table = rng.random((len(drawn.p), attempts)) < drawn.p[:, None]
    names = [f"p/{i}" for i in range(len(drawn.p))]
    return subject_of(Outcomes.from_matrix(table, problems=names), name="alone")


def test_success_by_step_is_that_of_the_truth() -> None:
    """Within its interval at every step; chains left and solved add up."""
    subject, drawn = chained(ChainSetting(200, 4, 4, gain=0.8))
    found = chains.analyse(subject)
    for step in found.steps:
        assert step.one.low < drawn.pass_at(1, step.step) < step.one.high
        assert step.several.low < drawn.pass_at(4, step.step) < step.several.high
    assert 800 == found.steps[0].at_risk
    assert found.steps[1].at_risk == 800 - found.steps[0].solved


def test_a_planted_gain_is_found_against_a_control_run() -> None:
    """At as many attempts; its interval holds the truth."""
    subject, drawn = chained(ChainSetting(200, 4, 3, gain=1.0))
    found = chains.analyse(replace(subject, control=control(drawn, 6)))
    assert "run alone" == found.control
    verdicts = {each.code: each for each in found.findings}
    lift = verdicts["chains.lift-at-equal-attempts.3"]
    truth = drawn.pass_at(1, 3) - simulate.pass_at_k_of(drawn.p, [3])[0]
    assert "found" == lift.verdict
    assert lift.low < truth < lift.high


def test_feedback_that_says_nothing_is_not_found() -> None:
    """At as many attempts, in at most about 1 of 20 runs (Holm over the lifts)."""
    claims = 0
    for seed in range(60):
        subject, drawn = chained(ChainSetting(60, 3, 3, gain=0.0), seed)
        found = chains.analyse(replace(subject, control=control(drawn, 4, seed + 100)))
        claims += any(
            each.verdict == "found" and "equal-attempts" in each.code for each in found.findings
        )
    assert claims <= 7


def test_the_first_steps_are_a_control_of_their_own() -> None:
    """Where no other is given; with one chain a problem there is none, and that is said."""
    subject, drawn = chained(ChainSetting(200, 4, 3, gain=1.0))
    found = chains.analyse(subject)
    assert "first steps of the chains" == found.control
    (lift,) = [each for each in found.findings if each.code == "chains.lift-at-equal-attempts.3"]
    truth = drawn.pass_at(1, 3) - simulate.pass_at_k_of(drawn.p, [3])[0]
    assert lift.low < truth < lift.high
    alone, _ = chained(ChainSetting(50, 1, 3))
    (missing,) = [each for each in chains.analyse(alone).findings if each.code == "chains.lift"]
    assert "no information" == missing.verdict
    assert "--control" in missing.sentence


def test_equal_cost_goes_by_what_the_samples_say() -> None:
    """Steps that cost twice as much as an independent attempt buy twice as many of them."""
    subject, drawn = chained(ChainSetting(60, 4, 2, gain=0.5))
    alone = control(drawn, 8)
    plain = chains.analyse(replace(subject, control=alone))

    def priced(about: Subject, price: float) -> Subject:
        def programs() -> Iterator[ProblemAttempts]:
            for count in about.counts:
                rows = [row for row in about.rows() if row.problem == count.name]
                made = [
                    Attempt(r.problem, r.number, "", "", chain=r.chain, extra={"tokens": price})
                    for r in rows
                ]
                yield ProblemAttempts(count.name, tuple((each, None) for each in made))

        return replace(about, programs=programs)

    paid = chains.analyse(replace(priced(subject, 200.0), control=priced(alone, 100.0)))
    assert ("attempts", "tokens") == (plain.cost, paid.cost)
    spent = [lift.attempts_spent for lift in (*plain.lifts, *paid.lifts)]
    assert spent[1] == pytest.approx(2 * spent[0])
    equal = [found.lifts[0].equal_attempts.value for found in (plain, paid)]
    assert equal[0] == pytest.approx(equal[1], abs=1e-12)
    assert paid.lifts[0].equal_cost.value < plain.lifts[0].equal_cost.value
    one_sided = chains.analyse(replace(priced(subject, 200.0), control=alone))
    assert "attempts" == one_sided.cost


def test_chains_count_up_to_a_missing_result() -> None:
    """A judge error or a missing step before the pass; after the pass it does not matter."""
    right, wrong, error = Status.PASSED, Status.WRONG_ANSWER, Status.JUDGE_ERROR
    results = {
        0: [(0, wrong), (1, right)],
        1: [(0, wrong), (1, error)],
        2: [(0, wrong), (2, right)],
        3: [(0, right), (1, error)],
    }
    rows = [
        Outcome("p", 2 * chain + place, status, None, chain, step)
        for chain, steps in results.items()
        for place, (step, status) in enumerate(steps)
    ]
    rows.append(Outcome("p", 99, wrong, None, None, None))
    found = chains_of(subject_from_rows(rows))
    assert [2, 0, 0, 1] == found.chains.solved_at.tolist()
    assert [0, 2, 2, 0] == found.chains.lost_at.tolist()
    assert (2, 2) == (int(found.whole.n[0]), int(found.whole.c[0]))
    assert (4, 1) == (int(found.first_steps.n[0]), int(found.first_steps.c[0]))
    assert [False] == found.loose.rows()[0].tolist()
    lost = [row._replace(status=error) for row in rows if row.chain is not None]
    lost.append(rows[-1])
    with pytest.raises(DataError, match="no chain has the results"):
        chains_of(subject_from_rows(lost))


def test_a_judge_error_does_not_cost_the_others_their_numbers() -> None:
    """Each number says how many chains lack a result, and what that may cost."""
    subject, drawn = chained(ChainSetting(100, 4, 3, gain=0.8))
    rng = np.random.default_rng(2)
    rows = [
        row._replace(status=Status.JUDGE_ERROR) if rng.random() < 0.03 else row
        for row in subject.rows()
    ]
    faulty = subject_from_rows(rows)
    found = chains.analyse(replace(faulty, control=control(drawn, 6)))
    whole = chains.analyse(replace(subject, control=control(drawn, 6)))
    assert found.steps[-1].one.value == pytest.approx(whole.steps[-1].one.value, abs=0.02)
    assert ["missing"] == [each.code for each in found.steps[-1].one.warnings]
    assert [each.code for each in found.findings] == [each.code for each in whole.findings]
    for lift in (found.lifts[-1].equal_attempts, found.lifts[-1].equal_cost):
        assert "missing" in [each.code for each in lift.warnings]
    _, (caveat,) = independent_attempts(faulty)
    assert "left out, so that chains solved early weigh more" in caveat.message


def test_clusters_are_what_a_lift_is_tested_over() -> None:
    """A lift that is 0 on average and shared by clusters: claimed in 1 of 20 runs, or in many."""
    claims = {"clusters": 0, "problems": 0}
    labels = np.repeat(np.arange(20), 12).tolist()
    for seed in range(200):
        rng = np.random.default_rng(seed)
        helps = np.repeat(rng.normal(0, 0.3, 20), 12).clip(-0.5, 0.5)
        first, second = rng.random((2, 240, 10))
        solved = np.where(first < 0.5, 1, np.where(second < 0.5 + helps[:, None], 2, 0))
        alone = Outcomes.from_counts(10, rng.binomial(10, 0.5, 240))
        for name, clusters in (("clusters", labels), ("problems", None)):
            run = Chains.from_solved_at(solved, 2, clusters=clusters)
            lift = feedback_lift(run, alone, r=1, steps=2).equal_attempts
            claims[name] += not lift.low <= 0 <= lift.high
    assert claims["clusters"] <= 20
    assert claims["problems"] >= 40


def test_clusters_reach_every_number_of_the_analysis() -> None:
    """Success, the steps after the first, lifts, and what the other analyses see."""
    subject, drawn = chained(ChainSetting(60, 4, 3, gain=0.8))
    counts = tuple(replace(each, cluster=f"c{i // 6}") for i, each in enumerate(subject.counts))
    alone = control(drawn, 6)
    plain = chains.analyse(replace(subject, control=alone))
    related = chains.analyse(replace(subject, counts=counts, control=alone))
    for one, two in zip(plain.findings, related.findings, strict=True):
        assert one.effect == pytest.approx(two.effect)
        assert (one.low, one.high) != (two.low, two.high)
    assert "clusters of problems" in related.findings[-1].method
    assert 10 == len(set(independent_attempts(replace(subject, counts=counts))[0].clusters))


def test_other_analyses_take_a_chain_for_one_attempt() -> None:
    """pass@k of pooled steps would mean nothing."""
    subject, drawn = chained(ChainSetting(100, 3, 3))
    outcomes, caveats = independent_attempts(subject)
    assert [3] * 100 == outcomes.n.tolist()
    assert ["chains"] == [caveat.code for caveat in caveats]
    found = profile.analyse(subject)
    assert found.capability[0].low < drawn.pass_at(1, 3) < found.capability[0].high
    for module in (order, sensitivity):
        json.dumps(module.analyse(subject).to_dict(), allow_nan=False)


def test_a_run_without_chains() -> None:
    """One finding that says so."""
    found = chains.analyse(subject_of(Outcomes.from_matrix([[1, 0], [0, 1]])))
    assert ["no information"] == [each.verdict for each in found.findings]
    assert () == found.tables


def test_a_control_at_other_problems_or_with_chains() -> None:
    """Common problems are compared and said; none at all, or chains, are refused."""
    subject, drawn = chained(ChainSetting(20, 3, 2))
    half = Outcomes.from_matrix(
        np.random.default_rng(0).random((10, 4)) < 0.5, problems=[f"p/{i}" for i in range(10)]
    )
    found = chains.analyse(replace(subject, control=subject_of(half)))
    codes = {caveat.code for each in found.findings for caveat in each.caveats}
    assert "intersection" in codes
    assert 10 == found.lifts[0].equal_attempts.problems
    none = subject_of(Outcomes.from_matrix([[1, 0], [0, 1]]))
    with pytest.raises(DataError, match="0 problems in common"):
        chains.analyse(replace(subject, control=none))
    with pytest.raises(DataError, match="control run of independent attempts"):
        chains.analyse(replace(subject, control=subject))
    del drawn
