"""How an output is held against the expected one: values of functions and texts of programs."""

from __future__ import annotations

import decimal
import fractions
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.execution.inside import compare


def right(
    output: Any, expected: Any, kind: str = "exact", *, stream: bool = False, **options: Any
) -> bool:
    """Whether an output is right by a comparison of this kind."""
    comparison = {
        "kind": kind,
        "relative": 0.0,
        "absolute": 0.0,
        "code": None,
        "sequences_alike": False,
        **options,
    }
    return compare.make(comparison, stream=stream)(None, output, expected)


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(_PLAIN, st.sampled_from(["exact", "tokens", "float"]), st.booleans())
def test_a_value_equals_itself(value: Any, kind: str, alike: bool) -> None:
    """Under every comparison the expected value itself is right."""
    assert right(value, value, kind, sequences_alike=alike)


@given(_PLAIN, _PLAIN)
def test_exact_is_equality(output: Any, expected: Any) -> None:
    """Nothing but Python's own ``==``, as an assertion of the tests would have it."""
    assert (output == expected) == right(output, expected)


@given(_PLAIN, _PLAIN)
def test_float_without_tolerance_is_equality(output: Any, expected: Any) -> None:
    """With a tolerance of zero only equal values are close."""
    if right(output, expected, "float"):
        assert output == expected


@pytest.mark.parametrize(
    ("output", "expected", "verdict"),
    [
        ([1, 2], [1, 2], True),
        ([1, 2], (1, 2), False),
        ({"a": [1]}, {"a": (1,)}, False),
        (1, 1.0, True),
        (1, True, True),
        ("1", 1, False),
        ({1, 2}, frozenset({2, 1}), True),
        (math.nan, math.nan, False),
        (None, 0, False),
    ],
)
def test_exact_values(output: Any, expected: Any, verdict: bool) -> None:
    """Lists and tuples are told apart; numbers are equal whatever their type."""
    assert verdict == right(output, expected)


@pytest.mark.parametrize(
    ("output", "expected", "verdict"),
    [
        ([1, 2], (1, 2), True),
        ([[1], (2,)], ([1], [2]), True),
        ({"a": [(1,)]}, {"a": ([1],)}, True),
        ([1, 2], (1, 3), False),
        ([1], 1, False),
        ("ab", ["a", "b"], False),
    ],
)
def test_sequences_alike(output: Any, expected: Any, verdict: bool) -> None:
    """A tuple equals a list of the same items, at any depth."""
    assert verdict == right(output, expected, sequences_alike=True)


@pytest.mark.parametrize(
    ("output", "expected", "verdict"),
    [
        (1.0 + 1e-7, 1.0, True),
        (1.0 + 1e-5, 1.0, False),
        (1, 1.0, True),
        (True, 1.0, False),
        (1.0, True, True),
        ("1.0", 1.0, False),
        (None, 1.0, False),
        ([1.0000001, {"a": (2.0,)}], [1.0, {"a": (2.0000001,)}], True),
        ([1.0], (1.0,), False),
        ([1.0], [1.0, 1.0], False),
        ({"a": 1.0}, {"b": 1.0}, False),
        (math.nan, math.nan, True),
        (math.nan, 1.0, False),
        (1.0, math.nan, False),
        (math.inf, math.inf, True),
        (-math.inf, math.inf, False),
        (1e308, math.inf, False),
        (math.inf, 10**400, False),
        (10**400, 10**400, True),
        (10**400 + 1, 1.0, False),
        (1 + 1e-9j, 1.0, True),
        (1.0, 1 + 1e-9j, True),
        (1 + 1j, 1.0, False),
        ("text", "text", True),
        (fractions.Fraction(1, 3), fractions.Fraction(1, 3), True),
        (decimal.Decimal("0.1"), decimal.Decimal("0.1"), True),
    ],
)
def test_float_values(output: Any, expected: Any, verdict: bool) -> None:
    """Numbers may differ by the tolerance, anywhere in a value; all else has to be equal."""
    assert verdict == right(output, expected, "float", absolute=1e-6)


@given(
    st.floats(-1e150, 1e150),
    st.floats(-1e150, 1e150),
    st.floats(0, 1),
    st.floats(0, 10),
)
def test_the_tolerance_is_as_documented(
    output: float, expected: float, relative: float, absolute: float
) -> None:
    """``|output - expected| <= absolute + relative * |expected|``."""
    close = abs(output - expected) <= absolute + relative * abs(expected)
    assert close == right(output, expected, "float", relative=relative, absolute=absolute)


@pytest.mark.parametrize(
    ("output", "expected", "verdict"),
    [
        ("a  b\n", "a b", True),
        ("ab", "a b", False),
        (["a", "b"], "['a',  'b']", True),
        (12, "12", True),
        (None, "", False),
    ],
)
def test_tokens_of_values(output: Any, expected: Any, verdict: bool) -> None:
    """What the value reads as, up to white space."""
    assert verdict == right(output, expected, "tokens")


@pytest.mark.parametrize(
    ("output", "expected", "exact", "tokens"),
    [
        ("1 2\n3\n", "1 2\n3\n", True, True),
        ("1 2\n3", "1 2\n3\n", True, True),
        ("1 2  \n3\t\n\n\n", "1 2\n3\n", True, True),
        ("1 2\r\n3\r\n", "1 2\n3\n", True, True),
        (" 1 2\n3\n", "1 2\n3\n", False, True),
        ("\n1 2\n3\n", "1 2\n3\n", False, True),
        ("1  2\n3\n", "1 2\n3\n", False, True),
        ("1 2 3\n", "1 2\n3\n", False, True),
        ("1 2\n", "1 2\n3\n", False, False),
        ("12\n3\n", "1 2\n3\n", False, False),
        ("1 2\n3.0\n", "1 2\n3\n", False, False),
        ("", "", True, True),
        ("\n \n", "", True, True),
        ("0", "", False, False),
    ],
)
def test_exact_and_tokens_of_texts(output: str, expected: str, exact: bool, tokens: bool) -> None:
    """Exact keeps lines and what is within them; tokens keep the words."""
    assert exact == right(output, expected, stream=True)
    assert tokens == right(output, expected, "tokens", stream=True)


@given(st.lists(st.text("ab \t", max_size=4), max_size=4), st.text(" \t\n", max_size=3))
def test_trailing_space_is_forgiven(lines: list[str], end: str) -> None:
    """No program fails for white space that nobody sees."""
    text = "\n".join(lines)
    padded = "\n".join(line + " " for line in lines) + end
    for kind in ("exact", "tokens", "float"):
        assert right(padded, text, kind, stream=True)


@pytest.mark.parametrize(
    ("output", "expected", "verdict"),
    [
        ("x 0.3333", "x 0.33333333", True),
        ("x 0.33", "x 0.33333333", False),
        ("1e3", "1000", True),
        ("1000", "1000.0000", True),
        ("yes 1", "yes 1", True),
        ("Yes 1", "yes 1", False),
        ("1 1", "1", False),
        ("inf", "inf", True),
        ("inf", "1", False),
        ("nan", "nan", True),
        ("1", "nan", False),
        ("9" * 400, "9" * 399 + "8", True),
        ("1e999999999999999999", "1", False),
        ("1", "1e-999999999999999999", False),
        ("0x10", "16", False),
    ],
)
def test_float_texts(output: str, expected: str, verdict: bool) -> None:
    """Tokens that are numbers may differ by the tolerance, all others have to be the same."""
    assert verdict == right(output, expected, "float", stream=True, relative=1e-3)


def test_a_checker_decides_alone() -> None:
    """It sees input, output and expected value, and its answer counts as true or false."""
    code = "def check(input, output, expected): return [input, output, expected] and output"
    assert right([1], None, "checker", code=code) is True
    assert right([], None, "checker", code=code) is False


@pytest.mark.parametrize("code", ["def check(", "other = 1", "1 / 0"])
def test_a_broken_checker_is_noticed_when_it_is_made(code: str) -> None:
    """Before any program is judged by it."""
    with pytest.raises((SyntaxError, KeyError, ZeroDivisionError)):
        right(1, 1, "checker", code=code)
