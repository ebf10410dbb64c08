"""What a benchmark imports: whether the interpreter has it, and what to keep warm.

A module that tests need and the interpreter lacks would make every program fail for a fault that
is not its own. A module that most programs import is better imported once than in every program.
"""

from __future__ import annotations

import ast
import json
import subprocess
from collections import Counter
from collections.abc import Iterable

from passatk.errors import UnsuitablePython
from passatk.execution.sandbox import Interpreter
from passatk.records import CallTests, CodeTests, Problem, StreamTests

_FIND = """
import importlib.util, json, sys
print(json.dumps([name for name in sys.argv[1:] if importlib.util.find_spec(name) is None]))
"""
_TIMEOUT_SECONDS = 30
_WORTH_WARMING = 0.1  # share of problems; importing costs a program about ten times what it saves


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
    """Names of the top-level modules that a problem's own code imports when it starts: its tests,
    and the preamble that runs before every program."""
    tests = problem.tests
    if isinstance(tests, CodeTests):
        codes = [tests.setup, *(case.code for case in tests.cases)]
    elif isinstance(tests, (CallTests, StreamTests)):
        codes = [tests.comparison.code or ""]
    return {name for code in (problem.preamble, *codes) for name in _imports(code)}


def warm_modules(problems: Iterable[Problem]) -> tuple[str, ...]:
    """Modules worth importing once: those that prompts or references of many problems import."""
    counts: Counter[str] = Counter()
    total = 0
    for problem in problems:
        total += 1
        codes = [problem.preamble, problem.prompt, *(each.code for each in problem.references[:1])]
        counts.update({name for code in codes for name in _imports(code)})
    return tuple(sorted(name for name, count in counts.items() if count > _WORTH_WARMING * total))


def _imports(code: str) -> set[str]:
    """Top-level imports of some code; of what does not parse (words, or tests that the judge will
    refuse) none."""
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return set()
    names: set[str] = set()
    for node in body:
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names
