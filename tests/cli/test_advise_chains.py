"""passatk advise on chains with feedback, and on runs whose attempts are not in random order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from passatk.attempts.imported import binary
from passatk.cli import build
from passatk.errors import DataError, PassatkError
from passatk.records import Attempt, Status, Verdict
from passatk.simulate import ChainSetting, draw_chains
from passatk.store import open_store

ABOUT: dict[str, Any] = {"settings": {}, "source": {"model": "m"}}
PROBLEMS, STEPS = 120, 3


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs chains (steps cost 100, 110, 120 tokens), single (one chain each), faulty, control."""
    drawn = draw_chains(ChainSetting(PROBLEMS, 4, STEPS, gain=1.0), np.random.default_rng(0))
    rng = np.random.default_rng(1)
    path = tmp_path_factory.mktemp("store") / "passatk.db"

    def steps(chains: int, *, faults: float = 0.0) -> list[tuple[Attempt, Verdict]]:
        return [
            (
                Attempt(
                    f"P/{i}",
                    STEPS * chain + step,
                    "x",
                    "x",
                    chain=chain,
                    step=step,
                    extra={"tokens": 100.0 + 10.0 * step},
                ),
                Verdict(Status.JUDGE_ERROR) if rng.random() < faults else binary(step + 1 == at),
            )
            for i, row in enumerate(drawn.solved_at.tolist())
            for chain, at in enumerate(row[:chains])
            for step in range(at or STEPS)
        ]

    alone = [
        (Attempt(f"P/{i}", j, "x", "x", extra={"tokens": 100.0}), binary(bool(rng.random() < p)))
        for i, p in enumerate(drawn.p)
        for j in range(8)
    ]
    with open_store(path) as opened:
        opened.import_run("chains", ABOUT, None, steps(4))
        opened.import_run("single", ABOUT, None, steps(1))
        opened.import_run("faulty", ABOUT, None, steps(4, faults=0.02))
        opened.import_run("control", ABOUT, None, alone)
    return path


def command(store: Path, *arguments: str) -> int:
    line = ["advise", *arguments, "--store", str(store)]
    return build()(line, result_action="return_int_as_exit_code_else_zero")


def document(capsys: pytest.CaptureFixture[str], store: Path, *arguments: str) -> Any:
    command(store, *arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_feedback_that_helps(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Long chains, gone on with after a failure; tokens say what a step costs."""
    found = document(capsys, store, "chains", "--generation-cost", "0.02")
    assert STEPS == found["best"]["best"]["steps"]
    assert found["best"]["low"] > 0
    assert ["go on", "go on"] == [each["advice"] for each in found["next_steps"]]
    assert ("tokens", pytest.approx([1.0, 1.1, 1.2])) == (found["unit"], found["step_costs"])
    assert "first steps of the chains" == found["control"]


def test_a_control_run_is_what_starting_afresh_means(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its attempts are the policies without feedback, more of them than there are chains."""
    found = document(capsys, store, "chains", "--control", "control")
    assert "run control" == found["control"]
    single = [each for each in found["best"]["policies"] if each["steps"] == 1]
    assert list(range(9)) == [each["chains"] for each in single]
    assert "go on" == found["next_steps"][0]["advice"]
    with pytest.raises(PassatkError, match="has no chains, which --control is for"):
        command(store, "control", "--control", "chains")
    with pytest.raises(DataError, match="control run of independent attempts"):
        command(store, "chains", "--control", "single")


def test_single_chains_ask_for_a_control(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a fresh attempt would do is not known, and how to find out is said."""
    found = document(capsys, store, "single")
    assert {"cannot tell"} == {each["advice"] for each in found["next_steps"]}
    assert any("--control" in note for note in found["notes"])
    known = document(capsys, store, "single", "--control", "control")
    assert "go on" == known["next_steps"][1]["advice"]


def test_judge_errors_are_said(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And hardly move the numbers."""
    whole, found = (document(capsys, store, name) for name in ("chains", "faulty"))
    assert any("results are missing; the rates of other chains" in n for n in found["notes"])
    ends = [each["best"]["policies"][-1]["solved"] for each in (whole, found)]
    assert ends[0] == pytest.approx(ends[1], abs=0.015)


def test_the_page_prints_what_it_assumes(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Best policy, what feedback is worth, each failure, and the assumptions."""
    command(store, "chains", "--generation-cost", "0.02", "--value", "2")
    text = " ".join(capsys.readouterr().out.split())
    for words in (
        "chains of up to 3 steps until a pass",
        "a problem at no more cost",
        "after 1 failure",
        "go on: the next step passes",
        "--value",
        "1.00, 1.10, 1.20, by tokens",
        "tests tell a pass for certain",
        "fresh attempts are first steps of the chains",
    ):
        assert words in text, words


def results(store: Path, name: str, rows: list[list[bool]]) -> None:
    records = [
        (Attempt(f"P/{i}", j, "x", "x"), binary(bool(passed)))
        for i, row in enumerate(rows)
        for j, passed in enumerate(row)
    ]
    with open_store(store) as opened:
        opened.import_run(name, ABOUT, None, records)


def test_attempts_that_ended_with_a_pass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """When to give up is known, how many to review is not: both are said."""
    rng = np.random.default_rng(2)
    table = rng.random((60, 10)) < rng.beta(0.5, 1.0, 60)[:, None]
    rows = [row[: row.argmax() + 1 if row.any() else 10].tolist() for row in table]
    path = tmp_path / "passatk.db"
    results(path, "stopped", rows)
    found = document(capsys, path, "stopped", "--stopping", "1/10")
    assert (None, None) == (found["best"], found["order"])
    assert found["giving_up"]["attempts"] > 0
    assert any("ended with a pass" in note for note in found["notes"])
    command(path, "stopped", "--stopping", "1/10")
    assert "give up after" in capsys.readouterr().out
    with pytest.raises(DataError, match="stopping"):
        command(path, "stopped")


def test_an_order_that_matters_has_a_curve_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first attempt is far better: both curves, each called what it is."""
    rng = np.random.default_rng(3)
    table = rng.random((80, 8)) < 0.2
    table[:, 0] = rng.random(80) < 0.8
    path = tmp_path / "passatk.db"
    results(path, "falling", table.tolist())
    found = document(capsys, path, "falling")
    assert ("random", "generation") == (found["best"]["order"], found["as_made"]["order"])
    assert found["as_made"]["curve"]["right"][1] == pytest.approx(0.95 * table[:, 0].mean())
    command(path, "falling")
    text = capsys.readouterr().out
    assert "in random order" in text
    assert "in the order of generation" in text
    results(path, "flat", (rng.random((80, 8)) < 0.2).tolist())
    assert document(capsys, path, "flat")["as_made"] is None


def test_different_numbers_of_attempts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """How far k goes is said, once somebody has said why they differ."""
    rng = np.random.default_rng(4)
    rows = [(rng.random(5 + i % 3) < 0.4).tolist() for i in range(30)]
    path = tmp_path / "passatk.db"
    results(path, "uneven", rows)
    with pytest.raises(DataError):
        command(path, "uneven")
    found = document(capsys, path, "uneven", "--stopping", "independent")
    assert 6 == len(found["best"]["curve"]["k"])
    assert any("k goes up to 5" in note for note in found["notes"])
