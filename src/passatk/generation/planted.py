"""Programs that were written to look better than they are, with a certain verdict.

Each gives None where a problem does not lend itself to it.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable
from typing import Any

from numpy.random import Generator

from passatk.generation.drawing import one_of
from passatk.generation.syntax import identifiers, source
from passatk.records import CallTests, CodeTests, Problem, StreamTests

_Pair = tuple[Any, Any]


def hard_code(problem: Problem) -> str | None:
    """A program that knows the visible tests by heart and fails every other input.

    None where no visible test can be written down, or no hidden test asks for anything else.
    """
    if isinstance(problem.tests, StreamTests):
        return _hard_coded_script(problem.tests)
    if problem.entry_point is None:
        return None
    seen, hidden = _call_pairs(problem, visible=True), _call_pairs(problem, visible=False)
    if not seen or all(any(args == known for known, _ in seen) for args, _ in hidden):
        return None
    answers = "".join(
        f"    if given == {args!r}:\n        return {expected!r}\n" for args, expected in seen
    )
    *outer, name = problem.entry_point.split(".")
    if len(outer) > 1:
        return None
    method = "self, " if outer else ""
    body = f"def {name}({method}*given):\n{answers}    raise NotImplementedError\n"
    if not outer:
        return body
    indented = "".join("    " + line + "\n" for line in body.splitlines())
    return f"class {outer[0]}:\n{indented}"


def _call_pairs(problem: Problem, *, visible: bool) -> list[_Pair]:
    """Arguments and expected results that are plain literals."""
    tests = problem.tests
    pairs: Iterable[_Pair]
    if isinstance(tests, CallTests):
        pairs = [(case.args, case.expected) for case in tests.cases if case.visible is visible]
    elif isinstance(tests, CodeTests):
        cases = [case.code for case in tests.cases if case.visible is visible]
        pairs = [pair for code in cases for pair in _asserted(code, problem.entry_point)]
    else:
        pairs = []
    return [pair for pair in pairs if _can_be_written(pair)]


def _asserted(code: str, entry_point: str | None) -> list[_Pair]:
    """``assert f(*args) == expected``, where both sides are literals."""
    found: list[_Pair] = []
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Assert(
                test=ast.Compare(
                    left=ast.Call(func=ast.Name(id=name), args=args, keywords=[]),
                    ops=[ast.Eq()],
                    comparators=[expected],
                )
            ) if name == entry_point:
                try:
                    values = tuple(ast.literal_eval(arg) for arg in args)
                    found.append((values, ast.literal_eval(expected)))
                except ValueError:
                    continue
    return found


def _can_be_written(value: Any) -> bool:
    try:
        return bool(ast.literal_eval(repr(value)) == value)
    except (ValueError, SyntaxError):
        return False


def _hard_coded_script(tests: StreamTests) -> str | None:
    seen = {case.stdin: case.stdout for case in tests.cases if case.visible}
    if not seen or all(case.stdin in seen for case in tests.cases):
        return None
    answers = "".join(
        f"if given == {stdin!r}:\n    print({stdout!r}, end='')\n    sys.exit()\n"
        for stdin, stdout in seen.items()
    )
    return f"import sys\n\ngiven = sys.stdin.read()\n{answers}raise NotImplementedError\n"


def guess(program: str, answer: int, right: bool, random: Generator) -> str:
    """The program with one constant that was guessed; it stops at once if that is not ``answer``.

    Wrong guesses are the other numbers below 100.
    """
    tree = ast.parse(program)
    taken = identifiers(tree)
    name = next(f"guess_{i}" for i in itertools.count(1) if f"guess_{i}" not in taken)
    value = answer if right else one_of([n for n in range(100) if n != answer], random)
    lines = ast.parse(f"{name} = {value}\nif {name} != {answer}:\n    raise ValueError({name!r})")
    head = [_opens(statement) for statement in tree.body]
    at = [*head, False].index(False)
    tree.body[at:at] = lines.body
    return source(tree) or f"{ast.unparse(lines)}\n{program}"


def _opens(statement: ast.stmt) -> bool:
    """A docstring, or an import, which may be one from ``__future__``."""
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return True
    return False
