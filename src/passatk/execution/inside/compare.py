"""How an output is held against the expected one; runs in the judge, on plain data only."""

from __future__ import annotations

import decimal
import math
from typing import Any, Callable

Check = Callable[[Any, Any, Any], bool]
"""``check(input, output, expected)``: whether the output is right."""


def make(comparison: dict[str, Any], *, stream: bool) -> Check:
    """The check that a comparison (kind, relative, absolute, code, sequences_alike) describes."""
    kind = comparison["kind"]
    if kind == "checker":
        namespace: dict[str, Any] = {"__name__": "checker"}
        exec(compile(comparison["code"], "<checker>", "exec"), namespace)
        check = namespace["check"]
        return lambda given, output, expected: bool(check(given, output, expected))
    relative, absolute = comparison["relative"], comparison["absolute"]
    if stream:
        if kind == "exact":
            return lambda given, output, expected: _lines(output) == _lines(expected)
        if kind == "tokens":
            return lambda given, output, expected: output.split() == expected.split()
        return lambda given, output, expected: _close_texts(output, expected, relative, absolute)
    if kind == "float":
        return lambda given, output, expected: _close(output, expected, relative, absolute)
    if kind == "tokens":
        return lambda given, output, expected: str(output).split() == str(expected).split()
    if comparison["sequences_alike"]:
        return lambda given, output, expected: bool(_as_lists(output) == _as_lists(expected))
    return lambda given, output, expected: bool(output == expected)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]


def _close_texts(output: str, expected: str, relative: float, absolute: float) -> bool:
    """Token by token; two tokens that are both numbers may differ by the tolerance."""
    ours, theirs = output.split(), expected.split()
    return len(ours) == len(theirs) and all(
        a == b or _close_tokens(a, b, relative, absolute) for a, b in zip(ours, theirs)
    )


def _close_tokens(output: str, expected: str, relative: float, absolute: float) -> bool:
    try:
        a, b = decimal.Decimal(output), decimal.Decimal(expected)
        if not a.is_finite() or not b.is_finite():
            return False  # unequal as texts, and no distance between them
        return abs(a - b) <= decimal.Decimal(absolute) + decimal.Decimal(relative) * abs(b)
    except (decimal.DecimalException, ValueError):
        return False


def _close(output: Any, expected: Any, relative: float, absolute: float) -> bool:
    """Numbers within ``absolute + relative * |expected|``, at any depth of sequences and dicts."""
    if isinstance(expected, (int, float, complex)) and not isinstance(expected, bool):
        if not isinstance(output, (int, float, complex)) or isinstance(output, bool):
            return False
        if output == expected:
            return True
        try:
            if isinstance(expected, float) and math.isnan(expected):
                return isinstance(output, float) and math.isnan(output)
            distance = abs(output - expected)
            return math.isfinite(distance) and distance <= absolute + relative * abs(expected)
        except OverflowError:
            return False
    if isinstance(expected, (list, tuple)):
        return (
            type(output) is type(expected)
            and len(output) == len(expected)
            and all(_close(a, b, relative, absolute) for a, b in zip(output, expected))
        )
    if isinstance(expected, dict):
        return (
            isinstance(output, dict)
            and output.keys() == expected.keys()
            and all(_close(output[key], expected[key], relative, absolute) for key in expected)
        )
    return bool(output == expected)


def _as_lists(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_as_lists(item) for item in value]
    if isinstance(value, dict):
        return {key: _as_lists(item) for key, item in value.items()}
    return value
