"""Whether it matters when an attempt was made."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passatk import simulate
from passatk.analysis import order
from passatk.analysis.drawn import subject_from_rows, subject_of
from passatk.records import Status
from passatk.stats import Outcomes, StopAtSuccess
from passatk.store import Outcome

RESULTS = Path(__file__).parents[3] / "shared/data/humaneval/codegen16b_even_results.jsonl.gz"


def drawn(drift: float = 0.0, seed: int = 0, problems: int = 100, attempts: int = 20) -> Outcomes:
    setting = simulate.Setting(problems, attempts, drift=drift)
    return simulate.draw(setting, np.random.default_rng(seed)).outcomes


def graded(problem: int, number: int, score: float) -> Outcome:
    return Outcome(f"p/{problem}", number, Status.WRONG_ANSWER, score, None, None)


def test_a_decline_is_found_and_the_prefix_curve_is_quoted() -> None:
    """With the sign of the planted slope, an interval that holds it, and what to quote."""
    found = order.analyse(subject_of(drawn(-0.1)))
    assert ("declines", True, "first-k") == (found.quality, found.best_first, found.quote)
    by_code = {each.code: each for each in found.findings}
    trend = by_code["order.trend"]
    assert "found" == trend.verdict
    assert trend.low < -0.1 < trend.high
    assert trend.smallest_detectable < 0.1
    assert "Quote what the first k attempts solve" in by_code["order.assumption"].sentence
    assert "first-10" in by_code["order.assumption"].sentence


def test_an_improvement_is_found_with_the_other_sign() -> None:
    """And the first attempt is not called the best."""
    found = order.analyse(subject_of(drawn(0.1)))
    assert ("improves", False) == (found.quality, found.best_first)


def test_the_first_k_are_an_unbiased_number_where_pass_at_k_is_not() -> None:
    """Under drift the interval of first-k holds what the first k attempts truly solve."""
    setting = simulate.Setting(400, 20, drift=-0.2)
    run = simulate.draw(setting, np.random.default_rng(5))
    found = order.analyse(subject_of(run.outcomes))
    truth = simulate.prefix_pass(run.chances)
    for first, other in zip(found.in_order, found.any_order, strict=True):
        assert first.low < truth[first.k - 1] < first.high
        if first.k == 1:
            assert not other.low < truth[0] < other.high


def test_false_claims_are_rare() -> None:
    """Exchangeable runs: the family claims an effect in at most about 1 of 20."""
    claims = [
        order.analyse(subject_of(drawn(seed=seed, problems=30, attempts=8)), seed=seed).quote
        for seed in range(100)
    ]
    assert claims.count("first-k") <= 11


def test_best_first_alone() -> None:
    """Each problem's first pass moved to the front: no trend is needed to see it."""
    rows = [np.array(row) for row in drawn(seed=3).rows()]
    for row in rows:
        if row.any():
            first = int(row.argmax())
            row[[0, first]] = row[[first, 0]]
    found = order.analyse(subject_of(Outcomes.from_matrix(np.array(rows))))
    assert found.best_first
    prefix = next(each for each in found.findings if each.code == "order.prefix")
    assert prefix.verdict == "found"
    assert prefix.sentence.startswith("The first attempt solves")


def test_bursts_are_dependence() -> None:
    """Attempts that come in runs of the same result."""
    rng = np.random.default_rng(4)
    rows = np.repeat(rng.random((80, 8)) < 0.5, 4, axis=1)
    found = order.analyse(subject_of(Outcomes.from_matrix(rows)))
    by_code = {each.code: each for each in found.findings}
    assert "found" == by_code["order.dependence"].verdict
    assert "alike" in by_code["order.dependence"].sentence


def test_scores_are_a_test_of_their_own() -> None:
    """A trend in shares of tests passed, where no attempt passes them all."""
    rng = np.random.default_rng(6)
    rows = [
        graded(i, j, min(0.9, rng.random() * (0.3 + 0.05 * j)))
        for i in range(40)
        for j in range(10)
    ]
    found = order.analyse(subject_from_rows(rows))
    verdicts = {each.code: each.verdict for each in found.findings}
    assert "found" == verdicts["order.score-trend"]
    assert "no information" == verdicts["order.trend"]
    assert "improves" == found.quality


def test_no_information_is_not_no_effect() -> None:
    """Problems always or never solved, and single attempts."""
    for rows in ([[1, 1], [0, 0]], [[1], [0]]):
        found = order.analyse(subject_of(Outcomes.from_matrix(rows)))
        assert "unknown" == found.quality
        assert {"no information", "description"} >= {each.verdict for each in found.findings}


def test_attempts_that_ended_with_a_pass() -> None:
    """Their order says nothing of the model; the Kaplan-Meier curve is there."""
    rows = [[0, 1, np.nan], [0, 0, 0], [1, np.nan, np.nan]]
    outcomes = Outcomes.from_matrix(rows, stopping=StopAtSuccess(1, 3))
    found = order.analyse(subject_of(outcomes))
    assert ["no information"] == [each.verdict for each in found.findings]
    assert found.hazard.exchangeable is None
    json.dumps(found.to_dict(), allow_nan=False)


@settings(max_examples=20)
@given(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=1, max_size=8))
def test_any_results_give_plain_data(rows: list[list[bool]]) -> None:
    """Every finding has what it needs to be judged."""
    found = order.analyse(subject_of(Outcomes.from_matrix(rows)))
    json.dumps(found.to_dict(), allow_nan=False)
    for each in found.findings:
        if each.verdict in ("found", "not found"):
            assert each.p_adjusted is not None
            assert each.correction.startswith("Holm over ")


def test_nothing_is_claimed_on_codegen() -> None:
    """CodeGen-16B was sampled in parallel: no order effect, by any of the tests."""
    if not RESULTS.exists():
        pytest.skip(f"shared data not found: {RESULTS.name}")
    with gzip.open(RESULTS, "rt") as lines:
        rows = [json.loads(line) for line in lines]
    columns = {name: [row[name] for row in rows] for name in ("task_id", "passed")}
    found = order.analyse(subject_of(Outcomes.from_frame(columns, attempt=None)))
    assert ("no trend found", False, "pass@k") == (found.quality, found.best_first, found.quote)
    assert "found" not in {each.verdict for each in found.findings}
    assert min(test.p_adjusted for test in found.tests) > 0.3
