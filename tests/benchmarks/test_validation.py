"""benchmarks.validate: defects of problems, found with a judge that is passed in."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import MappingProxyType

import pytest

from passatk.benchmarks import ProblemReport, validate
from passatk.records import (
    Benchmark,
    CallCase,
    CallTests,
    CodeCase,
    CodeTests,
    Problem,
    Solution,
    Status,
    StreamCase,
    StreamTests,
    Verdict,
)


def benchmark(*problems: Problem) -> Benchmark:
    return Benchmark("mine", MappingProxyType({problem.id: problem for problem in problems}), "0")


def judge(programs: Iterable[tuple[Problem, str]]) -> Iterator[Verdict]:
    """Run the tests of these well-behaved programs right here."""
    for problem, program in programs:
        letters = "".join(letter(problem, program, case) for case in problem.tests.cases)
        passed = set(letters) == {"p"}
        yield Verdict(Status.PASSED if passed else Status.WRONG_ANSWER, tests=letters)


def letter(problem: Problem, program: str, case: CallCase | StreamCase | CodeCase) -> str:
    namespace: dict = {}
    try:
        if isinstance(case, StreamCase):
            lines = iter(case.stdin.splitlines())
            with contextlib.redirect_stdout(io.StringIO()) as output:
                exec(program, {"input": lambda: next(lines)})
            return "p" if output.getvalue().split() == case.stdout.split() else "w"
        exec(program, namespace)
        if isinstance(case, CodeCase):
            exec(case.code, namespace)
            return "p"
        owner, _, name = problem.entry_point.rpartition(".")
        function = getattr(namespace[owner](), name) if owner else namespace[name]
        return "p" if function(*case.args) == case.expected else "w"
    except Exception:
        return "e"


FUNCTION = Problem(
    id="double",
    prompt="",
    tests=CallTests((CallCase((2,), 4), CallCase((3,), 6))),
    entry_point="double",
    references=(
        Solution("sum", "def double(n): return n + n"),
        Solution("product", "def double(n): return 2 * n"),
    ),
    wrong=(Solution("squares", "def double(n): return n * n"),),
)
PROGRAM = Problem(
    id="program",
    prompt="",
    tests=StreamTests((StreamCase("2", "4"), StreamCase("3", "6"))),
    references=(Solution("sum", "print(2 * int(input()))"),),
)
METHOD = Problem(
    id="method",
    prompt="",
    tests=CallTests((CallCase((2,), 4), CallCase((3,), 6))),
    entry_point="Solution.double",
    references=(Solution("sum", "class Solution:\n    def double(self, n): return n + n"),),
)
CODE = replace(
    FUNCTION, id="code", tests=CodeTests(cases=(CodeCase("assert double(3) == 6"),)), references=()
)


def test_sound_problems() -> None:
    """Problems of each kind whose references pass and whose impostors fail have no defect."""
    reports = validate(benchmark(FUNCTION, PROGRAM, METHOD), judge)
    assert [
        ProblemReport("double", references=2, wrong=1, defects=(), warnings=()),
        ProblemReport("program", references=1, wrong=0, defects=(), warnings=()),
        ProblemReport("method", references=1, wrong=0, defects=(), warnings=()),
    ] == reports


def defects(problem: Problem) -> tuple[str, ...]:
    (report,) = validate(benchmark(problem), judge)
    return report.defects


def test_reference_that_fails() -> None:
    """A reference that fails is named, with its verdict."""
    broken = Solution("off by one", "def double(n): return n + n + (n > 2)")
    expected = ("reference 'off by one' does not pass: wrong_answer [pw]",)
    assert expected == defects(replace(FUNCTION, references=(broken,)))


def test_wrong_solution_that_passes() -> None:
    """Tests that do not tell a known mistake are too weak."""
    weak = replace(FUNCTION, tests=CallTests((CallCase((0,), 0), CallCase((2,), 4))))
    assert defects(weak) == ("the wrong solution 'squares' passes",)


@pytest.mark.parametrize("problem", [FUNCTION, METHOD])
def test_empty_solution_that_passes(problem: Problem) -> None:
    """Tests that expect None of a function accept an empty one."""
    idle = replace(problem, tests=CallTests((CallCase((2,), None),)), references=(), wrong=())
    expected = (
        "an empty solution passes",
        "a solution that always gives the answer of the first test passes",
    )
    assert expected == defects(idle)


def test_code_that_an_empty_solution_passes() -> None:
    """Tests in code that assert nothing of the result accept an empty function."""
    expected = ("an empty solution passes",)
    assert expected == defects(
        replace(CODE, tests=CodeTests(cases=(CodeCase("double(3)"),)), wrong=())
    )


def test_constant_that_passes() -> None:
    """Tests with one and the same answer everywhere show nothing."""
    expected = ("a solution that always gives the answer of the first test passes",)
    same = CallTests((CallCase((2,), 4), CallCase((-2,), 4)))
    assert expected == defects(replace(FUNCTION, tests=same, references=(), wrong=()))
    silent = StreamTests((StreamCase("2", "yes"), StreamCase("3", "yes")))
    assert expected == defects(replace(PROGRAM, tests=silent, references=()))


def test_no_reference_is_said() -> None:
    """Where no reference exists, the report says what that leaves open."""
    (report,) = validate(benchmark(CODE), judge)
    assert report.defects == ()
    assert report.warnings == ("no reference solution: nothing shows that the tests can be passed",)


def test_unstable_reference() -> None:
    """Every reference is judged twice; a different result for any test is a defect."""
    letters = itertools.cycle(["pp", "pw"])

    def moody(programs: Iterable[tuple[Problem, str]]) -> list[Verdict]:
        return [
            Verdict(Status.PASSED, tests=next(letters))
            if "2 * " in program
            else Verdict(Status.WRONG_ANSWER)
            for _, program in programs
        ]

    (report,) = validate(benchmark(PROGRAM), moody)
    assert report.defects == (
        "reference 'sum' is judged differently each time: passed [pp], then passed [pw]",
    )


def test_judge_that_fails() -> None:
    """A failure of the judge is never taken for a rejection."""

    def broken(programs: Iterable[tuple[Problem, str]]) -> list[Verdict]:
        return [Verdict(Status.JUDGE_ERROR, detail="no sandbox") for _ in programs]

    (report,) = validate(benchmark(PROGRAM), broken)
    assert report.defects == (
        "reference 'sum' does not pass: judge_error (no sandbox)",
        "an empty solution could not be judged: judge_error (no sandbox)",
        "a solution that always gives the answer of the first test could not be judged: "
        "judge_error (no sandbox)",
    )


def test_judge_that_loses_verdicts() -> None:
    """Verdicts that cannot be matched with programs are not guessed at."""
    with pytest.raises(ValueError, match="3 verdicts"):
        validate(benchmark(FUNCTION), lambda programs: list(judge(programs))[:3])


def test_report_as_json() -> None:
    """A report is plain data for --json."""
    (report,) = validate(benchmark(CODE), judge)
    expected = {
        "problem": "code",
        "references": 0,
        "wrong": 1,
        "defects": [],
        "warnings": ["no reference solution: nothing shows that the tests can be passed"],
    }
    assert expected == json.loads(json.dumps(report.to_dict()))
