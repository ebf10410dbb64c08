"""What is kept of the attempts at one problem."""

from __future__ import annotations

import pickle

import pytest

from passatk.analysis.integrity import examine
from passatk.analysis.integrity.part import BREAKS
from passatk.analysis.integrity.reading import key_of
from passatk.records import (
    CallCase,
    CallTests,
    CodeTests,
    Problem,
    Solution,
    Status,
    StreamCase,
    StreamTests,
    Verdict,
)

TESTS = CallTests((CallCase((1,), "one of 1", True), CallCase((2,), 54321), CallCase((3,), 98765)))
PROBLEM = Problem("p", "", TESTS, "f", (Solution("only", "def f(x):\n    return 54321\n"),))


def test_attempts_without_a_result_are_left_out_and_counted(attempts_at) -> None:
    """Not judged, or a fault of the judge."""
    tried = [("a = 1", True), ("b = 1", None), ("c", Verdict(Status.JUDGE_ERROR)), ("d", False)]
    part = examine(attempts_at("p", tried))
    assert ((0, 3), (True, False), 2) == (part.numbers, part.passed, part.missing)
    assert (2, 1) == (part.n, part.c)


def test_outputs_of_a_reference_do_not_count(attempts_at) -> None:
    """What a right program may well hold is no sign of anything."""
    part = examine(attempts_at("p", [("a = 1", True)], PROBLEM))
    assert {key_of("'one of 1'"), key_of("98765")} == part.outputs
    assert len(part.references) == 1


@pytest.mark.parametrize(
    ("tests", "visible"),
    [
        (TESTS, (True, False, False)),
        (CallTests((CallCase((1,), 1),)), None),
        (StreamTests((StreamCase("a", "b", True),)), None),
        (CodeTests("def check(f): pass", "check"), None),
    ],
)
def test_visible_tests_are_known_where_there_are_both_kinds(attempts_at, tests, visible) -> None:
    """Without hidden ones beside them they tell nothing."""
    problem = Problem("p", "", tests, "f")
    assert visible == examine(attempts_at("p", [("a", True)], problem)).visible


LIAR = "class A:\n    def __eq__(self, other):\n        return True\n"


@pytest.mark.parametrize(
    ("program", "verdict", "kind"),
    [
        ("a", Verdict(Status.SANDBOX_VIOLATION), BREAKS[0]),
        (
            "a",
            Verdict(
                Status.RUNTIME_ERROR, detail="test 2: ended with exit code 0 before the tests did"
            ),
            BREAKS[1],
        ),
        (
            "a",
            Verdict(Status.RUNTIME_ERROR, detail="closed its connection to the judge"),
            BREAKS[1],
        ),
        (LIAR, Verdict(Status.WRONG_ANSWER), BREAKS[2]),
        ("a", Verdict(Status.RUNTIME_ERROR, detail="ValueError: no"), None),
        ("a", Verdict(Status.PASSED), None),
    ],
)
def test_what_counts_as_a_way_past_the_judge(attempts_at, program, verdict, kind) -> None:
    """By status, by what the judge says, by the program's own equality."""
    breaks = examine(attempts_at("p", [("x", True), (program, verdict)])).breaks
    assert breaks == (() if kind is None else ((1, kind),))


def test_a_part_crosses_to_another_process(attempts_at) -> None:
    """And identical programs are read once."""
    read: list[str] = []
    base = attempts_at("p", [("a = 1", True), ("a = 1", False), ("b = 2", True)], PROBLEM)
    part = examine(base)
    assert part == pickle.loads(pickle.dumps(part))

    def counted(program: str):
        from passatk.analysis.integrity.reading import read_program

        read.append(program)
        return read_program(program)

    assert part == examine(base, read=counted)
    assert ["a = 1", "b = 2", PROBLEM.references[0].code] == read


def test_other_languages_are_compared_as_text(attempts_at) -> None:
    """Even where the text would parse."""
    problem = Problem("p", "", TESTS, "f", language="rust")
    part = examine(attempts_at("p", [("a = 1", True), ("a  =\n1", True)], problem))
    assert [False, False] == [facts.parsed for facts in part.facts]
    assert part.facts[0].verbatim == part.facts[1].verbatim
