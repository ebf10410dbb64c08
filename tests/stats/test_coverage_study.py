"""The coverage study, with few runs."""

import sys

import pytest


@pytest.fixture(scope="module")
def study(load_study):
    return load_study("coverage_study")


def test_covers_what_it_should(study) -> None:
    """All rows of the superpopulation table, and at least 40 fixed ones."""
    cells = list(study.cells())
    plain = [c for c in cells if c.target == "superpopulation" and c.cluster_size == 1]
    assert len(plain) == 5 * 4
    assert sum(c.target == "fixed" for c in cells) >= 40
    assert len({str(cell) for cell in cells}) == len(cells)


def test_superpopulation_default_meets_its_bar(study) -> None:
    """Every cell with 2,000 runs; the bar less two Monte Carlo standard errors (1 %)."""
    for cell in study.cells():
        if cell.target == "superpopulation" and cell.cluster_size == 1:
            rows = {row.method: row for row in study.run(cell, 2_000, 0)}
            low, high = rows["augmented-t"].bar()
            assert low - 0.01 <= rows["augmented-t"].coverage <= high + 0.01, str(cell)


def test_fixed_default_meets_its_bar(study, monkeypatch) -> None:
    """Every difficulty at a k where much is uncertain; 90 % less two standard errors (5 %)."""
    # Products small enough that the linear algebra library does not start threads for them.
    monkeypatch.setattr(study, "BATCH", 40)
    plug_in = []
    for cell in study.cells():
        if cell.target == "fixed" and (cell.n, cell.k, cell.problems) == (20, 10, 20):
            rows = {row.method: row.coverage for row in study.run(cell, 150, 0)}
            assert rows["eb-variance"] >= 0.85, str(cell)
            plug_in.append(rows["plug-in-variance"])
    assert len(plug_in) >= 10
    assert min(plug_in) < 0.5


def test_resumes(study, tmp_path, monkeypatch, capsys) -> None:
    """A second start finds the cells that are done, and reports them all."""
    out = tmp_path / "table.csv"
    arguments = ["coverage_study", "--reps", "50", "--slow-reps", "2", "--jobs", "1"]
    monkeypatch.setattr(
        sys, "argv", [*arguments, "--out", str(out), "--cells", r"fixed Beta\(.3,.5\) n=5 "]
    )
    study.main()
    first = out.read_text()
    assert "2 cells, 0 done before" in capsys.readouterr().out
    study.main()
    assert "2 cells, 2 done before" in capsys.readouterr().out
    assert first == out.read_text()
