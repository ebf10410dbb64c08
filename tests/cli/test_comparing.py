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
from passatk.records import Attempt, Benchmark, CodeTests, Problem
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


def test_several_k_say_what_holds_for_each_alone(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Conclusions are for all k together; intervals, and rankings, for one."""
    run(store, "compare", "worse", "old", "-k", "1")
    assert "alone" not in capsys.readouterr().out
    run(store, "compare", "worse", "old", "-k", "1,5")
    out = " ".join(capsys.readouterr().out.split())
    assert "adjusted for 2 k; intervals and MDE are of each k alone" in out
    run(store, "compare", "old", "same", "worse", "-k", "1,5")
    out = capsys.readouterr().out
    assert "hold together at 95% for pass@1 alone" in out
    assert "hold together at 95% for pass@5 alone" in out


def test_a_level_is_not_rounded_up_to_certainty(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """99.9 % is not 100 %."""
    run(store, "gate", "same", "--baseline", "old", "--margin", "0.3", "--level", "0.999")
    run(store, "compare", "same", "old", "--level", "0.999")
    out = capsys.readouterr().out
    assert "at 99.9%" in out
    assert "[99.9% intervals" in out
    assert "100%" not in out


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
    """(0.01 + 0.1 / 10) (2.8016 / 0.02)^2 = 392.4 problems; a gate needs fewer, but more
    than 309.2, since it reckons with rare losses.
    """
    given = ("plan", "--between", "0.01", "--within", "0.1", "--attempts", "10")
    two, one = (document(capsys, store, *given, *more)["rows"][0] for more in ((), ("--gate",)))
    assert (two["needed"], one["needed"]) == (393, 346)


def test_plan_needs_something_to_go_by(store: Path) -> None:
    """A run or variances, and not both."""
    with pytest.raises(PassatkError, match="plan needs a run"):
        run(store, "plan")
    with pytest.raises(PassatkError, match="without a run"):
        run(store, "plan", "old", "--between", "0.1")


@pytest.fixture
def ended(tmp_path: Path) -> Path:
    """Results of two models, each attempt the last if it passed, ten at most; as CSV."""
    rng = np.random.default_rng(1)
    for name, shift in (("first", 0.45), ("second", 0.0)):
        lines = ["task_id,attempt,passed"]
        for i, p in enumerate(np.random.default_rng(0).uniform(0.05, 0.5, 60)):
            for j in range(10):
                passed = rng.random() < p + shift
                lines.append(f"P/{i},{j},{str(passed).lower()}")
                if passed:
                    break
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return tmp_path


def test_what_ended_the_attempts_is_remembered(
    ended: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Said once at import; show, compare and gate then go by it."""
    store = ended / "passatk.db"
    for name in ("first", "second"):
        run(store, "import", str(ended / f"{name}.csv"), "--stopping", "1/10")
    with open_store(store, read_only=True) as opened:
        assert opened.run("first").manifest["stopping"] == "1/10"
    capsys.readouterr()
    shown = document(capsys, store, "show", "first")
    assert [each["metric"] for each in shown["estimates"]] == ["pass@1", "pass@10"]
    assert shown["fixed"] == []
    compared = document(capsys, store, "compare", "first", "second", "-k", "1,3")
    assert [each["conclusion"] for each in compared["comparisons"]] == ["improved"] * 2
    assert any("ended with pass 1 or at 10" in note for note in compared["notes"])
    assert run(store, "gate", "first", "--baseline", "second", "--margin", "0.05") == 0


def test_a_rule_that_cannot_be_is_not_remembered(
    ended: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Refused with the problem's name; the results stay, and the right rule can follow."""
    store = ended / "passatk.db"
    with pytest.raises(DataError, match="was not stopped by"):
        run(store, "import", str(ended / "second.csv"), "--stopping", "1/20")
    with open_store(store, read_only=True) as opened:
        assert "stopping" not in opened.run("second").manifest
    with pytest.raises(PassatkError, match="not a stopping rule"):
        run(store, "import", str(ended / "first.csv"), "--stopping", "first")
    with pytest.raises(DataError, match="no such run"):
        run(store, "show", "first")


def test_runs_that_were_ended_by_different_rules(ended: Path) -> None:
    """Two rules, or a rule and none: refused."""
    store = ended / "passatk.db"
    run(store, "import", str(ended / "first.csv"), "--stopping", "1/10")
    run(store, "import", str(ended / "second.csv"), "--stopping", "independent")
    with pytest.raises(DataError, match="ended by different rules"):
        run(store, "compare", "first", "second", "-k", "1")


def test_clusters_of_a_benchmark_are_compared_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Variance over families in show and compare, and a note; other clusters are left out."""
    rng = np.random.default_rng(3)
    store = tmp_path / "passatk.db"
    with open_store(store) as opened:
        for name, size in (("old", 4), ("new", 4), ("renamed", 5)):
            problems = [
                Problem(f"P/{i}", "", CodeTests(), cluster=f"{name[:1] * (size == 5)}{i // size}")
                for i in range(40)
            ]
            benchmark = Benchmark("families", {each.id: each for each in problems}, "h")
            results = [
                (Attempt(f"P/{i}", j, "pass", "pass"), binary(bool(rng.random() < 0.5)))
                for i in range(40)
                for j in range(5)
            ]
            opened.import_run(name, {"settings": {}, "source": {}}, benchmark, results)
    shown = document(capsys, store, "show", "old", "-k", "1")
    assert any("intervals are for 10 clusters (CR2)" in note for note in shown["notes"])
    compared = document(capsys, store, "compare", "new", "old", "-k", "1")
    codes = [each["code"] for each in compared["comparisons"][0]["change"]["warnings"]]
    assert "few-clusters" in codes
    assert any("new: related problems are taken together" in note for note in compared["notes"])
    other = document(capsys, store, "compare", "old", "renamed", "-k", "1")
    assert any("renamed: its problems are in other clusters" in note for note in other["notes"])
