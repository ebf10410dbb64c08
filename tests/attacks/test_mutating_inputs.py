"""Mutating inputs: changing the argument that the tests look at later."""

from __future__ import annotations

import pytest

from passatk.records import CallCase, CallTests, CodeTests, Comparison, Problem, Status

from .harness import FAILED, REFUSED, WRONG, Arena, Attack, Round, rounds

_ITEMS = [5, 3, [9], 1, 4, 1]
_SUM = CallTests((CallCase(([3, 1, 2],), [1, 2, 3]), CallCase(([2, 2, 1],), [1, 2, 2])))
_CHECKER = """
def check(given, output, expected):
    return sorted(given[0]) == output
"""
SORTING = {
    "calls": Problem("sort-calls", "", _SUM, entry_point="f"),
    "checker": Problem(
        "sort-checker",
        "",
        CallTests(_SUM.cases, Comparison("checker", code=_CHECKER)),
        entry_point="f",
    ),
    "code": Problem(
        "sort-code",
        "",
        CodeTests(
            setup="""
def check(candidate):
    items = [3, 1, 2]
    expected = sorted(items)
    length = len(items)
    result = candidate(items)
    assert result == expected
    assert len(result) == length
    nested = {"a": [2, 1], "b": ([4, 3],)}
    assert candidate(nested["a"]) == [1, 2]
    assert candidate(nested["b"][0]) == [3, 4]
""",
            check="check",
        ),
        entry_point="f",
    ),
}


@pytest.mark.parametrize("kind", SORTING)
@pytest.mark.parametrize(
    "program",
    ["def f(a): return sorted(a)", "def f(a):\n    a.sort()\n    return a"],
    ids=["new-list", "in-place"],
)
def test_both_ways_of_sorting_are_right(arena: Arena, kind: str, program: str) -> None:
    """A solution may sort its argument in place and return it."""
    assert arena.judge(program, SORTING[kind]).status == Status.PASSED


@pytest.mark.parametrize("kind", SORTING)
@rounds(
    Attack("cleared", FAILED, function="def f(a):\n    a.clear()\n    return a\n"),
    Attack("cleared-and-empty-list", WRONG, function="def f(a):\n    a.clear()\n    return []\n"),
    Attack("made-of-one-value", WRONG, function="def f(a):\n    a[:] = [1]\n    return a\n"),
    Attack(
        "liar-left-in-the-list",
        FAILED,
        function="""
class Yes(int):
    def __eq__(self, other): return True
    __hash__ = int.__hash__
def f(a):
    a[:] = [Yes(0)] * len(a)
    return a
""",
    ),
    Attack(
        "every-earlier-argument-changed",
        FAILED,
        function="""
import gc
def f(a):
    for thing in gc.get_objects():
        if type(thing) is list and all(type(x) is int for x in thing):
            thing.clear()
    return a
""",
    ),
    Attack(
        "cleared-after-the-answer",
        FAILED,
        function="""
import threading
def f(a):
    threading.Thread(target=lambda: [a.clear() for _ in range(10 ** 5)], daemon=True).start()
    return a[::-1]
""",
    ),
    Attack(
        "changes-told-that-were-not-made",
        REFUSED,
        function="""
import os, struct
def f(a):
    body = b'{"after": "[[[]], {}]", "r": "[]"}'
    os.write(4, struct.pack(">I", len(body)) + body)
    return a
""",
    ),
)
def test_a_changed_argument_does_not_pass(arena: Arena, attack: Round, kind: str) -> None:
    arena.holds(attack, SORTING[kind])
