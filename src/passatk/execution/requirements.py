"""What the tests of a benchmark import, and whether the chosen interpreter has it.

Without this, a missing module would make every program fail for a fault that is not its own.
"""

from __future__ import annotations

import ast
import json
import subprocess
from collections.abc import Iterable

from passatk.errors import UnsuitablePython
from passatk.execution.sandbox import Interpreter
from passatk.records import CallTests, CodeTests, Problem, StreamTests

_FIND = """
import importlib.util, json, sys
print(json.dumps([name for name in sys.argv[1:] if importlib.util.find_spec(name) is None]))
"""
_TIMEOUT_SECONDS = 30


def check_modules(python: Interpreter, problems: Iterable[Problem]) -> None:
    """See that every module that tests import can be found.

    Raises:
        UnsuitablePython: naming the modules that are missing and the first problem that needs one.
    """
    needed: dict[str, str] = {}
    for problem in problems:
        for name in imported_by_tests(problem):
            needed.setdefault(name, problem.id)
    if not needed:
        return
    told = subprocess.run(
        [python.executable, "-I", "-c", _FIND, *needed],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_SECONDS,
        check=True,
    )
    missing: list[str] = json.loads(told.stdout)
    if missing:
        raise UnsuitablePython(
            f"{python.executable} lacks what the tests import: {', '.join(missing)}\n"
            f"  expected: an environment with {missing[0]}, which {needed[missing[0]]} needs\n"
            f"  found: Python {python.version} without it\n"
            f"  next: install it there, or choose another interpreter with --python"
        )


def imported_by_tests(problem: Problem) -> set[str]:
    """Names of the top-level modules that the test code of a problem imports when it starts."""
    tests = problem.tests
    if isinstance(tests, CodeTests):
        codes = [tests.setup, *(case.code for case in tests.cases)]
    elif isinstance(tests, (CallTests, StreamTests)):
        codes = [tests.comparison.code or ""]
    return {name for code in codes for name in _imports(code)}


def _imports(code: str) -> set[str]:
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return set()  # the judge reports tests that do not compile
    names: set[str] = set()
    for node in body:
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names
