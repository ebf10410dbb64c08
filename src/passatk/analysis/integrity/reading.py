"""What the detectors need to know of a program: keys of its forms, its literals, what it fakes.

Two programs have the same key of a form if they are the same in that form:

    verbatim   the text without docstrings, blank lines and trailing white space
    program    the syntax tree without docstrings and annotations, local names numbered
    shape      that, with constants and arithmetic and comparison operators left blank

Programs that do not parse (or are too long to, or are not in Python) have one form for all three:
their text with white space made even.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from passatk.analysis.integrity.literals import informative, literal_text

MOST_CHARACTERS = 100_000
"""Longer programs are not parsed."""

_BUILTINS = frozenset(dir(builtins))
_UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)
_LIARS = frozenset({"__eq__", "__ne__"})
_OPERATORS = frozenset(
    kind.__name__
    for parent in (ast.operator, ast.cmpop)
    for kind in parent.__subclasses__()
    if kind not in (ast.In, ast.NotIn, ast.Is, ast.IsNot)
)
_LEFT_OUT = {"ctx", "annotation", "returns", "type_comment", "type_ignores", "type_params", "kind"}
_WITH_DOCSTRING = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_NAMING = (ast.arg, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
_CONTAINERS = (ast.List, ast.Tuple, ast.Set, ast.Dict)
_NAME, _CONSTANT = "\0", "\1"


@dataclass(frozen=True, slots=True)
class Facts:
    """A program, as the detectors see it.

    Attributes:
        verbatim, program, shape: keys of its forms, 64 bits.
        literals: keys of the telling literals in its code, assertions and the part that runs as a
            script left out.
        lines: lines of the verbatim form.
        parsed: whether it is a syntax tree; if not, it has no literals.
        lies: whether it has an equality that says the same whatever is compared.
    """

    verbatim: int
    program: int
    shape: int
    literals: frozenset[int]
    lines: int
    parsed: bool
    lies: bool


def read_program(text: str, *, python: bool = True) -> Facts:
    """The facts of a program; any text will do."""
    if python and len(text) <= MOST_CHARACTERS:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return _read_tree(text, ast.parse(text))
        except _UNPARSABLE:
            pass
    lines = [line for line in text.split("\n") if not line.isspace() and line]
    key = key_of(" ".join(text.split()))
    return Facts(key, key, key, frozenset(), len(lines), parsed=False, lies=False)


def key_of(text: str) -> int:
    """64 bits that are the same in every process."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "big")


def _read_tree(text: str, tree: ast.Module) -> Facts:
    walk = _Walk()
    walk.through(tree)
    program, shape = walk.forms()
    lines = _without(text.split("\n"), walk.docstrings)
    return Facts(
        key_of("\n".join(lines)),
        key_of("\x1f".join(program)),
        key_of("\x1f".join(shape)),
        frozenset(key_of(each) for each in walk.literals if informative(each)),
        len(lines),
        parsed=True,
        lies=walk.lies,
    )


def _without(lines: list[str], docstrings: Sequence[ast.expr]) -> list[str]:
    gone = {
        number for node in docstrings for number in range(node.lineno, (node.end_lineno or 0) + 1)
    }
    bare = [line.rstrip() for number, line in enumerate(lines, 1) if number not in gone]
    return [line for line in bare if line]


class _Walk:
    """One pass through a tree in a fixed order, without recursion."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.fixed: set[str] = set()
        self.literals: set[str] = set()
        self.docstrings: list[ast.expr] = []
        self.lies = False

    def through(self, tree: ast.Module) -> None:
        stack: list[Any] = [tree]
        out = self.pieces.append
        quiet = 0
        while stack:
            node = stack.pop()
            kind = node.__class__
            if kind is str:
                out(node)
            elif kind is ast.Name:
                out(_NAME + node.id)
            elif kind is ast.Constant:
                out(f"{_CONSTANT}{node.value.__class__.__name__}:{node.value!r}")
                if not quiet:
                    self._literal(node)
            elif kind is _Loud:
                quiet -= 1
            else:
                hushed = kind is ast.Assert or (kind is ast.If and _is_script(node))
                if kind in _CONTAINERS and not quiet:
                    hushed = self._literal(node)
                elif kind is ast.UnaryOp and not quiet:
                    self._literal(node)
                if hushed:
                    quiet += 1
                    stack.append(_LOUD)
                out(kind.__name__)
                self._push(node, kind, stack)

    def _push(self, node: ast.AST, kind: type[ast.AST], stack: list[Any]) -> None:
        """The parts of a node, so that the first is popped first."""
        if kind in _DEFINITIONS:
            self._define(node)
        elif kind is ast.ImportFrom or kind is ast.Import:
            self._import(node)
        naming = kind in _NAMING
        for name in reversed(node._fields):
            if name in _LEFT_OUT:
                continue
            value = getattr(node, name, None)
            if value.__class__ is list:
                if name == "body" and kind in _WITH_DOCSTRING:
                    value = self._without_docstring(value)
                if kind is ast.Global or kind is ast.Nonlocal:
                    value = [_NAME + each for each in value]
                stack.extend(reversed(value))
                stack.append(f"[{len(value)}")
            elif value is None:
                stack.append("-")
            elif value.__class__ is str:
                stack.append(_NAME + value if naming else value)
            elif isinstance(value, ast.AST):
                stack.append(value)
            elif name != "simple":
                stack.append(str(value))
        if kind is ast.AnnAssign and node.value is not None:  # type: ignore[attr-defined]
            # As an assignment without an annotation is written.
            self.pieces[-1] = "Assign"
            stack.append("[1")

    def _without_docstring(self, body: list[Any]) -> list[Any]:
        match body:
            case [ast.Expr(value=ast.Constant(value=str()) as text), *rest]:
                self.docstrings.append(text)
                return rest
        return body

    def _define(self, node: Any) -> None:
        self.fixed.add(node.name)
        if node.name in _LIARS:
            match self._without_docstring(node.body):
                case [ast.Return(value=ast.Constant(value=bool()))]:
                    self.lies = True

    def _import(self, node: Any) -> None:
        self.fixed.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        if getattr(node, "module", "") == "unittest.mock":
            self.lies |= any(alias.name == "ANY" for alias in node.names)

    def _literal(self, node: ast.expr) -> bool:
        """Note a literal and its parts; whether it is one as a whole."""
        return literal_text(node, self.literals) is not None

    def forms(self) -> tuple[list[str], list[str]]:
        """The pieces of the program and of its shape, local names by first appearance."""
        numbers: dict[str, str] = {}
        program: list[str] = []
        shape: list[str] = []
        kept = self.fixed | _BUILTINS
        for piece in self.pieces:
            mark = piece[:1]
            if mark == _NAME:
                name = piece[1:]
                if name not in kept:
                    name = numbers.setdefault(name, f"v{len(numbers)}")
                program.append(name)
                shape.append(name)
            elif mark == _CONSTANT:
                program.append(piece)
                shape.append(piece.partition(":")[0])
            else:
                program.append(piece)
                shape.append("operator" if piece in _OPERATORS else piece)
        return program, shape


class _Loud:
    """Ends a part of the tree whose literals do not count."""


_LOUD = _Loud()


def _is_script(node: ast.If) -> bool:
    """``if __name__ == "__main__":``"""
    match node.test:
        case ast.Compare(left=ast.Name(id="__name__")):
            return True
    return False
