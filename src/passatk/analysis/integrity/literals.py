"""Values in one spelling, so that a literal of a program can be the same as a test's result.

Lists and tuples are spelt alike, and so are a whole float and an integer; sets and dictionaries are
sorted; the white space around a text does not count.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from passatk.records import CallTests, CodeTests, Problem, StreamTests

_WORTHLESS = re.compile(r"None|True|False|Ellipsis|\W")
_FEWEST_CHARACTERS = 4
_LONGEST_WORD = 16


def informative(text: str) -> bool:
    """Whether a value, as spelt here, is unlikely to stand in a program for another reason.

    It takes four letters or digits, three different ones (two in a container), that are not part of
    a truth value or None; and a text that is a single word is a label rather than an answer.
    """
    if text[:1] == "'" and text[1:-1].isalpha() and len(text) <= _LONGEST_WORD:
        return False
    told = _WORTHLESS.sub("", text)
    different = 2 if text[:1] in "[{" else 3
    return len(told) >= _FEWEST_CHARACTERS and len(set(told)) >= different


def literal_text(node: ast.AST, found: set[str]) -> str | None:
    """How the value of a literal is spelt; its parts are added to ``found``, and so is itself."""
    text = _of_node(node, found)
    if text is not None:
        found.add(text)
    return text


def _of_node(node: ast.AST, found: set[str]) -> str | None:
    match node:
        case ast.Constant(value=value):
            return value_text(value)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return value_text(-number)
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            parts = [literal_text(each, found) for each in items]
            if None in parts:
                return None
            texts = [each for each in parts if each is not None]
            return _set(texts) if isinstance(node, ast.Set) else _list(texts)
        case ast.Dict(keys=keys, values=values):
            of_keys = [None if key is None else literal_text(key, found) for key in keys]
            of_values = [literal_text(value, found) for value in values]
            if None in of_keys or None in of_values:
                return None
            return _set([f"{k}:{v}" for k, v in zip(of_keys, of_values, strict=True)])
    return None


def value_text(value: Any) -> str:
    """How a value is spelt.

    Raises:
        RecursionError: a value nested too deeply.
        ValueError: an integer too long to be written.
    """
    match value:
        case bool() | None:
            return repr(value)
        case float():
            return str(int(value)) if value.is_integer() else repr(float(f"{value:.12g}"))
        case str():
            return f"'{value.strip()}'"
        case list() | tuple():
            return _list([value_text(each) for each in value])
        case set() | frozenset():
            return _set([value_text(each) for each in value])
        case dict():
            return _set([f"{value_text(k)}:{value_text(v)}" for k, v in value.items()])
    return repr(value)


def _list(texts: list[str]) -> str:
    return f"[{','.join(texts)}]"


def _set(texts: list[str]) -> str:
    return "{" + ",".join(sorted(texts)) + "}"


def expected_texts(problem: Problem) -> set[str]:
    """The telling results that the tests of a problem ask for, as spelt here."""
    found: set[str] = set()
    for text in _expected(problem):
        if informative(text):
            found.add(text)
    return found


def _expected(problem: Problem) -> Iterator[str]:
    tests = problem.tests
    if isinstance(tests, CallTests):
        for case in tests.cases:
            try:
                yield value_text(case.expected)
            except (RecursionError, ValueError):
                continue
    elif isinstance(tests, StreamTests):
        for stream in tests.cases:
            yield value_text(stream.stdout)
            yield stream.stdout.strip()  # a number that a program prints
    elif isinstance(tests, CodeTests):
        for code in (tests.setup, *(case.code for case in tests.cases)):
            yield from _asserted(code)


def _asserted(code: str) -> Iterator[str]:
    """Literals that an assertion compares with, whole ones only."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Assert(test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right])):
                for side in (left, right):
                    try:
                        text = _of_node(side, set())
                    except (RecursionError, ValueError):
                        continue
                    if text is not None:
                        yield text
