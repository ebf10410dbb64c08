"""Variations of a program mean the same: what each rewriting does, and where it holds back."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import Generator

from passatk.benchmarks import load
from passatk.generation import comments, renaming, variations
from passatk.records import Problem

BUILTIN = list(load("builtin").problems.values())
Rewriting = Callable[[ast.Module, Generator], None]


def normal(program: str) -> str:
    return ast.unparse(ast.parse(textwrap.dedent(program)))


def rewritten(rewrite: Rewriting, program: str, seeds: int = 30) -> set[str]:
    """All that a rewriting makes of a program, other than the program itself."""
    found = set()
    for seed in range(seeds):
        tree = ast.parse(textwrap.dedent(program))
        rewrite(tree, np.random.default_rng(seed))
        found.add(ast.unparse(ast.fix_missing_locations(tree)))
    return found - {normal(program)}


@given(problem=st.sampled_from(BUILTIN), seed=st.integers(0, 2**32), data=st.data())
@settings(max_examples=60)
def test_varied_references_still_pass(passes, problem: Problem, seed: int, data) -> None:
    """Also when each rewriting is applied, one after the other."""
    program = data.draw(st.sampled_from(problem.references)).code
    random = np.random.default_rng(seed)
    tree = ast.parse(program)
    for rewrite in variations.REWRITINGS:
        rewrite(tree, random)
    everything = ast.unparse(ast.fix_missing_locations(tree))
    assert passes(problem, comments.add_comments(everything, random))


@pytest.mark.parametrize(
    ("rewrite", "before", "after"),
    [
        (
            variations.drop_annotations,
            "def f(x: int, *rest: list[int]) -> int:\n    y: int = x\n    return y",
            "def f(x, *rest):\n    y = x\n    return y",
        ),
        (variations.respell_steps, "x = 0\nx += 1", "x = 0\nx = x + 1"),
        (variations.respell_steps, "x = 0\nx = x - 2", "x = 0\nx -= 2"),
        (
            variations.swap_branches,
            "if a in b:\n    c()\nelse:\n    d()",
            "if a not in b:\n    d()\nelse:\n    c()",
        ),
        (variations.swap_branches, "x = 1 if not a else 2", "x = 2 if a else 1"),
        (variations.mirror_comparisons, "a < 3", "3 > a"),
        (variations.respell_ranges, "range(n)", "range(0, n)"),
        (variations.respell_ranges, "range(0, n)", "range(n)"),
        (
            variations.shuffle_imports,
            "import re\nimport sys\nf()",
            "import sys\nimport re\nf()",
        ),
        (
            comments.add_docstrings,
            "def _join_all():\n    return 1",
            'def _join_all():\n    """Join all."""\n    return 1',
        ),
    ],
)
def test_what_a_rewriting_does(rewrite: Rewriting, before: str, after: str) -> None:
    """The one other program it makes."""
    assert rewritten(rewrite, before) == {normal(after)}


def test_results_get_a_name_that_is_free() -> None:
    """The program has ``result`` already."""
    program = "def f(result):\n    return g(result)"
    names = {"answer", "res", "ans", "output"}
    assert rewritten(variations.name_results, program) == {
        normal(f"def f(result):\n    {name} = g(result)\n    return {name}") for name in names
    }


@pytest.mark.parametrize(
    ("rewrite", "program"),
    [
        (variations.drop_annotations, "def f(x: Unknown): pass"),
        (variations.drop_annotations, "@register\ndef f(x: int): pass"),
        (variations.drop_annotations, "def f():\n    class P:\n        x: int = 0"),
        (variations.drop_annotations, "x: int = 0"),
        (variations.respell_steps, "x = []\nx += 1"),
        (variations.respell_steps, "def f(x):\n    x += 1"),
        (variations.respell_steps, "for x in y:\n    x += 1"),
        (variations.respell_steps, "x = 0\nx += y\nx += 1"),
        (variations.respell_steps, "x = 0\nx, y = z\nx += 1"),
        (variations.swap_branches, "if a:\n    b()"),
        (variations.mirror_comparisons, "f() < g()"),
        (variations.mirror_comparisons, "a < b < c"),
        (variations.respell_ranges, "range(*n)"),
        (variations.respell_ranges, "range(1, n)"),
        (variations.name_results, "def f(x):\n    return x"),
        (variations.shuffle_imports, "import numpy\nimport sys"),
        (variations.shuffle_imports, "from . import re\nimport sys"),
        (variations.shuffle_imports, "from re import *\nimport sys"),
        (variations.shuffle_imports, "from os import path\nfrom posix import stat as path"),
        (variations.shuffle_imports, "from __future__ import annotations\nimport sys"),
        (variations.shuffle_imports, "import re\nf()\nimport sys"),
        (comments.add_docstrings, 'def f():\n    "Mine."'),
    ],
)
def test_where_a_rewriting_holds_back(rewrite: Rewriting, program: str) -> None:
    """Places where the meaning might change, or where there is nothing to do."""
    assert rewritten(rewrite, program) == set()


def test_local_variables_are_renamed_everywhere() -> None:
    """One new name for all places of an old one, inner functions included."""
    program = "def f(n):\n    total = n\n    def g(k):\n        return total + k\n    return g"
    assert normal(
        "def f(n):\n    t = n\n    def g(k):\n        return t + k\n    return g"
    ) in rewritten(renaming.rename_locals, program, seeds=80)
    for other in rewritten(renaming.rename_locals, program):
        tree = ast.parse(other)
        outer = tree.body[0]
        assert isinstance(outer, ast.FunctionDef)
        assert [argument.arg for argument in outer.args.args] == ["n"]


@pytest.mark.parametrize(
    "program",
    [
        "def entry_point(argument): return argument",
        "limit = 3\ndef f(): return limit",
        "class P:\n    width = 3\n    def f(self, length): return self.width",
        "def f():\n    def g(length): return length\n    return g(length=3)",
        "def f():\n    length = 3\n    return eval('length')",
        "def f():\n    length = 3\n    return f'{length=}'",
        "def f():\n    import length\n    return length",
        "def f():\n    try: g()\n    except E as length: return length",
        "def f():\n    global length\n    length = 3",
        "def f(y):\n    match y:\n        case [length, *rest]: return length, rest",
        "class P:\n    def f(self):\n        __length = 3\n        return __length",
        "def f():\n    sum = 3\n    return sum",
        "[length for length in y]",
    ],
)
def test_names_that_others_may_know_stay(program: str) -> None:
    """Entry points and their parameters, modules, classes, keywords, strings, builtins."""
    assert rewritten(renaming.rename_locals, program) == set()


def test_comments_change_no_syntax_tree() -> None:
    """Comments and blank lines stand only where a line starts with a statement."""
    program = textwrap.dedent('''
        @cache
        def f(x):
            text = """
            for i in x:
            """
            if x: return 1; y = 2
            if y: z = 1; \\
                u = 2
            if z:
                return 1
            elif y:
                return 2
            return (
                3
            )
        ''')
    commented = [comments.add_comments(program, np.random.default_rng(s)) for s in range(200)]
    assert {ast.dump(ast.parse(other)) for other in commented} == {ast.dump(ast.parse(program))}
    assert len(set(commented)) > 50


def test_a_program_that_looks_at_itself_gets_comments_only() -> None:
    """``locals()`` would show a new name."""
    program = "def f(x: int):\n    total = 0\n    total += 1\n    return locals()['total'] + 1\n"
    others = {variations.vary(program, np.random.default_rng(seed)) for seed in range(40)}
    assert {ast.dump(ast.parse(other)) for other in others} == {ast.dump(ast.parse(program))}
    assert len(others) > 1


def test_a_program_that_does_not_compile_stays_as_it_is() -> None:
    """There is no meaning to keep."""
    assert variations.vary("def f(:", np.random.default_rng(0)) == "def f(:"
