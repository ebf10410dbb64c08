"""passatk show: a run, a problem, an attempt."""

from __future__ import annotations

from .command import Passatk


def test_run(evaluated: Passatk) -> None:
    """The numbers that evaluate printed come back; --problems adds one row a problem."""
    shown = evaluated.json("show", "samples", "--problems")
    assert {"passed": 3, "wrong_answer": 3} == shown["statuses"]
    by_problem = {each["name"]: each["statuses"]["passed"] for each in shown["by_problem"]}
    assert {"Tiny/0": 2, "Tiny/1": 1} == by_problem
    text = evaluated.run("show", "samples", "--problems").stdout
    assert "pass@1 0.500" in text
    assert "Tiny/1" in text


def test_problem(evaluated: Passatk) -> None:
    """The attempts stand in generation order with their results and first failures."""
    shown = evaluated.json("show", "samples", "Tiny/0")
    assert "Tiny/0" == shown["name"]
    assert [0, 1, 2] == [each["attempt"] for each in shown["attempts"]]
    assert [True, False, True] == [each["verdict"]["passed"] for each in shown["attempts"]]
    text = evaluated.run("show", "samples", "Tiny/0").stdout
    assert "wrong answer" in text
    assert "0/2" in text


def test_attempt(evaluated: Passatk) -> None:
    """One attempt with its program, why it failed, and what the file said beside it."""
    shown = evaluated.json("show", "samples", "Tiny/0#1")
    assert "    return -1\n" == shown["text"]
    assert shown["program"].endswith(shown["text"])
    assert {"note": 1} == shown["extra"]
    assert "apart" == shown["verdict"]["trust"]
    text = evaluated.run("show", "samples", "Tiny/0#1").stdout
    assert "def add(a, b):" in text
    assert "returned -1" in text


def test_what_is_not_there(evaluated: Passatk) -> None:
    """A run, a problem or an attempt that does not exist is named in the message."""
    for target, name in (
        (("nobody",), "nobody"),
        (("samples", "Tiny/9"), "Tiny/9"),
        (("samples", "Tiny/0#7"), "7"),
        (("samples", "Tiny/0#last"), "Tiny/0#last"),
        (("samples", "Tiny/0#" + "9" * 30), "999"),
    ):
        done = evaluated.run("show", *target, code=2)
        assert name in done.stderr
        assert "" == done.stdout
