"""What rewriting programs asks of their syntax trees."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator

BUILTINS = frozenset(dir(builtins))
_WORD = re.compile(r"[^\W\d]\w*")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def words(text: str) -> set[str]:
    """Everything in a text that may be an identifier."""
    return set(_WORD.findall(text))


def blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Every list of statements, in a fixed order; changing one changes the tree."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        block = getattr(tree, field, None)
        if isinstance(block, list) and block:
            if isinstance(block[0], ast.stmt):
                yield block
            for part in block:
                yield from blocks(part)


def functions(tree: ast.AST) -> Iterator[Function]:
    """The tree itself, if it is a function, and every function in it."""
    if isinstance(tree, Function):
        yield tree
    for block in blocks(tree):
        yield from (statement for statement in block if isinstance(statement, Function))


def source(tree: ast.Module) -> str | None:
    """The program of a tree; None for f-strings that CPython 3.11 reads but cannot write."""
    try:
        return ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    except ValueError:
        return None


def names(tree: ast.AST) -> set[str]:
    """The variables that are read or written."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def fixed_identifiers(tree: ast.AST) -> set[str]:
    """Identifiers that stand anywhere but in a variable or a parameter.

    Functions, classes, attributes, keywords, imports, captured patterns, ``global`` and
    ``nonlocal``; and every word of a string, since a program may look a name up.
    """
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.arg):
            continue
        for _, value in ast.iter_fields(node):
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str):
                    found |= words(text)
    return found


def identifiers(tree: ast.AST) -> set[str]:
    """Every identifier of a program, and every word of its strings."""
    parameters = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return names(tree) | parameters | fixed_identifiers(tree)
