"""What may be known of attempts before they are chosen: outcomes of tests that are at hand.

A verdict rests on hidden tests, and a ranker that saw it, or any part of it, would be an oracle.
So what is used here is

* letters of tests that a model wrote, which say nothing about hidden ones, or else
* letters of the problem's visible tests: those that stand before every hidden one. Where a program
  runs into a limit, tests after that are not run: a letter behind a hidden test would tell of it.

What a program printed is not used. It was printed on the inputs of hidden tests, and kept for the
first failure, so that even its being there may tell.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from passatk.analysis.subject import ProblemAttempts
from passatk.records import TEST_PASSED, TEST_WRONG, CodeTests, Problem, Status

Source = Literal["generated tests", "visible tests"]


@dataclass(frozen=True, slots=True)
class Signals:
    """Outcomes of tests at hand.

    Attributes:
        source: whose tests they are.
        passed: whether each of a attempts passes each of T tests, shape (a, T); a test that was not
            run was not passed.
        answered: whether each attempt gave an answer to any test, right or wrong, shape (a,).
    """

    source: Source
    passed: NDArray[np.bool_]
    answered: NDArray[np.bool_]

    @property
    def behaviours(self) -> NDArray[np.int64]:
        """A label for each attempt; attempts with one label pass exactly the same tests."""
        codes: dict[bytes, int] = {}
        rows = (row.tobytes() for row in self.passed)
        return np.array([codes.setdefault(row, len(codes)) for row in rows], dtype=np.int64)


def find_signals(attempts: ProblemAttempts) -> Signals | None:
    """Outcomes of generated tests, else of visible ones; None where nothing but hidden is known."""
    if attempts.generated is not None:
        letters = [attempts.generated.get(each.number, "") for each, _ in attempts.attempts]
        count = max(map(len, letters), default=0)
        return _signals("generated tests", letters, count) if count else None
    count = 0 if attempts.problem is None else visible_tests(attempts.problem)
    if not count:
        return None
    letters = [
        "" if v is None or v.status is Status.JUDGE_ERROR else v.tests for _, v in attempts.attempts
    ]
    return _signals("visible tests", letters, count) if any(letters) else None


def visible_tests(problem: Problem) -> int:
    """How many letters of a verdict are of visible tests that stand before every hidden one.

    0 where letters and cases do not go together one by one, as with a test function.
    """
    tests = problem.tests
    if isinstance(tests, CodeTests) and (
        tests.check is not None or not all(_one_assertion(case.code) for case in tests.cases)
    ):
        return 0
    count = 0
    for case in tests.cases:
        if not case.visible:
            break
        count += 1
    return count


def _one_assertion(code: str) -> bool:
    """Whether a case is one assertion and nothing else, and so has one letter."""
    try:
        statements = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return len(statements) == 1 and isinstance(statements[0], ast.Assert)


def _signals(source: Source, letters: list[str], count: int) -> Signals:
    table = np.array([list(each[:count].ljust(count, "-")) for each in letters])
    passed = table == TEST_PASSED
    return Signals(source, passed, (passed | (table == TEST_WRONG)).any(axis=1))
