"""The study of the detectors, with few runs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "analysis" / "validation.md"


@pytest.fixture(scope="module")
def study(load_study):
    module = load_study("detector_study")
    # A third of the problems, two of a category: enough for what is planted at full strength.
    chosen = module.problems()[::3]
    module.problems = lambda: chosen
    module.POOL = 8
    return module


def test_clean_runs_stay_clean(study) -> None:
    """Of eight runs the families claim at most two, where five per cent is meant."""
    rows = study.run(("clean", 0.0), 8)
    claims = {detector: count for _, _, detector, _, count in rows}
    assert {*study.INTEGRITY, *study.ORDER, "feedback lift", "perturbed"} <= claims.keys()
    assert claims["any of integrity"] <= 2
    assert claims["any of order"] <= 2


def test_tests_keep_their_level_where_their_null_hypothesis_holds(study) -> None:
    """Games are there to be counted, and permuted: three claims of a test in eight runs are few."""
    rows = study.run(("chance", 0.0), 8)
    assert {reps for *_, reps, _ in rows} == {8}
    assert len(rows) == 4
    assert max(count for *_, count in rows) <= 3


@pytest.mark.parametrize(
    ("game", "strength", "detector"),
    [
        ("memorised", 0.5, "memorised"),
        ("best_first", 1.0, "order"),
        ("hard_coding", 0.4, "test-answers"),
        ("hard_coding", 0.4, "visible-only"),
        ("drift", -0.3, "trend"),
        ("feedback", 3.0, "feedback lift"),
        ("remembered", 0.5, "perturbed"),
    ],
)
def test_a_planted_game_is_found(study, game: str, strength: float, detector: str) -> None:
    """Strong ones, on a third of the problems, in two runs of three.

    Guessing, concentration and a cutoff take more problems: those are in the study alone.
    """
    rows = study.run((game, strength), 3)
    claims = {detector: count for _, _, detector, _, count in rows}
    assert claims[detector] >= 2


def test_resumes_and_prints_a_table(study, tmp_path, monkeypatch, capsys) -> None:
    """A second start finds the cells that are done, and reports them all."""
    out = tmp_path / "study.csv"
    arguments = ["detector_study", "--reps", "2", "--only", "drift", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", arguments)
    study.main()
    first = out.read_text()
    assert "4 cells to run, 0 done before" in capsys.readouterr().out
    study.main()
    printed = capsys.readouterr().out
    assert "0 cells to run, 4 done before" in printed
    assert "| drift | trend | -0.02: " in printed
    assert first == out.read_text()


def test_the_page_shows_every_detector(study) -> None:
    """With its rate on a thousand clean runs, and its power."""
    page = PAGE.read_text()
    for game, (_, detectors) in study.GAMES.items():
        for detector in detectors:
            assert f"| {detector} | 1000 |" in page
            assert f"| {game} | {detector} |" in page
