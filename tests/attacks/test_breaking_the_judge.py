"""Breaking the judge: a judge_error counts as missing, so a program would gain by causing one."""

from __future__ import annotations

import pytest

from passatk.records import CodeTests, Comparison, Problem, Status, StreamCase, StreamTests

from .harness import HONEST_SCRIPT, WRONG, Arena

_SAYS_WHY = """
def check(candidate):
    try:
        candidate(-1)
    except ValueError as error:
        assert "negative" in str(error)
    assert candidate(2) == 4
"""
_POSITIONS = "-10 ** 9, -10 ** 9 + 1, ''"
_EXITS = """
import sys
def check(given, output, expected):
    if output.split() != expected.split():
        sys.exit("wrong")
    return True
"""


@pytest.mark.parametrize(
    "base",
    [
        f"UnicodeDecodeError('', b'a', {_POSITIONS})",
        f"UnicodeEncodeError('', 'a', {_POSITIONS})",
        f"UnicodeTranslateError('a', {_POSITIONS})",
    ],
    ids=["decode", "encode", "translate"],
)
def test_errors_with_positions_outside_their_text(arena: Arena, base: str) -> None:
    """CPython reads memory at them for ``str``, which may end the process that does so."""
    kind, _, arguments = base.partition("(")
    program = f"""
class Error({kind}):
    def __str__(self): return ""
def f(x):
    raise Error({arguments}
"""
    problem = Problem("why", "", CodeTests(setup=_SAYS_WHY, check="check"), entry_point="f")
    verdict = arena.judge(program, problem)
    assert (Status.WRONG_ANSWER, "we") == (verdict.status, verdict.tests), verdict
    arena.nothing_happened(verdict)


def test_a_checker_that_exits(arena: Arena) -> None:
    """Checkers that were written as programs say no in this way."""
    tests = StreamTests((StreamCase("2\n", "128\n"),), Comparison("checker", code=_EXITS))
    problem = Problem("exits", "", tests)
    assert arena.judge(HONEST_SCRIPT, problem).status == Status.PASSED
    verdict = arena.judge("print(0)", problem)
    assert verdict.status in WRONG, verdict
    assert "SystemExit: wrong" in verdict.detail
    arena.nothing_happened(verdict)
