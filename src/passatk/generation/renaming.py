"""Give local variables other names, everywhere at once, so that the program means the same.

A name is replaced by one that the program has nowhere, at every place where it stands. That keeps
every binding as it was as long as nobody outside the program knows the name: so names of modules
and classes, parameters that a caller may pass by keyword, and words of strings stay as they are.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator

from numpy.random import Generator

from passatk.generation.drawing import one_of
from passatk.generation.syntax import (
    BUILTINS,
    Function,
    fixed_identifiers,
    functions,
    identifiers,
)

_SHARE = 0.6


def rename_locals(tree: ast.Module, random: Generator) -> None:
    """Rename some local variables, and parameters of inner functions, in place."""
    taken = identifiers(tree) | BUILTINS
    renamed: dict[str, str] = {}
    for old in sorted(_local_names(tree)):
        if random.random() < _SHARE:
            free = [new for new in _other_names(old) if new not in taken]
            if free:
                renamed[old] = one_of(free, random)
                taken.add(renamed[old])
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = renamed.get(node.id, node.id)
        elif isinstance(node, ast.arg):
            node.arg = renamed.get(node.arg, node.arg)


def _local_names(tree: ast.Module) -> set[str]:
    inside = {name for function in functions(tree) for name in _bound(function)}
    known_outside = set(_bound_outside_functions(tree)) | fixed_identifiers(tree) | BUILTINS
    # A leading underscore may be mangled in a class.
    return {name for name in inside - known_outside if not name.startswith("_")}


def _bound(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


def _bound_outside_functions(node: ast.AST) -> Iterator[str]:
    """Names of the module and of classes, and the parameters of their functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield from _bound(child.args)
        elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id
        else:
            yield from _bound_outside_functions(child)


def _other_names(old: str) -> list[str]:
    """What another programmer might have called it."""
    words = old.split("_")
    ideas = [
        "".join(word[:1] for word in words),
        old[:3],
        re.sub(r"(?<=.)[aeiou]", "", old),
        words[0] + "".join(word.capitalize() for word in words[1:]),
        f"{old}_value",
        f"current_{old}",
        f"{old}2",
    ]
    return [
        new for new in dict.fromkeys(ideas) if new.isidentifier() and not keyword.iskeyword(new)
    ]
