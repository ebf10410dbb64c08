"""Tests that a model wrote, for choosing among its own attempts (CodeT, arXiv 2207.10397).

A file has one record a problem: its id, and what the model gave when it was asked to go on after
``assert``, several times.

    {"task_id": "HumanEval/0", "samples": ["add(1, 2) == 3\\nassert add(2, 2) == 4\\n", ...]}

Taken of each sample are the first assertions that call the function under test, as CodeT takes
them. They run in the judge, where a program's functions stand behind a wall but the tests do not,
and no one has looked at them. So an assertion is taken only if it consists of that call, plain
data, comparisons, small arithmetic and a few harmless builtins: nothing in it can reach another
object, import, or keep the judge busy.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from passatk.benchmarks.fingerprint import content_hash
from passatk.benchmarks.rows import read_rows
from passatk.records import Benchmark, CodeCase, CodeTests, Problem, Trust

PER_SAMPLE = 5
"""Assertions taken of a sample: the first ones, as in CodeT."""
PER_PROBLEM = 500
"""Distinct assertions kept of a problem: those that most samples have."""

_MAX_SAMPLE, _MAX_ASSERTION = 50_000, 2_000  # characters
_MAX_REPEATS = 10_000  # items of a repeated sequence, length of a range
_ENDS = re.compile(r"\n(?:class|def|#|if|print)")
_BUILTINS = frozenset(
    {
        *("abs", "all", "any", "bool", "dict", "float", "frozenset", "int", "isinstance", "len"),
        *("list", "max", "min", "range", "round", "set", "sorted", "str", "sum", "tuple", "type"),
    }
)
_NODES = (
    *(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.UAdd, ast.USub, ast.BinOp),
    *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot),
    *(ast.In, ast.NotIn, ast.Call, ast.keyword, ast.Constant, ast.Name, ast.Load),
    *(ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Subscript, ast.Slice),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow),
)


@dataclass(frozen=True, slots=True)
class GeneratedTests:
    """The distinct assertions of each problem that has any, and how many were not taken."""

    assertions: Mapping[str, tuple[str, ...]]
    refused: int
    """Assertions that call the function under test but hold what is not taken."""


def read_generated_tests(path: str | Path, entry_points: Mapping[str, str]) -> GeneratedTests:
    """Read assertions that a model wrote.

    Args:
        path: JSON Lines, plain or compressed.
        entry_points: the function under test of each problem; records of others are passed over.

    Raises:
        DataError: a record without ``task_id`` or ``samples``, or a file that cannot be read.
    """
    counts: dict[str, Counter[str]] = {}
    refused = 0
    for row in read_rows(Path(path)):
        problem = row.identifier("task_id", "HumanEval")
        row.value("samples", list, "a list of texts")
        samples = row.texts("samples")
        if problem not in entry_points:
            continue
        found = counts.setdefault(problem, Counter())
        for sample in samples:
            taken, others = assertions(sample, entry_points[problem])
            found.update(dict.fromkeys(taken, 1))
            refused += others
    kept = {
        problem: tuple(text for text, _ in found.most_common(PER_PROBLEM))
        for problem, found in counts.items()
        if found
    }
    return GeneratedTests(MappingProxyType(kept), refused)


def assertions(sample: str, entry_point: str) -> tuple[list[str], int]:
    """The first assertions of a sample that call the entry point, and how many were refused.

    Each comes back in one spelling, without its message. Text that is no assertion is passed over.
    """
    taken: list[str] = []
    refused = 0
    called = re.compile(rf"\b{re.escape(entry_point)}\b")
    for piece in f"assert {sample[:_MAX_SAMPLE]}".split("assert ")[1:]:
        if len(taken) + refused == PER_SAMPLE:
            break
        if called.search(piece) is None:
            continue
        test = _parsed(_ENDS.split(piece, maxsplit=1)[0].strip())
        if test is None:
            continue
        if _harmless(test, entry_point):
            taken.append(f"assert {ast.unparse(test)}")
        else:
            refused += 1
    return taken, refused


def judging_benchmark(
    name: str, problems: Iterable[Problem], tests: GeneratedTests, *, mark: str = ""
) -> Benchmark:
    """The problems with generated tests in place of their own, one case an assertion.

    References are left out, since generated tests may well be wrong about them.

    Args:
        problems: those without an assertion are left out.
        mark: goes into the hash, for telling apart what is judged by the same tests.
    """
    judged = {
        problem.id: replace(
            problem,
            tests=CodeTests(
                cases=tuple(CodeCase(each, visible=True) for each in tests.assertions[problem.id])
            ),
            references=(),
            wrong=(),
            trust=Trust.APART,
        )
        for problem in problems
        if problem.id in tests.assertions
    }
    return Benchmark(name, MappingProxyType(judged), content_hash(judged.values()) + mark)


def _parsed(text: str) -> ast.expr | None:
    """The condition of the assertion that a text begins with; its first line, if that is all."""
    for part in (text, text.partition("\n")[0]):
        if len(part) > _MAX_ASSERTION:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the parser comments on other people's literals
                statement = ast.parse(f"assert {part}").body[0]
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        if isinstance(statement, ast.Assert):
            return statement.test
    return None


def _harmless(test: ast.expr, entry_point: str) -> bool:
    """Whether an assertion calls the entry point and consists of nothing but what is taken."""
    calls = False
    for node in ast.walk(test):
        if not isinstance(node, _NODES):
            return False
        if isinstance(node, ast.Name) and node.id not in _BUILTINS | {entry_point}:
            return False
        if isinstance(node, ast.Call):
            if not isinstance(node.func, ast.Name):
                return False
            calls = calls or node.func.id == entry_point
            if node.func.id == "range" and not all(map(_small, node.args)):
                return False
        if isinstance(node, ast.BinOp) and not _small_result(node):
            return False
    return calls


def _small_result(node: ast.BinOp) -> bool:
    """Whether an operation on plain data gives little: powers and repetitions may give much."""
    if isinstance(node.op, ast.Pow):
        return _small(node.left) and isinstance(node.right, ast.Constant) and _small(node.right, 64)
    if isinstance(node.op, ast.Mult | ast.Mod):
        # What a program or a range gives may be long, or a format for something long.
        inner = [each for side in (node.left, node.right) for each in ast.walk(side)]
        text = isinstance(node.left, ast.Constant) and isinstance(node.left.value, str | bytes)
        return (
            (_small(node.left) or _small(node.right))
            and not any(isinstance(each, ast.Call | ast.BinOp) for each in inner)
            and not (text and isinstance(node.op, ast.Mod))
        )
    return True


def _small(node: ast.expr, most: int = _MAX_REPEATS) -> bool:
    """Whether this is a number as it stands, and not a large one."""
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and abs(node.value) <= most
    )
