"""CodeGen-Mono-16B on the even HumanEval problems: 100 attempts each, in generation order."""

import gzip
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from passatk.stats import Outcomes
from passatk.stats.extrapolation import extrapolate
from passatk.stats.order import order_tests, slope

RESULTS = Path(__file__).parents[4] / "shared/data/humaneval/codegen16b_even_results.jsonl.gz"


@pytest.fixture(scope="module")
def codegen() -> Outcomes:
    """Half of the problems that the figures for all 164 in the literature are about."""
    if not RESULTS.exists():
        pytest.skip(f"shared data not found: {RESULTS.name}")
    columns = defaultdict(list)
    with gzip.open(RESULTS, "rt") as lines:
        for line in lines:
            record = json.loads(line)
            columns["task_id"].append(record["task_id"])
            columns["passed"].append(record["passed"])
    return Outcomes.from_frame(columns, attempt=None)


def test_independent_samples_show_no_order(codegen: Outcomes) -> None:
    """No claim after Holm, though the prefix curve strays by more than two standard errors."""
    report = order_tests(codegen, permutations=1999)
    assert report.conclusion == "no order effect found"
    assert (report.problems, report.informative) == (82, 65)
    prefix = report.tests[1]
    assert abs(prefix.z) == pytest.approx(2.174, abs=0.001)
    assert prefix.p == pytest.approx(0.47, abs=0.05)
    assert report.prefix.best_first.value == pytest.approx(-0.0150, abs=1e-4)
    assert min(test.p_adjusted for test in report.tests) > 0.5


def test_slope_is_zero_within_a_narrow_interval(codegen: Outcomes) -> None:
    """Not only not significant: slopes beyond .003 logit per attempt are excluded."""
    found = slope(codegen)
    assert found.low < 0 < found.high
    assert found.high - found.low < 0.006


def test_an_order_planted_into_it_is_found(codegen: Outcomes) -> None:
    """The same results with every problem's first pass moved to the front."""
    rows = [np.array(row) for row in codegen.rows()]
    for row in rows:
        if row.any():
            first = int(row.argmax())
            row[[0, first]] = row[[first, 0]]
    report = order_tests(Outcomes.from_matrix(np.array(rows)), permutations=499)
    assert report.conclusion == "order effect"
    assert report.prefix.best_first.low > 0.3


def test_extrapolation_from_a_fifth(codegen: Outcomes) -> None:
    """From 20 random attempts of 100 the members predict pass@100 = .793 to within .06."""
    found = extrapolate(codegen, 200, resamples=20)
    for member in found.members:
        assert member.backtest.observed == pytest.approx(0.79268, abs=1e-5)
        assert member.backtest.predicted == pytest.approx(0.793, abs=0.06)
        assert member.lack_of_fit is None or member.lack_of_fit > 0.01
    (estimate,) = found.estimates
    assert 0.793 < estimate.value < 0.87
