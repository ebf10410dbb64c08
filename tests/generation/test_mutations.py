"""Faults surely fail; mutants change one spot and always end."""

from __future__ import annotations

import ast
import textwrap

import numpy as np
import pytest

from passatk.benchmarks import load
from passatk.generation import mutants, mutations, termination
from passatk.generation.mutations import Fault
from passatk.records import CallCase, CallTests, Comparison, Problem, StreamCase, StreamTests

BUILTIN = list(load("builtin").problems.values())
DOUBLE = Problem("double", "", CallTests((CallCase((2,), 4),)), "double")
ECHO = Problem("echo", "", StreamTests((StreamCase("a", "a"),)))


def random() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.mark.parametrize("fault", mutations.FAULTS, ids=lambda fault: fault.__name__)
def test_every_fault_fails_every_problem(fault: Fault, passes) -> None:
    """Wherever a fault applies to a reference solution, a hidden test fails."""
    programs = [
        (problem, fault(problem, reference.code, random()))
        for problem in BUILTIN
        for reference in problem.references
    ]
    verdicts = [passes(problem, program) for problem, program in programs if program is not None]
    assert len(verdicts) >= 15
    assert not any(verdicts)


@pytest.mark.parametrize(
    ("fault", "problem", "before", "after"),
    [
        (
            mutations.leave_unwritten,
            DOUBLE,
            "def double(n):\n    return n + n",
            "def double(n):\n    raise NotImplementedError",
        ),
        (
            mutations.print_results,
            DOUBLE,
            "def double(n):\n    def g(k):\n        return k\n    return g(n) + n",
            "def double(n):\n    def g(k):\n        return k\n    print(g(n) + n)\n    return",
        ),
        (
            mutations.label_output,
            ECHO,
            "import sys\nprint(input())",
            "import sys\nprint('Result:')\nprint(input())",
        ),
        (
            mutations.forget_to_start,
            ECHO,
            "def main():\n    print(input())\nif __name__ == '__main__':\n    main()",
            "def main():\n    print(input())",
        ),
    ],
)
def test_what_a_fault_does(fault: Fault, problem: Problem, before: str, after: str) -> None:
    """One program before and after."""
    assert fault(problem, before, random()) == ast.unparse(ast.parse(after)) + "\n"


@pytest.mark.parametrize(
    ("fault", "problem", "program"),
    [
        (mutations.misname, ECHO, "print(input())"),
        (mutations.leave_unwritten, DOUBLE, "double = lambda n: n + n"),
        (mutations.print_results, ECHO, "print(input())"),
        (mutations.print_results, DOUBLE, "def double(n):\n    return double(n)"),
        (mutations.print_results, DOUBLE, "def double(n):\n    yield n\n    return n"),
        (
            mutations.print_results,
            Problem("none", "", CallTests((CallCase((), None),)), "f"),
            "def f():\n    return g()",
        ),
        (mutations.label_output, DOUBLE, "def double(n):\n    return n + n"),
        (
            mutations.label_output,
            Problem("any", "", StreamTests(ECHO.tests.cases, Comparison("checker"))),
            "print(input())",
        ),
        (mutations.forget_to_start, ECHO, "print(input())\nmain()"),
        (mutations.forget_to_start, ECHO, "def f(): ...\nx = input()"),
    ],
)
def test_a_fault_that_might_not_fail_is_not_made(
    fault: Fault, problem: Problem, program: str
) -> None:
    """There is no place for it, or the result could be right."""
    assert fault(problem, program, random()) is None


def test_a_misnamed_function_still_calls_itself() -> None:
    """All places of the name change."""
    program = "def double(n):\n    return double(n - 1) + 2 if n else 0\n"
    other = mutations.misname(DOUBLE, program, random())
    assert other is not None
    name = ast.parse(other).body[0].name  # type: ignore[attr-defined]
    assert name != "double"
    assert other == program.replace("double", name)


def test_a_program_that_is_cut_off_is_a_syntax_error() -> None:
    """Also when the cut is in a comment, or after a whole statement."""
    program = "def double(n):\n    # twice\n    m = n\n    # as it should be\n    return n + m\n"
    for seed in range(100):
        part = mutations.cut_off(DOUBLE, program, np.random.default_rng(seed))
        with pytest.raises(SyntaxError):
            ast.parse(part)


def all_mutants(kind, program: str) -> list[str]:
    def edits(tree: ast.Module) -> list[mutants.Edit]:
        return list(kind(tree, termination.changeable(tree)))

    found = []
    for place in range(len(edits(ast.parse(program)))):
        tree = ast.parse(program)
        edits(tree)[place]()
        found.append(ast.unparse(tree))
    return found


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (mutants.move_bounds, "return a < b", "return a <= b"),
        (mutants.swap_operators, "return a + b", "return a - b"),
        (mutants.swap_operators, "return a and b", "return a or b"),
        (mutants.shift_constants, "return a[0]", "return a[1]"),
        (mutants.swap_arguments, "return g(a, b)", "return g(b, a)"),
        (mutants.drop_statements, "if a:\n        return", "pass"),
        (
            mutants.return_early,
            "for a in b:\n        g(a)\n    return a",
            "for a in b:\n        g(a)\n        return a\n    return a",
        ),
    ],
)
def test_what_a_mutant_changes(kind, before: str, after: str) -> None:
    """The one mutant of its kind."""
    head = "def f(a, b):\n    "
    assert all_mutants(kind, head + before) == [ast.unparse(ast.parse(head + after))]


def test_a_forgotten_import() -> None:
    """The import is gone and the rest stays."""
    assert all_mutants(mutants.forget_imports, "import re\nf()") == ["f()"]


@pytest.mark.parametrize(
    "program",
    [
        "while a: f()",
        "def f(n): return f(n - 1)",
        "def f(n): return g(n)\ndef g(n): return f(n)",
        "f = lambda n: f(n - 1)",
        "class A:\n    def f(self): return self.f()",
        "for a in queue: queue.append(a)",
        "for a in queue: extend(queue)",
        "for a in queue: queue += [a]",
        "for a in itertools.count(): f(a)",
    ],
)
def test_a_program_that_may_not_end_is_not_mutated(program: str) -> None:
    """``while``, recursion, loops over what grows, endless iterators."""
    assert not termination.ends(ast.parse(program))
    assert mutants.mutate(program + "\ndef h(a): return a + 1", random()) is None


def test_what_decides_on_rounds_is_not_mutated() -> None:
    """Iterables, the variables they are made of, and the functions that compute those."""
    program = textwrap.dedent("""
        def size(n):
            return n + 1
        def f(n):
            stop = size(n) + 1
            m = 0
            for i in range(stop - 1):
                m = m + i
            return m
        """)
    assert termination.ends(ast.parse(program))
    assert all_mutants(mutants.swap_operators, program) == [
        ast.unparse(ast.parse(program.replace("m + i", "m - i")))
    ]


def test_a_program_without_a_spot_has_no_mutant() -> None:
    """Nothing to change."""
    assert mutants.mutate("def f(a): return a", random()) is None
