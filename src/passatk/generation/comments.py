"""Words around a program that do not change it: comments, docstrings, blank lines."""

from __future__ import annotations

import ast

from numpy.random import Generator

from passatk.generation.syntax import blocks, functions

_SHARE = 0.2

_REMARKS: dict[type[ast.stmt], tuple[str, ...]] = {
    ast.FunctionDef: ("Helper", "The work is done here"),
    ast.For: ("Go through the items one by one", "Visit each of them once", "Main loop"),
    ast.While: ("Repeat until nothing is left", "Keep going as long as needed"),
    ast.If: ("Check this case first", "Special case", "Only if it applies"),
    ast.Return: ("Done", "Return the final answer"),
    ast.Assign: ("Set up", "Keep this for later"),
    ast.AugAssign: ("Update",),
    ast.Expr: ("Update the state",),
}


def add_docstrings(tree: ast.Module, random: Generator) -> None:
    """Give functions without a docstring one that is made of their name, in place."""
    for function in functions(tree):
        if ast.get_docstring(function) is None and random.random() < _SHARE:
            words = function.name.strip("_").replace("_", " ").capitalize()
            function.body.insert(0, ast.Expr(ast.Constant(f"{words}.")))


def add_comments(program: str, random: Generator) -> str:
    """Put comments and blank lines in front of some statements of a program that compiles."""
    lines = program.split("\n")
    for statement in _that_start_a_line(lines, ast.parse(program)):
        if random.random() < _SHARE:
            remarks = _REMARKS.get(type(statement), ())
            drawn = int(random.integers(len(remarks) + 1))
            indentation = " " * statement.col_offset
            comment = f"{indentation}# {remarks[drawn]}." if drawn < len(remarks) else ""
            lines.insert(_first_line(statement) - 1, comment)
    return "\n".join(lines)


def _that_start_a_line(lines: list[str], tree: ast.Module) -> list[ast.stmt]:
    """Statements with nothing but indentation before them, the last one first."""
    alone = [
        statement
        for block in blocks(tree)
        for statement in block
        if not lines[statement.lineno - 1].encode()[: statement.col_offset].strip()
        and not lines[_first_line(statement) - 2].endswith("\\")
    ]
    return sorted(alone, key=_first_line, reverse=True)


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])
