"""What a model is told about an attempt that failed: visible tests, and nothing of the others.

An attempt is judged once more on a problem that has the visible tests alone, so that no hidden test
is even in the room. Prompts are then a function of the problem without its hidden tests and of what
the model wrote.
"""

from __future__ import annotations

import ast
import contextlib
import doctest
from collections.abc import Sequence
from dataclasses import replace

from passatk.records import (
    TEST_NOT_RUN,
    TEST_PASSED,
    CallCase,
    CallTests,
    CodeCase,
    CodeTests,
    Problem,
    Status,
    StreamCase,
    StreamTests,
    Verdict,
)

_TESTS_SHOWN = 3
_TEST_CHARACTERS = 600
_DETAIL_CHARACTERS = 600
_OUTPUT_CHARACTERS = 600


def with_visible_tests(problem: Problem) -> Problem:
    """The problem with its visible tests alone, and without its solutions.

    Where no test is marked as visible, the examples in the prompt (``>>>``) are the visible tests.
    Where there are none either, a program only has to load.
    """
    bare = replace(problem, references=(), wrong=())
    tests = problem.tests
    if isinstance(tests, StreamTests):
        streams = tuple(case for case in tests.cases if case.visible)
        return replace(bare, tests=StreamTests(streams, tests.comparison))
    if isinstance(tests, CallTests):
        calls = tuple(case for case in tests.cases if case.visible)
        if calls:
            return replace(bare, tests=CallTests(calls, tests.comparison))
    else:
        codes = tuple(case for case in tests.cases if case.visible)
        if codes:
            return replace(bare, tests=CodeTests(_setup(tests), cases=codes))
    return replace(bare, tests=CodeTests(cases=_examples(problem) or (CodeCase("pass"),)))


def has_visible_tests(problem: Problem) -> bool:
    """Whether there is anything that a program can be shown to fail, beside loading."""
    return with_visible_tests(problem).tests not in (
        CodeTests(cases=(CodeCase("pass"),)),
        StreamTests((), getattr(problem.tests, "comparison", None)),  # type: ignore[arg-type]
    )


def report(problem: Problem, verdict: Verdict) -> str | None:
    """What to tell about an attempt; None where nothing that may be seen is wrong with it.

    Args:
        problem: the problem as ``with_visible_tests`` gives it.
        verdict: of the attempt on that problem.
    """
    if verdict.passed or verdict.status is Status.JUDGE_ERROR:
        return None
    parts = [_words(verdict.status)]
    failed = _failed(problem, verdict)
    if failed:
        parts.append("Failed tests:\n\n" + "\n".join(failed))
    if verdict.detail:
        parts.append("What happened:\n\n" + _short(verdict.detail, _DETAIL_CHARACTERS))
    if verdict.output.strip():
        parts.append("End of the output:\n\n" + _short_end(verdict.output, _OUTPUT_CHARACTERS))
    return "\n\n".join(parts)


def _setup(tests: CodeTests) -> str:
    """What runs before visible cases; nothing where a function of it holds the hidden tests."""
    return "" if tests.check is not None else tests.setup


def _examples(problem: Problem) -> tuple[CodeCase, ...]:
    """The examples of a prompt that state a value, as tests."""
    if problem.entry_point is None:
        return ()
    parser = doctest.DocTestParser()
    examples = []
    for text in _descriptions(problem.prompt):
        with contextlib.suppress(ValueError):  # examples that are not laid out as examples
            examples += parser.get_examples(text)
    cases = []
    for example in examples:
        try:
            source = ast.unparse(ast.parse(example.source.strip(), mode="eval"))
            value = ast.literal_eval(example.want.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
        if problem.entry_point.partition(".")[0] in source:
            cases.append(CodeCase(f"assert {source} == {value!r}", visible=True))
    return tuple(cases)


def _descriptions(prompt: str) -> list[str]:
    """The docstrings of a prompt; the prompt itself where it is prose."""
    try:
        tree = ast.parse(prompt)
    except (SyntaxError, ValueError, RecursionError):
        return [prompt]
    documented = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = [ast.get_docstring(node) for node in ast.walk(tree) if isinstance(node, documented)]
    return [each for each in found if each]


def _failed(problem: Problem, verdict: Verdict) -> list[str]:
    """The first failed tests, as a reader of the problem would write them."""
    shown: list[str] = []
    cases: Sequence[CallCase | StreamCase | CodeCase] = problem.tests.cases
    if len(cases) != len(verdict.tests):
        return []  # assertions of one case are tests of their own: the detail says which
    for case, letter in zip(cases, verdict.tests, strict=True):
        if letter in (TEST_PASSED, TEST_NOT_RUN) or len(shown) == _TESTS_SHOWN:
            continue
        shown.append(_short(_written(case, problem), _TEST_CHARACTERS))
    return shown


def _written(case: CallCase | StreamCase | CodeCase, problem: Problem) -> str:
    if isinstance(case, CallCase):
        arguments = ", ".join(map(repr, case.args))
        return f"{problem.entry_point}({arguments}) should give {case.expected!r}"
    if isinstance(case, StreamCase):
        return f"input:\n{case.stdin}\nexpected output:\n{case.stdout}"
    return case.code.strip()


def _words(status: Status) -> str:
    return str(status).replace("_", " ").capitalize() + "."


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit] + " ... (shortened)"


def _short_end(text: str, limit: int) -> str:
    return text if len(text) <= limit else "(shortened) ... " + text[-limit:]
