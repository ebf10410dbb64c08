"""Reading Python source without running it: what it defines, and what it lacks.

Programs of models are not to be trusted, not even by a parser: sources that are long, nested too
deep or hold NUL bytes are treated as not parseable.
"""

from __future__ import annotations

import ast
import builtins
import io
import warnings

MAX_CHARACTERS = 200_000
BUILTINS = frozenset(dir(builtins))


def parse(source: str) -> ast.Module | None:
    """The syntax tree; None where the source is no Python, too long or nested too deep."""
    tree = _parse(source)
    return tree if isinstance(tree, ast.Module) else None


def error_line(source: str) -> int | None:
    """The 1-based line where the parser gave up, 1 if it does not say; None if it did not."""
    error = _parse(source)
    return None if isinstance(error, ast.Module) else error


def _parse(source: str) -> ast.Module | int:
    """The syntax tree, or the line of the error."""
    if len(source) > MAX_CHARACTERS:
        return 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the parser comments on other people's escapes
        try:
            return ast.parse(source)
        except SyntaxError as error:
            return error.lineno or 1
        except (ValueError, RecursionError, MemoryError):
            return 1


def defined(tree: ast.Module | ast.stmt) -> set[str]:
    """Names that a module, or one statement at its top, binds in the module."""
    statements = tree.body if isinstance(tree, ast.Module) else [tree]
    names: set[str] = set()
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(statement.name)
        else:
            names |= _bound(statement)
    return names


def missing(tree: ast.AST) -> set[str]:
    """Names that are used and bound nowhere in the tree; builtins are among them."""
    used = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    return used - _bound(tree)


def _bound(tree: ast.AST) -> set[str]:
    """Names bound anywhere in the tree, in whatever scope."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.ClassDef(name=name) | ast.arg(arg=name):
                names.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.alias(name=name, asname=asname):
                names.add(asname or name.partition(".")[0])
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                names.add(name)
            case ast.MatchStar(name=str(name)):
                names.add(name)
    return names


def lines_of(source: str) -> list[str]:
    """The lines with their ends, as the parser counts them (``str.splitlines`` knows more)."""
    return io.StringIO(source, newline="").readlines()


def source_of(source: str, statement: ast.stmt) -> str:
    """The lines of a statement at the top of a source, with its decorators."""
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    text = "".join(lines_of(source)[first - 1 : statement.end_lineno])
    return text if text.endswith("\n") else text + "\n"
