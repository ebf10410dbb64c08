"""Wrong programs out of right ones, by the faults that surely fail.

Each fault takes a problem, a reference solution and a generator, and gives a program or None where
it has no place to act. None of them loops. They fail every test that asks for a result; a problem
that an empty program solves cannot be failed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from numpy.random import Generator

from passatk.generation.drawing import one_of
from passatk.generation.syntax import Function, blocks, functions, identifiers, names, source
from passatk.records import CallTests, Problem, StreamTests

Fault = Callable[[Problem, str, Generator], str | None]

_LABEL = "Result:"


def spoil(problem: Problem, reference: str, random: Generator) -> str:
    """A program that fails, made of a reference solution by a fault drawn at random."""
    places: list[int] = random.permutation(len(FAULTS)).tolist()
    for place in places:
        program = FAULTS[place](problem, reference, random)
        if program is not None:
            return program
    raise AssertionError("cutting off a program is always possible")


def cut_off(problem: Problem, reference: str, random: Generator) -> str:
    """The program ends in the middle: a syntax error."""
    start = _definition_start(problem, reference)
    end = int(random.integers((start + len(reference)) // 2, len(reference)))
    part = reference[:end].rstrip() + "\n"
    try:
        ast.parse(part)
    except SyntaxError:
        return part
    # On a line of its own, since the cut may be in a comment.
    return part + "    return ("


def _definition_start(problem: Problem, reference: str) -> int:
    if problem.entry_point is None:
        return 0
    name = problem.entry_point.rpartition(".")[2]
    found = re.search(rf"\b(def|class) {re.escape(name)}\b", reference)
    return found.end() if found else 0


def leave_unwritten(problem: Problem, reference: str, random: Generator) -> str | None:
    """Only the signature is there, and a call raises ``NotImplementedError``."""
    if problem.entry_point is None:
        return "def main() -> None:\n    raise NotImplementedError\n\n\nmain()\n"
    tree = ast.parse(reference)
    target = _target(tree, problem.entry_point)
    if target is None:
        return None
    for function in functions(target):
        function.body = [ast.Raise(ast.Name("NotImplementedError", ast.Load()))]
    return source(tree)


def misname(problem: Problem, reference: str, random: Generator) -> str | None:
    """The function has another name than the one asked for."""
    if problem.entry_point is None:
        return None
    tree = ast.parse(reference)
    old = problem.entry_point.partition(".")[0]
    target = _target(tree, old)
    taken = identifiers(tree)
    ideas = ("solve", "solution", f"{old}_solution", f"my_{old}")
    free = [new for new in ideas if new not in taken]
    if target is None or not free:
        return None
    target.name = one_of(free, random)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == old:
            node.id = target.name
    return source(tree)


def print_results(problem: Problem, reference: str, random: Generator) -> str | None:
    """The function prints what it should return."""
    if problem.entry_point is None or not isinstance(problem.tests, CallTests):
        return None
    if all(case.expected is None for case in problem.tests.cases):
        return None
    tree = ast.parse(reference)
    target = _target(tree, problem.entry_point)
    if not isinstance(target, ast.FunctionDef) or target.name in names(target):
        return None
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(target)):
        return None
    inner = [node for node in functions(target) if node is not target]
    of_inner = [block for function in inner for block in blocks(function)]
    for block in blocks(target):
        match block[-1]:
            case ast.Return(value=ast.expr() as value) if not any(block is b for b in of_inner):
                printed = ast.Call(ast.Name("print", ast.Load()), [value], [])
                block[-1:] = [ast.Expr(printed), ast.Return()]
    return source(tree)


def label_output(problem: Problem, reference: str, random: Generator) -> str | None:
    """The program prints a line that nobody asked for."""
    if not isinstance(problem.tests, StreamTests) or problem.tests.comparison.kind == "checker":
        return None
    if any(case.stdout.lstrip().startswith(_LABEL) for case in problem.tests.cases):
        return None
    tree = ast.parse(reference)
    label = ast.Call(ast.Name("print", ast.Load()), [ast.Constant(_LABEL)], [])
    head = [_is_head(statement) for statement in tree.body]
    tree.body.insert([*head, False].index(False), ast.Expr(label))
    return source(tree)


def forget_to_start(problem: Problem, reference: str, random: Generator) -> str | None:
    """Everything is defined, and nothing is called."""
    if not isinstance(problem.tests, StreamTests):
        return None
    if not any(case.stdout.strip() for case in problem.tests.cases):
        return None
    tree = ast.parse(reference)
    *definitions, start = tree.body
    if not definitions or not isinstance(start, ast.If | ast.Expr):
        return None
    if not all(_is_head(part) or isinstance(part, Function | ast.ClassDef) for part in definitions):
        return None
    tree.body = definitions
    return source(tree)


def _is_head(statement: ast.stmt) -> bool:
    """An import, or a docstring."""
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return True
    return False


def _target(tree: ast.Module, entry_point: str) -> Function | ast.ClassDef | None:
    """The definition of ``name``, or of ``Class.method``."""
    block: list[ast.stmt] = tree.body
    target: Function | ast.ClassDef | None = None
    for name in entry_point.split("."):
        definitions = [node for node in block if isinstance(node, Function | ast.ClassDef)]
        target = next((node for node in definitions if node.name == name), None)
        if target is None:
            return None
        block = target.body
    return target


FAULTS: tuple[Fault, ...] = (
    cut_off,
    leave_unwritten,
    misname,
    print_results,
    label_output,
    forget_to_start,
)
