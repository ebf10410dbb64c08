"""passatk runs, export and import: results leave the store and come back."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import io
import json
from pathlib import Path

import pytest

from .command import Passatk

DATA = Path(__file__).parents[2].parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the public data are not there")


def test_list_and_delete(evaluated: Passatk) -> None:
    """A run is listed with its sizes until it is deleted, which has to be confirmed."""
    (listed,) = evaluated.json("runs")
    assert ("samples", 2, 6, 6) == tuple(
        listed[key] for key in ("run", "problems", "attempts", "judged")
    )
    assert "samples" in evaluated.run("runs").stdout
    evaluated.run("runs", "delete", "samples", code=2)
    assert ["samples"] == evaluated.runs()
    evaluated.run("runs", "delete", "samples", "--yes")
    assert [] == evaluated.runs()


def test_export_as_human_eval(evaluated: Passatk) -> None:
    """Each line of the samples comes back with the result and passed of openai/human-eval."""
    evaluated.run("export", "samples", "-o", "out.jsonl")
    given = (evaluated.folder / "samples.jsonl").read_text().splitlines()
    written = (evaluated.folder / "out.jsonl").read_text().splitlines()
    assert len(given) == len(written)
    for before, after in zip(map(json.loads, given), map(json.loads, written), strict=True):
        result, passed = after.pop("result"), after.pop("passed")
        assert before == after
        assert passed is (before["note"] in (0, 2, 5))
        assert ("passed" if passed else "failed: ") == result[: None if passed else 8]


def test_export_as_tables(evaluated: Passatk) -> None:
    """CSV and JSON Lines have one row an attempt and the same results; - is standard output."""
    table = evaluated.run("export", "samples", "--format", "csv", "-o", "-").stdout
    evaluated.run("export", "samples", "--format", "jsonl", "-o", "out.jsonl.gz")
    rows = list(csv.DictReader(io.StringIO(table)))
    with gzip.open(evaluated.folder / "out.jsonl.gz", "rt") as lines:
        records = list(map(json.loads, lines))
    expected = ["passed", "wrong_answer", "passed", "wrong_answer", "wrong_answer", "passed"]
    assert expected == [row["status"] for row in rows]
    assert expected == [record["status"] for record in records]


def test_export_as_parquet(evaluated: Passatk) -> None:
    """Without pyarrow the message names the extra, and no file is left behind."""
    if importlib.util.find_spec("pyarrow") is None:
        arguments = ("export", "samples", "--format", "parquet", "-o", "out.parquet")
        assert "passatk[parquet]" in evaluated.run(*arguments, code=4).stderr
        assert [] == list(evaluated.folder.glob("*out.parquet*"))
    else:
        evaluated.run("export", "samples", "--format", "parquet", "-o", "out.parquet")
        again = evaluated.json("import", "out.parquet", "--name", "again")
        assert {"passed": 3, "wrong_answer": 3} == again["statuses"]


@pytest.mark.parametrize("format", ["human-eval", "csv", "jsonl"])
def test_what_is_exported_can_be_imported(evaluated: Passatk, format: str) -> None:
    """The same pass@k comes out of an exported file."""
    evaluated.run("export", "samples", "--format", format, "-o", "out.txt")
    again = evaluated.json("import", "out.txt", "--name", "again", "-k", "1,3")
    first = evaluated.json("show", "samples", "-k", "1,3")
    assert first["estimates"] == again["estimates"]


def test_a_place_that_cannot_be_written(evaluated: Passatk) -> None:
    """Exporting into a folder that is not there is an error with the file's name."""
    done = evaluated.run("export", "samples", "-o", "no/where.jsonl", code=2)
    assert "no/where.jsonl" in done.stderr


def test_import_of_a_table(passatk: Passatk) -> None:
    """Trials with rewards of 0 and 1, as agent benchmarks write them."""
    (passatk.folder / "trials.csv").write_text(
        "task_id,attempt,reward\nfirst,0,1.0\nfirst,1,0.0\nsecond,0,1.0\nsecond,1,1.0\n"
    )
    found = passatk.json("import", "trials.csv", "-k", "1,2")
    assert "trials" == found["run"]
    assert [0.75, 1.0] == [pytest.approx(each["value"]) for each in found["estimates"]]
    assert "imported" == passatk.json("show", "trials", "first#0")["verdict"]["trust"]


def test_a_run_is_not_imported_twice(passatk: Passatk) -> None:
    """The name is taken, unless --replace."""
    (passatk.folder / "trials.csv").write_text("task_id,attempt,passed\na,0,true\na,1,false\n")
    passatk.run("import", "trials.csv")
    assert "trials" in passatk.run("import", "trials.csv", code=2).stderr
    passatk.run("import", "trials.csv", "--replace")


@needs_data
def test_import_of_agent_trials(passatk: Passatk) -> None:
    """50 tasks with 4 trials each; the mean reward is pass@1."""
    path = DATA / "trials" / "gpt-4o-airline.csv"
    with path.open() as lines:
        rewards = [float(row["reward"]) for row in csv.DictReader(lines)]
    found = passatk.json("import", path, "-k", "1,4")
    assert (50, 200) == (found["problems"], found["attempts"])
    assert pytest.approx(sum(rewards) / len(rewards)) == found["estimates"][0]["value"]


@needs_data
def test_import_of_human_eval_results(passatk: Passatk) -> None:
    """8,200 results judged by openai/human-eval; 1,923 passed."""
    path = DATA / "humaneval" / "codegen16b_even_results.jsonl.gz"
    found = passatk.json("import", path, "--name", "codegen")
    assert 1923 == found["statuses"]["passed"]
    assert pytest.approx(1923 / 8200) == found["estimates"][0]["value"]
    assert ["pass@1", "pass@10", "pass@100"] == [each["metric"] for each in found["estimates"]]


@needs_data
def test_one_model_of_several(passatk: Passatk) -> None:
    """A table with several models asks for a choice."""
    path = DATA / "trials" / "humaneval_three_models.csv"
    assert "gpt-3.5-turbo" in passatk.run("import", path, code=2).stderr
    assert [] == passatk.runs()
    assert 164 == passatk.json("import", path, "--select", "gpt-4")["attempts"]
