"""What passes between the rooms: problems, attempts, verdicts, as plain frozen data.

Nothing here reads a file, runs a program or computes a statistic.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

Difficulty = Literal["easy", "medium", "hard"]


class Status(enum.StrEnum):
    """How judging an attempt ended: a closed set.

    ``judge_error`` is a fault of the judge, never of the program: it counts as missing.
    """

    PASSED = "passed"
    WRONG_ANSWER = "wrong_answer"
    RUNTIME_ERROR = "runtime_error"
    SYNTAX_ERROR = "syntax_error"
    TIME_LIMIT_EXCEEDED = "time_limit_exceeded"
    MEMORY_LIMIT_EXCEEDED = "memory_limit_exceeded"
    OUTPUT_LIMIT_EXCEEDED = "output_limit_exceeded"
    SANDBOX_VIOLATION = "sandbox_violation"
    JUDGE_ERROR = "judge_error"


class Trust(enum.StrEnum):
    """How far a verdict can be trusted against a program that wants to forge it."""

    APART = "apart"
    """Expected values, comparison and verdict stayed in a process the program cannot reach."""
    SHARED_PROCESS = "shared-process"
    """The tests ran in the program's own process: what they exchange is not plain data."""
    IMPORTED = "imported"
    """Judged elsewhere; passatk only read the result."""


# One letter a test, in ``Verdict.tests``.
TEST_PASSED, TEST_WRONG, TEST_ERROR, TEST_LIMIT, TEST_NOT_RUN = "pwel-"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How an output is held against the expected one.

    ``exact`` compares values (functions: ``==`` with lists and tuples told apart) or whole texts
    up to trailing white space; ``tokens`` compares white-space separated tokens; ``float`` lets
    numbers differ by ``absolute + relative * |expected|``; ``checker`` calls
    ``check(input, output, expected) -> bool`` defined in ``code``.
    """

    kind: Literal["exact", "tokens", "float", "checker"] = "exact"
    relative: float = 0.0
    absolute: float = 0.0
    code: str | None = None
    sequences_alike: bool = False
    """Functions only: a tuple equals a list with the same items (LiveCodeBench, APPS)."""


@dataclass(frozen=True, slots=True)
class CallCase:
    """``entry_point(*args) == expected``; both plain data."""

    args: tuple[Any, ...]
    expected: Any
    visible: bool = False


@dataclass(frozen=True, slots=True)
class StreamCase:
    """What a program reads from standard input and has to print."""

    stdin: str
    stdout: str
    visible: bool = False


@dataclass(frozen=True, slots=True)
class CodeCase:
    """A statement or block that raises when the program is wrong."""

    code: str
    visible: bool = False


@dataclass(frozen=True, slots=True)
class CallTests:
    """Input/output pairs for a function."""

    cases: tuple[CallCase, ...]
    comparison: Comparison = Comparison()


@dataclass(frozen=True, slots=True)
class StreamTests:
    """Input/output pairs for a whole program."""

    cases: tuple[StreamCase, ...]
    comparison: Comparison = Comparison("tokens")


@dataclass(frozen=True, slots=True)
class CodeTests:
    """Tests written as code (HumanEval, MBPP, EvalPlus).

    ``setup`` runs first, in the judge. Then either ``check`` names a function of ``setup`` that
    takes the candidate, or every one of ``cases`` runs as a test of its own and refers to the
    program's functions by name.
    """

    setup: str = ""
    check: str | None = None
    cases: tuple[CodeCase, ...] = ()


Tests = CallTests | StreamTests | CodeTests


@dataclass(frozen=True, slots=True)
class Solution:
    """A program known to be right (``label``: its approach) or wrong (``label``: its mistake)."""

    label: str
    code: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A task with its tests.

    ``prompt`` is what the model saw. For tests as code it may be Python which a completion
    continues; the judge then runs it to have the helpers that the tests refer to. ``preamble`` runs
    before every program, in its namespace (LiveCodeBench's customary imports). ``entry_point``
    names the function under test; ``Solution.solve`` names a method of a class. ``trust`` is set
    when the problem itself asks for shared-process judging. ``date`` is the day of publication,
    ``2024-05-31`` first.
    """

    id: str
    prompt: str
    tests: Tests
    entry_point: str | None = None
    references: tuple[Solution, ...] = ()
    wrong: tuple[Solution, ...] = ()
    title: str | None = None
    category: str | None = None
    difficulty: str | None = None
    cluster: str | None = None
    language: str = "python"
    preamble: str = ""
    trust: Trust = Trust.APART
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Benchmark:
    """An ordered set of problems; ``hash`` covers everything that can change a verdict."""

    name: str
    problems: Mapping[str, Problem]
    hash: str

    def __len__(self) -> int:
        return len(self.problems)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One program that a model wrote for a problem.

    ``number`` is the 0-based index in generation order within the problem; ``text`` what the
    model delivered, as it stood in the file; ``program`` what is judged; ``extra`` the fields of
    the file's record that passatk does not use but gives back on export.
    """

    problem_id: str
    number: int
    program: str
    text: str
    text_field: str = "completion"
    chain: int | None = None
    step: int | None = None
    extra: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What judging a program gave.

    ``tests`` has one letter a test: ``p`` passed, ``w`` wrong, ``e`` error, ``l`` stopped by a
    limit, ``-`` not run. ``detail`` explains the first failure in one line; ``output`` is the end
    of what the program printed. Seconds are of the program without the judge, and with
    stdin/stdout tests of the slowest one, which is what a limit is held against.
    """

    status: Status
    trust: Trust = Trust.APART
    tests: str = ""
    detail: str = ""
    output: str = ""
    cpu_seconds: float | None = None
    wall_seconds: float | None = None
    peak_memory_bytes: int | None = None
    score: float | None = None
    """A graded result of its own (imported rewards); otherwise the share of tests passed."""

    @property
    def passed(self) -> bool:
        return self.status is Status.PASSED

    @property
    def share_passed(self) -> float | None:
        """Share of the tests that passed, in [0, 1]; None where no test is known."""
        if self.score is not None:
            return self.score
        return self.tests.count(TEST_PASSED) / len(self.tests) if self.tests else None


def program_key(program: str) -> bytes:
    """SHA-256 of a program's text: identical programs are judged once."""
    return hashlib.sha256(program.encode("utf-8", "surrogatepass")).digest()
