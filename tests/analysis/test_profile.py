"""The profile of a run."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passatk import simulate
from passatk.analysis import profile
from passatk.analysis.drawn import subject_of
from passatk.errors import DataError
from passatk.stats import Outcomes, StopAtSuccess, estimate

RESULTS = Path(__file__).parents[3] / "shared/data/humaneval/codegen16b_even_results.jsonl.gz"


def drawn(problems: int = 60, attempts: int = 20, **more: object) -> Outcomes:
    setting = simulate.Setting(problems, attempts, **more)
    return simulate.draw(setting, np.random.default_rng(0)).outcomes


def test_the_numbers_are_those_of_the_estimators() -> None:
    """pass@k for both targets, pass^k, and the whole curve."""
    outcomes = drawn()
    found = profile.analyse(subject_of(outcomes))
    assert [str(e) for e in estimate(outcomes, (1, 10))] == [str(e) for e in found.capability]
    fixed = estimate(outcomes, (1, 10), target="fixed")
    assert [str(each) for each in fixed] == [str(each) for each in found.again]
    powers = estimate(outcomes, (1, 10), metric="pass^k")
    assert [each.value for each in powers] == [each.value for each in found.reliability]
    curve = found.to_dict()["curve"]
    assert list(range(1, 21)) == curve["k"]
    assert curve["superpopulation"]["low"][9] == pytest.approx(found.capability[1].low)
    assert sorted(curve["value"]) == pytest.approx(curve["value"])


def test_shares_of_problems_add_up() -> None:
    """Never, sometimes, always."""
    found = profile.analyse(subject_of(Outcomes.from_counts(4, [0, 0, 1, 3, 4])))
    assert [0.4, 0.4, 0.2] == pytest.approx([each.value for each in found.solved])


def test_parts_with_a_planted_difference() -> None:
    """Two categories apart are told apart, difficulty labels at random are not (Holm over both)."""
    rng = np.random.default_rng(3)
    hard = np.arange(60) % 2 == 0
    outcomes = Outcomes.from_counts(20, rng.binomial(20, np.where(hard, 0.2, 0.7)))
    strata = {
        name: ("hard" if hard[i] else "easy", str(rng.integers(3)), None)
        for i, name in enumerate(outcomes.problems)
    }
    found = profile.analyse(subject_of(outcomes, strata=strata))
    verdicts = {each.code: each.verdict for each in found.findings}
    assert "found" == verdicts["profile.category"]
    assert "not found" == verdicts["profile.difficulty"]
    category = found.parts[0]
    assert ["hard", "easy"] == [part.label for part in category.parts]
    assert category.test.low < 0.25 < category.test.high


def test_a_category_of_one_problem_has_no_interval() -> None:
    """It is listed all the same, and so are problems without a label."""
    outcomes = Outcomes.from_counts(4, [0, 1, 2, 3, 4])
    labels = ["a", "a", "b", None, None]
    strata = dict(zip(outcomes.problems, ((each, None, None) for each in labels), strict=True))
    (parts,) = profile.analyse(subject_of(outcomes, strata=strata)).parts
    assert ["a", "b", "without a category"] == [part.label for part in parts.parts]
    assert [False, True, False] == [part.estimates[0].low is None for part in parts.parts]
    assert "a single problem has no interval" in parts.table.note


def test_clusters_widen_the_interval() -> None:
    """Problems of a family tell less than independent ones."""
    setting = simulate.Setting(60, 10, cluster_size=5, cluster_share=1.0)
    outcomes = simulate.draw(setting, np.random.default_rng(1)).outcomes
    strata = {
        name: (None, None, cluster)
        for name, cluster in zip(outcomes.problems, outcomes.clusters, strict=True)
    }
    alone = Outcomes.from_counts(outcomes.n, outcomes.c, problems=outcomes.problems)
    found = profile.analyse(subject_of(alone, strata=strata))
    clustered, plain = found.parts[0].clustered[0], found.capability[0]
    assert clustered.value == pytest.approx(plain.value)
    assert clustered.high - clustered.low > plain.high - plain.low
    assert "clustered" in [caveat.code for caveat in found.parts[0].finding.caveats]


def test_one_attempt_one_problem_and_stopped_attempts() -> None:
    """What cannot be told is said, and the rest is there."""
    single = profile.analyse(subject_of(Outcomes.from_counts(1, [0, 1, 1])))
    assert single.gap is None
    assert [1] == [each.k for each in single.capability]
    lonely = profile.analyse(subject_of(Outcomes.from_counts(10, [3])))
    assert lonely.capability[0].low is None
    stopped = Outcomes.from_counts([3, 5, 5], [1, 0, 1], stopping=StopAtSuccess(1, 5))
    found = profile.analyse(subject_of(stopped))
    assert () == found.reliability == found.again
    assert [1, 5] == [each.k for each in found.capability]


def test_numbers_of_attempts_without_a_reason() -> None:
    """Refused with the way out."""
    with pytest.raises(DataError, match="--stopping"):
        profile.analyse(subject_of(Outcomes.from_counts([3, 5], [1, 2])))


@settings(max_examples=25)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=12), st.integers(0, 3))
def test_any_counts_give_a_profile_that_is_plain_data(c: list[int], kinds: int) -> None:
    """Never solved, always solved, any labels: a document of numbers and text."""
    outcomes = Outcomes.from_counts(6, c)
    strata = {
        name: (str(i % kinds) if kinds else None, None, None)
        for i, name in enumerate(outcomes.problems)
    }
    found = profile.analyse(subject_of(outcomes, strata=strata))
    json.dumps(found.to_dict(), allow_nan=False)
    assert all(len(row) == len(table.columns) for table in found.tables for row in table.rows)


def test_codegen() -> None:
    """CodeGen-16B on HumanEval: the ICC is near .5, and problems alike would be near .9 at k=10."""
    if not RESULTS.exists():
        pytest.skip(f"shared data not found: {RESULTS.name}")
    with gzip.open(RESULTS, "rt") as lines:
        rows = [json.loads(line) for line in lines]
    columns = {name: [row[name] for row in rows] for name in ("task_id", "passed")}
    found = profile.analyse(subject_of(Outcomes.from_frame(columns, attempt=None)))
    assert found.gap.icc.value == pytest.approx(0.498, abs=0.05)
    gap = found.gap.gaps[0]
    assert gap.alike.value + found.capability[0].value == pytest.approx(0.918, abs=0.05)
    assert [1, 10, 100] == [each.k for each in found.capability]
