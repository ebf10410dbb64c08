"""passatk benchmarks: what there is, and whether it can be trusted."""

from __future__ import annotations

import re
from pathlib import Path

from .command import Passatk
from .examples import ADD, DOUBLE

AUTHORS_PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def test_list(passatk: Passatk) -> None:
    """The built-in benchmark and the formats of problem files."""
    found = passatk.json("benchmarks")
    assert ["builtin"] == found["benchmarks"]
    assert {"passatk", "human-eval", "mbpp", "livecodebench", "apps"} == found["formats"].keys()
    assert "livecodebench" in passatk.run("benchmarks").stdout


def test_show(passatk: Passatk, tiny: Path) -> None:
    """A problem set with its size, hash and kinds of tests."""
    found = passatk.json("benchmarks", "show", tiny)
    assert (2, 2, {"code": 2}) == tuple(
        found[key] for key in ("problems", "with_reference", "kinds")
    )
    assert 64 == len(found["hash"])
    assert found["hash"] in passatk.run("benchmarks", "show", tiny).stdout


def test_the_builtin_benchmark_is_sound(passatk: Passatk) -> None:
    """Every reference passes, every known mistake fails."""
    found = passatk.json("benchmarks", "validate", "builtin")
    assert [] == [each for each in found["reports"] if each["defects"] or each["warnings"]]
    assert found["problems"] >= 40


def test_a_defective_problem(passatk: Passatk) -> None:
    """A reference that fails and tests that accept anything are named; exit code 1."""
    problems = passatk.write(
        "problems.jsonl",
        ADD | {"canonical_solution": "    return a - b\n"},
        DOUBLE | {"test": "def check(candidate):\n    candidate(3)\n"},
    )
    text = passatk.run("benchmarks", "validate", problems, code=1).stdout
    assert "Tiny/0: reference 'canonical solution' does not pass" in text
    assert "Tiny/1: an empty solution passes" in text
    assert "2 problems, 2 with a defect" in text
    assert 2 == passatk.json("benchmarks", "validate", problems, code=1)["defective"]


def test_no_such_benchmark(passatk: Passatk) -> None:
    """An unknown name is an error that names those there are."""
    assert "builtin" in passatk.run("benchmarks", "show", "nothing", code=2).stderr


def test_the_problem_in_the_documentation(passatk: Passatk) -> None:
    """The example for authors is whole and sound."""
    (problem,) = re.findall(r"^```toml\n(.*?)^```$", AUTHORS_PAGE.read_text(), re.M | re.S)
    (passatk.folder / "middle.toml").write_text(problem)
    (report,) = passatk.json("benchmarks", "validate", "middle.toml")["reports"]
    assert ("lists/middle", 2, 1) == (report["problem"], report["references"], report["wrong"])
