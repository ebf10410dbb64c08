"""Constants, imports and examples in reverse order."""

from __future__ import annotations

import ast

from passatk.benchmarks.perturbations.prompts import if_sound, in_docstrings, parse
from passatk.records import Problem


def reorder(problem: Problem) -> Problem:
    """Constants and imports before the function, and the examples, stand in reverse order."""
    if problem.entry_point is None:
        return problem
    prompt = _reversed_head(problem.prompt)
    return if_sound(problem, in_docstrings(prompt, _reversed_examples))


def _reversed_head(prompt: str) -> str:
    """Constants and imports that stand together before the first definition, last first."""
    tree = parse(prompt)
    if tree is None:
        return prompt
    head: list[ast.stmt] = []
    for statement in tree.body:
        if not _is_independent(statement):
            break
        head.append(statement)
    names = [name for each in head for name in _bound(each)]
    used = {node.id for each in head for node in ast.walk(each) if isinstance(node, ast.Name)}
    # A constant that is made of another one has to come after it.
    if len(head) < 2 or used - set(names) or len(set(names)) < len(names):
        return prompt
    if any(set(_read(each)) & set(names) for each in head):
        return prompt
    lines = prompt.splitlines(keepends=True)
    first, last = head[0].lineno - 1, head[-1].end_lineno
    pieces = ["".join(lines[each.lineno - 1 : each.end_lineno]) for each in head]
    if not all(piece.endswith("\n") for piece in pieces):
        return prompt
    return "".join([*lines[:first], *reversed(pieces), *lines[last:]])


def _is_independent(statement: ast.stmt) -> bool:
    match statement:
        case ast.ImportFrom(module="__future__"):
            return False
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.Assign(targets=[ast.Name()]):
            return True
    return False


def _bound(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [each.asname or each.name.partition(".")[0] for each in names]
        case ast.Assign(targets=[ast.Name(id=name)]):
            return [name]
    return []


def _read(statement: ast.stmt) -> list[str]:
    return [
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    ]


def _reversed_examples(docstring: str) -> str:
    """Examples that follow each other, last first."""
    lines = docstring.splitlines(keepends=True)
    result: list[str] = []
    examples: list[list[str]] = []

    def end() -> None:
        result.extend(line for example in reversed(examples) for line in example)
        examples.clear()

    for line in lines:
        stripped = line.strip()
        if stripped.startswith(">>>") and '"""' not in line and "'''" not in line:
            examples.append([line])
        elif examples and stripped and '"""' not in line and "'''" not in line:
            examples[-1].append(line)
        else:
            end()
            result.append(line)
    end()
    return "".join(result)
