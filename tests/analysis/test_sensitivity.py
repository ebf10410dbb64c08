"""How the numbers of a run move."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passatk import simulate
from passatk.analysis import sensitivity
from passatk.analysis.drawn import subject_from_rows, subject_of
from passatk.analysis.finding import Finding
from passatk.analysis.sensitivity.manifests import group_runs
from passatk.analysis.subject import Subject
from passatk.errors import DataError
from passatk.records import Benchmark, CallCase, CallTests, Problem, Status
from passatk.stats import Outcomes, StopAtSuccess, pass_at_k
from passatk.store import Measured, Outcome

LIMITS = {"time_limit": 4.0}


def by_code(found: sensitivity.Sensitivity) -> dict[str, Finding]:
    return {each.code: each for each in found.findings}


def drawn(seed: int = 0, problems: int = 60, attempts: int = 20) -> Outcomes:
    return simulate.draw(simulate.Setting(problems, attempts), np.random.default_rng(seed)).outcomes


def timed(seconds: np.ndarray, passed: np.ndarray, **manifest: Any) -> Subject:
    """A run whose attempts took so long."""
    rows, measured = [], []
    for i, j in np.ndindex(*passed.shape):
        status = Status.PASSED if passed[i, j] else Status.WRONG_ANSWER
        rows.append(Outcome(f"p/{i}", j, status, None, None, None))
        measured.append(Measured(f"p/{i}", j, status, "", float(seconds[i, j])))
    return subject_from_rows(rows, measured=measured, manifest=manifest)


def test_fewer_attempts_move_the_number_by_chance_alone() -> None:
    """The mean stays, the range narrows, the standard error is that of so many attempts."""
    outcomes = drawn()
    found = sensitivity.analyse(subject_of(outcomes))
    rows = [row for row in found.attempts if row.k == 1]
    assert [2, 5, 10, 15] == [row.attempts for row in rows]
    full = float((outcomes.c / outcomes.n).mean())
    widths = [row.high - row.low for row in rows]
    assert sorted(widths, reverse=True) == widths
    for row in rows:
        assert row.mean == pytest.approx(full, abs=0.005)
        assert row.low < full < row.high
    errors = [row.standard_error for row in rows]
    assert sorted(errors, reverse=True) == errors


@given(st.lists(st.integers(0, 8), min_size=2, max_size=20))
@settings(max_examples=25)
def test_leaving_a_problem_out_is_what_it_says(c: list[int]) -> None:
    """Against pass@k computed anew without the problem."""
    found = sensitivity.problems.influence(Outcomes.from_counts(8, c), (1, 4))
    for each in found:
        h = pass_at_k(8, np.array(c), each.k)
        for i, change in enumerate(each.changes.values()):
            assert change == pytest.approx(np.delete(h, i).mean() - h.mean(), abs=1e-12)


def test_a_category_that_carries_the_number() -> None:
    """Is found, with the change that leaving it out makes; labels at random are not."""
    rng = np.random.default_rng(1)
    p = np.where(np.arange(80) < 20, 0.9, 0.3)
    outcomes = Outcomes.from_counts(10, rng.binomial(10, p))
    strata = {
        name: ("easy" if i < 20 else f"other {i % 3}", None, None)
        for i, name in enumerate(outcomes.problems)
    }
    found = sensitivity.analyse(subject_of(outcomes, strata=strata))
    finding = by_code(found)["sensitivity.category@1"]
    assert "found" == finding.verdict
    assert "easy" in finding.sentence
    assert finding.effect == pytest.approx(
        (outcomes.c[20:] / 10).mean() - (outcomes.c / 10).mean(), abs=1e-12
    )
    labels = {name: (str(rng.integers(4)), None, None) for name in outcomes.problems}
    plain = sensitivity.analyse(subject_of(outcomes, strata=labels))
    assert "not found" == by_code(plain)["sensitivity.category@1"].verdict


def test_small_categories_near_the_ceiling_are_no_discoveries() -> None:
    """Six problems that happen to be alike: claims in at most about 1 of 20 runs (Holm)."""
    claims = 0
    for seed in range(60):
        outcomes = drawn(seed, problems=48, attempts=20)
        strata = {name: (str(i // 6), None, None) for i, name in enumerate(outcomes.problems)}
        rng = np.random.default_rng(seed)
        rows = sensitivity.problems.categories_left_out(
            subject_of(outcomes, strata=strata), outcomes, (1, 10), 0.95, rng
        )
        claims += min(row.p_adjusted for row in rows) <= 0.05
    assert claims <= 7


def test_shorter_limits_fail_what_took_longer() -> None:
    """Exactly the passes beyond the shorter limit; a limit that none reaches changes nothing."""
    rng = np.random.default_rng(2)
    passed = rng.random((40, 6)) < 0.6
    seconds = np.where(np.arange(40)[:, None] % 2, 1.5, 0.1) * np.ones((40, 6))
    found = sensitivity.analyse(timed(seconds, passed, settings={"limits": LIMITS}))
    rows = {(row.way.partition(" ")[0], row.k): row for row in found.limits.rows}
    assert 0.0 == rows["1/2", 1].change.value
    fast = np.where(seconds > 1.0, False, passed)
    expected = fast.mean() - passed.mean()
    assert rows["1/4", 1].change.value == pytest.approx(expected, abs=1e-12)
    finding = by_code(found)["sensitivity.time-limit@1"]
    assert "found" == finding.verdict
    assert finding.sentence.startswith("With 1/4 of the time limit")


def test_limits_follow_what_the_run_recorded() -> None:
    """A calibrated limit differs between problems; without one the slowest pass stands in."""
    passed = np.ones((4, 2), dtype=bool)
    seconds = np.full((4, 2), 0.3)
    policy = {"factor": 10.0, "floor": 0.1}
    calibration = {f"p/{i}": {"cpu_seconds": (0.05, 0.1)[i % 2]} for i in range(4)}
    run = timed(seconds, passed, settings={"limits": policy}, calibration=calibration)
    rows = {row.way: row for row in sensitivity.analyse(run).limits.rows if row.k == 1}
    assert -0.5 == rows["1/2 of the time limit"].change.value
    unknown = sensitivity.analyse(timed(seconds, passed)).limits
    assert "the slowest pass (0.3 s)" == unknown.reference


def test_no_times_no_limits() -> None:
    """Said, not guessed."""
    found = sensitivity.analyse(subject_of(drawn()))
    assert found.limits is None
    assert "no information" == by_code(found)["sensitivity.time-limit"].verdict


def test_visible_tests_alone() -> None:
    """Programs that pass the visible test and fail the hidden one are what they let through."""
    rng = np.random.default_rng(3)
    cases = (CallCase((1,), 1, visible=True), CallCase((2,), 2))
    problems = {f"p/{i}": Problem(f"p/{i}", "", CallTests(cases)) for i in range(40)}
    letters = rng.choice(["pp", "pw", "ww"], size=(40, 6), p=[0.5, 0.2, 0.3])
    rows, measured = [], []
    for i, j in np.ndindex(40, 6):
        status = Status.PASSED if letters[i, j] == "pp" else Status.WRONG_ANSWER
        rows.append(Outcome(f"p/{i}", j, status, None, None, None))
        measured.append(Measured(f"p/{i}", j, status, str(letters[i, j]), None))
    run = subject_from_rows(rows, measured=measured)
    run = replace(run, benchmark=Benchmark("b", problems, "h"))
    found = sensitivity.analyse(run)
    row = found.tests.rows[0]
    assert row.change.value == pytest.approx((letters == "pw").mean(), abs=1e-12)
    assert found.tests.false_accept.value == pytest.approx(
        (letters == "pw").sum() / (letters != "ww").sum(), abs=1e-12
    )
    assert found.tests.false_accept.low < 2 / 7 < found.tests.false_accept.high
    assert "found" == by_code(found)["sensitivity.tests@1"].verdict


def test_runs_of_the_same_settings() -> None:
    """Two are too few; six with a planted spread find it, and its interval holds it."""
    setting = simulate.Setting(300, 10, difficulty=simulate.Beta(2, 2))
    runs = simulate.draw_runs(setting, 6, np.random.default_rng(4), run_sd=0.6)
    first, *others = (
        subject_of(each.outcomes, name=f"r{i}", manifest={"source": {"model": "m", "seed": i}})
        for i, each in enumerate(runs)
    )
    two = by_code(sensitivity.analyse(replace(first, others=tuple(others[:1]))))
    assert "no information" == two["sensitivity.runs"].verdict
    assert "not estimable from 2 runs" in two["sensitivity.runs"].sentence
    found = by_code(sensitivity.analyse(replace(first, others=tuple(others))))
    finding = found["sensitivity.runs@1"]
    truth = float(np.std([each.chances.mean() for each in runs], ddof=1))
    assert "found" == finding.verdict
    assert finding.low < truth < finding.high
    assert () == finding.caveats


def test_runs_that_do_not_differ() -> None:
    """Claimed to differ in at most about 1 of 20 (Holm over k)."""
    claims = 0
    for seed in range(40):
        runs = simulate.draw_runs(simulate.Setting(40, 5), 3, np.random.default_rng(seed))
        first, *others = (subject_of(each.outcomes) for each in runs)
        found = by_code(sensitivity.analyse(replace(first, others=tuple(others))))
        claims += any(f.verdict == "found" for c, f in found.items() if "runs@" in c)
        assert found["sensitivity.runs@1"].caveats[0].code == "settings-unknown"
    assert claims <= 6


def test_a_setting_that_changes_the_sign_with_k() -> None:
    """Sharp against broad: behind at 1, ahead at many, and the crossing is shown."""
    sharp = Outcomes.from_counts(20, [20] * 160 + [0] * 240)
    broad = Outcomes.from_counts(20, [7] * 300 + [0] * 100)
    cold, warm = (
        subject_of(each, name=name, manifest={"source": {"sampling": {"temperature": t}}})
        for each, name, t in ((sharp, "cold", 0.2), (broad, "warm", 0.8))
    )
    found = by_code(sensitivity.analyse(replace(cold, others=(warm,))))
    one, ten = (found[f"sensitivity.setting.temperature=0.8@{k}"] for k in (1, 10))
    assert ("found", "found") == (one.verdict, ten.verdict)
    assert one.effect < 0 < ten.effect
    assert "temperature 0.8 instead of 0.2 (run warm)" in one.sentence
    crossing = found["sensitivity.crossing.temperature=0.8"]
    assert "found" == crossing.verdict
    assert 1 < crossing.effect <= 10
    assert "runs-not-estimable" in [caveat.code for caveat in one.caveats]


def test_what_differs_between_manifests() -> None:
    """Seeds and files are a run's own; nested settings are told by their last name."""
    outcomes = drawn(problems=3, attempts=2)

    def run(name: str, **source: Any) -> Subject:
        return subject_of(outcomes, name=name, manifest={"source": source})

    base = run("a", model="m", seed=1, samples="a.jsonl")
    others = (
        run("b", model="m", seed=2, samples="b.jsonl"),
        run("c", model="n", seed=1),
        run("d", model="n", seed=3),
        run("e", model="n", top={"p": 0.9}),
    )
    groups = group_runs(replace(base, others=others))
    assert [("a", "b"), ("c", "d"), ("e",)] == [group.runs for group in groups]
    assert ["", "model=n", "model=n,p=0.9"] == [group.short for group in groups]
    assert "model n instead of m, p 0.9 instead of (none)" == groups[2].name


def test_runs_at_other_problems() -> None:
    """Refused: there is nothing to pair."""
    other = subject_of(drawn(problems=3), manifest={"settings": {"x": 1}})
    with pytest.raises(DataError, match="do not have the same problems"):
        sensitivity.analyse(replace(subject_of(drawn(problems=4)), others=(other,)))


def test_attempts_that_ended_with_a_pass() -> None:
    """Fewer attempts and other limits would have been other attempts."""
    outcomes = Outcomes.from_counts([3, 5, 5], [1, 0, 1], stopping=StopAtSuccess(1, 5))
    found = by_code(sensitivity.analyse(subject_of(outcomes)))
    assert "no information" == found["sensitivity.attempts"].verdict
    assert "no information" == found["sensitivity.judging"].verdict


@settings(max_examples=15)
@given(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=1, max_size=6))
def test_any_results_give_plain_data(rows: list[list[bool]]) -> None:
    """With times, at any counts."""
    passed = np.array(rows)
    seconds = np.linspace(0.0, 1.0, passed.size).reshape(passed.shape)
    found = sensitivity.analyse(timed(seconds, passed, settings={"limits": LIMITS}))
    json.dumps(found.to_dict(), allow_nan=False)
    assert all(len(row) == len(table.columns) for table in found.tables for row in table.rows)
