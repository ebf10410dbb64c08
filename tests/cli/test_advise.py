"""passatk advise, from a store to advice; and ordered outcomes from rows of a store."""

import json
from pathlib import Path

import numpy as np
import pytest

from passatk.cli import build
from passatk.errors import DataError
from passatk.outcomes import from_counts, from_rows
from passatk.records import Status
from passatk.report.advice import advise
from passatk.stats.decisions import Reviewing
from passatk.store import Outcome, open_store


def store_results(tmp_path: Path, table: np.ndarray, name: str = "run") -> Path:
    """A store with one run imported through the command line, as a user would."""
    results = tmp_path / "results.jsonl"
    with results.open("w") as file:
        for problem, row in enumerate(table):
            for passed in row:
                record = {"task_id": f"p{problem}", "completion": "", "passed": bool(passed)}
                file.write(json.dumps(record) + "\n")
    store = tmp_path / "store.db"
    command(["import", str(results), "--name", name, "--store", str(store)])
    return store


def command(arguments: list[str]) -> int:
    return build()(arguments, result_action="return_int_as_exit_code_else_zero")


def test_advice_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One document with the best k, the assumptions and the order tests."""
    table = np.random.default_rng(1).random((40, 20)) < np.linspace(0, 0.9, 40)[:, None]
    store = store_results(tmp_path, table)
    capsys.readouterr()
    code = command(
        ["advise", "run", "--store", str(store), "--json", "--false-accept", "0.1", "--loss", "3"]
    )
    document = json.loads(capsys.readouterr().out)
    assert code == 0
    assert document["best"]["assumptions"]["false_accept"] == 0.1
    assert document["best"]["assumptions"]["loss"] == 3.0
    assert 0 <= document["best"]["low"] <= document["best"]["k"] <= document["best"]["high"]
    assert document["order_advice"] == "explore"
    assert [test["name"] for test in document["order"]["tests"]] == [
        "trend", "prefix", "lag-1", "change point",
    ]  # fmt: skip


def test_advice_as_text_names_every_assumption(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with its value and the option that changes it."""
    table = np.random.default_rng(2).random((30, 10)) < 0.3
    store = store_results(tmp_path, table)
    capsys.readouterr()
    command(["advise", "run", "--store", str(store)])
    text = capsys.readouterr().out
    for name in Reviewing.__slots__:
        assert "--" + name.replace("_", "-") in text
    for words in ("best k", "cost per solved", "give up after", "explore"):
        assert words in text


def test_a_best_first_model_is_shown_first(tmp_path: Path) -> None:
    """First attempts that pass far more often."""
    table = np.random.default_rng(3).random((60, 8)) < 0.2
    table[:, 0] = np.random.default_rng(4).random(60) < 0.9
    with open_store(store_results(tmp_path, table), read_only=True) as store:
        found = advise(store, store.run("run"), Reviewing())
    assert found.order_advice == "show first"
    assert found.order.prefix.best_first.low > 0.3


def test_nothing_about_order_is_an_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Problems always or never solved."""
    store = store_results(tmp_path, np.repeat([[True], [False]], 5, axis=1))
    capsys.readouterr()
    command(["advise", "run", "--store", str(store)])
    text = capsys.readouterr().out
    assert "unknown" in text
    assert "no information" in text


def rows(statuses: dict[str, list[Status | None]]) -> list[Outcome]:
    return [
        Outcome(problem, number, status, None, None, None)
        for problem, each in statuses.items()
        for number, status in enumerate(each)
    ]


def test_rows_keep_order_and_leave_out_what_is_missing() -> None:
    """A judge error and a pending attempt are missing, not failed."""
    right, wrong = Status.PASSED, Status.WRONG_ANSWER
    found = from_rows(
        rows(
            {
                "a": [wrong, Status.JUDGE_ERROR, right, right],
                "b": [right, None, wrong, wrong],
                "c": [None, None, None, None],
            }
        )
    )
    assert [row.tolist() for row in found.outcomes.rows()] == [[0, 1, 1], [1, 0, 0]]
    assert (found.judge_errors, found.pending, found.left_out) == (1, 5, ("c",))
    assert found.outcomes.stopping == "independent"


def test_rows_and_counts_agree(tmp_path: Path) -> None:
    """The two ways from a store to outcomes."""
    table = np.random.default_rng(5).random((10, 6)) < 0.4
    with open_store(store_results(tmp_path, table), read_only=True) as store:
        run = store.run("run")
        one = from_rows(store.outcomes(run)).outcomes
        two = from_counts(store.counts(run)).outcomes
    assert one.problems == two.problems
    assert (one.n.tolist(), one.c.tolist()) == (two.n.tolist(), two.c.tolist())
    assert [row.tolist() for row in one.rows()] == table.tolist()


def test_rows_without_a_result() -> None:
    """The same error as from counts."""
    with pytest.raises(DataError, match="no attempt of this run has a result"):
        from_rows(rows({"a": [None]}))


def test_steps_of_chains_are_counted() -> None:
    """So that a command can refuse to treat them as independent."""
    chained = [Outcome("a", i, Status.PASSED, None, 0, i) for i in range(3)]
    assert from_rows(chained).chained == 3
