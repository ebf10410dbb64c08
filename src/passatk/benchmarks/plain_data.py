"""Plain data: what may stand in a test as an argument or an expected result.

Only such values cross from judge to program and back, so a benchmark with others is refused when
it is read rather than when it is judged.
"""

from __future__ import annotations

import ast
from typing import Any

MAX_DEPTH = 100
"""Deeper nesting is refused: no honest test needs it, and walking it must not exhaust the stack."""

_SCALARS = (type(None), bool, int, float, str, bytes)


def parse_literal(text: str) -> Any:
    """The plain value that a Python literal writes.

    Raises:
        ValueError: the text is no literal, or not of plain data; says why.
    """
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError(f"not a Python literal ({error})") from error
    check_plain(value)
    return value


def check_plain(value: object, depth: int = 0) -> None:
    """Refuse what is not None, bool, int, float, str, bytes, list, tuple, dict or set of these.

    Raises:
        ValueError: the type at fault, or nesting deeper than ``MAX_DEPTH``.
    """
    if type(value) in _SCALARS:
        return
    if depth == MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, (list, tuple, set, frozenset)):
        parts = list(value)
    else:
        raise ValueError(f"{type(value).__name__} is not plain data")
    for part in parts:
        check_plain(part, depth + 1)
