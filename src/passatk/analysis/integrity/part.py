"""What is seen of the attempts at one problem; of the programs, only keys are kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from passatk.analysis.integrity.literals import expected_texts
from passatk.analysis.integrity.reading import Facts, key_of, read_program
from passatk.analysis.subject import ProblemAttempts
from passatk.records import CallTests, CodeTests, Problem, Status, StreamTests, Tests, Verdict

ReadProgram = Callable[[str], Facts]

BREAKS = ("sandbox violation", "left before the tests ended", "equality that always agrees")
"""Ways to get a verdict without solving the problem."""

# What the judge says in the detail of a verdict.
_LEFT_EARLY = re.compile(r"\b(ended with exit code|closed its connection to the judge)\b")


@dataclass(frozen=True, slots=True)
class Part:
    """The judged attempts at one problem, n of them in generation order.

    Attributes:
        problem: its name.
        numbers, passed: of each attempt.
        facts: of each attempt.
        letters: of each attempt, one letter a test; empty where tests are not known one by one.
        visible: which tests are visible, in the order of the letters; None where that is unknown.
        references: the facts of each reference solution; None where the problem is not at hand.
        outputs: keys of telling results that the tests ask for and no reference has in its code.
        breaks: number of an attempt and one of ``BREAKS``.
        chained: whether the attempts are steps of chains.
        missing: attempts without a result, which are left out.
        date: the day on which the problem was published; None where it is not known.
    """

    problem: str
    numbers: tuple[int, ...]
    passed: tuple[bool, ...]
    facts: tuple[Facts, ...]
    letters: tuple[str, ...]
    visible: tuple[bool, ...] | None
    references: tuple[Facts, ...] | None
    outputs: frozenset[int]
    breaks: tuple[tuple[int, str], ...]
    chained: bool
    missing: int
    date: date | None = None

    @property
    def n(self) -> int:
        return len(self.numbers)

    @property
    def c(self) -> int:
        return sum(self.passed)


def examine(attempts: ProblemAttempts, *, read: ReadProgram | None = None) -> Part:
    """Look at the attempts at one problem; identical programs are read once.

    Attempts without a verdict, or with a fault of the judge, are left out and counted. No text
    makes this fail: what cannot be parsed is compared as text.

    Args:
        attempts: in generation order.
        read: makes facts of a program; by default :func:`read_program`.
    """
    problem = attempts.problem
    python = attempts.language == "python"
    known: dict[str, Facts] = {}

    def facts_of(program: str) -> Facts:
        if program not in known:
            known[program] = read(program) if read else read_program(program, python=python)
        return known[program]

    judged = [
        (attempt, verdict, facts_of(attempt.program))
        for attempt, verdict in attempts.attempts
        if verdict is not None and verdict.status is not Status.JUDGE_ERROR
    ]
    references = None
    if problem is not None:
        references = tuple(facts_of(solution.code) for solution in problem.references)
    return Part(
        problem=attempts.name,
        numbers=tuple(attempt.number for attempt, _, _ in judged),
        passed=tuple(verdict.passed for _, verdict, _ in judged),
        facts=tuple(facts for _, _, facts in judged),
        letters=tuple(verdict.tests for _, verdict, _ in judged),
        visible=None if problem is None else _visible(problem.tests),
        references=references,
        outputs=frozenset() if problem is None else _outputs(problem, references or ()),
        breaks=tuple(
            (attempt.number, kind)
            for attempt, verdict, facts in judged
            if (kind := _break(verdict, facts)) is not None
        ),
        chained=any(attempt.chain is not None for attempt, _, _ in judged),
        missing=len(attempts.attempts) - len(judged),
        date=_date(attempts),
    )


def _date(attempts: ProblemAttempts) -> date | None:
    """Of the problem, or of the contest that its samples tell of (LiveCodeBench)."""
    text = None if attempts.problem is None else attempts.problem.date
    if text is None and attempts.attempts:
        text = attempts.attempts[0][0].extra.get("contest_date")
    try:
        return date.fromisoformat(text[:10]) if isinstance(text, str) else None
    except ValueError:
        return None


def _visible(tests: Tests) -> tuple[bool, ...] | None:
    """None without tests of both kinds. Code with a check function has no visible tests."""
    cases: tuple[bool, ...] = ()
    if isinstance(tests, CallTests | StreamTests | CodeTests):
        cases = tuple(case.visible for case in tests.cases)
    return cases if any(cases) and not all(cases) else None


def _outputs(problem: Problem, references: tuple[Facts, ...]) -> frozenset[int]:
    expected = frozenset(key_of(text) for text in expected_texts(problem))
    return expected.difference(*(reference.literals for reference in references))


def _break(verdict: Verdict, facts: Facts) -> str | None:
    if verdict.status is Status.SANDBOX_VIOLATION:
        return BREAKS[0]
    if not verdict.passed and _LEFT_EARLY.search(verdict.detail):
        return BREAKS[1]
    return BREAKS[2] if facts.lies else None
