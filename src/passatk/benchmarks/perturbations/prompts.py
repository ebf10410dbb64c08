"""What changing a prompt asks of its text and of its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from passatk.records import Problem


def if_sound(problem: Problem, prompt: str) -> Problem:
    """The problem with that prompt; as it was where the old one was Python and this one is not."""
    if prompt == problem.prompt or (parse(problem.prompt) and parse(prompt) is None):
        return problem
    return replace(problem, prompt=prompt)


def parse(prompt: str) -> ast.Module | None:
    """The tree of a prompt whose last function may lack its body."""
    for text in (prompt, prompt.rstrip() + "\n    pass\n"):
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            continue
    return None


def in_docstrings(prompt: str, change: Callable[[str], str]) -> str:
    """The prompt with its docstrings changed."""
    tree = parse(prompt)
    if tree is None:
        return prompt
    lines = prompt.splitlines(keepends=True)
    holders = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = [
        node.body[0]
        for node in ast.walk(tree)
        if isinstance(node, holders) and node.body and _is_docstring(node.body[0])
    ]
    for value in sorted(found, key=lambda each: -each.lineno):
        start, end = value.lineno - 1, value.end_lineno
        lines[start:end] = [change("".join(lines[start:end]))]
    return "".join(lines)


def _is_docstring(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
    return False


def indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]
