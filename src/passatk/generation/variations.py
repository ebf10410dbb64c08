"""Other programs that mean the same.

Each rewriting changes a tree in place, at places drawn at random, only where the meaning provably
stays: the same values are computed in the same order. A program that looks at itself (``locals``,
``eval``, annotations ...) is given other comments and nothing else.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Callable

from numpy.random import Generator

from passatk.generation.comments import add_comments, add_docstrings
from passatk.generation.drawing import one_of
from passatk.generation.renaming import rename_locals
from passatk.generation.syntax import (
    BUILTINS,
    blocks,
    fixed_identifiers,
    functions,
    identifiers,
    names,
    source,
    words,
)

Rewriting = Callable[[ast.Module, Generator], None]

_CHOSEN = 0.35
"""Probability of each rewriting, and of comments."""
_HERE = 0.5
"""Probability of each place where a chosen rewriting may act."""

_LOOKS_AT_ITSELF = frozenset(
    {
        *("dir", "eval", "exec", "globals", "locals", "vars"),
        *("__annotations__", "__code__", "__dict__", "__doc__", "_getframe"),
        *("get_type_hints", "inspect", "traceback"),
        *("singledispatch", "singledispatchmethod"),
    }
)


def vary(program: str, random: Generator) -> str:
    """A program with the same meaning and, most often, another text.

    A program that does not compile is returned as it is.
    """
    try:
        tree = ast.parse(program)
    except SyntaxError:
        return program
    if not words(program) & _LOOKS_AT_ITSELF:
        chosen = [rewrite for rewrite in REWRITINGS if random.random() < _CHOSEN]
        for rewrite in chosen:
            rewrite(tree, random)
        if chosen:
            program = source(tree) or program
    return add_comments(program, random) if random.random() < _CHOSEN else program


def rename(program: str, random: Generator) -> str:
    """The same program with other names of local variables, where it has any to change."""
    try:
        tree = ast.parse(program)
    except SyntaxError:
        return program
    if words(program) & _LOOKS_AT_ITSELF:
        return program
    rename_locals(tree, random)
    return source(tree) or program


def drop_annotations(tree: ast.Module, random: Generator) -> None:
    """``def f(x: int) -> int`` becomes ``def f(x)``; ``x: int = 0`` in a function ``x = 0``.

    Only where each name of the annotations is known, since an unknown one is an error.
    """
    known = _defined_at_top(tree) | BUILTINS
    for function in functions(tree):
        if function.decorator_list:
            continue
        arguments = [node for node in ast.walk(function.args) if isinstance(node, ast.arg)]
        annotations = [function.returns, *(argument.annotation for argument in arguments)]
        if all(names(annotation) <= known for annotation in annotations if annotation):
            function.returns = None
            for argument in arguments:
                argument.annotation = None
        class_bodies = [node.body for node in ast.walk(function) if isinstance(node, ast.ClassDef)]
        for block in blocks(function):
            if not any(block is body for body in class_bodies):
                block[:] = [_without_annotation(statement) for statement in block]


def _defined_at_top(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            found.update((alias.asname or alias.name).split(".")[0] for alias in statement.names)
        elif isinstance(statement, ast.ClassDef):
            found.add(statement.name)
    return found


def _without_annotation(statement: ast.stmt) -> ast.stmt:
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return ast.Assign(targets=[statement.target], value=statement.value)
    return statement


def respell_steps(tree: ast.Module, random: Generator) -> None:
    """``x += 1`` <-> ``x = x + 1``, where ``x`` is surely a number.

    (``+=`` changes a list or an array in place, and ``+`` does not.)
    """
    counters = _counters(tree)
    for block in blocks(tree):
        for place, statement in enumerate(block):
            match statement:
                case ast.AugAssign(
                    target=ast.Name(id=name), op=op, value=ast.Constant() as step
                ) if name in counters and random.random() < _HERE:
                    total = ast.BinOp(ast.Name(name, ast.Load()), op, step)
                    block[place] = ast.Assign([ast.Name(name, ast.Store())], total)
                case ast.Assign(
                    targets=[ast.Name(id=name)],
                    value=ast.BinOp(left=ast.Name(id=same), op=op, right=ast.Constant() as step),
                ) if name == same and name in counters and random.random() < _HERE:
                    block[place] = ast.AugAssign(ast.Name(name, ast.Store()), op, step)


def _counters(tree: ast.Module) -> set[str]:
    """Variables that are only ever set to a constant number or stepped by one."""
    set_to_numbers: Counter[str] = Counter()
    for node in ast.walk(tree):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                | ast.AugAssign(target=ast.Name(id=name), value=value)
            ) if _is_number(value) or _is_step(name, value):
                set_to_numbers[name] += 1
    bound = Counter(
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    )
    elsewhere = fixed_identifiers(tree) | {
        node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)
    }
    return {name for name, count in set_to_numbers.items() if count == bound[name]} - elsewhere


def _is_number(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, int | float)


def _is_step(name: str, value: ast.expr) -> bool:
    match value:
        case ast.BinOp(left=ast.Name(id=same), right=step):
            return name == same and _is_number(step)
    return False


_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


def swap_branches(tree: ast.Module, random: Generator) -> None:
    """``if c: A else: B`` becomes ``if not c: B else: A``, as a statement and as an expression."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.If(test=test, body=body, orelse=[_, *_] as otherwise)
                | ast.IfExp(test=test, body=body, orelse=ast.expr() as otherwise)
            ) if random.random() < _HERE:
                node.test, node.body, node.orelse = _negation(test), otherwise, body


def _negation(test: ast.expr) -> ast.expr:
    """True where the test is false, without asking for more than its truth."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return operand
        case ast.Compare(left=left, ops=[op], comparators=others) if type(op) in _OPPOSITES:
            return ast.Compare(left, [_OPPOSITES[type(op)]()], others)
    return ast.UnaryOp(ast.Not(), test)


_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}


def mirror_comparisons(tree: ast.Module, random: Generator) -> None:
    """``a < b`` becomes ``b > a``, between variables and constants: reading them does nothing."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(
                left=ast.Name() | ast.Constant() as left,
                ops=[op],
                comparators=[ast.Name() | ast.Constant() as right],
            ) if type(op) in _MIRRORED and random.random() < _HERE:
                node.left, node.comparators = right, [left]
                node.ops = [_MIRRORED[type(op)]()]


def respell_ranges(tree: ast.Module, random: Generator) -> None:
    """``range(n)`` <-> ``range(0, n)``."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="range"), args=[stop], keywords=[]) if (
                not isinstance(stop, ast.Starred) and random.random() < _HERE
            ):
                node.args = [ast.Constant(0), stop]
            case ast.Call(
                func=ast.Name(id="range"), args=[ast.Constant(value=0), stop], keywords=[]
            ) if not isinstance(stop, ast.Starred) and random.random() < _HERE:
                node.args = [stop]


def name_results(tree: ast.Module, random: Generator) -> None:
    """``return f(x)`` becomes ``result = f(x)`` and ``return result``, under a new name."""
    taken = identifiers(tree)
    free = [name for name in ("result", "answer", "res", "ans", "output") if name not in taken]
    if not free:
        return
    name = one_of(free, random)
    for block in blocks(tree):
        match block[-1]:
            case ast.Return(value=ast.expr() as value) if (
                not isinstance(value, ast.Name | ast.Constant) and random.random() < _HERE
            ):
                kept = ast.Assign([ast.Name(name, ast.Store())], value)
                block[-1:] = [kept, ast.Return(ast.Name(name, ast.Load()))]


def shuffle_imports(tree: ast.Module, random: Generator) -> None:
    """Reorder the imports at the top, if they are the standard library's and bind different names.

    Importing the standard library has no effect that depends on the order.
    """
    places = [
        place
        for place, statement in enumerate(tree.body)
        if isinstance(statement, ast.Import | ast.ImportFrom)
    ]
    imports = [tree.body[place] for place in places]
    bound = [name for statement in imports for name in _imported(statement)]
    if places != list(range(len(places))) or "*" in bound or len(set(bound)) < len(bound):
        return
    if all(_from_standard_library(statement) for statement in imports):
        tree.body[: len(imports)] = [imports[i] for i in random.permutation(len(imports))]


def _imported(statement: ast.stmt) -> list[str]:
    assert isinstance(statement, ast.Import | ast.ImportFrom)
    return [alias.asname or alias.name.split(".")[0] for alias in statement.names]


def _from_standard_library(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.ImportFrom):
        modules = [statement.module or ""] if statement.level == 0 else [""]
    else:
        assert isinstance(statement, ast.Import)
        modules = [alias.name for alias in statement.names]
    roots = {module.split(".")[0] for module in modules}
    return roots <= sys.stdlib_module_names - {"__future__"}


REWRITINGS: tuple[Rewriting, ...] = (
    rename_locals,
    drop_annotations,
    respell_steps,
    swap_branches,
    mirror_comparisons,
    respell_ranges,
    name_results,
    shuffle_imports,
    add_docstrings,
)
