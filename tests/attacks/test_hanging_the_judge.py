"""Hanging the judge: plain data that keeps the tests themselves busy for ever."""

from __future__ import annotations

import pytest

from passatk.execution import worker
from passatk.records import CodeTests, Problem, Status

from .harness import HONEST, SPY, Arena

_TESTS = """
def check(candidate):
    assert sum(candidate(1)) == 3
    assert int(candidate(2)) == 4
"""


@pytest.mark.parametrize(
    "program",
    [
        "def f(x): return {n * (2 ** 61 - 1): 0 for n in range(300)} if x > 1 else [[0, 3][x]]",
        "def f(x): return range(10 ** 15)",
        "import decimal\ndef f(x): return [1, 2] if x == 1 else decimal.Decimal('1e999999999999')",
    ],
    ids=["colliding-keys", "endless-range", "number-of-a-trillion-digits"],
)
def test_the_judge_does_not_wait_for_ever(
    arena: Arena, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pool takes a judge away that a program keeps busy: this program failed, no other did."""
    monkeypatch.setattr(worker, "_PATIENCE_SECONDS", 1.0)
    problem = Problem("busy", "", CodeTests(setup=_TESTS, check="check"), entry_point="f")
    verdict = arena.judge(program, problem)
    assert verdict.status not in (Status.PASSED, Status.JUDGE_ERROR), verdict
    assert arena.judge(HONEST).status == Status.PASSED
    assert arena.judge(SPY).output == arena.pristine
    arena.settle()  # the worker may be another one now
