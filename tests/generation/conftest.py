"""The built-in benchmark, and judging its own trusted programs in this process."""

from __future__ import annotations

import contextlib
import copy
import io
import signal
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest

from passatk.benchmarks import load
from passatk.records import CallTests, CodeTests, Comparison, Problem, StreamTests

Passes = Callable[[Problem, str], bool]


@pytest.fixture(scope="session")
def problems() -> list[Problem]:
    return list(load("builtin").problems.values())


@pytest.fixture(scope="session")
def passes() -> Passes:
    """Whether a program passes all hidden tests of a built-in problem.

    In this process: only for references, known mistakes and what the sampler makes of them. A
    program that does not end fails the test, since the sampler never makes one.
    """

    def judge(problem: Problem, program: str) -> bool:
        try:
            with _cpu_seconds(2):
                return all(_results(problem, program))
        except (Exception, SystemExit):
            return False

    return judge


class Endless(BaseException):
    """Not to be caught as a program's own fault."""


@contextlib.contextmanager
def _cpu_seconds(limit: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Endless(f"the program took more than {limit} CPU seconds")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _results(problem: Problem, program: str) -> Iterator[bool]:
    tests = problem.tests
    hidden = [case for case in tests.cases if not case.visible]
    code = compile(program, problem.id, "exec")
    if isinstance(tests, StreamTests):
        assert tests.comparison.kind == "tokens"
        yield from (_printed(code, case.stdin).split() == case.stdout.split() for case in hidden)
        return
    with contextlib.redirect_stdout(io.StringIO()):
        names: dict[str, Any] = {"__name__": "candidate"}
        exec(code, names)
        for case in hidden:
            if isinstance(tests, CodeTests):
                exec(tests.setup + case.code, dict(names))
            elif isinstance(tests, CallTests):
                output = names[problem.entry_point](*copy.deepcopy(case.args))
                yield _equal(tests.comparison, case.args, output, case.expected)


def _printed(code: Any, stdin: str) -> str:
    output = io.StringIO()
    read_from = io.TextIOWrapper(io.BytesIO(stdin.encode()))
    with mock.patch("sys.stdin", read_from), contextlib.redirect_stdout(output):
        exec(code, {"__name__": "__main__"})
    return output.getvalue()


def _equal(comparison: Comparison, given: Any, output: Any, expected: Any) -> bool:
    if comparison.kind == "checker":
        names: dict[str, Any] = {}
        exec(comparison.code or "", names)
        return bool(names["check"](copy.deepcopy(given), output, expected))
    if comparison.kind == "float":
        return bool(
            output == pytest.approx(expected, rel=comparison.relative, abs=comparison.absolute)
        )
    return type(output) is type(expected) and bool(output == expected)
