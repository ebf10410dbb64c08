"""passatk compare, gate and plan on a small store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from passatk.attempts.imported import binary
from passatk.cli import build
from passatk.errors import DataError, PassatkError
from passatk.records import Attempt
from passatk.store import open_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs old, same (as good), worse and better at 60 problems, and other at other problems."""
    rng = np.random.default_rng(0)
    p = rng.uniform(0.3, 0.7, 60)
    runs = {"old": p, "same": p, "worse": p - 0.2, "better": p + 0.25, "other": p[:20]}
    path = tmp_path_factory.mktemp("store") / "passatk.db"
    with open_store(path) as opened:
        for name, chances in runs.items():
            results = [
                (Attempt(f"P/{i}", j, "pass", "pass"), binary(bool(rng.random() < chance)))
                for i, chance in enumerate(chances)
                for j in range(12)
            ]
            opened.import_run(name, {"settings": {}, "source": {}}, None, results)
    return path


def run(store: Path, *arguments: str) -> int:
    return build()(
        [*arguments, "--store", str(store)], result_action="return_int_as_exit_code_else_zero"
    )


def document(capsys: pytest.CaptureFixture[str], store: Path, *arguments: str) -> Any:
    run(store, *arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_compare_two_runs(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One result line for each k, with the verdict."""
    assert run(store, "compare", "better", "old", "--margin", "0.02") == 0
    out = capsys.readouterr().out
    assert "better against old" in out
    lines = [line for line in out.splitlines() if "change" in line]
    assert [line.split()[0] for line in lines] == ["pass@1", "pass@10"]
    assert "pp [+" in lines[0]
    assert lines[0].endswith("p<0.001: improved")


def test_compare_as_json(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same as the library gives."""
    found = document(capsys, store, "compare", "worse", "old", "-k", "1,5")
    assert (found["run"], found["baseline"]) == ("worse", "old")
    assert [each["metric"] for each in found["comparisons"]] == ["pass@1", "pass@5"]
    assert found["comparisons"][0]["conclusion"] == "regressed"


def test_compare_several_runs_ranks_them(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every pair, and places that hold together."""
    found = document(capsys, store, "compare", "old", "same", "worse", "better", "-k", "1")
    (ranking,) = found["rankings"]
    assert len(ranking["pairs"]) == 6
    places = {each["run"]: (each["best"], each["worst"]) for each in ranking["runs"]}
    assert places == {"better": (1, 1), "old": (2, 3), "same": (2, 3), "worse": (4, 4)}
    run(store, "compare", "old", "same", "worse", "-k", "1")
    assert "1-2" in capsys.readouterr().out


def test_other_problems(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused, unless the common ones are asked for."""
    with pytest.raises(DataError, match="do not have the same problems"):
        run(store, "compare", "old", "other")
    found = document(capsys, store, "compare", "old", "other", "-k", "1", "--intersection")
    assert found["comparisons"][0]["change"]["problems"] == 20


def test_a_run_is_not_compared_with_itself(store: Path) -> None:
    """Nothing could come of it."""
    with pytest.raises(PassatkError, match="cannot be compared with itself"):
        run(store, "compare", "old", "old")


@pytest.mark.parametrize(
    ("name", "margin", "code", "says"),
    [
        ("better", "0.02", 0, "PASS better against old: pass@1"),
        ("same", "0.1", 0, "a loss of 10.0 pp is ruled out at 95%"),
        ("same", "0.001", 1, "too little data to rule out a loss of 0.1 pp"),
        ("worse", "0.02", 1, "a loss is shown at 95% and 2.0 pp not ruled out"),
    ],
)
def test_gate(
    store: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    margin: str,
    code: int,
    says: str,
) -> None:
    """Exit code 0 or 1, and one line that says why."""
    assert code == run(store, "gate", name, "--baseline", "old", "--margin", margin)
    out = capsys.readouterr().out
    assert says in out
    assert len(out.splitlines()) == 1


def test_gate_holds_for_every_k(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line a k; JSON has the decision and each comparison."""
    arguments = ("gate", "better", "--baseline", "old", "--margin", "0.05", "-k", "1,5")
    assert run(store, *arguments) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    found = document(capsys, store, *arguments)
    assert (found["passed"], len(found["comparisons"])) == (True, 2)


def test_plan_from_a_run(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """More attempts ask for fewer problems; the assumption is printed."""
    found = document(capsys, store, "plan", "old", "--margin", "0.05", "--attempts", "1,10,100")
    needed = [row["needed"] for row in found["rows"]]
    assert needed == sorted(needed, reverse=True)
    assert any("correlate 0.8" in note for note in found["notes"])
    run(store, "plan", "old", "--against", "better", "--budget", "2000", "--cost-problem", "3")
    out = capsys.readouterr().out
    assert "best use of the budget" in out
    assert "correlate" not in out


def test_plan_from_variances(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """(0.01 + 0.1 / 10) (2.8016 / 0.02)^2 = 392.4 problems; a gate needs fewer."""
    given = ("plan", "--between", "0.01", "--within", "0.1", "--attempts", "10")
    two, one = (document(capsys, store, *given, *more)["rows"][0] for more in ((), ("--gate",)))
    assert (two["needed"], one["needed"]) == (393, 310)


def test_plan_needs_something_to_go_by(store: Path) -> None:
    """A run or variances, and not both."""
    with pytest.raises(PassatkError, match="plan needs a run"):
        run(store, "plan")
    with pytest.raises(PassatkError, match="without a run"):
        run(store, "plan", "old", "--between", "0.1")
