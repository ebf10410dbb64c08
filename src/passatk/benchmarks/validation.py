"""Whether the problems of a benchmark can be trusted: right programs pass, wrong ones do not.

Every known solution is judged, and with it programs that know nothing of the problem. Tests that
reject a reference or accept one of those are a defect of the problem, not of a model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from passatk.records import (
    Benchmark,
    CallTests,
    Problem,
    Solution,
    Status,
    StreamTests,
    Verdict,
)

Judge = Callable[[Iterable[tuple[Problem, str]]], Iterable[Verdict]]
"""Judges programs, each by the tests of its problem; verdicts come in the order of the programs.
The same program given twice has to be run twice."""


@dataclass(frozen=True, slots=True)
class ProblemReport:
    """What validation found of one problem.

    ``references`` and ``wrong`` count its known solutions; ``defects`` says in words why it cannot
    be trusted, ``warnings`` what could not be checked.
    """

    problem_id: str
    references: int
    wrong: int
    defects: tuple[str, ...]
    warnings: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return {
            "problem": self.problem_id,
            "references": self.references,
            "wrong": self.wrong,
            "defects": list(self.defects),
            "warnings": list(self.warnings),
        }


def validate(benchmark: Benchmark, judge: Judge) -> list[ProblemReport]:
    """Judge what is known of each problem and report what does not hold.

    Every reference has to pass, twice and with the same result for each test. These have to fail:
    every known wrong solution; an empty one, whose function returns None; and, where tests are
    pairs of input and output, one that always gives the answer of the first test.

    Args:
        judge: see ``Judge``; called once, for all programs of the benchmark.

    Returns:
        One report a problem, in the benchmark's order.

    Raises:
        ValueError: the judge gave fewer verdicts than it got programs, or more.
    """
    problems = benchmark.problems.values()
    programs = [(problem, code) for problem in problems for code in _programs(problem)]
    verdicts = list(judge(programs))
    if len(verdicts) != len(programs):
        raise ValueError(
            f"{len(programs)} programs were to be judged; got {len(verdicts)} verdicts"
        )
    rest = iter(verdicts)
    return [_report(problem, list(islice(rest, len(_programs(problem))))) for problem in problems]


def _programs(problem: Problem) -> list[str]:
    """Every reference twice, then the impostors."""
    references = [solution.code for solution in problem.references for _ in range(2)]
    return references + [impostor.code for impostor in _impostors(problem)]


def _report(problem: Problem, verdicts: Sequence[Verdict]) -> ProblemReport:
    first_impostor = 2 * len(problem.references)
    runs = zip(
        problem.references,
        verdicts[0:first_impostor:2],
        verdicts[1:first_impostor:2],
        strict=True,
    )
    impostors = zip(_impostors(problem), verdicts[first_impostor:], strict=True)
    found = [_reference_defect(*run) for run in runs]
    found += [_impostor_defect(impostor, verdict) for impostor, verdict in impostors]
    return ProblemReport(
        problem_id=problem.id,
        references=len(problem.references),
        wrong=len(problem.wrong),
        defects=tuple(defect for defect in found if defect is not None),
        warnings=()
        if problem.references
        else ("no reference solution: nothing shows that the tests can be passed",),
    )


def _reference_defect(reference: Solution, verdict: Verdict, again: Verdict) -> str | None:
    who = f"reference {reference.label!r}"
    if (verdict.status, verdict.tests) != (again.status, again.tests):
        return f"{who} is judged differently each time: {_result(verdict)}, then {_result(again)}"
    return None if verdict.passed else f"{who} does not pass: {_result(verdict)}"


def _impostor_defect(impostor: Solution, verdict: Verdict) -> str | None:
    if verdict.status is Status.JUDGE_ERROR:
        return f"{impostor.label} could not be judged: {_result(verdict)}"
    return f"{impostor.label} passes" if verdict.passed else None


def _result(verdict: Verdict) -> str:
    tests = f" [{verdict.tests}]" if verdict.tests else ""
    detail = f" ({verdict.detail})" if verdict.detail else ""
    return f"{verdict.status}{tests}{detail}"


def _impostors(problem: Problem) -> Iterator[Solution]:
    """Programs that have to fail, each labelled by what it is."""
    yield Solution("an empty solution", _function(problem, "pass") or "")
    if constant := _first_answer(problem):
        yield Solution("a solution that always gives the answer of the first test", constant)
    for wrong in problem.wrong:
        yield Solution(f"the wrong solution {wrong.label!r}", wrong.code)


def _first_answer(problem: Problem) -> str | None:
    tests = problem.tests
    if isinstance(tests, CallTests):
        return _function(problem, f"return {tests.cases[0].expected!r}")
    if isinstance(tests, StreamTests):
        return f"print({tests.cases[0].stdout!r}, end='')\n"
    return None


def _function(problem: Problem, body: str) -> str | None:
    """The entry point, with this body for any arguments; None where there is none."""
    if problem.entry_point is None:
        return None
    owner, _, name = problem.entry_point.rpartition(".")
    if owner:
        return f"class {owner}:\n    def {name}(self, *args, **kwargs):\n        {body}\n"
    return f"def {name}(*args, **kwargs):\n    {body}\n"
