"""passatk report as a user calls it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema
import pytest

from passatk.attempts.imported import binary
from passatk.cli import build
from passatk.errors import DataError, MissingExtra, PassatkError
from passatk.records import Attempt, Status, Verdict
from passatk.report.document.plain import schema
from passatk.store import open_store


def run(store: Path, *arguments: str) -> int:
    return build()(
        ["report", *arguments, "--store", str(store)],
        result_action="return_int_as_exit_code_else_zero",
    )


def test_every_format_at_once(store: Path, tmp_path: Path) -> None:
    """The suffix says what is written."""
    names = ("r.html", "r.md", "r.tex", "r.json")
    outputs = [word for name in names for word in ("-o", str(tmp_path / name))]
    assert 0 == run(store, "new", "old", *outputs)
    starts = {name: (tmp_path / name).read_text()[:15] for name in names}
    assert starts["r.html"].startswith("<!doctype html>")
    assert starts["r.md"].startswith("### new against")
    assert starts["r.tex"].startswith("% passatk")
    assert "passatk-report/1" == json.loads((tmp_path / "r.json").read_text())["schema"]


def test_json_on_standard_output(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One document and nothing else."""
    assert 0 == run(store, "new", "-k", "1,5", "--json")
    (found,) = json.loads(capsys.readouterr().out)["runs"]
    assert ["pass@1", "pass@5"] == [each["metric"] for each in found["estimates"]]


def test_figures_in_a_folder(store: Path, tmp_path: Path) -> None:
    """One file each, in the format asked for."""
    assert 0 == run(store, "new", "--figures", str(tmp_path / "figures"), "--format", "svg")
    names = {path.name for path in (tmp_path / "figures").iterdir()}
    assert {"curves.svg", "heat-map.svg", "review.svg"} <= names


def test_chains_are_analysed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those that pass early have fewer steps, which needs no stopping rule to explain it."""
    passes = [(0, 0), (0, 1), (1, 2), (2, 1)]  # problem and chain that passes at its first step
    with open_store(tmp_path / "passatk.db") as opened:
        opened.import_run(
            "chains",
            {"plan": {"chains": 3, "steps": 2}},
            None,
            [
                (
                    Attempt(f"p/{i}", 2 * chain + step, "x", "x", chain=chain, step=step),
                    Verdict(Status.PASSED if first else Status.WRONG_ANSWER),
                )
                for i in range(6)
                for chain in range(3)
                for first in [(i, chain) in passes]
                for step in range(1 if first else 2)
            ],
        )
    assert 0 == run(tmp_path / "passatk.db", "chains", "--only", "chains", "--json")
    (found,) = json.loads(capsys.readouterr().out)["runs"]
    assert ["chains"] == [name for each in found["sections"] for name in each["results"]]
    assert "pass(1 chain, 2 steps)" in [each["metric"] for each in found["estimates"]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "needs a run"),
        (["new"], "nowhere to go"),
        (["new", "-o", "report.docx"], "not written as .docx"),
        (["new", "new", "-o", "report.html"], "each run once"),
    ],
)
def test_bad_usage(store: Path, arguments: list[str], words: str) -> None:
    """Refused before anything is written, with the next step."""
    with pytest.raises(PassatkError, match=words):
        run(store, *arguments)


def test_no_such_run(store: Path) -> None:
    """The names that there are."""
    with pytest.raises(DataError, match="no such run"):
        run(store, "newer", "-o", "report.html")


def test_a_folder_that_is_not_there(store: Path, tmp_path: Path) -> None:
    """Said in words."""
    with pytest.raises(PassatkError, match="cannot be written here"):
        run(store, "new", "-o", str(tmp_path / "no" / "report.md"))


def test_a_missing_extra(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names what to install, and the exit code is its own."""
    for name in list(sys.modules):
        if name.startswith(("passatk.report.figures", "passatk.report.document")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(MissingExtra, match=r"passatk\[report\]") as caught:
        run(store, "new", "-o", str(tmp_path / "report.html"))
    assert 4 == caught.value.exit_code


ODD = {
    "one attempt at one problem": [[True]],
    "nothing passed": [[False] * 4] * 5,
    "everything passed": [[True] * 4] * 5,
    "one attempt each": [[True], [False], [True]],
    "unequal numbers of attempts": [[True, False], [False] * 3, [True]],
}


@pytest.mark.parametrize("name", ODD)
def test_odd_runs(tmp_path: Path, name: str) -> None:
    """Every format is written; figures that cannot be drawn say why."""
    results = [
        (Attempt(f"P/{i}", j, "pass", "pass"), binary(passed))
        for i, row in enumerate(ODD[name])
        for j, passed in enumerate(row)
    ]
    with open_store(tmp_path / "passatk.db") as opened:
        for run_name in ("a", "b"):
            opened.import_run(run_name, {"settings": {}, "source": {}}, None, results)
    outputs = [word for end in ("html", "md", "tex", "json") for word in ("-o", f"r.{end}")]
    outputs = [str(tmp_path / word) if word.startswith("r.") else word for word in outputs]
    assert 0 == run(tmp_path / "passatk.db", "a", *outputs)
    assert 0 == run(tmp_path / "passatk.db", "a", "b", *outputs)
    jsonschema.validate(json.loads((tmp_path / "r.json").read_text()), schema())
