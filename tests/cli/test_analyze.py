"""passatk analyze on a small store: options, the page, the document, errors."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from passatk import benchmarks
from passatk.analysis.finding import Finding
from passatk.attempts.imported import binary
from passatk.cli import build
from passatk.errors import DataError, PassatkError
from passatk.records import Attempt, Benchmark
from passatk.report.analysis import numbers_of
from passatk.store import open_store

FIELDS = {"code", "verdict", "sentence", "effect", "low", "high", "p_adjusted", "correction"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs one, two, three (alike), falling (declines), chains, and own (of the built-in set)."""
    rng = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("store") / "passatk.db"
    p = rng.uniform(0.2, 0.8, 40)
    about = {"settings": {}, "source": {"model": "m"}}
    with open_store(path) as opened:
        for name in ("one", "two", "three"):
            opened.import_run(name, about, None, attempts(rng.random((40, 12)) < p[:, None]))
        slope = np.linspace(1.6, 0.0, 12)
        table = rng.random((40, 12)) < p[:, None] * slope
        opened.import_run("falling", about, None, attempts(table))
        steps = [
            (Attempt(f"P/{i}", 2 * c + s, "x", "x", chain=c, step=s), binary(rng.random() < 0.4))
            for i in range(40)
            for c in range(3)
            for s in range(2)
        ]
        opened.import_run("chains", about, None, steps)
        own = benchmarks.load("builtin")
        results = [
            (Attempt(name, j, "x", "x"), binary(bool(rng.random() < 0.5)))
            for name in own.problems
            for j in range(4)
        ]
        opened.import_run("own", about, own, results)
        older = Benchmark(own.name, own.problems, "another hash")
        opened.import_run("older", about, older, results)
    return path


def attempts(table: np.ndarray) -> list[tuple[Attempt, Any]]:
    return [
        (Attempt(f"P/{i}", j, "x", "x"), binary(bool(passed)))
        for i, row in enumerate(table)
        for j, passed in enumerate(row)
    ]


def run(store: Path, *arguments: str) -> int:
    return build()(
        ["analyze", *arguments, "--store", str(store), "--workers", "1"],
        result_action="return_int_as_exit_code_else_zero",
    )


def document(capsys: pytest.CaptureFixture[str], store: Path, *arguments: str) -> Any:
    run(store, *arguments, "--json")
    return json.loads(capsys.readouterr().out)


ONLY = ("--only", "profile,order,chains,sensitivity")


def test_one_document_with_a_version(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Results by name in reading order; every finding has all its fields."""
    found = document(capsys, store, "one", *ONLY)
    assert (1, "one", 40, 480, 0.95) == tuple(
        found[key] for key in ("version", "run", "problems", "attempts", "level")
    )
    assert ["profile", "order", "chains", "sensitivity"] == list(found["analyses"])
    for result in found["analyses"].values():
        assert result["findings"]
        assert all(FIELDS <= finding.keys() for finding in result["findings"])


def test_the_page_says_question_findings_and_figures(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A heading each, a mark and a sentence for each finding, p after its correction."""
    assert 0 == run(store, "falling", "--only", "order,profile")
    page = capsys.readouterr().out
    assert page.index("profile  What does the run achieve") < page.index("order  Does it matter")
    assert "! The order of attempts matters" in page
    assert "(Holm over 5 tests of order)" in " ".join(page.split())
    assert "would have seen" in page
    assert "the first k attempts against any k" in page


def test_level_and_seed_reach_every_analysis(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the same seed gives the same document."""
    arguments = ("one", *ONLY, "--level", "0.8", "--seed", "7")
    first, second = (document(capsys, store, *arguments) for _ in range(2))
    assert first == second
    levels = {f["level"] for r in first["analyses"].values() for f in r["findings"]}
    assert {0.8} == levels


def test_runs_beside_the_run(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--with takes several; three runs of the same settings tell how runs differ."""
    found = document(capsys, store, "one", "--only", "sensitivity", "--with", "two", "three")
    codes = [finding["code"] for finding in found["analyses"]["sensitivity"]["findings"]]
    assert "sensitivity.runs@1" in codes


def test_a_control_run_for_chains(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--control names it, and the page says what chains are held against."""
    found = document(capsys, store, "chains", "--only", "chains", "--control", "one")
    assert "run one" == found["analyses"]["chains"]["control"]
    run(store, "chains", "--only", "chains", "--control", "one")
    assert "chains minus independent attempts (run one)" in capsys.readouterr().out


def test_the_builtin_benchmark_is_found_by_itself(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Categories and difficulties are in the profile; another version of it is left out."""
    found = document(capsys, store, "own", "--only", "profile,sensitivity")
    kinds = [part["kind"] for part in found["analyses"]["profile"]["parts"]]
    assert ["category", "difficulty"] == kinds
    run(store, "older", "--only", "order")
    assert "another version of builtin" in capsys.readouterr().err


def test_problems_that_the_run_was_not_judged_on(store: Path) -> None:
    """Another hash, or other names: an error that says which."""
    with pytest.raises(DataError, match="expected: builtin with the hash another hash"):
        run(store, "older", "--problems", "builtin")
    with pytest.raises(DataError, match="no problem 'P/0'"):
        run(store, "one", "--problems", "builtin")


def test_mistakes(store: Path) -> None:
    """An unknown analysis, a run against itself, a run that is not there."""
    with pytest.raises(PassatkError, match="there is no analysis 'odrer'"):
        run(store, "one", "--only", "odrer")
    with pytest.raises(PassatkError, match="against itself"):
        run(store, "one", "--control", "one")
    with pytest.raises(DataError, match="no such run"):
        run(store, "nobody")


def test_numbers_of_a_finding() -> None:
    """Effect with interval and unit, p after its correction, what would have been seen."""
    finding = Finding(
        "a.b",
        "not found",
        "Nothing.",
        effect=0.012,
        unit="of problems",
        low=-0.01,
        high=0.034,
        p=0.1,
        p_adjusted=0.3,
        correction="Holm over 3 tests",
        smallest_detectable=0.05,
    )
    expected = "0.012 [-0.01, 0.034] of problems; p=0.300 (Holm over 3 tests); would have seen 0.05"
    assert expected == numbers_of(finding)
    assert "" == numbers_of(Finding("a.b", "no information", "Nothing."))


def test_a_training_cutoff_on_imported_contest_results(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From LiveCodeBench's results with their dates to the finding, older problems all known."""
    rng = np.random.default_rng(7)
    records = [
        {
            "question_id": f"q{i}",
            "question_title": "t",
            "contest_date": str(date(2023, 1, 1) + timedelta(days=7.7 * i)) + "T00:00:00",
            "difficulty": ("easy", "hard")[i % 2],
            "code_list": [f"print({j})" for j in range(5)],
            "graded_list": [bool(i < 48 or rng.random() < 0.4) for _ in range(5)],
        }
        for i in range(96)
    ]
    results, path = tmp_path / "results.json", tmp_path / "passatk.db"
    results.write_text(json.dumps(records))
    line = ["import", str(results), "--name", "lcb", "--store", str(path)]
    build()(line, result_action="return_int_as_exit_code_else_zero")
    capsys.readouterr()
    only = ("lcb", "--only", "integrity")
    found = {
        each["code"]: each
        for each in document(capsys, path, *only, "--cutoff", "2023-12-31")["analyses"][
            "integrity"
        ]["findings"]
    }
    assert "found" == found["integrity.cutoff"]["verdict"]
    assert "seen in training" in found["integrity.cutoff"]["sentence"]
    assert (
        "on the 48 problems dated up to 2023-12-31"
        in (found["integrity.cutoff-difference"]["sentence"])
    )
    without = document(capsys, path, *only)["analyses"]["integrity"]["findings"]
    (asked,) = [each for each in without if each["code"] == "integrity.cutoff"]
    assert "96 problems have dates; --cutoff DATE" in asked["sentence"]


def test_the_page_begins_with_what_was_found(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """pass@k, then findings, then where nothing was found or can be told; only for several."""
    run(store, "falling", *ONLY)
    page = capsys.readouterr().out
    short, _, rest = page.partition("profile  What")
    assert "in short" in short
    assert "pass@1 " in short
    assert "! order: The order of attempts matters" in short
    assert "? chains: The run has no chains" in short
    assert "chains  What do" not in rest
    run(store, "one", *ONLY)
    assert "- tested, and nothing found: order" in capsys.readouterr().out
    run(store, "one", "--only", "chains")
    alone = capsys.readouterr().out
    assert "in short" not in alone
    assert "? The run has no chains" in alone
