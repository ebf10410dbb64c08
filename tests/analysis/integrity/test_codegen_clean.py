"""CodeGen-Mono-16B on the even HumanEval problems, sampled in parallel: nothing may be claimed."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from pathlib import Path

import pytest

from passatk.benchmarks import load

DATA = Path(__file__).parents[4] / "shared/data/humaneval"


@pytest.fixture(scope="module")
def report(attempts_at, report_on):
    names = ("HumanEval_no_examples", "codegen16b_even_samples", "codegen16b_even_results")
    paths = [DATA / f"{name}.jsonl.gz" for name in names]
    for path in paths:
        if not path.exists():
            pytest.skip(f"shared data not found: {path.name}")
    benchmark = load(paths[0])
    tried = defaultdict(list)
    with gzip.open(paths[1], "rt") as samples, gzip.open(paths[2], "rt") as results:
        for sample, result in zip(map(json.loads, samples), map(json.loads, results), strict=True):
            name = sample["task_id"]
            program = benchmark.problems[name].prompt + sample["completion"]
            tried[name].append((program, result["passed"]))
    return report_on(
        [attempts_at(name, each, benchmark.problems[name]) for name, each in tried.items()]
    )


def test_nothing_is_claimed(report) -> None:
    """No detector of four that could say something; the others say why they cannot."""
    verdicts = {finding.code: finding.verdict for finding in report.findings}
    assert "found" not in verdicts.values()
    assert 4 == list(verdicts.values()).count("not found")
    assert {"integrity.concentration", "integrity.visible-only", "integrity.cutoff"} == {
        code for code, verdict in verdicts.items() if verdict == "no information"
    }
    assert report.breaks == ()


def test_short_references_are_written_again_without_having_been_seen(report) -> None:
    """One right attempt in nine is a reference up to names; half of these have three lines."""
    (near,) = (each for each in report.findings if each.code == "integrity.near-reference")
    assert near.effect == pytest.approx(0.114, abs=0.001)
    assert "at most 3 lines" in near.sentence


def test_what_was_looked_at(report) -> None:
    """All attempts, those that do not parse included."""
    seen = report.programs
    assert (82, 8200, 0) == (seen.problems, seen.attempts, seen.missing)
    assert 0 < seen.unparsed < 500
    assert 5000 < seen.distinct["program"] < seen.distinct["verbatim"] < 6000
