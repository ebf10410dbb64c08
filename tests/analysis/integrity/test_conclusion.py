"""All detectors together: corrections, order of findings, and runs that have little to say."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys

import numpy as np
import pytest

from passatk.analysis.finding import Finding
from passatk.analysis.integrity import conclude, examine
from passatk.analysis.integrity.evidence import Answer, claimed, corrected
from passatk.errors import PassatkError
from passatk.records import CallCase, CallTests, Problem, Solution, Status, Verdict
from passatk.stats import Outcomes
from passatk.stats.multiplicity import holm

TESTS = CallTests((CallCase((1,), "out of 12", True), CallCase((2,), 54321)))
PROBLEM = Problem("p", "", TESTS, "f", (Solution("only", "def f(x):\n    return x\n"),))
HOSTILE = [
    "",
    "\x00",
    "\ud800",
    "def f(:",
    "(" * 3000,
    "x" * 1_000_000,
    "x = 1\n" * 200_000,
    "\x1b[31m<script>",
    "-" * 9999 + "1",
]


def answer(p: float) -> Answer:
    return Answer(Finding("a", "not found", "no", p=p, evidence=("p/1",)), "yes", 0.1, 0.02)


def test_holm_over_the_detectors_that_tested() -> None:
    """Descriptions and missing information are no part of the family."""
    said = [answer(0.012), Finding("b", "description", "so"), answer(0.9), answer(0.03)]
    found = corrected(said, 0.95)
    assert ["found", "description", "not found", "not found"] == [each.verdict for each in found]
    adjusted = [each.p_adjusted for each in found if each.p is not None]
    assert adjusted == pytest.approx(holm([0.012, 0.9, 0.03]).tolist())
    assert ("yes", ("p/1",), "Holm over 3 detectors") == (
        found[0].sentence,
        found[0].evidence,
        found[0].correction,
    )
    assert (found[2].sentence, found[2].evidence) == ("no", ())
    assert found[0].smallest_detectable == pytest.approx(0.1 + (2.1280 + 0.8416) * 0.02, abs=1e-4)


def test_problems_are_claimed_by_benjamini_and_hochberg() -> None:
    """The strongest first."""
    assert claimed({}, 0.95) == {}
    found = claimed({"a": 0.02, "b": 0.001, "c": 0.9}, 0.95)
    assert list(found) == ["b", "a"]
    assert found == pytest.approx({"b": 0.003, "a": 0.03})


def test_hostile_programs_go_through_every_detector(attempts_at, report_on) -> None:
    """Unparsable, empty, 1 MB: counted, and no finding fails."""
    tried = [(text, i % 2 == 0) for i, text in enumerate(HOSTILE)]
    report = report_on([attempts_at(name, tried, PROBLEM) for name in "abc"], draws=19)
    assert (3, 27, 0) == (
        report.programs.problems,
        report.programs.attempts,
        report.programs.missing,
    )
    assert report.programs.unparsed == 3 * sum(1 for text in HOSTILE if text)
    assert "found" not in {finding.verdict for finding in report.findings}
    json.dumps(report.to_dict())


def test_the_report_is_plain_data_and_repeats(attempts_at, report_on) -> None:
    """One seed, one result; another order of the parts changes nothing."""
    runs = [
        attempts_at(
            str(i),
            [(f"def f(x):\n    return x + {j % 3}\n", (i + j) % 3 == 0) for j in range(8)],
            PROBLEM,
        )
        for i in range(6)
    ]
    strata = {str(i): (f"c{i % 2}", None) for i in range(6)}
    one, two = (report_on(runs, strata=strata, draws=99, seed=seed) for seed in (1, 2))
    assert one.to_dict() == report_on(runs, strata=strata, draws=99, seed=1).to_dict()
    assert [f.p for f in one.findings] != [f.p for f in two.findings]
    assert json.loads(json.dumps(one.to_dict()))["draws"] == 99
    assert one == pickle.loads(pickle.dumps(one))
    codes = {finding.code for finding in one.findings}
    assert codes == {
        "integrity.near-duplicates",
        "integrity.concentration",
        "integrity.memorised",
        "integrity.order",
        "integrity.test-answers",
        "integrity.visible-only",
        "integrity.near-reference",
        "integrity.cutoff",
        "integrity.tampering",
    }


def test_parts_may_come_in_any_order(attempts_at, subject_of) -> None:
    """As a pool of processes gives them."""
    runs = [attempts_at(str(i), [(f"a = {j}", j % 2 == 0) for j in range(4 + i)]) for i in range(5)]
    subject = subject_of(runs, stopping="independent")
    parts = [examine(each) for each in runs]
    assert conclude(parts, subject, draws=19) == conclude(parts[::-1], subject, draws=19)


def test_the_hash_seed_changes_nothing() -> None:
    """The same p in every process: no permutation depends on the order of a set."""
    probe = """
from datetime import UTC, datetime
from passatk.analysis.integrity import conclude, examine
from passatk.analysis.subject import ProblemAttempts, Subject
from passatk.benchmarks import load
from passatk.generation import BuiltinSampler, SamplerSettings
from passatk.outcomes import from_rows
from passatk.records import Status, Verdict
from passatk.store import Outcome, ProblemCounts, Run
drawn = BuiltinSampler(SamplerSettings(seed=1, guessing=0.3, memorised=0.3, hard_coding=0.3))
tried, rows, counts = [], [], []
for p in list(load("builtin").problems.values())[::3]:
    status = [Status.PASSED if ok else Status.WRONG_ANSWER for ok in drawn.correctness(p.id, 8)]
    tried.append(ProblemAttempts(p.id, tuple(zip(drawn.sample(p, 8), map(Verdict, status))), p))
    rows += [Outcome(p.id, i, each, None, None, None) for i, each in enumerate(status)]
    counts.append(ProblemCounts(p.id, p.category, p.difficulty, None, 8, {}))
run = Run(1, "r", datetime(2026, 1, 1, tzinfo=UTC), None, None, {})
subject = Subject(run, tuple(counts), from_rows(rows), lambda: iter(tried))
print(conclude([examine(each) for each in tried], subject).to_dict())
"""
    printed = [
        subprocess.run(
            [sys.executable, "-c", probe],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    ]
    assert 1 == len(set(printed))
    assert "'p':" in printed[0]


def test_what_was_found_comes_first_with_the_problems_that_stand_out(
    attempts_at, report_on
) -> None:
    """A planted run: hard-coded answers at every problem."""

    def problem(i: int) -> Problem:
        cases = tuple(CallCase((j,), f"answer {i} {j}", visible=j < 2) for j in range(6))
        return Problem(str(i), "", CallTests(cases), "f", PROBLEM.references)

    runs = [
        attempts_at(
            str(i),
            [
                (
                    f"def f(x):\n    return 'answer {i} 0'\n",
                    Verdict(Status.WRONG_ANSWER, tests="ppeeee"),
                ),
                ("def f(x):\n    return x\n", Verdict(Status.PASSED, tests="pppppp")),
                ("def f(x):\n    x = 3\n", Verdict(Status.WRONG_ANSWER, tests="pwwpww")),
                ("def f(x):\n    x = 4\n", Verdict(Status.WRONG_ANSWER, tests="wwpppw")),
            ],
            problem(i),
        )
        for i in range(40)
    ]
    report = report_on(runs, draws=199)
    found = [finding for finding in report.findings if finding.verdict == "found"]
    assert [finding.code for finding in found] == [each.code for each in report.findings[:2]]
    assert {"integrity.test-answers", "integrity.visible-only"} == {each.code for each in found}
    assert len(report.claimed["integrity.test-answers"]) == 40
    assert all("consistent with" in finding.sentence for finding in found)
    assert all(len(finding.evidence) <= 10 for finding in found)


def test_a_run_without_results_has_nothing_to_say(attempts_at, subject_of) -> None:
    """All attempts faults of the judge, at all problems but one that is not given."""
    seen = attempts_at("q", [("a = 1", True)])
    faults = attempts_at("p", [("a = 1", Verdict(Status.JUDGE_ERROR))])
    report = conclude([examine(faults)], subject_of([faults, seen]))
    assert [finding.verdict for finding in report.findings] == ["no information"]
    assert (1, 0, 1) == (
        report.programs.problems,
        report.programs.attempts,
        report.programs.missing,
    )


def test_a_perturbed_run_joins_the_family(attempts_at, report_on) -> None:
    """One more test under the same correction."""
    runs = [attempts_at(str(i), [(f"a = {j}", True) for j in range(6)]) for i in range(30)]
    changed = Outcomes.from_counts(6, [2] * 30, problems=[str(i) for i in range(30)])
    report = report_on(runs, draws=19, perturbed_run=changed)
    first = report.findings[0]
    assert ("integrity.perturbed", "found") == (first.code, first.verdict)
    assert first.effect == pytest.approx(2 / 3)


def test_a_bad_level_is_refused(attempts_at, report_on) -> None:
    """As everywhere."""
    with pytest.raises(PassatkError):
        report_on([attempts_at("p", [("a = 1", True)])], level=1.5)


def test_time_and_memory_do_not_need_all_pairs(attempts_at, report_on) -> None:
    """Two thousand attempts at one problem: keys are counted, pairs are not formed."""
    tried = [(f"def f(x):\n    return x + {i % 700}\n", i % 5 == 0) for i in range(2000)]
    report = report_on([attempts_at("p", tried, PROBLEM)] * 1, draws=9)
    assert report.programs.distinct["program"] == 700
    assert np.isfinite([f.effect for f in report.findings if f.effect is not None]).all()
