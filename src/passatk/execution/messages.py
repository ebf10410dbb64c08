"""Problems and verdicts as plain data, which is what pool and judge exchange."""

from __future__ import annotations

from typing import Any

from passatk.execution.inside import plain
from passatk.records import CallTests, CodeTests, Problem, Status, Trust, Verdict


def problem_message(problem: Problem) -> dict[str, Any]:
    """A problem as the judge takes it; raises plain.Unportable where a case is no plain data."""
    message: dict[str, Any] = {
        "entry_point": problem.entry_point,
        "prompt": problem.prompt,
        "preamble": problem.preamble,
        "trust": str(problem.trust),
    }
    tests = problem.tests
    if isinstance(tests, CodeTests):
        cases: list[Any] = [case.code for case in tests.cases]
        return {
            **message,
            "kind": "code",
            "setup": tests.setup,
            "check": tests.check,
            "cases": cases,
        }
    comparison = tests.comparison
    message["comparison"] = {
        "kind": comparison.kind,
        "relative": comparison.relative,
        "absolute": comparison.absolute,
        "code": comparison.code,
        "sequences_alike": comparison.sequences_alike,
    }
    if isinstance(tests, CallTests):
        cases = [
            [plain.to_text(list(case.args)), plain.to_text(case.expected)] for case in tests.cases
        ]
        return {**message, "kind": "calls", "cases": cases}
    return {
        **message,
        "kind": "stream",
        "cases": [[case.stdin, case.stdout] for case in tests.cases],
    }


def verdict_of(message: dict[str, Any]) -> Verdict:
    """The verdict in a judge's answer."""
    if "judge_error" in message:
        return Verdict(Status.JUDGE_ERROR, detail=message["judge_error"])
    return Verdict(
        status=Status(message["status"]),
        trust=Trust(message["trust"]),
        tests=message["tests"],
        detail=message["detail"],
        output=message["output"],
        cpu_seconds=message["cpu_seconds"],
        wall_seconds=message["wall_seconds"],
        peak_memory_bytes=message["peak_memory_bytes"],
    )
