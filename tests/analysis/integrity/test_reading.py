"""Keys of a program's forms, and its literals; any text gives some."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passatk.analysis.integrity.literals import (
    expected_texts,
    informative,
    literal_text,
    value_text,
)
from passatk.analysis.integrity.reading import MOST_CHARACTERS, key_of, read_program
from passatk.benchmarks import load
from passatk.generation.variations import rename
from passatk.records import (
    CallCase,
    CallTests,
    CodeCase,
    CodeTests,
    Problem,
    StreamCase,
    StreamTests,
)

BUILTIN = list(load("builtin").problems.values())
BASE = (
    "def f(items):\n    total = 0\n    for item in items:\n        total += item\n"
    "    return total\n"
)


@pytest.mark.parametrize(
    ("other", "verbatim", "program", "shape"),
    [
        (BASE.replace("total = 0\n", "total = 0  \n\n"), True, True, True),
        (BASE.replace("):\n", '):\n    """Add them up."""\n', 1), True, True, True),
        (BASE.replace("(items)", "(items: list[int]) -> int"), False, True, True),
        (BASE.replace("    total = 0", "    total: int = 0"), False, True, True),
        (BASE.replace("total", "s").replace("item", "x"), False, True, True),
        ("# Sum.\n" + BASE, False, True, True),
        (BASE.replace("= 0", "= 1"), False, False, True),
        (BASE.replace("+=", "-="), False, False, True),
        (BASE.replace("= 0", "= 0.0"), False, False, False),
        (BASE.replace("def f", "def g"), False, False, False),
        (BASE.replace("return total", "return sum"), False, False, False),
        (BASE.replace("return total", "return item"), False, False, False),
        (BASE.replace("in items", "in items.values"), False, False, False),
    ],
)
def test_what_makes_programs_the_same(other: str, verbatim: bool, program: bool, shape: bool):
    """One change at a time, at each level."""
    one, two = read_program(BASE), read_program(other)
    assert (verbatim, program, shape) == (
        one.verbatim == two.verbatim,
        one.program == two.program,
        one.shape == two.shape,
    )


@pytest.mark.parametrize("problem", BUILTIN[::5], ids=lambda problem: problem.id)
def test_renaming_keeps_the_key_and_other_references_have_another(problem) -> None:
    """On real programs: names do not count, approaches do."""
    for reference in problem.references:
        other = rename(reference.code, np.random.default_rng(1))
        assert read_program(reference.code).program == read_program(other).program
    keys = {read_program(reference.code).program for reference in problem.references}
    assert len(keys) == len(problem.references)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t\n",
        "def f(:\n",
        "\x00",
        "\ud800 = '\udfff'",
        "(" * 5000,
        "-" * 20_000 + "1",
        "+".join(["1"] * 20_000),
        "[" * 90 + "]" * 90,
        "0x" + "f" * 20_000,
        "x = '\\d'\n" * 10,
        "\r\x0c\u2028def f(): pass",
        "a" * 1_000_000,
        "x = 1\n" * 170_000,
        "f'{f'{1}'}'",
        "\x1b[31m<script>alert(1)</script>",
        "if 1:\n" + "".join(" " * i + "if 1:\n" for i in range(1, 99)) + " " * 99 + "pass",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_any_text_has_facts(text: str) -> None:
    """Nothing that a model can write makes this fail, and it is the same each time."""
    assert read_program(text) == read_program(text)
    assert read_program(text, python=False) == read_program(f"{text}\n ", python=False)


@given(st.text(max_size=200))
def test_any_short_text_has_facts(text: str) -> None:
    """By chance too; what is not parsed has no literals."""
    facts = read_program(text)
    assert facts.parsed or facts.literals == frozenset()


def test_long_programs_are_not_parsed() -> None:
    """One character makes the difference."""
    text = "x = 1".ljust(MOST_CHARACTERS)
    assert (True, False) == (read_program(text).parsed, read_program(text + " ").parsed)


def test_literals_are_those_of_the_code() -> None:
    """Containers with their parts; not docstrings, assertions, or what runs as a script."""
    program = '''
"""docs 12345"""
def f(x):
    "docs 23456"
    if x == [1, 2, 3, [45, 67]]:
        return {"alpha one": -1234.5}
    return g(5678, [x, 9876])
assert f(11111) == 22222
if __name__ == "__main__":
    print(f(33333))
'''
    expected = {"[1,2,3,[45,67]]", "[45,67]", "{'alpha one':-1234.5}", "'alpha one'"}
    expected |= {"-1234.5", "5678", "9876"}
    assert {key_of(text) for text in expected} == read_program(program).literals


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("1234", True),
        ("123", False),
        ("1000", False),
        ("-12.5", False),
        ("3.1415", True),
        ("True", False),
        ("'YES'", False),
        ("'Wednesday'", False),
        ("'no way 1'", True),
        ("'aaaa'", False),
        ("[1,2,3,4]", True),
        ("[0,0,0,0]", False),
        ("[None,None]", False),
        ("[True,False,True,False]", False),
        ("{}", False),
    ],
)
def test_telling_values(text: str, telling: bool) -> None:
    """Those that hardly stand in a program for another reason."""
    assert telling == informative(text)


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=10),
    lambda values: (
        st.lists(values, max_size=3)
        | st.tuples(values, values)
        | st.dictionaries(st.text("ab"), values, max_size=3)
    ),
    max_leaves=8,
)


@given(plain)
def test_a_literal_is_spelt_like_its_value(value: object) -> None:
    """A value written into a program is found by its spelling."""
    node = ast.parse(repr(value), mode="eval").body
    assert literal_text(node, set()) == value_text(value)


def test_values_that_judges_take_for_the_same_are_spelt_alike() -> None:
    """Lists and tuples, whole floats, white space around a text, order in sets."""
    assert value_text((1, 2.0)) == value_text([1.0, 2]) == "[1,2]"
    assert value_text(" a b\n") == "'a b'"
    assert value_text({3, 1}) == value_text(frozenset([1, 3])) == "{1,3}"


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        (CallTests((CallCase((1,), [1, 2, 3, 4]), CallCase((2,), 7))), {"[1,2,3,4]"}),
        (StreamTests((StreamCase("1", "12345\n"), StreamCase("1", "7"))), {"12345", "'12345'"}),
        (
            CodeTests(
                "def check(f):\n    assert f(1) == 'out of 9'\n    assert 12345 == f(2)\n",
                "check",
                (CodeCase("assert g(54321) == [5, 6, 7, 8]"), CodeCase("not python (")),
            ),
            {"'out of 9'", "12345", "[5,6,7,8]"},
        ),
    ],
)
def test_expected_results_of_tests(tests, expected: set[str]) -> None:
    """Each kind of tests; arguments are no results."""
    assert expected == expected_texts(Problem("p", "", tests, "f"))


@pytest.mark.parametrize(
    ("program", "lies"),
    [
        ("class A:\n    def __eq__(self, other):\n        return True\n", True),
        ("class A:\n    def __ne__(self, other):\n        'no'\n        return False\n", True),
        ("class A:\n    def __eq__(self, other):\n        return self is other\n", False),
        ("class A:\n    def __lt__(self, other):\n        return True\n", False),
        ("from unittest.mock import ANY\ndef f(x):\n    return ANY\n", True),
        ("from unittest.mock import Mock\n", False),
    ],
)
def test_equality_that_lies(program: str, lies: bool) -> None:
    """A constant for an answer; an order that is constant may be a heap's."""
    assert lies == read_program(program).lies
