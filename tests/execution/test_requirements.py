"""What tests and programs import: missing modules are told, common ones kept warm."""

from __future__ import annotations

import pytest

from passatk.errors import UnsuitablePython
from passatk.execution.requirements import check_modules, imported_by_tests, warm_modules
from passatk.execution.sandbox import Interpreter, interpreter
from passatk.records import (
    CallTests,
    CodeCase,
    CodeTests,
    Comparison,
    Problem,
    Solution,
    StreamTests,
)


@pytest.fixture(scope="module")
def python() -> Interpreter:
    return interpreter()


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("import math", {"math"}),
        ("import os.path, json as j", {"os", "json"}),
        ("from xml.etree import ElementTree", {"xml"}),
        ("from . import sibling", set()),
        ("def f():\n    import late", set()),
        ("these are words", set()),
        ("", set()),
    ],
)
def test_imports_of_the_tests_are_found(code: str, modules: set[str]) -> None:
    """Those that run when the tests start; an import within a function may never run."""
    assert modules == imported_by_tests(Problem("p", "", CodeTests(code, "check")))
    assert modules == imported_by_tests(Problem("p", "", CodeTests("", None, (CodeCase(code),))))


def test_a_preamble_is_the_problems_own() -> None:
    """It runs before every program, which would all fail where it does."""
    assert {"heapq"} == imported_by_tests(Problem("p", "", CodeTests(), preamble="import heapq"))


def test_checkers_are_tests_too() -> None:
    """Code that compares may import as well."""
    comparison = Comparison("checker", code="import bisect\ndef check(a, b, c): return True")
    for tests in (CallTests((), comparison), StreamTests((), comparison)):
        assert {"bisect"} == imported_by_tests(Problem("p", "", tests))


def test_modules_that_are_there_are_no_matter(python: Interpreter) -> None:
    """Nothing is said where nothing is missing."""
    check_modules(python, [Problem("p", "", CodeTests("import math, json", "check"))])


def test_a_missing_module_is_named_with_its_problem(python: Interpreter) -> None:
    """Before any program fails for it: which module, which problem, which interpreter."""
    problems = [
        Problem("fine", "", CodeTests("import math", "check")),
        Problem("first", "", CodeTests("import math, no_such_module", "check")),
        Problem("second", "", CodeTests("import no_such_module.inner, nor_this_one", "check")),
    ]
    with pytest.raises(UnsuitablePython) as caught:
        check_modules(python, problems)
    message = str(caught.value)
    assert f"{python.executable} lacks what the tests import" in message
    assert "no_such_module, nor_this_one" in message
    assert "which first needs" in message
    assert "next: " in message


def test_the_programs_own_imports_are_its_own_matter(python: Interpreter) -> None:
    """A reference may import what the tests do not: it fails as any program would."""
    reference = Solution("r", "import no_such_module")
    check_modules(python, [Problem("p", "", CodeTests("", "check"), references=(reference,))])


def test_modules_of_many_problems_are_kept_warm() -> None:
    """Imported once where more than a tenth of all problems want it, by prompt, preamble or
    reference; each module costs every fork a little."""
    heapq, words = (Solution("r", "import heapq"),), "Write a program, please."
    problems = [
        *(Problem(f"plain{i}", words, CodeTests()) for i in range(14)),
        *(Problem(f"r{i}", words, CodeTests(), references=heapq) for i in range(3)),
        *(Problem(f"t{i}", "from typing import List\n", CodeTests()) for i in range(2)),
        Problem("p", "import decimal\n", CodeTests(), preamble="import typing\n"),
    ]
    assert ("heapq", "typing") == warm_modules(problems)


def test_nothing_is_warm_without_problems() -> None:
    """An empty benchmark wants no module."""
    assert () == warm_modules([])
