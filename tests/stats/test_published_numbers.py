"""Public results, re-computed."""

import csv
import gzip
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from passatk.stats import Outcomes, estimate, pass_at_k, pass_at_k_curve

DATA = Path(__file__).parents[3] / "shared" / "data"


def path_to(name: str) -> Path:
    if not (path := DATA / name).exists():
        pytest.skip(f"shared data not found: {name}")
    return path


@pytest.fixture(scope="module")
def codegen() -> Outcomes:
    """CodeGen-Mono-16B on the even HumanEval problems, 100 attempts each, in the file's order."""
    columns = defaultdict(list)
    with gzip.open(path_to("humaneval/codegen16b_even_results.jsonl.gz"), "rt") as lines:
        for line in lines:
            record = json.loads(line)
            columns["task_id"].append(record["task_id"])
            columns["passed"].append(record["passed"])
    return Outcomes.from_frame(columns, attempt=None)


def product_formula(n: int, c: int, k: int) -> float:
    """1 - prod_{i=n-c+1}^{n} (1 - k/i), the form printed with the HumanEval paper."""
    return 1.0 if n - c < k else 1.0 - float(np.prod(1.0 - k / np.arange(n - c + 1, n + 1)))


def test_codegen_equals_the_published_tool(codegen: Outcomes) -> None:
    """pass@1, 10, 100 as the HumanEval evaluator prints them for these results."""
    assert (len(codegen), int(codegen.n.sum())) == (82, 8200)
    printed = {1: 0.23451219512195123, 10: 0.5423615796646107, 100: 0.7926829268292683}
    for result in estimate(codegen):
        assert printed[result.k] == pytest.approx(result.value, rel=1e-13)
        assert result.low < result.value < result.high


def test_codegen_curve_equals_the_product_formula(codegen: Outcomes) -> None:
    """All hundred k against an independent implementation."""
    expected = [
        np.mean([product_formula(100, int(c), k) for c in codegen.c]) for k in range(1, 101)
    ]
    np.testing.assert_allclose(pass_at_k_curve(codegen), expected, rtol=1e-12)


def test_codegen_first_attempts_in_the_order_of_the_file(codegen: Outcomes) -> None:
    """Order survives the way in: the first attempt of each problem, straight from the file."""
    first: dict[str, bool] = {}
    with gzip.open(path_to("humaneval/codegen16b_even_results.jsonl.gz"), "rt") as lines:
        for line in lines:
            record = json.loads(line)
            first.setdefault(record["task_id"], record["passed"])
    assert list(first.values()) == [bool(row[0]) for row in codegen.rows()]


def test_airline_trials() -> None:
    """Share of rewards is pass^1 = .420 as published; any of four trials is pass@4."""
    with path_to("trials/gpt-4o-airline.csv").open() as file:
        rows = list(csv.DictReader(file))
    outcomes = Outcomes.from_records(
        (row["task_id"], int(row["attempt"]), float(row["reward"])) for row in rows
    )
    one, four = estimate(outcomes, k=(1, 4))
    assert (one.problems, one.attempts) == (50, 200)
    assert one.value == pytest.approx(0.420, rel=1e-12)
    assert np.mean([row.any() for row in outcomes.rows()]) == pytest.approx(four.value, rel=1e-12)


def test_airline_trials_that_all_pass() -> None:
    """pass^1 to pass^4 as the authors of the trials publish them."""
    with path_to("trials/gpt-4o-airline.csv").open() as file:
        rows = [
            (row["task_id"], int(row["attempt"]), float(row["reward"]))
            for row in csv.DictReader(file)
        ]
    outcomes = Outcomes.from_records(rows, passing=1.0)
    found = estimate(outcomes, k=(1, 2, 3, 4), metric="pass^k")
    assert [0.420, 0.273, 0.220, 0.200] == [round(each.value, 3) for each in found]
    best = estimate(outcomes, k=4, metric="max@k")[0]
    assert best.value == pytest.approx(estimate(outcomes, k=4)[0].value, rel=1e-12)


def test_three_models_at_one_attempt() -> None:
    """With one attempt a problem, pass@1 is the share of problems solved."""
    solved: dict[str, list[int]] = defaultdict(list)
    with path_to("trials/humaneval_three_models.csv").open() as file:
        for row in csv.DictReader(file):
            solved[row["model"]].append(int(row["passed"]))
    assert len(solved) == 3
    for results in solved.values():
        (one,) = estimate(Outcomes.from_matrix(np.array(results)[:, None]), k=1)
        assert sum(results) / len(results) == pytest.approx(one.value, rel=1e-14)


def test_coder_eval_rule_would_count_unsolved_problems() -> None:
    """Where n < k, "n - c < k gives 1" counts a problem with no pass; no policy here does."""
    assert product_formula(9, 0, 10) == 1.0
    assert pass_at_k(9, 0, 10, policy="fail") == 0.0
