"""passatk select: attempts chosen by what may be known before the verdict."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .command import Passatk
from .examples import ADD, DOUBLE, right, sample

INDEPENDENT = ("--stopping", "independent", "-k", "1")
OTHER_RIGHT = sample(
    ADD, "    total = a\n    for _ in range(b):\n        total += 1\n    return total\n"
)
HALF = sample(ADD, "    if a == 1:\n        return 3\n    return a\n")
NOT = sample(ADD, "    return [a, b, a]\n")
HOSTILE = sample(ADD, "    return '\ud800' + '\x07'\n")

GENERATED = [
    {"task_id": "Tiny/0", "samples": ["add(1, 2) == 3\nassert add(2, 2) == 4\n", "add(0, 1) == 1"]},
    {"task_id": "Tiny/0", "samples": ["add(5, 1) == 7", "add(1, __import__('os').getpid())"]},
]


@pytest.fixture
def judged(passatk: Passatk) -> Passatk:
    """A run with programs that agree on generated tests, and others."""
    passatk.write("problems.jsonl", ADD, DOUBLE)
    lines = [NOT, NOT, HALF, OTHER_RIGHT, right(ADD), HOSTILE, right(DOUBLE), right(DOUBLE)]
    passatk.write("samples.jsonl", *lines)
    passatk.write("tests.jsonl", *GENERATED)
    passatk.run("evaluate", "samples.jsonl", "--problems", "problems.jsonl", *INDEPENDENT)
    return passatk


def chosen(document: object, problem: str) -> list[int]:
    return [each["attempt"] for each in document["chosen"] if each["problem"] == problem]  # type: ignore[index]


def test_without_tests(judged: Passatk) -> None:
    """What was written most often comes first; no verdict is looked at."""
    document = judged.json("select", "samples", "-n", "3")
    assert [0, 2, 3] == chosen(document, "Tiny/0")
    assert {"copies"} == {each["ranker"] for each in document["chosen"]}
    assert [0, 1] == chosen(document, "Tiny/1")


def test_generated_tests(judged: Passatk) -> None:
    """Programs are judged by them once, in a run of their own, and ranked by agreement."""
    done = judged.run("select", "samples", "-n", "2", "--tests", "tests.jsonl", "-o", "out.jsonl")
    assert "4 distinct assertions for 1 of 2 problems, 1 refused" in done.stderr
    assert "" == done.stdout
    lines = [json.loads(each) for each in (judged.folder / "out.jsonl").read_text().splitlines()]
    assert [("Tiny/0", 3), ("Tiny/0", 2), ("Tiny/1", 0), ("Tiny/1", 1)] == [
        (each["task_id"], each["attempt"]) for each in lines
    ]
    assert OTHER_RIGHT["completion"] == lines[0]["completion"]
    assert ["samples", "samples.generated-tests"] == judged.runs()
    # Now they are known, and need not be given again.
    assert [3, 2] == chosen(judged.json("select", "samples", "-n", "2"), "Tiny/0")


def test_the_chosen_can_be_judged_again(judged: Passatk) -> None:
    """What is written is a samples file."""
    judged.run("select", "samples", "-n", "1", "-o", "best.jsonl")
    done = judged.json("evaluate", "best.jsonl", "--problems", "problems.jsonl")
    assert 2 == done["attempts"]


def test_other_tests_replace_the_results(judged: Passatk) -> None:
    """And the same tests are not judged again."""
    judged.run("select", "samples", "--tests", "tests.jsonl")
    before = judged.json("show", "samples.generated-tests", "--problems")
    judged.run("select", "samples", "--tests", "tests.jsonl")
    assert before == judged.json("show", "samples.generated-tests", "--problems")
    judged.write("other.jsonl", {"task_id": "Tiny/0", "samples": ["add(1, 5) == [1, 5, 1]"]})
    document = judged.json("select", "samples", "--tests", "other.jsonl", "-n", "1")
    assert [0] == chosen(document, "Tiny/0")


def test_a_replaced_run_has_no_results_of_generated_tests(judged: Passatk) -> None:
    """They are about programs that are no more."""
    judged.run("select", "samples", "--tests", "tests.jsonl")
    judged.write("samples.jsonl", NOT, right(ADD), right(DOUBLE))
    judged.run(
        "evaluate", "samples.jsonl", "--problems", "problems.jsonl", "--replace", *INDEPENDENT
    )
    document = judged.json("select", "samples", "-n", "1")
    assert {"copies"} == {each["ranker"] for each in document["chosen"]}
    document = judged.json("select", "samples", "-n", "1", "--tests", "tests.jsonl")
    assert [1] == chosen(document, "Tiny/0")


def test_on_a_terminal_and_on_standard_output(judged: Passatk) -> None:
    """A line a problem; or the JSON Lines themselves, hostile texts escaped."""
    text = judged.run("select", "samples").stdout
    assert "Tiny/0" in text
    assert "copies" in text
    lines = judged.run("select", "samples", "-o", "-").stdout.splitlines()
    assert 8 == len(lines)
    assert HOSTILE["completion"] in [json.loads(each)["completion"] for each in lines]


def test_what_cannot_be(judged: Passatk, tmp_path: Path) -> None:
    """No such run, other problems, no usable test, two documents on one stream."""
    other = judged.write("other.jsonl", ADD)
    empty = judged.write("empty.jsonl", {"task_id": "Tiny/0", "samples": ["import os", "x"]})
    for arguments, said in (
        (("nobody",), "nobody"),
        (("samples", "--problems", str(other)), "hash"),
        (("samples", "--tests", str(empty)), "no assertion"),
        (("samples", "--tests", str(tmp_path / "none.jsonl")), "none.jsonl"),
        (("samples", "--json", "-o", "-"), "standard output"),
        (("samples", "-n", "0"), "-n"),
    ):
        done = judged.run("select", *arguments, code=2)
        assert said in done.stderr
        assert "" == done.stdout


def test_without_the_parser(judged: Passatk) -> None:
    """The message names the extra, and the exit code is that of missing ones."""
    hidden = judged.folder / "hidden"
    hidden.mkdir()
    (hidden / "tree_sitter.py").write_text("raise ImportError('not installed')\n")
    done = judged.run("select", "samples", code=4, PYTHONPATH=str(hidden))
    assert "pip install 'passatk[analysis]'" in done.stderr


def test_results_without_programs(passatk: Passatk) -> None:
    """Imported results alone cannot be chosen from."""
    rows = [{"task_id": "a", "passed": i == 0, "attempt": i} for i in range(2)]
    passatk.write("results.jsonl", *rows)
    passatk.run("import", "results.jsonl", "--name", "bare")
    assert "no programs" in passatk.run("select", "bare", code=2).stderr
