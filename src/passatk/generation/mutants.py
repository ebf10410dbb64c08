"""Programs that differ from a right one in one spot, as in mutation testing.

Most are wrong, but some turn out right (an equivalent mutant), so they do not suit studies that
plant the truth. None of them runs for ever: only programs whose loops and calls end whatever the
values are get mutated, and nothing is changed that the number of rounds depends on.

Source for the kinds: Jia and Harman, "An Analysis and Survey of the Development of Mutation
Testing", IEEE Transactions on Software Engineering 37(5), 2011.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

from numpy.random import Generator

from passatk.generation.drawing import one_of
from passatk.generation.syntax import blocks, source
from passatk.generation.termination import changeable, ends

Edit = Callable[[], None]
"""Changes one spot of a tree."""


def mutate(program: str, random: Generator) -> str | None:
    """One mutant of a program, drawn at random: first the kind, then the spot.

    None where the program might then run for ever, or has no spot to change.
    """
    tree = ast.parse(program)
    if not ends(tree):
        return None
    spots = changeable(tree)
    edits = [edits for kind in KINDS if (edits := list(kind(tree, spots)))]
    if not edits:
        return None
    of_kind = one_of(edits, random)
    one_of(of_kind, random)()
    return source(tree)


_NEIGHBOURS: dict[type[Any], type[Any]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.FloorDiv: ast.Div,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


def move_bounds(tree: ast.Module, spots: set[ast.AST]) -> Iterator[Edit]:
    """``<`` becomes ``<=``, ``==`` becomes ``!=``, and so on."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and node in spots and type(node.ops[0]) in _NEIGHBOURS:
            yield partial(node.ops.__setitem__, 0, _NEIGHBOURS[type(node.ops[0])]())


def swap_operators(tree: ast.Module, spots: set[ast.AST]) -> Iterator[Edit]:
    """``+`` becomes ``-``, ``//`` becomes ``/``, ``and`` becomes ``or``, and back."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign)
            and node in spots
            and type(node.op) in _NEIGHBOURS
        ):
            yield partial(setattr, node, "op", _NEIGHBOURS[type(node.op)]())


def shift_constants(tree: ast.Module, spots: set[ast.AST]) -> Iterator[Edit]:
    """A whole number becomes one more."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node in spots and type(node.value) is int:
            yield partial(setattr, node, "value", node.value + 1)


def swap_arguments(tree: ast.Module, spots: set[ast.AST]) -> Iterator[Edit]:
    """``f(a, b)`` becomes ``f(b, a)``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node in spots and len(node.args) == 2:
            yield partial(node.args.reverse)


def drop_statements(tree: ast.Module, spots: set[ast.AST]) -> Iterator[Edit]:
    """A call, a step or a guard (``if ...: return``) becomes ``pass``."""
    for block in blocks(tree):
        for place, statement in enumerate(block):
            match statement:
                case (
                    ast.Expr(value=ast.Call())
                    | ast.AugAssign()
                    | ast.If(body=[ast.Return() | ast.Raise() | ast.Continue()], orelse=[])
                ) if statement in spots:
                    yield partial(block.__setitem__, place, ast.Pass())


def return_early(tree: ast.Module, spots: set[ast.AST]) -> Iterator[Edit]:
    """The ``return`` after a loop slips into it."""
    for block in blocks(tree):
        for loop, after in pairwise(block):
            if isinstance(loop, ast.For) and isinstance(after, ast.Return) and after in spots:
                yield partial(loop.body.append, after)


def forget_imports(tree: ast.Module, spots: set[ast.AST]) -> Iterator[Edit]:
    """An import is not there."""
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield partial(tree.body.remove, statement)


KINDS = (
    move_bounds,
    swap_operators,
    shift_constants,
    swap_arguments,
    drop_statements,
    return_early,
    forget_imports,
)
