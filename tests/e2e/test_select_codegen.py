"""CodeT on real attempts and the tests that the same model wrote, from files to the finding."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from passatk.analysis.selection import conclude, examine
from passatk.analysis.selection.ranking import AGREEMENT
from passatk.analysis.subject import read_subject
from passatk.store import open_store

from .command import Passatk

DATA = Path(__file__).parents[3] / "shared/data/humaneval"
PROBLEMS = [f"HumanEval/{number}" for number in (0, 2, 4, 8, 12, 14, 16, 18, 22, 24)]
ATTEMPTS = 15  # of each; benchmarks/codet_selection.py looks at all


def test_agreement_beats_random_order(passatk: Passatk) -> None:
    """On the first problems and attempts; nothing of them is passed over."""
    if not DATA.exists():
        pytest.skip(f"shared data not found: {DATA.name}")
    seen: Counter[str] = Counter()
    with (
        gzip.open(DATA / "codegen16b_even_samples.jsonl.gz", "rt") as lines,
        open(passatk.folder / "samples.jsonl", "w") as samples,
    ):
        for line in lines:
            name = json.loads(line)["task_id"]
            seen[name] += 1
            if name in PROBLEMS and seen[name] <= ATTEMPTS:
                samples.write(line)
    problems = DATA / "HumanEval_no_examples.jsonl.gz"
    tests = DATA / "codegen16b_even_generated_tests.jsonl.gz"
    passatk.run("evaluate", "samples.jsonl", "--problems", problems, "--partial")
    passatk.run("select", "samples", "--problems", problems, "--tests", tests, "-o", "out.jsonl")
    with open_store(passatk.folder / "passatk.db", read_only=True) as store:
        subject = read_subject(store, "samples")
        found = conclude([examine(each) for each in subject.programs()], subject)
    value = found.rankers[AGREEMENT][1]
    assert ATTEMPTS == found.k
    assert {"generated tests": len(PROBLEMS)} == found.sources
    assert value.gain.low > 0.0
    assert value.random.value < value.ranker.value <= value.oracle.value
