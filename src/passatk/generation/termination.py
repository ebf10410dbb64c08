"""Whether a program ends whatever its values are, and where a change leaves that so.

Both answers are careful: a program may end and be refused.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from passatk.generation.syntax import Function, names

_ENDLESS = frozenset({"count", "cycle", "repeat", "iter"})


def ends(tree: ast.Module) -> bool:
    """No ``while``, no recursion, no endless iterator, no loop over what its body changes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.While | ast.AsyncFor) or _mentions(node) in _ENDLESS:
            return False
        if isinstance(node, ast.For) and names(node.iter) & _changed(node.body):
            return False
    return not _recursive(tree)


def _mentions(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return None


def _changed(body: list[ast.stmt]) -> set[str]:
    """Variables that are set in the statements, or whose methods or items are used."""
    found: set[str] = set()
    for node in (node for statement in body for node in ast.walk(statement)):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.Attribute(value=value) | ast.Subscript(value=value, ctx=ast.Store()):
                found |= names(value)
            case ast.Call(args=args):
                found |= {name for argument in args for name in names(argument)}
    return found


def _recursive(tree: ast.Module) -> bool:
    """Whether a function's name can be reached from its own body."""
    mentioned: dict[str, set[str]] = {}
    for name, body in _callables(tree):
        found = {_mentions(node) for node in ast.walk(body)}
        mentioned.setdefault(name, set()).update(name for name in found if name)
    for name in mentioned:
        reached: set[str] = set()
        ahead = set(mentioned[name])
        while ahead:
            reached |= ahead
            ahead = {far for near in ahead for far in mentioned.get(near, ())} - reached
        if name in reached:
            return True
    return False


def _callables(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, node
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as body):
                yield name, body


def changeable(tree: ast.Module) -> set[ast.AST]:
    """The nodes in function bodies that no number of rounds depends on."""
    deciding = _deciding_names(tree)
    return {
        node
        for function in ast.walk(tree)
        if isinstance(function, Function) and function.name not in deciding
        for statement in function.body
        for node in _free(statement, deciding)
    }


def _free(node: ast.AST, deciding: set[str]) -> Iterator[ast.AST]:
    """The node and what is below it, without iterables and without what sets deciding names."""
    if _targets(node) & deciding or isinstance(node, Function | ast.ClassDef):
        return
    yield node
    for name, child in ast.iter_fields(node):
        if name != "iter":
            for part in child if isinstance(child, list) else [child]:
                if isinstance(part, ast.AST):
                    yield from _free(part, deciding)


def _deciding_names(tree: ast.Module) -> set[str]:
    """Names that iterables, repetitions and powers are made of, directly or through others."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.For(iter=part) | ast.comprehension(iter=part):
                found |= names(part)
            case ast.BinOp(op=ast.Mult() | ast.Pow() | ast.LShift()):
                found |= names(node)
    while True:
        more = {name for node in ast.walk(tree) if _targets(node) & found for name in names(node)}
        if more <= found:
            return found
        found |= more


def _targets(node: ast.AST) -> set[str]:
    """The names that a statement binds, or changes through a method or an item."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            return {name for target in targets for name in names(target)}
        case (
            ast.AugAssign(target=target)
            | ast.AnnAssign(target=target)
            | ast.NamedExpr(target=target)
        ):
            return names(target)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=value))):
            return names(value)
    return set()
